"""Policy versions as officers change them: draft, edit, propose, approve or reject, activate, roll back.

In charge of the moves of a version and of who may make them: whoever proposes does not gain by it; whoever approves
neither proposed it, wrote in it, nor gains by it; a version is activated over the very one it was drafted from.
What a version may hold is examined before (`authz.examination`). The constraints of `policy_version` say the same
once more. Going back that only takes away needs no second officer: to stop harm, one is enough.
Source: separation of duties; 上海12 (tampering is answered for).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from authz.activation import make_active, next_number, write_rows
from authz.lines import PolicyLine, digest, read
from authz.policy import VERSION
from domain import lifecycle
from domain.apart import PrincipalActed, one_person
from domain.connection import Queryable
from domain.errors import DomainError, Forbidden, InvalidInput, NotFound, StateConflict
from domain.lifecycle import Transaction
from domain.text import all_seen, require_text, writable

LONGEST_TEXT = 2_000_000
MOST_LINES = 20_000
LONGEST_REASON = 2_000


class PolicyTooLarge(InvalidInput):
    """A policy has at most 20,000 lines and 2,000,000 characters, without control characters: shorten it."""

    code = "POLICY_TOO_LARGE"
    zh = "权限策略最多20000行、2000000个字符，且不含控制字符：请缩短。"


class SecondOfficerNeeded(Forbidden):
    """A second officer decides, who neither proposed it nor wrote in it: ask another security officer."""

    code = "SECOND_OFFICER_NEEDED"
    zh = "须由另一名未提出、未编写该版本的安全管理员决定：请转交他人。"


class OfficerBenefits(Forbidden):
    """You gain by this change: officers who do not hold the roles that gain propose and approve it."""

    code = "OFFICER_BENEFITS"
    zh = "您会因此变更获得权限：请由不担任相关角色的人员提出和批准。"


class PolicyOutdated(DomainError):
    """Another version has become active since this one was drafted: draft its changes anew from the active one."""

    code = "POLICY_OUTDATED"
    zh = "该草稿起草后已有其他版本启用：请基于当前版本重新起草。"


class NothingChanges(InvalidInput):
    """The draft says the same as the version it was drafted from: change a line, or leave it."""

    code = "POLICY_UNCHANGED"
    zh = "草稿与其所依据的版本相同：请修改或放弃。"


def accept_text(text: str) -> str:
    """Give the text of a policy with lines as we end them.

    Raises: PolicyTooLarge; InvalidInput for what is not seen: a remark could look like a line that is not there.
    """
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"
    if len(plain) > LONGEST_TEXT or plain.count("\n") > MOST_LINES or not writable(plain):
        raise PolicyTooLarge
    if not all_seen(plain):
        raise InvalidInput(
            "The policy holds characters that are not seen, turn the writing round or end lines only for some: correct it.",
            zh="权限策略含有不可见字符、改变书写方向的字符或者特殊换行符：请更正。",
            field="text",
        )
    return plain


async def active_id(tx: Transaction) -> UUID:
    """Give the id of the active version."""
    return UUID(str(await tx.connection.fetchval("SELECT version_id FROM authority WHERE id = 1")))


async def read_version(tx: Transaction, version_id: UUID) -> dict[str, Any]:
    """Give the row of a version.

    Raises: NotFound.
    """
    row = await tx.connection.fetchrow("SELECT * FROM policy_version WHERE id = $1", version_id)
    if row is None:
        raise NotFound
    return dict(row)


async def draft(tx: Transaction, *, base_id: UUID, text: str, note: str) -> UUID:
    """Begin a version from another one; give its id. `note` says what it is to change and why."""
    officer, plain = tx.require_account(), accept_text(text)
    words = require_text("note", note, longest=LONGEST_REASON)
    values = {
        "number": await next_number(tx), "state": "drafted", "note": words, "policy_text": plain,
        "digest": digest(read(plain)), "base_id": base_id,
        "authors": _with([], tx), "beneficiaries": [], "drafted_by_id": officer, "drafted_at": tx.now,
    }  # fmt: skip
    return await lifecycle.create(tx, "policy_version", "draft", values, reason=words)


def require_read(row: Mapping[str, Any], read_as: str | None) -> None:
    """Require that a draft still says what it did when it was read, where that is told by its digest.

    Raises: StateConflict: another officer has edited it since.
    """
    if read_as is not None and read_as != row["digest"]:
        raise StateConflict


async def edit(tx: Transaction, row: Mapping[str, Any], *, text: str, note: str | None) -> None:
    """Write another text into a draft, and another note if one is given.

    Raises: PolicyTooLarge; StateConflict when it is no draft any more.
    """
    plain = accept_text(text)
    changes: dict[str, Any] = {
        "policy_text": plain,
        "digest": digest(read(plain)),
        "authors": _with(row["authors"], tx),
    }
    if note is not None:
        changes["note"] = require_text("note", note, longest=LONGEST_REASON)
    await lifecycle.move(tx, VERSION, "edit", row["id"], changes, reason=note)


async def propose(
    tx: Transaction,
    row: Mapping[str, Any],
    lines: Sequence[PolicyLine],
    *,
    gaining: Collection[UUID],
    reason: str | None,
) -> None:
    """Propose a draft that was examined; from now on its lines are fixed.

    Raises: NothingChanges; PolicyOutdated; OfficerBenefits; StateConflict.
    """
    await require_current_base(tx, row, "propose")
    if row["digest"] == (await read_version(tx, row["base_id"]))["digest"]:
        raise NothingChanges
    officer = tx.require_account()
    await _refuse_beneficiary(tx, gaining)
    changes = {
        "proposed_by_id": officer, "proposed_at": tx.now, "beneficiaries": sorted(gaining),
        "authors": _with(row["authors"], tx),
    }  # fmt: skip
    await lifecycle.move(tx, VERSION, "propose", row["id"], changes, reason=_words(reason))
    await write_rows(tx, row["id"], lines)


async def approve(
    tx: Transaction, row: Mapping[str, Any], *, gaining: Collection[UUID], reason: str | None
) -> Mapping[str, Any]:
    """Approve a proposed version as the second officer; give its row as it stands then.

    Raises: PolicyOutdated; SecondOfficerNeeded; PrincipalActed; OfficerBenefits; StateConflict when it was decided before.
    """
    await require_current_base(tx, row, "approve")
    officer = tx.require_account()
    if not tx.actor.hands.isdisjoint({row["proposed_by_id"], *row["authors"]}):
        raise SecondOfficerNeeded
    if not (await tx.people()).isdisjoint(row["authors"]):
        raise PrincipalActed
    await _refuse_beneficiary(tx, {*gaining, *row["beneficiaries"]})
    words = _words(reason)
    changes = {
        "approved_by_id": officer, "approved_at": tx.now, "decision": words,
        "beneficiaries": sorted({*gaining, *row["beneficiaries"]}),
    }  # fmt: skip
    return await lifecycle.move(tx, VERSION, "approve", row["id"], changes, reason=words)


async def reject(tx: Transaction, row: Mapping[str, Any], *, reason: str) -> None:
    """Reject a version that is not active, or give up a draft.

    Raises: StateConflict.
    """
    words = require_text("reason", reason, longest=LONGEST_REASON)
    await lifecycle.move(tx, VERSION, "reject", row["id"], {"decision": words}, reason=words)


async def activate(
    tx: Transaction, row: Mapping[str, Any], *, reason: str | None, gaining: Collection[UUID] = ()
) -> int:
    """Make an approved version the active one; give its number. From the next request on it holds everywhere.

    `gaining` are the accounts that gain by it now, where somebody who decided on it was given a role since.
    Raises: PolicyOutdated; OfficerBenefits; StateConflict when it is not approved.
    """
    await require_current_base(tx, row, "activate")
    deciders = await one_person(tx.connection, {row["proposed_by_id"], row["approved_by_id"]}, on=tx.today)
    if not deciders.isdisjoint(gaining):
        raise OfficerBenefits
    return await make_active(tx, row["id"], reason=_words(reason))


async def roll_back(
    tx: Transaction,
    row: Mapping[str, Any],
    lines: Sequence[PolicyLine],
    *,
    narrows: bool,
    gaining: Collection[UUID],
    reason: str,
) -> UUID:
    """Go back to the lines of an earlier version by a new one; give its id.

    Where that only takes away it is active at once; where it gives something back, it is proposed and waits for the
    second officer.
    Raises: OfficerBenefits; StateConflict when the version was never active, or still is.
    """
    if row["state"] != "superseded":
        raise StateConflict(verb="roll_back")
    officer, words = tx.require_account(), require_text("reason", reason, longest=LONGEST_REASON)
    await _refuse_beneficiary(tx, gaining)
    values = {
        "number": await next_number(tx), "state": "approved" if narrows else "proposed", "note": words,
        "policy_text": row["policy_text"], "digest": row["digest"],
        "base_id": await active_id(tx),
        "restores_id": row["id"], "narrows": narrows, "authors": _with([], tx), "beneficiaries": sorted(gaining),
        "drafted_by_id": officer, "drafted_at": tx.now, "proposed_by_id": officer, "proposed_at": tx.now,
    }  # fmt: skip
    version_id = await lifecycle.create(tx, "policy_version", "roll_back", values, reason=words)
    await write_rows(tx, version_id, lines)
    if narrows:
        await make_active(tx, version_id, reason=words)
    return version_id


async def was_given_since(database: Queryable, version_id: UUID) -> bool:
    """Tell whether one of those who decided on a version was given a role or a deputy since, in any account: it may gain now."""
    row = await database.fetchrow(_GIVEN_SINCE, version_id)
    return bool(row["given"])


async def require_current_base(tx: Transaction, row: Mapping[str, Any], verb: str) -> None:
    """Require of a version that still stands where a step begins that it was drafted from the one that is active now.

    Raises: StateConflict; PolicyOutdated.
    """
    if row["state"] not in VERSION.moves[verb].sources:
        raise StateConflict(verb=verb)
    if row["base_id"] != await active_id(tx):
        raise PolicyOutdated


def _with(authors: Sequence[UUID], tx: Transaction) -> list[UUID]:
    """Add who acts, and in whose place, to those who wrote in a version."""
    tx.require_account()
    return [*authors, *sorted(tx.actor.hands.difference(authors))]


async def _refuse_beneficiary(tx: Transaction, gaining: Collection[UUID]) -> None:
    """Require that neither who acts gains, nor whoever stands in for it or for whom it does, in whose name ever it acts.

    Raises: OfficerBenefits.
    """
    if not (await tx.people()).isdisjoint(gaining):
        raise OfficerBenefits


def _words(reason: str | None) -> str | None:
    return None if reason is None else require_text("reason", reason, longest=LONGEST_REASON)


_GIVEN_SINCE = """
SELECT EXISTS (
  SELECT FROM policy_version version
  JOIN account decided ON decided.id IN (version.proposed_by_id, version.approved_by_id)
  JOIN account own ON own.id = decided.id OR own.person = decided.person
  JOIN assignment held ON own.id IN (held.account_id, held.deputy_of_id)
  WHERE version.id = $1 AND held.state = 'granted' AND held.approved_at >= version.approved_at
) AS given
"""
