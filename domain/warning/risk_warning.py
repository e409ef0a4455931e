"""Risk warnings 风险预警: that an enterprise runs a risk, with exactly the records behind it, and what was done about it.

A warning is no credit record: it is in no public or partner answer and in no report. The subject is told of it, sees
what it rests on, and may contest it; no one closes or dismisses one while its contest awaits an answer.
Source: 海沧14 (按照行业信用结果，开展企业信用风险预警; 采取告知、约谈、培训等措施); 个人信息保护法 24.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.ids import new_id
from domain.privacy import Privacy, column, reference
from domain.warning.screening import PATTERNS

RISK_WARNING_STATES = ("open", "acted", "followed_up", "closed", "dismissed")
UNDER_WAY = ("open", "acted", "followed_up")
RISK_WARNING_SOURCES = ("screening", "evaluation")
ACTION_KINDS = ("inform", "interview", "train")


class RiskWarning(Model):
    """A risk warning 风险预警 about an enterprise: internal, told to it, contestable; no credit record."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    subject = reference("renxin.Subject", "The enterprise warned of.")
    about_person: bool = column(fields.BooleanField, "Whether the subject is a natural person.", default=False)
    jurisdiction = reference("renxin.Jurisdiction", "The division under whose rulebook it was made.")
    office = reference("renxin.Office", "The office that answers for it.")
    source: str = column(fields.TextField, "Whether it comes from a screening or from an industry evaluation.")
    screening = reference("renxin.Screening", "The screening that found it; null for an evaluation.", null=True)
    pattern: str | None = column(fields.TextField, "Pattern that was found; null for an evaluation.", null=True)
    field_office = reference(
        "renxin.Office",
        "Office whose field 领域 it is, where it is one field: each unit answers for its own.",
        null=True,
    )
    evaluation: str | None = column(
        fields.TextField,
        "The evaluation result 行业信用评价结果 it starts from, as the office cites it; null for a screening.",
        Privacy.CREDIT,
        null=True,
    )
    records_count: int = column(fields.IntField, "How many records are behind it.")
    fields_count: int = column(fields.IntField, "In how many fields they are.")
    risk: str = column(fields.TextField, "The risk, as the subject is told it 主要风险.", Privacy.CREDIT)
    basis: str = column(fields.TextField, "Document and clause of the warning.")
    state: str = column(fields.TextField, "Open, acted upon, followed up, closed or dismissed.")
    raised_at: datetime = column(fields.DatetimeField, "When it was raised.")
    raised_by: UUID | None = column(fields.UUIDField, "Account that raised it.", Privacy.INTERNAL, null=True)
    contested_at: datetime | None = column(fields.DatetimeField, "When the subject contested it.", null=True)
    contest_grounds: str | None = column(
        fields.TextField, "What the subject says against it.", Privacy.CREDIT_DETAIL, null=True
    )
    contested_by: UUID | None = column(fields.UUIDField, "Account that contested it.", Privacy.INTERNAL, null=True)
    contest_answered_at: datetime | None = column(fields.DatetimeField, "When that was answered.", null=True)
    contest_answer: str | None = column(fields.TextField, "The office's answer.", Privacy.CREDIT_DETAIL, null=True)
    contest_answered_by: UUID | None = column(
        fields.UUIDField, "Account that answered it; never who raised the warning.", Privacy.INTERNAL, null=True
    )
    ended_at: datetime | None = column(fields.DatetimeField, "When it was closed or dismissed.", null=True)
    ending_reason: str | None = column(fields.TextField, "Why it ended.", Privacy.CREDIT, null=True)
    ended_by: UUID | None = column(fields.UUIDField, "Account that ended it.", Privacy.INTERNAL, null=True)

    class Meta:
        table = "risk_warning"
        indexes: tuple[Any, ...] = (
            Index(fields=("subject_id", "raised_at", "id"), name="risk_warning_by_subject"),
            Index(fields=("office_id", "raised_at", "id"), name="risk_warning_by_office"),
            Index(fields=("jurisdiction_id", "raised_at", "id"), name="risk_warning_by_jurisdiction"),
            Index(fields=("screening_id", "raised_at", "id"), name="risk_warning_by_screening"),
        )
        constraints = (
            CheckConstraint(check=f"state IN {RISK_WARNING_STATES}", name="risk_warning_state_is_known"),
            CheckConstraint(check=f"source IN {RISK_WARNING_SOURCES}", name="risk_warning_source_is_known"),
            CheckConstraint(check=f"pattern IN {PATTERNS}", name="risk_warning_pattern_is_known"),
            CheckConstraint(
                check="(source = 'screening') = (screening_id IS NOT NULL AND pattern IS NOT NULL)",
                name="risk_warning_screened_names_its_run",
            ),
            CheckConstraint(
                check="(source = 'evaluation') = (evaluation IS NOT NULL)",
                name="risk_warning_evaluated_cites_the_result",
            ),
            CheckConstraint(
                check="(state IN ('closed', 'dismissed')) = (ended_at IS NOT NULL AND ending_reason IS NOT NULL)",
                name="risk_warning_ended_says_why",
            ),
            CheckConstraint(
                check="(contested_at IS NULL) = (contest_grounds IS NULL)", name="risk_warning_contest_is_whole"
            ),
            CheckConstraint(
                check="(contest_answered_at IS NULL) = (contest_answer IS NULL)"
                " AND (contest_answered_at IS NULL OR contested_at IS NOT NULL)",
                name="risk_warning_answer_is_whole",
            ),
            CheckConstraint(
                check="ended_at IS NULL OR contested_at IS NULL OR contest_answered_at IS NOT NULL",
                name="risk_warning_ends_answered",
            ),
            CheckConstraint(check="contest_answered_by <> raised_by", name="risk_warning_answered_by_another"),
        )


class RiskWarningRecord(Model):
    """A credit record behind a risk warning 预警依据."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    warning = reference("renxin.RiskWarning", "The risk warning.")
    record = reference("renxin.CreditRecord", "The credit record.")
    subject = reference("renxin.Subject", "The subject of both.")

    class Meta:
        table = "risk_warning_record"
        constraints = (UniqueConstraint(fields=("warning_id", "record_id"), name="risk_warning_record_is_unique"),)


class RiskWarningAction(Model):
    """What an office did because of a risk warning: informed 告知, interviewed 约谈 or trained 培训, and what came of it."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    warning = reference("renxin.RiskWarning", "The risk warning.")
    subject = reference("renxin.Subject", "The subject of the warning.")
    office = reference("renxin.Office", "The office that acted.")
    kind: str = column(fields.TextField, "Inform, interview or train.")
    note: str = column(fields.TextField, "What was done.", Privacy.CREDIT_DETAIL)
    taken_at: datetime = column(fields.DatetimeField, "When it was done.")
    taken_by: UUID | None = column(fields.UUIDField, "Account that did it.", Privacy.INTERNAL, null=True)
    result: str | None = column(
        fields.TextField, "What came of it; null until followed up.", Privacy.CREDIT_DETAIL, null=True
    )
    followed_up_at: datetime | None = column(fields.DatetimeField, "When it was followed up.", null=True)
    followed_up_by: UUID | None = column(fields.UUIDField, "Account that did.", Privacy.INTERNAL, null=True)

    class Meta:
        table = "risk_warning_action"
        indexes: tuple[Any, ...] = (
            Index(fields=("warning_id", "taken_at", "id"), name="risk_warning_action_by_warning"),
        )
        constraints = (
            CheckConstraint(check=f"kind IN {ACTION_KINDS}", name="risk_warning_action_kind_is_known"),
            CheckConstraint(
                check="(result IS NULL) = (followed_up_at IS NULL)", name="risk_warning_action_result_is_whole"
            ),
        )
