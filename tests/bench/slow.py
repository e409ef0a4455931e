"""Slow clients: a hundred of each kind at once, and a good one that asks all the while."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

EACH = 100
PATIENCE = 30.0
"""How long a slow client is watched, in seconds."""

_HEAD = b"POST /graphql HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\ncontent-length: %d\r\n"
_GOOD = b'{"query": "{ __typename }"}'


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of slow client: what it sends at once, and what it then sends byte after byte."""

    name: str
    first: bytes
    drip: bytes


KINDS = (
    Kind("say nothing", b"", b""),
    Kind("drip a header", _HEAD % 2, b"x"),
    Kind("stop in a body", _HEAD % 1_000 + b"\r\n{", b""),
    Kind("drip a body", _HEAD % 1_000 + b"\r\n", b"x"),
)


@dataclass(frozen=True, slots=True)
class Watched:
    """After how long the last client of each kind was closed, and how long the good one waited at most, in seconds."""

    closed: dict[str, float]
    good: float
    asked: int


async def watch(address: tuple[str, int], now: Callable[[], float] = time.perf_counter) -> Watched:
    """Open all slow clients at once and wait until every one is closed."""
    done = asyncio.Event()
    good = asyncio.create_task(_good(address, done, now))
    closed = await asyncio.gather(*(_slow(address, kind, now) for kind in KINDS for _ in range(EACH)))
    done.set()
    waits = await good
    last = {kind.name: max(closed[number * EACH : (number + 1) * EACH]) for number, kind in enumerate(KINDS)}
    return Watched(last, max(waits), len(waits))


async def _slow(address: tuple[str, int], kind: Kind, now: Callable[[], float]) -> float:
    """Be slow until the server closes the connection; give after how long it did."""
    began = now()
    reader, writer = await asyncio.open_connection(*address)
    writer.write(kind.first)
    dripping = asyncio.create_task(_drip(writer, kind.drip))
    try:
        async with asyncio.timeout(PATIENCE):
            while await reader.read(4_096):
                pass
    except (TimeoutError, ConnectionError):
        pass
    finally:
        dripping.cancel()
        writer.close()
    return now() - began


async def _drip(writer: asyncio.StreamWriter, drip: bytes) -> None:
    while drip:
        await asyncio.sleep(0.5)
        writer.write(drip)


async def _good(address: tuple[str, int], done: asyncio.Event, now: Callable[[], float]) -> list[float]:
    """Ask ten times a second, each time on a connection of its own; give how long each answer took."""
    waits = []
    while not done.is_set():
        began = now()
        reader, writer = await asyncio.open_connection(*address)
        writer.write(_HEAD % len(_GOOD) + b"connection: close\r\n\r\n" + _GOOD)
        answer = await reader.read()
        assert answer.startswith(b"HTTP/1.1 200"), answer[:200]
        waits.append(now() - began)
        writer.close()
        await asyncio.sleep(0.1)
    return waits
