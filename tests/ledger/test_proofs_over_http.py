"""Receipts of changes turned into proofs, over HTTP; a credit report names the latest checkpoint (SH-12b, XM-04b)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from api.demo import known
from domain.ids import new_id
from domain.keys import public_keys
from domain.ledger.offline import Held, OfflineReport, check_offline
from domain.ledger.receipt import read_receipt
from domain.ledger.seal import seal
from tests.client import NOW, Client

pytestmark = pytest.mark.anyio

CLERK = "xiamen-inspection-clerk"
AMEND = """
mutation ($input: AmendCreditRecordInput!) { amendCreditRecord(input: $input) { receipts receipt creditRecord { id } } }
"""
PROOF = "query ($event: ID!, $against: Int) { ledgerProof(event: $event, against: $against) { event hash position path checkpoint { number } against { number digest } treePath file } }"
CONSISTENCY = "query ($from: Int!, $to: Int!) { consistencyProof(from: $from, to: $to) { first { number } second { number } file } }"


async def _seal(client: Client, url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        while await seal(connection, client.service.signer, NOW) is not None:
            pass
    finally:
        await connection.close()


async def _amend(client: Client, title: str) -> dict[str, Any]:
    given = {"record": known.SERIOUS_PENALTY, "title": title, "reason": "更正"}
    data = await client.data(AMEND, {"input": given}, caller=CLERK)
    payload: dict[str, Any] = data["amendCreditRecord"]
    return payload


def _check(client: Client, tmp_path: Path, text: str, **held: Any) -> OfflineReport:
    path = tmp_path / "handed-out.json"
    path.write_text(text)
    return check_offline(path, public_keys(client.service.signer.public_jwks()), Held(**held))


async def test_a_receipt_becomes_a_proof_that_holds_offline(client: Client, demo_url: str, tmp_path: Path) -> None:
    await _seal(client, demo_url)
    payload = await _amend(client, "题一")
    receipt = read_receipt(payload["receipt"], public_keys(client.service.signer.public_jwks()))
    assert [str(one.event_id) for one in receipt.events] == payload["receipts"]
    [event] = payload["receipts"]
    assert await client.data(PROOF, {"event": event}) == {"ledgerProof": None}
    await _seal(client, demo_url)
    proof = (await client.data(PROOF, {"event": event}))["ledgerProof"]
    assert (proof["event"], proof["hash"]) == (event, receipt.events[0].hash)
    report = _check(client, tmp_path, proof["file"], receipts=[receipt])
    assert (report.findings, report.borne_out, report.not_covered) == ([], 1, 0)


async def test_checkpoints_are_rows_that_anybody_may_compare(client: Client, demo_url: str, tmp_path: Path) -> None:
    await _amend(client, "题二")
    await _seal(client, demo_url)
    query = "{ checkpoints(first: 1) { totalCount nodes { id number digest previous size root tree signature sealedAt keyId } } }"
    data = await client.data(query)
    [last] = data["checkpoints"]["nodes"]
    assert data["checkpoints"]["totalCount"] == last["number"] >= 2
    one = await client.data("query ($n: Int!) { checkpoint(number: $n) { id digest } }", {"n": last["number"] - 1})
    assert one["checkpoint"]["digest"] == last["previous"]
    assert await client.data("{ checkpoint(number: 0) { id } }") == {"checkpoint": None}
    proof = (await client.data(CONSISTENCY, {"from": 1, "to": last["number"]}))["consistencyProof"]
    report = _check(client, tmp_path, proof["file"], digests={last["number"]: last["digest"]})
    assert (report.findings, report.borne_out) == ([], 1)


async def test_what_cannot_be_proven_is_refused_with_a_code(client: Client, demo_url: str) -> None:
    await _seal(client, demo_url)
    [event] = (await _amend(client, "题三"))["receipts"]
    await _seal(client, demo_url)
    assert await client.codes(PROOF, {"event": "CreditRecord:1"}) == ["ID_INVALID"]
    assert await client.data(PROOF, {"event": str(new_id())}) == {"ledgerProof": None}
    for against in (1, -1, 0, 2**31 - 1):
        assert await client.codes(PROOF, {"event": event, "against": against}) == ["CHECKPOINT_UNKNOWN"]
    for first, second in ((2, 1), (1, 1), (0, 1), (-(2**31), 2**31 - 1)):
        assert await client.codes(CONSISTENCY, {"from": first, "to": second}) == ["CHECKPOINT_UNKNOWN"]


async def test_a_report_names_the_latest_checkpoint_and_so_dates_the_ledger(
    client: Client, demo_url: str, tmp_path: Path
) -> None:
    await _seal(client, demo_url)
    issue = "mutation ($input: IssueCreditReportInput!) { issueCreditReport(input: $input) { creditReport { document signature } } }"
    data = await client.data(
        issue, {"input": {"subject": known.EXAMPLE_ORGANISATION, "kind": "general"}}, caller="xiamen-bank",
        purpose=known.PURPOSE,
    )  # fmt: skip
    named = json.loads(data["issueCreditReport"]["creditReport"]["document"])["ledger"]
    latest = await client.data("{ checkpoints(first: 1) { nodes { number digest } } }")
    assert latest["checkpoints"]["nodes"] == [{"number": named["checkpoint"], "digest": named["digest"]}]
    await _amend(client, "题四")
    await _seal(client, demo_url)
    proof = (await client.data(CONSISTENCY, {"from": named["checkpoint"], "to": named["checkpoint"] + 1}))[
        "consistencyProof"
    ]
    report = _check(client, tmp_path, proof["file"], digests={named["checkpoint"]: named["digest"]})
    assert (report.findings, report.borne_out, report.not_covered) == ([], 1, 0)


async def test_a_change_that_is_sent_twice_has_the_same_events_in_its_receipt(client: Client) -> None:
    given = {"record": known.SERIOUS_PENALTY, "title": "题五", "reason": "更正", "clientMutationId": "receipt-1"}
    first, second = [(await client.data(AMEND, {"input": given}, caller=CLERK))["amendCreditRecord"] for _ in range(2)]
    keys = public_keys(client.service.signer.public_jwks())
    assert read_receipt(first["receipt"], keys).events == read_receipt(second["receipt"], keys).events
