"""What is owed without a row: reports that nobody opened, cases that nobody pushed, editions that nobody made."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import asyncpg
import pytest

from domain.calendar import working_calendar
from domain.installation_rows import office_id
from domain.lists.batch_periods import Period
from domain.oversight.due_items import TABLE
from domain.oversight.progress_reports import ORDERED_BY, ROLL, last_day
from domain.oversight.standing_duty import standing_duty_rows
from domain.rulebook.loader import load_rulebooks
from domain.rulebook.lookup import rule
from domain.rulebook.model import Rulebooks
from tests.client import Serve
from tests.commitments.people import settle

pytestmark = pytest.mark.anyio

BOOKS, CALENDAR = load_rulebooks(), working_calendar()
XIAMEN = "350200"
CLERKS_OFFICE = office_id(XIAMEN, "SP")
DUE = "SELECT * FROM " + TABLE.replace(":today", "$1::date") + " t WHERE kind = ANY($2) ORDER BY order_on, id"
ITEMS = """query ($kind: [DueKind!]) { dueItems(first: 100, filter: { kind: $kind }) {
  totalCount nodes { id kind objectId step startedOn dueOn late timeliness termStatus basis office { code } deadline { value quote } } } }"""


@pytest.fixture
async def connection(installed_url: str) -> AsyncIterator[asyncpg.Connection[Any]]:
    """Give a session whose changes are taken back."""
    made = await asyncpg.connect(installed_url)
    changes = made.transaction()
    await changes.start()
    yield made
    await changes.rollback()
    await made.close()


async def begin(connection: asyncpg.Connection[Any], day: date) -> None:
    """Let the installation have begun on a day."""
    await connection.execute(
        "UPDATE policy_version SET activated_at = $1", datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    )


async def unopened(connection: asyncpg.Connection[Any], today: date) -> dict[date, tuple[date | None, bool]]:
    """Give the months for which an office has no report: the last day to hand it in, and whether it is provisional."""
    rows = await connection.fetch(DUE, today, ["unopened_report"])
    return {
        row["started_on"]: (row["due_on"], row["due_provisional"]) for row in rows if row["office_id"] == CLERKS_OFFICE
    }


def rolling(books: Rulebooks, day: int) -> Rulebooks:
    """Give the rulebooks with another day of the month, and with a rule that lets it roll off a holiday."""
    xiamen = books.books["cn-xiamen-hrss-2021"]
    like = next(value for value in xiamen.values if value.path == "deadline.monthly_report")
    values = tuple(replace(one, value=day) if one is like else one for one in xiamen.values)
    changed = replace(xiamen, values=(*values, replace(like, path=ROLL, value=True, unit="boolean")))
    return replace(books, books={**books.books, xiamen.id: changed})


async def test_a_month_that_ended_is_due_until_a_report_is_opened_and_an_earlier_one_is_not_asked_for(
    connection: asyncpg.Connection[Any],
) -> None:
    """XM-09a, XM-09b: nothing before the installation; the month in which it began is the first."""
    await begin(connection, date(2026, 3, 18))

    assert await unopened(connection, date(2026, 3, 31)) == {}
    assert await unopened(connection, date(2026, 4, 1)) == {date(2026, 3, 31): (date(2026, 4, 5), False)}
    assert sorted(await unopened(connection, date(2026, 6, 1))) == [
        date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("month_ends", "day", "rolls", "due"),
    [
        (date(2024, 2, 29), 5, False, (date(2024, 3, 5), False)),  # a leap month
        (date(2024, 1, 31), 31, False, (date(2024, 2, 29), False)),  # a day that the leap month lacks
        (date(2023, 1, 31), 31, False, (date(2023, 2, 28), False)),
        (date(2021, 9, 30), 5, False, (date(2021, 10, 5), False)),  # National Day, and no rule says that it rolls
        (date(2021, 9, 30), 5, True, (date(2021, 10, 8), False)),
        (date(2024, 3, 31), 28, True, (date(2024, 4, 28), False)),  # a Sunday on which people work 调休
        (date(2025, 12, 31), 5, True, (date(2026, 1, 5), False)),  # into the next year
        (date(2026, 12, 31), 2, True, (date(2027, 1, 4), True)),  # a year that is not announced
        (date(2028, 12, 31), 5, True, (None, True)),  # beyond the calendar
        (date(2028, 12, 31), 5, False, (date(2029, 1, 5), False)),
    ],
)  # fmt: skip
async def test_the_last_day_of_a_report_that_nobody_opened(
    connection: asyncpg.Connection[Any], month_ends: date, day: int, rolls: bool, due: tuple[date | None, bool]
) -> None:
    """XM-09b: leap days, days a month lacks, holidays, make-up days, the calendar's end."""
    await begin(connection, month_ends)
    await connection.execute("UPDATE standing_duty SET day = $1, rolls = $2 WHERE cycle = 'month'", day, rolls)

    assert (await unopened(connection, date(2029, 2, 1)))[month_ends] == due


@pytest.mark.parametrize("day", [1, 5, 31])
async def test_a_report_is_due_on_one_day_whether_somebody_opened_it_or_not(
    connection: asyncpg.Connection[Any], day: int
) -> None:
    """XM-09b: what is due without a row, and what the row says once there is one, for every month of the calendar."""
    await begin(connection, date(2021, 1, 1))
    books = rolling(BOOKS, day)
    await connection.execute("UPDATE standing_duty SET day = $1, rolls = TRUE WHERE cycle = 'month'", day)
    found = await unopened(connection, date(2029, 2, 1))
    months = [Period(year, month, "month") for year in range(2021, 2029) for month in range(1, 13)]
    answer = rule(books, XIAMEN, ORDERED_BY["month"], date(2021, 6, 30))
    said = {one.last_day: last_day(books, CALENDAR, XIAMEN, one, answer) for one in months}

    assert {ends: (due.on, due.provisional) for ends, due in said.items()} == {ends: found[ends] for ends in said}


async def test_reports_that_were_kept_here_before_are_asked_for_from_the_first_that_was_handed_in(
    connection: asyncpg.Connection[Any],
) -> None:
    """XM-09a: a place that hands its reports in here owes all of them from there on."""
    await begin(connection, date(2026, 3, 18))
    await connection.execute(
        "INSERT INTO progress_report (id, jurisdiction_id, office_id, cycle, from_on, to_on, state, due_on, due_provisional, basis,"
        " figures, figures_on, narrative, drafted_at, completed_at, handed_in_at) VALUES (uuidv7(), '350200', $1, 'month',"
        " '2026-01-01', '2026-01-31', 'handed_in', '2026-02-05', FALSE, 'x', '{}', '2026-02-01', 'x', now(), now(), now())",
        office_id(XIAMEN, "KS"),
    )

    assert sorted(await unopened(connection, date(2026, 3, 18))) == [date(2026, 1, 31), date(2026, 2, 28)]


async def test_who_hands_in_the_report_of_a_quarter_makes_nobody_late_with_its_months(
    connection: asyncpg.Connection[Any],
) -> None:
    """XM-31: before the installation nobody could hand in the monthly ones here."""
    await begin(connection, date(2026, 3, 18))
    await connection.execute(
        "INSERT INTO progress_report (id, jurisdiction_id, office_id, cycle, from_on, to_on, state, due_provisional, basis,"
        " figures, figures_on, narrative, drafted_at, completed_at, handed_in_at) VALUES (uuidv7(), '350200', $1, 'quarter',"
        " '2025-10-01', '2025-12-31', 'handed_in', FALSE, 'x', '{}', '2026-01-01', 'x', now(), now(), now())",
        office_id(XIAMEN, "JC"),
    )

    assert sorted(await unopened(connection, date(2026, 4, 2))) == [date(2026, 3, 31)]


async def test_a_quarter_has_no_last_day(connection: asyncpg.Connection[Any]) -> None:
    """XM-31: a cycle, and no day by which; whose it is, is known."""
    await begin(connection, date(2026, 1, 1))
    rows = await connection.fetch(DUE, date(2026, 4, 1), ["unopened_report"])
    quarters = [row for row in rows if row["step"] == "not_opened" and row["path"] == "deadline.quarterly_progress"]

    assert [(row["started_on"], row["due_on"], row["office_id"]) for row in quarters] == [
        (date(2026, 3, 31), None, office_id(XIAMEN, "JC"))
    ]


async def test_cases_are_due_at_the_end_of_the_year_until_enough_are_receipted(
    connection: asyncpg.Connection[Any],
) -> None:
    """XM-27: 不少于 is inclusive; what is pushed and not receipted, or withdrawn again, is still owed."""
    await begin(connection, date(2026, 3, 18))
    office = office_id(XIAMEN, "JCZD")
    told = []
    for published, receipted, withdrawn in (
        ("2026-05-01", "2026-05-02", None),
        ("2026-05-01", None, None),
        ("2026-05-01", "2026-05-02", "2026-06-01"),
        ("2025-12-31", "2026-01-01", None),
        ("2026-05-01", "2026-05-02", None),
        ("2026-12-31", "2026-12-31", None),
    ):
        await connection.execute(
            "INSERT INTO typical_case (id, jurisdiction_id, office_id, kind, polarity, title, text, basis, state, version,"
            " proposed_at, decided_by, decided_at, published_at, platform_at, withdrawn_at, reason, proposed_by)"
            " VALUES (uuidv7(), '350200', $1, 'x', 'neutral', 'x', 'x', 'x', $5, 1, now(), uuidv7(), now(), $2::text::timestamptz,"
            " $3::text::timestamptz, $4::text::timestamptz, CASE WHEN $5 = 'withdrawn' THEN 'x' END, uuidv7())",
            office, f"{published}T04:00Z", receipted and f"{receipted}T04:00Z", withdrawn and f"{withdrawn}T04:00Z",
            "withdrawn" if withdrawn else "approved",
        )  # fmt: skip
        rows = await connection.fetch(DUE, date(2026, 12, 31), ["typical_cases"])
        told.append([(row["step"], row["due_on"]) for row in rows if row["office_id"] == office])

    ends = date(2026, 12, 31)
    assert told == [[("1/3", ends)]] * 4 + [[("2/3", ends)], []]


async def test_an_edition_that_nobody_made_is_late_and_one_that_was_made_is_not_due(
    connection: asyncpg.Connection[Any],
) -> None:
    """XM-01a, XM-01b, XM-07: a catalogue or list for which the text names a day."""
    before = {row["step"]: row["due_on"] for row in await connection.fetch(DUE, date(2026, 3, 18), ["edition"])}
    await connection.execute(
        "INSERT INTO edition (id, jurisdiction_id, kind, label, title, source, basis, rulebook, state, valid_from)"
        " VALUES (uuidv7(), '350200', 'policies', 'x', 'x', 'x', 'x', 'x', 'approved', '2026-01-01')"
    )
    after = {row["step"] for row in await connection.fetch(DUE, date(2026, 3, 18), ["edition"])}

    assert before["policies"] == date(2021, 12, 31)
    assert after == set(before) - {"policies"}


async def test_an_office_that_never_opens_its_report_sees_it_due_and_late(serve: Serve, installed_url: str) -> None:
    """XM-09b, XM-31, HC-29a: over HTTP, by office and for the credit office; opened, it is the report itself that is due."""
    await settle(installed_url)
    asked: dict[str, Any] = {"kind": ["UNOPENED_REPORT"]}
    told = {}
    for day in (1, 5, 6):
        async with serve(installed_url, now=datetime(2026, 4, day, 2, tzinfo=UTC)) as client:
            (item,) = (await client.data(ITEMS, asked, caller="xiamen-clerk"))["dueItems"]["nodes"]
            told[day] = (item["timeliness"], item["late"])
    assert told == {1: ("PENDING", False), 5: ("PENDING", False), 6: ("OVERDUE", True)}
    assert (item["dueOn"], item["startedOn"], item["step"]) == ("2026-04-05", "2026-03-31", "not_opened")
    assert item["objectId"] == f"Office:{CLERKS_OFFICE}"
    assert item["basis"] == "《厦门市人力资源和社会保障局2021年社会信用体系建设工作要点》 9"
    assert item["deadline"] == {"value": 5, "quote": "并于次月5日将信用体系建设工作开展情况报送至监察处汇总"}
    async with serve(installed_url, now=datetime(2026, 4, 6, 2, tzinfo=UTC)) as client:
        place = (await client.data(ITEMS, asked, caller="xiamen-credit-a"))["dueItems"]
        assert sum(one["late"] for one in place["nodes"]) == 15
        assert [one["timeliness"] for one in place["nodes"] if one["dueOn"] is None] == ["NONE_SET"]
        assert await client.data(
            "query ($id: ID!) { dueItem(id: $id) { dueOn } }", {"id": item["id"]}, caller="xiamen-clerk"
        ) == {"dueItem": {"dueOn": "2026-04-05"}}
        await client.data(
            "mutation { draftProgressReport(input: { cycle: MONTH, year: 2026, period: 3 }) { receipts } }",
            caller="xiamen-clerk",
        )
        kinds = {"kind": ["UNOPENED_REPORT", "PROGRESS_REPORT"]}
        (opened,) = (await client.data(ITEMS, kinds, caller="xiamen-clerk"))["dueItems"]["nodes"]
        assert (opened["kind"], opened["dueOn"], opened["late"]) == ("PROGRESS_REPORT", "2026-04-05", True)


def test_what_is_owed_is_the_same_whenever_it_is_installed() -> None:
    """XM-09a, XM-27, XM-31: fifteen offices a month, one a quarter, quotas, dated editions; no row twice."""
    rows = standing_duty_rows(BOOKS)

    assert rows == standing_duty_rows(load_rulebooks())
    assert len({row["id"] for row in rows}) == len(rows)
    holding = [row for row in rows if row["until_on"] is None]
    counts = {
        kind: sum(row["kind"] == kind and row["cycle"] != "quarter" for row in holding) for kind in ("report", "cases")
    }
    assert counts == {"report": 15, "cases": 9}
    assert {row["jurisdiction_id"] for row in rows} == {XIAMEN}
