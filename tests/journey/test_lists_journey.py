"""From collection to publication and its end, over HTTP: Xinxiang's chain with the wrong person, order and part
refused at each step; Xiamen and Haicang by definition first; Shanghai's wage arrears; Shiyan's lists.

XX-03, XX-06.4, XX-08, XX-09, XX-11, XX-18, XM-03, XM-24, HC-03, HC-05, SH-05a, SY-09b; 河南省社会信用条例28; 第45号令.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from domain.identifiers import invented_resident_id
from tests.client import Serve
from tests.lists.ground import (
    BEHAVIOUR,
    CONDITION,
    LAW,
    NOTICE,
    STAFF,
    VOUCHED,
    WAGE_DOMAIN,
    Desk,
    hire,
    list_id,
    open_list,
)

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def desk(serve: Serve, installed_url: str) -> AsyncIterator[Desk]:
    await hire(installed_url)
    async with serve(installed_url) as client:
        yield Desk(client, installed_url)


@pytest.fixture
async def black_list(desk: Desk) -> None:
    """Xinxiang's black list, open: by the first journey, or here where a test runs alone."""
    is_open = "SELECT EXISTS (SELECT FROM list_definition WHERE credit_list_id = $1::text::uuid AND state = 'opened')"
    if not await desk.sql(is_open, list_id("410700", "black").partition(":")[2]):
        await open_list(desk, "410700", "black", clerk="xx-clerk", opener="xx-leader", domain=WAGE_DOMAIN)


WRONG = ("FORBIDDEN", "NOT_FOUND", "STEP_NOT_YOURS", "STEP_OUT_OF_ORDER", "OWN_APPROVAL", "NOT_LIST_OWNER")
"""How the wrong person is refused."""

NUMBER = invented_resident_id(31, division="310000")

MOVES: dict[str, dict[str, Any]] = {
    "attestListEntry": VOUCHED,
    "notifyListEntry": NOTICE,
    "announceListEntry": {"reason": "守信", "channel": "门户网站"},
    "investigateListEntry": {"reportNo": "新劳监调〔2026〕1号", "findings": "欠薪属实"},
    "approveReportOfListEntry": {},
    "reviewListEntry": {},
    "decideListEntry": {"decisionNo": "新人社列〔2026〕1号"},
    "submitListEntry": {},
    "publishListEntry": {},
}


CLERKS = {"xx-clerk", "xx-other-clerk", "xx-clerk-approver"}
HANDS: dict[str, set[str]] = {
    "attestListEntry": CLERKS,
    "notifyListEntry": CLERKS,
    "announceListEntry": CLERKS,
    "investigateListEntry": CLERKS,
    "approveReportOfListEntry": {"xx-approver", "xx-clerk-approver", "xx-misplaced"},
    "reviewListEntry": {"xx-deputy", "xx-deputy-and-leader"},
    "decideListEntry": {"xx-leader", "xx-deputy-and-leader"},
    "submitListEntry": CLERKS,
    "publishListEntry": {"xx-credit"},
}
"""In whose hands each step of Xinxiang's chain lies."""


async def nobody_else(desk: Desk, move: str, entry: str) -> None:
    """See that a step is refused to everybody in whose hands it does not lie, and that nothing moves."""
    read = "SELECT to_jsonb(e)::text FROM list_entry e WHERE id = $1::text::uuid"
    before = await desk.sql(read, entry.partition(":")[2])
    for caller in {*STAFF, "auditor", "security-officer", None} - HANDS[move]:
        refused = await desk.do(caller, move, listEntry=entry, **MOVES[move])
        assert refused.code in WRONG, (move, caller, refused.code)
    assert await desk.sql(read, entry.partition(":")[2]) == before


async def only(desk: Desk, caller: str, move: str, entry: str) -> dict[str, Any]:
    """See that every other step is refused even to those in whose hands it lies, then take the one that is due."""
    for other, given in MOVES.items():
        if other != move:
            refused = await desk.do(_hand(other), other, listEntry=entry, **given)
            assert refused.code in ("STEP_OUT_OF_ORDER", "NOT_FOUND"), (move, other, refused)
    done = await desk.do(caller, move, listEntry=entry, **MOVES[move])
    assert done.code is None, (move, done)
    assert done.receipts
    found: dict[str, Any] = done.listEntry
    return found


def _hand(move: str) -> str:
    """Name somebody of Xinxiang in whose hands a step lies."""
    return sorted(HANDS[move] - {"xx-clerk-approver", "xx-deputy-and-leader", "xx-other-clerk"})[0]


async def collected(desk: Desk, **more: Any) -> tuple[str, dict[str, str]]:
    """Collect a black entry of Xinxiang's labour inspection; give it and its firm."""
    firm = desk.firm()
    given = {
        "creditList": list_id("410700", "black"),
        "domain": WAGE_DOMAIN,
        "reason": "拖欠12名劳动者工资，经责令限期支付逾期未支付",
        "behaviour": BEHAVIOUR,
        "legalBasis": LAW,
        "legalBasisLevel": "ADMINISTRATIVE_REGULATION",
        **firm,
    }
    made = await desk.do("xx-clerk", "collectListEntry", **{**given, **more})
    assert made.code is None, made
    assert made.listEntry["state"] == "COLLECTED"
    return made.listEntry["id"], firm


async def test_xinxiang_from_collection_to_publication(desk: Desk) -> None:
    """XX-03, XX-06.4, XX-09, XX-11, XX-18, XX-21; 河南省社会信用条例28."""
    await _it_is_collected_for_a_defined_behaviour_by_a_clause_once_the_list_is_open(desk)
    entry, firm = await collected(desk)
    subject = await desk.account_of(firm["code"])
    assert await desk.entry(None, entry) is None
    assert await desk.entry(subject, entry) is None  # not told before it is noticed
    await _a_named_officer_attests_it_in_all_three_dimensions(desk, entry)
    notice = await _its_subject_is_told_in_writing_all_that_the_law_asks_for(desk, entry, subject)
    await _its_subject_alone_answers_and_once(desk, notice, subject)
    await _the_deputy_leader_reviews_it_and_the_leader_decides(desk, entry)
    await _the_credit_office_alone_publishes_it_in_a_batch(desk, entry)
    await _its_own_office_withdraws_it_with_a_public_reason(desk, entry)
    assert await desk.entry(None, entry) is None
    mine = await desk.entry(subject, entry)
    assert mine is not None
    assert mine["inForce"] is False


async def _it_is_collected_for_a_defined_behaviour_by_a_clause_once_the_list_is_open(desk: Desk) -> None:
    bare = {"creditList": list_id("410700", "black"), "domain": WAGE_DOMAIN, "reason": "拖欠工资", **desk.firm()}
    refused = await desk.do("xx-clerk", "collectListEntry", **bare, behaviour=BEHAVIOUR, legalBasis=LAW)
    assert refused.code == "LIST_NOT_OPEN"
    await open_list(desk, "410700", "black", clerk="xx-clerk", opener="xx-leader", domain=WAGE_DOMAIN)
    assert (await desk.do("xx-clerk", "collectListEntry", **bare, behaviour=BEHAVIOUR)).code == "BEHAVIOUR_REQUIRED"
    refused = await desk.do("xx-clerk", "collectListEntry", **bare, behaviour="迟到", legalBasis=LAW)
    assert (refused.code, refused.extensions["known"]) == ("BEHAVIOUR_UNDEFINED", [BEHAVIOUR])
    refused = await desk.do("xx-employment", "collectListEntry", **bare, behaviour=BEHAVIOUR, legalBasis=LAW)
    assert refused.code == "NOT_LIST_OWNER"


async def _a_named_officer_attests_it_in_all_three_dimensions(desk: Desk, entry: str) -> None:
    await nobody_else(desk, "attestListEntry", entry)
    refused = await desk.do("xx-clerk", "attestListEntry", listEntry=entry, **{**VOUCHED, "lawful": False})
    assert (refused.code, refused.extensions["missing"]) == ("ATTESTATION_INCOMPLETE", ["合法性"])
    assert (await only(desk, "xx-clerk", "attestListEntry", entry))["state"] == "ATTESTED"
    attested = await desk.ask(
        "xx-clerk",
        "query ($id: ID!) { listEntry(id: $id) { attestations(first: 5) { nodes { dimensions officer office { code } } } } }",
        id=entry,
    )
    assert attested["listEntry"]["attestations"]["nodes"] == [
        {"dimensions": ["真实性", "准确性", "合法性"], "officer": "虚构xx-clerk", "office": {"code": "JCZD"}}
    ]
    assert (await desk.do("xx-clerk", "amendListEntry", listEntry=entry, reason="改")).code == "STATE_CONFLICT"


async def _its_subject_is_told_in_writing_all_that_the_law_asks_for(desk: Desk, entry: str, subject: str) -> str:
    await nobody_else(desk, "notifyListEntry", entry)
    for part in ("grounds", "measures", "rights"):
        refused = await desk.do("xx-clerk", "notifyListEntry", listEntry=entry, **{**NOTICE, part: None})
        assert (refused.code, "28" in refused.extensions["citation"]) == ("NOTICE_CONTENT_MISSING", True)
    assert (await only(desk, "xx-clerk", "notifyListEntry", entry))["state"] == "NOTIFIED"
    read = "{ listNotices(first: 5) { nodes { id state answerDueOn answerTimeliness rights reason } } }"
    [notice] = (await desk.ask(subject, read))["listNotices"]["nodes"]
    assert (notice["state"], notice["answerDueOn"], notice["answerTimeliness"]) == ("SERVED", None, "NONE_SET")
    assert (await desk.ask(None, read))["listNotices"]["nodes"] == []
    told: str = notice["id"]
    return told


async def _its_subject_alone_answers_and_once(desk: Desk, notice: str, subject: str) -> None:
    for caller in ("xx-clerk", "xx-leader", "xx-approver", None):
        refused = await desk.do(caller, "answerListNotice", listNotice=notice, text="替答")
        assert refused.code == "FORBIDDEN"
    other = await desk.account_of((await collected(desk))[1]["code"])
    refused = await desk.do(other, "answerListNotice", listNotice=notice, text="他人")
    assert refused.code == "NOT_FOUND"
    answered = await desk.do(subject, "answerListNotice", listNotice=notice, text="已于3月15日付清")
    assert (answered.listNotice["state"], answered.listNotice["answer"]) == ("ANSWERED", "已于3月15日付清")
    again = await desk.do(subject, "answerListNotice", listNotice=notice, text="再答")
    assert again.code == "STATE_CONFLICT"


async def _the_deputy_leader_reviews_it_and_the_leader_decides(desk: Desk, entry: str) -> None:
    """Three different people, with the one who collected it."""
    await nobody_else(desk, "reviewListEntry", entry)
    assert (await only(desk, "xx-deputy-and-leader", "reviewListEntry", entry))["state"] == "REVIEWED"
    refused = await desk.do(
        "xx-deputy-and-leader", "decideListEntry", listEntry=entry, decisionNo="新人社列〔2026〕1号"
    )
    assert refused.code == "OWN_APPROVAL"
    refused = await desk.do("xx-approver", "decideListEntry", listEntry=entry, decisionNo="新人社列〔2026〕1号")
    assert (refused.code, refused.extensions["by"]) == ("STEP_NOT_YOURS", "单位主要领导")
    refused = await desk.do("xx-leader", "decideListEntry", listEntry=entry)
    assert refused.code == "DECISION_NUMBER_MISSING"
    await nobody_else(desk, "decideListEntry", entry)
    decided = await only(desk, "xx-leader", "decideListEntry", entry)
    assert (decided["state"], decided["decidedOn"], decided["inForce"]) == ("DECIDED", "2026-03-18", False)


async def _the_credit_office_alone_publishes_it_in_a_batch(desk: Desk, entry: str) -> None:
    refused = await desk.do("xx-credit", "publishListEntry", listEntry=entry)
    assert refused.code == "NOT_FOUND"  # nothing was handed to it yet
    await nobody_else(desk, "submitListEntry", entry)
    assert (await only(desk, "xx-clerk", "submitListEntry", entry))["state"] == "SUBMITTED"
    await nobody_else(desk, "publishListEntry", entry)
    alone = await desk.do("xx-credit", "publishListEntry", listEntry=entry)
    assert alone.code == "BATCH_WANTED"
    batch = await desk.batch(entry)
    late = await desk.publish_batch(batch, entry, publicUntil="2029-03-19")
    assert (late.code, late.extensions["latest"]) == ("PUBLICATION_TOO_LONG", "2029-03-18")
    published = await desk.publish_batch(batch, entry)
    assert (published.listEntry["state"], published.listEntry["publicUntil"]) == ("PUBLISHED", "2029-03-18")
    assert published.listEntry["publisher"] == {"code": "XYB"}
    assert (await desk.do("xx-credit", "publishListEntry", listEntry=entry)).code == "STEP_OUT_OF_ORDER"
    seen = await desk.entry(None, entry)
    assert seen is not None
    assert seen["inForce"]


async def _its_own_office_withdraws_it_with_a_public_reason(desk: Desk, entry: str) -> None:
    for caller in ("xx-credit", "xx-employment", "xx-leader", "xm-clerk", None):
        refused = await desk.do(caller, "withdrawListEntry", listEntry=entry, reason="有误")
        assert refused.code in ("FORBIDDEN", "NOT_FOUND")
    withdrawn = await desk.do("xx-clerk", "withdrawListEntry", listEntry=entry, reason="处罚决定已被撤销")
    assert (withdrawn.listEntry["state"], withdrawn.listEntry["removalReason"]) == ("WITHDRAWN", "WITHDRAWN")


async def test_xinxiang_a_rejection_returns_it_and_the_next_round_goes_the_whole_way_again(
    desk: Desk, black_list: None
) -> None:
    """XX-09: rejection returns to the provider with the reason."""
    entry, _ = await collected(desk)
    assert (await desk.do("xx-leader", "returnListEntry", listEntry=entry, reason="早")).code in WRONG
    await desk.do("xx-clerk", "attestListEntry", listEntry=entry, **VOUCHED)
    assert (await desk.do("xx-leader", "returnListEntry", listEntry=entry, reason="早")).code == "NOT_RETURNABLE"
    notified = await desk.do("xx-clerk", "notifyListEntry", listEntry=entry, **NOTICE)
    refused = await desk.do("xx-credit", "closeListNotice", listNotice=notified.listNotice["id"], note="未答复")
    assert refused.code == "FORBIDDEN"
    closed = await desk.do("xx-clerk", "closeListNotice", listNotice=notified.listNotice["id"], note="未收到答复")
    assert closed.listNotice["state"] == "UNANSWERED"
    assert (await desk.do("xx-leader", "returnListEntry", listEntry=entry, reason="证据不足")).code == "STEP_NOT_YOURS"
    assert (await desk.do("xx-deputy", "returnListEntry", listEntry=entry, reason=" ")).code == "INVALID_INPUT"
    returned = await desk.do("xx-deputy", "returnListEntry", listEntry=entry, reason="证据不足")
    assert (returned.listEntry["state"], returned.listEntry["returnReason"]) == ("RETURNED", "证据不足")
    for move in ("reviewListEntry", "decideListEntry", "publishListEntry"):
        refused = await desk.do(_hand(move), move, listEntry=entry, **MOVES[move])
        assert refused.code in ("STEP_OUT_OF_ORDER", "NOT_FOUND")
    amended = await desk.do("xx-clerk", "amendListEntry", listEntry=entry, reason="拖欠15名劳动者工资")
    assert amended.code is None
    resumed = await desk.do("xx-clerk", "resumeListEntry", listEntry=entry)
    assert (resumed.listEntry["state"], resumed.listEntry["round"]) == ("COLLECTED", 2)
    assert (await desk.do("xx-deputy", "reviewListEntry", listEntry=entry)).code == "STEP_OUT_OF_ORDER"
    assert (await desk.do("xx-clerk", "attestListEntry", listEntry=entry, **VOUCHED)).code is None
    assert (await desk.do("xx-clerk", "notifyListEntry", listEntry=entry, **NOTICE)).code is None


async def test_xinxiang_a_unit_publishes_itself_after_its_investigation_report_is_approved_xx_08(
    desk: Desk, black_list: None
) -> None:
    """XX-08; the chain of 四(二) holds on this route too."""
    entry, _ = await collected(desk, route="SELF_PUBLISHED")
    await only(desk, "xx-clerk", "attestListEntry", entry)
    assert (await only(desk, "xx-clerk", "investigateListEntry", entry))["state"] == "INVESTIGATED"
    await nobody_else(desk, "approveReportOfListEntry", entry)
    assert (await only(desk, "xx-approver", "approveReportOfListEntry", entry))["state"] == "REPORT_APPROVED"
    notified = await desk.do("xx-clerk", "notifyListEntry", listEntry=entry, **NOTICE)
    await desk.do("xx-clerk", "closeListNotice", listNotice=notified.listNotice["id"], note="无答复")
    await only(desk, "xx-deputy", "reviewListEntry", entry)
    decided = await desk.do("xx-leader", "decideListEntry", listEntry=entry, decisionNo="新人社列〔2026〕自1号")
    assert decided.code is None
    assert (await only(desk, "xx-clerk", "submitListEntry", entry))["state"] == "SUBMITTED"
    refused = await desk.do("xx-credit", "publishListEntry", listEntry=entry)
    assert refused.code == "NOT_FOUND"  # 自行发布: the unit's own publication
    published = await desk.do("xx-approver", "publishListEntry", listEntry=entry)
    assert (published.listEntry["state"], published.listEntry["publisher"]) == ("PUBLISHED", {"code": "JCZD"})
    refused = await desk.do(
        "xm-clerk", "collectListEntry", creditList=list_id("350200", "serious_dishonesty"), reason="x",
        route="SELF_PUBLISHED", **desk.firm("350200"),
    )  # fmt: skip
    assert refused.code == "ROUTE_NOT_OFFERED"


async def test_xinxiang_shows_a_red_entry_to_the_public_before_it_is_decided(desk: Desk) -> None:
    """河南省社会信用条例28 (应当予以公示); XX-11 for a red list."""
    await open_list(desk, "410700", "red", clerk="xx-clerk", opener="xx-approver", domain=WAGE_DOMAIN)
    entry, firm = await collected(desk, creditList=list_id("410700", "red"), reason="连续三年足额支付工资")
    await only(desk, "xx-clerk", "attestListEntry", entry)
    refused = await desk.do("xx-clerk", "notifyListEntry", listEntry=entry, **NOTICE)
    assert refused.code == "STEP_OUT_OF_ORDER"
    showing = {"listEntry": entry, "reason": "连续三年足额支付工资", "channel": "局门户网站"}
    refused = await desk.do("xx-clerk", "announceListEntry", **showing, untilOn="2026-03-17")
    assert refused.code == "DATES_OUT_OF_ORDER"
    named = {**showing, "reason": "法定代表人11010519491231002X守信"}
    refused = await desk.do("xx-clerk", "announceListEntry", **named, untilOn="2026-03-25")
    assert refused.code == "PERSONAL_TEXT_IN_PUBLIC"
    announced = await desk.do("xx-clerk", "announceListEntry", **showing, untilOn="2026-03-25")
    assert announced.listEntry["state"] == "ANNOUNCED"
    closing = {"listNotice": announced.listNotice["id"], "note": "无异议"}
    assert (await desk.do("xx-clerk", "closeListNotice", **closing)).code == "STATE_CONFLICT"
    shown = "{ listNotices(first: 5) { nodes { kind reason subject { name } creditList { code } entry { id } } } }"
    [notice] = (await desk.ask(None, shown))["listNotices"]["nodes"]
    assert notice == {
        "kind": "PUBLIC_NOTICE",
        "reason": "连续三年足额支付工资",
        "subject": {"name": firm["name"]},
        "creditList": {"code": "red"},
        "entry": None,
    }
    refused = await desk.do("xx-deputy", "reviewListEntry", listEntry=entry)
    assert (refused.code, refused.extensions["until"]) == ("NOTICE_TERM_RUNS", "2026-03-25")


async def test_xiamen_lists_by_definition_first_and_public_bodies_are_no_exception(desk: Desk) -> None:
    """XM-03, XM-24, XM-24b."""
    organ = desk.firm("350200", prefix="11")
    given = {"creditList": list_id("350200", "labour_serious"), "reason": "未按合同约定支付工资", **organ}
    assert (await desk.do("xm-clerk", "collectListEntry", **given)).code == "LIST_NOT_OPEN"
    await open_list(desk, "350200", "labour_serious", clerk="xm-clerk", opener="xm-approver")
    made = await desk.do("xm-clerk", "collectListEntry", **given)
    assert made.code is None, made
    entry = made.listEntry["id"]
    subject = await desk.subject(organ["code"])
    urged = await desk.do("xm-clerk", "issueUrging", subject=subject, demand="请按合同约定于3月底前支付工资")
    assert urged.urging["state"] == "ISSUED"
    concluded = await desk.do("xm-clerk", "concludeUrging", urging=urged.urging["id"], result="未支付")
    assert (concluded.urging["state"], concluded.urging["result"]) == ("CONCLUDED", "未支付")
    assert (await desk.do("xm-clerk", "attestListEntry", listEntry=entry, **VOUCHED)).code is None
    notified = await desk.do("xm-clerk", "notifyListEntry", listEntry=entry, **NOTICE)
    assert notified.listNotice["answerDueOn"] == "2026-03-25"  # 5 working days (第45号令)
    refused = await desk.do("xm-clerk", "closeListNotice", listNotice=notified.listNotice["id"], note="无答复")
    assert (refused.code, refused.extensions["until"]) == ("NOTICE_TERM_RUNS", "2026-03-25")
    agent = await desk.account_of(organ["code"])
    answered = await desk.do(agent, "answerListNotice", listNotice=notified.listNotice["id"], text="资金未到位")
    assert answered.listNotice["answerTimeliness"] == "TIMELY"
    for caller in ("xm-clerk", "xm-leader", "xm-credit", "xx-leader", "hc-approver"):
        assert (
            await desk.do(caller, "decideListEntry", listEntry=entry, decisionNo="厦人社列〔2026〕1号")
        ).code in WRONG
    decided = await desk.do("xm-approver", "decideListEntry", listEntry=entry, decisionNo="厦人社列〔2026〕1号")
    assert decided.listEntry["state"] == "DECIDED"
    assert (await desk.do("xm-credit", "publishListEntry", listEntry=entry)).code in WRONG
    published = await desk.do("xm-approver", "publishListEntry", listEntry=entry)
    assert (published.listEntry["inForce"], published.listEntry["publicUntil"]) == (True, "2029-03-18")


async def test_haicang_lists_by_definition_first_and_imports_national_lists_with_provenance(desk: Desk) -> None:
    """HC-03, HC-05."""
    firm = desk.firm("350205")
    given = {"creditList": list_id("350205", "serious_dishonesty"), "reason": "拒不履行处罚决定", **firm}
    assert (await desk.do("hc-clerk", "collectListEntry", **given)).code == "LIST_NOT_OPEN"
    await open_list(desk, "350205", "serious_dishonesty", clerk="hc-clerk", opener="hc-approver")
    entry = (await desk.do("hc-clerk", "collectListEntry", **given)).listEntry["id"]
    assert (await desk.do("hc-approver", "publishListEntry", listEntry=entry)).code == "STEP_OUT_OF_ORDER"
    assert (await desk.do("hc-clerk", "attestListEntry", listEntry=entry, **VOUCHED)).code is None
    refused = await desk.do("hc-clerk", "decideListEntry", listEntry=entry, decisionNo="海人社列〔2026〕1号")
    assert refused.code == "FORBIDDEN"
    decided = await desk.do("hc-approver", "decideListEntry", listEntry=entry, decisionNo="海人社列〔2026〕1号")
    assert decided.code is None
    assert (await desk.do("hc-approver", "publishListEntry", listEntry=entry)).listEntry["inForce"]

    national = {
        "creditList": list_id("350205", "national_serious"), "source": "国家企业信用信息公示系统", "sourceNo": "国严失〔2025〕77号",
        "obtainedOn": "2026-03-17", "decidedOn": "2025-11-03", "reason": "严重违法失信企业", **firm,
    }  # fmt: skip
    assert (await desk.do("hc-clerk", "importListEntry", **national)).code == "FORBIDDEN"
    imported = await desk.do("hc-credit", "importListEntry", **national)
    assert imported.code is None, imported
    assert (imported.listEntry["state"], imported.listEntry["source"]) == ("PUBLISHED", "国家企业信用信息公示系统")
    seen = await desk.entry(None, imported.listEntry["id"])
    assert seen is not None
    assert (seen["sourceNo"], seen["obtainedOn"], seen["route"]) == ("国严失〔2025〕77号", "2026-03-17", "IMPORTED")
    assert (await desk.do("hc-credit", "importListEntry", **national)).code == "LIST_ENTRY_EXISTS"
    assert (await desk.do("hc-credit", "endListEntry", listEntry=entry, reason="x")).code == "NOT_FOUND"
    ended = await desk.do("hc-credit", "endListEntry", listEntry=imported.listEntry["id"], reason="来源已移出")
    assert (ended.listEntry["state"], ended.listEntry["removalReason"]) == ("REMOVED", "ENDED_BY_SOURCE")


async def test_shanghai_lists_wage_arrears_on_the_laws_conditions_with_the_persons_responsible(desk: Desk) -> None:
    """SH-05a, SH-09a; 第45号令 5 (情形、责令限期支付、责任人员), 告知 (recall); 上海市社会信用条例25, 33."""
    wages = list_id("310000", "wage_arrears")
    await open_list(desk, "310000", "wage_arrears", clerk="sh-clerk", opener="sh-approver")
    firm = desk.firm("310000")
    given = {"creditList": wages, "reason": "拖欠农民工工资", "behaviour": BEHAVIOUR, **firm}
    refused = await desk.do("sh-clerk", "collectListEntry", **given)
    assert (refused.code, refused.extensions["precondition"]) == ("CONDITION_REQUIRED", "责令限期支付工资,逾期未支付的")
    assert CONDITION in refused.extensions["conditions"]
    refused = await desk.do("sh-clerk", "collectListEntry", **given, condition=CONDITION)
    assert refused.code == "CONDITION_REQUIRED"
    refused = await desk.do("sh-clerk", "collectListEntry", **given, condition="其他", preconditionMet=True)
    assert refused.code == "CONDITION_REQUIRED"
    met = {"condition": CONDITION, "preconditionMet": True}
    made = await desk.do("sh-clerk", "collectListEntry", **given, **met)
    assert made.code is None, made
    unit = made.listEntry["id"]
    again = await desk.do("sh-clerk", "collectListEntry", **given, **met)
    assert again.code == "LIST_ENTRY_UNDER_WAY"
    person = {"creditList": wages, "reason": "法定代表人", "name": "欧阳虚构", "idNumber": NUMBER, **met}
    refused = await desk.do("sh-clerk", "collectListEntry", **person, withEntry=unit, capacity="会计")
    assert refused.code == "CAPACITY_UNKNOWN"
    listed = await desk.do(
        "sh-clerk", "collectListEntry", **person, withEntry=unit, capacity="法定代表人或者主要负责人"
    )
    assert listed.code is None, listed
    with_unit = listed.listEntry["id"]

    for entry in (with_unit, unit):
        assert (await desk.do("sh-clerk", "attestListEntry", listEntry=entry, **VOUCHED)).code is None
        refused = await desk.do("sh-approver", "decideListEntry", listEntry=entry, decisionNo="沪人社列〔2026〕1号")
        assert (refused.code, refused.extensions["next"]) == ("STEP_OUT_OF_ORDER", "notify")
    notified = await desk.do("sh-clerk", "notifyListEntry", listEntry=unit, **NOTICE)
    agent = await desk.account_of(firm["code"])
    await desk.do(agent, "answerListNotice", listNotice=notified.listNotice["id"], text="异议")
    decided = await desk.do("sh-approver", "decideListEntry", listEntry=unit, decisionNo="沪人社列〔2026〕1号")
    assert decided.code is None
    too_long = await desk.do("sh-approver", "publishListEntry", listEntry=unit, publicUntil="2029-03-19")
    assert (too_long.code, too_long.extensions["latest"]) == ("PUBLICATION_TOO_LONG", "2029-03-18")
    published = await desk.do("sh-approver", "publishListEntry", listEntry=unit)
    assert published.listEntry["inForce"]
    assert "第45号" in published.listEntry["termBasis"]


async def test_shiyan_has_a_black_list_and_publishes_major_violations(desk: Desk) -> None:
    """SY-09b; no text loaded asks for parts, so the list needs no definition, and the answer says not_loaded."""
    black = {"creditList": list_id("420300", "black"), "reason": "欠薪逾期不付", **desk.firm("420300")}
    assert (await desk.do("sy-clerk", "collectListEntry", **black)).code == "CONDITION_REQUIRED"
    made = await desk.do("sy-clerk", "collectListEntry", **black, condition=CONDITION, preconditionMet=True)
    assert made.code is None, made
    assert made.listEntry["definition"] is None
    major = {"creditList": list_id("420300", "major_violation"), "reason": "使用童工", **desk.firm("420300")}
    entry = (await desk.do("sy-clerk", "collectListEntry", **major)).listEntry["id"]
    assert (
        await desk.do("sy-approver", "decideListEntry", listEntry=entry, decisionNo="1号")
    ).code == "STEP_OUT_OF_ORDER"
    assert (await desk.do("sy-clerk", "attestListEntry", listEntry=entry, **VOUCHED)).code is None
    refused = await desk.do("sy-clerk", "decideListEntry", listEntry=entry, decisionNo="十人社列〔2026〕1号")
    assert refused.code == "FORBIDDEN"
    await desk.do("sy-approver", "decideListEntry", listEntry=entry, decisionNo="十人社列〔2026〕1号")
    published = await desk.do("sy-approver", "publishListEntry", listEntry=entry)
    assert published.listEntry["inForce"]
    seen = await desk.ask(None, "query ($id: ID!) { listEntry(id: $id) { creditList { code } inForce } }", id=entry)
    assert seen["listEntry"] == {"creditList": {"code": "major_violation"}, "inForce": True}
