"""Mutations of assignments, deputies among them: proposed by one officer, approved by another, ended by either."""

from __future__ import annotations

from datetime import date
from typing import Optional
from uuid import UUID

import strawberry

from api.commands.inputs import KEY, local_id, optional, required
from api.execution.mutation import Changed, Work, mutation
from authz import appointments, deputies

PAYLOAD = {"assignment": "Assignment"}


@strawberry.input(description="Which role an account is to hold, where, from when to when, and why.")
class ProposeAssignmentInput:
    account: strawberry.ID = required("Global id of the account.")
    role: str = required("Role 角色, e.g. clerk.")
    office: Optional[strawberry.ID] = optional("Global id of the office it is held in; none for roles without one.")
    from_on: Optional[date] = optional("First day; today unless given.")
    to_on: Optional[date] = optional("Last day; without one it lasts until it is ended.")
    reason: str = required("Why; kept with the assignment and in the ledger.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation(
    "proposeAssignment",
    noun="assignment",
    verb="propose",
    input=ProposeAssignmentInput,
    payload=PAYLOAD,
    governs=True,
)
async def propose_assignment(work: Work, given: ProposeAssignmentInput) -> Changed:
    """Propose a role 提出授予角色 for an account other than your own; it is held once a second officer approves it."""
    work.scopes("assignment", "propose")
    account_id = local_id(given.account, "Account")
    await work.require("account", account_id, work.scopes("account", "read"))
    office_id = await _office_of(work, given.office) if given.office else None
    assignment_id = await appointments.propose(
        work.tx,
        account_id,
        given.role,
        work.grants(),
        from_on=given.from_on or work.tx.today,
        to_on=given.to_on,
        office_id=office_id,
        reason=given.reason,
    )
    return Changed({"assignment": assignment_id})


@strawberry.input(description="Who is to stand in for whom, in which office, from when to when, and why.")
class ProposeDeputyInput:
    account: strawberry.ID = required("Global id of the account of the deputy 代理人.")
    principal: strawberry.ID = required("Global id of the account of the principal 被代理人.")
    office: Optional[strawberry.ID] = optional(
        "Global id of the office whose roles of the principal the deputy wears; none for roles held in no office."
    )
    from_on: Optional[date] = optional("First day; today unless given.")
    to_on: date = required("Last day; a deputy always has one.")
    reason: str = required("Why, e.g. leave 休假; kept with the assignment and in the ledger.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("proposeDeputy", noun="assignment", verb="propose", input=ProposeDeputyInput, payload=PAYLOAD, governs=True)
async def propose_deputy(work: Work, given: ProposeDeputyInput) -> Changed:
    """Propose a deputy 提出代理 who stands in for somebody during leave; once a second officer has approved it, it acts
    with the roles that the principal itself holds in the office, between the two days, under both names (民法典 162, 169).
    """
    work.scopes("assignment", "propose")
    people = local_id(given.account, "Account"), local_id(given.principal, "Account")
    for one in people:
        await work.require("account", one, work.scopes("account", "read"))
    office_id = await _office_of(work, given.office) if given.office else None
    assignment_id = await deputies.propose(
        work.tx,
        *people,
        work.grants(),
        from_on=given.from_on or work.tx.today,
        to_on=given.to_on,
        office_id=office_id,
        reason=given.reason,
    )
    return Changed({"assignment": assignment_id})


@strawberry.input(description="Which assignment, and why.")
class ApproveAssignmentInput:
    assignment: strawberry.ID = required("Global id of the assignment.")
    reason: Optional[str] = optional("Why; kept with the assignment and in the ledger.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation(
    "approveAssignment",
    noun="assignment",
    verb="approve",
    input=ApproveAssignmentInput,
    payload=PAYLOAD,
    governs=True,
)
async def approve_assignment(work: Work, given: ApproveAssignmentInput) -> Changed:
    """Approve a proposed assignment 批准授予 as the second officer, who neither proposed nor receives it."""
    row = await work.lock("assignment", local_id(given.assignment, "Assignment"), "approve")
    await appointments.approve(work.tx, row, work.grants(), reason=given.reason)
    return Changed({"assignment": row["id"]})


@strawberry.input(description="Which assignment to reject, and why.")
class RejectAssignmentInput:
    assignment: strawberry.ID = required("Global id of the assignment.")
    reason: str = required("Why; kept with the assignment and in the ledger.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation(
    "rejectAssignment", noun="assignment", verb="reject", input=RejectAssignmentInput, payload=PAYLOAD, governs=True
)
async def reject_assignment(work: Work, given: RejectAssignmentInput) -> Changed:
    """Reject a proposed assignment 否决授予, or take your own proposal back."""
    row = await work.lock("assignment", local_id(given.assignment, "Assignment"), "reject")
    await appointments.reject(work.tx, row, reason=given.reason)
    return Changed({"assignment": row["id"]})


@strawberry.input(description="Which assignment to end, when, and why.")
class EndAssignmentInput:
    assignment: strawberry.ID = required("Global id of the assignment.")
    last_on: Optional[date] = optional("Last day, today or later; without one it ends at once, for the next request.")
    reason: str = required("Why; kept with the assignment and in the ledger.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("endAssignment", noun="assignment", verb="end", input=EndAssignmentInput, payload=PAYLOAD, governs=True)
async def end_assignment(work: Work, given: EndAssignmentInput) -> Changed:
    """End an assignment 终止角色; one officer is enough, and without a last day it holds from the next request on.

    Refused where fewer than two people would be left who can change policies and appoint others.
    """
    row = await work.lock("assignment", local_id(given.assignment, "Assignment"), "end")
    sign_in = work.job.service.sign_in
    await appointments.end(work.tx, row, work.grants(), sign_in, last_on=given.last_on, reason=given.reason)
    return Changed({"assignment": row["id"]})


async def _office_of(work: Work, office: str) -> UUID:
    office_id = local_id(office, "Office")
    await work.require("office", office_id, work.scopes("office", "read"))
    return office_id
