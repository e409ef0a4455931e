"""What an account is assigned today: the offices and principals it acts for, its roles, the purposes it may name.

In charge of reading assignments and grants of purposes as they stand on a day. Refuses an account without a
role, an office or principal it does not act for, a purpose that does not exist and one that is not granted.
Source: 厦门4, 海沧4 (a report is asked for in a named matter); 民法典 161 (acts through an agent 代理人).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from authz.account import SUBJECT_ROLES
from authz.authority import AuthorityMissing
from authz.claim_rules import NOWHERE, GivenRole
from authz.grants import Grants
from authz.holdings import incompatible
from authz.invariants import governing
from authz.issuer_clock import MAY_BE_AHEAD
from authz.token import Claims
from authz.vocabulary import Scope
from authz.worn import worn
from domain.connection import Queryable
from domain.errors import Forbidden, InvalidInput
from domain.use.partner import GRANT_IN_FORCE

NO_OFFICE = "none"
"""The office header's word for the roles that are held in no office."""

PURPOSE_LENGTH = 200


class NoRole(Forbidden):
    """Your token is valid, but its account holds no role today: ask your security officer to assign one, or, for a
    subject or its agent, the operator of the service to link it."""

    code = "NO_ROLE"
    zh = "令牌有效，但该账号目前没有任何角色：请联系安全管理员分配角色；信用主体及其代理人请联系运维人员登记对应关系。"


class OfficeNotHeld(Forbidden):
    """You hold no role in the office, or for the principal, that Renxin-Office names, or several have this code:
    name its id."""

    code = "OFFICE_NOT_HELD"
    zh = "您在 Renxin-Office 所指处室（或对所指委托人）没有角色，或该代码对应您的多个处室：请改用其 id。"


class PurposeUnknown(InvalidInput):
    """There is no application item with the code in Renxin-Purpose: name one of those there are."""

    code = "PURPOSE_UNKNOWN"
    zh = "Renxin-Purpose 所指应用事项不存在：请查阅应用事项清单。"


class PurposeNotGranted(Forbidden):
    """The purpose in Renxin-Purpose is not granted to your office today: name one of `viewer { purposes }`, or ask for it."""

    code = "PURPOSE_NOT_GRANTED"
    zh = "Renxin-Purpose 所指用途目前未授予您的单位：请改用 viewer { purposes } 所列用途，或申请授权。"


@dataclass(frozen=True, slots=True)
class Holding:
    """The roles that an account holds in one office, for one principal, or in neither."""

    office_id: UUID | None
    office_code: str | None
    jurisdiction_id: str | None
    roles: tuple[str, ...]
    principal_id: UUID | None = field(default=None, repr=False)
    """The subject for whom an authorised agent acts."""
    deputy_of_id: UUID | None = None
    """The account in whose place a deputy acts, with the roles that it holds itself."""
    deputy_of: str | None = field(default=None, repr=False)
    """What that account is called."""
    until: date | None = None
    """The last day on which a deputy acts so."""
    assignment_id: UUID | None = None
    """The assignment of a deputy."""
    by_rule: bool = False
    """Whether the account was linked to the subject it is by rule: see `authz.linked_by_rule`."""

    def answers_to(self, name: str) -> bool:
        """Tell whether an office header means this one."""
        if self.principal_id is not None:
            return name == f"Subject:{self.principal_id}"
        if self.deputy_of_id is not None:
            return name in (f"Account:{self.deputy_of_id}", f"Assignment:{self.assignment_id}")
        return self.is_of(name)

    def is_of(self, name: str) -> bool:
        """Tell whether an office header names its office."""
        if self.office_id is None:
            return name == NO_OFFICE
        return name in (self.office_code, f"Office:{self.office_id}")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An account at one instant: epoch, policy version, whether the token is revoked, the assignments."""

    epoch: int
    policy_version: int
    revoked: bool
    """Whether the token is revoked: itself, or with all that its account had until an instant."""
    suspended: bool
    binding: str
    """What its tokens must be bound to: see `authz.sender`."""
    account_id: UUID | None
    issuer: str | None
    display: str | None
    subject_id: UUID | None
    assignments: tuple[Holding, ...]
    kind: str | None = None
    person: str | None = field(default=None, repr=False)
    """Keyed digest of whose it is, where somebody has said so."""
    given: tuple[tuple[Holding, bool], ...] = ()
    """The roles that the claims of its token give, and whether each may govern policies."""
    elsewhere: frozenset[str] = frozenset()
    """The roles of the other accounts of the same person, where claims give some."""

    @property
    def unnamed(self) -> bool:
        """Whether it is a person's, and nobody has said whose."""
        return self.kind == "person" and self.person is None

    @property
    def is_subject_by_rule(self) -> bool:
        """Whether the account was linked to the subject it is by rule."""
        return any(one.by_rule for one in self.assignments)

    def holding(self, office: str | None, grants: Grants) -> Holding:
        """Give the roles that the account wears: those of the named office or principal, or of its oldest assignment.

        Roles of two offices are never worn together, nor those of an office and those of the person, nor those
        for two principals, nor one's own and a deputy's: what one of them leaves out (a partner must name a purpose)
        the other could bring in. An office means what is held in it as one's own, then what is as somebody's deputy.
        Raises: NoRole; OfficeNotHeld.
        """
        held = self._by_place(grants)
        if not held:
            raise NoRole(account=self.account_id and f"Account:{self.account_id}")
        if office is None:
            return held[0]
        named = [each for each in held if each.answers_to(office)]
        named = named or [each for each in held if each.deputy_of_id is not None and each.is_of(office)]
        if len({(each.office_id, each.principal_id, each.deputy_of_id) for each in named}) != 1:
            raise OfficeNotHeld
        return named[0]

    def _by_place(self, grants: Grants) -> list[Holding]:
        """Group assignments by office and principal; a role that no policy knows gives nothing."""
        found: dict[tuple[object, ...], Holding] = {}
        for one in (*self.assignments, *self._by_claims(grants)):
            if not grants.roles.keys() >= set(one.roles):
                continue
            place = one.office_id, one.jurisdiction_id, one.principal_id, one.deputy_of_id
            found[place] = replace(one, roles=found[place].roles + one.roles) if place in found else one
        return list(found.values())

    def _by_claims(self, grants: Grants) -> tuple[Holding, ...]:
        """Give the roles by claims that an officer could have granted beside those that are assigned.

        A role that governs policies needs a line that says so; roles that may not meet in one person give nothing.
        Nor does anything to an account of a subject or its agent, which officers do not assign roles.
        """
        if not self.given or self.subject_id or any(SUBJECT_ROLES.intersection(one.roles) for one in self.assignments):
            return ()
        governs = governing(grants)
        found = tuple(one for one, may_govern in self.given if may_govern or governs.isdisjoint(one.roles))
        together = {role for one in (*self.assignments, *found) for role in one.roles} | self.elsewhere
        return () if incompatible(grants, together & grants.roles.keys()) else found


async def read_account(database: Queryable, claims: Claims, *, today: date) -> Snapshot:
    """Read the account of a token with its assignments of today in one statement: its own, the oldest first, then
    those as a deputy.

    Raises: AuthorityMissing before the first start.
    """
    given, values = claims.given, [claims.issuer, claims.sub, claims.token_id, claims.issued_at]
    if given.person is None:
        account = _snapshot(await database.fetch(_OF_TOKEN, today, *values))
    else:
        account = _snapshot(await database.fetch(_OF_PERSON, today, *values, given.person))
    if account.account_id is None or not given.roles:
        return account
    others = await database.fetch(_ELSEWHERE, today, account.account_id, given.person)
    elsewhere = frozenset(row["role"] for row in others)
    return replace(account, given=await _held_by_claims(database, given.roles), elsewhere=elsewhere)


async def _held_by_claims(database: Queryable, given: Sequence[GivenRole]) -> tuple[tuple[Holding, bool], ...]:
    """Give the roles that claims give as they are held, and whether each may govern; in no office that is not."""
    rows = await database.fetch(_OFFICES, [one.office for one in given])
    places = {row["name"]: (row["id"], row["code"], row["jurisdiction_id"]) for row in rows}
    places[NOWHERE] = (None, None, None)
    return tuple((Holding(*places[one.office], (one.role,)), one.governs) for one in given if one.office in places)


async def read_account_by_id(database: Queryable, account_id: UUID, *, today: date) -> Snapshot:
    """Read an account that is known by its id, as it would call with a token that holds.

    Raises: AuthorityMissing before the first start.
    """
    return _snapshot(await database.fetch(_OF_ID, today, account_id))


async def account_id_of(database: Queryable, issuer: str, sub: str) -> UUID | None:
    """Find the account of an issuer's subject."""
    row = await database.fetchrow("SELECT id FROM account WHERE issuer = $1 AND sub = $2", issuer, sub)
    return row["id"] if row is not None else None


def _snapshot(rows: Sequence[Mapping[str, Any]]) -> Snapshot:
    if not rows:
        raise AuthorityMissing
    first = rows[0]
    return Snapshot(
        epoch=first["epoch"],
        policy_version=first["policy_version"],
        revoked=first["revoked"],
        suspended=first["suspended"],
        binding=first["binding"],
        account_id=first["account_id"],
        issuer=first["issuer"],
        display=first["display"],
        subject_id=first["subject_id"],
        assignments=tuple(_assignment(row) for row in rows if row["role"] is not None),
        kind=first["kind"],
        person=first["person"],
    )


async def read_purpose(
    database: Queryable, code: str, held: Holding, grants: Grants, *, today: date
) -> Mapping[str, Any] | None:
    """Find the application item that a holder of the roles names as purpose: its id, code and name.

    Which items it may name follows from its grants: all of its own division and those above for roles that
    have a purposed scope, those granted to the office for roles that have a consented one. For others a
    purpose opens nothing and is not taken over: None.
    Raises: PurposeUnknown; PurposeNotGranted.
    """
    if not code.isprintable() or len(code) > PURPOSE_LENGTH:
        raise PurposeUnknown
    item: Mapping[str, Any] | None = await database.fetchrow(
        _PURPOSE, held.office_id, held.jurisdiction_id, today, code
    )
    if item is None:
        raise PurposeUnknown
    scopes = _scopes(held.roles, grants)
    if scopes.isdisjoint({Scope.PURPOSED, Scope.CONSENTED}):
        return None
    if _may_name(item, scopes):
        return item
    raise PurposeNotGranted


async def nameable_purposes(
    database: Queryable, held: Holding, grants: Grants, *, today: date
) -> tuple[Mapping[str, Any], ...]:
    """List the application items that a holder of the roles may name as purpose: code and name, by code."""
    scopes = _scopes(held.roles, grants)
    rows = await database.fetch(_PURPOSES, held.office_id, held.jurisdiction_id, today)
    return tuple(item for item in rows if _may_name(item, scopes))


def _may_name(item: Mapping[str, Any], scopes: Collection[Scope]) -> bool:
    return bool((Scope.PURPOSED in scopes and item["within"]) or (Scope.CONSENTED in scopes and item["granted"]))


def _assignment(row: Mapping[str, Any]) -> Holding:
    return Holding(
        row["office_id"],
        row["office_code"],
        row["jurisdiction_id"],
        (row["role"],),
        row["principal_id"],
        deputy_of_id=row["deputy_of_id"],
        deputy_of=row["deputy_of"],
        until=row["until"],
        assignment_id=row["assignment_id"],
        by_rule=row["by_rule"],
    )


def _scopes(roles: Iterable[str], grants: Grants) -> set[Scope]:
    """Give every scope that some grant of the roles knows."""
    return {scope for role in roles for scopes in grants.roles[role].scopes.values() for scope in scopes}


_ACCOUNT = """
SELECT authority.epoch, authority.policy_version,
       {revoked} AS revoked,
       coalesce(account.state = 'suspended', false) AS suspended, coalesce(account.binding, 'none') AS binding,
       account.id AS account_id, account.issuer, account.display, account.subject_id,
       account.kind, account.person,
       held.role, held.office_id, held.subject_id AS principal_id, office.code AS office_code,
       coalesce(held.jurisdiction_id, office.jurisdiction_id) AS jurisdiction_id,
       held.deputy_of_id, held.deputy_of, held.until, held.id AS assignment_id, held.by_rule
FROM authority
LEFT JOIN account ON {named}
LEFT JOIN LATERAL ({worn}) held ON held.account_id = account.id
LEFT JOIN office ON office.id = held.office_id
ORDER BY held.deputy_of_id IS NOT NULL, held.from_on, held.id
"""

_WORN = worn("{t}.state = 'granted' AND {t}.from_on <= $1 AND ({t}.to_on IS NULL OR {t}.to_on >= $1)")

_OF_TOKEN = _ACCOUNT.format(
    worn=_WORN,
    revoked="EXISTS (SELECT FROM revoked_token WHERE revoked_token.id = $4)"
    f" OR coalesce(account.tokens_from >= $5::timestamptz - {MAY_BE_AHEAD.format(issuer='$2', stamp='$5')}, false)",
    named="account.issuer = $2 AND account.sub = $3",
)
_OF_PERSON = _OF_TOKEN.replace(
    "account.issuer = $2 AND account.sub = $3",
    "account.id = (SELECT one.id FROM account one WHERE (one.issuer = $2 AND one.sub = $3) OR one.person = $6"
    " ORDER BY one.issuer = $2 AND one.sub = $3 DESC, one.state = 'suspended' DESC, one.id LIMIT 1)",
)
_ELSEWHERE = f"""
SELECT DISTINCT held.role FROM account own
JOIN account other ON other.person IN (own.person, $3) AND other.id <> own.id
JOIN ({_WORN}) held ON held.account_id = other.id
WHERE own.id = $2
"""
_OFFICES = """
SELECT office.id, office.code, office.jurisdiction_id, office.jurisdiction_id || '.' || office.code AS name
FROM office WHERE office.jurisdiction_id || '.' || office.code = ANY($1::text[])
"""
_OF_ID = _ACCOUNT.format(worn=_WORN, revoked="FALSE", named="account.id = $2")

_ITEMS = f"""
WITH RECURSIVE above (id, parent_id) AS (
  SELECT id, parent_id FROM jurisdiction WHERE id = $2
  UNION
  SELECT next.id, next.parent_id FROM jurisdiction next JOIN above ON next.id = above.parent_id
)
SELECT item.id, item.code, item.name,
       coalesce(item.jurisdiction_id IN (SELECT id FROM above), false) AS within,
       EXISTS (SELECT FROM partner_purpose held
               WHERE held.office_id = $1 AND held.application_item_id = item.id
                 AND {GRANT_IN_FORCE.replace("{t}", "held").replace(":today", "$3::date")}) AS granted
FROM application_item item
"""
_PURPOSE = f"{_ITEMS} WHERE item.code = $4"
_PURPOSES = f"{_ITEMS} ORDER BY item.code"
