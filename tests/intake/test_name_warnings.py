"""A name that disagrees with the known one: the record stands under the known subject, and somebody looks at both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from domain.errors import StateConflict
from domain.identifiers import invented_resident_id, invented_uscc
from domain.lifecycle import Actor, Transaction
from domain.registry import name_warnings
from tests.client import Client, Serve
from tests.intake.conftest import NOW, Desk
from tests.intake.sheets import penalty, sheet
from tests.intake.test_submit_many import SUBMIT, _item, _row

pytestmark = pytest.mark.anyio

CLERK, OTHER, CREDIT, FOREIGN = (
    "xiamen-inspection-clerk",
    "xiamen-approval-clerk",
    "xiamen-credit-office",
    "shiyan-credit-office",
)
FOUND = """{ nameWarnings(first: 20, filter: {state: [OPEN]}) {
  nodes { id knownName givenName state office { code } subject { name uscc } record { decisionNo } } } }"""
RESOLVE = """mutation ($input: ResolveNameWarningInput!) { resolveNameWarning(input: $input) { receipts
  nameWarning { id state reason version subject { name } } } }"""
HISTORY = "query ($id: ID!) { nameWarning(id: $id) { state history(first: 5) { nodes { verb } } } }"


@pytest.fixture(scope="module")
async def client(serve: Serve, demo_url: str) -> AsyncIterator[Client]:
    """Serve the demonstration."""
    async with serve(demo_url) as served:
        yield served


async def _warnings(desk: Desk) -> list[Any]:
    rows = await desk.tx.connection.fetch("SELECT * FROM name_warning ORDER BY given_name")
    return list(rows)


async def test_a_name_that_disagrees_is_a_warning_and_neither_refused_nor_taken_over_xm_08(desk: Desk) -> None:
    await desk.hand_in(sheet("penalty", [penalty(1)]))
    rows = [
        penalty(1, CF_WSH="二号", CF_XDR_MC="厦门另名公司"),
        penalty(1, CF_WSH="三号", CF_XDR_MC="厦门另名公司"),
        penalty(1, CF_WSH="四号", CF_XDR_MC="厦门第三名公司"),
    ]
    summary = await desk.hand_in(sheet("penalty", rows))
    assert (summary.rows_added, summary.rows_refused) == (3, 0)
    assert (await desk.count("subject"), {row["subject_id"] for row in await desk.records()}) == (
        1,
        {row["subject_id"] for row in await _warnings(desk)},
    )
    known = "厦门虚构1号建设工程有限公司"
    assert [
        (row["known_name"], row["given_name"], row["state"], row["office_id"]) for row in await _warnings(desk)
    ] == [
        (known, "厦门另名公司", "open", desk.office_id),
        (known, "厦门第三名公司", "open", desk.office_id),
    ]
    assert await desk.tx.connection.fetchval("SELECT name FROM subject") == known
    told = await desk.count("ledger_event WHERE object = 'name_warning' AND verb = 'warn'")
    assert told == 2
    await desk.hand_in(sheet("penalty", [penalty(1, CF_WSH="五号", CF_XDR_MC="厦门另名公司")]))
    assert len(await _warnings(desk)) == 2, "it is open already"


@pytest.mark.parametrize(
    "written", ["厦门虚构1号建设工程有限公司 ", "厦门虚构 1号建设工程有限公司", "厦门虚构１号建设工程有限公司"]
)
async def test_blanks_and_width_are_no_other_name(desk: Desk, written: str) -> None:
    await desk.hand_in(sheet("penalty", [penalty(1), penalty(1, CF_WSH="二号", CF_XDR_MC=written)]))
    assert (await desk.count("credit_record"), await _warnings(desk)) == (2, [])


async def test_of_two_names_in_one_file_the_first_is_known(desk: Desk) -> None:
    await desk.hand_in(sheet("penalty", [penalty(1), penalty(1, CF_WSH="二号", CF_XDR_MC="厦门另名公司")]))
    [found] = await _warnings(desk)
    assert (found["known_name"], found["given_name"]) == ("厦门虚构1号建设工程有限公司", "厦门另名公司")


async def test_a_refused_row_warns_of_nothing(desk: Desk) -> None:
    await desk.hand_in(sheet("penalty", [penalty(1)]))
    await desk.hand_in(sheet("penalty", [penalty(1, CF_XDR_MC="厦门另名公司")]))
    assert await _warnings(desk) == []


async def _warned(client: Client, url: str, number: int) -> dict[str, Any]:
    """Hand in two records about one firm under two names; give the warning."""
    item, code = await _item(url), invented_uscc(90_000 + number)
    rows = [
        _row(item, 9000 + 2 * number + place, code=code, name=name, clientMutationId=None)
        for place, name in enumerate((f"厦门虚构旧名{number}公司", f"厦门虚构新名{number}公司"))
    ]
    answer = await client.data(SUBMIT, {"input": {"records": rows}}, caller=CLERK)
    assert [row["outcome"] for row in answer["submitCreditRecords"]["rows"]] == ["ADDED", "ADDED"]
    found = (await client.data(FOUND, caller=CLERK))["nameWarnings"]["nodes"]
    mine: dict[str, Any] = next(one for one in found if one["subject"]["uscc"] == code)
    return mine


def _given(warning: dict[str, Any], outcome: str, reason: str = "营业执照所载名称") -> dict[str, Any]:
    return {"input": {"nameWarning": warning["id"], "outcome": outcome, "reason": reason}}


@pytest.mark.parametrize(("outcome", "name"), [("KEPT", "旧名"), ("CORRECTED", "新名")])
async def test_the_credit_office_keeps_or_corrects_the_name(
    client: Client, demo_url: str, outcome: str, name: str
) -> None:
    """XM-09d: accuracy of what was collected; who decided, when and why stays."""
    number = len(outcome)
    warning = await _warned(client, demo_url, number)
    assert (warning["knownName"], warning["givenName"]) == (f"厦门虚构旧名{number}公司", f"厦门虚构新名{number}公司")
    assert (warning["office"], warning["record"]["decisionNo"]) == (
        {"code": "JCZD"},
        f"多条〔2026〕{9001 + 2 * number}号",
    )
    naming = _given(warning, outcome, f"法定代表人身份证{invented_resident_id(number)}")
    assert await client.codes(RESOLVE, naming, caller=CREDIT) == ["OTHERS_PERSONAL_DATA"]
    done = (await client.data(RESOLVE, _given(warning, outcome), caller=CREDIT))["resolveNameWarning"]
    resolved = done["nameWarning"]
    assert (resolved["state"], resolved["version"]) == (outcome, 2)
    assert resolved["subject"] == {"name": f"厦门虚构{name}{number}公司"}
    seen = (await client.data(HISTORY, {"id": warning["id"]}, caller=CLERK))["nameWarning"]
    assert (seen["state"], "warn" in [one["verb"] for one in seen["history"]["nodes"]]) == (outcome, True)
    assert len(done["receipts"]) == (2 if outcome == "CORRECTED" else 1)
    assert await client.codes(RESOLVE, _given(warning, "KEPT"), caller=CREDIT) == ["STATE_CONFLICT"]


async def test_nobody_else_resolves_a_warning(client: Client, demo_url: str) -> None:
    warning = await _warned(client, demo_url, 77)
    refused = {
        who: await client.codes(RESOLVE, _given(warning, "CORRECTED"), caller=who)
        for who in (CLERK, OTHER, FOREIGN, None)
    }
    assert refused == {CLERK: ["FORBIDDEN"], OTHER: ["FORBIDDEN"], FOREIGN: ["NOT_FOUND"], None: ["FORBIDDEN"]}
    for who, sees in ((CLERK, True), (OTHER, False), (FOREIGN, False)):
        nodes = (await client.data(FOUND, caller=who))["nameWarnings"]["nodes"]
        assert (warning["id"] in [one["id"] for one in nodes]) is sees
    assert await client.codes(RESOLVE, _given(warning, "KEPT", "  "), caller=CREDIT) == ["INVALID_INPUT"]
    assert await client.codes(RESOLVE, _given(warning, "KEPT", "见350205199001011238"), caller=CREDIT) != []


async def test_of_two_who_resolve_at_the_same_instant_one_does(client: Client, demo_url: str) -> None:
    warning = await _warned(client, demo_url, 88)
    ident = warning["id"].removeprefix("NameWarning:")

    async def resolve(outcome: str) -> str:
        connection = await asyncpg.connect(demo_url)
        try:
            await connection.execute("SET ROLE renxin_app")
            async with connection.transaction():
                tx = Transaction(connection, NOW, Actor(None, ("credit_office",)))
                return str((await name_warnings.resolve(tx, ident, outcome=outcome, reason="核对"))["state"])
        except StateConflict:
            return "refused"
        finally:
            await connection.close()

    came = await asyncio.gather(resolve("kept"), resolve("corrected"))
    assert sorted(came)[-1] == "refused"
    assert sorted(came)[0] in ("kept", "corrected")
