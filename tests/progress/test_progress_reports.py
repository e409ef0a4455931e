"""Monthly and quarterly reports: owed by whom, due when, drafted from the data, handed in by the office, late or not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from api.execution.mutation import Work
from authz.vocabulary import Scope
from domain.calendar import working_calendar
from domain.installation_rows import office_id
from domain.lists.batch_periods import Period
from domain.oversight import quality_tally
from domain.oversight.progress_reports import ROLL, obligations, periods_due
from domain.rulebook.loader import load_rulebooks
from domain.rulebook.model import Rulebooks
from tests.client import NOW, Client, Serve
from tests.commitments.people import settle

pytestmark = pytest.mark.anyio

BOOKS, CALENDAR = load_rulebooks(), working_calendar()
FIFTEEN = {
    "SP", "SY", "GS", "ZZ", "ZJ", "LG", "RC", "JCZD", "SB", "KS", "JYZX", "LX", "RCZX", "GX", "ZCY",
}  # fmt: skip
OPEN = "mutation ($input: OpenProgressReportsInput!) { openProgressReports(input: $input) { receipts } }"
DRAFT = """mutation ($input: DraftProgressReportInput!) { draftProgressReport(input: $input) { progressReport {
  id state dueOn timeliness figures basis receiver { code } } } }"""
COMPLETE = """mutation ($id: ID!, $text: String!) { completeProgressReport(input: { progressReport: $id, narrative: $text }) {
  progressReport { state narrative figuresOn } } }"""
HAND_IN = """mutation ($id: ID!) { handInProgressReport(input: { progressReport: $id }) {
  progressReport { state timeliness platformAt history(first: 9) { nodes { verb } } } } }"""
TELL = "mutation ($id: ID!) { tellProgressReport(input: { progressReport: $id }) { progressReport { platformAt } } }"
READ = """query ($filter: ProgressReportFilter) { progressReports(first: 100, filter: $filter) {
  totalCount nodes { id state dueOn timeliness narrative office { code } } } }"""


def rolling(books: Rulebooks) -> Rulebooks:
    """Give the rulebooks with a rule that lets the day roll off a holiday."""
    xiamen = books.books["cn-xiamen-hrss-2021"]
    like = next(value for value in xiamen.values if value.path == "deadline.monthly_report")
    roll = replace(like, path=ROLL, value=True, unit="boolean")
    changed = replace(xiamen, values=(*xiamen.values, roll))
    return replace(books, books={**books.books, xiamen.id: changed})


def due(month: tuple[int, int], books: Rulebooks = BOOKS) -> tuple[date | None, bool]:
    """Give the last day of Xiamen's reports of a month."""
    found = {
        (one.due.on, one.due.provisional) for one in obligations(books, CALENDAR, "350200", Period(*month, "month"))
    }
    assert len(found) == 1
    return found.pop()


@pytest.mark.parametrize(
    ("month", "strict", "rolled"),
    [
        ((2021, 4), date(2021, 5, 5), date(2021, 5, 6)),  # Labour Day: the 5th is a holiday
        ((2021, 9), date(2021, 10, 5), date(2021, 10, 8)),  # National Day week
        ((2021, 8), date(2021, 9, 5), date(2021, 9, 6)),  # a Sunday
        ((2024, 2), date(2024, 3, 5), date(2024, 3, 5)),  # a leap month ends on the 29th
        ((2025, 12), date(2026, 1, 5), date(2026, 1, 5)),  # into the next year
    ],
)
def test_the_report_is_due_on_the_fifth_and_rolls_only_where_a_rule_says_so(
    month: tuple[int, int], strict: date, rolled: date
) -> None:
    """XM-09b: 于次月5日; what happens on a holiday is not said, so it does not roll."""
    assert due(month) == (strict, False)
    assert due(month, rolling(BOOKS)) == (rolled, False)


def test_beyond_the_calendar_a_rolling_day_is_not_known_and_a_strict_one_is() -> None:
    """XM-09b at the calendar's end."""
    assert due((2040, 1)) == (date(2040, 2, 5), False)
    assert due((2040, 1), rolling(BOOKS)) == (None, True)


def test_who_owes_a_report_is_the_rulebook_s() -> None:
    """XM-09a, XM-31: fifteen offices a month, the overseeing office a quarter without a day; nobody in Haicang."""
    month = obligations(BOOKS, CALENDAR, "350200", Period(2021, 5, "month"))
    assert {one.office_id for one in month} == {office_id("350200", code) for code in FIFTEEN}
    assert {one.receiver_id for one in month} == {office_id("350200", "JC")}
    (quarter,) = obligations(BOOKS, CALENDAR, "350200", Period(2021, 2, "quarter"))
    assert (quarter.office_id, quarter.due.on, quarter.due.provisional) == (office_id("350200", "JC"), None, False)
    for place in ("350205", "410700", "420300", "310000"):
        assert obligations(BOOKS, CALENDAR, place, Period(2021, 5, "month")) == [], place


def test_the_months_whose_reports_fall_due_in_a_quarter_reach_over_its_edge() -> None:
    found = [(one.year, one.place) for one in periods_due(date(2026, 1, 1), date(2026, 3, 31))]

    assert found == [(2025, 12), (2026, 1), (2026, 2), (2026, 3)]


@pytest.fixture(scope="module")
async def client(serve: Serve, installed_url: str) -> AsyncIterator[Client]:
    await settle(installed_url)
    async with serve(installed_url) as made:
        yield made


def asked(cycle: str, year: int, period: int) -> dict[str, Any]:
    return {"input": {"cycle": cycle, "year": year, "period": period}}


async def test_a_month_from_opening_to_the_platform(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """XM-09a, XM-09b, XM-09e, HC-29a: the wrong person, the wrong order, the late one and the foreign one."""
    february = asked("MONTH", 2026, 2)
    for nobody in (None, "xiamen-clerk", "xiamen-reviewer", "xiamen-bank", "xiamen-security"):
        assert await client.codes(OPEN, february, caller=nobody) == ["FORBIDDEN"], nobody
    assert await client.codes(OPEN, february, caller="haicang-credit-a") == ["PROGRESS_REPORT_NOT_OWED"]
    assert await client.codes(OPEN, asked("MONTH", 2026, 13), caller="xiamen-credit-a") == ["BATCH_PERIOD_INVALID"]
    with monkeypatch.context() as narrower:
        narrower.setattr(Work, "scopes", lambda *_: (Scope.OWN_OFFICE,))
        assert await client.codes(OPEN, february, caller="xiamen-credit-a") == ["NOT_FOUND"], "reports of other offices"
    opened = await client.data(OPEN, february, caller="xiamen-credit-a")
    assert len(opened["openProgressReports"]["receipts"]) == len(FIFTEEN)
    again = await client.data(OPEN, february, caller="xiamen-credit-a")
    assert again["openProgressReports"]["receipts"] == []
    reports = (await client.data(READ, caller="xiamen-credit-b"))["progressReports"]["nodes"]
    assert {one["office"]["code"] for one in reports} == FIFTEEN
    assert {(one["dueOn"], one["timeliness"]) for one in reports} == {("2026-03-05", "OVERDUE")}
    assert await client.codes(DRAFT, february, caller="xiamen-clerk") == ["PROGRESS_REPORT_EXISTS"]
    (own,) = (await client.data(READ, caller="xiamen-clerk"))["progressReports"]["nodes"]
    items = "{ dueItems(first: 9, filter: { kind: [PROGRESS_REPORT] }) { nodes { objectId late basis dueOn } } }"
    (item,) = (await client.data(items, caller="xiamen-clerk"))["dueItems"]["nodes"]
    assert (item["objectId"], item["late"], item["dueOn"]) == (own["id"], True, "2026-03-05")
    assert item["basis"] == "《厦门市人力资源和社会保障局2021年社会信用体系建设工作要点》 9"

    key = {"id": own["id"]}
    assert await client.codes(HAND_IN, key, caller="xiamen-reviewer") == ["STATE_CONFLICT"]
    for nobody in (None, "xiamen-credit-a", "xiamen-bank"):
        assert await client.codes(COMPLETE, {**key, "text": "已开展"}, caller=nobody) == ["FORBIDDEN"], nobody
    assert await client.codes(COMPLETE, {**key, "text": "已开展"}, caller="xiamen-other-clerk") == ["NOT_FOUND"]
    assert await client.codes(COMPLETE, {**key, "text": " "}, caller="xiamen-clerk") == ["INVALID_INPUT"]
    named = {**key, "text": "当事人110101199003070134"}
    assert await client.codes(COMPLETE, named, caller="xiamen-clerk") == ["PERSONAL_TEXT_IN_PUBLIC"]
    said = await client.data(COMPLETE, {**key, "text": "二月公示许可，无异议。"}, caller="xiamen-clerk")
    assert said["completeProgressReport"]["progressReport"]["figuresOn"] == "2026-03-18"
    assert await client.codes(HAND_IN, key, caller="xiamen-clerk") == ["FORBIDDEN"]
    assert await client.codes(HAND_IN, key, caller="xiamen-other-reviewer") == ["NOT_FOUND"]
    assert await client.codes(TELL, key, caller="xiamen-reviewer") == ["STATE_CONFLICT"]
    done = (await client.data(HAND_IN, key, caller="xiamen-reviewer"))["handInProgressReport"]["progressReport"]
    assert (done["state"], done["timeliness"], done["platformAt"]) == ("HANDED_IN", "LATE", None)
    assert {one["verb"] for one in done["history"]["nodes"]} == {
        "complete",
        "hand_in",
    }  # the opening was not the office's
    assert await client.codes(COMPLETE, {**key, "text": "再改"}, caller="xiamen-clerk") == ["STATE_CONFLICT"]
    told = (await client.data(TELL, key, caller="xiamen-reviewer"))["tellProgressReport"]["progressReport"]
    assert told["platformAt"] is not None
    assert await client.codes(TELL, key, caller="xiamen-reviewer") == ["STATE_CONFLICT"]
    assert (await client.data(items, caller="xiamen-clerk"))["dueItems"]["nodes"] == []
    late = (await client.data(READ, {"filter": {"late": True}}, caller="xiamen-credit-a"))["progressReports"]
    assert late["totalCount"] == len(FIFTEEN)
    read = {one["office"]["code"]: one["narrative"] for one in late["nodes"]}
    assert (read["SP"], read["JCZD"]) == ("二月公示许可，无异议。", None), "who sums up reads what was handed in"


async def test_a_report_is_handed_in_when_its_period_is_over(client: Client) -> None:
    """XM-09a: drafted and completed as early as wanted."""
    made = (await client.data(DRAFT, asked("MONTH", 2026, 3), caller="xiamen-clerk"))["draftProgressReport"][
        "progressReport"
    ]
    assert (made["dueOn"], made["timeliness"], made["receiver"]["code"]) == ("2026-04-05", "PENDING", "JC")
    assert made["figures"]["publication"] == {"part": 0, "whole": 0}
    await client.data(COMPLETE, {"id": made["id"], "text": "三月至今。"}, caller="xiamen-clerk")

    assert await client.codes(HAND_IN, {"id": made["id"]}, caller="xiamen-reviewer") == ["PROGRESS_PERIOD_RUNS"]
    assert await client.codes(DRAFT, asked("MONTH", 2026, 3), caller="haicang-clerk") == ["PROGRESS_REPORT_NOT_OWED"]
    assert await client.codes(DRAFT, asked("QUARTER", 2025, 4), caller="xiamen-clerk") == ["PROGRESS_REPORT_NOT_OWED"]
    assert await client.codes(DRAFT, asked("MONTH", 2026, 4), caller="xiamen-clerk") == ["BATCH_PERIOD_NOT_BEGUN"]
    assert await client.codes(OPEN, asked("MONTH", 2026, 4), caller="xiamen-credit-a") == ["BATCH_PERIOD_NOT_BEGUN"]


async def test_a_quarter_has_a_cycle_and_no_last_day(client: Client) -> None:
    """XM-31: none set; quarter end would be ours."""
    await client.data(OPEN, asked("QUARTER", 2025, 4), caller="xiamen-credit-a")
    found = (await client.data(READ, {"filter": {"cycle": ["QUARTER"]}}, caller="xiamen-credit-a"))["progressReports"]

    assert [(one["office"]["code"], one["dueOn"], one["timeliness"]) for one in found["nodes"]] == [
        ("JC", None, "NONE_SET")
    ]


@pytest.fixture
async def running_since_december(installed_url: str) -> AsyncIterator[None]:
    """Let the installation have begun in December."""
    connection = await asyncpg.connect(installed_url)
    was = await connection.fetch("SELECT id, activated_at FROM policy_version")
    await connection.execute("UPDATE policy_version SET activated_at = '2025-12-10'")
    yield
    for row in was:
        await connection.execute("UPDATE policy_version SET activated_at = $2 WHERE id = $1", *row)
    await connection.close()


@pytest.mark.usefixtures("running_since_december")
async def test_a_report_that_nobody_drafted_is_late_on_the_score_card(client: Client) -> None:
    """XM-09b, XM-31: owed is owed, row or no row; on its last day it is counted."""
    card = """query ($asOf: Date!) { scoreCard(jurisdiction: "350200", from: "2026-01-01", to: "2026-03-31", asOf: $asOf) {
      rows { office score rank components { name rate { part whole } } } } }"""
    told = {}
    for day in ("2026-01-04", "2026-01-05", "2026-03-05"):
        rows = (await client.data(card, {"asOf": day}, caller="xiamen-credit-a"))["scoreCard"]["rows"]
        office = next((one for one in rows if one["office"] == f"Office:{office_id('350200', 'KS')}"), None)
        rates = {one["name"]: one["rate"] for one in office["components"]} if office else {}
        told[day] = rates.get("reports")

    assert told == {"2026-01-04": None, "2026-01-05": {"part": 0, "whole": 1}, "2026-03-05": {"part": 0, "whole": 3}}


async def test_the_figures_of_quality_are_the_tally_s_and_tell_as_of_when(client: Client, installed_url: str) -> None:
    """XM-09a at the scale of a city: counted beside requests, where counting record by record would take minutes."""
    counted_at = NOW - timedelta(minutes=9)
    connection = await asyncpg.connect(installed_url)
    assert await quality_tally.count(connection, counted_at)
    await connection.close()
    made = (await client.data(DRAFT, asked("MONTH", 2026, 1), caller="xiamen-clerk"))["draftProgressReport"]

    assert datetime.fromisoformat(made["progressReport"]["figures"]["counted_at"]) == counted_at
