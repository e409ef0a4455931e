"""Issuers whose clock is ahead: what was issued before a revocation is refused by it, however late its stamp is."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from api.config.setting_values import OidcIssuer
from domain.ids import new_id
from tests.client import NOW, Client, Serve
from tests.identity.tokens import AUDIENCE, claims, jwk, token
from tests.policies.conftest import FIRST, Desk

pytestmark = pytest.mark.anyio

REGISTER = "mutation ($input: RegisterAccountInput!) { registerAccount(input: $input) { account { id } } }"
REVOKE = "mutation ($input: RevokeTokensInput!) { revokeTokens(input: $input) { receipts } }"
SIGN_OUT = "mutation { signOut(input: {}) { receipts } }"
VIEWER = "{ viewer { roles } }"

At = Callable[[float], AbstractAsyncContextManager[Client]]
"""Gives a process some seconds after NOW."""


@pytest.fixture
def issuer() -> str:
    """Give an issuer of the test's own: what was seen of its clock is kept."""
    return f"https://{new_id().hex}.example"


@pytest.fixture
def at(serve: Serve, demo_url: str, tmp_path: Path, issuer: str) -> At:
    keys = tmp_path / "jwks.json"
    keys.write_text(json.dumps({"keys": [jwk("ed1")]}))
    provider = OidcIssuer(issuer, AUDIENCE, None, keys, ("EdDSA",))

    def process(seconds: float) -> AbstractAsyncContextManager[Client]:
        made: AbstractAsyncContextManager[Client] = serve(
            demo_url, now=NOW + timedelta(seconds=seconds), oidc_issuers=(provider,)
        )
        return made

    return process


@pytest.fixture
async def now(at: At) -> AsyncIterator[Client]:
    async with at(0) as client:
        yield client


@pytest.fixture
async def account(now: Client, issuer: str, demo_url: str) -> str:
    """Give the account of `zhang`, an auditor."""
    made = await Desk(now).send(REGISTER, FIRST, issuer=issuer, sub="zhang", display="张三（虚构）", kind="PERSON")
    ident: str = made["account"]["id"]
    connection = await asyncpg.connect(demo_url)
    await connection.execute(
        "INSERT INTO assignment (id, account_id, role, from_on, origin)"
        " VALUES (uuidv7(), $1, 'auditor', '2026-01-01', 'operator')",
        ident.removeprefix("Account:"),
    )
    await connection.execute("UPDATE authority SET epoch = epoch + 1")
    await connection.close()
    return ident


def issued(issuer: str, seconds: float, sub: str = "zhang") -> str:
    """Give a token that is stamped some seconds after NOW."""
    stamp = int(NOW.timestamp() + seconds)
    return token(body=claims(iss=issuer, sub=sub, iat=stamp, exp=stamp + 3600, jti=new_id().hex))


async def ask(client: Client, bearer: str, query: str = VIEWER) -> int:
    """Ask under a token; give the status."""
    headers = {"authorization": f"Bearer {bearer}"}
    status: int = (await client.http.post("/graphql", json={"query": query}, headers=headers)).status_code
    return status


async def revoke(client: Client, account: str) -> None:
    await Desk(client).send(REVOKE, FIRST, account=account, reason="手机遗失")


async def test_a_token_stamped_ahead_of_our_clock_ends_with_those_of_its_account(
    now: Client, at: At, issuer: str, account: str
) -> None:
    ahead = issued(issuer, 25)
    assert await ask(now, ahead) == 200

    await revoke(now, account)

    assert await ask(now, ahead) == 401
    async with at(26) as later:
        assert await ask(later, ahead) == 401
    async with at(31) as later:
        assert await ask(later, issued(issuer, 31 + 25)) == 200


async def test_so_does_one_that_was_never_used_where_another_of_its_issuer_was(
    now: Client, at: At, issuer: str, account: str
) -> None:
    ahead = issued(issuer, 25)
    assert await ask(now, issued(issuer, 25, "another")) == 403

    await revoke(now, account)

    async with at(26) as later:
        assert await ask(later, ahead) == 401


async def test_so_does_one_that_is_used_first_after_the_revocation_while_it_is_ahead(
    now: Client, at: At, issuer: str, account: str
) -> None:
    await revoke(now, account)

    async with at(10) as later:
        assert await ask(later, issued(issuer, 25)) == 401


async def test_who_signs_out_with_such_a_token_is_signed_out(now: Client, issuer: str, account: str) -> None:
    ahead = issued(issuer, 25)
    assert await ask(now, ahead, SIGN_OUT) == 200

    assert await ask(now, ahead) == 401


async def test_by_a_clock_that_was_not_seen_ahead_a_token_of_the_next_second_is_taken(
    now: Client, at: At, issuer: str, account: str
) -> None:
    assert await ask(now, issued(issuer, 0)) == 200

    await revoke(now, account)

    assert await ask(now, issued(issuer, 0)) == 401
    async with at(1) as later:
        assert await ask(later, issued(issuer, 1)) == 200


async def test_by_one_that_was_seen_ahead_by_a_second_one_of_the_second_after_it(
    now: Client, at: At, issuer: str, account: str
) -> None:
    ahead = issued(issuer, 1)
    assert await ask(now, ahead) == 200

    await revoke(now, account)

    async with at(2) as later:
        assert await ask(later, ahead) == 401
        assert await ask(later, issued(issuer, 2)) == 200


async def test_that_a_clock_was_ahead_counts_for_a_day(now: Client, at: At, issuer: str, account: str) -> None:
    day = 24 * 3600
    assert await ask(now, issued(issuer, 25)) == 200

    async with at(day - 60) as later:
        await revoke(later, account)
    async with at(day - 55) as later:
        assert await ask(later, issued(issuer, day - 55)) == 401
    async with at(day + 60) as later:
        await revoke(later, account)
    async with at(day + 65) as later:
        assert await ask(later, issued(issuer, day + 65)) == 200


async def test_seen_again_it_counts_for_another_day(now: Client, at: At, issuer: str, account: str) -> None:
    day = 24 * 3600
    assert await ask(now, issued(issuer, 25)) == 200
    async with at(day - 60) as later:
        assert await ask(later, issued(issuer, day - 60 + 25)) == 200
    async with at(day + 60) as later:
        await revoke(later, account)
    async with at(day + 65) as later:
        assert await ask(later, issued(issuer, day + 65)) == 401


async def test_of_an_issuer_it_is_noted_once(now: Client, demo_url: str, issuer: str, account: str) -> None:
    for ahead in (0, 1, 20, 25, 30):
        assert await ask(now, issued(issuer, ahead)) == 200
    connection: asyncpg.Connection[Any] = await asyncpg.connect(demo_url)
    noted = await connection.fetch("SELECT ahead_seconds FROM issuer_clock WHERE issuer = $1 ORDER BY 1", issuer)
    await connection.close()

    assert [row["ahead_seconds"] for row in noted] == [1, 30]
