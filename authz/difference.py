"""The difference between two versions of a policy: lines, cells in words, and the accounts it touches.

In charge of what an officer must have read before proposing or approving: which role × object × action × scope
and which clearance is gained or lost, which lines and cases came and went, who holds a role that changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from authz.grants import Grants
from authz.holdings import Held, Holdings
from authz.invariants import Cell, gains, governing
from authz.lines import PolicyLine
from authz.vocabulary import Level
from authz.words import gained, lost
from domain.privacy import Privacy


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that is gained or lost, in words."""

    gain: bool
    cell: Cell
    text: str
    zh: str


@dataclass(frozen=True, slots=True)
class Touched:
    """A role held by an account that gains or loses by the change, with how many cells."""

    held: Held
    gained: int
    lost: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What a change of policy changes."""

    added: tuple[PolicyLine, ...]
    removed: tuple[PolicyLine, ...]
    changes: tuple[Change, ...]
    touched: tuple[Touched, ...]
    subjects: int
    """How many accounts of subjects and their agents it touches; they are not named."""

    @property
    def narrows(self) -> bool:
        """Whether it only takes away."""
        return not any(one.gain for one in self.changes)


@dataclass(frozen=True, slots=True)
class Side:
    """A version as one side of a comparison."""

    lines: Sequence[PolicyLine]
    grants: Grants


def compare(before: Side, after: Side, holdings: Holdings) -> Difference:
    """Tell what changes from one version to another: lines, cells of the matrix, and who holds their roles."""
    changes = tuple(sorted(_changes(before.grants, after.grants), key=_order))
    counts = Counter((one.cell.role, one.gain) for one in changes)
    touched = tuple(
        Touched(one, counts[one.role, True], counts[one.role, False])
        for one in holdings.held
        if counts[one.role, True] or counts[one.role, False]
    )
    subjects = sum(count for role, count in holdings.subjects.items() if counts[role, True] or counts[role, False])
    return Difference(
        added=_missing(after.lines, before.lines),
        removed=_missing(before.lines, after.lines),
        changes=changes,
        touched=touched,
        subjects=subjects,
    )


def beneficiaries(before: Grants, after: Grants, shipped: Grants, holdings: Holdings) -> set[UUID]:
    """Give the accounts that gain by a change: neither of them may propose or approve it.

    What ships with the package is not counted for the roles that change policies: without that no two of them
    could ever take over what a release brings for them.
    """
    ruling = governing(before)
    kept = set(gains(before, after, shipped))
    roles = {cell.role for cell in gains(before, after) if cell.role not in ruling or cell in kept}
    return holdings.of(role for role in roles if role is not None)


def _changes(before: Grants, after: Grants) -> Iterable[Change]:
    for cell in gains(before, after):
        yield Change(True, cell, *gained(cell, _level(before, cell)))
    for cell in gains(after, before):
        yield Change(False, cell, *lost(cell, _level(after, cell)))


def _level(grants: Grants, cell: Cell) -> Level | None:
    """Give the level a class is seen at on the other side; None for a cell that is no clearance."""
    if cell.object not in set(Privacy) or cell.role is None or cell.scope is None:
        return None
    return grants.level((cell.role,), Privacy(cell.object), cell.scope)


def _order(change: Change) -> tuple[bool, str, str, str, str]:
    cell = change.cell
    return not change.gain, str(cell.role), cell.object, cell.action, str(cell.scope)


def _missing(lines: Sequence[PolicyLine], from_: Sequence[PolicyLine]) -> tuple[PolicyLine, ...]:
    """Give the lines that are not on the other side, counting those that stand several times."""
    there = Counter((line.kind, line.cells) for line in from_)
    found = []
    for line in lines:
        key = line.kind, line.cells
        if there[key]:
            there[key] -= 1
        else:
            found.append(line)
    return tuple(found)
