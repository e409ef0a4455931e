"""How long a failing must be published at least before its repair may be applied for, and from which day on.

The rule in force on the day of the decision counts, by severity, and where a decision falls in several fields
the longest of their terms. A term ends on the corresponding day; the day after it is the first on which the
application may be made (届满后). Where no rule in force on that day is loaded, the term cannot be assessed:
it is never taken for nought. That a class has none, as the minor one since 2026-04-01, is told by the rule.
Source: 信用修复管理办法 (2025年第36号令, from 2026-04-01); 2023年第58号令 (until 2026-03-31); 民法典 201, 202.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.calendar import TermInvalid, add_term
from domain.errors import InvalidInput
from domain.rulebook.answer import RuleAnswer
from domain.rulebook.lookup import rule
from domain.rulebook.model import Rulebooks


class Shortness(StrEnum):
    """What is known of the shortest publication."""

    SET = "set"
    NONE = "none"
    """The rule in force sets none for this class: repair as soon as the duties are fulfilled."""
    NOT_ASSESSABLE = "not_assessable"
    """No rule in force on the day of the decision is loaded."""
    UNKNOWN = "unknown"
    """The rule goes by severity, and none has been determined."""


class SpecialFieldUnknown(InvalidInput):
    """The rule in force on the day of the decision names no such field of law: use one of `known`, or leave it out."""

    code = "SPECIAL_FIELD_UNKNOWN"
    zh = "决定之日有效的规则没有该特殊领域：请使用 known 所列领域或留空。"


@dataclass(frozen=True, slots=True)
class Shortest:
    """The shortest publication of a record: its last day, where it is set, and the rule that says so."""

    kind: Shortness
    last_on: date | None = None
    answer: RuleAnswer | None = None

    @property
    def earliest_on(self) -> date | None:
        """The first day on which repair may be applied for; null where no term is set."""
        return None if self.last_on is None else self.last_on + timedelta(days=1)


def shortest_publication(
    books: Rulebooks, jurisdiction: str, *, severity: str | None, decided_on: date, special_fields: tuple[str, ...] = ()
) -> Shortest:
    """Give the shortest publication of a failing decided on a day.

    Units: months and years end on the corresponding day, else on the last of the month.
    """
    paths = [f"publication.{severity}.min" if severity else "publication.min"]
    if special_fields:
        paths.append("publication.min.special_fields")
    terms = [
        (last, answer) for last, answer in (_term(books, jurisdiction, path, decided_on) for path in paths) if last
    ]
    if terms:
        last, answer = max(terms, key=lambda term: term[0])
        return Shortest(Shortness.SET, last, answer)
    when = _binding(books, jurisdiction, f"repair.{severity}.when", decided_on)
    if when is not None:
        return Shortest(Shortness.NONE, None, when)
    by_class = _binding(books, jurisdiction, "publication.general.min", decided_on)
    if severity is None and by_class is not None:
        return Shortest(Shortness.UNKNOWN, None, by_class)
    return Shortest(Shortness.NOT_ASSESSABLE)


def special_fields(books: Rulebooks, jurisdiction: str, on: date) -> tuple[str, ...]:
    """Name the fields of law in which a penalty is published longer at least, as the rule of a day has them."""
    answer = _binding(books, jurisdiction, "publication.special_fields", on)
    return tuple(str(one) for one in answer.value) if answer and isinstance(answer.value, tuple) else ()


def check_special_fields(books: Rulebooks, jurisdiction: str, named: tuple[str, ...], on: date) -> None:
    """Pass fields of law that the rule of the day of the decision knows.

    Raises: SpecialFieldUnknown.
    """
    known = special_fields(books, jurisdiction, on)
    if not set(named) <= set(known):
        raise SpecialFieldUnknown(known=list(known))


def _term(
    books: Rulebooks, jurisdiction: str, path: str, decided_on: date
) -> tuple[date, RuleAnswer] | tuple[None, None]:
    answer = _binding(books, jurisdiction, path, decided_on)
    if answer is None or not isinstance(answer.value, int) or answer.unit is None:
        return None, None
    try:
        return add_term(decided_on, answer.value, answer.unit), answer
    except TermInvalid:
        return None, None


def _binding(books: Rulebooks, jurisdiction: str, path: str, on: date) -> RuleAnswer | None:
    if path not in books.known_paths:
        return None
    answer = rule(books, jurisdiction, path, on)
    return answer if answer.binding else None
