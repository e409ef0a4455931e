"""Exemption items 失信惩戒豁免行为: acts of a field that go unpunished when minor, occasional and against a commitment.

The texts order such lists and say neither what is on them nor what 偶发 means, so an item cannot be without
either: it names the act, when it is minor, and how many earlier ones within how many months still leave it
occasional. The office in charge of the field keeps its list; one person proposes, another approves. A code stands once
among what was not rejected: `exemption_item_is_unique`.
Source: 海沧2 (编制各行业(领域)失信惩戒豁免行为清单).
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

ITEM_STATES = ("proposed", "approved", "rejected")
MOST_EARLIER = 12
LONGEST_WINDOW = 120

IN_FORCE = (
    "{t}.state = 'approved' AND ({t}.valid_from IS NULL OR {t}.valid_from <= :today)"
    " AND ({t}.valid_to IS NULL OR {t}.valid_to >= :today)"
)
"""Whether an item `{t}` may be used on a day."""


class ExemptionItem(Model):
    """An act on the list of acts that go unpunished 失信惩戒豁免行为清单, kept by the office in charge of the field."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    jurisdiction = reference("renxin.Jurisdiction", "The division whose list it is on.")
    office = reference("renxin.Office", "The office in charge of the field, which alone exempts under it.")
    catalogue_item = reference("renxin.CatalogueItem", "Catalogue item 目录条目 of the records it may be used for.")
    code: str = column(fields.CharField, "Code of the item within the office's list.", max_length=64)
    industry: str = column(fields.CharField, "Industry or field 行业(领域).", max_length=100)
    act: str = column(fields.CharField, "The act 行为 that may go unpunished.", max_length=200)
    minor_when: str = column(fields.CharField, "When the act is minor 轻微, in words.", max_length=500)
    most_earlier: int = column(
        fields.IntField,
        "How many earlier failings within the window still leave it occasional 偶发; 0: the first only.",
    )
    window_months: int = column(fields.IntField, "The window 期间, in months before the day of the decision.")
    legal_basis: str = column(fields.CharField, "Basis 依据 of the exemption in the law of the field.", max_length=500)
    state: str = column(
        fields.TextField, "Proposed, approved or rejected; whether it is in force is told by `inForce`."
    )
    valid_from: date | None = column(fields.DateField, "First day of validity; null when none is named.", null=True)
    valid_to: date | None = column(fields.DateField, "Last day of validity; null when none is named.", null=True)
    reason: str | None = column(fields.TextField, "Why it was rejected, or ended.", null=True)
    proposed_by: UUID = column(fields.UUIDField, "Account that proposed it.", Privacy.INTERNAL)
    proposed_at: datetime = column(fields.DatetimeField, "When it was proposed.")
    decided_by: UUID | None = column(
        fields.UUIDField, "Account that approved or rejected it.", Privacy.INTERNAL, null=True
    )
    decided_at: datetime | None = column(fields.DatetimeField, "When it was approved or rejected.", null=True)

    class Meta:
        table = "exemption_item"
        indexes: tuple[Any, ...] = (Index(fields=("office_id", "code"), name="exemption_item_by_office"),)
        constraints = (
            CheckConstraint(check=f"state IN {ITEM_STATES}", name="exemption_item_state_is_known"),
            CheckConstraint(check=f"most_earlier BETWEEN 0 AND {MOST_EARLIER}", name="exemption_item_most_is_sensible"),
            CheckConstraint(
                check=f"window_months BETWEEN 1 AND {LONGEST_WINDOW}", name="exemption_item_window_is_sensible"
            ),
            CheckConstraint(check="decided_by <> proposed_by", name="exemption_item_is_decided_by_another"),
            CheckConstraint(
                check="(state = 'proposed') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL)",
                name="exemption_item_decision_has_person_and_time",
            ),
            CheckConstraint(check="valid_to >= valid_from", name="exemption_item_days_in_order"),
        )
