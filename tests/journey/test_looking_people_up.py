"""Looking a person up by number is an act of its own: for a purpose, logged, and telling nothing to the wrong caller."""

from __future__ import annotations

from typing import Any

import pytest

from api.demo.stories import PERSON_WITH_CONSENT, PERSON_WITHOUT_CONSENT
from domain.identifiers import invented_resident_id
from tests.client import Client

pytestmark = pytest.mark.anyio

BANK, PURPOSE = "xiamen-bank", "350200.fiscal_subsidy"
_PERSON = "query ($number: String!) { person(idNumber: $number) { id name } }"
_LOG = "{ accessLog(first: 50, orderBy: AT_DESC) { nodes { verb outcome reason purpose office { name } } } }"


async def _log_of(client: Client, person: str) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = (await client.data(_LOG, caller=person))["accessLog"]["nodes"]
    return [entry for entry in nodes if entry["verb"] == "lookup_person"]


async def test_without_consent_the_bank_finds_nobody_and_the_person_sees_the_attempt(client: Client) -> None:
    before = await _log_of(client, "person-without-consent")
    variables = {"number": PERSON_WITHOUT_CONSENT.id_number}
    assert await client.data(_PERSON, variables, caller=BANK, purpose=PURPOSE) == {"person": None}
    after = await _log_of(client, "person-without-consent")
    assert len(after) == len(before) + 1
    assert after[0]["outcome"] == "REFUSED"
    assert after[0]["reason"] == "NOT_FOUND"
    assert after[0]["office"]["name"].startswith("鹭岛银行")


async def test_a_number_nobody_has_is_answered_alike(client: Client) -> None:
    variables = {"number": invented_resident_id(12_345_678)}
    assert await client.data(_PERSON, variables, caller=BANK, purpose=PURPOSE) == {"person": None}


async def test_what_is_no_identity_number_is_refused_before_anybody_is_looked_up(client: Client) -> None:
    wrong = f"{str(PERSON_WITH_CONSENT.id_number)[:-1]}Q"
    assert await client.codes(_PERSON, {"number": wrong}, caller=BANK, purpose=PURPOSE) == ["ID_NUMBER_MALFORMED"]


async def test_without_a_purpose_the_attempt_is_refused_and_seen(client: Client) -> None:
    variables = {"number": PERSON_WITH_CONSENT.id_number}
    assert await client.codes(_PERSON, variables, caller=BANK) == ["PURPOSE_REQUIRED"]
    assert (await _log_of(client, "person-with-consent"))[0]["reason"] == "PURPOSE_REQUIRED"


async def test_the_public_may_not_look_people_up(client: Client) -> None:
    assert await client.codes(_PERSON, {"number": PERSON_WITH_CONSENT.id_number}) == ["FORBIDDEN"]


async def test_with_purpose_and_consent_it_is_served_and_logged_as_read(client: Client) -> None:
    data = await client.data(_PERSON, {"number": PERSON_WITH_CONSENT.id_number}, caller=BANK, purpose=PURPOSE)
    assert data["person"]["name"] == PERSON_WITH_CONSENT.name
    entries = (await client.data(_LOG, caller="person-with-consent"))["accessLog"]["nodes"]
    served = [one for one in entries if one["outcome"] == "SERVED" and one["office"]]
    assert served[0]["verb"] == "read"
    assert served[0]["purpose"]


async def test_an_identity_number_has_no_place_in_an_address(client: Client) -> None:
    number = str(PERSON_WITH_CONSENT.id_number)
    query = "query ($n: String!) { person(idNumber: $n) { name } }"
    answer = await client.http.get("/graphql", params={"query": query, "variables": f'{{"n": "{number}"}}'})
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"
    assert number not in answer.text
