"""The first whole journey, over HTTP: from a file of 双公示 rows to a signed report that only the right people read.

XM-08a, XM-08b, XM-02a, XM-04b, XM-05a, SH-12b; 行政处罚法48; 上海市社会信用条例17, 34.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from api.demo.stories import PERSON_WITH_CONSENT, PERSON_WITHOUT_CONSENT
from domain.identifiers import invented_uscc
from domain.ledger.check import verify
from domain.ledger.seal import seal
from domain.use.signing import SignatureRefused
from domain.use.verification import verify_offline
from tests.client import Client, Serve

pytestmark = pytest.mark.anyio

CLERK, REVIEWER, RIVAL = "xiamen-inspection-clerk", "xiamen-inspection-reviewer", "xiamen-approval-clerk"
BANK, PERSON, PURPOSE = "xiamen-bank", "person-with-consent", "350200.fiscal_subsidy"
WITH_CONSENT, WITHOUT_CONSENT = f"Subject:{PERSON_WITH_CONSENT.id}", f"Subject:{PERSON_WITHOUT_CONSENT.id}"
FIRM_CODE = invented_uscc(987_654)
FIRM_NAME = "厦门旅程测试有限公司(虚构)"

COLUMNS = [
    "CF_XDR_MC",
    "CF_XDR_LB",
    "CF_XDR_SHXYM",
    "CF_XDR_ZJLX",
    "CF_XDR_ZJHM",
    "CF_WSH",
    "CF_WFXW",
    "CF_SY",
    "CF_YJ",
    "CF_CFLB",
    "CF_NR",
    "CF_NR_FK",
    "CF_JDRQ",
    "CF_YXQ",
    "CF_GSJZQ",
    "CF_CFJG",
    "CF_CFJGDM",
    "CF_SJLY",
    "CF_SJLYDM",
    "BZ",
]


@pytest.fixture(scope="module")
async def client(serve: Serve, demo_url: str) -> AsyncIterator[Client]:
    async with serve(demo_url) as made:
        yield made


def _row(**given: str) -> dict[str, str]:
    organ = invented_uscc(7, prefix="11")
    return {
        "CF_WFXW": "拖欠劳动报酬", "CF_SY": "未按月支付工资，经责令改正后改正", "CF_YJ": "《保障农民工工资支付条例》第五十四条",
        "CF_CFLB": "罚款", "CF_NR": "罚款1万元", "CF_NR_FK": "1.000000", "CF_JDRQ": "2026/03/10", "CF_YXQ": "2099/12/31",
        "CF_GSJZQ": "2027/03/10", "CF_CFJG": "厦门市人力资源和社会保障局", "CF_CFJGDM": organ, "CF_SJLY": "厦门市监察支队",
        "CF_SJLYDM": organ, **given,
    }  # fmt: skip


def _file() -> bytes:
    rows = [
        _row(
            CF_XDR_MC=FIRM_NAME, CF_XDR_LB="法人及非法人组织", CF_XDR_SHXYM=FIRM_CODE, CF_WSH="厦人社监罚〔2026〕旅1号"
        ),
        _row(
            CF_XDR_MC=PERSON_WITH_CONSENT.name,
            CF_XDR_LB="自然人",
            CF_XDR_ZJLX="身份证",
            CF_XDR_ZJHM=str(PERSON_WITH_CONSENT.id_number),
            CF_WSH="厦人社监罚〔2026〕旅2号",
        ),
        _row(
            CF_XDR_MC="坏行(虚构)",
            CF_XDR_LB="法人及非法人组织",
            CF_XDR_SHXYM="91350200MA9T02R31X",
            CF_WSH="厦人社监罚〔2026〕旅3号",
        ),
    ]
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("gb18030")


async def _post_file(client: Client, caller: str) -> dict[str, Any]:
    headers = {"authorization": f"Bearer {client.token(caller)}", "content-type": "text/csv"}
    response = await client.http.post("/imports", content=_file(), headers=headers)
    assert response.status_code == 201, response.text
    found: dict[str, Any] = response.json()
    return found


_RECORDS = """
query ($no: [String!]) {
  creditRecords(first: 5, filter: { decisionNo: $no }) { nodes {
    id state severity title content inForce publicationDueOn publicationTimeliness version
    subject { id name maskedIdNumber } } }
}
"""


async def _records(client: Client, number: int, **how: Any) -> list[dict[str, Any]]:
    data = await client.data(_RECORDS, {"no": [f"厦人社监罚〔2026〕旅{number}号"]}, **how)
    nodes: list[dict[str, Any]] = data["creditRecords"]["nodes"]
    return nodes


_AMEND = """
mutation ($record: ID!, $key: String) {
  amendCreditRecord(input: { record: $record, severity: SERIOUS, legalBasisLevel: ADMINISTRATIVE_REGULATION,
                             reason: "补充认定失信严重程度", clientMutationId: $key }) {
    creditRecord { version severity } receipts clientMutationId }
}
"""
_PUBLISH = "mutation ($record: ID!) { publishCreditRecord(input: { record: $record }) { creditRecord { state inForce publicUntil } } }"
_TELL = (
    'mutation ($record: ID!) { serveRepairNotice(input: { record: $record, servedOn: "2026-03-10",'
    " channel: WITH_DECISION }) { repairNotice { servedOn content } creditRecord { repairNoticeStatus } } }"
)
_WITHDRAW = (
    'mutation ($record: ID!) { withdrawCreditRecord(input: { record: $record, reason: "处罚决定被依法撤销" })'
    " { creditRecord { state withdrawalReason } } }"
)
_ISSUE = """
mutation ($subject: ID!, $kind: String!, $purpose: String) {
  issueCreditReport(input: { subject: $subject, kind: $kind, purpose: $purpose }) {
    creditReport { id number document signature digest documentStatus contentStatus } receipts }
}
"""


async def test_the_first_whole_journey(client: Client, demo_url: str) -> None:
    await _a_file_is_handed_in_its_faulty_row_says_why_and_again_it_adds_nothing(client)
    about_firm = await _its_office_alone_sees_what_is_not_published_with_the_day_it_is_due(client)
    await _it_is_published_with_a_severity_once_its_subject_is_told(client, about_firm)
    await _the_public_sees_it_before_the_platform_has_receipted_it(client)
    about_person = await _a_persons_record_shows_the_public_a_masked_name_and_no_content(client)
    report = await _a_partner_is_served_only_with_a_purpose_and_the_persons_consent(client)
    await _its_signature_verifies_offline_and_not_with_a_byte_flipped(client, report)
    await _whoever_was_asked_about_reads_who_asked_and_who_was_refused(client)
    await _a_purpose_that_there_is_not_is_told_apart_from_an_agency_that_there_is_not(client)
    await _without_consent_nobody_is_found_and_nothing_given_a_second_time(client, report["number"])
    await _what_is_withdrawn_is_no_longer_public_and_the_report_says_so(
        client, about_firm, about_person, report["number"]
    )
    await _the_ledger_holds_until_it_is_touched(client, demo_url)


async def _a_file_is_handed_in_its_faulty_row_says_why_and_again_it_adds_nothing(client: Client) -> None:
    summary = await _post_file(client, CLERK)
    assert (summary["rowsRead"], summary["rowsAdded"], summary["rowsRefused"]) == (3, 2, 1)
    refused = await client.data(
        "query ($id: ID!) { recordImport(id: $id) { refusedRows(first: 5) { nodes { line columnCode code reasonZh } } } }",
        {"id": summary["id"]},
        caller=CLERK,
    )
    assert [row["line"] for row in refused["recordImport"]["refusedRows"]["nodes"]] == [4]

    again = await _post_file(client, CLERK)
    assert (again["rowsAdded"], again["rowsKnown"]) == (0, 2)


async def _its_office_alone_sees_what_is_not_published_with_the_day_it_is_due(client: Client) -> str:
    assert await _records(client, 1) == []
    [own] = await _records(client, 1, caller=CLERK)
    assert own["state"] == "SUBMITTED"
    assert own["publicationDueOn"] == "2026-03-19"
    record: str = own["id"]
    return record


async def _it_is_published_with_a_severity_once_its_subject_is_told(client: Client, record: str) -> None:
    """XM-02a, XM-02b; only the producing office amends (XM-08a)."""
    assert await client.codes(_PUBLISH, {"record": record}, caller=REVIEWER) == ["SEVERITY_MISSING"]
    assert await client.codes(_AMEND, {"record": record}, caller=RIVAL) == ["NOT_FOUND"]
    missing = "CreditRecord:00000000-0000-7000-8000-000000000000"
    assert await client.codes(_AMEND, {"record": missing}, caller=RIVAL) == ["NOT_FOUND"]
    amended = await client.data(_AMEND, {"record": record, "key": "once"}, caller=CLERK)
    repeated = await client.data(_AMEND, {"record": record, "key": "once"}, caller=CLERK)
    assert amended == repeated
    assert amended["amendCreditRecord"]["creditRecord"] == {"version": 2, "severity": "SERIOUS"}
    assert await client.codes(_PUBLISH, {"record": record}, caller=CLERK) == ["FORBIDDEN"]
    # nor without telling the subject of its rights of repair (XM-02b)
    assert await client.codes(_PUBLISH, {"record": record}, caller=REVIEWER) == ["REPAIR_NOTICE_MISSING"]
    told = await client.data(_TELL, {"record": record}, caller=CLERK)
    assert told["serveRepairNotice"]["creditRecord"] == {"repairNoticeStatus": "SERVED"}
    published = await client.data(_PUBLISH, {"record": record}, caller=REVIEWER)
    assert published["publishCreditRecord"]["creditRecord"]["inForce"] is True


async def _the_public_sees_it_before_the_platform_has_receipted_it(client: Client) -> None:
    """XM-08b."""
    [public] = await _records_of_firm(client)
    assert public["publicationTimeliness"] == "PENDING"
    assert public["content"]["CF_NR_FK"].startswith("1")


async def _a_persons_record_shows_the_public_a_masked_name_and_no_content(client: Client) -> str:
    [about_person] = await _records(client, 2, caller=CLERK)
    assert about_person["subject"]["name"] == PERSON_WITH_CONSENT.name
    assert str(PERSON_WITH_CONSENT.id_number) not in json.dumps(about_person)
    await client.data(_AMEND, {"record": about_person["id"]}, caller=CLERK)
    await client.data(_TELL, {"record": about_person["id"]}, caller=CLERK)
    await client.data(_PUBLISH, {"record": about_person["id"]}, caller=REVIEWER)
    seen = await client.data(
        "query ($id: ID!) { creditRecord(id: $id) { content subject { name maskedIdNumber } } }",
        {"id": about_person["id"]},
    )
    assert seen["creditRecord"] == {
        "content": None,
        "subject": {"name": "欧阳**", "maskedIdNumber": "350*************8X"},
    }
    record: str = about_person["id"]
    return record


async def _a_partner_is_served_only_with_a_purpose_and_the_persons_consent(client: Client) -> dict[str, Any]:
    assert await client.codes(_ISSUE, {"subject": WITH_CONSENT, "kind": "person"}, caller=BANK) == ["PURPOSE_REQUIRED"]
    unheard_of = {"subject": WITH_CONSENT, "kind": "poem", "purpose": PURPOSE}
    assert await client.codes(_ISSUE, unheard_of, caller=BANK) == ["REPORT_KIND_UNKNOWN"]
    report_of_stranger = {"subject": WITHOUT_CONSENT, "kind": "person", "purpose": PURPOSE}
    assert await client.codes(_ISSUE, report_of_stranger, caller=BANK) == ["NOT_FOUND"]
    not_granted = {"subject": WITH_CONSENT, "kind": "person", "purpose": "350200.procurement"}
    assert await client.codes(_ISSUE, not_granted, caller=BANK) == ["PURPOSE_NOT_GRANTED"]
    answer = await client.data(_ISSUE, {"subject": WITH_CONSENT, "kind": "person", "purpose": PURPOSE}, caller=BANK)
    report: dict[str, Any] = answer["issueCreditReport"]["creditReport"]
    document = json.loads(report["document"])
    assert PERSON_WITH_CONSENT.name in report["document"]
    assert document["number"] == report["number"]
    assert (report["documentStatus"], report["contentStatus"]) == ("VALID", "CURRENT")
    return report


async def _its_signature_verifies_offline_and_not_with_a_byte_flipped(client: Client, report: dict[str, Any]) -> None:
    jwks = (await client.http.get("/.well-known/jwks.json")).json()
    assert verify_offline(report["signature"], jwks).number == report["number"]
    flipped = report["signature"][:200] + ("A" if report["signature"][200] != "A" else "B") + report["signature"][201:]
    with pytest.raises(SignatureRefused):
        verify_offline(flipped, jwks)
    online = (await client.http.get(f"/verify/{report['number']}")).json()
    assert online == {
        "number": report["number"], "digest": report["digest"], "documentStatus": "VALID", "contentStatus": "CURRENT",
    }  # fmt: skip


async def _whoever_was_asked_about_reads_who_asked_and_who_was_refused(client: Client) -> None:
    log = "{ accessLog(first: 20) { nodes { verb outcome purpose basis office { name } } } }"
    mine = (await client.data(log, caller=PERSON))["accessLog"]["nodes"]
    assert any(e["verb"] == "issue" and e["office"]["name"].startswith("鹭岛银行") and e["purpose"] for e in mine)
    theirs = (await client.data(log, caller="person-without-consent"))["accessLog"]["nodes"]
    assert any(e["verb"] == "issue" and e["outcome"] == "REFUSED" for e in theirs)


async def _a_purpose_that_there_is_not_is_told_apart_from_an_agency_that_there_is_not(client: Client) -> None:
    nowhere = {"office": f"Office:{UUID(int=1)}", "purpose": "350200.none", "untilOn": "2026-12-31"}
    answer = await client.send(
        "mutation ($input: GrantConsentInput!) { grantConsent(input: $input) { receipts } }", {"input": nowhere},
        caller=PERSON,
    )  # fmt: skip
    assert answer["errors"][0]["message"] == "There is no application item with this code."


async def _without_consent_nobody_is_found_and_nothing_given_a_second_time(client: Client, number: str) -> None:
    fetched, which = "query ($n: String!) { creditReport(number: $n) { document } }", {"n": number}
    assert (await client.data(fetched, which, caller=BANK, purpose=PURPOSE))["creditReport"] is not None
    given = await client.data("{ consents(first: 5) { nodes { id inForce } } }", caller=PERSON)
    [consent] = [one["id"] for one in given["consents"]["nodes"] if one["inForce"]]
    revoke = "mutation ($id: ID!) { revokeConsent(input: { consent: $id }) { consent { inForce } } }"
    assert (await client.data(revoke, {"id": consent}, caller=PERSON))["revokeConsent"]["consent"]["inForce"] is False
    assert await client.codes(_ISSUE, {"subject": WITH_CONSENT, "kind": "person", "purpose": PURPOSE}, caller=BANK) == [
        "NOT_FOUND"
    ]

    assert (await client.data(fetched, which, caller=BANK, purpose=PURPOSE))["creditReport"] is None


async def _what_is_withdrawn_is_no_longer_public_and_the_report_says_so(
    client: Client, about_firm: str, about_person: str, number: str
) -> None:
    await client.data(_WITHDRAW, {"record": about_firm}, caller=CLERK)
    assert await _records_of_firm(client) == []
    await client.data(_WITHDRAW, {"record": about_person}, caller=CLERK)
    online = (await client.http.get(f"/verify/{number}")).json()
    assert (online["documentStatus"], online["contentStatus"]) == ("VALID", "SUPERSEDED")


async def _records_of_firm(client: Client) -> list[dict[str, Any]]:
    data = await client.data(
        """query ($code: String!) { subject(code: $code) { name creditRecords(first: 5) { nodes {
             state inForce content publicationTimeliness } } } }""",
        {"code": FIRM_CODE},
    )
    assert data["subject"]["name"] == FIRM_NAME
    nodes: list[dict[str, Any]] = data["subject"]["creditRecords"]["nodes"]
    return nodes


async def _the_ledger_holds_until_it_is_touched(client: Client, demo_url: str) -> None:
    signer, keys = client.service.signer, client.service.signer.public_jwks()
    connection = await asyncpg.connect(demo_url)
    try:
        while await seal(connection, signer, client.service.clock()):
            pass
        assert (await verify(connection, keys)).sound
        await connection.execute(
            "UPDATE ledger_event SET reason = 'x' WHERE id = (SELECT id FROM ledger_event WHERE verb = 'withdraw' LIMIT 1)"
        )
        report = await verify(connection, keys)
        assert not report.sound
        assert report.findings[0].event_id is not None
    finally:
        await connection.close()
