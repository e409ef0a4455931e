"""Integrity archives 诚信档案: the file of a subject under a scheme, units and individuals alike.

In charge of the columns. An archive holds nothing of its own: it leads to what the offices of its scheme hold about
its subject. Only a scheme whose clause orders one has archives. Source: 厦门12, 14–16 (建立…诚信档案), 12 (单位和个人).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from domain.ids import new_id
from domain.privacy import Privacy, column, reference

NOUN: Final = "integrity_archive"


class IntegrityArchive(Model):
    """An integrity archive 诚信档案 of a subject under an evaluation scheme."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    subject = reference("renxin.Subject", "The subject, a unit or an individual.")
    about_person: bool = column(fields.BooleanField, "Whether the subject is a natural person.")
    jurisdiction = reference("renxin.Jurisdiction", "The division of the office.")
    office = reference("renxin.Office", "The office that opened it and keeps it.")
    scheme: str = column(fields.CharField, "Code of the evaluation scheme in the rulebook.", max_length=64)
    name: str = column(fields.TextField, "What the clause calls it, e.g. 劳动保障守法诚信档案.")
    clause: str = column(fields.TextField, "Document and clause that order it.")
    office_ids: list[str] = column(
        ArrayField, "The offices of the scheme, whose holdings it shows.", Privacy.SECRET, element_type="uuid"
    )
    opened_at: datetime = column(fields.DatetimeField, "When it was opened.")
    opened_by: UUID | None = column(fields.UUIDField, "Account that opened it.", Privacy.INTERNAL, null=True)
    closed_at: datetime | None = column(fields.DatetimeField, "When it was closed; null while it is kept.", null=True)
    closed_by: UUID | None = column(fields.UUIDField, "Account that closed it.", Privacy.INTERNAL, null=True)
    reason: str | None = column(fields.CharField, "Why it was closed.", max_length=500, null=True)

    class Meta:
        table = NOUN
        indexes: tuple[Any, ...] = (
            Index(fields=("subject_id", "scheme", "id"), name="integrity_archive_by_subject"),
            Index(fields=("office_id", "scheme", "id"), name="integrity_archive_by_office"),
            Index(fields=("jurisdiction_id", "scheme", "id"), name="integrity_archive_by_jurisdiction"),
        )
        constraints = (
            CheckConstraint(check="(closed_at IS NULL) = (reason IS NULL)", name="integrity_archive_closed_has_reason"),
        )
