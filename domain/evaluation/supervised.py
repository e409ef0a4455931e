"""The register of supervised subjects 监管对象: whom an office supervises under a scheme, from when to when.

In charge of the columns. It is the denominator of the coverage of integrity archives, and whom a run evaluates; no
text lists them, so the office loads them with the source. Source: 厦门26 (全覆盖的监管对象); 厦门12 (全市用人单位).
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

NOUN: Final = "supervised_subject"

IN_FORCE: Final = "{t}.valid_from <= :today AND ({t}.valid_to IS NULL OR {t}.valid_to >= :today)"
"""Whether a subject of the register `{t}` is supervised on a day."""


class SupervisedSubject(Model):
    """A subject in the register 监管对象名录 of an office under an evaluation scheme."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    subject = reference("renxin.Subject", "The subject supervised.")
    about_person: bool = column(fields.BooleanField, "Whether the subject is a natural person.")
    jurisdiction = reference("renxin.Jurisdiction", "The division of the office.")
    office = reference("renxin.Office", "The office that supervises.")
    scheme: str = column(fields.CharField, "Code of the evaluation scheme in the rulebook.", max_length=64)
    source: str = column(fields.CharField, "Where the register comes from 来源.", max_length=200)
    valid_from: date = column(fields.DateField, "First day of supervision.")
    valid_to: date | None = column(fields.DateField, "Last day of supervision; null while it goes on.", null=True)
    registered_at: datetime = column(fields.DatetimeField, "When it was registered.")
    registered_by: UUID | None = column(fields.UUIDField, "Account that registered it.", Privacy.INTERNAL, null=True)
    ended_at: datetime | None = column(fields.DatetimeField, "When its last day was set.", null=True)
    ended_by: UUID | None = column(fields.UUIDField, "Account that set its last day.", Privacy.INTERNAL, null=True)
    reason: str | None = column(fields.CharField, "Why supervision ends.", max_length=500, null=True)

    class Meta:
        table = NOUN
        indexes: tuple[Any, ...] = (
            Index(fields=("subject_id", "scheme", "id"), name="supervised_subject_by_subject"),
            Index(fields=("office_id", "scheme", "id"), name="supervised_subject_by_office"),
            Index(fields=("jurisdiction_id", "scheme", "id"), name="supervised_subject_by_jurisdiction"),
        )
        constraints = (
            CheckConstraint(check="valid_to >= valid_from", name="supervised_subject_days_in_order"),
            CheckConstraint(
                check="num_nulls(valid_to, ended_at, reason) IN (0, 3)", name="supervised_subject_end_has_reason"
            ),
        )
