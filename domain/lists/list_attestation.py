"""Attestations: a named officer of each responsible office vouches for what an entry says.

They are awaited from every responsible office as a round of the entry begins, and given once.
Source: 新乡三 (对其真实性、准确性和合法性负责); 三.2 (two offices of one domain: both attest, a reading).
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
from domain.privacy import Privacy, column, reference


class ListAttestation(Model):
    """An attestation 核实签字: an officer of a responsible office vouches for truth, accuracy and legality of an entry."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    entry = reference("renxin.ListEntry", "The entry.")
    jurisdiction = reference("renxin.Jurisdiction", "The division of the list.")
    office = reference("renxin.Office", "The responsible office that attests.")
    round: int = column(fields.IntField, "The round of the entry it is for.")
    dimensions: list[str] = column(
        ArrayField,
        "What is vouched for: 真实性、准确性、合法性; empty while it is awaited.",
        element_type="text",
        default=list,
    )
    awaited_at: datetime = column(fields.DatetimeField, "Since when it is awaited.")
    attested_at: datetime | None = column(
        fields.DatetimeField, "When it was given; null while it is awaited.", null=True
    )
    officer: str | None = column(
        fields.TextField, "Name of the officer as the account has it.", Privacy.INTERNAL, null=True
    )
    attested_by: UUID | None = column(fields.UUIDField, "Account that attested.", Privacy.INTERNAL, null=True)

    class Meta:
        table = "list_attestation"
        indexes: tuple[Any, ...] = (Index(fields=("office_id", "awaited_at", "id"), name="list_attestation_by_office"),)
        constraints = (
            UniqueConstraint(fields=("entry_id", "round", "office_id"), name="list_attestation_is_unique"),
            CheckConstraint(
                check="(attested_at IS NULL) = (cardinality(dimensions) = 0)", name="list_attestation_given_has_content"
            ),
        )
