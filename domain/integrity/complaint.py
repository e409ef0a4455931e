"""Complaints about the integrity of public bodies 政务诚信投诉 that come in by the hotline 12345: watched, handled, fed back.

Who complained is not kept: the hotline knows by its number. The subject is a public body.
Source: 海沧24 (依托12345平台建立政务诚信投诉事件的监测、处理、反馈机制).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from domain.ids import new_id
from domain.privacy import Privacy, column, reference

COMPLAINT_STATES: Final = ("monitored", "handled", "fed_back")


class IntegrityComplaint(Model):
    """A complaint 政务诚信投诉 about a public body: monitored 监测, handled 处理, fed back 反馈."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    jurisdiction = reference("renxin.Jurisdiction", "The division.")
    office = reference("renxin.Office", "The office that handles it and feeds back.")
    subject = reference("renxin.Subject", "The public body it is about.")
    ticket: str = column(fields.CharField, "Number of the hotline 12345.", max_length=100)
    received_on: date = column(fields.DateField, "Day on which the hotline received it.")
    matter: str = column(fields.TextField, "What it is about 投诉事项; nothing personal.", Privacy.CREDIT)
    founded: bool | None = column(
        fields.BooleanField, "Whether it was found true; null until it is handled.", Privacy.CREDIT, null=True
    )
    result: str | None = column(fields.TextField, "What was done 处理结果.", Privacy.CREDIT, null=True)
    feedback: str | None = column(fields.TextField, "What was fed back 反馈.", Privacy.CREDIT, null=True)
    basis: str = column(fields.TextField, "Document and clause 依据.")
    state: str = column(fields.TextField, "Monitored, handled, or fed back.")
    monitored_by: UUID | None = column(fields.UUIDField, "Account that entered it.", Privacy.INTERNAL, null=True)
    monitored_at: datetime = column(fields.DatetimeField, "When it was entered.")
    handled_by: UUID | None = column(fields.UUIDField, "Account that handled it.", Privacy.INTERNAL, null=True)
    handled_at: datetime | None = column(fields.DatetimeField, "When it was handled.", null=True)
    fed_back_at: datetime | None = column(fields.DatetimeField, "When it was fed back.", null=True)

    class Meta:
        table = "integrity_complaint"
        indexes: tuple[Any, ...] = (
            Index(fields=("office_id", "monitored_at", "id"), name="integrity_complaint_by_office"),
            Index(fields=("jurisdiction_id", "monitored_at", "id"), name="integrity_complaint_by_place"),
            Index(fields=("subject_id", "monitored_at", "id"), name="integrity_complaint_by_subject"),
        )
        constraints = (
            CheckConstraint(check=f"state IN {COMPLAINT_STATES}", name="integrity_complaint_state_is_known"),
            CheckConstraint(
                check="num_nulls(founded, result, handled_at) = (CASE state WHEN 'monitored' THEN 3 ELSE 0 END)",
                name="integrity_complaint_handled_has_result",
            ),
            CheckConstraint(
                check="num_nulls(feedback, fed_back_at) = (CASE state WHEN 'fed_back' THEN 0 ELSE 2 END)",
                name="integrity_complaint_fed_back_says_what",
            ),
        )
