"""Which batches are expected of whom, and what became of them: handed in, late, after their period, missing.

The rulebook sets the cycle and the owners of each domain; where two own one domain, either may hand it in. A
period that is over without a batch is missing, from the installation on, or from the first batch that the place handed
in here: what went before is unknown. Late is only what passed a last day that a rule sets; what came
after the end of its period is told as that. Source: 新乡三, 五(四) (XX-05, XX-16, XX-20).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

from domain.clock import local_day
from domain.connection import Connection
from domain.errors import InvalidInput
from domain.installation_rows import credit_list_id, office_id
from domain.lists.batch_periods import Period, period_on
from domain.oversight.standing_duty import kept_since
from domain.rulebook.lookup import book_of
from domain.rulebook.model import Rulebook, Rulebooks
from domain.rulebook.tables import ListKindRule

MOST_YEARS: Final = 5


class SpanTooLong(InvalidInput):
    """The days span more than five years, or end before they begin: narrow them."""

    code = "SPAN_TOO_LONG"
    zh = "起止日期跨度超过五年或先后颠倒：请缩小范围。"


@dataclass(frozen=True, slots=True)
class Duty:
    """A batch that is expected, of one of some offices, and the one that was opened."""

    list_id: UUID
    domain: str | None
    period: Period
    offices: tuple[UUID, ...]
    batch: Mapping[str, Any] | None
    today: date

    @property
    def status(self) -> str:
        """Tell how far it is: the batch's state, awaited while the period runs, or missing after it."""
        if self.batch is not None and self.batch["submitted_at"] is not None:
            return str(self.batch["state"])
        if self.period.last_day < self.today:
            return "missing"
        return str(self.batch["state"]) if self.batch is not None else "awaited"

    @property
    def late(self) -> bool:
        """Tell whether it passed a last day that a rule sets."""
        batch = self.batch
        if batch is None or batch["due_on"] is None:
            return False
        done = batch["submitted_at"]
        return bool((local_day(done) if done is not None else self.today) > batch["due_on"])

    @property
    def after_period(self) -> bool:
        """Tell whether it was handed in after the end of its period."""
        done = self.batch["submitted_at"] if self.batch is not None else None
        return done is not None and local_day(done) > self.period.last_day


@dataclass(slots=True)
class Tally:
    """How an office stands with its batches over some periods that are over."""

    office_id: UUID
    expected: int = 0
    handed_in: int = 0
    published: int = 0
    late: int = 0
    after_period: int = 0
    missing: int = 0
    extra: int = 0


async def duties(
    connection: Connection,
    books: Rulebooks,
    jurisdiction: str,
    *,
    from_on: date,
    to_on: date,
    now: datetime,
    office: UUID | None = None,
) -> list[Duty]:
    """List the batches expected in a division for the periods that begin between two days, and what became of them by now.

    With an office, only those it may hand in: of other offices nothing is read but what answers a duty they share.
    Raises: JurisdictionUnknown; SpanTooLong.
    """
    if not (from_on <= to_on and to_on.year - from_on.year <= MOST_YEARS):
        raise SpanTooLong
    book, today = book_of(books, jurisdiction), local_day(now)
    since = await _kept_since(connection, jurisdiction, now)
    expected = [
        (list_id, domain, period, offices)
        for kind in book.list_kinds
        if kind.cycle is not None and not kind.imported
        for period in _periods(book, kind, from_on, min(to_on, today))
        if period.last_day >= since
        for list_id, domain, offices in _owners(book, jurisdiction, kind)
        if office is None or office in offices
    ]
    lists, owners = {one[0] for one in expected}, {owner for one in expected for owner in one[3]}
    known = {
        (row["credit_list_id"], row["domain"], row["year"], row["period"], row["office_id"]): row
        for row in await connection.fetch(_REGULAR, jurisdiction, from_on.year, to_on.year, list(lists), list(owners))
    }
    return [
        Duty(list_id, domain, period, offices, _chosen(known, list_id, domain, period, offices), today)
        for list_id, domain, period, offices in expected
    ]


async def tallies(
    connection: Connection,
    books: Rulebooks,
    jurisdiction: str,
    *,
    from_on: date,
    to_on: date,
    now: datetime,
    office: UUID | None = None,
) -> list[Tally]:
    """Count the batches of each office, or of one alone, over the periods that begin between two days and are over.

    Raises: JurisdictionUnknown; SpanTooLong.
    """
    found: dict[UUID, Tally] = {}
    for duty in await duties(connection, books, jurisdiction, from_on=from_on, to_on=to_on, now=now, office=office):
        if duty.period.last_day >= local_day(now):
            continue
        for owner in duty.offices if office is None else (office,):
            tally = found.setdefault(owner, Tally(owner))
            tally.expected += 1
            tally.missing += duty.status == "missing"
            tally.handed_in += duty.batch is not None and duty.batch["submitted_at"] is not None
            tally.published += duty.status == "published"
            tally.late += duty.late
            tally.after_period += duty.after_period
    for row in await connection.fetch(_EXTRA, jurisdiction, from_on, to_on, office):
        found.setdefault(row["office_id"], Tally(row["office_id"])).extra = row["count"]
    return sorted(found.values(), key=lambda tally: str(tally.office_id))


async def _kept_since(connection: Connection, jurisdiction: str, now: datetime) -> date:
    """Give the day from which on the batches of a place are kept here, as it was known at an instant; never, if not yet."""
    since: date | None = await connection.fetchval(_SINCE, jurisdiction, now)
    for row in await connection.fetch(_FIRST, jurisdiction, now):
        first = Period(row["year"], row["period"] or 0, row["cycle"]).first_day
        since = first if since is None else min(since, first)
    return since or date.max


def _periods(book: Rulebook, kind: ListKindRule, from_on: date, to_on: date) -> Iterator[Period]:
    """Give the periods that begin between two days, from the one in which the rulebook came into force."""
    earliest = book.effective_from or date.min
    period = period_on(kind.cycle, to_on)
    while period.last_day >= max(from_on, earliest) and period.first_day >= from_on:
        yield period
        period = period.before


def _owners(
    book: Rulebook, jurisdiction: str, kind: ListKindRule
) -> Iterator[tuple[UUID, str | None, tuple[UUID, ...]]]:
    """Give list, domain and the offices that may hand in its batch; not what is everybody's and so nobody's."""
    groups = {office.code for office in book.offices if office.form == "group"}
    list_id = credit_list_id(book.id, kind.code)
    of_domains = [(domain.code, domain.owners) for domain in book.list_domains]
    parts: Sequence[tuple[str | None, tuple[str, ...]]] = of_domains or [(None, kind.owners)]
    for domain, owners in parts:
        named = tuple(office_id(jurisdiction, code) for code in owners if code not in groups)
        if named:
            yield list_id, domain, named


def _chosen(
    known: Mapping[Any, Mapping[str, Any]],
    list_id: UUID,
    domain: str | None,
    period: Period,
    offices: tuple[UUID, ...],
) -> Mapping[str, Any] | None:
    """Give the batch that answers a duty: of several the one that was handed in first."""
    found = [
        row
        for office in offices
        if (row := known.get((list_id, domain, period.year, period.number, office))) is not None
    ]
    return min(found, key=_handed_in, default=None)


def _handed_in(batch: Mapping[str, Any]) -> tuple[bool, datetime, str]:
    first: datetime | None = batch["first_submitted_at"]
    return first is None, first or datetime.max.replace(tzinfo=UTC), str(batch["id"])


_FIRST_SUBMITTED: Final = """least(submitted_at, (
    SELECT min(event.at) FROM ledger_event event
    WHERE event.kind = 'change' AND event.object = 'list_batch' AND event.object_id = list_batch.id
      AND event.verb = 'submit'))"""
"""When a batch was first handed in: one that was returned and handed in again has the later instant in its row."""

_REGULAR: Final = f"""
SELECT id, credit_list_id, domain, year, period, office_id, state, submitted_at, due_on,
  {_FIRST_SUBMITTED} AS first_submitted_at
FROM list_batch
WHERE jurisdiction_id = $1 AND number = 0 AND year BETWEEN $2 AND $3
  AND credit_list_id = ANY($4::uuid[]) AND office_id = ANY($5::uuid[])
"""
_SINCE: Final = f"SELECT {kept_since('$1', before='$2')}"
_FIRST: Final = f"""
SELECT DISTINCT ON (cycle) cycle, year, period FROM list_batch
WHERE jurisdiction_id = $1 AND number = 0 AND {_FIRST_SUBMITTED} < $2 ORDER BY cycle, year, period
"""
_EXTRA: Final = """
SELECT office_id, count(*)::int AS count FROM list_batch
WHERE jurisdiction_id = $1 AND number > 0 AND submitted_at IS NOT NULL
  AND (opened_at AT TIME ZONE 'Asia/Shanghai')::date BETWEEN $2 AND $3 AND ($4::uuid IS NULL OR office_id = $4)
GROUP BY office_id
"""
