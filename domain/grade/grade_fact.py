"""Facts that grades rest on, as rows: who produced them, when they happened or held, when they stood in the books.

One table for all kinds, with the kinds as data: an arrears complaint 欠薪投诉 with what came of it, a finding of arrears
欠薪认定 (with the evidence of serious circumstances), an inspection, a deposit 工资保证金, one of the five systems 五项制度, the
kind of enterprise. A row is a version: an amendment ends it and makes another, so that every past day can be told.
Source: 十堰正文 (15333; 劳动用工、工资支付情况作为企业诚信评价的重要依据); 厦门8 (谁产生,谁提供、谁负责).
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
from domain.rulebook.vocabulary import GRADE_FACTS, LASTING_FACTS

GRADE_FACT_STATES = ("recorded", "amended", "withdrawn")
GRADE_FACT_OUTCOMES = tuple(dict.fromkeys(outcome for outcomes in GRADE_FACTS.values() for outcome in outcomes))

IN_FORCE = "{t}.state = 'recorded' AND ({t}.holds_until IS NULL OR {t}.holds_until >= :today)"
"""Whether a fact `{t}` stands in the books and holds today, or merely happened."""

_OUTCOMES = " OR ".join(
    f"(kind = '{kind}' AND outcome IN ({', '.join(repr(one) for one in outcomes)}))"
    for kind, outcomes in GRADE_FACTS.items()
)
_LASTING = ", ".join(repr(kind) for kind in sorted(LASTING_FACTS))


class GradeFact(Model):
    """A fact 等级评价事实 that a subject's grade rests on, in one version."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    subject = reference("renxin.Subject", "The organisation it is about.")
    jurisdiction = reference("renxin.Jurisdiction", "The division whose evaluation it enters.")
    office = reference("renxin.Office", "The office that produced it and answers for it 谁产生、谁负责.")
    kind: str = column(
        fields.TextField, "What it is: a complaint, a finding, a deposit, a system, a kind of enterprise."
    )
    outcome: str = column(fields.TextField, "What came of it, in the words of its kind.", Privacy.CREDIT)
    code: str | None = column(
        fields.TextField,
        "Which system 制度, or which indicator 指标, as the scheme calls it.",
        Privacy.CREDIT,
        null=True,
    )
    project: str | None = column(
        fields.TextField, "The project 项目 it is about; null for the whole unit.", Privacy.CREDIT_DETAIL, null=True
    )
    number: str | None = column(
        fields.TextField, "Number of its document 文号, e.g. of the complaint.", Privacy.CREDIT, null=True
    )
    amount: int | None = column(fields.IntField, "Amount of a deposit, in yuan.", Privacy.CREDIT, null=True)
    evidence: str | None = column(
        fields.TextField,
        "What it rests on 依据材料; a finding of serious arrears has some.",
        Privacy.CREDIT_DETAIL,
        null=True,
    )
    occurred_on: date = column(fields.DateField, "Day on which it happened, or from which on it holds.", Privacy.CREDIT)
    holds_until: date | None = column(
        fields.DateField, "Last day on which it holds; null while it does, and of what merely happened.", Privacy.CREDIT,
        null=True,
    )  # fmt: skip
    state: str = column(fields.TextField, "Recorded, or ended by an amendment or a withdrawal.")
    version: int = column(fields.IntField, "Version of the fact, from 1; every amendment makes another.", default=1)
    replaces = reference("renxin.GradeFact", "The version that it amends; null for the first.", null=True)
    recorded_at: datetime = column(fields.DatetimeField, "When this version was recorded.")
    recorded_on: date = column(fields.DateField, "Day in China on which it was recorded: known from then on.")
    recorded_by: UUID | None = column(fields.UUIDField, "Account that recorded it.", Privacy.INTERNAL, null=True)
    ended_at: datetime | None = column(fields.DatetimeField, "When it was amended or withdrawn.", null=True)
    ended_on: date | None = column(
        fields.DateField, "Day on which it was amended or withdrawn: not known any more from then on.", null=True
    )
    ended_by: UUID | None = column(
        fields.UUIDField, "Account that amended or withdrew it.", Privacy.INTERNAL, null=True
    )

    class Meta:
        table = "grade_fact"
        indexes: tuple[Any, ...] = (
            Index(fields=("subject_id", "recorded_at", "id"), name="grade_fact_by_subject"),
            Index(fields=("office_id", "recorded_at", "id"), name="grade_fact_by_office"),
            Index(fields=("jurisdiction_id", "recorded_at", "id"), name="grade_fact_by_jurisdiction"),
        )
        constraints = (
            CheckConstraint(check=f"state IN {GRADE_FACT_STATES}", name="grade_fact_state_is_known"),
            CheckConstraint(check=_OUTCOMES, name="grade_fact_outcome_is_of_its_kind"),
            CheckConstraint(check="version >= 1", name="grade_fact_version_is_positive"),
            CheckConstraint(
                check="(version = 1) = (replaces_id IS NULL)", name="grade_fact_amendment_names_the_amended"
            ),
            CheckConstraint(
                check="(state = 'recorded') = (ended_at IS NULL) AND (ended_at IS NULL) = (ended_on IS NULL)",
                name="grade_fact_ended_has_time",
            ),
            CheckConstraint(
                check=f"holds_until IS NULL OR kind IN ({_LASTING})", name="grade_fact_what_happens_ends_at_once"
            ),
            CheckConstraint(check="holds_until >= occurred_on", name="grade_fact_days_are_in_order"),
            CheckConstraint(check="occurred_on <= recorded_on", name="grade_fact_is_no_forecast"),
            CheckConstraint(check="ended_on >= recorded_on", name="grade_fact_ends_after_it_begins"),
            CheckConstraint(
                check="(code IS NOT NULL) = (kind IN ('labour_system', 'indicator'))",
                name="grade_fact_code_is_of_its_kind",
            ),
            CheckConstraint(
                check="amount IS NULL OR (kind = 'wage_deposit' AND amount >= 0)", name="grade_fact_amount_is_a_deposit"
            ),
            CheckConstraint(
                check="outcome <> 'serious' OR evidence IS NOT NULL", name="grade_fact_serious_has_evidence"
            ),
        )
