"""Mutations of subjects' requests: filed and withdrawn by the subject, granted or refused by the office asked."""

from __future__ import annotations

from typing import Any

import strawberry

from api.commands.inputs import KEY, local_id, optional, required, value_of
from api.declaring.types import enum_type
from api.execution.mutation import Changed, Work, mutation
from domain.rights import subject_requests

SubjectRequestKind = enum_type("SubjectRequestKind")
PAYLOAD = {"subjectRequest": "SubjectRequest"}


@strawberry.input(description="What you ask for about your own data 权利请求, of which office or about which record.")
class FileSubjectRequestInput:
    kind: Any = strawberry.field(
        description="What is asked for: access, correction, deletion, an explanation, a decision by a person.",
        graphql_type=SubjectRequestKind,
    )
    words: str = required("The request in your own words, up to 2,000 characters.")
    record: strawberry.ID | None = optional("Global id of the credit record it is about; its office answers.")
    office: strawberry.ID | None = optional(
        "Global id of the office asked, where it is about no record; the credit office 信用办 of your division (the bureau, where that is not its own), where"
        " access or the rules are asked for and neither is named."
    )
    client_mutation_id: str | None = optional(KEY)


@mutation("fileSubjectRequest", noun="subject_request", verb="file", input=FileSubjectRequestInput, payload=PAYLOAD)
async def file_subject_request(work: Work, given: FileSubjectRequestInput) -> Changed:
    """File a request 权利请求 about your own data; the office that answers for it must answer (个人信息保护法24, 45–50)."""
    scopes = work.scopes("subject_request", "file")
    subject_id = work.subject()
    asked = subject_requests.Asked(
        subject_id=subject_id,
        kind=value_of(given.kind) or "",
        words=given.words,
        record_id=local_id(given.record, "CreditRecord") if given.record else None,
        office_id=local_id(given.office, "Office") if given.office else None,
    )
    service = work.job.service
    request_id = await subject_requests.file(work.tx, service.books, service.calendar, asked)
    await work.require("subject_request", request_id, scopes)
    return Changed({"subjectRequest": request_id})


@strawberry.input(description="Which request you answer, and what you answer.")
class AnswerSubjectRequestInput:
    request: strawberry.ID = required("Global id of the request.")
    answer: str = required("The answer to the subject; with a refusal its reason (个人信息保护法50).")
    client_mutation_id: str | None = optional(KEY)


@mutation("grantSubjectRequest", noun="subject_request", verb="grant", input=AnswerSubjectRequestInput, payload=PAYLOAD)
async def grant_subject_request(work: Work, given: AnswerSubjectRequestInput) -> Changed:
    """Grant a request 同意 with your office's answer; what it changes in a record is done by its own mutation."""
    row = await work.lock("subject_request", local_id(given.request, "SubjectRequest"), "grant")
    await subject_requests.grant(work.tx, row["id"], answer=given.answer)
    return Changed({"subjectRequest": row["id"]})


@mutation(
    "refuseSubjectRequest", noun="subject_request", verb="refuse", input=AnswerSubjectRequestInput, payload=PAYLOAD
)
async def refuse_subject_request(work: Work, given: AnswerSubjectRequestInput) -> Changed:
    """Refuse a request 拒绝 and say why; the subject may go to court (个人信息保护法50)."""
    row = await work.lock("subject_request", local_id(given.request, "SubjectRequest"), "refuse")
    await subject_requests.refuse(work.tx, row["id"], answer=given.answer)
    return Changed({"subjectRequest": row["id"]})


@strawberry.input(description="Which request you withdraw.")
class WithdrawSubjectRequestInput:
    request: strawberry.ID = required("Global id of the request.")
    client_mutation_id: str | None = optional(KEY)


@mutation(
    "withdrawSubjectRequest",
    noun="subject_request",
    verb="withdraw",
    input=WithdrawSubjectRequestInput,
    payload=PAYLOAD,
)
async def withdraw_subject_request(work: Work, given: WithdrawSubjectRequestInput) -> Changed:
    """Withdraw a request 撤回 that is not answered yet."""
    row = await work.lock("subject_request", local_id(given.request, "SubjectRequest"), "withdraw")
    await subject_requests.withdraw(work.tx, row["id"])
    return Changed({"subjectRequest": row["id"]})
