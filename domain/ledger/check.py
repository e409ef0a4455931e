"""The verifier of the ledger: reads all of it, seals nothing, and says where it is not as it was sealed.

What a checkpoint's signature vouches for outweighs what its row says; where the row's signature does not hold,
the anchor's does. Events are compared with the leaves of their checkpoint, so that every altered, missing,
added or reordered one is named by checkpoint, position and id. Without the anchor a ledger that was cut off at
a checkpoint, or rewritten with the signing key, looks whole; with it, it does not. What is not sealed yet is
counted, not vouched for. Memory is bounded: two checkpoints are held at a time, and of the events of one no more
than their ids and hashes. Source: SH-12b; 河南省社会信用条例39.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from domain.connection import Connection
from domain.keys import PublicKeys, public_keys
from domain.ledger.anchor import Anchor, Anchored, Damaged
from domain.ledger.checkpoint import (
    COLUMNS,
    NOTHING_BEFORE,
    SHIFT,
    Checkpoint,
    Seal,
    digest_leaf,
    entries,
    from_row,
    read_leaves,
    read_seal,
)
from domain.ledger.merkle import MerkleTree
from domain.use.signing import SignatureRefused

LISTED: Final = 100
"""So many findings are listed; the others are counted."""

_ALL_XIDS: Final = 2**64
_CHECKPOINTS_AT_ONCE: Final = 2
_CHECKPOINTS: Final = f"SELECT {', '.join(COLUMNS)} FROM ledger_checkpoint ORDER BY id"
_NEXT: Final = f"SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint + shift FROM ({SHIFT}) adopted"
Row = TypeVar("Row")


class Fault(StrEnum):
    """What can be wrong."""

    EVENT_ALTERED = "event_altered"
    """An event is not as it was sealed."""
    EVENT_MISSING = "event_missing"
    """A sealed event is not there, or no longer in its place."""
    EVENT_ADDED = "event_added"
    """An event stands among sealed ones and was not sealed."""
    EVENTS_DIFFER = "events_differ"
    """The events of a checkpoint are not those that were sealed; which, its leaves no longer tell."""
    EVENT_AHEAD = "event_ahead"
    """An event claims a transaction that has not begun."""
    CHECKPOINT_ALTERED = "checkpoint_altered"
    """A checkpoint is not as it was signed."""
    CHECKPOINT_MISSING = "checkpoint_missing"
    """A checkpoint is not there."""
    SIGNER_UNKNOWN = "signer_unknown"
    """A checkpoint is signed with a key that is not among the published ones."""
    LINK_BROKEN = "link_broken"
    """A checkpoint does not continue the one before it."""
    FORKED = "forked"
    """A checkpoint is not the one in the anchor, though both are signed: the ledger was rewritten."""
    ANCHOR_ALTERED = "anchor_altered"
    """A line of the anchor is damaged, missing or out of order."""
    ANCHOR_MISSING = "anchor_missing"
    """There are checkpoints and no anchor."""
    PROOF_REFUSED = "proof_refused"
    """A proof that was handed out does not prove what it claims."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something is wrong, and where."""

    fault: Fault
    checkpoint: int | None = None
    position: int | None = None
    """Place of the event in its checkpoint, from 1; line of the anchor."""
    event_id: UUID | None = None


@dataclass(slots=True)
class Findings:
    """What is wrong, all told."""

    findings: list[Finding] = field(default_factory=list)
    more: int = 0
    """Findings beyond those listed."""

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def add(
        self,
        fault: Fault,
        checkpoint: int | None = None,
        *,
        position: int | None = None,
        event_id: UUID | None = None,
    ) -> None:
        """Add a finding."""
        if len(self.findings) < LISTED:
            self.findings.append(Finding(fault, checkpoint, position, event_id))
        else:
            self.more += 1

    @property
    def found(self) -> int:
        """How many findings there are in all."""
        return len(self.findings) + self.more


@dataclass(slots=True)
class LedgerReport(Findings):
    """What a verification came to."""

    events: int = 0
    """Events that are sealed."""
    checkpoints: int = 0
    anchored: int | None = None
    """Checkpoints that agree with the anchor; None without one."""
    lost: int = 0
    """Checkpoints whose events are known to be gone, as was said."""
    unsealed: int = 0
    """Events that no checkpoint covers yet."""
    unsealed_since: datetime | None = None
    digest: str = NOTHING_BEFORE
    """Digest of the last checkpoint, to be kept elsewhere."""


Lost = Collection[range]
"""Numbers of checkpoints whose events are known to be gone."""


def is_lost(lost: Lost, number: int) -> bool:
    """Tell whether a checkpoint's events are known to be gone."""
    return any(number in one for one in lost)


Progress = Callable[[int], None]
"""Is told how many events have been verified."""


async def verify(
    connection: Connection,
    jwks: Mapping[str, Any],
    anchor_file: Path | None = None,
    *,
    held: Mapping[int, str] = MappingProxyType({}),
    lost: Lost = (),
    progress: Progress = lambda events: None,
) -> LedgerReport:
    """Verify the whole ledger against published keys and, if given, its anchor and digests of checkpoints held elsewhere.

    `lost` are checkpoints whose events are known to be gone (`domain.ledger.adoption`): they are not looked for.

    Raises: domain.keys.KeyFault; OSError for an anchor that cannot be read.
    """
    anchor = Anchor(anchor_file) if anchor_file else None
    # Its length before the snapshot: what is anchored by now is committed by then.
    length = anchor.size() if anchor else None
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        await connection.execute("SELECT 1")
        inspection = _Inspection(connection, public_keys(jwks), progress, held=dict(held), lost=lost)
        if anchor:
            inspection.report.anchored = 0
        lines = anchor.lines(length) if anchor and length is not None else iter(())
        await inspection.run(lines)
        if anchor and length is None and inspection.report.checkpoints:
            inspection.report.add(Fault.ANCHOR_MISSING)
    return inspection.report


class _Inspection:
    """A verification under way."""

    def __init__(
        self, connection: Connection, keys: PublicKeys, progress: Progress, *, held: dict[int, str], lost: Lost
    ) -> None:
        self.report = LedgerReport()
        self._held = held
        self._lost = lost
        self._connection = connection
        self._keys = keys
        self._progress = progress
        self._leaves = _Ahead(read_leaves(connection, 0, _ALL_XIDS))
        self._expected = 1
        self._previous: str | None = NOTHING_BEFORE
        self._end = 0
        self._tree: MerkleTree | None = MerkleTree()
        """The tree over all checkpoints so far; None once one of them is not known."""

    async def run(self, lines: Iterator[Anchored | Damaged]) -> None:
        """Walk through checkpoints and anchor side by side, in the order of their numbers."""
        rows = _Ahead(_checkpoints(self._connection))
        anchored = self._in_order(lines)
        line = next(anchored, None)
        while True:
            row = await rows.peek()
            numbers = ([row.id] if row else []) + ([line.number] if line else [])
            if not numbers:
                break
            number = min(numbers)
            here = row if row and row.id == number else None
            there = line if line and line.number == number else None
            await self._checkpoint(number, here, there)
            if here:
                rows.take()
            if there:
                line = next(anchored, None)
        for number in self._held:
            self.report.add(Fault.CHECKPOINT_MISSING, number)
        await self._tail()

    def _in_order(self, lines: Iterator[Anchored | Damaged]) -> Iterator[Anchored]:
        """Pass on the lines of the anchor that follow upon each other, and report the others."""
        expected = 1
        for line in lines:
            if isinstance(line, Damaged):
                self.report.add(Fault.ANCHOR_ALTERED, position=line.line)
                continue
            if line.number != expected:
                self.report.add(Fault.ANCHOR_ALTERED, line.number)
            if line.number >= expected:
                expected = line.number + 1
                yield line

    async def _checkpoint(self, number: int, row: Checkpoint | None, line: Anchored | None) -> None:
        """Verify one checkpoint, its link, its place in the anchor and its events."""
        if number > self._expected:
            self.report.add(Fault.CHECKPOINT_MISSING, self._expected)
            self._previous = self._tree = None
        self._expected = max(self._expected, number + 1)
        if row is None:
            self.report.add(Fault.CHECKPOINT_MISSING, number)
        else:
            self.report.checkpoints += 1
        seal = self._vouched(number, row, line)
        if seal is None:
            self._previous = self._tree = None
            if row and row.digest == row.seal().digest:
                await self._events(row.seal(), row)
            return
        if self._held.pop(number, seal.digest) != seal.digest:
            self.report.add(Fault.FORKED, number)
        follows = self._previous is None or (seal.previous, seal.from_xid) == (self._previous, self._end)
        if not self._grow(seal, row) or not follows:
            self.report.add(Fault.LINK_BROKEN, number)
        await self._events(seal, row)
        self._previous, self._end, self.report.digest = seal.digest, seal.to_xid, seal.digest

    def _grow(self, seal: Seal, row: Checkpoint | None) -> bool:
        """Add a checkpoint to the tree over all; tell whether it has signed the tree before it."""
        if self._tree is None:
            return True
        signed = seal.tree in (None, self._tree.root().hex())
        nodes = b"".join(self._tree.append(digest_leaf(seal.digest)))
        if signed and row and row.digest == seal.digest and row.nodes != nodes:
            self.report.add(Fault.CHECKPOINT_ALTERED, seal.number)
        return signed

    def _vouched(self, number: int, row: Checkpoint | None, line: Anchored | None) -> Seal | None:
        """Give what is signed of a checkpoint, by its row or else by the anchor; report what does not agree."""
        own = self._own(number, row) if row else None
        if line is None or (row and own and line == Anchored(number, own.digest, row.signature)):
            if line and self.report.anchored is not None:
                self.report.anchored += 1
            return own
        kept = self._signed(line.signature, number)
        if kept is None or kept.digest != line.digest:
            self.report.add(Fault.ANCHOR_ALTERED, number)
            return own
        if own and kept.digest != own.digest:
            self.report.add(Fault.FORKED, number)
        elif own:
            self.report.add(Fault.CHECKPOINT_ALTERED, number)
        return own or kept

    def _own(self, number: int, row: Checkpoint) -> Seal | None:
        """Give what a row's signature vouches for; report a row that differs from it."""
        try:
            seal, key_id = read_seal(row.signature, self._keys)
        except SignatureRefused as refusal:
            unknown = refusal.code == "SIGNER_UNKNOWN"
            self.report.add(Fault.SIGNER_UNKNOWN if unknown else Fault.CHECKPOINT_ALTERED, number)
            return None
        if seal.number != number:
            self.report.add(Fault.CHECKPOINT_ALTERED, number)
            return None
        own = replace(row.seal(), leaves=seal.leaves) if is_lost(self._lost, number) else row.seal()
        if (seal, seal.digest, key_id) != (own, row.digest, row.key_id):
            self.report.add(Fault.CHECKPOINT_ALTERED, number)
        return seal

    def _signed(self, signature: str, number: int) -> Seal | None:
        try:
            seal, _ = read_seal(signature, self._keys)
        except SignatureRefused:
            return None
        return seal if seal.number == number else None

    async def _events(self, seal: Seal, row: Checkpoint | None) -> None:
        """Compare the events below the end of a checkpoint with what it sealed."""
        tree, found = MerkleTree(), bytearray()
        while (leaf := await self._leaves.peek()) and leaf.xid < seal.to_xid:
            self._leaves.take()
            if leaf.xid >= seal.from_xid:
                tree.append(seal.leaf(leaf.entry))
                found += leaf.entry
        self.report.events += tree.size
        if is_lost(self._lost, seal.number):
            self.report.lost += 1
        elif (tree.size, tree.root().hex()) != (seal.size, seal.root):
            before = self.report.found
            if row:
                self._difference(seal.number, row, found)
            if self.report.found == before:
                self.report.add(Fault.EVENTS_DIFFER, seal.number)
        self._progress(self.report.events)

    def _difference(self, number: int, row: Checkpoint, found: bytearray) -> None:
        """Name the events that are altered, missing or added."""
        present = dict(entries(found))
        sealed = set()
        for position, (event_id, hash_) in enumerate(entries(row.leaves), start=1):
            sealed.add(event_id)
            if event_id not in present:
                self.report.add(Fault.EVENT_MISSING, number, position=position, event_id=event_id)
            elif present[event_id] != hash_:
                self.report.add(Fault.EVENT_ALTERED, number, position=position, event_id=event_id)
        for position, event_id in enumerate(present, start=1):
            if event_id not in sealed:
                self.report.add(Fault.EVENT_ADDED, number, position=position, event_id=event_id)

    async def _tail(self) -> None:
        """Count what is not sealed yet; report events that claim a transaction still to come."""
        next_xid = await self._connection.fetchval(_NEXT)
        while leaf := await self._leaves.peek():
            self._leaves.take()
            self.report.unsealed += 1
            if leaf.xid >= next_xid:
                self.report.add(Fault.EVENT_AHEAD, event_id=leaf.event_id)
        since = 'SELECT min("at") FROM ledger_event WHERE xid >= $1'
        self.report.unsealed_since = await self._connection.fetchval(since, self._end)


class _Ahead(Generic[Row]):
    """Rows that can be looked at before they are taken."""

    def __init__(self, rows: AsyncIterator[Row]) -> None:
        self._rows = rows
        self._held: Row | None = None

    async def peek(self) -> Row | None:
        """Give the next row and leave it there; None at the end."""
        if self._held is None:
            self._held = await anext(self._rows, None)
        return self._held

    def take(self) -> None:
        """Take the row that was looked at."""
        self._held = None


async def _checkpoints(connection: Connection) -> AsyncIterator[Checkpoint]:
    async for row in connection.cursor(_CHECKPOINTS, prefetch=_CHECKPOINTS_AT_ONCE):
        yield from_row(row)
