"""Periods of batches: the cycle that a rulebook sets for a list, its periods, and the last day to hand in.

A cycle is no last day: where no rule sets one, none is set, and only the end of the period is known.
Source: 新乡三 (以季为周期发布); 新乡 silent on deadline.batch; the seventh reading of terms (months end on their last day).
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from domain.calendar import OutsideCalendar, WorkingCalendar
from domain.credit.terms import Due, binding
from domain.errors import InvalidInput
from domain.rulebook.model import Rulebooks

_MONTHS = {"month": 1, "quarter": 3, "year": 12}
FIRST_YEAR, LAST_YEAR = 2000, 2200


class PeriodInvalid(InvalidInput):
    """There is no such period in the cycle: see `cycle`."""

    code = "BATCH_PERIOD_INVALID"
    zh = "该周期中没有此期：见 cycle。"


class PeriodNotBegun(InvalidInput):
    """The period has not begun: batches and reports are made in their period or after it."""

    code = "BATCH_PERIOD_NOT_BEGUN"
    zh = "该期尚未开始：批次、报告在本期内或期后建立。"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A period of a cycle; without a cycle, the year."""

    year: int
    place: int
    """Month or quarter of the year, 0 for the year."""
    cycle: str | None

    @property
    def number(self) -> int | None:
        """The month or quarter; None for a year."""
        return self.place or None

    @property
    def first_day(self) -> date:
        """Give its first day."""
        return date(self.year, (self.place - 1) * self._months + 1, 1) if self.place else date(self.year, 1, 1)

    @property
    def last_day(self) -> date:
        """Give its last day."""
        month = self.place * self._months if self.place else 12
        return date(self.year, month, monthrange(self.year, month)[1])

    @property
    def before(self) -> Period:
        """Give the period before it."""
        if self.place > 1:
            return Period(self.year, self.place - 1, self.cycle)
        last = 12 // self._months if self.place else 0
        return Period(self.year - 1, last, self.cycle)

    @property
    def _months(self) -> int:
        return _MONTHS[self.cycle or "year"]


def period_of(cycle: str | None, year: int, place: int | None) -> Period:
    """Give a period by its numbers.

    Raises: PeriodInvalid.
    """
    wanted = {"month": 12, "quarter": 4}.get(cycle or "", 0)
    inside = FIRST_YEAR <= year <= LAST_YEAR and (place is None if wanted == 0 else place in range(1, wanted + 1))
    if not inside:
        raise PeriodInvalid(cycle=cycle)
    return Period(year, place or 0, cycle)


def period_on(cycle: str | None, day: date) -> Period:
    """Give the period in which a day lies."""
    months = _MONTHS[cycle or "year"]
    return Period(day.year, 0 if months == 12 else (day.month - 1) // months + 1, cycle)


def handing_in_due(books: Rulebooks, calendar: WorkingCalendar, jurisdiction: str, period: Period) -> Due:
    """Give the last day to hand in the batch of a period; none where no rule sets one.

    Units: the rule's days run from the last day of the period.
    """
    answer = binding(books, jurisdiction, "deadline.batch", period.last_day)
    if period.cycle is None or answer is None or not isinstance(answer.value, int) or answer.unit is None:
        return Due()
    try:
        last = calendar.add_term(period.last_day, answer.value, answer.unit)
    except OutsideCalendar:
        return Due()
    return Due(last.day, last.provisional)
