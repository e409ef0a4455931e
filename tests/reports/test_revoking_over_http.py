"""A report is revoked by the office that it was issued to, and whoever verifies it is told."""

from __future__ import annotations

import pytest

from api.demo import known
from tests.client import Client

pytestmark = pytest.mark.anyio

CLERK, OTHER = "xiamen-inspection-clerk", "xiamen-approval-clerk"
ISSUE = """mutation ($subject: ID!) { issueCreditReport(input: { subject: $subject, kind: "general" }) {
  creditReport { id number documentStatus } } }"""
REVOKE = """mutation ($id: ID!) { revokeCreditReport(input: { report: $id, reason: "出具有误" }) {
  receipts creditReport { documentStatus } } }"""


async def test_a_report_is_revoked_by_its_own_office_once(client: Client) -> None:
    """XM-04: two statuses, of the document and of its content."""
    issued = await client.data(ISSUE, {"subject": known.EXAMPLE_ORGANISATION}, caller=CLERK, purpose=known.PURPOSE)
    report = issued["issueCreditReport"]["creditReport"]
    assert report["documentStatus"] == "VALID"

    key = {"id": report["id"]}
    for nobody in (None, "xiamen-bank", "auditor", "security-officer"):
        assert await client.codes(REVOKE, key, caller=nobody) == ["FORBIDDEN"], nobody
    assert await client.codes(REVOKE, key, caller=OTHER) == ["NOT_FOUND"]
    revoked = (await client.data(REVOKE, key, caller=CLERK))["revokeCreditReport"]
    assert (revoked["creditReport"]["documentStatus"], len(revoked["receipts"])) == ("REVOKED", 1)
    assert await client.codes(REVOKE, key, caller=CLERK) == ["STATE_CONFLICT"]
    verified = await client.http.get(f"/verify/{report['number']}", headers={"accept": "application/json"})
    assert "revoked" in verified.text.lower()


async def test_an_agency_is_given_no_report_again_that_tells_what_was_found_wrong_or_repaired(client: Client) -> None:
    """XM-06b, 第36号令: shared and used no more; who asked for the bureau, and whom it tells about, read it as before."""
    told = {}
    for caller in ("xiamen-bank", CLERK):
        issued = await client.data(ISSUE, {"subject": known.EXAMPLE_ORGANISATION}, caller=caller, purpose=known.PURPOSE)
        told[caller] = issued["issueCreditReport"]["creditReport"]["number"]
    records = "query ($id: ID!) { node(id: $id) { ... on Subject { creditRecords(first: 9) { nodes { id inForce office { name } } } } } }"
    found = (await client.data(records, {"id": known.EXAMPLE_ORGANISATION}, caller=CLERK))["node"]["creditRecords"]
    own = next(one["id"] for one in found["nodes"] if one["inForce"] and one["office"]["name"] == "市监察支队")
    read = "query ($number: String!) { creditReport(number: $number) { contentStatus document } }"
    for caller, number in told.items():
        assert (await client.data(read, {"number": number}, caller=caller, purpose=known.PURPOSE))["creditReport"]
    withdraw = 'mutation ($id: ID!) { withdrawCreditRecord(input: { record: $id, reason: "决定撤销" }) { receipts } }'
    await client.data(withdraw, {"id": own}, caller=CLERK)
    again = {
        caller: (await client.data(read, {"number": told[whose]}, caller=caller, purpose=purpose))["creditReport"]
        for caller, whose, purpose in (
            ("xiamen-bank", "xiamen-bank", known.PURPOSE), (CLERK, CLERK, known.PURPOSE),
            ("organisation-agent", "xiamen-bank", None),
        )
    }  # fmt: skip
    assert again["xiamen-bank"] is None
    assert again[CLERK]["contentStatus"] == again["organisation-agent"]["contentStatus"] == "SUPERSEDED"
    verified = await client.http.get(f"/verify/{told['xiamen-bank']}", headers={"accept": "application/json"})
    assert verified.json()["contentStatus"] == "SUPERSEDED"
