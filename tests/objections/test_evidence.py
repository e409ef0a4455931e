"""Evidence of an objection: handed in with it, read by the objector and by every office with a hand in it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import asyncpg
import pytest

from tests.attachments.samples import pdf
from tests.client import Client
from tests.objections.asking import Asking, record_id
from tests.objections.ground import XINXIANG, World, make_record

pytestmark = pytest.mark.anyio

FIRM, AGENT, CLERK = f"{XINXIANG}.firm", f"{XINXIANG}.agent", f"{XINXIANG}.clerk"


async def _uploaded(client: Client, caller: str, text: str) -> str:
    headers = {"authorization": f"Bearer {client.token(caller)}"}
    response = await client.http.post("/attachments", content=pdf(text.encode()), headers=headers)
    assert response.status_code == 201, response.text
    found: str = response.json()["id"]
    return found


async def _served(client: Client, caller: str, ident: str) -> int:
    headers = {"authorization": f"Bearer {client.token(caller)}"}
    response = await client.http.get(f"/attachments/{ident.partition(':')[2]}", headers=headers)
    return response.status_code


@pytest.fixture
async def record(owner: asyncpg.Connection[Any], world: World) -> UUID:
    async with owner.transaction():
        return await make_record(owner, world, XINXIANG)


async def test_evidence_is_read_by_the_objector_and_by_the_offices_with_a_hand_in_it(
    client: Client, record: UUID
) -> None:
    asking = Asking(client)
    receipt = await _uploaded(client, AGENT, "bank receipt")
    given = {"record": record_id(record), "ground": "错误", "statement": "已支付。", "evidence": [receipt]}
    filed = await asking.act("fileObjection", by=FIRM, **given)
    report = await _uploaded(client, CLERK, "inspection")
    this = {"objection": filed["id"]}
    await asking.act("verifyObjection", by=CLERK, **this, finding="已核对回单。", evidence=[report])
    document = "query ($id: ID!) { objection(id: $id) { attachments(first: 5) { nodes { id part object } } } }"
    for caller in (FIRM, AGENT, CLERK, f"{XINXIANG}.approver", f"{XINXIANG}.credit_office"):
        data = await client.data(document, {"id": filed["id"]}, caller=caller)
        seen = {one["id"] for one in data["objection"]["attachments"]["nodes"]}
        assert seen == {receipt, report}, caller
        assert await _served(client, caller, receipt) == 200
    for caller in (f"{XINXIANG}.other_clerk", f"{XINXIANG}.person", "province"):
        assert await _served(client, caller, receipt) == 404, caller


async def test_somebody_else_s_draft_is_no_evidence_and_the_objection_is_not_filed(
    client: Client, record: UUID
) -> None:
    asking = Asking(client)
    foreign = await _uploaded(client, CLERK, "not yours")
    given = {"record": record_id(record), "ground": "错误", "statement": "已支付。", "evidence": [foreign]}
    assert await asking.refused("fileObjection", by=FIRM, **given) == "NOT_FOUND"
    shown = await asking.record(record, by=FIRM)
    assert shown is not None
    assert not shown["disputed"]
