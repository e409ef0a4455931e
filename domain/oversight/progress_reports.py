"""Drafting, completing and handing in progress reports; which offices owe one, and by when.

What is owed is the rulebook's: the offices it names, its day of the next month, with the holiday rule where one is
set. Refuses: a report that nobody owes, a second one of a period, one of a period to come,
handing in before the period is over.
Readings: 于次月5日 is by the 5th; on a holiday the 5th stays the 5th unless a rule lets it roll; a quarter's report
has a cycle and no day. Source: 厦门9, 31.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.calendar import OutsideCalendar, WorkingCalendar, day_of_next_month
from domain.credit.refusals import PersonalTextInPublic
from domain.credit.terms import Due, binding
from domain.errors import DomainError, NotFound, StateConflict
from domain.installation_rows import office_id
from domain.lifecycle import Transaction, change, create, machine, move
from domain.lists.batch_periods import Period, PeriodNotBegun, period_of
from domain.oversight import quality, quality_tally
from domain.registry.enrolment import names_identity
from domain.rulebook.answer import RuleAnswer
from domain.rulebook.model import Rulebooks
from domain.text import require_text

MACHINE: Final = machine(
    "progress_report",
    complete=(("drafted", "completed"), "completed"),
    hand_in=("completed", "handed_in"),
)
ORDERED_BY: Final = {"month": "deadline.monthly_report", "quarter": "bulletin.progress_report.cycle"}
"""Which rule orders the reports of a cycle, and names who reports."""

RECEIVER: Final = "deadline.monthly_report.receiver"
ROLL: Final = "deadline.monthly_report.holiday_roll"
_LONGEST: Final = 20_000


class ReportNotOwed(DomainError):
    """No rule of this place asks this office for such a report: see the rulebook's actors."""

    code = "PROGRESS_REPORT_NOT_OWED"
    zh = "本地规则未要求该单位报送此种报告。"


class ReportDrafted(DomainError):
    """The office has its report of this period already: complete that one."""

    code = "PROGRESS_REPORT_EXISTS"
    zh = "该单位本期报告已建立：请直接补充完成。"


class PeriodRuns(DomainError):
    """The period is not over: a report is handed in after its last day."""

    code = "PROGRESS_PERIOD_RUNS"
    zh = "本期尚未结束：请在期满后报送。"


@dataclass(frozen=True, slots=True)
class Obligation:
    """A report that is owed: by which office, for which period, by when, under which clause."""

    office_id: UUID
    receiver_id: UUID | None
    period: Period
    due: Due
    basis: str


def obligations(books: Rulebooks, calendar: WorkingCalendar, jurisdiction: str, period: Period) -> list[Obligation]:
    """List the reports that a place's rulebook asks for a period, by the rule that binds on its last day."""
    answer = binding(books, jurisdiction, ORDERED_BY.get(period.cycle or "", ""), period.last_day)
    if answer is None or answer.layer is None:
        return []
    where = books.books[answer.layer.rulebook].jurisdiction
    receiver = binding(books, jurisdiction, RECEIVER, period.last_day)
    to = office_id(where, str(receiver.value)) if receiver is not None else None
    due = last_day(books, calendar, jurisdiction, period, answer)
    return [Obligation(office_id(where, code), to, period, due, answer.citation) for code in answer.actors]


def last_day(books: Rulebooks, calendar: WorkingCalendar, jurisdiction: str, period: Period, answer: RuleAnswer) -> Due:
    """Give the last day to hand a report in; none where the rule is a cycle without a day."""
    if answer.unit != "day_of_next_month" or not isinstance(answer.value, int):
        return Due()
    day = day_of_next_month(period.last_day, answer.value)
    rolls = binding(books, jurisdiction, ROLL, period.last_day)
    if rolls is None or rolls.value is not True:
        return Due(day)
    try:
        found = calendar.next_working_day(day)
    except OutsideCalendar:
        return Due(None, provisional=True)
    return Due(found.day, found.provisional)


async def draft(
    tx: Transaction, books: Rulebooks, calendar: WorkingCalendar, office: UUID, *, cycle: str, year: int, place: int
) -> UUID:
    """Draft an office's report of a period from the data; give its id.

    Raises: NotFound; PeriodInvalid; PeriodNotBegun; ReportNotOwed; ReportDrafted.
    """
    owed = await _owed(tx, books, calendar, office, _begun(period_of(cycle, year, place), tx.today))
    try:
        async with tx.connection.transaction():
            return await _create(tx, owed)
    except asyncpg.UniqueViolationError:
        raise ReportDrafted from None


async def open_all(
    tx: Transaction,
    books: Rulebooks,
    calendar: WorkingCalendar,
    jurisdiction: str,
    *,
    cycle: str,
    year: int,
    place: int,
) -> list[UUID]:
    """Draft the reports of a period for every office that owes one and has none; give their ids.

    Raises: PeriodInvalid; PeriodNotBegun; ReportNotOwed where the place asks nobody for them.
    """
    owed = obligations(books, calendar, jurisdiction, _begun(period_of(cycle, year, place), tx.today))
    if not owed:
        raise ReportNotOwed
    have = await tx.connection.fetch(
        "SELECT office_id FROM progress_report WHERE jurisdiction_id = $1 AND cycle = $2 AND from_on = $3",
        jurisdiction,
        cycle,
        owed[0].period.first_day,
    )
    there = {UUID(str(row["office_id"])) for row in have}
    return [await _create(tx, one) for one in owed if one.office_id not in there]


async def complete(tx: Transaction, row: Mapping[str, Any], *, narrative: str) -> dict[str, Any]:
    """Complete a report with the office's own words; its figures are counted anew. Give the row after it.

    Raises: StateConflict; InvalidInput; PersonalTextInPublic.
    """
    said = require_text("narrative", narrative, longest=_LONGEST)
    if names_identity(said, person_name=None):
        raise PersonalTextInPublic(field="narrative")
    changes = {
        "narrative": said,
        "completed_at": tx.now,
        "completed_by": tx.actor.account_id,
        **await _counted(tx, row, row["from_on"], row["to_on"]),
    }
    return await move(tx, MACHINE, "complete", row["id"], changes, basis=row["basis"])


async def hand_in(tx: Transaction, row: Mapping[str, Any]) -> dict[str, Any]:
    """Hand a completed report in to the credit office; give the row after it.

    Raises: PeriodRuns; StateConflict.
    """
    if tx.today <= row["to_on"]:
        raise PeriodRuns(until=row["to_on"].isoformat())
    changes = {"handed_in_at": tx.now, "handed_in_by": tx.actor.account_id}
    return await move(tx, MACHINE, "hand_in", row["id"], changes, basis=row["basis"])


async def tell(tx: Transaction, row: Mapping[str, Any]) -> dict[str, Any]:
    """Note that the city platform receipted a report that was handed in; give the row after it.

    Raises: StateConflict.
    """
    if row["state"] != "handed_in":
        raise StateConflict(verb="tell")
    told = {"platform_at": tx.now}
    return await change(tx, "progress_report", "tell", row["id"], told, unless="platform_at", basis=row["basis"])


def periods_due(from_on: date, to_on: date) -> Iterator[Period]:
    """Yield the months whose reports can fall due between two days: those that end in or just before them."""
    year, month = from_on.year, from_on.month
    year, month = (year - 1, 12) if month == 1 else (year, month - 1)
    while date(year, month, 1) <= to_on:
        yield Period(year, month, "month")
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def _begun(period: Period, today: date) -> Period:
    """Give a period back if it has begun.

    Raises: PeriodNotBegun.
    """
    if period.first_day > today:
        raise PeriodNotBegun
    return period


async def _owed(
    tx: Transaction, books: Rulebooks, calendar: WorkingCalendar, office: UUID, period: Period
) -> Obligation:
    jurisdiction = await tx.connection.fetchval("SELECT jurisdiction_id FROM office WHERE id = $1", office)
    if jurisdiction is None:
        raise NotFound
    if jurisdiction not in books.heads:
        raise ReportNotOwed
    owed = [one for one in obligations(books, calendar, jurisdiction, period) if one.office_id == office]
    if not owed:
        raise ReportNotOwed
    return owed[0]


async def _create(tx: Transaction, owed: Obligation) -> UUID:
    place = await tx.connection.fetchval("SELECT jurisdiction_id FROM office WHERE id = $1", owed.office_id)
    days = (owed.period.first_day, owed.period.last_day)
    values = {
        "jurisdiction_id": place,
        "office_id": owed.office_id,
        "receiver_id": owed.receiver_id,
        "cycle": owed.period.cycle,
        "from_on": days[0],
        "to_on": days[1],
        "state": "drafted",
        "due_on": owed.due.on,
        "due_provisional": owed.due.provisional,
        "basis": owed.basis,
        "drafted_at": tx.now,
        "drafted_by": tx.actor.account_id,
    }
    values |= await _counted(tx, values, *days)
    return await create(tx, "progress_report", "draft", values, basis=owed.basis)


async def _counted(tx: Transaction, report: Mapping[str, Any], from_on: date, to_on: date) -> dict[str, Any]:
    """Count what the data say about an office's period, as of today; of quality, as of when its tally was counted.

    The office that sums up reports for all of its place (厦门31; a reading: 监察处 produces no records of its own).
    """
    place, own = report["jurisdiction_id"], report["office_id"]
    whose = None if own == report["receiver_id"] else own
    period = quality.Period(from_on, to_on, tx.today)
    counted = await quality_tally.figures(tx.connection, place, period, now=tx.now, office_id=whose)
    shares = quality.together(counted.figures)
    told: dict[str, Any] = {name: {"part": share.part, "whole": share.whole} for name, share in shares.items()}
    told["counted_at"] = counted.counted_at.isoformat()
    offices = [whose] if whose is not None else await tx.connection.fetchval(_OFFICES, place)
    row = await tx.connection.fetchrow(_COUNTS, offices, from_on, to_on)
    assert row is not None
    return {"figures": json.dumps({**told, **dict(row)}), "figures_on": tx.today}


_OFFICES: Final = "SELECT array_agg(id) FROM office WHERE jurisdiction_id = $1"
_COUNTED_BY: Final = {
    "records_published": ("credit_record", "published_at"),
    "records_withdrawn": ("credit_record", "withdrawn_at"),
    "objections_received": ("objection", "filed_at"),
    "objections_decided": ("objection", "decided_at"),
    "repairs_applied": ("repair_application", "applied_at"),
    "repairs_decided": ("repair_application", "decided_at"),
    "commitments_entered": ("commitment", "entered_at"),
    "commitments_found": ("commitment", "found_at"),
    "list_entries_published": ("list_entry", "published_at"),
}
"""What a report counts beside the quality of records: rows of a noun by an instant in the period."""

_COUNTS: Final = "SELECT " + ", ".join(
    f"(SELECT count(*) FROM {noun} WHERE office_id = ANY($1::uuid[])"
    f" AND {instant} >= $2::date::timestamp AT TIME ZONE 'Asia/Shanghai'"
    f" AND {instant} < ($3::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai') AS {name}"
    for name, (noun, instant) in _COUNTED_BY.items()
)
