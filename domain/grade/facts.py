"""What may happen to a fact that grades rest on: recorded, amended, withdrawn, by the office that produced it.

An amendment ends the version that stands and makes another; a withdrawal ends it. Either leaves what was known on any
past day. A new state of a system, or a new kind of enterprise, lets the one before it hold until the day before.
Refuses facts that no loaded scheme of the place counts, of offices that the scheme does not name, about natural persons,
of the future, findings of serious arrears without evidence, and the same document twice.
Source: 十堰正文 (五项制度, 欠薪投诉, 重大欠薪情节, 三种企业, 工资保证金); 厦门8 (谁产生,谁提供、谁负责).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from domain.decision_number import compared
from domain.errors import DomainError, InvalidInput, NotFound, StateConflict
from domain.grade.scheme import Scheme, SchemeState, schemes
from domain.installation_rows import office_id as office_id_of
from domain.lifecycle import Transaction, create, machine, move
from domain.rights.others_data import require_impersonal
from domain.rulebook.loader import expand_subject_kinds
from domain.rulebook.model import Rulebooks
from domain.rulebook.vocabulary import GRADE_FACTS, LASTING_FACTS
from domain.text import require_text

NOUN: Final = "grade_fact"
MACHINE: Final = machine(
    NOUN,
    amend=("recorded", "amended"),  # another version stands from now on
    withdraw=("recorded", "withdrawn"),  # it was recorded in error
)
_STATES: Final = frozenset({"labour_system", "enterprise_kind"})
"""Kinds of which a new one ends the one before it."""

_CODED: Final = frozenset({"labour_system", "indicator"})
_TEXTS: Final = {"project": 200, "number": 100, "evidence": 2_000}


class GradeFactNotProvided(DomainError):
    """No evaluation scheme loaded for this division takes facts of this kind from your office: see `offices`."""

    code = "GRADE_FACT_NOT_PROVIDED"
    zh = "本地已载入的评价办法不由贵单位提供此类事实：见 offices。"


class GradeFactUnfit(InvalidInput):
    """The fact does not fit its kind: correct the field in `field`, see `known`."""

    code = "GRADE_FACT_UNFIT"
    zh = "事实与其种类不符：请更正 field 所指字段，可用取值见 known。"


class GradeFactKnown(DomainError):
    """A fact of this kind with this number stands already: amend it, see `fact`."""

    code = "GRADE_FACT_KNOWN"
    zh = "同一文号的此类事实已登记：请更正原登记，见 fact。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a fact says, as its office tells it."""

    kind: str
    outcome: str
    occurred_on: date
    holds_until: date | None = None
    code: str | None = None
    project: str | None = None
    number: str | None = None
    amount: int | None = None
    evidence: str | None = None


_COLUMNS: Final = tuple(one.name for one in fields(Told))


async def record(tx: Transaction, books: Rulebooks, subject_id: UUID, told: Told, *, office_id: UUID) -> UUID:
    """Record a fact about an organisation; give its id.

    Raises: NotFound; GradeFactNotProvided; GradeFactUnfit; GradeFactKnown; OthersPersonalData; InvalidInput.
    """
    place = tx.actor.jurisdiction_id
    if place is None:
        raise NotFound
    scheme = _scheme(books, place, told.kind, office_id, tx.today)
    await _require_graded(tx, scheme, subject_id)
    said = await _checked(tx, scheme, subject_id, told)
    await _require_first(tx, said, office_id, except_id=None)
    if said.kind in _STATES:
        await _end_before(tx, subject_id, place, office_id, said)
    values = {"subject_id": subject_id, "jurisdiction_id": place, "office_id": office_id}
    return await _create(tx, values, said, basis=scheme.citation)


async def amend(
    tx: Transaction, books: Rulebooks, row: Mapping[str, Any], changes: Mapping[str, Any], *, reason: str
) -> UUID:
    """Amend a fact: its version ends and another begins, which is given; the kind of a fact stays.

    Raises: StateConflict; GradeFactNotProvided; GradeFactUnfit; GradeFactKnown; OthersPersonalData; InvalidInput.
    """
    why = await _why(tx, row, reason)
    if row["state"] != "recorded":
        raise StateConflict(verb="amend")
    scheme = _scheme(books, row["jurisdiction_id"], row["kind"], row["office_id"], tx.today)
    told = replace(Told(**{name: row[name] for name in _COLUMNS}), **changes)
    said = await _checked(tx, scheme, row["subject_id"], told)
    await _require_first(tx, said, row["office_id"], except_id=row["id"])
    return await _succeed(tx, row, said, reason=why, basis=scheme.citation)


async def withdraw(tx: Transaction, row: Mapping[str, Any], *, reason: str) -> dict[str, Any]:
    """Withdraw a fact that was recorded in error; give the row after it.

    Raises: StateConflict; OthersPersonalData; InvalidInput.
    """
    return await move(tx, MACHINE, "withdraw", row["id"], _ended(tx), reason=await _why(tx, row, reason))


async def _why(tx: Transaction, row: Mapping[str, Any], reason: str) -> str:
    said = require_text("reason", reason, longest=2_000)
    return await require_impersonal(tx, "reason", said, subject_id=row["subject_id"])


def _scheme(books: Rulebooks, jurisdiction: str, kind: str, office_id: UUID, on: date) -> Scheme:
    """Give the scheme for which an office provides facts of a kind.

    Raises: GradeFactNotProvided; GradeFactUnfit.
    """
    if kind not in GRADE_FACTS:
        raise GradeFactUnfit(field="kind", known=list(GRADE_FACTS))
    loaded = [one for one in schemes(books, jurisdiction, on) if one.state is SchemeState.LOADED]
    taking = [one for one in loaded if _takes(one, kind)]
    for one in taking:
        if office_id in {office_id_of(jurisdiction, code) for code in one.rule.actors}:
            return one
    offices = [f"Office:{office_id_of(jurisdiction, code)}" for one in taking for code in one.rule.actors]
    raise GradeFactNotProvided(offices=offices)


def _takes(scheme: Scheme, kind: str) -> bool:
    """Tell whether a scheme counts facts of a kind, or its uses follow them: a deposit is what a grade may free from."""
    return kind == "wage_deposit" or any(kind in one.rule.facts for one in scheme.features.values())


async def _require_graded(tx: Transaction, scheme: Scheme, subject_id: UUID) -> None:
    kind = await tx.connection.fetchval("SELECT kind FROM subject WHERE id = $1", subject_id)
    if kind is None:
        raise NotFound
    known = expand_subject_kinds(scheme.rule.subject_kinds)
    if kind not in known:
        raise GradeFactUnfit(field="subject", known=list(known))


async def _checked(tx: Transaction, scheme: Scheme, subject_id: UUID, told: Told) -> Told:
    """Give what a fact says, its texts without blanks around them, if it fits its kind."""
    texts: dict[str, Any] = {}
    for name, longest in _TEXTS.items():
        text = getattr(told, name)
        if text is not None:
            texts[name] = require_text(name, text, longest=longest)
            await require_impersonal(tx, name, texts[name], subject_id=subject_id)
    if told.outcome not in GRADE_FACTS[told.kind]:
        raise GradeFactUnfit(field="outcome", known=list(GRADE_FACTS[told.kind]))
    _require_code(scheme, told)
    if told.outcome == "serious" and told.evidence is None:
        raise GradeFactUnfit(field="evidence", known=[])
    if told.amount is not None and (told.kind != "wage_deposit" or told.amount < 0):
        raise GradeFactUnfit(field="amount", known=["wage_deposit"])
    if told.occurred_on > tx.today:
        raise GradeFactUnfit(field="occurredOn", known=[tx.today.isoformat()])
    if told.holds_until is not None and (told.kind not in LASTING_FACTS or told.holds_until < told.occurred_on):
        raise GradeFactUnfit(field="holdsUntil", known=sorted(LASTING_FACTS))
    return replace(told, **texts)


def _require_code(scheme: Scheme, told: Told) -> None:
    known = {
        code for one in scheme.features.values() if told.kind in one.rule.facts for code in one.rule.codes
    } if told.kind in _CODED else {None}  # fmt: skip
    if told.code not in known:
        raise GradeFactUnfit(field="code", known=sorted(one for one in known if one is not None))


async def _require_first(tx: Transaction, said: Told, office_id: UUID, *, except_id: UUID | None) -> None:
    """Require that the office has no fact of that kind with that number that stands.

    Raises: GradeFactKnown.
    """
    if said.number is None:
        return
    known = await tx.connection.fetchval(_NUMBERED, office_id, said.kind, said.number, except_id)
    if known is not None:
        raise GradeFactKnown(fact=f"GradeFact:{known}")


async def _end_before(tx: Transaction, subject_id: UUID, place: str, office_id: UUID, said: Told) -> None:
    """Let the state that stands until now hold until the day before the new one."""
    rows = await tx.connection.fetch(
        _BEFORE, subject_id, place, office_id, said.kind, said.code, said.project, said.occurred_on
    )
    for row in rows:
        until = said.occurred_on - timedelta(days=1)
        before = replace(Told(**{name: row[name] for name in _COLUMNS}), holds_until=until)
        await _succeed(tx, row, before, reason="由新登记的情况接替", basis=None)


async def _succeed(tx: Transaction, row: Mapping[str, Any], said: Told, *, reason: str, basis: str | None) -> UUID:
    """End a version of a fact and make the next."""
    await move(tx, MACHINE, "amend", row["id"], _ended(tx), reason=reason, basis=basis)
    values = {name: row[name] for name in ("subject_id", "jurisdiction_id", "office_id")}
    more = {"version": row["version"] + 1, "replaces_id": row["id"]}
    return await _create(tx, {**values, **more}, said, basis=basis, reason=reason)


async def _create(
    tx: Transaction, values: Mapping[str, Any], said: Told, *, basis: str | None, reason: str | None = None
) -> UUID:
    row = {
        "version": 1,
        **values,
        **{name: getattr(said, name) for name in _COLUMNS},
        "state": "recorded",
        "recorded_at": tx.now,
        "recorded_on": tx.today,
        "recorded_by": tx.actor.account_id,
    }
    return await create(tx, NOUN, "record", row, reason=reason, basis=basis)


def _ended(tx: Transaction) -> dict[str, Any]:
    return {"ended_at": tx.now, "ended_on": tx.today, "ended_by": tx.actor.account_id}


_NUMBERED: Final = f"""
SELECT id FROM grade_fact
WHERE office_id = $1 AND kind = $2 AND {compared("number")} = {compared("$3::text")} AND state = 'recorded' AND id IS DISTINCT FROM $4
LIMIT 1
"""
_BEFORE: Final = """
SELECT * FROM grade_fact
WHERE subject_id = $1 AND jurisdiction_id = $2 AND office_id = $3 AND kind = $4 AND state = 'recorded'
  AND code IS NOT DISTINCT FROM $5 AND project IS NOT DISTINCT FROM $6
  AND occurred_on < $7 AND (holds_until IS NULL OR holds_until >= $7)
ORDER BY id FOR UPDATE
"""
