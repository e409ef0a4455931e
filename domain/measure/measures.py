"""Applying a measure because of a record or an entry in force: only one that the list of measures has for it.

In charge of which measures of the rulebook fit what they would rest on: its kind, its list or catalogue item, its
severity, whether it speaks for or against the subject. Refuses a measure that is not on the list, one that rests on
what has ended or was exempted, one whose clause asks for a citation without it, a field that the rule does not name,
and the same measure twice.
Source: 厦门1; 上海8, 9; 新乡五(三); 海沧13, 25; 上海市社会信用条例32 (未经公布的信用惩戒措施，不得实施; 告知依据和理由).
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
from domain.errors import InvalidInput, NotFound
from domain.exemption.exemptions import require_punishable
from domain.lifecycle import Transaction, create
from domain.lists import list_entry
from domain.measure import lifting
from domain.measure.measure import GROUNDS
from domain.measure.refusals import (
    MeasureApplied,
    MeasureFieldUnknown,
    MeasureNeedsCitation,
    MeasureNotListed,
    MeasureUnfounded,
)
from domain.registry.catalogue import BASIS_LEVELS
from domain.rights.others_data import require_impersonal
from domain.rulebook.model import Rulebook, Rulebooks
from domain.rulebook.procedure import StepOfAnotherOffice
from domain.rulebook.tables import MeasureRule
from domain.text import require_text

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


async def apply(tx: Transaction, books: Rulebooks, wanted: Wanted) -> UUID:
    """Apply a measure to the subject of a record or an entry; give its id. It is fed back to the source.

    Raises: NotFound; MeasureUnfounded; MeasureNotListed; MeasureFieldUnknown; MeasureNeedsCitation; RecordExempted;
    MeasureApplied; OthersPersonalData; InvalidInput.
    """
    ground = await _lock_ground(tx, wanted)
    book = books.books[books.heads[ground["jurisdiction_id"]]]
    rules, document = await _listed(tx, books, book)
    rule = _rule(_linked(rules, ground["linked"]), wanted, ground, document)
    citation = f"{document} {rule.clause}".strip()
    field, other_field = _field(books, rule, ground["jurisdiction_id"], wanted.field, tx.today)
    cited = _cited(wanted, asked=rule.needs_citation or other_field, citation=citation)
    if wanted.noun == "credit_record" and rule.polarity != "positive":
        await require_punishable(tx.connection, (wanted.ground_id,))
    said = require_text("reason", wanted.reason, longest=_LONGEST)
    await require_impersonal(tx, "reason", said, subject_id=ground["subject_id"])
    column = GROUNDS[wanted.noun]
    await _require_first(tx, column, wanted, field)
    values = {
        "subject_id": ground["subject_id"],
        "about_person": ground["about_person"],
        "jurisdiction_id": ground["jurisdiction_id"],
        "office_id": wanted.office_id,
        "source_office_id": ground["office_id"],
        column: wanted.ground_id,
        "code": rule.code,
        "name": rule.name,
        "field": field,
        "polarity": rule.polarity,
        "severity": ground["severity"] if rule.severities else None,
        "basis": citation,
        **cited,
        "reason": said,
        "state": "applied",
        "version": 1,
        "applied_at": tx.now,
        "applied_by": tx.actor.account_id,
    }
    return await create(tx, "measure", "apply", values, reason=said, basis=citation)


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


def listed(book: Rulebook, on: date) -> tuple[MeasureRule, ...]:
    """Give the list of measures of a rulebook that is in force on a day, that of a past year as last known."""
    begins, ends = book.effective_from, book.effective_to
    is_over = ends is not None and ends < on and book.validity != "year_scope"
    return () if is_over or (begins is not None and on < begins) else book.measures


def fits(rule: MeasureRule, noun: str, ground: Mapping[str, Any]) -> bool:
    """Tell whether a measure may rest on a record or an entry: by kind, list or item, severity and polarity."""
    if noun not in rule.upon or rule.polarity not in ("neutral", ground["polarity"]):
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
    )


def _rule(rules: tuple[MeasureRule, ...], wanted: Wanted, ground: Mapping[str, Any], document: str) -> MeasureRule:
    known = {rule.code: rule for rule in rules if fits(rule, wanted.noun, ground)}
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
    """Lock what the measure would rest on, in force today.

    Raises: MeasureUnfounded.
    """
    row: Mapping[str, Any] | None = await tx.connection.fetchrow(_GROUND[wanted.noun], wanted.ground_id, tx.today)
    if row is None:
        raise MeasureUnfounded
    return row


async def _require_first(tx: Transaction, column: str, wanted: Wanted, field: str | None) -> None:
    found = await tx.connection.fetchval(
        f"SELECT id FROM measure WHERE {column} = $1 AND office_id = $2 AND code = $3 AND state = 'applied'"
        " AND field IS NOT DISTINCT FROM $4",
        wanted.ground_id,
        wanted.office_id,
        wanted.code,
        field,
    )
    if found is not None:
        raise MeasureApplied(measure=f"Measure:{found}")


_GROUND: Final = {
    "credit_record": f"""
SELECT upon.subject_id, upon.about_person, upon.jurisdiction_id, upon.office_id, upon.severity, item.code AS kind,
  (SELECT behaviour.content -> 'measures' FROM edition_item behaviour WHERE behaviour.id = upon.behaviour_id) AS linked,
  CASE WHEN upon.dishonest OR upon.severity = 'serious' THEN 'negative'
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
}
"""What a measure may rest on, locked: one that ends at the same time ends first or takes the measure with it."""
