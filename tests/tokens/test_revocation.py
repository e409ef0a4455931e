"""Revocation over HTTP: by token id, account and person, in force for the next request of a process that was told nothing.

Two applications over one database stand for two processes: neither hears of the other but through the fence.
"""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, cast

import asyncpg
import jwt
import pytest

from api.gate.refusals import LINES
from authz.revocation import reinstate
from authz.versions import OfficerBenefits
from domain.ids import new_id
from domain.lifecycle import Actor, Transaction
from tests.client import NOW, Client, Serve
from tests.policies.conftest import FIRST, SECOND, Desk

pytestmark = pytest.mark.anyio

ACCOUNT = "account { id state tokensFrom }"
REVOKE = f"mutation ($input: RevokeTokensInput!) {{ revokeTokens(input: $input) {{ {ACCOUNT} receipts }} }}"
SUSPEND = f"mutation ($input: SuspendAccountInput!) {{ suspendAccount(input: $input) {{ {ACCOUNT} receipts }} }}"
REINSTATE = f"mutation ($input: ReinstateAccountInput!) {{ reinstateAccount(input: $input) {{ {ACCOUNT} receipts }} }}"
SIGN_OUT = "mutation { __typename done: signOut(input: {}) { __typename events: receipts receipt } }"
REGISTER = "mutation ($input: RegisterAccountInput!) { registerAccount(input: $input) { account { id } } }"
MINE = "{ viewer { roles } recordImports(first: 1) { totalCount } }"
CLERK, BANK = "xiamen-inspection-clerk", "xiamen-bank"


@pytest.fixture
async def desk(serve: Serve, demo_url: str) -> AsyncIterator[Desk]:
    async with serve(demo_url) as client:
        yield Desk(client)


@pytest.fixture
async def other(serve: Serve, demo_url: str) -> AsyncIterator[Client]:
    """Give the other process."""
    async with serve(demo_url) as client:
        yield client


async def ask(client: Client, token: str) -> int:
    """Ask under a token; give the status, and require that only a 200 has an answer."""
    answer = await client.http.post("/graphql", json={"query": MINE}, headers={"authorization": f"Bearer {token}"})
    assert ("data" in answer.json()) == (answer.status_code == 200)
    return answer.status_code


@pytest.fixture
async def afterwards(serve: Serve, demo_url: str) -> AsyncIterator[Client]:
    """Give a process a little later: within the time that clocks may stand apart."""
    async with serve(demo_url, now=NOW + timedelta(seconds=20)) as client:
        yield client


async def test_a_token_revoked_by_its_id_is_refused_by_a_process_that_knew_its_caller(
    desk: Desk, other: Client
) -> None:
    token, second = other.token(CLERK), other.token(CLERK)
    assert [await ask(other, token), await ask(other, second)] == [200, 200]
    jti = jwt.decode(token, options={"verify_signature": False})["jti"]

    revoked = await desk.send(REVOKE, FIRST, tokenId=jti, reason="令牌泄露")

    assert revoked["account"] is None
    assert len(revoked["receipts"]) == 1
    assert [await ask(other, token) for _ in range(20)] == [401] * 20
    assert await ask(other, second) == 200


async def test_all_tokens_of_an_account_are_refused_until_new_ones_are_issued(
    desk: Desk, other: Client, afterwards: Client
) -> None:
    tokens = [other.token(CLERK) for _ in range(3)]
    assert [await ask(other, token) for token in tokens] == [200, 200, 200]

    revoked = await desk.send(REVOKE, FIRST, account=await desk.account_of(CLERK), reason="手机遗失")

    assert revoked["account"]["tokensFrom"] is not None
    assert [await ask(other, token) for token in tokens] == [401, 401, 401]
    assert await ask(desk.client, tokens[0]) == 401
    assert await ask(afterwards, tokens[0]) == 401
    assert await ask(afterwards, afterwards.token(CLERK)) == 200


async def test_the_tokens_of_a_person_are_refused_in_all_accounts_and_of_nobody_else(
    desk: Desk, other: Client, demo_url: str
) -> None:
    issuer = desk.client.service.settings.public_url
    made = [
        (await desk.send(REGISTER, FIRST, issuer=issuer, sub=sub, display=sub, person=person))["account"]["id"]
        for sub, person in (("wang-desk", "工号17"), ("wang-phone", "工号17"), ("li-desk", "工号18"))
    ]
    subs = ("wang-desk", "wang-phone", "li-desk")
    connection = await asyncpg.connect(demo_url)
    await connection.execute(
        "INSERT INTO assignment (id, account_id, role, from_on, origin)"
        " SELECT uuidv7(), id, 'auditor', '2026-01-01', 'operator' FROM account WHERE sub = ANY($1::text[])",
        list(subs),
    )
    await connection.execute("UPDATE authority SET epoch = epoch + 1")
    stored = await connection.fetchval("SELECT string_agg(person, ',') FROM account")
    await connection.close()
    tokens = [other.token(sub) for sub in subs]
    viewer = "{ viewer { roles } }"

    async def statuses() -> list[int]:
        headers = [{"authorization": f"Bearer {token}"} for token in tokens]
        return [(await other.http.post("/graphql", json={"query": viewer}, headers=one)).status_code for one in headers]

    assert await statuses() == [200, 200, 200]
    await desk.send(REVOKE, FIRST, person=made[0], reason="调离")
    assert await statuses() == [401, 401, 200]
    assert "工号" not in stored


@pytest.mark.parametrize("given", [{}, {"tokenId": "a", "account": "x"}, {"account": "x", "person": "x"}])
async def test_a_revocation_says_exactly_whose_tokens_are_meant(desk: Desk, given: dict[str, str]) -> None:
    assert await desk.code(REVOKE, FIRST, reason="x", **given) == "REVOCATION_UNCLEAR"


@pytest.mark.parametrize("token_id", ["", "x" * 201, "a\tb"])
async def test_a_token_itself_or_what_can_be_no_id_is_not_taken_as_one(desk: Desk, token_id: str) -> None:
    assert await desk.code(REVOKE, FIRST, tokenId=token_id, reason="x") == "TOKEN_ID_INVALID"
    assert await desk.code(REVOKE, FIRST, tokenId=desk.client.token(CLERK), reason="x") == "TOKEN_ID_INVALID"


async def test_who_is_no_security_officer_revokes_nothing_and_reaches_no_account(desk: Desk) -> None:
    account = await desk.account_of(BANK)
    for caller in ("xiamen-approval-clerk", "xiamen-inspection-reviewer", "auditor"):
        assert await desk.code(REVOKE, caller, account=account, reason="x") == "FORBIDDEN"
        assert await desk.code(SUSPEND, caller, account=account, reason="x") == "FORBIDDEN"
        assert await desk.code(REVOKE, caller, tokenId="x", reason="x") == "FORBIDDEN"


async def test_whoever_is_told_a_subjects_account_ends_its_sessions_and_is_shown_nothing_of_it(
    desk: Desk, other: Client, afterwards: Client
) -> None:
    """Its holder reads the id in `viewer` and calls the bureau: the phone is gone."""
    person, mine = "person-without-consent", "{ viewer { accountId } me { name } }"
    account = (await desk.client.data(mine, caller=person))["viewer"]["accountId"]
    for how in ("account", "person"):
        ended = await desk.send(REVOKE, FIRST, **{how: account}, reason="手机遗失")
        assert (ended["account"], len(ended["receipts"])) == (None, 1)
        assert await ask(other, other.token(person)) == 401
        assert await ask(afterwards, afterwards.token(person)) == 200

    assert (await desk.send(SUSPEND, FIRST, account=account, reason="冒用"))["account"] is None
    assert await ask(afterwards, afterwards.token(person)) == 401
    assert await desk.code(REINSTATE, FIRST, account=account, reason="x") == "SECOND_OFFICER_NEEDED"
    assert (await desk.send(REINSTATE, SECOND, account=account, reason="已核实"))["account"] is None
    assert await ask(afterwards, afterwards.token(person)) == 200
    missing = "Account:01856aa0-0000-7000-8000-000000000000"
    assert await desk.code(SUSPEND, FIRST, account=missing, reason="x") == "NOT_FOUND"
    assert await desk.code(REVOKE, FIRST, person=missing, reason="x") == "NOT_FOUND"


async def test_a_suspended_account_is_refused_everywhere_until_another_officer_reinstates_it(
    desk: Desk, other: Client, afterwards: Client
) -> None:
    account = await desk.account_of(BANK)
    assert await desk.code(SUSPEND, FIRST, account=account, reason="合同中止") is None

    assert [await ask(afterwards, afterwards.token(BANK)) for _ in range(5)] == [401] * 5
    assert await desk.code(SUSPEND, SECOND, account=account, reason="x") == "STATE_CONFLICT"
    assert await desk.code(REINSTATE, FIRST, account=account, reason="x") == "SECOND_OFFICER_NEEDED"
    reinstated = await desk.send(REINSTATE, SECOND, account=account, reason="合同恢复")

    assert reinstated["account"]["state"] == "ACTIVE"
    assert await ask(afterwards, afterwards.token(BANK)) == 200
    assert await ask(other, other.token(BANK)) == 401


async def test_a_suspended_account_is_refused_by_a_process_that_knew_its_caller(desk: Desk, afterwards: Client) -> None:
    known, account = afterwards.token(BANK), await desk.account_of(BANK)
    assert await ask(afterwards, known) == 200

    assert await desk.code(SUSPEND, FIRST, account=account, reason="合同中止") is None

    assert await ask(afterwards, known) == 401
    assert await desk.code(REINSTATE, SECOND, account=account, reason="合同恢复") is None


async def test_tokens_from_before_a_suspension_stay_refused_after_it(desk: Desk, other: Client) -> None:
    before, account = desk.client.token(BANK), await desk.account_of(BANK)
    await desk.send(SUSPEND, FIRST, account=account, reason="令牌泄露")
    assert await desk.code(REINSTATE, SECOND, account=account, reason="查清") is None

    assert await ask(other, before) == 401


async def test_nobody_reinstates_himself_or_whom_he_stands_in_for() -> None:
    own, principal, another = new_id(), new_id(), new_id()
    officer = Actor(own, ("security_officer",), deputy_of_id=principal)
    for account in (own, principal):
        row = {"id": account, "suspended_by_id": another}
        with pytest.raises(OfficerBenefits):
            await reinstate(Transaction(cast(Any, None), NOW, officer), row, reason="x")


async def test_the_database_too_keeps_the_officer_who_suspended_from_reinstating(demo_url: str) -> None:
    connection = await asyncpg.connect(demo_url)
    try:
        with pytest.raises(asyncpg.CheckViolationError):
            await connection.execute("UPDATE account SET suspended_by_id = id, reinstated_by_id = id")
    finally:
        await connection.close()


async def test_whoever_signs_out_ends_all_own_sessions_and_no_others(desk: Desk, other: Client) -> None:
    """A citizen whose telephone is lost needs no officer."""
    person = "person-with-consent"
    mine, elsewhere, foreign = other.token(person), other.token(person), other.token(SECOND)
    viewer = "{ viewer { roles } }"

    async def status(token: str) -> int:
        headers = {"authorization": f"Bearer {token}"}
        return (await other.http.post("/graphql", json={"query": viewer}, headers=headers)).status_code

    assert [await status(one) for one in (mine, elsewhere, foreign)] == [200, 200, 200]
    answer = await desk.client.send(SIGN_OUT, caller=person)
    assert (answer["data"]["done"]["__typename"], len(answer["data"]["done"]["events"])) == ("SignOutPayload", 1)
    assert [await status(one) for one in (mine, elsewhere, foreign)] == [401, 401, 200]
    assert await desk.client.codes(SIGN_OUT) == ["FORBIDDEN"]


async def test_each_revocation_is_an_event_with_who_and_why_and_without_the_token(desk: Desk, demo_url: str) -> None:
    token = desk.client.token(CLERK)
    jti = jwt.decode(token, options={"verify_signature": False})["jti"]
    await desk.send(REVOKE, FIRST, tokenId=jti, reason="泄露原因甲")
    connection = await asyncpg.connect(demo_url)
    row = await connection.fetchrow("SELECT * FROM ledger_event WHERE reason = '泄露原因甲'")
    await connection.close()

    assert (row["object"], row["verb"], row["role"]) == ("revoked_token", "revoke", "security_officer")
    assert row["account_id"] is not None
    assert token not in json.dumps({name: str(value) for name, value in dict(row).items()})


# -- what is told of refused attempts


async def test_refused_callers_are_logged_with_the_reason_and_nothing_of_what_was_sent(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger("renxin").propagate = True
    token = desk.client.token("nobody-虚构张三")
    head, body, signature = desk.client.token(CLERK).split(".")
    sent: dict[str, str] = {
        "malformed": "Bearer 欧阳虚构.x".encode().decode("latin-1"),
        "scheme": "Basic YTpi",
        "signature": f"Bearer {head}.{body}.{'A' * len(signature)}",
        "no_role": f"Bearer {token}",
    }
    with caplog.at_level(logging.WARNING, "renxin.access"):
        for header in sent.values():
            await desk.client.http.post(
                "/graphql", json={"query": MINE}, headers=[(b"authorization", header.encode("latin-1"))]
            )
        twice = [(b"authorization", b"Bearer a"), (b"authorization", b"Bearer b")]
        await desk.client.http.post("/graphql", json={"query": MINE}, headers=twice)

    records: list[Any] = [one for one in caplog.records if one.name == "renxin.access"]
    assert [one.fault for one in records] == [*sent, "scheme"]
    written = "".join(json.dumps(one.__dict__, default=str, ensure_ascii=False) for one in records)
    assert "张三" not in written
    assert "欧阳" not in written
    assert head not in written
    assert desk.client.service.refusals.by_reason == {"malformed": 1, "scheme": 2, "signature": 1, "no_role": 1}


async def test_a_flood_of_bad_tokens_is_counted_and_does_not_fill_the_log(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger("renxin").propagate = True
    with caplog.at_level(logging.WARNING, "renxin.access"):
        for number in range(3 * LINES):
            headers = {"authorization": f"Bearer {number}"}
            await desk.client.http.post("/graphql", json={"query": MINE}, headers=headers)

    assert len([one for one in caplog.records if one.name == "renxin.access"]) == LINES
    assert desk.client.service.refusals.by_reason["malformed"] == 3 * LINES
