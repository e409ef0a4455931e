"""`explainAccess` for others: security officers over any account and role, nobody else, and no content."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from api.planning.trusted import digest
from authz.grants import default_grants
from authz.vocabulary import ACTIONS
from tests.client import Client, Serve

pytestmark = pytest.mark.anyio

OFFICER, CLERK = "security-officer", "xiamen-inspection-clerk"
SUBJECTS = ("person-with-consent", "organisation-agent")
"""A person, and who acts for an organisation."""

EXPLAIN = """
query ($object: String!, $action: String!, $row: ID, $account: ID, $office: String, $purpose: String, $role: String,
       $field: String) {
  explainAccess(object: $object, action: $action, row: $row, account: $account, office: $office, purpose: $purpose,
                role: $role, field: $field) {
    allowed roles policyVersion nearest { needs line { text } }
    relations { scope open missing lines { text } }
    field { name privacy clearances { scope level line { text } } nearest { needs line { text } } }
  }
}
"""
REGISTER = """
mutation ($input: RegisterAccountInput!) { registerAccount(input: $input) { account { id } } }
"""


@pytest.fixture(scope="module")
async def client(serve: Serve, demo_url: str) -> AsyncIterator[Client]:
    async with serve(demo_url) as made:
        yield made


async def explained(client: Client, caller: str | None, **asked: Any) -> dict[str, Any]:
    given = {"object": "credit_record", "action": "amend", **asked}
    told: dict[str, Any] = (await client.data(EXPLAIN, given, caller=caller))["explainAccess"]
    return told


async def account_of(client: Client, sub: str) -> str:
    data = await client.data("{ accounts(first: 100) { nodes { id sub } } }", caller=OFFICER)
    return str(next(one["id"] for one in data["accounts"]["nodes"] if one["sub"] == sub))


async def test_an_officer_learns_by_which_line_a_clerk_may(client: Client) -> None:
    told = await explained(client, OFFICER, account=await account_of(client, CLERK))
    assert told["allowed"]
    assert "clerk" in told["roles"]
    assert [one["text"] for one in told["relations"][0]["lines"]] == ["p, clerk, credit_record, amend, own_office"]
    assert told == await explained(client, CLERK)


async def test_an_account_without_a_role_is_explained_as_one(client: Client) -> None:
    given = {"issuer": "http://renxin.test", "sub": "newcomer", "display": "新人"}
    made = await client.data(REGISTER, {"input": given}, caller=OFFICER)
    told = await explained(client, OFFICER, account=made["registerAccount"]["account"]["id"])
    assert (told["allowed"], told["roles"], told["relations"]) == (False, [], [])
    assert told["nearest"]["line"]["text"] == "p, clerk, credit_record, amend, own_office"
    assert "another approves" in told["nearest"]["needs"]


async def test_a_suspended_account_is_explained_as_one(client: Client) -> None:
    given = {"issuer": "http://renxin.test", "sub": "on-leave", "display": "停用"}
    made = (await client.data(REGISTER, {"input": given}, caller=OFFICER))["registerAccount"]["account"]["id"]
    suspend = "mutation ($input: SuspendAccountInput!) { suspendAccount(input: $input) { receipts } }"
    await client.data(suspend, {"input": {"account": made, "reason": "离岗"}}, caller=OFFICER)
    told = await explained(client, OFFICER, account=made)
    assert (told["allowed"], told["roles"]) == (False, [])
    assert told["nearest"]["needs"].startswith("another security officer than who suspended")


async def test_a_purpose_opens_to_a_partner_what_it_opens_over_http(client: Client) -> None:
    bank = await account_of(client, "xiamen-bank")
    without = await explained(client, OFFICER, account=bank, action="read")
    assert not without["allowed"]
    assert without["nearest"]["needs"].startswith("the caller: name a purpose")
    told = await explained(client, OFFICER, account=bank, action="read", purpose="350200.fiscal_subsidy")
    assert told["allowed"]
    asked = {"object": "credit_record", "action": "read", "account": bank, "purpose": "nothing"}
    answer = await client.send(EXPLAIN, asked, caller=OFFICER)
    assert answer["errors"][0]["extensions"]["code"] == "REQUEST_REFUSED"
    assert answer["errors"][0]["extensions"]["refusedWith"] == "PURPOSE_UNKNOWN"
    asked = {"object": "credit_record", "action": "read", "account": bank, "office": "elsewhere"}
    answer = await client.send(EXPLAIN, asked, caller=OFFICER)
    assert answer["errors"][0]["extensions"]["refusedWith"] == "OFFICE_NOT_HELD"


@pytest.mark.parametrize("caller", [None, CLERK, "xiamen-credit-office", "auditor", "xiamen-bank"])
async def test_nobody_but_security_officers_asks_for_others(client: Client, caller: str | None) -> None:
    account = await account_of(client, CLERK)
    for who in ({"account": account}, {"role": "clerk"}, {"account": "Account:00000000-0000-7000-8000-000000000000"}):
        given = {"object": "credit_record", "action": "amend", **who}
        assert await client.codes(EXPLAIN, given, caller=caller) == ["FORBIDDEN"]


@pytest.mark.parametrize("sub", SUBJECTS)
async def test_officers_are_told_of_a_subject_s_account_what_it_is_told_itself(client: Client, sub: str) -> None:
    """Issue 4: for officers over any caller. Every object and action, without a row."""
    account = (await client.data("{ viewer { accountId } }", caller=sub))["viewer"]["accountId"]
    shown = "{ allowed roles relations { scope open missing lines { text } } clearances { scope level } }"
    cells = [(noun, action) for noun, actions in ACTIONS.items() for action in actions]
    for first in range(0, len(cells), 25):
        asked = list(enumerate(cells))[first : first + 25]
        own, named = [
            " ".join(
                f'c{number}: explainAccess(object: "{noun}", action: "{action}"{who}) {shown}'
                for number, (noun, action) in asked
            )
            for who in ("", f', account: "{account}"')
        ]
        by_officer = await client.data(f"{{ {named} }}", caller=OFFICER)
        assert by_officer == await client.data(f"{{ {own} }}", caller=sub)


@pytest.mark.parametrize("sub", SUBJECTS)
async def test_no_row_and_no_principal_tells_an_officer_whose_account_it_is(client: Client, sub: str) -> None:
    """Its own subject, another one and none at all are answered byte by byte alike, and nobody's access log grows."""
    viewer = (await client.data("{ viewer { accountId subjectId } }", caller=sub))["viewer"]
    other = next(one for one in SUBJECTS if one != sub)
    foreign = (await client.data("{ viewer { subjectId } }", caller=other))["viewer"]["subjectId"]
    missing = "Subject:00000000-0000-7000-8000-000000000000"
    for named in ("row", "office"):
        answers = []
        for subject in (viewer["subjectId"], foreign, missing):
            given = {"object": "subject", "action": "read", "account": viewer["accountId"], named: subject}
            answers.append(await client.send(EXPLAIN, given, caller=OFFICER))
        assert answers[0]["errors"][0]["extensions"]["code"] == "SUBJECT_UNTOLD"
        assert answers == [answers[0]] * 3


async def test_an_account_that_is_not_there_is_not_found(client: Client) -> None:
    given = {"object": "subject", "action": "read", "account": "Account:00000000-0000-7000-8000-000000000000"}
    assert await client.codes(EXPLAIN, given, caller=OFFICER) == ["NOT_FOUND"]


async def test_accounts_of_subjects_are_listed_to_nobody_all_the_same(client: Client) -> None:
    account = (await client.data("{ viewer { accountId } }", caller=SUBJECTS[0]))["viewer"]["accountId"]
    look = "query ($id: ID!) { node(id: $id) { id } }"
    for caller in (OFFICER, "auditor"):
        assert (await client.data(look, {"id": account}, caller=caller))["node"] is None


async def test_a_role_alone_is_explained_as_the_table_of_requests_has_it(client: Client) -> None:
    grants = default_grants()
    cells = [(noun, action) for noun, actions in ACTIONS.items() for action in actions]
    for role in ("public", "subject", "agent", "clerk", "partner", "auditor"):
        parts = [
            f'c{number}: explainAccess(object: "{noun}", action: "{action}", role: "{role}")'
            " { allowed roles relations { scope } }"
            for number, (noun, action) in enumerate(cells)
        ]
        for first in range(0, len(parts), 40):
            data = await client.data("{ " + " ".join(parts[first : first + 40]) + " }", caller=OFFICER)
            for number, (noun, action) in list(enumerate(cells))[first : first + 40]:
                told = data[f"c{number}"]
                scopes = [scope.value for scope in grants.scopes((role,), noun, action)]
                assert told["roles"] == [role]
                assert told["allowed"] == bool(scopes), (role, noun, action)
                assert [one["scope"] for one in told["relations"]] == scopes, (role, noun, action)


async def test_a_masked_field_names_the_line_that_masks_it_and_the_nearest_that_would_not(client: Client) -> None:
    told = (await explained(client, None, object="subject", action="read", field="name"))["field"]
    assert (told["name"], told["privacy"]) == ("name", "person_name")
    masked = next(one for one in told["clearances"] if one["scope"] == "published")
    assert (masked["level"], masked["line"]["text"]) == ("masked", "c, public, person_name, masked, published")
    nearest = told["nearest"]["line"]["text"].split(", ")
    assert (nearest[0], nearest[2], nearest[3]) == ("c", "person_name", "clear")
    assert "another approves" in told["nearest"]["needs"]


async def test_a_field_that_a_purpose_would_show_says_so(client: Client) -> None:
    account = await account_of(client, "xiamen-bank")
    told = await explained(client, OFFICER, account=account, object="subject", action="read", field="name")
    assert "Renxin-Purpose" in told["field"]["nearest"]["needs"]
    given = {"account": account, "object": "subject", "action": "read", "field": "name"}
    told = await explained(client, OFFICER, **given, purpose="350200.fiscal_subsidy")
    consented = next(one for one in told["field"]["clearances"] if one["scope"] == "consented")
    assert consented["level"] == "clear"
    assert told["field"]["nearest"] is None


async def test_an_open_field_is_clear_without_any_line(client: Client) -> None:
    told = (await explained(client, None, action="read", field="state"))["field"]
    assert {one["level"] for one in told["clearances"]} == {"clear"}
    assert told["nearest"] is None


async def test_what_is_unclear_or_unknown_is_refused(client: Client) -> None:
    account = await account_of(client, CLERK)
    row = "CreditRecord:00000000-0000-7000-8000-000000000000"
    for asked, code in (
        ({"role": "clerk", "account": account}, "WHO_IS_UNCLEAR"),
        ({"role": "clerk", "row": row}, "WHO_IS_UNCLEAR"),
        ({"purpose": "350200.fiscal_subsidy"}, "WHO_IS_UNCLEAR"),
        ({"role": "emperor"}, "ROLE_UNKNOWN"),
        ({"account": "Subject:1"}, "ID_INVALID"),
        ({"field": "shoeSize"}, "FIELD_UNKNOWN"),
    ):
        given = {"object": "credit_record", "action": "amend", **asked}
        assert await client.codes(EXPLAIN, given, caller=OFFICER) == [code], asked


async def test_who_may_send_trusted_documents_only_is_explained_as_one(serve: Serve, demo_url: str) -> None:
    async with serve(demo_url, trusted_only=("partner",)) as client:
        bank, clerk = [await account_of(client, sub) for sub in ("xiamen-bank", CLERK)]
        held = [
            await _held(client, asked)
            for asked in ({"account": bank}, {"role": "partner"}, {"account": clerk}, {"role": "clerk"}, {})
        ]
    assert held == [True, True, False, False, False]
    async with serve(demo_url, trusted_only=("all",), trusted_documents={digest(HELD): HELD}) as client:
        assert await _held(client, {"role": "clerk"})
        assert await _held(client, {})


HELD = """query ($account: ID, $role: String) {
  explainAccess(object: "subject", action: "read", account: $account, role: $role) { trustedDocumentsOnly } }"""


async def _held(client: Client, asked: dict[str, Any]) -> bool:
    told: bool = (await client.data(HELD, asked, caller=OFFICER))["explainAccess"]["trustedDocumentsOnly"]
    return told
