"""Stopping: what takes long learns that the server is asked to stop, and ends before it is cut off.

A server that is asked to stop waits `GRACE_SECONDS` for what is under way, then ends it without an answer. Work that may
take longer is given a part of that to end by itself, and is then broken off with time left to say so.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

from domain.errors import DomainError

STOPPING: Final = "stopping"
"""Under which name the protocol finds, in the state of the server's lifespan, the event to set."""

GRACE_SECONDS: Final = 10
FINISH_SECONDS: Final = 5.0
"""How long work may still take once the server is asked to stop."""

Given = TypeVar("Given")


class ServiceStopping(DomainError):
    """The service was asked to stop before it could answer: ask again shortly; what was to be changed may or may not
    have been, and is carried out once where clientMutationId is the same."""

    code = "SERVICE_STOPPING"
    zh = "服务正在停止，未能及时应答：请稍后重试。变更可能已经办理，也可能未办理；使用相同的 clientMutationId 重试只办理一次。"


class BrokenOff(Exception):
    """The work was cancelled, as the server is asked to stop; it has ended."""


def end_when_hung_up() -> None:
    """Have SIGHUP, as of a terminal or a connection that closes, end the process as SIGTERM does: what is under way first.

    Where it is ignored, as under nohup, it goes on being ignored.
    """
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))


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
