"""Shiyan from file to exit: the texts set three working days for collection and no chain; the rest is none set.

At each step the wrong person, the wrong order, the late step and the missing part.
SY-07, SY-08, SY-10, SY-16, SY-17; A.6 reading 1 (none set, not loaded and a layer's word stay apart).
"""

from __future__ import annotations

import pytest

from domain.identifiers import invented_uscc
from tests.journey.repairing import REPAIR, Hands, repaired
from tests.journey.sheets import penalty, sheet
from tests.journey.walk import Seat, Walk, act, item_id

pytestmark = pytest.mark.anyio

ORGAN = "十堰市人力资源和社会保障局"
CODE, FIRM = invented_uscc(420_301, division="420300"), "十堰旅程虚构建筑有限公司"
STAFF: dict[str, Seat] = {
    "clerk": ("clerk", "420300", "JC"),
    "second-clerk": ("clerk", "420300", "JC"),
    "reviewer": ("reviewer", "420300", "JC"),
    "approver": ("approver", "420300", "JC"),
    "bureau-clerk": ("clerk", "420300", "HRSS"),
    "bureau-approver": ("approver", "420300", "HRSS"),
    "bureau": ("credit_office", "420300", "HRSS"),
    "platform": ("platform", "420300", "PLATFORM"),
    "shanghai-approver": ("approver", "310000", "ZFZD"),
}
SHOWN = REPAIR | {
    "creditRecord": "id state version disputed inForce publicUntil withdrawalReason collectionDueOn collectionTimeliness"
    " publicationTimeliness repairNoticeStatus",
    "objection": "id state steps timedSteps nextStep nextOffice { code } dueOn overdue procedure notice origin"
    " verifyTimeliness decideTimeliness tellTimeliness record { disputed version state }",
}
CLERKS, DECIDERS = ["clerk", "second-clerk"], ["reviewer", "approver"]


def _row(number: str, decided: str = "2025/09/26", **more: str) -> dict[str, str]:
    return penalty(FIRM, CODE, number, decided, "2026/09/26", ORGAN, **more)


async def test_shiyan_from_file_to_exit(walk: Walk) -> None:
    number = "十人社罚〔2025〕旅1号"
    async with walk.on("2025-09-30", "23:59"):  # Friday the 26th, Sunday the 28th worked, Monday, Tuesday: the last day
        body = sheet([_row(number), _row("", CF_NR="缺文书号")])
        for caller in (None, "bureau", "approver", "auditor", "platform"):
            assert (await walk.import_file(caller, body))[0] == 403, caller
        assert (await walk.import_file("shanghai-approver", body))[0] == 403
        status, summary = await walk.import_file("clerk", body)
        assert (status, summary["rowsAdded"], summary["rowsRefused"]) == (201, 1, 1)
        record = await walk.record(number)
        held = await walk.see("clerk", record, "collectionDueOn collectionTimeliness publicationTimeliness")
        assert held == {
            "collectionDueOn": "2025-09-30", "collectionTimeliness": "TIMELY", "publicationTimeliness": "NONE_SET",
        }  # fmt: skip
    await _the_late_one_is_shown_as_late(walk)
    async with walk.on("2025-10-10"):
        await _published(walk, record)
    this = await _contested(walk, record)
    async with walk.on("2025-11-18"):
        await _decided(walk, record, this)
        await _withdrawn(walk, record)
    await _another_leaves_by_repair(walk)


async def _the_late_one_is_shown_as_late(walk: Walk) -> None:
    """SY-07: in the holiday the days do not run; on the 9th of October it is late, taken, and shown as late."""
    number = "十人社罚〔2025〕旅2号"
    content = [{"code": code, "value": value} for code, value in _row(number).items()]
    given = {
        "item": item_id("420300", "penalty"), "decisionNo": number, "title": "拖欠劳动报酬", "code": CODE, "name": FIRM,
        "decidedOn": "2025-09-26", "obtainedOn": "2025-09-26",
    }  # fmt: skip
    async with walk.on("2025-10-09"):
        assert await walk.refused("clerk", "submitCreditRecord", **given) == "DATA_ITEM_MISSING"
        by_name = {**given, "content": content, "severity": "SERIOUS"}
        assert await walk.refused("clerk", "submitCreditRecord", **by_name) == "SEVERITY_UNKNOWN"
        late = await walk.only([*CLERKS, "bureau-clerk"], "submitCreditRecord", **given, content=content)
        assert late["creditRecord"]["collectionTimeliness"] == "LATE"
        wrong = {"record": late["creditRecord"]["id"], "reason": "重复登记"}
        await walk.only([*CLERKS, "approver"], "withdrawCreditRecord", **wrong)


async def _published(walk: Walk, record: str) -> None:
    """SY-17: double publicity is practised, without days; nobody need be told of repair rights here."""
    assert await walk.see(None, record, "id") is None
    published = (await walk.only(["approver", "reviewer"], "publishCreditRecord", record=record))["creditRecord"]
    assert (published["inForce"], published["publicUntil"]) == (True, "2028-09-26")
    assert (published["publicationTimeliness"], published["repairNoticeStatus"]) == ("NONE_SET", "NOT_REQUIRED")
    assert await walk.see(None, record, "inForce") == {"inForce": True}


async def _contested(walk: Walk, record: str) -> dict[str, str]:
    """No text sets a chain or days: the service's own way, told as such; nothing is ever overdue."""
    await walk.account_of(CODE, "firm")
    async with walk.on("2025-10-13"):
        filed = {"record": record, "ground": "侵犯合法权益", "statement": "所列工程并非本单位承建。"}
        assert await walk.refused("firm", "fileObjection", **{**filed, "ground": "不服"}) == "OBJECTION_GROUND_UNKNOWN"
        objection = (await walk.only(["firm", "platform"], "fileObjection", **filed))["objection"]
        assert (objection["steps"], objection["timedSteps"]) == (["mark", "verify", "decide", "tell"], [])
        assert objection["procedure"]["isDefault"] is True
        terms = [step["term"] for step in objection["procedure"]["steps"] if step["step"] in ("verify", "decide")]
        assert {term["status"] for term in terms} == {"not_loaded"}, "the provincial rules are named and not held"
        assert {objection[f"{step}Timeliness"] for step in ("verify", "decide", "tell")} == {"NONE_SET"}
        this = {"objection": objection["id"]}
        await walk.not_now(
            act("approver", "decideObjection", **this, outcome="REJECTED", reason="无误。"),
            act("clerk", "tellObjection", **this),
            act("clerk", "reportObjection", **this),
        )
        assert await walk.see(None, record, "disputed") == {"disputed": True}
    async with walk.on("2025-11-17"):  # five weeks later: no day was set, so none is missed
        assert await walk.see("firm", this["objection"], "overdue dueOn") == {"overdue": False, "dueOn": None}
        assert await walk.refused("clerk", "verifyObjection", **this, finding=" ") == "INVALID_INPUT"
        others = {"finding": "联系13800138000核实。"}
        assert await walk.refused("clerk", "verifyObjection", **this, **others) == "OTHERS_PERSONAL_DATA"
        await walk.only(CLERKS, "verifyObjection", **this, finding="工程名称登记有误，当事人无误。")
    return this


async def _decided(walk: Walk, record: str, this: dict[str, str]) -> None:
    decision = {"outcome": "AMENDED", "reason": "更正工程名称。", "correction": {"title": "拖欠劳动报酬（二期工程）"}}
    # the approver published it himself
    assert await walk.refused("approver", "decideObjection", **this, **decision) == "OWN_ACT_DECIDED"
    unclear = {**decision, "correction": None}
    assert await walk.refused("reviewer", "decideObjection", **this, **unclear) == "CORRECTION_UNCLEAR"
    decided = (await walk.only(["reviewer"], "decideObjection", **this, **decision))["objection"]
    assert decided["record"] == {"disputed": False, "version": 2, "state": "PUBLISHED"}
    await walk.not_now(act("reviewer", "decideObjection", **this, **decision))
    told = (await walk.only([*CLERKS, *DECIDERS], "tellObjection", **this))["objection"]
    assert (told["nextStep"], "已予更正" in told["notice"]) == (None, True)
    assert await walk.refused("firm", "appealObjection", **this, statement="不服。") == "REVIEW_NOT_PROVIDED"
    assert await walk.see(None, record, "title disputed") == {"title": "拖欠劳动报酬（二期工程）", "disputed": False}


async def _withdrawn(walk: Walk, record: str) -> None:
    withdraw = {"record": record, "reason": "处罚决定经复议撤销"}
    assert await walk.refused("clerk", "withdrawCreditRecord", record=record, reason=" ") == "REASON_REQUIRED"
    await walk.only([*CLERKS, "approver"], "withdrawCreditRecord", **withdraw)
    for caller in (None, "bureau", "platform", "bureau-clerk"):
        assert await walk.see(caller, record, "id") is None, caller
    assert (await walk.see("firm", record, "withdrawalReason"))["withdrawalReason"] == withdraw["reason"]


async def _another_leaves_by_repair(walk: Walk) -> None:
    """The article says nothing of repair: the nation's order holds, and no loaded text sets days for the platform."""
    number = "十人社罚〔2025〕旅3号"
    async with walk.on("2025-12-01"):
        await walk.import_file("clerk", sheet([_row(number, "2025/11/28")]))
        record = await walk.record(number)
        await walk.do("reviewer", "publishCreditRecord", record=record)
    hands = Hands(
        finders=[*CLERKS, *DECIDERS], granters=["approver"], criminal_proceedings_bar=True, platform_due_on=None
    )
    await repaired(walk, record, hands)
