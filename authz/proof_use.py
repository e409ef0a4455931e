"""Proofs and assertions that were used: each may be used once, in all processes together.

In charge of remembering a use for as long as what was used would still be taken. Keeps a digest only.
Source: RFC 9449 section 11.1; RFC 7523 section 3 point 7.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import asyncpg
from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from domain.connection import Queryable
from domain.privacy import Privacy, column


class ProofUse(Model):
    """A proof or assertion that was used, until it would no longer be taken anyway."""

    id: str = column(fields.CharField, "Digest of key and id.", Privacy.SECRET, max_length=43, primary_key=True)
    until: datetime = column(fields.DatetimeField, "Until when it is remembered.")

    class Meta:
        table = "proof_use"
        indexes: tuple[Any, ...] = (Index(fields=("until",), name="proof_use_by_end"),)


async def use_once(database: Queryable, use: str, *, until: datetime, now: datetime) -> bool:
    """Note a use; tell whether it is the first. In place of an outdated one, as requests may delete nothing."""
    try:
        return await database.fetchrow(_USE, use, until, now) is not None
    except asyncpg.UniqueViolationError:
        return False


_USE = """
WITH reused AS (
  UPDATE proof_use SET id = $1, until = $2
  WHERE id = (SELECT id FROM proof_use WHERE until < $3 ORDER BY until LIMIT 1 FOR UPDATE SKIP LOCKED)
    AND NOT EXISTS (SELECT FROM proof_use WHERE id = $1)
  RETURNING id
), entered AS (
  INSERT INTO proof_use (id, until) SELECT $1, $2 WHERE NOT EXISTS (SELECT FROM reused)
  ON CONFLICT DO NOTHING RETURNING id
)
SELECT id FROM reused UNION ALL SELECT id FROM entered
"""
