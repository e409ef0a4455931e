"""Shiyan's integrity file of a candidate, from the exam room to the end of the retention, contested in between.

SY-06a (如实记录, 签字确认), SY-06b (由湖北省人事考试院…5年或长期), XM-17; A.6 reading 7: the five years run from the entry.
"""

from __future__ import annotations

from typing import Any

import pytest

from domain.identifiers import invented_resident_id
from tests.journey.walk import Seat, Walk, act

pytestmark = pytest.mark.anyio

CANDIDATE, NUMBER = "欧阳虚构", invented_resident_id(420_306, division="420300")
STAFF: dict[str, Seat] = {
    "clerk": ("clerk", "420300", "HRSS"),
    "second-clerk": ("clerk", "420300", "HRSS"),
    "reviewer": ("reviewer", "420300", "HRSS"),
    "approver": ("approver", "420300", "HRSS"),
    "institute": ("exam_institute", "420300", "KSY"),
    "bureau": ("credit_office", "420300", "HRSS"),
    "inspection-clerk": ("clerk", "420300", "JC"),
    "inspection-approver": ("approver", "420300", "JC"),
    "platform": ("platform", "420300", "PLATFORM"),
    "xiamen-approver": ("approver", "350200", "KS"),
}
SHOWN = {
    "examViolation": "id state confirmation retention retainedUntil",
    "objection": "id state notice record { disputed state }",
}
CLERKS = ["clerk", "second-clerk"]
RECORDED = {
    "examKind": "PROFESSIONAL_QUALIFICATION", "examName": "一级建造师资格考试", "examOn": "2024-01-06", "site": "十堰一中考点",
    "violationClass": "携带通讯工具", "facts": "在考试中使用无线耳机", "idNumber": NUMBER, "name": CANDIDATE,
}  # fmt: skip
DECIDED = {"treatment": "当次全部科目成绩无效", "decisionNo": "鄂人考处〔2024〕1号", "retention": "LIMITED"}


async def test_shiyan_keeps_a_candidate_s_violation_for_five_years_and_a_leap_day(walk: Walk) -> None:
    async with walk.on("2024-01-08"):
        this = await _recorded(walk)
    async with walk.on("2024-02-19"):
        await _decided(walk, this)
    async with walk.on("2024-02-29"):
        record = await _entered(walk, this)
    async with walk.on("2024-03-04"):
        await _contested_in_vain(walk, record)
    async with walk.on("2029-02-28", "23:59"):
        assert await walk.see("candidate", record, "inForce") == {"inForce": True}
    async with walk.on("2029-03-01", "00:00"):
        assert await walk.see("candidate", record, "inForce") == {"inForce": False}
        await _seen_by_nobody_else(walk, record)


async def _recorded(walk: Walk) -> dict[str, str]:
    """SY-06a: the facts, then the candidate's signature, or the refusal before a witness."""
    named = {**RECORDED, "violationClass": f"{CANDIDATE}作弊"}
    assert await walk.refused("clerk", "recordExamViolation", **named) == "PERSONAL_TEXT_IN_PUBLIC"
    assert (
        await walk.refused("clerk", "recordExamViolation", **{**RECORDED, "examOn": "2024-01-09"}) == "DATE_IN_FUTURE"
    )
    assert await walk.refused("clerk", "recordExamViolation", **{**RECORDED, "facts": " "}) == "INVALID_INPUT"
    own = ["inspection-clerk"]  # clerks of other offices may keep files of their own exams
    made = await walk.only([*CLERKS, *own], "recordExamViolation", **RECORDED)
    this = {"examViolation": made["examViolation"]["id"]}
    assert await walk.refused("clerk", "recordExamViolation", **RECORDED) == "EXAM_VIOLATION_EXISTS"
    await walk.account_of_person(this["examViolation"], "candidate")
    await walk.not_now(
        act("institute", "decideExamViolation", **this, **DECIDED),
        act("clerk", "enterExamViolation", **this),
    )
    refused = {"confirmation": "REFUSED", "evidence": "考场记录单"}
    assert await walk.refused("clerk", "confirmExamViolation", **this, **refused) == "WITNESS_MISSING"
    assert await walk.refused(
        "clerk", "confirmExamViolation", **this, **{**refused, "evidence": " ", "witness": "甄虚构"}
    ) == ("INVALID_INPUT")
    confirmed = await walk.only(CLERKS, "confirmExamViolation", **this, **refused, witness="甄虚构")
    assert confirmed["examViolation"]["confirmation"] == "REFUSED"
    await walk.not_now(act("clerk", "confirmExamViolation", **this, **refused, witness="甄虚构"))
    return this


async def _decided(walk: Walk, this: dict[str, str]) -> None:
    """SY-06b: the provincial institute decides, and nobody of the city."""
    unsaid = {**DECIDED, "retention": None}
    assert await walk.refused("institute", "decideExamViolation", **this, **unsaid) == "RETENTION_MISSING"
    await walk.not_now(act("clerk", "enterExamViolation", **this))
    decided = (await walk.only(["institute"], "decideExamViolation", **this, **DECIDED))["examViolation"]
    assert (decided["retention"], decided["retainedUntil"]) == ("LIMITED", None), "it runs from the entry"
    await walk.not_now(act("institute", "decideExamViolation", **this, **DECIDED))


async def _entered(walk: Walk, this: dict[str, str]) -> str:
    entered = (await walk.only(CLERKS, "enterExamViolation", **this))["examViolation"]
    assert entered["retainedUntil"] == "2029-02-28"
    await walk.not_now(
        act("clerk", "enterExamViolation", **this), act("clerk", "withdrawExamViolation", **this, reason="误记")
    )
    kept: Any = await walk.see("candidate", this["examViolation"], "record { id publicUntil }")
    assert kept["record"]["publicUntil"] == "2029-02-28"
    record: str = kept["record"]["id"]
    await _seen_by_nobody_else(walk, record)
    return record


async def _seen_by_nobody_else(walk: Walk, record: str) -> None:
    """About a person, on authorised query only: the office keeps it, the candidate sees it, others do not."""
    for caller in (None, "inspection-clerk", "platform", "xiamen-approver", "institute"):
        assert await walk.see(caller, record, "id") is None, caller
    for caller in ("candidate", "clerk"):
        shown: Any = await walk.see(caller, record, "id")
        assert shown == {"id": record}, caller


async def _contested_in_vain(walk: Walk, record: str) -> None:
    """The candidate alone objects: nothing was pushed to the platform that it could hand on; the answer names nobody."""
    filed = {"record": record, "ground": "错误", "statement": "耳机并未开机。"}
    objection = (await walk.only(["candidate"], "fileObjection", **filed))["objection"]
    this = {"objection": objection["id"]}
    assert objection["record"]["disputed"] is True
    await walk.only(CLERKS, "verifyObjection", **this, finding="监控显示耳机处于通话状态。")
    decision = {"outcome": "REJECTED", "reason": "事实清楚。"}
    await walk.only(["reviewer", "approver"], "decideObjection", **this, **decision)
    told = (await walk.do("clerk", "tellObjection", **this))["objection"]
    assert CANDIDATE not in told["notice"]
