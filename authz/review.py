"""A policy version under review: read, expanded, examined, compared with the active one.

In charge of gathering, in one go and without keeping requests waiting, all that officers are shown about a version
and all that decides whether it may be proposed, approved or activated. What does not change while the process lives
is kept: who activates what was examined when it was approved does not read or examine it again, nor compare it.
Refuses a version whose text is not the one it was written with.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Final
from uuid import UUID

from authz.authority import AuthorityMissing, read_active
from authz.deputies import RolesIncompatible
from authz.difference import Difference, Side, beneficiaries, compare
from authz.examination import Examination, examine
from authz.expanding import expanded_beside
from authz.grants import Grants, default_grants
from authz.holdings import Held, Holdings, incompatible, read_holdings
from authz.lines import Fault, PolicyInvalid, PolicyLine, digest, faults, read, still_known
from authz.lint import Classes, Finding, lint, lint_faults, lint_staff
from authz.staffing import OfficersLacking, SignIn, Staff, are_two, read_staff, require_two
from domain.connection import Queryable
from domain.errors import NotFound

NOTHING_WRONG = Examination()


@dataclass(frozen=True, slots=True)
class Review:
    """What is known about a version; `difference` and `gaining` only where its lines can stand."""

    id: UUID | None
    digest: str
    lines: tuple[PolicyLine, ...]
    active: int
    active_id: UUID
    examination: Examination
    side: Side | None
    holdings: Holdings
    difference: Difference | None = None
    before: Side | None = None
    """The active version."""
    standing: Examination = NOTHING_WRONG
    """What is wrong with the active version itself, by the invariants of this release, where this one breaks any."""
    gaining: frozenset[UUID] = frozenset()
    """The accounts that gain by it."""
    meeting: tuple[Held, ...] = ()
    """The accounts of people, by one of their roles, for whom roles meet under it that may not, and do not under the active
    one."""

    unstaffed: OfficersLacking | None = None
    """Why it may not become active for want of people: fewer than two of those there are would be left to govern."""
    enough: bool = True
    """Whether two people would govern under it, whoever does today."""

    def sides(self) -> tuple[Side, Side]:
        """Give the active version and this one, to be compared.

        Raises: PolicyInvalid for lines that cannot stand.
        """
        if self.side is None:
            self.examination.require()
        assert self.before is not None
        assert self.side is not None
        return self.before, self.side

    @property
    def passed(self) -> bool:
        """Whether it may be proposed."""
        return self.examination.passed and not self.meeting and self.unstaffed is None

    def require_narrower(self) -> None:
        """Refuse a version that may not become active even where it only takes away.

        An invariant that came with a release, or an action that nobody has since, keeps nobody from going back to what
        is no worse by it.
        Raises: PolicyInvalid; InvariantBroken; CaseFails; OfficersLacking.
        """
        self.examination.beside(self.standing).require()
        if self.unstaffed is not None:
            raise self.unstaffed

    def require(self) -> None:
        """Refuse a version that may not be proposed, approved or activated.

        Raises: PolicyInvalid; InvariantBroken; CaseFails; OfficersLacking; RolesIncompatible, naming the accounts.
        """
        self.examination.require()
        self.require_narrower()
        if self.meeting:
            raise RolesIncompatible(accounts=[f"Account:{one.account_id}" for one in self.meeting])

    async def linted(self, classes: Classes) -> list[Finding]:
        """Give what is odd about it, line by line, and about who holds its roles."""
        if self.side is None:
            return lint_faults(self.lines)
        refused = frozenset(one.account_id for one in self.meeting)
        findings = await asyncio.to_thread(lint, self.side.lines, self.side.grants, self.holdings, classes, refused)
        return [*findings, *lint_staff(self.unstaffed, enough=self.enough)]


KEPT = 16
_examined: OrderedDict[tuple[str, str], Examination] = OrderedDict()
"""Examinations by the digests of the lines and of the active lines beside them."""


async def review(database: Queryable, version_id: UUID, *, sign_in: SignIn, today: date) -> Review:
    """Review a version beside the active one.

    Raises: NotFound; PolicyInvalid when its text is not the one it was written with; AuthorityMissing.
    """
    _, lines = await _version(database, version_id)
    return await review_lines(database, lines, sign_in=sign_in, today=today, version_id=version_id)


async def examined(database: Queryable, version_id: UUID, *, sign_in: SignIn, today: date) -> Review:
    """Review a version without comparing it: all that its activation depends on.

    Raises: NotFound; PolicyInvalid when its text is not the one it was written with; AuthorityMissing.
    """
    _, lines = await _version(database, version_id)
    return await _uncompared(database, lines, sign_in, today=today, version_id=version_id)


async def review_lines(
    database: Queryable,
    lines: tuple[PolicyLine, ...],
    *,
    sign_in: SignIn,
    today: date,
    version_id: UUID | None = None,
) -> Review:
    """Review lines that may belong to a version beside the active one.

    Raises: AuthorityMissing; PolicyInvalid when the active version cannot be read.
    """
    found = await _uncompared(database, lines, sign_in, today=today, version_id=version_id)
    return found if found.side is None else await asyncio.to_thread(_compared, found)


async def _uncompared(
    database: Queryable, lines: tuple[PolicyLine, ...], sign_in: SignIn, *, today: date, version_id: UUID | None
) -> Review:
    _, number, active_lines = await read_active(database)
    active_id = await _id_of(database, number)
    holdings = await read_holdings(database, today)
    wrong, key = await asyncio.to_thread(_read_over, lines)
    said = lines
    if wrong and await _was_in_force(database, version_id):
        said = still_known(lines)
        wrong, _ = await asyncio.to_thread(_read_over, said)
    base = Review(version_id, key, lines, number, active_id, Examination(wrong), None, holdings)
    if wrong:
        return base
    active = Side(active_lines, await expanded_beside(number, active_lines))
    side = Side(said, await expanded_beside(0, said))
    examination = await _examination(base.digest, side, active)
    standing = await _examination(digest(active_lines), active, active) if examination.breaches else NOTHING_WRONG
    meeting = tuple(_meeting(active.grants, side.grants, holdings))
    found = replace(base, side=side, before=active, examination=examination, standing=standing, meeting=meeting)
    now = await read_staff(database, active.grants, sign_in, today=today)
    return _staffed(found, now, await read_staff(database, side.grants, sign_in, today=today), today)


def _staffed(found: Review, now: Staff, then: Staff, today: date) -> Review:
    """Tell of a version whether the people there are would govern under it.

    It is true in the transaction that follows, too: whoever takes a role away moves the epoch, and is seen there.
    """
    try:
        require_two(now, then, today)
    except OfficersLacking as lacking:
        return replace(found, unstaffed=lacking, enough=False)
    return replace(found, enough=are_two(then, today))


def _meeting(before: Grants, after: Grants, holdings: Holdings) -> Iterator[Held]:
    """Find the accounts of whom a version lets roles meet for that may not: in a person, what invariants keep apart in a role."""
    for held in holdings.by_person().values():
        roles = [one.role for one in held]
        if incompatible(after, roles) and not incompatible(before, roles):
            yield from {one.account_id: one for one in held}.values()


async def _examination(key: str, side: Side, active: Side) -> Examination:
    place = key, digest(active.lines)
    found = _examined.get(place)
    if found is None:
        found = await asyncio.to_thread(examine, side.lines, side.grants, active.grants, default_grants())
        _examined[place] = found
        if len(_examined) > KEPT:
            _examined.popitem(last=False)
    return found


def _compared(found: Review) -> Review:
    assert found.before is not None
    assert found.side is not None
    before, after = found.before, found.side
    gaining = beneficiaries(before.grants, after.grants, default_grants(), found.holdings)
    return replace(found, difference=compare(before, after, found.holdings), gaining=frozenset(gaining))


async def _was_in_force(database: Queryable, version_id: UUID | None) -> bool:
    """Tell whether a version was active once, or goes back to one that was: what it says of what is there no more is left out."""
    return await database.fetchrow(_IN_FORCE_ONCE, version_id) is not None


_IN_FORCE_ONCE: Final = """
SELECT FROM policy_version WHERE id = $1 AND (state IN ('active', 'superseded') OR restores_id IS NOT NULL)
"""


async def side_of(database: Queryable, version_id: UUID) -> Side:
    """Give a version as one side of a comparison.

    Raises: NotFound; PolicyInvalid for lines that cannot stand.
    """
    number, lines = await _version(database, version_id)
    return Side(lines, await expanded_beside(number, still_known(lines)))


@lru_cache(maxsize=KEPT)
def _read_over(lines: tuple[PolicyLine, ...]) -> tuple[tuple[Fault, ...], str]:
    return tuple(faults(lines)), digest(lines)


async def _version(database: Queryable, version_id: UUID) -> tuple[int, tuple[PolicyLine, ...]]:
    """Give the number and the lines of a version."""
    row = await database.fetchrow("SELECT number, digest, policy_text FROM policy_version WHERE id = $1", version_id)
    if row is None:
        raise NotFound
    lines = await asyncio.to_thread(_lines_of, row["policy_text"])
    if digest(lines) != row["digest"]:
        raise PolicyInvalid(f"The text of policy version {row['number']} is not the one it was written with.")
    return row["number"], lines


_lines_of = lru_cache(maxsize=KEPT)(read)


async def _id_of(database: Queryable, number: int) -> UUID:
    row = await database.fetchrow("SELECT id FROM policy_version WHERE number = $1", number)
    if row is None:
        raise AuthorityMissing
    return UUID(str(row["id"]))
