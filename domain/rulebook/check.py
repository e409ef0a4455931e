"""Check a folder of rulebooks before anything is built on it: `renxin rulebook check`.

In charge of finding every fault at once, each with its file, its place and what to do. Refuses: a value
without citation, unit or validity, an unknown key, an office that does not exist, a spelling that two offices
claim, days out of order, a list that nobody owns, a layer that is neither loaded nor listed as not loaded.
Source: the issue's section on rulebooks; house style (every value is cited).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from domain.rulebook.check_consequences import check_consequences
from domain.rulebook.check_offices import check_offices
from domain.rulebook.check_schemes import check_schemes
from domain.rulebook.check_values import check_values
from domain.rulebook.fault import Fault, check_citation, check_days, check_row, check_unique
from domain.rulebook.loader import FOLDER, TABLES
from domain.rulebook.model import JurisdictionRule, NotLoaded, Rulebook
from domain.rulebook.tables import DataItemRule, DataItemSet, StepRule
from domain.rulebook.vocabulary import MEASURE_GROUNDS, REPAIR_CONDITIONS, STEP_ROLES, STEPS

OTHER_TABLES = frozenset({"rulebook", "jurisdiction", "rules", "not_loaded", "data_item_set"})

MOST_PATHS = 1_000
"""So many files and folders are no folder of rulebooks: whoever names `/` is told at once."""

BUILT = frozenset(attribute for attribute, _ in TABLES.values()) | {"values"}
"""Fields of a rulebook that its tables fill."""

File = Mapping[str, Any]


def check_rulebooks(folder: Path = FOLDER) -> list[Fault]:
    """Find every fault in a folder of rulebooks; an empty list means that it may be loaded."""
    there = list(islice(folder.rglob("*"), MOST_PATHS + 1))
    if len(there) > MOST_PATHS:
        return [
            Fault(str(folder), "folder", f"more than {MOST_PATHS} files are in it", "Name the folder of the rulebooks")
        ]
    faults: list[Fault] = []
    files: dict[str, File] = {}
    for path in sorted(one for one in there if one.suffix == ".toml"):
        name = path.relative_to(folder).as_posix()
        if not path.is_file():
            faults.append(Fault(name, "file", "it is no file", "Put a file there, or take it away"))
            continue
        try:
            files[name] = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
            faults.append(Fault(name, "file", f"it is not TOML ({fault})", "Correct the line it names"))
    if not files and not faults:
        faults.append(Fault(str(folder), "folder", "there is no rulebook in it", "Put one there"))
    for name, raw in files.items():
        faults.extend(_check_file(name, raw))
    faults.extend(_check_across(files))
    return sorted(faults)


def _check_file(file: str, raw: File) -> Iterator[Fault]:
    for table in sorted(raw.keys() - TABLES.keys() - OTHER_TABLES):
        yield Fault(file, table, "the table is unknown", f"Use one of: {', '.join(sorted({*TABLES, *OTHER_TABLES}))}")
    if "rulebook" in raw:
        yield from _check_head(file, raw["rulebook"])
        yield from _check_tables(file, raw)
        yield from check_offices(file, raw)
        yield from check_schemes(file, raw)
        yield from check_values(file, raw)
    for row in _rows(raw, "jurisdiction"):
        yield from check_row(file, f"jurisdiction {row.get('code', '?')}", row, JurisdictionRule)
    for row in _rows(raw, "not_loaded"):
        yield from check_row(file, f"not_loaded {row.get('id', '?')}", row, NotLoaded)
    for row in _rows(raw, "data_item_set"):
        yield from _check_data_item_set(file, row)


def _check_head(file: str, head: File) -> Iterator[Fault]:
    place = f"rulebook {head.get('id', '?')}"
    stated = {key: value for key, value in head.items() if key not in BUILT}
    yield from check_row(file, place, stated, Rulebook)
    for key in sorted(head.keys() & BUILT):
        yield Fault(file, place, f"the key {key!r} is unknown", "State tables as [[…]] of their own")
    yield from check_days(file, place, head.get("effective_from"), head.get("effective_to"))
    validity = head.get("validity")
    if validity in ("stated", "year_scope") and "effective_from" not in head:
        yield Fault(file, place, "it states no first day", "Give effective_from, or say validity = 'not_stated'")
    if validity == "year_scope" and "effective_to" not in head:
        yield Fault(file, place, "its year has no last day", "Give effective_to, the last day of the year")
    if validity in ("year_scope", "not_stated") and not head.get("validity_reading"):
        yield Fault(file, place, "its validity is not the text's own", "Explain it in validity_reading")
    yield from check_citation(file, place, {key: head.get(f"validity_{key}", "") for key in ("clause", "quote")})


def _check_tables(file: str, raw: File) -> Iterator[Fault]:
    for table, (_, kind) in TABLES.items():
        rows = _rows(raw, table)
        key = {"layer": "rulebook", "silent": "path"}.get(table, "code")
        yield from check_unique(file, table, [str(row.get(key, "?")) for row in rows])
        for row in rows:
            place = f"{table} {row.get(key, '?')}"
            yield from check_row(file, place, row, kind)
            yield from check_days(file, place, row.get("valid_from"), row.get("valid_to"))
            if table not in ("silent", "office"):
                yield from check_citation(file, place, row)
    for row in _rows(raw, "catalogue_item"):
        yield from _check_catalogue_item(file, row)
    for row in _rows(raw, "list_kind"):
        yield from _check_list_kind(file, row)
    for row in _rows(raw, "procedure"):
        yield from _check_procedure(file, row, {str(office.get("code")) for office in _rows(raw, "office")})
    for row in _rows(raw, "repair_condition"):
        if row.get("condition") not in REPAIR_CONDITIONS:
            place = f"repair_condition {row.get('code', '?')}"
            words = ", ".join(REPAIR_CONDITIONS)
            yield Fault(file, place, f"the condition {row.get('condition')!r} is unknown", f"Use one of: {words}")
    for row in _rows(raw, "commitment_item"):
        yield from _check_commitment_item(file, row)
    for row in _rows(raw, "measure"):
        yield from _check_measure(file, raw, row)
    for row in _rows(raw, "duty"):
        if not any(row.get(key) for key in ("lead", "offices", "assist")):
            yield Fault(file, f"duty {row.get('code', '?')}", "nobody has it", "Name lead, offices or assist")


def _check_catalogue_item(file: str, row: File) -> Iterator[Fault]:
    place = f"catalogue_item {row.get('code', '?')}"
    if not row.get("producers") and row.get("provenance", "public") == "public":
        yield Fault(file, place, "no office produces it", "Name its producers, or its provenance")
    if bool(row.get("data_items")) == bool(row.get("data_item_set")):
        yield Fault(file, place, "it needs data items of its own or a set", "Give data_items or data_item_set")
    if row.get("legal_basis") and not row.get("basis_level"):
        yield Fault(file, place, "the level of its legal basis is missing", "State basis_level")
    for item in row.get("data_items", ()):
        part = f"data_item {row.get('code', '?')}.{item.get('code', '?')}"
        yield from check_row(file, part, item, DataItemRule)
        if bool(item.get("values")) != (item.get("kind") in ("choice", "choices")):
            yield Fault(
                file, part, "values belong to a choice, and to nothing else", 'Say kind = "choice", or "choices"'
            )


def _check_list_kind(file: str, row: File) -> Iterator[Fault]:
    place = f"list_kind {row.get('code', '?')}"
    if not row.get("owners") and not row.get("imported"):
        yield Fault(file, place, "no office owns it", "Name its owners, or say imported = true")


def _check_measure(file: str, raw: File, row: File) -> Iterator[Fault]:
    """Check that what a measure rests on is described in the file."""
    place = f"measure {row.get('code', '?')}"
    known: dict[str, set[object]] = {
        "upon": set(MEASURE_GROUNDS),
        "lists": {one.get("code") for one in _rows(raw, "list_kind")},
        "items": {one.get("code") for one in _rows(raw, "catalogue_item")},
        "schemes": {one.get("code") for one in _rows(raw, "scheme")},
    }
    for key, codes in known.items():
        for one in row.get(key, ()):
            if one not in codes:
                yield Fault(file, place, f"{key} names {one!r}, which is unknown", "Name what the file describes")


def _check_commitment_item(file: str, row: File) -> Iterator[Fault]:
    place = f"commitment_item {row.get('code', '?')}"
    if (row.get("kind") == "tolerant_acceptance") != ("supplement_term" in row and "supplement_unit" in row):
        yield Fault(
            file, place, "a supplement term belongs to tolerant acceptance, and to nothing else", "State or remove it"
        )


def _check_procedure(file: str, row: File, offices: set[str]) -> Iterator[Fault]:
    place = f"procedure {row.get('code', '?')}"
    steps = row.get("steps", [])
    if row.get("before") and row.get("at_end"):
        yield Fault(file, place, "its steps stand in two places", "Give either before or at_end")
    verbs = [str(step.get("verb", "?")) for step in steps]
    yield from check_unique(file, place, verbs)
    is_whole = not row.get("before") and not row.get("at_end")
    if row.get("of") == "list_entry.add" and is_whole and "publish" not in verbs:
        yield Fault(file, place, "its entries are never published", "Give the step `publish`")
    for step in steps:
        yield from check_row(file, f"{place}.{step.get('verb', '?')}", step, StepRule)
        if step.get("verb") not in STEPS:
            yield Fault(file, place, f"the step {step.get('verb')!r} is unknown", f"Use one of: {', '.join(STEPS)}")
        for role in step.get("roles", ()):
            if role not in STEP_ROLES:
                yield Fault(file, place, f"the role {role!r} is unknown", f"Use one of: {', '.join(STEP_ROLES)}")
        if step.get("office", None) not in (None, *offices):
            yield Fault(file, place, f"there is no office {step['office']!r}", "Use the code of an office of the file")
        if step.get("verb") == "file" and step.get("office") is None:
            yield Fault(file, place, "the step 'file' does not say with whom", "Name the office")


def _check_data_item_set(file: str, row: File) -> Iterator[Fault]:
    place = f"data_item_set {row.get('code', '?')}"
    yield from check_row(file, place, row, DataItemSet)
    yield from check_citation(file, place, row)
    items = row.get("items", [])
    yield from check_unique(file, place, [str(item.get("code", "?")) for item in items])
    if row.get("columns") not in (None, len(items)):
        yield Fault(file, place, f"it has {len(items)} columns, not {row['columns']}", "Complete it")
    for item in items:
        yield from check_row(file, f"data_item {row.get('code', '?')}.{item.get('code', '?')}", item, DataItemRule)


def _check_across(files: Mapping[str, File]) -> Iterator[Fault]:
    """Check what files say of each other: layers, divisions, sets of data items, one id for one document."""
    books = [str(raw["rulebook"].get("id", "?")) for raw in files.values() if "rulebook" in raw]
    ids = {*books, *(str(row.get("id")) for raw in files.values() for row in _rows(raw, "not_loaded"))}
    sets = {row.get("code") for raw in files.values() for row in _rows(raw, "data_item_set")}
    places = [str(row.get("code")) for raw in files.values() for row in _rows(raw, "jurisdiction")]
    matters = [str(row.get("code")) for raw in files.values() for row in _rows(raw, "matter")]
    for file, raw in files.items():
        head = raw.get("rulebook", {})
        yield from check_consequences(file, raw, matters)
        if books.count(str(head.get("id"))) > 1:
            yield Fault(file, f"rulebook {head['id']}", "another file has the same id", "Give each its own id")
        if head and head.get("jurisdiction") not in places:
            yield Fault(file, f"rulebook {head.get('id', '?')}", "no file describes its jurisdiction", "Describe it")
        for row in _rows(raw, "layer"):
            if row.get("rulebook") not in ids:
                place = f"layer {row.get('rulebook', '?')}"
                yield Fault(file, place, "it is neither loaded nor not_loaded", "Add its file, or list it not_loaded")
        for row in _rows(raw, "catalogue_item"):
            if row.get("data_item_set") not in (None, *sets):
                place = f"catalogue_item {row.get('code', '?')}"
                yield Fault(file, place, f"the set {row['data_item_set']!r} does not exist", "Name another")
        for row in _rows(raw, "jurisdiction"):
            if row.get("parent") not in (None, *places):
                place = f"jurisdiction {row.get('code', '?')}"
                yield Fault(file, place, f"its parent {row['parent']!r} is described nowhere", "Describe it")
            if places.count(str(row.get("code"))) > 1:
                place = f"jurisdiction {row.get('code', '?')}"
                yield Fault(file, place, "another file describes it too", "Describe it once")


def _rows(raw: File, table: str) -> list[File]:
    stated = raw.get(table, [])
    return [stated] if isinstance(stated, dict) else list(stated)
