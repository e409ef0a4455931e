"""Name warnings 名称核对: a record named its subject otherwise than it is known here.

A warning overwrites nothing and holds up nothing: the record stands under the known subject, which its code tells, and
somebody who answers for the subject's master data looks at both names. Of natural persons there is none: a number
under another person's name is refused, because a decision would stand under the wrong person.
Source: 厦门8 (数据完整、及时、准确), 9; 上海7; Personal Information Protection Law 8 (accuracy).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from domain.ids import new_id
from domain.lifecycle import machine
from domain.privacy import Privacy, column, reference

NAME_WARNING_STATES: Final = ("open", "kept", "corrected")
RESOLVED: Final = ("kept", "corrected")

MACHINE: Final = machine(
    "name_warning",
    resolve=("open", None),  # kept: the known name stands; corrected: the given one takes its place
)


class NameWarning(Model):
    """A name warning 名称核对: the name that a record gives its subject, beside the one that is known."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    subject = reference("renxin.Subject", "The subject, found by its code.")
    about_person: bool = column(
        fields.BooleanField, "Whether the subject is a natural person: never.", Privacy.SECRET, default=False
    )
    jurisdiction = reference(
        "renxin.Jurisdiction", "The division in which the subject is registered; its credit office resolves it."
    )
    office = reference("renxin.Office", "The office that gave the other name.")
    record = reference("renxin.CreditRecord", "The record that gave it, the first where several did.")
    known_name: str = column(fields.TextField, "The name as known when the record came.")
    given_name: str = column(fields.TextField, "The name as the record gives it.")
    state: str = column(
        fields.TextField, "Open; kept, when the known name stands; corrected, when the given one took its place."
    )
    version: int = column(fields.IntField, "Version, from 1; every move adds one.", default=1)
    found_at: datetime = column(fields.DatetimeField, "When the record came.")
    reason: str | None = column(fields.TextField, "Why it was resolved so.", null=True)
    resolved_at: datetime | None = column(fields.DatetimeField, "When it was resolved.", null=True)
    resolved_by: UUID | None = column(fields.UUIDField, "Account that resolved it.", Privacy.INTERNAL, null=True)

    class Meta:
        table = "name_warning"
        indexes: tuple[Any, ...] = (
            Index(fields=("subject_id", "found_at", "id"), name="name_warning_by_subject"),
            Index(fields=("office_id", "found_at", "id"), name="name_warning_by_office"),
            Index(fields=("jurisdiction_id", "state", "found_at", "id"), name="name_warning_by_jurisdiction"),
            Index(fields=("record_id",), name="name_warning_by_record"),
        )
        constraints = (
            CheckConstraint(check=f"state IN {NAME_WARNING_STATES}", name="name_warning_state_is_known"),
            CheckConstraint(check="NOT about_person", name="name_warning_is_of_no_person"),
            CheckConstraint(check="version >= 1", name="name_warning_version_is_positive"),
            CheckConstraint(
                check="(state = 'open') = (resolved_at IS NULL AND reason IS NULL)", name="name_warning_says_why"
            ),
        )
