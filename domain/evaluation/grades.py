"""What may happen to a grade: proposed with its basis, published by another person, contested, upheld, withdrawn.

In charge of single results: those of a scheme whose scoring is not loaded are entered by its office, never computed.
The one that is published ends the one before it in the same transaction. Refuses a grade beside the scheme's own
scale, one that changes nothing, a second proposal while one waits, who publishes his own proposal, and who answers
for what he published himself.
Source: 厦门12–16; 新乡三.4; 海沧13; 个人信息保护法24 (explained, contested, looked at by a person).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.connection import Connection
from domain.credit.refusals import DateInFuture
from domain.errors import Forbidden, NotFound
from domain.evaluation.grade import IN_FORCE, MACHINE, NOUN
from domain.evaluation.refusals import (
    GradeIsComputed,
    GradeNotOnScale,
    GradeProposerPublishes,
    GradePublisherAnswers,
    GradeUnchanged,
    GradeWaiting,
)
from domain.evaluation.schemes import Evaluation
from domain.grade.scheme import SchemeState
from domain.lifecycle import Transaction, create, move
from domain.measure import lifting
from domain.rights.others_data import require_impersonal
from domain.text import require_text

LONGEST: Final = 2_000
_LONGEST_VALUE: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A result of an evaluation, as it is proposed."""

    subject_id: UUID
    office_id: UUID
    evaluated_on: date
    basis: str
    value: str | None
    method: str = "entered"
    period: str | None = None
    findings: Mapping[str, Any] | None = None
    paper_id: UUID | None = None


async def propose(tx: Transaction, under: Evaluation, result: Result) -> UUID:
    """Propose a result under a scheme; give its id. One without a value waits for a person to determine it.

    Raises: Forbidden; NotFound; GradeIsComputed; GradeNotOnScale; GradeUnchanged; GradeWaiting; DateInFuture; OthersPersonalData;
    InvalidInput.
    """
    account = tx.require_account()
    if result.method == "entered" and under.scheme.state is SchemeState.LOADED:
        raise GradeIsComputed
    if result.evaluated_on > tx.today:
        raise DateInFuture(field="evaluatedOn")
    about_person = await tx.connection.fetchval(_LOCKED, result.subject_id)
    if about_person is None:
        raise NotFound
    value = None if result.value is None else require_on_scale(result.value, under.scheme.scale)
    previous = await tx.connection.fetchval(_IN_FORCE, result.subject_id, under.jurisdiction, under.code)
    if value is not None and value == previous:
        raise GradeUnchanged
    values = {
        "basis": await _said(tx, "basis", result.basis, subject_id=result.subject_id),
        **_of_scheme(under, about_person=about_person),
        **_of_result(result),
        "value": value,
        "previous_value": previous,
        "state": "undetermined" if value is None else "proposed",
        "version": 1,
        "proposed_at": tx.now,
        "proposed_by": None if value is None else account,
    }
    try:
        async with tx.connection.transaction():
            return await create(tx, NOUN, "propose", values, basis=under.citation)
    except asyncpg.UniqueViolationError:
        raise GradeWaiting from None


def _of_scheme(under: Evaluation, *, about_person: bool) -> dict[str, Any]:
    """Give the columns of a grade that its scheme tells."""
    return {
        "about_person": about_person,
        "jurisdiction_id": under.jurisdiction,
        "scheme": under.code,
        "scheme_name": under.scheme.name,
        "clause": under.citation,
        "push_ordered": under.pushes,
        "disclosure": under.disclosure(about_person=about_person),
    }


def _of_result(result: Result) -> dict[str, Any]:
    """Give the columns of a grade that its result tells.

    Raises: InvalidInput.
    """
    return {
        "subject_id": result.subject_id,
        "office_id": result.office_id,
        "evaluated_on": result.evaluated_on,
        "period": None if result.period is None else require_text("period", result.period, longest=50),
        "method": result.method,
        "findings": None if result.findings is None else json.dumps(result.findings, ensure_ascii=False),
        "paper_id": result.paper_id,
    }


async def load(tx: Transaction, grade_id: UUID) -> asyncpg.Record:
    """Read a grade.

    Raises: NotFound.
    """
    row = await tx.connection.fetchrow(f"SELECT * FROM {NOUN} WHERE id = $1", grade_id)
    if row is None:
        raise NotFound
    return row


async def on_day(connection: Connection, subject_id: UUID, day: date) -> list[asyncpg.Record]:
    """Read the grades of a subject that were in force at the end of a day, as they stand today."""
    return list(await connection.fetch(_ON_DAY, subject_id, day))


async def determine(
    tx: Transaction, row: Mapping[str, Any], *, value: str, basis: str, scale: tuple[str, ...]
) -> dict[str, Any]:
    """Determine what the rules leave open, saying why; another person publishes it. Give the row after it.

    Raises: GradeNotOnScale; GradeUnchanged; OthersPersonalData; InvalidInput; StateConflict.
    """
    said = await _said(tx, "basis", basis, subject_id=row["subject_id"])
    found = require_on_scale(value, scale)
    if found == row["previous_value"]:
        raise GradeUnchanged
    changes = {"value": found, "basis": said, "method": "determined", "proposed_by": tx.actor.account_id}
    return await _move(tx, "determine", row, changes, reason=said)


async def publish(tx: Transaction, row: Mapping[str, Any]) -> dict[str, Any]:
    """Publish a grade that another person proposed; it ends the one in force. Give the row after it.

    Raises: GradeProposerPublishes; StateConflict.
    """
    _require_another(tx, row["proposed_by"], GradeProposerPublishes)
    # whoever comes second waits here, and then finds the grade published
    await tx.connection.fetchval(_LOCKED, row["subject_id"])
    before = await tx.connection.fetchrow(_STANDING, row["subject_id"], row["jurisdiction_id"], row["scheme"])
    if before is not None:
        await _move(tx, "supersede", before, {"ended_at": tx.now, "ended_by": tx.actor.account_id})
        await lifting.lift_with(tx, NOUN, before["id"], lifted_for="regraded", reason=f"等级变动为“{row['value']}”")
    changes = {
        "previous_value": None if before is None else before["value"],
        "published_at": tx.now,
        "published_by": tx.actor.account_id,
    }
    return await _move(tx, "publish", row, changes)


async def reject(tx: Transaction, row: Mapping[str, Any], *, reason: str) -> dict[str, Any]:
    """Reject what another person proposed, or what was left open, saying why; give the row after it.

    Raises: GradeProposerPublishes; OthersPersonalData; InvalidInput; StateConflict.
    """
    _require_another(tx, row["proposed_by"], GradeProposerPublishes)
    return await _end(tx, "reject", row, reason)


async def contest(tx: Transaction, row: Mapping[str, Any], *, grounds: str) -> dict[str, Any]:
    """Contest a published grade, as its subject: a person who did not publish it looks at it again. Give the row.

    Raises: OthersPersonalData; InvalidInput; StateConflict.
    """
    said = await _said(tx, "grounds", grounds, subject_id=row["subject_id"])
    changes = {
        "contested_at": tx.now,
        "contested_by": tx.actor.account_id,
        "grounds": said,
        "answered_at": None,
        "answered_by": None,
        "answer": None,
    }
    return await _move(tx, "contest", row, changes, reason=said)


async def uphold(tx: Transaction, row: Mapping[str, Any], *, answer: str) -> dict[str, Any]:
    """Uphold a contested grade, with the answer to its subject; give the row after it.

    Raises: GradePublisherAnswers; OthersPersonalData; InvalidInput; StateConflict.
    """
    _require_another(tx, row["published_by"], GradePublisherAnswers)
    said = await _said(tx, "answer", answer, subject_id=row["subject_id"])
    changes = {"answered_at": tx.now, "answered_by": tx.actor.account_id, "answer": said}
    return await _move(tx, "uphold", row, changes, reason=said)


async def withdraw(tx: Transaction, row: Mapping[str, Any], *, reason: str) -> dict[str, Any]:
    """Withdraw a published grade that is wrong, saying why; a contested one is answered with it. Give the row after it.

    Raises: GradePublisherAnswers for a contested one; OthersPersonalData; InvalidInput; StateConflict.
    """
    answers: dict[str, Any] = {}
    if row["state"] == "contested":
        _require_another(tx, row["published_by"], GradePublisherAnswers)
        answers = {"answered_at": tx.now, "answered_by": tx.actor.account_id, "answer": reason.strip()}
    return await _end(tx, "withdraw", row, reason, **answers)


def require_on_scale(value: str, scale: tuple[str, ...]) -> str:
    """Give a grade that stands on a scale; where no scale is loaded, any short text.

    Raises: GradeNotOnScale; InvalidInput.
    """
    plain = require_text("value", value, longest=_LONGEST_VALUE)
    if scale and plain not in scale:
        raise GradeNotOnScale(known=list(scale))
    return plain


async def _said(tx: Transaction, name: str, text: str, *, subject_id: UUID) -> str:
    """Give what somebody said about a grade, which names nobody but its subject.

    Raises: InvalidInput; OthersPersonalData.
    """
    said = require_text(name, text, longest=LONGEST)
    await require_impersonal(tx, name, said, subject_id=subject_id)
    return said


async def _end(tx: Transaction, verb: str, row: Mapping[str, Any], reason: str, **more: Any) -> dict[str, Any]:
    said = await _said(tx, "reason", reason, subject_id=row["subject_id"])
    changes = {**more, "ended_at": tx.now, "ended_by": tx.actor.account_id, "end_reason": said}
    after = await _move(tx, verb, row, changes, reason=said)
    await lifting.lift_with(tx, NOUN, row["id"], lifted_for="withdrawn", reason=said, basis=row["clause"])
    return after


async def _move(
    tx: Transaction, verb: str, row: Mapping[str, Any], changes: Mapping[str, Any], *, reason: str | None = None
) -> dict[str, Any]:
    changed = {**changes, "version": row["version"] + 1}
    return await move(tx, MACHINE, verb, row["id"], changed, reason=reason, basis=row["clause"])


def _require_another(tx: Transaction, other: UUID | None, refusal: type[Forbidden]) -> None:
    if other is not None and other == tx.actor.account_id:
        raise refusal


_STANDING: Final = f"""
SELECT * FROM {NOUN} t WHERE t.subject_id = $1 AND t.jurisdiction_id = $2 AND t.scheme = $3
  AND {IN_FORCE.replace("{t}", "t")} FOR UPDATE
"""
_LOCKED: Final = "SELECT is_person FROM subject WHERE id = $1 FOR NO KEY UPDATE"
"""Of two that grade a subject at once one waits."""

_IN_FORCE: Final = f"""
SELECT t.value FROM {NOUN} t WHERE t.subject_id = $1 AND t.jurisdiction_id = $2 AND t.scheme = $3
  AND {IN_FORCE.replace("{t}", "t")}
"""
_END: Final = "($2::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'"
_ON_DAY: Final = f"""
SELECT * FROM {NOUN} WHERE subject_id = $1 AND published_at < {_END} AND (ended_at IS NULL OR ended_at >= {_END})
ORDER BY jurisdiction_id, scheme, id
"""
