"""Mutations of exemption items: proposed by one person of the office in charge, approved by another, ended."""

from __future__ import annotations

from datetime import date

import strawberry

from api.commands.inputs import KEY, local_id, optional, required
from api.execution.mutation import Changed, Work, mutation
from domain.exemption import items

NOUN = items.NOUN
PAYLOAD = {"exemptionItem": "ExemptionItem"}


@strawberry.input(
    description="An act that goes unpunished when minor, occasional and against a commitment 豁免行为, for your office's list."
)
class ProposeExemptionItemInput:
    catalogue_item: strawberry.ID = required("Global id of the catalogue item of the records it may be used for.")
    code: str = required("Code of the item within your office's list, up to 64 characters.")
    industry: str = required("Industry or field 行业(领域).")
    act: str = required("The act 行为, up to 200 characters.")
    minor_when: str = required("When the act is minor 轻微, in words.")
    most_earlier: int = required(
        "How many earlier failings still leave it occasional 偶发, 0 to 12; 0: the first only."
    )
    window_months: int = required("Within how many months before the decision, 1 to 120; no text sets it (海沧2).")
    legal_basis: str = required("Basis 依据 of the exemption in the law of the field.")
    valid_from: date | None = optional("First day; without one it holds for any earlier day as well.")
    valid_to: date | None = optional("Last day; until it is ended unless given.")
    client_mutation_id: str | None = optional(KEY)


@mutation("proposeExemptionItem", noun=NOUN, verb="propose", input=ProposeExemptionItemInput, payload=PAYLOAD)
async def propose_exemption_item(work: Work, given: ProposeExemptionItemInput) -> Changed:
    """Propose an act for the list 失信惩戒豁免行为清单 of your office; used once another person has approved it (海沧2).

    For one act between two editions; a whole list 清单 is kept as an edition (`draftEdition`).
    """
    scopes = work.scopes(NOUN, "propose")
    office_id, jurisdiction_id = work.place()
    proposal = items.Proposal(
        jurisdiction_id=jurisdiction_id,
        office_id=office_id,
        catalogue_item_id=local_id(given.catalogue_item, "CatalogueItem"),
        code=given.code,
        industry=given.industry,
        act=given.act,
        minor_when=given.minor_when,
        most_earlier=given.most_earlier,
        window_months=given.window_months,
        legal_basis=given.legal_basis,
        valid_from=given.valid_from,
        valid_to=given.valid_to,
    )
    made = await items.propose(work.tx, work.job.service.books, proposal)
    await work.require(NOUN, made, scopes)
    return Changed({"exemptionItem": made})


@strawberry.input(description="Which proposed act to approve.")
class ApproveExemptionItemInput:
    exemption_item: strawberry.ID = required("Global id of the item.")
    client_mutation_id: str | None = optional(KEY)


@mutation("approveExemptionItem", noun=NOUN, verb="approve", input=ApproveExemptionItemInput, payload=PAYLOAD)
async def approve_exemption_item(work: Work, given: ApproveExemptionItemInput) -> Changed:
    """Approve an act for the list that another person of your office has proposed (海沧2)."""
    row = await work.lock(NOUN, local_id(given.exemption_item, "ExemptionItem"), "approve")
    await items.approve(work.tx, row["id"])
    return Changed({"exemptionItem": row["id"]})


@strawberry.input(description="Which proposed act to reject, and why.")
class RejectExemptionItemInput:
    exemption_item: strawberry.ID = required("Global id of the item.")
    reason: str = required("Why.")
    client_mutation_id: str | None = optional(KEY)


@mutation("rejectExemptionItem", noun=NOUN, verb="reject", input=RejectExemptionItemInput, payload=PAYLOAD)
async def reject_exemption_item(work: Work, given: RejectExemptionItemInput) -> Changed:
    """Reject an act for the list that another person of your office has proposed (海沧2)."""
    row = await work.lock(NOUN, local_id(given.exemption_item, "ExemptionItem"), "reject")
    await items.reject(work.tx, row["id"], reason=given.reason)
    return Changed({"exemptionItem": row["id"]})


@strawberry.input(description="Which act leaves the list, on which day, and why.")
class EndExemptionItemInput:
    exemption_item: strawberry.ID = required("Global id of the item.")
    valid_to: date = required("Its last day, today or later.")
    reason: str = required("Why.")
    client_mutation_id: str | None = optional(KEY)


@mutation("endExemptionItem", noun=NOUN, verb="end", input=EndExemptionItemInput, payload=PAYLOAD)
async def end_exemption_item(work: Work, given: EndExemptionItemInput) -> Changed:
    """Set the last day of an act on the list of your office; what was exempted under it stays so (海沧2)."""
    row = await work.lock(NOUN, local_id(given.exemption_item, "ExemptionItem"), "end")
    await items.end(work.tx, row["id"], valid_to=given.valid_to, reason=given.reason)
    return Changed({"exemptionItem": row["id"]})
