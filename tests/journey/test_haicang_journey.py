"""Haicang from file to exit: two classes of penalties, exemption against a commitment, two different ways out.

At each step the wrong person, the wrong order, the late step and the missing part.
HC-01, HC-02, HC-06b, HC-07; A.6 reading 1 (Haicang's parent is not loaded: none set is shown as such).
"""

from __future__ import annotations

from typing import Any

import pytest

from domain.identifiers import invented_uscc
from tests.journey.listing import APPROVERS, CLERKS, LISTS, attested, open_list
from tests.journey.repairing import REPAIR, Hands, repaired
from tests.journey.sheets import penalty, sheet
from tests.journey.walk import NOT_YOURS, Seat, Walk, act, item_id
from tests.lists.ground import BEHAVIOUR, list_id

pytestmark = pytest.mark.anyio

ORGAN = "厦门市海沧区人力资源和社会保障局"
CODE, FIRM = invented_uscc(350_206, division="350205"), "海沧旅程虚构电子有限公司"
STAFF: dict[str, Seat] = {
    "clerk": ("clerk", "350205", "RSJ"),
    "second-clerk": ("clerk", "350205", "RSJ"),
    "reviewer": ("reviewer", "350205", "RSJ"),
    "approver": ("approver", "350205", "RSJ"),
    "second-approver": ("approver", "350205", "RSJ"),
    "rival-clerk": ("clerk", "350205", "YJ"),
    "rival-approver": ("approver", "350205", "YJ"),
    "bureau": ("credit_office", "350205", "QXYB"),
    "platform": ("platform", "350205", "PLATFORM"),
    "xiamen-clerk": ("clerk", "350200", "JCZD"),
    "xiamen-approver": ("approver", "350200", "JCZD"),
}
DECIDERS = ["reviewer", *APPROVERS]
SHOWN = (
    REPAIR
    | LISTS
    | {
        "creditRecord": "id state version severity disputed inForce publicUntil publicationTimeliness repairNoticeStatus",
        "repairNotice": "id servedOn content",
        "objection": "id state steps timedSteps nextStep dueOn overdue notice record { disputed version }",
        "exemptionItem": "id state inForce",
        "measure": "id state inForce sourceOffice { code }",
        "exemption": "id state inForce earlier commitment { id state }",
    }
)
ACT = {
    "catalogueItem": item_id("350205", "penalty"), "code": "employment_filing", "industry": "人力资源", "act": "未按时办理劳动用工备案",
    "minorWhen": "逾期十日以内，责令后三日内补办", "mostEarlier": 0, "windowMonths": 12, "legalBasis": "行政处罚法33",
}  # fmt: skip
SERIOUS, ATTENTION = list_id("350205", "serious_dishonesty"), list_id("350205", "key_attention")
PROMISE = {
    "text": "承诺立即改正，不再发生；违反承诺的，自愿接受惩戒。", "method": "ELECTRONIC_SIGNATURE", "signer": "LEGAL_REPRESENTATIVE",
    "signerName": "甄虚构", "signature": "电子签名20251016-1",
}  # fmt: skip


def _row(number: str, decided: str, **more: str) -> dict[str, str]:
    return penalty(FIRM, CODE, number, decided, "2026/11/28", ORGAN, **more)


async def test_haicang_from_file_to_exit(walk: Walk) -> None:
    minor = await _handed_in(walk, "海人社罚〔2025〕旅1号", "2025-10-15", "MINOR")
    await walk.account_of(CODE, "firm")
    item = await _listed_act(walk)
    await _exempted(walk, minor, item)
    serious = await _handed_in(walk, "海人社罚〔2025〕旅2号", "2025-11-28", "SERIOUS")
    await _the_second_is_not_exempted(walk, serious, item)
    await _contested(walk, serious)
    measure = await _restricted(walk, serious)
    entry = await _decided(walk, SERIOUS, serious)
    await _shown(walk, entry)
    under_way = await _decided(walk, ATTENTION, serious)
    hands = Hands(
        finders=[*CLERKS, *DECIDERS], granters=APPROVERS, criminal_proceedings_bar=False, platform_due_on=None
    )
    await repaired(walk, serious, hands)
    async with walk.on("2026-03-11", "14:00"):
        lifted = await walk.see("reviewer", measure, "state inForce liftedFor")
    assert lifted == {"state": "LIFTED", "inForce": False, "liftedFor": "REPAIRED"}, "HC-07: with the repair"
    await _leaves_by_the_exit_standard(walk, entry)
    await _not_published_any_more(walk, under_way)
    assert await _broken(walk, minor) == {"inForce": False}, "it is punished like any other from now on"


async def _handed_in(walk: Walk, number: str, day: str, severity: str) -> str:
    """HC-01: two classes, one of them stated before publication, and the subject told of its rights of repair."""
    async with walk.on(day):
        body = sheet([_row(number, day.replace("-", "/")), _row("", day.replace("-", "/"), CF_NR="缺文书号")])
        for caller in (None, "bureau", "platform", "approver", "auditor"):
            assert (await walk.import_file(caller, body))[0] == 403, caller
        status, summary = await walk.import_file("clerk", body)
        assert (status, summary["rowsAdded"], summary["rowsRefused"]) == (201, 1, 1)
        record = await walk.record(number)
        assert await walk.refused("reviewer", "publishCreditRecord", record=record) == "SEVERITY_MISSING"
        amend = {"record": record, "reason": "补充失信程度", "severity": severity, "legalBasisLevel": "LAW"}
        assert (
            await walk.refused("clerk", "amendCreditRecord", **{**amend, "severity": "GENERAL"}) == "SEVERITY_UNKNOWN"
        )
        await walk.only(CLERKS, "amendCreditRecord", **amend)
        assert await walk.refused("reviewer", "publishCreditRecord", record=record) == "REPAIR_NOTICE_MISSING"
        served = {"record": record, "servedOn": day, "channel": "DIRECT"}
        told = (await walk.only([*CLERKS, *DECIDERS], "serveRepairNotice", **served))["repairNotice"]
        assert "信用修复" in told["content"]
        published = (await walk.only(DECIDERS, "publishCreditRecord", record=record))["creditRecord"]
        assert (published["inForce"], published["publicationTimeliness"]) == (True, "NONE_SET")
        await walk.not_now(act("reviewer", "publishCreditRecord", record=record))
        for caller in (None, "bureau", "rival-clerk"):
            assert await walk.see(caller, record, "inForce") == {"inForce": True}, caller
    return record


async def _listed_act(walk: Walk) -> str:
    """HC-02: the list is the office's; no act without saying when it is minor and how often is occasional."""
    async with walk.on("2025-10-16"):
        for wrong in ({"minorWhen": " "}, {"windowMonths": 0}, {"mostEarlier": -1}, {"legalBasis": ""}):
            assert await walk.refused("clerk", "proposeExemptionItem", **{**ACT, **wrong}) == "INVALID_INPUT"
        # the office next door produces such records too and keeps a list of its own; the city's has no such list
        assert await walk.refused("xiamen-clerk", "proposeExemptionItem", **ACT) == "PROCEDURE_UNKNOWN"
        proposed = (await walk.do("clerk", "proposeExemptionItem", **ACT))["exemptionItem"]
        item: str = proposed["id"]
        assert await walk.see(None, item, "id") is None
        await walk.only(APPROVERS, "approveExemptionItem", exemptionItem=item)
        await walk.not_now(act("approver", "approveExemptionItem", exemptionItem=item))
        assert (await walk.see(None, item, "inForce"))["inForce"] is True
    return item


async def _exempted(walk: Walk, record: str, item: str) -> None:
    """HC-02: listed, minor, occasional, and a commitment in the place of punishment."""
    propose = {"record": record, "exemptionItem": item, "grounds": "首次发生，责令后当日补办"}
    async with walk.on("2025-10-16", "15:00"):
        assert await walk.refused("clerk", "proposeExemption", **{**propose, "grounds": ""}) == "INVALID_INPUT"
        made = (await walk.only([*CLERKS, "firm"], "proposeExemption", **propose))["exemption"]
        this = {"exemption": made["id"]}
        assert await walk.refused("firm", "proposeExemption", **propose) == "EXEMPTION_PENDING"
        await walk.not_now(act("approver", "grantExemption", **this, reason="轻微偶发"))
        assert (
            await walk.refused("firm", "signExemption", **this, **{**PROMISE, "text": None})
            == "COMMITMENT_TEXT_MISSING"
        )
        nameless = {**PROMISE, "signerName": None}
        assert await walk.refused("firm", "signExemption", **this, **nameless) == "SIGNATURE_INCOMPLETE"
        await walk.only(["firm"], "signExemption", **this, **PROMISE)
        await walk.not_now(act("firm", "signExemption", **this, **PROMISE))
        assert await walk.refused("approver", "grantExemption", **this, reason=" ") == "INVALID_INPUT"
        granted = (await walk.only(APPROVERS, "grantExemption", **this, reason="轻微偶发"))["exemption"]
        assert (granted["state"], granted["inForce"], granted["earlier"]) == ("GRANTED", True, 0)
        await walk.not_now(
            act("approver", "grantExemption", **this, reason="再"), act("firm", "withdrawExemption", **this)
        )
        assert await walk.see(None, record, "inForce") == {"inForce": True}  # publicity is another law's matter


async def _decided(walk: Walk, credit_list: str, record: str) -> str:
    """HC-03: a list with its parts, and an entry vouched for by one and decided by another."""
    given: dict[str, Any] = {
        "creditList": credit_list,
        "reason": "拖欠劳动报酬，逾期不改",
        "behaviour": BEHAVIOUR,
        "code": CODE,
        "name": FIRM,
    }
    async with walk.on("2026-01-27"):
        assert await walk.refused("clerk", "collectListEntry", **given) == "LIST_NOT_OPEN"
        await open_list(walk, credit_list)
        given["records"] = [record]
        # the office next door is an owner like any unit, with a list of its own that it has not opened
        assert await walk.refused("rival-clerk", "collectListEntry", **given) == "LIST_NOT_OPEN"
        for caller in [one for one in walk.cast if one not in (*CLERKS, "rival-clerk")]:
            assert await walk.refused(caller, "collectListEntry", **given) in NOT_YOURS, caller
        entry: str = (await walk.do("clerk", "collectListEntry", **given))["listEntry"]["id"]
        await attested(walk, entry)
        assert await walk.refused("approver", "decideListEntry", listEntry=entry) == "DECISION_NUMBER_MISSING"
        number = {"decisionNo": f"海人社列〔2026〕{credit_list[-4:]}号"}
        await walk.only(APPROVERS, "decideListEntry", listEntry=entry, **number)
    return entry


async def _shown(walk: Walk, entry: str) -> None:
    async with walk.on("2026-01-28"):
        assert await walk.see(None, entry, "id") is None
        await walk.only(APPROVERS, "publishListEntry", listEntry=entry)
        assert await walk.see(None, entry, "inForce") == {"inForce": True}


async def _restricted(walk: Walk, record: str) -> str:
    """HC-10, HC-13: a measure of the list in force, with its citation, by a reviewer; fed back to the source."""
    async with walk.on("2026-01-26", "16:00"):
        given = {"record": record, "code": "lawful_punishment", "reason": "依法实施失信惩戒"}
        cited = {**given, "legalBasis": "《劳动保障监察条例》第三十条", "legalBasisLevel": "ADMINISTRATIVE_REGULATION"}
        assert await walk.refused("reviewer", "applyMeasure", **given) == "MEASURE_NEEDS_CITATION"
        assert (
            await walk.refused("reviewer", "applyMeasure", **{**cited, "code": "easier_approval"})
            == "MEASURE_NOT_LISTED"
        )
        made = (await walk.only(["reviewer", *APPROVERS, "rival-approver"], "applyMeasure", **cited))["measure"]
        assert made == {"id": made["id"], "state": "APPLIED", "inForce": True, "sourceOffice": {"code": "RSJ"}}
        return str(made["id"])


async def _leaves_by_the_exit_standard(walk: Walk, entry: str) -> None:
    """HC-07: the repair ended the publicity of the record; the list is left only when its exit standard is met."""
    async with walk.on("2026-03-11", "15:00"):
        assert await walk.see(None, entry, "inForce") == {"inForce": True}
        propose = {"entry": entry, "statement": "已履行义务并消除影响，符合退出标准。"}
        assert await walk.refused("clerk", "proposeListRemoval", **{**propose, "statement": " "}) == "INVALID_INPUT"
        proposed = (await walk.only([*CLERKS, *DECIDERS], "proposeListRemoval", **propose))["listRemoval"]
        assert (proposed["way"], proposed["timeliness"]) == ("STANDARD_MET", "NONE_SET")
        assert await walk.refused("clerk", "proposeListRemoval", **propose) == "REMOVAL_PENDING"
        await walk.only(DECIDERS, "removeListEntry", removal=proposed["id"])
        await walk.not_now(act("approver", "removeListEntry", removal=proposed["id"]))
        for caller in (None, "bureau", "platform", "rival-clerk"):
            assert await walk.see(caller, entry, "id") is None, caller
        assert (await walk.see("clerk", entry, "removalReason"))["removalReason"] == "STANDARD_MET"


async def _not_published_any_more(walk: Walk, entry: str) -> None:
    """An entry under way rests on nothing once its record was repaired."""
    async with walk.on("2026-03-11", "16:00"):
        assert await walk.refused("approver", "publishListEntry", listEntry=entry) == "EVIDENCE_FALLEN"
        await walk.do("clerk", "withdrawListEntry", listEntry=entry, reason="所依据的信息已经修复")


async def _the_second_is_not_exempted(walk: Walk, record: str, item: str) -> None:
    async with walk.on("2025-11-28", "15:00"):
        propose = {"record": record, "exemptionItem": item, "grounds": "再次发生"}
        refused = await walk.refusal("clerk", "proposeExemption", **propose)
        assert refused["code"] == "EXEMPTION_CONDITIONS_NOT_MET"
        assert [one["condition"] for one in refused["conditions"]] == ["minor", "occasional"]


async def _contested(walk: Walk, record: str) -> None:
    """HC-06b: verified, decided, told; 按时 sets no number of days, and none is shown."""
    filed = {"record": record, "ground": "错误", "statement": "决定文书的文号有误。"}
    async with walk.on("2025-12-01"):
        objection = (await walk.only(["firm", "platform"], "fileObjection", **filed))["objection"]
        assert (objection["steps"], objection["timedSteps"]) == (["mark", "verify", "decide", "tell"], [])
        this = {"objection": objection["id"]}
        decision = {"outcome": "AMENDED", "reason": "更正标题。", "correction": {"title": "未按月支付工资"}}
        await walk.not_now(
            act("approver", "decideObjection", **this, **decision), act("clerk", "tellObjection", **this)
        )
    async with walk.on("2026-01-26"):  # eight weeks later: no day was set, so none is missed
        assert await walk.see("firm", this["objection"], "overdue dueOn") == {"overdue": False, "dueOn": None}
        await walk.only(CLERKS, "verifyObjection", **this, finding="标题与文书不一致。")
        assert (
            await walk.refused("approver", "decideObjection", **this, **{**decision, "correction": None})
            == "CORRECTION_UNCLEAR"
        )
        decided = (await walk.only(APPROVERS, "decideObjection", **this, **decision))["objection"]
        assert decided["record"] == {"disputed": False, "version": 3}
        told = (await walk.only([*CLERKS, *DECIDERS], "tellObjection", **this))["objection"]
        assert "已予更正" in told["notice"]


async def _broken(walk: Walk, record: str) -> dict[str, Any]:
    """HC-02: the commitment is tracked; once it is broken the exemption is over. Gives the exemption after it."""
    async with walk.on("2026-03-12"):
        seen = await walk.see("firm", record, "exemptions(first: 1) { nodes { id inForce commitment { id } } }")
        [exemption] = seen["exemptions"]["nodes"]
        assert exemption["inForce"] is True
        found = {
            "commitment": exemption["commitment"]["id"], "finding": "再次未办理备案", "decisionNo": "海人社认〔2026〕旅1号",
            "ground": "UNFULFILLED",
        }  # fmt: skip
        given = {
            "creditList": ATTENTION,
            "reason": "未办理备案",
            "behaviour": BEHAVIOUR,
            "code": CODE,
            "name": FIRM,
            "records": [record],
        }
        assert await walk.refused("clerk", "collectListEntry", **given) == "RECORD_EXEMPTED"
        await walk.only(DECIDERS, "breakCommitment", **found)
        await walk.do("clerk", "collectListEntry", **given)
        return dict(await walk.see("clerk", exemption["id"], "inForce"))
