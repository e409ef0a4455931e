"""The way of an objection in each of the five places, over HTTP, from the filing to the answer.

At each step the wrong person, the wrong order and the missing part are refused; what is late is done late and
stays shown as late. XM-05b, XM-09c, HC-06b, XX-10a, XX-10b, SH-10; 上海市社会信用条例36; 河南省社会信用条例28, 41.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from domain.rights.objections.refusals import NothingToContest, ReviewNotProvided
from tests.client import NOW, Serve
from tests.objections.asking import Asking, appeal, record_id
from tests.objections.ground import HAICANG, PLACE, SHANGHAI, SHIYAN, XIAMEN, XINXIANG, World, make_entry, make_record

pytestmark = pytest.mark.anyio

REASON = "经核查，原决定文书载明的金额与公示一致。"
CORRECTED = {"title": "更正后的名称"}


class Days:
    """The service on several days, over one database."""

    def __init__(self, serve: Serve, url: str) -> None:
        self._serve = serve
        self._url = url

    def on(self, days: int = 0, *, hours: int = 0) -> Any:
        """Serve so many days after the first."""
        instant: datetime = NOW + timedelta(days=days, hours=hours)
        return self._serve(self._url, now=instant)


@pytest.fixture
def days(serve: Serve, installed_url: str, world: World) -> Days:
    return Days(serve, installed_url)


def _filed(record: UUID, **more: Any) -> dict[str, Any]:
    return {"record": record_id(record), "ground": "错误", "statement": "罚款金额有误，应为两万元。", **more}


async def _fresh(owner: asyncpg.Connection[Any], world: World, place: str) -> UUID:
    async with owner.transaction():
        return await make_record(owner, world, place)


# -- Xinxiang


async def test_xinxiang_verifies_decides_and_reports_in_three_days_and_the_credit_office_corrects_xx_10a_xx_10b(
    owner: asyncpg.Connection[Any], world: World, days: Days
) -> None:
    record = await _fresh(owner, world, XINXIANG)
    clerk, reviewer, office = f"{XINXIANG}.clerk", f"{XINXIANG}.reviewer", f"{XINXIANG}.credit_office"
    async with days.on() as client:
        asking = Asking(client)
        filed = await asking.act("fileObjection", by=f"{XINXIANG}.firm", **_filed(record))
        this = {"objection": filed["id"]}
        assert (filed["state"], filed["nextStep"], filed["nextOffice"]["code"]) == ("MARKED", "VERIFY", "LDGX")
        assert [filed[f"{step}DueOn"] for step in ("verify", "decide", "report")] == ["2026-03-23"] * 3
        assert (filed["tellDueOn"], filed["dueOn"], filed["platformOffice"]["code"]) == (
            "2026-03-27",
            "2026-03-23",
            "XYB",
        )
        assert filed["record"]["disputed"]

        assert await asking.refused("decideObjection", by=reviewer, **this, outcome="REJECTED", reason=REASON) == (
            "STEP_OUT_OF_ORDER"
        )
        assert (
            await asking.refused("verifyObjection", by=f"{XINXIANG}.other_clerk", **this, finding="属实") == "NOT_FOUND"
        )
        assert await asking.refused("verifyObjection", by=f"{XINXIANG}.firm", **this, finding="属实") == "FORBIDDEN"
        assert await asking.refused("verifyObjection", by=clerk, **this, finding="  ") == "INVALID_INPUT"
        verified = await asking.act("verifyObjection", by=clerk, **this, finding="登记金额与文书不一致，属录入错误。")
        assert (verified["state"], verified["verifyTimeliness"]) == ("VERIFIED", "TIMELY")

        assert (
            await asking.refused("decideObjection", by=clerk, **this, outcome="AMENDED", reason=REASON) == "FORBIDDEN"
        )
        assert await asking.refused(
            "decideObjection", by=f"{XINXIANG}.approver", **this, outcome="AMENDED", reason=REASON
        ) == ("CORRECTION_UNCLEAR")
        assert await asking.refused("reportObjection", by=clerk, **this) == "STEP_OUT_OF_ORDER"
        decided = await asking.act(
            "decideObjection", by=f"{XINXIANG}.approver", **this, outcome="AMENDED", reason=REASON, correction=CORRECTED
        )
        assert (decided["state"], decided["outcome"], decided["decideTimeliness"]) == ("DECIDED", "AMENDED", "TIMELY")
        assert (decided["record"]["disputed"], decided["record"]["version"], decided["open"]) == (False, 2, False)

        assert await asking.refused("correctObjection", by=office, **this) == "STEP_OUT_OF_ORDER"
    async with days.on(6) as client:  # Tuesday the 24th: the report is a day late
        asking = Asking(client)
        seen = await asking.see(filed["id"], by=office)
        assert seen is not None
        assert (seen["reportTimeliness"], seen["overdue"]) == ("OVERDUE", True)
        reported = await asking.act("reportObjection", by=clerk, **this)
        assert (reported["state"], reported["nextOffice"]["code"]) == ("AWAITING_CORRECTION", "XYB")
        assert (reported["reportTimeliness"], reported["decideTimeliness"], reported["overdue"]) == (
            "LATE",
            "TIMELY",
            False,
        )

        assert await asking.refused("tellObjection", by=office, **this) == "STEP_OUT_OF_ORDER"
        assert await asking.refused("correctObjection", by=reviewer, **this) == "STEP_OF_ANOTHER_OFFICE"
        assert await asking.refused("correctObjection", by=office, **this, correction=CORRECTED) == "CORRECTION_UNCLEAR"
        corrected = await asking.act("correctObjection", by=office, **this)
        assert (corrected["state"], corrected["correctTimeliness"]) == ("CORRECTED", "NONE_SET")
        told = await asking.act("tellObjection", by=office, **this)
        assert (told["state"], told["tellTimeliness"], told["nextStep"], told["dueOn"]) == (
            "TOLD",
            "TIMELY",
            None,
            None,
        )
        assert await asking.refused("tellObjection", by=office, **this) == "STEP_OUT_OF_ORDER"
        read = await asking.see(filed["id"], by=f"{XINXIANG}.firm")
        assert read is not None
        assert "异议成立，已予更正" in read["notice"]
        assert REASON in read["notice"]
        assert "复核" not in read["notice"], "a record's outcome is not reviewed"


async def test_xinxiang_rejects_with_a_reason_and_nothing_awaits_correction_xx_10b(
    owner: asyncpg.Connection[Any], world: World, days: Days
) -> None:
    record = await _fresh(owner, world, XINXIANG)
    async with days.on() as client:
        asking = Asking(client)
        filed = await asking.act("fileObjection", by=f"{XINXIANG}.agent", **_filed(record, ground="遗漏"))
        this = {"objection": filed["id"]}
        assert filed["origin"] == "AGENT"
        await asking.act("verifyObjection", by=f"{XINXIANG}.clerk", **this, finding="无遗漏。")
        approver = f"{XINXIANG}.approver"
        assert (
            await asking.refused("decideObjection", by=approver, **this, outcome="REJECTED", reason=" ")
            == "INVALID_INPUT"
        )
        decided = await asking.act("decideObjection", by=approver, **this, outcome="REJECTED", reason=REASON)
        assert decided["steps"] == ["mark", "verify", "decide", "report", "tell"]
        assert (decided["record"]["disputed"], decided["record"]["version"]) == (False, 1)
        reported = await asking.act("reportObjection", by=f"{XINXIANG}.clerk", **this)
        assert (reported["state"], reported["nextStep"], reported["correctTimeliness"]) == ("REPORTED", "TELL", None)
        told = await asking.act("tellObjection", by=f"{XINXIANG}.credit_office", **this)
        assert "异议不成立，不予更正" in told["notice"]


async def test_xinxiang_withdraws_what_is_wrong_with_the_decision_xx_10b(
    owner: asyncpg.Connection[Any], world: World, days: Days
) -> None:
    record = await _fresh(owner, world, XINXIANG)
    async with days.on() as client:
        asking = Asking(client)
        filed = await asking.act("fileObjection", by=f"{XINXIANG}.firm", **_filed(record))
        this = {"objection": filed["id"]}
        await asking.act("verifyObjection", by=f"{XINXIANG}.clerk", **this, finding="主体有误。")
        decided = await asking.act(
            "decideObjection",
            by=f"{XINXIANG}.approver",
            **this,
            outcome="WITHDRAWN",
            reason="主体认定有误，撤销本条信息。",
        )
        assert (decided["record"]["state"], decided["record"]["withdrawalReason"]) == (
            "WITHDRAWN",
            "主体认定有误，撤销本条信息。",
        )
        assert await asking.refused("fileObjection", by=f"{XINXIANG}.firm", **_filed(record, ground="遗漏")) == (
            "NOTHING_TO_CONTEST"
        )


async def test_the_province_reviews_the_outcome_about_a_listing_and_the_office_carries_it_out_henan_28(
    owner: asyncpg.Connection[Any], world: World, days: Days
) -> None:
    async with owner.transaction():
        entry = await make_entry(owner, world, XINXIANG)
    firm, approver = f"{XINXIANG}.firm", f"{XINXIANG}.approver"
    async with days.on() as client:
        asking = Asking(client)
        given = {"entry": f"ListEntry:{entry}", "ground": "侵犯合法权益", "statement": "列入依据不足。"}
        taken_back = {"objection": (await asking.act("fileObjection", by=firm, **given))["id"]}
        await asking.act("withdrawObjection", by=firm, **taken_back)
        assert await asking.refused("appealObjection", by=firm, **taken_back, statement="不服") == "OBJECTION_WITHDRAWN"
        filed = await asking.act("fileObjection", by=firm, **given)
        this = {"objection": filed["id"]}
        assert filed["entry"]["disputed"]
        assert await asking.refused("appealObjection", by=firm, **this, statement="不服") == "OBJECTION_PENDING"
        await asking.act("verifyObjection", by=f"{XINXIANG}.clerk", **this, finding="依据充分。")
        await asking.act("decideObjection", by=approver, **this, outcome="REJECTED", reason=REASON)
        await asking.act("reportObjection", by=f"{XINXIANG}.clerk", **this)
        told = await asking.act("tellObjection", by=f"{XINXIANG}.credit_office", **this)
        assert "可以向省社会信用工作主管部门申请复核（《河南省社会信用条例》 28）" in told["notice"]

        assert await asking.refused("appealObjection", by=f"{XINXIANG}.person", **this, statement="不服") == "NOT_FOUND"
        review = await asking.act("appealObjection", by=firm, **this, statement="仍有异议：整改已在期限内完成。")
        again = {"objection": review["id"]}
        assert (review["reviewOf"]["id"], review["intakeOffice"]["code"], review["nextStep"]) == (
            filed["id"],
            "SCX",
            "DECIDE",
        )
        assert review["entry"]["disputed"]
        assert await asking.refused("appealObjection", by=firm, **this, statement="不服") == "OBJECTION_PENDING"

        assert await asking.refused("decideObjection", by=approver, **again, outcome="REJECTED", reason=REASON) == (
            "STEP_OF_ANOTHER_OFFICE"
        )
        appraisal = {"kind": "鉴定", "reason": "委托司法鉴定中心作笔迹鉴定。"}
        assert await asking.refused("pauseObjection", by=f"{XINXIANG}.clerk", **again, **appraisal) == (
            "STEP_OF_ANOTHER_OFFICE"
        )
        whole = {**again, "outcome": "WITHDRAWN", "reason": "列入依据不足，应予撤销。"}
        corrected = {**whole, "correction": {"entryReason": "改"}}
        assert await asking.refused("decideObjection", by="province", **corrected) == "CORRECTION_UNCLEAR"
        decided = await asking.act("decideObjection", by="province", **whole)
        assert (decided["state"], decided["nextOffice"]["code"]) == ("AWAITING_CORRECTION", "LDGX")
        assert (decided["entry"]["inForce"], decided["entry"]["disputed"]) == (True, True), "not carried out yet"
        assert await asking.refused("tellObjection", by="province", **again) in ("FORBIDDEN", "STEP_OUT_OF_ORDER")
        carried = await asking.act("correctObjection", by=approver, **again)
        assert (carried["entry"]["inForce"], carried["entry"]["disputed"], carried["open"]) == (False, False, False)
        ended = await asking.act("tellObjection", by="province", **again)
        assert "异议成立，已予撤销" in ended["notice"]
        assert await asking.refused("appealObjection", by=firm, **again, statement="不服") == "REVIEW_NOT_PROVIDED"
    for asked, refusal in ((again, ReviewNotProvided), (this, NothingToContest)):  # whoever calls
        with pytest.raises(refusal):
            await appeal(owner, asked)


# -- Shanghai


async def test_shanghai_s_centre_marks_forwards_and_answers_and_the_unit_decides_and_tells_it_sh_10(
    owner: asyncpg.Connection[Any], world: World, days: Days
) -> None:
    record = await _fresh(owner, world, SHANGHAI)
    centre, clerk, approver = f"{SHANGHAI}.platform", f"{SHANGHAI}.clerk", f"{SHANGHAI}.approver"
    async with days.on() as client:
        asking = Asking(client)
        filed = await asking.act("fileObjection", by=f"{SHANGHAI}.firm", **_filed(record))
        this = {"objection": filed["id"]}
        assert (filed["state"], filed["nextStep"], filed["nextOffice"]["code"]) == ("RECEIVED", "MARK", "CENTRE")
        assert (filed["markDueOn"], filed["forwardDueOn"], filed["decideDueOn"]) == ("2026-03-19", "2026-03-20", None)
        assert filed["record"]["disputed"], "shown from receipt on, before the Centre's own mark"
        assert filed["decideTimeliness"] == "PENDING"
        assert await asking.refused("forwardObjection", by=centre, **this) == "STEP_OUT_OF_ORDER"
        assert await asking.refused("markObjection", by=clerk, **this) == "FORBIDDEN"
        assert await asking.refused("verifyObjection", by=clerk, **this, finding="属实") == "STEP_OUT_OF_ORDER"
    async with days.on(5) as client:  # Monday the 23rd: mark and forwarding are late
        asking = Asking(client)
        marked = await asking.act("markObjection", by=centre, **this)
        assert (marked["markTimeliness"], marked["forwardTimeliness"]) == ("LATE", "OVERDUE")
        forwarded = await asking.act("forwardObjection", by=centre, **this)
        assert (forwarded["forwardTimeliness"], forwarded["nextOffice"]["code"]) == ("LATE", "ZFZD")
        assert (forwarded["decideDueOn"], forwarded["reportDueOn"], forwarded["dueOn"]) == ("2026-03-30",) * 3
        await asking.act("verifyObjection", by=clerk, **this, finding="登记有误。")
        assert await asking.refused(
            "decideObjection", by=f"{SHANGHAI}.other_reviewer", **this, outcome="REJECTED", reason=REASON
        ) == ("NOT_FOUND")
        decided = await asking.act(
            "decideObjection", by=approver, **this, outcome="AMENDED", reason=REASON, correction=CORRECTED
        )
        assert (decided["decideTimeliness"], decided["record"]["version"]) == ("TIMELY", 2)
        assert await asking.refused("tellObjection", by=centre, **this) == "STEP_OUT_OF_ORDER"
        reported = await asking.act("reportObjection", by=clerk, **this)
        assert reported["nextOffice"]["code"] == "CENTRE"
        assert await asking.refused("tellObjection", by=clerk, **this) == "STEP_OF_ANOTHER_OFFICE"
        told = await asking.act("tellObjection", by=centre, **this)
        assert (told["state"], told["tellTimeliness"]) == ("TOLD", "NONE_SET")
        assert "告知单位：市公共信用信息服务中心。" in told["notice"]


async def test_shanghai_s_centre_goes_on_when_the_city_s_measures_have_ended_sh_00_sh_10(
    owner: asyncpg.Connection[Any], world: World, serve: Serve, installed_url: str
) -> None:
    record = await _fresh(owner, world, SHANGHAI)
    centre, clerk = f"{SHANGHAI}.platform", f"{SHANGHAI}.clerk"
    async with serve(installed_url, now=datetime(2028, 9, 1, 2, tzinfo=UTC)) as client:
        asking = Asking(client)
        filed = await asking.act("fileObjection", by=f"{SHANGHAI}.firm", **_filed(record))
        assert filed["intakeOffice"] == {"code": "CENTRE"}
        assert filed["steps"] == ["mark", "forward", "verify", "decide", "report", "tell"]
        assert filed["procedure"]["citation"] == "《上海市社会信用条例》 36(二)"
        this = {"objection": filed["id"]}
        await asking.act("markObjection", by=centre, **this)
        await asking.act("forwardObjection", by=centre, **this)
        await asking.act("verifyObjection", by=clerk, **this, finding="无误。")
        await asking.act(
            "decideObjection", by=f"{SHANGHAI}.approver", **this, outcome="REJECTED", reason="与文书一致。"
        )
        await asking.act("reportObjection", by=clerk, **this)
        assert (await asking.act("tellObjection", by=centre, **this))["state"] == "TOLD"


# -- Xiamen, Haicang, Shiyan


@pytest.mark.parametrize("place", [XIAMEN, HAICANG, SHIYAN])
async def test_where_no_number_is_set_the_office_verifies_decides_and_answers_and_none_set_is_shown_xm_05b_hc_06b(
    owner: asyncpg.Connection[Any], world: World, days: Days, place: str
) -> None:
    record = await _fresh(owner, world, place)
    clerk, approver = f"{place}.clerk", f"{place}.approver"
    async with days.on() as client:
        asking = Asking(client)
        filed = await asking.act("fileObjection", by=f"{place}.firm", **_filed(record))
        this = {"objection": filed["id"]}
        assert (filed["steps"], filed["timedSteps"], filed["dueOn"]) == (["mark", "verify", "decide", "tell"], [], None)
        assert {filed[f"{step}Timeliness"] for step in filed["steps"]} == {"NONE_SET"}
        assert [filed[f"{step}Timeliness"] for step in ("forward", "report", "correct")] == [None] * 3
        assert filed["procedure"]["isDefault"] is (place == SHIYAN)
        assert await asking.refused("tellObjection", by=clerk, **this) == "STEP_OUT_OF_ORDER"
        assert (
            await asking.refused("verifyObjection", by=f"{place}.credit_office", **this, finding="属实") == "FORBIDDEN"
        )
    async with days.on(400) as client:
        asking = Asking(client)
        seen = await asking.see(filed["id"], by=clerk)
        assert seen is not None
        assert (seen["overdue"], seen["decideTimeliness"]) == (False, "NONE_SET"), "a day is never guessed"
        await asking.act("verifyObjection", by=clerk, **this, finding="登记有误。")
        assert (
            await asking.refused("decideObjection", by=clerk, **this, outcome="REJECTED", reason=REASON) == "FORBIDDEN"
        )
        await asking.act("decideObjection", by=approver, **this, outcome="AMENDED", reason=REASON, correction=CORRECTED)
        assert await asking.refused("reportObjection", by=clerk, **this) == "STEP_OUT_OF_ORDER"
        told = await asking.act("tellObjection", by=clerk, **this)
        assert (told["state"], told["record"]["version"]) == ("TOLD", 2)


@pytest.mark.parametrize("place", [XIAMEN, SHANGHAI])
async def test_the_platform_feeds_objections_back_and_its_origin_is_shown_xm_09c(
    owner: asyncpg.Connection[Any], world: World, days: Days, place: str
) -> None:
    record = await _fresh(owner, world, place)
    platform = f"{place}.platform"
    async with days.on() as client:
        asking = Asking(client)
        assert (
            await asking.refused("fileObjection", by=platform, **_filed(record, receivedOn="2026-03-19"))
            == "DATE_IN_FUTURE"
        )
        assert await asking.refused("fileObjection", by=platform, **_filed(record, receivedOn="2026-02-01")) == (
            "DATES_OUT_OF_ORDER"
        )
        assert await asking.refused("fileObjection", by=f"{place}.firm", **_filed(record, receivedOn="2026-03-17")) == (
            "INVALID_INPUT"
        )
        filed = await asking.act("fileObjection", by=platform, **_filed(record, receivedOn="2026-03-13"))
        assert (filed["origin"], filed["receivedOn"]) == ("PLATFORM", "2026-03-13")
        assert filed["intakeOffice"]["code"] == PLACE[place].platform
        assert filed["overdue"] is (place == SHANGHAI), "the clocks run from the day the platform received it"
        read = await asking.see(filed["id"], by=f"{place}.firm")
        assert read is not None, "the subject sees what the platform fed back about it"
        assert (
            await asking.refused("withdrawObjection", by=f"{place}.firm", objection=filed["id"]) == "NOT_THE_OBJECTOR"
        )
        assert await asking.refused("fileObjection", by=f"{place}.firm", **_filed(record)) == "OBJECTION_PENDING"
        withdrawn = await asking.act("withdrawObjection", by=platform, objection=filed["id"])
        assert (withdrawn["state"], withdrawn["record"]["disputed"]) == ("WITHDRAWN", False)
