"""Claims by the table: what a token gives under it, whose account it finds, and tables that are refused."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

import asyncpg
import pytest

from authz.activation import assign, upsert_account
from authz.assigned import NoRole, OfficeNotHeld
from authz.caller import Callers
from authz.claim_rules import read_claim_rules
from authz.claim_table import ClaimRulesInvalid
from authz.token import Fault, Issuer, TokenInvalid, TokenReader
from tests.identity.conftest import NOW, Places
from tests.identity.tokens import AUDIENCE, NAME, Keys, claims, token
from tests.parties import make_subject

pytestmark = pytest.mark.anyio

FILE = tomllib.loads((Path(__file__).parent / "claims.toml").read_text())
RULES = read_claim_rules(FILE["table"])[0].with_digest(lambda text: f"digest of {text}")
TODAY = date(2026, 3, 2)
Connection: TypeAlias = "asyncpg.Connection[Any]"


async def callers(connection: Connection) -> Callers:
    """Give the callers of a process that knows the table."""
    issuer = Issuer(NAME, AUDIENCE, ("EdDSA",), Keys(["ed1"]), rules=RULES)
    made = Callers(connection, TokenReader([issuer]))
    await made.refresh()
    return made


@pytest.mark.parametrize("case", FILE["case"], ids=lambda case: case["says"])
async def test_claims_give_what_the_table_says(connection: Connection, places: Places, case: dict[str, Any]) -> None:
    account = await upsert_account(connection, issuer=NAME, sub="clerk-1", display="x")
    if "assigned" in case:
        await assign(connection, account, case["assigned"], from_on=TODAY)
    known, header = await callers(connection), f"Bearer {token(body=claims(**case['claims']))}"

    if case["roles"]:
        assert list((await known.resolve(header, None, now=NOW)).roles) == case["roles"]
    else:
        with pytest.raises(NoRole):
            await known.resolve(header, None, now=NOW)


async def test_a_role_by_claim_is_held_in_its_office_and_division(connection: Connection, places: Places) -> None:
    await upsert_account(connection, issuer=NAME, sub="clerk-1", display="x")
    body = claims(groups=["credit-clerks"], department="监察支队")

    caller = await (await callers(connection)).resolve(f"Bearer {token(body=body)}", None, now=NOW)

    assert (caller.office_id, caller.jurisdiction_id) == (places.supervision, "900200")


async def test_an_account_that_nobody_registered_has_nothing_whatever_it_claims(
    connection: Connection, places: Places
) -> None:
    with pytest.raises(NoRole):
        await (await callers(connection)).resolve(
            f"Bearer {token(body=claims(sub='stranger', groups=['auditors']))}", None, now=NOW
        )


@pytest.mark.parametrize("told", [None, "17"])
async def test_claims_give_no_role_that_may_not_meet_another_account_of_the_person(
    connection: Connection, places: Places, told: str | None
) -> None:
    """Known by the account that is called, or told by its token."""
    own = await upsert_account(connection, issuer=NAME, sub="clerk-1", display="x")
    other = await upsert_account(connection, issuer="https://other.example", sub="wang", display="x")
    known = "UPDATE account SET person = $2 WHERE id = $1"
    await connection.execute(known, other, "digest of 17")
    if told is None:
        await connection.execute(known, own, "digest of 17")
    body = claims(groups=["credit-clerks"], department="监察支队", **({"staff_number": told} if told else {}))
    header = f"Bearer {token(body=body)}"

    assert (await (await callers(connection)).resolve(header, None, now=NOW)).roles == ("clerk",)
    await assign(connection, other, "security_officer", from_on=TODAY)
    with pytest.raises(NoRole):
        await (await callers(connection)).resolve(header, None, now=NOW)


async def test_an_account_of_a_subject_or_its_agent_gets_no_role_of_an_officer(
    connection: Connection, places: Places
) -> None:
    person = await make_subject(connection, "natural_person", "900200")
    account = await upsert_account(connection, issuer=NAME, sub="clerk-1", display="x", subject_id=person)
    await assign(connection, account, "subject", from_on=TODAY)
    agent = await upsert_account(connection, issuer=NAME, sub="agent-1", display="x")
    await assign(connection, agent, "agent", from_on=TODAY, principal_id=person)
    known, body = await callers(connection), {"groups": ["auditors"]}

    assert (await known.resolve(f"Bearer {token(body=claims(**body))}", None, now=NOW)).roles == ("subject",)
    with pytest.raises(OfficeNotHeld):
        await known.resolve(f"Bearer {token(body=claims(sub='agent-1', **body))}", None, office="none", now=NOW)


async def test_a_person_is_found_by_the_claim_that_all_its_accounts_share(
    connection: Connection, places: Places
) -> None:
    """Another issuer's account of the person is found; a number that nobody has finds nobody."""
    account = await upsert_account(connection, issuer="https://other.example", sub="wang", display="x")
    await assign(connection, account, "auditor", from_on=TODAY)
    await connection.execute("UPDATE account SET person = 'digest of 17' WHERE id = $1", account)
    known = await callers(connection)

    found = await known.resolve(f"Bearer {token(body=claims(sub='new', staff_number='17'))}", None, now=NOW)

    assert (found.account_id, found.roles) == (account, ("auditor",))
    for number in ("18", "", 17, ["17"]):
        with pytest.raises(NoRole):
            await known.resolve(f"Bearer {token(body=claims(sub='new', staff_number=number))}", None, now=NOW)


async def test_a_suspended_person_finds_no_way_in_by_another_issuer(connection: Connection, places: Places) -> None:
    account = await upsert_account(connection, issuer="https://other.example", sub="wang", display="x")
    await assign(connection, account, "auditor", from_on=TODAY)
    await connection.execute("UPDATE account SET person = 'digest of 17', state = 'suspended' WHERE id = $1", account)

    with pytest.raises(TokenInvalid) as refused:
        await (await callers(connection)).resolve(
            f"Bearer {token(body=claims(sub='new', staff_number='17', groups=['auditors']))}", None, now=NOW
        )

    assert refused.value.reason is Fault.SUSPENDED


ROLE = '[[issuer]]\nissuer = "https://id.example"\n[[issuer.role]]\nclaim = "a"\nvalue = "b"\n'
BAD_TABLES = {
    "a role that nobody knows": ROLE + 'role = "emperor"\noffice = "none"',
    "a role of the public": ROLE + 'role = "public"\noffice = "none"',
    "a subject's role": ROLE + 'role = "subject"\noffice = "none"',
    "an agent's role": ROLE + 'role = "agent"\noffice = "none"',
    "a security officer by claim alone": ROLE + 'role = "security_officer"\noffice = "none"',
    "governs that is text": ROLE + 'role = "security_officer"\noffice = "none"\ngoverns = "yes"',
    "no office": ROLE + 'role = "clerk"',
    "an office without its division": ROLE + 'role = "clerk"\noffice = "JCZD"',
    "an unknown member": ROLE + 'role = "clerk"\noffice = "none"\nunless = "x"',
    "an unknown table": '[[issuers]]\nissuer = "https://id.example"',
    "an issuer twice": '[[issuer]]\nissuer = "https://id.example"\n' * 2,
    "an issuer without name": "[[issuer]]",
    "an office by an office": '[[issuer]]\nissuer = "x"\n[[issuer.office]]\nclaim = "a"\nvalue = "b"\noffice = "claimed"',
    "no list of lines": '[[issuer]]\nissuer = "x"\nrole = "clerk"',
    "no TOML": "issuer = ",
}


@pytest.mark.parametrize("kind", BAD_TABLES)
def test_a_table_that_could_give_too_much_or_is_misspelt_is_refused_whole(kind: str) -> None:
    with pytest.raises(ClaimRulesInvalid):
        read_claim_rules(BAD_TABLES[kind])
