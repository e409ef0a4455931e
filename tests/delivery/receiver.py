"""A platform that receives what is pushed: a real HTTP server in the test process, well-behaved unless told otherwise.

It keeps every event once by its idempotency id, as a platform must, and gives a repeated event its first receipt.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from api.pushing.push_message import PUSH
from domain.keys import PublicKeys
from domain.use.signing import verify

Reply = tuple[int, str, bytes]
"""Status, content type, body."""

Misdeed = Callable[["Receiver", str, "Reply"], Any]
"""What is done with a post in place of answering: may change the answer, or raise `Cut`."""


class Cut(Exception):
    """The connection is cut, after as much of the answer as this holds."""

    def __init__(self, sent: bytes = b"") -> None:
        super().__init__("cut")
        self.sent = sent


class Drip(Exception):
    """The answer comes byte by byte, and does not end before the receiver is let go."""


@dataclass
class Receiver:
    """What arrived: every post, and every event once."""

    keys: PublicKeys
    clock: Callable[[], datetime]
    url: str = ""
    posts: list[str] = field(default_factory=list)
    """Idempotency ids in the order of arrival, repetitions included."""
    log: list[dict[str, Any]] = field(default_factory=list)
    """Events in the order in which they were first taken."""
    misdeeds: list[Misdeed | None] = field(default_factory=list)
    """What is done with the next posts, in order; None and beyond their end is to answer well."""
    sign: Callable[[dict[str, Any]], str] | None = None
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    held: asyncio.Event = field(default_factory=asyncio.Event)
    """Set to let go of what `hold` holds."""

    def of(self, row: Any) -> list[tuple[str, bool]]:
        """Give verb and whether content was shown of the events of a row, in order."""
        return [(one["verb"], one["shown"]) for one in self.log if one["row"].endswith(str(row))]

    def take(self, event: str, message: dict[str, Any]) -> Reply:
        """Keep an event once and receipt it."""
        self.posts.append(event)
        known = {one["jti"]: number for number, one in enumerate(self.log)}
        if event not in known:
            known[event] = len(self.log)
            self.log.append({**message, "taken_at": self.clock()})
        number = known[event]
        receipt = {"event": event, "receipt": f"回执-{number}", "receivedAt": self.log[number]["taken_at"].isoformat()}
        if self.sign is not None:
            return 200, "application/jose", self.sign(receipt).encode()
        return 200, "application/json", json.dumps(receipt).encode()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode().split("\r\n")
                headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
                body = await reader.readexactly(int(headers["content-length"]))
                try:
                    status, kind, content = await self._reply(headers, body)
                except Cut as cut:
                    writer.write(cut.sent)
                    break
                except Drip:
                    await self._drip(writer)
                    break
                writer.write(
                    f"HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\nlocation: {self.url}/elsewhere\r\n"
                    f"content-length: {len(content)}\r\n\r\n".encode()
                    + content
                )
                await writer.drain()
        writer.close()

    async def _drip(self, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 60000\r\n\r\n")
        while not self.held.is_set():
            writer.write(b" ")
            await writer.drain()
            with suppress(TimeoutError):
                await asyncio.wait_for(self.held.wait(), 0.01)

    async def _reply(self, headers: dict[str, str], body: bytes) -> Reply:
        event = headers["idempotency-key"].strip('"')
        message = json.loads(verify(body.decode(), self.keys, kind=PUSH).payload)
        assert (message["jti"], message["aud"]) == (event, self.url)
        misdeed = self.misdeeds.pop(0) if self.misdeeds else None
        if misdeed is not None and getattr(misdeed, "takes_nothing", False):
            self.posts.append(event)
            reply: Reply = (500, "text/plain", b"")
        else:
            reply = self.take(event, message)
        self.arrived.set()
        if misdeed is None:
            return reply
        changed = misdeed(self, event, reply)
        answer: Reply = await changed if asyncio.iscoroutine(changed) else changed
        return answer


def refuse(status: int) -> Misdeed:
    """Refuse an event."""

    def reply(receiver: Receiver, event: str, good: Reply) -> Reply:
        return status, "text/plain", "身份证 350211198001010010 拒绝".encode()

    reply.takes_nothing = True  # type: ignore[attr-defined]
    return reply


def answer_with(status: int, kind: str, body: bytes) -> Misdeed:
    """Take an event and answer something else."""
    return lambda receiver, event, good: (status, kind, body)


def cut(receiver: Receiver, event: str, good: Reply) -> Reply:
    """Take an event and cut the connection without an answer."""
    raise Cut


def cut_midway(receiver: Receiver, event: str, good: Reply) -> Reply:
    """Take an event and cut the connection in the middle of the receipt."""
    raise Cut(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n" + good[2])


async def hold(receiver: Receiver, event: str, good: Reply) -> Reply:
    """Take an event and answer only when let go: too late for whoever sent it."""
    await receiver.held.wait()
    return good


def drip(receiver: Receiver, event: str, good: Reply) -> Reply:
    """Take an event and let its answer come so slowly that it never ends."""
    raise Drip


def of_another(receiver: Receiver, event: str, good: Reply) -> Reply:
    """Receipt another event."""
    return 200, good[1], good[2].replace(event[:8].encode(), b"00000000")


def twice(receiver: Receiver, event: str, good: Reply) -> Reply:
    """Give the receipt twice in one answer."""
    return 200, good[1], good[2] + good[2]


def timed(when: str) -> Misdeed:
    """Receipt an event with a time of its own."""

    def reply(receiver: Receiver, event: str, good: Reply) -> Reply:
        return 200, good[1], json.dumps({**json.loads(good[2]), "receivedAt": when}).encode()

    return reply


@asynccontextmanager
async def receiving(keys: PublicKeys, clock: Callable[[], datetime]) -> AsyncIterator[Receiver]:
    """Run a receiver."""
    receiver = Receiver(keys, clock)
    server = await asyncio.start_server(receiver.answer, "127.0.0.1", 0)
    receiver.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/push"
    try:
        yield receiver
    finally:
        receiver.held.set()
        server.close()
