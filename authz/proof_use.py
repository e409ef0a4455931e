"""Proofs and assertions that were used: each may be used once, in all processes together.

In charge of remembering a use for as long as what was used would still be taken. Keeps a digest only.
Source: RFC 9449 section 11.1; RFC 7523 section 3 point 7.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from authz.authority import Reader
from domain.privacy import Privacy, column

SWEPT_AT_ONCE = 20
"""How many outdated uses each new one clears away: more than come, so that the table stays small."""


class ProofUse(Model):
    """A proof or assertion that was used, until it would no longer be taken anyway."""

    id: str = column(fields.CharField, "Digest of key and id.", Privacy.SECRET, max_length=43, primary_key=True)
    until: datetime = column(fields.DatetimeField, "Until when it is remembered.")

    class Meta:
        table = "proof_use"
        indexes: tuple[Any, ...] = (Index(fields=("until",), name="proof_use_by_end"),)


async def use_once(reader: Reader, use: str, *, until: datetime, now: datetime) -> bool:
    """Note a use; tell whether it is the first."""
    return await reader.fetchrow(_USE, use, until, now, SWEPT_AT_ONCE) is not None


_USE = """
WITH swept AS (
  DELETE FROM proof_use WHERE id IN (
    SELECT id FROM proof_use WHERE until < $3 ORDER BY until LIMIT $4 FOR UPDATE SKIP LOCKED
  )
)
INSERT INTO proof_use (id, until) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id
"""
