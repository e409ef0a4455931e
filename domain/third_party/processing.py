"""Contracts with third-party credit service providers as processors 委托处理: scope, term, and what ends with it.

A provider gets what the contract names of the office that entrusts it, about organisations, while the contract stands:
its rows are reached by no other way, so that with the last day everything ends. A number stands once among what was not
rejected, `processing_contract_is_entered_once`: one that was corrected is proposed again under its own.
Source: 厦门30 (购买第三方信用服务机构的产品); 个人信息保护法 21 (目的、期限、方式、种类、保护措施).
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

PROCESSING_STATES: Final = ("proposed", "approved", "rejected", "ended")

IN_FORCE: Final = "{t}.state = 'approved' AND :today BETWEEN {t}.valid_from AND {t}.valid_to"
"""Whether a contract `{t}` stands on a day: approved, not ended, within its term."""


class ProcessingContract(Model):
    """A contract by which an office entrusts processing 委托处理 to a third-party provider 第三方信用服务机构."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    jurisdiction = reference("renxin.Jurisdiction", "The division of the office.")
    office = reference("renxin.Office", "The office that entrusts and answers for it.")
    provider = reference("renxin.Office", "The provider 受托方.")
    number: str = column(fields.CharField, "Number of the contract within the office.", max_length=100)
    purpose: str = column(fields.TextField, "Purpose and manner 目的、方式 of the processing.")
    safeguards: str = column(fields.TextField, "Measures of protection 保护措施 that were agreed.", Privacy.INTERNAL)
    item_codes: list[str] = column(
        ArrayField, "Scope 范围: codes of the office's catalogue items.", element_type="text"
    )
    valid_from: date = column(fields.DateField, "First day.")
    valid_to: date = column(fields.DateField, "Last day; afterwards the provider gets nothing.")
    basis: str = column(fields.TextField, "Document and clause 依据.")
    state: str = column(fields.TextField, "Proposed, approved, rejected, or ended before its last day.")
    reason: str | None = column(fields.TextField, "Why it was rejected or ended.", null=True)
    proposed_by: UUID | None = column(fields.UUIDField, "Account that proposed it.", Privacy.INTERNAL, null=True)
    proposed_at: datetime = column(fields.DatetimeField, "When it was proposed.")
    decided_by: UUID | None = column(
        fields.UUIDField, "Account that approved or rejected it.", Privacy.INTERNAL, null=True
    )
    decided_at: datetime | None = column(fields.DatetimeField, "When it was approved or rejected.", null=True)
    ended_at: datetime | None = column(fields.DatetimeField, "When it was ended before its last day.", null=True)

    class Meta:
        table = "processing_contract"
        indexes: tuple[Any, ...] = (
            Index(fields=("office_id", "proposed_at", "id"), name="processing_contract_by_office"),
            Index(fields=("provider_id", "proposed_at", "id"), name="processing_contract_by_provider"),
            Index(fields=("jurisdiction_id", "proposed_at", "id"), name="processing_contract_by_place"),
        )
        constraints = (
            CheckConstraint(check=f"state IN {PROCESSING_STATES}", name="processing_contract_state_is_known"),
            CheckConstraint(check="valid_from <= valid_to", name="processing_contract_days_in_order"),
            CheckConstraint(check="cardinality(item_codes) > 0", name="processing_contract_has_a_scope"),
            CheckConstraint(check="decided_by <> proposed_by", name="processing_contract_is_decided_by_another"),
            CheckConstraint(
                check="(state = 'proposed') = (decided_at IS NULL)", name="processing_contract_decision_has_its_time"
            ),
            CheckConstraint(
                check="(state = 'ended') = (ended_at IS NOT NULL)", name="processing_contract_ended_has_its_time"
            ),
        )
