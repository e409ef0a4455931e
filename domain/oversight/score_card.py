"""The score card 成绩单 of a place's offices over a period: rates by component, score, rank, as of any day.

What counts is the rulebook's list, each component alike; an office is scored by the mean of those that apply to it,
and one to which none applies has no score. Ranks are those of a contest: alike for alike scores, then a gap.
Units: a score is 0 to 100, exact. Source: 海沧29 (成绩单, 每月通报、每季讲评), 9; 厦门27 (案例), 31 (定期通报); 新乡五(四) (考评).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any, Final
from uuid import UUID

from domain.calendar import WorkingCalendar
from domain.clock import local_day
from domain.connection import Connection
from domain.culture import quotas
from domain.lists import batch_duties
from domain.oversight import quality, quality_tally
from domain.oversight.progress_reports import obligations, periods_due
from domain.oversight.quality import Period, Share
from domain.oversight.standing_duty import kept_since
from domain.rulebook.answer import RuleAnswer
from domain.rulebook.lookup import rule
from domain.rulebook.model import Rulebooks

COMPONENTS: Final = (*quality.DIMENSIONS, "objections", "reports", "cases", "batches")
RULE: Final = "scorecard.components"


@dataclass(frozen=True, slots=True)
class Row:
    """An office on the card: what it did of what it had to, its score and its rank."""

    office_id: UUID
    shares: Mapping[str, Share]
    score: Fraction | None
    rank: int | None


@dataclass(frozen=True, slots=True)
class ScoreCard:
    """The card of a place: the components that count, under which rule, and its offices by rank."""

    jurisdiction: str
    period: Period
    components: tuple[str, ...]
    rule: RuleAnswer
    rows: tuple[Row, ...]
    counted_at: datetime
    """As of when the quality of records was counted."""


async def score_card(
    connection: Connection,
    books: Rulebooks,
    calendar: WorkingCalendar,
    jurisdiction: str,
    period: Period,
    *,
    now: datetime,
) -> ScoreCard:
    """Make the card of a place for a period, as of a day; the same day gives the same card for ever.

    Raises: JurisdictionUnknown.
    """
    answer = rule(books, jurisdiction, RULE, period.to_on)
    named = answer.value if isinstance(answer.value, tuple) else ()
    components = tuple(name for name in COMPONENTS if name in named)
    shares: dict[UUID, dict[str, Share]] = {}
    counted = await quality_tally.figures(connection, jurisdiction, period, now=now)
    for figure in counted.figures:
        mine = shares.setdefault(figure.office_id, {})
        for name in quality.DIMENSIONS:
            mine[name] = mine.get(name, Share()) + getattr(figure, name)
    for name, found in (
        ("objections", await _objections(connection, jurisdiction, period)),
        ("reports", await _reports(connection, books, calendar, jurisdiction, period)),
        ("cases", await _cases(connection, books, jurisdiction, period)),
        ("batches", await _batches(connection, books, jurisdiction, period)),
    ):
        for office, share in found.items():
            shares.setdefault(office, {})[name] = share
    return ScoreCard(jurisdiction, period, components, answer, _ranked(shares, components), counted.counted_at)


def score(shares: Mapping[str, Share], components: tuple[str, ...]) -> Fraction | None:
    """Give the mean of the rates of the components that apply, times a hundred; nothing where none applies."""
    rates = [rate for name in components if (rate := shares.get(name, Share()).rate) is not None]
    return sum(rates, Fraction(0)) * 100 / len(rates) if rates else None


def _ranked(shares: Mapping[UUID, Mapping[str, Share]], components: tuple[str, ...]) -> tuple[Row, ...]:
    scores = {office: score(mine, components) for office, mine in shares.items()}
    rows = [
        Row(
            office,
            {name: mine.get(name, Share()) for name in COMPONENTS},
            scores[office],
            _rank(scores[office], scores),
        )
        for office, mine in shares.items()
    ]
    return tuple(sorted(rows, key=lambda row: (row.rank is None, row.rank or 0, str(row.office_id))))


def _rank(mine: Fraction | None, scores: Mapping[UUID, Fraction | None]) -> int | None:
    """Give one more than how many have a higher score; none without a score."""
    return None if mine is None else 1 + sum(other is not None and other > mine for other in scores.values())


async def _objections(connection: Connection, jurisdiction: str, period: Period) -> dict[UUID, Share]:
    """Count the objections whose last day to decide lies in the period and has come, and those decided by it.

    While the clock stands still for an appraisal, the last day does not come.
    """
    rows = await connection.fetch(
        _OBJECTIONS, jurisdiction, period.from_on, min(period.to_on, period.as_of), period.end
    )
    return {UUID(str(row["office_id"])): Share(row["part"], row["whole"]) for row in rows}


async def _reports(
    connection: Connection, books: Rulebooks, calendar: WorkingCalendar, jurisdiction: str, period: Period
) -> dict[UUID, Share]:
    """Count the reports whose last day lies in the period and has come, and those handed in by it.

    A report that nobody ever drafted is owed like any other, from the month on from which they are kept here.
    """
    since = await _kept_since(connection, jurisdiction, period, "month")
    handed_in = {
        (UUID(str(row["office_id"])), row["from_on"]): row["handed_in_at"]
        for row in await connection.fetch(_HANDED_IN, jurisdiction, period.end)
    }
    counted: dict[UUID, Share] = {}
    for month in periods_due(period.from_on, period.to_on):
        if month.last_day < since:
            continue
        for owed in obligations(books, calendar, jurisdiction, month):
            due = owed.due.on
            if due is None or not period.from_on <= due <= min(period.to_on, period.as_of):
                continue
            done: Any = handed_in.get((owed.office_id, month.first_day))
            in_time = done is not None and local_day(done) <= due
            counted[owed.office_id] = counted.get(owed.office_id, Share()) + Share(int(in_time), 1)
    return counted


async def _cases(connection: Connection, books: Rulebooks, jurisdiction: str, period: Period) -> dict[UUID, Share]:
    """Count the typical cases that were required of a year whose last day lies in the period and has come (厦门27).

    More than required counts as all of it, never more; a year before they are kept here is not counted.
    """
    since = await _kept_since(connection, jurisdiction, period, "year")
    counted: dict[UUID, Share] = {}
    for year in range(max(period.from_on.year, since.year), period.to_on.year + 1):
        if not period.from_on <= date(year, 12, 31) <= min(period.to_on, period.as_of):
            continue
        found = await quotas.quotas(connection, books, jurisdiction, year=year, as_of=period.as_of, today=period.as_of)
        for one in found.offices:
            if one.required:
                share = Share(min(one.done, one.required), one.required)
                counted[one.office_id] = counted.get(one.office_id, Share()) + share
    return counted


async def _kept_since(connection: Connection, jurisdiction: str, period: Period, cycle: str) -> date:
    """Give the day from which on duties of a cycle are kept here, as known at the end of a period; never, if not yet."""
    since: date | None = await connection.fetchval(_SINCE, jurisdiction, period.end, cycle)
    return since or date.max


async def _batches(connection: Connection, books: Rulebooks, jurisdiction: str, period: Period) -> dict[UUID, Share]:
    """Count the batches of lists whose cycle ended in the period, and those handed in by its day (新乡五(四)).

    A batch that two offices may hand in counts for both; one that was returned, from when it was first handed in. No
    text sets a last day within or after the cycle.
    """
    counted: dict[UUID, Share] = {}
    earliest = date(period.to_on.year - batch_duties.MOST_YEARS, 1, 1)
    begins = max(period.from_on - timedelta(days=366), earliest)
    found = await batch_duties.duties(
        connection, books, jurisdiction, from_on=begins, to_on=period.to_on, now=period.end - timedelta(microseconds=1)
    )
    for duty in found:
        if not period.from_on <= duty.period.last_day <= min(period.to_on, period.as_of - timedelta(days=1)):
            continue
        done: Any = duty.batch["first_submitted_at"] if duty.batch is not None else None
        is_done = done is not None and done < period.end
        for office in duty.offices:
            counted[office] = counted.get(office, Share()) + Share(int(is_done), 1)
    return counted


_OBJECTIONS: Final = """
SELECT was.office_id, count(*) AS whole,
  count(*) FILTER (WHERE (was.decided_at AT TIME ZONE 'Asia/Shanghai')::date <= was.decide_due_on) AS part
FROM objection today
CROSS JOIN LATERAL (
  SELECT event.image FROM ledger_event event
  WHERE event.object_id = today.id AND event.object = 'objection' AND event.kind = 'change' AND event.at < $4
  ORDER BY event.at DESC, event.id DESC LIMIT 1
) told
CROSS JOIN LATERAL jsonb_populate_record(NULL::objection, told.image) was
WHERE today.jurisdiction_id = $1 AND today.filed_at < $4 AND today.decide_due_on >= $2
  AND was.decide_due_on BETWEEN $2 AND $3 AND (was.paused_since IS NULL OR was.decide_due_on < was.paused_since)
  AND (was.withdrawn_at IS NULL OR (was.withdrawn_at AT TIME ZONE 'Asia/Shanghai')::date > was.decide_due_on)
GROUP BY was.office_id
"""
"""As they stood at the end of the day: a last day moves when the clock has stood still, and only ever to a later one."""

_SINCE: Final = f"SELECT {kept_since('$1', before='$2', cycle='$3')}"
_HANDED_IN: Final = """
SELECT office_id, from_on, handed_in_at FROM progress_report
WHERE jurisdiction_id = $1 AND cycle = 'month' AND handed_in_at < $2
"""
