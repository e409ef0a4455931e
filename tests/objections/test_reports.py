"""Reports say what is disputed and carry the subject's own words; what they say is superseded when that changes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import asyncpg
import pytest

from domain.canonical import parse
from tests.client import Client
from tests.objections.asking import Asking, record_id
from tests.objections.ground import XIAMEN, World, make_record

pytestmark = pytest.mark.anyio

FIRM = f"{XIAMEN}.firm"
BANK = {"caller": "bank", "purpose": "350200.procurement"}

ISSUE = """mutation ($subject: ID!) { issueCreditReport(input: { subject: $subject, kind: "general" }) {
  creditReport { number document contentStatus } } }"""
STATUS = "query ($n: String!) { creditReport(number: $n) { contentStatus } }"
MAKE = (
    "mutation ($input: MakeSubjectStatementInput!) { makeSubjectStatement(input: $input) { subjectStatement { id } } }"
)
REMOVE = "mutation ($input: RemoveSubjectStatementInput!) { removeSubjectStatement(input: $input) { receipts } }"


@pytest.fixture
async def record(owner: asyncpg.Connection[Any], world: World) -> UUID:
    async with owner.transaction():
        return await make_record(owner, world, XIAMEN)


async def _issued(client: Client, world: World) -> tuple[str, dict[str, Any]]:
    data = await client.data(ISSUE, {"subject": f"Subject:{world.firm[XIAMEN]}"}, **BANK)
    report = data["issueCreditReport"]["creditReport"]
    assert report["contentStatus"] == "CURRENT"
    return report["number"], parse(report["document"])


async def _status(client: Client, number: str) -> str:
    data = await client.data(STATUS, {"n": number}, **BANK)
    found: str = data["creditReport"]["contentStatus"]
    verified = await client.http.get(f"/verify/{number}", headers={"accept": "application/json"})
    assert verified.status_code == 200
    return found


def _row(document: dict[str, Any], number: str) -> dict[str, Any]:
    nodes = document["content"]["creditRecords"]["nodes"]
    found: dict[str, Any] = next(row for row in nodes if row["decisionNo"] == number)
    return found


def _notes(document: dict[str, Any]) -> set[str]:
    return {note["code"] for note in document["notes"]}


async def test_a_report_says_what_is_disputed_and_is_superseded_when_the_mark_comes_or_goes(
    client: Client, owner: asyncpg.Connection[Any], world: World, record: UUID
) -> None:
    number = await owner.fetchval("SELECT decision_no FROM credit_record WHERE id = $1", record)
    before, document = await _issued(client, world)
    assert (_row(document, number)["disputed"], _notes(document) & {"disputed", "subject_statements"}) == (False, set())

    asking = Asking(client)
    filed = await asking.act("fileObjection", by=FIRM, record=record_id(record), ground="错误", statement="有误。")
    assert await _status(client, before) == "SUPERSEDED"
    while_open, document = await _issued(client, world)
    assert (_row(document, number)["disputed"], _notes(document) & {"disputed"}) == (True, {"disputed"})

    this = {"objection": filed["id"]}
    await asking.act("verifyObjection", by=f"{XIAMEN}.clerk", **this, finding="无误。")
    assert await _status(client, while_open) == "CURRENT", "a step that moves no mark says nothing new"
    await asking.act("decideObjection", by=f"{XIAMEN}.approver", **this, outcome="REJECTED", reason="与文书一致。")
    assert await _status(client, while_open) == "SUPERSEDED"
    after, document = await _issued(client, world)
    assert (_row(document, number)["disputed"], _notes(document) & {"disputed"}) == (False, set())
    await asking.act("tellObjection", by=f"{XIAMEN}.clerk", **this)
    assert await _status(client, after) == "CURRENT"


async def test_a_report_carries_the_subject_s_own_words_and_says_that_they_are_its_own(
    client: Client, owner: asyncpg.Connection[Any], world: World, record: UUID
) -> None:
    number = await owner.fetchval("SELECT decision_no FROM credit_record WHERE id = $1", record)
    await Asking(client).act("fileObjection", by=FIRM, record=record_id(record), ground="错误", statement="有误。")
    before, _ = await _issued(client, world)
    given = {"input": {"record": record_id(record), "words": "工资已足额支付。"}}
    made = (await client.data(MAKE, given, caller=FIRM))["makeSubjectStatement"]["subjectStatement"]["id"]
    assert await _status(client, before) == "SUPERSEDED"
    beside, document = await _issued(client, world)
    statements = _row(document, number)["subjectStatements"]
    assert [one["words"] for one in statements["nodes"]] == ["工资已足额支付。"]
    assert "subject_statements" in _notes(document)
    await client.data(REMOVE, {"input": {"statement": made}}, caller=FIRM)
    assert await _status(client, beside) == "SUPERSEDED"
    _, document = await _issued(client, world)
    assert _row(document, number)["subjectStatements"]["nodes"] == []


async def test_an_objection_to_what_no_report_shows_changes_no_report(
    client: Client, owner: asyncpg.Connection[Any], world: World
) -> None:
    async with owner.transaction():
        hidden = await make_record(owner, world, XIAMEN, publish=False)
    number, _ = await _issued(client, world)
    await Asking(client).act("fileObjection", by=FIRM, record=record_id(hidden), ground="错误", statement="有误。")
    assert await _status(client, number) == "CURRENT"
