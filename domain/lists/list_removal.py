"""Removals 移出: the matters in which entries are taken off a list before their last day.

Three ways: a red entry after a verified violation (新乡四(四)), told by a record or a listing or stated by its
publisher, a black entry on the subject's application (新乡四(四); 人社部令第45号), an entry that meets the exit standard of its list (厦门3, 海沧7). What each way asks for,
in which order, is told by the rulebook; who took which step stands in columns.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from domain.apart import APART
from domain.ids import new_id
from domain.privacy import Privacy, column, reference

REMOVAL_WAYS = ("violation", "early", "standard_met")
BEGUN = ("raised", "applied", "proposed")
"""States in which each way begins: a task of the publisher, an application of the subject, a proposal of the office."""

OPEN = (*BEGUN, "reviewed", "decided", "filed")
REMOVAL_STATES = (*OPEN, "removed", "refused", "closed", "withdrawn", "lapsed")

NOT_ONE_PERSON = APART["list_removal"]
"""Pairs of steps that are never one person's: who asks does not decide, who finds does not delete."""


class ListRemoval(Model):
    """A removal 移出: the matter in which an entry is taken off its list before its last day."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    entry = reference("renxin.ListEntry", "The entry.")
    credit_list = reference("renxin.CreditList", "The list.")
    subject = reference("renxin.Subject", "The subject on the list.")
    about_person: bool = column(fields.BooleanField, "Whether the subject is a natural person.")
    jurisdiction = reference("renxin.Jurisdiction", "The division of the list.")
    office = reference("renxin.Office", "The office that answers for the publication 发布责任单位.")
    way: str = column(fields.TextField, "Why it may leave: a violation, early, or the exit standard met.")
    state: str = column(fields.TextField, "How far it is on its way.")
    procedure: str = column(fields.TextField, "Code of the procedure it follows.")
    basis: str = column(fields.TextField, "The rule it rests on.")
    cause = reference(
        "renxin.CreditRecord",
        "The record of the violation; null on the other ways, and for a violation that is told by a listing or stated.",
        null=True,
    )
    cause_entry = reference(
        "renxin.ListEntry", "The listing against the subject that tells of the violation; null otherwise.", null=True
    )
    statements: dict[str, str] = column(
        fields.JSONField,
        "What is stated 说明, by the words of the condition it is stated to: each condition of an early removal, the exit"
        " standard 退出标准 met, or the violation; empty where a task was raised without words.",
        Privacy.CREDIT_DETAIL,
        default=dict,
    )
    corrected_on: date | None = column(
        fields.DateField, "Day of the correction 改正之日, where a term runs from it.", null=True
    )
    opened_at: datetime = column(fields.DatetimeField, "When it was raised, applied for or proposed.")
    due_on: date | None = column(fields.DateField, "Last day to decide; null where none is set.", null=True)
    due_provisional: bool = column(
        fields.BooleanField, "Whether that day rests on a provisional calendar.", default=False
    )
    bars_found: list[str] | None = column(
        ArrayField,
        "Which bars 不得提前移出的情形 of the rule were found; null where it was not looked for any.",
        element_type="text",
        null=True,
    )
    decided_at: datetime | None = column(
        fields.DatetimeField, "When it was decided that the entry leaves; null where no step decides.", null=True
    )
    filed_with = reference("renxin.Office", "The office it was filed with 报备; null where it was not.", null=True)
    filed_at: datetime | None = column(fields.DatetimeField, "When it was filed.", null=True)
    removed_at: datetime | None = column(fields.DatetimeField, "When the entry was removed.", null=True)
    ended_at: datetime | None = column(
        fields.DatetimeField, "When it ended without a removal; null otherwise.", null=True
    )
    ending_reason: str | None = column(
        fields.TextField, "Why it ended without a removal.", Privacy.CREDIT_DETAIL, null=True
    )
    announcement_asked: bool = column(
        fields.BooleanField, "Whether an exit announcement 退出公告 is asked for.", default=False
    )
    channel: str | None = column(
        fields.TextField, "Channel on which the list is published, and its exit announced.", null=True
    )
    announced_at: datetime | None = column(
        fields.DatetimeField, "When the exit was announced on that channel; null while it was not.", null=True
    )
    opinion: str | None = column(fields.TextField, "Opinion 审查意见 of the review.", Privacy.INTERNAL, null=True)
    opened_by: UUID | None = column(
        fields.UUIDField, "Account that applied or proposed; null for a task.", Privacy.INTERNAL, null=True
    )
    reviewed_by: UUID | None = column(fields.UUIDField, "Account that reviewed 审查.", Privacy.INTERNAL, null=True)
    decided_by: UUID | None = column(fields.UUIDField, "Account that decided.", Privacy.INTERNAL, null=True)
    filed_by: UUID | None = column(fields.UUIDField, "Account that filed it.", Privacy.INTERNAL, null=True)
    removed_by: UUID | None = column(fields.UUIDField, "Account that removed the entry.", Privacy.INTERNAL, null=True)
    ended_by: UUID | None = column(fields.UUIDField, "Account that ended it otherwise.", Privacy.INTERNAL, null=True)
    announced_by: UUID | None = column(fields.UUIDField, "Account that announced it.", Privacy.INTERNAL, null=True)

    class Meta:
        table = "list_removal"
        indexes: tuple[Any, ...] = (
            Index(fields=("entry_id", "opened_at", "id"), name="list_removal_by_entry"),
            Index(fields=("subject_id", "opened_at", "id"), name="list_removal_by_subject"),
            Index(fields=("office_id", "opened_at", "id"), name="list_removal_by_office"),
            Index(fields=("jurisdiction_id", "opened_at", "id"), name="list_removal_by_jurisdiction"),
        )
        constraints = (
            CheckConstraint(check=f"way IN {REMOVAL_WAYS}", name="list_removal_way_is_known"),
            CheckConstraint(check=f"state IN {REMOVAL_STATES}", name="list_removal_state_is_known"),
            CheckConstraint(
                check="num_nonnulls(cause_id, cause_entry_id) <= CASE WHEN way = 'violation' THEN 1 ELSE 0 END"
                " AND (state <> 'raised' OR num_nonnulls(cause_id, cause_entry_id) = 1)",
                name="list_removal_violation_has_cause",
            ),
            CheckConstraint(
                check="(state = 'removed') = (removed_at IS NOT NULL)", name="list_removal_removed_has_time"
            ),
            CheckConstraint(
                check="(state IN ('refused', 'closed', 'withdrawn', 'lapsed'))"
                " = (ended_at IS NOT NULL AND ending_reason IS NOT NULL)",
                name="list_removal_ended_has_reason",
            ),
            CheckConstraint(check="decided_by IS NULL OR decided_at IS NOT NULL", name="list_removal_decided_has_time"),
            CheckConstraint(
                check="announced_at IS NULL OR state = 'removed'", name="list_removal_announced_when_removed"
            ),
            CheckConstraint(
                check="(filed_at IS NULL) = (filed_with_id IS NULL)", name="list_removal_filed_with_somebody"
            ),
            *(
                CheckConstraint(check=f"{one} <> {other}", name=f"list_removal_{one}_is_not_{other}")
                for one, other in NOT_ONE_PERSON
            ),
        )
