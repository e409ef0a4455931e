"""The reports of a period summed up as a workbook, for the office to which they are handed in; as of any past day."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from python_calamine import CalamineWorkbook

from tests.client import Client, Serve
from tests.commitments.people import settle
from tests.progress.test_progress_reports import COMPLETE, FIFTEEN, HAND_IN, OPEN, READ, asked

pytestmark = pytest.mark.anyio

WORDS = "=公示许可两件"
FEBRUARY = {"from": "2026-02-01", "to": "2026-02-28"}


@pytest.fixture(scope="module")
async def client(serve: Serve, installed_url: str) -> AsyncIterator[Client]:
    """Serve a place that has been here since December, one of whose offices reported February, late."""
    await settle(installed_url)
    connection = await asyncpg.connect(installed_url)
    await connection.execute("UPDATE policy_version SET activated_at = '2025-12-10'")
    await connection.close()
    async with serve(installed_url) as made:
        await made.data(OPEN, asked("MONTH", 2026, 2), caller="xiamen-credit-a")
        (own,) = (await made.data(READ, caller="xiamen-clerk"))["progressReports"]["nodes"]
        await made.data(COMPLETE, {"id": own["id"], "text": WORDS}, caller="xiamen-clerk")
        await made.data(HAND_IN, {"id": own["id"]}, caller="xiamen-reviewer")
        yield made


async def test_who_sums_up_reads_what_each_office_reported_and_who_did_not(client: Client) -> None:
    """XM-09a, XM-09b: 报送至监察处汇总, as one file with every office that owes."""
    title, told, heads, *rows = await sheet(client, "报送情况", **FEBRUARY)
    assert title[0] == "厦门市信用体系建设工作进展汇总 2026-02-01 至 2026-02-28，截至 2026-03-18"
    assert told[0] == "共15份：迟报1份，逾期未报14份"
    assert heads[:4] == ["报告期", "单位", "状态", "期限"]
    assert len(rows) == len(FIFTEEN)
    (late,) = [row for row in rows if row[5] == "迟报"]
    assert late[:4] == ["2026年2月", "审批处", "已报送", "2026-03-05"]
    assert (late[4][:10], late[6]) == ("2026-03-18", "")
    assert {(row[2], row[4], row[5]) for row in rows if row is not late} == {("草稿", "", "逾期未报")}
    *_, heads, said = await sheet(client, "工作开展情况", **FEBRUARY)
    assert said == ["2026年2月", "审批处", WORDS], "a text, not a formula"
    _, _, heads, *rows, together = await sheet(client, "数据", **FEBRUARY)
    (own,) = [row for row in rows if row[1] == "审批处"]
    assert (own[heads.index("完整")], own[heads.index("公示")]) == ("0/0", 0)
    assert (together[0], together[heads.index("公示")]) == ("月报合计", 0)


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ({**FEBRUARY, "asOf": "2026-03-17"}, "共15份：逾期未报15份"),  # the day before they were opened
        ({**FEBRUARY, "asOf": "2026-03-05"}, "共15份：未到期15份"),
        ({**FEBRUARY, "asOf": "2026-02-28"}, "共0份"),  # the month is not over
        ({"from": "2026-01-02", "to": "2026-02-27"}, "共0份"),  # no whole month
        (
            {"from": "2025-10-01", "to": "2025-12-31"},
            "共16份：逾期未报15份，原文未定期限1份",
        ),  # the month and the quarter that ended since December 10
    ],
)
async def test_what_is_owed_is_told_as_of_any_day(client: Client, days: dict[str, str], told: str) -> None:
    """XM-09b, XM-31: owed is owed, row or no row, and a past day is told for ever as it was."""
    assert (await sheet(client, "报送情况", **days))[1][0] == told


async def test_an_office_reads_its_own_report_and_no_summary(client: Client) -> None:
    for caller, status in ((None, 403), ("xiamen-clerk", 403), ("haicang-credit-a", 404), ("xiamen-credit-b", 200)):
        assert (await download(client, caller, **FEBRUARY)).status_code == status, caller
    for days in ({}, {"from": "2026-02-01"}, {"from": "昨天", "to": "2026-02-28"}):
        assert (await download(client, "xiamen-credit-b", **days)).status_code == 400, days


async def sheet(client: Client, name: str, **days: str) -> list[list[Any]]:
    """Give the rows of the workbook."""
    answer = await download(client, "xiamen-credit-a", **days)
    assert answer.status_code == 200, answer.text
    return CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_name(name).to_python()


async def download(client: Client, caller: str | None, **days: str) -> Any:
    """Ask for the workbook."""
    headers = {"authorization": f"Bearer {client.token(caller)}"} if caller else {}
    return await client.http.get("/progress-reports/350200", params=days, headers=headers)
