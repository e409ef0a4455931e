"""Self-reported information over HTTP: labelled, no official record, removed by the subject, refuted by an office."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import count
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from api.commands.attachments import MOST_AT_ONCE
from domain.installation_rows import office_id
from tests.attachments.samples import pdf
from tests.client import NOW, Client, Serve
from tests.commitments.ground import make_ground
from tests.commitments.people import CITIES, Town, seat, settle

pytestmark = pytest.mark.anyio

NUMBERS = count(1)
LABEL = "自主上报、未核实"
ROW = "id kind title text state label verified inForce commitment { id state text inForce } office { code }"
REPORT = f"mutation ($input: ReportSelfReportInput!) {{ reportSelfReport(input: $input) {{ receipts selfReport {{ {ROW} }} }} }}"
REMOVE = "mutation ($id: ID!) { removeSelfReport(input: { selfReport: $id }) { selfReport { state inForce } } }"
REFUTE = """mutation ($id: ID!, $no: String!) { refuteSelfReport(input: { selfReport: $id, finding: "经核查与登记不符", decisionNo: $no }) {
  receipts selfReport { state label inForce commitment { state breachGround record { id dishonest state } } } } }"""
REINSTATE = """mutation ($id: ID!) { reinstateSelfReport(input: { selfReport: $id, reason: "认定有误" }) { selfReport { state inForce } } }"""
WITHDRAW = """mutation ($id: ID!) { withdrawCreditRecord(input: { record: $id, reason: "认定有误" }) { creditRecord { state } } }"""
READ = f"query ($id: ID!) {{ selfReport(id: $id) {{ {ROW} }} }}"
OF = """query ($code: String!) { subject(code: $code) { creditRecords(first: 50) { totalCount }
  selfReports(first: 50) { nodes { id label verified } } } }"""


@pytest.fixture(scope="module")
async def towns(installed_url: str) -> dict[str, Town]:
    return await settle(installed_url)


@pytest.fixture(scope="module")
async def client(serve: Serve, installed_url: str, towns: dict[str, Town]) -> AsyncIterator[Client]:
    async with serve(installed_url) as made:
        yield made


def telling(**changes: Any) -> dict[str, Any]:
    """Give what a firm tells of itself."""
    return {
        "input": {
            "kind": "资质证照", "title": f"人力资源服务许可证{next(NUMBERS)}", "text": "许可证有效期至2028年12月31日",
            "commitment": "本单位公开承诺：所提供信息真实、准确，如有虚假自愿承担责任。", "method": "ONLINE_CONFIRMATION",
            "signer": "LEGAL_REPRESENTATIVE", "signerName": "法定虚构", **changes,
        }
    }  # fmt: skip


async def told(client: Client, caller: str, **changes: Any) -> dict[str, Any]:
    """Hand something in; give it."""
    made: dict[str, Any] = (await client.data(REPORT, telling(**changes), caller=caller))["reportSelfReport"]
    return dict(made["selfReport"], receipts=made["receipts"])


@pytest.mark.parametrize(
    ("name", "reviewer", "office"), [("xiamen", "xiamen-overseer", "JC"), ("haicang", "haicang-overseer", "QXYB")]
)
async def test_what_a_firm_tells_of_itself_in_each_city_that_provides_for_it(
    name: str, reviewer: str, office: str, client: Client, overseers: None
) -> None:
    """XM-20, HC-16, SH-05d: a public commitment with it, the label on it, a dishonest record where it is untrue."""
    firm = f"{name}-firm"
    for nobody in (None, f"{name}-clerk", f"{name}-credit-a", f"{name}-auditor", f"{name}-security"):
        assert await client.codes(REPORT, telling(), caller=nobody) == ["FORBIDDEN"], nobody
    assert await client.codes(REPORT, telling(), caller=f"{name}-person") == ["COMMITMENT_PARTY_NOT_ADMITTED"]
    assert await client.codes(REPORT, telling(kind="荣誉"), caller=firm) == ["SELF_REPORT_KIND_UNKNOWN"]
    assert await client.codes(REPORT, telling(commitment=" "), caller=firm) == ["INVALID_INPUT"]
    assert await client.codes(REPORT, telling(signerName=None), caller=firm) == ["SIGNATURE_INCOMPLETE"]
    assert await client.codes(REPORT, telling(method="SEAL"), caller=firm) == ["SIGNATURE_INCOMPLETE"]
    assert await client.codes(REPORT, telling(text="汇入6222021234567890128"), caller=firm) == ["OTHERS_PERSONAL_DATA"]
    for named in (
        telling(title="持证人11010519491231002X"),
        telling(text="联系人手机13812345678"),
        telling(text="联系人a@example.com"),
    ):
        assert await client.codes(REPORT, named, caller=firm) == ["PERSONAL_TEXT_IN_PUBLIC"]
    twice, many = [f"Attachment:{uuid4()}"] * 2, [f"Attachment:{uuid4()}" for _ in range(MOST_AT_ONCE + 1)]
    for drafts in (twice, many):
        assert await client.codes(REPORT, telling(attachments=drafts), caller=firm) == ["TOO_MANY_ATTACHMENTS"]
    assert await client.codes(REPORT, telling(attachments=twice[:1]), caller=firm) == ["NOT_FOUND"]
    foreign = f"Office:{office_id('310000', 'HRSS')}"
    assert await client.codes(REPORT, telling(office=foreign), caller=firm) == ["NOT_FOUND"]
    made = await told(client, firm)
    assert (made["label"], made["verified"], made["inForce"], made["office"]["code"]) == (LABEL, False, True, office)
    assert (made["commitment"]["state"], made["commitment"]["inForce"]) == ("SIGNED", True)
    assert len(made["receipts"]) == 3  # signed, published, reported
    public = (await client.data(READ, {"id": made["id"]}))["selfReport"]
    assert (public["text"], public["label"]) == ("许可证有效期至2028年12月31日", LABEL)
    assert public["commitment"]["text"].startswith("本单位公开承诺")

    key, no = {"id": made["id"]}, f"不实{next(NUMBERS)}号"
    for nobody in (None, firm, f"{name}-clerk", f"{name}-credit-a", f"{name}-auditor", f"{name}-security"):
        assert await client.codes(REFUTE, {**key, "no": no}, caller=nobody) == ["FORBIDDEN"], nobody
    assert await client.codes(REFUTE, {**key, "no": no}, caller=f"{name}-other-reviewer") == ["NOT_FOUND"]
    assert await client.codes(REINSTATE, key, caller=reviewer) == ["STATE_CONFLICT"]
    refuted = (await client.data(REFUTE, {**key, "no": no}, caller=reviewer))["refuteSelfReport"]["selfReport"]
    assert (refuted["state"], refuted["label"], refuted["inForce"]) == ("REFUTED", "自主上报、经查不实", False)
    assert (refuted["commitment"]["state"], refuted["commitment"]["breachGround"]) == ("BROKEN", "UNTRUE")
    assert await client.codes(REFUTE, {**key, "no": no}, caller=reviewer) == ["STATE_CONFLICT"]
    assert (await client.data(READ, key))["selfReport"] is None
    assert await client.codes(REMOVE, key, caller=firm) == ["STATE_CONFLICT"]
    record = refuted["commitment"]["record"]
    assert record["dishonest"] is True
    assert await client.codes(REINSTATE, key, caller=reviewer) == ["RECORD_STANDS"]
    await client.data(WITHDRAW, {"id": record["id"]}, caller=f"{name}-overseer-clerk")
    back = (await client.data(REINSTATE, key, caller=reviewer))["reinstateSelfReport"]["selfReport"]
    assert back == {"state": "REPORTED", "inForce": True}


@pytest.fixture(scope="module")
async def overseers(installed_url: str, towns: dict[str, Town]) -> None:
    """Give the overseeing offices their officers."""
    connection = await asyncpg.connect(installed_url)
    ground = make_ground(connection, now=NOW)
    for name, code in (("xiamen", "JC"), ("haicang", "QXYB")):
        where = office_id(CITIES[name].jurisdiction, code)
        await seat(ground, f"{name}-overseer", "reviewer", office=where)
        await seat(ground, f"{name}-overseer-clerk", "clerk", office=where)
    await connection.close()


@pytest.mark.parametrize("name", ["xinxiang", "shiyan", "shanghai"])
async def test_where_no_rulebook_provides_for_it_it_is_refused(name: str, client: Client) -> None:
    assert await client.codes(REPORT, telling(), caller=f"{name}-firm") == ["SELF_REPORT_NOT_PROVIDED"]


@pytest.mark.parametrize("name", ["xiamen", "haicang"])
@pytest.mark.parametrize("commitment", ["", "   ", "承诺\u0000真实"])
async def test_without_a_commitment_to_its_authenticity_nothing_is_taken(
    name: str, commitment: str, client: Client
) -> None:
    """XM-20, HC-16: the commitment is what is amiss, and is named so beside the text of the information."""
    answer = await client.send(REPORT, telling(commitment=commitment), caller=f"{name}-firm")
    refused = answer["errors"][0]["extensions"]
    assert (refused["code"], refused["field"]) == ("INVALID_INPUT", "commitment")


async def test_it_counts_as_no_official_record(client: Client, towns: dict[str, Town]) -> None:
    """XM-20: neither in the records nor in a report; handed in as a record it is refused."""
    await told(client, "xiamen-firm", kind="其他", title="爱心捐赠")
    code = "query ($id: ID!) { node(id: $id) { ... on Subject { uscc creditRecords(first: 50) { nodes { title } } } } }"
    seen = (await client.data(code, {"id": f"Subject:{towns['xiamen'].firm}"}, caller="xiamen-firm"))["node"]
    assert all("爱心捐赠" not in row["title"] for row in seen["creditRecords"]["nodes"])
    shown = (await client.data(OF, {"code": seen["uscc"]}))["subject"]["selfReports"]["nodes"]
    assert shown
    assert {(row["label"], row["verified"]) for row in shown} == {(LABEL, False)}
    issue = 'mutation ($id: ID!) { issueCreditReport(input: { subject: $id, kind: "general" }) { creditReport { document } } }'
    report = await client.data(issue, {"id": f"Subject:{towns['xiamen'].firm}"}, caller="xiamen-firm")
    assert "爱心捐赠" not in report["issueCreditReport"]["creditReport"]["document"]


async def test_the_subject_removes_it_and_nobody_else(client: Client) -> None:
    """XM-20: removable by the subject; the office that looks after it still knows."""
    made = {"id": (await told(client, "xiamen-firm"))["id"]}
    for nobody in (None, "xiamen-overseer", "xiamen-clerk", "xiamen-security"):
        assert await client.codes(REMOVE, made, caller=nobody) == ["FORBIDDEN"], nobody
    assert await client.codes(REMOVE, made, caller="haicang-firm") == ["NOT_FOUND"]
    assert (await client.data(REMOVE, made, caller="xiamen-firm"))["removeSelfReport"]["selfReport"]["inForce"] is False
    assert await client.codes(REMOVE, made, caller="xiamen-firm") == ["STATE_CONFLICT"]
    for nobody in (None, "xiamen-clerk", "haicang-firm"):
        assert (await client.data(READ, made, caller=nobody))["selfReport"] is None, nobody
    assert (await client.data(READ, made, caller="xiamen-overseer"))["selfReport"]["state"] == "REMOVED"
    refuted = await client.data(REFUTE, {**made, "no": f"不实{next(NUMBERS)}号"}, caller="xiamen-overseer")
    assert refuted["refuteSelfReport"]["selfReport"]["state"] == "REFUTED"


async def test_removing_and_refuting_at_the_same_instant_leave_one_order(client: Client, overseers: None) -> None:
    """Two who act at once: whichever comes first, it ends found untrue or removed, never both half."""
    made = {"id": (await told(client, "xiamen-firm"))["id"]}
    removed, refuted = await asyncio.gather(
        client.codes(REMOVE, made, caller="xiamen-firm"),
        client.codes(REFUTE, {**made, "no": f"不实{next(NUMBERS)}号"}, caller="xiamen-overseer"),
    )
    assert refuted in ([], ["STATE_CONFLICT"])
    assert removed in ([], ["STATE_CONFLICT"])
    state = (await client.data(READ, made, caller="xiamen-overseer"))["selfReport"]["state"]
    assert state == ("REFUTED" if refuted == [] else "REMOVED")


async def test_a_licence_is_handed_in_as_a_file_and_stays_with_who_is_concerned(
    client: Client, overseers: None
) -> None:
    """XM-20: 上传资质证照; the file is told by its content, belongs to what was told, and is public nowhere."""

    def bearer(caller: str | None) -> dict[str, str]:
        return {"authorization": f"Bearer {client.token(caller)}"} if caller else {}

    async def uploaded(caller: str, content: bytes) -> Any:
        return await client.http.post("/attachments", content=content, headers=bearer(caller))

    unfit = await uploaded("xiamen-firm", b"MZ\x90\x00 no licence")
    refused = unfit.json()["errors"][0]["extensions"]["code"]
    assert (unfit.status_code, refused) == (400, "CONTENT_NOT_ACCEPTED")
    licence = pdf()
    file = (await uploaded("xiamen-firm", licence)).json()["id"]
    foreign = (await uploaded("haicang-firm", licence)).json()["id"]
    assert await client.codes(REPORT, telling(attachments=[foreign]), caller="xiamen-firm") == ["NOT_FOUND"]
    made = await told(client, "xiamen-firm", attachments=[file])
    assert await client.codes(REPORT, telling(attachments=[file]), caller="xiamen-firm") != [], (
        "it is attached for good"
    )
    held = "query ($id: ID!) { selfReport(id: $id) { attachments(first: 5) { nodes { id state mediaType } } } }"
    for caller in ("xiamen-firm", "xiamen-overseer"):
        seen = (await client.data(held, {"id": made["id"]}, caller=caller))["selfReport"]["attachments"]["nodes"]
        assert seen == [{"id": file, "state": "ATTACHED", "mediaType": "application/pdf"}], caller
    got: dict[str | None, bool] = {}
    for who in ("xiamen-firm", "xiamen-overseer", "haicang-firm", "xiamen-other-clerk", None):
        answer = await client.http.get(f"/attachments/{file.partition(':')[2]}", headers=bearer(who))
        got[who] = answer.content == licence
    assert got == {
        "xiamen-firm": True, "xiamen-overseer": True, "haicang-firm": False, "xiamen-other-clerk": False, None: False,
    }  # fmt: skip
