"""Citizens who sign in at an identity provider over HTTP: linked by rule, or served as the public and told why."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from api.config.setting_values import OidcIssuer
from api.demo.stories import PERSON_WITH_EXPIRED_CONSENT, PERSON_WITHOUT_CONSENT
from authz.claim_rules import read_claim_rules
from authz.linked_accounts import end_links
from tests.client import NOW, Client, Serve
from tests.identity.tokens import AUDIENCE, NAME, claims, jwk, token

pytestmark = pytest.mark.anyio

TABLE = f"""
[[issuer]]
issuer = "{NAME}"
[[issuer.subject]]
claim = "number"
form = "resident_id"
acr = ["high"]
"""
ASKED = "{ viewer { anonymous roles subjectId notLinked { code message messageZh } } me { name } }"


@pytest.fixture
async def client(serve: Serve, demo_url: str, tmp_path: Path) -> AsyncIterator[Client]:
    keys = tmp_path / "jwks.json"
    keys.write_text(json.dumps({"keys": [jwk("ed1")]}))
    provider = OidcIssuer(NAME, AUDIENCE, None, keys, ("EdDSA",))
    async with serve(demo_url, oidc_issuers=(provider,), claim_rules=read_claim_rules(TABLE)) as made:
        yield made


async def ask(client: Client, query: str = ASKED, **said: Any) -> dict[str, Any]:
    """Ask as somebody of whose token the provider says so."""
    second = int(NOW.timestamp())
    body = claims(iat=second, exp=second + 600, **said)
    headers = {"authorization": f"Bearer {token(body=body)}"}
    answer = await client.http.post("/graphql", json={"query": query}, headers=headers)
    assert answer.status_code == 200
    assert str(PERSON_WITHOUT_CONSENT.id_number) not in answer.text
    data: dict[str, Any] = answer.json()
    return data


async def test_a_citizen_signs_in_and_sees_its_own_record(client: Client) -> None:
    mine = (await ask(client, sub="citizen-1", number=PERSON_WITHOUT_CONSENT.id_number, acr="high"))["data"]

    assert mine["me"]["name"] == PERSON_WITHOUT_CONSENT.name
    assert mine["viewer"] == {
        "anonymous": False, "roles": ["subject"], "subjectId": f"Subject:{PERSON_WITHOUT_CONSENT.id}", "notLinked": None,
    }  # fmt: skip


async def test_who_is_not_linked_is_the_public_with_its_limits_and_is_told_why(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    mine = (await ask(client, sub="citizen-2", number=PERSON_WITHOUT_CONSENT.id_number, acr="low"))["data"]

    assert (mine["viewer"]["anonymous"], mine["viewer"]["roles"], mine["me"]) == (True, ["public"], None)
    assert mine["viewer"]["notLinked"]["code"] == "LINK_NOT_ASSURED"
    assert client.service.refusals.by_reason["link_not_assured"] == 1
    assert str(PERSON_WITHOUT_CONSENT.id_number) not in caplog.text


async def test_the_lines_are_shown_to_those_who_read_accounts_and_to_nobody_else(client: Client) -> None:
    query = "{ subjectRules { issuer claim form acr amr onlyClaim onlyValue } }"

    assert (await client.data(query, caller="security-officer"))["subjectRules"] == [
        {
            "issuer": NAME,
            "claim": "number",
            "form": "resident_id",
            "acr": ["high"],
            "amr": [],
            "onlyClaim": None,
            "onlyValue": None,
        }
    ]
    assert await client.codes(query) == ["FORBIDDEN"]
    assert await client.codes(query, caller="xiamen-inspection-clerk") == ["FORBIDDEN"]


# -- explained


EXPLAIN = """
explainAccess(object: $object, action: $action, row: $row, account: $account) {
  allowed roles refusedWith notLinked { code } relations { scope holds } nearest { line { text } needs }
}
"""
ARGUMENTS = "$object: String!, $action: String!, $row: ID, $account: ID"


async def explained(client: Client, body: str, caller: str | None = None, **asked: Any) -> dict[str, Any]:
    """Explain for the bearer of a token, or as a caller of the demonstration."""
    query = {"query": f"query ({ARGUMENTS}) {{ {EXPLAIN} }}", "variables": asked}
    headers = {"authorization": f"Bearer {client.token(caller) if caller else body}"}
    answer = (await client.http.post("/graphql", json=query, headers=headers)).json()
    found: dict[str, Any] = answer["data"]["explainAccess"]
    return found


def signed_in(sub: str, acr: str) -> str:
    """Give a token of the provider that names a person whom no other account is yet."""
    second = int(NOW.timestamp())
    number = PERSON_WITH_EXPIRED_CONSENT.id_number
    return token(body=claims(iat=second, exp=second + 600, sub=sub, acr=acr, number=number))


async def test_who_is_not_linked_has_explained_why_to_itself(client: Client) -> None:
    told = await explained(client, signed_in("citizen-3", "low"), object="subject_request", action="file")

    assert (told["allowed"], told["roles"], told["notLinked"]) == (False, ["public"], {"code": "LINK_NOT_ASSURED"})
    assert told["nearest"]["line"]["text"] == "p, subject, subject_request, file, self"
    assert "更高等级" in told["nearest"]["needs"]
    assert told["refusedWith"] is None


async def test_an_officer_has_an_account_whose_link_was_ended_explained_as_the_line_decides_about_it(
    client: Client, demo_url: str
) -> None:
    """The public by sign-in, with the reason, and never whose it was; nor is it listed among officers without a role."""
    body = signed_in("citizen-4", "high")
    headers = {"authorization": f"Bearer {body}"}
    who = {"query": "{ viewer { accountId roles notLinked { code } } }"}
    linked = (await client.http.post("/graphql", json=who, headers=headers)).json()["data"]["viewer"]
    assert linked["roles"] == ["subject"]
    connection = await asyncpg.connect(demo_url)
    await end_links(connection, issuer=NAME, sub="citizen-4", reason="冒领", now=NOW)
    await connection.close()

    viewer = (await client.http.post("/graphql", json=who, headers=headers)).json()["data"]["viewer"]
    assert viewer == {"accountId": linked["accountId"], "roles": ["public"], "notLinked": {"code": "LINK_ENDED"}}
    for noun, action in (("subject_request", "file"), ("credit_record", "read"), ("access_entry", "read")):
        asked = {"object": noun, "action": action}
        own = await explained(client, body, **asked)
        by_officer = await explained(client, body, "security-officer", account=viewer["accountId"], **asked)
        assert own == by_officer
        assert (own["notLinked"], own["allowed"]) == ({"code": "LINK_ENDED"}, noun == "credit_record")
    query = "{ policyVersions(first: 1, filter: { state: ACTIVE }) { nodes { id } } }"
    active = (await client.data(query, caller="security-officer"))["policyVersions"]["nodes"][0]["id"]
    check = "query ($id: ID!) { policyCheck(policyVersion: $id) { findings { code text } } }"
    findings = (await client.data(check, {"id": active}, caller="security-officer"))["policyCheck"]["findings"]
    assert not [one for one in findings if viewer["accountId"] in one["text"]]


async def test_an_account_without_a_role_whose_issuer_tells_of_no_subjects_is_refused_and_explained_so(
    client: Client,
) -> None:
    register = "mutation ($i: RegisterAccountInput!) { registerAccount(input: $i) { account { id } } }"
    given = {"issuer": client.service.settings.public_url, "sub": "idle", "display": "待分配"}
    made = (await client.data(register, {"i": given}, caller="security-officer"))["registerAccount"]["account"]["id"]

    answer = await client.send("{ viewer { roles } }", caller="idle")
    refused = answer["errors"][0]["extensions"]
    told = await explained(client, "", "security-officer", account=made, object="credit_record", action="amend")

    assert (refused["code"], refused["account"]) == ("NO_ROLE", made)
    assert (told["refusedWith"], told["allowed"], told["roles"], told["notLinked"]) == ("NO_ROLE", False, [], None)
    suspend = "mutation ($i: SuspendAccountInput!) { suspendAccount(input: $i) { receipts } }"
    await client.data(suspend, {"i": {"account": made, "reason": "离岗"}}, caller="security-officer")
    told = await explained(client, "", "security-officer", account=made, object="credit_record", action="amend")
    assert told["refusedWith"] == "UNAUTHENTICATED"
    assert await client.codes("{ viewer { roles } }", caller="idle") == ["UNAUTHENTICATED"]
