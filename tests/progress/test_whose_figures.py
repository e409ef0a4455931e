"""A report counts what its office did; that of the office which sums up, what all of its place did."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from domain.installation_rows import office_id
from domain.oversight import progress_reports, quality_tally
from tests.credit.conftest import books, calendar, clerk_of, tx, vault
from tests.credit.ground import Clerk

pytestmark = pytest.mark.anyio

__all__ = ["books", "calendar", "clerk_of", "tx", "vault"]

Find = Callable[[str, str, str], Awaitable[Clerk]]


async def test_the_office_that_sums_up_reports_for_all_of_its_place(clerk_of: Find) -> None:
    """XM-31: 监察处 reports the quarter, and produces no records; XM-09a: an office's month is its own."""
    clerk = await clerk_of("350200", "JCZD", "penalty")
    await clerk.publish(await clerk.hand_in(severity="serious", decided_on=date(2026, 3, 10)))
    await quality_tally.count(clerk.tx.connection, clerk.tx.now)

    quarter, month = await figures(clerk, "quarter", 1), await figures(clerk, "month", 3)
    assert quarter == {office_id("350200", "JC"): (1, 1)}
    assert {office for office, counted in month.items() if counted == (1, 1)} == {office_id("350200", "JCZD")}
    assert {counted for office, counted in month.items() if office != office_id("350200", "JCZD")} == {(0, 0)}

    row = await clerk.tx.connection.fetchrow("SELECT * FROM progress_report WHERE cycle = 'quarter'")
    assert row is not None
    anew = await progress_reports.complete(clerk.tx, row, narrative="一季度情况")
    assert counted(anew["figures"]) == (1, 1), "counted anew in the same way"


async def figures(clerk: Clerk, cycle: str, place: int) -> dict[Any, tuple[int, int]]:
    """Open the reports of a period of 2026; give what each office's counts."""
    made = await progress_reports.open_all(
        clerk.tx, clerk.books, clerk.calendar, "350200", cycle=cycle, year=2026, place=place
    )
    rows = await clerk.tx.connection.fetch("SELECT * FROM progress_report WHERE id = ANY($1::uuid[])", made)
    return {row["office_id"]: counted(row["figures"]) for row in rows}


def counted(told: str | dict[str, Any]) -> tuple[int, int]:
    """Give how many records a report counts as published, and how many its quality is about."""
    found = json.loads(told) if isinstance(told, str) else told
    return found["records_published"], found["completeness"]["whole"]
