"""How many free credit reports the law grants a subject in a year, and how many it has had.

Nothing is refused after the last: no loaded text sets a fee for this service. What bears on credit bureaus only
(征信业管理条例17) is not the answer here.
Source: 上海市社会信用条例34 (自然人, 每年各免费获取两次); 河南省社会信用条例40.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from domain.connection import Connection
from domain.rulebook.lookup import rule
from domain.rulebook.model import Rulebooks

PATH: Final = "subject_right.free_reports"


@dataclass(frozen=True, slots=True)
class FreeReports:
    """The reports of a year: granted by law (None where none is set), used, and what the rulebooks say."""

    year: int
    granted: int | None
    used: int
    citation: str | None
    status: str


async def free_reports(connection: Connection, books: Rulebooks, subject_id: UUID, today: date) -> FreeReports:
    """Count the reports that a subject had issued to itself in the year of a day."""
    row = await connection.fetchrow(_USED, subject_id, date(today.year, 1, 1), date(today.year, 12, 31))
    used = row["used"] if row else 0
    jurisdiction = str(row["jurisdiction_id"]) if row else ""
    if jurisdiction not in books.heads:
        return FreeReports(today.year, None, used, None, "none_set")
    answer = rule(books, jurisdiction, PATH, today)
    if not answer.binding or not isinstance(answer.value, int):
        return FreeReports(today.year, None, used, None, answer.status.value)
    return FreeReports(today.year, answer.value, used, answer.citation, answer.status.value)


_USED: Final = """
SELECT subject.jurisdiction_id,
  (SELECT count(*) FROM credit_report report
    WHERE report.subject_id = subject.id AND report.office_id IS NULL
      AND (report.issued_at AT TIME ZONE 'Asia/Shanghai')::date BETWEEN $2 AND $3) AS used
FROM subject WHERE subject.id = $1
"""
