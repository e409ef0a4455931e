"""The repairs of the demonstration: one granted with its entry off the list, one found and to be signed, one refused.

In charge of taking each application as far as it has come, through the same functions as the service; its
commitment is written under an id of its own, so that it is the same on every machine.
"""

from __future__ import annotations

import hashlib
from typing import Final
from uuid import UUID

from api.demo.names import demo_id
from api.demo.scene import Place, Scene
from api.demo.stories import GRANTED_REPAIR, OPEN_REPAIR, REFUSED_REPAIR
from domain.commitment import commitments
from domain.lifecycle import Transaction, create, move
from domain.masking import mask_name
from domain.repair import applications
from domain.repair.applications import NOUN, START, Finding
from domain.repair.commitment import ITEM, commitment_text
from domain.repair.facts import Case, load_case

OFFICE: Final[Place] = ("350200", "JCZD")
_SIGNER: Final = "法定虚构"


async def repair_some(scene: Scene) -> None:
    """Apply for the repairs and take them as far as they have come."""
    granted = await _applied(scene, GRANTED_REPAIR, days=60)
    await _found(scene, granted, days=55, late=False)
    await _signed(scene, granted, days=50)
    approver = scene.acting(scene.at(scene.ago(45), minutes=60), role="approver", office=OFFICE)
    await applications.grant(
        approver,
        scene.books,
        scene.calendar,
        granted,
        reason="已履行全部义务",
        assessment="决定未定期限，责令当月内已纠正",
    )
    clerk = scene.acting(scene.at(scene.ago(44), minutes=60), role="clerk", office=OFFICE)
    await applications.tell(clerk, granted)
    await _found(scene, await _applied(scene, OPEN_REPAIR, days=8), days=3, late=False)
    refused = await _applied(scene, REFUSED_REPAIR, days=30)
    await _found(scene, refused, days=28, late=True)
    approver = scene.acting(scene.at(scene.ago(25), minutes=60), role="approver", office=OFFICE)
    await applications.refuse(
        approver, scene.books, scene.calendar, refused, reason="未在规定期限内纠正，不良影响尚未消除"
    )


async def _applied(scene: Scene, number: int, *, days: int) -> UUID:
    tx = scene.acting(scene.at(scene.ago(days), minutes=40))
    record = demo_id("credit_record", number)
    subject = await scene.connection.fetchval("SELECT subject_id FROM credit_record WHERE id = $1", record)
    return await applications.apply(
        tx,
        scene.books,
        scene.calendar,
        record_id=record,
        subject_id=subject,
        grounds="已足额支付工资并缴纳罚款（虚构）",
    )


async def _found(scene: Scene, application: UUID, *, days: int, late: bool) -> None:
    tx = scene.acting(scene.at(scene.ago(days), minutes=50), role="clerk", office=OFFICE)
    day = scene.ago(days + 2)
    finding = Finding(
        standard="市监察支队履行义务认定标准（虚构）第一条",
        fulfilled_on=day,
        fulfilment_evidence="非税收入缴款书（虚构）",
        corrected_on=day if late else scene.ago(days + 30),
        correction_evidence="工资支付凭证（虚构）",
        effect_removed_on=None if late else day,
        effect_evidence=None if late else "劳动者书面谅解（虚构）",
        criminal_proceedings=False,
        repeated=False,
        other_conditions="经核查没有其他条件",
    )
    await applications.find_fulfilled(tx, scene.books, scene.calendar, application, finding)


async def _signed(scene: Scene, application: UUID, *, days: int) -> None:
    tx = scene.acting(scene.at(scene.ago(days), minutes=45))
    row = await applications.read(tx, application)
    case = await load_case(
        scene.connection, scene.books, scene.calendar, row["record_id"], today=tx.today, application_id=application
    )
    made = await _commitment(scene, tx, case, application)
    machine = case.way.machine(NOUN, start=START)
    changes = {"commitment_id": made, "signed_at": tx.now}
    await move(tx, machine, "sign", application, changes, basis=case.way.citation)


async def _commitment(scene: Scene, tx: Transaction, case: Case, application: UUID) -> UUID:
    """Write the signed and published commitment of a repair."""
    record = case.record
    text = commitment_text(scene.books, record, on=tx.today)
    item = await commitments.named_item(tx, scene.books, jurisdiction=record["jurisdiction_id"], code=ITEM)
    values = {
        "id": demo_id("commitment", 101), "commitment_item_id": item, "subject_id": record["subject_id"],
        "about_person": record["about_person"], "party": "legal_person", "jurisdiction_id": record["jurisdiction_id"],
        "office_id": record["office_id"], "matter_no": f"修复申请〔{tx.today.year}〕1号", "state": "signed", "version": 1,
        "text": text, "text_digest": hashlib.sha256(text.encode()).hexdigest(), "signed_on": tx.today, "entered_at": tx.now,
        "signature_method": "electronic_signature", "signer": "legal_representative", "signer_name": _SIGNER,
        "masked_name": mask_name(_SIGNER), "evidence": "电子签名（虚构）", "disclosure": "public", "published_at": tx.now,
        "portal_at": tx.now, "platform_at": tx.now, "supplement_provisional": False,
    }  # fmt: skip
    return await create(tx, "commitment", "sign", values)
