"""Imports: files of records handed in by an office, checked as a set, each refused row with its reason."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.ids import new_id
from domain.lifecycle import machine
from domain.privacy import Privacy, column, reference

STATES: Final = ("running", "completed", "interrupted", "void")

MACHINE: Final = machine(
    "record_import",
    advance=("running", None),  # a block was taken
    complete=("running", "completed"),  # every row of the file became a record, was known, or is refused
    void=("running", "void"),  # nothing of it was taken
    interrupt=("running", "interrupted"),  # nobody carries it on any more; what was taken stays
    resume=("interrupted", "running"),  # the same file again: it goes on behind the last line
)


class RecordImport(Model):
    """An import 批量归集: one file of records handed in by one office."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    office = reference("renxin.Office", "The office that handed it in.")
    jurisdiction = reference("renxin.Jurisdiction", "The division of the office.")
    item = reference(
        "renxin.CatalogueItem",
        "The catalogue item of its rows, as it was when they were handed in: each record refers to that of its day.",
    )
    state: str = column(
        fields.TextField,
        "State: running; completed; interrupted, when the same file handed in again carries it on; void, when nothing"
        " of it was taken.",
    )
    dry_run: bool = column(
        fields.BooleanField, "Whether it is a trial 试运行, of which nothing is taken.", db_default=False
    )
    encoding: str | None = column(
        fields.TextField, "Encoding of the file: utf-8, gb18030, utf-16-le or utf-16-be.", null=True
    )
    file_digest: str = column(fields.CharField, "SHA-256 of the file, hexadecimal.", max_length=64)
    rows_total: int = column(fields.IntField, "Rows of the file.", db_default=0)
    rows_read: int = column(fields.IntField, "Rows read.", default=0)
    rows_added: int = column(fields.IntField, "Rows that became records.", default=0)
    rows_known: int = column(fields.IntField, "Rows that were already here.", default=0)
    rows_refused: int = column(fields.IntField, "Rows refused.", default=0)
    rows_published: int = column(fields.IntField, "Rows whose records were published at once.", db_default=0)
    last_line: int = column(
        fields.IntField, "Line on which the last row begins up to which all were read.", db_default=0
    )
    part_lines: list[int] = column(
        ArrayField,
        "The same of each part: rows of a large file are divided by party into parts that are read side by side.",
        Privacy.SECRET,
        element_type="int",
        default=list,
    )
    handed_in_by: UUID | None = column(fields.UUIDField, "Account that handed it in.", Privacy.INTERNAL, null=True)
    started_at: datetime = column(fields.DatetimeField, "When it began.")
    finished_at: datetime | None = column(fields.DatetimeField, "When it ended.", null=True)

    class Meta:
        table = "record_import"
        indexes: tuple[Any, ...] = (Index(fields=("office_id", "started_at", "id"), name="record_import_by_office"),)
        constraints = (CheckConstraint(check=f"state IN {STATES}", name="record_import_state_is_known"),)


class RefusedRow(Model):
    """A row of an import that was refused 退回行, with the reason; its values are kept encrypted only."""

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
    cells_cipher: bytes | None = column(
        fields.BinaryField,
        "The row as it was handed in, encrypted, to be handed back for correction; at its first reason only.",
        Privacy.SECRET,
        null=True,
    )

    class Meta:
        table = "refused_row"
        indexes: tuple[Any, ...] = (Index(fields=("record_import_id", "line"), name="refused_row_by_import"),)
        constraints = (
            UniqueConstraint(fields=("record_import_id", "line", "code", "column_code"), name="refused_row_is_unique"),
        )


REFUSED_ROWS = """
SELECT line, column_code, reason, reason_zh FROM refused_row WHERE record_import_id = $1 ORDER BY line LIMIT $2
"""
