"""What is due, over HTTP: whose, by when, under which clause; late first; a day that nobody set is told as that."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import asyncpg
import pytest

from domain.clock import local_day
from domain.installation_rows import office_id
from domain.oversight.due_arm import NO_DAY
from tests.client import NOW, Client

pytestmark = pytest.mark.anyio

TODAY = local_day(NOW)
ITEM = """id kind objectId step party startedOn dueOn late timeliness termStatus basis orderOn
  office { code jurisdiction { id } } deadline { path value unit quote status layers }"""
ALL = f"query ($filter: DueItemFilter, $after: String) {{ dueItems(first: 100, after: $after, filter: $filter) {{ totalCount nodes {{ {ITEM} }} pageInfo {{ hasNextPage endCursor }} }} }}"
DEADLINES = """query ($place: [ID!], $path: [String!]) {
  deadlines(first: 50, filter: { jurisdiction: $place, path: $path }) {
    nodes { fromOn untilOn status value unit citation quote layers } } }"""


async def due(client: Client, caller: str, **filter_: Any) -> list[dict[str, Any]]:
    """Read everything that is due for a caller, page by page."""
    found: list[dict[str, Any]] = []
    after = None
    while True:
        page = (await client.data(ALL, {"filter": filter_, "after": after}, caller=caller))["dueItems"]
        found += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            assert len(found) == page["totalCount"]
            return found
        after = page["pageInfo"]["endCursor"]


async def test_an_office_sees_its_own_and_the_credit_office_the_whole_place(client: Client) -> None:
    """XM-09b, HC-29a: whose duties are shown to whom; nobody else is shown any."""
    own = await due(client, "xiamen-inspection-clerk")
    place = await due(client, "xiamen-credit-office")

    assert {item["office"]["code"] for item in own} == {"JCZD"}
    assert {item["id"] for item in own} < {item["id"] for item in place}
    assert {item["office"]["jurisdiction"]["id"] for item in place} == {
        "Jurisdiction:350200",
        "Jurisdiction:350205",
    }
    for caller in (None, "xiamen-bank", "security-officer", "person-with-consent"):
        assert await client.codes(ALL, caller=caller) == ["FORBIDDEN"], caller


async def test_the_demonstration_shows_reports_that_nobody_opened(client: Client) -> None:
    """XM-09b, HC-29a: one office handed its report in, the others are late, and so is everybody with the month after."""
    items = await due(client, "xiamen-credit-office", kind=["UNOPENED_REPORT"], dated=True)
    late = [(item["startedOn"], item["office"]["code"]) for item in items if item["late"]]

    assert {day for day, _ in late} == {"2026-01-31", "2026-02-28"}
    assert [office for day, office in late if office == "JCZD"] == ["JCZD"]
    assert len(late) == 14 + 15


async def test_a_foreign_item_and_none_are_answered_alike(client: Client) -> None:
    foreign = (await due(client, "xiamen-inspection-clerk"))[0]["id"]
    read = "query ($id: ID!) { dueItem(id: $id) { id } node(id: $id) { id } }"

    assert await client.data(read, {"id": foreign}, caller="xiamen-inspection-reviewer") == {
        "dueItem": {"id": foreign},
        "node": {"id": foreign},
    }
    for item in (foreign, "DueItem:00000000-0000-7000-8000-000000000000"):
        assert await client.data(read, {"id": item}, caller="xiamen-approval-clerk") == {"dueItem": None, "node": None}


async def test_what_is_late_comes_first_and_what_has_no_day_last(client: Client) -> None:
    """XM-08b, HC-29a."""
    items = await due(client, "xiamen-credit-office")
    late = [item["late"] for item in items]

    assert any(late)
    assert late == sorted(late, reverse=True)
    days = [item["orderOn"] for item in items]
    assert days == sorted(days)
    assert [item["dueOn"] is None for item in items] == [day == NO_DAY for day in days]
    assert {item["id"] for item in await due(client, "xiamen-credit-office", late=True)} == {
        item["id"] for item in items if item["late"]
    }
    assert {item["id"] for item in await due(client, "xiamen-credit-office", dated=False)} == {
        item["id"] for item in items if item["dueOn"] is None
    }


async def test_a_row_behind_an_item_is_found_by_its_id(client: Client) -> None:
    for caller in ("xiamen-inspection-clerk", "xinxiang-clerk", "shanghai-clerk", "haicang-clerk"):
        for item in await due(client, caller):
            found = await client.data(
                "query ($id: ID!) { node(id: $id) { id } }", {"id": item["objectId"]}, caller=caller
            )
            assert found["node"] == {"id": item["objectId"]}, item


@pytest.mark.parametrize(
    ("days", "late", "timeliness"), [(-1, True, "OVERDUE"), (0, False, "PENDING"), (1, False, "PENDING")]
)
async def test_the_last_day_itself_is_not_late(
    client: Client, demo_url: str, days: int, late: bool, timeliness: str
) -> None:
    """XM-08b: 7 working days from the closing; due today is not late, due yesterday is."""
    connection = await asyncpg.connect(demo_url)
    row = await connection.fetchval(
        "UPDATE credit_record SET publication_due_on = $1 WHERE id = (SELECT id FROM credit_record"
        " WHERE office_id = $2 AND state = 'submitted' AND publication_due_on IS NOT NULL ORDER BY id LIMIT 1) RETURNING id",
        TODAY + timedelta(days=days),
        office_id("350200", "JCZD"),
    )
    await connection.close()
    items = await due(client, "xiamen-inspection-clerk", kind=["PUBLICATION"])
    item = next(one for one in items if one["objectId"] == f"CreditRecord:{row}")

    assert (item["late"], item["timeliness"]) == (late, timeliness)
    assert item["basis"] == "《厦门市人力资源和社会保障局2021年社会信用体系建设工作要点》 8"
    assert (item["deadline"]["value"], item["deadline"]["unit"]) == (7, "working_day")
    assert item["termStatus"] in ("SAYS", "EXPIRED")


async def test_a_clock_that_stands_still_passes_no_day(client: Client, demo_url: str) -> None:
    """SH-10: an appraisal stops the clock; what was late before stays late."""
    connection = await asyncpg.connect(demo_url)
    row = await connection.fetchrow(
        "SELECT id, office_id FROM objection WHERE next_step IS NOT NULL ORDER BY id LIMIT 1"
    )
    assert row is not None
    told = {}
    for since in (TODAY - timedelta(days=5), TODAY - timedelta(days=1)):
        await connection.execute(
            "UPDATE objection SET due_on = $1, paused_since = $2, next_office_id = $3 WHERE id = $4",
            TODAY - timedelta(days=3),
            since,
            office_id("350200", "JCZD"),
            row["id"],
        )
        items = await due(client, "xiamen-inspection-clerk", kind=["OBJECTION"])
        told[since] = next(one["late"] for one in items if one["objectId"] == f"Objection:{row['id']}")
    await connection.close()

    assert told == {TODAY - timedelta(days=5): False, TODAY - timedelta(days=1): True}


async def test_a_missing_severity_is_due_by_itself_beside_the_publication(client: Client, demo_url: str) -> None:
    """XM-02a: never made up, never silent, and the clock of the publication goes on."""
    connection = await asyncpg.connect(demo_url)
    row = await connection.fetchval(
        "UPDATE credit_record SET severity = NULL WHERE id = (SELECT record.id FROM credit_record record"
        " JOIN catalogue_item item ON item.id = record.item_id WHERE item.severity_required AND record.state = 'submitted'"
        " AND record.publication_due_on IS NOT NULL AND record.office_id = $1 LIMIT 1) RETURNING id",
        office_id("350200", "JCZD"),
    )
    await connection.close()
    items = [one for one in await due(client, "xiamen-inspection-clerk") if one["objectId"] == f"CreditRecord:{row}"]
    by_kind = {item["kind"]: item for item in items}

    assert {"PUBLICATION", "SEVERITY"} <= set(by_kind)
    assert by_kind["SEVERITY"]["dueOn"] == by_kind["PUBLICATION"]["dueOn"] is not None


@pytest.mark.parametrize(
    ("table", "noun", "kind", "caller", "place", "office"),
    [
        ("credit_record", "CreditRecord", "STANDS_TWICE", "xiamen-inspection-clerk", "350200", "JCZD"),
        ("list_entry", "ListEntry", "LISTED_TWICE", "xiamen-inspection-clerk", "350200", "JCZD"),
    ],
    ids=["record", "entry"],
)
async def test_who_told_a_decision_twice_is_asked_to_withdraw_one(
    client: Client, demo_url: str, table: str, noun: str, kind: str, caller: str, place: str, office: str
) -> None:
    """厦门8: it counts until its office withdraws it, and nobody set a day for that."""
    connection = await asyncpg.connect(demo_url)
    rows = await connection.fetch(
        f"UPDATE {table} later SET stands_twice = true FROM (SELECT id, state = 'withdrawn' AS gone FROM {table}"
        " WHERE office_id = $1) one WHERE one.id = later.id RETURNING later.id, one.gone",
        office_id(place, office),
    )
    owed = await due(client, caller, kind=[kind])
    await connection.execute(f"UPDATE {table} SET stands_twice = false")
    await connection.close()

    assert {item["objectId"] for item in owed} == {f"{noun}:{row['id']}" for row in rows if not row["gone"]} != set()
    assert {(one["party"], one["dueOn"], one["late"], one["timeliness"], one["termStatus"]) for one in owed} == {
        ("OFFICE", None, False, "NONE_SET", "NONE_SET")
    }
    assert await due(client, caller, kind=[kind]) == []


async def test_nobody_is_urged_to_publish_a_minors_penalty(client: Client, demo_url: str) -> None:
    """未成年人保护法 103: what no channel may have is owed to none."""
    connection = await asyncpg.connect(demo_url)
    row = await connection.fetchval(
        "UPDATE credit_record SET disclosure = 'restricted' WHERE id = (SELECT id FROM credit_record"
        " WHERE office_id = $1 AND state = 'submitted' AND publication_due_on IS NOT NULL ORDER BY id LIMIT 1) RETURNING id",
        office_id("350200", "JCZD"),
    )
    await connection.close()
    owed = await due(client, "xiamen-inspection-clerk", kind=["PUBLICATION"])
    assert owed != []
    assert f"CreditRecord:{row}" not in {one["objectId"] for one in owed}


@pytest.mark.parametrize(("severity", "standing"), [("serious", "UNKNOWN"), ("minor", "NONE_SET")])
async def test_a_term_that_is_set_but_ends_beyond_the_calendar_is_unknown_and_not_none_set(
    client: Client, demo_url: str, severity: str, standing: str
) -> None:
    """XM-08b at the calendar's end: a term without a day is no missing term; what the law keeps back has none."""
    connection = await asyncpg.connect(demo_url)
    row = await connection.fetchval(
        "UPDATE credit_record SET publication_due_on = NULL WHERE id = (SELECT id FROM credit_record WHERE office_id = $1"
        " AND state = 'submitted' AND publication_due_on IS NOT NULL AND severity = $2 ORDER BY id DESC LIMIT 1)"
        " RETURNING id",
        office_id("350200", "JCZD"),
        severity,
    )
    await connection.close()
    items = await due(client, "xiamen-inspection-clerk", kind=["PUBLICATION"])
    item = next(one for one in items if one["objectId"] == f"CreditRecord:{row}")

    assert (item["dueOn"], item["late"], item["timeliness"], item["orderOn"]) == (None, False, standing, NO_DAY)


async def test_a_deadline_that_nobody_set_says_so(client: Client) -> None:
    """XM-05b, XM-06b, XX-05: none set, not loaded and a number stay apart; the nearest words are cited."""
    steps = await due(client, "xinxiang-deputy-leader", kind=["LIST_STEP", "LIST_BATCH"])

    assert steps
    assert {item["timeliness"] for item in steps} == {"NONE_SET"}
    assert {item["termStatus"] for item in steps} == {"NONE_SET"}
    asked = {"place": ["Jurisdiction:350200"], "path": ["deadline.objection.decide"]}
    (promptly,) = (await client.data(DEADLINES, asked))["deadlines"]["nodes"]
    assert (promptly["status"], promptly["value"]) == ("NOT_LOADED", None)
    assert promptly["quote"] == "按时处理异议信息、反馈核查结果"
    asked = {"place": ["Jurisdiction:410700"], "path": ["deadline.objection.decide"]}
    days = (await client.data(DEADLINES, asked))["deadlines"]["nodes"][-1]
    assert (days["value"], days["unit"], days["citation"].split()[-1]) == (3, "working_day", "四(三)")


async def test_a_deadline_is_told_as_it_stood_on_the_first_day(client: Client) -> None:
    """XM-00: the work points of 2021 hold as last known from 2022 on, and say so."""
    asked = {"place": ["Jurisdiction:350200"], "path": ["deadline.double_publicity"]}
    spans = (await client.data(DEADLINES, asked))["deadlines"]["nodes"]
    told = {(span["fromOn"], span["untilOn"]): (span["status"], span["value"]) for span in spans}

    assert told == {
        (None, "2020-12-31"): ("NOT_YET_IN_FORCE", 7),
        ("2021-01-01", "2021-12-31"): ("SAYS", 7),
        ("2022-01-01", None): ("EXPIRED", 7),
    }


async def test_another_city_s_term_never_binds_haicang(client: Client) -> None:
    """HC-08, HC-09a: Xiamen's own work points are a sister document to the district."""
    asked = {"place": ["Jurisdiction:350205"], "path": ["deadline.double_publicity"]}
    spans = (await client.data(DEADLINES, asked))["deadlines"]["nodes"]

    assert {span["status"] for span in spans} == {"BY_ANALOGY"}
    items = await due(client, "haicang-clerk", kind=["PUBLICATION"])
    assert {item["timeliness"] for item in items} <= {"NONE_SET"}


async def test_filters_narrow_and_days_are_days(client: Client) -> None:
    until = date(TODAY.year, TODAY.month, TODAY.day).isoformat()
    items = await due(client, "xiamen-credit-office", until=until, party=["OFFICE"])

    assert items
    assert all(item["dueOn"] <= until and item["party"] == "OFFICE" for item in items)
    assert await client.codes(ALL, {"filter": {"kind": ["HOLIDAY"]}}, caller="xiamen-credit-office") == [
        "VARIABLES_INVALID"
    ]
