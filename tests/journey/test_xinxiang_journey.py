"""Xinxiang from file to exit: handed in, onto the black list in the quarter's batch, contested, off it early; and a
red entry that a violation ends. At each step the wrong person, the wrong order, the late step and the missing part.

XX-03, XX-04, XX-05, XX-07, XX-09, XX-10, XX-11, XX-12, XX-13, XX-16; 河南省社会信用条例28, 37.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from domain.identifiers import invented_uscc
from tests.attachments.samples import png
from tests.journey.listing import CLERKS, LISTS, attested, collected, gone, open_list, uploaded
from tests.journey.walk import Seat, Walk, act, item_id
from tests.lists.ground import BEHAVIOUR, LAW, NOTICE, WAGE_DOMAIN, list_id

pytestmark = pytest.mark.anyio

CODE, FIRM = invented_uscc(410_701, division="410700"), "新乡旅程虚构建筑有限公司"
RED_CODE, RED_FIRM = invented_uscc(410_702, division="410700"), "新乡旅程虚构守信有限公司"
BLACK, RED = list_id("410700", "black"), list_id("410700", "red")
STAFF: dict[str, Seat] = {
    "clerk": ("clerk", "410700", "JCZD"),
    "second-clerk": ("clerk", "410700", "JCZD"),
    "reviewer": ("reviewer", "410700", "JCZD"),
    "approver": ("approver", "410700", "JCZD"),
    "second-approver": ("approver", "410700", "JCZD"),
    "deputy": ("deputy_leader", "410700", "BUREAU"),
    "leader": ("leader", "410700", "BUREAU"),
    "credit": ("credit_office", "410700", "XYB"),
    "second-credit": ("credit_office", "410700", "XYB"),
    "platform": ("platform", "410700", "XYB"),
    "rival-clerk": ("clerk", "410700", "LDGX"),
    "rival-approver": ("approver", "410700", "LDGX"),
    "xiamen-approver": ("approver", "350200", "JCZD"),
    "xiamen-credit": ("credit_office", "350200", "JC"),
}
APPROVERS = ["approver", "second-approver"]
DECIDERS = ["reviewer", *APPROVERS]
CREDIT = ["credit", "second-credit"]
OWN = [*CLERKS, *DECIDERS, "deputy", "leader", *CREDIT]
SHOWN = LISTS | {
    "creditRecord": "id state dishonest inForce",
    "listBatch": "id state number timeliness afterPeriod caseStatus dueOn round",
    "objection": "id state nextStep dueOn overdue decideTimeliness reportTimeliness notice entry { disputed inForce }",
}
CONTENT = [
    {"code": "BEHAVIOUR", "value": BEHAVIOUR},
    {"code": "BASIS", "value": LAW},
    {"code": "FACTS", "value": "拖欠12名劳动者工资，经责令限期支付逾期未支付。"},
]


async def test_xinxiang_from_file_to_exit(walk: Walk) -> None:
    await walk.sql("UPDATE policy_version SET activated_at = '2025-10-01'")
    async with walk.on("2025-12-22"):
        record = await _handed_in(walk, "新人社监〔2025〕旅1号", CODE, FIRM)
        await walk.account_of(CODE, "firm")
    entry = await _decided(walk, record)
    batch = await _in_the_quarters_batch(walk, entry)
    await _published(walk, entry, batch)
    await _contested(walk, entry)
    await _off_early(walk, entry, batch)


async def _handed_in(walk: Walk, number: str, code: str, name: str) -> str:
    """XX-06.4: by the office of the domain, with every item, once; collected and shared, not published."""
    given = {
        "item": item_id("410700", "labour_law_violation"), "decisionNo": number, "title": "拖欠劳动报酬", "code": code,
        "name": name, "decidedOn": "2025-12-19",
    }  # fmt: skip
    half = await walk.refusal("clerk", "submitCreditRecord", **given, content=CONTENT[:2])
    assert half["code"] == "DATA_ITEM_MISSING"
    made = await walk.only(CLERKS, "submitCreditRecord", **given, content=CONTENT)
    record: str = made["creditRecord"]["id"]
    assert await walk.refused("clerk", "submitCreditRecord", **given, content=CONTENT) == "RECORD_EXISTS"
    published = (await walk.only(DECIDERS, "publishCreditRecord", record=record))["creditRecord"]
    assert (published["inForce"], published["dishonest"]) == (True, True)
    assert await walk.see(None, record, "id") is None
    await walk.not_now(act("approver", "publishCreditRecord", record=record))
    return record


async def _decided(walk: Walk, record: str) -> str:
    """XX-03, XX-09: attested, noticed, answered, reviewed and decided by three different people, none skipped."""
    async with walk.on("2025-12-23"):
        given = {
            "creditList": BLACK, "domain": WAGE_DOMAIN, "reason": "拖欠工资，逾期未支付", "behaviour": BEHAVIOUR, "legalBasis": LAW,
            "records": [record], "code": CODE, "name": FIRM,
        }  # fmt: skip
        assert await walk.refused("clerk", "collectListEntry", **given) == "LIST_NOT_OPEN"
        await open_list(walk, BLACK, also=["leader"], domain=WAGE_DOMAIN)
        without = {name: value for name, value in given.items() if name != "behaviour"}
        assert await walk.refused("clerk", "collectListEntry", **without) == "BEHAVIOUR_REQUIRED"
        entry = await collected(walk, **given)
        assert await walk.refused("second-clerk", "collectListEntry", **given) == "LIST_ENTRY_UNDER_WAY"
        await attested(walk, entry, decider="leader", publisher="credit")
        notice = await _noticed(walk, entry)
    async with walk.on("2025-12-29"):
        assert await walk.refused("firm", "answerListNotice", **notice, text=" ") == "INVALID_INPUT"
        answered = await walk.only(["firm"], "answerListNotice", **notice, text="资金未到位，请求宽限。")
        assert answered["listNotice"]["answerTimeliness"] == "NONE_SET"
        await walk.not_now(act("firm", "answerListNotice", **notice, text="再答"))
        await _reviewed_and_decided(walk, entry, "新人社列〔2025〕旅1号")
    return entry


async def _noticed(walk: Walk, entry: str) -> dict[str, str]:
    this = {"listEntry": entry}
    missing = await walk.refusal("clerk", "notifyListEntry", **this, **{**NOTICE, "rights": None})
    assert missing["code"] == "NOTICE_CONTENT_MISSING"
    await walk.not_now(act("deputy", "reviewListEntry", **this))
    notified = (await walk.only(CLERKS, "notifyListEntry", **this, **NOTICE))["listNotice"]
    assert (notified["answerDueOn"], notified["answerTimeliness"]) == (None, "NONE_SET")
    await walk.not_now(act("deputy", "reviewListEntry", **this), act("clerk", "submitListEntry", **this))
    return {"listNotice": notified["id"]}


async def _reviewed_and_decided(walk: Walk, entry: str, number: str) -> None:
    this = {"listEntry": entry}
    await walk.not_now(act("leader", "decideListEntry", **this, decisionNo=number))
    await walk.only(["deputy"], "reviewListEntry", **this)
    await walk.not_now(act("deputy", "reviewListEntry", **this), act("clerk", "submitListEntry", **this))
    assert await walk.refused("leader", "decideListEntry", **this) == "DECISION_NUMBER_MISSING"
    await walk.only(["leader"], "decideListEntry", **this, decisionNo=number)
    await walk.not_now(act("leader", "decideListEntry", **this, decisionNo=number))
    assert await walk.see(None, entry, "id") is None


async def _in_the_quarters_batch(walk: Walk, entry: str) -> str:
    """XX-04, XX-05: the quarter's batch, with its typical case; a day after the quarter it is missing, not late."""
    regular: dict[str, Any] = {"creditList": BLACK, "domain": WAGE_DOMAIN, "year": 2025, "period": 4}
    async with walk.on("2025-12-31", "23:59"):
        assert await _duty(walk) == "AWAITED"
        ahead = {**regular, "year": 2026, "period": 1}
        assert await walk.refused("clerk", "openListBatch", **ahead) == "BATCH_PERIOD_NOT_BEGUN"
        opened = (await walk.only(CLERKS, "openListBatch", **regular))["listBatch"]
        assert (opened["number"], opened["dueOn"], opened["timeliness"]) == (0, None, "NONE_SET")
        assert await _duty(walk) == "OPENED"
        assert await walk.refused("second-clerk", "openListBatch", **regular) == "BATCH_EXISTS"
        assert await walk.refused("clerk", "openListBatch", **regular, extraReason=" ") == "INVALID_INPUT"
    batch: str = opened["id"]
    this = {"listBatch": batch}
    async with walk.on("2026-01-01", "00:00"):
        assert await _duty(walk) == "MISSING"
    async with walk.on("2026-01-04"):  # a Sunday that is worked for the New Year
        assert await walk.refused("clerk", "submitListBatch", **this) == "BATCH_EMPTY"
        await walk.only(CLERKS, "fillListBatch", **this, add=[entry])
        assert await walk.refused("clerk", "fillListBatch", **this, add=[entry]) == "ENTRY_IN_BATCH"
        bare = await walk.refusal("clerk", "submitListBatch", **this)
        assert (bare["code"], bare["missing"]) == ("TYPICAL_CASE_MISSING", ["report", "picture"])
        await walk.not_now(act("credit", "publishListBatch", **this))
        await _carry_case(walk, this, entry)
        preview = "query ($id: ID!) { listBatchPreview(batch: $id) { entries entered previous unready } }"
        shown = (await walk.ask("leader", preview, {"id": batch}))["listBatchPreview"]
        assert shown == {"entries": 1, "entered": [entry], "previous": None, "unready": []}
        submitted = (await walk.only(CLERKS, "submitListBatch", **this))["listBatch"]
        assert (submitted["afterPeriod"], submitted["timeliness"]) == (True, "NONE_SET")
        assert await _duty(walk) == "SUBMITTED"
        await walk.not_now(
            act("clerk", "submitListBatch", **this),
            act("clerk", "fillListBatch", **this, add=[entry]),
            act("credit", "withdrawListBatch", **this, reason="有误"),
        )
    return batch


async def _duty(walk: Walk) -> str:
    query = """{ listBatchDuties(jurisdiction: "410700", from: "2025-10-01", to: "2025-12-31") {
      creditList domain status dueOn late } }"""
    found = (await walk.ask("credit", query))["listBatchDuties"]
    [duty] = [one for one in found if (one["creditList"], one["domain"]) == (BLACK, WAGE_DOMAIN)]
    assert (duty["dueOn"], duty["late"]) == (None, False), "a cycle is no last day"
    status: str = duty["status"]
    return status.upper()


async def _carry_case(walk: Walk, this: Mapping[str, str], entry: str) -> None:
    for part, content in (("REPORT", "以案释法：拖欠工资的后果。".encode()), ("PICTURE", png())):
        draft = await uploaded(walk, "clerk", content)
        given = {**this, "attachment": draft, "about": entry}
        if part == "PICTURE":
            assert await walk.refused("clerk", "attachToListBatch", **given, part="REPORT") == "CASE_PART_UNFIT"
        await walk.only(CLERKS, "attachToListBatch", **given, part=part)


async def _published(walk: Walk, entry: str, batch: str) -> None:
    """XX-05, XX-09, XX-11: by the city's credit office, whole, for three years and no longer."""
    this = {"listBatch": batch}
    async with walk.on("2026-01-05"):
        assert await walk.refused("credit", "publishListEntry", listEntry=entry) == "BATCH_WANTED"
        late = await walk.refusal("credit", "publishListBatch", **this, terms=[_until(entry, "2029-01-06")])
        assert (late["code"], late["latest"]) == ("PUBLICATION_TOO_LONG", "2029-01-05")
        assert await walk.refused("credit", "returnListBatch", **this, reason=" ") == "INVALID_INPUT"
        published = (await walk.only(CREDIT, "publishListBatch", **this))["listBatch"]
        assert (published["state"], published["caseStatus"]) == ("PUBLISHED", "COMPLETE")
        shown: Any = await walk.see(None, entry, "inForce publicUntil")
        assert shown == {"inForce": True, "publicUntil": "2029-01-05"}
        carried: Any = await walk.see(None, batch, "attachments(first: 5) { totalCount }")
        assert carried["attachments"]["totalCount"] == 2
        await walk.not_now(
            act("second-credit", "publishListBatch", **this), act("credit", "returnListBatch", **this, reason="迟")
        )


def _until(entry: str, day: str) -> dict[str, str]:
    return {"listEntry": entry, "publicUntil": day}


async def _contested(walk: Walk, entry: str) -> None:
    """XX-10: three working days over the Spring Festival, to verify, decide and report."""
    filed = {"entry": entry, "ground": "错误", "statement": "拖欠人数有误。"}
    async with walk.on("2026-02-13"):
        assert await walk.refused("firm", "fileObjection", **{**filed, "statement": " "}) == "INVALID_INPUT"
        assert await walk.refused("firm", "fileObjection", **{**filed, "ground": "不服"}) == "OBJECTION_GROUND_UNKNOWN"
        objection = (await walk.only(["firm", "platform"], "fileObjection", **filed))["objection"]
        assert objection["dueOn"] == "2026-02-25", "the worked Saturday, and two days after the holiday"
        assert await walk.see(None, entry, "disputed inForce") == {"disputed": True, "inForce": True}
        assert await walk.refused("firm", "fileObjection", **filed) == "OBJECTION_PENDING"
        this = {"objection": objection["id"]}
        decision = {"outcome": "REJECTED", "reason": "经核查，人数与工资表一致。"}
        await walk.not_now(
            act("second-approver", "decideObjection", **this, **decision), act("clerk", "reportObjection", **this)
        )
    async with walk.on("2026-02-25"):
        await walk.only([*CLERKS, *DECIDERS], "verifyObjection", **this, finding="工资表载明12人。")
        assert (
            await walk.refused("approver", "decideObjection", **this, **{**decision, "reason": " "}) == "INVALID_INPUT"
        )
        decided = (await walk.only(DECIDERS, "decideObjection", **this, **decision))["objection"]
        assert (decided["decideTimeliness"], decided["entry"]["disputed"]) == ("TIMELY", False)
        await walk.not_now(act("approver", "decideObjection", **this, **decision))
    async with walk.on("2026-02-26"):
        reported = (await walk.only([*CLERKS, *DECIDERS], "reportObjection", **this))["objection"]
        assert reported["reportTimeliness"] == "LATE"
        told = (await walk.only(["platform", *CREDIT], "tellObjection", **this))["objection"]
        assert "异议不成立" in told["notice"]
        again = await walk.refusal("firm", "fileObjection", **filed)
        assert (again["code"], again["first"]) == ("OBJECTION_DECIDED", this["objection"])


async def _off_early(walk: Walk, entry: str, batch: str) -> None:
    """XX-13: applied for, reviewed, filed with the credit office, deleted, in that order; announced where it stood."""
    async with walk.on("2026-03-02"):
        said = [
            {"condition": one, "statement": "已足额支付，公开道歉"}
            for one in ("积极纠错", "挽回社会影响", "取得较大成效")
        ]
        proof = await uploaded(walk, "firm", "付款凭证".encode())
        given = {"entry": entry, "statements": said, "evidence": [proof]}
        half = {**given, "statements": said[:2]}
        assert await walk.refused("firm", "applyListRemoval", **half) == "REMOVAL_CONDITION_MISSING"
        assert await walk.refused("firm", "applyListRemoval", **{**given, "evidence": []}) == "EVIDENCE_REQUIRED"
        applied = (await walk.only(["firm"], "applyListRemoval", **given))["listRemoval"]
        assert (applied["dueOn"], applied["timeliness"]) == (None, "NONE_SET")
        this = {"removal": applied["id"]}
        again = {**given, "evidence": [await uploaded(walk, "firm", "付款凭证二".encode())]}
        assert await walk.refused("firm", "applyListRemoval", **again) == "REMOVAL_PENDING"
        await walk.not_now(act("reviewer", "fileListRemoval", **this), act("reviewer", "removeListEntry", **this))
        assert await walk.refused("reviewer", "reviewListRemoval", **this, opinion=" ") == "INVALID_INPUT"
        await walk.only(DECIDERS, "reviewListRemoval", **this, opinion="三项条件均已具备")
        await walk.not_now(act("approver", "removeListEntry", **this))
        await walk.only(DECIDERS, "fileListRemoval", **this)
        assert await walk.refused("reviewer", "removeListEntry", **this) == "OWN_APPROVAL"
        assert (await walk.see(None, entry, "inForce"))["inForce"] is True, "until it is deleted it stands"
        await walk.not_now(act("credit", "announceListRemoval", **this))
        await walk.only(APPROVERS, "removeListEntry", **this)
        await walk.not_now(act("second-approver", "removeListEntry", **this))
        await gone(walk, entry, but=[*OWN, "firm"])
        assert await _exported(walk, batch) == ([], [entry])
        carried: Any = await walk.see(None, batch, "attachments(first: 5) { totalCount }")
        assert carried["attachments"]["totalCount"] == 0, "its typical case has gone with it"
        await walk.do("credit", "announceListRemoval", **this)
        await walk.not_now(act("credit", "announceListRemoval", **this))
        over = {**given, "evidence": [await uploaded(walk, "firm", "付款凭证三".encode())]}
        assert await walk.refused("firm", "applyListRemoval", **over) == "ENTRY_NOT_IN_FORCE"


async def _exported(walk: Walk, batch: str) -> tuple[list[str], list[str]]:
    """Take the file for the portal: what stands, and what is recalled."""
    assert walk.client is not None
    headers = {"authorization": f"Bearer {walk.client.token('credit')}"}
    response = await walk.client.http.get(f"/list-batches/{batch.partition(':')[2]}/export", headers=headers)
    told = response.json()
    return [one["id"] for one in told["entries"]], [one["id"] for one in told["recalled"]]


async def test_xinxiang_a_red_entry_comes_by_an_extra_batch_and_goes_with_a_violation(walk: Walk) -> None:
    """XX-07, XX-12; 河南省社会信用条例28: shown to the public before it is decided."""
    entry = await _on_the_red_list(walk)
    async with walk.on("2026-04-20"):
        record = await _handed_in(walk, "新人社监〔2026〕旅2号", RED_CODE, RED_FIRM)
        removal = await walk.sql(
            "SELECT id FROM list_removal WHERE cause_id = $1::text::uuid", record.partition(":")[2]
        )
        this = {"removal": f"ListRemoval:{removal}"}
        assert (await walk.see("clerk", this["removal"], "state way")) == {"state": "RAISED", "way": "VIOLATION"}
        assert await walk.refused("reviewer", "closeListRemoval", **this, reason=" ") == "INVALID_INPUT"
        await walk.not_now(act("reviewer", "fileListRemoval", **this))
        await walk.only(DECIDERS, "removeListEntry", **this)
        await walk.not_now(act("approver", "removeListEntry", **this))
        await gone(walk, entry, but=OWN)
        assert (await walk.see("clerk", entry, "removalReason"))["removalReason"] == "VERIFIED_VIOLATION"


async def _on_the_red_list(walk: Walk) -> str:
    async with walk.on("2026-04-01"):
        await open_list(walk, RED, also=["leader"], domain=WAGE_DOMAIN)
        given = {
            "creditList": RED, "domain": WAGE_DOMAIN, "reason": "连续三年足额支付工资", "behaviour": BEHAVIOUR, "legalBasis": LAW,
            "code": RED_CODE, "name": RED_FIRM,
        }  # fmt: skip
        entry = await collected(walk, **given)
        this = {"listEntry": entry}
        await attested(walk, entry, decider="leader", publisher="credit")
        await walk.not_now(act("clerk", "notifyListEntry", **this, **NOTICE), act("deputy", "reviewListEntry", **this))
        shown = {"reason": "连续三年足额支付工资", "channel": "局门户网站", "untilOn": "2026-04-08"}
        await walk.only(CLERKS, "announceListEntry", **this, **shown)
    async with walk.on("2026-04-08", "23:59"):
        assert await walk.refused("deputy", "reviewListEntry", **this) == "NOTICE_TERM_RUNS"
    async with walk.on("2026-04-09"):
        await _reviewed_and_decided(walk, entry, "新人社列〔2026〕旅2号")
        regular = {"creditList": RED, "domain": WAGE_DOMAIN, "year": 2026, "period": 2}
        empty = (await walk.do("clerk", "openListBatch", **regular))["listBatch"]
        await walk.do("clerk", "submitListBatch", listBatch=empty["id"], nothingToList=True)
        await walk.only(CREDIT, "publishListBatch", listBatch=empty["id"])
        assert await walk.refused("clerk", "openListBatch", **regular) == "BATCH_EXISTS"
        extra = (await walk.only(CLERKS, "openListBatch", **regular, extraReason="诚信宣传月"))["listBatch"]
        assert extra["number"] == 1
        batch = {"listBatch": extra["id"]}
        await walk.do("clerk", "fillListBatch", **batch, add=[entry])
        submitted = (await walk.do("clerk", "submitListBatch", **batch))["listBatch"]
        assert submitted["caseStatus"] == "MISSING", "advised for a red batch, not demanded"
        await walk.only(CREDIT, "publishListBatch", **batch)
        assert (await walk.see(None, entry, "publicUntil"))["publicUntil"] == "2029-04-09"
    return entry
