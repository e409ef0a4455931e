"""Mutations of typical cases: proposed by one person of the office, approved by another and so pushed, withdrawn."""

from __future__ import annotations

from typing import Any

import strawberry

from api.commands.attachments import attach_drafts
from api.commands.inputs import KEY, local_id, optional, required, value_of
from api.declaring.types import enum_type
from api.execution.mutation import Changed, Work, mutation
from domain.culture import typical_cases

NOUN = typical_cases.NOUN
PAYLOAD = {"typicalCase": "TypicalCase"}
Polarity: Any = enum_type("Polarity")


@strawberry.input(description="A typical case 典型案例 of your office; its text names nobody.")
class ProposeTypicalCaseInput:
    field: str | None = optional("Field 领域, where the rulebook names fields: 政务, 民生, 市场, … (厦门27).")
    kind: str = required("Kind 类别 in the words of the rulebook (厦门27, 海沧22, 新乡五(二)).")
    polarity: Polarity = required("Positive for an exemplar 典型, negative for a case that is exposed 曝光.")
    title: str = required("Title, up to 200 characters; names nobody.")
    text: str = required("What happened and what came of it; names nobody.")
    record: strawberry.ID | None = optional("Global id of the published record of your office that it tells of.")
    entry: strawberry.ID | None = optional("Global id of the published list entry of your office that it tells of.")
    attachments: list[strawberry.ID] | None = optional("Global ids of your drafts of attachments: the material 材料.")
    client_mutation_id: str | None = optional(KEY)


@mutation("proposeTypicalCase", noun=NOUN, verb="propose", input=ProposeTypicalCaseInput, payload=PAYLOAD)
async def propose_typical_case(work: Work, given: ProposeTypicalCaseInput) -> Changed:
    """Propose a typical case of your office; another person approves it (厦门27, 海沧22, 新乡五(二))."""
    scopes = work.scopes(NOUN, "propose")
    office_id, jurisdiction_id = work.place()
    named = {
        "credit_record": local_id(given.record, "CreditRecord") if given.record is not None else None,
        "list_entry": local_id(given.entry, "ListEntry") if given.entry is not None else None,
    }
    for noun, ident in named.items():
        if ident is not None:
            await work.require(noun, ident, scopes)
    proposal = typical_cases.Proposal(
        jurisdiction_id=jurisdiction_id,
        office_id=office_id,
        field=given.field,
        kind=given.kind,
        polarity=value_of(given.polarity) or "",
        title=given.title,
        text=given.text,
        record_id=named["credit_record"],
        entry_id=named["list_entry"],
    )
    made = await typical_cases.propose(work.tx, work.job.service.books, proposal)
    await work.require(NOUN, made, scopes)
    row = {"id": made, "office_id": office_id, "jurisdiction_id": jurisdiction_id}
    await attach_drafts(work, given.attachments, to=NOUN, row=row, part="report")
    return Changed({"typicalCase": made})


@strawberry.input(description="Which proposed case to approve.")
class ApproveTypicalCaseInput:
    typical_case: strawberry.ID = required("Global id of the case.")
    client_mutation_id: str | None = optional(KEY)


@mutation("approveTypicalCase", noun=NOUN, verb="approve", input=ApproveTypicalCaseInput, payload=PAYLOAD)
async def approve_typical_case(work: Work, given: ApproveTypicalCaseInput) -> Changed:
    """Approve a case that another person of your office proposed: it is published and pushed to the platform (厦门27)."""
    row = await work.lock(NOUN, local_id(given.typical_case, "TypicalCase"), "approve")
    await typical_cases.approve(work.tx, row["id"])
    return Changed({"typicalCase": row["id"]})


@strawberry.input(description="Which proposed case to reject, and why.")
class RejectTypicalCaseInput:
    typical_case: strawberry.ID = required("Global id of the case.")
    reason: str = required("Why.")
    client_mutation_id: str | None = optional(KEY)


@mutation("rejectTypicalCase", noun=NOUN, verb="reject", input=RejectTypicalCaseInput, payload=PAYLOAD)
async def reject_typical_case(work: Work, given: RejectTypicalCaseInput) -> Changed:
    """Reject a case that another person of your office proposed (厦门27)."""
    row = await work.lock(NOUN, local_id(given.typical_case, "TypicalCase"), "reject")
    await typical_cases.reject(work.tx, row["id"], reason=given.reason)
    return Changed({"typicalCase": row["id"]})


@strawberry.input(description="Which published case to withdraw, and why.")
class WithdrawTypicalCaseInput:
    typical_case: strawberry.ID = required("Global id of the case.")
    reason: str = required("Why.")
    client_mutation_id: str | None = optional(KEY)


@mutation("withdrawTypicalCase", noun=NOUN, verb="withdraw", input=WithdrawTypicalCaseInput, payload=PAYLOAD)
async def withdraw_typical_case(work: Work, given: WithdrawTypicalCaseInput) -> Changed:
    """Withdraw a published case: it stops counting, and the platform takes it down (厦门27)."""
    row = await work.lock(NOUN, local_id(given.typical_case, "TypicalCase"), "withdraw")
    await typical_cases.withdraw(work.tx, row, reason=given.reason)
    return Changed({"typicalCase": row["id"]})
