"""Progress reports summed up 汇总: what each office owed of a span of time, had handed in by a day, and said in it.

For the office that sums up. Everything is told as it stood at the end of the day asked for, from the ledger's images; a
report that was owed and that nobody opened is told as well. Refuses nothing. Source: 厦门9 (报送至监察处汇总), 31; 海沧29.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from domain.calendar import WorkingCalendar
from domain.clock import local_day
from domain.connection import Connection
from domain.lists.batch_periods import Period as Cycle
from domain.oversight import quality
from domain.oversight.progress_report import REPORT_CYCLES
from domain.oversight.progress_reports import ORDERED_BY, obligations
from domain.oversight.standing_duty import kept_since
from domain.rulebook.model import Rulebooks

_PARTS: Final = {"month": 12, "quarter": 4}


@dataclass(frozen=True, slots=True)
class Reported:
    """A report that an office owed or made: of which period, by when, and what became of it by the day."""

    office_id: UUID
    cycle: str
    from_on: date
    to_on: date
    due_on: date | None
    due_provisional: bool
    state: str | None
    """As the report has it; None where nobody opened it."""
    handed_in_at: datetime | None = None
    platform_at: datetime | None = None
    figures: Mapping[str, Any] = field(default_factory=dict)
    narrative: str | None = None

    def timeliness(self, as_of: date) -> str:
        """Tell whether it was handed in by its last day, as the field of the report does."""
        if self.due_on is None:
            return "unknown" if self.due_provisional else "none_set"
        if self.handed_in_at is None:
            return "overdue" if as_of > self.due_on else "pending"
        return "timely" if local_day(self.handed_in_at) <= self.due_on else "late"


async def summary(
    connection: Connection, books: Rulebooks, calendar: WorkingCalendar, jurisdiction: str, period: quality.Period
) -> list[Reported]:
    """Give the reports of a place whose periods lie within some days, the earliest first, as of the end of a day."""
    rows = await connection.fetch(_STOOD, jurisdiction, period.from_on, period.to_on, period.end)
    told = [_read(row) for row in rows]
    there = {(one.office_id, one.cycle, one.from_on) for one in told}
    kept = {
        cycle: await connection.fetchval(_SINCE, jurisdiction, period.end, cycle) for cycle in sorted(REPORT_CYCLES)
    }
    for cycle in _cycles(period):
        since: date | None = kept[str(cycle.cycle)]
        if since is None or not since <= cycle.last_day < period.as_of:
            continue
        for owed in obligations(books, calendar, jurisdiction, cycle):
            if (owed.office_id, cycle.cycle, cycle.first_day) not in there:
                days = (cycle.first_day, cycle.last_day)
                told.append(Reported(owed.office_id, str(cycle.cycle), *days, owed.due.on, owed.due.provisional, None))
    return sorted(told, key=lambda one: (one.from_on, one.to_on, str(one.office_id)))


def _cycles(period: quality.Period) -> Iterator[Cycle]:
    """Yield the months and quarters that lie within some days."""
    for cycle in REPORT_CYCLES:
        for year in range(period.from_on.year, period.to_on.year + 1):
            for place in range(1, _PARTS[cycle] + 1):
                found = Cycle(year, place, cycle)
                if period.from_on <= found.first_day and found.last_day <= period.to_on:
                    yield found


def _read(row: Mapping[str, Any]) -> Reported:
    return Reported(
        UUID(str(row["office_id"])),
        row["cycle"],
        row["from_on"],
        row["to_on"],
        row["due_on"],
        row["due_provisional"],
        row["state"],
        row["handed_in_at"],
        row["platform_at"],
        json.loads(row["figures"]),
        row["narrative"],
    )


assert {*_PARTS} == {*REPORT_CYCLES} == {*ORDERED_BY}

_STOOD: Final = """
SELECT was.* FROM progress_report today
CROSS JOIN LATERAL (
  SELECT event.image FROM ledger_event event
  WHERE event.object_id = today.id AND event.object = 'progress_report' AND event.kind = 'change' AND event.at < $4
  ORDER BY event.at DESC, event.id DESC LIMIT 1
) told
CROSS JOIN LATERAL jsonb_populate_record(NULL::progress_report, told.image) was
WHERE today.jurisdiction_id = $1 AND today.from_on >= $2 AND today.to_on <= $3
"""
_SINCE: Final = f"SELECT {kept_since('$1', before='$2', cycle='$3')}"
