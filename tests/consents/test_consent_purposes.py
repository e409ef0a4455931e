"""Before it consents, a subject reads for what an agency may ask (个人信息保护法14, 17)."""

from __future__ import annotations

import pytest

from tests.client import Client

pytestmark = pytest.mark.anyio

TOLD = "query ($office: ID!) { consentPurposes(office: $office) { code name until } }"
OWN = "{ viewer { officeId purposes { code name } } }"


@pytest.mark.parametrize("agency", ["xiamen-bank", "shanghai-bank"])
@pytest.mark.parametrize("caller", ["person-with-consent", "organisation-itself", "organisation-agent"])
async def test_a_subject_reads_what_the_agency_itself_may_name(client: Client, agency: str, caller: str) -> None:
    own = (await client.data(OWN, caller=agency))["viewer"]
    told = await client.data(TOLD, {"office": own["officeId"]}, caller=caller)
    assert [(one["code"], one["name"]) for one in told["consentPurposes"]] == [
        (one["code"], one["name"]) for one in own["purposes"]
    ]
    assert told["consentPurposes"]


@pytest.mark.parametrize("caller", [None, "xiamen-bank", "xiamen-inspection-clerk", "security-officer"])
async def test_who_gives_no_consent_is_not_told(client: Client, caller: str | None) -> None:
    own = (await client.data(OWN, caller="xiamen-bank"))["viewer"]
    assert await client.codes(TOLD, {"office": own["officeId"]}, caller=caller) == ["FORBIDDEN"]


async def test_an_office_of_the_bureau_asks_by_law_and_an_unknown_one_is_not_there(client: Client) -> None:
    bureau = (await client.data(OWN, caller="xiamen-inspection-clerk"))["viewer"]["officeId"]
    unknown = "Office:01856aa0-c807-7228-9361-95da70166965"
    for office, code in ((bureau, "OFFICE_NOT_PARTNER"), (unknown, "NOT_FOUND"), ("Subject:x", "ID_INVALID")):
        assert await client.codes(TOLD, {"office": office}, caller="person-with-consent") == [code]
