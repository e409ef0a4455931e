"""Who holds which role today or later: what a policy means for real people and machine accounts.

In charge of reading assignments for those who decide about policies, and of which roles may not meet in one
person, in one account or in several. Accounts that only are a subject of credit information, or act for one, are counted, never named: to
officers they tell about nobody. A deputy holds what its principal does, so that who gains by a change, and whose
roles may not meet, is asked of it too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from authz.account import OF_SUBJECT, SUBJECT_ROLES
from authz.grants import Grants
from authz.invariants import content_classes, governing
from authz.vocabulary import RANK, Scope
from authz.worn import worn
from domain.connection import Queryable

PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Held:
    """A role that an account holds, today or from a later day on."""

    account_id: UUID
    display: str
    kind: str
    role: str
    office: str | None
    person: str
    """Who it is: the same in all accounts of a person, as far as that is known."""
    issuer: str
    """Whose tokens it signs in with."""

    @property
    def is_somebody(self) -> bool:
        """Whether it is known whose account it is."""
        return self.person != str(self.account_id)


@dataclass(frozen=True, slots=True)
class Holdings:
    """All that is held, and the accounts that hold nothing."""

    held: tuple[Held, ...]
    subjects: Mapping[str, int]
    """How many accounts hold each role of a subject or its agent."""
    idle: Mapping[UUID, str]
    """Accounts of officers and machines without any role, by what they are called."""

    def roles(self) -> set[str]:
        """Give the roles that somebody holds; everybody is the public."""
        return {PUBLIC, *(one.role for one in self.held), *self.subjects}

    def names(self) -> dict[UUID, str]:
        """Give what each account is called, but those of subjects."""
        return {one.account_id: one.display for one in self.held} | dict(self.idle)

    def by_account(self) -> dict[UUID, list[Held]]:
        """Group what is held by account."""
        found: dict[UUID, list[Held]] = {}
        for one in self.held:
            found.setdefault(one.account_id, []).append(one)
        return found

    def by_person(self) -> dict[str, list[Held]]:
        """Group what is held by the people who hold it, in whichever account."""
        found: dict[str, list[Held]] = {}
        for one in self.held:
            found.setdefault(one.person, []).append(one)
        return found

    def of(self, roles: Iterable[str]) -> set[UUID]:
        """Give the accounts that hold one of the roles."""
        wanted = set(roles)
        return {one.account_id for one in self.held if one.role in wanted}


async def read_holdings(database: Queryable, today: date) -> Holdings:
    """Read who holds what on a day or later."""
    rows = await database.fetch(_HELD, today)
    counted = await database.fetch(_SUBJECTS, today)
    idle = await database.fetch(_IDLE, today)
    return Holdings(
        tuple(Held(**row) for row in rows),
        {row["role"]: row["holders"] for row in counted},
        {row["id"]: row["display"] for row in idle},
    )


def incompatible(grants: Grants, roles: Iterable[str]) -> bool:
    """Tell whether roles may not meet in one person: one changes policies, another sees credit content.

    What everybody sees of published content, and what a person sees of itself, is no hindrance.
    """
    held = set(roles)
    if not held & governing(grants):
        return False
    return any(_sees_content(grants, role) for role in held - {*SUBJECT_ROLES, PUBLIC})


def _sees_content(grants: Grants, role: str) -> bool:
    for privacy in content_classes():
        for scope in Scope:
            own, everybody = (RANK[grants.level((one,), privacy, scope)] for one in (role, PUBLIC))
            if scope is not Scope.SELF and own > everybody:
                return True
    return False


_IN_FORCE = "{t}.state = 'granted' AND ({t}.to_on IS NULL OR {t}.to_on >= $1)"
_HAS = _IN_FORCE.replace("{t}", "assignment")

_HELD = f"""
SELECT assignment.account_id, account.display, account.kind, assignment.role,
       office.jurisdiction_id || '.' || office.code || ' ' || office.name AS office,
       coalesce(account.person, account.id::text) AS person, account.issuer
FROM ({worn(_IN_FORCE)}) assignment
JOIN account ON account.id = assignment.account_id LEFT JOIN office ON office.id = assignment.office_id
WHERE NOT {OF_SUBJECT.replace("{t}", "assignment")}
ORDER BY account.display, assignment.account_id, assignment.role, assignment.id
"""

_SUBJECTS = f"""
SELECT role, count(DISTINCT account_id)::integer AS holders FROM assignment
WHERE {_HAS} AND {OF_SUBJECT.replace("{t}", "assignment")} GROUP BY role
"""

_IDLE = f"""
SELECT account.id, account.display FROM account
WHERE account.subject_id IS NULL
  AND NOT EXISTS (SELECT FROM assignment WHERE assignment.account_id = account.id
                    AND {OF_SUBJECT.replace("{t}", "assignment")})
  AND NOT EXISTS (SELECT FROM assignment WHERE assignment.account_id = account.id AND {_HAS})
ORDER BY account.display, account.id LIMIT 1000
"""
