"""A report is revoked by the office that it was issued to, and whoever verifies it is told."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from api.demo import known
from tests.conftest import Client, Serve

pytestmark = pytest.mark.anyio

CLERK, OTHER = "xiamen-inspection-clerk", "xiamen-approval-clerk"
ISSUE = """mutation ($subject: ID!) { issueCreditReport(input: { subject: $subject, kind: "general" }) {
  creditReport { id number documentStatus } } }"""
REVOKE = """mutation ($id: ID!) { revokeCreditReport(input: { report: $id, reason: "出具有误" }) {
  receipts creditReport { documentStatus } } }"""


@pytest.fixture(scope="module")
async def client(serve: Serve, demo_url: str) -> AsyncIterator[Client]:
    async with serve(demo_url) as made:
        yield made


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
