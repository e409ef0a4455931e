"""The outbox: what must be told to others, written in the same transaction as the change it tells of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from domain.ids import new_id
from domain.lifecycle import Transaction
from domain.privacy import Privacy, column


class OutboxEvent(Model):
    """An event 推送 to be delivered at least once, ordered per row."""

    id: UUID = column(
        fields.UUIDField, "Identifier, and the idempotency id of the delivery.", primary_key=True, default=new_id
    )
    at: datetime = column(fields.DatetimeField, "When it happened.")
    object: str = column(fields.TextField, "The noun.")
    object_id: UUID = column(fields.UUIDField, "Which row.")
    verb: str = column(fields.TextField, "What was done.")
    version: int = column(fields.IntField, "Version of the row after it.")
    subject_id: UUID | None = column(fields.UUIDField, "The subject concerned.", Privacy.SECRET, null=True)
    payload: dict[str, Any] = column(fields.JSONField, "What is told.", Privacy.SECRET)
    taken_up_at: datetime | None = column(
        fields.DatetimeField, "When the push took it up as a delivery; null where it has not or need not.", null=True
    )

    class Meta:
        table = "outbox_event"
        indexes: tuple[Any, ...] = (Index(fields=("object_id", "id"), name="outbox_event_by_object"),)


async def announce(
    tx: Transaction, noun: str, verb: str, *, object_id: UUID, subject_id: UUID | None, payload: Mapping[str, Any]
) -> None:
    """Tell others of what follows from a change and changes no row here, e.g. that measures must be lifted."""
    text = json.dumps(payload, ensure_ascii=False)
    await tx.connection.execute(_ANNOUNCE, new_id(), tx.now, noun, object_id, verb, subject_id, text)


_ANNOUNCE: Final = """
INSERT INTO outbox_event (id, at, object, object_id, verb, version, subject_id, payload)
VALUES ($1, $2, $3, $4, $5, 1, $6, $7::jsonb)
"""
