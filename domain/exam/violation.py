"""Exam violations 考试违纪: the procedure that ends with an entry in the integrity file 诚信档案库.

Facts, then the candidate's signature or refusal before a witness, then the decision on how long the entry is
kept, then the entry, from which the retention runs. What stands here is need to know: the office, the institute
that decides, the candidate. What others may learn is the credit record that the entry makes.
Source: 十堰正文 (如实记录, 签字确认, 由湖北省人事考试院分别给予记入5年或长期记录处理); 厦门17.
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

EXAM_KINDS = ("recruitment", "professional_qualification", "vocational_qualification")
"""机关事业单位工作人员拟招录(聘)考试、专业技术人员资格考试、职业资格考试 (厦门17)."""
VIOLATION_STATES = ("recorded", "confirmed", "decided", "entered", "withdrawn")
CONFIRMATIONS = ("signed", "refused")
RETENTIONS = ("limited", "permanent", "none_set", "not_loaded")
"""How long an entry is kept: for a term, for good; or no loaded rule says."""

KEPT = "({t}.retained_until IS NULL OR {t}.retained_until >= :today)"
"""Whether the retention of an entry `{t}` runs, or is for good, or has not been set."""
IN_FORCE = "{t}.state = 'entered' AND " + KEPT
"""Whether an entry `{t}` stands in the file today."""


class ExamViolation(Model):
    """A violation 违纪违规行为 of a candidate in an exam, on its way into the integrity file."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    subject = reference("renxin.Subject", "The candidate 考生.")
    about_person: bool = column(fields.BooleanField, "Always true: candidates are natural persons.", default=True)
    name: str = column(
        fields.TextField,
        "Name of the candidate, as your clearance allows.",
        Privacy.PERSON_NAME,
        masked_by="masked_name",
    )
    masked_name: str = column(fields.TextField, "The name as shown without clearance.", Privacy.SECRET)
    masked_id_number: str | None = column(
        fields.TextField, "Identity number of the candidate, masked.", Privacy.PERSON_ID, null=True
    )
    jurisdiction = reference("renxin.Jurisdiction", "The division of the office.")
    office = reference("renxin.Office", "The office that recorded it and answers for it.")
    exam_kind: str = column(fields.TextField, "Kind of exam 考试种类 (厦门17).")
    exam_name: str = column(fields.CharField, "Name of the exam.", Privacy.CREDIT, max_length=200)
    exam_on: date = column(fields.DateField, "Day of the exam.")
    site: str = column(fields.CharField, "Exam site 考点.", Privacy.CREDIT, max_length=200)
    violation_class: str = column(
        fields.CharField, "Class of violation 违纪类别, by which bulletins go.", Privacy.CREDIT, max_length=100
    )
    facts: str = column(fields.TextField, "What happened 具体作弊情况.", Privacy.RESTRICTED)
    state: str = column(fields.TextField, "Recorded, confirmed, decided, entered or withdrawn.")
    version: int = column(fields.IntField, "Version, from 1; every move adds one.", default=1)
    recorded_at: datetime = column(fields.DatetimeField, "When it was recorded.")
    recorded_by: UUID | None = column(fields.UUIDField, "Account that recorded it.", Privacy.INTERNAL, null=True)
    confirmation: str | None = column(
        fields.TextField, "Whether the candidate signed 签字确认 or refused before a witness.", null=True
    )
    confirmed_on: date | None = column(fields.DateField, "Day of the signature or refusal.", null=True)
    witness: str | None = column(
        fields.CharField, "Name of the witness 见证人 of a refusal.", Privacy.RESTRICTED, max_length=200, null=True
    )
    evidence: str | None = column(
        fields.TextField, "Where the signed sheet, or the note of the refusal, is kept.", Privacy.INTERNAL, null=True
    )
    confirmed_by: UUID | None = column(
        fields.UUIDField, "Account that took the signature or noted the refusal.", Privacy.INTERNAL, null=True
    )
    treatment: str | None = column(fields.CharField, "Treatment 处理结果.", Privacy.CREDIT, max_length=200, null=True)
    decision_no: str | None = column(
        fields.CharField, "Number of the decision.", Privacy.CREDIT, max_length=128, null=True
    )
    decided_on: date | None = column(fields.DateField, "Day of the decision.", null=True)
    decider = reference("renxin.Office", "The office that decides 处理单位, by the procedure it was recorded under.")
    decided_by: UUID | None = column(
        fields.UUIDField, "Account that decided; another than recorded it.", Privacy.INTERNAL, null=True
    )
    retention: str | None = column(
        fields.TextField, "How long the entry is kept: for a term, for good, or no loaded rule says.", null=True
    )
    retention_term: int | None = column(fields.IntField, "Term of the retention; null unless it has one.", null=True)
    retention_unit: str | None = column(fields.TextField, "Unit of the term.", null=True)
    retention_basis: str | None = column(fields.TextField, "Clause 依据 of the retention.", null=True)
    entered_on: date | None = column(
        fields.DateField, "Day of the entry into the file 记入, from which the retention runs.", null=True
    )
    entered_by: UUID | None = column(fields.UUIDField, "Account that entered it.", Privacy.INTERNAL, null=True)
    retained_until: date | None = column(
        fields.DateField,
        "Last day on which others see the entry; null for good, or where no rule is loaded.",
        null=True,
    )
    record = reference("renxin.CreditRecord", "The credit record that the entry made.", null=True)
    withdrawal_reason: str | None = column(fields.TextField, "Why it was withdrawn.", Privacy.RESTRICTED, null=True)

    class Meta:
        table = "exam_violation"
        indexes: tuple[Any, ...] = (
            Index(fields=("subject_id", "recorded_at", "id"), name="exam_violation_by_subject"),
            Index(fields=("office_id", "recorded_at", "id"), name="exam_violation_by_office"),
            Index(fields=("decider_id", "recorded_at", "id"), name="exam_violation_by_decider"),
            Index(fields=("jurisdiction_id", "recorded_at", "id"), name="exam_violation_by_jurisdiction"),
            Index(fields=("recorded_at", "id"), name="exam_violation_by_time"),
        )
        constraints = (
            CheckConstraint(check="about_person", name="exam_violation_is_about_a_person"),
            CheckConstraint(check=f"exam_kind IN {EXAM_KINDS}", name="exam_violation_kind_is_known"),
            CheckConstraint(check=f"state IN {VIOLATION_STATES}", name="exam_violation_state_is_known"),
            CheckConstraint(check=f"confirmation IN {CONFIRMATIONS}", name="exam_violation_confirmation_is_known"),
            CheckConstraint(check=f"retention IN {RETENTIONS}", name="exam_violation_retention_is_known"),
            CheckConstraint(
                check="state IN ('recorded', 'withdrawn') OR confirmation IS NOT NULL",
                name="exam_violation_goes_on_only_when_confirmed",
            ),
            CheckConstraint(
                check="confirmation IS DISTINCT FROM 'refused' OR witness IS NOT NULL",
                name="exam_violation_refusal_has_a_witness",
            ),
            CheckConstraint(
                check="state NOT IN ('decided', 'entered')"
                " OR num_nulls(decision_no, decided_on, retention, treatment) = 0",
                name="exam_violation_decision_is_whole",
            ),
            CheckConstraint(
                check="(retention = 'limited') = (retention_term IS NOT NULL AND retention_unit IS NOT NULL)",
                name="exam_violation_term_belongs_to_a_limit",
            ),
            CheckConstraint(
                check="(state = 'entered') = (entered_on IS NOT NULL)", name="exam_violation_entry_has_a_day"
            ),
            CheckConstraint(
                check="state <> 'entered' OR (retention = 'limited') = (retained_until IS NOT NULL)",
                name="exam_violation_limit_has_an_end",
            ),
            CheckConstraint(check="decided_by <> recorded_by", name="exam_violation_is_decided_by_another"),
            CheckConstraint(
                check="(state = 'withdrawn') = (withdrawal_reason IS NOT NULL)",
                name="exam_violation_withdrawn_says_why",
            ),
            CheckConstraint(check="version >= 1", name="exam_violation_version_is_positive"),
        )
