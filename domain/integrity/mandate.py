"""Mandates 责任: who answers for the credit work of a unit, and which units are in the leading group, from when to when.

A unit names its responsible leader 责任领导 and office 责任处室; the office that keeps the leading group 领导小组 its
member units. Rows are never overwritten: one ends, the next begins. Source: 海沧28; 厦门29.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.ids import new_id
from domain.privacy import Privacy, column, reference

MANDATE_KINDS: Final = ("responsibility", "group_member")

IN_FORCE: Final = "{t}.valid_from <= :today AND ({t}.valid_to IS NULL OR {t}.valid_to >= :today)"
"""Whether a mandate `{t}` holds on a day."""


class Mandate(Model):
    """A mandate: a unit's responsible leader and office 责任领导、责任处室, or its place in the leading group 领导小组."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    jurisdiction = reference("renxin.Jurisdiction", "The division of the unit.")
    office = reference("renxin.Office", "The office that named it.")
    unit = reference("renxin.Office", "The unit that answers, or is a member.")
    kind: str = column(fields.TextField, "Responsibility 责任分工, or member of the leading group 领导小组成员单位.")
    name: str | None = column(
        fields.CharField, "Name of the responsible leader; null for a member unit.", Privacy.PERSON_NAME,
        masked_by="masked_name", max_length=200, null=True,
    )  # fmt: skip
    masked_name: str | None = column(
        fields.TextField, "The name as shown without clearance.", Privacy.SECRET, null=True
    )
    post: str | None = column(fields.CharField, "Post 职务 of that leader.", max_length=200, null=True)
    section: str | None = column(fields.CharField, "The responsible office 责任处室.", max_length=200, null=True)
    division: str | None = column(
        fields.TextField, "Division of work 业务分工 within the unit; null where not told.", null=True
    )
    basis: str = column(fields.TextField, "Document and clause 依据.")
    valid_from: date = column(fields.DateField, "First day.")
    valid_to: date | None = column(fields.DateField, "Last day; null while it stands.", null=True)
    reason: str | None = column(fields.TextField, "Why it ended.", null=True)
    named_by: UUID | None = column(fields.UUIDField, "Account that named it.", Privacy.INTERNAL, null=True)
    named_at: datetime = column(fields.DatetimeField, "When it was entered.")

    class Meta:
        table = "mandate"
        indexes: tuple[Any, ...] = (
            Index(fields=("jurisdiction_id", "valid_from", "id"), name="mandate_by_place"),
            Index(fields=("office_id", "valid_from", "id"), name="mandate_by_office"),
        )
        constraints = (
            UniqueConstraint(fields=("unit_id", "kind", "valid_from"), name="mandate_begins_once"),
            CheckConstraint(check=f"kind IN {MANDATE_KINDS}", name="mandate_kind_is_known"),
            CheckConstraint(check="valid_to >= valid_from", name="mandate_days_in_order"),
            CheckConstraint(
                check="num_nulls(name, masked_name, post, section) = (CASE kind WHEN 'responsibility' THEN 0 ELSE 4 END)",
                name="mandate_responsibility_names_leader_and_office",
            ),
        )
