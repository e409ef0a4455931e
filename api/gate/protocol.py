"""The HTTP protocol of the server, guarded against clients that are slow, that send too much, or that are too many.

uvicorn alone waits for ever for the rest of a header or body, and accepts headers of any length. Here a header must
arrive whole within 8 s and 64 KB, and a body within 8 s or for as long as it keeps coming at 16 KB/s; an answer that the
client reads at less than 4 KB/s for 8 s is abandoned. Between requests uvicorn's own keep-alive timeout applies. Trailers
are dropped: what follows a body never counts as a header (RFC 9110 section 6.5.1).

While the gate (`api.gate.gate`) is full, a request is refused with a 503 as soon as its header has arrived. That costs
a tenth of starting on it, and keeps the service at its pace under twice the load it can carry. A request that arrives
whole on an idle connection is not even parsed: it is recognised as one request and nothing more, and the parser never sees it.
The refusal is held back for a moment, or until more arrives on the connection. When there are too many connections, idle
ones are closed first.
Source: RFC 9110 sections 15.5.9 and 15.6.4; RFC 6585 section 5.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.errors import BadRequest, as_error
from api.gate.framing import is_one_request, require_framing
from api.gate.gate import GATE, Gate
from api.gate.http_errors import status_of
from api.gate.refusals import NOTE_REFUSAL
from api.gate.request_parser import RequestParser
from api.gate.sending import PEER
from api.gate.stopping import STOPPING
from api.postgres.database import TooBusy
from domain.errors import DomainError

HEADER_SECONDS = 8.0
HEADER_BYTES = 65_536
BODY_SECONDS = 8.0
BODY_RATE = 16_384
"""Bytes per second at which a body may take longer."""

UNREAD_SECONDS = 8.0
UNREAD_RATE = 4_096
"""Bytes per second at which an answer must be read."""

_LET_IN = (b"/health/", b"/metrics")
"""What is answered however busy the service is: whoever watches it asks for these."""


class RequestTooSlow(DomainError):
    """The request did not arrive in time: send it again over a faster connection."""

    code = "REQUEST_TIMEOUT"
    zh = "请求未能及时传完：请改善网络后重新发送。"


class RequestIncomplete(DomainError):
    """The connection was closed for sending before the request was complete: nothing was carried out, send it again."""

    code = "REQUEST_INCOMPLETE"
    zh = "请求尚未传完连接即停止发送：未作任何处理，请重新发送。"


class HeadersTooLarge(DomainError):
    """The headers or the address are longer than this service takes: use POST, and fewer cookies."""

    code = "HEADERS_TOO_LARGE"
    zh = "请求头或网址过长：请改用 POST，并减少 Cookie。"


class _Ending:
    """What the cycle of a last request writes to: when it closes, the protocol decides how."""

    def __init__(self, transport: asyncio.Transport, end: Callable[[], None]) -> None:
        self.write, self.is_closing, self.close = transport.write, transport.is_closing, end


class GuardedProtocol(HttpToolsProtocol):
    """A connection; give the class to uvicorn as `http`."""

    _part: str | None = "header"
    """What the client has still to send: the rest of a header, of a body, or nothing."""

    _size = 0
    _head = 0
    """Length so far of the address, headers and trailers of the request that is arriving. Units: bytes."""

    _fault: tuple[int, DomainError] | None = None
    """What is wrong with that request, where the parser would accept it."""

    _since = 0.0
    _timer: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None
    _turned_away_at = 0.0
    """When the latest request was turned away without the parser having seen it."""

    _turned_away = False
    """Whether the request that is arriving came while the gate was full, and is skipped."""

    _ended = False
    """Whether the last answer was given while the body of its request was still to come."""

    _held = False
    """Whether a request was turned away and its refusal has not been sent yet."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._gate: Gate | None = self.app_state.get(GATE)
        self._stopping: asyncio.Event | None = self.app_state.get(STOPPING)
        self._note_refusal: Callable[[DomainError], None] | None = self.app_state.get(NOTE_REFUSAL)
        self.parser: RequestParser = RequestParser(self, self._head_without_offer)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first header."""
        super().connection_made(transport)
        self._wait_for("header")
        if self._gate is not None and len(self.connections) > self._gate.most_connections and not self._make_room():
            self._gate.turned_away += 1
            self._close_with(503, TooBusy())

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._wait_for(None)
        self.resume_writing()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Close the connection, or let its request finish; the application learns that the server is stopping."""
        if self._stopping is not None:
            self._stopping.set()
        self._tell()
        super().shutdown()

    def eof_received(self) -> bool:  # type: ignore[override]
        """Close the connection, but answer first what has arrived: who sends no more may still read."""
        self._tell()
        if self._part == "body" or self._is_idle():
            if self._part is not None:
                self._refuse(400, RequestIncomplete())
            return False
        self.cycle.keep_alive = False
        return True

    def data_received(self, data: bytes) -> None:
        """Read on. Whatever has begun must be complete in time; what is complete waits for nothing."""
        self._tell()
        if self._gate is not None and self._gate.is_full and self.is_between_requests() and is_one_request(data):
            self._turned_away_at = self.loop.time()
            self._hold(self._gate)
            return
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
        """Note that a header has begun; while the gate is full, nothing is kept of it."""
        self._tell()
        self._part, self._head = "header", 0
        if self._gate is not None and self._gate.is_full and self._is_idle():
            self._turned_away, self.url, self.expect_100_continue = True, b"", False
        else:
            super().on_message_begin()
            cast("dict[str, Any]", self.scope)[PEER] = self.client[0] if self.client else None

    def on_url(self, url: bytes) -> None:
        """Take the address, or a part of it."""
        self._lengthen(len(url))
        if self._turned_away and url.startswith(_LET_IN):
            self._turned_away = False
            super().on_message_begin()
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header, but no trailer; of a request that is turned away, only what decides how to go on."""
        self._lengthen(len(name) + len(value))
        if self._part == "body":
            return
        if not self._turned_away:
            super().on_header(name, value)
        elif name.lower() == b"expect":
            self.expect_100_continue = True

    def on_headers_complete(self) -> None:
        """Note that a body may follow; answer the request here when it is turned away."""
        if self.parser.makes_an_offer() and not self._turned_away:
            return
        if not self._turned_away:
            self._require_framing()
            if self._gate is not None:
                self._gate.expect(self.loop)
            super().on_headers_complete()
            self.cycle.keep_alive &= not self.parser.should_upgrade()
            if not self.cycle.keep_alive:
                self.cycle.transport = cast("asyncio.Transport", _Ending(self.transport, self._end_answer))
        else:
            self._turn_away()
        self._part, self._size = "body", 0

    def on_body(self, body: bytes) -> None:
        """Take a part of a body, unless its request was turned away."""
        if not self._turned_away:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Note that the request is whole."""
        if self.parser.makes_an_offer() and not self._turned_away:
            return
        self._part, self._size = None, 0
        if self._turned_away:
            self._turned_away = False
            self._unset_keepalive_if_required()
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )
        else:
            super().on_message_complete()
            if self._ended:
                self.transport.close()

    def _end_answer(self) -> None:
        """Close the connection behind an answer; but while its body still comes, only for writing.

        A connection that is closed with something unread is reset: the client, still sending, would not see the answer.
        """
        if self._part == "body" and self.transport.can_write_eof():
            self._ended = True
            self.transport.write_eof()
        else:
            self.transport.close()

    def _lengthen(self, by: int) -> None:
        """Count what the header of a request is made of.

        Raises: HeadersTooLarge, which the parser hands on to `send_400_response`.
        """
        self._head += by
        if self._head > HEADER_BYTES:
            self._fault = 431, HeadersTooLarge()
            raise self._fault[1]

    def _require_framing(self) -> None:
        """Require that the request is framed in one way only.

        Raises: BadRequest, which the parser hands on to `send_400_response`.
        """
        try:
            require_framing(self.parser.get_http_version(), self.headers)
        except BadRequest as error:
            self._fault = 400, error
            raise

    def _head_without_offer(self) -> bytes | None:
        """Write the head of the request that arrives as if it offered no other protocol; None where nothing of it counts."""
        if self.transport.is_closing() or not self.parser.makes_an_offer():
            return None
        line = b"%b %b HTTP/%b\r\n" % (self.parser.get_method(), self.url, self.parser.get_http_version().encode())
        return line + b"".join(b"%b: %b\r\n" % one for one in self.headers if one[0] != b"upgrade") + b"\r\n"

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not a valid request, and close; earlier requests on the connection are answered first."""
        status, error = self._fault or (400, BadRequest("This is no HTTP request.", zh="不是有效的 HTTP 请求。"))
        if self.transport.is_closing():
            return
        self._note(error)
        if self._part != "body" and not self._is_idle():
            self.cycle.keep_alive = False
        elif self._part == "body" and self.cycle.response_started:
            self.transport.close()
        else:
            self._close_with(status, error)
        self._wait_for(None)

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
        if waiting <= before - UNREAD_RATE * UNREAD_SECONDS:
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
        if self._part == "header":
            unanswered = self._size > 0
        else:
            unanswered = not self._turned_away and not self.cycle.response_started
        self._wait_for(None)
        if unanswered and not self.transport.is_closing():
            self._note(error)
            self._close_with(status, error)
        else:
            self.transport.close()

    def _note(self, error: DomainError) -> None:
        if self._note_refusal is not None:
            self._note_refusal(error)

    def _close_with(self, status: int, error: DomainError) -> None:
        self.transport.write(_answer(status, error, b"connection: close\r\n"))
        self.transport.close()

    # -- when there is too much

    def _turn_away(self) -> None:
        """Answer a request whose header is there; its body is still to come."""
        assert self._gate is not None
        if self.expect_100_continue or not self.parser.should_keep_alive() or self.parser.should_upgrade():
            self._gate.turned_away += 1
            self._close_with(503, TooBusy())
        else:
            self._hold(self._gate)

    def _hold(self, gate: Gate) -> None:
        self._held = True
        gate.turn_away(self.loop, self._tell)

    def _tell(self) -> None:
        """Send the refusal of a request that was turned away, unless it has been sent."""
        if self._held and not self.transport.is_closing():
            self.transport.write(_BUSY)
        self._held = False

    def _make_room(self) -> bool:
        """Close a connection that is idle between two requests; tell whether there was one."""
        for other in self.connections:
            if isinstance(other, GuardedProtocol) and other.is_between_requests():
                other.transport.close()
                return True
        return False

    def is_between_requests(self) -> bool:
        """Tell whether the connection is open for another request, none of which has arrived yet."""
        is_open = not self._held and not self.transport.is_closing()
        return is_open and self.timeout_keep_alive_task is not None and self._part is None

    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection, unless a request on it was turned away a moment ago."""
        left = self._turned_away_at + self.timeout_keep_alive - self.loop.time()
        if self._turned_away_at and left > 0:
            self.timeout_keep_alive_task = self.loop.call_later(left, self.timeout_keep_alive_handler)
        else:
            super().timeout_keep_alive_handler()


def _answer(status: int, error: DomainError, extra: bytes = b"") -> bytes:
    """Write a whole answer, header and body."""
    body = b'{"errors":%b}' % json.dumps([as_error(error)], ensure_ascii=False).encode()
    _, retry = status_of(error)
    headers = b"".join(b"%b: %b\r\n" % header for header in retry)
    return (
        b"HTTP/1.1 %d %b\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: %d\r\n"
        b"cache-control: no-store\r\n%b%b\r\n%b"
        % (status, HTTPStatus(status).phrase.encode(), len(body), headers, extra, body)
    )


_BUSY = _answer(503, TooBusy())
