"""Read the rulebook files into frozen values.

In charge of finding the files, inheriting what a group of values shares, and building the objects; whether a
file says anything foolish is `domain.rulebook.check`'s question. A sixth city is one more file in the folder.
Refuses: a folder without a readable rulebook.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from domain.errors import DomainError
from domain.rulebook.consequences import IncentiveRule, MatterRule, RestrictionRule
from domain.rulebook.model import (
    JurisdictionRule,
    LayerRule,
    NotLoaded,
    Rulebook,
    Rulebooks,
    RuleValue,
    SilentRule,
)
from domain.rulebook.scheme_rules import (
    ConditionRule,
    FeatureRule,
    GradingRule,
    ReadingRule,
    SchemeRule,
    ScoreItem,
    UseRule,
)
from domain.rulebook.tables import (
    ApplicationItemRule,
    CatalogueItemRule,
    CommitmentItemRule,
    DataItemRule,
    DataItemSet,
    DutyRule,
    EditionKindRule,
    ListDomainRule,
    ListKindRule,
    MeasureRule,
    OfficeRule,
    ProcedureRule,
    RepairConditionRule,
    SeverityRule,
    StepRule,
    SupervisionRule,
)
from domain.rulebook.vocabulary import ORGANISATION_KINDS

Row = TypeVar("Row")

FOLDER = Path(__file__).resolve().parent.parent / "rulebooks"

TABLES: Mapping[str, tuple[str, type[Any]]] = {
    "layer": ("layers", LayerRule),
    "office": ("offices", OfficeRule),
    "duty": ("duties", DutyRule),
    "severity": ("severities", SeverityRule),
    "catalogue_item": ("catalogue", CatalogueItemRule),
    "list_kind": ("list_kinds", ListKindRule),
    "list_domain": ("list_domains", ListDomainRule),
    "application_item": ("application_items", ApplicationItemRule),
    "scheme": ("schemes", SchemeRule),
    "supervision": ("supervision", SupervisionRule),
    "measure": ("measures", MeasureRule),
    "commitment_item": ("commitment_items", CommitmentItemRule),
    "procedure": ("procedures", ProcedureRule),
    "edition_kind": ("edition_kinds", EditionKindRule),
    "repair_condition": ("repair_conditions", RepairConditionRule),
    "matter": ("matters", MatterRule),
    "restriction": ("restrictions", RestrictionRule),
    "incentive": ("incentives", IncentiveRule),
    "silent": ("silent", SilentRule),
}
"""Table in the file → attribute of the rulebook and class of its rows."""

DATED = (
    CatalogueItemRule,
    ListKindRule,
    ApplicationItemRule,
    SeverityRule,
    ProcedureRule,
    RepairConditionRule,
    CommitmentItemRule,
    SchemeRule,
    MatterRule,
    RestrictionRule,
    IncentiveRule,
)
"""Rows of an edition: they carry days of their own, also where the file states none."""

GROUP_KEYS = frozenset({"under", "values"})


class RulebookInvalid(DomainError):
    """A rulebook file cannot be read: run `renxin rulebook check` and correct what it names."""

    code = "RULEBOOK_INVALID"
    zh = "规则文件无法读取：请运行 renxin rulebook check 并按提示更正。"


@lru_cache(maxsize=8)
def load_rulebooks(folder: Path = FOLDER) -> Rulebooks:
    """Load every rulebook of a folder, once per process.

    Raises: RulebookInvalid, naming the file.
    """
    return build_rulebooks(read_files(folder))


def read_files(folder: Path) -> dict[str, dict[str, Any]]:
    """Parse every TOML file below a folder, keyed by its path within it.

    Raises: RulebookInvalid for a file that is not TOML, or a folder without files.
    """
    paths = sorted(folder.rglob("*.toml"))
    if not paths:
        raise RulebookInvalid(f"There is no rulebook file in the folder {folder.name}: put one there.")
    return {path.relative_to(folder).as_posix(): _parse(path) for path in paths}


def build_rulebooks(files: Mapping[str, Mapping[str, Any]]) -> Rulebooks:
    """Build the rulebooks from parsed files.

    Raises: RulebookInvalid, naming the file.
    """
    books: dict[str, Rulebook] = {}
    not_loaded: dict[str, NotLoaded] = {}
    jurisdictions: dict[str, JurisdictionRule] = {}
    heads: dict[str, str] = {}
    sets: dict[str, DataItemSet] = {}
    for name, raw in files.items():
        try:
            for place in _jurisdictions(raw):
                jurisdictions[place.code] = place
                if "rulebook" in raw:
                    heads[place.code] = raw["rulebook"]["id"]
            sets.update((row["code"], data_item_set(row)) for row in raw.get("data_item_set", ()))
            not_loaded.update((row["id"], _build(NotLoaded, row)) for row in raw.get("not_loaded", ()))
            if "rulebook" in raw:
                book = build_rulebook(raw, file=name)
                books[book.id] = book
        except (TypeError, KeyError, AttributeError) as fault:
            raise RulebookInvalid(f"The rulebook file {name} cannot be read ({fault}): correct it.") from fault
    return Rulebooks(books=books, not_loaded=not_loaded, jurisdictions=jurisdictions, heads=heads, data_item_sets=sets)


def build_rulebook(raw: Mapping[str, Any], *, file: str) -> Rulebook:
    """Build one rulebook from its parsed file."""
    head = raw["rulebook"]
    values = tuple(rule_value(entry, head) for group in raw.get("rules", ()) for entry in group_entries(group))
    tables = {
        attribute: tuple(_row(kind, row, values, head) for row in raw.get(table, ()))
        for table, (attribute, kind) in TABLES.items()
    }
    return _build(Rulebook, head, file=file, values=values, **tables)


def group_entries(group: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    """Give each value of a group what the group states for all of them, and its whole path."""
    shared = {key: value for key, value in group.items() if key not in GROUP_KEYS}
    for entry in group["values"]:
        yield {**shared, **entry, "path": f"{group['under']}.{entry['path']}"}


def rule_value(entry: Mapping[str, Any], head: Mapping[str, Any]) -> RuleValue:
    """Build a value; law, confidence and days fall back to those of its rulebook."""
    fallback = {
        "law": head["name"],
        "confidence": head["confidence"],
        "valid_from": head.get("effective_from"),
        "valid_to": head.get("effective_to"),
    }
    return _build(RuleValue, {**fallback, **entry})


def data_item_set(row: Mapping[str, Any]) -> DataItemSet:
    """Build a shared set of data items."""
    items = tuple(_build(DataItemRule, item) for item in row["items"])
    return _build(DataItemSet, {key: value for key, value in row.items() if key != "items"}, items=items)


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise RulebookInvalid(f"The rulebook file {path.name} is not TOML ({fault}): correct it.") from fault


def _jurisdictions(raw: Mapping[str, Any]) -> list[JurisdictionRule]:
    stated = raw.get("jurisdiction", [])
    rows = [stated] if isinstance(stated, dict) else stated
    return [_build(JurisdictionRule, row) for row in rows]


def _row(kind: type[Any], row: Mapping[str, Any], values: tuple[RuleValue, ...], head: Mapping[str, Any]) -> Any:
    extra: dict[str, Any] = _days(row, head) if kind in DATED else {}
    if kind is OfficeRule and not row.get("quote"):
        extra["quote"] = row["name"]
    if kind is CatalogueItemRule:
        extra["data_items"] = tuple(_build(DataItemRule, item) for item in row.get("data_items", ()))
    if kind is ProcedureRule:
        extra["steps"] = tuple(_build(StepRule, step) for step in row["steps"])
    if kind is SchemeRule:
        extra.update(scheme_parts(row))
    if kind is ListKindRule:
        extra["max_publication_years"] = _years(f"list.{row['code']}.max_publication", values)
    return _build(kind, row, **extra)


def scheme_parts(row: Mapping[str, Any]) -> dict[str, Any]:
    """Build what a scheme counts, its rules with their conditions and readings, and the uses of its grades."""
    return {
        "features": tuple(
            _build(FeatureRule, one, items=_rows_of(ScoreItem, one.get("items", ()))) for one in row.get("features", ())
        ),
        "rules": tuple(
            _build(
                GradingRule,
                one,
                when=_rows_of(ConditionRule, one["when"]),
                readings=_rows_of(ReadingRule, one.get("readings", ())),
            )
            for one in row.get("rules", ())
        ),
        "uses": _rows_of(UseRule, row.get("uses", ())),
    }


def _rows_of(kind: type[Row], rows: Iterable[Mapping[str, Any]]) -> tuple[Row, ...]:
    return tuple(_build(kind, one) for one in rows)


def _days(row: Mapping[str, Any], head: Mapping[str, Any]) -> dict[str, Any]:
    """Give a row of an edition its days; it ends with a document that states an end, else when replaced."""
    ends = head.get("effective_to") if head["validity"] == "stated" else None
    return {
        "valid_from": row.get("valid_from", head.get("effective_from")),
        "valid_to": row.get("valid_to", ends),
    }


def _years(path: str, values: tuple[RuleValue, ...]) -> int | None:
    found = [value.value for value in values if value.path == path and value.unit == "year"]
    return found[0] if found and isinstance(found[0], int) else None


def _build(kind: type[Row], row: Mapping[str, Any], **extra: Any) -> Row:
    """Build a row; lists become tuples, `organisation` every kind of organisation."""
    given = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    if "subject_kinds" in given:
        given["subject_kinds"] = expand_subject_kinds(given["subject_kinds"])
    return kind(**{**given, **extra})


def expand_subject_kinds(kinds: Iterable[str]) -> tuple[str, ...]:
    """Replace the word `organisation` by every kind of organisation, keeping the order."""
    expanded: dict[str, None] = {}
    for kind in kinds:
        expanded.update(dict.fromkeys(ORGANISATION_KINDS if kind == "organisation" else (kind,)))
    return tuple(expanded)


def keys_of(kind: type[Any]) -> frozenset[str]:
    """Name the keys a row of this class may use in a file."""
    if not is_dataclass(kind):
        raise TypeError(kind)
    return frozenset(entry.name for entry in fields(kind))
