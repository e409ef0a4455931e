"""What a rulebook is: cited, dated, unit-bearing values in layers, beside its tables.

Everything is a frozen value read from `domain/rulebooks/`. A `reading` is ours, a `quote` is the document's.
Source: requirements XM-00, SY-16, SH-00, SH-14b; the first of the readings we hold to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from domain.rulebook.consequences import IncentiveRule, MatterRule, RestrictionRule
from domain.rulebook.scheme_rules import SchemeRule
from domain.rulebook.tables import (
    ApplicationItemRule,
    CatalogueItemRule,
    CommitmentItemRule,
    DataItemSet,
    DutyRule,
    EditionKindRule,
    ListDomainRule,
    ListKindRule,
    MeasureRule,
    OfficeRule,
    ProcedureRule,
    RepairConditionRule,
    Responsibility,
    SeverityRule,
    SupervisionRule,
)

Value = bool | int | float | str | date | tuple[str, ...] | tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JurisdictionRule:
    """An administrative division 行政区划 (GB/T 2260)."""

    code: str
    name: str
    short: str
    english: str
    level: str
    parent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerRule:
    """A step of the fall-through above a rulebook, with the words that point to it."""

    rulebook: str
    relation: str
    clause: str
    quote: str
    reading: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotLoaded:
    """A document that the texts refer to and whose text we do not hold: its answer is “not loaded”."""

    id: str
    name: str
    jurisdiction: str
    level: str
    confidence: str
    note: str
    doc_no: str | None = None
    effective_from: date | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleValue:
    """One value of the law: what, in which unit, from when to when, and where it is written.

    Units: see `UNITS`; `list` values are tuples of text, `keep_ends` a pair of counts.
    """

    path: str
    value: Value
    unit: str
    clause: str
    quote: str
    law: str
    confidence: str
    valid_from: date | None
    valid_to: date | None
    op: str | None = None
    reading: str | None = None
    ambiguous: bool = False
    alternative: str | None = None
    actors: tuple[str, ...] = ()
    actor_text: str | None = None
    open_ended: bool = False
    from_event: str | None = None
    from_event_text: str | None = None
    exception: str | None = None
    strength: str | None = None
    note: str | None = None
    sources: tuple[str, ...] = ()

    def in_force(self, on: date) -> bool:
        """Say whether the value holds on that day; a missing end is open."""
        return not self.begins_after(on) and not self.ended_before(on)

    def begins_after(self, on: date) -> bool:
        """Say whether the value begins only after that day."""
        return self.valid_from is not None and on < self.valid_from

    def ended_before(self, on: date) -> bool:
        """Say whether the value's last day lies before that day."""
        return self.valid_to is not None and self.valid_to < on


@dataclass(frozen=True, slots=True, kw_only=True)
class SilentRule:
    """A question on which this text gives no value, with the words that come nearest.

    With a first day it tells that what was set before has fallen away.
    """

    path: str
    clause: str | None = None
    quote: str | None = None
    note: str | None = None
    valid_from: date | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Rulebook:
    """One document of one layer, as data."""

    id: str
    name: str
    jurisdiction: str
    level: str
    validity: str
    validity_clause: str
    validity_quote: str
    source: str
    confidence: str
    validity_reading: str | None = None
    doc_no: str | None = None
    governing_rule: str | None = None
    issuers: tuple[str, ...] = ()
    adopted_on: date | None = None
    signed_on: date | None = None
    issued_on: date | None = None
    generated_on: date | None = None
    promulgated_on: date | None = None
    published_on: date | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    note: str | None = None
    file: str = ""
    layers: tuple[LayerRule, ...] = ()
    offices: tuple[OfficeRule, ...] = ()
    duties: tuple[DutyRule, ...] = ()
    severities: tuple[SeverityRule, ...] = ()
    catalogue: tuple[CatalogueItemRule, ...] = ()
    list_kinds: tuple[ListKindRule, ...] = ()
    list_domains: tuple[ListDomainRule, ...] = ()
    application_items: tuple[ApplicationItemRule, ...] = ()
    schemes: tuple[SchemeRule, ...] = ()
    supervision: tuple[SupervisionRule, ...] = ()
    measures: tuple[MeasureRule, ...] = ()
    procedures: tuple[ProcedureRule, ...] = ()
    repair_conditions: tuple[RepairConditionRule, ...] = ()
    commitment_items: tuple[CommitmentItemRule, ...] = ()
    matters: tuple[MatterRule, ...] = ()
    restrictions: tuple[RestrictionRule, ...] = ()
    incentives: tuple[IncentiveRule, ...] = ()
    edition_kinds: tuple[EditionKindRule, ...] = ()
    values: tuple[RuleValue, ...] = ()
    silent: tuple[SilentRule, ...] = ()

    @cached_property
    def values_by_path(self) -> Mapping[str, tuple[RuleValue, ...]]:
        """Group the values by path, each group in the order of its first days."""
        grouped: dict[str, list[RuleValue]] = {}
        for value in self.values:
            grouped.setdefault(value.path, []).append(value)
        return {path: tuple(sorted(group, key=_first_day)) for path, group in grouped.items()}

    @cached_property
    def responsibilities(self) -> tuple[Responsibility, ...]:
        """Spread the duties over their offices."""
        return tuple(part for duty in self.duties for part in _parts(duty, self))

    @cached_property
    def offices_by_code(self) -> Mapping[str, OfficeRule]:
        """Find an office by its code."""
        return {office.code: office for office in self.offices}

    def in_force(self, on: date) -> bool:
        """Say whether the document is in force on that day by its own words; unstated days are open."""
        return (self.effective_from is None or self.effective_from <= on) and (
            self.effective_to is None or on <= self.effective_to
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Rulebooks:
    """All loaded rulebooks, the documents not loaded, and the divisions they belong to."""

    books: Mapping[str, Rulebook]
    not_loaded: Mapping[str, NotLoaded]
    jurisdictions: Mapping[str, JurisdictionRule]
    heads: Mapping[str, str] = field(default_factory=dict)
    """The rulebook with which a jurisdiction's fall-through begins."""
    data_item_sets: Mapping[str, DataItemSet] = field(default_factory=dict)

    @cached_property
    def known_paths(self) -> frozenset[str]:
        """Every path on which some rulebook has a value or declares itself silent."""
        spoken = {value.path for book in self.books.values() for value in book.values}
        silent = {entry.path for book in self.books.values() for entry in book.silent}
        return frozenset(spoken | silent)


def _first_day(value: RuleValue) -> date:
    return value.valid_from or date.min


def _parts(duty: DutyRule, book: Rulebook) -> list[Responsibility]:
    groups = (("lead", duty.lead), ("responsible", duty.offices), ("assist", duty.assist))
    return [
        Responsibility(
            office=office,
            duty=duty.code,
            name=duty.name,
            role=role,
            clause=duty.clause,
            quote=duty.quote,
            valid_from=duty.valid_from or book.effective_from,
            valid_to=duty.valid_to or book.effective_to,
            reading=duty.reading,
        )
        for role, offices in groups
        for office in offices
    ]
