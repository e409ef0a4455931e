"""What a subject sees under `me`: everything held about it, who looked, its requests, its free reports."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from api.docs import ROOT
from api.entities.index import ENTITIES
from domain.identifiers import resident_id_check_character
from tests.client import Client

pytestmark = pytest.mark.anyio

PERSON, OTHER, AGENT = "person-with-consent", "person-without-consent", "organisation-agent"
REVIEWER, CLERK, OFFICE = "xiamen-inspection-reviewer", "xiamen-inspection-clerk", "xiamen-credit-office"

FILE = (
    "mutation ($input: FileSubjectRequestInput!) { fileSubjectRequest(input: $input)"
    " { receipts subjectRequest { id kind state basis dueOn timeliness words office { id name } } } }"
)
GRANT = (
    "mutation ($input: AnswerSubjectRequestInput!) { grantSubjectRequest(input: $input)"
    " { subjectRequest { state answer timeliness } } }"
)
REFUSE = GRANT.replace("grant", "refuse")
WITHDRAW = (
    "mutation ($input: WithdrawSubjectRequestInput!) { withdrawSubjectRequest(input: $input)"
    " { subjectRequest { state } } }"
)
MINE = "{ me { requests(first: 50) { nodes { id kind state answer } } } }"


async def record_of(client: Client, caller: str) -> dict[str, Any]:
    """Give a record about the caller."""
    data = await client.data("{ me { creditRecords(first: 1) { nodes { id office { id name } } } } }", caller=caller)
    node: dict[str, Any] = data["me"]["creditRecords"]["nodes"][0]
    return node


async def filed(client: Client, kind: str, caller: str = PERSON, **more: Any) -> dict[str, Any]:
    """File a request about a record of the caller and give it."""
    given = {"record": (await record_of(client, caller))["id"], **more}
    answer = await client.data(FILE, {"input": {"kind": kind, "words": "请说明。", **given}}, caller=caller)
    request: dict[str, Any] = answer["fileSubjectRequest"]["subjectRequest"]
    assert answer["fileSubjectRequest"]["receipts"]
    return request


async def test_me_is_the_subject_in_clear_with_state_and_clause_of_each_record(client: Client) -> None:
    data = await client.data(
        "{ me { name creditRecords(first: 20) { nodes { state inForce item { clause name } } }"
        " listEntries(first: 5) { nodes { inForce } } consents(first: 5) { nodes { inForce } } } }",
        caller=PERSON,
    )
    assert data["me"]["name"] == "欧阳虚构"
    assert data["me"]["creditRecords"]["nodes"]
    assert all(node["item"]["clause"] for node in data["me"]["creditRecords"]["nodes"])


HELD = {one.target: name for name, one in ENTITIES["Subject"].manys.items()}
OWN = set(
    re.findall("^p, subject, ([a-z_]+), read, self$", (ROOT / "authz/default_policy.csv").read_text("utf-8"), re.M)
)
UNDER_ANOTHER = {"SpotCheckResult", "CreditRecordVersion", "ListEvidence", "RiskWarningRecord", "RiskWarningAction"}
"""What hangs on a record, an entry, a commitment or a warning, which hang on the subject."""


def test_me_leads_to_everything_about_itself_that_a_subject_may_read_pipl_45() -> None:
    about = {
        one.name
        for one in ENTITIES.values()
        if one.noun in OWN and one.name != "Subject" and any(to.target == "Subject" for to in one.ones.values())
    }
    assert about - HELD.keys() == UNDER_ANOTHER


@pytest.mark.parametrize("caller", [PERSON, AGENT])
async def test_me_refuses_nothing_that_a_subject_may_read_about_itself(client: Client, caller: str) -> None:
    fields = [name for target, name in HELD.items() if ENTITIES[target].noun in OWN]
    held = await client.data(f"{{ me {{ {' '.join(f'{name} {{ totalCount }}' for name in fields)} }} }}", caller=caller)
    assert held["me"].keys() == set(fields)


async def test_me_is_the_organisation_for_its_agent(client: Client) -> None:
    data = await client.data("{ me { name uscc } viewer { subjectId } }", caller=AGENT)
    assert data["me"]["name"].startswith("厦门鹭晨劳务派遣有限公司")


@pytest.mark.parametrize("caller", [None, CLERK, "auditor"])
async def test_me_is_null_for_who_is_no_subject(client: Client, caller: str | None) -> None:
    if caller == "auditor":
        assert await client.codes("{ me { id } }", caller=caller) == ["FORBIDDEN"]
    else:
        assert await client.data("{ me { id } }", caller=caller) == {"me": None}


async def test_the_access_log_speaks_in_plain_words(client: Client) -> None:
    data = await client.data("{ accessLog(first: 50) { nodes { outcome sentence sentenceZh } } }", caller=PERSON)
    told = [node["sentenceZh"] for node in data["accessLog"]["nodes"]]
    bank = next(one for one in told if "鹭岛银行" in one and "查询了" in one)
    assert re.fullmatch(
        r"\d{4}年\d+月\d+日\d\d时\d\d分，鹭岛银行\(虚构\)查询了信用信息，用途：财政性资金补助，依据：本人授权（.+）。",
        bank,
    )
    assert any("本人" in one for one in told)
    own = next(node["sentence"] for node in data["accessLog"]["nodes"] if "本人获取了信用报告" in node["sentenceZh"])
    assert ", you yourself received a credit report, on the basis of: " in own
    english = next(node["sentence"] for node in data["accessLog"]["nodes"] if "鹭岛银行" in node["sentence"])
    assert english.startswith("On 20")


async def test_a_refused_look_up_says_what_was_asked_for_and_that_nothing_was_provided(client: Client) -> None:
    """上海市社会信用条例34: of whom nothing was provided it is not said that it looked."""
    data = await client.data(
        "{ accessLog(first: 50, filter: { outcome: [REFUSED] }) { nodes { verb sentence sentenceZh } } }", caller=OTHER
    )
    told = next(node for node in data["accessLog"]["nodes"] if node["verb"] == "read")
    assert "申请查询信用信息，" in told["sentenceZh"]
    assert told["sentenceZh"].endswith("；未予提供。")
    assert "查询了" not in told["sentenceZh"]
    assert " asked to look at credit information, " in told["sentence"]
    assert told["sentence"].endswith("; it was not provided.")


async def test_a_request_goes_to_the_office_of_the_record_with_its_article_and_no_invented_term(client: Client) -> None:
    request = await filed(client, "ACCESS")
    assert request["state"] == "FILED"
    assert "45" in request["basis"]
    assert request["dueOn"] is None
    assert request["timeliness"] == "NONE_SET"
    assert request["office"]["id"] == (await record_of(client, PERSON))["office"]["id"]


async def test_an_automated_outcome_can_be_explained_and_contested_pipl_24(client: Client) -> None:
    for kind in ("EXPLANATION_OF_DECISION", "DECISION_BY_A_PERSON"):
        request = await filed(client, kind)
        assert "24" in request["basis"]


async def test_the_law_on_personal_data_is_no_basis_for_an_organisation(client: Client) -> None:
    request = await filed(client, "EXPLANATION_OF_DECISION", AGENT)
    assert request["basis"] is None


async def test_a_second_request_about_the_same_thing_points_to_the_first(client: Client) -> None:
    request = await filed(client, "DELETION")
    record = (await record_of(client, PERSON))["id"]
    answer = await client.send(
        FILE, {"input": {"kind": "DELETION", "words": "再次请求。", "record": record}}, caller=PERSON
    )
    assert answer["errors"][0]["extensions"]["code"] == "REQUEST_PENDING"
    assert answer["errors"][0]["extensions"]["request"] == request["id"]
    await client.data(WITHDRAW, {"input": {"request": request["id"]}}, caller=PERSON)
    assert (await filed(client, "DELETION"))["id"] != request["id"]


async def test_a_record_of_somebody_else_is_answered_like_none(client: Client) -> None:
    foreign = (await record_of(client, OTHER))["id"]
    missing = "CreditRecord:00000000-0000-7000-8000-000000000000"
    for record in (foreign, missing):
        given = {"input": {"kind": "ACCESS", "words": "查阅。", "record": record}}
        assert await client.codes(FILE, given, caller=PERSON) == ["NOT_FOUND"]


async def test_an_agency_is_no_office_to_ask(client: Client) -> None:
    offices = (await client.data("{ offices(first: 5, filter: { kind: [PARTNER_AGENCY] }) { nodes { id } } }"))[
        "offices"
    ]
    given = {"input": {"kind": "ACCESS", "words": "查阅。", "office": offices["nodes"][0]["id"]}}
    assert await client.codes(FILE, given, caller=PERSON) == ["REQUEST_NOT_FOR_OFFICE"]


@pytest.mark.parametrize("words", ["", "  ", "长" * 2_001])
async def test_a_request_has_words_of_its_own(client: Client, words: str) -> None:
    record = (await record_of(client, PERSON))["id"]
    given = {"input": {"kind": "EXPLANATION_OF_RULES", "words": words, "record": record}}
    assert await client.codes(FILE, given, caller=PERSON) == ["INVALID_INPUT"]


async def test_only_the_office_asked_answers_and_only_once(client: Client) -> None:
    request = await filed(client, "CORRECTION", AGENT)
    given = {"input": {"request": request["id"], "answer": "已核实并更正。"}}
    owner = await client.data(
        "query ($id: ID!) { subjectRequest(id: $id) { state words } }", {"id": request["id"]}, caller=REVIEWER
    )
    assert owner["subjectRequest"] == {"state": "FILED", "words": "请说明。"}
    for wrong in (CLERK, OFFICE, "auditor", "security-officer", "xiamen-bank", AGENT):
        codes = await client.codes(GRANT, given, caller=wrong, purpose="350200.bidding" if "bank" in wrong else None)
        assert codes[0] in ("FORBIDDEN", "NOT_FOUND", "PURPOSE_REQUIRED"), wrong
    for foreign in ("xiamen-approval-reviewer", "haicang-reviewer"):
        assert await client.codes(GRANT, given, caller=foreign) == ["NOT_FOUND"]
    done = await client.data(GRANT, given, caller=REVIEWER)
    assert done["grantSubjectRequest"]["subjectRequest"]["state"] == "GRANTED"
    assert await client.codes(REFUSE, given, caller=REVIEWER) == ["STATE_CONFLICT"]
    assert await client.codes(WITHDRAW, {"input": {"request": request["id"]}}, caller=AGENT) == ["STATE_CONFLICT"]
    mine = (await client.data(MINE, caller=AGENT))["me"]["requests"]["nodes"]
    assert {"id": request["id"], "kind": "CORRECTION", "state": "GRANTED", "answer": "已核实并更正。"} in mine


async def test_a_refusal_needs_its_reason_pipl_50(client: Client) -> None:
    request = await filed(client, "EXPLANATION_OF_RULES", AGENT)
    assert await client.codes(REFUSE, {"input": {"request": request["id"], "answer": " "}}, caller=REVIEWER) == [
        "INVALID_INPUT"
    ]
    done = await client.data(
        REFUSE, {"input": {"request": request["id"], "answer": "规则已公开，见目录。"}}, caller=REVIEWER
    )
    assert done["refuseSubjectRequest"]["subjectRequest"]["state"] == "REFUSED"


async def test_nobody_else_sees_the_words_of_a_request(client: Client) -> None:
    request = await filed(client, "EXPLANATION_OF_RULES")
    query = "query ($id: ID!) { subjectRequest(id: $id) { state words } }"
    for caller, sees in (("auditor", None), ("security-officer", None), (OTHER, None), (None, None)):
        answer = await client.send(query, {"id": request["id"]}, caller=caller)
        assert not (answer["data"] or {}).get("subjectRequest"), (caller, sees)
    watched = await client.data(query, {"id": request["id"]}, caller=OFFICE)
    assert watched["subjectRequest"]["state"] == "FILED"
    assert watched["subjectRequest"]["words"] is None


async def test_a_request_leaves_its_event_and_its_push_in_one_transaction(client: Client) -> None:
    request = await filed(client, "DECISION_BY_A_PERSON", AGENT)
    ident = request["id"].partition(":")[2]
    async with client.service.database.session() as session:
        for table in ("ledger_event", "outbox_event"):
            rows = await session.fetch(f"SELECT object, verb FROM {table} WHERE object_id = $1", ident)
            assert [tuple(row) for row in rows] == [("subject_request", "file")]


async def test_free_reports_are_counted_where_a_law_grants_them(client: Client) -> None:
    query = "{ freeReports { year granted used remaining citation status } }"
    shanghai = await client.data(query, caller="person-of-shanghai")
    assert shanghai["freeReports"]["granted"] == 2
    assert "34" in shanghai["freeReports"]["citation"]
    xiamen = await client.data(query, caller=PERSON)
    assert xiamen["freeReports"]["granted"] is None
    assert xiamen["freeReports"]["remaining"] is None
    assert await client.data(query, caller=CLERK) == {"freeReports": None}


async def test_a_report_to_oneself_is_used_one_to_a_bank_is_not(client: Client) -> None:
    query = "{ freeReports { used remaining } }"
    before = (await client.data(query, caller="person-of-shanghai"))["freeReports"]
    me = (await client.data("{ me { id } }", caller="person-of-shanghai"))["me"]["id"]
    issue = (
        'mutation ($s: ID!) { issueCreditReport(input: { subject: $s, kind: "person" }) { creditReport { number } } }'
    )
    await client.data(issue, {"s": me}, caller="person-of-shanghai")
    await client.data(issue, {"s": me}, caller="shanghai-bank", purpose="310000.startup_loan")
    after = (await client.data(query, caller="person-of-shanghai"))["freeReports"]
    assert after["used"] == before["used"] + 1
    assert after["remaining"] == before["remaining"] - 1


async def test_who_does_not_know_who_holds_something_asks_the_credit_office(client: Client) -> None:
    """个人信息保护法 45, 48: access and the rules are asked of all that is held; a correction is about something."""
    for kind in ("ACCESS", "EXPLANATION_OF_RULES"):
        given = {"kind": kind, "words": "贵局处理我的哪些个人信息？"}
        request = (await client.data(FILE, {"input": given}, caller=OTHER))["fileSubjectRequest"]["subjectRequest"]
        assert request["office"]["name"] == "监察处", kind
        assert await client.codes(FILE, {"input": given}, caller=OTHER) == ["REQUEST_PENDING"]
    given = {"kind": "CORRECTION", "words": "请更正。"}
    assert await client.codes(FILE, {"input": given}, caller=OTHER) == ["INVALID_INPUT"]


async def test_where_the_credit_office_is_not_the_bureaus_the_bureau_answers(client: Client) -> None:
    """个人信息保护法 45, 48, 73: Xinxiang's 市信用办 publishes and keeps nothing of the bureau's; nobody is left without an answer."""
    given = {"kind": "ACCESS", "words": "贵局处理我单位的哪些信息？"}
    request = (await client.data(FILE, {"input": given}, caller="xinxiang-agent"))["fileSubjectRequest"]
    assert request["subjectRequest"]["office"]["name"] == "新乡市人力资源和社会保障局"
    seen = "query ($id: ID!) { subjectRequest(id: $id) { words } }"
    asked = {"id": request["subjectRequest"]["id"]}
    assert (await client.data(seen, asked, caller="xinxiang-leader"))["subjectRequest"] == {"words": given["words"]}


async def test_a_child_is_told_who_consents_for_it(client: Client, demo_url: str) -> None:
    """个人信息保护法31: the number says how old it is, to it alone."""
    me = (await client.data("{ me { id } }", caller="person-of-shanghai"))["me"]["id"].partition(":")[2]
    number = "35020020180301001"
    sealed = client.service.vault.seal(number + resident_id_check_character(number))
    owner = await asyncpg.connect(demo_url)
    try:
        await owner.execute("UPDATE subject SET id_cipher = $2 WHERE id = $1::uuid", me, sealed)
    finally:
        await owner.close()
    given = {"input": {"office": f"Office:{uuid4()}", "purpose": "310000.startup_loan", "untilOn": "2099-01-01"}}
    grant = "mutation ($input: GrantConsentInput!) { grantConsent(input: $input) { receipts } }"
    assert await client.codes(grant, given, caller="person-of-shanghai") == ["GUARDIAN_CONSENTS"]
    assert await client.codes(grant, given, caller=PERSON) == ["NOT_FOUND"]


async def test_an_organisation_signs_in_as_itself_as_its_representative_does(client: Client) -> None:
    """厦门11, 20; 上海9: what the texts give to a unit it does itself, or whoever it authorises."""
    query = "{ viewer { roles subjectId } me { id creditRecords(first: 1) { totalCount } } }"
    own = await client.data(query, caller="organisation-itself")
    agents = await client.data(query, caller=AGENT)
    assert (own["viewer"]["roles"], agents["viewer"]["roles"]) == (["subject"], ["agent"])
    assert own["me"] == agents["me"]
    assert own["viewer"]["subjectId"] == own["me"]["id"]
