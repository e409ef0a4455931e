"""Imports: files of records handed in by an office, checked as a set, each refused row with its reason."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model

from domain.ids import new_id
from domain.privacy import Privacy, column, reference


class RecordImport(Model):
    """An import 批量归集: one file of records handed in by one office."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    office = reference("renxin.Office", "The office that handed it in.")
    jurisdiction = reference("renxin.Jurisdiction", "The division of the office.")
    item = reference("renxin.CatalogueItem", "The catalogue item of its rows.")
    state: str = column(fields.TextField, "State: completed, or void when nothing of it was taken.")
    file_digest: str = column(fields.CharField, "SHA-256 of the file, hexadecimal.", max_length=64)
    rows_read: int = column(fields.IntField, "Rows read.", default=0)
    rows_added: int = column(fields.IntField, "Rows that became records.", default=0)
    rows_known: int = column(fields.IntField, "Rows that were already here.", default=0)
    rows_refused: int = column(fields.IntField, "Rows refused.", default=0)
    handed_in_by: UUID | None = column(fields.UUIDField, "Account that handed it in.", Privacy.INTERNAL, null=True)
    started_at: datetime = column(fields.DatetimeField, "When it began.")
    finished_at: datetime | None = column(fields.DatetimeField, "When it ended.", null=True)

    class Meta:
        table = "record_import"
        indexes: tuple[Any, ...] = (Index(fields=("office_id", "started_at", "id"), name="record_import_by_office"),)


class RefusedRow(Model):
    """A row of an import that was refused, with the reason and without its values."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    record_import = reference("renxin.RecordImport", "The import.")
    office = reference("renxin.Office", "The office that handed it in.")
    line: int = column(fields.IntField, "Line of the file, from 1; the header is line 1.")
    column_code: str | None = column(
        fields.TextField, "Column at fault, e.g. CF_JDRQ; null when it is the whole row.", null=True
    )
    code: str = column(fields.TextField, "Code of the reason.")
    reason: str = column(fields.TextField, "The reason, in English, without the value.")
    reason_zh: str = column(fields.TextField, "The reason, in Chinese, without the value.")

    class Meta:
        table = "refused_row"
        indexes: tuple[Any, ...] = (Index(fields=("record_import_id", "line"), name="refused_row_by_import"),)
        constraints = (
            UniqueConstraint(fields=("record_import_id", "line", "code", "column_code"), name="refused_row_is_unique"),
        )


REFUSED_ROWS = """
SELECT line, column_code, reason, reason_zh FROM refused_row WHERE record_import_id = $1 ORDER BY line LIMIT $2
"""
