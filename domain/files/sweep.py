"""Sweeping: drafts that came to nothing are discarded, and bytes that no row names any more are deleted.

One process does it at a time, once an hour. Bytes are named by a row that is a draft or attached; those of a
discarded draft are not. Source: 个人信息保护法19 (no longer than needed).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeAlias

import asyncpg

from domain.clock import Clock
from domain.files.attachments import discard_old_drafts
from domain.files.store import AttachmentStore
from domain.lifecycle import Actor, Transaction
from domain.outage import Outage

Connection: TypeAlias = "asyncpg.Connection[Any]"
Connect = Callable[[], Awaitable[Connection]]

INTERVAL: Final = 3_600.0
_SWEEPER: Final = 0x53574545  # "SWEE"
_log = logging.getLogger("renxin")


async def run_sweeper(connect: Connect, store: AttachmentStore, clock: Clock, *, interval: float = INTERVAL) -> None:
    """Sweep now and once every interval until cancelled; what fails is logged and tried again."""
    outage = Outage(_log, "attachments_not_swept", "attachments_swept_again")
    while True:
        with outage:
            connection = await connect()
            try:
                if await connection.fetchval("SELECT pg_try_advisory_lock($1)", _SWEEPER):
                    await sweep(connection, store, clock)
            finally:
                await connection.close(timeout=5)
        await asyncio.sleep(interval)


async def sweep(connection: Connection, store: AttachmentStore, clock: Clock) -> None:
    """Sweep once."""
    now = clock()
    async with connection.transaction():
        await discard_old_drafts(Transaction(connection, now, Actor(account_id=None, roles=("service",))))
    seconds = now.timestamp()
    named = await _named(connection, await asyncio.to_thread(store.digests))
    await asyncio.to_thread(store.settle, named.__contains__, now=seconds)
    for digest in await asyncio.to_thread(store.unnamed, named.__contains__, now=seconds):
        await asyncio.to_thread(store.set_aside, digest, now=seconds)


async def _named(connection: Connection, digests: list[str]) -> set[str]:
    """Give those of some digests that a row names."""
    rows = await connection.fetch(
        "SELECT DISTINCT digest FROM attachment WHERE state <> 'discarded' AND digest = ANY($1::text[])", digests
    )
    return {row["digest"] for row in rows}
