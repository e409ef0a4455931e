"""The tally tells what counting record by record tells, for every past day, whatever became of the records."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from api.postgres.database import DatabaseAway
from domain.clock import system_clock
from domain.credit.records import amend, withdraw
from domain.errors import DomainError
from domain.oversight import quality, quality_tally
from domain.oversight.quality import Period
from tests.credit.conftest import books, calendar, clerk_of, tx, vault
from tests.credit.ground import Clerk

pytestmark = pytest.mark.anyio

__all__ = ["books", "calendar", "clerk_of", "tx", "vault"]

Find = Callable[[str, str, str], Awaitable[Clerk]]
FIRST = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
DAYS = 60
NOTHING = UUID(int=0)


async def _live(clerks: dict[str, Clerk], seed: int) -> None:
    """Let records be handed in, published, amended and withdrawn on random days; what is refused stays undone."""
    dice = random.Random(seed)
    known: list[tuple[Clerk, UUID]] = []
    for hours in sorted(dice.sample(range(DAYS * 24), 120)):
        now = FIRST + timedelta(hours=hours)
        clerk = clerks[dice.choice(sorted(clerks))]
        step = dice.choice(["hand_in", "hand_in", "publish", "amend", "amend", "withdraw"])
        if step != "hand_in" and not known:
            continue
        clerk, record = (clerk, NOTHING) if step == "hand_in" else dice.choice(known)
        clerk.tx = replace(clerk.tx, now=now, events=[])
        today = now.date() - timedelta(days=1)
        try:
            async with clerk.tx.connection.transaction():
                match step:
                    case "hand_in":
                        day = today - timedelta(days=dice.randrange(12))
                        made = await clerk.hand_in(
                            decision_no=f"虚构〔2026〕{hours}号", decided_on=day, obtained_on=day,
                            severity=dice.choice([None, "minor", "serious"]),
                        )  # fmt: skip
                        known.append((clerk, made))
                    case "publish":
                        await clerk.publish(record, platform_at=dice.choice([None, now]))
                    case "amend":
                        day = today - timedelta(days=dice.randrange(12))
                        changes: dict[str, Any] = dice.choice(
                            [{"decided_on": day}, {"severity": "minor"}, {"title": f"第{hours}号"}]
                        )
                        await amend(
                            clerk.tx, clerk.vault, clerk.books, clerk.calendar, record, changes=changes, reason="更正"
                        )
                    case _:
                        await withdraw(clerk.tx, clerk.books, record, reason="处罚决定被依法撤销")
        except DomainError:
            continue


@pytest.mark.parametrize("seed", range(3))
async def test_the_tally_equals_the_count_of_records_for_every_past_day(clerk_of: Find, seed: int) -> None:
    """XM-08c, HC-09a: the numbers of a past day are the same however often and whenever they are asked for."""
    clerks = {
        "350200": await clerk_of("350200", "JCZD", "penalty"),
        "420300": await clerk_of("420300", "JC", "penalty"),
    }
    connection = clerks["350200"].tx.connection
    await _live(clerks, seed)
    assert await quality_tally.count(connection, FIRST)
    await _live(clerks, seed + 100)  # what was counted comes to stand otherwise
    last = FIRST + timedelta(days=DAYS)
    assert await quality_tally.count(connection, last)

    told = []
    for place in clerks:
        for number in range(0, DAYS, 3):
            as_of = FIRST.date() + timedelta(days=number)
            for period in (
                Period(date(2025, 12, 1), date(2026, 3, 31), as_of),
                Period(date(2026, 1, 20), date(2026, 2, 10), as_of),
            ):
                counted = await quality_tally.figures(connection, place, period, now=last)
                assert counted.figures == await quality.figures(connection, place, period), (place, period)
                assert counted.counted_at == last
                told += counted.figures
    shares = [getattr(one, name) for one in told for name in quality.DIMENSIONS[:3]]
    assert {share.part == share.whole for share in shares if share.whole} == {True, False}


async def test_it_is_counted_again_only_after_a_change(clerk_of: Find) -> None:
    clerk = await clerk_of("350200", "JCZD", "penalty")
    connection = clerk.tx.connection
    period = Period(date(2026, 1, 1), date(2026, 3, 31), date(2026, 3, 18))
    later = clerk.tx.now + timedelta(hours=1)

    before = await quality_tally.figures(connection, "350200", period, now=clerk.tx.now)
    assert (before.figures, before.counted_at) == ([], clerk.tx.now)  # nothing counted yet: as of now
    await quality_tally.count(connection, clerk.tx.now)
    assert await connection.fetchval("SELECT current_setting('statement_timeout')") == "30min"  # no request's
    await clerk.hand_in()
    assert (await quality_tally.figures(connection, "350200", period, now=later)).figures == []
    assert await quality_tally.count(connection, later)
    after = await quality_tally.figures(connection, "350200", period, now=later)
    assert [one.completeness.whole for one in after.figures] == [1]
    assert after.counted_at == later


@pytest.mark.parametrize("how", ["by another version", None])
async def test_what_another_version_counted_is_counted_anew(clerk_of: Find, how: str | None) -> None:
    """Figures that a version mends do not stay as they were until a record changes."""
    clerk = await clerk_of("350200", "JCZD", "penalty")
    connection, later = clerk.tx.connection, clerk.tx.now + timedelta(hours=1)
    assert await quality_tally.count(connection, clerk.tx.now)
    assert not await quality_tally.count(connection, later)
    await connection.execute("UPDATE quality_count SET counted_by = $1", how)
    assert await quality_tally.count(connection, later)
    assert not await quality_tally.count(connection, later)


async def test_counting_goes_on_after_the_database_was_away(
    installed_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """XM-08c: or every figure stands still, under an ever older day, until somebody starts the service anew."""
    asked, turned = 0, asyncio.Event()

    async def connect() -> asyncpg.Connection[Any]:
        nonlocal asked
        asked += 1
        if asked == 1:
            raise DatabaseAway
        if asked == 3:
            turned.set()
            await asyncio.Event().wait()
        return await asyncpg.connect(installed_url)

    with caplog.at_level(logging.WARNING, "renxin"):
        counting = asyncio.create_task(quality_tally.run_tally(connect, system_clock, interval=0.0))
        await asyncio.wait({counting, asyncio.create_task(turned.wait())}, return_when=asyncio.FIRST_COMPLETED)
        assert not counting.done()
        counting.cancel()
        await asyncio.gather(counting, return_exceptions=True)
    assert [told.getMessage() for told in caplog.records] == ["quality_not_counted", "quality_counted_again"]
