"""Contracts of public bodies with enterprises, and how far they are fulfilled: the survey 摸底.

Source: 海沧24 (开展各级各部门与企业签约合同履约情况摸底,重点推动招商、政府招投标等领域合同履约工作).
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
from domain.privacy import Privacy, column, reference

FULFILMENTS: Final = ("under_way", "fulfilled", "overdue", "disputed", "ended")


class GovernmentContract(Model):
    """A contract 签约合同 of an office with an enterprise, as surveyed: under way, fulfilled, overdue, disputed, ended."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    jurisdiction = reference("renxin.Jurisdiction", "The division of the office.")
    office = reference("renxin.Office", "The office that signed it and surveys it.")
    subject = reference("renxin.Subject", "The enterprise.")
    field: str = column(fields.TextField, "Field 领域: 招商, 政府招投标, or another.")
    number: str = column(fields.CharField, "Number of the contract within the office.", max_length=100)
    title: str = column(fields.CharField, "What it is about; nothing personal.", Privacy.CREDIT, max_length=200)
    signed_on: date = column(fields.DateField, "Day on which it was signed.")
    due_on: date | None = column(
        fields.DateField, "Day by which the office performs; null where none is agreed.", null=True
    )
    fulfilment: str = column(fields.TextField, "How far the office has fulfilled it 履约情况.", Privacy.CREDIT)
    finding: str | None = column(fields.TextField, "What was found; nothing personal.", Privacy.CREDIT, null=True)
    basis: str = column(fields.TextField, "Document and clause 依据.")
    version: int = column(fields.IntField, "Version, from 1; every survey adds one.", default=1)
    surveyed_by: UUID | None = column(fields.UUIDField, "Account that surveyed it last.", Privacy.INTERNAL, null=True)
    surveyed_at: datetime = column(fields.DatetimeField, "When it was surveyed last.")

    class Meta:
        table = "government_contract"
        indexes: tuple[Any, ...] = (
            Index(fields=("office_id", "surveyed_at", "id"), name="government_contract_by_office"),
            Index(fields=("jurisdiction_id", "surveyed_at", "id"), name="government_contract_by_place"),
            Index(fields=("subject_id", "surveyed_at", "id"), name="government_contract_by_subject"),
        )
        constraints = (
            CheckConstraint(check=f"fulfilment IN {FULFILMENTS}", name="government_contract_fulfilment_is_known"),
            CheckConstraint(check="due_on >= signed_on", name="government_contract_days_in_order"),
            CheckConstraint(check="version >= 1", name="government_contract_version_is_positive"),
        )
