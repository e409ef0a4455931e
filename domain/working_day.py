"""The calendar of working days as a table: State Council days, make-up days, provisional years marked."""

from __future__ import annotations

from datetime import date

from tortoise import fields
from tortoise.models import Model

from domain.privacy import column


class WorkingDay(Model):
    """A day of the calendar 工作日历."""

    id: date = column(fields.DateField, "The day.", primary_key=True)
    working: bool = column(fields.BooleanField, "Whether it is a working day 工作日.")
    kind: str = column(fields.TextField, "Kind of day: weekday, weekend, holiday 节假日 or make_up 调休上班.")
    provisional: bool = column(
        fields.BooleanField, "True in a year whose holidays the State Council has not announced."
    )

    class Meta:
        table = "working_day"
