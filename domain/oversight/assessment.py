"""Third-party assessments 第三方评估: a sample of an office's records, drawn with a seed, judged by somebody else.

Whether a record is correct is found by an assessor outside the bureau and never declared by its own office. Who
draws does not judge; a sample of the same records is drawn once. Source: 海沧9 (第三方评估机制和通报机制).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.ids import new_id
from domain.privacy import Privacy, column, reference

ASSESSMENT_STATES: Final = ("drawn", "concluded")
VERDICTS: Final = ("pending", "correct", "incorrect")


class QualityAssessment(Model):
    """An assessment 评估 of the correctness of what an office handed in during some days."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    jurisdiction = reference("renxin.Jurisdiction", "The division of the office.")
    office = reference("renxin.Office", "The office whose records are assessed.")
    assessor = reference("renxin.Office", "The third party 评估机构 that judges them; outside the bureau.")
    item = reference("renxin.CatalogueItem", "The one item assessed; null for all of 双公示.", null=True)
    from_on: date = column(fields.DateField, "First day on which its records were handed in.")
    to_on: date = column(fields.DateField, "Last day on which its records were handed in.")
    state: str = column(fields.TextField, "Drawn, or concluded once every record of it is judged.")
    seed: str = column(fields.CharField, "Seed of the draw.", max_length=128)
    population_size: int = column(fields.IntField, "How many records were handed in and stood at the draw.")
    population_digest: str = column(fields.TextField, "SHA-256 of their ids, one a line in their order.")
    sample_size: int = column(fields.IntField, "How many were drawn.")
    basis: str = column(fields.TextField, "Clause 依据 that orders assessments, or the note that none does.")
    drawn_at: datetime = column(fields.DatetimeField, "When it was drawn.")
    concluded_at: datetime | None = column(fields.DatetimeField, "When it was concluded.", null=True)
    drawn_by: UUID | None = column(fields.UUIDField, "Account that drew it.", Privacy.INTERNAL, null=True)
    concluded_by: UUID | None = column(
        fields.UUIDField, "Account that concluded it; another than drew it.", Privacy.INTERNAL, null=True
    )

    class Meta:
        table = "quality_assessment"
        indexes: tuple[Any, ...] = (
            Index(fields=("office_id", "drawn_at", "id"), name="quality_assessment_by_office"),
            Index(fields=("jurisdiction_id", "drawn_at", "id"), name="quality_assessment_by_place"),
            Index(fields=("assessor_id", "drawn_at", "id"), name="quality_assessment_by_assessor"),
        )
        constraints = (
            CheckConstraint(check=f"state IN {ASSESSMENT_STATES}", name="quality_assessment_state_is_known"),
            CheckConstraint(check="assessor_id <> office_id", name="quality_assessment_is_by_another_office"),
            CheckConstraint(check="from_on <= to_on", name="quality_assessment_days_are_in_order"),
            CheckConstraint(
                check="(state = 'concluded') = (concluded_at IS NOT NULL)", name="quality_assessment_concluded_has_time"
            ),
            CheckConstraint(check="drawn_by <> concluded_by", name="quality_assessment_is_concluded_by_another"),
        )


class AssessedRecord(Model):
    """A credit record that was drawn for an assessment 评估样本, and the assessor's verdict on it."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    assessment = reference("renxin.QualityAssessment", "The assessment.")
    record = reference("renxin.CreditRecord", "The credit record that was drawn.")
    subject = reference("renxin.Subject", "The subject of the record.")
    about_person: bool = column(fields.BooleanField, "Whether the subject is a natural person.")
    jurisdiction = reference("renxin.Jurisdiction", "The division of the office.")
    office = reference("renxin.Office", "The office whose record it is.")
    assessor = reference("renxin.Office", "The third party that judges it.")
    place: int = column(fields.IntField, "Place in the draw, from 1.")
    version: int = column(fields.IntField, "Version of the record that was drawn.")
    state: str = column(fields.TextField, "Pending, correct or incorrect.")
    finding: str | None = column(
        fields.TextField, "What is incorrect 问题; null where nothing is.", Privacy.CREDIT_DETAIL, null=True
    )
    judged_at: datetime | None = column(fields.DatetimeField, "When it was judged.", null=True)
    drawn_by: UUID | None = column(fields.UUIDField, "Account that drew it.", Privacy.INTERNAL, null=True)
    judged_by: UUID | None = column(
        fields.UUIDField, "Account that judged it; another than drew it.", Privacy.INTERNAL, null=True
    )

    class Meta:
        table = "assessed_record"
        indexes: tuple[Any, ...] = (Index(fields=("record_id", "assessor_id"), name="assessed_record_by_record"),)
        constraints = (
            UniqueConstraint(fields=("assessment_id", "record_id"), name="assessed_record_is_unique"),
            CheckConstraint(check=f"state IN {VERDICTS}", name="assessed_record_state_is_known"),
            CheckConstraint(check="(state = 'pending') = (judged_at IS NULL)", name="assessed_record_judged_has_time"),
            CheckConstraint(
                check="(state = 'incorrect') = (finding IS NOT NULL)", name="assessed_record_incorrect_says_why"
            ),
            CheckConstraint(check="drawn_by <> judged_by", name="assessed_record_is_judged_by_another"),
        )
