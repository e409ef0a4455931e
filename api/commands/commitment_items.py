"""Mutations of commitment items: proposed by one person of the credit office, approved by another, ended."""

from __future__ import annotations

from datetime import date
from types import GenericAlias
from typing import Any, Optional

import strawberry

from api.commands.inputs import KEY, choice, local_id, optional, required, value_of
from api.declaring.types import enum_type
from api.execution.mutation import Changed, Work, mutation
from domain.commitment import items

Kind, MatterKind, Party = enum_type("CommitmentKind"), enum_type("MatterKind"), enum_type("CommitmentParty")
Unit, Disclosure = enum_type("SupplementUnit"), enum_type("Disclosure")

_PARTIES: Any = GenericAlias(list, (Party,))


def _needed(kind: Any, description: str) -> Any:
    return strawberry.field(description=description, graphql_type=kind)


@strawberry.input(description="A commitment item 信用承诺事项 as the credit office proposes it for its division.")
class ProposeCommitmentItemInput:
    edition: str = required("Edition 版本 of the list of items, e.g. 2026年版.")
    code: str = required("Code of the item within the edition.")
    name: str = required("Name of the matter.")
    kind: Any = _needed(Kind, "告知承诺, 容缺受理 or another.")
    matter_kind: Any = _needed(MatterKind, "行政审批, 公共服务, 行政管理 or another.")
    parties: Any = _needed(_PARTIES, "Who may commit: 自然人, 法人, 其他组织; one at least.")
    offices: list[strawberry.ID] = required(
        "Offices of the division that take commitments under it; one at least, global ids."
    )
    clause: str = required("Clause or rule 依据 it rests on.")
    disclosure: Any = _needed(Disclosure, "How far an organisation's commitment is shown.")
    person_disclosure: Any = _needed(Disclosure, "How far a person's commitment is shown.")
    text: Optional[str] = optional("Wording, where it is fixed; else it is the signer's.")
    supplement_term: Optional[int] = optional("Term for what is missing; tolerant acceptance needs one (海沧12).")
    supplement_unit: Any = choice(Unit, "Unit of the term.")
    valid_from: Optional[date] = optional("First day; without one it holds for any earlier day as well.")
    valid_to: Optional[date] = optional("Last day; until it is ended unless given.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation(
    "proposeCommitmentItem",
    noun="commitment_item",
    verb="propose",
    input=ProposeCommitmentItemInput,
    payload={"commitmentItem": "CommitmentItem"},
)
async def propose_commitment_item(work: Work, given: ProposeCommitmentItemInput) -> Changed:
    """Propose a commitment item 信用承诺事项; it may be used once another person has approved it (厦门11, 海沧12).

    For one item between two editions; a whole list 清单 is kept as an edition (`draftEdition`).
    """
    scopes = work.scopes("commitment_item", "propose")
    _, jurisdiction_id = work.place()
    proposal = items.Proposal(
        jurisdiction_id=jurisdiction_id,
        edition=given.edition,
        code=given.code,
        name=given.name,
        kind=str(value_of(given.kind)),
        matter_kind=str(value_of(given.matter_kind)),
        parties=[str(value_of(one)) for one in given.parties],
        offices=[local_id(one, "Office") for one in given.offices],
        clause=given.clause,
        disclosure=str(value_of(given.disclosure)),
        person_disclosure=str(value_of(given.person_disclosure)),
        text=given.text,
        supplement_term=given.supplement_term,
        supplement_unit=value_of(given.supplement_unit),
        valid_from=given.valid_from,
        valid_to=given.valid_to,
    )
    item_id = await items.propose(work.tx, proposal)
    await work.require("commitment_item", item_id, scopes)
    return Changed({"commitmentItem": item_id})


@strawberry.input(description="Which proposed item to approve.")
class ApproveCommitmentItemInput:
    commitment_item: strawberry.ID = required("Global id of the item.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation(
    "approveCommitmentItem",
    noun="commitment_item",
    verb="approve",
    input=ApproveCommitmentItemInput,
    payload={"commitmentItem": "CommitmentItem"},
)
async def approve_commitment_item(work: Work, given: ApproveCommitmentItemInput) -> Changed:
    """Approve 批准承诺事项 an item that somebody else has proposed."""
    row = await work.lock("commitment_item", local_id(given.commitment_item, "CommitmentItem"), "approve")
    await items.approve(work.tx, row["id"])
    return Changed({"commitmentItem": row["id"]})


@strawberry.input(description="Which proposed item to reject, and why.")
class RejectCommitmentItemInput:
    commitment_item: strawberry.ID = required("Global id of the item.")
    reason: str = required("Why.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation(
    "rejectCommitmentItem",
    noun="commitment_item",
    verb="reject",
    input=RejectCommitmentItemInput,
    payload={"commitmentItem": "CommitmentItem"},
)
async def reject_commitment_item(work: Work, given: RejectCommitmentItemInput) -> Changed:
    """Reject 否决承诺事项 an item that somebody else has proposed."""
    row = await work.lock("commitment_item", local_id(given.commitment_item, "CommitmentItem"), "reject")
    await items.reject(work.tx, row["id"], reason=given.reason)
    return Changed({"commitmentItem": row["id"]})


@strawberry.input(description="Which item ends, on which day, and why.")
class EndCommitmentItemInput:
    commitment_item: strawberry.ID = required("Global id of the item.")
    valid_to: date = required("Its last day, today or later.")
    reason: str = required("Why.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation(
    "endCommitmentItem",
    noun="commitment_item",
    verb="end",
    input=EndCommitmentItemInput,
    payload={"commitmentItem": "CommitmentItem"},
)
async def end_commitment_item(work: Work, given: EndCommitmentItemInput) -> Changed:
    """Set the last day 终止承诺事项 of an item that the credit office keeps; commitments made under it go on."""
    row = await work.lock("commitment_item", local_id(given.commitment_item, "CommitmentItem"), "end")
    await items.end(work.tx, row["id"], valid_to=given.valid_to, reason=given.reason)
    return Changed({"commitmentItem": row["id"]})
