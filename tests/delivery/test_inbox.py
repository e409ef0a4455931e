"""What comes back from the platform, over HTTP: signed, used once, filed as objections: XM-09c."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from api.http.platform_inbox import MESSAGE_BYTES, MESSAGE_TYPE, PATH
from api.process.app import Application
from domain.canonical import canonical
from domain.use.signing import Signer
from tests.client import ISSUER, NOW
from tests.delivery.conftest import KEYS
from tests.delivery.ground import PLATFORM, Ground
from tests.delivery.receiver import Receiver

pytestmark = pytest.mark.anyio

SIGNER = Signer(KEYS, "platform-1")
STRANGER = Signer({"platform-1": Ed25519PrivateKey.from_private_bytes(b"x" * 32)}, "platform-1")
SECONDS = int(NOW.timestamp())


def message(**changes: Any) -> dict[str, Any]:
    """Give a message that can be taken, but for the changes; None leaves a member out."""
    plain = {
        "iss": PLATFORM, "aud": ISSUER, "iat": SECONDS, "exp": SECONDS + 60, "jti": str(uuid4()), "kind": "objection",
        "record": f"CreditRecord:{uuid4()}", "ground": "错误", "statement": "罚款数额登记有误，应为一万元。",
    }  # fmt: skip
    return {name: value for name, value in {**plain, **changes}.items() if value is not None}


def signed(content: dict[str, Any], *, by: Signer = SIGNER, kind: str = MESSAGE_TYPE) -> bytes:
    """Sign a message."""
    return by.sign(canonical(content).encode(), kind=kind).encode()


@pytest.fixture
async def http(ground: Ground) -> AsyncIterator[httpx.AsyncClient]:
    """Give a client of the service."""
    transport = httpx.ASGITransport(app=Application(ground.service))
    async with httpx.AsyncClient(transport=transport, base_url=ISSUER) as made:
        yield made


async def post(http: httpx.AsyncClient, body: bytes, kind: str = "application/jose") -> tuple[int, dict[str, Any]]:
    """Post a body; give status and answer."""
    response = await http.post(PATH, content=body, headers={"content-type": kind})
    answer: dict[str, Any] = response.json()
    return response.status_code, answer


async def refused(http: httpx.AsyncClient, body: bytes, kind: str = "application/jose") -> tuple[int, str]:
    """Post what is refused; give status and code."""
    status, answer = await post(http, body, kind)
    return status, answer["errors"][0]["extensions"]["code"]


@pytest.fixture
async def pushed(ground: Ground, receiver: Receiver) -> UUID:
    """Give a record that the platform has."""
    record = await ground.publish()
    await ground.drain(ground.worker(receiver))
    return record


@pytest.mark.parametrize("kind", ["objection", "correction"])
async def test_a_message_becomes_an_objection_filed_by_the_platform_xm_09c(
    ground: Ground, http: httpx.AsyncClient, pushed: UUID, kind: str
) -> None:
    ground_of_it = None if kind == "correction" else "遗漏"
    status, answer = await post(http, signed(message(kind=kind, record=f"CreditRecord:{pushed}", ground=ground_of_it)))

    assert status == 200
    (row,) = await ground.fetch("SELECT * FROM objection WHERE record_id = $1", pushed)
    assert answer["objection"] == f"Objection:{row['id']}"
    assert (row["origin"], row["ground"]) == ("platform", ground_of_it or "错误")
    account = await ground.fetch("SELECT id FROM account WHERE sub = $1", PLATFORM)
    assert row["filed_by"] == account[0]["id"]
    written = await ground.fetch("SELECT id FROM ledger_event WHERE object_id = $1 AND verb = 'file'", row["id"])
    assert str(written[0]["id"]) in answer["receipts"]


async def test_a_message_sent_again_is_answered_again_and_does_nothing(
    ground: Ground, http: httpx.AsyncClient, pushed: UUID
) -> None:
    content = message(record=f"CreditRecord:{pushed}")
    first = await post(http, signed(content))
    again = await post(http, signed(content))
    later = await post(http, signed({**content, "iat": SECONDS + 1, "exp": SECONDS + 90}))

    assert first[0] == again[0] == later[0] == 200
    assert first[1]["objection"] == again[1]["objection"] == later[1]["objection"]
    (found,) = await ground.fetch("SELECT count(*) FROM objection WHERE record_id = $1", pushed)
    assert found["count"] == 1
    assert await refused(http, signed({**content, "statement": "另一说法。"})) == (409, "IDEMPOTENCY_CONFLICT")


async def test_a_message_is_refused_when_it_has_run_out(ground: Ground, http: httpx.AsyncClient, pushed: UUID) -> None:
    body = signed(message(record=f"CreditRecord:{pushed}"))
    ground.clock.move(minutes=3)
    assert await refused(http, body) == (401, "MESSAGE_REFUSED")


UNTRUSTED: dict[str, bytes] = {
    "another's key": signed(message(), by=STRANGER),
    "a key that nobody knows": signed(message(), by=Signer({"platform-9": KEYS["platform-1"]}, "platform-9")),
    "not yet": signed(message(nbf=SECONDS + 600)),
    "another type": signed(message(), kind="renxin-push+jws"),
    "another issuer": signed(message(iss="somebody")),
    "another receiver": signed(message(aud="https://elsewhere.example")),
    "two receivers": signed(message(aud=[ISSUER, "https://elsewhere.example"])),
    "no end": signed(message(exp=None)),
    "a long life": signed(message(exp=SECONDS + 86_400)),
    "from the future": signed(message(iat=SECONDS + 600, exp=SECONDS + 700)),
    "no id": signed(message(jti=None)),
    "an endless id": signed(message(jti="x" * 201)),
    "a number as id": signed(message(jti=1)),
    "no signature": signed(message()).rpartition(b".")[0],
    "one byte changed": signed(message()).replace(b".e", b".f", 1),
    "not a JWS": b"hello",
    "not ASCII": "异议".encode(),
    "nothing": b"",
}


@pytest.mark.parametrize("what", UNTRUSTED)
async def test_what_is_not_the_platforms_is_refused_alike(ground: Ground, http: httpx.AsyncClient, what: str) -> None:
    noted = ground.service.refusals.by_reason.total()
    assert await refused(http, UNTRUSTED[what]) == (401, "MESSAGE_REFUSED")
    assert ground.service.refusals.by_reason.total() == noted + 1


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"kind": "praise"}, (400, "MESSAGE_INVALID")),
        ({"kind": None}, (400, "MESSAGE_INVALID")),
        ({"kind": ["objection"]}, (400, "MESSAGE_INVALID")),
        ({"office": "JCZD"}, (400, "MESSAGE_INVALID")),
        ({"statement": 7}, (400, "MESSAGE_INVALID")),
        ({"statement": None}, (400, "MESSAGE_INVALID")),
        ({"receivedOn": "昨天"}, (400, "MESSAGE_INVALID")),
        ({"record": 1}, (400, "MESSAGE_INVALID")),
        ({"record": None}, (400, "INVALID_INPUT")),
        ({"record": "CreditRecord:1"}, (400, "ID_INVALID")),
        ({"clientMutationId": "mine"}, (400, "MESSAGE_INVALID")),
        ({}, (404, "NOT_FOUND")),
    ],
)
async def test_what_cannot_be_filed_is_refused_with_its_code(
    http: httpx.AsyncClient, changes: dict[str, Any], expected: tuple[int, str]
) -> None:
    assert await refused(http, signed(message(**changes))) == expected


async def test_the_rulebook_judges_what_the_platform_files(http: httpx.AsyncClient, pushed: UUID) -> None:
    body = message(record=f"CreditRecord:{pushed}", ground="不喜欢")
    assert await refused(http, signed(body)) == (400, "OBJECTION_GROUND_UNKNOWN")


async def test_a_record_that_was_not_pushed_is_not_known_there(ground: Ground, http: httpx.AsyncClient) -> None:
    """A person's record for authorised queries in Haicang, of which nothing was handed over."""
    record = await ground.publish(person=True, place="350205")
    assert await refused(http, signed(message(record=f"CreditRecord:{record}"))) == (404, "NOT_FOUND")


async def test_only_jws_up_to_a_size_is_read(http: httpx.AsyncClient) -> None:
    assert await refused(http, b"{}", "application/json") == (415, "CONTENT_TYPE_NOT_A_MESSAGE")
    assert await refused(http, b"x" * (MESSAGE_BYTES + 1)) == (413, "BODY_TOO_LARGE")


async def test_a_suspended_platform_files_nothing(ground: Ground, http: httpx.AsyncClient, pushed: UUID) -> None:
    await ground.fetch("UPDATE account SET state = 'suspended' WHERE sub = $1 RETURNING id", PLATFORM)
    try:
        found = await refused(http, signed(message(record=f"CreditRecord:{pushed}")))
    finally:
        await ground.fetch("UPDATE account SET state = 'active' WHERE sub = $1 RETURNING id", PLATFORM)
    assert found == (403, "PLATFORM_NOT_CONNECTED")


async def test_a_platform_without_an_account_files_nothing(ground: Ground, http: httpx.AsyncClient) -> None:
    object.__setattr__(ground.service.settings, "platform_account", "nobody")
    assert await refused(http, signed(message(iss="nobody"))) == (403, "PLATFORM_NOT_CONNECTED")


async def test_without_keys_there_is_no_address(ground: Ground) -> None:
    object.__setattr__(ground.service.settings, "platform_keys", None)
    transport = httpx.ASGITransport(app=Application(ground.service))
    async with httpx.AsyncClient(transport=transport, base_url=ISSUER) as http:
        assert await refused(http, signed(message())) == (404, "ADDRESS_UNKNOWN")


async def test_no_message_however_odd_is_answered_with_a_fault_of_ours(http: httpx.AsyncClient) -> None:
    dice = random.Random(9)
    odd = [
        None,
        True,
        -1,
        10**30,
        "",
        "\x00",
        "\ud800",
        "订" * 3_000,
        [],
        [["x"]],
        {},
        {"a": None},
        "CreditRecord:",
        ":",
    ]
    names = [*message(), "entry", "newFacts", "receivedOn", "nbf"]
    seen = set()
    for _ in range(80):
        content = {**message(), **{dice.choice(names): dice.choice(odd) for _ in range(dice.randint(1, 3))}}
        status, code = await refused(http, _signed_somehow(content))
        assert status in (400, 401, 404), (status, code)
        seen.add(code)
    assert {"MESSAGE_REFUSED", "MESSAGE_INVALID", "NOT_FOUND"} <= seen


def _signed_somehow(content: dict[str, Any]) -> bytes:
    """Sign members that canonical JSON would not write."""
    return SIGNER.sign(json.dumps(content).encode(), kind=MESSAGE_TYPE).encode()
