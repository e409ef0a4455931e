"""What a decision says: the outcome, each thing found with the rule it bears by, exceptions, and what is not known.

Source: 上海8, 9; 厦门21, 22; 个人信息保护法24 (an automated outcome can be explained).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from domain.eligibility.facts import Spell
from domain.eligibility.law import Cited, Consequence, LawOfMatter


class Outcome(StrEnum):
    """What a decision comes to."""

    ALLOWED = "allowed"
    """Nothing restricts and nothing favours: dealt with as anybody."""
    RESTRICTED = "restricted"
    FAVOURED = "favoured"
    MANUAL_REVIEW = "manual_review"
    """A person has to decide first: the text leaves it open."""
    UNKNOWN = "unknown"
    """It rests on something that was not told or may not be looked at."""


class Effect(StrEnum):
    """What a finding does."""

    RESTRICTS = "restricts"
    FAVOURS = "favours"
    EXCEPTED = "excepted"
    """It would restrict, and an exception of the text takes it away."""
    OPEN = "open"
    """It cannot be told."""


class Gap(StrEnum):
    """Why something cannot be told."""

    NONE_SET = "none_set"
    NOT_LOADED = "not_loaded"
    NOT_TOLD = "not_told"
    NOT_HELD = "not_held"
    MANUAL = "manual"
    OUTSIDE_AUTHORITY = "outside_authority"
    REPORT_NOT_QUERIED = "report_not_queried"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """An exception that was applied: which, under which clause."""

    kind: str
    citation: str
    quote: str
    reading: str | None = None
    ambiguous: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Two readings of one threshold that part at this value, and the one we hold to."""

    held: str
    held_outcome: Outcome
    other: str
    other_outcome: Outcome
    quote: str
    reading: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A consequence that bears on the subject, and what it rests on: a list entry, record, grade, score or measure."""

    consequence: Consequence | None
    """Null for a measure that was applied by another rule, which it cites."""
    effect: Effect
    kind: str
    name: str
    code: str
    id: UUID | None = None
    spell: Spell | None = None
    disputed: bool = False
    person_id: UUID | None = None
    exception: Exemption | None = None
    basis: str | None = None
    ground: tuple[str, UUID] | None = None
    """The record, entry or grade that a measure rests on, as far as it may be pointed at."""

    @property
    def contested(self) -> tuple[str, UUID] | None:
        """Give what a subject contests: the row itself, or for a measure what it rests on."""
        if self.kind == "measure":
            return self.ground
        return (self.kind, self.id) if self.id is not None and self.person_id is None else None

    @property
    def citation(self) -> str:
        """Name the rule by which it bears on the subject."""
        return self.basis or (self.consequence.cited.citation if self.consequence else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """Something that the answer does not know, and by which rule it would matter."""

    gap: Gap
    en: str
    zh: str
    cited: Cited | None = None
    weighs: bool = False
    """Whether the outcome hangs on it."""
    restricts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The answer."""

    law: LawOfMatter
    on: date
    applied_on: date
    outcome: Outcome
    findings: tuple[Finding, ...]
    unknown: tuple[Unknown, ...]
    contradiction: Contradiction | None = None

    @property
    def decisive(self) -> tuple[Finding, ...]:
        """Give the findings that make the outcome."""
        wanted = {Outcome.RESTRICTED: Effect.RESTRICTS, Outcome.FAVOURED: Effect.FAVOURS}.get(self.outcome)
        return tuple(one for one in self.findings if one.effect is wanted)

    @property
    def until(self) -> date | None:
        """Give the last day on which it is so of itself; None where no end is set."""
        days = [one.spell.until if one.spell else None for one in self.decisive]
        return None if not days or None in days else max(day for day in days if day is not None)

    @property
    def exception(self) -> Exemption | None:
        """Give the exception that was applied, if any."""
        return next((one.exception for one in self.findings if one.effect is Effect.EXCEPTED), None)
