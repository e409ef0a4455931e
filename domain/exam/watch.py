"""The internal watch list 异常报考人员名单 of exam sites: no credit information, for one role, never for anybody else.

Whoever is on it learns nothing of it here, neither from the row nor from a log: its accesses and changes are
shown to no office and no subject, and nothing of it is told to anybody. Each entry ends on a day.
Source: 十堰正文 (以考点为单位,跟踪分析筛查出异常报考人员名单); 个人信息保护法 6, 19, 24, 28.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from domain.ids import new_id
from domain.privacy import Privacy, column, reference

STANDS = "{t}.lifted_at IS NULL AND {t}.until_on >= :today"
"""Whether an entry `{t}` stands on a day."""


class ExamWatch(Model):
    """An entry of an exam site's internal watch list 异常报考人员名单."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    subject = reference("renxin.Subject", "The person; not shown: it leads to no other data.", Privacy.SECRET)
    about_person: bool = column(fields.BooleanField, "Always true.", Privacy.SECRET, default=True)
    jurisdiction = reference("renxin.Jurisdiction", "The division of the office.")
    office = reference("renxin.Office", "The office that keeps the list.")
    name: str = column(fields.CharField, "Name of the person.", Privacy.RESTRICTED, max_length=200)
    masked_id_number: str = column(fields.TextField, "Identity number, masked.", Privacy.RESTRICTED)
    exam_name: str = column(fields.CharField, "Name of the exam.", Privacy.RESTRICTED, max_length=200)
    site: str = column(fields.CharField, "Exam site 考点.", Privacy.RESTRICTED, max_length=200)
    finding: str = column(fields.TextField, "What the analysis found.", Privacy.RESTRICTED)
    source: str = column(fields.CharField, "Where the analysis comes from.", Privacy.RESTRICTED, max_length=200)
    entered_at: datetime = column(fields.DatetimeField, "When it was entered.")
    until_on: date = column(fields.DateField, "Last day of the entry.")
    lifted_at: datetime | None = column(fields.DatetimeField, "When it was lifted before that day.", null=True)
    lift_reason: str | None = column(fields.TextField, "Why it was lifted.", Privacy.RESTRICTED, null=True)
    entered_by: UUID | None = column(fields.UUIDField, "Account that entered it.", Privacy.INTERNAL, null=True)

    class Meta:
        table = "exam_watch"
        indexes: tuple[Any, ...] = (
            Index(fields=("office_id", "entered_at", "id"), name="exam_watch_by_office"),
            Index(fields=("subject_id",), name="exam_watch_by_subject"),
        )
        constraints = (
            CheckConstraint(check="(lifted_at IS NULL) = (lift_reason IS NULL)", name="exam_watch_lift_says_why"),
            CheckConstraint(
                check="until_on >= (entered_at AT TIME ZONE 'Asia/Shanghai')::date",
                name="exam_watch_ends_after_it_begins",
            ),
        )
