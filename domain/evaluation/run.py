"""Runs 批量评价: the results of a scheme for many subjects at once, their differences listed before they hold.

In charge of the columns. Who proposes a run does not publish it; only what differs from the grade in force is
written. Source: 厦门12, 13 (组织开展…评价工作); 个人信息保护法24.
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

NOUN: Final = "grade_run"
RUN_STATES: Final = ("proposed", "published", "discarded")

MACHINE: Final = machine(NOUN, publish=("proposed", "published"), discard=("proposed", "discarded"))


class GradeRun(Model):
    """A run 批量评价 of a scheme for a day: how many change from which grade to which, told before it is published."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    jurisdiction = reference("renxin.Jurisdiction", "The division of the office.")
    office = reference("renxin.Office", "The office that evaluates.")
    scheme: str = column(fields.CharField, "Code of the evaluation scheme in the rulebook.", max_length=64)
    scheme_name: str = column(fields.TextField, "Name of the scheme 评价名称.")
    paper = reference("renxin.ScoringPaper", "The scoring paper it computes by; null without one.", null=True)
    evaluated_on: date = column(fields.DateField, "The day for which it evaluates.")
    clause: str = column(fields.TextField, "Document and clause under which it evaluates.")
    subjects: int = column(fields.IntField, "How many subjects it has results for.")
    unchanged: int = column(fields.IntField, "How many keep their grade: nothing is written for them.")
    changed: int = column(fields.IntField, "How many get another grade, or their first.")
    undetermined: int = column(fields.IntField, "How many are left open: a person determines each.")
    waiting: int = column(fields.IntField, "How many are left out, as another proposal about them waits.")
    changes: list[dict[str, Any]] = column(
        fields.JSONField,
        "Each change with its count: `from` (null: no grade before), `to` (null: left open), `count`.",
        Privacy.CREDIT,
    )
    state: str = column(fields.TextField, "Proposed, published or discarded.")
    version: int = column(fields.IntField, "Version, from 1; every move adds one.", default=1)
    proposed_at: datetime = column(fields.DatetimeField, "When it was proposed.")
    proposed_by: UUID | None = column(fields.UUIDField, "Account that proposed it.", Privacy.INTERNAL, null=True)
    decided_at: datetime | None = column(fields.DatetimeField, "When it was published or discarded.", null=True)
    published_by: UUID | None = column(
        fields.UUIDField, "Account that published it; another than proposed it.", Privacy.INTERNAL, null=True
    )
    reason: str | None = column(fields.TextField, "Why it was discarded.", Privacy.CREDIT_DETAIL, null=True)

    class Meta:
        table = NOUN
        indexes: tuple[Any, ...] = (
            Index(fields=("office_id", "proposed_at", "id"), name="grade_run_by_office"),
            Index(fields=("jurisdiction_id", "proposed_at", "id"), name="grade_run_by_jurisdiction"),
        )
        constraints = (
            CheckConstraint(check=f"state IN {RUN_STATES}", name="grade_run_state_is_known"),
            CheckConstraint(check="published_by <> proposed_by", name="grade_run_is_published_by_another"),
            CheckConstraint(check="(state = 'proposed') = (decided_at IS NULL)", name="grade_run_decided_has_time"),
            CheckConstraint(check="(state = 'discarded') = (reason IS NOT NULL)", name="grade_run_discarded_says_why"),
        )
