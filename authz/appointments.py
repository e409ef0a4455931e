"""Assignments as officers change them: proposed by one, approved by another, ended by either; accounts registered.

In charge of the moves of an assignment and of who may make them: the account that receives a role neither proposes
nor approves it, and two different officers do. Ending needs one officer and holds from the next request on. Refuses
roles that officers do not grant, and two roles in one account of which one changes policies and the other sees
credit content. The constraints of `assignment` say the same once more.
Source: separation of duties; 厦门5.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from authz.account import ACCOUNT_KINDS, ASSIGNMENT, BINDINGS, SUBJECT_ROLES
from authz.activation import bump_epoch, require_order, require_role
from authz.deputies import (
    AssignmentExists,
    require_compatible,
    require_fit,
    require_fit_of_deputies,
    require_to_come,
)
from authz.grants import Grants
from authz.holdings import PUBLIC
from authz.revocation import BindingInvalid
from authz.staffing import SignIn, leaving_two
from authz.token import NAME_LENGTH
from authz.versions import LONGEST_REASON, OfficerBenefits, SecondOfficerNeeded
from domain import lifecycle
from domain.errors import DomainError, InvalidInput
from domain.lifecycle import Transaction
from domain.text import require_name, require_text

LONGEST_DISPLAY = 200


class RoleNotGranted(InvalidInput):
    """Officers do not grant this role: the public needs none, subjects have theirs from who they are."""

    code = "ROLE_NOT_GRANTED"
    zh = "该角色不由人员授予：公众无需授予，信用主体角色随身份产生。"


class AccountExists(DomainError):
    """There is an account of this issuer and subject already."""

    code = "ACCOUNT_EXISTS"
    zh = "该身份提供方和标识的账号已存在。"


async def register(
    tx: Transaction, *, issuer: str, sub: str, display: str, kind: str, person: str | None = None, binding: str = "none"
) -> UUID:
    """Make the account of a person or machine; give its id. It may do nothing until it is assigned a role.

    `person` is a keyed digest that is the same in all accounts of a person.
    Raises: AccountExists; InvalidInput.
    """
    values = {
        "issuer": _name("issuer", issuer), "sub": _name("sub", sub), "kind": kind, "person": person,
        "binding": binding,
        "display": require_name("display", display, longest=LONGEST_DISPLAY),
    }  # fmt: skip
    if binding not in BINDINGS:
        raise BindingInvalid
    if kind not in ACCOUNT_KINDS:
        raise InvalidInput("`kind` is person or machine.", zh="kind 应为 person 或 machine。", field="kind")
    if await tx.connection.fetchval("SELECT EXISTS (SELECT FROM account WHERE issuer = $1 AND sub = $2)", issuer, sub):
        raise AccountExists
    return await lifecycle.create(tx, "account", "register", values)


async def propose(
    tx: Transaction,
    account_id: UUID,
    role: str,
    grants: Grants,
    *,
    from_on: date,
    to_on: date | None,
    office_id: UUID | None,
    reason: str,
) -> UUID:
    """Propose a role for an account from a day until a day, both included; give the id of the assignment.

    Raises: RoleUnknown; RoleNotGranted; RolesIncompatible; AssignmentExists; AssignmentOver; OfficerBenefits; InvalidInput.
    """
    officer = tx.require_account()
    words = require_text("reason", reason, longest=LONGEST_REASON)
    require_order(from_on, to_on)
    require_to_come(tx, to_on)
    if role in SUBJECT_ROLES or role == PUBLIC:
        raise RoleNotGranted
    await require_role(tx.connection, role)
    if account_id in tx.actor.hands:
        raise OfficerBenefits
    if await tx.connection.fetchval(_SAME, account_id, role, office_id, from_on, to_on):
        raise AssignmentExists
    await require_compatible(tx, account_id, {role}, grants)
    await require_fit_of_deputies(tx, account_id, role, office_id, grants)
    values = {
        "account_id": account_id, "role": role, "office_id": office_id, "from_on": from_on, "to_on": to_on,
        "state": "proposed", "reason": words, "proposed_by_id": officer, "proposed_at": tx.now,
    }  # fmt: skip
    return await lifecycle.create(tx, "assignment", "propose", values, reason=words)


async def approve(tx: Transaction, row: Mapping[str, Any], grants: Grants, *, reason: str | None) -> None:
    """Approve a proposed assignment as the second officer; it holds from its first day on.

    Raises: SecondOfficerNeeded; OfficerBenefits; RolesIncompatible; AssignmentOver where its last day went by meanwhile;
    StateConflict when it was decided before.
    """
    officer = tx.require_account()
    if officer == row["proposed_by_id"]:
        raise SecondOfficerNeeded
    if row["account_id"] in tx.actor.hands:
        raise OfficerBenefits
    if row["state"] == "proposed":
        require_to_come(tx, row["to_on"])
    if row["deputy_of_id"] is not None:
        await require_fit(tx, row, grants)
    else:
        await require_role(tx.connection, row["role"])
        await require_compatible(tx, row["account_id"], {row["role"]}, grants)
        await require_fit_of_deputies(tx, row["account_id"], row["role"], row["office_id"], grants)
    words = None if reason is None else require_text("reason", reason, longest=LONGEST_REASON)
    changes = {"approved_by_id": officer, "approved_at": tx.now, "decision": words}
    await lifecycle.move(tx, ASSIGNMENT, "approve", row["id"], changes, reason=words)
    await bump_epoch(tx.connection)


async def reject(tx: Transaction, row: Mapping[str, Any], *, reason: str) -> None:
    """Reject a proposed assignment, or take the proposal back.

    Raises: StateConflict.
    """
    words = require_text("reason", reason, longest=LONGEST_REASON)
    await lifecycle.move(tx, ASSIGNMENT, "reject", row["id"], {"decision": words}, reason=words)


async def end(
    tx: Transaction, row: Mapping[str, Any], grants: Grants, sign_in: SignIn, *, last_on: date | None, reason: str
) -> None:
    """End an assignment: at once, or with a last day that is not later than the one it has.

    Raises: StateConflict when it is not granted; InvalidInput for a last day that lengthens it; OfficersLacking.
    """
    async with leaving_two(tx, grants, sign_in):
        await _end(tx, row, last_on=last_on, reason=reason)


async def _end(tx: Transaction, row: Mapping[str, Any], *, last_on: date | None, reason: str) -> None:
    words = require_text("reason", reason, longest=LONGEST_REASON)
    if last_on is not None and last_on >= tx.today:
        if row["to_on"] is not None and last_on > row["to_on"]:
            raise InvalidInput(
                "The last day lies after the one it has: propose a new assignment to lengthen it.",
                zh="截止日晚于原截止日：延长须重新提出授予。",
                field="lastOn",
            )
        require_order(row["from_on"], last_on)
        await lifecycle.move(tx, ASSIGNMENT, "shorten", row["id"], {"to_on": last_on, "decision": words}, reason=words)
    else:
        changes = {
            "ended_by_id": tx.actor.account_id, "ended_at": tx.now, "decision": words,
            "to_on": max(row["from_on"], min(row["to_on"] or tx.today, tx.today)),
        }  # fmt: skip
        await lifecycle.move(tx, ASSIGNMENT, "end", row["id"], changes, reason=words)
    await bump_epoch(tx.connection)


def _name(field: str, text: str) -> str:
    """Give a name as tokens may have it: what `authz.token` accepts, so that the account can ever be met; without blanks
    around it, which nobody sees who approves its role."""
    if not 0 < len(text) <= NAME_LENGTH or not text.isprintable() or text != text.strip():
        raise InvalidInput(
            f"`{field}` has 1 to {NAME_LENGTH} printable characters, and no blanks around them.",
            zh=f"{field} 应为1至{NAME_LENGTH}个可打印字符，首尾不得有空格。",
            field=field,
        )
    return text


_SAME = """
SELECT EXISTS (
  SELECT FROM assignment
  WHERE account_id = $1 AND role = $2 AND office_id IS NOT DISTINCT FROM $3 AND state IN ('granted', 'proposed')
    AND daterange(from_on, to_on, '[]') && daterange($4, $5, '[]')
)
"""
