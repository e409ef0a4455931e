"""Stopping: what takes long learns that the server is asked to stop, and ends before it is cut off.

A server that is asked to stop waits `GRACE_SECONDS` for what is under way, then ends it without an answer. Work that may
take longer is given a part of that to end by itself, and is then broken off with time left to say so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

STOPPING: Final = "stopping"
"""Under which name the protocol finds, in the state of the server's lifespan, the event to set."""

GRACE_SECONDS: Final = 10
FINISH_SECONDS: Final = 5.0
"""How long work may still take once the server is asked to stop."""

Given = TypeVar("Given")


class BrokenOff(Exception):
    """The work was cancelled, as the server is asked to stop; it has ended."""


async def unless_stopped(stopping: asyncio.Event, work: Coroutine[Any, Any, Given]) -> Given:
    """Give what some work gives, unless it takes too long after the server is asked to stop.

    Raises: BrokenOff; what the work raises.
    """
    under_way, asked = asyncio.create_task(work), asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait((under_way, asked), return_when=asyncio.FIRST_COMPLETED)
        await asyncio.wait((under_way,), timeout=FINISH_SECONDS)
        if not under_way.done():
            under_way.cancel()
            await asyncio.wait((under_way,))
        if under_way.cancelled():
            raise BrokenOff
        return under_way.result()
    finally:
        under_way.cancel()
        asked.cancel()
        await asyncio.gather(under_way, asked, return_exceptions=True)
