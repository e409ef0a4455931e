"""Service accounts over HTTP: keys by two officers, tokens for assertions, rotation, and tokens bound to key or certificate."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import tomllib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

import asyncpg
import pytest

from api.gate.sending import PEER, sender_of
from authz import account_key
from authz.account_key import read_public_key
from authz.versions import OfficerBenefits
from domain.ids import new_id
from domain.lifecycle import Actor, Transaction
from tests.client import ISSUER, NOW, Client, Serve
from tests.policies.conftest import AUDITOR, FIRST, SECOND, Desk
from tests.tokens.machine import (
    ASSERTION_TYPE,
    ask_for_token,
    assertion,
    content,
    encoded,
    jwk,
    kid,
    pem,
    private_jwk,
    private_pem,
    proof,
    signed,
)

pytestmark = pytest.mark.anyio

HERE = Path(__file__).parent
ASSERTIONS = tomllib.loads((HERE / "assertions.toml").read_text())["assertion"]
PROOFS = tomllib.loads((HERE / "proofs.toml").read_text())["proof"]

SHOWN = "accountKey { id kid algorithm state origin endsAt account { sub } proposedBy { sub } approvedBy { sub } }"
REGISTER = "mutation ($input: RegisterAccountInput!) { registerAccount(input: $input) { account { id } } }"
PROPOSE = f"mutation ($input: ProposeAccountKeyInput!) {{ proposeAccountKey(input: $input) {{ {SHOWN} }} }}"
APPROVE = f"mutation ($input: ApproveAccountKeyInput!) {{ approveAccountKey(input: $input) {{ {SHOWN} }} }}"
REJECT = f"mutation ($input: ReasonedAccountKeyInput!) {{ rejectAccountKey(input: $input) {{ {SHOWN} }} }}"
REVOKE = f"mutation ($input: ReasonedAccountKeyInput!) {{ revokeAccountKey(input: $input) {{ {SHOWN} }} }}"
ROTATE = "mutation ($input: RotateAccountKeyInput!) { rotateAccountKey(input: $input) { receipts } }"
BIND = "mutation ($input: BindAccountInput!) { bindAccount(input: $input) { account { binding } } }"
VIEWER = "{ viewer { roles display } }"
MTLS = {"client_certificate_header": "client-cert", "trusted_proxies": (ip_network("127.0.0.1"),)}


@pytest.fixture(scope="module")
async def desk(serve: Serve, demo_url: str) -> AsyncIterator[Desk]:
    async with serve(demo_url, **MTLS) as client:
        yield Desk(client)


async def machine(desk: Desk, demo_url: str, sub: str, key: str, *, role: str = "partner", **more: Any) -> str:
    """Register a machine with a role at the bank and a key in force; give the account's global id."""
    made = await desk.send(REGISTER, FIRST, issuer=ISSUER, sub=sub, display=sub, kind="machine", **more)
    account: str = made["account"]["id"]
    connection = await asyncpg.connect(demo_url)
    await connection.execute(
        "INSERT INTO assignment (id, account_id, role, office_id, from_on, origin)"
        " SELECT uuidv7(), $1, $2, held.office_id, '2026-01-01', 'operator' FROM assignment held"
        " JOIN account ON account.id = held.account_id WHERE account.sub = 'xiamen-bank' LIMIT 1",
        account.removeprefix("Account:"),
        role,
    )
    await connection.execute("UPDATE authority SET epoch = epoch + 1")
    await connection.close()
    await desk.client.service.callers.refresh()
    await enter(desk, account, key)
    return account


async def enter(desk: Desk, account: str, key: str) -> str:
    """Propose and approve a key; give its global id."""
    made = await desk.send(PROPOSE, FIRST, account=account, publicKey=pem(key), reason="接入")
    assert "code" not in made, made
    assert await desk.code(APPROVE, SECOND, accountKey=made["accountKey"]["id"]) is None
    ident: str = made["accountKey"]["id"]
    return ident


async def token_of(client: Client, sub: str, key: str, **how: Any) -> str:
    """Get an access token."""
    answer = await ask_for_token(client, assertion(sub, key), **how)
    assert answer.status_code == 200, answer.text
    text: str = answer.json()["access_token"]
    return text


async def ask(client: Client, token: str, *, scheme: str = "Bearer", **headers: str) -> int:
    """Ask who calls under a token; give the status."""
    given = {"authorization": f"{scheme} {token}", **{name.replace("_", "-"): one for name, one in headers.items()}}
    answer = await client.http.post("/graphql", json={"query": VIEWER}, headers=given)
    assert ("data" in answer.json()) == (answer.status_code == 200)
    return int(answer.status_code)


# -- keys


async def test_a_key_opens_its_account_once_two_officers_said_so(desk: Desk, demo_url: str) -> None:
    made = await desk.send(REGISTER, FIRST, issuer=ISSUER, sub="new-gateway", display="网关", kind="machine")
    proposed = await desk.send(PROPOSE, FIRST, account=made["account"]["id"], publicKey=pem("new"), reason="接入")

    assert (proposed["accountKey"]["kid"], proposed["accountKey"]["state"]) == (kid("new"), "PROPOSED")
    assert (await ask_for_token(desk.client, assertion("new-gateway", "new"))).status_code == 401
    assert await desk.code(APPROVE, FIRST, accountKey=proposed["accountKey"]["id"]) == "SECOND_OFFICER_NEEDED"
    approved = await desk.send(APPROVE, SECOND, accountKey=proposed["accountKey"]["id"])

    assert approved["accountKey"]["approvedBy"]["sub"] == SECOND
    answer = await ask_for_token(desk.client, assertion("new-gateway", "new"))
    assert (answer.status_code, answer.json()["token_type"], answer.json()["expires_in"]) == (200, "Bearer", 600)
    assert answer.headers["cache-control"] == "no-store"
    claims = content(answer.json()["access_token"])
    assert (claims["iss"], claims["sub"], claims["exp"] - claims["iat"]) == (ISSUER, "new-gateway", 600)
    assert await ask(desk.client, answer.json()["access_token"]) == 403


async def test_nobody_proposes_or_approves_a_key_of_his_own_account_or_of_whom_he_stands_in_for() -> None:
    own, principal, another = new_id(), new_id(), new_id()
    tx = Transaction(cast(Any, None), NOW, Actor(own, ("security_officer",), deputy_of_id=principal))
    for account in (own, principal):
        row = {"id": account, "kind": "machine", "issuer": ISSUER}
        with pytest.raises(OfficerBenefits):
            await account_key.propose(tx, row, pem("x"), issuer=ISSUER, reason="x")
        with pytest.raises(OfficerBenefits):
            await account_key.approve(tx, {"account_id": account, "proposed_by_id": another}, reason=None)


async def test_the_database_too_keeps_proposer_approver_and_account_apart(demo_url: str) -> None:
    connection = await asyncpg.connect(demo_url)
    first, second = await connection.fetch("SELECT id FROM account LIMIT 2")
    insert = (
        "INSERT INTO account_key (id, account_id, kid, algorithm, jwk, state, origin, proposed_by_id, proposed_at,"
        " approved_by_id, ends_at) VALUES (uuidv7(), $1, 'k', 'EdDSA', '{}', 'approved', 'officer', $2, now(), $3, now())"
    )
    try:
        for account, proposer, approver in (
            (first["id"], second["id"], second["id"]),
            (first["id"], first["id"], second["id"]),
            (first["id"], second["id"], first["id"]),
            (first["id"], second["id"], None),
        ):
            with pytest.raises(asyncpg.CheckViolationError):
                await connection.execute(insert, account, proposer, approver)
    finally:
        await connection.close()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (private_pem("x"), "PRIVATE_KEY_GIVEN"),
        (__import__("json").dumps(private_jwk("x")), "PRIVATE_KEY_GIVEN"),
        ('{"kty": "oct", "k": "c2VjcmV0"}', "PRIVATE_KEY_GIVEN"),
        ('{"kty": "OKP", "crv": "X25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}', "KEY_UNUSABLE"),
        ('{"kty": "RSA", "n": "AQAB", "e": "AQAB"}', "KEY_UNUSABLE"),
        ('{"kty": "OKP", "crv": "Ed25519"}', "KEY_UNUSABLE"),
        ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "KEY_UNUSABLE"),
        ("[1]", "KEY_UNUSABLE"),
        ("x" * 5000, "KEY_UNUSABLE"),
        (json.dumps({**jwk("x"), "x5c": ["A" * 5000]}), "KEY_UNUSABLE"),
        ("[" * 4000, "KEY_UNUSABLE"),
    ],
)
def test_what_is_no_usable_public_key_is_refused(text: str, code: str) -> None:
    from domain.errors import InvalidInput

    with pytest.raises(InvalidInput) as refused:
        read_public_key(text)

    assert refused.value.code == code


async def test_a_key_is_for_a_machine_and_registered_once_and_two_hold_at_most(desk: Desk, demo_url: str) -> None:
    account = await machine(desk, demo_url, "limit-gateway", "limit-1")
    clerk = (await desk.client.data("{ accounts(first: 100) { nodes { id sub } } }", caller=FIRST))["accounts"]["nodes"]
    person = next(one["id"] for one in clerk if one["sub"] == "xiamen-inspection-clerk")

    async def code(whose: str, key: str) -> str | None:
        return await desk.code(PROPOSE, FIRST, account=whose, publicKey=pem(key), reason="x")

    assert await code(person, "limit-2") == "ACCOUNT_NOT_MACHINE"
    assert await code(account, "limit-1") == "KEY_KNOWN"
    assert await code(account, "limit-2") is None
    assert await code(account, "limit-3") == "KEY_LIMIT"


async def test_only_security_officers_touch_keys_and_auditors_read_them(desk: Desk, demo_url: str) -> None:
    account = await machine(desk, demo_url, "seen-gateway", "seen-1")
    text = "{ accountKeys(first: 100) { nodes { kid state jwk } } }"

    seen = await desk.client.data(text, caller=AUDITOR)

    assert kid("seen-1") in [one["kid"] for one in seen["accountKeys"]["nodes"]]
    for caller in ("xiamen-bank", "xiamen-inspection-clerk", None):
        answer = await desk.client.send(text, caller=caller)
        assert (answer.get("data") or {}).get("accountKeys") is None
    for caller in (AUDITOR, "xiamen-bank"):
        assert await desk.code(PROPOSE, caller, account=account, publicKey=pem("seen-2"), reason="x") == "FORBIDDEN"


# -- assertions


@pytest.fixture(scope="module")
async def gateway(desk: Desk, demo_url: str) -> str:
    """Give a gateway with a key in force; another account has another key."""
    await machine(desk, demo_url, "partner-gateway", "second")
    return await machine(desk, demo_url, "bank-gateway", "own")


@pytest.mark.parametrize("case", ASSERTIONS, ids=lambda case: case["says"])
async def test_a_bad_assertion_is_refused_for_its_fault_with_the_one_answer(
    desk: Desk, gateway: str, case: dict[str, Any]
) -> None:
    text = assertion(
        "bank-gateway", case.get("key", "own"), header=case.get("header", {}), claims=case.get("claims", {})
    )
    desk.client.service.refusals.by_reason.clear()

    answer = await ask_for_token(desk.client, text)

    assert answer.status_code == 401
    assert (answer.json()["error"], answer.json()["code"]) == ("invalid_client", "CLIENT_REFUSED")
    assert set(answer.json()) == {"error", "error_description", "messageZh", "code"}
    assert dict(desk.client.service.refusals.by_reason) == {case["fault"]: 1}


async def test_an_assertion_is_used_once_in_all_processes(
    desk: Desk, gateway: str, serve: Serve, demo_url: str
) -> None:
    async with serve(demo_url) as other:
        text = assertion("bank-gateway", "own")
        answers = await asyncio.gather(*(ask_for_token(one, text) for one in (desk.client, other) * 4))

    assert sorted(one.status_code for one in answers) == [200] + [401] * 7


@pytest.mark.parametrize(
    "claims",
    [{"aud": [ISSUER]}, {"aud": ISSUER + "/oauth/token"}, {"iat": "-"}, {"exp": 300}, {"exp": -20}, {"nbf": 0}],
)
async def test_a_good_assertion_may_be_written_so(desk: Desk, gateway: str, claims: dict[str, Any]) -> None:
    answer = await ask_for_token(desk.client, assertion("bank-gateway", "own", claims=claims))
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("header", [{"typ": "-"}, {"typ": "client-authentication+jwt"}, {"kid": kid("own")}])
async def test_a_good_assertion_may_have_such_a_header(desk: Desk, gateway: str, header: dict[str, Any]) -> None:
    assert (await ask_for_token(desk.client, assertion("bank-gateway", "own", header=header))).status_code == 200


FORM = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION_TYPE}
BAD_FORMS: dict[str, tuple[dict[str, str], str]] = {
    "another grant": ({"grant_type": "password"}, "unsupported_grant_type"),
    "no grant": ({"grant_type": ""}, "unsupported_grant_type"),
    "another type of assertion": ({"client_assertion_type": "x"}, "invalid_request"),
    "no assertion": ({"client_assertion": ""}, "invalid_request"),
    "a client that is another": ({"client_id": "partner-gateway"}, "invalid_request"),
}


@pytest.mark.parametrize("kind", BAD_FORMS)
async def test_a_bad_token_request_is_told_so(desk: Desk, gateway: str, kind: str) -> None:
    more, error = BAD_FORMS[kind]
    answer = await ask_for_token(desk.client, assertion("bank-gateway", "own"), more)
    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert answer.json()["messageZh"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{}", "application/json"),
        (b"grant_type=client_credentials&grant_type=client_credentials", "application/x-www-form-urlencoded"),
        (b"\xff\xfe", "application/x-www-form-urlencoded"),
        (b"grant_type=%ff", "application/x-www-form-urlencoded"),
        (b"a=" + b"x" * 40_000, "application/x-www-form-urlencoded"),
        (b"&".join(b"a%d=1" % number for number in range(50)), "application/x-www-form-urlencoded"),
    ],
)
async def test_a_body_that_is_no_such_form_is_never_a_server_error(desk: Desk, body: bytes, kind: str) -> None:
    answer = await desk.client.http.post("/oauth/token", content=body, headers={"content-type": kind})
    assert answer.status_code == 400
    assert answer.json()["code"] == "TOKEN_REQUEST_INVALID"


@pytest.mark.parametrize("twice", ["client_assertion", "grant_type", "client_id"])
async def test_no_parameter_of_a_token_request_stands_twice(desk: Desk, gateway: str, twice: str) -> None:
    """Which of the two counts is for nobody to choose: a proxy may have looked at the other."""
    form = [
        ("grant_type", "client_credentials"), ("client_assertion_type", ASSERTION_TYPE), ("client_id", "bank-gateway"),
        ("client_assertion", assertion("bank-gateway", "own")),
    ]  # fmt: skip
    sent = urlencode([*form, *(one for one in form if one[0] == twice)])
    kind = {"content-type": "application/x-www-form-urlencoded"}

    answer = await desk.client.http.post("/oauth/token", content=sent, headers=kind)

    assert (answer.status_code, answer.json()["code"]) == (400, "TOKEN_REQUEST_INVALID")
    assert (await desk.client.http.post("/oauth/token", content=urlencode(form), headers=kind)).status_code == 200


@pytest.mark.parametrize("headers", [[("dpop", "x"), ("dpop", "x")], [("client-cert", ":%:")]])
async def test_a_token_request_with_a_faulty_proof_or_certificate_gets_no_unbound_token_instead(
    desk: Desk, gateway: str, headers: list[tuple[str, str]]
) -> None:
    sent = urlencode({**FORM, "client_assertion": assertion("bank-gateway", "own")})
    kind = ("content-type", "application/x-www-form-urlencoded")

    answer = await desk.client.http.post("/oauth/token", content=sent, headers=[kind, *headers])

    assert (answer.status_code, answer.json()["code"]) == (400, "PROOF_REFUSED")


@pytest.mark.parametrize(
    ("issuer", "kind", "status"),
    [(ISSUER, "machine", 200), (ISSUER, "person", 401), ("https://other.example", "machine", 401)],
)
async def test_a_key_written_past_the_service_opens_no_person_s_account_and_none_of_another_issuer(
    desk: Desk, gateway: str, demo_url: str, issuer: str, kind: str, status: int
) -> None:
    sub = f"planted-{kind}-{status}-{len(issuer)}"
    connection = await asyncpg.connect(demo_url)
    account = await connection.fetchval(
        "INSERT INTO account (id, issuer, sub, display, kind) VALUES (uuidv7(), $1, $2, $2, $3) RETURNING id",
        issuer, sub, kind,
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO account_key SELECT (jsonb_populate_record(known, jsonb_build_object("
        " 'id', uuidv7(), 'account_id', $1::uuid, 'kid', $2::text, 'jwk', $3::jsonb))).*"
        " FROM account_key known WHERE state = 'approved' LIMIT 1",
        account, kid(sub), json.dumps(jwk(sub)),
    )  # fmt: skip
    await connection.close()

    answer = await ask_for_token(desk.client, assertion(sub, sub))

    assert answer.status_code == status, answer.text


async def test_a_suspended_account_gets_no_token(desk: Desk, demo_url: str) -> None:
    account = await machine(desk, demo_url, "closed-gateway", "closed-1")
    suspend = "mutation ($input: SuspendAccountInput!) { suspendAccount(input: $input) { account { state } } }"
    token = await token_of(desk.client, "closed-gateway", "closed-1")
    assert await ask(desk.client, token) == 200

    assert await desk.code(suspend, FIRST, account=account, reason="x") is None

    assert await ask(desk.client, token) == 401
    assert (await ask_for_token(desk.client, assertion("closed-gateway", "closed-1"))).status_code == 401


async def test_clients_find_the_endpoint_and_its_keys(desk: Desk) -> None:
    told = (await desk.client.http.get("/.well-known/oauth-authorization-server")).json()
    keys = (await desk.client.http.get(told["jwks_uri"].removeprefix(ISSUER))).json()["keys"]

    assert (told["issuer"], told["token_endpoint"]) == (ISSUER, f"{ISSUER}/oauth/token")
    assert told["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
    assert all("d" not in key for key in keys)


async def test_without_keys_for_tokens_there_is_no_endpoint(serve: Serve, demo_url: str) -> None:
    async with serve(demo_url, builtin_issuer=False, token_keys_dir=None) as client:
        assert (await client.http.post("/oauth/token")).status_code == 404
        assert (await client.http.get("/.well-known/oauth-authorization-server")).status_code == 404


# -- rotation and revocation


def statement(sub: str, key: str, following: str, **claims: Any) -> str:
    """Make the statement that brings in the key that follows."""
    text = assertion(sub, key, claims={"jwk": jwk(following), **claims})
    head = {"alg": "EdDSA", "typ": "renxin-key+jwt"}
    return signed(head, content(text), key)


async def test_an_account_rotates_its_key_and_both_hold_for_a_week(desk: Desk, serve: Serve, demo_url: str) -> None:
    await machine(desk, demo_url, "turning-gateway", "turn-1")

    async def rotate(text: str) -> Any:
        token = await token_of(desk.client, "turning-gateway", "turn-1")
        headers = {"authorization": f"Bearer {token}"}
        body = {"query": ROTATE, "variables": {"input": {"statement": text}}}
        return (await desk.client.http.post("/graphql", json=body, headers=headers)).json()

    done = await rotate(statement("turning-gateway", "turn-1", "turn-2"))

    assert "errors" not in done, done
    for key in ("turn-1", "turn-2"):
        assert (await ask_for_token(desk.client, assertion("turning-gateway", key))).status_code == 200
    again = await rotate(statement("turning-gateway", "turn-2", "turn-3"))
    assert again["errors"][0]["extensions"]["code"] == "KEY_LIMIT"
    later = NOW + timedelta(days=8)
    seconds = 8 * 86_400
    async with serve(demo_url, now=later) as client:
        statuses = [
            (
                await ask_for_token(
                    client, assertion("turning-gateway", key, claims={"exp": seconds + 60, "iat": seconds})
                )
            ).status_code
            for key in ("turn-1", "turn-2")
        ]
    assert statuses == [401, 200]


async def test_a_key_is_rotated_only_with_the_signature_of_the_former_and_for_oneself(desk: Desk, gateway: str) -> None:
    """A stolen access token alone brings in no key."""
    token = await token_of(desk.client, "bank-gateway", "own")

    async def code(text: str) -> str:
        body = {"query": ROTATE, "variables": {"input": {"statement": text}}}
        answer = await desk.client.http.post("/graphql", json=body, headers={"authorization": f"Bearer {token}"})
        found: str = answer.json()["errors"][0]["extensions"]["code"]
        return found

    assert await code(statement("bank-gateway", "thief", "thief")) == "CLIENT_REFUSED"
    assert await code(statement("partner-gateway", "second", "thief")) == "FORBIDDEN"
    assert await code(assertion("bank-gateway", "own", claims={"jwk": jwk("thief")})) == "CLIENT_REFUSED"
    assert await code(statement("bank-gateway", "own", "own")) == "KEY_KNOWN"
    spelt = jwk("own")["x"]
    for x in (spelt[:-1] + chr(ord(spelt[-1]) + 1), f"{spelt}="):
        same = statement("bank-gateway", "own", "own", jwk={**jwk("own"), "x": x})
        assert await code(same) == "KEY_KNOWN", "another spelling is no other key"
    assert await code(statement("bank-gateway", "own", "thief", jwk=private_jwk("thief"))) == "PRIVATE_KEY_GIVEN"
    assert await code(statement("bank-gateway", "own", "thief", jwk="x")) == "KEY_UNUSABLE"


async def test_a_key_that_is_rejected_opens_nothing(desk: Desk, demo_url: str) -> None:
    account = await machine(desk, demo_url, "rejected-gateway", "rejected-1")
    made = await desk.send(PROPOSE, FIRST, account=account, publicKey=pem("rejected-2"), reason="轮换")
    ident = made["accountKey"]["id"]

    assert await desk.code(REJECT, AUDITOR, accountKey=ident, reason="来源不明") == "FORBIDDEN"
    assert await desk.code(REJECT, SECOND, accountKey=ident, reason="来源不明") is None

    assert await desk.code(APPROVE, SECOND, accountKey=ident) == "STATE_CONFLICT"
    assert (await ask_for_token(desk.client, assertion("rejected-gateway", "rejected-2"))).status_code == 401


async def test_a_revoked_key_ends_with_its_tokens_in_every_process(desk: Desk, serve: Serve, demo_url: str) -> None:
    account = await machine(desk, demo_url, "lost-gateway", "lost-1")
    second = await enter(desk, account, "lost-2")
    async with serve(demo_url) as other:
        token = await token_of(other, "lost-gateway", "lost-2")
        assert await ask(other, token) == 200

        assert await desk.code(REVOKE, FIRST, accountKey=second, reason="私钥泄露") is None

        assert [await ask(other, token) for _ in range(5)] == [401] * 5
        assert (await ask_for_token(other, assertion("lost-gateway", "lost-2"))).status_code == 401
        assert (await ask_for_token(other, assertion("lost-gateway", "lost-1"))).status_code == 200
    assert await desk.code(REVOKE, FIRST, accountKey=second, reason="x") == "STATE_CONFLICT"
    assert await desk.code(REJECT, FIRST, accountKey=second, reason="x") == "STATE_CONFLICT"


# -- bound to a key


@pytest.fixture(scope="module")
async def bound(desk: Desk, demo_url: str) -> str:
    """Give an access token that is bound to the key "holder", of an account whose tokens must be."""
    await machine(desk, demo_url, "bound-gateway", "bound-1", binding="dpop")
    answer = await ask_for_token(
        desk.client, assertion("bound-gateway", "bound-1"), headers={"dpop": proof("holder", path="/oauth/token")}
    )
    assert answer.json()["token_type"] == "DPoP", answer.text
    token: str = answer.json()["access_token"]
    assert content(token)["cnf"] == {"jkt": kid("holder")}
    return token


async def test_a_bound_token_counts_with_a_proof_of_its_key(desk: Desk, bound: str) -> None:
    for claims in ({}, {"htu": "HTTP://RENXIN.test:80/graphql?x=1#y"}, {"iat": -100}, {"iat": 20}, {"nonce": "x"}):
        text = proof("holder", token=bound, claims=claims)
        assert await ask(desk.client, bound, scheme="DPoP", dpop=text) == 200, claims


@pytest.mark.parametrize("case", PROOFS, ids=lambda case: case["says"])
async def test_a_bad_proof_is_refused_for_its_fault_with_the_one_answer(
    desk: Desk, bound: str, case: dict[str, Any]
) -> None:
    own, other = "holder", "thief"
    keys = {
        "own": jwk(own), "other": jwk(other), "private": private_jwk(own), "unfit": {**jwk(own), "use": "enc"},
        "signing": {**jwk(own), "key_ops": ["sign"]},
    }  # fmt: skip
    header = {"jwk": keys[case.get("jwk", "own")], **case.get("header", {})}
    signer = other if case.get("key") == "other" else own
    text = proof(signer, token=bound, header=header, claims=case.get("claims", {}))
    sent = [("dpop", text)] * case.get("sent", 1)
    desk.client.service.refusals.by_reason.clear()

    answer = await desk.client.http.post(
        "/graphql",
        json={"query": VIEWER},
        headers=[("authorization", f"{case.get('scheme', 'DPoP')} {bound}"), *sent],
    )

    assert answer.status_code == 401
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert "DPoP" in answer.headers["www-authenticate"]
    proof_fails = case["fault"] in ("proof", "replay")
    assert ('error="invalid_dpop_proof"' in answer.headers["www-authenticate"]) == proof_fails
    assert dict(desk.client.service.refusals.by_reason) == {case["fault"]: 1}


async def test_a_proof_is_used_once_in_all_processes(desk: Desk, bound: str, serve: Serve, demo_url: str) -> None:
    text = proof("holder", token=bound)
    async with serve(demo_url) as other:
        statuses = await asyncio.gather(
            *(ask(one, bound, scheme="DPoP", dpop=text) for one in (desk.client, other) * 4)
        )

    assert sorted(statuses) == [200] + [401] * 7


async def test_a_request_that_is_planned_anew_needs_no_second_proof(desk: Desk, bound: str, demo_url: str) -> None:
    connection = await asyncpg.connect(demo_url)
    await connection.execute("UPDATE authority SET epoch = epoch + 1")
    await connection.close()

    assert await ask(desk.client, bound, scheme="DPoP", dpop=proof("holder", token=bound)) == 200


async def test_an_account_that_must_be_bound_gets_no_other_token_and_none_of_its_others_count(
    desk: Desk, bound: str
) -> None:
    refused = await ask_for_token(desk.client, assertion("bound-gateway", "bound-1"))
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_dpop_proof")
    assert await ask(desk.client, desk.client.token("bound-gateway")) == 401


async def test_binding_is_asked_for_once_and_never_loosened(desk: Desk, gateway: str, demo_url: str) -> None:
    account = await machine(desk, demo_url, "tight-gateway", "tight-1")
    token = await token_of(desk.client, "tight-gateway", "tight-1")
    assert await ask(desk.client, token) == 200

    odd = {"issuer": ISSUER, "sub": "odd-gateway", "display": "网关", "kind": "machine", "binding": "password"}
    assert await desk.code(REGISTER, FIRST, **odd) == "BINDING_INVALID"
    assert await desk.code(BIND, FIRST, account=account, binding="none", reason="x") == "BINDING_INVALID"
    assert await desk.code(BIND, FIRST, account=account, binding="dpop", reason="x") is None
    assert await desk.code(BIND, FIRST, account=account, binding="mtls", reason="x") == "STATE_CONFLICT"

    assert await ask(desk.client, token) == 401


async def test_an_unbound_token_under_the_scheme_of_bound_ones_is_refused(desk: Desk, gateway: str) -> None:
    token = await token_of(desk.client, "bank-gateway", "own")
    assert await ask(desk.client, token, scheme="DPoP", dpop=proof("holder", token=token)) == 401


async def test_outdated_proofs_make_room_for_new_ones(desk: Desk, bound: str, demo_url: str) -> None:
    connection = await asyncpg.connect(demo_url)
    await connection.execute("UPDATE proof_use SET until = $1", NOW - timedelta(days=1))
    before = await connection.fetchval("SELECT count(*) FROM proof_use")
    for _ in range(5):
        assert await ask(desk.client, bound, scheme="DPoP", dpop=proof("holder", token=bound)) == 200
    after = await connection.fetchval("SELECT count(*) FROM proof_use")
    await connection.close()

    assert after == before


# -- bound to a certificate


CERTIFICATE, OTHER = b"certificate one", b"certificate two"


def sent_as(content_: bytes) -> str:
    """Write a certificate as RFC 9440 has it."""
    return f":{base64.b64encode(content_).decode()}:"


async def test_a_token_bound_to_a_certificate_counts_under_that_certificate_only(desk: Desk, demo_url: str) -> None:
    await machine(desk, demo_url, "tls-gateway", "tls-1", binding="mtls")
    noted = desk.client.service.refusals.by_reason["sender"]
    refused = await ask_for_token(desk.client, assertion("tls-gateway", "tls-1"))
    assert (refused.json()["error"], refused.json()["code"]) == ("invalid_request", "CERTIFICATE_MISSING")
    assert desk.client.service.refusals.by_reason["sender"] == noted + 1
    token = await token_of(desk.client, "tls-gateway", "tls-1", headers={"client-cert": sent_as(CERTIFICATE)})
    pem_form = base64.b64encode(CERTIFICATE).decode()
    escaped = f"-----BEGIN%20CERTIFICATE-----%0A{pem_form}%0A-----END%20CERTIFICATE-----%0A"

    assert content(token)["cnf"] == {"x5t#S256": encoded(hashlib.sha256(CERTIFICATE).digest())}
    assert await ask(desk.client, token, client_cert=sent_as(CERTIFICATE)) == 200
    assert await ask(desk.client, token, client_cert=escaped) == 200
    assert await ask(desk.client, token, client_cert=sent_as(OTHER)) == 401
    assert await ask(desk.client, token, client_cert=":%:") == 401
    assert await ask(desk.client, token, client_cert="x") == 401
    assert await ask(desk.client, token) == 401
    headers = [("authorization", f"Bearer {token}"), *[("client-cert", sent_as(CERTIFICATE))] * 2]
    twice = await desk.client.http.post("/graphql", json={"query": VIEWER}, headers=headers)
    assert twice.status_code == 401
    proofs = [("authorization", f"Bearer {token}"), ("client-cert", sent_as(CERTIFICATE)), *[("dpop", "x")] * 2]
    faulty = await desk.client.http.post("/graphql", json={"query": VIEWER}, headers=proofs)
    assert faulty.status_code == 401


async def test_a_certificate_counts_from_a_trusted_proxy_only(desk: Desk, serve: Serve, demo_url: str) -> None:
    """Whoever reaches the service past the proxy cannot claim a certificate."""
    await machine(desk, demo_url, "direct-gateway", "direct-1", binding="mtls")
    token = await token_of(desk.client, "direct-gateway", "direct-1", headers={"client-cert": sent_as(CERTIFICATE)})
    assert await ask(desk.client, token, client_cert=sent_as(CERTIFICATE)) == 200

    for changes in ({"trusted_proxies": (ip_network("10.0.0.0/8"),)}, {"client_certificate_header": None}):
        async with serve(demo_url, **{**MTLS, **changes}) as other:
            assert await ask(other, token, client_cert=sent_as(CERTIFICATE)) == 401


@pytest.mark.parametrize(
    ("peer", "proxies", "counts"),
    [
        ("::ffff:10.0.0.7", "10.0.0.0/8", True),
        ("::ffff:10.0.0.7", "::ffff:a00:0/104", True),
        ("10.0.0.7", "10.0.0.0/8", True),
        ("2001:db8::7", "2001:db8::/64", True),
        ("::ffff:192.0.2.7", "10.0.0.0/8", False),
        ("2001:db8::a00:7", "10.0.0.0/8", False),
        ("no address", "0.0.0.0/0", False),
    ],
)
async def test_a_proxy_is_known_however_the_socket_tells_its_address(
    desk: Desk, peer: str, proxies: str, counts: bool
) -> None:
    """A socket that takes IPv4 and IPv6 tells an IPv4 proxy as ::ffff:10.0.0.7, whose certificates were passed over."""
    settings = replace(desk.client.service.settings, trusted_proxies=(ip_network(proxies),))
    headers = [(b"client-cert", sent_as(CERTIFICATE).encode())]
    scope = {"method": "POST", "path": "/graphql", "headers": headers, PEER: peer, "client": ("10.0.0.7", 1)}

    assert (sender_of(scope, settings).certificate is not None) is counts
