"""Adopting a ledger that was restored: the audited way on, when the sealer has stopped because history was replaced.

A database that was restored from an older backup lacks checkpoints that the anchor has; one that was restored row by
row into another server has transaction ids that lie before those of its last checkpoint. Adopting puts the checkpoints
back out of the anchor, with their events' ids and hashes where the events are still there, and lets new events count on
behind the last one, so that the chain goes on unbroken and every digest held outside stays true. It cannot bring lost
events back: the checkpoints whose events are gone are named, in the ledger itself, and the verifier reports them until
it is told that their loss is known. Refuses a ledger that contradicts its anchor. Source: SH-12b; 河南省社会信用条例39.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from domain.connection import Connection
from domain.errors import DomainError
from domain.ids import new_id
from domain.keys import PublicKeys
from domain.ledger.anchor import Anchor, Anchored, AnchorUnreadable, Damaged
from domain.ledger.checkpoint import (
    COLUMNS,
    SHIFT,
    Checkpoint,
    Seal,
    digest_leaf,
    read_leaves,
    read_seal,
)
from domain.ledger.merkle import MerkleTree
from domain.ledger.seal import INSERT, SEALING
from domain.lifecycle import Transaction, create
from domain.privacy import Privacy, column
from domain.text import require_text
from domain.use.signing import SignatureRefused

NOUN: Final = "ledger_adoption"
ROOM: Final = 1_000
"""Transaction ids left free behind the last one that is known."""


class LedgerReplaced(DomainError):
    """The ledger's past was replaced, as by a restored backup: put it right, or run `renxin adopt-ledger`."""

    code = "LEDGER_REPLACED"
    zh = "台账历史已被替换（例如由旧备份恢复）：请恢复正确的数据库，或运行 renxin adopt-ledger。"


class LedgerForked(DomainError):
    """The database has checkpoints that contradict the anchor: restore another backup, or the anchor that belongs to it."""

    code = "LEDGER_FORKED"
    zh = "数据库中的封存点与锚定文件相矛盾：请恢复其他备份，或使用与之对应的锚定文件。"


class NothingToAdopt(DomainError):
    """The ledger goes on where it ended: there is nothing to adopt."""

    code = "NOTHING_TO_ADOPT"
    zh = "台账前后相承，无需接管。"


class LedgerAdoption(Model):
    """An adoption 接管 of the ledger: it was restored, and goes on by somebody's decision."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    adopted_at: datetime = column(fields.DatetimeField, "When it was adopted.")
    adopted_by: str = column(fields.TextField, "Who adopted it, by name.", Privacy.INTERNAL)
    reason: str = column(fields.TextField, "Why the ledger was restored.")
    put_back: int = column(fields.IntField, "How many checkpoints were put back out of the anchor.")
    lost_from: int | None = column(fields.BigIntField, "First checkpoint whose events are gone.", null=True)
    lost_to: int | None = column(fields.BigIntField, "Last checkpoint whose events are gone.", null=True)
    shift: int = column(fields.BigIntField, "What is added to the server's transaction ids from then on.")

    class Meta:
        table = "ledger_adoption"


@dataclass(slots=True)
class Adopted:
    """What an adoption has done."""

    put_back: int = 0
    lost: list[int] = field(default_factory=list)
    """Numbers of the checkpoints whose events are gone."""
    shift: int = 0


async def require_continued(connection: Connection, anchor: Anchor) -> None:
    """Require that the ledger goes on where it ended: then it can be sealed on.

    Raises: LedgerReplaced, also when the anchor cannot be read.
    """
    row = await connection.fetchrow(_STAND)
    assert row is not None
    if row["next"] < row["end"]:
        raise LedgerReplaced
    try:
        anchored = anchor.last()
    except AnchorUnreadable:
        raise LedgerReplaced from None
    if anchored is not None:
        digest = await connection.fetchval("SELECT digest FROM ledger_checkpoint WHERE id = $1", anchored.number)
        if digest != anchored.digest:
            raise LedgerReplaced


async def adopt(tx: Transaction, anchor: Anchor, keys: PublicKeys, *, by: str, reason: str) -> Adopted:
    """Adopt a restored ledger, as the owner of the database.

    Raises: NothingToAdopt; LedgerForked; InvalidInput for a name or a reason that says nothing.
    """
    by, reason = require_text("by", by, longest=200), require_text("reason", reason, longest=2_000)
    await tx.connection.execute("SELECT pg_advisory_xact_lock($1)", SEALING)
    await tx.connection.execute("LOCK TABLE ledger_event IN ACCESS EXCLUSIVE MODE")
    done = await _put_back(tx.connection, anchor, keys)
    stand = await tx.connection.fetchrow(_STAND)
    assert stand is not None
    done.shift = stand["shift"]
    if stand["next"] < stand["end"]:
        done.shift += stand["end"] - stand["next"] + ROOM
        await tx.connection.execute(_COUNT_ON.format(shift=int(done.shift)))
    elif not done.put_back:
        raise NothingToAdopt
    values = {
        "adopted_at": tx.now,
        "adopted_by": by,
        "reason": reason,
        "put_back": done.put_back,
        "lost_from": min(done.lost, default=None),
        "lost_to": max(done.lost, default=None),
        "shift": done.shift,
    }
    await create(tx, NOUN, "adopt", values, reason=reason)
    return done


async def _put_back(connection: Connection, anchor: Anchor, keys: PublicKeys) -> Adopted:
    """Put back the checkpoints that the anchor has and the table lacks.

    Raises: LedgerForked when a checkpoint of the table is not the anchored one, or the anchor is damaged itself.
    """
    done, tree = Adopted(), MerkleTree()
    for line in _lines(anchor):
        if isinstance(line, Damaged) or line.number != tree.size + 1:
            raise LedgerForked
        digest = await connection.fetchval("SELECT digest FROM ledger_checkpoint WHERE id = $1", line.number)
        if digest is None:
            row = await _rebuilt(connection, line, keys, tree)
            await connection.execute(INSERT, *(getattr(row, name) for name in COLUMNS))
            done.put_back += 1
            if not row.leaves:
                done.lost.append(line.number)
        elif digest == line.digest:
            tree.append(digest_leaf(digest))
        else:
            raise LedgerForked
    return done


def _lines(anchor: Anchor) -> Iterator[Anchored | Damaged]:
    size = anchor.size()
    return anchor.lines(size) if size else iter(())


async def _rebuilt(connection: Connection, line: Anchored, keys: PublicKeys, tree: MerkleTree) -> Checkpoint:
    """Make the row of an anchored checkpoint anew; without leaves where its events are not all there."""
    try:
        seal, key_id = read_seal(line.signature, keys)
    except SignatureRefused:
        raise LedgerForked from None
    if (seal.number, seal.digest) != (line.number, line.digest):
        raise LedgerForked
    return Checkpoint(
        id=seal.number,
        from_xid=seal.from_xid,
        to_xid=seal.to_xid,
        size=seal.size,
        leaves=await _leaves(connection, seal),
        root=seal.root,
        previous=seal.previous,
        digest=seal.digest,
        key_id=key_id,
        signature=line.signature,
        sealed_at=datetime.fromisoformat(seal.sealed_at),
        tree=seal.tree,
        nodes=b"".join(tree.append(digest_leaf(seal.digest))),
    )


async def _leaves(connection: Connection, seal: Seal) -> bytes:
    found = b"".join([leaf.entry async for leaf in read_leaves(connection, seal.from_xid, seal.to_xid)])
    return found if hashlib.sha256(found).hexdigest() == seal.leaves else b""


_STAND: Final = f"""
SELECT shift, pg_snapshot_xmax(pg_current_snapshot())::text::bigint + shift AS next,
       greatest((SELECT max(to_xid) FROM ledger_checkpoint),
                (SELECT xid::text::bigint + 1 FROM ledger_event ORDER BY xid DESC LIMIT 1), 0) AS "end"
FROM ({SHIFT}) adopted
"""

_COUNT_ON: Final = """
ALTER TABLE ledger_event
  ALTER COLUMN xid SET DEFAULT ((pg_current_xact_id()::text::bigint + {shift})::text)::xid8
"""
