"""The score card equals the one a jurist computed by hand, on any day; as a field and as a workbook, for whom it is."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from python_calamine import CalamineWorkbook

from api.execution import standing
from domain.credit.records import MACHINE as RECORDS
from domain.ids import new_id
from domain.installation_rows import office_id
from domain.lifecycle import move
from domain.lists.list_batches import MACHINE as BATCHES
from domain.oversight.quality import Share
from domain.oversight.score_card import _ranked
from tests.client import NOW, Client, Serve
from tests.commitments.ground import make_ground
from tests.commitments.people import settle
from tests.quality.records import enter
from tests.quality.test_figures import CASES

pytestmark = pytest.mark.anyio

CARD = """query ($place: String!, $from: Date!, $to: Date!, $asOf: Date) {
  scoreCard(jurisdiction: $place, from: $from, to: $to, asOf: $asOf) { components status reading offices
    rows { office officeName rank score components { name counts rate { part whole rate } } } } }"""
ASKED = {"place": CASES["place"], "from": CASES["from"].isoformat(), "to": CASES["to"].isoformat()}


@pytest.fixture(scope="module")
async def firm(installed_url: str) -> UUID:
    """Enter the quarter of the case file; give the firm it is about."""
    towns = await settle(installed_url)
    connection = await asyncpg.connect(installed_url)
    ground = make_ground(connection, now=NOW)
    for told in CASES["record"]:
        await enter(ground, CASES["place"], told, towns["haicang"].firm)
    await connection.close()
    return towns["haicang"].firm


@pytest.fixture(scope="module")
async def client(serve: Serve, installed_url: str, firm: UUID) -> AsyncIterator[Client]:
    async with serve(installed_url) as made:
        yield made


async def card(client: Client, caller: str, as_of: date) -> dict[str, Any]:
    """Read the card as it stood on a day."""
    found: dict[str, Any] = (await client.data(CARD, {**ASKED, "asOf": as_of.isoformat()}, caller=caller))["scoreCard"]
    return found


@pytest.mark.parametrize("case", CASES["card"], ids=lambda case: str(case["as_of"]))
async def test_the_card_is_the_one_computed_by_hand(client: Client, case: dict[str, Any]) -> None:
    """HC-29b, HC-09a: score and rank of every office."""
    told = await card(client, "haicang-credit-b", case["as_of"])

    assert {row["office"]: [row["rank"], row["score"]] for row in told["rows"]} == {
        f"Office:{office_id(CASES['place'], code)}": wanted for code, wanted in case["scores"].items()
    }
    assert told["status"] == "SERVICE_DEFAULT".lower()
    assert "no text says" in told["reading"]


def test_alike_scores_have_alike_ranks_and_none_has_none() -> None:
    """HC-29b, XM-31."""
    offices = [UUID(int=number) for number in range(5)]
    rates = [Share(1, 2), Share(3, 4), Share(2, 4), Share(0, 0), Share(0, 9)]
    rows = _ranked({one: {"publication": rate} for one, rate in zip(offices, rates, strict=True)}, ("publication",))

    assert {row.office_id.int: (row.score, row.rank) for row in rows} == {
        1: (Fraction(75), 1),
        0: (Fraction(50), 2),
        2: (Fraction(50), 2),
        4: (Fraction(0), 4),
        3: (None, None),
    }


async def test_an_office_sees_its_own_row_with_its_rank(client: Client) -> None:
    """HC-29a."""
    told = await card(client, "haicang-clerk", date(2026, 3, 18))
    assert [(row["office"], row["rank"]) for row in told["rows"]] == [(f"Office:{office_id('350205', 'RSJ')}", 2)]
    assert [row["officeName"] for row in told["rows"]] == ["区人力资源和社会保障局"]
    assert told["offices"] == 2
    for caller in (None, "haicang-bank", "haicang-security", "haicang-firm"):
        assert await client.codes(CARD, ASKED, caller=caller) == ["FORBIDDEN"], caller
    assert await client.codes(CARD, ASKED, caller="shanghai-credit-a") == ["NOT_FOUND"]


async def test_what_was_amended_afterwards_does_not_change_a_card_of_the_past(
    client: Client, installed_url: str
) -> None:
    """XM-08c: the numbers of a past day come from the ledger's images, not from today's rows."""
    days = {code: date(2026, 3, day) for code, day in {"before": 12, "after": 16}.items()}
    connection = await asyncpg.connect(installed_url)
    row = await connection.fetchrow(
        "SELECT * FROM credit_record WHERE office_id = $1 AND severity IS NULL AND publication_due_on IS NOT NULL",
        office_id(CASES["place"], "RSJ"),
    )
    assert row is not None
    before = await card(client, "haicang-credit-b", days["before"])
    ground = make_ground(connection, now=datetime(2026, 3, 15, 4, tzinfo=UTC))
    async with connection.transaction():
        await connection.execute(
            "INSERT INTO ledger_event (id, kind, at, object, object_id, verb, outcome, image, policy_version, role)"
            " SELECT $1, 'change', submitted_at, 'credit_record', id, 'submit', 'done', to_jsonb(r), 1, ''"
            " FROM credit_record r WHERE id = $2",
            new_id(),
            row["id"],
        )
        changes = {"severity": "minor", "publication_due_on": date(2026, 4, 9), "version": 2}
        await move(ground.tx, RECORDS, "amend", row["id"], changes, reason="更正")
        await connection.execute(
            "INSERT INTO credit_record_version (id, record_id, subject_id, about_person, office_id, version, title, content,"
            " reason, replaced_at) SELECT $1, id, subject_id, about_person, office_id, 1, title, content, '更正', $3"
            " FROM credit_record WHERE id = $2",
            new_id(),
            row["id"],
            ground.tx.now,
        )
    await connection.close()

    assert await card(client, "haicang-credit-b", days["before"]) == before
    assert await card(client, "haicang-credit-b", days["after"]) != before


async def test_the_workbook_tells_what_the_field_tells(client: Client) -> None:
    """HC-29b, XM-31: downloadable, with numbers as numbers and no formulas."""
    told = await card(client, "haicang-credit-b", date(2026, 3, 18))
    answer = await download(client, "haicang-credit-b", asOf="2026-03-18")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    rows, counts = (book.get_sheet_by_name(name).to_python() for name in ("成绩单", "明细"))

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/vnd.openxmlformats")
    assert str(rows[0][0]).startswith("海沧区信用工作成绩单 2026-01-01 至 2026-03-31，截至 2026-03-18")
    assert rows[2][:5] == ["排名", "单位", "得分", "完整率", "双公示及时率 目标≥95%"]
    assert counts[2][:4] == ["排名", "单位", "完整率 分子", "完整率 分母"]
    assert [(row[0], row[2]) for row in rows[3:]] == [(row["rank"], row["score"]) for row in told["rows"]]
    for row, count, office in zip(rows[3:], counts[3:], told["rows"], strict=True):
        rates = [component["rate"] for component in office["components"]]
        assert count[:2] == row[:2]
        assert count[2:] == [one[end] for one in rates for end in ("part", "whole")]
        scored = [component["rate"]["rate"] for component in office["components"] if component["counts"]]
        assert row[3:] == ["不适用" if rate is None else pytest.approx(rate) for rate in scored]


async def test_who_may_not_download_the_workbook_and_what_is_no_day(client: Client) -> None:
    for caller, status in (
        (None, 403), ("haicang-clerk", 403), ("haicang-bank", 403), ("shanghai-credit-a", 404), ("xiamen-credit-b", 200),
    ):  # fmt: skip
        assert (await download(client, caller)).status_code == status, caller
    for days in (
        {"from": "2026-13-01"},
        {"to": "2025-01-01"},
        {"asOf": "2027-01-01"},
        {"asOf": "昨天"},
        YEAR_ONE,
        {"asOf": "20250401"},
        {"from": "2025-W01-1"},
        {"asOf": "0001-01-01"},
    ):
        assert (await download(client, "haicang-credit-b", **days)).status_code == 400, days
    undated = await client.http.get(
        f"/score-cards/{CASES['place']}?to={ASKED['to']}",
        headers={"authorization": f"Bearer {client.token('haicang-credit-b')}"},
    )
    assert (undated.status_code, undated.json()["errors"][0]["extensions"]["code"]) == (400, "INVALID_INPUT")
    unknown = await client.http.get(
        "/score-cards/999999?from=2026-01-01&to=2026-03-31",
        headers={"authorization": f"Bearer {client.token('haicang-credit-b')}"},
    )
    assert unknown.status_code == 404


async def test_no_workbook_is_made_under_an_authority_that_never_settles(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_: Any) -> bool:
        return False

    monkeypatch.setattr(standing, "stands", never)
    refused = await download(client, "haicang-credit-b")
    assert refused.json()["errors"][0]["extensions"]["code"] == "AUTHORITY_UNSETTLED"


YEAR_ONE = {"from": "0001-01-01", "to": "0001-01-02"}


async def download(client: Client, caller: str | None, **changes: str) -> Any:
    """Ask for the workbook."""
    headers = {"authorization": f"Bearer {client.token(caller)}"} if caller else {}
    days = {"from": ASKED["from"], "to": ASKED["to"], **changes}
    return await client.http.get(f"/score-cards/{CASES['place']}", params=days, headers=headers)


XINXIANG_CARD = {"place": "410700", "from": "2025-01-01", "to": "2025-12-31"}


async def test_the_appraisal_counts_batches_due_and_handed_in(client: Client, installed_url: str) -> None:
    """XX-20, XX-05, XX-16: 纳入考评: of eight quarters' batches, red and black, one came; XX-06.2: of two owners, for both.

    What went before the installation is unknown: it counts from there on, or from the first batch that came here.
    """
    connection = await asyncpg.connect(installed_url)
    was = await connection.fetchval("SELECT min(activated_at) FROM policy_version")
    await connection.execute(_ACTIVATED, datetime(2024, 6, 1, tzinfo=UTC))
    labour, inspection, dispatch = (office_id("410700", code) for code in ("LDGX", "JCK", "JYB"))
    handed_in = datetime(2025, 7, 3, 2, tzinfo=UTC)
    async with connection.transaction():
        await _batch(connection, labour, "hours_contracts_construction", period=2, submitted_at=handed_in)
        await _batch(connection, dispatch, "labour_dispatch", period=2, submitted_at=None)

    async def shown(as_of: str) -> dict[UUID, list[int]]:
        answer = await client.data(CARD, {**XINXIANG_CARD, "asOf": as_of}, caller="xinxiang-credit-a")
        told = answer["scoreCard"]
        assert (told["components"], told["status"]) == (["objections", "batches"], "says")
        return {
            UUID(row["office"].removeprefix("Office:")): [part["rate"]["part"], part["rate"]["whole"]]
            for row in told["rows"] for part in row["components"] if part["name"] == "batches"
        }  # fmt: skip

    last = await shown("2026-01-01")
    assert (last[labour], last[inspection], last[dispatch]) == ([1, 8], [1, 8], [0, 8])
    assert (await shown("2025-12-31"))[labour] == [1, 6], "the fourth quarter is over when its last day is"
    assert (await shown("2025-07-02"))[labour] == [0, 4], "handed in the day after"

    await connection.execute(_ACTIVATED, datetime(2025, 8, 10, tzinfo=UTC))
    assert (await shown("2026-01-01"))[labour] == [1, 6], "from the quarter that came on"
    assert await shown("2025-07-02") == {}, "that day it had not come, and nothing was here"
    await connection.execute("UPDATE list_batch SET submitted_at = NULL WHERE year = 2025")
    assert (await shown("2026-01-01"))[labour] == [0, 4], "from the installation on"
    await connection.execute(_ACTIVATED, was)
    await connection.close()


async def test_a_batch_counts_from_when_it_was_first_handed_in(client: Client, installed_url: str) -> None:
    """XX-20: returned and handed in again, or handed in by the other owner too, the card of the day stays what it was."""
    connection = await asyncpg.connect(installed_url)
    labour, inspection = (office_id("410700", code) for code in ("LDGX", "JCK"))
    domain = "hours_contracts_construction"
    batch, other = [
        await _batch(connection, office, domain, period=3, submitted_at=None) for office in (labour, inspection)
    ]

    async def step(verb: str, day: datetime, which: UUID) -> None:
        ground = make_ground(connection, now=day)
        told: dict[str, dict[str, Any]] = {
            "submit": {"submitted_at": day},
            "return": {"returned_at": day, "return_reason": "补正", "round": 2},
        }
        async with connection.transaction():
            await move(ground.tx, BATCHES, verb, which, told[verb])

    async def shown() -> dict[str, Any]:
        answer = await client.data(CARD, {**XINXIANG_CARD, "asOf": "2025-10-10"}, caller="xinxiang-credit-a")
        found: dict[str, Any] = answer["scoreCard"]
        return found

    await step("submit", datetime(2025, 10, 9, 2, tzinfo=UTC), batch)
    before = await shown()
    assert [
        part["rate"]["part"] for row in before["rows"] for part in row["components"]
        if part["name"] == "batches" and row["office"] in (f"Office:{labour}", f"Office:{inspection}")
    ] == [1, 1]  # fmt: skip
    await step("return", datetime(2025, 10, 11, 2, tzinfo=UTC), batch)
    assert await shown() == before
    await step("submit", datetime(2025, 10, 20, 2, tzinfo=UTC), batch)
    assert await shown() == before
    await step("submit", datetime(2025, 10, 21, 2, tzinfo=UTC), other)
    assert await shown() == before
    await connection.close()


_ACTIVATED = "UPDATE policy_version SET activated_at = $1"


async def _batch(connection: asyncpg.Connection[Any], office: UUID, domain: str, **given: Any) -> UUID:
    """Open a regular batch of Xinxiang's black list, handed in or not; give its id."""
    values = {
        "id": new_id(), "credit_list_id": await connection.fetchval(_BLACK), "jurisdiction_id": "410700",
        "office_id": office, "publisher_id": office, "domain": domain, "cycle": "quarter", "year": 2025, "number": 0,
        "state": "opened" if given["submitted_at"] is None else "submitted", "round": 1, "nothing_to_list": False,
        "case_duty": "required", "basis": "三", "due_provisional": False, "opened_at": datetime(2025, 6, 1, tzinfo=UTC),
        **given,
    }  # fmt: skip
    places = ", ".join(f"${number}" for number in range(1, len(values) + 1))
    await connection.execute(f"INSERT INTO list_batch ({', '.join(values)}) VALUES ({places})", *values.values())
    return UUID(str(values["id"]))


_BLACK = "SELECT id FROM credit_list WHERE jurisdiction_id = '410700' AND code = 'black'"


UNOPENED = """query ($office: [ID!]) { dueItems(first: 100, filter: { kind: [UNOPENED_REPORT], office: $office }) {
  nodes { startedOn dueOn } } }"""
XIAMEN_CARD = {"place": "350200", "from": "2025-10-01", "to": "2026-03-31"}


async def test_the_card_counts_the_reports_that_what_is_due_asks_for(client: Client, installed_url: str) -> None:
    """XM-09, XM-31, HC-29b: nothing before the place kept its reports here, and no card of a past day is changed by a later one."""
    office = office_id("350200", "KS")

    async def shown(as_of: str) -> list[int] | None:
        answer = await client.data(CARD, {**XIAMEN_CARD, "asOf": as_of}, caller="xiamen-credit-a")
        for row in answer["scoreCard"]["rows"]:
            if row["office"] == f"Office:{office}":
                rate = next(one["rate"] for one in row["components"] if one["name"] == "reports")
                return [rate["part"], rate["whole"]] if rate["whole"] else None
        return None

    assert await shown("2026-03-18") is None, "installed on 18 March: the report of March is the first"
    connection = await asyncpg.connect(installed_url)
    handed_in = datetime(2026, 1, 4, 4, tzinfo=UTC)
    await connection.execute(
        "INSERT INTO progress_report (id, jurisdiction_id, office_id, cycle, from_on, to_on, state, due_on, due_provisional, basis,"
        " figures, figures_on, narrative, drafted_at, completed_at, handed_in_at) VALUES (uuidv7(), '350200', $1, 'month',"
        " '2025-12-01', '2025-12-31', 'handed_in', '2026-01-05', FALSE, 'x', '{}', '2026-01-01', 'x', $2, $2, $2)",
        office, handed_in,
    )  # fmt: skip
    await connection.close()

    assert await shown("2026-03-18") == [1, 3], (
        "December in time; January and February never; nothing of October, November"
    )
    assert await shown("2026-02-04") == [1, 1], "the last day of January's has not come"
    assert await shown("2026-01-03") is None, "as it stood before anything was handed in"
    due = await client.data(UNOPENED, {"office": [f"Office:{office}"]}, caller="xiamen-credit-a")
    months = [one for one in due["dueItems"]["nodes"] if one["dueOn"] is not None]
    assert [one["startedOn"] for one in months] == ["2026-01-31", "2026-02-28"]
