"""Policy versions and the authority fence.

A version is a set of structured rows that two officers answer for; one version is active. `Authority` holds one
row whose epoch counts every activation, change of an assignment and revocation: each statement of a request
carries the epoch it was planned under and returns nothing when it is no longer the current one.

The database itself keeps four eyes: a version is approved by nobody who proposed it, wrote in it or gains by it,
and authority points to no version that is not active. Exempt are versions that the owner of the database brings in
(shipped, operator), and going back to an old version where that only takes away.
Source: 厦门5, 上海12 (protection of credit information; staff answer for tampering); separation of duties.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.ids import new_id
from domain.lifecycle import machine
from domain.privacy import Privacy, column, reference

VERSION_STATES = ("drafted", "proposed", "approved", "active", "superseded", "rejected")
ORIGINS = ("shipped", "operator", "officer")

VERSION = machine(
    "policy_version",
    edit=("drafted", None),
    propose=("drafted", "proposed"),
    approve=("proposed", "approved"),
    reject=(("drafted", "proposed", "approved"), "rejected"),
    activate=("approved", "active"),
    supersede=("active", "superseded"),
)
"""What may happen to a version; going back to an old one writes a new one with its lines."""


class PolicyVersion(Model):
    """A version of the access policy 权限策略版本, from its draft to what replaced it."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    number: int = column(fields.IntField, "Number of the version, from 1.")
    state: str = column(fields.TextField, "State: drafted, proposed, approved, active, superseded or rejected.")
    origin: str = column(
        fields.TextField, "Who brought it in: shipped with the package, operator, or officer.", db_default="officer"
    )
    note: str = column(fields.TextField, "What it changes and why.")
    policy_text: str = column(fields.TextField, "Its lines as a file (CSV), comments included.")
    digest: str = column(fields.TextField, "SHA-256 of its lines.")
    base = reference("renxin.PolicyVersion", "The version it was drafted from.", null=True)
    restores = reference("renxin.PolicyVersion", "The earlier version whose lines it brings back.", null=True)
    narrows: bool = column(
        fields.BooleanField, "Whether it goes back to an earlier version and only takes away by it.", db_default=False
    )
    authors: list[UUID] = column(
        ArrayField, "Accounts that wrote in the draft.", Privacy.SECRET, element_type="uuid", default=list
    )
    beneficiaries: list[UUID] = column(
        ArrayField, "Accounts that gain by it.", Privacy.SECRET, element_type="uuid", default=list
    )
    drafted_by = reference("renxin.Account", "Who drafted it; null for what an operator brought in.", null=True)
    drafted_at: datetime = column(fields.DatetimeField, "When it was drafted.")
    proposed_by = reference("renxin.Account", "Who proposed it.", null=True)
    proposed_at: datetime | None = column(fields.DatetimeField, "When it was proposed.", null=True)
    approved_by = reference("renxin.Account", "The second officer, who approved it.", null=True)
    approved_at: datetime | None = column(fields.DatetimeField, "When it was approved.", null=True)
    activated_at: datetime | None = column(fields.DatetimeField, "When it became active.", null=True)
    superseded_at: datetime | None = column(fields.DatetimeField, "When another became active.", null=True)
    decision: str | None = column(fields.TextField, "What was said when it was approved or rejected.", null=True)

    class Meta:
        table = "policy_version"
        constraints = (
            UniqueConstraint(fields=("number",), name="policy_version_number_is_unique"),
            UniqueConstraint(fields=("id", "number", "state"), name="policy_version_is_referable_by_state"),
            CheckConstraint(check=f"state IN {VERSION_STATES}", name="policy_version_state_is_known"),
            CheckConstraint(check=f"origin IN {ORIGINS}", name="policy_version_origin_is_known"),
            CheckConstraint(
                check="origin <> 'officer' OR state IN ('drafted', 'proposed', 'rejected')"
                " OR (proposed_by_id IS NOT NULL AND approved_by_id IS NOT NULL)"
                " OR (narrows AND restores_id IS NOT NULL AND proposed_by_id IS NOT NULL)",
                name="policy_version_has_two_officers",
            ),
            CheckConstraint(
                check="approved_by_id <> proposed_by_id AND approved_by_id <> ALL(authors)"
                " AND approved_by_id <> ALL(beneficiaries)",
                name="policy_version_approver_is_another",
            ),
            CheckConstraint(
                check="proposed_by_id <> ALL(beneficiaries)", name="policy_version_proposer_does_not_benefit"
            ),
        )


class PolicyRow(Model):
    """A line of a policy version 权限策略行, written when the version is proposed and never changed."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    version = reference("renxin.PolicyVersion", "The version.")
    line: int = column(fields.IntField, "Number of the line, from 1.")
    kind: str = column(fields.TextField, "p grant, c clearance, g inheritance, r role, t policy case.")
    cells: list[str] = column(ArrayField, "The cells of the line.", element_type="text")

    class Meta:
        table = "policy_row"
        indexes: tuple[Any, ...] = (Index(fields=("version_id", "line"), name="policy_row_by_version"),)
        constraints = (
            UniqueConstraint(fields=("version_id", "line"), name="policy_row_line_is_unique"),
            CheckConstraint(check="kind IN ('p', 'c', 'g', 'r', 't')", name="policy_row_kind_is_known"),
        )


class Authority(Model):
    """The one row that says which policy version is active, and the epoch of all authority."""

    id: int = column(fields.IntField, "Always 1.", primary_key=True, generated=False)
    version = reference("renxin.PolicyVersion", "The active version.")
    policy_version: int = column(fields.IntField, "Its number.")
    policy_state: str = column(fields.TextField, "Its state: active.", db_default="active")
    epoch: int = column(fields.BigIntField, "Counts every change of authority.")

    class Meta:
        table = "authority"
        constraints = (
            CheckConstraint(check="id = 1", name="authority_is_one_row"),
            CheckConstraint(check="policy_state = 'active'", name="authority_is_of_an_active_version"),
        )
