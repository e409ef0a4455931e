"""Attendance 参加培训: which subject took part in a training, as evidence in its repair file (厦门6).

It tells about a subject: for the office that held the training, for the subject, and, once it was cited in an
application for repair, for the office that decides on that. What was recorded by mistake is withdrawn and says why;
`attendance_is_recorded_once` is an index over what is not, since who was taken for another may still have attended.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from domain.ids import new_id
from domain.privacy import Privacy, column, reference


class Attendance(Model):
    """A subject's attendance of a training 培训, which may be evidence in its repair file 信用修复材料."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    activity = reference("renxin.Activity", "The training, as it was held.")
    subject = reference("renxin.Subject", "The subject that took part.")
    about_person: bool = column(fields.BooleanField, "Whether the subject is a natural person.")
    jurisdiction = reference("renxin.Jurisdiction", "The division of the office that held it.")
    office = reference("renxin.Office", "The office that held it and records who took part.")
    application = reference(
        "renxin.RepairApplication", "The application for repair in which it is evidence; null where in none.", null=True
    )
    cited_office = reference(
        "renxin.Office", "The office that decides on that application; null where it is evidence in none.", null=True
    )
    recorded_at: datetime = column(fields.DatetimeField, "When it was recorded.")
    recorded_by: UUID | None = column(fields.UUIDField, "Account that recorded it.", Privacy.INTERNAL, null=True)
    cited_at: datetime | None = column(fields.DatetimeField, "When it was made evidence.", null=True)
    withdrawn_at: datetime | None = column(
        fields.DatetimeField, "When it was withdrawn as recorded by mistake; null while it stands.", null=True
    )
    reason: str | None = column(fields.TextField, "Why it was withdrawn.", Privacy.CREDIT, null=True)

    class Meta:
        table = "attendance"
        indexes: tuple[Any, ...] = (
            Index(fields=("activity_id", "recorded_at", "id"), name="attendance_by_activity"),
            Index(fields=("subject_id", "recorded_at", "id"), name="attendance_by_subject"),
            Index(fields=("office_id", "recorded_at", "id"), name="attendance_by_office"),
            Index(fields=("application_id", "recorded_at", "id"), name="attendance_by_application"),
        )
        constraints = (
            CheckConstraint(
                check="num_nulls(application_id, cited_office_id, cited_at) IN (0, 3)",
                name="attendance_cited_says_where",
            ),
            CheckConstraint(check="num_nulls(withdrawn_at, reason) IN (0, 2)", name="attendance_withdrawn_says_why"),
        )
