"""The exit by repair, as the national order lays it down for every city: applied for, found, signed, granted, told.

SH-11, SY-10; 信用修复管理办法 (2023年第58号令: three months of publication at least).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.journey.walk import Walk, act

REPAIR = {
    "repairApplication": "id state correctionTimeliness platformDueOn platformTimeliness decisionReason"
    " commitment { text publishedAt }",
}
"""What is asked of an application."""

FINDING: dict[str, Any] = {
    "standard": "履行义务认定标准（试行）第一条", "fulfilledOn": "2026-01-20", "fulfilmentEvidence": "缴款凭证1号",
    "correctedOn": "2026-01-15", "correctionEvidence": "工资支付凭证2号", "effectRemovedOn": "2026-01-20",
    "effectEvidence": "公开道歉", "criminalProceedings": False, "repeated": False,
}  # fmt: skip
SIGNED = {
    "papersTrue": True, "consequencesAccepted": True, "method": "ELECTRONIC_SIGNATURE", "signer": "LEGAL_REPRESENTATIVE",
    "signerName": "甄虚构", "signature": "电子签名20260304-1",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Hands:
    """In whose hands the steps lie."""

    finders: list[str]
    granters: list[str]
    """Those among the approvers who did not make the finding come first."""
    criminal_proceedings_bar: bool
    """Whether the city's own text, or the rule of the list the record stands on, lets a pending case bar it."""
    platform_due_on: str | None
    """Last day to tell the platform of what is granted on 2026-03-05; null where no loaded text sets one."""


async def repaired(walk: Walk, record: str, hands: Hands) -> None:
    """Walk a record decided on 2025-11-28 out by repair, at the second attempt."""
    apply = {"record": record, "grounds": "已足额支付工资并缴纳罚款"}
    async with walk.on("2026-02-28", "23:59"):
        assert await walk.refused("firm", "applyForRepair", **apply) == "REPAIR_TOO_EARLY"
    async with walk.on("2026-03-01", "00:00"):
        assert await walk.refused("firm", "applyForRepair", **{**apply, "grounds": " "}) == "INVALID_INPUT"
        made = await walk.only(["firm"], "applyForRepair", **apply)
        this = {"application": made["repairApplication"]["id"]}
        assert await walk.refused("firm", "applyForRepair", **apply) == "REPAIR_PENDING"
        await _not_before_the_finding(walk, this, hands)
    async with walk.on("2026-03-03"):
        if hands.criminal_proceedings_bar:
            await _barred_by_criminal_proceedings(walk, this, hands)
        else:
            await walk.only(["firm"], "withdrawRepair", **this)
            await walk.not_now(act(hands.finders[0], "findFulfilledRepair", **this, **FINDING))
        this = {"application": (await walk.do("firm", "applyForRepair", **apply))["repairApplication"]["id"]}
        await _found_and_signed(walk, this, hands)
    async with walk.on("2026-03-05"):
        await _granted(walk, record, this, hands)
    async with walk.on("2026-03-11"):
        told = (await walk.only(hands.finders, "tellRepair", **this))["repairApplication"]
        assert told["platformTimeliness"] == ("LATE" if hands.platform_due_on else "NONE_SET")
        await walk.not_now(act(hands.finders[0], "tellRepair", **this))


async def _not_before_the_finding(walk: Walk, this: dict[str, str], hands: Hands) -> None:
    await walk.not_now(
        act("firm", "signRepairCommitment", **this, **SIGNED),
        act(hands.granters[0], "grantRepair", **this, reason="条件均已满足"),
        act(hands.finders[0], "tellRepair", **this),
    )


async def _barred_by_criminal_proceedings(walk: Walk, this: dict[str, str], hands: Hands) -> None:
    """SY-10: while a case is before the court nothing is repaired."""
    await walk.do(hands.finders[0], "findFulfilledRepair", **this, **{**FINDING, "criminalProceedings": True})
    await walk.do("firm", "signRepairCommitment", **this, **SIGNED)
    granter, grant = hands.granters[0], {**this, "reason": "条件均已满足"}
    refused = await walk.refusal(granter, "grantRepair", **grant)
    assert refused["code"] == "REPAIR_CONDITIONS_NOT_MET"
    assert [one["condition"] for one in refused["conditions"]] == ["no_criminal_proceedings"]
    assert await walk.refused(granter, "refuseRepair", **this, reason=" ") == "INVALID_INPUT"
    ended = await walk.only(hands.granters, "refuseRepair", **this, reason="刑事诉讼尚未终结")
    assert ended["repairApplication"]["state"] == "REFUSED"
    await walk.not_now(act(granter, "grantRepair", **grant))


async def _found_and_signed(walk: Walk, this: dict[str, str], hands: Hands) -> None:
    finder = hands.finders[0]
    for part in ("standard", "fulfilmentEvidence"):
        assert await walk.refused(finder, "findFulfilledRepair", **this, **{**FINDING, part: " "}) == "INVALID_INPUT"
    later = {**FINDING, "correctedOn": "2026-03-04"}
    assert await walk.refused(finder, "findFulfilledRepair", **this, **later) == "DATE_IN_FUTURE"
    await walk.only(hands.finders, "findFulfilledRepair", **this, **FINDING)
    granter = hands.granters[0]
    await walk.not_now(
        act(finder, "findFulfilledRepair", **this, **FINDING), act(granter, "grantRepair", **this, reason="满足")
    )
    unsigned = {**SIGNED, "consequencesAccepted": False}
    assert await walk.refused("firm", "signRepairCommitment", **this, **unsigned) == "COMMITMENT_INCOMPLETE"
    nameless = {**SIGNED, "signerName": None}
    assert await walk.refused("firm", "signRepairCommitment", **this, **nameless) == "SIGNATURE_INCOMPLETE"
    signed = await walk.only(["firm"], "signRepairCommitment", **this, **SIGNED)
    assert signed["repairApplication"]["commitment"]["publishedAt"] is not None


async def _granted(walk: Walk, record: str, this: dict[str, str], hands: Hands) -> None:
    assert await walk.see(None, record, "inForce") == {"inForce": True}
    granted = await walk.only(hands.granters, "grantRepair", **this, reason="条件均已满足")
    assert (granted["creditRecord"]["state"], granted["creditRecord"]["inForce"]) == ("REPAIRED", False)
    assert granted["repairApplication"]["platformDueOn"] == hands.platform_due_on
    for caller in (None, "bureau", "platform"):
        assert await walk.see(caller, record, "id") is None, caller
    assert await walk.see("firm", record, "state") == {"state": "REPAIRED"}
    await walk.not_now(
        act("firm", "withdrawRepair", **this), act(hands.granters[0], "grantRepair", **this, reason="满足")
    )
