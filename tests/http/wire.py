"""One connection of the server without a network: a clock of ours, a transport that keeps what is written, an application."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from uvicorn import Config
from uvicorn.server import ServerState

from api.gate.gate import GATE, Gate
from api.gate.protocol import GuardedProtocol
from api.gate.refusals import NOTE_REFUSAL
from api.gate.stopping import STOPPING
from domain.errors import DomainError

KEEP_ALIVE = 75


class Clock:
    """The loop of the test with timers that only `pass_by` sets off."""

    def __init__(self) -> None:
        self.now = 0.0
        self.timers: list[tuple[float, Callable[..., None], tuple[Any, ...], Timer]] = []
        self.create_task = asyncio.get_running_loop().create_task
        self.call_soon = asyncio.get_running_loop().call_soon

    def time(self) -> float:
        return self.now

    def call_later(self, delay: float, callback: Callable[..., None], *arguments: Any) -> Timer:
        timer = Timer()
        self.timers.append((self.now + delay, callback, arguments, timer))
        return timer

    def pass_by(self, seconds: float) -> None:
        until = self.now + seconds
        while due := [one for one in self.timers if one[0] <= until and not one[3].cancelled]:
            first = min(due, key=lambda one: one[0])
            self.timers.remove(first)
            self.now = first[0]
            first[1](*first[2])
        self.now = until


class Timer:
    """A timer that may be cancelled."""

    cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class Wire(asyncio.Transport):
    """A transport that keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.unread = 0
        self.closed = False
        self.aborted = False
        self.ended = False

    def write(self, data: bytes) -> None:  # type: ignore[override]
        self.written += data

    def get_write_buffer_size(self) -> int:
        return self.unread

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        self.ended = True

    def abort(self) -> None:
        self.closed = self.aborted = True

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass

    def answer(self) -> tuple[int, str | None]:
        """Give status and error code of what was answered."""
        head, _, body = self.written.rpartition(b"\r\n\r\n")
        errors = json.loads(body)["errors"] if body.startswith(b"{") else []
        return int(head.split(b" ")[1]), errors[0]["extensions"]["code"] if errors else None


class Connection:
    """A connection with a guarded protocol over an application that answers when it has the whole body."""

    def __init__(self, gate: Gate | None = None, state: ServerState | None = None) -> None:
        self.clock, self.wire = Clock(), Wire()
        self.begun, self.disconnected, self.proceed = 0, 0, asyncio.Event()
        self.bodies: list[bytes] = []
        self.proceed.set()
        config = Config(
            self._app,
            http=GuardedProtocol,
            interface="asgi3",
            proxy_headers=False,
            timeout_keep_alive=KEEP_ALIVE,
            log_config=None,
        )
        loop: Any = self.clock
        self.refused: list[DomainError] = []
        self.stopping = asyncio.Event()
        found: dict[str, Any] = {GATE: gate, NOTE_REFUSAL: self.refused.append, STOPPING: self.stopping}
        self.protocol = GuardedProtocol(config, state or ServerState(), found, _loop=loop)
        self.protocol.connection_made(self.wire)

    async def _app(self, scope: Any, receive: Any, send: Any) -> None:
        self.begun += 1
        message: dict[str, Any] = {"more_body": True}
        body = b""
        while message.get("more_body"):
            message = await receive()
            if message["type"] == "http.disconnect":
                self.disconnected += 1
                return
            body += message["body"]
        self.bodies.append(body)
        await self.proceed.wait()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    async def receive(self, data: bytes) -> None:
        """Let bytes arrive, and the application go on."""
        self.protocol.data_received(data)
        for _ in range(5):
            await asyncio.sleep(0)

    async def send_no_more(self) -> None:
        """Let the client shut down its writing side, as the loop tells it."""
        if not self.protocol.eof_received():
            self.wire.close()
            await self.end()

    async def end(self) -> None:
        """Lose the connection, as a closed transport does."""
        self.protocol.connection_lost(None)
        for _ in range(5):
            await asyncio.sleep(0)
