"""Accounts that are subjects or act for one, and partner agencies, as the operator of the machine enters them."""

from __future__ import annotations

import argparse
import asyncio
import io
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from api.cli.account import account_command
from api.cli.account_arguments import add_account_arguments
from api.config.settings import Settings
from api.demo.stories import EXAMPLE, PERSON_WITHOUT_CONSENT
from api.postgres.database_keys import open_vault
from authz.linked_accounts import appoint_agent, end_links, link_subject, subject_named
from authz.partners import enter_partner
from domain.errors import NotFound
from tests.client import ISSUER, NOW, Client, Serve

pytestmark = pytest.mark.anyio

MINE = "{ viewer { roles subjectId } me { name creditRecords(first: 1) { totalCount } } }"
TODAY = date(2026, 3, 18)


@pytest.fixture
async def client(serve: Serve, demo_url: str) -> AsyncIterator[Client]:
    async with serve(demo_url) as made:
        yield made


@pytest.fixture
async def owner(demo_url: str) -> AsyncIterator[asyncpg.Connection[Any]]:
    connection = await asyncpg.connect(demo_url)
    yield connection
    await connection.close()


async def appoint(owner: asyncpg.Connection[Any], sub: str, first: date, last: date | None) -> Any:
    """Appoint an agent of the firm of the examples."""
    return await appoint_agent(
        owner, issuer=ISSUER, sub=sub, display="经办人", principal_id=EXAMPLE.id, from_on=first, to_on=last, now=NOW
    )


async def test_a_person_is_found_by_its_number_and_sees_its_own_record_until_the_link_is_ended(
    client: Client, owner: asyncpg.Connection[Any], settings: Settings
) -> None:
    person = await subject_named(owner, open_vault(settings), f" {PERSON_WITHOUT_CONSENT.id_number} ")
    assert person == PERSON_WITHOUT_CONSENT.id
    who: dict[str, Any] = {"issuer": ISSUER, "sub": "citizen", "now": NOW}
    account = await link_subject(owner, display="市民", subject_id=person, **who)
    assert account == await link_subject(owner, display="市民", subject_id=person, **who)

    mine = await client.data(MINE, caller="citizen")

    assert (mine["viewer"], mine["me"]["name"]) == (
        {"roles": ["subject"], "subjectId": f"Subject:{person}"}, PERSON_WITHOUT_CONSENT.name,
    )  # fmt: skip
    assert await end_links(owner, reason="冒领", **who) == 1
    assert await client.codes(MINE, caller="citizen") == ["NO_ROLE"]
    with pytest.raises(NotFound):
        await end_links(owner, reason="x", **who)
    verbs = "SELECT array_agg(verb ORDER BY id) FROM ledger_event WHERE object_id = $1 OR image ->> 'account_id' = $2"
    assert await owner.fetchval(verbs, account, str(account)) == ["register", "grant", "end", "register"]


@pytest.mark.parametrize(
    ("first", "last", "acts"),
    [
        (TODAY, None, True),
        (TODAY - timedelta(days=9), TODAY, True),
        (TODAY - timedelta(days=9), TODAY - timedelta(days=1), False),
        (TODAY + timedelta(days=1), None, False),
    ],
)
async def test_an_agent_acts_between_its_days_and_both_are_shown(
    client: Client, owner: asyncpg.Connection[Any], first: date, last: date | None, *, acts: bool
) -> None:
    sub = f"agent-{first}-{last}"
    await appoint(owner, sub, first, last)

    if not acts:
        assert await client.codes(MINE, caller=sub) == ["NO_ROLE"]
        return
    mine = await client.data(MINE, caller=sub)
    assert mine["viewer"] == {"roles": ["agent"], "subjectId": f"Subject:{EXAMPLE.id}"}


async def test_an_agency_is_given_another_last_day_from_the_same_first_one(
    client: Client, owner: asyncpg.Connection[Any]
) -> None:
    made = await appoint(owner, "renewed", TODAY - timedelta(days=9), None)
    assert await client.codes(MINE, caller="renewed") == []
    assert await appoint(owner, "renewed", TODAY - timedelta(days=9), TODAY - timedelta(days=1)) == made
    assert await client.codes(MINE, caller="renewed") == ["NO_ROLE"]


Told = Callable[..., tuple[str, str]]


@pytest.fixture
def told(settings: Settings, demo_url: str, capsys: pytest.CaptureFixture[str]) -> Told:
    """Give what runs `renxin account` and gives what it says and what it complains of."""

    def run(*words: str) -> tuple[str, str]:
        parser = argparse.ArgumentParser()
        add_account_arguments(parser)
        account_command(replace(settings, database_url=demo_url), parser.parse_args(words))
        found = capsys.readouterr()
        return found.out, found.err

    return run


def test_an_account_is_neither_two_subjects_nor_an_officer_s_nor_a_machine_s(
    told: Told, demo_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the command line, where a number of identity is read from standard input only."""

    def run(*words: str) -> str:
        out, err = told(*words)
        return (err or out).split(":")[0]

    number = str(PERSON_WITHOUT_CONSENT.id_number)
    assert "An identity number does not stand" in run("link", "somebody", number, "--display", "甲")
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{number}\n"))
    assert run("link", "somebody", "-", "--display", "甲") == "Account"
    firm = str(EXAMPLE.uscc)
    assert run("link", "somebody", firm, "--display", "甲") == "ACCOUNT_OF_ANOTHER"
    assert run("link", "somebody", "--display", "甲", firm) == "ACCOUNT_OF_ANOTHER", "an option stands between them"
    assert run("agent", "somebody", firm, "--display", "甲", "--to", "2027-01-31") == "Assignment"
    assert run("agent", "for-long", firm, "--display", "乙", "--to", "9999-12-31") == "Assignment"
    assert asyncio.run(_last_days(demo_url, "for-long")) == ["9999-12-31"]
    for sub in ("xiamen-inspection-clerk", "xiamen-bank"):
        assert run("link", sub, firm, "--display", "甲") == "ACCOUNT_OF_OFFICER"
        assert run("agent", sub, firm, "--display", "甲") == "ACCOUNT_OF_OFFICER"
    assert (
        run("agent", "somebody", firm, "--display", "甲", "--from", "2026-05-02", "--to", "2026-05-01")
        == "INVALID_INPUT"
    )
    assert run("link", "nobody", "91350200XXXXXXXXXX", "--display", "甲") == "NOT_FOUND"
    assert run("unlink", "somebody", "--reason", "销户") == "somebody"
    assert asyncio.run(_held(demo_url, "somebody")) == 0


def test_a_file_links_row_by_row_and_hands_back_what_is_refused(told: Told, demo_url: str, tmp_path: Path) -> None:
    """A row is refused alone, by line and code; no number is told, and the file handed in again changes nothing."""
    number, firm = str(PERSON_WITHOUT_CONSENT.id_number), str(EXAMPLE.uscc)
    rows = [
        f"row-1,{number},甲",
        f"row-2,{firm},乙",
        f"xiamen-bank,{firm},丙",
        "row-4,350200199003071009,丁",
        f",{firm},戊",
    ]
    file, back = tmp_path / "links.csv", tmp_path / "back.csv"
    file.write_text("\n".join(["\ufeffsub,code,display", *rows, f"=row,{number},=1+1"]), "utf-8")

    out, err = told("link", "--file", str(file), "--refused", str(back))

    codes = ["ACCOUNT_OF_OFFICER", "NOT_FOUND", "INVALID_INPUT"]
    assert [line.split()[3] for line in out.splitlines()[:-1]] == codes
    assert [line.split()[2] for line in out.splitlines()[:-1]] == ["4:", "5:", "6:"]
    assert out.splitlines()[-1] == "3 linked 已对应, 3 refused 退回."
    assert number not in out + err
    assert asyncio.run(_held(demo_url, "row-1")) == 1
    assert [line.split(",")[0] for line in back.read_text("utf-8-sig").split()] == ["sub", "xiamen-bank", "row-4", ""]
    assert back.stat().st_mode & 0o077 == 0
    assert told("link", "--file", str(back))[0].splitlines()[-1] == "0 linked 已对应, 3 refused 退回."
    assert told("link", "--file", str(file))[0].splitlines()[-1] == "3 linked 已对应, 3 refused 退回."
    assert asyncio.run(_held(demo_url, "row-1")) == 1


@pytest.mark.parametrize(
    "content",
    [b"", b"sub,code\n", b"sub,code,display,name\n", b"sub,code,display,sub\n", b'sub,code,display\n"a', b"\xff"],
)
def test_a_file_that_is_no_such_table_is_refused_whole(told: Told, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "links.csv"
    file.write_bytes(content)

    out, err = told("link", "--file", str(file))

    assert (out, bool(err)) == ("", True)


def test_a_link_names_an_account_or_a_file(told: Told) -> None:
    assert "or a --file" in told("link", "somebody")[1]
    assert "not both" in told("link", "somebody", "--file", "x")[1]


async def _last_days(url: str, sub: str) -> Any:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(
            "SELECT array_agg(to_on::text) FROM assignment JOIN account ON account.id = account_id WHERE sub = $1", sub
        )
    finally:
        await connection.close()


async def _held(url: str, sub: str) -> Any:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(
            "SELECT count(*) FROM assignment JOIN account ON account.id = account_id"
            " WHERE sub = $1 AND assignment.state = 'granted'",
            sub,
        )
    finally:
        await connection.close()


async def test_a_partner_agency_is_entered_with_its_purposes_and_names_no_other(
    client: Client, owner: asyncpg.Connection[Any]
) -> None:
    given: dict[str, Any] = {"jurisdiction": "350200", "code": "NEWBANK", "from_on": TODAY, "to_on": None, "now": NOW}
    office = await enter_partner(owner, name="新银行", purposes=("350200.fiscal_subsidy",), **given)
    assert await enter_partner(owner, name="新银行", purposes=(), **given) == office
    holds = "INSERT INTO account (id, issuer, sub, display, kind, state, binding) VALUES (uuidv7(), $1, 'new-bank', '行', 'machine', 'active', 'none') RETURNING id"
    account = await owner.fetchval(holds, ISSUER)
    await owner.execute(
        "INSERT INTO assignment (id, account_id, role, office_id, from_on, origin) VALUES (uuidv7(), $1, 'partner', $2, $3, 'operator')",
        account, office, TODAY,
    )  # fmt: skip
    asked = "{ viewer { roles } }"
    assert await client.codes(asked, caller="new-bank", purpose="350200.fiscal_subsidy") == []
    assert await client.codes(asked, caller="new-bank", purpose="350200.procurement") == ["PURPOSE_NOT_GRANTED"]
    for wrong in ({"code": "JCZD"}, {"jurisdiction": "999999"}):
        with pytest.raises(NotFound):
            await enter_partner(owner, name="x", purposes=(), **given | wrong)
    with pytest.raises(NotFound):
        await enter_partner(owner, name="新银行", purposes=("350200.nothing",), **given)


WHO = "{ viewer { roles subjectId agentOf purpose } }"


async def test_what_the_operator_enters_and_ends_holds_for_the_next_request_of_every_process(
    client: Client, serve: Serve, demo_url: str, owner: asyncpg.Connection[Any]
) -> None:
    """Neither process is told of it; each has met the caller a moment before, and the query reads no row."""
    firm = f"Subject:{EXAMPLE.id}"
    person = f"Subject:{PERSON_WITHOUT_CONSENT.id}"
    who: dict[str, Any] = {"issuer": ISSUER, "sub": "wanderer", "now": NOW}
    async with serve(demo_url) as other:
        body = client.token("wanderer")

        async def seen() -> list[tuple[Any, ...]]:
            found: list[tuple[Any, ...]] = []
            for process in (client, other, client, other):
                headers = {"authorization": f"Bearer {body}", "renxin-office": office} if office else {}
                headers |= {"authorization": f"Bearer {body}"}
                answer = (await process.http.post("/graphql", json={"query": WHO}, headers=headers)).json()
                if "data" not in answer:
                    found.append((answer["errors"][0]["extensions"]["code"],))
                    continue
                viewer = answer["data"]["viewer"]
                found.append((viewer["roles"][0], viewer["subjectId"], viewer["agentOf"]))
            return found

        office = ""
        assert await seen() == [("NO_ROLE",)] * 4
        await link_subject(owner, display="市民", subject_id=PERSON_WITHOUT_CONSENT.id, **who)
        assert await seen() == [("subject", person, None)] * 4
        await appoint(owner, "wanderer", TODAY, None)
        assert await seen() == [("subject", person, None)] * 4
        office = firm
        assert await seen() == [("agent", firm, firm)] * 4
        await appoint(owner, "wanderer", TODAY, TODAY)
        assert await seen() == [("agent", firm, firm)] * 4
        await end_links(owner, reason="解除", **who)
        assert await seen() == [("NO_ROLE",)] * 4


async def test_a_purpose_that_the_operator_grants_may_be_named_in_every_process_at_once(
    client: Client, serve: Serve, demo_url: str, owner: asyncpg.Connection[Any]
) -> None:
    purpose = await owner.fetchval(
        "SELECT item.code FROM application_item item WHERE NOT EXISTS (SELECT FROM partner_purpose held"
        " WHERE held.application_item_id = item.id) AND item.jurisdiction_id = '350200' ORDER BY item.code LIMIT 1"
    )
    bank = await owner.fetchrow(
        "SELECT office.jurisdiction_id, office.code, office.name FROM account"
        " JOIN assignment held ON held.account_id = account.id JOIN office ON office.id = held.office_id"
        " WHERE account.sub = 'xiamen-bank'"
    )
    async with serve(demo_url) as other:
        headers = {"authorization": f"Bearer {client.token('xiamen-bank')}", "renxin-purpose": purpose}

        async def named() -> list[str]:
            answers = [
                (await one.http.post("/graphql", json={"query": WHO}, headers=headers)).json()
                for one in (client, other)
            ]
            return [
                one["data"]["viewer"]["purpose"] if "data" in one else one["errors"][0]["extensions"]["code"]
                for one in answers
            ]

        assert await named() == ["PURPOSE_NOT_GRANTED"] * 2
        await enter_partner(
            owner, jurisdiction=bank["jurisdiction_id"], code=bank["code"], name=bank["name"], purposes=(purpose,),
            from_on=TODAY, to_on=None, now=NOW,
        )  # fmt: skip
        assert await named() == [purpose] * 2


@pytest.mark.parametrize("day", ["20260502", "2026-W18-6", "2.5.2026", "2026-02-30"])
def test_a_day_of_the_command_line_has_one_form_which_its_refusal_tells(
    day: str, capsys: pytest.CaptureFixture[str]
) -> None:
    parser = argparse.ArgumentParser()
    add_account_arguments(parser)
    with pytest.raises(SystemExit):
        parser.parse_args(["agent", "somebody", "91350200M000100Y43", "--display", "甲", "--from", day])
    assert f"'{day}' is no day: " in capsys.readouterr().err
