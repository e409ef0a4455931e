"""Bulletins 分类通报 of exam violations: by class, with masked names, for the exams the rulebook orders them for.

A line is shown while its entry stands in the file: it leaves the bulletin with the end of the retention, or when
the record is withdrawn. The entry of a minor is told in none (未成年人保护法103). Source: 十堰正文 (对专业技术人员资格考试,按违纪类别实行分类通报); 厦门17.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.credit.terms import KEPT_BACK
from domain.exam import violation
from domain.exam.violation import EXAM_KINDS
from domain.ids import new_id
from domain.privacy import Privacy, column, reference

LINE_STANDS = (
    "EXISTS (SELECT FROM exam_violation told JOIN credit_record entry ON entry.id = told.record_id"
    f" WHERE told.id = {{t}}.violation_id AND entry.state = 'published' AND entry.disclosure <> '{KEPT_BACK}' AND "
    + violation.IN_FORCE.replace("{t}", "told")
    + " OFFSET 0)"
)
"""Whether the entry of a line `{t}` stands in the file today, and may be told."""


class ExamBulletin(Model):
    """A bulletin 通报 of exam violations, entered in a span of days."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    jurisdiction = reference("renxin.Jurisdiction", "The division of the office.")
    office = reference("renxin.Office", "The office that issues it.")
    exam_kind: str = column(fields.TextField, "Kind of exam it is about.")
    title: str = column(fields.CharField, "Title.", max_length=200)
    from_on: date = column(fields.DateField, "First day of the entries it tells.")
    to_on: date = column(fields.DateField, "Last day of the entries it tells.")
    issued_at: datetime = column(fields.DatetimeField, "When it was issued.")
    basis: str = column(fields.TextField, "Clause 依据 that orders it.")
    issued_by: UUID | None = column(fields.UUIDField, "Account that issued it.", Privacy.INTERNAL, null=True)

    class Meta:
        table = "exam_bulletin"
        indexes: tuple[Any, ...] = (Index(fields=("issued_at", "id"), name="exam_bulletin_by_time"),)
        constraints = (
            CheckConstraint(check=f"exam_kind IN {EXAM_KINDS}", name="exam_bulletin_kind_is_known"),
            CheckConstraint(check="to_on >= from_on", name="exam_bulletin_days_in_order"),
        )


class ExamBulletinLine(Model):
    """A line of a bulletin 通报: a class of violation, an exam, a masked name, the treatment."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    bulletin = reference("renxin.ExamBulletin", "The bulletin.")
    violation = reference("renxin.ExamViolation", "The violation; not shown.", Privacy.SECRET)
    subject = reference("renxin.Subject", "The candidate; not shown.", Privacy.SECRET)
    about_person: bool = column(fields.BooleanField, "Always true.", Privacy.SECRET, default=True)
    violation_class: str = column(fields.TextField, "Class of violation 违纪类别.")
    exam_name: str = column(fields.TextField, "Name of the exam.")
    name: str = column(fields.TextField, "Name of the candidate, masked.")
    treatment: str = column(fields.TextField, "Treatment 处理结果.")

    class Meta:
        table = "exam_bulletin_line"
        indexes: tuple[Any, ...] = (
            Index(fields=("bulletin_id", "violation_class", "id"), name="exam_bulletin_line_by_class"),
        )
        constraints = (UniqueConstraint(fields=("bulletin_id", "violation_id"), name="exam_bulletin_line_is_unique"),)
