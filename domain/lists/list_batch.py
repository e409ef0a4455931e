"""Batches 批次: the entries of a list that an office hands in together, to be published as one.

A batch belongs to a period of the cycle that the rulebook sets (a quarter in Xinxiang), or is an extra one with
its reason; where a list has no cycle it is simply the next of its year. Which entries are in it stands beside
it. Source: 新乡三 (以季为周期发布), 四(一)1 (如遇特殊情况,可适当提高发布频度); 十堰 (453家“红名单”企业).
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

BATCH_STATES = ("opened", "submitted", "returned", "published", "withdrawn")
CYCLES = ("month", "quarter", "year")
CASE_DUTIES = ("required", "advised", "none")

IN_HAND = ("opened", "returned")
"""States in which its office may still change what is in it."""


class ListBatch(Model):
    """A batch 批次 of entries, by list, domain, office and period."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    credit_list = reference("renxin.CreditList", "The list; its polarity is the colour of the batch.")
    jurisdiction = reference("renxin.Jurisdiction", "The division of the list.")
    office = reference("renxin.Office", "The office that hands it in 报送单位.")
    publisher = reference("renxin.Office", "The office that publishes it 发布单位.")
    domain: str | None = column(
        fields.TextField, "Code of the domain 领域 (新乡三); null where the list has none.", null=True
    )
    cycle: str | None = column(
        fields.TextField, "Cycle 周期 that the rulebook sets: month, quarter, year; null where it sets none.", null=True
    )
    year: int = column(fields.IntField, "Year.")
    period: int | None = column(
        fields.IntField, "Month or quarter of the year; null where there is no such cycle.", null=True
    )
    number: int = column(fields.IntField, "0 for the regular batch of its period, from 1 for the others.")
    extra_reason: str | None = column(
        fields.TextField, "Why a batch beyond the cycle is published 特殊情况; null for the regular one.", null=True
    )
    state: str = column(fields.TextField, "How far it is.")
    round: int = column(fields.IntField, "Which time it is handed in, from 1; a return begins the next.", default=1)
    nothing_to_list: bool = column(
        fields.BooleanField, "Whether the office states that it has nothing to list 无新增.", default=False
    )
    case_duty: str = column(
        fields.TextField, "Whether a typical-case report with pictures is required, advised or not asked for (新乡三)."
    )
    basis: str = column(fields.TextField, "The rule it rests on.")
    due_on: date | None = column(fields.DateField, "Last day to hand it in; null where none is set.", null=True)
    due_provisional: bool = column(
        fields.BooleanField, "Whether that day rests on a provisional calendar.", default=False
    )
    period_ends_on: date | None = column(
        fields.DateField, "Last day of its period; null where there is none.", null=True
    )
    opened_at: datetime = column(fields.DatetimeField, "When it was opened.")
    submitted_at: datetime | None = column(fields.DatetimeField, "When it was handed in last 报送.", null=True)
    returned_at: datetime | None = column(fields.DatetimeField, "When it was returned last 退回.", null=True)
    return_reason: str | None = column(fields.TextField, "Why it was returned last.", Privacy.INTERNAL, null=True)
    published_at: datetime | None = column(fields.DatetimeField, "When it was published.", null=True)
    withdrawn_at: datetime | None = column(fields.DatetimeField, "When it was withdrawn 撤回.", null=True)
    withdrawal_reason: str | None = column(fields.TextField, "Public reason of the withdrawal.", null=True)
    opened_by: UUID | None = column(fields.UUIDField, "Account that opened it.", Privacy.INTERNAL, null=True)
    submitted_by: UUID | None = column(fields.UUIDField, "Account that handed it in.", Privacy.INTERNAL, null=True)
    returned_by: UUID | None = column(fields.UUIDField, "Account that returned it last.", Privacy.INTERNAL, null=True)
    published_by: UUID | None = column(fields.UUIDField, "Account that published it.", Privacy.INTERNAL, null=True)
    withdrawn_by: UUID | None = column(fields.UUIDField, "Account that withdrew it.", Privacy.INTERNAL, null=True)

    class Meta:
        table = "list_batch"
        indexes: tuple[Any, ...] = (
            Index(fields=("office_id", "opened_at", "id"), name="list_batch_by_office"),
            Index(fields=("publisher_id", "opened_at", "id"), name="list_batch_by_publisher"),
            Index(fields=("credit_list_id", "opened_at", "id"), name="list_batch_by_list"),
            Index(fields=("jurisdiction_id", "year", "period"), name="list_batch_by_period"),
            Index(fields=("opened_at", "id"), name="list_batch_by_day"),
        )
        constraints = (
            CheckConstraint(check=f"state IN {BATCH_STATES}", name="list_batch_state_is_known"),
            CheckConstraint(check=f"cycle IN {CYCLES}", name="list_batch_cycle_is_known"),
            CheckConstraint(check=f"case_duty IN {CASE_DUTIES}", name="list_batch_case_duty_is_known"),
            CheckConstraint(check="year BETWEEN 2000 AND 2200", name="list_batch_year_is_likely"),
            CheckConstraint(
                check="coalesce(cycle, 'year') = 'year' AND period IS NULL OR cycle = 'quarter' AND period BETWEEN 1 AND 4"
                " OR cycle = 'month' AND period BETWEEN 1 AND 12",
                name="list_batch_period_fits_cycle",
            ),
            CheckConstraint(check="number >= 0", name="list_batch_number_is_natural"),
            CheckConstraint(
                check="cycle IS NULL AND number > 0 OR (number = 0) = (extra_reason IS NULL)",
                name="list_batch_extra_has_reason",
            ),
            CheckConstraint(
                check="(state IN ('published', 'withdrawn')) = (published_at IS NOT NULL)",
                name="list_batch_published_has_time",
            ),
            CheckConstraint(
                check="(state = 'withdrawn') = (withdrawn_at IS NOT NULL AND withdrawal_reason IS NOT NULL)",
                name="list_batch_withdrawn_has_reason",
            ),
            CheckConstraint(
                check="(returned_at IS NULL) = (return_reason IS NULL)", name="list_batch_returned_has_reason"
            ),
            CheckConstraint(check="submitted_by <> published_by", name="list_batch_submitter_is_not_publisher"),
            CheckConstraint(check="opened_by <> published_by", name="list_batch_opener_is_not_publisher"),
        )


class ListBatchEntry(Model):
    """An entry's place in a batch 批次."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    batch = reference("renxin.ListBatch", "The batch.")
    entry = reference("renxin.ListEntry", "The entry.")
    subject = reference("renxin.Subject", "The subject on the list.")
    about_person: bool = column(fields.BooleanField, "Whether the subject is a natural person.")
    joined_at: datetime = column(fields.DatetimeField, "When it joined the batch.")
    dropped_at: datetime | None = column(
        fields.DatetimeField, "When it was taken out before the publication; null while it is in.", null=True
    )
    drop_reason: str | None = column(fields.TextField, "Why it was taken out.", Privacy.INTERNAL, null=True)

    class Meta:
        table = "list_batch_entry"
        indexes: tuple[Any, ...] = (
            Index(fields=("batch_id", "joined_at", "id"), name="list_batch_entry_by_batch"),
            Index(fields=("entry_id", "joined_at", "id"), name="list_batch_entry_by_entry"),
        )
        constraints = (
            CheckConstraint(
                check="(dropped_at IS NULL) = (drop_reason IS NULL)", name="list_batch_entry_dropped_has_reason"
            ),
        )
