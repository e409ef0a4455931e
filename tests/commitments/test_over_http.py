"""The way of a commitment over HTTP in each city: the wrong person, the wrong order and the missing part refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from domain.commitment import sampling
from domain.identifiers import invented_resident_id
from domain.installation_rows import office_id
from tests.client import Client, Serve
from tests.commitments.people import CITIES, Town, settle

pytestmark = pytest.mark.anyio

TEXT = "本单位承诺所提交材料真实有效，违反承诺的自愿接受约束和惩戒。"

PROPOSE = """mutation ($input: ProposeCommitmentItemInput!) { proposeCommitmentItem(input: $input) {
  commitmentItem { id state kind inForce supplementTerm offices(first: 5) { nodes { office { code } } } } } }"""
APPROVE = """mutation ($id: ID!) { approveCommitmentItem(input: { commitmentItem: $id }) { commitmentItem { state inForce } } }"""
SIGN = """mutation ($input: SignCommitmentInput!) { signCommitment(input: $input) {
  receipts commitment { id state text textDigest signedOn party supplementDueOn supplyTimeliness subject { name } office { code } } } }"""
PUBLISH = "mutation ($id: ID!) { publishCommitment(input: { commitment: $id }) { commitment { inForce publishedAt } } }"
KEEP = """mutation ($id: ID!, $no: String!) { keepCommitment(input: { commitment: $id, finding: "经核查已履行", decisionNo: $no }) {
  receipts commitment { state unrecorded record { dishonest } } } }"""
BREAK = """mutation ($id: ID!, $no: String!, $severity: Severity) { breakCommitment(input: { commitment: $id, ground: UNFULFILLED,
  finding: "经核查未履行", decisionNo: $no, severity: $severity, legalBasis: "《上海市社会信用条例》第九条",
  legalBasisLevel: LOCAL_REGULATION, foundIn: "后续监管" }) {
  receipts commitment { state breachGround unrecorded record { id dishonest title state } } } }"""
READ = "query ($id: ID!) { commitment(id: $id) { id state finding subject { name } item: commitmentItem { name } } }"
MAY = """query ($subject: ID!, $place: String) { simplifiedProcedure(subject: $subject, jurisdiction: $place) {
  allowed until status binds citation quote bars { recordId commitmentId since until } } }"""


@pytest.fixture(scope="module")
async def towns(installed_url: str) -> dict[str, Town]:
    return await settle(installed_url)


@pytest.fixture(scope="module")
async def client(serve: Serve, installed_url: str, towns: dict[str, Town]) -> AsyncIterator[Client]:
    async with serve(installed_url) as made:
        yield made


def item_input(town: Town, code: str, **changes: Any) -> dict[str, Any]:
    """Give an item as the credit office of a city proposes it."""
    return {
        "edition": "2026年版", "code": code, "name": "劳务派遣经营许可告知承诺", "kind": "NOTIFICATION", "matterKind": "APPROVAL",
        "parties": ["NATURAL_PERSON", "LEGAL_PERSON"], "clause": "11", "disclosure": "PUBLIC", "personDisclosure": "PUBLIC",
        "offices": [f"Office:{office_id(town.city.jurisdiction, town.city.office)}"], **changes,
    }  # fmt: skip


async def kept_item(client: Client, name: str, town: Town, code: str, **changes: Any) -> str:
    """Let the credit office of a city keep an item."""
    proposed = await client.data(PROPOSE, {"input": item_input(town, code, **changes)}, caller=f"{name}-credit-a")
    item = str(proposed["proposeCommitmentItem"]["commitmentItem"]["id"])
    await client.data(APPROVE, {"id": item}, caller=f"{name}-credit-b")
    return item


def signing(item: str, town: Town, number: str, **changes: Any) -> dict[str, Any]:
    """Give a paper commitment of the city's firm as an officer takes it in."""
    return {
        "commitmentItem": item, "subject": f"Subject:{town.firm}", "matterNo": number, "method": "SEAL", "text": TEXT,
        "signer": "LEGAL_REPRESENTATIVE", "signerName": "法定虚构", "evidence": "档案柜3", **changes,
    }  # fmt: skip


@pytest.mark.parametrize("name", CITIES)
async def test_an_item_is_proposed_by_one_and_approved_by_another(
    name: str, client: Client, towns: dict[str, Town]
) -> None:
    """XM-11a, HC-12a: a list of items, proposer and approver two people."""
    town, first, second = towns[name], f"{name}-credit-a", f"{name}-credit-b"
    given = item_input(town, "two-persons")

    assert await client.codes(PROPOSE, {"input": given}, caller=f"{name}-clerk") == ["FORBIDDEN"]
    made = (await client.data(PROPOSE, {"input": given}, caller=first))["proposeCommitmentItem"]["commitmentItem"]
    assert (made["state"], made["inForce"]) == ("PROPOSED", False)
    assert await client.codes(PROPOSE, {"input": given}, caller=first) == ["COMMITMENT_ITEM_EXISTS"]
    refused = (
        'mutation ($id: ID!) { rejectCommitmentItem(input: { commitmentItem: $id, reason: "依据有误" }) { receipts } }'
    )
    await client.data(refused, {"id": made["id"]}, caller=second)
    made = (await client.data(PROPOSE, {"input": given}, caller=first))["proposeCommitmentItem"]["commitmentItem"]
    seen = await client.data("query ($id: ID!) { commitmentItem(id: $id) { name } }", {"id": made["id"]})
    assert seen == {"commitmentItem": None}
    assert await client.codes(SIGN, {"input": signing(made["id"], town, "0")}, caller=f"{name}-clerk") == ["COMMITMENT_ITEM_NOT_USABLE"]  # fmt: skip
    assert await client.codes(APPROVE, {"id": made["id"]}, caller=first) == ["PROPOSER_DECIDES"]
    away = "shanghai" if name != "shanghai" else "xiamen"
    assert await client.codes(APPROVE, {"id": made["id"]}, caller=f"{away}-credit-b") == ["NOT_FOUND"]
    approved = await client.data(APPROVE, {"id": made["id"]}, caller=second)
    assert approved["approveCommitmentItem"]["commitmentItem"] == {"state": "APPROVED", "inForce": True}
    assert await client.codes(APPROVE, {"id": made["id"]}, caller=second) == ["STATE_CONFLICT"]


@pytest.mark.parametrize("name", CITIES)
async def test_the_way_of_a_commitment_in_each_city(name: str, client: Client, towns: dict[str, Town]) -> None:
    """XM-11b, XM-11c, XM-11d, HC-12b, SH-05d, SH-08b, SY-13."""
    town, city = towns[name], towns[name].city
    clerk, reviewer, public = f"{name}-clerk", f"{name}-reviewer", None
    item = await kept_item(client, name, town, "the-way")

    assert await client.codes(SIGN, {"input": signing(item, town, "受1号")}, caller=f"{name}-other-clerk") == ["COMMITMENT_ITEM_NOT_YOURS"]  # fmt: skip
    assert await client.codes(SIGN, {"input": signing(item, town, "受1号")}, caller=reviewer) == ["FORBIDDEN"]
    assert await client.codes(SIGN, {"input": signing(item, town, "受1号", evidence=None)}, caller=clerk) == ["SIGNATURE_INCOMPLETE"]  # fmt: skip
    signed = (await client.data(SIGN, {"input": signing(item, town, "受1号")}, caller=clerk))["signCommitment"]
    made = signed["commitment"]
    assert (made["state"], made["text"], made["party"], len(signed["receipts"])) == ("SIGNED", TEXT, "LEGAL_PERSON", 1)
    key = {"id": made["id"]}

    assert (await client.data(READ, key, caller=public))["commitment"] is None
    assert await client.codes(PUBLISH, key, caller=clerk) == ["FORBIDDEN"]
    assert await client.codes(PUBLISH, key, caller=f"{name}-other-reviewer") == ["NOT_FOUND"]
    assert (await client.data(PUBLISH, key, caller=reviewer))["publishCommitment"]["commitment"]["inForce"] is True
    assert await client.codes(PUBLISH, key, caller=reviewer) == ["STATE_CONFLICT"]
    assert (await client.data(READ, key, caller=public))["commitment"] == {
        "id": made["id"], "state": None, "finding": None, "subject": {"name": "虚构" + str(list(CITIES).index(name) + 50) + "号有限公司"},
        "item": {"name": "劳务派遣经营许可告知承诺"},
    }  # fmt: skip

    severity = "GENERAL" if name == "shanghai" else None
    broken = {**key, "no": "核1号", "severity": severity}
    assert await client.codes(BREAK, broken, caller=clerk) == ["FORBIDDEN"]
    assert await client.codes(BREAK, broken, caller=f"{name}-other-reviewer") == ["NOT_FOUND"]
    found = (await client.data(BREAK, broken, caller=reviewer))["breakCommitment"]
    record = found["commitment"]["record"]
    assert (found["commitment"]["state"], found["commitment"]["breachGround"]) == ("BROKEN", "UNFULFILLED")
    assert (record is not None and record["dishonest"]) is city.records_broken
    assert len(found["receipts"]) == (2 if city.records_broken else 1)
    assert await client.codes(KEEP, {**key, "no": "核2号"}, caller=f"{name}-second-reviewer") == ["STATE_CONFLICT"]

    asked = {"subject": f"Subject:{town.firm}"}
    answer = (await client.data(MAY, asked, caller=clerk))["simplifiedProcedure"]
    assert answer["allowed"] is not city.bars
    again = await client.send(SIGN, {"input": signing(item, town, "受2号")}, caller=clerk)
    refused = [one["extensions"] for one in again.get("errors", ())]
    assert [one["code"] for one in refused] == (["SIMPLIFIED_PROCEDURE_BARRED"] if city.bars else [])
    if city.bars:
        assert refused[0]["record"] == record["id"]
        assert [bar["recordId"] for bar in answer["bars"]] == [record["id"]]
        assert answer["citation"]
        assert answer["binds"] is True


@pytest.mark.parametrize("name", CITIES)
async def test_a_kept_commitment_in_each_city(name: str, client: Client, towns: dict[str, Town]) -> None:
    """HC-12b, XM-11c."""
    town = towns[name]
    item = await kept_item(client, name, town, "kept", kind="GENERAL")
    made = await client.data(SIGN, {"input": signing(item, town, "受3号")}, caller=f"{name}-clerk")
    key = {"id": made["signCommitment"]["commitment"]["id"], "no": "核3号"}
    kept = (await client.data(KEEP, key, caller=f"{name}-reviewer"))["keepCommitment"]["commitment"]

    assert kept["state"] == "KEPT"
    assert (kept["record"] is not None) is town.city.records_kept
    assert (kept["unrecorded"] is None) is town.city.records_kept


REJECT = """mutation ($id: ID!) { rejectCommitmentItem(input: { commitmentItem: $id, reason: "与法不符" }) {
  commitmentItem { state } } }"""
END = """mutation ($id: ID!, $on: Date!) { endCommitmentItem(input: { commitmentItem: $id, validTo: $on, reason: "不再采用" }) {
  commitmentItem { validTo inForce } } }"""
REFUSE = "mutation ($input: RefuseCommitmentInput!) { refuseCommitment(input: $input) { commitment { state text } } }"
WITHDRAW = """mutation ($id: ID!) { withdrawCommitment(input: { commitment: $id, reason: "误录" }) { commitment { state } } }"""
REOPEN = """mutation ($id: ID!) { reopenCommitment(input: { commitment: $id, reason: "核查有误" }) { commitment { state } } }"""


async def test_an_item_is_rejected_by_another_and_one_that_is_kept_ends(client: Client, towns: dict[str, Town]) -> None:
    """XM-11a: who proposed it does not decide; an item that has ended takes no commitment."""
    first, second = "xinxiang-credit-a", "xinxiang-credit-b"
    given = {"input": item_input(towns["xinxiang"], "rejected")}
    made = (await client.data(PROPOSE, given, caller=first))["proposeCommitmentItem"]["commitmentItem"]["id"]

    assert await client.codes(REJECT, {"id": made}, caller="xinxiang-clerk") == ["FORBIDDEN"]
    assert await client.codes(REJECT, {"id": made}, caller="shiyan-credit-b") == ["NOT_FOUND"]
    assert await client.codes(REJECT, {"id": made}, caller=first) == ["PROPOSER_DECIDES"]
    rejected = await client.data(REJECT, {"id": made}, caller=second)
    assert rejected["rejectCommitmentItem"]["commitmentItem"] == {"state": "REJECTED"}

    ending = {"id": await kept_item(client, "xinxiang", towns["xinxiang"], "ending"), "on": "2026-03-18"}
    assert await client.codes(END, ending, caller="xinxiang-clerk") == ["FORBIDDEN"]
    assert await client.codes(END, ending, caller="shiyan-credit-b") == ["NOT_FOUND"]
    assert await client.codes(END, {**ending, "on": "2026-03-17"}, caller=first) == ["INVALID_INPUT"]
    ended = (await client.data(END, ending, caller=first))["endCommitmentItem"]["commitmentItem"]
    assert ended == {"validTo": "2026-03-18", "inForce": True}
    assert await client.codes(END, ending, caller=first) == ["STATE_CONFLICT"]


@pytest.mark.parametrize("personal", ["经办人13812345678", "请寄zhang.san@qq.com", f"当事人{invented_resident_id(3)}"])
async def test_what_everybody_reads_of_a_list_holds_nobodys_number_xm_05a(
    client: Client, towns: dict[str, Town], personal: str
) -> None:
    """The name and text of an item, and why it ends: the public reads them with the list."""
    town, first = towns["xinxiang"], "xinxiang-credit-a"
    for field in ("name", "text"):
        given = {"input": item_input(town, "personal", **{field: personal})}
        assert await client.codes(PROPOSE, given, caller=first) == ["PERSONAL_TEXT_IN_PUBLIC"], field
    ending = {
        "id": await kept_item(client, "xinxiang", town, f"to end {len(personal)}"),
        "on": "2026-03-18",
        "why": personal,
    }
    end = END.replace("$on: Date!", "$on: Date!, $why: String!").replace('"不再采用"', "$why")
    assert await client.codes(end, ending, caller=first) == ["PERSONAL_TEXT_IN_PUBLIC"]
    assert await client.codes(end, {**ending, "why": "不再采用，咨询jczd@hrss.xinxiang.gov.cn"}, caller=first) == []


async def test_who_would_not_commit_is_noted_and_a_mistake_is_taken_back(
    client: Client, towns: dict[str, Town]
) -> None:
    """XM-11b (引导: guided, not forced), XM-11d: what was found is set aside by the office alone."""
    town, clerk = towns["xinxiang"], "xinxiang-clerk"
    item = await kept_item(client, "xinxiang", town, "mistakes", kind="GENERAL")

    refusing = {
        "commitmentItem": item,
        "matterNo": "受21号",
        "subject": f"Subject:{town.firm}",
        "reason": "自行提交材料",
    }
    assert await client.codes(REFUSE, {"input": refusing}, caller="xinxiang-reviewer") == ["FORBIDDEN"]
    assert await client.codes(REFUSE, {"input": refusing}, caller="xinxiang-other-clerk") == [
        "COMMITMENT_ITEM_NOT_YOURS"
    ]
    refused = (await client.data(REFUSE, {"input": refusing}, caller=clerk))["refuseCommitment"]["commitment"]
    assert refused == {"state": "REFUSED", "text": None}

    key = {"id": await signed(client, item, town, "受22号")}
    assert await client.codes(WITHDRAW, key, caller="xinxiang-other-clerk") == ["NOT_FOUND"]
    withdrawn = (await client.data(WITHDRAW, key, caller=clerk))["withdrawCommitment"]["commitment"]
    assert withdrawn == {"state": "WITHDRAWN"}
    assert await client.codes(KEEP, {**key, "no": "核22号"}, caller="xinxiang-reviewer") == ["STATE_CONFLICT"]

    key = {"id": await signed(client, item, town, "受23号")}
    assert await client.codes(REOPEN, key, caller="xinxiang-reviewer") == ["STATE_CONFLICT"]
    await client.data(KEEP, {**key, "no": "核23号"}, caller="xinxiang-reviewer")
    assert await client.codes(REOPEN, key, caller=clerk) == ["FORBIDDEN"]
    assert await client.codes(REOPEN, key, caller="xinxiang-other-reviewer") == ["NOT_FOUND"]
    reopened = (await client.data(REOPEN, key, caller="xinxiang-reviewer"))["reopenCommitment"]["commitment"]
    assert reopened == {"state": "SIGNED"}


async def signed(client: Client, item: str, town: Town, number: str) -> str:
    """Take in a commitment of the firm at the office of Xinxiang; give its global id."""
    made = await client.data(SIGN, {"input": signing(item, town, number)}, caller="xinxiang-clerk")
    ident: str = made["signCommitment"]["commitment"]["id"]
    return ident


async def test_a_subject_signs_its_own_online_and_nobody_elses(client: Client, towns: dict[str, Town]) -> None:
    """XM-11e: a natural person; the account is the evidence."""
    town = towns["xiamen"]
    item = await kept_item(client, "xiamen", town, "online")
    office = f"Office:{office_id(town.city.jurisdiction, town.city.office)}"
    online = {
        "commitmentItem": item, "matterNo": "受4号", "method": "ONLINE_CONFIRMATION", "signer": "IN_PERSON", "text": TEXT, "office": office,
    }  # fmt: skip

    assert await client.codes(SIGN, {"input": online}) == ["FORBIDDEN"]
    assert await client.codes(SIGN, {"input": {**online, "method": "HANDWRITTEN", "evidence": "家里"}}, caller="xiamen-person") == ["SIGNATURE_INCOMPLETE"]  # fmt: skip
    assert await client.codes(SIGN, {"input": {**online, "office": None}}, caller="xiamen-person") == ["ID_INVALID"]
    named = {**online, "subject": f"Subject:{town.stranger}"}  # whoever it names, a subject signs for itself
    made = (await client.data(SIGN, {"input": named}, caller="xiamen-person"))["signCommitment"]["commitment"]
    assert made["subject"]["name"] == "欧阳虚构"
    mine = "{ commitments(first: 5) { nodes { id state subject { id } } } }"
    nodes = (await client.data(mine, caller="xiamen-person"))["commitments"]["nodes"]
    assert {"id": made["id"], "state": "SIGNED", "subject": {"id": f"Subject:{town.person}"}} in nodes
    assert (await client.data(READ, {"id": made["id"]}, caller="xiamen-stranger"))["commitment"] is None
    await client.data(PUBLISH, {"id": made["id"]}, caller="xiamen-reviewer")
    shown = (await client.data(READ, {"id": made["id"]}))["commitment"]
    assert (shown["subject"]["name"], shown["state"]) == ("欧阳**", None)


async def test_who_may_ask_whether_simplified_procedures_are_open(client: Client, towns: dict[str, Town]) -> None:
    """SH-08b: within the own division, about people for a purpose; the person sees who asked."""
    town, purpose = towns["xiamen"], "350200.procurement"
    person = {"subject": f"Subject:{town.person}"}

    for nobody in (None, "xiamen-bank", "xiamen-auditor", "xiamen-security"):
        assert await client.codes(MAY, person, caller=nobody, purpose=purpose if nobody == "xiamen-bank" else None) == ["FORBIDDEN"]  # fmt: skip
    assert await client.codes(MAY, person, caller="xiamen-other-clerk") == ["NOT_FOUND"]
    assert await client.codes(MAY, {"subject": "Subject:00000000-0000-7000-8000-000000000000"}, caller="xiamen-other-clerk") == ["NOT_FOUND"]  # fmt: skip
    assert await client.codes(MAY, {**person, "place": "310000"}, caller="xiamen-clerk", purpose=purpose) == [
        "NOT_FOUND"
    ]
    count = "{ accessLog(first: 1) { totalCount } }"
    before = (await client.data(count, caller="xiamen-person"))["accessLog"]["totalCount"]
    asked = await client.data(MAY, person, caller="xiamen-other-clerk", purpose=purpose)
    assert asked["simplifiedProcedure"]["allowed"] is True
    assert (await client.data(count, caller="xiamen-person"))["accessLog"]["totalCount"] == before + 1
    own = await client.data(MAY, {**person, "place": "310000"}, caller="xiamen-person")
    assert own["simplifiedProcedure"]["citation"].endswith("8(二)3")
    log = "{ accessLog(first: 20) { nodes { verb office { code } purpose } } }"
    seen = (await client.data(log, caller="xiamen-person"))["accessLog"]["nodes"]
    assert {"verb": "read", "office": {"code": "JCZD"}, "purpose": "政府采购"} in seen


DRAW = """mutation ($input: DrawSpotCheckInput!) { drawSpotCheck(input: $input) { receipts spotCheck {
  id seed rateBasisPoints rateSource populationSize populationDigest sampleSize pending kept broken
  results(first: 20) { nodes { id place state } } } } }"""
RESULTS = "query ($id: ID!) { spotCheck(id: $id) { pending kept broken } }"
MINE = "query ($id: ID!) { commitment(id: $id) { state spotChecks(first: 5) { nodes { state } } } }"


@pytest.mark.parametrize("name", CITIES)
async def test_a_spot_check_in_each_city(name: str, client: Client, towns: dict[str, Town]) -> None:
    """XM-11c, HC-12b: drawn by a reviewer of the office, once, at a rate with its reason; found by another than took in."""
    town, reviewer = towns[name], f"{name}-reviewer"
    item = await kept_item(client, name, town, "checked", kind="GENERAL")
    made = []
    for number in range(4):
        given = {"input": signing(item, town, f"查{number}号")}
        made.append((await client.data(SIGN, given, caller=f"{name}-clerk"))["signCommitment"]["commitment"]["id"])
    draw = {"commitmentItem": item, "seed": "第一季度", "rateBasisPoints": 5_000, "reason": "首次抽查"}

    for nobody in (None, f"{name}-clerk", f"{name}-firm", f"{name}-credit-a", f"{name}-auditor", f"{name}-security"):
        assert await client.codes(DRAW, {"input": draw}, caller=nobody) == ["FORBIDDEN"], nobody
    assert await client.codes(DRAW, {"input": draw}, caller=f"{name}-other-reviewer") == ["POPULATION_EMPTY"]
    for missing in ("rateBasisPoints", "reason"):
        assert await client.codes(DRAW, {"input": {**draw, missing: None}}, caller=reviewer) == [
            "SPOT_CHECK_RATE_NOT_SET"
        ]
    assert await client.codes(DRAW, {"input": {**draw, "populationOn": "2026-03-19"}}, caller=reviewer) == ["INVALID_INPUT"]  # fmt: skip
    check = (await client.data(DRAW, {"input": draw}, caller=reviewer))["drawSpotCheck"]["spotCheck"]
    assert (check["populationSize"], check["sampleSize"], check["pending"], check["rateSource"]) == (4, 2, 2, "STATED")
    again = {"input": {**draw, "seed": "另一种子"}}
    assert await client.codes(DRAW, again, caller=f"{name}-second-reviewer") == ["SPOT_CHECK_EXISTS"]

    by_hand = sampling.draw("第一季度", [UUID(one.split(":")[1]) for one in made], basis_points=5_000)
    first, second = [{"id": f"Commitment:{one}"} for one in by_hand]
    assert (await client.data(MINE, first, caller=f"{name}-firm"))["commitment"]["spotChecks"]["nodes"] == []
    assert await client.codes(KEEP, {**first, "no": "查1号"}, caller=f"{name}-clerk") == ["FORBIDDEN"]
    await client.data(KEEP, {**first, "no": "查1号"}, caller=reviewer)
    severity = "GENERAL" if name == "shanghai" else None
    await client.data(BREAK, {**second, "no": "查2号", "severity": severity}, caller=reviewer)
    assert (await client.data(RESULTS, {"id": check["id"]}, caller=reviewer))["spotCheck"] == {"pending": 0, "kept": 1, "broken": 1}  # fmt: skip
    own = (await client.data(MINE, first, caller=f"{name}-firm"))["commitment"]
    assert (own["state"], own["spotChecks"]["nodes"]) == ("KEPT", [{"state": "KEPT"}])
    for nobody in (None, f"{name}-other-reviewer"):
        answer = await client.send(RESULTS, {"id": check["id"]}, caller=nobody)
        assert (answer["data"] or {}).get("spotCheck") is None, nobody


SUPPLY = "mutation ($id: ID!) { supplyCommitment(input: { commitment: $id }) { commitment { suppliedOn supplyTimeliness } } }"
NOT_SUPPLIED = """mutation ($id: ID!) { breakCommitment(input: { commitment: $id, ground: NOT_SUPPLIED,
  finding: "逾期未补正", decisionNo: "补1号" }) { commitment { state breachGround } } }"""


async def test_tolerant_acceptance_ends_with_its_term(
    client: Client, serve: Serve, installed_url: str, towns: dict[str, Town]
) -> None:
    """HC-12a 容缺受理: supplied by the last day, refused after it; broken only after it, and not what was supplied."""
    town, last = towns["haicang"], "2026-03-25"  # five working days after Wednesday, 18 March
    item = await kept_item(
        client, "haicang", town, "tolerant", kind="TOLERANT_ACCEPTANCE", supplementTerm=5, supplementUnit="WORKING_DAY"
    )
    assert await client.codes(SIGN, {"input": signing(item, town, "容0号")}, caller="haicang-clerk") == ["MISSING_NOT_STATED"]  # fmt: skip
    made = []
    for number in (1, 2):
        given = {"input": signing(item, town, f"容{number}号", missing="验资报告")}
        signed = (await client.data(SIGN, given, caller="haicang-clerk"))["signCommitment"]["commitment"]
        assert signed["supplementDueOn"] == last
        made.append({"id": signed["id"]})
    assert await client.codes(NOT_SUPPLIED, made[0], caller="haicang-reviewer") == ["SUPPLEMENT_NOT_DUE"]
    assert await client.codes(KEEP, {**made[0], "no": "容1号"}, caller="haicang-reviewer") == ["SUPPLEMENT_OPEN"]
    async with serve(installed_url, now=datetime.fromisoformat(f"{last}T15:59:00+00:00")) as eve:
        assert await eve.codes(NOT_SUPPLIED, made[0], caller="haicang-reviewer") == ["SUPPLEMENT_NOT_DUE"]
        supplied = await eve.data(SUPPLY, made[1], caller="haicang-clerk")
        assert supplied["supplyCommitment"]["commitment"]["suppliedOn"] == last
    async with serve(installed_url, now=datetime.fromisoformat(f"{last}T16:00:00+00:00")) as late:
        assert await late.codes(SUPPLY, made[0], caller="haicang-clerk") == ["SUPPLEMENT_OVERDUE"]
        assert await late.codes(NOT_SUPPLIED, made[1], caller="haicang-reviewer") == ["INVALID_INPUT"]
        broken = await late.data(NOT_SUPPLIED, made[0], caller="haicang-reviewer")
        assert broken["breakCommitment"]["commitment"] == {"state": "BROKEN", "breachGround": "NOT_SUPPLIED"}


async def test_two_who_find_at_the_same_instant_leave_one_finding(client: Client, towns: dict[str, Town]) -> None:
    """XM-11c, XM-11d: one result, one record, one result in the spot check."""
    town = towns["xiamen"]
    item = await kept_item(client, "xiamen", town, "at-once", kind="GENERAL")
    made = await client.data(SIGN, {"input": signing(item, town, "同时1号")}, caller="xiamen-clerk")
    key = {"id": made["signCommitment"]["commitment"]["id"]}
    answers = await asyncio.gather(
        client.codes(KEEP, {**key, "no": "同1号"}, caller="xiamen-reviewer"),
        client.codes(BREAK, {**key, "no": "同2号", "severity": None}, caller="xiamen-second-reviewer"),
    )
    assert sorted(answers) == [[], ["STATE_CONFLICT"]]


async def test_two_who_draw_at_the_same_instant_leave_one_sample(client: Client, towns: dict[str, Town]) -> None:
    town = towns["xiamen"]
    item = await kept_item(client, "xiamen", town, "drawn-at-once", kind="GENERAL")
    await client.data(SIGN, {"input": signing(item, town, "同时2号")}, caller="xiamen-clerk")
    draw = {"commitmentItem": item, "rateBasisPoints": 5_000, "reason": "抽查"}
    answers = await asyncio.gather(
        *(
            client.codes(DRAW, {"input": {**draw, "seed": who}}, caller=f"xiamen-{who}")
            for who in ("reviewer", "second-reviewer")
        )
    )
    assert sorted(answers) == [[], ["SPOT_CHECK_EXISTS"]]
