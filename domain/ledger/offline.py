"""Checking what the ledger has handed out, without the ledger: exports and proofs, against public keys.

Needs a file and the published keys, and nothing else: no database, no settings. What is held beside it, digests of
checkpoints and receipts, must be borne out by it. Names every place where an export is not as it was signed, is not
continuous, or does not bear out what is held. An export is read line by line, in bounded memory.
Source: RFC 9162 section 2.1.3, 2.1.4; 上海12; 河南省社会信用条例39.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from domain.canonical import canonical, parse
from domain.keys import PublicKeys
from domain.ledger.check import Fault, Findings, Lost, is_lost
from domain.ledger.checkpoint import ENTRY_BYTES, ID_BYTES, Seal, digest_leaf, read_seal, split
from domain.ledger.export import FORMAT
from domain.ledger.merkle import MerkleTree, ProofRefused, require_consistent, root_by_inclusion
from domain.ledger.proof import CONSISTENCY_PROOF, EVENT_PROOF
from domain.ledger.receipt import Acknowledged, Receipt
from domain.use.signing import SignatureRefused

LINE_BYTES: Final = 512 * 1024 * 1024
"""No line of an export is longer: a transaction of ten million events."""

PROOF_BYTES: Final = 1024 * 1024


class NotHandedOut(Exception):
    """The file is no export and no proof of a ledger."""


@dataclass(frozen=True, slots=True)
class Held:
    """What somebody outside holds already: digests of checkpoints by number, and receipts."""

    digests: Mapping[int, str] = field(default_factory=dict)
    receipts: Sequence[Receipt] = ()
    lost: Lost = ()
    """Checkpoints whose events are known to be gone."""


@dataclass(slots=True)
class OfflineReport(Findings):
    """What a check came to."""

    what: str = ""
    """`export`, `event` or `consistency`."""
    first: int = 0
    last: int = 0
    digest: str = ""
    """Digest of the last checkpoint."""
    sealed_at: str = ""
    events: int = 0
    event_id: UUID | None = None
    """The event that is proven."""
    position: int | None = None
    lost: int = 0
    """Checkpoints whose events are known to be gone, as was said."""
    borne_out: int = 0
    """Of what is held, digests and events of receipts, so many were found as they should be."""
    not_covered: int = 0
    """So many are about something that the file does not reach."""


def check_offline(path: Path, keys: PublicKeys, held: Held) -> OfflineReport:
    """Check a file that the ledger has handed out against public keys and what is held.

    Raises: NotHandedOut; OSError.
    """
    with path.open("rb") as file:
        head = file.readline(PROOF_BYTES)
        members = _members(head)
        if members.get("format") == FORMAT:
            return _Export(keys, held, members).run(iter(lambda: file.readline(LINE_BYTES), b""))
        if file.read(1):
            raise NotHandedOut
    try:
        if members.get("format") == EVENT_PROOF:
            return _event_proof(members, keys, held)
        if members.get("format") == CONSISTENCY_PROOF:
            return _consistency_proof(members, keys, held)
    except (KeyError, TypeError, ValueError, AttributeError):
        pass
    raise NotHandedOut


def _members(line: bytes) -> dict[str, Any]:
    try:
        members = parse(line)
    except ValueError:
        raise NotHandedOut from None
    if not isinstance(members, dict):
        raise NotHandedOut
    return members


# -- proofs


def _event_proof(members: Mapping[str, Any], keys: PublicKeys, held: Held) -> OfflineReport:
    """Check that an event is in its checkpoint, and that in the tree of the other."""
    report = OfflineReport(what="event", event_id=UUID(members["event"]), position=members["position"], events=1)
    hash_ = bytes.fromhex(members["hash"])
    heads = _heads(report, keys, members["checkpoint"], members["against"])
    if heads is None or report.event_id is None:
        return report
    seal, other = heads
    entry = report.event_id.bytes + hash_
    try:
        root = root_by_inclusion(seal.leaf(entry), members["position"] - 1, seal.size, _hashes(members["path"]))
        if root.hex() != seal.root:
            raise ProofRefused("another root")
        _require_in_tree(seal, other, members["tree_path"])
    except ProofRefused:
        report.add(Fault.PROOF_REFUSED, seal.number, position=members["position"], event_id=report.event_id)
    _bear_out(report, held, (seal, other))
    for receipt in held.receipts:
        for event in receipt.events:
            _compare(report, event, entry if event.event_id == report.event_id else None, seal.number)
    return report


def _consistency_proof(members: Mapping[str, Any], keys: PublicKeys, held: Held) -> OfflineReport:
    """Check that the second checkpoint continues the first."""
    report = OfflineReport(what="consistency")
    heads = _heads(report, keys, members["first"], members["second"])
    if heads is None:
        return report
    old, new = heads
    try:
        _require_in_tree(old, new, members["tree_path"])
        if old.tree is not None and new.tree is not None:
            roots = bytes.fromhex(old.tree), bytes.fromhex(new.tree)
            path = _hashes(members["consistency"])
            require_consistent(old.number - 1, roots[0], new.number - 1, roots[1], path)
    except ProofRefused:
        report.add(Fault.PROOF_REFUSED, new.number)
    _bear_out(report, held, heads)
    report.not_covered += sum(len(receipt.events) for receipt in held.receipts)
    return report


def _heads(report: OfflineReport, keys: PublicKeys, first: str, second: str) -> tuple[Seal, Seal] | None:
    try:
        old, new = (read_seal(one, keys)[0] for one in (first, second))
    except SignatureRefused as refusal:
        report.add(_fault_of(refusal))
        return None
    report.first, report.last, report.digest, report.sealed_at = old.number, new.number, new.digest, new.sealed_at
    return old, new


def _require_in_tree(old: Seal, new: Seal, path: Sequence[str]) -> None:
    """Require that a checkpoint is the other, or in the tree that the other has signed.

    Raises: ProofRefused.
    """
    if old.digest == new.digest and not path:
        return
    root = root_by_inclusion(digest_leaf(old.digest), old.number - 1, new.number - 1, _hashes(path))
    if root.hex() != new.tree:
        raise ProofRefused("another tree")


def _hashes(path: Sequence[str]) -> list[bytes]:
    return [bytes.fromhex(one) for one in path]


def _fault_of(refusal: SignatureRefused) -> Fault:
    return Fault.SIGNER_UNKNOWN if refusal.code == "SIGNER_UNKNOWN" else Fault.CHECKPOINT_ALTERED


def _bear_out(report: OfflineReport, held: Held, seals: Sequence[Seal]) -> None:
    """Compare what is held of checkpoints with those of a proof."""
    digests = {seal.number: seal.digest for seal in seals}
    for number, digest in _all_held(held):
        if number not in digests:
            report.not_covered += number in held.digests
        elif digests[number] == digest:
            report.borne_out += 1
        else:
            report.add(Fault.FORKED, number)


def _all_held(held: Held) -> Iterator[tuple[int, str]]:
    yield from held.digests.items()
    yield from (receipt.checkpoint for receipt in held.receipts if receipt.checkpoint)


def _compare(report: OfflineReport, event: Acknowledged, entry: bytes | None, number: int) -> None:
    """Compare an event of a receipt with the entry that was sealed of it."""
    if entry is None:
        report.not_covered += 1
    elif entry[ID_BYTES:].hex() == event.hash:
        report.borne_out += 1
    else:
        report.add(Fault.EVENT_ALTERED, number, event_id=event.event_id)


# -- exports


class _Export:
    """The check of an export under way."""

    def __init__(self, keys: PublicKeys, held: Held, head: Mapping[str, Any]) -> None:
        self._keys = keys
        self._lost = held.lost
        self._digests = list(_all_held(held))
        self._events = [event for receipt in held.receipts for event in receipt.events]
        try:
            first, last, peaks = int(head["first"]), int(head["last"]), _hashes(head["peaks"])
        except (KeyError, TypeError, ValueError):
            raise NotHandedOut from None
        if not 1 <= first <= last or len(peaks) != (first - 1).bit_count():
            raise NotHandedOut
        self._tree: MerkleTree | None = MerkleTree(first - 1, peaks)
        self._before: Seal | None = None
        self._last = last
        self._expected = first
        self.report = OfflineReport(what="export", first=first, last=first - 1)

    def run(self, lines: Iterator[bytes]) -> OfflineReport:
        """Read all lines."""
        for line in lines:
            self._line(line)
        report = self.report
        if report.last < self._last:
            report.add(Fault.CHECKPOINT_MISSING, report.last + 1)
        elif report.last > self._last and not report.findings:
            report.add(Fault.CHECKPOINT_ALTERED, self._last + 1)  # more than the head of the file says
        report.not_covered += len(self._digests) + len(self._events)
        return report

    def _line(self, line: bytes) -> None:
        number = self._expected
        self._expected += 1
        try:
            members = parse(line)
            signature, leaves = members["signature"], base64.b64decode(members["leaves"], validate=True)
            if canonical(members).encode() + b"\n" != line:
                raise ValueError("another spelling")
            seal, _ = read_seal(signature, self._keys)
        except SignatureRefused as refusal:
            self._lose(_fault_of(refusal), number)
        except (ValueError, KeyError, TypeError, AttributeError):
            self._lose(Fault.CHECKPOINT_ALTERED, number)
        else:
            self._checkpoint(number, seal, leaves)

    def _lose(self, fault: Fault, number: int) -> None:
        """Report a checkpoint of which nothing is known, so that the next cannot be held against it."""
        self.report.add(fault, number)
        self.report.last = number
        self._before = self._tree = None

    def _checkpoint(self, number: int, seal: Seal, leaves: bytes) -> None:
        report = self.report
        if seal.number > number:
            report.add(Fault.CHECKPOINT_MISSING, number)
            self._before = self._tree = None
        elif seal.number < number:
            report.add(Fault.CHECKPOINT_ALTERED, number)
        if not self._follows(seal):
            report.add(Fault.LINK_BROKEN, seal.number)
        if is_lost(self._lost, seal.number):
            report.lost += 1
        elif not _agrees(seal, leaves):
            report.add(Fault.EVENTS_DIFFER, seal.number)
        self._hold_against(seal, leaves)
        self._expected = seal.number + 1
        self._before = seal
        report.events += seal.size
        report.last, report.digest, report.sealed_at = seal.number, seal.digest, seal.sealed_at

    def _follows(self, seal: Seal) -> bool:
        """Tell whether a checkpoint continues the one before it, and has signed the tree before it."""
        before, tree = self._before, self._tree
        signed = tree is None or seal.tree in (None, tree.root().hex())
        if tree is not None:
            tree.append(digest_leaf(seal.digest))
        return signed and (before is None or (seal.previous, seal.from_xid) == (before.digest, before.to_xid))

    def _hold_against(self, seal: Seal, leaves: bytes) -> None:
        """Compare what is held with a checkpoint."""
        report = self.report
        for number, digest in [one for one in self._digests if one[0] == seal.number]:
            self._digests.remove((number, digest))
            if digest == seal.digest:
                report.borne_out += 1
            else:
                report.add(Fault.FORKED, number)
        for event in [one for one in self._events if seal.from_xid <= one.xid < seal.to_xid]:
            self._events.remove(event)
            entry = next((one for one in split(leaves) if one.startswith(event.event_id.bytes)), None)
            if entry is None:
                report.add(Fault.EVENT_MISSING, seal.number, event_id=event.event_id)
            else:
                _compare(report, event, entry, seal.number)


def _agrees(seal: Seal, leaves: bytes) -> bool:
    """Tell whether leaves are those that were sealed."""
    if len(leaves) != seal.size * ENTRY_BYTES or hashlib.sha256(leaves).hexdigest() != seal.leaves:
        return False
    tree = MerkleTree()
    for entry in split(leaves):
        tree.append(seal.leaf(entry))
    return tree.root().hex() == seal.root
