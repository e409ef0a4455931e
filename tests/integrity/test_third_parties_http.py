"""Third parties over HTTP: a provider gets what a contract in force entrusts, associations and data users their own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.installation_rows import office_id
from domain.third_party import market_records
from domain.third_party.refusals import MemberIsPerson
from tests.client import NOW, Client, Serve
from tests.integrity.conftest import HAICANG, PROVIDER, XIAMEN
from tests.removals.ground import BOOKS, Ground

pytestmark = pytest.mark.anyio

PROPOSE = """mutation ($input: ProposeProcessingContractInput!) { proposeProcessingContract(input: $input) {
  processingContract { id state basis inForce } } }"""
APPROVE = """mutation ($id: ID!) { approveProcessingContract(input: { processingContract: $id }) {
  processingContract { state inForce } } }"""
REJECT = """mutation ($id: ID!) { rejectProcessingContract(input: { processingContract: $id, reason: "范围过宽" }) {
  processingContract { state } } }"""
END = """mutation ($id: ID!) { endProcessingContract(input: { processingContract: $id, reason: "违约" }) {
  processingContract { state } } }"""
RECORDS = "{ creditRecords(first: 50) { totalCount nodes { id title subject { name } } } }"
PEOPLE = "{ subjects(first: 50) { totalCount } }"
MEMBER = "mutation ($input: RecordMemberCreditInput!) { recordMemberCredit(input: $input) { marketRecord { id provenance kind } } }"
CITE = "mutation ($input: CiteThirdPartyReportInput!) { citeThirdPartyReport(input: $input) { marketRecord { id issuer number basis } } }"
WITHDRAW = """mutation ($id: ID!) { withdrawMarketRecord(input: { marketRecord: $id, reason: "有误" }) {
  marketRecord { state } } }"""
MARKET = "{ marketRecords(first: 50) { totalCount nodes { id text evaluation } } }"
COUNTED = "query ($id: ID!) { node(id: $id) { ... on Subject { creditRecords(first: 9) { totalCount } } } }"


def contract(**more: Any) -> dict[str, Any]:
    return {
        "input": {
            "provider": PROVIDER, "number": "委1", "purpose": "数据清洗", "safeguards": "加密、专人", "items": ["penalty"],
            "validFrom": "2026-03-01", "validTo": "2026-03-31", **more,
        }
    }  # fmt: skip


async def published(ground: Ground, *, person: bool = False, item: str = "penalty") -> UUID:
    subject = await ground.subject(XIAMEN, person=person)
    office = "JCZD" if item == "penalty" else "SP"
    return await ground.record(
        XIAMEN, item, office, subject, severity="serious" if item == "penalty" else None, state="published", published_at=ground.now
    )  # fmt: skip


@pytest.fixture(scope="module")
async def in_april(serve: Serve, installed_url: str, ground: Ground) -> AsyncIterator[Client]:
    """Serve the same database two weeks later."""
    async with serve(installed_url, now=NOW + timedelta(days=14)) as made:
        yield made


async def test_a_provider_gets_what_a_contract_in_force_entrusts_and_nothing_after_it(
    client: Client, in_april: Client, ground: Ground
) -> None:
    """XM-30: scope and expiry are enforced with each request; ended it ends at once."""
    mine = await published(ground)
    await published(ground, person=True)
    await published(ground, item="permit")
    assert (await client.data(RECORDS, caller="provider"))["creditRecords"]["totalCount"] == 0
    made = (await client.data(PROPOSE, contract(), caller="clerk"))["proposeProcessingContract"]["processingContract"]
    assert made["basis"].endswith(" 30")
    assert (await client.data(RECORDS, caller="provider"))["creditRecords"]["totalCount"] == 0, "not approved"
    assert await client.codes(PROPOSE, contract(), caller="clerk") == ["STATE_CONFLICT"], "its number is taken"
    wide = contract(number="委\u3000１")
    assert await client.codes(PROPOSE, wide, caller="clerk") == ["STATE_CONFLICT"], "however it is typed"
    await client.data(APPROVE, {"id": made["id"]}, caller="approver")
    seen = (await client.data(RECORDS, caller="provider"))["creditRecords"]["nodes"]
    assert [one["id"] for one in seen] == [f"CreditRecord:{mine}"], "neither a person's nor another item's"
    assert seen[0]["subject"]["name"].endswith("有限公司")
    assert (await client.data(PEOPLE, caller="provider"))["subjects"]["totalCount"] == 1
    assert (await in_april.data(RECORDS, caller="provider"))["creditRecords"]["totalCount"] == 0, "expired on 31 March"
    assert (await in_april.data(PEOPLE, caller="provider"))["subjects"]["totalCount"] == 0
    assert await client.codes(END, {"id": made["id"]}, caller="other-clerk") == ["FORBIDDEN"]
    await client.data(END, {"id": made["id"]}, caller="approver")
    assert (await client.data(RECORDS, caller="provider"))["creditRecords"]["totalCount"] == 0
    assert await client.codes(END, {"id": made["id"]}, caller="approver") == ["STATE_CONFLICT"]


async def test_a_contract_has_a_fitting_provider_scope_and_term(client: Client, ground: Ground) -> None:
    """XM-30: what is not whole is refused, and who decides on his own; leap days end with February."""
    refused = {
        "PROCESSING_TERM_UNFIT": contract(validTo="2026-02-28"),
        "PROCESSING_SCOPE_UNFIT": contract(items=["permit"]),
        "PROVIDER_UNFIT": contract(provider="Office:00000000-0000-7000-8000-000000000000"),
    }
    for code, given in refused.items():
        assert await client.codes(PROPOSE, given, caller="clerk") == [code]
    assert await client.codes(PROPOSE, contract(items=[]), caller="clerk") == ["PROCESSING_SCOPE_UNFIT"]
    leap = {"validFrom": "2024-02-29", "number": "委闰"}
    assert await client.codes(PROPOSE, contract(**leap, validTo="2027-03-01"), caller="clerk") == [
        "PROCESSING_TERM_UNFIT"
    ]
    await client.data(PROPOSE, contract(**leap, validTo="2027-02-28"), caller="clerk")
    own = (await client.data(PROPOSE, contract(number="委2"), caller="both"))["proposeProcessingContract"][
        "processingContract"
    ]
    assert await client.codes(APPROVE, {"id": own["id"]}, caller="both") == ["PROCESSING_PROPOSER_DECIDES"]
    rejected = await client.data(REJECT, {"id": own["id"]}, caller="approver")
    assert rejected["rejectProcessingContract"]["processingContract"]["state"] == "REJECTED"
    narrower = await client.data(PROPOSE, contract(number="委2"), caller="both")
    assert narrower["proposeProcessingContract"]["processingContract"]["id"] != own["id"], "its number is free again"
    assert await client.codes(PROPOSE, contract(), caller="provider") == ["FORBIDDEN"]


async def test_a_members_record_is_the_associations_and_counts_as_nothing_official(
    client: Client, ground: Ground
) -> None:
    """HC-26: provenance of its own; never public, among no credit records, and not by the official way."""
    firm = await ground.subject(HAICANG)
    given = {"subject": f"Subject:{firm}", "onDay": "2026-03-01", "text": "按时履约", "evaluation": "AAA"}
    made = (await client.data(MEMBER, {"input": given}, caller="association"))["recordMemberCredit"]["marketRecord"]
    assert (made["provenance"], made["kind"]) == ("market", "MEMBER_RECORD")
    for caller in ("hc-clerk", "hc-watch", "data-user", None):
        assert await client.codes(MEMBER, {"input": given}, caller=caller) == ["FORBIDDEN"], caller
    assert (await client.data(MARKET, caller="association"))["marketRecords"]["nodes"][0]["evaluation"] == "AAA"
    assert (await client.data(MARKET, caller="hc-clerk"))["marketRecords"]["totalCount"] == 0
    for caller in ("hc-watch", "data-user", None):
        assert await client.codes(MARKET, caller=caller) == ["FORBIDDEN"], caller
    ident = {"id": f"Subject:{firm}"}
    assert (await client.data(COUNTED, ident))["node"]["creditRecords"]["totalCount"] == 0
    assert await client.codes(WITHDRAW, {"id": made["id"]}, caller="hc-clerk") == ["NOT_FOUND"]
    await client.data(WITHDRAW, {"id": made["id"]}, caller="association")
    assert await client.codes(WITHDRAW, {"id": made["id"]}, caller="association") == ["STATE_CONFLICT"]


async def test_a_member_is_an_organisation(client: Client, ground: Ground) -> None:
    """HC-26: 会员 of an association; over HTTP a person is not found at all."""
    person = await ground.subject(HAICANG, person=True)
    given = {"subject": f"Subject:{person}", "onDay": "2026-03-01", "text": "按时履约"}
    assert await client.codes(MEMBER, {"input": given}, caller="association") == ["NOT_FOUND"]
    of = market_records.Of(
        jurisdiction_id=HAICANG, office_id=office_id(HAICANG, "HYXH"), subject_id=person, on_day=date(2026, 3, 1)
    )
    with pytest.raises(MemberIsPerson):
        await market_records.record(ground.tx("association"), BOOKS, of, text="按时履约", evaluation=None)


async def test_a_third_party_report_is_referred_to_by_issuer_and_number(client: Client, ground: Ground) -> None:
    """XM-04c: in the matter in which it was used; its content is not copied."""
    record = await published(ground)
    firm = await ground.connection.fetchval("SELECT subject_id FROM credit_record WHERE id = $1", record)
    given = {
        "subject": f"Subject:{firm}", "issuer": "虚构信用公司", "number": "R-2026-1", "matter": "招投标", "onDay": "2026-03-01",
    }  # fmt: skip
    made = (await client.data(CITE, {"input": given}, caller="clerk"))["citeThirdPartyReport"]["marketRecord"]
    assert (made["issuer"], made["number"]) == ("虚构信用公司", "R-2026-1")
    assert made["basis"].endswith(" 4")
    future = {**given, "onDay": "2026-03-19"}
    assert await client.codes(CITE, {"input": future}, caller="clerk") == ["DATE_IN_FUTURE"]
    assert await client.codes(CITE, {"input": given}, caller="association") == ["FORBIDDEN"]


async def test_a_data_user_gets_what_is_public_about_organisations(client: Client, ground: Ground) -> None:
    """HC-19: as the public does, and nothing by purpose or consent; no person, no list of what is his own."""
    shown = await published(ground)
    person = await published(ground, person=True)
    kept = await ground.record(XIAMEN, "penalty", "JCZD", await ground.subject(XIAMEN), disclosure="government_sharing",
                               severity="serious", state="published", published_at=ground.now)  # fmt: skip
    found = [one["id"] for one in (await client.data(RECORDS, caller="data-user"))["creditRecords"]["nodes"]]
    assert f"CreditRecord:{shown}" in found
    assert f"CreditRecord:{person}" not in found
    assert f"CreditRecord:{kept}" not in found


def test_what_has_a_procedure_of_its_own_is_not_handed_in_as_an_official_record() -> None:
    """HC-24b, HC-26: complaints and members' records are entered by their own way alone."""
    book = BOOKS.books[BOOKS.heads[HAICANG]]
    through = {item.code: item.through for item in book.catalogue if item.through}
    assert through["gov_integrity_complaint"] == "integrity_complaint"
    assert through["association_member_record"] == "market_record"
