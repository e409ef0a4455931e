"""Statements 主体声明: a subject's own words beside a record or list entry that it contests.

It is shown as the subject's, not as found by any office, to whoever sees what it stands beside; the subject removes it
when it likes. Source: 个人信息保护法 46; 上海市社会信用条例36, 河南省社会信用条例41 (异议标注), of which it is the subject's side.
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

STANDS = "{t}.removed_at IS NULL"
"""Whether a statement `{t}` stands."""


class SubjectStatement(Model):
    """A statement 主体声明 in the subject's own words beside a contested record or list entry; nobody has verified it."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    subject = reference("renxin.Subject", "The subject whose words they are.")
    about_person: bool = column(fields.BooleanField, "Whether the subject is a natural person.")
    record = reference("renxin.CreditRecord", "The record it stands beside; null where it is another thing.", null=True)
    entry = reference("renxin.ListEntry", "The entry it stands beside; null where it is another thing.", null=True)
    words: str = column(fields.TextField, "The subject's own words 主体自述，未经核实.", Privacy.CREDIT_DETAIL)
    by_agent: bool = column(fields.BooleanField, "Whether an authorised agent handed it in for the subject.")
    made_at: datetime = column(fields.DatetimeField, "When it was made.")
    removed_at: datetime | None = column(
        fields.DatetimeField, "When the subject removed it; null while it stands.", null=True
    )
    made_by: UUID | None = column(fields.UUIDField, "Account that handed it in.", Privacy.INTERNAL, null=True)

    class Meta:
        table = "subject_statement"
        indexes: tuple[Any, ...] = (
            Index(fields=("record_id", "made_at", "id"), name="subject_statement_by_record"),
            Index(fields=("entry_id", "made_at", "id"), name="subject_statement_by_entry"),
            Index(fields=("subject_id", "made_at", "id"), name="subject_statement_by_subject"),
        )
        constraints = (
            CheckConstraint(
                check="num_nonnulls(record_id, entry_id) = 1", name="subject_statement_is_beside_one_thing"
            ),
        )
