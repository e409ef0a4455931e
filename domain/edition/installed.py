"""Editions that rulebooks state, as rows: their catalogues, measures and matters of reports under the common view.

In charge of the columns; ids follow from the rulebook and the kind. Only kinds that the rulebook names are stated.
Source: 厦门4, 7; 上海5, 6, 8; 新乡三, 五(三); 海沧4, 8, 13; 十堰正文.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from domain.edition.items import ordered
from domain.installation_rows import Row, edition_id, editions, installed_id, iso, told_data_item
from domain.rulebook.lookup import data_items
from domain.rulebook.model import Rulebook, Rulebooks
from domain.rulebook.tables import EditionKindRule


def edition_rows(books: Rulebooks) -> list[Row]:
    """List the editions that rulebooks state."""
    return [_edition(book, kind) for book in editions(books) for kind in _stated(book)]


def edition_item_rows(books: Rulebooks) -> list[Row]:
    """List their items."""
    return [
        {
            "id": str(installed_id("edition_item", book.id, kind.code, code)),
            "edition_id": str(edition_id(book.id, kind.code)),
            "position": place,
            "code": code,
            "name": name,
            "content": {key: value for key, value in content.items() if value not in (None, [], "")},
        }
        for book in editions(books)
        for kind in _stated(book)
        for place, (code, name, content) in enumerate(_ITEMS[kind.code](books, book), start=1)
    ]


def _stated(book: Rulebook) -> Iterator[EditionKindRule]:
    tables = {"catalogue": book.catalogue, "measures": book.measures, "report_items": book.application_items}
    return (kind for kind in book.edition_kinds if kind.jurisdiction is None and tables.get(kind.code))


def _edition(book: Rulebook, kind: EditionKindRule) -> Row:
    ends = book.effective_to if book.validity == "stated" else None
    return {
        "id": str(edition_id(book.id, kind.code)),
        "jurisdiction_id": book.jurisdiction,
        "office_id": None,
        "kind": kind.code,
        "label": book.id,
        "title": kind.name,
        "source": book.name,
        "basis": f"《{book.name}》 {kind.clause}",
        "rulebook": book.id,
        "state": "approved",
        "valid_from": iso(book.effective_from),
        "valid_to": iso(ends),
        "derived_from_id": None,
        "submitted_to": None,
        "submitted_on": None,
        "published_at": None,
        "publisher_id": None,
        "platform_at": None,
        "reason": None,
        "drafted_by": None,
        "drafted_at": None,
        "proposed_by": None,
        "proposed_at": None,
        "decided_by": None,
        "decided_at": None,
    }


_Items = Iterator[tuple[str, str, Mapping[str, Any]]]


def _catalogue(books: Rulebooks, book: Rulebook) -> _Items:
    for item in book.catalogue:
        yield (
            item.code,
            item.name,
            {
                "category": item.category,
                "polarity": item.polarity,
                "disclosure": item.disclosure,
                "person_disclosure": item.person_disclosure,
                "subject_kinds": list(item.subject_kinds),
                "producers": list(dict.fromkeys(item.producers)),
                "data_items": [ordered(told_data_item(entry)) for entry in data_items(books, item)],
                "severity_required": item.severity_required or None,
                "double_publicity": item.double_publicity or None,
                "push_to": list(item.push_to),
                "publication_years": item.publication_years,
                "legal_basis": item.legal_basis,
                "basis_level": item.basis_level,
            },
        )


def _measures(_: Rulebooks, book: Rulebook) -> _Items:
    for measure in book.measures:
        yield (
            measure.code,
            measure.name,
            {
                "polarity": measure.polarity,
                "upon": list(measure.upon),
                "lists": list(measure.lists),
                "items": list(measure.items),
                "severities": list(measure.severities),
                "schemes": list(measure.schemes),
                "grades": list(measure.grades),
                "needs_citation": measure.needs_citation or None,
            },
        )


def _matters(_: Rulebooks, book: Rulebook) -> _Items:
    for matter in book.application_items:
        content = {"subject_kinds": list(matter.subject_kinds), "mandatory": matter.mandatory or None}
        yield matter.code, matter.name, content


_ITEMS: Final[Mapping[str, Callable[[Rulebooks, Rulebook], _Items]]] = {
    "catalogue": _catalogue,
    "measures": _measures,
    "report_items": _matters,
}
"""By kind: what the rulebook states."""
