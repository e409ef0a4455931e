"""The last day of a term whose clock stood still: days of a pause, both ends included, are not counted.

A pause that begins after the term has run out changes nothing. Source: 河南省社会信用条例41 (检验、检测、检疫、鉴定或者
专家评审，所需时间不计入异议申请办理时间); 行政处罚法60, 行政许可法45 have the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from domain.calendar import DueDate, WorkingCalendar

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Pause:
    """Days on which a clock stands still, first and last included."""

    first: date
    last: date


def add_paused_term(
    calendar: WorkingCalendar, start: date, value: int, unit: str, pauses: Iterable[Pause] = ()
) -> DueDate:
    """Give the last day of a term without the days of the pauses, which do not overlap.

    Units: those of a rulebook value; of a term in days, months or years the calendar days of a pause are left out,
    of one in working days its working days.
    Raises: OutsideCalendar for working days; TermInvalid.
    """
    due = calendar.add_term(start, value, unit)
    for pause in sorted(pauses):
        first = max(pause.first, start + _DAY)
        if pause.last < first or first > due.day:
            continue
        if unit == "working_day":
            left = calendar.working_days_between(first - _DAY, due.day)
            after = calendar.add_working_days(pause.last, left)
        else:
            after = DueDate(due.day + (pause.last - first + _DAY), due.provisional)
        due = DueDate(after.day, due.provisional or after.provisional)
    return due
