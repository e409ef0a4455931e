"""Idempotency keys: the same mutation sent twice is carried out once and answered alike."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from tortoise import fields
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model

from domain.errors import IdempotencyConflict
from domain.ids import new_id
from domain.lifecycle import Transaction
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


@dataclass(frozen=True, slots=True)
class Answered:
    """What a mutation answered to a key: the ids of its rows, its other values, its receipts."""

    key: str
    digest: str
    """Of the input that was sent with it."""

    rows: Mapping[str, UUID]
    receipts: Sequence[UUID]
    values: Mapping[str, Any] = field(default_factory=dict)

    def require_same(self, digest: str) -> None:
        """Require that the key comes with the same input.

        Raises: IdempotencyConflict.
        """
        if digest != self.digest:
            raise IdempotencyConflict


def digest_of(given: Mapping[str, Any]) -> str:
    """Give the SHA-256 of an input, hexadecimal."""
    return hashlib.sha256(json.dumps(given, default=str, sort_keys=True).encode()).hexdigest()


async def answered(tx: Transaction, account_id: UUID, mutation: str, keys: Sequence[str]) -> dict[str, Answered]:
    """Give what a mutation has answered an account to some keys, by key."""
    rows = await tx.connection.fetch(_ANSWERED, account_id, mutation, keys)
    return {row["key"]: _read(row["key"], row["input_digest"], json.loads(row["answer"])) for row in rows}


async def remember(tx: Transaction, account_id: UUID, mutation: str, answers: Iterable[Answered]) -> None:
    """Keep what a mutation answers an account to some keys."""
    rows = [(new_id(), one.key, one.digest, _written(one)) for one in answers]
    if rows:
        await tx.connection.execute(_REMEMBER, account_id, mutation, tx.now, *zip(*rows, strict=True))


def _read(key: str, digest: str, answer: Mapping[str, Any]) -> Answered:
    rows = {name: UUID(one) for name, one in answer["rows"].items()}
    return Answered(key, digest, rows, [UUID(one) for one in answer["receipts"]], answer["values"])


def _written(answer: Answered) -> str:
    kept = {"rows": answer.rows, "values": answer.values, "receipts": list(answer.receipts)}
    return json.dumps(kept, default=str)


_ANSWERED: Final = """
SELECT key, input_digest, answer FROM idempotency_key WHERE account_id = $1 AND mutation = $2 AND key = ANY($3::text[])
"""

_REMEMBER: Final = """
INSERT INTO idempotency_key (account_id, mutation, at, id, key, input_digest, answer)
SELECT $1, $2, $3, * FROM unnest($4::uuid[], $5::text[], $6::text[], $7::text[]::jsonb[])
"""
