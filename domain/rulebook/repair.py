"""Which conditions credit repair has in a jurisdiction on a day: those of every layer that binds it, together.

A lower text adds to a higher one and takes nothing away, so all of them must be met; each condition is shown
with the words of the layer nearest to the jurisdiction. A sister document adds none. The service's own stand
in only for a condition that no text sets. A document that is not loaded may hold more: its name is told.
Source: 厦门6; 海沧7; 上海11, 14; 信用修复管理办法; before it 2023年第58号令.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from domain.rulebook.lookup import book_of, layers_of
from domain.rulebook.model import Rulebook, Rulebooks
from domain.rulebook.tables import RepairConditionRule
from domain.rulebook.vocabulary import REPAIR_CONDITIONS


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition with the words that set it; `citation` names document and clause."""

    condition: str
    name: str
    clause: str
    quote: str
    citation: str
    layer: str
    relation: str
    confidence: str
    reading: str | None = None
    note: str | None = None


@lru_cache(maxsize=1024)
def conditions(books: Rulebooks, jurisdiction: str, on: date, concerns: tuple[str, ...] = ()) -> tuple[Condition, ...]:
    """Give the conditions of repair in the order of the vocabulary; `concerns` names the sectors at hand.

    Raises: JurisdictionUnknown.
    """
    found: dict[str, Condition] = {}
    for layer in layers_of(book_of(books, jurisdiction)):
        book = books.books.get(layer.rulebook)
        if book is None or layer.relation == "sister":
            continue
        for row in book.repair_conditions:
            if _holds(row, on) and (not row.concerns or set(row.concerns) & set(concerns)):
                found.setdefault(row.condition, _condition(book, layer.relation, row))
    return tuple(found[word] for word in REPAIR_CONDITIONS if word in found)


def _condition(book: Rulebook, relation: str, row: RepairConditionRule) -> Condition:
    return Condition(
        condition=row.condition,
        name=REPAIR_CONDITIONS[row.condition],
        clause=row.clause,
        quote=row.quote,
        citation=f"《{row.law or book.name}》 {row.clause}".removesuffix(" -"),
        layer=book.id,
        relation=relation,
        confidence=row.confidence or book.confidence,
        reading=row.reading,
        note=row.note,
    )


def _holds(row: RepairConditionRule, on: date) -> bool:
    return (row.valid_from is None or row.valid_from <= on) and (row.valid_to is None or on <= row.valid_to)
