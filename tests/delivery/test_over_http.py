"""Deliveries over GraphQL: who sees them, who sends a dead letter again, what was handed over by other means: XM-08b."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from api.process.app import Application
from authz.activation import assign, upsert_account
from tests.client import ISSUER, NOW, Client
from tests.delivery.ground import Ground
from tests.delivery.receiver import Receiver, refuse

pytestmark = pytest.mark.anyio

CAST = {
    "clerk": ("clerk", "350200", "JCZD"),
    "approver": ("approver", "350200", "JCZD"),
    "other-approver": ("approver", "350200", "SP"),
    "bureau": ("credit_office", "350200", "JC"),
    "district-bureau": ("credit_office", "350205", "QXYB"),
    "foreign-bureau": ("credit_office", "410700", "XYB"),
    "auditor": ("auditor", "350200", "JC"),
}
DEAD = "{ deliveries(first: 10, filter: {state: [DEAD]}) { nodes { id verb fault status state } } }"
RESEND = "mutation ($d: ID!) { resendDelivery(input: {delivery: $d}) { delivery { state failures } receipts } }"
TELL = """
mutation ($d: ID!, $r: String!, $at: DateTime!) {
  tellDelivery(input: {delivery: $d, receipt: $r, receivedAt: $at}) { delivery { state receipt signed } } }
"""
CONNECTION = "{ creditPlatform { connected office officeName takesIn } }"


@pytest.fixture
async def client(ground: Ground) -> AsyncIterator[Client]:
    """Give a client of the service, with a cast of accounts."""
    connection = await asyncpg.connect(ground.url)
    for sub, (role, place, code) in CAST.items():
        account = await upsert_account(connection, issuer=ISSUER, sub=sub, display=sub, now=NOW)
        find = "SELECT id FROM office WHERE jurisdiction_id = $1 AND code = $2"
        office = await connection.fetchval(find, place, code)
        await assign(connection, account, role, from_on=NOW.date(), office_id=office, now=NOW)
    await connection.close()
    application = Application(ground.service)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url=ISSUER) as http:
        yield Client(http, application)


@pytest.fixture
async def dead(ground: Ground, receiver: Receiver) -> UUID:
    """Give the record of a dead letter."""
    record = await ground.publish()
    receiver.misdeeds = [refuse(422)]
    await ground.drain(ground.worker(receiver))
    return record


async def _dead(client: Client, caller: str) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = (await client.data(DEAD, caller=caller))["deliveries"]["nodes"]
    return nodes


@pytest.mark.usefixtures("dead")
async def test_dead_letters_are_seen_by_who_provides_and_who_oversees(client: Client) -> None:
    for caller in ("clerk", "approver", "bureau", "auditor"):
        (one,) = await _dead(client, caller)
        assert (one["verb"], one["fault"], one["status"], one["state"]) == ("publish", "REFUSED", 422, "DEAD"), caller
    for caller in ("other-approver", "district-bureau", "foreign-bureau"):
        assert await _dead(client, caller) == [], caller
    assert await client.codes(DEAD) == ["FORBIDDEN"]


async def test_a_record_tells_how_far_its_deliveries_are(client: Client, dead: UUID) -> None:
    text = "query ($id: ID!) { creditRecord(id: $id) { platformAt deliveries(first: 3) { nodes { state receipt } } } }"
    found = (await client.data(text, {"id": f"CreditRecord:{dead}"}, caller="clerk"))["creditRecord"]
    assert found == {"platformAt": None, "deliveries": {"nodes": [{"state": "DEAD", "receipt": None}]}}
    public = await client.send(text, {"id": f"CreditRecord:{dead}"})
    assert [error["extensions"]["code"] for error in public["errors"]] == ["FORBIDDEN"]


@pytest.mark.parametrize("caller", ["approver", "bureau"])
async def test_a_dead_letter_is_sent_again_by_who_answers_for_it(
    client: Client, ground: Ground, receiver: Receiver, dead: UUID, caller: str
) -> None:
    (one,) = await _dead(client, caller)
    for other, code in (("clerk", "FORBIDDEN"), ("auditor", "FORBIDDEN"), ("other-approver", "NOT_FOUND"), ("foreign-bureau", "NOT_FOUND")):  # fmt: skip
        assert await client.codes(RESEND, {"d": one["id"]}, caller=other) == [code], other
    assert receiver.of(dead) == []
    sent = (await client.data(RESEND, {"d": one["id"]}, caller=caller))["resendDelivery"]
    assert sent["delivery"] == {"state": "WAITING", "failures": 0}
    assert len(sent["receipts"]) == 1
    await ground.drain(ground.worker(receiver))
    assert receiver.of(dead) == [("publish", True)]
    assert await client.codes(RESEND, {"d": one["id"]}, caller=caller) == ["STATE_CONFLICT"]


async def test_what_was_handed_over_by_other_means_is_told(
    client: Client, ground: Ground, receiver: Receiver, dead: UUID
) -> None:
    (one,) = await _dead(client, "bureau")
    ground.clock.move(hours=2)
    given = {"d": one["id"], "r": "收字〔2026〕7号", "at": "2026-03-18T11:30:00+08:00"}
    assert await client.codes(TELL, given, caller="approver") == ["FORBIDDEN"]
    assert await client.codes(TELL, {**given, "at": "2026-03-18T12:00:01+08:00"}, caller="bureau") == ["DATE_IN_FUTURE"]
    assert await client.codes(TELL, {**given, "at": "2026-03-18T09:59:59+08:00"}, caller="bureau") == [
        "DATES_OUT_OF_ORDER"
    ]
    assert await client.codes(TELL, {**given, "r": " "}, caller="bureau") == ["INVALID_INPUT"]
    told = (await client.data(TELL, given, caller="bureau"))["tellDelivery"]["delivery"]
    assert told == {"state": "DELIVERED", "receipt": "收字〔2026〕7号", "signed": False}
    assert await client.codes(TELL, given, caller="bureau") == ["STATE_CONFLICT"]
    (row,) = await ground.fetch("SELECT platform_at FROM credit_record WHERE id = $1", dead)
    assert row["platform_at"].isoformat() == "2026-03-18T03:30:00+00:00"
    await ground.withdraw(dead)
    await ground.drain(ground.worker(receiver))
    assert receiver.of(dead) == [("withdraw", False)], "it has it, so it is told to take it down"


async def test_the_view_says_whether_a_platform_is_connected(client: Client, ground: Ground) -> None:
    found = (await client.data(CONNECTION, caller="bureau"))["creditPlatform"]
    assert (found["connected"], found["takesIn"], found["office"][:7]) == (False, True, "Office:")
    named = await client.data("query ($id: ID!) { office(id: $id) { name } }", {"id": found["office"]})
    assert found["officeName"] == named["office"]["name"]
    object.__setattr__(ground.service.settings, "platform_url", "https://platform.example")
    assert (await client.data(CONNECTION, caller="clerk"))["creditPlatform"]["connected"] is True
    assert await client.codes(CONNECTION) == ["FORBIDDEN"]
