"""Activities 活动: trainings, meetings, publicity and material of the credit work, in one table.

What kinds there are, by which clause, is rulebook data; an activity is planned, then held with what came of it, or
cancelled. Numbers of people are counts: who attended a training that may be evidence is in `attendance`.
Source: 厦门6 (信用修复专题培训), 26 (系列宣传教育), 31 (专题汇报会); 海沧20 (宣传日、月), 21 (素材库); 十堰正文 (联席会议).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from domain.ids import new_id
from domain.privacy import Privacy, column, reference

ACTIVITY_CATEGORIES: Final = ("training", "meeting", "publicity", "material")
ACTIVITY_STATES: Final = ("planned", "held", "cancelled")


class Activity(Model):
    """An activity 活动 of the credit work: a training 培训, meeting 会议, publicity 宣传, or material 素材."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    jurisdiction = reference("renxin.Jurisdiction", "The division of the office.")
    office = reference("renxin.Office", "The office that holds it.")
    category: str = column(fields.TextField, "Training 培训, meeting 会议, publicity 宣传, or material 素材.")
    kind: str = column(fields.TextField, "Code of the kind within its category, e.g. credit_repair.")
    name: str = column(fields.TextField, "The kind in the words of the rulebook, e.g. 失信主体信用修复专题培训.")
    occasion: str | None = column(
        fields.TextField, "Code of the publicity day or month 宣传日(月) it belongs to; null where to none.", null=True
    )
    campaign = reference("renxin.Campaign", "The campaign 专项治理行动 it belongs to; null where to none.", null=True)
    title: str = column(fields.CharField, "What it is called.", max_length=200)
    on_day: date = column(fields.DateField, "The day it is held, or on which material entered the library.")
    agenda: str | None = column(fields.TextField, "Agenda 议程; null where none was given.", null=True)
    partners: list[str] = column(
        ArrayField, "Others that take part 参加单位: districts, associations, members of a joint meeting.",
        element_type="text", default=list,
    )  # fmt: skip
    basis: str = column(fields.TextField, "Document and clause 依据 of the kind.")
    state: str = column(fields.TextField, "Planned, held, or cancelled.")
    outcome: str | None = column(fields.TextField, "What came of it; null until it is held.", null=True)
    participants: int | None = column(fields.IntField, "How many people took part; null where not counted.", null=True)
    handouts: int | None = column(
        fields.IntField, "How many pieces of material were handed out; null where not counted.", null=True
    )
    reason: str | None = column(fields.TextField, "Why it was cancelled.", null=True)
    planned_by: UUID | None = column(fields.UUIDField, "Account that planned it.", Privacy.INTERNAL, null=True)
    planned_at: datetime = column(fields.DatetimeField, "When it was planned.")
    ended_by: UUID | None = column(
        fields.UUIDField, "Account that told that it was held, or cancelled it.", Privacy.INTERNAL, null=True
    )
    ended_at: datetime | None = column(
        fields.DatetimeField, "When it was told that it was held, or cancelled.", null=True
    )

    class Meta:
        table = "activity"
        indexes: tuple[Any, ...] = (
            Index(fields=("office_id", "on_day", "id"), name="activity_by_office"),
            Index(fields=("jurisdiction_id", "on_day", "id"), name="activity_by_place"),
            Index(fields=("campaign_id", "on_day", "id"), name="activity_by_campaign"),
        )
        constraints = (
            CheckConstraint(check=f"category IN {ACTIVITY_CATEGORIES}", name="activity_category_is_known"),
            CheckConstraint(check=f"state IN {ACTIVITY_STATES}", name="activity_state_is_known"),
            CheckConstraint(check="(state = 'planned') = (ended_at IS NULL)", name="activity_ended_has_its_time"),
            CheckConstraint(check="(state = 'held') = (outcome IS NOT NULL)", name="activity_held_tells_its_outcome"),
            CheckConstraint(check="participants >= 0 AND handouts >= 0", name="activity_counts_are_counts"),
        )
