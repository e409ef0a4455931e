"""What the law asks of a removal: its procedure, conditions, waiting time, bars, term, and the announcement after it.

Looked up under the list's own code, then under its sector (`list.wage_arrears` is order 45's). Refuses a way out
that no rulebook provides: an early removal is a right only where a text gives it.
Source: 新乡四(四); 人社部令第45号; 厦门3; 海沧7; 河南省社会信用条例37.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.calendar import OutsideCalendar, WorkingCalendar, first_day_after
from domain.credit import terms
from domain.credit.terms import Due
from domain.errors import DomainError
from domain.rulebook.answer import RuleAnswer
from domain.rulebook.lookup import list_kind
from domain.rulebook.model import Rulebooks
from domain.rulebook.procedure import Procedure, ProcedureUnknown, procedure
from domain.rulebook.tables import ListKindRule


class RemovalNotProvided(DomainError):
    """No rulebook provides for leaving this list in this way: the entry ends on its last day, or by repair."""

    code = "REMOVAL_NOT_PROVIDED"
    zh = "没有任何规则规定可以此方式移出该名单：到期终止，或者依法修复。"


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry's list as the rulebooks know it on a day."""

    books: Rulebooks
    jurisdiction: str
    kind: ListKindRule
    on: date

    def procedure(self, way: str) -> Procedure:
        """Give the procedure of a way out.

        Raises: RemovalNotProvided.
        """
        named = tuple(f"{way}.{word}" for word in self._words())
        try:
            return procedure(self.books, self.jurisdiction, "list_removal", self.on, (way, *named))
        except ProcedureUnknown:
            raise RemovalNotProvided(way=way) from None

    def rule(self, name: str) -> RuleAnswer | None:
        """Give the rule of this name for the list, its sector, or lists at large; nothing where none is set."""
        paths = (*(f"list.{word}.{name}" for word in self._words()), f"list.{name}")
        found = (terms.binding(self.books, self.jurisdiction, path, self.on) for path in paths)
        return next((one for one in found if one is not None), None)

    def words_of(self, name: str) -> tuple[str, ...]:
        """Give the words that a rule lists; none where it is not set."""
        answer = self.rule(name)
        return tuple(str(one) for one in answer.value) if answer and isinstance(answer.value, tuple) else ()

    def _words(self) -> Iterator[str]:
        yield self.kind.code
        if self.kind.sector is not None and self.kind.sector != self.kind.code:
            yield self.kind.sector


def listed(books: Rulebooks, entry: Mapping[str, Any], on: date) -> Listed:
    """Give an entry's list, from a row with the list's rulebook and code.

    Raises: RemovalNotProvided for a list that its rulebook no longer has.
    """
    book = books.books.get(entry["rulebook"])
    kind = list_kind(book, entry["code"]) if book is not None else None
    if kind is None:
        raise RemovalNotProvided
    return Listed(books, entry["jurisdiction_id"], kind, on)


def earliest(found: Listed, corrected_on: date, *, listed_on: date) -> tuple[date, str] | None:
    """Give the first day on which an early removal may be applied for, with the rule; nothing where none is set.

    Units: the rule's months or years from the day of the correction (满6个月), or from the listing where that came later
    (列入期间): they end with the corresponding day, and the day after it is the first.
    """
    answer = found.rule("early_removal.after")
    if answer is None or not isinstance(answer.value, int) or answer.unit is None:
        return None
    return first_day_after(max(corrected_on, listed_on), answer.value, answer.unit), answer.citation


def decision_due(found: Listed, calendar: WorkingCalendar, applied_on: date) -> Due:
    """Give the last day to decide on an application; none where none is set."""
    answer = found.rule("early_removal.decide")
    if answer is None or not isinstance(answer.value, int) or answer.unit is None:
        return Due()
    try:
        last = calendar.add_term(applied_on, answer.value, answer.unit)
    except OutsideCalendar:
        return Due()
    return Due(last.day, last.provisional)


def announcement(found: Listed) -> tuple[bool, str | None]:
    """Tell whether an exit announcement is asked for, and on which channel the list is published."""
    asked = found.rule("exit_announcement")
    channel = found.rule("channel")
    word = channel.value if channel is not None and isinstance(channel.value, str) else found.kind.channel
    return asked is not None and asked.value is True, word
