"""Accounts that nobody said whose they are: who signs in is known by its token, and is one person in all its accounts."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from api.config.setting_values import OidcIssuer
from authz.claim_rules import read_claim_rules
from domain.ids import new_id
from tests.client import NOW, Serve
from tests.identity.tokens import AUDIENCE, NAME, claims, jwk, token
from tests.policies.conftest import FIRST, Desk

pytestmark = pytest.mark.anyio

REGISTER = "mutation ($input: RegisterAccountInput!) { registerAccount(input: $input) { account { id } } }"
PROPOSE = "mutation ($input: ProposeAssignmentInput!) { proposeAssignment(input: $input) { assignment { id } } }"
APPROVE = "mutation ($input: ApproveAssignmentInput!) { approveAssignment(input: $input) { assignment { id } } }"


@pytest.fixture
async def desk(serve: Serve, demo_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    keys = tmp_path / "jwks.json"
    keys.write_text(json.dumps({"keys": [jwk("ed1")]}))
    provider = OidcIssuer(NAME, AUDIENCE, None, keys, ("EdDSA",))
    rules = read_claim_rules(f'[[issuer]]\nissuer = "{NAME}"\nperson = "staff_number"')
    async with serve(demo_url, oidc_issuers=(provider,), claim_rules=rules) as client:
        yield Desk(client)


@pytest.fixture
async def owner(demo_url: str) -> AsyncIterator[asyncpg.Connection[Any]]:
    connection = await asyncpg.connect(demo_url)
    yield connection
    await connection.close()


async def officer(desk: Desk, owner: asyncpg.Connection[Any], **named: str) -> tuple[str, str]:
    """Register a security officer; give its sub and its global id."""
    sub = f"officer-{new_id().hex}"
    made = await desk.send(
        REGISTER, FIRST, **{"issuer": NAME, "sub": sub, "display": "新人", "kind": "person", **named}
    )
    ident: str = made["account"]["id"]
    await owner.execute(
        "INSERT INTO assignment (id, account_id, role, from_on, origin)"
        " VALUES (uuidv7(), $1, 'security_officer', '2026-01-01', 'operator')",
        ident.removeprefix("Account:"),
    )
    await owner.execute("UPDATE authority SET epoch = epoch + 1")
    return sub, ident


async def ask(desk: Desk, sub: str, number: str | None, query: str = "{ viewer { roles } }", **given: Any) -> list[str]:
    """Ask under a token of the provider elsewhere; give the codes of what is refused."""
    second = int(NOW.timestamp())
    told = {} if number is None else {"staff_number": number}
    body = claims(iss=NAME, sub=sub, iat=second, exp=second + 600, jti=new_id().hex, **told)
    headers = {"authorization": f"Bearer {token(body=body)}"}
    sent = {"query": query, "variables": {"input": given}}
    answer = await desk.client.http.post("/graphql", json=sent, headers=headers)
    return [error["extensions"]["code"] for error in answer.json().get("errors", [])]


async def person_of(owner: asyncpg.Connection[Any], account: str) -> str | None:
    found: str | None = await owner.fetchval(
        "SELECT person FROM account WHERE id = $1", account.removeprefix("Account:")
    )
    return found


async def test_two_accounts_of_one_person_are_one_from_the_first_sign_in_on(
    desk: Desk, owner: asyncpg.Connection[Any]
) -> None:
    """The one was registered with its person, the other without: he does not approve what he proposed."""
    number = f"工号{new_id().hex}"
    issuer = desk.client.service.settings.public_url
    known, _ = await officer(desk, owner, issuer=issuer, person=number)
    other, _ = await officer(desk, owner)
    another, _ = await officer(desk, owner)
    newcomer = await desk.send(REGISTER, FIRST, issuer=NAME, sub=new_id().hex, display="新人", kind="person")
    given = {"account": newcomer["account"]["id"], "role": "auditor", "reason": "新到岗"}
    made = (await desk.send(PROPOSE, known, **given))["assignment"]["id"]

    assert await ask(desk, other, number, APPROVE, assignment=made) == ["PRINCIPAL_ACTED"]
    assert await ask(desk, another, f"{number}0", APPROVE, assignment=made) == []


async def test_what_a_token_tells_is_entered_once_with_its_event_and_not_in_clear(
    desk: Desk, owner: asyncpg.Connection[Any]
) -> None:
    sub, account = await officer(desk, owner)
    assert await ask(desk, sub, None) == []
    assert await person_of(owner, account) is None

    assert await ask(desk, sub, "工号1234567") == []
    entered = await person_of(owner, account)
    assert await ask(desk, sub, "工号7654321") == []

    assert entered is not None
    assert await person_of(owner, account) == entered
    events = await owner.fetch(
        "SELECT account_id, reason, image::text FROM ledger_event"
        " WHERE object = 'account' AND object_id = $1 ORDER BY id OFFSET 1",
        account.removeprefix("Account:"),
    )
    assert [(f"Account:{one['account_id']}", one["reason"]) for one in events] == [
        (account, f"By rule 按声明映射: {NAME}")
    ]
    assert "1234567" not in str(events) + entered


async def test_nobody_is_the_person_of_a_machine_or_of_an_account_that_says_whose_it_is(
    desk: Desk, owner: asyncpg.Connection[Any]
) -> None:
    machine, of_machine = await officer(desk, owner, kind="machine")
    known, of_known = await officer(desk, owner, person="工号5")
    before = await person_of(owner, of_known)

    assert await ask(desk, machine, "工号1234567") == []
    assert await ask(desk, known, "工号1234567") == []

    assert (await person_of(owner, of_machine), await person_of(owner, of_known)) == (None, before)
