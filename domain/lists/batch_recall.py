"""What has left a published batch since: entries that were shown with it and no longer are, by id and day.

A portal that took the batch takes these down. Source: 河南省社会信用条例37; 海沧25; 新乡四(四).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeAlias
from uuid import UUID

import asyncpg

Connection: TypeAlias = "asyncpg.Connection[Any] | asyncpg.pool.PoolConnectionProxy[Any]"


@dataclass(frozen=True, slots=True)
class Recalled:
    """An entry that is shown no longer, and the day from which it is not."""

    entry_id: UUID
    left_on: date


async def recalled(connection: Connection, batch_id: UUID, today: date) -> list[Recalled]:
    """List the entries of a batch that were published and are in force no longer."""
    rows = await connection.fetch(_RECALLED, batch_id, today)
    return [Recalled(row["id"], row["left_on"]) for row in rows]


_RECALLED: Final = """
SELECT entry.id, least(entry.removed_on, entry.public_until + 1) AS left_on
FROM list_batch_entry place JOIN list_entry entry ON entry.id = place.entry_id
WHERE place.batch_id = $1 AND place.dropped_at IS NULL AND entry.published_at IS NOT NULL
  AND (entry.state <> 'published' OR entry.public_until < $2)
ORDER BY entry.id
"""
