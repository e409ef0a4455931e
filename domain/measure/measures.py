"""Applying a measure because of a record, an entry or a grade in force: only one that the list of measures has for it.

In charge of which measures of the rulebook fit what they would rest on: its kind, its list or catalogue item, its
severity, its grade, whether it speaks for or against the subject; and of declining one, which is fed back like it. Refuses a measure that is not on the list, one that rests on
what has ended or was exempted, one whose clause asks for a citation without it, a field that the rule does not name,
and the same measure twice.
Source: 厦门1; 上海8, 9; 新乡五(三); 海沧10, 13, 25; 十堰正文 (三种结果应用); 上海市社会信用条例32 (未经公布的信用惩戒措施，不得实施; 告知依据和理由).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.credit import record, terms
from domain.credit.refusals import citing
from domain.edition import reading
from domain.edition.items import Item
from domain.edition.kinds import kinds_of
from domain.errors import DomainError, InvalidInput, NotFound
from domain.evaluation import grade
from domain.exemption.exemptions import require_punishable
from domain.lifecycle import Transaction, create
from domain.lists import list_entry
from domain.measure import lifting
from domain.measure.graded import Following, following
from domain.measure.measure import GROUNDS
from domain.measure.refusals import (
    MeasureApplied,
    MeasureDeclined,
    MeasureFieldUnknown,
    MeasureNeedsCitation,
    MeasureNotListed,
    MeasureTooEarly,
    MeasureUnfounded,
)
from domain.registry.catalogue import BASIS_LEVELS
from domain.rights.others_data import require_impersonal
from domain.rulebook.model import Rulebook, Rulebooks
from domain.rulebook.procedure import StepOfAnotherOffice
from domain.rulebook.tables import MeasureRule
from domain.text import require_text
from domain.use.matter_report import require_queried

_LONGEST: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A measure that an office wants to apply, and because of what."""

    noun: str
    ground_id: UUID
    office_id: UUID
    code: str
    reason: str
    field: str | None = None
    legal_basis: str | None = None
    legal_basis_level: str | None = None
    purpose_id: UUID | None = None
    """The matter in which an agency acts."""


async def apply(tx: Transaction, books: Rulebooks, wanted: Wanted, verb: str = "apply") -> UUID:
    """Apply a measure to the subject of a record, an entry or a grade; give its id. It is fed back to the source.

    With the verb `report` a partner tells what it has applied by its own authority.
    Raises: NotFound; MeasureUnfounded; MeasureNotListed; MeasureTooEarly; MeasureFieldUnknown; MeasureNeedsCitation;
    RecordExempted; MeasureApplied; ReportNotQueried; OthersPersonalData; InvalidInput.
    """
    ground = await _lock_ground(tx, wanted)
    await _require_report(tx, wanted, ground)
    found = await _found(tx, books, wanted, ground)
    cited = _cited(wanted, asked=found.asks_for_law, citation=found.citation)
    if wanted.noun == "credit_record" and found.rule.polarity != "positive":
        await require_punishable(tx.connection, (wanted.ground_id,))
    values = {**await _values(tx, wanted, ground, found), **cited, "state": "applied"}
    await _require_first(tx, wanted, found.field, state="applied", refusal=MeasureApplied)
    return await create(tx, "measure", verb, values, reason=values["reason"], basis=found.citation)


async def decline(tx: Transaction, books: Rulebooks, wanted: Wanted) -> UUID:
    """Tell that a measure which the list has is not applied, and why; give its id. It is fed back to the source.

    Units: no text sets a day for it.
    Raises: NotFound; MeasureUnfounded; MeasureNotListed; MeasureTooEarly; MeasureFieldUnknown; MeasureApplied;
    MeasureDeclined; ReportNotQueried; OthersPersonalData; InvalidInput.
    Source: 上海9(一) (相关部门依法依规予以限制); 海沧10 (信息产生与应用全流程闭环).
    """
    ground = await _lock_ground(tx, wanted)
    await _require_report(tx, wanted, ground)
    found = await _found(tx, books, wanted, ground)
    values = {**await _values(tx, wanted, ground, found), "state": "declined"}
    await _require_first(tx, wanted, found.field, state="applied", refusal=MeasureApplied)
    await _require_first(tx, wanted, found.field, state="declined", refusal=MeasureDeclined)
    return await create(tx, "measure", "decline", values, reason=values["reason"], basis=found.citation)


async def _require_report(tx: Transaction, wanted: Wanted, ground: Mapping[str, Any]) -> None:
    """Pass what is no agency's, and an agency that has queried a report where its matter asks for one (厦门4).

    Raises: ReportNotQueried.
    """
    if wanted.purpose_id is not None:
        await require_queried(tx, wanted.purpose_id, subject_id=ground["subject_id"], office_id=wanted.office_id)


async def lift(tx: Transaction, measure_id: UUID, *, reason: str) -> dict[str, Any]:
    """Lift a measure before what it rests on ends, with the reason; give the row after it.

    Raises: NotFound; StepOfAnotherOffice for the source, to which it is only fed back; StateConflict; OthersPersonalData; InvalidInput.
    """
    row = await tx.connection.fetchrow("SELECT * FROM measure WHERE id = $1 FOR UPDATE", measure_id)
    if row is None:
        raise NotFound
    if row["office_id"] != tx.actor.office_id:
        raise StepOfAnotherOffice(office=f"Office:{row['office_id']}")
    said = require_text("reason", reason, longest=_LONGEST)
    await require_impersonal(tx, "reason", said, subject_id=row["subject_id"])
    return await lifting.lift(tx, row, lifted_for="by_office", reason=said)


@dataclass(frozen=True, slots=True)
class _Found:
    """A measure as the list in force has it for what it would rest on."""

    rule: MeasureRule
    citation: str
    field: str | None
    asks_for_law: bool


async def _found(tx: Transaction, books: Rulebooks, wanted: Wanted, ground: Mapping[str, Any]) -> _Found:
    """Find the measure on the list in force.

    Raises: MeasureNotListed; MeasureTooEarly; MeasureFieldUnknown.
    """
    book = books.books[books.heads[ground["jurisdiction_id"]]]
    rules, document = await _listed(tx, books, book)
    after = await following(tx, books, ground) if wanted.noun == "grade" else Following()
    rule = _rule(_linked(rules, ground["linked"]), wanted, ground, document, after)
    field, other_field = _field(books, rule, ground["jurisdiction_id"], wanted.field, tx.today)
    asks = rule.needs_citation or other_field or rule.code in after.by_standing
    return _Found(rule, f"{document} {rule.clause}".strip(), field, asks)


async def _values(tx: Transaction, wanted: Wanted, ground: Mapping[str, Any], found: _Found) -> dict[str, Any]:
    """Give the columns of a measure that is applied or declined.

    Raises: OthersPersonalData; InvalidInput.
    """
    said = require_text("reason", wanted.reason, longest=_LONGEST)
    await require_impersonal(tx, "reason", said, subject_id=ground["subject_id"])
    return {
        "subject_id": ground["subject_id"],
        "about_person": ground["about_person"],
        "jurisdiction_id": ground["jurisdiction_id"],
        "office_id": wanted.office_id,
        "source_office_id": ground["office_id"],
        GROUNDS[wanted.noun]: wanted.ground_id,
        "code": found.rule.code,
        "name": found.rule.name,
        "field": found.field,
        "polarity": found.rule.polarity,
        "severity": ground["severity"] if found.rule.severities else None,
        "basis": found.citation,
        "reason": said,
        "version": 1,
        "applied_at": tx.now,
        "applied_by": tx.actor.account_id,
    }


def listed(book: Rulebook, on: date) -> tuple[MeasureRule, ...]:
    """Give the list of measures of a rulebook that is in force on a day, that of a past year as last known."""
    begins, ends = book.effective_from, book.effective_to
    is_over = ends is not None and ends < on and book.validity != "year_scope"
    return () if is_over or (begins is not None and on < begins) else book.measures


def fits(rule: MeasureRule, noun: str, ground: Mapping[str, Any], after: Following | None = None) -> bool:
    """Tell whether a measure may rest on something: by kind, list or item, severity and polarity, or by the grade."""
    if noun not in rule.upon:
        return False
    if noun == "grade":
        named = ground["kind"] in rule.schemes and ground["value"] in rule.grades
        return named or (after is not None and rule.code in after.codes | after.by_standing)
    if rule.polarity not in ("neutral", ground["polarity"]):
        return False
    if ground["polarity"] == "neutral" or (rule.severities and ground["severity"] not in rule.severities):
        return False
    kinds = rule.items if noun == "credit_record" else rule.lists
    return not kinds or ground["kind"] in kinds


async def _listed(tx: Transaction, books: Rulebooks, book: Rulebook) -> tuple[tuple[MeasureRule, ...], str]:
    """Give the list of measures in force today, and the document it stands in: that which is kept, else the rulebook's.

    Source: 厦门1 (失信惩戒措施清单).
    """
    if "measures" not in kinds_of(books, book.jurisdiction):
        return listed(book, tx.today), f"《{book.name}》"
    held = await reading.in_force(tx.connection, book.jurisdiction, "measures", tx.today)
    if held is None:
        return (), f"《{book.name}》"
    if held["rulebook"] is not None:
        return listed(books.books[held["rulebook"]], tx.today), f"《{book.name}》"
    rules = tuple(_kept(one) for one in await reading.items_of(tx, held["id"]))
    return rules, f"{held['title']}（{held['label']}）"


def _linked(rules: tuple[MeasureRule, ...], linked: str | None) -> tuple[MeasureRule, ...]:
    """Give the measures that the cited behaviour lets follow, where it names some (厦门1)."""
    codes = json.loads(linked) if linked else []
    return tuple(rule for rule in rules if rule.polarity == "positive" or rule.code in codes) if codes else rules


def _kept(item: Item) -> MeasureRule:
    """Give a measure of a list that the credit office keeps as a rulebook would state it."""
    content = item.content
    return MeasureRule(
        code=item.code,
        name=item.name,
        polarity=content["polarity"],
        clause=content.get("legal_basis", ""),
        quote=item.name,
        needs_citation=content.get("needs_citation", False),
        upon=tuple(content.get("upon", ())),
        lists=tuple(content.get("lists", ())),
        items=tuple(content.get("items", ())),
        severities=tuple(content.get("severities", ())),
        schemes=tuple(content.get("schemes", ())),
        grades=tuple(content.get("grades", ())),
    )


def _rule(
    rules: tuple[MeasureRule, ...], wanted: Wanted, ground: Mapping[str, Any], document: str, after: Following
) -> MeasureRule:
    known = {rule.code: rule for rule in rules if fits(rule, wanted.noun, ground, after)}
    if wanted.code in after.earliest and wanted.code not in known:
        first = after.earliest[wanted.code]
        raise MeasureTooEarly(earliest=first.isoformat() if first else None)
    if wanted.code not in known:
        raise MeasureNotListed(known=sorted(known), rulebook=document.strip("《》"))
    return known[wanted.code]


def _field(
    books: Rulebooks, rule: MeasureRule, jurisdiction: str, wanted: str | None, on: date
) -> tuple[str | None, bool]:
    """Give the field in which a measure restricts, and whether it is one that the rule leaves to others (等).

    Raises: MeasureFieldUnknown.
    """
    law = terms.binding(books, jurisdiction, rule.fields, on) if rule.fields else None
    known = [str(one) for one in law.value] if law is not None and isinstance(law.value, tuple) else []
    if not known and wanted is None:
        return None, False
    if wanted in known:
        return wanted, False
    if wanted is None or law is None or not law.open_ended:
        raise MeasureFieldUnknown(known=known)
    return require_text("field", wanted, longest=200), True


def _cited(wanted: Wanted, *, asked: bool, citation: str) -> dict[str, str | None]:
    """Give the columns of the rule that is cited.

    Raises: MeasureNeedsCitation; InvalidInput.
    """
    basis, level = wanted.legal_basis, wanted.legal_basis_level
    if (basis is None) != (level is None) or (asked and basis is None):
        raise citing(MeasureNeedsCitation, citation)
    if level is not None and level not in BASIS_LEVELS:
        raise InvalidInput("There is no such level of legal basis.", zh="没有这一依据层级。", levels=list(BASIS_LEVELS))
    text = require_text("legal_basis", basis, longest=500) if basis is not None else None
    return {"legal_basis": text, "legal_basis_level": level}


async def _lock_ground(tx: Transaction, wanted: Wanted) -> Mapping[str, Any]:
    """Lock what the measure would rest on, in force today and of the place of the office: each place has a list of its own.

    Raises: NotFound; MeasureUnfounded.
    """
    row: Mapping[str, Any] | None = await tx.connection.fetchrow(_GROUND[wanted.noun], wanted.ground_id, tx.today)
    if row is None:
        raise MeasureUnfounded
    place = await tx.connection.fetchval("SELECT jurisdiction_id FROM office WHERE id = $1", wanted.office_id)
    if place != row["jurisdiction_id"]:
        raise NotFound
    return row


async def _require_first(
    tx: Transaction, wanted: Wanted, field: str | None, *, state: str, refusal: type[DomainError]
) -> None:
    """Refuse what the office has said of the measure already, because of the same."""
    found = await tx.connection.fetchval(
        f"SELECT id FROM measure WHERE {GROUNDS[wanted.noun]} = $1 AND office_id = $2 AND code = $3 AND state = $5"
        " AND field IS NOT DISTINCT FROM $4",
        wanted.ground_id,
        wanted.office_id,
        wanted.code,
        field,
        state,
    )
    if found is not None:
        raise refusal(measure=f"Measure:{found}")


_GROUND: Final = {
    "credit_record": f"""
SELECT upon.subject_id, upon.about_person, upon.jurisdiction_id, upon.office_id, upon.severity, item.code AS kind,
  (SELECT behaviour.content -> 'measures' FROM edition_item behaviour WHERE behaviour.id = upon.behaviour_id) AS linked,
  CASE WHEN {record.AGAINST.format(t="upon")} THEN 'negative'
       WHEN item.polarity = 'positive' THEN 'positive' ELSE 'neutral' END AS polarity
FROM credit_record upon JOIN catalogue_item item ON item.id = upon.item_id
WHERE upon.id = $1 AND upon.disclosure <> 'internal' AND {record.IN_FORCE.replace("{t}", "upon").replace(":today", "$2::date")}
FOR NO KEY UPDATE OF upon
""",
    "list_entry": f"""
SELECT upon.subject_id, upon.about_person, upon.jurisdiction_id, upon.office_id, NULL AS severity, list.code AS kind,
  NULL AS linked,
  list.polarity
FROM list_entry upon JOIN credit_list list ON list.id = upon.credit_list_id
WHERE upon.id = $1 AND upon.disclosure <> 'internal' AND {list_entry.IN_FORCE.replace("{t}", "upon").replace(":today", "$2::date")}
FOR NO KEY UPDATE OF upon
""",
    "grade": f"""
SELECT upon.subject_id, upon.about_person, upon.jurisdiction_id, upon.office_id, NULL AS severity, upon.scheme AS kind,
  upon.value, NULL AS linked, NULL AS polarity
FROM grade upon
WHERE upon.id = $1 AND upon.disclosure <> 'internal' AND upon.evaluated_on <= $2::date AND {grade.IN_FORCE.replace("{t}", "upon")}
FOR NO KEY UPDATE OF upon
""",
}
"""What a measure may rest on, locked: one that ends at the same time ends first or takes the measure with it."""
