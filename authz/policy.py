"""Policy versions and the authority fence.

A version is a set of structured rows; one version is active. `Authority` holds one row whose epoch counts
every activation, change of an assignment and revocation: each statement of a request carries the epoch
it was planned under and returns nothing when it is no longer the current one.
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
from domain.privacy import column, reference


class PolicyVersion(Model):
    """A version of the access policy."""

    id: int = column(fields.IntField, "Number of the version, from 1.", primary_key=True, generated=False)
    note: str = column(fields.TextField, "What it changes and why.")
    digest: str = column(fields.TextField, "SHA-256 of its lines.")
    activated_at: datetime | None = column(fields.DatetimeField, "When it became active.", null=True)

    class Meta:
        table = "policy_version"


class PolicyRow(Model):
    """A line of a policy version: a grant (p), a clearance (c) or an inheritance of roles (g)."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    version = reference("renxin.PolicyVersion", "The version.")
    line: int = column(fields.IntField, "Number of the line, from 1.")
    kind: str = column(fields.TextField, "p grant, c clearance, g inheritance.")
    cells: list[str] = column(ArrayField, "The cells of the line.", element_type="text")

    class Meta:
        table = "policy_row"
        indexes: tuple[Any, ...] = (Index(fields=("version_id", "line"), name="policy_row_by_version"),)
        constraints = (
            UniqueConstraint(fields=("version_id", "line"), name="policy_row_line_is_unique"),
            CheckConstraint(check="kind IN ('p', 'c', 'g')", name="policy_row_kind_is_known"),
        )


class Authority(Model):
    """The one row that says which policy version is active, and the epoch of all authority."""

    id: int = column(fields.IntField, "Always 1.", primary_key=True, generated=False)
    policy_version = reference("renxin.PolicyVersion", "The active version.")
    epoch: int = column(fields.BigIntField, "Counts every change of authority.")

    class Meta:
        table = "authority"
        constraints = (CheckConstraint(check="id = 1", name="authority_is_one_row"),)
