"""Which account did something has its name beside it, for whoever reads the account, and is no subject's or agent's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from api.demo.stories import EXAMPLE
from authz.linked_accounts import end_links, link_subject
from tests.client import ISSUER, NOW, Client, Serve

pytestmark = pytest.mark.anyio

RECORDS = "{ creditRecords(first: 50) { nodes { id submittedBy submittedByName } } }"
FILE = (
    "mutation ($input: FileObjectionInput!) { fileObjection(input: $input) { objection { id filedBy filedByName } } }"
)
FILED = "query ($id: ID!) { node(id: $id) { ... on Objection { filedBy filedByName } } }"
CHANGED = '{ changes(first: 5, filter: { verb: ["file"] }) { nodes { accountId who whoZh } } }'


@pytest.fixture
async def client(serve: Serve, demo_url: str) -> AsyncIterator[Client]:
    async with serve(demo_url) as made:
        yield made


@pytest.fixture
async def owner(demo_url: str) -> AsyncIterator[asyncpg.Connection[Any]]:
    connection = await asyncpg.connect(demo_url)
    yield connection
    await connection.close()


async def test_an_office_reads_who_of_it_handed_a_record_in_and_nobody_else_does(client: Client) -> None:
    seen = (await client.data(RECORDS, caller="xiamen-inspection-clerk"))["creditRecords"]["nodes"]

    own = [row for row in seen if row["submittedBy"]]

    assert {row["submittedByName"] for row in own} == {"厦门市监察支队 经办"}
    for stranger in (None, "xiamen-approval-clerk", "organisation-agent", "platform"):
        others = (await client.data(RECORDS, caller=stranger))["creditRecords"]["nodes"]
        foreign = [row for row in others if row["id"] in {one["id"] for one in own}]
        assert foreign
        assert {(row["submittedBy"], row["submittedByName"]) for row in foreign} == {(None, None)}


@pytest.mark.parametrize(("sub", "ground"), [("organisation-agent", "错误"), ("firm-itself", "遗漏")])
async def test_a_subject_and_its_agent_are_never_named_to_officers(
    client: Client, owner: asyncpg.Connection[Any], sub: str, ground: str
) -> None:
    """Nor when the account is tied to the subject no longer: it would tell who was whose (who can read the log, reads who)."""
    if sub == "firm-itself":
        await link_subject(owner, issuer=ISSUER, sub=sub, display="林某", subject_id=EXAMPLE.id, now=NOW)
    mine = await client.data("{ me { creditRecords(first: 1) { nodes { id } } } }", caller=sub)
    about = {"record": mine["me"]["creditRecords"]["nodes"][0]["id"], "ground": ground, "statement": "已按时支付"}
    made = (await client.data(FILE, {"input": about}, caller=sub))["fileObjection"]["objection"]

    for turn in ("tied", "no longer"):
        filed = (await client.data(FILED, {"id": made["id"]}, caller="xiamen-inspection-clerk"))["node"]
        told = (await client.data(CHANGED, caller="auditor"))["changes"]["nodes"]
        assert filed["filedBy"] is not None, turn
        assert filed["filedByName"] is None, turn
        assert [(one["who"], one["whoZh"]) for one in told if one["accountId"] == filed["filedBy"]] == [(None, None)], (
            turn
        )
        if turn == "tied":
            await end_links(owner, issuer=ISSUER, sub=sub, reason="离职", now=NOW)
