"""Who is left to govern: two people, of whom one proposes what the other approves.

In charge of refusing a change of authority after which policies could no longer be changed, or nobody be appointed, by
two people (invariants of the kind `staffed`): an assignment ended, an account suspended or bound, a version activated.
Counted are people, not accounts, who hold the roles themselves, are not suspended and can sign in now; nobody's deputy,
no machine, nor what claims give while a token is used. Where fewer than two are left all the same (days that run out, people who
leave), the operator appoints, and dismisses: see `authz.first_officers`.
Source: separation of duties; 上海12.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain
from typing import Any

from authz.grants import Grants
from authz.invariants import Invariant, invariants, who_may
from authz.vocabulary import Scope
from domain.connection import Queryable
from domain.errors import DomainError, Forbidden
from domain.lifecycle import Transaction

STAFFED = "staffed"


class OfficersLacking(DomainError):
    """Fewer than two people would be left who can change policies and appoint others: appoint another one first."""

    code = "OFFICERS_LACKING"
    zh = "变更后能够提出并批准权限策略、任命人员的将不足两人：请先任命其他安全管理员。"


class BindYourOwn(Forbidden):
    """Who changes policies or appoints binds its own account only: bound by others it could be locked out for good."""

    code = "BIND_YOUR_OWN"
    zh = "管理权限策略或任命人员的账号只能由本人设置令牌绑定，以免被他人永久锁定。"


@dataclass(frozen=True, slots=True)
class SignIn:
    """Whose tokens let people sign in, as the settings have it: an account of another issuer is nobody's until then."""

    issuers: frozenset[str]
    names_people: bool = False
    """Whether tokens of one of them tell which person it is, by which an account of any issuer is found."""


@dataclass(frozen=True, slots=True)
class Serving:
    """A role that a person holds from a day until a day."""

    person: str
    role: str
    from_on: date
    to_on: date | None

    def on(self, day: date) -> bool:
        """Tell whether it is held on a day."""
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)


@dataclass(frozen=True, slots=True)
class Staff:
    """Who governs under a policy."""

    grants: Grants
    serving: tuple[Serving, ...]

    def pair(self, duty: Invariant, day: date) -> tuple[frozenset[str], frozenset[str]]:
        """Give who does the first part of a duty on a day, and who the second."""
        return self._able(duty.given["one_may"], day), self._able(duty.given["another_may"], day)

    def suffices(self, duty: Invariant, day: date) -> bool:
        """Tell whether two people can do a duty on a day, a part each."""
        first, second = self.pair(duty, day)
        return bool(first and second) and len(first | second) > 1

    def _able(self, asked: Iterable[str], day: date) -> frozenset[str]:
        roles = [who_may(self.grants, [f"{one}.{Scope.ANY.value}"]) for one in asked]
        found = ({one.person for one in self.serving if one.role in some and one.on(day)} for some in roles)
        return frozenset(set.intersection(*found))


async def read_staff(database: Queryable, grants: Grants, sign_in: SignIn, *, today: date) -> Staff:
    """Read who holds a role that governs, today or later, and can sign in."""
    asked = (one for duty in _duties() for one in chain(duty.given["one_may"], duty.given["another_may"]))
    roles = sorted(who_may(grants, asked))
    rows = await database.fetch(_SERVING, today, roles, sorted(sign_in.issuers), sign_in.names_people)
    return Staff(grants, tuple(Serving(row["person"], row["role"], row["from_on"], row["to_on"]) for row in rows))


def are_two(staff: Staff, today: date) -> bool:
    """Tell whether two people govern today."""
    return all(staff.suffices(duty, today) for duty in _duties())


def lacking(before: Staff, after: Staff, today: date) -> tuple[Invariant, date] | None:
    """Give the first duty, and the day, for which a change takes somebody away and leaves no two people; or None.

    Days to come are asked too, on which somebody's last day is over: who serves until tomorrow is no successor.
    """
    for day in _days((*before.serving, *after.serving), today):
        for duty in _duties():
            pairs = zip(before.pair(duty, day), after.pair(duty, day), strict=True)
            if any(had - has for had, has in pairs) and not after.suffices(duty, day):
                return duty, day
    return None


def require_two(before: Staff, after: Staff, today: date) -> None:
    """Require of a change that it leaves two people who govern.

    Raises: OfficersLacking, which says for what and from which day on.
    """
    found = lacking(before, after, today)
    if found is not None:
        duty, day = found
        raise OfficersLacking(invariant=duty.id, fromOn=day.isoformat())


@asynccontextmanager
async def leaving_two(tx: Transaction, grants: Grants, sign_in: SignIn) -> AsyncIterator[None]:
    """Require of what is done to assignments and accounts meanwhile that it leaves two people who govern.

    Changes of authority come one at a time (`api.execution.standing.stands`), so that two officers cannot end each
    other at once.
    Raises: OfficersLacking.
    """
    before = await read_staff(tx.connection, grants, sign_in, today=tx.today)
    yield
    require_two(before, await read_staff(tx.connection, grants, sign_in, today=tx.today), tx.today)


async def require_bindable(tx: Transaction, account: Mapping[str, Any], grants: Grants, sign_in: SignIn) -> None:
    """Require of an account whose tokens are to be bound for good that nobody who governs is locked out by it.

    Who governs binds its own account only, and counts as gone by it: nobody knows yet whether it gets such tokens.
    Raises: BindYourOwn; OfficersLacking.
    """
    person = account["person"] or str(account["id"])
    staff = await read_staff(tx.connection, grants, sign_in, today=tx.today)
    left = replace(staff, serving=tuple(one for one in staff.serving if one.person != person))
    if left != staff and account["id"] not in tx.actor.hands:
        raise BindYourOwn
    require_two(staff, left, tx.today)


def _duties() -> tuple[Invariant, ...]:
    return tuple(one for one in invariants() if one.kind == STAFFED)


def _days(serving: Iterable[Serving], today: date) -> Iterator[date]:
    """Give today and the later days on which somebody begins, or serves no more."""
    turns = {one.from_on for one in serving}
    turns |= {one.to_on + timedelta(days=1) for one in serving if one.to_on is not None and one.to_on < date.max}
    yield from sorted({today, *(day for day in turns if day > today)})


_SERVING = """
SELECT coalesce(account.person, account.id::text) AS person, held.role, held.from_on, held.to_on
FROM assignment held JOIN account ON account.id = held.account_id
WHERE held.state = 'granted' AND held.deputy_of_id IS NULL AND (held.to_on IS NULL OR held.to_on >= $1) AND held.role = ANY($2::text[])
  AND account.state = 'active' AND account.kind = 'person' AND account.subject_id IS NULL
  AND (account.issuer = ANY($3::text[]) OR ($4 AND account.person IS NOT NULL))
"""
