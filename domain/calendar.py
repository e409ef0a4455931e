"""Working days 工作日 and legal terms 期间.

In charge of counting working days by the State Council's yearly notices, make-up days included, and of terms
in months and years. The day of the event does not count. Beyond the last announced year the answer is
provisional and says so: weekends and the holidays fixed by regulation only, no bridges and make-up days.
Refuses: a day outside the calendar, a negative number, an unknown unit.
Source: 民法典 201–202 (by analogy outside civil law), 行政处罚法 85, 行政许可法 82, 全国年节及纪念日放假办法.
"""

from __future__ import annotations

import calendar as _months
import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from domain.errors import DomainError

FILE = Path(__file__).resolve().parent / "calendar_cn.toml"

KINDS = ("weekday", "weekend", "holiday", "make_up")


class OutsideCalendar(DomainError):
    """The day lies outside the working-day calendar: load the years that are missing."""

    code = "OUTSIDE_CALENDAR"
    zh = "该日期超出工作日历范围：请补充缺少的年份。"


class TermInvalid(DomainError):
    """A term is a whole, non-negative number of working days, days, months or years: correct it."""

    code = "TERM_INVALID"
    zh = "期限应为非负整数的工作日、日、月或年：请更正。"


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day of the calendar: whether people work, and why."""

    day: date
    working: bool
    kind: str
    name: str | None
    provisional: bool


@dataclass(frozen=True, slots=True)
class DueDate:
    """The last day of a term; provisional when a year without a notice lies on the way."""

    day: date
    provisional: bool


class WorkingCalendar:
    """A calendar of consecutive days, made from rows."""

    def __init__(self, rows: Iterable[CalendarDay]) -> None:
        days = sorted(rows, key=lambda row: row.day)
        if not days:
            raise OutsideCalendar("The working-day calendar is empty: load it.")
        self.first = days[0].day
        self.last = days[-1].day
        _require_consecutive(days)
        self._days = {row.day: row for row in days}
        self._working = [row.day for row in days if row.working]
        self._provisional = [row.day for row in days if row.provisional]

    def day(self, day: date) -> CalendarDay:
        """Give the row of a day.

        Raises: OutsideCalendar.
        """
        row = self._days.get(day)
        if row is None:
            raise OutsideCalendar(f"{day.isoformat()} lies outside the calendar {self.first} to {self.last}.")
        return row

    def is_working(self, day: date) -> bool:
        """Say whether people work on a day.

        Raises: OutsideCalendar.
        """
        return self.day(day).working

    def add_working_days(self, start: date, days: int) -> DueDate:
        """Give the last day of a term in working days; the day of the event is not counted.

        Units: zero days end on the day of the event, whatever day that is.
        Raises: OutsideCalendar; TermInvalid.
        Source: 民法典 201 (by analogy); 行政处罚法 85.
        """
        _require_count(days)
        self.day(start)
        if days == 0:
            return self._due(start, start)
        position = bisect_right(self._working, start) + days - 1
        if position >= len(self._working):
            raise OutsideCalendar(f"The term ends after {self.last.isoformat()}, the last day of the calendar.")
        return self._due(start, self._working[position])

    def working_days_between(self, start: date, end: date) -> int:
        """Count the working days after a day up to and including another; negative when it lies before.

        Raises: OutsideCalendar.
        """
        self.day(start)
        self.day(end)
        return bisect_right(self._working, end) - bisect_right(self._working, start)

    def next_working_day(self, day: date) -> DueDate:
        """Give the day itself when people work, else the next day on which they do (民法典 203).

        Raises: OutsideCalendar.
        """
        self.day(day)
        position = bisect_left(self._working, day)
        if position >= len(self._working):
            raise OutsideCalendar(f"No working day is known after {day.isoformat()}.")
        return self._due(day, self._working[position])

    def add_term(self, start: date, value: int, unit: str) -> DueDate:
        """Give the last day of a term in the unit of a rulebook value.

        Units: working_day, calendar_day, month or year.
        Raises: OutsideCalendar for working days; TermInvalid for another unit or a negative value.
        """
        if unit == "working_day":
            return self.add_working_days(start, value)
        return DueDate(add_term(start, value, unit), provisional=False)

    def _due(self, start: date, end: date) -> DueDate:
        """A term is provisional when any of its days, the last included, lies in a provisional year."""
        position = bisect_left(self._provisional, start)
        touched = position < len(self._provisional) and self._provisional[position] <= end
        return DueDate(end, provisional=touched)


def add_term(start: date, value: int, unit: str) -> date:
    """Give the last day of a term in days, months or years.

    Months and years end on the corresponding day, else on the last day of the month: 2020-02-29 + 3 years is
    2023-02-28.
    Units: calendar_day, month or year.
    Raises: TermInvalid.
    Source: 民法典 201, 202 (by analogy outside civil law).
    """
    _require_count(value)
    if unit == "calendar_day":
        return _after(start, days=value)
    if unit == "month":
        return _corresponding_day(start, months=value)
    if unit == "year":
        return _corresponding_day(start, months=12 * value)
    raise TermInvalid(f"{unit!r} is no unit of a term: use working_day, calendar_day, month or year.")


def first_day_after(start: date, value: int, unit: str) -> date:
    """Give the first day on which a term has run in full (满, 届满后): its last day runs until midnight.

    Units: calendar_day, month or year.
    Raises: TermInvalid.
    Source: 民法典 201–203 (by analogy outside civil law).
    """
    return _after(add_term(start, value, unit), days=1)


def day_of_next_month(month_of: date, day: int) -> date:
    """Give a day of the month after that of `month_of`; a day the month lacks is its last (厦门9).

    Raises: TermInvalid for a day outside 1 to 31.
    """
    if not 1 <= day <= 31:
        raise TermInvalid(f"{day} is no day of a month: use 1 to 31.")
    first = _corresponding_day(month_of.replace(day=1), months=1)
    return first.replace(day=min(day, _months.monthrange(first.year, first.month)[1]))


def calendar_rows(file: Path = FILE) -> Iterator[CalendarDay]:
    """Yield the days of the calendar, 2019 to 2028, for the table `working_day`.

    Announced years follow the State Council's notices; later years are provisional.
    """
    data = _read(file)
    last_announced = int(data["meta"]["last_announced_year"])
    for year in range(int(data["meta"]["first_year"]), int(data["meta"]["last_year"]) + 1):
        yield from (_announced(year, data["year"][str(year)]) if year <= last_announced else _provisional(year, data))


@lru_cache(maxsize=1)
def working_calendar() -> WorkingCalendar:
    """Give the calendar of the packaged file, once per process."""
    return WorkingCalendar(calendar_rows())


@lru_cache(maxsize=4)
def _read(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _announced(year: int, notice: dict[str, Any]) -> Iterator[CalendarDay]:
    holidays = {day: row["name"] for row in notice["holiday"] for day in _span(row["from"], row["to"])}
    make_up = set(notice["make_up"])
    for day in _days_of(year):
        if day in make_up:
            yield CalendarDay(day, True, "make_up", None, False)
        elif day in holidays:
            yield CalendarDay(day, False, "holiday", holidays[day], False)
        else:
            yield _ordinary(day, provisional=False)


def _provisional(year: int, data: dict[str, Any]) -> Iterator[CalendarDay]:
    fixed = {row["day"]: row["name"] for row in data["fixed"] if row["day"].year == year}
    for day in _days_of(year):
        if day in fixed:
            yield CalendarDay(day, False, "holiday", fixed[day], True)
        else:
            yield _ordinary(day, provisional=True)


def _ordinary(day: date, *, provisional: bool) -> CalendarDay:
    weekday = day.weekday() < 5
    return CalendarDay(day, weekday, "weekday" if weekday else "weekend", None, provisional)


def _days_of(year: int) -> Iterator[date]:
    yield from _span(date(year, 1, 1), date(year, 12, 31))


def _span(first: date, last: date) -> Iterator[date]:
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def _after(start: date, *, days: int) -> date:
    try:
        return start + timedelta(days=days)
    except OverflowError:
        raise TermInvalid("The term ends after the year 9999: shorten it.") from None


def _corresponding_day(start: date, *, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise TermInvalid(f"The term ends in the year {year}: shorten it.")
    return date(year, month + 1, min(start.day, _months.monthrange(year, month + 1)[1]))


def _require_count(value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise TermInvalid(f"{value!r} is no length of a term: use a whole number from 0 on.")


def _require_consecutive(days: list[CalendarDay]) -> None:
    for earlier, later in pairwise(days):
        if later.day - earlier.day != timedelta(days=1):
            raise OutsideCalendar(f"The calendar has a gap or a double day after {earlier.day.isoformat()}.")
