"""Two officers change a policy, over HTTP and beside a second process that serves the same database.

Officer A drafts a grant that breaks an invariant and is refused with the counter-example; drafts one that does not,
sees its difference and its replay, cannot approve it; officer B approves; the next request in another process has
it; going back takes it away; the ledger tells the story and verifies.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from api.demo.stories import PERSON_WITH_CONSENT
from domain.clock import system_clock
from domain.keys import public_keys
from domain.ledger.check import verify
from domain.ledger.export import export_lines, write_export
from domain.ledger.offline import Held, check_offline
from domain.ledger.seal import seal
from tests.bench.server import serving
from tests.client import ISSUER, Client, Serve

pytestmark = pytest.mark.anyio

A, B, CREDIT_OFFICE = "security-officer", "second-security-officer", "xiamen-credit-office"
BREAKING = "c, credit_office, person_name, clear, own_jurisdiction"
GOOD = "p, credit_office, access_entry, read, own_office"
OPENS = "c, credit_office, inquiry, clear, own_office"

_DRAFT = (
    "mutation ($note: String!) { draftPolicyVersion(input: { note: $note }) { policyVersion { id number } receipts } }"
)
_EDIT = (
    "mutation ($id: ID!, $add: [String!]) { editPolicyVersion(input: { policyVersion: $id, add: $add })"
    " { policyVersion { state } receipts } }"
)
_PROPOSE = (
    "mutation ($id: ID!) { proposePolicyVersion(input: { policyVersion: $id }) { policyVersion { state } receipts } }"
)
_APPROVE = (
    'mutation ($id: ID!) { approvePolicyVersion(input: { policyVersion: $id, reason: "同意" })'
    " { policyVersion { state approvedBy { display } } receipts } }"
)
_ACTIVATE = (
    "mutation ($id: ID!) { activatePolicyVersion(input: { policyVersion: $id }) { policyVersion { state } receipts } }"
)
_BACK = (
    'mutation ($id: ID!) { rollBackPolicyVersion(input: { policyVersion: $id, reason: "试行结束" })'
    " { policyVersion { id state restores { number } } receipts } }"
)
_DIFFERENCE = (
    "query ($id: ID!) { policyDifference(policyVersion: $id) { narrows added { text } changes { text }"
    " touched { display role } } }"
)
_REPLAY = (
    "query ($id: ID!) { policyReplay(policyVersion: $id, days: 30) { entries refused allowed"
    " kinds { roles office nouns entries refused allowed shownLess shownMore } } }"
)
_LOOK = "query ($id: ID!) { node(id: $id) { ... on Subject { name } } }"
_LOG = "{ accessLog(first: 5) { nodes { verb } } }"
_STORY = """
query ($id: ID!) { policyVersion(id: $id) { number state history(first: 20, orderBy: AT_ASC) { nodes {
  verb accountId policyVersion } } } }
"""


@pytest.fixture(scope="module")
async def client(serve: Serve, demo_url: str) -> AsyncIterator[Client]:
    async with serve(demo_url) as made:
        yield made


async def _step(client: Client, mutation: str, version: str, caller: str, **more: Any) -> dict[str, Any]:
    payload: dict[str, Any] = next(iter((await client.data(mutation, {"id": version, **more}, caller=caller)).values()))
    assert payload["receipts"]
    return payload


async def _drafted(client: Client, note: str, *lines: str) -> str:
    made = await client.data(_DRAFT, {"note": note}, caller=A)
    version: str = made["draftPolicyVersion"]["policyVersion"]["id"]
    await _step(client, _EDIT, version, A, add=list(lines))
    return version


async def test_two_officers_change_a_policy_and_go_back(client: Client, demo_url: str, tmp_path: Path) -> None:
    versions = await client.data("{ policyVersions(first: 1) { nodes { id number } } }", caller=A)
    [before] = versions["policyVersions"]["nodes"]
    await _names_without_a_reason_are_refused_with_the_cell_and_the_line(client)
    version = await _the_difference_of_a_good_draft_names_cells_and_people(client)
    await _the_replay_tells_what_it_would_have_meant(client, version)
    await _the_second_officer_approves_and_every_process_has_it_until_they_go_back(client, demo_url, version, before)
    await _the_history_tells_who_did_what(client, version)
    await _the_ledger_verifies_until_it_is_touched(client, demo_url, tmp_path / "ledger.jsonl")


async def _names_without_a_reason_are_refused_with_the_cell_and_the_line(client: Client) -> None:
    bad = await _drafted(client, "信用办核对姓名", BREAKING)
    refused = await client.send(_PROPOSE, {"id": bad}, caller=A)
    error = refused["errors"][0]
    assert error["extensions"]["code"] == "POLICY_BREAKS_INVARIANT"
    assert error["extensions"]["invariant"] == "names_in_clear_have_a_reason"
    example = error["extensions"]["counterExamples"][0]
    assert example["cell"] == "credit_office sees person_name clear in own_jurisdiction"
    assert BREAKING in error["message"]


async def _the_difference_of_a_good_draft_names_cells_and_people(client: Client) -> str:
    good = await _drafted(client, "信用办查看本单位查询记录", GOOD, OPENS)
    difference = (await client.data(_DIFFERENCE, {"id": good}, caller=A))["policyDifference"]
    assert [one["text"] for one in difference["added"]] == [GOOD, OPENS]
    assert {one["text"] for one in difference["changes"]} == {
        "credit_office may now read access_entry in own_office",
        "credit_office now sees inquiry clear instead of hidden in own_office",
    }
    assert {one["role"] for one in difference["touched"]} == {"credit_office"}
    return good


async def _the_replay_tells_what_it_would_have_meant(client: Client, version: str) -> None:
    await client.data(_LOOK, {"id": f"Subject:{PERSON_WITH_CONSENT.id}"}, caller=CREDIT_OFFICE)
    replayed = (await client.data(_REPLAY, {"id": version}, caller=A))["policyReplay"]
    assert replayed["entries"] >= 1
    assert (replayed["refused"], replayed["allowed"]) == (0, 0)
    narrower = await client.data(
        "query ($text: String!) { policyReplay(text: $text) { refused kinds { roles office refused } } }",
        {"text": await _without(client, "p, credit_office, subject, read,")},
        caller=A,
    )
    lost = narrower["policyReplay"]
    assert lost["refused"] >= 1
    assert {tuple(one["roles"]) for one in lost["kinds"]} == {("credit_office",)}


async def _the_second_officer_approves_and_every_process_has_it_until_they_go_back(
    client: Client, demo_url: str, version: str, before: dict[str, Any]
) -> None:
    await _step(client, _PROPOSE, version, A)
    assert await client.codes(_APPROVE, {"id": version}, caller=A) == ["SECOND_OFFICER_NEEDED"]
    assert await client.codes(_LOG, caller=CREDIT_OFFICE) == ["FORBIDDEN"]
    async with _another_process(client, demo_url) as codes_elsewhere:
        assert await codes_elsewhere(_LOG, CREDIT_OFFICE) == ["FORBIDDEN"]
        approved = await _step(client, _APPROVE, version, B)
        assert approved["policyVersion"]["state"] == "APPROVED"
        await _step(client, _ACTIVATE, version, B)

        assert await codes_elsewhere(_LOG, CREDIT_OFFICE) == []
        assert await client.codes(_LOG, caller=CREDIT_OFFICE) == []

        back = await _step(client, _BACK, before["id"], A)
        assert back["policyVersion"]["state"] == "ACTIVE"
        assert back["policyVersion"]["restores"]["number"] == before["number"]
        assert await codes_elsewhere(_LOG, CREDIT_OFFICE) == ["FORBIDDEN"]
        assert await client.codes(_LOG, caller=CREDIT_OFFICE) == ["FORBIDDEN"]


async def _the_history_tells_who_did_what(client: Client, version: str) -> None:
    accounts = await client.data("{ accounts(first: 100) { nodes { id sub } } }", caller=A)
    names = {one["id"].partition(":")[2]: one["sub"] for one in accounts["accounts"]["nodes"]}
    story = (await client.data(_STORY, {"id": version}, caller="auditor"))["policyVersion"]
    told = [(one["verb"], names[one["accountId"]]) for one in story["history"]["nodes"]]
    assert told == [
        ("draft", A),
        ("edit", A),
        ("propose", A),
        ("approve", B),
        ("activate", B),
        ("supersede", A),
    ]
    assert story["state"] == "SUPERSEDED"


@asynccontextmanager
async def _another_process(client: Client, url: str) -> AsyncIterator[Callable[[str, str], Awaitable[list[str]]]]:
    """Serve the same database by a process of its own, over a socket; give what tells the codes of an answer there."""
    issuer = client.service.issuer
    assert issuer is not None
    folder = client.service.settings.data_dir
    with serving(folder, url, public_url=ISSUER) as server:
        host, port = server.address
        async with httpx.AsyncClient(base_url=f"http://{host}:{port}") as http:

            async def codes(query: str, caller: str) -> list[str]:
                token = issuer.mint(caller, client_id="tests", lifetime=timedelta(hours=1), now=system_clock())
                headers = {"authorization": f"Bearer {token}", "accept": "application/graphql-response+json"}
                response = await http.post("/graphql", json={"query": query}, headers=headers)
                return [error["extensions"]["code"] for error in response.json().get("errors", [])]

            yield codes


async def _without(client: Client, start: str) -> str:
    """Give the active policy without the lines that begin with a text."""
    data = await client.data(
        "{ policyVersions(first: 1, filter: { state: ACTIVE }) { nodes { policyText } } }", caller=A
    )
    text: str = data["policyVersions"]["nodes"][0]["policyText"]
    return "\n".join(line for line in text.split("\n") if not line.startswith(start))


async def _the_ledger_verifies_until_it_is_touched(client: Client, url: str, path: Path) -> None:
    """Seal what was done, verify it in the database, and offline from an exported file and the public keys."""
    signer = client.service.signer
    keys = public_keys(signer.public_jwks())
    connection = await asyncpg.connect(url)
    try:
        while await seal(connection, signer, client.service.clock()):
            pass
        assert (await verify(connection, signer.public_jwks())).sound
        last = await connection.fetchval("SELECT max(id) FROM ledger_checkpoint")
        await write_export(export_lines(connection, 1, last), path)
        assert check_offline(path, keys, Held()).sound
        await connection.execute(
            "UPDATE ledger_event SET account_id = NULL WHERE object = 'policy_version' AND verb = 'approve'"
        )
        report = await verify(connection, signer.public_jwks())
        assert not report.sound
        assert report.findings[0].event_id is not None
    finally:
        await connection.close()
