"""Which kinds of activities a place has, and its publicity days 宣传日(月): read from the rulebooks.

A kind stands under `activity.<category>.<code>`, a day under `publicity.days.<code>`, a month that a text names without
saying which under `publicity.month.<code>`: its day is none set. Where no text of the place has any, general kinds of
the service's own hold, marked as ours. Source: 厦门6, 26, 31; 海沧20, 21; 十堰正文.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from domain.credit.terms import binding
from domain.culture.activity import ACTIVITY_CATEGORIES
from domain.rulebook.answer import RuleAnswer, RuleStatus
from domain.rulebook.lookup import rule
from domain.rulebook.model import Rulebooks

_DAYS: Final = "publicity.days"
_MONTHS: Final = "publicity.month"
_NAMES: Final = "publicity.day_names"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of activity and the rule that has it."""

    category: str
    code: str
    rule: RuleAnswer

    @property
    def name(self) -> str:
        """The kind in the words of the text."""
        return str(self.rule.value)


@dataclass(frozen=True, slots=True)
class Occasion:
    """A publicity day or month; its day is null where the text names a month and does not say which."""

    code: str
    name: str
    on: date | None
    rule: RuleAnswer


def kinds(books: Rulebooks, jurisdiction: str, on: date) -> tuple[Kind, ...]:
    """List the kinds of activities of a place on a day.

    Raises: JurisdictionUnknown.
    """
    found = []
    for path, category, code in _under(books):
        answer = rule(books, jurisdiction, path, on)
        if answer.status is RuleStatus.SERVICE_DEFAULT or binding(books, jurisdiction, path, on) is not None:
            found.append(Kind(category, code, answer))
    return tuple(found)


def occasions(books: Rulebooks, jurisdiction: str, year: int) -> tuple[Occasion, ...]:
    """List the publicity days and months of a place in a year, as they bind at its end, earliest first.

    Raises: JurisdictionUnknown.
    """
    found = []
    for path in sorted(books.known_paths):
        head, _, code = path.rpartition(".")
        law = binding(books, jurisdiction, path, date(year, 12, 31)) if head in (_DAYS, _MONTHS) else None
        if law is not None:
            found.append(_occasion(books, jurisdiction, year, code, law))
    return tuple(sorted(found, key=lambda one: (one.on is None, one.on or date.min, one.code)))


def _occasion(books: Rulebooks, jurisdiction: str, year: int, code: str, law: RuleAnswer) -> Occasion:
    if law.unit != "month_day":
        return Occasion(code, str(law.value), None, law)
    named = binding(books, jurisdiction, f"{_NAMES}.{code}", date(year, 12, 31))
    month, _, day = str(law.value).partition("-")
    return Occasion(code, str(named.value) if named is not None else code, date(year, int(month), int(day)), law)


def _under(books: Rulebooks) -> Iterator[tuple[str, str, str]]:
    for path in sorted(books.known_paths):
        words = path.split(".")
        if len(words) == 3 and words[0] == "activity" and words[1] in ACTIVITY_CATEGORIES:
            yield path, words[1], words[2]
