"""What the rulebooks and the calendar say, as rows: offices, duties, catalogue, lists, purposes, days.

In charge of the columns and of the ids: an id follows from the row's natural key alone, so that every
database that runs the same rulebooks holds the same ids. Values are as JSON writes them. Refuses nothing:
what a rulebook may say is `domain.rulebook.check`'s question.
Source: 厦门1–31, 海沧1–29, 新乡三–五, 十堰, 上海4–9; 《全国年节及纪念日放假办法》 for the days.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final
from uuid import UUID, uuid5

from domain.calendar import CalendarDay
from domain.rulebook.lookup import data_items
from domain.rulebook.model import JurisdictionRule, Rulebook, Rulebooks
from domain.rulebook.tables import (
    ApplicationItemRule,
    CatalogueItemRule,
    CommitmentItemRule,
    DataItemRule,
    ListKindRule,
    OfficeRule,
    Responsibility,
)

Row = dict[str, Any]

NAMESPACE: Final = UUID("5f0c6f0e-5c1b-5b58-9a44-c3a9f2f6a9d1")
"""Of the ids of installed rows; it never changes."""

PARTS: Final = {"lead": "(牵头)", "responsible": "", "assist": "(配合)"}
"""How a duty's text marks an office's part in it, in the documents' own words."""


def installed_id(table: str, *key: str) -> UUID:
    """Give the id of an installed row by its natural key."""
    return uuid5(NAMESPACE, "/".join((table, *key)))


def office_id(jurisdiction: str, code: str) -> UUID:
    """Give the id of an office by its jurisdiction and code."""
    return installed_id("office", jurisdiction, code)


def catalogue_item_id(jurisdiction: str, edition: str, code: str) -> UUID:
    """Give the id of a catalogue item by its jurisdiction, edition (the id of its rulebook) and code."""
    return installed_id("catalogue_item", jurisdiction, edition, code)


def edition_id(rulebook: str, kind: str) -> UUID:
    """Give the id of the edition of a kind that a rulebook states."""
    return installed_id("edition", rulebook, kind)


def credit_list_id(rulebook: str, code: str) -> UUID:
    """Give the id of a kind of list by its rulebook and code."""
    return installed_id("credit_list", rulebook, code)


def commitment_item_id(rulebook: str, code: str) -> UUID:
    """Give the id of a commitment item that a rulebook names, by its rulebook and code."""
    return installed_id("commitment_item", rulebook, code)


def application_item_code(jurisdiction: str, code: str) -> str:
    """Give the code by which a purpose is named everywhere, e.g. 350200.procurement."""
    return f"{jurisdiction}.{code}"


def application_item_id(jurisdiction: str, code: str) -> UUID:
    """Give the id of a purpose by its jurisdiction and its code in the rulebook."""
    return installed_id("application_item", application_item_code(jurisdiction, code))


def jurisdiction_rows(books: Rulebooks) -> list[Row]:
    """List the divisions, parents first."""
    places = sorted(books.jurisdictions.values(), key=lambda place: _path(books, place))
    return [_jurisdiction(place) for place in places]


def office_rows(books: Rulebooks) -> list[Row]:
    """List the offices; one named by several editions is one row, with the words of the newest."""
    merged: dict[str, Row] = {}
    for book in editions(books):
        for office in book.offices:
            row = _office(book, office)
            merged[row["id"]] = renewed(merged.get(row["id"]), row)
    return list(merged.values())


def renewed(older: Row | None, office: Row) -> Row:
    """Give an office as a newer edition names it; spellings of other editions stay aliases."""
    if older is None or older["rulebook"] == office["rulebook"]:
        return office
    spellings = dict.fromkeys((*office["aliases"], older["name"], *older["aliases"]))
    return {**office, "aliases": [spelling for spelling in spellings if spelling != office["name"]]}


def responsibility_rows(books: Rulebooks) -> list[Row]:
    """List every office's part in every duty."""
    return _unique(_responsibility(book, part) for book in editions(books) for part in book.responsibilities)


def catalogue_item_rows(books: Rulebooks) -> list[Row]:
    """List the catalogue items of every edition."""
    return [_catalogue_item(books, book, item) for book in editions(books) for item in book.catalogue]


def catalogue_producer_rows(books: Rulebooks) -> list[Row]:
    """List which office produces which catalogue item."""
    return [
        _producer(book, item, office)
        for book in editions(books)
        for item in book.catalogue
        for office in dict.fromkeys(item.producers)
    ]


def credit_list_rows(books: Rulebooks) -> list[Row]:
    """List the kinds of list of every edition."""
    return [_credit_list(book, kind) for book in editions(books) for kind in book.list_kinds]


def application_item_rows(books: Rulebooks) -> list[Row]:
    """List the purposes; one named by several editions is one row, with the words of the newest."""
    rows = (_application_item(book, item) for book in editions(books) for item in book.application_items)
    return list({row["id"]: row for row in rows}.values())


def commitment_item_rows(books: Rulebooks) -> list[Row]:
    """List the commitment items of every edition."""
    return [_commitment_item(book, item) for book in editions(books) for item in book.commitment_items]


def commitment_item_office_rows(books: Rulebooks) -> list[Row]:
    """List which offices take commitments under which item."""
    return [
        _commitment_office(book, item, office)
        for book in editions(books)
        for item in book.commitment_items
        for office in dict.fromkeys(item.offices)
    ]


def working_day_rows(days: Iterable[CalendarDay]) -> list[Row]:
    """List the days of the calendar."""
    return [
        {"id": day.day.isoformat(), "working": day.working, "kind": day.kind, "provisional": day.provisional}
        for day in days
    ]


def editions(books: Rulebooks) -> Iterator[Rulebook]:
    """Yield the rulebooks, older editions first."""
    yield from sorted(books.books.values(), key=lambda book: (book.effective_from or date.min, book.id))


def _path(books: Rulebooks, place: JurisdictionRule) -> tuple[str, ...]:
    above = books.jurisdictions.get(place.parent or "")
    return (*_path(books, above), place.code) if above else (place.code,)


def _jurisdiction(place: JurisdictionRule) -> Row:
    return {"id": place.code, "name": place.name, "level": place.level, "parent_id": place.parent}


def _office(book: Rulebook, office: OfficeRule) -> Row:
    return {
        "id": str(office_id(book.jurisdiction, office.code)),
        "jurisdiction_id": book.jurisdiction,
        "code": office.code,
        "name": office.name,
        "aliases": list(office.aliases),
        "kind": office.kind,
        "roles": list(office.roles),
        "clause": office.clause,
        "rulebook": book.id,
    }


def _responsibility(book: Rulebook, part: Responsibility) -> Row:
    office, duty = office_id(book.jurisdiction, part.office), f"{part.name}{PARTS[part.role]}"
    return {
        "id": str(installed_id("responsibility", str(office), duty, part.clause, book.id)),
        "office_id": str(office),
        "duty": duty,
        "clause": part.clause,
        "rulebook": book.id,
        "valid_from": iso(part.valid_from),
        "valid_to": iso(part.valid_to),
    }


def _catalogue_item(books: Rulebooks, book: Rulebook, item: CatalogueItemRule) -> Row:
    return {
        "id": str(catalogue_item_id(book.jurisdiction, book.id, item.code)),
        "jurisdiction_id": book.jurisdiction,
        "edition": book.id,
        "catalogue_edition_id": str(edition_id(book.id, "catalogue")) if _has_catalogue(book) else None,
        "code": item.code,
        "name": item.name,
        "category": item.category,
        "polarity": item.polarity,
        "disclosure": item.disclosure,
        "person_disclosure": item.person_disclosure,
        "subject_kinds": list(item.subject_kinds),
        "data_items": [told_data_item(entry) for entry in data_items(books, item)],
        "severity_required": item.severity_required,
        "double_publicity": item.double_publicity,
        "push_to": list(item.push_to),
        "publication_years": item.publication_years,
        "legal_basis": item.legal_basis,
        "legal_basis_level": item.basis_level,
        "clause": item.clause,
        "valid_from": iso(item.valid_from),
        "valid_to": iso(item.valid_to),
    }


def _has_catalogue(book: Rulebook) -> bool:
    return any(kind.code == "catalogue" and kind.jurisdiction is None for kind in book.edition_kinds)


def told_data_item(item: DataItemRule) -> Row:
    """Write a data item; what it leaves open is left out."""
    told: Row = {"code": item.code, "name": item.name, "required": item.required, "kind": item.kind}
    told["personal"] = item.personal
    optional = {
        "sensitive": item.sensitive,
        "max_length": item.max_length,
        "values": list(item.values),
        "against": list(item.against),
        "older": list(item.older),
        "note": item.note,
    }
    return told | {key: value for key, value in optional.items() if value}


def _producer(book: Rulebook, item: CatalogueItemRule, office: str) -> Row:
    of_item = catalogue_item_id(book.jurisdiction, book.id, item.code)
    by_office = office_id(book.jurisdiction, office)
    return {
        "id": str(installed_id("catalogue_producer", str(of_item), str(by_office))),
        "item_id": str(of_item),
        "office_id": str(by_office),
        "clause": item.clause,
        "reading": item.producer_reading,
    }


def _credit_list(book: Rulebook, kind: ListKindRule) -> Row:
    return {
        "id": str(credit_list_id(book.id, kind.code)),
        "jurisdiction_id": book.jurisdiction,
        "rulebook": book.id,
        "code": kind.code,
        "name": kind.name,
        "aliases": list(kind.aliases),
        "polarity": kind.polarity,
        "standard": kind.standard,
        "procedure": kind.procedure,
        "measures": kind.measures,
        "exit_rule": kind.exit,
        "max_publication_years": kind.max_publication_years,
        "imported": kind.imported,
        "interview_required": kind.interview_required,
        "clause": kind.clause,
    }


def _commitment_item(book: Rulebook, item: CommitmentItemRule) -> Row:
    """Write an item that a rulebook names; nobody proposed it and nobody needs to approve it."""
    return {
        "id": str(commitment_item_id(book.id, item.code)),
        "jurisdiction_id": book.jurisdiction,
        "rulebook": book.id,
        "edition": book.id,
        "code": item.code,
        "name": item.name,
        "kind": item.kind,
        "matter_kind": item.matter_kind,
        "parties": list(item.parties),
        "text": item.text,
        "supplement_term": item.supplement_term,
        "supplement_unit": item.supplement_unit,
        "disclosure": item.disclosure,
        "person_disclosure": item.person_disclosure,
        "clause": item.clause,
        "reading": item.reading,
        "state": "approved",
        "valid_from": iso(item.valid_from),
        "valid_to": iso(item.valid_to),
        "reason": None,
        "proposed_by": None,
        "proposed_at": None,
        "decided_by": None,
        "decided_at": None,
    }


def _commitment_office(book: Rulebook, item: CommitmentItemRule, office: str) -> Row:
    of_item = commitment_item_id(book.id, item.code)
    by_office = office_id(book.jurisdiction, office)
    return {
        "id": str(installed_id("commitment_item_office", str(of_item), str(by_office))),
        "commitment_item_id": str(of_item),
        "office_id": str(by_office),
    }


def _application_item(book: Rulebook, item: ApplicationItemRule) -> Row:
    return {
        "id": str(application_item_id(book.jurisdiction, item.code)),
        "jurisdiction_id": book.jurisdiction,
        "code": application_item_code(book.jurisdiction, item.code),
        "name": item.name,
        "clause": item.clause,
        "rulebook": book.id,
    }


def _unique(rows: Iterable[Row]) -> list[Row]:
    return list({row["id"]: row for row in rows}.values())


def iso(day: date | None) -> str | None:
    """Write a day as JSON has it."""
    return day.isoformat() if day else None
