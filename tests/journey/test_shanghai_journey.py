"""Shanghai from file to exit: a penalty handed in, published, contested at the Centre, put right, and gone again.

At each step the wrong person, the wrong order, the late step and the missing part.
SH-02, SH-04, SH-05b, SH-05e, SH-10; 上海市社会信用条例36; 行政处罚法48.
"""

from __future__ import annotations

from typing import Any

import pytest

from domain.identifiers import invented_uscc
from tests.journey.repairing import REPAIR, Hands, repaired
from tests.journey.sheets import penalty, sheet
from tests.journey.walk import Seat, Walk, act, item_id

pytestmark = pytest.mark.anyio

ORGAN = "上海市人力资源和社会保障局"
CODE, FIRM = invented_uscc(310_001, division="310000"), "上海旅程虚构有限公司"
STAFF: dict[str, Seat] = {
    "clerk": ("clerk", "310000", "ZFZD"),
    "reviewer": ("reviewer", "310000", "ZFZD"),
    "approver": ("approver", "310000", "ZFZD"),
    "rival-clerk": ("clerk", "310000", "JY"),
    "rival-reviewer": ("reviewer", "310000", "JY"),
    "rival-approver": ("approver", "310000", "JY"),
    "bureau": ("credit_office", "310000", "HRSS"),
    "bureau-clerk": ("clerk", "310000", "HRSS"),
    "centre": ("platform", "310000", "CENTRE"),
    "platform": ("platform", "310000", "PLATFORM"),
    "xiamen-approver": ("approver", "350200", "JCZD"),
}
SHOWN = REPAIR | {
    "creditRecord": "id state version severity dishonest disputed inForce publicUntil withdrawalReason"
    " publicationTimeliness collectionTimeliness",
    "objection": "id state nextStep nextOffice { code } markDueOn forwardDueOn decideDueOn reportDueOn tellDueOn overdue"
    " markTimeliness forwardTimeliness verifyTimeliness decideTimeliness reportTimeliness tellTimeliness"
    " notice earlier { id } record { disputed version }",
    "subjectStatement": "id words",
}
SEVERE = {"procedure": "GENERAL", "severity": "GENERAL", "legalBasisLevel": "ADMINISTRATIVE_REGULATION"}


def _row(number: str, decided: str = "2025/12/26", **more: str) -> dict[str, str]:
    return penalty(FIRM, CODE, number, decided, "2026/12/26", ORGAN, **more)


async def test_shanghai_from_file_to_exit(walk: Walk) -> None:
    async with walk.on("2025-12-29"):
        record = await _handed_in(walk)
    async with walk.on("2025-12-30"):
        await _published(walk, record)
    objection = await _contested(walk, record)
    await _put_right_on_new_facts(walk, record, objection)
    async with walk.on("2026-02-03"):
        await _withdrawn(walk, record)
    await _another_leaves_by_repair(walk)


async def _handed_in(walk: Walk) -> str:
    """SH-02: in whose name it is handed in, that unit answers for it."""
    number = "沪人社罚〔2025〕旅1号"
    body = sheet([_row(number), _row("沪人社罚〔2025〕旅2号", CF_XDR_SHXYM="91310000MA1T02R31X")])
    for caller, status in ((None, 403), ("centre", 403), ("auditor", 403), ("approver", 403)):
        assert (await walk.import_file(caller, body))[0] == status, caller
    status, foreign = await walk.import_file("rival-clerk", body)
    assert (status, foreign["errors"][0]["extensions"]["code"]) == (400, "NOT_PRODUCER")
    assert await walk.sql("SELECT count(*) FROM credit_record") == 0
    assert (await walk.import_file("clerk", body, kind="application/json"))[0] == 415
    status, summary = await walk.import_file("clerk", body)
    assert (status, summary["rowsRead"], summary["rowsAdded"], summary["rowsRefused"]) == (201, 2, 1, 1)
    assert (await walk.import_file("clerk", body))[1]["rowsKnown"] == 1
    return await walk.record(number)


async def _published(walk: Walk, record: str) -> None:
    """SH-05b, SH-05e: what counts as dishonest, and on which basis it may be called severe."""
    assert await walk.see(None, record, "id") is None
    held = await walk.see("clerk", record, "dishonest collectionTimeliness publicationTimeliness")
    assert held == {"dishonest": False, "collectionTimeliness": "NONE_SET", "publicationTimeliness": "NONE_SET"}
    amend = {"record": record, "reason": "补充程序和失信程度", **SEVERE}
    assert await walk.refused("clerk", "amendCreditRecord", **{**amend, "reason": " "}) == "REASON_REQUIRED"
    assert await walk.refused("clerk", "amendCreditRecord", **{**amend, "severity": "MINOR"}) == "SEVERITY_UNKNOWN"
    by_rule = {**amend, "severity": "SERIOUS", "legalBasisLevel": "DEPARTMENT_RULE"}
    assert await walk.refused("clerk", "amendCreditRecord", **by_rule) == "SEVERITY_BASIS_INSUFFICIENT"
    amended = (await walk.only(["clerk"], "amendCreditRecord", **amend))["creditRecord"]
    assert (amended["version"], amended["severity"], amended["dishonest"]) == (2, "GENERAL", True)

    published = await walk.only(["reviewer", "approver"], "publishCreditRecord", record=record)
    assert published["creditRecord"]["inForce"] is True
    assert (await walk.see(None, record, "inForce disputed")) == {"inForce": True, "disputed": False}
    await walk.not_now(act("reviewer", "publishCreditRecord", record=record))


async def _contested(walk: Walk, record: str) -> str:
    """SH-10, 上海市社会信用条例36: marked in one working day, forwarded in two, decided in five from then on."""
    await walk.account_of(CODE, "firm")
    filed = {"record": record, "ground": "错误", "statement": "罚款金额应为五千元。"}
    async with walk.on("2025-12-31"):  # the day before the holiday; Sunday the 4th is worked
        assert await walk.refused("firm", "fileObjection", **{**filed, "ground": "不服"}) == "OBJECTION_GROUND_UNKNOWN"
        assert await walk.refused("firm", "fileObjection", **{**filed, "statement": " "}) == "INVALID_INPUT"
        early = {"record": record, "words": "本单位已付清工资。"}
        assert await walk.refused("firm", "makeSubjectStatement", **early) == "NOT_CONTESTED"
        objection = (await walk.only(["firm", "centre"], "fileObjection", **filed))["objection"]
        this = {"objection": objection["id"]}
        assert (objection["markDueOn"], objection["forwardDueOn"]) == ("2026-01-04", "2026-01-05")
        assert (objection["nextOffice"]["code"], objection["decideDueOn"]) == ("CENTRE", None)
        for caller in (None, "rival-clerk", "bureau"):
            assert await walk.see(caller, record, "disputed inForce") == {"disputed": True, "inForce": True}, caller
        assert await walk.see("rival-clerk", objection["id"], "id") is None
        again = await walk.refusal("firm", "fileObjection", **filed)
        assert (again["code"], again["first"]) == ("OBJECTION_PENDING", objection["id"])
        await walk.not_now(
            act("centre", "forwardObjection", **this),
            act("clerk", "verifyObjection", **this, finding="已核查。"),
            act("approver", "decideObjection", **this, outcome="REJECTED", reason="无误。"),
            act("clerk", "reportObjection", **this),
            act("centre", "tellObjection", **this),
        )
    async with walk.on("2026-01-05"):
        marked = (await walk.only(["centre"], "markObjection", **this))["objection"]
        assert marked["markTimeliness"] == "LATE"
        await walk.not_now(act("centre", "markObjection", **this))
        forwarded = (await walk.only(["centre"], "forwardObjection", **this))["objection"]
        assert (forwarded["forwardTimeliness"], forwarded["nextOffice"]["code"]) == ("TIMELY", "ZFZD")
        assert (forwarded["decideDueOn"], forwarded["reportDueOn"]) == ("2026-01-12", "2026-01-12")
    await _rejected(walk, this)
    return str(objection["id"])


async def _rejected(walk: Walk, this: dict[str, str]) -> None:
    async with walk.on("2026-01-12"):
        assert await walk.refused("clerk", "verifyObjection", **this, finding=" ") == "INVALID_INPUT"
        appraisal = {"kind": "鉴定", "reason": "笔迹鉴定。"}
        assert await walk.refused("clerk", "pauseObjection", **this, **appraisal) == "CLOCK_DOES_NOT_STOP"
        await walk.only(["clerk"], "verifyObjection", **this, finding="文书所载即为一万元。")
        decision = {"outcome": "REJECTED", "reason": "与决定文书一致。"}
        assert (
            await walk.refused("approver", "decideObjection", **this, **{**decision, "reason": " "}) == "INVALID_INPUT"
        )
        unclear = {**decision, "outcome": "AMENDED"}
        assert await walk.refused("approver", "decideObjection", **this, **unclear) == "CORRECTION_UNCLEAR"
        await walk.not_now(act("clerk", "reportObjection", **this), act("centre", "tellObjection", **this))
        decided = (await walk.only(["approver"], "decideObjection", **this, **decision))["objection"]
        assert (decided["decideTimeliness"], decided["record"]["disputed"]) == ("TIMELY", False)
    async with walk.on("2026-01-13"):
        await walk.not_now(act("centre", "tellObjection", **this))
        reported = (await walk.only(["clerk", "reviewer", "approver"], "reportObjection", **this))["objection"]
        assert reported["reportTimeliness"] == "LATE"
        told = (await walk.only(["centre"], "tellObjection", **this))["objection"]
        assert "异议不成立" in told["notice"]
        read = await walk.see("firm", this["objection"], "notice state")
        assert (read["state"], read["notice"]) == ("TOLD", told["notice"])


async def _put_right_on_new_facts(walk: Walk, record: str, first: str) -> None:
    """The ground is settled; new facts open it again, and the outcome is carried out with the decision."""
    filed = {"record": record, "ground": "错误", "statement": "罚款金额应为五千元。"}
    async with walk.on("2026-01-14"):
        again = await walk.refusal("firm", "fileObjection", **filed)
        assert (again["code"], again["first"]) == ("OBJECTION_DECIDED", first)
        words = {"record": record, "words": "本单位已付清工资，并对金额有异议。"}
        await walk.only(["firm"], "makeSubjectStatement", **words)
        assert await walk.refused("firm", "makeSubjectStatement", **words) == "STATEMENT_STANDS"
        beside = "subjectStatements(first: 1) { nodes { words } }"
        shown: Any = await walk.see(None, record, beside)
        assert shown["subjectStatements"]["nodes"] == [{"words": words["words"]}]
        objection = (await walk.do("firm", "fileObjection", **filed, newFacts="行政复议决定已变更罚款金额。"))[
            "objection"
        ]
        assert objection["earlier"] == {"id": first}
        this = {"objection": objection["id"]}
        await walk.do("centre", "markObjection", **this)
        await walk.do("centre", "forwardObjection", **this)
    async with walk.on("2026-01-15"):
        await walk.do("clerk", "verifyObjection", **this, finding="复议决定属实。")
        correction = {"content": [{"code": "CF_NR_FK", "value": "0.500000"}]}
        decision = {"outcome": "AMENDED", "reason": "依复议决定更正。", "correction": correction}
        decided = (await walk.only(["approver"], "decideObjection", **this, **decision))["objection"]
        assert decided["record"] == {"disputed": False, "version": 3}
        await walk.do("clerk", "reportObjection", **this)
        told = (await walk.do("centre", "tellObjection", **this))["objection"]
        assert "已予更正" in told["notice"]
        assert (await walk.see(None, record, "content"))["content"]["CF_NR_FK"] == "0.500000"


async def _withdrawn(walk: Walk, record: str) -> None:
    """行政处罚法48: withdrawn with a public reason, and gone for everybody but the subject and its office."""
    withdraw = {"record": record, "reason": "原行政处罚决定被依法撤销"}
    assert await walk.refused("clerk", "withdrawCreditRecord", **{**withdraw, "reason": ""}) == "REASON_REQUIRED"
    gone = (await walk.only(["clerk", "approver"], "withdrawCreditRecord", **withdraw))["creditRecord"]
    assert (gone["state"], gone["withdrawalReason"]) == ("WITHDRAWN", withdraw["reason"])
    await walk.not_now(
        act("clerk", "withdrawCreditRecord", **withdraw),
        act("clerk", "amendCreditRecord", record=record, reason="改", title="改"),
    )
    for caller in (None, "rival-clerk", "bureau", "centre"):
        assert await walk.see(caller, record, "id") is None, caller
    for caller in ("firm", "clerk"):
        assert (await walk.see(caller, record, "state"))["state"] == "WITHDRAWN"
    over = {"record": record, "ground": "遗漏", "statement": "仍有误。"}
    assert await walk.refused("firm", "fileObjection", **over) == "NOTHING_TO_CONTEST"


async def _another_leaves_by_repair(walk: Walk) -> None:
    """SH-11: by the rules of nation and city; the platform hides it in three working days."""
    number = "沪人社罚〔2025〕旅4号"
    async with walk.on("2025-12-01"):
        await walk.import_file("clerk", sheet([_row(number, "2025/11/28")]))
        record = await walk.record(number)
        await walk.do("clerk", "amendCreditRecord", record=record, reason="补充程序和失信程度", **SEVERE)
        await walk.do("approver", "publishCreditRecord", record=record)
    hands = Hands(
        finders=["clerk", "reviewer", "approver"],
        granters=["approver"],
        criminal_proceedings_bar=False,
        platform_due_on="2026-03-10",
    )
    await repaired(walk, record, hands)


async def test_shanghai_a_record_ends_by_itself_on_its_last_day(walk: Walk) -> None:
    """2024-02-29 and three years end on 2027-02-28 (民法典202); a decision stands once."""
    number = "沪人社罚〔2024〕旅3号"
    given = {
        "item": item_id("310000", "penalty_general_procedure"), "decisionNo": number, "title": "拖欠劳动报酬", "code": CODE,
        "name": FIRM, "decidedOn": "2024-02-29", **SEVERE,
    }  # fmt: skip
    row = penalty(FIRM, CODE, number, "2024/02/29", "2025/02/28", ORGAN)
    content = [{"code": code, "value": value} for code, value in row.items()]
    async with walk.on("2024-03-01"):
        assert await walk.refused("clerk", "submitCreditRecord", **given) == "DATA_ITEM_MISSING"
        foreign = {**given, "item": item_id("350200", "penalty"), "content": content}
        assert await walk.refused("clerk", "submitCreditRecord", **foreign) == "NOT_PRODUCER"
        made = await walk.only(["clerk", "bureau-clerk"], "submitCreditRecord", **given, content=content)
        record = made["creditRecord"]["id"]
        assert await walk.refused("clerk", "submitCreditRecord", **given, content=content) == "RECORD_EXISTS"
        published = await walk.do("reviewer", "publishCreditRecord", record=record)
        assert published["creditRecord"]["publicUntil"] == "2027-02-28"
    async with walk.on("2027-02-28", "23:59"):
        assert (await walk.see(None, record, "inForce"))["inForce"] is True
    async with walk.on("2027-03-01", "00:00"):
        for caller in (None, "rival-clerk", "bureau", "centre"):
            assert await walk.see(caller, record, "id") is None, caller
        assert (await walk.see("clerk", record, "inForce state")) == {"inForce": False, "state": "PUBLISHED"}
