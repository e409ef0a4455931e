"""Applications for credit repair 信用修复申请: what was asked, found, promised and decided, by whom and when.

Finding, promise and decision are facts of their own, each with its person: nobody decides what he found or
applied for (谁认定、谁修复 names the office, not one official). That correction came in its period and that the
bad effect was removed are two facts with evidence each (厦门6); a late correction is told apart.
Source: 厦门6; 海沧7; 上海11; 信用修复管理办法; before it 2023年第58号令.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from domain.apart import APART
from domain.ids import new_id
from domain.privacy import Privacy, column, reference

OPEN_STATES = ("applied", "fulfilment_found", "signed")
REPAIR_STATES = (*OPEN_STATES, "granted", "refused", "withdrawn")

CORRECTION = (
    "CASE WHEN {t}.corrected_on IS NULL THEN 'pending' WHEN {t}.correction_due_on IS NULL THEN 'none_set'"
    " WHEN {t}.corrected_on <= {t}.correction_due_on THEN 'timely' ELSE 'late' END"
)
"""Whether the failing was corrected in the period prescribed; `none_set` cannot be assessed (厦门6)."""

PLATFORM = (
    "CASE WHEN {t}.state <> 'granted' THEN 'pending' WHEN {t}.platform_told_at IS NULL THEN"
    " CASE WHEN {t}.platform_due_on IS NULL AND NOT {t}.due_provisional THEN 'none_set' WHEN :today > {t}.platform_due_on THEN 'overdue'"
    " ELSE 'pending' END"
    " WHEN {t}.platform_due_on IS NULL THEN CASE WHEN {t}.due_provisional THEN 'pending' ELSE 'none_set' END"
    " WHEN ({t}.platform_told_at AT TIME ZONE 'Asia/Shanghai')::date <= {t}.platform_due_on THEN 'timely'"
    " ELSE 'late' END"
)
"""Whether the platform was told of a granted repair in time."""

_DISTINCT = APART["repair_application"]
"""Steps that are never one person's."""

_IS_DECIDED = "state IN ('granted', 'refused')"


class RepairApplication(Model):
    """An application for the repair 信用修复 of a published negative record and of what rests on it."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    record = reference("renxin.CreditRecord", "The record.")
    subject = reference("renxin.Subject", "The subject that applies.")
    about_person: bool = column(fields.BooleanField, "Whether the subject is a natural person.")
    jurisdiction = reference("renxin.Jurisdiction", "The division of the record.")
    office = reference(
        "renxin.Office", "The office that recognised the failing, which alone repairs it 谁认定、谁修复."
    )
    state: str = column(fields.TextField, "How far it has come.")
    procedure: str = column(fields.TextField, "Code of the procedure in force when it was applied for.")
    grounds: str = column(fields.TextField, "What the subject says for it 申请理由.", Privacy.CREDIT_DETAIL)
    applied_at: datetime = column(fields.DatetimeField, "When it was applied for.")
    minimum_until: date | None = column(
        fields.DateField, "Last day of the shortest publication; null where none is set or assessable.", null=True
    )
    correction_due_on: date | None = column(
        fields.DateField, "Last day of the period prescribed for correction; null where none is stored.", null=True
    )
    standard: str | None = column(
        fields.TextField, "Standard 认定标准 by which fulfilment was found.", Privacy.CREDIT_DETAIL, null=True
    )
    fulfilled_on: date | None = column(fields.DateField, "Day since which the duties are fulfilled.", null=True)
    fulfilment_evidence: str | None = column(
        fields.TextField, "Evidence of the fulfilment.", Privacy.CREDIT_DETAIL, null=True
    )
    corrected_on: date | None = column(fields.DateField, "Day on which the failing was corrected 纠正.", null=True)
    correction_evidence: str | None = column(
        fields.TextField, "Evidence of the correction.", Privacy.CREDIT_DETAIL, null=True
    )
    effect_removed_on: date | None = column(
        fields.DateField, "Day on which the bad effect was removed 消除不良影响; null while it lasts.", null=True
    )
    effect_evidence: str | None = column(
        fields.TextField, "Evidence that the bad effect was removed.", Privacy.CREDIT_DETAIL, null=True
    )
    criminal_proceedings: bool | None = column(
        fields.BooleanField,
        "Whether criminal proceedings were found; null before the finding.",
        Privacy.CREDIT_DETAIL,
        null=True,
    )
    repeated: bool | None = column(
        fields.BooleanField,
        "Whether the failing was found repeated; null before the finding.",
        Privacy.CREDIT_DETAIL,
        null=True,
    )
    other_conditions: str | None = column(
        fields.TextField, "Which other conditions of law were found met, or that there are none.",
        Privacy.CREDIT_DETAIL, null=True,
    )  # fmt: skip
    exit_standard: str | None = column(
        fields.TextField,
        "Standard by which its entries may leave their lists 退出标准.",
        Privacy.CREDIT_DETAIL,
        null=True,
    )
    found_at: datetime | None = column(fields.DatetimeField, "When the office made its finding 认定.", null=True)
    commitment = reference("renxin.Commitment", "The public commitment 信用承诺; null before it is signed.", null=True)
    signed_at: datetime | None = column(fields.DatetimeField, "When the commitment was signed.", null=True)
    decided_at: datetime | None = column(fields.DatetimeField, "When it was decided.", null=True)
    decision_reason: str | None = column(fields.TextField, "Reason of the decision.", Privacy.CREDIT_DETAIL, null=True)
    assessment: str | None = column(
        fields.TextField,
        "How conditions were judged for which no measure is set; null where each has one.",
        Privacy.CREDIT_DETAIL,
        null=True,
    )
    platform_due_on: date | None = column(
        fields.DateField,
        "Last day to tell the platform of the repair; null where no term is set, or while the calendar does not reach.",
        null=True,
    )
    due_provisional: bool = column(
        fields.BooleanField,
        "True when the term runs into a year whose holidays are not announced, or beyond the calendar.",
        default=False,
    )
    platform_told_at: datetime | None = column(fields.DatetimeField, "When the platform receipted it.", null=True)
    applied_by: UUID | None = column(fields.UUIDField, "Account that applied.", Privacy.INTERNAL, null=True)
    found_by: UUID | None = column(fields.UUIDField, "Account that made the finding.", Privacy.INTERNAL, null=True)
    signed_by: UUID | None = column(fields.UUIDField, "Account that signed.", Privacy.INTERNAL, null=True)
    decided_by: UUID | None = column(fields.UUIDField, "Account that decided.", Privacy.INTERNAL, null=True)

    class Meta:
        table = "repair_application"
        indexes: tuple[Any, ...] = (
            Index(fields=("record_id", "applied_at", "id"), name="repair_application_by_record"),
            Index(fields=("subject_id", "applied_at", "id"), name="repair_application_by_subject"),
            Index(fields=("office_id", "applied_at", "id"), name="repair_application_by_office"),
        )
        constraints = (
            CheckConstraint(check=f"state IN {REPAIR_STATES}", name="repair_application_state_is_known"),
            CheckConstraint(
                check=f"({_IS_DECIDED}) = (decided_at IS NOT NULL)", name="repair_application_decided_has_time"
            ),
            CheckConstraint(
                check=f"NOT ({_IS_DECIDED}) OR (decided_by IS NOT NULL AND decision_reason IS NOT NULL)",
                name="repair_application_decision_has_person_and_reason",
            ),
            CheckConstraint(
                check="state NOT IN ('fulfilment_found', 'signed', 'granted') OR (found_at IS NOT NULL"
                " AND found_by IS NOT NULL AND standard IS NOT NULL AND fulfilment_evidence IS NOT NULL"
                " AND corrected_on IS NOT NULL AND correction_evidence IS NOT NULL)",
                name="repair_application_rests_on_finding",
            ),
            CheckConstraint(
                check="(effect_removed_on IS NULL) = (effect_evidence IS NULL)",
                name="repair_application_effect_has_evidence",
            ),
            CheckConstraint(
                check="state NOT IN ('signed', 'granted') OR (signed_at IS NOT NULL AND commitment_id IS NOT NULL)",
                name="repair_application_rests_on_commitment",
            ),
            CheckConstraint(
                check="platform_told_at IS NULL OR state = 'granted'", name="repair_application_told_when_granted"
            ),
            *(
                CheckConstraint(check=f"{one} <> {other}", name=f"repair_application_{one}_is_not_{other}")
                for one, other in _DISTINCT
            ),
        )
