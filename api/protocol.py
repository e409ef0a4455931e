"""The HTTP protocol of the server, guarded against clients that are slow or talkative on purpose.

uvicorn waits for the rest of a header or body for ever, and keeps headers of any length. Here a header must be
whole within 10 s and 64 KB, a body within 30 s or as long as it comes at 64 KB/s; an answer that the client
does not read for 30 s is given up. Between requests uvicorn's own keep-alive holds.
Source: RFC 9110 section 15.5.9; RFC 6585 section 5.
"""

from __future__ import annotations

import asyncio
import json

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.errors import as_error
from domain.errors import DomainError

HEADER_SECONDS = 10.0
HEADER_BYTES = 65_536
BODY_SECONDS = 30.0
BODY_RATE = 65_536
"""Bytes per second at which a body may take longer."""

UNREAD_SECONDS = 30.0


class RequestTooSlow(DomainError):
    """The request did not arrive in time: send it again over a faster connection."""

    code = "REQUEST_TIMEOUT"
    zh = "请求未能及时传完：请改善网络后重新发送。"


class HeadersTooLarge(DomainError):
    """The headers or the address are longer than this service takes: use POST, and fewer cookies."""

    code = "HEADERS_TOO_LARGE"
    zh = "请求头或网址过长：请改用 POST，并减少 Cookie。"


class GuardedProtocol(HttpToolsProtocol):
    """A connection; give the class to uvicorn as `http`."""

    _part: str | None = "header"
    """What is awaited of the client: the rest of a header, of a body, or nothing."""

    _size = 0
    _since = 0.0
    _timer: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first header."""
        super().connection_made(transport)
        self._wait_for("header")

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._wait_for(None)
        self.resume_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; what is in the middle of something has its time, what is whole needs none."""
        before = self._part
        self._size += len(data)
        super().data_received(data)
        if self._part == "header" and self._size > HEADER_BYTES:
            self._refuse(431, HeadersTooLarge())
        elif self._part != before:
            self._wait_for(self._part)
        elif self._part is None and self._is_idle() and self.timeout_keep_alive_task is None:
            self._wait_for("header")  # blank lines between requests: uvicorn has stopped its own clock

    def on_message_begin(self) -> None:
        """Note that a header has begun."""
        self._part = "header"
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Note that a body may follow."""
        self._part, self._size = "body", 0
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Note that the request is whole."""
        self._part, self._size = None, 0
        super().on_message_complete()

    def pause_writing(self) -> None:
        """Begin to watch whether the client reads."""
        super().pause_writing()
        self._watch(self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        """Stop watching."""
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None
        if self.flow is not None:
            super().resume_writing()

    def _watch(self, waiting: int) -> None:
        self._unread = self.loop.call_later(UNREAD_SECONDS, self._give_up, waiting)

    def _give_up(self, before: int) -> None:
        waiting = self.transport.get_write_buffer_size()
        if waiting < before:
            self._watch(waiting)
        else:
            self.transport.abort()

    def _wait_for(self, part: str | None, seconds: float | None = None) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._part = part
        if part is not None:
            if seconds is None:
                self._since = self.loop.time()
            limit = HEADER_SECONDS if part == "header" else BODY_SECONDS
            self._timer = self.loop.call_later(limit if seconds is None else seconds, self._late)

    def _late(self) -> None:
        left = self._since + BODY_SECONDS + self._size / BODY_RATE - self.loop.time()
        if self._part == "body" and left > 0:
            self._wait_for("body", left)
        elif self._part == "header" and not self._is_idle():
            self._wait_for("header")  # the request before it is still being answered
        else:
            self._refuse(408, RequestTooSlow())

    def _is_idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete  # type: ignore[redundant-expr]

    def _refuse(self, status: int, error: DomainError) -> None:
        """Close the connection, saying why where nothing was said yet."""
        unanswered = self._size > 0 if self._part == "header" else not self.cycle.response_started
        self._wait_for(None)
        if unanswered and not self.transport.is_closing():
            body = json.dumps({"errors": [as_error(error)]}, ensure_ascii=False).encode()
            head = f"HTTP/1.1 {status} \r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
            self.transport.write(f"{head}connection: close\r\n\r\n".encode() + body)
        self.transport.close()
