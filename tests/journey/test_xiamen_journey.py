"""Xiamen from file to exit: severity and repair rights before publication, seven working days, both lists, repair.

At each step the wrong person, the wrong order, the late step and the missing part.
XM-02a, XM-02b, XM-05b, XM-06a, XM-06b, XM-06d, XM-08a, XM-08b; SH-12b; A.6 readings 1 and 3.
"""

from __future__ import annotations

from typing import Any

import pytest

from domain.identifiers import invented_uscc
from tests.journey.listing import APPROVERS, CLERKS, LISTS, attested, collected, open_list
from tests.journey.repairing import FINDING, REPAIR, SIGNED, Hands, repaired
from tests.journey.sheets import penalty, sheet
from tests.journey.walk import Seat, Walk, act
from tests.lists.ground import BEHAVIOUR, PARTS, list_id

pytestmark = pytest.mark.anyio

ORGAN = "厦门市人力资源和社会保障局"
CODE, FIRM = invented_uscc(350_201, division="350200"), "厦门旅程虚构劳务有限公司"
STAFF: dict[str, Seat] = {
    "clerk": ("clerk", "350200", "JCZD"),
    "second-clerk": ("clerk", "350200", "JCZD"),
    "reviewer": ("reviewer", "350200", "JCZD"),
    "approver": ("approver", "350200", "JCZD"),
    "second-approver": ("approver", "350200", "JCZD"),
    "rival-clerk": ("clerk", "350200", "SP"),
    "rival-approver": ("approver", "350200", "SP"),
    "bureau": ("credit_office", "350200", "JC"),
    "platform": ("platform", "350200", "PLATFORM"),
    "haicang-clerk": ("clerk", "350205", "RSJ"),
    "haicang-approver": ("approver", "350205", "RSJ"),
}
DECIDERS = ["reviewer", *APPROVERS]
SHOWN = (
    REPAIR
    | LISTS
    | {
        "creditRecord": "id state version severity disputed inForce publicUntil publicationDueOn publicationTimeliness"
        " repairNoticeStatus",
        "repairNotice": "id servedOn content",
        "objection": "id state steps timedSteps nextStep dueOn overdue notice record { disputed version }",
    }
)
SEVERE = {"severity": "SERIOUS", "legalBasisLevel": "ADMINISTRATIVE_REGULATION"}
SERIOUS, ATTENTION = list_id("350200", "serious_dishonesty"), list_id("350200", "key_attention")
TOLD = {"servedOn": "2025-11-28", "channel": "WITH_DECISION"}


def _row(number: str, decided: str, **more: str) -> dict[str, str]:
    return penalty(FIRM, CODE, number, decided, "2026/11/28", ORGAN, **more)


async def test_xiamen_from_file_to_exit(walk: Walk) -> None:
    late = await _the_late_one_is_shown_as_late(walk)
    async with walk.on("2025-11-28"):
        record = await _handed_in(walk)
    async with walk.on("2025-12-09", "23:59"):  # the seventh working day
        await _published(walk, record)
    await _contested(walk, record)
    entries = [await _listed(walk, credit_list, record) for credit_list in (SERIOUS, ATTENTION)]
    await _barred(walk, late)
    hands = Hands(
        finders=[*CLERKS, *DECIDERS], granters=APPROVERS, criminal_proceedings_bar=False, platform_due_on=None
    )
    await repaired(walk, record, hands)
    await _off_both_lists(walk, entries, record)
    await _told_and_regular(walk, record)


async def _the_late_one_is_shown_as_late(walk: Walk) -> str:
    """XM-08b: the 28th of September is worked, the holiday lasts until the 8th of October; the seventh day is the 10th."""
    number = "厦人社监罚〔2025〕旅2号"
    async with walk.on("2025-09-24"):
        await walk.import_file("clerk", sheet([_row(number, "2025/09/24")]))
        record = await walk.record(number)
        held = await walk.see("clerk", record, "severity publicationDueOn publicationTimeliness")
        assert held == {"severity": None, "publicationDueOn": "2025-10-10", "publicationTimeliness": "PENDING"}
    async with walk.on("2025-10-11"):  # a Saturday that is worked: one day late, and the clock did not wait (A.6.3)
        assert await walk.refused("reviewer", "publishCreditRecord", record=record) == "SEVERITY_MISSING"
        assert (await walk.see("clerk", record, "publicationTimeliness"))["publicationTimeliness"] == "OVERDUE"
        order = {"correctionDueOn": "2025-10-31", "reason": "补充失信程度和改正期限", **SEVERE}
        await walk.do("clerk", "amendCreditRecord", record=record, **order)
        told = {**TOLD, "servedOn": "2025-09-24"}
        assert (
            await walk.refused(
                "approver",
                "publishCreditRecord",
                record=record,
                platformAt="2025-10-12T09:00:00+08:00",
                repairNotice=told,
            )
            == "DATE_IN_FUTURE"
        )
        taken = "2025-10-11T09:30:00+08:00"
        published = await walk.do("approver", "publishCreditRecord", record=record, platformAt=taken, repairNotice=told)
        assert published["creditRecord"]["publicationTimeliness"] == "LATE"
        assert published["creditRecord"]["repairNoticeStatus"] == "SERVED"
    return record


async def _handed_in(walk: Walk) -> str:
    """XM-08a: who produces it provides it; nobody else, not the office next door, not the district."""
    number = "厦人社监罚〔2025〕旅1号"
    body = sheet([_row(number, "2025/11/28"), _row("", "2025/11/28", CF_NR="缺文书号")])
    for caller in (None, "bureau", "platform", "approver", "auditor"):
        assert (await walk.import_file(caller, body))[0] == 403, caller
    status, refused = await walk.import_file("rival-clerk", body)
    assert (status, refused["errors"][0]["extensions"]["code"]) == (400, "NOT_PRODUCER")
    status, summary = await walk.import_file("clerk", body)
    assert (status, summary["rowsAdded"], summary["rowsRefused"]) == (201, 1, 1)
    record = await walk.record(number)
    amend = {"record": record, "reason": "补充失信程度和改正期限", "correctionDueOn": "2026-01-31", **SEVERE}
    assert await walk.refused("reviewer", "publishCreditRecord", record=record) == "SEVERITY_MISSING"
    assert await walk.refused("clerk", "amendCreditRecord", **{**amend, "severity": "GENERAL"}) == "SEVERITY_UNKNOWN"
    assert await walk.refused("clerk", "amendCreditRecord", **{**amend, "reason": " "}) == "REASON_REQUIRED"
    amended = (await walk.only(CLERKS, "amendCreditRecord", **amend))["creditRecord"]
    assert (amended["version"], amended["severity"]) == (2, "SERIOUS")
    return record


async def _published(walk: Walk, record: str) -> None:
    """XM-02a, XM-02b: not without severity, not before the subject was told of its rights of repair."""
    assert await walk.refused("reviewer", "publishCreditRecord", record=record) == "REPAIR_NOTICE_MISSING"
    await walk.account_of(CODE, "firm")
    serve = {"record": record, **TOLD}
    assert await walk.refused("clerk", "serveRepairNotice", **{**serve, "servedOn": "2025-12-10"}) == "DATE_IN_FUTURE"
    served = (await walk.only([*CLERKS, *DECIDERS], "serveRepairNotice", **serve))["repairNotice"]
    assert "信用修复" in served["content"]
    assert await walk.refused("clerk", "serveRepairNotice", **serve) == "REPAIR_NOTICE_SERVED"
    for caller in (None, "bureau", "platform", "rival-clerk", "haicang-clerk"):
        assert await walk.see(caller, record, "id") is None, caller
    published = (
        await walk.only(DECIDERS, "publishCreditRecord", record=record, platformAt="2025-12-09T23:58:00+08:00")
    )["creditRecord"]
    assert (published["publicationDueOn"], published["publicationTimeliness"]) == ("2025-12-09", "TIMELY")
    assert (published["inForce"], published["publicUntil"]) == (True, "2028-11-28")
    await walk.not_now(act("reviewer", "publishCreditRecord", record=record))
    for caller in (None, "bureau", "rival-clerk"):
        assert await walk.see(caller, record, "inForce") == {"inForce": True}, caller


async def _contested(walk: Walk, record: str) -> None:
    """XM-05b: verified, decided, told; 按时 sets no number of days, and none is shown."""
    filed = {"record": record, "ground": "错误", "statement": "罚款金额应为五千元。"}
    async with walk.on("2025-12-10"):
        assert await walk.refused("firm", "fileObjection", **{**filed, "statement": " "}) == "INVALID_INPUT"
        objection = (await walk.only(["firm", "platform"], "fileObjection", **filed))["objection"]
        assert (objection["steps"], objection["timedSteps"]) == (["mark", "verify", "decide", "tell"], [])
        this = {"objection": objection["id"]}
        for caller in (None, "bureau", "rival-clerk"):
            assert await walk.see(caller, record, "disputed inForce") == {"disputed": True, "inForce": True}, caller
        decision = {"outcome": "REJECTED", "reason": "与决定文书一致。"}
        await walk.not_now(
            act("second-approver", "decideObjection", **this, **decision), act("clerk", "tellObjection", **this)
        )
        await walk.only(CLERKS, "verifyObjection", **this, finding="文书所载即为一万元。")
        # the reviewer published it himself
        assert await walk.refused("reviewer", "decideObjection", **this, **decision) == "OWN_ACT_DECIDED"
        decided = (await walk.only(APPROVERS, "decideObjection", **this, **decision))["objection"]
        assert decided["record"] == {"disputed": False, "version": 2}
        await walk.only([*CLERKS, *DECIDERS], "tellObjection", **this)
        again = await walk.refusal("firm", "fileObjection", **filed)
        assert (again["code"], again["first"]) == ("OBJECTION_DECIDED", objection["id"])


async def _listed(walk: Walk, credit_list: str, record: str) -> str:
    """XM-03: four parts before anybody is listed; then vouched for, decided and published, none by the wrong person."""
    given = {"creditList": credit_list, "reason": "拖欠劳动报酬，逾期不改", "records": [record]}
    given |= {"behaviour": BEHAVIOUR, "code": CODE, "name": FIRM}
    async with walk.on("2025-12-11"):
        assert await walk.refused("clerk", "collectListEntry", **given) == "LIST_NOT_OPEN"
        halves = {name: part for name, part in PARTS.items() if name != "measures"}
        half = (await walk.do("clerk", "draftListDefinition", creditList=credit_list, **halves))["listDefinition"]
        refused = await walk.refused("approver", "openListDefinition", listDefinition=half["id"])
        assert refused == "PART_MISSING"
        await open_list(walk, credit_list)
        entry = await collected(walk, **given)
        assert await walk.refused("clerk", "collectListEntry", **given) == "LIST_ENTRY_UNDER_WAY"
        assert await walk.see(None, entry, "id") is None
        await attested(walk, entry)
    async with walk.on("2025-12-12"):
        assert await walk.refused("approver", "decideListEntry", listEntry=entry) == "DECISION_NUMBER_MISSING"
        await walk.not_now(act("approver", "publishListEntry", listEntry=entry))
        await walk.only(
            APPROVERS, "decideListEntry", listEntry=entry, decisionNo=f"厦人社列〔2025〕{credit_list[-4:]}号"
        )
        published = (await walk.only(APPROVERS, "publishListEntry", listEntry=entry))["listEntry"]
        assert published["inForce"] is True
        shown = await walk.see(None, entry, "inForce")  # the watch list is shared, not published
        assert shown == ({"inForce": True} if credit_list == SERIOUS else None)
        assert await walk.see("bureau", entry, "inForce") == {"inForce": True}
    return entry


async def _off_both_lists(walk: Walk, entries: list[str], record: str) -> None:
    """XM-06b: removed from both kinds of lists with the repair; what is repaired is evidence no more."""
    async with walk.on("2026-03-05", "11:00"):
        for entry in entries:
            assert (await walk.see("clerk", entry, "removalReason"))["removalReason"] == "REPAIRED"
            for caller in (None, "bureau", "platform", "rival-clerk"):
                assert await walk.see(caller, entry, "id") is None, caller
        again = {"creditList": ATTENTION, "reason": "拖欠劳动报酬", "behaviour": BEHAVIOUR, "code": CODE, "name": FIRM}
        assert await walk.refused("clerk", "collectListEntry", **again, records=[record]) == "EVIDENCE_UNFIT"


async def _barred(walk: Walk, record: str) -> None:
    """XM-06d: corrected late, and the bad effect lasts: told apart, and neither is a ground for repair."""
    late = {**FINDING, "correctedOn": "2025-11-01", "effectRemovedOn": None, "effectEvidence": None}
    async with walk.on("2026-01-05"):
        applied = await walk.only(["firm"], "applyForRepair", record=record, grounds="已改正")
        this = {"application": applied["repairApplication"]["id"]}
        early = {**late, "fulfilledOn": "2026-01-05"}
        unproven = {**early, "effectRemovedOn": "2026-01-05"}
        assert await walk.refused("clerk", "findFulfilledRepair", **this, **unproven) == "INVALID_INPUT"
        dated = {**early, "correctedOn": "2025-11-01", "correctionEvidence": "工资支付凭证"}
        found = await walk.do("clerk", "findFulfilledRepair", **this, **dated)
        assert found["repairApplication"]["correctionTimeliness"] == "LATE"
        await walk.do("firm", "signRepairCommitment", **this, **SIGNED)
        refused = await walk.refusal("approver", "grantRepair", **this, reason="满足", assessment="酌情")
        assert refused["code"] == "REPAIR_CONDITIONS_NOT_MET"
        assert [one["condition"] for one in refused["conditions"]] == ["corrected_in_period", "effect_removed"]
        await walk.only(APPROVERS, "refuseRepair", **this, reason="逾期改正，不良影响尚未消除")
    assert (
        await walk.sql("SELECT state FROM credit_record WHERE id = $1::text::uuid", record.partition(":")[2])
        == "published"
    )


async def _told_and_regular(walk: Walk, record: str) -> None:
    """XM-06b: the platform is told in the outbox; SH-12b: an auditor finds nothing irregular."""
    sent = await walk.sql(
        "SELECT array_agg(object || '.' || verb) FROM outbox_event WHERE object_id = $1::text::uuid AND verb = 'repair'",
        record.partition(":")[2],
    )
    assert sent == ["credit_record.repair"]
    asked: dict[str, Any] = {"from": "2026-01-01", "to": "2026-12-31"}
    document = "query ($from: Date!, $to: Date!) { repairIrregularities(from: $from, to: $to) { code } }"
    async with walk.on("2026-03-12"):
        assert (await walk.ask("auditor", document, asked))["repairIrregularities"] == []
