"""Shiyan's three kinds of list, and off each of them: a violation, an objection, the last day.

SY-09a, SY-09b, SY-16; 人社部令第45号 for the black list; where no text sets a chain, the service's own is shown as such.
"""

from __future__ import annotations

from typing import Any

import pytest

from domain.identifiers import invented_uscc
from tests.journey.listing import APPROVERS, CLERKS, LISTS, attested, collected, gone, staff
from tests.journey.sheets import penalty, sheet
from tests.journey.walk import Walk, act
from tests.lists.ground import CONDITION, NOTICE, list_id

pytestmark = pytest.mark.anyio

STAFF = staff("420300", "JC", rival="YLJB", bureau="HRSS", platform="PLATFORM")

SHOWN = LISTS | {"objection": "id state entry { disputed inForce }", "creditRecord": "id dishonest"}
OWN = [*CLERKS, *APPROVERS, "reviewer"]


def _firm(number: int) -> dict[str, str]:
    return {"code": invented_uscc(420_310 + number, division="420300"), "name": f"十堰名单虚构{number}号有限公司"}


async def _published(walk: Walk, entry: str, number: str) -> dict[str, Any]:
    """Decided and published by the office itself, never by who collected and vouched."""
    this = {"listEntry": entry}
    await walk.not_now(act("approver", "publishListEntry", **this))
    assert await walk.refused("approver", "decideListEntry", **this) == "DECISION_NUMBER_MISSING"
    await walk.only(APPROVERS, "decideListEntry", **this, decisionNo=number)
    await walk.not_now(act("second-approver", "decideListEntry", **this, decisionNo=number))
    published: dict[str, Any] = (await walk.only(APPROVERS, "publishListEntry", **this))["listEntry"]
    assert published["inForce"] is True
    assert (await walk.see(None, entry, "inForce"))["inForce"] is True
    return published


async def test_shiyan_takes_a_firm_off_the_red_list_once_it_has_broken_the_law(walk: Walk) -> None:
    """SY-09a; a published failing raises the task, and the office that recognised the entry removes it."""
    firm = _firm(1)
    async with walk.on("2026-01-05"):
        given = {"creditList": list_id("420300", "red"), "reason": "连续三年足额支付工资", **firm}
        assert await walk.refused("clerk", "collectListEntry", **{**given, "reason": " "}) == "INVALID_INPUT"
        entry = await collected(walk, **given)
        await attested(walk, entry)
        published = await _published(walk, entry, "十人社红〔2026〕1号")
        assert published["publicUntil"] is None, "no text sets a last day"
    async with walk.on("2026-03-02"):
        number = "十人社罚〔2026〕旅9号"
        row = penalty(firm["name"], firm["code"], number, "2026/02/27", "2027/02/27", "十堰市人力资源和社会保障局")
        assert (await walk.import_file("clerk", sheet([row])))[0] == 201
        record = f"CreditRecord:{await walk.sql('SELECT id FROM credit_record WHERE decision_no = $1', number)}"
        assert await walk.sql("SELECT count(*) FROM list_removal") == 0, "what is not published says nothing yet"
        await walk.do("reviewer", "publishCreditRecord", record=record)
        this = {"removal": f"ListRemoval:{await walk.sql('SELECT id FROM list_removal')}"}
        assert (await walk.see("clerk", this["removal"], "state way"))["state"] == "RAISED"
        assert await walk.refused("reviewer", "closeListRemoval", **this, reason=" ") == "INVALID_INPUT"
        await walk.not_now(act("reviewer", "decideListRemoval", **this, opinion="同意", barsFound=[]))
        await walk.only(["reviewer", *APPROVERS], "removeListEntry", **this)
        await walk.not_now(act("approver", "removeListEntry", **this))
        await gone(walk, entry, but=OWN)


async def test_shiyan_withdraws_a_major_violation_that_was_contested_rightly(walk: Walk) -> None:
    """SY-09b; no chain and no days for objections: two people of the office, and nothing is overdue."""
    firm = _firm(2)
    async with walk.on("2026-01-06"):
        given = {"creditList": list_id("420300", "major_violation"), "reason": "使用童工", **firm}
        entry = await collected(walk, **given)
        await walk.account_of(firm["code"], "firm")
        await attested(walk, entry)
        await _published(walk, entry, "十人社重〔2026〕1号")
    async with walk.on("2026-01-07"):
        filed = {"entry": entry, "ground": "错误", "statement": "当事人是同名企业。"}
        objection = (await walk.only(["firm", "platform"], "fileObjection", **filed))["objection"]
        this = {"objection": objection["id"]}
        assert await walk.see(None, entry, "disputed inForce") == {"disputed": True, "inForce": True}
        decision = {"outcome": "WITHDRAWN", "reason": "同名企业误列，予以撤销。"}
        await walk.not_now(
            act("reviewer", "decideObjection", **this, **decision), act("clerk", "tellObjection", **this)
        )
        await walk.only(CLERKS, "verifyObjection", **this, finding="确系同名企业。")
        # the approver decided and published the entry
        assert await walk.refused("approver", "decideObjection", **this, **decision) == "OWN_ACT_DECIDED"
        decided = (await walk.only(["reviewer", "second-approver"], "decideObjection", **this, **decision))["objection"]
        assert decided["entry"] == {"disputed": False, "inForce": False}
        await walk.only([*CLERKS, "reviewer", *APPROVERS], "tellObjection", **this)
        await gone(walk, entry, but=[*OWN, "firm"])
        assert (await walk.see("firm", entry, "removalReason"))["removalReason"] == "WITHDRAWN"


async def test_shiyan_lists_wage_arrears_until_the_last_day_and_no_longer(walk: Walk) -> None:
    """SY-09b, 第45号令: answered over the Spring Festival; three years from a leap day end on 2027-02-28."""
    firm = _firm(3)
    given = {"creditList": list_id("420300", "black"), "reason": "欠薪逾期不付", **firm}
    met = {**given, "condition": CONDITION, "preconditionMet": True}
    async with walk.on("2024-02-08"):
        assert await walk.refused("clerk", "collectListEntry", **given) == "CONDITION_REQUIRED"
        entry = await collected(walk, **met)
        await walk.account_of(firm["code"], "debtor")
        this = {"listEntry": entry}
        await attested(walk, entry)
        await walk.not_now(act("approver", "decideListEntry", **this, decisionNo="十人社黑〔2024〕1号"))
        notified = (await walk.only(CLERKS, "notifyListEntry", **this, **NOTICE))["listNotice"]
        assert notified["answerDueOn"] == "2024-02-21", "the 9th, the worked Sunday, and three days"
        notice = {"listNotice": notified["id"]}
        assert await walk.refused("clerk", "closeListNotice", **notice, note="无答复") == "NOTICE_TERM_RUNS"
    async with walk.on("2024-02-22"):
        assert await walk.refused("debtor", "answerListNotice", **notice, text=" ") == "INVALID_INPUT"
        answered = (await walk.only(["debtor"], "answerListNotice", **notice, text="资金未到位。"))["listNotice"]
        assert str(await walk.sql("SELECT verify_due_on FROM list_notice")) == "2024-02-29", (
            "five working days, a leap day"
        )
        assert answered["answerTimeliness"] == "LATE", "heard all the same, as nobody has closed it"
        await walk.not_now(act("debtor", "answerListNotice", **notice, text="再答"))
    async with walk.on("2024-02-29"):
        published = await _published(walk, entry, "十人社黑〔2024〕1号")
        assert published["publicUntil"] == "2027-02-28"
    async with walk.on("2027-02-28", "23:59"):
        assert (await walk.see(None, entry, "inForce"))["inForce"] is True
    async with walk.on("2027-03-01", "00:00"):
        await gone(walk, entry, but=[*OWN, "debtor"])
