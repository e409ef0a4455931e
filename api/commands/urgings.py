"""Mutations of urgings: public bodies and state-owned enterprises are urged to pay wages as contracted."""

from __future__ import annotations

from datetime import date

import strawberry

from api.commands.inputs import KEY, local_id, optional, required
from api.commands.people import named_subject
from api.execution.mutation import Changed, Work, mutation
from domain.lists import urging


@strawberry.input(description="Whom to urge 督促, and what to pay.")
class IssueUrgingInput:
    subject: strawberry.ID = required("Global id of the public body or state-owned enterprise.")
    demand: str = required("What is urged: whom to pay, under which contract; no identity numbers.")
    pay_by_on: date | None = optional("Day by which to pay, where one is named.")
    client_mutation_id: str | None = optional(KEY)


@mutation("issueUrging", noun="urging", verb="issue", input=IssueUrgingInput, payload={"urging": "Urging"})
async def issue_urging(work: Work, given: IssueUrgingInput) -> Changed:
    """Urge a public body or state-owned enterprise to pay wages as it has contracted (厦门24)."""
    scopes = work.scopes("urging", "issue")
    office = work.office()
    subject = await named_subject(work, given.subject)
    urging_id = await urging.issue(
        work.tx,
        work.job.service.books,
        office_id=office,
        subject_id=subject,
        demand=given.demand,
        pay_by_on=given.pay_by_on,
    )
    await work.require("urging", urging_id, scopes)
    return Changed({"urging": urging_id})


@strawberry.input(description="What came of an urging.")
class ConcludeUrgingInput:
    urging: strawberry.ID = required("Global id of the urging.")
    result: str = required("What came of it; no identity numbers.")
    client_mutation_id: str | None = optional(KEY)


@mutation("concludeUrging", noun="urging", verb="conclude", input=ConcludeUrgingInput, payload={"urging": "Urging"})
async def conclude_urging(work: Work, given: ConcludeUrgingInput) -> Changed:
    """Note the result of an urging of your office (厦门24)."""
    row = await work.lock("urging", local_id(given.urging, "Urging"), "conclude")
    await urging.conclude(work.tx, work.job.service.books, row, result=given.result)
    return Changed({"urging": row["id"]})
