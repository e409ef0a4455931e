"""Grades 信用等级: the result of an evaluation of a subject under a scheme, on that scheme's own scale.

In charge of the columns and of what may never be: one person who proposes and publishes, one who publishes and looks
at it again when it is contested, two grades of a subject in force under one scheme. A grade without a value waits for
a person: what the rules leave open is never filled in by a program.
Source: 厦门12–16; 十堰正文; 新乡三.4; 海沧13; 个人信息保护法24.
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
from domain.lifecycle import machine
from domain.privacy import Privacy, column, reference

NOUN: Final = "grade"
GRADE_STATES: Final = ("undetermined", "proposed", "rejected", "published", "contested", "superseded", "withdrawn")
METHODS: Final = ("entered", "computed", "determined")

MACHINE: Final = machine(
    NOUN,
    determine=("undetermined", "proposed"),  # a person says what the rules leave open
    publish=("proposed", "published"),  # another person; the subject is told
    reject=(("undetermined", "proposed"), "rejected"),
    contest=("published", "contested"),  # the subject asks a person to look again
    uphold=("contested", "published"),
    withdraw=(("published", "contested"), "withdrawn"),
    supersede=(("published", "contested"), "superseded"),  # by the publication of the next one
)

IN_FORCE: Final = "{t}.state IN ('published', 'contested')"
"""Whether a grade `{t}` holds today; one that is contested holds until it is decided."""

OPEN: Final = "{t}.state IN ('undetermined', 'proposed')"
"""Whether a grade `{t}` waits for somebody."""


class Grade(Model):
    """A grade 信用等级 of a subject under an evaluation scheme, with its basis, on the scheme's own scale."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    subject = reference("renxin.Subject", "The subject evaluated.")
    about_person: bool = column(fields.BooleanField, "Whether the subject is a natural person.")
    jurisdiction = reference("renxin.Jurisdiction", "The division of the office.")
    office = reference("renxin.Office", "The office that evaluates and answers for the result.")
    scheme: str = column(fields.CharField, "Code of the evaluation scheme in the rulebook.", max_length=64)
    scheme_name: str = column(fields.TextField, "Name of the scheme 评价名称.")
    value: str | None = column(
        fields.CharField,
        "The grade, on the scheme's own scale; null while the rules leave it open.",
        Privacy.CREDIT,
        max_length=20,
        null=True,
    )
    previous_value: str | None = column(
        fields.CharField, "The grade in force before it; null without one.", Privacy.CREDIT, max_length=20, null=True
    )
    evaluated_on: date = column(fields.DateField, "The day for which it was evaluated.")
    period: str | None = column(
        fields.CharField, "Period evaluated 评价周期 as the office names it.", max_length=50, null=True
    )
    method: str = column(
        fields.TextField, "Entered by the office with its basis, computed, or determined where the rules leave it open."
    )
    basis: str = column(fields.TextField, "What it rests on 依据: in words, no personal data.", Privacy.CREDIT_DETAIL)
    findings: dict[str, Any] | None = column(
        fields.JSONField,
        "How it was computed: indicators, points, vetoes, what is not known; null where it was entered.",
        Privacy.CREDIT_DETAIL,
        null=True,
    )
    clause: str = column(fields.TextField, "Document and clause under which it is evaluated 依据条款.")
    paper = reference("renxin.ScoringPaper", "The scoring paper it was computed by; null without one.", null=True)
    run = reference("renxin.GradeRun", "The run that proposed it; null where it was proposed alone.", null=True)
    push_ordered: bool = column(fields.BooleanField, "Whether its clause orders the push to the city platform 推送.")
    disclosure: str = column(fields.TextField, "How far it is shown once published.")
    state: str = column(fields.TextField, "How far it has come; what holds today is told by `inForce`.")
    version: int = column(fields.IntField, "Version, from 1; every move adds one.", default=1)
    proposed_at: datetime = column(fields.DatetimeField, "When it was proposed.")
    proposed_by: UUID | None = column(
        fields.UUIDField, "Account that proposed or determined it.", Privacy.INTERNAL, null=True
    )
    published_at: datetime | None = column(
        fields.DatetimeField, "When it was published and the subject was told.", null=True
    )
    published_by: UUID | None = column(
        fields.UUIDField, "Account that published it; another than proposed it.", Privacy.INTERNAL, null=True
    )
    contested_at: datetime | None = column(fields.DatetimeField, "When its subject contested it.", null=True)
    contested_by: UUID | None = column(fields.UUIDField, "Account that contested it.", Privacy.INTERNAL, null=True)
    grounds: str | None = column(
        fields.TextField, "Why its subject contests it 理由.", Privacy.CREDIT_DETAIL, null=True
    )
    answered_at: datetime | None = column(
        fields.DatetimeField, "When a person looked at it again and answered.", null=True
    )
    answered_by: UUID | None = column(
        fields.UUIDField, "Account that answered; another than published it.", Privacy.INTERNAL, null=True
    )
    answer: str | None = column(fields.TextField, "The answer to its subject 答复.", Privacy.CREDIT_DETAIL, null=True)
    ended_at: datetime | None = column(
        fields.DatetimeField, "When it was superseded, withdrawn or rejected.", null=True
    )
    ended_by: UUID | None = column(
        fields.UUIDField, "Account that withdrew or rejected it, or published the next.", Privacy.INTERNAL, null=True
    )
    end_reason: str | None = column(
        fields.TextField, "Why it was withdrawn or rejected.", Privacy.CREDIT_DETAIL, null=True
    )

    class Meta:
        table = NOUN
        indexes: tuple[Any, ...] = (
            Index(fields=("subject_id", "proposed_at", "id"), name="grade_by_subject"),
            Index(fields=("office_id", "proposed_at", "id"), name="grade_by_office"),
            Index(fields=("jurisdiction_id", "proposed_at", "id"), name="grade_by_jurisdiction"),
            Index(fields=("run_id", "proposed_at", "id"), name="grade_by_run"),
        )
        constraints = (
            CheckConstraint(check=f"state IN {GRADE_STATES}", name="grade_state_is_known"),
            CheckConstraint(check=f"method IN {METHODS}", name="grade_method_is_known"),
            CheckConstraint(check="version >= 1", name="grade_version_is_positive"),
            CheckConstraint(check="published_by <> proposed_by", name="grade_is_published_by_another"),
            CheckConstraint(check="answered_by <> published_by", name="grade_is_answered_by_another"),
            CheckConstraint(
                check="value IS NOT NULL OR state IN ('undetermined', 'rejected')", name="grade_has_value_unless_open"
            ),
            CheckConstraint(
                check="(published_at IS NOT NULL) = (state IN ('published', 'contested', 'superseded', 'withdrawn'))",
                name="grade_published_has_time",
            ),
            CheckConstraint(
                check="(ended_at IS NOT NULL) = (state IN ('rejected', 'superseded', 'withdrawn'))",
                name="grade_ended_has_time",
            ),
            CheckConstraint(
                check="(contested_at IS NULL) = (grounds IS NULL) AND (state <> 'contested' OR contested_at IS NOT NULL)",
                name="grade_contested_has_grounds",
            ),
            CheckConstraint(
                check="(answered_at IS NULL) = (answer IS NULL) AND (answered_at IS NULL OR contested_at IS NOT NULL)",
                name="grade_answer_answers_something",
            ),
        )
