"""Requests of subjects about their own data: access, correction, deletion, an explanation of rules or of a decision.

A request goes to the office that answers for the data. The law says 及时 and gives no days: the due day is null
unless a rulebook sets one. Source: 个人信息保护法 24, 45–50.
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

REQUEST_KINDS = (
    "access",
    "correction",
    "deletion",
    "explanation_of_rules",
    "explanation_of_decision",
    "decision_by_a_person",
)
REQUEST_STATES = ("filed", "granted", "refused", "withdrawn")


class SubjectRequest(Model):
    """A request 权利请求 of a subject about its own data, addressed to the office that answers for it."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    subject = reference("renxin.Subject", "The subject whose right it is.")
    about_person: bool = column(fields.BooleanField, "Whether the subject is a natural person.")
    jurisdiction = reference("renxin.Jurisdiction", "The division of the office.")
    office = reference("renxin.Office", "The office asked, which answers.")
    record = reference("renxin.CreditRecord", "The credit record it is about; null where it is about none.", null=True)
    kind: str = column(fields.TextField, "What is asked for.")
    words: str = column(fields.TextField, "The request in the subject's own words.", Privacy.CREDIT_DETAIL)
    state: str = column(fields.TextField, "State of the request.")
    basis: str | None = column(fields.TextField, "Law and article of the right; null where none is loaded.", null=True)
    filed_at: datetime = column(fields.DatetimeField, "When it was filed.")
    due_on: date | None = column(
        fields.DateField, "Last day for the answer; null where the law sets no days (及时).", null=True
    )
    due_provisional: bool = column(
        fields.BooleanField, "True when the due day runs into a year whose holidays are not announced.", default=False
    )
    ended_at: datetime | None = column(fields.DatetimeField, "When it was answered or withdrawn.", null=True)
    answer: str | None = column(
        fields.TextField,
        "The office's answer; with a refusal its reason (个人信息保护法50).",
        Privacy.CREDIT_DETAIL,
        null=True,
    )
    filed_by: UUID | None = column(fields.UUIDField, "Account that filed it.", Privacy.INTERNAL, null=True)
    answered_by: UUID | None = column(fields.UUIDField, "Account that answered it.", Privacy.INTERNAL, null=True)

    class Meta:
        table = "subject_request"
        indexes: tuple[Any, ...] = (
            Index(fields=("subject_id", "filed_at", "id"), name="subject_request_by_subject"),
            Index(fields=("office_id", "filed_at", "id"), name="subject_request_by_office"),
        )
        constraints = (
            CheckConstraint(check=f"kind IN {REQUEST_KINDS}", name="subject_request_kind_is_known"),
            CheckConstraint(check=f"state IN {REQUEST_STATES}", name="subject_request_state_is_known"),
            CheckConstraint(check="(state = 'filed') = (ended_at IS NULL)", name="subject_request_ended_has_time"),
            CheckConstraint(
                check="state NOT IN ('granted', 'refused') OR (answer IS NOT NULL AND answered_by IS NOT NULL)",
                name="subject_request_answer_is_given",
            ),
            CheckConstraint(check="answered_by <> filed_by", name="subject_request_is_answered_by_another"),
        )
