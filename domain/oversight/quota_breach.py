"""Quota breaches: a caller that asked for more than its quota, reported to the security officers.

In charge of one row per account, quota and day, however often it was refused on that day: the refusals themselves
are in the access log. An officer reviews it and notes what was found.
Source: 个人信息保护法 51, 54, 57; 河南省社会信用条例 39 (操作留痕可查).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain import lifecycle
from domain.errors import DomainError
from domain.ids import new_id
from domain.lifecycle import Transaction, machine
from domain.privacy import Privacy, column, reference
from domain.text import require_text

COUNTED = ("subjects", "requests")
PERIODS = ("minute", "day")
STATES = ("reported", "reviewed")
LONGEST_FINDING = 2_000

QUOTA_BREACH = machine("quota_breach", review=("reported", "reviewed"))


class OwnBreach(DomainError):
    """The breach is one of your own account: another officer reviews it."""

    code = "OWN_BREACH"
    zh = "超额的是您本人的账号：应由其他安全管理员核查。"


class QuotaBreach(Model):
    """A quota breach 超额查询: an account asked for more than its quota on a day."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    account_id: UUID = column(fields.UUIDField, "The account.", Privacy.INQUIRY)
    account_name: str = column(fields.TextField, "What the account is called.", Privacy.INQUIRY)
    role: str = column(fields.TextField, "The roles it asked under.")
    office = reference("renxin.Office", "The office it asked for.", null=True)
    counted: str = column(fields.TextField, "Of what: subjects resolved, or requests.")
    period: str = column(fields.TextField, "In which period: a minute, or a day.")
    most: int = column(fields.BigIntField, "How many the quota allows in the period.")
    day: date = column(fields.DateField, "The day.")
    reported_at: datetime = column(fields.DatetimeField, "When it was refused first.")
    state: str = column(fields.TextField, "State of the breach.")
    finding: str | None = column(fields.TextField, "What the review found.", Privacy.INQUIRY, null=True)
    reviewed_at: datetime | None = column(fields.DatetimeField, "When it was reviewed.", null=True)
    reviewed_by: UUID | None = column(fields.UUIDField, "Account that reviewed it.", Privacy.INQUIRY, null=True)

    class Meta:
        table = "quota_breach"
        indexes: tuple[Any, ...] = (Index(fields=("reported_at", "id"), name="quota_breach_by_time"),)
        constraints = (
            UniqueConstraint(fields=("account_id", "counted", "period", "day"), name="quota_breach_is_reported_once"),
            CheckConstraint(check=f"counted IN {COUNTED}", name="quota_breach_counted_is_known"),
            CheckConstraint(check=f"period IN {PERIODS}", name="quota_breach_period_is_known"),
            CheckConstraint(check=f"state IN {STATES}", name="quota_breach_state_is_known"),
            CheckConstraint(
                check="(state = 'reviewed') = (finding IS NOT NULL AND reviewed_at IS NOT NULL)",
                name="quota_breach_review_is_told",
            ),
            CheckConstraint(check="reviewed_by <> account_id", name="quota_breach_is_reviewed_by_another"),
        )


async def report(tx: Transaction, *, account_name: str, counted: str, period: str, most: int) -> UUID | None:
    """Report that the acting account asked for more than a quota of its own; None when that is known for the day."""
    actor = tx.actor
    known = "SELECT EXISTS (SELECT FROM quota_breach WHERE (account_id, counted, period, day) = ($1, $2, $3, $4))"
    if await tx.connection.fetchval(known, actor.account_id, counted, period, tx.today):
        return None
    values = {
        "account_id": actor.account_id, "account_name": account_name, "role": ",".join(actor.roles), "office_id": actor.office_id,
        "counted": counted, "period": period, "most": most, "day": tx.today, "reported_at": tx.now, "state": "reported",
    }  # fmt: skip
    return await lifecycle.create(tx, "quota_breach", "report", values)


async def review(tx: Transaction, row: Mapping[str, Any], *, finding: str) -> None:
    """Review a breach, noting what was found.

    Raises: OwnBreach; InvalidInput; StateConflict when it was reviewed before.
    """
    words = require_text("finding", finding, longest=LONGEST_FINDING)
    if row["account_id"] == tx.actor.account_id:
        raise OwnBreach
    changes = {"finding": words, "reviewed_at": tx.now, "reviewed_by": tx.actor.account_id}
    await lifecycle.move(tx, QUOTA_BREACH, "review", row["id"], changes)
