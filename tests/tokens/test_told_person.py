"""Accounts that nobody said whose they are: who signs in is known by its token, and is one person in all its accounts."""

from __future__ import annotations

import argparse
import io
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from api.cli.account import account_command
from api.cli.account_arguments import add_account_arguments
from api.config.setting_values import OidcIssuer
from api.config.settings import Settings
from api.demo.stories import PERSON_WITHOUT_CONSENT
from authz.claim_rules import read_claim_rules
from authz.told_person import correct_person, digest_of_person
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
    return [told["code"] for told in await refusals(desk, sub, number, query, **given)]


async def refusals(desk: Desk, sub: str, number: str | None, query: str, **given: Any) -> list[dict[str, Any]]:
    """Ask likewise; give what is told with each refusal."""
    second = int(NOW.timestamp())
    told = {} if number is None else {"staff_number": number}
    body = claims(iss=NAME, sub=sub, iat=second, exp=second + 600, jti=new_id().hex, **told)
    headers = {"authorization": f"Bearer {token(body=body)}"}
    sent = {"query": query, "variables": {"input": given}}
    answer = await desk.client.http.post("/graphql", json=sent, headers=headers)
    return [error["extensions"] for error in answer.json().get("errors", [])]


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
    assert await ask(desk, sub, "工号7654321") == ["PERSON_DIFFERS"]

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


async def test_nobody_is_the_person_of_a_machine(desk: Desk, owner: asyncpg.Connection[Any]) -> None:
    machine, account = await officer(desk, owner, kind="machine")

    assert await ask(desk, machine, "工号1234567") == []

    assert await person_of(owner, account) is None


async def test_a_token_of_another_person_than_the_account_s_is_refused(
    desk: Desk, owner: asyncpg.Connection[Any]
) -> None:
    """The sub has passed to somebody else, or was registered for somebody else: one human would count as two."""
    sub, account = await officer(desk, owner, person=" 工号5 ")
    before = await person_of(owner, account)

    assert await ask(desk, sub, "工号6") == ["PERSON_DIFFERS"]

    assert await person_of(owner, account) == before
    assert [await ask(desk, sub, number) for number in ("工号5", None)] == [[], []]


async def test_who_is_refused_so_reads_which_account_to_name_to_the_operator(
    desk: Desk, owner: asyncpg.Connection[Any]
) -> None:
    sub, account = await officer(desk, owner, person="工号5")

    (told,) = await refusals(desk, sub, "工号6", "{ viewer { roles } }")

    assert (told["code"], told["account"]) == ("PERSON_DIFFERS", account)
    assert "工号5" not in str(told)


async def test_that_refusal_is_logged_without_whose_it_is(
    desk: Desk, owner: asyncpg.Connection[Any], caplog: pytest.LogCaptureFixture
) -> None:
    sub, _ = await officer(desk, owner, person="工号5")

    assert await ask(desk, sub, "工号6") == ["PERSON_DIFFERS"]

    told = [vars(one) for one in caplog.records if one.getMessage() == "caller_refused"]
    assert [(one["code"], "工号" in str(one) or sub in str(one)) for one in told] == [("PERSON_DIFFERS", False)]


async def test_the_operator_corrects_whose_an_account_is(desk: Desk, owner: asyncpg.Connection[Any]) -> None:
    """Its sessions end, and the ledger tells why."""
    sub, account = await officer(desk, owner, person="工号5")
    before, vault = NOW - timedelta(minutes=1), desk.client.service.vault
    given: dict[str, Any] = {
        "issuer": NAME, "person": digest_of_person(vault, "工号6"), "reason": "登记有误", "now": before,
    }  # fmt: skip

    assert f"Account:{await correct_person(owner, sub=sub, **given)}" == account

    assert [await ask(desk, sub, number) for number in ("工号6", "工号5")] == [[], ["PERSON_DIFFERS"]]
    ident = account.removeprefix("Account:")
    assert await owner.fetchval("SELECT tokens_from FROM account WHERE id = $1", ident) == before
    told = await owner.fetch(
        "SELECT verb, reason FROM ledger_event WHERE object_id = $1 ORDER BY id DESC LIMIT 2", ident
    )
    assert [tuple(one) for one in told] == [("revoke_tokens", "登记有误"), ("register", "登记有误")]


def test_the_operator_corrects_it_at_the_command_line(
    settings: Settings, demo_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(sub: str, number: str) -> str:
        parser = argparse.ArgumentParser()
        add_account_arguments(parser)
        given = parser.parse_args(["person", sub, number, "--reason", "工号更正"])
        account_command(replace(settings, database_url=demo_url), given)
        found = capsys.readouterr()
        return (found.err or found.out).split(":")[0]

    number = str(PERSON_WITHOUT_CONSENT.id_number)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{number}\n"))
    assert run("auditor", "-") == "Account"
    assert run("auditor", number).startswith("An identity number does not stand in a command line")
    assert (run("auditor", " "), run("nobody", "A1"), run("xiamen-bank", "A1")) == (
        "INVALID_INPUT", "NOT_FOUND", "NOT_FOUND",
    )  # fmt: skip


@pytest.mark.parametrize("person", ["", " ", "A\u200b1", "1" * 201])
async def test_whose_an_account_is_is_a_number_that_a_token_can_tell(desk: Desk, person: str) -> None:
    """All accounts that were registered with an empty one were one person's."""
    made = await desk.send(REGISTER, FIRST, issuer=NAME, sub=new_id().hex, display="新人", kind="person", person=person)

    assert (made["code"], made["error"]["extensions"]["field"]) == ("INVALID_INPUT", "person")
