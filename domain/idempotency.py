"""Idempotency keys: the same mutation sent twice is carried out once and answered alike."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model

from domain.ids import new_id
from domain.privacy import Privacy, column


class IdempotencyKey(Model):
    """A key that a caller sent with a mutation, and what the mutation answered."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    account_id: UUID = column(fields.UUIDField, "The account that sent it.", Privacy.SECRET)
    mutation: str = column(fields.TextField, "Name of the mutation.", Privacy.SECRET)
    key: str = column(fields.CharField, "The key.", Privacy.SECRET, max_length=128)
    input_digest: str = column(fields.CharField, "SHA-256 of the input, hexadecimal.", Privacy.SECRET, max_length=64)
    answer: dict[str, Any] = column(fields.JSONField, "Ids of the rows of the answer.", Privacy.SECRET)
    at: datetime = column(fields.DatetimeField, "When it was carried out.", Privacy.SECRET)

    class Meta:
        table = "idempotency_key"
        constraints = (UniqueConstraint(fields=("account_id", "mutation", "key"), name="idempotency_key_is_unique"),)
