"""Mutations of credit repair: applied for and signed by the subject, found and decided by the recognising office."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import strawberry

from api.commands import signatures
from api.commands.attachments import attach_drafts
from api.commands.inputs import KEY, local_id, optional, required
from api.execution.mutation import Changed, Work, mutation
from domain.repair import applications
from domain.repair.applications import Finding
from domain.repair.commitment import Confirmed

NOUN = "repair_application"
PAYLOAD = {"repairApplication": "RepairApplication"}
DECIDED = {**PAYLOAD, "creditRecord": "CreditRecord"}


async def _attach(
    work: Work, drafts: list[strawberry.ID] | None, application_id: UUID, *, part: str = "evidence"
) -> None:
    """Attach drafts to an application; the subject and the office read them, nobody else."""
    if drafts:
        row = await applications.read(work.tx, application_id)
        await attach_drafts(work, drafts, to=NOUN, row=row, part=part)


@strawberry.input(description="Which record of yours is to be repaired, and what you say for it.")
class ApplyForRepairInput:
    record: strawberry.ID = required("Global id of the credit record.")
    grounds: str = required("What was corrected and fulfilled 申请理由, up to 2,000 characters.")
    evidence: list[strawberry.ID] | None = optional("Global ids of your drafts of attachments 证明材料.")
    client_mutation_id: str | None = optional(KEY)


@mutation("applyForRepair", noun=NOUN, verb="apply", input=ApplyForRepairInput, payload=PAYLOAD)
async def apply_for_repair(work: Work, given: ApplyForRepairInput) -> Changed:
    """Apply for the repair 申请信用修复 of a published negative record about you, once its shortest publication has run.

    `repairEligibility` tells beforehand how each condition stands.
    """
    scopes = work.scopes(NOUN, "apply")
    subject_id = work.subject()
    record_id = local_id(given.record, "CreditRecord")
    await work.require("credit_record", record_id, scopes)
    service = work.job.service
    made = await applications.apply(
        work.tx, service.books, service.calendar, record_id=record_id, subject_id=subject_id, grounds=given.grounds
    )
    await work.require(NOUN, made, scopes)
    await _attach(work, given.evidence, made)
    return Changed({"repairApplication": made})


@strawberry.input(
    description="What your office found 认定: the standard it applied, the facts, and the evidence of each."
)
class FindFulfilledRepairInput:
    application: strawberry.ID = required("Global id of the application.")
    standard: str = required("Standard 认定标准 by which fulfilment was found: its name and number.")
    fulfilled_on: date = required("Day since which the duties are fulfilled.")
    fulfilment_evidence: str = required("Evidence of it, e.g. number of the receipt.")
    corrected_on: date = required("Day on which the failing was corrected 纠正.")
    correction_evidence: str = required("Evidence of it.")
    effect_removed_on: date | None = optional(
        "Day on which the bad effect was removed 消除不良影响; null while it lasts."
    )
    effect_evidence: str | None = optional("Evidence of it.")
    criminal_proceedings: bool = required("Whether criminal proceedings are pending or ended in guilt.")
    repeated: bool = required("Whether the failing happened again.")
    other_conditions: str | None = optional(
        "Which other conditions of law were checked, or that there are none; needed since 2026-04-01."
    )
    exit_standard: str | None = optional(
        "Standard by which its entries may leave lists that have an exit standard (海沧7); null where none may."
    )
    evidence: list[strawberry.ID] | None = optional("Global ids of your office's drafts of attachments.")
    client_mutation_id: str | None = optional(KEY)


@mutation("findFulfilledRepair", noun=NOUN, verb="find_fulfilled", input=FindFulfilledRepairInput, payload=PAYLOAD)
async def find_fulfilled_repair(work: Work, given: FindFulfilledRepairInput) -> Changed:
    """Find that the duties are fulfilled 认定履行完毕, by which standard and on which evidence (厦门6).

    Correction and removal of the bad effect are facts of their own; a late correction is told apart.
    """
    row = await work.lock(NOUN, local_id(given.application, "RepairApplication"), "find_fulfilled")
    finding = Finding(
        standard=given.standard,
        fulfilled_on=given.fulfilled_on,
        fulfilment_evidence=given.fulfilment_evidence,
        corrected_on=given.corrected_on,
        correction_evidence=given.correction_evidence,
        effect_removed_on=given.effect_removed_on,
        effect_evidence=given.effect_evidence,
        criminal_proceedings=given.criminal_proceedings,
        repeated=given.repeated,
        other_conditions=given.other_conditions,
        exit_standard=given.exit_standard,
    )
    service = work.job.service
    await applications.find_fulfilled(work.tx, service.books, service.calendar, row["id"], finding)
    await _attach(work, given.evidence, row["id"])
    return Changed({"repairApplication": row["id"]})


@strawberry.input(description="Your public commitment 信用承诺: confirm both of its elements, and sign.")
class SignRepairCommitmentInput:
    application: strawberry.ID = required("Global id of the application.")
    papers_true: bool = required("That what was handed in is true and valid 所提交材料真实有效.")
    consequences_accepted: bool = required("That you bear the consequences of breaking it 愿意承担违反承诺的相应责任.")
    method: Any = signatures.method()
    signer: Any = signatures.signer()
    signer_name: str | None = signatures.signer_name()
    signature: str | None = signatures.signature()
    evidence: list[strawberry.ID] | None = optional("Global ids of your drafts of attachments: the signed paper.")
    client_mutation_id: str | None = optional(KEY)


@mutation("signRepairCommitment", noun=NOUN, verb="sign", input=SignRepairCommitmentInput, payload=PAYLOAD)
async def sign_repair_commitment(work: Work, given: SignRepairCommitmentInput) -> Changed:
    """Sign the public commitment 信用修复承诺 that repair asks for; its words are those `repairEligibility` shows."""
    row = await work.lock(NOUN, local_id(given.application, "RepairApplication"), "sign")
    confirmed = Confirmed(given.papers_true, given.consequences_accepted, signatures.signed_online(given))
    service = work.job.service
    await applications.sign(work.tx, service.books, service.calendar, row["id"], confirmed)
    await _attach(work, given.evidence, row["id"], part="signature")
    return Changed({"repairApplication": row["id"]})


@strawberry.input(description="Which repair is granted, and why.")
class GrantRepairInput:
    application: strawberry.ID = required("Global id of the application.")
    reason: str = required("Reason of the decision.")
    assessment: str | None = optional(
        "How conditions were judged for which no measure is set (NOT_ASSESSABLE); needed where there are any."
    )
    client_mutation_id: str | None = optional(KEY)


@mutation("grantRepair", noun=NOUN, verb="grant", input=GrantRepairInput, payload=DECIDED)
async def grant_repair(work: Work, given: GrantRepairInput) -> Changed:
    """Grant the repair 准予信用修复, by another person than found or applied (谁认定、谁修复).

    At once publicity and sharing of the record end, entries leave their lists as their rules say, measures lift,
    and the platform is told.
    """
    row = await work.lock(NOUN, local_id(given.application, "RepairApplication"), "grant")
    service = work.job.service
    await applications.grant(
        work.tx, service.books, service.calendar, row["id"], reason=given.reason, assessment=given.assessment
    )
    return Changed({"repairApplication": row["id"], "creditRecord": row["record_id"]})


@strawberry.input(description="Which repair is refused, and why.")
class RefuseRepairInput:
    application: strawberry.ID = required("Global id of the application.")
    reason: str = required("Reason 不予修复的理由, which the subject reads.")
    client_mutation_id: str | None = optional(KEY)


@mutation("refuseRepair", noun=NOUN, verb="refuse", input=RefuseRepairInput, payload=PAYLOAD)
async def refuse_repair(work: Work, given: RefuseRepairInput) -> Changed:
    """Refuse the repair 不予信用修复 with its reason; the subject may apply anew."""
    row = await work.lock(NOUN, local_id(given.application, "RepairApplication"), "refuse")
    service = work.job.service
    await applications.refuse(work.tx, service.books, service.calendar, row["id"], reason=given.reason)
    return Changed({"repairApplication": row["id"]})


@strawberry.input(description="Which application you withdraw.")
class WithdrawRepairInput:
    application: strawberry.ID = required("Global id of the application.")
    client_mutation_id: str | None = optional(KEY)


@mutation("withdrawRepair", noun=NOUN, verb="withdraw", input=WithdrawRepairInput, payload=PAYLOAD)
async def withdraw_repair(work: Work, given: WithdrawRepairInput) -> Changed:
    """Withdraw an application for repair 撤回申请 that is not decided yet."""
    row = await work.lock(NOUN, local_id(given.application, "RepairApplication"), "withdraw")
    service = work.job.service
    await applications.withdraw(work.tx, service.books, service.calendar, row["id"])
    return Changed({"repairApplication": row["id"]})


@strawberry.input(description="Which granted repair the platform receipted, and when.")
class TellRepairInput:
    application: strawberry.ID = required("Global id of the application.")
    told_at: datetime | None = optional("When the platform receipted it; now unless given.")
    client_mutation_id: str | None = optional(KEY)


@mutation("tellRepair", noun=NOUN, verb="tell", input=TellRepairInput, payload=PAYLOAD)
async def tell_repair(work: Work, given: TellRepairInput) -> Changed:
    """Note that the credit platform receipted a granted repair 推送信用平台; whether in time is told by the row."""
    row = await work.lock(NOUN, local_id(given.application, "RepairApplication"), "tell")
    await applications.tell(work.tx, row["id"], told_at=given.told_at)
    return Changed({"repairApplication": row["id"]})
