"""Mutations of subjects' statements: made beside what is contested, and removed, by the subject or its agent."""

from __future__ import annotations

import strawberry

from api.commands.inputs import KEY, local_id, optional, record_or_entry, required
from api.execution.mutation import Changed, Work, mutation
from domain.rights import subject_statements

PAYLOAD = {"subjectStatement": "SubjectStatement"}


@strawberry.input(description="Your own words 主体声明, and what they are to stand beside.")
class MakeSubjectStatementInput:
    record: strawberry.ID | None = optional("Global id of the contested credit record.")
    entry: strawberry.ID | None = optional("Global id of the contested list entry; give one of the two.")
    words: str = required("Your own words, as long as the rulebook allows; nobody else's personal data.")
    client_mutation_id: str | None = optional(KEY)


@mutation(
    "makeSubjectStatement", noun="subject_statement", verb="make", input=MakeSubjectStatementInput, payload=PAYLOAD
)
async def make_subject_statement(work: Work, given: MakeSubjectStatementInput) -> Changed:
    """Put a statement of your own 主体声明 beside what you contest; it is shown as your words, not as verified."""
    scopes = work.scopes("subject_statement", "make")
    noun, target_id = record_or_entry(given.record, given.entry)
    await work.require(noun, target_id, scopes)
    statement_id = await subject_statements.make(
        work.tx,
        work.job.service.books,
        noun=noun,
        target_id=target_id,
        words=given.words,
        by_agent="agent" in work.job.caller.roles,
    )
    return Changed({"subjectStatement": statement_id})


@strawberry.input(description="Which statement to remove.")
class RemoveSubjectStatementInput:
    statement: strawberry.ID = required("Global id of the statement.")
    client_mutation_id: str | None = optional(KEY)


@mutation(
    "removeSubjectStatement",
    noun="subject_statement",
    verb="remove",
    input=RemoveSubjectStatementInput,
    payload=PAYLOAD,
)
async def remove_subject_statement(work: Work, given: RemoveSubjectStatementInput) -> Changed:
    """Remove your statement 撤下声明; it is shown no longer."""
    row = await work.lock("subject_statement", local_id(given.statement, "SubjectStatement"), "remove")
    await subject_statements.remove(work.tx, row["id"])
    return Changed({"subjectStatement": row["id"]})
