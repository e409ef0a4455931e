"""Screenings 筛查: a run over the records of a place that looks for enterprises that break the law again and again.

A run keeps what was asked: the pattern, the window, the counts, and which of them no rule sets so that whoever ran it
named them. Its bulletin 筛查通报 is written once, when it is circulated. Refuses nothing by itself.
Source: 海沧14 (对企业在同一领域频繁违法或在多个领域多次违法、屡禁不止的情况进行筛查通报).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from domain.ids import new_id
from domain.privacy import Privacy, column, reference

SCREENING_STATES = ("run", "circulated")
PATTERNS = ("same_field", "several_fields")


class Screening(Model):
    """A screening 筛查 of the records of a place for enterprises that break the law again and again."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    jurisdiction = reference("renxin.Jurisdiction", "The division whose records are screened.")
    office = reference("renxin.Office", "The office that screens.")
    source_office = reference(
        "renxin.Office", "The one office whose records are screened; null for all of the place.", null=True
    )
    pattern: str = column(fields.TextField, "What is looked for: repeated in one field, or several in several fields.")
    on_day: date = column(fields.DateField, "The day as of which the records are taken.")
    window_months: int = column(
        fields.IntField, "Length of the window in months: a decision counts to its corresponding day so much later."
    )
    least_records: int = column(fields.IntField, "Fewest records for a warning.")
    least_fields: int | None = column(
        fields.IntField, "Fewest fields for a warning; null for the pattern of one field.", null=True
    )
    named_by_caller: list[str] = column(
        ArrayField, "Which of these no rule sets, so that the run named them.", element_type="text", default=list
    )
    basis: str = column(fields.TextField, "Document and clause of the screening.")
    state: str = column(fields.TextField, "Run, or circulated with its bulletin 通报.")
    found: int = column(fields.IntField, "How many enterprises were found.")
    known: int = column(
        fields.IntField, "How many of them had an open warning for just these records already: they get no second one."
    )
    bulletin: list[dict[str, Any]] | None = column(
        fields.JSONField,
        "The bulletin 筛查通报 as circulated: subject, pattern, field, records; people masked. Null before.",
        Privacy.CREDIT,
        null=True,
    )
    run_at: datetime = column(fields.DatetimeField, "When it was run.")
    run_by: UUID | None = column(fields.UUIDField, "Account that ran it.", Privacy.INTERNAL, null=True)
    circulated_at: datetime | None = column(fields.DatetimeField, "When its bulletin was circulated.", null=True)
    circulated_by: UUID | None = column(fields.UUIDField, "Account that circulated it.", Privacy.INTERNAL, null=True)

    class Meta:
        table = "screening"
        indexes: tuple[Any, ...] = (
            Index(fields=("jurisdiction_id", "run_at", "id"), name="screening_by_jurisdiction"),
            Index(fields=("office_id", "run_at", "id"), name="screening_by_office"),
        )
        constraints = (
            CheckConstraint(check=f"state IN {SCREENING_STATES}", name="screening_state_is_known"),
            CheckConstraint(check=f"pattern IN {PATTERNS}", name="screening_pattern_is_known"),
            CheckConstraint(
                check="window_months > 0 AND least_records > 0 AND found >= known", name="screening_numbers_are_sound"
            ),
            CheckConstraint(
                check="(pattern = 'several_fields') = (least_fields IS NOT NULL)", name="screening_fields_where_asked"
            ),
            CheckConstraint(
                check="(state = 'circulated') = (circulated_at IS NOT NULL AND bulletin IS NOT NULL)",
                name="screening_circulated_has_bulletin",
            ),
        )
