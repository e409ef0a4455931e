"""Typical cases 典型案例: what an office collects, another of its people approves, and the city platform is pushed.

A case counts for the quota of its office when it was pushed and the platform's receipt is there. It may rest on a
published record or list entry: through that alone it names a subject, for whom that is shown, and no longer; its own
text names nobody.
Source: 厦门27 (征集推荐, 推送至市信用平台), 10 (信用典型案例 in the column); 海沧22; 新乡五(二) (典型, 曝光一批典型案例).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from domain.ids import new_id
from domain.privacy import Privacy, column, reference
from domain.registry.catalogue import POLARITIES

CASE_STATES = ("proposed", "approved", "rejected", "withdrawn")

COUNTS = "{t}.state = 'approved' AND {t}.platform_at IS NOT NULL"
"""Whether a case `{t}` counts for its quota today: pushed, receipted, not withdrawn (厦门27)."""


class TypicalCase(Model):
    """A typical case 典型案例 of an office: proposed, approved by another person, pushed to the city platform."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    jurisdiction = reference("renxin.Jurisdiction", "The division of the office.")
    office = reference("renxin.Office", "The office whose case it is, and for whose quota it counts.")
    field: str | None = column(
        fields.TextField, "Field 领域: 政务, 民生, 市场, or another; null where the text names none.", null=True
    )
    kind: str = column(fields.TextField, "Kind 类别 in the words of the rulebook, e.g. 信用应用, 诚信企业, 诚信经商.")
    polarity: str = column(fields.TextField, "Whether it holds up an exemplar 典型, exposes 曝光, or does neither.")
    title: str = column(fields.CharField, "Title; names nobody.", max_length=200)
    text: str = column(fields.TextField, "What happened and what came of it; names nobody.")
    record = reference("renxin.CreditRecord", "The published record that it tells of; null where none.", null=True)
    entry = reference("renxin.ListEntry", "The published list entry that it tells of; null where none.", null=True)
    basis: str = column(fields.TextField, "Document and clause 依据 under which cases are collected.")
    state: str = column(fields.TextField, "Proposed, approved and with it pushed, rejected, or withdrawn.")
    version: int = column(fields.IntField, "Version, from 1; every move adds one.", default=1)
    reason: str | None = column(fields.TextField, "Why it was rejected or withdrawn.", null=True)
    proposed_by: UUID | None = column(fields.UUIDField, "Account that proposed it.", Privacy.INTERNAL, null=True)
    proposed_at: datetime = column(fields.DatetimeField, "When it was proposed.")
    decided_by: UUID | None = column(
        fields.UUIDField, "Account that approved or rejected it.", Privacy.INTERNAL, null=True
    )
    decided_at: datetime | None = column(fields.DatetimeField, "When it was approved or rejected.", null=True)
    published_at: datetime | None = column(
        fields.DatetimeField,
        "When it was approved, and so published and pushed 推送; its day tells the year.",
        null=True,
    )
    platform_at: datetime | None = column(
        fields.DatetimeField, "When the city platform receipted it 回执; until then it counts for nothing.", null=True
    )
    withdrawn_at: datetime | None = column(fields.DatetimeField, "When it was withdrawn; it stops counting.", null=True)

    class Meta:
        table = "typical_case"
        indexes: tuple[Any, ...] = (
            Index(fields=("office_id", "published_at", "id"), name="typical_case_by_office"),
            Index(fields=("jurisdiction_id", "published_at", "id"), name="typical_case_by_place"),
        )
        constraints = (
            CheckConstraint(check=f"state IN {CASE_STATES}", name="typical_case_state_is_known"),
            CheckConstraint(check=f"polarity IN {POLARITIES}", name="typical_case_polarity_is_known"),
            CheckConstraint(check="decided_by <> proposed_by", name="typical_case_is_decided_by_another"),
            CheckConstraint(
                check="(state = 'proposed') = (decided_at IS NULL)", name="typical_case_decision_has_its_time"
            ),
            CheckConstraint(
                check="(state IN ('approved', 'withdrawn')) = (published_at IS NOT NULL)",
                name="typical_case_approved_is_published",
            ),
            CheckConstraint(
                check="(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="typical_case_withdrawn_has_its_time"
            ),
            CheckConstraint(
                check="platform_at IS NULL OR published_at IS NOT NULL", name="typical_case_receipted_was_pushed"
            ),
            CheckConstraint(check="record_id IS NULL OR entry_id IS NULL", name="typical_case_rests_on_one_thing"),
        )
