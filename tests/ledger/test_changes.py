"""The changes of the ledger as rows: auditors find them, officers see their own, subjects what concerns them.

SH-12b; 河南省社会信用条例39 (操作留痕); 个人信息保护法45, 54.
"""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest

from api.demo import known
from api.demo.stories import PERSON_WITH_CONSENT
from authz.relations.ledger import NOT_CHANGED
from authz.rows import ROWS
from authz.vocabulary import Scope
from tests.client import Client

pytestmark = pytest.mark.anyio

CLERK, RIVAL, AUDITOR = "xiamen-inspection-clerk", "xiamen-approval-clerk", "auditor"
REASON = "文书号录入有误"
CHANGES = """
query ($filter: ChangeEntryFilter) {
  changes(first: 100, filter: $filter, orderBy: AT_ASC) {
    totalCount
    nodes { at verb object objectId accountId office { name } role basis reason version policyVersion }
  }
}
"""
HISTORY = (
    "query ($id: ID!) { creditRecord(id: $id) { history(first: 100) { nodes { verb reason accountId version } } } }"
)


@pytest.fixture(scope="module")
async def record(client: Client) -> str:
    """A record that its clerk has amended with a reason."""
    amended = await client.data(
        "mutation ($input: AmendCreditRecordInput!) { amendCreditRecord(input: $input) { creditRecord { id } } }",
        {"input": {"record": known.SERIOUS_PENALTY, "title": "更正后的标题", "reason": REASON}},
        caller=CLERK,
    )
    return str(amended["amendCreditRecord"]["creditRecord"]["id"])


async def _changes(client: Client, caller: str, **filter: Any) -> list[dict[str, Any]]:
    data = await client.data(CHANGES, {"filter": filter or None}, caller=caller)
    nodes: list[dict[str, Any]] = data["changes"]["nodes"]
    return nodes


async def test_an_auditor_finds_changes_by_row_actor_office_noun_time_and_basis(client: Client, record: str) -> None:
    every = await _changes(client, AUDITOR, objectId=[record])
    assert {one["objectId"] for one in every} == {record}
    last = every[-1]
    assert (last["verb"], last["object"], last["version"], last["office"]["name"]) == (
        "amend", "credit_record", 3, "市监察支队",
    )  # fmt: skip
    day = last["at"][:10]
    by_actor = await _changes(client, AUDITOR, account=[last["accountId"]], **{"from": day, "to": day})
    assert by_actor[-1] == last
    assert {(one["accountId"], one["at"][:10]) for one in by_actor} == {(last["accountId"], day)}
    by_office = await _changes(client, AUDITOR, office=[known.INSPECTION], verb=["amend"], object=["credit_record"])
    assert record in {one["objectId"] for one in by_office}
    bases = {one["basis"] for one in await _changes(client, AUDITOR) if one["basis"]}
    for basis in bases:
        assert {one["basis"] for one in await _changes(client, AUDITOR, basis=[basis])} == {basis}
    assert await _changes(client, AUDITOR, to="2000-01-01") == []


async def test_an_auditor_finds_accesses_by_actor_office_noun_time_purpose_and_basis(client: Client) -> None:
    """Issue 4 section 6: the other half of the ledger, and nothing of whom it was about."""
    query = """query ($filter: AccessEntryFilter) { accessLog(first: 100, filter: $filter, orderBy: AT_DESC) {
      nodes { at verb object accountId office { id } purpose basis } } }"""

    async def found(caller: str = AUDITOR, **filter: Any) -> list[dict[str, Any]]:
        nodes: list[dict[str, Any]] = (await client.data(query, {"filter": filter or None}, caller=caller))[
            "accessLog"
        ]["nodes"]
        return nodes

    person = "query ($number: String!) { person(idNumber: $number) { name } }"
    number = {"number": str(PERSON_WITH_CONSENT.id_number)}
    await client.data(person, number, caller="xiamen-bank", purpose="350200.fiscal_subsidy")
    last = (await found())[0]
    assert (last["object"], last["verb"], last["purpose"]) == ("person,subject", "read", "财政性资金补助")
    day, account, office = last["at"][:10], last["accountId"], last["office"]["id"]
    for filter in (
        {"object": ["person"]}, {"object": ["subject"], "account": [account]}, {"office": [office], "from": day},
        {"object": [last["object"]]},
        {"from": day, "to": day}, {"purpose": [last["purpose"]]}, {"basis": [last["basis"]]},
    ):  # fmt: skip
        assert last in await found(**filter), filter
    for filter in (
        {"object": ["grade"]},
        {"object": ["person,grade"]},
        {"account": [known.INSPECTION.partition(":")[2]]},
        {"to": "2000-01-01"},
    ):
        assert last not in await found(**filter), filter
    assert {one["accountId"] for one in await found(account=[account])} == {account}
    assert await found("xiamen-approval-clerk", account=[account]) == []


async def test_an_auditor_sees_who_and_not_what_was_said(client: Client, record: str) -> None:
    last = (await _changes(client, AUDITOR, objectId=[record]))[-1]
    assert last["accountId"] is not None
    assert last["reason"] is None


async def test_an_officer_sees_what_the_own_office_did_and_nothing_of_others(client: Client, record: str) -> None:
    own = await _changes(client, CLERK, verb=["amend"])
    assert {one["office"]["name"] for one in own} == {"市监察支队"}
    assert REASON in {one["reason"] for one in own}
    assert await _changes(client, RIVAL, objectId=[record]) == []


async def test_a_subject_sees_what_concerns_it_and_no_account(client: Client, demo_url: str) -> None:
    seen = await _changes(client, "person-with-consent")
    assert seen
    assert {one["accountId"] for one in seen} == {None}
    codes = await client.codes(
        CHANGES, {"filter": {"account": ["00000000-0000-7000-8000-000000000000"]}}, caller="person-with-consent"
    )
    assert codes == ["FORBIDDEN"]


async def test_a_subject_learns_nothing_of_a_row_that_it_may_not_see(client: Client, demo_url: str) -> None:
    seen = await _changes(client, "person-with-consent", object=["credit_record"])
    hidden = seen[0]["objectId"]
    owner = await asyncpg.connect(demo_url)
    try:
        change = "UPDATE credit_record SET disclosure = $2 WHERE id = $1::text::uuid RETURNING disclosure"
        before = await owner.fetchval("SELECT disclosure FROM credit_record WHERE id = $1::text::uuid", hidden[13:])
        await owner.execute(change, hidden[13:], "internal")
        rest = await _changes(client, "person-with-consent", object=["credit_record"])
        await owner.execute(change, hidden[13:], before)
    finally:
        await owner.close()
    assert hidden not in {one["objectId"] for one in rest}


async def test_a_record_shows_its_history_within_authority(client: Client, record: str) -> None:
    own = await client.data(HISTORY, {"id": record}, caller=CLERK)
    amended = own["creditRecord"]["history"]["nodes"][0]
    assert (amended["verb"], amended["reason"], amended["version"]) == ("amend", REASON, 3)
    assert await client.codes(HISTORY, {"id": record}) == ["FORBIDDEN"]


async def test_ids_that_are_none_are_refused(client: Client) -> None:
    wrong = ["CreditRecord:1", ":", "Credit Record:01856aa0-c807-7228-9361-95da70166965"]
    for filter in (*({"objectId": [one]} for one in wrong), {"account": ["CreditRecord:x"]}):
        assert await client.codes(CHANGES, {"filter": filter}, caller=AUDITOR) == ["ID_INVALID"]


async def test_every_noun_whose_changes_concern_a_subject_has_a_table(demo_url: str) -> None:
    connection = await asyncpg.connect(demo_url)
    try:
        tables = {row["tablename"] for row in await connection.fetch("SELECT tablename FROM pg_tables")}
    finally:
        await connection.close()
    assert {noun for noun, of in ROWS.items() if Scope.SELF in of} - NOT_CHANGED <= tables
