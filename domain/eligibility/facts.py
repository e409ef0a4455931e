"""What is known of a subject when a matter is decided: entries, records, grades, measures, who represents it, and what
the caller tells of it.

Facts carry the days on which they held, so that one set of them answers for any day: an entry that was removed later
was in force on the days before. Nothing here is decided. A score is held for the decision alone: it is in no
representation, no row, no log and no error.
Source: 上海8, 9; 厦门21, 22; 个人信息保护法 6, 24.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """The days on which something held: from the first, while not ended, no longer than its last."""

    since: date
    until: date | None = None
    """Last day, as it was set; null where none was."""
    ended_on: date | None = None
    """Day on which it was ended before: repaired, removed, withdrawn, lifted. It holds no longer on that day."""

    def holds(self, on: date) -> bool:
        """Tell whether it held on a day."""
        is_over = (self.until is not None and self.until < on) or (self.ended_on is not None and self.ended_on <= on)
        return self.since <= on and not is_over


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFact:
    """An entry on a list of the division; of the subject, or of a person who represents it."""

    id: UUID
    code: str
    name: str
    spell: Spell
    disputed: bool = False
    on_condition: bool = False
    """Whether it states the condition of a law, by which the rules of a sector follow from a list that holds more."""
    person_id: UUID | None = None
    """The person, where it is not the subject's own but that of who represents it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFact:
    """A credit record of the division; `exempted` is the time for which its failing goes unpunished (海沧2)."""

    id: UUID
    code: str
    name: str
    spell: Spell
    dishonest: bool = False
    severity: str | None = None
    broken_commitment: bool = False
    published: bool = True
    guarded: bool = False
    """Whether it is told to who needs to know alone: it counts where a rule names its item, and is not pointed at."""
    disputed: bool = False
    exempted: Spell | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeFact:
    """A published grade of a scheme; MANUAL where a person has still to decide it."""

    scheme: str
    grade: str
    spell: Spell
    id: UUID | None = None
    name: str = ""
    disputed: bool = False
    """Whether its subject contests it: it counts until a person has looked at it again."""
    withdrawn: bool = False
    """Whether it ended by being withdrawn as wrong."""


MANUAL = "MANUAL_REVIEW"
"""A grade that no rule settles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureFact:
    """A measure applied to the subject; it stands no longer than the record, entry or grade it rests on."""

    id: UUID
    code: str
    name: str
    restricts: bool
    rests_on: UUID
    spell: Spell
    basis: str
    field: str | None = None
    legal_basis: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkFact:
    """Who was legal representative of the unit, from which day to which."""

    person_id: UUID | None
    """Null where the person is known by name alone."""
    from_on: date
    to_on: date | None = None

    def holds(self, on: date) -> bool:
        """Tell whether the person represented the unit on a day, its first and last included."""
        return self.from_on <= on and (self.to_on is None or on <= self.to_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that is known of a subject for a decision; their order tells nothing."""

    entries: tuple[EntryFact, ...] = ()
    records: tuple[RecordFact, ...] = ()
    grades: tuple[GradeFact, ...] = ()
    measures: tuple[MeasureFact, ...] = ()
    links: tuple[LinkFact, ...] = ()
    represented: bool = False
    """Whether it is a unit, which somebody represents."""
    links_known: bool = True
    """Whether what is held of who represents the subject was looked at: not for an agency that may not read it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What the caller tells of who asks and for what; null is not told."""

    applied_on: date | None = None
    """Day of the application, on which the legal representative is looked at; the day asked about unless given."""
    support_kind: str | None = None
    score: int | None = field(default=None, repr=False)
    registered_unemployed: bool | None = None
    party_or_agent: bool | None = None
