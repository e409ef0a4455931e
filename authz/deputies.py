"""Deputies 代理人 during leave: who stands in for whom, in which office, from a day until a day.

In charge of what must hold before an account is assigned a principal, and of what follows for others: a deputy gains
what its principal gains, so it neither proposes nor approves that, and whose roles may not meet is asked of it too.
The assignment goes the way of every other one (`authz.appointments`): two officers, ended by one, at once. Refuses a
deputy of a deputy, a principal that holds nothing there, and machines. Source: 民法典 161-169 (转委托, 169);
separation of duties.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import date
from typing import Any
from uuid import UUID

from authz.account import DEPUTY, OF_SUBJECT
from authz.activation import require_order
from authz.grants import Grants
from authz.holdings import incompatible
from authz.versions import LONGEST_REASON, OfficerBenefits
from authz.worn import worn
from domain import lifecycle
from domain.errors import DomainError, InvalidInput
from domain.lifecycle import Transaction
from domain.text import require_text


class RolesIncompatible(DomainError):
    """One person would change policies and see credit content, in this account or with another: give one of the roles to
    another person."""

    code = "ROLES_INCOMPATIBLE"
    zh = "同一人将（以该账号或其名下其他账号）同时管理权限策略和查看信用内容：请将其中一个角色授予其他人员。"


class AssignmentExists(DomainError):
    """The account holds this role in this office already, or it is proposed, for some of these days."""

    code = "ASSIGNMENT_EXISTS"
    zh = "该账号在此期间已在该处室担任此角色，或已提出授予。"


class AssignmentOver(DomainError):
    """The last day is over, so that nothing would be held: propose it with a day to come."""

    code = "ASSIGNMENT_OVER"
    zh = "截止日已过，授予后也不生效：请以未到的截止日重新提出。"


class DeputyHasDeputy(DomainError):
    """A deputy has no deputy: on some of these days the principal stands in for somebody, or somebody for the deputy."""

    code = "DEPUTY_HAS_DEPUTY"
    zh = "不得转代理：在此期间该委托人正代理他人，或已有他人代理该代理人。"


class PrincipalHoldsNothing(DomainError):
    """The principal itself holds no role in this office on any of these days: there is nothing to stand in for."""

    code = "PRINCIPAL_HOLDS_NOTHING"
    zh = "被代理人在此期间未在该处室担任任何角色：无可代理。"


async def propose(
    tx: Transaction,
    account_id: UUID,
    principal_id: UUID,
    grants: Grants,
    *,
    from_on: date,
    to_on: date,
    office_id: UUID | None,
    reason: str,
) -> UUID:
    """Propose an account as deputy of another in an office from a day until a day; give the id of the assignment.

    Raises: OfficerBenefits; DeputyHasDeputy; PrincipalHoldsNothing; RolesIncompatible; AssignmentExists; AssignmentOver;
    InvalidInput.
    """
    officer = tx.require_account()
    words = require_text("reason", reason, longest=LONGEST_REASON)
    require_order(from_on, to_on)
    require_to_come(tx, to_on)
    if account_id in tx.actor.hands:
        raise OfficerBenefits
    if account_id == principal_id or await tx.connection.fetchval(_NOT_TWO, [account_id, principal_id]):
        raise InvalidInput(
            "A deputy and its principal are two people.", zh="代理人与被代理人应为不同的自然人账号。", field="principal"
        )
    if await tx.connection.fetchval(_SAME, account_id, principal_id, office_id, from_on, to_on):
        raise AssignmentExists
    values = {
        "account_id": account_id, "role": DEPUTY, "deputy_of_id": principal_id, "office_id": office_id,
        "from_on": from_on, "to_on": to_on, "state": "proposed", "reason": words, "proposed_by_id": officer,
        "proposed_at": tx.now,
    }  # fmt: skip
    await require_fit(tx, values, grants)
    return await lifecycle.create(tx, "assignment", "propose", values, reason=words)


def require_to_come(tx: Transaction, to_on: date | None) -> None:
    """Require that what is proposed or approved is held on a day at all.

    Raises: AssignmentOver.
    """
    if to_on is not None and to_on < tx.today:
        raise AssignmentOver(toOn=to_on.isoformat())


async def require_fit(tx: Transaction, row: Mapping[str, Any], grants: Grants) -> None:
    """Require of the assignment of a deputy what must hold when it is proposed, and still when it is approved.

    Raises: DeputyHasDeputy; PrincipalHoldsNothing; RolesIncompatible.
    """
    days = row["from_on"], row["to_on"]
    if await tx.connection.fetchval(_CHAINED, row["account_id"], row["deputy_of_id"], *days):
        raise DeputyHasDeputy
    held = await tx.connection.fetch(_OF_PRINCIPAL, row["deputy_of_id"], row["office_id"], *days)
    if not held:
        raise PrincipalHoldsNothing
    await require_compatible(tx, row["account_id"], {one["role"] for one in held}, grants)


async def require_compatible(tx: Transaction, account_id: UUID, roles: Set[str], grants: Grants) -> None:
    """Require that roles may meet with those that a person wears, or is proposed to, from today on in any account.

    Raises: RolesIncompatible.
    """
    held = await tx.connection.fetch(_ROLES, account_id, tx.today)
    if incompatible(grants, {*roles, *(one["role"] for one in held)}):
        raise RolesIncompatible


async def require_fit_of_deputies(
    tx: Transaction, account_id: UUID, role: str, office_id: UUID | None, grants: Grants
) -> None:
    """Require of a role for an account what its deputies in that office, who would wear it too, must not break.

    Raises: OfficerBenefits when who acts is one of them; RolesIncompatible.
    """
    for one in await tx.connection.fetch(_DEPUTIES, account_id, office_id, tx.today):
        if one["account_id"] in await tx.people():
            raise OfficerBenefits
        await require_compatible(tx, one["account_id"], {role}, grants)


_UNFINISHED = "{t}.state IN ('granted', 'proposed') AND ({t}.to_on IS NULL OR {t}.to_on >= $2)"
_ROLES = f"""
SELECT role FROM ({worn(_UNFINISHED)}) held
WHERE account_id IN (
  SELECT $1 UNION SELECT other.id FROM account one JOIN account other ON other.person = one.person WHERE one.id = $1
)
"""

_DEPUTIES = f"""
SELECT stand.account_id FROM assignment stand
WHERE stand.deputy_of_id = $1 AND stand.office_id IS NOT DISTINCT FROM $2
  AND {_UNFINISHED.replace("{t}", "stand").replace("$2", "$3")}
"""

_CHAINED = """
SELECT EXISTS (
  SELECT FROM assignment other
  WHERE other.deputy_of_id IS NOT NULL AND (other.account_id = $2 OR other.deputy_of_id = $1)
    AND other.state IN ('granted', 'proposed') AND daterange(other.from_on, other.to_on, '[]') && daterange($3, $4, '[]')
)
"""

_OF_PRINCIPAL = f"""
SELECT held.role FROM assignment held
WHERE held.account_id = $1 AND held.deputy_of_id IS NULL AND held.office_id IS NOT DISTINCT FROM $2
  AND held.state = 'granted' AND daterange(held.from_on, held.to_on, '[]') && daterange($3, $4, '[]')
  AND NOT {OF_SUBJECT.replace("{t}", "held")}
"""

_SAME = """
SELECT EXISTS (
  SELECT FROM assignment
  WHERE account_id = $1 AND deputy_of_id = $2 AND office_id IS NOT DISTINCT FROM $3
    AND state IN ('granted', 'proposed') AND daterange(from_on, to_on, '[]') && daterange($4, $5, '[]')
)
"""

_NOT_TWO = """
SELECT bool_or(kind <> 'person') OR count(person) > count(DISTINCT person) FROM account WHERE id = ANY($1::uuid[])
"""
