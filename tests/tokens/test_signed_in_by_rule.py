"""Citizens who sign in at an identity provider over HTTP: linked by rule, or served as the public and told why."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from api.demo.stories import PERSON_WITHOUT_CONSENT
from api.setting_values import OidcIssuer
from authz.claim_rules import read_claim_rules
from tests.conftest import NOW, Client, Serve
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
