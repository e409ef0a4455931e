"""The tally of quality 数据质量: what `domain.oversight.quality` counts, counted beside requests and kept by day.

A record counts from the day it is handed in until it is amended or withdrawn, and as amended from then on: each of
these is a row with the day on which it takes effect, so that a sum up to any past day is what stood at that day's
end, and a figure costs the days it covers and not the records behind them. One process counts at a time, whenever
the ledger tells of a change or another version of the software counted last, for a twentieth of the time at most. `counted_at` tells as of when.
Units: counts of records. Source: 厦门8, 9; 海沧9.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
from tortoise import fields
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model

from domain.clock import Clock
from domain.connection import Connection
from domain.ids import new_id
from domain.outage import Outage
from domain.oversight import quality
from domain.oversight.quality import Figure, Period
from domain.privacy import column

INTERVAL: Final = 10.0
"""The least pause between two counts. Units: seconds."""

REST: Final = 20
"""How much longer than it took to count the pause is at least."""

COUNT_SECONDS: Final = 1_800
"""How long one count may take, whatever a request's statement may: a city's records are counted in the background."""

_KEY: Final = ("jurisdiction_id", "dimension", "day", "office_id", "item_id", "effective_on")
_TALLY: Final = 0x54414C4C59  # "TALLY"
_log = logging.getLogger("renxin")


class QualityTally(Model):
    """So many more, or fewer, of so many: records of an office and item for a day, from another day on."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    jurisdiction_id: str = column(fields.TextField, "The division.")
    office_id: UUID = column(fields.UUIDField, "The producing office.")
    item_id: UUID = column(fields.UUIDField, "The catalogue item.")
    dimension: str = column(fields.TextField, "What is counted: completeness, publication or collection.")
    day: date = column(fields.DateField, "The day it is counted for: of handing in, or the last day to publish.")
    effective_on: date = column(fields.DateField, "From the end of which day on it is so.")
    part: int = column(fields.IntField, "How many do.")
    whole: int = column(fields.IntField, "Of how many.")

    class Meta:
        table = "quality_tally"
        constraints = (UniqueConstraint(fields=_KEY, name="quality_tally_is_one"),)


class QualityCount(Model):
    """When the tally was last counted; one row."""

    id: int = column(fields.SmallIntField, "Always 1.", primary_key=True, generated=False)
    counted_at: datetime = column(fields.DatetimeField, "As of when.")
    next_xid: int = column(fields.BigIntField, "The first transaction whose changes may not be counted.")
    counted_by: str | None = column(
        fields.TextField, "Digest of how it was counted; null for a count that did not say.", null=True
    )

    class Meta:
        table = "quality_count"


@dataclass(frozen=True, slots=True)
class Counted:
    """Figures, and as of when they were counted."""

    figures: list[Figure]
    counted_at: datetime


async def figures(
    connection: Connection, jurisdiction: str, period: Period, *, now: datetime, office_id: UUID | None = None
) -> Counted:
    """Give the figures of a division, or of one office alone, from the tally; as of now where none was counted yet."""
    counted_at = await connection.fetchval("SELECT counted_at FROM quality_count")
    if counted_at is None:
        return Counted(await quality.figures(connection, jurisdiction, period, office_id=office_id), now)
    rows = await connection.fetch(
        _FIGURES, jurisdiction, period.from_on, period.to_on, period.as_of, period.end, office_id
    )
    return Counted(quality.from_rows(rows), counted_at)


async def run_tally(
    connect: Callable[[], Awaitable[asyncpg.Connection[Any]]], clock: Clock, *, interval: float = INTERVAL
) -> None:
    """Count whenever records changed, until cancelled; what fails is logged and tried again."""
    outage = Outage(_log, "quality_not_counted", "quality_counted_again")
    while True:
        began = time.monotonic()
        with outage:
            connection = await connect()
            try:
                if await connection.fetchval("SELECT pg_try_advisory_lock($1)", _TALLY):
                    await count(connection, clock())
            finally:
                await connection.close(timeout=5)
        await asyncio.sleep(max(interval, REST * (time.monotonic() - began)))


async def count(connection: asyncpg.Connection[Any], now: datetime) -> bool:
    """Count if a record changed since the last count, none was made yet, or it was made otherwise; tell whether it did."""
    async with connection.transaction():
        if await connection.fetchval(_UNCHANGED, _HOW):
            return False
        await connection.execute(_COUNTED, now, _HOW)  # first: what is committed while it counts is looked at again
        await connection.execute(f"SET LOCAL work_mem = '128MB'; SET LOCAL statement_timeout = '{COUNT_SECONDS}s'")
        await connection.execute(_COUNT, *quality.unasked(), timeout=COUNT_SECONDS)
        return True


_UNCHANGED: Final = """
SELECT EXISTS (
  SELECT FROM quality_count counted WHERE counted.counted_by = $1 AND NOT EXISTS (
    SELECT FROM ledger_event event
    WHERE event.xid >= counted.next_xid::text::xid8 AND event.kind = 'change' AND event.object = 'credit_record'))
"""
_COUNTED: Final = """
INSERT INTO quality_count (id, counted_at, next_xid, counted_by)
VALUES (1, $1, pg_snapshot_xmin(pg_current_snapshot())::text::bigint, $2)
ON CONFLICT (id) DO UPDATE SET counted_at = excluded.counted_at, next_xid = excluded.next_xid,
  counted_by = excluded.counted_by
"""

_KEYS: Final = ", ".join(_KEY)
_STOOD: Final = f"""
  SELECT {quality.COLUMNS}, record.submitted_at AS since, NULL::timestamptz AS until FROM credit_record record
  WHERE record.version = 1 AND NOT EXISTS (SELECT FROM changed WHERE changed.id = record.id)
  UNION ALL
  SELECT {quality.COLUMNS}, told.at, told.until FROM (
    SELECT event.at, event.image, lead(event.at) OVER (PARTITION BY event.object_id ORDER BY event.at, event.id) AS until
    FROM ledger_event event
    WHERE event.kind = 'change' AND event.object = 'credit_record' AND event.object_id IN (SELECT id FROM changed)
  ) told CROSS JOIN LATERAL jsonb_populate_record(NULL::credit_record, told.image) record
"""
"""Each record for each span of time in which it stood unamended: one that was `changed`, as the ledger shows it."""

_COUNT: Final = f"""
WITH changed AS (SELECT id FROM credit_record WHERE version > 1 UNION {quality.TOLD_LATER}),
stood AS ({_STOOD}), judged AS (
  SELECT stood.jurisdiction_id, stood.office_id, stood.item_id, stood.publication_due_on,
    {quality.day("stood.submitted_at")} AS submitted_on, {quality.day("stood.withdrawn_at")} AS withdrawn_on,
    {quality.day("stood.since")} AS since_on, {quality.day("stood.until")} AS until_on,
    {quality.judged("$1", "$2")}
), alike AS (SELECT judged.*, count(*) AS many FROM judged GROUP BY {", ".join(f"{place}" for place in range(1, 12))}),
spans AS (
  SELECT jurisdiction_id, office_id, item_id, dimension.name, dimension.day, dimension.good, many, since_on,
    least(until_on, CASE WHEN dimension.name <> 'publication' THEN withdrawn_on END) AS until_on
  FROM alike CROSS JOIN LATERAL (
    VALUES ('completeness', submitted_on, complete, TRUE), ('collection', submitted_on, collected, collected IS NOT NULL),
      ('publication', publication_due_on, in_time,
       publication_due_on IS NOT NULL AND (withdrawn_on IS NULL OR withdrawn_on > publication_due_on))
  ) AS dimension (name, day, good, counts)
  WHERE dimension.counts
), turns AS (
  SELECT jurisdiction_id, office_id, item_id, name AS dimension, day, greatest(turn.on, day) AS effective_on,
    CASE WHEN good THEN turn.by ELSE 0 END AS part, turn.by AS whole
  FROM spans CROSS JOIN LATERAL (VALUES (since_on, many), (until_on, -many)) AS turn ("on", by)
  WHERE turn.on IS NOT NULL AND (until_on IS NULL OR until_on > since_on)
), counted AS (
  SELECT {_KEYS}, sum(part)::int AS part, sum(whole)::int AS whole FROM turns GROUP BY {_KEYS}
  HAVING sum(part) <> 0 OR sum(whole) <> 0
), gone AS (
  UPDATE quality_tally kept SET part = 0, whole = 0
  WHERE (kept.part, kept.whole) <> (0, 0) AND NOT EXISTS (
    SELECT FROM counted WHERE ({", ".join(f"counted.{name}" for name in _KEY)}) = ({", ".join(f"kept.{name}" for name in _KEY)}))
)
INSERT INTO quality_tally AS kept (id, {_KEYS}, part, whole)
SELECT gen_random_uuid(), {_KEYS}, part, whole FROM counted
ON CONFLICT ({_KEYS}) DO UPDATE SET part = excluded.part, whole = excluded.whole
WHERE (kept.part, kept.whole) <> (excluded.part, excluded.whole)
"""
"""Records that are judged alike are counted before they are spread over the days; only what changed is written."""

_HOW: Final = hashlib.sha256(f"{_COUNT} {quality.unasked()}".encode()).hexdigest()
"""What tells a count from one of another version of this software, whose figures may be others for the same records."""

_FIGURES: Final = quality.summed(
    """
  SELECT office_id, item_id, dimension, sum(part) AS part, sum(whole) AS whole FROM quality_tally
  WHERE jurisdiction_id = $1 AND day BETWEEN $2 AND $3 AND effective_on <= $4 AND ($6::uuid IS NULL OR office_id = $6)
  GROUP BY office_id, item_id, dimension
"""
)
