"""The grades of a subject under a scheme as they were published: on which days each of them stood.

In charge of the one reading of rows behind every question how long a grade was kept. Refuses nothing: it reads.
Source: 十堰正文 (连续两年保持A级).
"""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from domain.clock import local_day
from domain.connection import Connection
from domain.grade.standing import Period, Published, stood


async def published_days(
    connection: Connection, subject_id: UUID, *, jurisdiction: str, key: str, on: date
) -> tuple[Period, ...]:
    """Give the days up to a day on which each published grade of a subject stood."""
    rows = await connection.fetch(_PUBLISHED, subject_id, jurisdiction, key)
    days = (
        Published(
            row["value"],
            local_day(row["published_at"]),
            row["ended_at"] and local_day(row["ended_at"]),
            row["state"] == "withdrawn",
        )
        for row in rows
    )
    return stood(days, on)


_PUBLISHED: Final = """
SELECT value, published_at, ended_at, state FROM grade
WHERE subject_id = $1 AND jurisdiction_id = $2 AND scheme = $3 AND published_at IS NOT NULL
ORDER BY published_at, id
"""
