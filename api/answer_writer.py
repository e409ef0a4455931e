"""Where the answer to a request is written: its head waits for the first of its body, and both leave in one write.

The event loop sends what it is given at once: a head and a body on their own are two system calls, and wake the client
twice. What has no body is sent by `flush`, which whoever ends the answer calls.
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle


class AnswerWriter:
    """The transport of one request, as far as uvicorn writes an answer to it."""

    __slots__ = ("_cycle", "_has_head", "_head", "_transport")

    def __init__(self, cycle: RequestResponseCycle, transport: asyncio.Transport) -> None:
        self._cycle = cycle
        self._transport = transport
        self._head = b""
        self._has_head = False

    def write(self, data: bytes) -> None:
        """Keep a head, send it with what comes next, and everything else as it is."""
        if self._head:
            head, self._head = self._head, b""
            self._transport.writelines((head, data))
        elif self._cycle.response_started and not self._has_head:
            self._head, self._has_head = data, True
        else:
            self._transport.write(data)

    def flush(self) -> None:
        """Send a head that still waits."""
        if self._head:
            self.write(b"")

    def close(self) -> None:
        """Send what waits, and close the connection."""
        self.flush()
        self._transport.close()

    def is_closing(self) -> bool:
        """Tell whether the connection is closed or closes."""
        return self._transport.is_closing()
