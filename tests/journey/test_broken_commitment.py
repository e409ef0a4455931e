"""Shanghai: a commitment is broken, simplified procedures close, the finding is contested, and they open again.

SH-05d (承诺不实或者违反承诺), SH-08b (限制适用告知承诺等简化程序), SH-10; each step with the wrong person, order and part.
"""

from __future__ import annotations

from typing import Any

import pytest

from domain.identifiers import invented_uscc
from domain.installation_rows import office_id
from tests.journey.walk import Seat, Walk, act

pytestmark = pytest.mark.anyio

TEXT = "本单位承诺所提交材料真实有效，违反承诺的自愿接受约束和惩戒。"
CODE, FIRM = invented_uscc(310_002, division="310000"), "上海承诺虚构有限公司"
STAFF: dict[str, Seat] = {
    "clerk": ("clerk", "310000", "JY"),
    "second-clerk": ("clerk", "310000", "JY"),
    "reviewer": ("reviewer", "310000", "JY"),
    "approver": ("approver", "310000", "JY"),
    "rival-clerk": ("clerk", "310000", "ZFZD"),
    "rival-approver": ("approver", "310000", "ZFZD"),
    "bureau": ("credit_office", "310000", "HRSS"),
    "second-bureau": ("credit_office", "310000", "HRSS"),
    "centre": ("platform", "310000", "CENTRE"),
    "xiamen-bureau": ("credit_office", "350200", "JC"),
}
SHOWN = {
    "commitmentItem": "id state inForce",
    "commitment": "id state unrecorded breachGround record { id dishonest state }",
    "creditRecord": "id state inForce",
    "objection": "id state record { disputed state }",
}
ITEM = {
    "edition": "2026年版", "code": "guarantee", "name": "创业担保贷款申请材料告知承诺", "kind": "NOTIFICATION",
    "matterKind": "APPROVAL", "parties": ["LEGAL_PERSON"], "clause": "5(四)", "disclosure": "PUBLIC", "personDisclosure": "PUBLIC",
    "offices": [f"Office:{office_id('310000', 'JY')}"],
}  # fmt: skip
BROKEN = {
    "ground": "UNTRUE", "finding": "经核查，所提交的就业人数证明不实", "decisionNo": "沪就促核〔2026〕1号", "severity": "GENERAL",
    "legalBasis": "《上海市社会信用条例》第九条", "legalBasisLevel": "LOCAL_REGULATION", "foundIn": "后续监管",
}  # fmt: skip
MAY = "query ($subject: ID!) { simplifiedProcedure(subject: $subject) { allowed citation bars { recordId } } }"


async def test_a_broken_commitment_closes_simplified_procedures_until_it_is_taken_back(walk: Walk) -> None:
    firm = await walk.enrol(CODE, FIRM, "310000", sub="firm")
    async with walk.on("2026-03-02"):
        item = await _kept(walk)
        signing = {
            "commitmentItem": item, "subject": firm, "matterNo": "受〔2026〕1号", "method": "SEAL", "text": TEXT,
            "signer": "LEGAL_REPRESENTATIVE", "signerName": "法定虚构", "evidence": "档案柜3",
        }  # fmt: skip
        commitment = await _signed(walk, signing)
    async with walk.on("2026-03-09"):
        record = await _broken(walk, commitment)
        assert await _open(walk, firm) == (False, [record])
        again = {**signing, "matterNo": "受〔2026〕2号"}
        assert await walk.refused("clerk", "signCommitment", **again) == "SIMPLIFIED_PROCEDURE_BARRED"
    async with walk.on("2026-03-12"):
        await _taken_back(walk, record)
        assert await _open(walk, firm) == (True, [])
        await walk.do("clerk", "signCommitment", **again)


async def _open(walk: Walk, firm: str) -> tuple[bool, list[str]]:
    """Ask whether the firm may use simplified procedures, and what bars it."""
    answer = (await walk.ask("rival-clerk", MAY, {"subject": firm}))["simplifiedProcedure"]
    return answer["allowed"], [bar["recordId"] for bar in answer["bars"]]


async def _kept(walk: Walk) -> str:
    """The credit office keeps the list of items: one proposes, another approves."""
    proposed = await walk.only(["bureau", "second-bureau", "xiamen-bureau"], "proposeCommitmentItem", **ITEM)
    item: str = proposed["commitmentItem"]["id"]
    approve = {"commitmentItem": item}
    assert await walk.refused("bureau", "approveCommitmentItem", **approve) == "PROPOSER_DECIDES"
    assert (await walk.do("second-bureau", "approveCommitmentItem", **approve))["commitmentItem"]["inForce"] is True
    return item


async def _signed(walk: Walk, signing: dict[str, Any]) -> str:
    unproved = {**signing, "evidence": None}
    assert await walk.refused("clerk", "signCommitment", **unproved) == "SIGNATURE_INCOMPLETE"
    signed = await walk.only(["clerk", "second-clerk", "firm"], "signCommitment", **signing)
    commitment: str = signed["commitment"]["id"]
    await walk.only(["reviewer", "approver"], "publishCommitment", commitment=commitment)
    await walk.not_now(act("reviewer", "publishCommitment", commitment=commitment))
    return commitment


async def _broken(walk: Walk, commitment: str) -> str:
    """SH-05d: the record is made with the finding, by another person than took the commitment in."""
    broken = {"commitment": commitment, **BROKEN}
    blank = {**broken, "finding": " "}
    assert await walk.refused("reviewer", "breakCommitment", **blank) == "INVALID_INPUT"
    found = (await walk.only(["reviewer", "approver"], "breakCommitment", **broken))["commitment"]
    assert (found["state"], found["record"]["dishonest"]) == ("BROKEN", True)
    keep = {"commitment": commitment, "finding": "已履行", "decisionNo": "沪就促核〔2026〕2号"}
    await walk.not_now(act("approver", "breakCommitment", **broken), act("approver", "keepCommitment", **keep))
    return str(found["record"]["id"])


async def _taken_back(walk: Walk, record: str) -> None:
    """SH-10: the finding was wrong; the outcome of the objection withdraws the record and with it the bar."""
    filed = {"record": record, "ground": "错误", "statement": "就业人数证明属实，核查对象有误。"}
    objection = (await walk.do("firm", "fileObjection", **filed))["objection"]
    this = {"objection": objection["id"]}
    await walk.do("centre", "markObjection", **this)
    await walk.do("centre", "forwardObjection", **this)
    await walk.only(["clerk", "second-clerk"], "verifyObjection", **this, finding="核查对象确有误。")
    decision = {"outcome": "WITHDRAWN", "reason": "核查对象有误，撤销该信息。"}
    # the reviewer found the breach himself
    assert await walk.refused("reviewer", "decideObjection", **this, **decision) == "OWN_ACT_DECIDED"
    decided = (await walk.only(["approver"], "decideObjection", **this, **decision))["objection"]
    assert decided["record"] == {"disputed": False, "state": "WITHDRAWN"}
    await walk.do("clerk", "reportObjection", **this)
    await walk.do("centre", "tellObjection", **this)
