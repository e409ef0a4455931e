"""Ask the rulebooks: which rule holds, in which layer, on which day, and what the silent layers said.

Layers are asked in order; the answer is the first binding layer that says something in force.
Refuses: a path no rulebook knows, a jurisdiction without a rulebook.
Source: the first of the readings we hold to; XM-00, SH-00, SH-14b.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import lru_cache

from domain.errors import DomainError
from domain.rulebook.answer import LayerAnswer, LayerStatus, RuleAnswer, RuleStatus
from domain.rulebook.layers import Asked, ask
from domain.rulebook.model import LayerRule, Rulebook, Rulebooks, RuleValue
from domain.rulebook.tables import (
    ApplicationItemRule,
    CatalogueItemRule,
    DataItemRule,
    ListKindRule,
    OfficeRule,
    SeverityRule,
)

__all__ = [
    "JurisdictionUnknown",
    "LayerAnswer",
    "LayerStatus",
    "OfficeUnknown",
    "RuleAnswer",
    "RulePathUnknown",
    "RuleStatus",
    "book_of",
    "catalogue_item",
    "data_items",
    "layers_of",
    "list_kind",
    "paths",
    "purpose",
    "resolve_office",
    "rule",
    "search",
    "severities",
    "severity",
]


class RulePathUnknown(DomainError):
    """No rulebook knows this path: look it up among the paths of a rulebook."""

    code = "RULE_PATH_UNKNOWN"
    zh = "没有任何规则文件包含该路径：请在规则文件的路径中查找。"
    names = ("path",)


class JurisdictionUnknown(DomainError):
    """No rulebook is loaded for this jurisdiction: name one of the loaded division codes."""

    code = "JURISDICTION_UNKNOWN"
    zh = "该行政区划没有载入规则文件：请使用已载入的区划代码。"


class OfficeUnknown(DomainError):
    """The rulebook names no such office: use a name, alias or code of the rulebook."""

    code = "OFFICE_UNKNOWN"
    zh = "规则文件中没有该单位：请使用规则文件中的名称、别名或代码。"


def rule(books: Rulebooks, jurisdiction: str, path: str, on: date) -> RuleAnswer:
    """Answer a question of law for a jurisdiction and a day.

    Raises: JurisdictionUnknown; RulePathUnknown.
    """
    return _rule(books, jurisdiction, path, on)


def book_of(books: Rulebooks, jurisdiction: str) -> Rulebook:
    """Give the rulebook with which a jurisdiction's fall-through begins.

    Raises: JurisdictionUnknown.
    """
    head = books.heads.get(jurisdiction)
    if head is None:
        raise JurisdictionUnknown(f"No rulebook is loaded for this jurisdiction: loaded are {_codes(books)}.")
    return books.books[head]


def layers_of(book: Rulebook) -> tuple[LayerRule, ...]:
    """Give the order in which layers are asked: the rulebook itself, then what stands above and beside it."""
    own = LayerRule(rulebook=book.id, relation="own", clause="-", quote="-")
    return (own, *book.layers)


def unread(books: Rulebooks, jurisdiction: str) -> tuple[str, ...]:
    """Name the documents above a jurisdiction that are not loaded: what they say is unknown.

    Raises: JurisdictionUnknown.
    """
    layers = layers_of(book_of(books, jurisdiction))
    return tuple(books.not_loaded[one.rulebook].name for one in layers if one.rulebook in books.not_loaded)


def paths(book: Rulebook) -> tuple[str, ...]:
    """List the paths on which a rulebook gives a value, in order."""
    return tuple(sorted(book.values_by_path))


def search(books: Rulebooks, text: str, *, jurisdiction: str | None = None) -> tuple[tuple[str, RuleValue], ...]:
    """Find values whose path, value, quote or note contains the text; pairs of rulebook id and value."""
    wanted = text.casefold()
    chosen = [book_of(books, jurisdiction)] if jurisdiction else sorted(books.books.values(), key=lambda b: b.id)
    return tuple((book.id, value) for book in chosen for value in book.values if wanted in _text_of(value).casefold())


def resolve_office(book: Rulebook, text: str) -> OfficeRule:
    """Find an office by its code, name or alias.

    Raises: OfficeUnknown.
    """
    wanted = _plain(text)
    for office in book.offices:
        if wanted in (_plain(spelling) for spelling in (office.code, office.name, *office.aliases)):
            return office
    raise OfficeUnknown(f"{book.name} names no such office: use a name, alias or code of the rulebook.")


def catalogue_item(book: Rulebook, code: str, on: date) -> CatalogueItemRule | None:
    """Find the catalogue item that is in force on a day, or nothing."""
    return next((item for item in book.catalogue if item.code == code and _row_in_force(item, on)), None)


def list_kind(book: Rulebook, code: str) -> ListKindRule | None:
    """Find a kind of list by its code, or nothing."""
    return next((kind for kind in book.list_kinds if kind.code == code), None)


def purpose(book: Rulebook, code: str) -> ApplicationItemRule | None:
    """Find an application item (purpose of a report) by its code, or nothing."""
    return next((item for item in book.application_items if item.code == code), None)


def severity(books: Rulebooks, jurisdiction: str, text: str, on: date) -> SeverityRule | None:
    """Find a class of severity by code or name in the layer that sets the vocabulary, or nothing.

    Raises: JurisdictionUnknown.
    """
    return next((row for row in severities(books, jurisdiction, on) if text in (row.code, row.name)), None)


def severities(books: Rulebooks, jurisdiction: str, on: date) -> tuple[SeverityRule, ...]:
    """List the classes of severity that hold for a jurisdiction on a day, in the layer that sets them.

    Where that layer lets higher law go before it, the classes of such law stand beside its own.
    Source: 上海14 (法律、行政法规、规章以及国家文件另有规定的,从其规定).
    """
    answer = rule(books, jurisdiction, "severity.vocabulary", on)
    if answer.layer is None or answer.status is RuleStatus.NOT_YET_IN_FORCE:
        return ()
    books_asked = [answer.layer.rulebook]
    yields = rule(books, jurisdiction, "precedence.higher_law_prevails", on)
    if yields.value is True and yields.layer is not None and yields.layer.rulebook == answer.layer.rulebook:
        above = (one for one in answer.layers if one.relation == "parent" and one.status is LayerStatus.SAYS)
        books_asked += [one.rulebook for one in above]
    found: dict[str, SeverityRule] = {}
    for row in (row for one in books_asked for row in books.books[one].severities):
        found.setdefault(row.code, row)
    return tuple(sorted(found.values(), key=lambda row: row.rank))


def data_items(books: Rulebooks, item: CatalogueItemRule) -> tuple[DataItemRule, ...]:
    """Give the data items of a catalogue item: its own, or those of the set it names."""
    if item.data_item_set is None:
        return item.data_items
    return books.data_item_sets[item.data_item_set].items


@lru_cache(maxsize=8192)
def _rule(books: Rulebooks, jurisdiction: str, path: str, on: date) -> RuleAnswer:
    """Answer once per day asked: an import asks the same for each of its rows."""
    book = book_of(books, jurisdiction)
    if path not in books.known_paths:
        raise RulePathUnknown(f"No rulebook knows this path: look it up among the paths of {book.id}.")
    asked = [ask(books, layer, path, on) for layer in layers_of(book)]
    status, chosen = _choose(asked, on)
    layers = tuple(entry.answer for entry in asked)
    empty = RuleAnswer(jurisdiction=jurisdiction, path=path, on=on, status=status, layers=layers)
    return _filled(empty, chosen.answer, chosen.value) if chosen and chosen.value else empty


def _choose(asked: Iterable[Asked], on: date) -> tuple[RuleStatus, Asked | None]:
    entries = list(asked)
    ranked = (
        (RuleStatus.SAYS, ("own", "parent"), LayerStatus.SAYS),
        (RuleStatus.BY_ANALOGY, ("sister",), LayerStatus.SAYS),
        (RuleStatus.EXPIRED, ("own", "parent", "sister"), LayerStatus.NOT_IN_FORCE),
        (RuleStatus.NOT_YET_IN_FORCE, ("own", "parent", "sister"), LayerStatus.NOT_IN_FORCE),
        (RuleStatus.SERVICE_DEFAULT, ("service",), LayerStatus.SAYS),
    )
    for status, relations, said in ranked:
        for entry in entries:
            if entry.answer.relation in relations and entry.answer.status is said and _fits(entry, status, on):
                return status, entry
    missing = any(entry.answer.status is LayerStatus.NOT_LOADED for entry in entries)
    return (RuleStatus.NOT_LOADED if missing else RuleStatus.NONE_SET), None


def _fits(entry: Asked, status: RuleStatus, on: date) -> bool:
    """Tell a value that has ended from one that has not begun."""
    if entry.value is None:
        return False
    if status is RuleStatus.EXPIRED:
        return entry.value.ended_before(on)
    return status is not RuleStatus.NOT_YET_IN_FORCE or entry.value.begins_after(on)


def _filled(empty: RuleAnswer, layer: LayerAnswer, value: RuleValue) -> RuleAnswer:
    """Write a value and the layer it came from into an answer."""
    return replace(
        empty,
        layer=layer,
        value=value.value,
        unit=value.unit,
        op=value.op,
        clause=value.clause,
        quote=value.quote,
        law=value.law,
        reading=layer.reading,
        confidence=value.confidence,
        ambiguous=value.ambiguous,
        alternative=value.alternative,
        open_ended=value.open_ended,
        note=layer.note,
        exception=value.exception,
        strength=value.strength,
        actors=value.actors,
        actor_text=value.actor_text,
        from_event=value.from_event,
        from_event_text=value.from_event_text,
        valid_from=value.valid_from,
        valid_to=value.valid_to,
    )


def _row_in_force(row: CatalogueItemRule, on: date) -> bool:
    return (row.valid_from is None or row.valid_from <= on) and (row.valid_to is None or on <= row.valid_to)


def _plain(text: str) -> str:
    """Write an office's name without blanks and with half-width brackets, for comparison."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _text_of(value: RuleValue) -> str:
    return "\n".join((value.path, str(value.value), value.quote, value.note or "", value.reading or ""))


def _codes(books: Rulebooks) -> str:
    return ", ".join(sorted(books.heads))
