"""Shanghai's list of wage arrears, from the collection to the early removal, contested in between.

SH-05a, SH-10; 人社部令第45号 (情形, 告知, 提前移出); at each step the wrong person, order, day and part.
"""

from __future__ import annotations

import pytest

from domain.identifiers import invented_uscc
from tests.attachments.samples import pdf
from tests.journey.listing import APPROVERS, CLERKS, LISTS, attested, collected, gone, open_list, staff, uploaded
from tests.journey.walk import Walk, act
from tests.lists.ground import BEHAVIOUR, CONDITION, NOTICE, list_id

pytestmark = pytest.mark.anyio

STAFF = staff("310000", "ZFZD", rival="JY", bureau="HRSS", platform="CENTRE")

SHOWN = LISTS | {"objection": "id state nextStep entry { disputed inForce }"}


async def test_shanghai_lists_wage_arrears_and_lets_go_six_months_after_the_correction(walk: Walk) -> None:
    black = list_id("310000", "wage_arrears")
    code, name = invented_uscc(310_011, division="310000"), "上海欠薪虚构有限公司"
    given = {
        "creditList": black, "reason": "拖欠农民工工资", "behaviour": BEHAVIOUR, "condition": CONDITION, "preconditionMet": True,
        "code": code, "name": name,
    }  # fmt: skip
    async with walk.on("2025-09-24"):
        assert await walk.refused("clerk", "collectListEntry", **given) == "LIST_NOT_OPEN"
        await open_list(walk, black)
        unmet = {**given, "preconditionMet": False}
        assert await walk.refused("clerk", "collectListEntry", **unmet) == "CONDITION_REQUIRED"
        entry = await collected(walk, **given)
        await walk.account_of(code, "firm")
        this = {"listEntry": entry}
        await attested(walk, entry)
    async with walk.on("2025-09-26"):
        await _noticed(walk, entry)
    async with walk.on("2025-10-11"):
        await _decided_and_published(walk, this)
    await _contested_in_vain(walk, entry)
    await _let_go(walk, entry)


async def _noticed(walk: Walk, entry: str) -> None:
    """第45号令 (recall): five working days to answer, over National Day and two worked days of rest."""
    this = {"listEntry": entry}
    assert await walk.see("firm", entry, "id") is None, "not told before it is noticed"
    partial = {**NOTICE, "rights": None}
    assert await walk.refused("clerk", "notifyListEntry", **this, **partial) == "NOTICE_CONTENT_MISSING"
    notified = (await walk.only(CLERKS, "notifyListEntry", **this, **NOTICE))["listNotice"]
    assert notified["answerDueOn"] == "2025-10-10"
    decide = {**this, "decisionNo": "沪人社列〔2025〕1号"}
    await walk.not_now(act("approver", "decideListEntry", **decide), act("approver", "publishListEntry", **this))
    notice = {"listNotice": notified["id"]}
    assert await walk.refused("clerk", "closeListNotice", **notice, note="无答复") == "NOTICE_TERM_RUNS"


async def _decided_and_published(walk: Walk, this: dict[str, str]) -> None:
    [notice] = (await walk.ask("firm", "{ listNotices(first: 5) { nodes { id } } }"))["listNotices"]["nodes"]
    closed = await walk.only(CLERKS, "closeListNotice", listNotice=notice["id"], note="期限届满未答复")
    assert closed["listNotice"]["state"] == "UNANSWERED"
    await walk.not_now(act("firm", "answerListNotice", listNotice=notice["id"], text="迟到的答复"))
    await walk.not_now(act("approver", "publishListEntry", **this))
    assert await walk.refused("approver", "decideListEntry", **this) == "DECISION_NUMBER_MISSING"
    await walk.only(APPROVERS, "decideListEntry", **this, decisionNo="沪人社列〔2025〕1号")
    long = {**this, "publicUntil": "2028-10-12"}
    assert await walk.refused("approver", "publishListEntry", **long) == "PUBLICATION_TOO_LONG"
    published = (await walk.only(APPROVERS, "publishListEntry", **this))["listEntry"]
    assert (published["inForce"], published["publicUntil"]) == (True, "2028-10-11")


async def _contested_in_vain(walk: Walk, entry: str) -> None:
    """SH-10: also an entry is contested at the Centre, shown as disputed while that lasts, and stays in force."""
    async with walk.on("2025-10-13"):
        filed = {"entry": entry, "ground": "错误", "statement": "工资已于9月付清。"}
        objection = (await walk.only(["firm", "platform"], "fileObjection", **filed))["objection"]
        assert objection["entry"] == {"disputed": True, "inForce": True}
        this = {"objection": objection["id"]}
        await walk.do("platform", "markObjection", **this)
        await walk.do("platform", "forwardObjection", **this)
        await walk.only(CLERKS, "verifyObjection", **this, finding="付款在限期之后。")
        decision = {"outcome": "REJECTED", "reason": "逾限期支付，不影响列入。"}
        # both approvers have acted: one opened the list and decided, so the other decides here
        decided = (await walk.do("second-approver", "decideObjection", **this, **decision))["objection"]
        assert decided["entry"] == {"disputed": False, "inForce": True}
        await walk.do("clerk", "reportObjection", **this)
        await walk.do("platform", "tellObjection", **this)


async def _let_go(walk: Walk, entry: str) -> None:
    """第45号令: six months from the correction, on evidence, decided in fifteen working days, carried out by another."""
    said = [{"condition": one, "statement": "已全部偿还"} for one in ("列入期间偿还拖欠工资", "作出守信承诺")]
    apply = {"entry": entry, "statements": said, "correctedOn": "2025-10-14"}
    async with walk.on("2026-04-14"):
        evidence = [await uploaded(walk, "firm", pdf(b"bank receipt"))]
        assert await walk.refused("firm", "applyListRemoval", **apply, evidence=evidence) == "REMOVAL_TOO_EARLY"
    async with walk.on("2026-04-15"):
        evidence = [await uploaded(walk, "firm", pdf(b"bank receipt"))]
        assert await walk.refused("firm", "applyListRemoval", **apply, evidence=[]) == "EVIDENCE_REQUIRED"
        half = {**apply, "statements": said[:1]}
        assert await walk.refused("firm", "applyListRemoval", **half, evidence=evidence) == "REMOVAL_CONDITION_MISSING"
        made = (await walk.only(["firm"], "applyListRemoval", **apply, evidence=evidence))["listRemoval"]
        assert made["dueOn"] == "2026-05-09", "a worked Saturday after Labour Day"
        this = {"removal": made["id"]}
        await walk.not_now(act("approver", "removeListEntry", **this))
    async with walk.on("2026-05-11"):
        examined = {**this, "opinion": "同意", "barsFound": []}
        unlooked = {**examined, "barsFound": None}
        assert await walk.refused("approver", "decideListRemoval", **unlooked) == "REMOVAL_BARS_NOT_STATED"
        await walk.only(["approver", "second-approver", "reviewer"], "decideListRemoval", **examined)
        assert await walk.refused("approver", "removeListEntry", **this) == "OWN_APPROVAL"
        removed = await walk.do("second-approver", "removeListEntry", **this)
        assert removed["listRemoval"]["timeliness"] == "LATE", "the last day was the Saturday"
        await gone(walk, entry, but=[*CLERKS, *APPROVERS, "reviewer", "firm"])
        filed = {"entry": entry, "ground": "错误", "statement": "仍有误。"}
        assert await walk.refused("firm", "fileObjection", **filed) == "NOTHING_TO_CONTEST"
