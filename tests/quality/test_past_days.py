"""What a figure said on its day it says for ever, however late it was told when a channel took a record."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.credit.records import amend
from domain.delivery import deliveries
from domain.oversight import quality, quality_tally
from domain.oversight.quality import Figure, Period
from tests.credit.conftest import books, calendar, clerk_of, tx, vault
from tests.credit.ground import Clerk

pytestmark = pytest.mark.anyio

__all__ = ["books", "calendar", "clerk_of", "tx", "vault"]

Find = Callable[[str, str, str], Awaitable[Clerk]]


async def _counted(clerk: Clerk, as_of: date) -> list[tuple[int, int]]:
    """Count publications in time as of a day, record by record and by the tally: they agree."""
    period, connection = Period(date(2026, 1, 1), date(2026, 6, 30), as_of), clerk.tx.connection
    one_by_one: list[Figure] = await quality.figures(connection, "350200", period)
    await quality_tally.count(connection, clerk.tx.now)
    assert (await quality_tally.figures(connection, "350200", period, now=clerk.tx.now)).figures == one_by_one
    return [(one.publication.part, one.publication.whole) for one in one_by_one]


@pytest.mark.parametrize("told_of", ["publication", "receipt"])
async def test_what_a_channel_took_counts_from_the_day_it_is_told(clerk_of: Find, told_of: str) -> None:
    """XM-08b, XM-08c, HC-09a: in time by the channels' own stamps, and not before anybody told of them; amended or not."""
    clerk = await clerk_of("350200", "JCZD", "penalty")
    now = clerk.tx.now
    record = await clerk.hand_in(severity="serious", decided_on=date(2026, 3, 17))
    due: date = (await clerk.row(record))["publication_due_on"]
    day_due = now + timedelta(days=(due - now.date()).days)
    told = day_due + timedelta(days=3)
    if told_of == "receipt":
        clerk.tx = replace(clerk.tx, now=day_due, events=[])
        await clerk.publish(record)
        await deliveries.take_up(clerk.tx)
    assert await _counted(clerk, due) == [(0, 1)]

    clerk.tx = replace(clerk.tx, now=told, events=[])
    if told_of == "receipt":
        row = await clerk.tx.connection.fetchrow("SELECT * FROM delivery WHERE object_id = $1", record)
        await deliveries.tell(clerk.tx, row, receipt="回执1号", received_at=day_due)
    else:
        await clerk.publish(record, portal_at=day_due, platform_at=day_due)
    days = [due, told.date() - timedelta(days=1), told.date()]
    assert [await _counted(clerk, day) for day in days] == [[(0, 1)], [(0, 1)], [(1, 1)]]

    clerk.tx = replace(clerk.tx, now=told + timedelta(days=1), events=[])
    await amend(
        clerk.tx, clerk.vault, clerk.books, clerk.calendar, record, changes={"title": "更正后的题目"}, reason="更正"
    )
    assert [await _counted(clerk, day) for day in days] == [[(0, 1)], [(0, 1)], [(1, 1)]]
