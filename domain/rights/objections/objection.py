"""Objections 异议: somebody says that a credit record or a list entry is wrong, and what came of it.

A row holds the way its objection goes, as the rulebooks laid it down on the day of receipt, with the last day and
the instant of each step, who took it, and the outcome. What it is about is one column per noun, so that further
nouns may be contested. While an objection is open, what it is about is shown as disputed.
Source: 厦门5, 9; 海沧6; 新乡四(三); 上海10; 上海市社会信用条例36; 河南省社会信用条例28, 41.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.ids import new_id
from domain.privacy import Privacy, column, reference

VERBS: Final = ("mark", "forward", "verify", "decide", "report", "correct", "tell")
"""Steps that a way may have, in the order in which they can follow each other."""

OBJECTION_STATES: Final = (
    "received",
    "marked",
    "forwarded",
    "verified",
    "decided",
    "reported",
    "awaiting_correction",
    "corrected",
    "told",
    "withdrawn",
)
ORIGINS: Final = ("subject", "agent", "platform")
OUTCOMES: Final = ("rejected", "amended", "withdrawn")

TARGETS: Final = {"credit_record": "record_id", "list_entry": "entry_id"}
"""What may be contested: by noun, the column that refers to it."""

MARKING_VERBS: Final = ("file", "appeal", "withdraw", "decide", "correct")
"""Moves with which the mark 有异议 comes or goes."""

OPEN: Final = "{t}.settled_at IS NULL"
"""Whether an objection `{t}` is open: neither settled nor withdrawn."""

IS_LATE: Final = "coalesce({t}.due_on < :today AND ({t}.paused_since IS NULL OR {t}.due_on < {t}.paused_since), FALSE)"
"""Whether a step of an objection `{t}` that is still to be taken is overdue; a clock that stands runs no further."""


def disputed(noun: str) -> str:
    """Give the SQL condition that a row `{t}` of a noun is disputed 有异议: an objection to it is open."""
    return (
        f"EXISTS (SELECT FROM objection open WHERE open.{TARGETS[noun]} = {{t}}.id AND {OPEN.replace('{t}', 'open')})"
    )


class Objection(Model):
    """An objection 异议 to a credit record or a list entry, on one ground, with its way, its clocks and its outcome."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    subject = reference("renxin.Subject", "The subject of what is contested.")
    about_person: bool = column(fields.BooleanField, "Whether the subject is a natural person.")
    jurisdiction = reference("renxin.Jurisdiction", "The division under whose rulebook it is settled.")
    office = reference("renxin.Office", "The office that produced what is contested, to which it is routed.")
    intake_office = reference(
        "renxin.Office", "The office at which it was filed, where that is another one.", null=True
    )
    platform_office = reference(
        "renxin.Office", "The office that corrects the publishing platform; null where none is named.", null=True
    )
    next_office = reference("renxin.Office", "The office whose step is next; null when there is none.", null=True)
    record = reference("renxin.CreditRecord", "The contested credit record; null where it is another thing.", null=True)
    entry = reference("renxin.ListEntry", "The contested list entry; null where it is another thing.", null=True)
    review_of = reference(
        "renxin.Objection", "The objection whose outcome it asks a higher authority to review 复核.", null=True
    )
    earlier = reference(
        "renxin.Objection", "The first objection on the same ground, where this one brings new facts.", null=True
    )
    state: str = column(fields.TextField, "How far it is on its way.")
    origin: str = column(fields.TextField, "Who filed it: the subject, its authorised agent, or the platform.")
    ground: str = column(fields.TextField, "Ground 异议事由, a word of the rulebook.", Privacy.CREDIT)
    statement: str = column(
        fields.TextField, "What is said to be wrong, in the objector's words.", Privacy.CREDIT_DETAIL
    )
    new_facts: str | None = column(
        fields.TextField, "What is new since an earlier objection on the ground.", Privacy.CREDIT_DETAIL, null=True
    )
    received_on: date = column(fields.DateField, "Day of receipt 收到申请, with which the clocks start.")
    filed_at: datetime = column(fields.DatetimeField, "When it was entered here.")
    procedure: dict[str, Any] = column(
        fields.JSONField,
        "The way as it was laid down on the day of receipt: each step with its actor, term, clause, quote, reading.",
        default=dict,
    )
    steps: list[str] = column(ArrayField, "The steps of the way, in order.", element_type="text", default=list)
    timed_steps: list[str] = column(
        ArrayField, "Those of the steps for which a term is set.", element_type="text", default=list
    )
    distinct_persons: bool = column(
        fields.BooleanField, "Whether another person must decide than verified.", default=True
    )
    next_step: str | None = column(fields.TextField, "The step that comes next; null when there is none.", null=True)
    due_on: date | None = column(
        fields.DateField,
        "The earliest last day among the steps still to be taken; null where no clock runs.",
        null=True,
    )
    due_provisional: bool = column(
        fields.BooleanField, "True when a due day runs into a year whose holidays are not announced.", default=False
    )
    mark_due_on: date | None = column(fields.DateField, "Last day to mark it 标注.", null=True)
    forward_due_on: date | None = column(fields.DateField, "Last day to forward it 转交.", null=True)
    verify_due_on: date | None = column(fields.DateField, "Last day to verify 核查.", null=True)
    decide_due_on: date | None = column(fields.DateField, "Last day to decide 处理.", null=True)
    report_due_on: date | None = column(fields.DateField, "Last day to report the opinion 报送处理意见.", null=True)
    correct_due_on: date | None = column(fields.DateField, "Last day to correct the platform 修改更正.", null=True)
    tell_due_on: date | None = column(fields.DateField, "Last day to tell the objector 告知.", null=True)
    marked_at: datetime | None = column(fields.DatetimeField, "When it was marked 标注.", null=True)
    forwarded_at: datetime | None = column(
        fields.DatetimeField, "When it was forwarded to the office that produced it 转交.", null=True
    )
    verified_at: datetime | None = column(fields.DatetimeField, "When it was verified 核查.", null=True)
    decided_at: datetime | None = column(fields.DatetimeField, "When it was decided 处理.", null=True)
    reported_at: datetime | None = column(fields.DatetimeField, "When the opinion was reported 报送.", null=True)
    corrected_at: datetime | None = column(
        fields.DatetimeField, "When the correction on the platform was confirmed.", null=True
    )
    told_at: datetime | None = column(fields.DatetimeField, "When the objector was told 告知.", null=True)
    withdrawn_at: datetime | None = column(
        fields.DatetimeField, "When the objector withdrew the objection 撤回异议.", null=True
    )
    settled_at: datetime | None = column(
        fields.DatetimeField, "When the outcome stood or the objection was withdrawn, and the mark went.", null=True
    )
    paused_since: date | None = column(
        fields.DateField, "First day on which the clock stands still; null while it runs.", null=True
    )
    finding: str | None = column(
        fields.TextField, "What the verification found 核查结果.", Privacy.CREDIT_DETAIL, null=True
    )
    outcome: str | None = column(
        fields.TextField,
        "Outcome: rejected, or what was contested was amended or withdrawn; null while undecided.",
        null=True,
    )
    decision_reason: str | None = column(
        fields.TextField, "Reason of the decision 理由.", Privacy.CREDIT_DETAIL, null=True
    )
    notice: str | None = column(
        fields.TextField, "What the objector was told 告知书, in Chinese.", Privacy.CREDIT_DETAIL, null=True
    )
    own_act_reason: str | None = column(
        fields.TextField,
        "Why somebody had to decide about his own act; null where nobody did.",
        Privacy.INTERNAL,
        null=True,
    )
    filed_by: UUID | None = column(fields.UUIDField, "Account that filed it.", Privacy.INTERNAL, null=True)
    verified_by: UUID | None = column(fields.UUIDField, "Account that verified.", Privacy.INTERNAL, null=True)
    decided_by: UUID | None = column(fields.UUIDField, "Account that decided.", Privacy.INTERNAL, null=True)
    corrected_by: UUID | None = column(
        fields.UUIDField, "Account that confirmed the correction.", Privacy.INTERNAL, null=True
    )

    class Meta:
        table = "objection"
        indexes: tuple[Any, ...] = (
            Index(fields=("subject_id", "filed_at", "id"), name="objection_by_subject"),
            Index(fields=("office_id", "filed_at", "id"), name="objection_by_office"),
            Index(fields=("jurisdiction_id", "filed_at", "id"), name="objection_by_jurisdiction"),
            Index(fields=("next_office_id", "due_on"), name="objection_by_turn"),
            Index(fields=("record_id", "filed_at", "id"), name="objection_by_record"),
            Index(fields=("entry_id", "filed_at", "id"), name="objection_by_entry"),
        )
        constraints = (
            UniqueConstraint(fields=("review_of_id",), name="objection_reviewed_once"),
            CheckConstraint(check=f"state IN {OBJECTION_STATES}", name="objection_state_is_known"),
            CheckConstraint(check=f"origin IN {ORIGINS}", name="objection_origin_is_known"),
            CheckConstraint(check=f"outcome IN {OUTCOMES}", name="objection_outcome_is_known"),
            CheckConstraint(
                check=f"num_nonnulls({', '.join(TARGETS.values())}) = 1", name="objection_is_about_one_thing"
            ),
            CheckConstraint(
                check="(outcome IS NULL) = (decided_at IS NULL) AND (outcome IS NULL) = (decision_reason IS NULL)",
                name="objection_decided_has_outcome",
            ),
            CheckConstraint(
                check="(state = 'withdrawn') = (withdrawn_at IS NOT NULL) AND (withdrawn_at IS NULL OR outcome IS NULL)",
                name="objection_withdrawn_is_undecided",
            ),
            CheckConstraint(
                check="settled_at IS NULL OR outcome IS NOT NULL OR withdrawn_at IS NOT NULL",
                name="objection_settled_has_outcome",
            ),
            CheckConstraint(
                check="(outcome IS DISTINCT FROM 'rejected' AND withdrawn_at IS NULL) OR settled_at IS NOT NULL",
                name="objection_rejected_is_settled",
            ),
            CheckConstraint(
                check="NOT distinct_persons OR verified_by <> decided_by", name="objection_decided_by_another"
            ),
            CheckConstraint(check="paused_since IS NULL OR decided_at IS NULL", name="objection_decided_is_not_paused"),
        )


class ObjectionPause(Model):
    """A time 期间 during which the clock of an objection stands still, for an appraisal that the law names."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    objection = reference("renxin.Objection", "The objection.")
    subject = reference("renxin.Subject", "The subject of the objection.", Privacy.SECRET)
    about_person: bool = column(fields.BooleanField, "Whether the subject is a natural person.", Privacy.SECRET)
    office = reference("renxin.Office", "The office that has the appraisal made.")
    kind: str = column(fields.TextField, "Kind of appraisal, a word of the law, e.g. 鉴定.")
    reason: str = column(fields.TextField, "What is appraised, and by whom.", Privacy.CREDIT_DETAIL)
    basis: str = column(fields.TextField, "The rule that lets the clock stop 依据.")
    from_on: date = column(fields.DateField, "First day that is not counted.")
    until_on: date | None = column(fields.DateField, "Last day that is not counted; null while it lasts.", null=True)
    began_at: datetime = column(fields.DatetimeField, "When it was entered.")
    begun_by: UUID | None = column(fields.UUIDField, "Account that entered it.", Privacy.INTERNAL, null=True)

    class Meta:
        table = "objection_pause"
        indexes: tuple[Any, ...] = (Index(fields=("objection_id", "from_on", "id"), name="objection_pause_by_day"),)
        constraints = (
            CheckConstraint(check="until_on IS NULL OR until_on >= from_on", name="objection_pause_days_in_order"),
        )
