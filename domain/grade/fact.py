"""A fact that grades rest on, as it is known: what, of whom, since when, until when, recorded when, by which office.

Two times run beside each other: the days on which a fact happened or held, and the days on which it stood in the
books. What was recorded, amended or withdrawn after a day changes nothing of what was known on it.
Source: 十堰正文 (欠薪投诉, 重大欠薪情节, 五项制度, 三种企业, 工资保证金); issue: a re-run for a past day gives the past answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.rulebook.vocabulary import LASTING_FACTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One version of a fact: an amendment ends it and begins another."""

    id: UUID
    kind: str
    outcome: str
    occurred_on: date
    recorded_on: date
    code: str | None = None
    """Which system or indicator."""
    project: str | None = None
    holds_until: date | None = None
    """Last day on which it holds; null while it does, and of what merely happened."""
    ended_on: date | None = None
    """The day on which this version was amended or withdrawn."""
    office_id: UUID | None = None

    @property
    def lasts(self) -> bool:
        """Say whether it holds from a day on, or happened on one."""
        return self.kind in LASTING_FACTS

    def known_on(self, day: date) -> bool:
        """Say whether it had happened and stood in the books at the end of a day."""
        is_in_books = self.recorded_on <= day and (self.ended_on is None or day < self.ended_on)
        return is_in_books and self.occurred_on <= day

    def reaches(self, first: date) -> bool:
        """Say whether it happened on a day or later, or held so long."""
        if self.lasts:
            return self.holds_until is None or first <= self.holds_until
        return first <= self.occurred_on
