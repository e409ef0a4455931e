"""Accounts that become the subject their issuer's token names: at first sight, by the table, and never otherwise."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg
import pytest

from authz import linked_by_rule
from authz.activation import assign, upsert_account
from authz.assigned import NoRole
from authz.caller import Caller, Callers
from authz.claim_rules import read_claim_rules
from authz.claim_table import ClaimRulesInvalid
from authz.linked_accounts import end_links, link_subject
from authz.linked_by_rule import LinkSubjectUnknown
from authz.token import Fault, Issuer, TokenInvalid, TokenReader
from domain.clock import local_day
from domain.identifiers import resident_id_check_character
from domain.ids import new_id
from domain.vault import Vault
from tests.identity.conftest import NOW, Places
from tests.identity.tokens import AUDIENCE, NAME, OMITTED, Keys, claims, token
from tests.parties import make_subject

pytestmark = pytest.mark.anyio

Connection: TypeAlias = "asyncpg.Connection[Any]"
VAULT = Vault({"k": bytes(32)}, "k", bytes(32))
TABLE = """
[[issuer]]
issuer = "https://id.example"
[[issuer.subject]]
claim = "card.number"
form = "resident_id"
acr = ["high", "higher"]
amr = ["face"]
only = { claim = "user_type", value = "person" }
[[issuer.subject]]
claim = "card_index"
form = "index"
acr = ["high", "higher"]
[[issuer.subject]]
claim = "credit_code"
form = "uscc"
acr = ["legal"]
"""
NUMBER = "35020019900307100" + resident_id_check_character("35020019900307100")
STRANGER = "35020019900307101" + resident_id_check_character("35020019900307101")
LATECOMER = "35020019900307102" + resident_id_check_character("35020019900307102")
CODE = "91350200XLFJH8BP1B"
GOOD: dict[str, Any] = {"user_type": "person", "card": {"number": NUMBER}, "acr": "high", "amr": ["pwd", "face"]}
LEGAL: dict[str, Any] = {"credit_code": CODE, "acr": "legal"}


class Gate:
    """The callers of a process over a database in which a person and a firm are known."""

    def __init__(self, connection: Connection, person: UUID, firm: UUID) -> None:
        self.connection, self.person, self.firm = connection, person, firm
        rules = read_claim_rules(TABLE)[0].with_digest(lambda text: VAULT.blind_index(text).hex())
        known = [Issuer(NAME, AUDIENCE, ("EdDSA",), Keys(["ed1"]), rules=rules)]
        known.append(Issuer("https://other.example", AUDIENCE, ("EdDSA",), Keys(["ed1"])))
        self.callers = Callers(connection, TokenReader(known), changes=self.change)

    @asynccontextmanager
    async def change(self) -> AsyncIterator[Connection]:
        async with self.connection.transaction():
            await self.connection.execute("SET LOCAL ROLE renxin_app")
            yield self.connection
            await self.connection.execute("RESET ROLE")

    async def sign_in(self, sub: str = "citizen", **said: Any) -> Caller:
        body = claims(sub=sub, **{"jti": str(new_id()), **said})
        return await self.callers.resolve(f"Bearer {token(body=body)}", None, now=NOW)

    async def refused(self, sub: str = "citizen", **said: Any) -> str | None:
        caller = await self.sign_in(sub, **said)
        assert (caller.roles, caller.account_id, caller.subject_id) == (("public",), None, None)
        return caller.not_linked.code if caller.not_linked else None

    async def count(self, table: str) -> int:
        return int(await self.connection.fetchval(f"SELECT count(*) FROM {table}"))


@pytest.fixture
async def gate(connection: Connection, places: Places) -> Gate:
    """Give the gate before anybody signed in."""
    person = await make_subject(connection, "natural_person", "900200")
    await connection.execute("UPDATE subject SET id_index = $2 WHERE id = $1", person, VAULT.blind_index(NUMBER))
    firm = await make_subject(connection, "enterprise", "900200")
    await connection.execute("UPDATE subject SET uscc = $2 WHERE id = $1", firm, CODE)
    made = Gate(connection, person, firm)
    await made.callers.refresh()
    return made


@pytest.mark.parametrize(
    "said",
    [
        GOOD,
        GOOD | {"card": {"number": f" {NUMBER.lower()} "}},
        {"card_index": VAULT.blind_index(NUMBER).hex(), "acr": "higher"},
        GOOD | {"card_index": VAULT.blind_index(NUMBER).hex().upper()},
    ],
    ids=["by number", "by number with blanks", "by index", "by both, which agree"],
)
async def test_a_person_is_linked_at_first_sight_and_the_ledger_tells_by_which_rule(
    gate: Gate, said: dict[str, Any]
) -> None:
    caller = await gate.sign_in(**said)

    assert (caller.roles, caller.subject_id, caller.not_linked) == (("subject",), gate.person, None)
    events = await gate.connection.fetch(
        "SELECT object, verb, account_id, role, reason, image FROM ledger_event WHERE account_id = $1 ORDER BY id",
        caller.account_id,
    )
    assert [(one["object"], one["verb"], one["role"]) for one in events] == [
        ("account", "register", "rule"), ("assignment", "grant", "rule"),
    ]  # fmt: skip
    assert all(one["reason"].startswith("By rule 按声明映射: https://id.example, card") for one in events)
    assert not any(NUMBER in str(dict(one)) for one in events)
    assert (await gate.sign_in(**said)).account_id == caller.account_id


async def test_an_organisation_is_linked_by_its_code_and_may_have_several_accounts(gate: Gate) -> None:
    assert (await gate.sign_in("a", **LEGAL)).subject_id == gate.firm
    assert (await gate.sign_in("b", **LEGAL)).subject_id == gate.firm


REFUSED: dict[str, tuple[str, dict[str, Any]]] = {
    "no claim": ("LINK_CLAIM_MISSING", {"acr": "high"}),
    "a name alone": ("LINK_CLAIM_MISSING", {"name": "虚构", "acr": "high", "amr": ["face"]}),
    "an empty claim": ("LINK_CLAIM_MISSING", GOOD | {"card": {"number": ""}}),
    "a kind of token that no line is about": ("LINK_CLAIM_MISSING", GOOD | {"user_type": "staff"}),
    "a number as a number": ("LINK_CLAIM_UNCLEAR", GOOD | {"card": {"number": 350200199003071000}}),
    "a number that fails its check": ("LINK_CLAIM_UNCLEAR", GOOD | {"card": {"number": "350200199003071009"}}),
    "two numbers": ("LINK_CLAIM_UNCLEAR", GOOD | {"card": {"number": [NUMBER, STRANGER]}}),
    "a number in full-width digits": (
        "LINK_CLAIM_UNCLEAR", GOOD | {"card": {"number": NUMBER.translate({48 + n: 0xFF10 + n for n in range(10)})}}
    ),
    "an index that is none": ("LINK_CLAIM_UNCLEAR", {"card_index": "00", "acr": "high"}),
    "claims that name two": ("LINK_CLAIM_UNCLEAR", GOOD | {"card_index": VAULT.blind_index(STRANGER).hex()}),
    "a person and a firm": ("LINK_CLAIM_UNCLEAR", GOOD | {"credit_code": CODE}),
    "no assurance": ("LINK_NOT_ASSURED", GOOD | {"acr": OMITTED}),
    "a low assurance": ("LINK_NOT_ASSURED", GOOD | {"acr": "low"}),
    "an assurance in a list": ("LINK_NOT_ASSURED", GOOD | {"acr": ["high"]}),
    "a method that is missing": ("LINK_NOT_ASSURED", GOOD | {"amr": ["pwd"]}),
    "methods that are no list": ("LINK_NOT_ASSURED", GOOD | {"amr": "face"}),
    "the assurance of another line": ("LINK_NOT_ASSURED", GOOD | {"acr": "legal"}),
    "somebody of whom nothing is held": ("LINK_SUBJECT_UNKNOWN", GOOD | {"card": {"number": STRANGER}}),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
async def test_who_is_not_named_clearly_and_surely_is_the_public_and_told_why(gate: Gate, kind: str) -> None:
    code, said = REFUSED[kind]
    before = await gate.count("subject"), await gate.count("account"), await gate.count("ledger_event")

    assert await gate.refused(**said) == code

    assert (await gate.count("subject"), await gate.count("account"), await gate.count("ledger_event")) == before


async def test_an_issuer_without_a_line_links_nobody(gate: Gate) -> None:
    with pytest.raises(NoRole):
        await gate.sign_in(iss="https://other.example", **GOOD)


async def test_what_was_entered_or_ended_by_hand_is_not_changed_by_a_sign_in(gate: Gate) -> None:
    """An officer without a role, a link that was ended, another account of whoever was unlinked, another of the linked."""
    who: dict[str, Any] = {"issuer": NAME, "now": NOW}
    await upsert_account(gate.connection, issuer=NAME, sub="officer", display="x")
    await link_subject(gate.connection, sub="linked", display="x", subject_id=gate.person, **who)

    assert await gate.refused("officer", **GOOD) == "LINK_BY_HAND"
    assert await gate.refused("another", **GOOD) == "LINK_TAKEN"
    assert (await gate.sign_in("linked", acr="low")).subject_id == gate.person
    assert await end_links(gate.connection, sub="linked", reason="冒领", **who) == 1
    assert await gate.refused("linked", **GOOD) == "LINK_ENDED"
    assert await gate.refused("another", **GOOD) == "LINK_ENDED"


async def test_an_officer_who_signs_in_with_a_number_stays_an_officer(gate: Gate) -> None:
    account = await upsert_account(gate.connection, issuer=NAME, sub="officer", display="x")
    await assign(gate.connection, account, "auditor", from_on=local_day(NOW))

    caller = await gate.sign_in("officer", **GOOD)

    assert (caller.roles, caller.subject_id) == (("auditor",), None)


async def test_a_link_by_rule_that_was_ended_by_hand_is_not_made_again(gate: Gate) -> None:
    assert (await gate.sign_in(**GOOD)).subject_id == gate.person
    await end_links(gate.connection, issuer=NAME, sub="citizen", reason="冒领", now=NOW)

    assert await gate.refused(**GOOD) == "LINK_ENDED"


async def test_a_suspended_account_finds_no_way_in_by_rule(gate: Gate) -> None:
    caller = await gate.sign_in(**GOOD)
    await gate.connection.execute("UPDATE account SET state = 'suspended' WHERE id = $1", caller.account_id)

    with pytest.raises(TokenInvalid) as refused:
        await gate.sign_in(**GOOD)

    assert refused.value.reason is Fault.SUSPENDED


async def test_a_less_sure_sign_in_later_does_not_see_what_the_link_opens(gate: Gate) -> None:
    assert (await gate.sign_in(**GOOD)).subject_id == gate.person
    assert await gate.refused(**GOOD | {"acr": "low"}) == "LINK_NOT_ASSURED"
    assert (await gate.sign_in(**GOOD | {"card": OMITTED})).subject_id == gate.person


async def test_a_merged_subject_is_the_one_that_was_kept(gate: Gate) -> None:
    kept = await make_subject(gate.connection, "natural_person", "900200")
    await gate.connection.execute("UPDATE subject SET merged_into_id = $2 WHERE id = $1", gate.person, kept)

    assert (await gate.sign_in(**GOOD)).subject_id == kept


async def test_who_was_refused_is_looked_at_again_after_a_minute(gate: Gate) -> None:
    header = f"Bearer {token(body=claims(sub='citizen', **GOOD))}"
    await gate.connection.execute("UPDATE subject SET id_index = NULL WHERE id = $1", gate.person)
    assert (await gate.callers.resolve(header, None, now=NOW)).not_linked is not None
    await gate.connection.execute(
        "UPDATE subject SET id_index = $2 WHERE id = $1", gate.person, VAULT.blind_index(NUMBER)
    )

    assert (await gate.callers.resolve(header, None, now=NOW)).not_linked is not None
    assert (await gate.callers.resolve(header, None, now=NOW + timedelta(minutes=1))).subject_id == gate.person


async def test_whom_one_process_links_no_other_one_goes_on_refusing(gate: Gate) -> None:
    """The first sign-in was before anything was held about the person; the token is known as that of nobody here."""
    number = VAULT.blind_index(STRANGER)
    body = token(body=claims(sub="early", jti="early", **GOOD | {"card": {"number": STRANGER}}))

    async def sign_in(callers: Callers) -> Caller:
        return await callers.resolve(f"Bearer {body}", None, now=NOW)

    other = Gate(gate.connection, gate.person, gate.firm)
    await other.callers.refresh()
    assert [(await sign_in(one.callers)).not_linked for one in (gate, other)] == [LinkSubjectUnknown] * 2
    person = await make_subject(gate.connection, "natural_person", "900200")
    await gate.connection.execute("UPDATE subject SET id_index = $2 WHERE id = $1", person, number)
    third = Gate(gate.connection, gate.person, gate.firm)
    await third.callers.refresh()

    assert (await sign_in(third.callers)).subject_id == person

    assert [(await sign_in(one.callers)).subject_id for one in (gate, other)] == [person] * 2


async def test_neither_token_nor_number_is_kept(gate: Gate) -> None:
    """Of a token its digest is kept, of a number its keyed index."""
    await gate.sign_in(**GOOD)

    verifier = gate.callers._verifier
    assert isinstance(verifier, TokenReader)
    kept = repr((gate.callers._known, verifier._held))
    assert not [text for text in (NUMBER, "eyJ", VAULT.blind_index(NUMBER).hex()) if text in kept]


async def test_two_processes_that_link_at_once_make_one_account(installed_url: str) -> None:
    connections = [await asyncpg.connect(installed_url) for _ in range(2)]
    person = await make_subject(connections[0], "natural_person")
    await connections[0].execute("UPDATE subject SET id_index = $2 WHERE id = $1", person, VAULT.blind_index(NUMBER))
    try:
        found = await asyncio.gather(*(Gate(one, person, person).sign_in(**GOOD) for one in connections))
        assert [one.subject_id for one in found] == [person, person]
        assert found[0].account_id == found[1].account_id
    finally:
        for one in connections:
            await one.close()


async def test_whom_another_process_links_meanwhile_is_not_told_that_the_person_is_taken(
    installed_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one commits between the look at the account and the look at who is linked to the person."""
    connections = [await asyncpg.connect(installed_url) for _ in range(2)]
    person = await make_subject(connections[0], "natural_person")
    index = VAULT.blind_index(LATECOMER)
    await connections[0].execute("UPDATE subject SET id_index = $2 WHERE id = $1", person, index)
    slower, faster = (Gate(one, person, person) for one in connections)
    named = GOOD | {"card": {"number": LATECOMER}}
    found = linked_by_rule._subject

    async def overtaken(*given: Any) -> Any:
        monkeypatch.undo()
        assert (await faster.sign_in("latecomer", **named)).subject_id == person
        return await found(*given)

    monkeypatch.setattr(linked_by_rule, "_subject", overtaken)
    try:
        assert (await slower.sign_in("latecomer", **named)).subject_id == person
    finally:
        for one in connections:
            await one.close()


LINE = '[[issuer]]\nissuer = "x"\n[[issuer.subject]]\n'
BAD_LINES: dict[str, str] = {
    "no claim": 'form = "uscc"\nacr = ["a"]',
    "no form": 'claim = "a"\nacr = ["a"]',
    "a name as form": 'claim = "a"\nform = "name"\nacr = ["a"]',
    "no assurance": 'claim = "a"\nform = "uscc"',
    "an empty assurance": 'claim = "a"\nform = "uscc"\nacr = []',
    "an assurance that is no list": 'claim = "a"\nform = "uscc"\nacr = "high"',
    "an assurance that is no text": 'claim = "a"\nform = "uscc"\namr = [1]',
    "an unknown member": 'claim = "a"\nform = "uscc"\nacr = ["a"]\nunless = "b"',
    "only without a value": 'claim = "a"\nform = "uscc"\nacr = ["a"]\nonly = { claim = "b" }',
    "only that is text": 'claim = "a"\nform = "uscc"\nacr = ["a"]\nonly = "b"',
}


@pytest.mark.parametrize("kind", BAD_LINES)
def test_a_line_that_could_link_too_much_or_is_misspelt_is_refused(kind: str) -> None:
    with pytest.raises(ClaimRulesInvalid):
        read_claim_rules(LINE + BAD_LINES[kind])


@pytest.mark.parametrize("origin", ["operator", "officer", "rule"])
async def test_the_request_role_enters_no_officer_alone_by_whatever_origin(gate: Gate, origin: str) -> None:
    account = await upsert_account(gate.connection, issuer=NAME, sub="officer", display="x")
    await gate.connection.execute("SET LOCAL ROLE renxin_app")

    with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.CheckViolationError)):
        await gate.connection.execute(
            "INSERT INTO assignment (id, account_id, role, from_on, origin) VALUES (uuidv7(), $1, 'auditor', $2, $3)",
            account, local_day(NOW), origin,
        )  # fmt: skip
