"""The sealer: groups the ledger's committed events into signed, hash-linked checkpoints.

A checkpoint covers the transactions from where the one before ended to the oldest transaction still running:
below it nothing can appear any more, so a writer that commits late is sealed late and never skipped. Events
newer than that are not sealed yet; the sealer runs every second, and within that second an edit by somebody
who owns the database stays unnoticed, as it does for as long as any transaction of the server is kept open.
Refuses to seal when the transaction ids have been set back or the anchor knows more than the table: then
history was replaced, and sealing on would hide it. The verifier is `domain.ledger.check`. Source: SH-12b.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any, Final

import asyncpg

from domain.clock import Clock
from domain.connection import Connection
from domain.errors import DomainError
from domain.ledger.anchor import Anchor, AnchorUnreadable
from domain.ledger.checkpoint import (
    COLUMNS,
    NOTHING_BEFORE,
    SHIFT,
    Checkpoint,
    HistoryReplaced,
    Seal,
    from_row,
    instant,
    read_leaves,
    sign,
)
from domain.ledger.checkpoint_tree import tree_of
from domain.ledger.merkle import MerkleTree, leaf_hash
from domain.outage import Outage
from domain.use.signing import Signer

BATCH: Final = 10_000
"""A checkpoint holds no more events, unless one transaction wrote more."""

INTERVAL: Final = 1.0
"""How often it is sealed. Units: seconds."""

PAUSE: Final = 5
"""The pause after a failure, or while another process seals. Units: intervals."""

LAST_SEAL: Final = 3.0
"""How long the last seal of a stopping server may take. Units: seconds."""

LAST_TRIES: Final = 5
LAST_PAUSE: Final = 0.1
"""The pause between tries of the last seal. Units: seconds."""

SEALING: Final = 0x5345414C  # "SEAL"
"""The advisory lock under which the table of checkpoints grows."""

_SEALER: Final = 0x5345414C4552  # "SEALER"
_FAILURES: Final = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)
_log = logging.getLogger("renxin.ledger")

Connect = Callable[[], Awaitable["asyncpg.Connection[Any]"]]
Work = Callable[[Connection], Awaitable[None]]


async def seal(connection: Connection, signer: Signer, now: datetime) -> Checkpoint | None:
    """Seal what is ready, at most a batch, in a transaction of its own; None when there is nothing.

    Raises: HistoryReplaced when the server's transaction ids lie behind the last checkpoint; RuntimeError
    inside a transaction.
    """
    _require_no_transaction(connection)
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", SEALING)
        last = await connection.fetchrow(_LAST)
        number, start, previous = (last["id"], last["to_xid"], last["digest"]) if last else (0, 0, NOTHING_BEFORE)
        end = await _end(connection, start)
        if end is None:
            return None
        tree, leaves, over_all = MerkleTree(), bytearray(), await tree_of(connection, number)
        async for leaf in read_leaves(connection, start, end):
            tree.append(leaf_hash(leaf.entry))
            leaves += leaf.entry
        made = sign(
            Seal(
                number=number + 1,
                from_xid=start,
                to_xid=end,
                size=tree.size,
                root=tree.root().hex(),
                leaves=hashlib.sha256(leaves).hexdigest(),
                previous=previous,
                sealed_at=instant(now),
                tree=over_all.root().hex(),
            ),
            bytes(leaves),
            now,
            signer,
            over_all,
        )
        await connection.execute(INSERT, *(getattr(made, column) for column in COLUMNS))
    return made


async def write_anchor(connection: Connection, anchor: Anchor) -> None:
    """Append to the anchor the checkpoints that it does not have yet.

    Raises: HistoryReplaced when the table does not continue what the anchor has; AnchorUnreadable; OSError;
    RuntimeError inside a transaction, whose checkpoints are not committed yet.
    """
    _require_no_transaction(connection)
    last = await asyncio.to_thread(anchor.last)
    if last is not None:
        digest = await connection.fetchval("SELECT digest FROM ledger_checkpoint WHERE id = $1", last.number)
        if digest != last.digest:
            raise HistoryReplaced(f"checkpoint {last.number} of the anchor is not the one in the database")
    known = last.number if last else 0
    while rows := await connection.fetch(_AFTER, known):
        await asyncio.to_thread(anchor.append, [from_row(row) for row in rows])
        known = rows[-1]["id"]


async def run_sealer(
    connect: Connect, signer: Signer, anchor: Anchor, *, clock: Clock, interval: float = INTERVAL
) -> None:
    """Seal for as long as the server runs, and once more when it stops; of several processes one does it.

    `connect` opens a session of its own, not one behind a transaction pooler: its lock says who seals.
    """
    outage = Outage(_log, "ledger_not_sealed", "ledger_sealed_again")
    try:
        while True:
            with outage:
                await _with_turn(connect, partial(_seal_on, signer, anchor, clock, interval, outage))
            await asyncio.sleep(PAUSE * interval)
    except asyncio.CancelledError:
        # On a new session: on one whose BEGIN was cancelled, later transactions are savepoints and never commit.
        with suppress(*_FAILURES, DomainError, HistoryReplaced, AnchorUnreadable):
            async with asyncio.timeout(LAST_SEAL):
                await _last_seal(connect, partial(_seal_all, signer, anchor, clock))
        raise


async def _last_seal(connect: Connect, work: Work) -> None:
    """Seal once more; the turn of the session that was closed may take a moment to be free."""
    for _ in range(LAST_TRIES):
        if await _with_turn(connect, work):
            return
        await asyncio.sleep(LAST_PAUSE)


async def _with_turn(connect: Connect, work: Work) -> bool:
    """Do work on a session that holds the turn to seal; say whether it was not another process's."""
    connection = await connect()
    try:
        ours: bool = await connection.fetchval("SELECT pg_try_advisory_lock($1)", _SEALER)
        if ours:
            await work(connection)
        return ours
    finally:
        await connection.close(timeout=LAST_SEAL)


async def _seal_on(
    signer: Signer, anchor: Anchor, clock: Clock, interval: float, outage: Outage, connection: Connection
) -> None:
    """Seal until something fails or the server stops."""
    while True:
        await _seal_all(signer, anchor, clock, connection)
        outage.went_well()
        await asyncio.sleep(interval)


async def _seal_all(signer: Signer, anchor: Anchor, clock: Clock, connection: Connection) -> None:
    """Seal all that is ready, with the anchor never ahead of what is committed."""
    await write_anchor(connection, anchor)
    while await seal(connection, signer, clock()) is not None:
        await write_anchor(connection, anchor)


def _require_no_transaction(connection: Connection) -> None:
    if connection.is_in_transaction():
        raise RuntimeError("checkpoints are committed before anybody is told of them")


async def _end(connection: Connection, start: int) -> int | None:
    """Find where the next checkpoint ends: at the oldest running transaction, or where a batch is full."""
    bounds = await connection.fetchrow(_BOUNDS)
    assert bounds is not None
    if bounds["next"] < start:
        raise HistoryReplaced("the transaction ids of the server lie behind the last checkpoint")
    first = await connection.fetchval(_NTH, start, bounds["oldest"], 0)
    if first is None:
        return None
    beyond: int | None = await connection.fetchval(_NTH, start, bounds["oldest"], BATCH)
    if beyond is None:
        return int(bounds["oldest"])
    return beyond if beyond > first else beyond + 1


_LAST: Final = "SELECT id, to_xid, digest FROM ledger_checkpoint ORDER BY id DESC LIMIT 1"

_BOUNDS: Final = f"""
SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint + shift AS oldest,
       pg_snapshot_xmax(pg_current_snapshot())::text::bigint + shift AS next
FROM ({SHIFT}) adopted
"""

_NTH: Final = "SELECT xid FROM ledger_event WHERE xid >= $1 AND xid < $2 ORDER BY xid, id OFFSET $3 LIMIT 1"

INSERT: Final = f"""
INSERT INTO ledger_checkpoint ({", ".join(COLUMNS)})
VALUES ({", ".join(f"${place}" for place in range(1, len(COLUMNS) + 1))})
"""

_AFTER: Final = f"SELECT {', '.join(COLUMNS)} FROM ledger_checkpoint WHERE id > $1 ORDER BY id LIMIT 100"
