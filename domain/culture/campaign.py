"""Campaigns 专项治理行动: a topic's or several topics' special action of a place over a period, by its offices.

Records and cases are tagged by the office that answers for them; a tag changes nothing of what it is put on, and what
it is put on tells nothing of it to others. Source: 厦门19 (three topics); 海沧15 (ten); 十堰正文 (two).
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

CAMPAIGN_STATES: Final = ("opened", "closed")


class Campaign(Model):
    """A campaign 专项治理行动 of a place: topics, period, offices."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    jurisdiction = reference("renxin.Jurisdiction", "The division in which it runs.")
    office = reference("renxin.Office", "The office that opened it and closes it.")
    name: str = column(fields.CharField, "What it is called.", max_length=200)
    topics: list[str] = column(ArrayField, "Topics 主题 in the words of the rulebook.", element_type="text")
    office_codes: list[str] = column(
        ArrayField, "Codes of the offices 责任单位 that take part; empty: every office of the place.",
        element_type="text", default=list,
    )  # fmt: skip
    from_on: date = column(fields.DateField, "First day.")
    to_on: date = column(fields.DateField, "Last day.")
    basis: str = column(fields.TextField, "Document and clause 依据.")
    state: str = column(fields.TextField, "Opened or closed.")
    summary: str | None = column(fields.TextField, "What came of it; null until it is closed.", null=True)
    opened_by: UUID | None = column(fields.UUIDField, "Account that opened it.", Privacy.INTERNAL, null=True)
    opened_at: datetime = column(fields.DatetimeField, "When it was opened.")
    closed_by: UUID | None = column(fields.UUIDField, "Account that closed it.", Privacy.INTERNAL, null=True)
    closed_at: datetime | None = column(fields.DatetimeField, "When it was closed.", null=True)

    class Meta:
        table = "campaign"
        indexes: tuple[Any, ...] = (Index(fields=("jurisdiction_id", "from_on", "id"), name="campaign_by_place"),)
        constraints = (
            CheckConstraint(check=f"state IN {CAMPAIGN_STATES}", name="campaign_state_is_known"),
            CheckConstraint(check="from_on <= to_on", name="campaign_days_in_order"),
            CheckConstraint(check="cardinality(topics) > 0", name="campaign_has_a_topic"),
            CheckConstraint(
                check="(state = 'closed') = (closed_at IS NOT NULL AND summary IS NOT NULL)",
                name="campaign_closed_says_what_came_of_it",
            ),
        )


class CampaignTag(Model):
    """A tag 标注 that puts a record or case of an office under a campaign; it changes nothing of that."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    campaign = reference("renxin.Campaign", "The campaign.")
    jurisdiction = reference("renxin.Jurisdiction", "The division of the campaign.")
    office = reference("renxin.Office", "The office whose record or case it is, which tags it.")
    record = reference("renxin.CreditRecord", "The record that is tagged; null where it is a case.", null=True)
    case = reference("renxin.TypicalCase", "The case that is tagged; null where it is a record.", null=True)
    topic: str = column(fields.TextField, "Which topic of the campaign it belongs to.")
    tagged_by: UUID | None = column(fields.UUIDField, "Account that tagged it.", Privacy.INTERNAL, null=True)
    tagged_at: datetime = column(fields.DatetimeField, "When it was tagged.")
    untagged_at: datetime | None = column(
        fields.DatetimeField, "When the tag was taken off; null while it stands.", null=True
    )

    class Meta:
        table = "campaign_tag"
        indexes: tuple[Any, ...] = (
            Index(fields=("campaign_id", "tagged_at", "id"), name="campaign_tag_by_campaign"),
            Index(fields=("office_id", "tagged_at", "id"), name="campaign_tag_by_office"),
        )
        constraints = (
            CheckConstraint(check="(record_id IS NULL) <> (case_id IS NULL)", name="campaign_tag_is_on_one_thing"),
            CheckConstraint(check="untagged_at >= tagged_at", name="campaign_tag_times_in_order"),
        )
