"""Mutations of the portal's column: an office supplies an entry, another person of the office that keeps it approves."""

from __future__ import annotations

from typing import Any

import strawberry

from api.commands.inputs import KEY, local_id, optional, required, value_of
from api.declaring.types import enum_type
from api.execution.mutation import Changed, Work, mutation
from domain.culture import portal

NOUN = portal.NOUN
PAYLOAD = {"portalEntry": "PortalEntry"}
PortalKind: Any = enum_type("PortalKind")


@strawberry.input(description="An entry 内容 for the portal's column; nothing personal.")
class ProposePortalEntryInput:
    kind: PortalKind = required("Policy document 政策文件, report 宣传报道, or typical case 典型案例.")
    title: str = required("Title, up to 200 characters.")
    text: str = required("Text; nothing personal.")
    source: str | None = optional("Where it comes from, e.g. a document number.")
    typical_case: strawberry.ID | None = optional("Global id of the published case, for that kind and no other.")
    client_mutation_id: str | None = optional(KEY)


@mutation("proposePortalEntry", noun=NOUN, verb="propose", input=ProposePortalEntryInput, payload=PAYLOAD)
async def propose_portal_entry(work: Work, given: ProposePortalEntryInput) -> Changed:
    """Supply an entry for the column 提供材料; the office that keeps it approves, by another person (厦门10)."""
    scopes = work.scopes(NOUN, "propose")
    office_id, jurisdiction_id = work.place()
    case = local_id(given.typical_case, "TypicalCase") if given.typical_case is not None else None
    if case is not None:
        await work.require("typical_case", case, work.scopes("typical_case", "read"))
    supply = portal.Supply(
        jurisdiction_id=jurisdiction_id,
        office_id=office_id,
        kind=value_of(given.kind) or "",
        title=given.title,
        text=given.text,
        source=given.source,
        case_id=case,
    )
    made = await portal.propose(work.tx, work.job.service.books, supply)
    await work.require(NOUN, made, scopes)
    return Changed({"portalEntry": made})


@strawberry.input(description="Which entry to approve.")
class ApprovePortalEntryInput:
    portal_entry: strawberry.ID = required("Global id of the entry.")
    client_mutation_id: str | None = optional(KEY)


@mutation("approvePortalEntry", noun=NOUN, verb="approve", input=ApprovePortalEntryInput, payload=PAYLOAD)
async def approve_portal_entry(work: Work, given: ApprovePortalEntryInput) -> Changed:
    """Approve, and so publish, an entry that another person supplied for the column that your office keeps (厦门10)."""
    row = await work.lock(NOUN, local_id(given.portal_entry, "PortalEntry"), "approve")
    await portal.approve(work.tx, row["id"])
    return Changed({"portalEntry": row["id"]})


@strawberry.input(description="Which entry to reject, and why.")
class RejectPortalEntryInput:
    portal_entry: strawberry.ID = required("Global id of the entry.")
    reason: str = required("Why.")
    client_mutation_id: str | None = optional(KEY)


@mutation("rejectPortalEntry", noun=NOUN, verb="reject", input=RejectPortalEntryInput, payload=PAYLOAD)
async def reject_portal_entry(work: Work, given: RejectPortalEntryInput) -> Changed:
    """Reject an entry that another person supplied for the column that your office keeps (厦门10)."""
    row = await work.lock(NOUN, local_id(given.portal_entry, "PortalEntry"), "reject")
    await portal.reject(work.tx, row["id"], reason=given.reason)
    return Changed({"portalEntry": row["id"]})


@strawberry.input(description="Which published entry to take down 撤下, and why.")
class WithdrawPortalEntryInput:
    portal_entry: strawberry.ID = required("Global id of the entry.")
    reason: str = required("Why.")
    client_mutation_id: str | None = optional(KEY)


@mutation("withdrawPortalEntry", noun=NOUN, verb="withdraw", input=WithdrawPortalEntryInput, payload=PAYLOAD)
async def withdraw_portal_entry(work: Work, given: WithdrawPortalEntryInput) -> Changed:
    """Take a published entry down (厦门10)."""
    row = await work.lock(NOUN, local_id(given.portal_entry, "PortalEntry"), "withdraw")
    await portal.withdraw(work.tx, row, reason=given.reason)
    return Changed({"portalEntry": row["id"]})
