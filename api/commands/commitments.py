"""Mutations of commitments: signed online by the subject or taken in by an officer, refused, published, judged."""

from __future__ import annotations

from datetime import date
from typing import Any, Optional

import strawberry

from api.commands.inputs import KEY, choice, local_id, optional, required, value_of
from api.commands.people import found_subject
from api.declaring.types import enum_type
from api.execution.mutation import Changed, Work, mutation
from domain.commitment import commitments, results

Method, Signer, Ground = enum_type("SignatureMethod"), enum_type("Signer"), enum_type("BreachGround")
Severity, BasisLevel = enum_type("Severity"), enum_type("BasisLevel")
_PAYLOAD = {"commitment": "Commitment"}


def _needed(kind: Any, description: str) -> Any:
    return strawberry.field(description=description, graphql_type=kind)


@strawberry.input(
    description="A signed commitment 信用承诺. An officer names the subject by subject, code or idNumber and takes it in for"
    " the own office; a subject signs its own online and names the office."
)
class SignCommitmentInput:
    commitment_item: strawberry.ID = required("Global id of the commitment item 承诺事项.")
    matter_no: str = required("Number 受理编号 of the matter it is made in; no personal data.")
    method: Any = _needed(Method, "How it was signed.")
    signer: Any = _needed(Signer, "Who signed.")
    text: Optional[str] = optional("The exact text, where the item fixes none.")
    signer_name: Optional[str] = optional("Name of the legal representative or agent who signed.")
    evidence: Optional[str] = optional("Where paper is kept; needed for a signature by hand or seal.")
    signed_on: Optional[date] = optional("Day of the signature; today unless given.")
    missing: Optional[str] = optional("What is still missing, in tolerant acceptance 容缺受理.")
    office: Optional[strawberry.ID] = optional("Global id of the office; needed when a subject signs online.")
    subject: Optional[strawberry.ID] = optional("Global id of a known subject.")
    code: Optional[str] = optional("Unified social credit code of an organisation, with name.")
    id_number: Optional[str] = optional("Identity number of a person, with name; stored encrypted, never shown.")
    name: Optional[str] = optional("Name of the subject, with code or idNumber.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("signCommitment", noun="commitment", verb="sign", input=SignCommitmentInput, payload=_PAYLOAD)
async def sign_commitment(work: Work, given: SignCommitmentInput) -> Changed:
    """Sign a commitment 信用承诺: online as the subject, or on paper, taken in by the office that has the matter in hand."""
    scopes = work.scopes("commitment", "sign")
    matter, online = await _matter(work, given), work.job.caller.office_id is None
    service = work.job.service
    commitment_id = await commitments.sign(
        work.tx,
        service.books,
        service.calendar,
        matter,
        text=given.text,
        missing=given.missing,
        signature=commitments.Signature(
            method=str(value_of(given.method)),
            signer=str(value_of(given.signer)),
            name=given.signer_name,
            evidence=given.evidence,
            signed_on=given.signed_on,
            online=online,
        ),
    )
    await work.require("commitment", commitment_id, scopes)
    return Changed({"commitment": commitment_id})


@strawberry.input(description="That a subject would not commit 不作承诺; nothing follows from it.")
class RefuseCommitmentInput:
    commitment_item: strawberry.ID = required("Global id of the commitment item 承诺事项.")
    matter_no: str = required("Number 受理编号 of the matter; no personal data.")
    reason: Optional[str] = optional("Why, if the subject said so.")
    subject: Optional[strawberry.ID] = optional("Global id of a known subject.")
    code: Optional[str] = optional("Unified social credit code of an organisation, with name.")
    id_number: Optional[str] = optional("Identity number of a person, with name; stored encrypted, never shown.")
    name: Optional[str] = optional("Name of the subject, with code or idNumber.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("refuseCommitment", noun="commitment", verb="refuse", input=RefuseCommitmentInput, payload=_PAYLOAD)
async def refuse_commitment(work: Work, given: RefuseCommitmentInput) -> Changed:
    """Record that a subject would not commit; it is not punished and goes the general way (厦门11: 引导)."""
    scopes = work.scopes("commitment", "refuse")
    matter = await _matter(work, given)
    commitment_id = await commitments.refuse(work.tx, work.job.service.books, matter, reason=given.reason)
    await work.require("commitment", commitment_id, scopes)
    return Changed({"commitment": commitment_id})


@strawberry.input(description="Which commitment to publish 公示.")
class PublishCommitmentInput:
    commitment: strawberry.ID = required("Global id of the commitment.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("publishCommitment", noun="commitment", verb="publish", input=PublishCommitmentInput, payload=_PAYLOAD)
async def publish_commitment(work: Work, given: PublishCommitmentInput) -> Changed:
    """Push a commitment to the city platform and show it as far as its item says; people masked (厦门11)."""
    row = await work.lock("commitment", local_id(given.commitment, "Commitment"), "publish")
    await commitments.publish(work.tx, row["id"])
    return Changed({"commitment": row["id"]})


@strawberry.input(description="For which commitment what was missing has been handed in 补齐.")
class SupplyCommitmentInput:
    commitment: strawberry.ID = required("Global id of the commitment.")
    supplied_on: Optional[date] = optional("Day on which everything was there; today unless given.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("supplyCommitment", noun="commitment", verb="supply", input=SupplyCommitmentInput, payload=_PAYLOAD)
async def supply_commitment(work: Work, given: SupplyCommitmentInput) -> Changed:
    """Record that everything missing was handed in within the term (容缺受理, 海沧12)."""
    row = await work.lock("commitment", local_id(given.commitment, "Commitment"), "supply")
    await commitments.supply(work.tx, row["id"], supplied_on=given.supplied_on)
    return Changed({"commitment": row["id"]})


@strawberry.input(description="Which commitment was kept 履约, and what was found.")
class KeepCommitmentInput:
    commitment: strawberry.ID = required("Global id of the commitment.")
    finding: str = required("What was found 核查情况.")
    decision_no: str = required("Number of the document that says so; no personal data.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("keepCommitment", noun="commitment", verb="keep", input=KeepCommitmentInput, payload=_PAYLOAD)
async def keep_commitment(work: Work, given: KeepCommitmentInput) -> Changed:
    """Find a commitment kept 履约; it enters the subject's record where the rulebook says so (厦门11, 海沧12)."""
    row = await work.lock("commitment", local_id(given.commitment, "Commitment"), "keep")
    service = work.job.service
    finding = results.Finding(text=given.finding, decision_no=given.decision_no)
    await results.keep(work.tx, service.vault, service.books, service.calendar, row["id"], finding)
    return Changed({"commitment": row["id"]})


@strawberry.input(description="Which commitment was broken 违约, on which ground, and what was found.")
class BreakCommitmentInput:
    commitment: strawberry.ID = required("Global id of the commitment.")
    ground: Any = _needed(Ground, "How: 承诺不实, 违反承诺, 逾期未补正.")
    finding: str = required("What was found 核查情况.")
    decision_no: str = required("Number of the document that says so; no personal data.")
    severity: Any = choice(
        Severity, "Severity of the record, in the vocabulary of the rulebook; may follow by amendment."
    )
    legal_basis: Optional[str] = optional("Legal basis of the finding; the item's own unless given.")
    legal_basis_level: Any = choice(BasisLevel, "Level of the legal basis.")
    found_in: Optional[str] = optional("Where it was found: 审查 or 后续监管 (上海5(四)).")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("breakCommitment", noun="commitment", verb="break", input=BreakCommitmentInput, payload=_PAYLOAD)
async def break_commitment(work: Work, given: BreakCommitmentInput) -> Changed:
    """Find a commitment broken 违约: the record of dishonest conduct is made in the same transaction (厦门11, 上海5(四))."""
    row = await work.lock("commitment", local_id(given.commitment, "Commitment"), "break")
    service = work.job.service
    finding = results.Finding(
        text=given.finding,
        decision_no=given.decision_no,
        ground=value_of(given.ground),
        severity=value_of(given.severity),
        legal_basis=given.legal_basis,
        legal_basis_level=value_of(given.legal_basis_level),
        found_in=given.found_in,
    )
    await results.find_broken(work.tx, service.vault, service.books, service.calendar, row["id"], finding)
    return Changed({"commitment": row["id"]})


@strawberry.input(description="Which finding to set aside, and why.")
class ReopenCommitmentInput:
    commitment: strawberry.ID = required("Global id of the commitment.")
    reason: str = required("Why the finding no longer stands.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("reopenCommitment", noun="commitment", verb="reopen", input=ReopenCommitmentInput, payload=_PAYLOAD)
async def reopen_commitment(work: Work, given: ReopenCommitmentInput) -> Changed:
    """Set a finding aside 撤销违诺认定, once its record has been withdrawn; the commitment is open again."""
    row = await work.lock("commitment", local_id(given.commitment, "Commitment"), "reopen")
    await results.reopen(work.tx, row["id"], reason=given.reason)
    return Changed({"commitment": row["id"]})


@strawberry.input(description="Which commitment was entered by mistake, and why.")
class WithdrawCommitmentInput:
    commitment: strawberry.ID = required("Global id of the commitment.")
    reason: str = required("Why.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("withdrawCommitment", noun="commitment", verb="withdraw", input=WithdrawCommitmentInput, payload=_PAYLOAD)
async def withdraw_commitment(work: Work, given: WithdrawCommitmentInput) -> Changed:
    """Withdraw 撤回承诺 a commitment that was entered by mistake; it is kept and shown no longer."""
    row = await work.lock("commitment", local_id(given.commitment, "Commitment"), "withdraw")
    await commitments.withdraw(work.tx, row["id"], reason=given.reason)
    return Changed({"commitment": row["id"]})


async def _matter(work: Work, given: Any) -> commitments.Matter:
    """Tell in which matter: a subject's own at the office it names, or that of the caller's office."""
    caller = work.job.caller
    item_id = local_id(given.commitment_item, "CommitmentItem")
    if caller.office_id is not None:
        return commitments.Matter(
            item_id=item_id,
            subject_id=await found_subject(
                work, subject=given.subject, code=given.code, id_number=given.id_number, name=given.name
            ),
            office_id=caller.office_id,
            matter_no=given.matter_no,
        )
    office_id = local_id(given.office, "Office")
    return commitments.Matter(
        item_id=item_id, subject_id=work.subject(), office_id=office_id, matter_no=given.matter_no
    )
