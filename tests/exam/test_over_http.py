"""The way into an exam file over HTTP, and what nobody else ever learns: watch lists, membership, claimants' files."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID

import pytest

from domain.identifiers import invented_resident_id
from domain.installation_rows import catalogue_item_id
from tests.client import Client, Serve
from tests.exam.ground import HAICANG, XIAMEN
from tests.exam.people import BANK_PURPOSE, Town, settle

pytestmark = pytest.mark.anyio

RECORD = """mutation ($input: RecordExamViolationInput!) { recordExamViolation(input: $input) {
  receipts examViolation { id state version name facts decider { code } office { code } } } }"""
CONFIRM = """mutation ($input: ConfirmExamViolationInput!) { confirmExamViolation(input: $input) {
  examViolation { state confirmation witness } } }"""
DECIDE = """mutation ($input: DecideExamViolationInput!) { decideExamViolation(input: $input) {
  examViolation { state retention retentionTerm retentionUnit retentionBasis decidedOn } } }"""
ENTER = """mutation ($id: ID!) { enterExamViolation(input: { examViolation: $id }) {
  receipts examViolation { state enteredOn retainedUntil inForce record { id state publicUntil title } } } }"""
WITHDRAW = """mutation ($id: ID!) { withdrawExamViolation(input: { examViolation: $id, reason: "误录" }) { examViolation { state } } }"""
READ = "query ($id: ID!) { examViolation(id: $id) { id state name facts witness treatment } }"
WATCH = (
    "mutation ($input: EnterExamWatchInput!) { enterExamWatch(input: $input) { examWatch { id name site inForce } } }"
)
LIFT = (
    """mutation ($id: ID!) { liftExamWatch(input: { examWatch: $id, reason: "已核实" }) { examWatch { inForce } } }"""
)
WATCHES = "{ examWatches(first: 50) { totalCount nodes { id name finding } } }"
ONE_WATCH = "query ($id: ID!) { node(id: $id) { id ... on ExamWatch { name } } }"
RECOMMEND = """mutation ($id: ID!) { recommendDisciplineRecommendation(input: {
  examViolation: $id, unit: "某中学", text: "建议给予党纪处分" }) { disciplineRecommendation { id state text } } }"""
ANSWER = """mutation ($id: ID!) { answerDisciplineRecommendation(input: { recommendation: $id, text: "已处理" }) {
  disciplineRecommendation { state answeredOn } } }"""
RECOMMENDED = "{ disciplineRecommendations(first: 50) { totalCount nodes { id unit text } } }"
BULLETIN = """mutation ($input: IssueExamBulletinInput!) { issueExamBulletin(input: $input) {
  examBulletin { id lines(first: 20) { nodes { name violationClass treatment } } } } }"""
BULLETINS = "query ($id: ID!) { examBulletin(id: $id) { title lines(first: 20) { totalCount nodes { name } } } }"
SUBMIT = "mutation ($input: SubmitCreditRecordInput!) { submitCreditRecord(input: $input) { creditRecord { id } } }"
PUBLISH = "mutation ($id: ID!) { publishCreditRecord(input: { record: $id }) { creditRecord { state } } }"
CONSENT = "mutation ($input: GrantConsentInput!) { grantConsent(input: $input) { consent { inForce } } }"
FILES = """query ($id: ID!) { node(id: $id) { ... on Subject { id
  creditRecords(first: 20) { totalCount nodes { title content } } } } }"""
CHANGES = "{ changes(first: 100) { nodes { object objectId } } }"
ACCESSES = "{ accessLog(first: 100) { nodes { verb office { code } } } }"

NUMBERS = count(1)
STRANGERS = (None, "other-clerk", "other-approver", "credit-office", "bank", "auditor", "security", "candidate-11")


@pytest.fixture(scope="module")
async def town(serve: Serve, installed_url: str) -> Town:
    async with serve(installed_url) as made:
        return await settle(installed_url, made.service.vault)


@pytest.fixture(scope="module")
async def client(serve: Serve, installed_url: str, town: Town) -> AsyncIterator[Client]:
    async with serve(installed_url) as made:
        yield made


def by(who: str | None, *, purpose: str | None = None) -> dict[str, Any]:
    """Give who asks; a bank names its purpose."""
    asked = f"{XIAMEN}.{BANK_PURPOSE}" if who == "bank" else purpose
    return {"caller": who, "purpose": asked if who not in (None, "auditor", "security") else None}


def recording(town: Town, number: int, **changes: Any) -> dict[str, Any]:
    """Give a violation as an officer of 十堰 records it."""
    return {
        "examKind": "PROFESSIONAL_QUALIFICATION", "examName": f"一级建造师资格考试{next(NUMBERS)}", "examOn": "2026-03-07",
        "site": "十堰一中考点", "violationClass": "携带通讯工具", "facts": "在考试中使用无线耳机",
        "subject": None, "idNumber": invented_resident_id(750 + number), "name": "欧阳虚构", **changes,
    }  # fmt: skip


async def recorded(client: Client, town: Town, number: int, **changes: Any) -> str:
    """Record a violation; give its id."""
    made = await client.data(RECORD, {"input": recording(town, number, **changes)}, caller="clerk")
    return str(made["recordExamViolation"]["examViolation"]["id"])


def confirming(violation: str, **changes: Any) -> dict[str, Any]:
    """Give the candidate's signature."""
    return {"input": {"examViolation": violation, "confirmation": "SIGNED", "evidence": "考场记录单", **changes}}


def deciding(violation: str, **changes: Any) -> dict[str, Any]:
    """Give a decision for the rule's term."""
    number = f"鄂人考处〔2026〕{next(NUMBERS)}号"
    return {"input": {"examViolation": violation, "treatment": "当次成绩无效", "decisionNo": number, "retention": "LIMITED", **changes}}  # fmt: skip


async def decided(client: Client, town: Town, number: int, **changes: Any) -> str:
    """Bring a violation to its decision."""
    made = await recorded(client, town, number)
    await client.data(CONFIRM, confirming(made), caller="clerk")
    await client.data(DECIDE, deciding(made, **changes), caller="institute")
    return made


async def test_the_way_into_the_file_of_shiyan(client: Client, town: Town) -> None:
    """SY-06a, SY-06b: in order, each step in its hands, nothing without its parts."""
    given = {"input": recording(town, 0)}
    for nobody in (None, "candidate-0", "bank", "credit-office", "auditor", "security", "reviewer", "institute"):
        assert await client.codes(RECORD, given, **by(nobody)) == ["FORBIDDEN"], nobody
    made = (await client.data(RECORD, given, caller="clerk"))["recordExamViolation"]["examViolation"]
    assert (made["state"], made["decider"]["code"], made["office"]["code"]) == ("RECORDED", "KSY", "HRSS")
    assert await client.codes(RECORD, given, caller="second-clerk") == ["EXAM_VIOLATION_EXISTS"]
    for unclear in (
        {"idNumber": None, "name": None},
        {"idNumber": None},
        {"name": None},
        {"subject": f"Subject:{town.candidates[0]}"},
        {"subject": f"Subject:{town.candidates[0]}", "idNumber": None},
    ):
        assert await client.codes(RECORD, {"input": recording(town, 0, **unclear)}, caller="clerk") == [
            "SUBJECT_UNCLEAR"
        ], unclear
    key = made["id"]

    assert await client.codes(DECIDE, deciding(key), caller="institute") == [
        "NOT_FOUND"
    ]  # only recorded: not yet theirs
    assert await client.codes(DECIDE, deciding(key), caller="approver") == ["STEP_OUT_OF_ORDER"]
    assert await client.codes(ENTER, {"id": key}, caller="clerk") == ["STEP_OUT_OF_ORDER"]
    assert await client.codes(CONFIRM, confirming(key), caller="other-clerk") == ["NOT_FOUND"]
    assert await client.codes(CONFIRM, confirming(key), caller="candidate-0") == ["FORBIDDEN"]
    assert await client.codes(CONFIRM, confirming(key, confirmation="REFUSED"), caller="clerk") == ["WITNESS_MISSING"]
    assert await client.codes(CONFIRM, confirming(key, on="2026-03-06"), caller="clerk") == ["INVALID_INPUT"]
    confirmed = await client.data(CONFIRM, confirming(key, confirmation="REFUSED", witness="监考甲"), caller="clerk")
    assert confirmed["confirmExamViolation"]["examViolation"]["confirmation"] == "REFUSED"
    assert await client.codes(CONFIRM, confirming(key), caller="clerk") == ["STEP_OUT_OF_ORDER"]

    assert await client.codes(DECIDE, deciding(key), caller="approver") == ["STEP_OF_ANOTHER_OFFICE"]
    assert await client.codes(DECIDE, deciding(key), caller="other-approver") == ["NOT_FOUND"]
    assert await client.codes(DECIDE, deciding(key), caller="clerk") == ["FORBIDDEN"]
    assert await client.codes(DECIDE, deciding(key, retention=None), caller="institute") == ["RETENTION_MISSING"]
    assert await client.codes(DECIDE, deciding(key, decidedOn="2026-03-19"), caller="institute") == ["DATE_IN_FUTURE"]
    decision = (await client.data(DECIDE, deciding(key), caller="institute"))["decideExamViolation"]["examViolation"]
    assert (decision["retention"], decision["retentionTerm"], decision["retentionUnit"]) == ("LIMITED", 5, "year")
    assert await client.codes(DECIDE, deciding(key), caller="second-institute") == ["STEP_OUT_OF_ORDER"]

    assert await client.codes(ENTER, {"id": key}, caller="institute") == ["FORBIDDEN"]
    assert await client.codes(ENTER, {"id": key}, caller="institute-clerk") == ["STEP_OF_ANOTHER_OFFICE"]
    assert await client.codes(WITHDRAW, {"id": key}, caller="institute-clerk") == ["STEP_OF_ANOTHER_OFFICE"]
    entered = (await client.data(ENTER, {"id": key}, caller="clerk"))["enterExamViolation"]
    row = entered["examViolation"]
    assert (row["enteredOn"], row["retainedUntil"], row["inForce"]) == ("2026-03-18", "2031-03-18", True)
    assert (row["record"]["state"], row["record"]["publicUntil"]) == ("PUBLISHED", "2031-03-18")
    assert len(entered["receipts"]) == 3  # handed in, published, entered
    assert await client.codes(ENTER, {"id": key}, caller="clerk") == ["STEP_OUT_OF_ORDER"]
    assert await client.codes(WITHDRAW, {"id": key}, caller="clerk") == ["STATE_CONFLICT"]


async def test_a_violation_recorded_by_mistake_is_withdrawn_by_its_office_and_makes_room(
    client: Client, town: Town
) -> None:
    """SY-06a: before its entry, by the office that recorded it, once."""
    made = {"id": await recorded(client, town, 1)}
    for nobody in (None, "candidate-1", "auditor"):
        assert await client.codes(WITHDRAW, made, **by(nobody)) == ["FORBIDDEN"], nobody
    assert await client.codes(WITHDRAW, made, caller="other-clerk") == ["NOT_FOUND"]
    withdrawn = (await client.data(WITHDRAW, made, caller="clerk"))["withdrawExamViolation"]["examViolation"]
    assert withdrawn == {"state": "WITHDRAWN"}
    assert await client.codes(WITHDRAW, made, caller="clerk") == ["STATE_CONFLICT"]


async def test_after_five_years_the_entry_is_hidden_and_the_candidate_still_sees_it(
    client: Client, serve: Serve, installed_url: str, town: Town
) -> None:
    """SY-06b: hidden on the day after the last one; a retention for good never ends."""
    made, forever = await decided(client, town, 1), await decided(client, town, 2, retention="PERMANENT")
    for violation in (made, forever):
        await client.data(ENTER, {"id": violation}, caller="clerk")
    for day, shown in ((datetime(2031, 3, 18, 15, tzinfo=UTC), True), (datetime(2031, 3, 18, 17, tzinfo=UTC), False)):
        async with serve(installed_url, now=day) as later:
            seen = (await later.data(READ, {"id": made}, caller="institute"))["examViolation"]
            assert (seen is not None) is shown
            assert (await later.data(READ, {"id": forever}, caller="institute"))["examViolation"] is not None
            assert (await later.data(READ, {"id": made}, caller="candidate-1"))["examViolation"]["state"] == "ENTERED"
            assert (await later.data(READ, {"id": made}, caller="clerk"))["examViolation"] is not None


async def test_the_way_into_the_file_of_xiamen(client: Client, town: Town) -> None:
    """XM-17a, XM-17b: another person of the office decides; the named rule is not loaded, and the answer says so."""
    given = {"input": recording(town, 3, examKind="RECRUITMENT")}
    made = await client.data(RECORD, given, caller="xiamen-clerk")
    key = made["recordExamViolation"]["examViolation"]["id"]
    assert await client.codes(CONFIRM, confirming(key), caller="clerk") == ["NOT_FOUND"]
    await client.data(CONFIRM, confirming(key), caller="xiamen-clerk")
    assert await client.codes(DECIDE, deciding(key), caller="institute") == ["NOT_FOUND"]
    assert await client.codes(DECIDE, deciding(key), caller="xiamen-approver") == ["RETENTION_NOT_SET"]
    decision = await client.data(DECIDE, deciding(key, retention=None), caller="xiamen-approver")
    assert decision["decideExamViolation"]["examViolation"]["retention"] == "NOT_LOADED"
    entered = (await client.data(ENTER, {"id": key}, caller="xiamen-clerk"))["enterExamViolation"]["examViolation"]
    assert (entered["retainedUntil"], entered["record"]["state"]) == (None, "PUBLISHED")
    assert await client.codes(RECORD, given, caller="haicang-clerk") == ["EXAM_FILE_UNKNOWN"]


async def test_what_stands_in_a_file_is_need_to_know(client: Client, town: Town) -> None:
    """A.3: the office, the institute, the candidate; not another office, a partner or the credit office."""
    made = await decided(client, town, 4)
    for nobody in STRANGERS:
        answer = await client.send(READ, {"id": made}, **by(nobody))
        assert (answer["data"] or {}).get("examViolation") is None, nobody
    for who in ("clerk", "institute", "candidate-4"):
        assert (await client.data(READ, {"id": made}, caller=who))["examViolation"][
            "facts"
        ] == "在考试中使用无线耳机", who


async def test_two_who_decide_at_the_same_instant_leave_one_decision(client: Client, town: Town) -> None:
    made = await recorded(client, town, 5)
    await client.data(CONFIRM, confirming(made), caller="clerk")
    answers = await asyncio.gather(
        client.codes(DECIDE, deciding(made), caller="institute"),
        client.codes(DECIDE, deciding(made, retention="PERMANENT"), caller="second-institute"),
    )
    assert sorted(map(bool, answers)) == [False, True]
    assert {code for codes in answers for code in codes} <= {"STEP_OUT_OF_ORDER", "STATE_CONFLICT"}
    log = "query ($id: ID!) { node(id: $id) { ... on ExamViolation { version state } } }"
    assert (await client.data(log, {"id": made}, caller="clerk"))["node"] == {"version": 3, "state": "DECIDED"}


async def test_two_who_enter_at_the_same_instant_make_one_record(client: Client, town: Town) -> None:
    made = await decided(client, town, 6)
    answers = await asyncio.gather(
        *(client.codes(ENTER, {"id": made}, caller=who) for who in ("clerk", "second-clerk"))
    )
    assert sorted(map(bool, answers)) == [False, True]
    records = await client.data(FILES, {"id": f"Subject:{town.candidates[6]}"}, caller="candidate-6")
    assert records["node"]["creditRecords"]["totalCount"] == 1


# -- what leaves its role nowhere


def watching(number: int, **changes: Any) -> dict[str, Any]:
    """Give an entry of a watch list."""
    return {
        "input": {
            "idNumber": invented_resident_id(750 + number), "name": "欧阳虚构", "examName": "一级建造师资格考试", "site": "十堰一中考点",
            "finding": "连续三年同一考点集体报考", "source": "湖北省人事考试院数据分析", "untilOn": "2026-06-30", **changes,
        }
    }  # fmt: skip


async def test_the_watch_list_is_seen_by_its_role_alone(client: Client, town: Town) -> None:
    """SY-06e: not the officers beside it, not the person, no partner, in no log."""
    for nobody in ("clerk", "reviewer", "approver", "institute", *STRANGERS):
        assert await client.codes(WATCH, watching(7), **by(nobody)) == ["FORBIDDEN"], nobody
    assert await client.codes(WATCH, watching(7, untilOn="2027-03-20"), caller="watcher") == ["WATCH_END_INVALID"]
    made = (await client.data(WATCH, watching(7), caller="watcher"))["enterExamWatch"]["examWatch"]
    assert (made["name"], made["inForce"]) == ("欧阳虚构", True)
    seen = (await client.data(WATCHES, caller="watcher"))["examWatches"]
    assert made["id"] in [row["id"] for row in seen["nodes"]]

    assert (await client.data(WATCHES, caller="other-watcher"))["examWatches"]["totalCount"] == 0
    assert await client.codes(LIFT, {"id": made["id"]}, caller="other-watcher") == ["NOT_FOUND"]
    for nobody in ("clerk", "reviewer", "approver", "institute", "candidate-7", *STRANGERS):
        answer = await client.send(WATCHES, **by(nobody))
        assert not (((answer.get("data") or {}).get("examWatches")) or {}).get("nodes"), nobody
        one = await client.send(ONE_WATCH, {"id": made["id"]}, **by(nobody))
        assert (one.get("data") or {}).get("node") is None, nobody
    log = (await client.data(ACCESSES, caller="candidate-7"))["accessLog"]["nodes"]
    assert {row["office"] and row["office"]["code"] for row in log} <= {None}  # its own look, and nobody else's
    for officer in ("clerk", "reviewer", "approver"):
        told = (await client.data(CHANGES, caller=officer))["changes"]["nodes"]
        assert all(row["object"] != "exam_watch" for row in told), officer
    assert await client.codes(CHANGES, caller="watcher") == ["FORBIDDEN"]
    lifted = await client.data(LIFT, {"id": made["id"]}, caller="watcher")
    assert lifted["liftExamWatch"]["examWatch"]["inForce"] is False
    assert await client.codes(LIFT, {"id": made["id"]}, caller="watcher") == ["STATE_CONFLICT"]


async def test_party_membership_is_seen_by_its_officer_and_the_person(client: Client, town: Town) -> None:
    """SY-06c: a recommendation to the unit; sensitive, in no public or partner answer."""
    early, made = await recorded(client, town, 8), await decided(client, town, 8)
    assert await client.codes(RECOMMEND, {"id": early}, caller="party-officer") == ["VIOLATION_NOT_DECIDED"]
    for nobody in ("clerk", "approver", "institute", "candidate-8", *STRANGERS):
        assert await client.codes(RECOMMEND, {"id": made}, **by(nobody)) == ["FORBIDDEN"], nobody
    key = (await client.data(RECOMMEND, {"id": made}, caller="party-officer"))["recommendDisciplineRecommendation"]
    recommendation = {"id": key["disciplineRecommendation"]["id"]}
    assert await client.codes(RECOMMEND, {"id": made}, caller="party-officer") == ["STATE_CONFLICT"]

    own = (await client.data(RECOMMENDED, caller="candidate-8"))["disciplineRecommendations"]
    assert (own["totalCount"], own["nodes"][0]["text"]) == (1, "建议给予党纪处分")
    for nobody in ("clerk", "reviewer", "approver", "institute", *STRANGERS):
        answer = await client.send(RECOMMENDED, **by(nobody))
        assert not (((answer.get("data") or {}).get("disciplineRecommendations")) or {}).get("nodes"), nobody
    for officer in ("clerk", "approver"):
        told = (await client.data(CHANGES, caller=officer))["changes"]["nodes"]
        assert all(row["object"] != "discipline_recommendation" for row in told), officer
    assert await client.codes(ANSWER, recommendation, caller="clerk") == ["FORBIDDEN"]
    answered = await client.data(ANSWER, recommendation, caller="party-officer")
    assert answered["answerDisciplineRecommendation"]["disciplineRecommendation"]["state"] == "ANSWERED"
    assert await client.codes(ANSWER, recommendation, caller="party-officer") == ["STATE_CONFLICT"]


async def test_a_bulletin_is_public_and_names_nobody(client: Client, town: Town) -> None:
    """SY-06d, XM-17c: by class, masked names, for the exams the text orders it for."""
    made = await decided(client, town, 9)
    given = {
        "examKind": "PROFESSIONAL_QUALIFICATION",
        "title": "违纪情况通报",
        "fromOn": "2026-03-18",
        "toOn": "2026-03-18",
    }
    await client.data(ENTER, {"id": made}, caller="clerk")
    for nobody in ("clerk", "institute", *STRANGERS):
        expected = ["BULLETIN_NOT_FOR_EXAM"] if nobody == "other-approver" else ["FORBIDDEN"]
        kind = {**given, "examKind": "RECRUITMENT"}
        assert await client.codes(BULLETIN, {"input": kind}, **by(nobody)) == expected, nobody
    wrong = {**given, "examKind": "VOCATIONAL_QUALIFICATION"}
    assert await client.codes(BULLETIN, {"input": wrong}, caller="reviewer") == ["BULLETIN_NOT_FOR_EXAM"]
    issued = (await client.data(BULLETIN, {"input": given}, caller="reviewer"))["issueExamBulletin"]["examBulletin"]
    shown = (await client.data(BULLETINS, {"id": issued["id"]}))["examBulletin"]
    assert shown["lines"]["totalCount"] >= 1
    assert {line["name"] for line in shown["lines"]["nodes"]} == {"欧阳**"}


# -- claimants' and civil servants' files


async def _consent(client: Client, town: Town, caller: str) -> None:
    given = {"office": f"Office:{town.bank}", "purpose": f"{XIAMEN}.{BANK_PURPOSE}", "untilOn": "2026-12-31"}
    await client.data(CONSENT, {"input": given}, caller=caller)


async def test_a_claimants_file_stays_with_its_office_and_the_claimant(client: Client, town: Town) -> None:
    """XM-18a, A.3: three kinds of insurance; not the credit office, another office, the public, or a bank by consent."""
    item = f"CatalogueItem:{catalogue_item_id(XIAMEN, 'cn-xiamen-hrss-2021', 'benefit_claimant')}"
    given = {
        "item": item, "decisionNo": "厦人社险处〔2026〕7号", "title": "骗取失业保险待遇", "decidedOn": "2026-03-10",
        "subject": f"Subject:{town.claimant}", "severity": "SERIOUS", "legalBasis": "《社会保险法》第八十八条", "legalBasisLevel": "LAW",
        "content": [{"code": "INSURANCE", "value": "失业"}, {"code": "FACTS", "value": "隐瞒就业情况继续领取"}],
    }  # fmt: skip
    wrong = {**given, "content": [{"code": "INSURANCE", "value": "医疗"}, {"code": "FACTS", "value": "隐瞒就业情况"}]}
    assert await client.codes(SUBMIT, {"input": wrong}, caller="claims-clerk") == ["DATA_ITEM_INVALID"]
    made = (await client.data(SUBMIT, {"input": given}, caller="claims-clerk"))["submitCreditRecord"]["creditRecord"]
    await client.data(PUBLISH, {"id": made["id"]}, caller="claims-reviewer")
    await _consent(client, town, "claimant")
    assert await _readers(client, town.claimant, "claims-other", own="claimant", keeper="claims-clerk") == {
        "claimant",
        "claims-clerk",
    }
    report = await _report_to_a_partner(client, town.claimant)
    assert "自然人" in report
    assert "失业保险" not in report
    assert "公务员" not in report


async def test_a_civil_servants_file_is_in_no_answer_to_a_partner(client: Client, town: Town) -> None:
    """HC-24a: need to know; neither by consent nor for a purpose."""
    given = {
        "item": f"CatalogueItem:{catalogue_item_id(HAICANG, 'cn-xiamen-haicang-2021', 'civil_servant_archive')}",
        "decisionNo": "海信档〔2026〕1号", "title": "公务员信用档案", "decidedOn": "2026-03-10", "subject": f"Subject:{town.servant}",
        "content": [{"code": "FACTS", "value": "年度考核情况"}],
    }  # fmt: skip
    made = (await client.data(SUBMIT, {"input": given}, caller="archive-clerk"))["submitCreditRecord"]["creditRecord"]
    await client.data(PUBLISH, {"id": made["id"]}, caller="archive-reviewer")
    await _consent(client, town, "servant")
    assert await _readers(client, town.servant, "haicang-clerk", own="servant", keeper="archive-clerk") == {
        "servant",
        "archive-clerk",
    }
    report = await _report_to_a_partner(client, town.servant)
    assert "自然人" in report
    assert "失业保险" not in report
    assert "公务员" not in report


async def _readers(client: Client, person: UUID, beside: str, *, own: str, keeper: str) -> set[str | None]:
    """Tell who finds the record of a person: of him, who keeps it, an officer beside, and all who never may."""
    asked, purpose = {"id": f"Subject:{person}"}, f"{XIAMEN}.{BANK_PURPOSE}"
    readers: set[str | None] = set()
    nobody = (None, "bank", "xiamen-credit-office", "haicang-credit-office", "candidate-11", "auditor")
    for caller in (*nobody, beside, own, keeper):
        given = None if caller in ("haicang-credit-office", own, keeper) else purpose
        answer = await client.send(FILES, asked, **by(caller, purpose=given))
        node = (answer.get("data") or {}).get("node") or {"creditRecords": {"totalCount": 0}}
        if node["creditRecords"]["totalCount"]:
            readers.add(caller)
    return readers


async def _report_to_a_partner(client: Client, person: UUID) -> str:
    issue = """mutation ($id: ID!, $kind: String!) { issueCreditReport(input: { subject: $id, kind: $kind }) {
      creditReport { number document } } }"""
    made = await client.data(issue, {"id": f"Subject:{person}", "kind": "person"}, **by("bank"))
    return str(made)
