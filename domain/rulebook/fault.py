"""A fault of a rulebook file, and the shape every row must have.

The keys of a row, which of them are required and what they hold is read from the class of the row, so that
the files and the classes cannot drift apart.
Refuses: unknown keys, missing keys, values of the wrong type, words outside a closed vocabulary.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from datetime import date, datetime
from typing import Any

from domain.rulebook import vocabulary as words

FILLED_BY_LOADER = frozenset({"max_publication_years", "file"})
"""Fields that no file states: the loader derives them."""

VOCABULARY: Mapping[str, Collection[str]] = {
    "relation": words.RELATIONS,
    "validity": words.VALIDITIES,
    "confidence": words.CONFIDENCES,
    "polarity": words.POLARITIES,
    "disclosure": words.DISCLOSURES,
    "person_disclosure": words.DISCLOSURES,
    "basis_level": words.BASIS_LEVELS,
    "required_basis": words.BASIS_LEVELS,
    "subject_kinds": (*words.SUBJECT_KINDS, "organisation"),
    "required": words.REQUIRED,
    "status": words.STATUSES,
    "op": words.OPERATORS,
    "unit": tuple(words.UNITS),
    "cycle": words.CYCLES,
    "matter_kind": words.MATTER_KINDS,
    "parties": words.PARTIES,
    "supplement_unit": words.SUPPLEMENT_UNITS,
    "how": words.FEATURE_WAYS,
    "silence": words.SILENCES,
    "facts": tuple(words.GRADE_FACTS),
    "kept_by": words.KEPT_BY,
}
"""Closed vocabulary of a key, wherever it stands."""

TYPES: Mapping[str, tuple[type, ...]] = {
    "str": (str,),
    "bool": (bool,),
    "int": (int,),
    "date": (date,),
    "tuple": (list,),
}


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """Something a rulebook file must not say: where it stands, what is wrong, what to do."""

    file: str
    place: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}: {self.place}: {self.problem}. {self.remedy}."


def check_row(
    file: str, place: str, row: Mapping[str, Any], kind: type[Any], *, optional: frozenset[str] = frozenset()
) -> Iterator[Fault]:
    """Check the keys of a row, their types and their words; `optional` keys may be missing here."""
    known = {field.name: field for field in fields(kind) if field.name not in FILLED_BY_LOADER}
    for key in row.keys() - known.keys():
        yield Fault(file, place, f"the key {key!r} is unknown", f"Use one of: {', '.join(sorted(known))}")
    for name, field in known.items():
        if name in row:
            yield from _check_entry(file, place, field, row[name])
        elif _is_required(field) and name not in optional:
            yield Fault(file, place, f"the key {name!r} is missing", f"State {name}")


def check_citation(file: str, place: str, row: Mapping[str, Any]) -> Iterator[Fault]:
    """Check that a row names its clause and quotes the text."""
    for key in ("clause", "quote"):
        if not str(row.get(key, "")).strip():
            yield Fault(file, place, f"it has no {key}", f"Name the {key} that says it")


def check_days(file: str, place: str, first: object, last: object) -> Iterator[Fault]:
    """Check that the first day is not after the last."""
    if isinstance(first, date) and isinstance(last, date) and first > last:
        yield Fault(file, place, f"its days are out of order: {first} to {last}", "Put the earlier day first")


def check_unique(file: str, table: str, codes: list[str]) -> Iterator[Fault]:
    """Check that no code of a table stands twice."""
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield Fault(file, f"{table} {code}", "the code stands twice in this table", "Keep one, or rename one")


def _check_entry(file: str, place: str, field: Field[Any], value: object) -> Iterator[Fault]:
    accepted = _accepted(field)
    if accepted and not _is_of(value, accepted):
        yield Fault(file, place, f"{field.name} is of the wrong type", f"Write {_described(accepted)}")
        return
    words_of = _words_for(field.name, place)
    for word in value if isinstance(value, list) else [value]:
        if words_of is not None and word not in words_of:
            yield Fault(file, place, f"{field.name} {word!r} is unknown", f"Use one of: {', '.join(words_of)}")


def _words_for(name: str, place: str) -> Collection[str] | None:
    """Choose the vocabulary; levels and kinds mean different things in different tables."""
    table = place.split(" ", maxsplit=1)[0]
    special: Mapping[tuple[str, str], Collection[str]] = {
        ("rulebook", "level"): words.LEVELS,
        ("not_loaded", "level"): words.LEVELS,
        ("jurisdiction", "level"): ("nation", "province", "city", "district"),
        ("office", "kind"): words.OFFICE_KINDS,
        ("data_item", "kind"): words.DATA_KINDS,
        ("commitment_item", "kind"): words.COMMITMENT_KINDS,
        ("scheme", "kind"): words.SCHEME_KINDS,
        ("matter", "kind"): words.MATTERS,
    }
    return special.get((table, name), VOCABULARY.get(name))


def _accepted(field: Field[Any]) -> tuple[type, ...]:
    annotation = str(field.type).removesuffix(" | None")
    return TYPES.get(annotation.split("[", maxsplit=1)[0], ())


def _is_of(value: object, accepted: tuple[type, ...]) -> bool:
    if isinstance(value, bool):
        return bool in accepted
    return isinstance(value, accepted) and not isinstance(value, datetime)


def _described(accepted: tuple[type, ...]) -> str:
    return {str: "a text", bool: "true or false", int: "a whole number", date: "a date", list: "a list"}[accepted[0]]


def _is_required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING
