"""Proofs out of the ledger for those who do not have it: that an event is sealed, that a checkpoint continues another.

A proof names hashes and signed checkpoints and nothing of what an event says. An event is proven to be in its
checkpoint, and that checkpoint to be in the tree of a later one which the asker may hold already (a credit report
names one). Read back and checked by `domain.ledger.offline`, without a database.
Source: RFC 9162 section 2.1.3, 2.1.4; 上海12; 河南省社会信用条例39.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from domain.canonical import canonical
from domain.connection import Connection
from domain.errors import DomainError, InvalidInput
from domain.ledger.checkpoint import ID_BYTES, HistoryReplaced, from_row, split
from domain.ledger.checkpoint_tree import hashes_of
from domain.ledger.merkle import Part, consistency_parts, inclusion_parts, inclusion_path

EVENT_PROOF: Final = "renxin-event-proof-1"
CONSISTENCY_PROOF: Final = "renxin-consistency-proof-1"


class CheckpointUnknown(InvalidInput):
    """There is no such checkpoint of the ledger, or it is no later than the other: look its number up."""

    code = "CHECKPOINT_UNKNOWN"
    zh = "没有该编号的封存点，或其并不晚于另一封存点：请查询封存点编号。"


class LedgerDamaged(DomainError):
    """The ledger cannot prove this, for it is not as it was sealed: have `renxin verify-ledger` run."""

    code = "LEDGER_DAMAGED"
    zh = "台账与封存时不一致，无法出具证明：请运行 renxin verify-ledger 核验。"


@dataclass(frozen=True, slots=True)
class Head:
    """A checkpoint as those outside hold it."""

    number: int
    digest: str
    size: int
    sealed_at: datetime
    signature: str


@dataclass(frozen=True, slots=True)
class EventProof:
    """That an event is in a checkpoint, and the checkpoint in the tree of another."""

    event_id: UUID
    hash: str
    """SHA-256 of the event's text."""
    position: int
    """Place of the event in its checkpoint, from 1."""
    path: tuple[str, ...]
    """From the event's leaf to the root of its checkpoint."""
    checkpoint: Head
    against: Head
    """The checkpoint against which it is proven: the same, or a later one."""
    tree_path: tuple[str, ...]
    """From the checkpoint to the tree that the other has signed; empty where it is the same."""

    def text(self) -> str:
        """Write it as a file."""
        return canonical(
            {
                "format": EVENT_PROOF,
                "event": str(self.event_id),
                "hash": self.hash,
                "position": self.position,
                "path": self.path,
                "checkpoint": self.checkpoint.signature,
                "against": self.against.signature,
                "tree_path": self.tree_path,
            }
        )


@dataclass(frozen=True, slots=True)
class ConsistencyProof:
    """That a checkpoint continues an older one: nothing before it was changed or left out."""

    first: Head
    second: Head
    tree_path: tuple[str, ...]
    """From the first checkpoint to the tree that the second has signed."""
    consistency: tuple[str, ...]
    """That the tree which the first has signed is the beginning of the one that the second has."""

    def text(self) -> str:
        """Write it as a file."""
        return canonical(
            {
                "format": CONSISTENCY_PROOF,
                "first": self.first.signature,
                "second": self.second.signature,
                "tree_path": self.tree_path,
                "consistency": self.consistency,
            }
        )


async def latest(connection: Connection) -> Head | None:
    """Give the latest checkpoint; None before the first."""
    row = await connection.fetchrow(f"{_HEAD} ORDER BY id DESC LIMIT 1")
    return Head(*row) if row else None


async def prove_event(connection: Connection, event_id: UUID, against: int | None = None) -> EventProof | None:
    """Prove an event against a checkpoint, the latest unless one is named; None while it is not sealed, or unknown.

    Raises: CheckpointUnknown when the one that is named is older than the event's; LedgerDamaged.
    """
    row = await connection.fetchrow(_OF_EVENT, event_id)
    if row is None:
        return None
    sealed = from_row(row)
    head = Head(sealed.id, sealed.digest, sealed.size, sealed.sealed_at, sealed.signature)
    other = head if against == head.number else await _head(connection, against)
    if other.number < head.number:
        raise CheckpointUnknown
    entries, seal = split(sealed.leaves), sealed.seal()
    place = next((place for place, entry in enumerate(entries) if entry.startswith(event_id.bytes)), None)
    if place is None:
        raise LedgerDamaged
    return EventProof(
        event_id=event_id,
        hash=entries[place][ID_BYTES:].hex(),
        position=place + 1,
        path=tuple(one.hex() for one in inclusion_path([seal.leaf(entry) for entry in entries], place)),
        checkpoint=head,
        against=other,
        tree_path=await _tree_path(connection, head, other),
    )


async def prove_consistency(connection: Connection, first: int, second: int) -> ConsistencyProof:
    """Prove that the second checkpoint continues the first.

    Raises: CheckpointUnknown, also when the second is not the later one; LedgerDamaged.
    """
    old, new = await _head(connection, first), await _head(connection, second)
    if old.number >= new.number:
        raise CheckpointUnknown
    tree_path = await _tree_path(connection, old, new)
    parts = consistency_parts(old.number - 1, new.number - 1)
    return ConsistencyProof(old, new, tree_path, await _hashes(connection, parts))


async def _tree_path(connection: Connection, head: Head, other: Head) -> tuple[str, ...]:
    """Prove that a checkpoint is in the tree that a later one has signed."""
    if head.number == other.number:
        return ()
    return await _hashes(connection, inclusion_parts(head.number - 1, other.number - 1))


async def _hashes(connection: Connection, parts: Sequence[Part]) -> tuple[str, ...]:
    try:
        return tuple(one.hex() for one in await hashes_of(connection, parts))
    except HistoryReplaced:
        raise LedgerDamaged from None


async def _head(connection: Connection, number: int | None) -> Head:
    if number is None:
        found = await latest(connection)
    else:
        row = await connection.fetchrow(f"{_HEAD} WHERE id = $1", number)
        found = Head(*row) if row else None
    if found is None:
        raise CheckpointUnknown
    return found


_HEAD: Final = "SELECT id AS number, digest, size, sealed_at, signature FROM ledger_checkpoint"

_OF_EVENT: Final = """
SELECT sealed.* FROM ledger_event event
CROSS JOIN LATERAL (
  SELECT * FROM ledger_checkpoint later WHERE later.to_xid > event.xid::text::bigint ORDER BY later.to_xid LIMIT 1
) sealed
WHERE event.id = $1
"""
