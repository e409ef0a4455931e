"""The facts of a subject as rows give them: for whoever asks about one subject.

In charge of reading facts; the engine judges them. Refuses nothing: it reads.
Source: 十堰正文 (15333).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from domain.connection import Connection
from domain.grade.fact import Fact


async def known_facts(connection: Connection, subject_id: UUID, jurisdiction: str) -> tuple[Fact, ...]:
    """Read every version of every fact about a subject in a division."""
    return tuple(fact_of(row) for row in await connection.fetch(_FACTS, subject_id, jurisdiction))


def fact_of(row: Mapping[str, Any]) -> Fact:
    """Give the fact that a row of the table states."""
    return Fact(
        id=row["id"],
        kind=row["kind"],
        outcome=row["outcome"],
        occurred_on=row["occurred_on"],
        recorded_on=row["recorded_on"],
        code=row["code"],
        project=row["project"],
        holds_until=row["holds_until"],
        ended_on=row["ended_on"],
        office_id=row["office_id"],
    )


_FACTS: Final = """
SELECT id, kind, outcome, occurred_on, recorded_on, code, project, holds_until, ended_on, office_id
FROM grade_fact WHERE subject_id = $1 AND jurisdiction_id = $2 ORDER BY recorded_at, id
"""
