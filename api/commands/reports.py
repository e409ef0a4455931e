"""Mutations of credit reports: issued for a purpose, revoked as a document."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Optional

import strawberry

from api.commands.inputs import KEY, local_id, optional, required
from api.execution.job import Job
from api.execution.mutation import Changed, Work, mutation
from api.execution.operation import read
from api.planning.reader import PurposeRequired
from domain.canonical import parse
from domain.clock import local_day
from domain.errors import DomainError, Forbidden, NotFound
from domain.rights import consents
from domain.use import inquiries, reports
from domain.use.report_kind import ReportKindUnknown, report_kinds


@strawberry.input(description="About whom a credit report 信用报告 is asked, of which kind, for which purpose.")
class IssueCreditReportInput:
    subject: strawberry.ID = required("Global id of the subject.")
    kind: str = required(
        "Kind of report: general 法人和其他组织, person 自然人, labour_compliance 代替劳动保障守法诚信证明 (厦门25)."
    )
    purpose: Optional[str] = optional(
        "Code of the application item 应用事项; the one in Renxin-Purpose unless given. A subject asks for its own without."
    )
    client_mutation_id: Optional[str] = optional(KEY)


async def _read_for_report(job: Job, given: IssueCreditReportInput) -> tuple[Job, Any]:
    """Read the content of a report as the caller may see it for the purpose.

    The access entry is written with the report itself, in one transaction, so this reading leaves none.
    """
    kind = report_kinds().get(given.kind)
    if kind is None:
        raise ReportKindUnknown
    service = job.service
    credentials = replace(job.credentials, purpose=given.purpose or job.credentials.purpose)
    caller = await service.caller_of(credentials, job.now)
    document = service.documents.get(kind.document)
    variables = {"subject": str(given.subject)}
    local_id(given.subject, "Subject")
    asked = replace(
        job,
        credentials=credentials,
        caller=caller,
        document=document,
        operation=document.operation(None),
        raw=variables,
        variables=variables,
    )
    reading = await read(asked)
    if reading.answer.errors:
        code = reading.answer.errors[0]["extensions"]["code"]
        raise next((kind for kind in (PurposeRequired, Forbidden) if kind.code == code), NotFound)
    return replace(job, credentials=credentials, caller=reading.job.caller), parse(reading.answer.data)


async def _refused_report(job: Job, given: IssueCreditReportInput, error: DomainError) -> None:
    """Write a refused attempt to the access log, where the subject sees it."""
    try:
        subject_id = local_id(given.subject, "Subject")
    except DomainError:
        return
    attempt = inquiries.Attempt(
        subject_id=subject_id,
        report_id=None,
        office_id=job.caller.office_id,
        purpose=job.caller.purpose_name,
        basis=None,
        reason=error.code,
    )
    async with job.service.database.session() as session:
        await inquiries.refused(session, job.caller.to_actor(), job.now, attempt)


@mutation(
    "issueCreditReport",
    noun="credit_report",
    verb="issue",
    input=IssueCreditReportInput,
    payload={"creditReport": "CreditReport"},
    prepare=_read_for_report,
    refused=_refused_report,
)
async def issue_credit_report(work: Work, given: IssueCreditReportInput) -> Changed:
    """Issue a signed credit report 信用报告 for a named purpose; about a person an agency needs the person's consent.

    The attempt, served or refused, is written to the subject's access log first (厦门4; 上海市社会信用条例17, 34).
    """
    subject_id = local_id(given.subject, "Subject")
    await work.require("subject", subject_id, work.scopes("credit_report", "issue"))
    caller, service = work.job.caller, work.job.service
    consent_id = None
    if caller.office_id and caller.purpose_id:
        consent_id = await consents.standing(
            work.tx.connection, subject_id, caller.office_id, caller.purpose_id, local_day(work.tx.now)
        )
    report_id = await reports.issue(
        work.tx,
        service.signer,
        service.books,
        kind=given.kind,
        subject_id=subject_id,
        office_id=caller.office_id,
        application_item_id=caller.purpose_id,
        consent_id=consent_id,
        content=work.prepared,
    )
    return Changed({"creditReport": report_id}, logged=frozenset({subject_id}))


@strawberry.input(description="Which report to revoke, and why.")
class RevokeCreditReportInput:
    report: strawberry.ID = required("Global id of the report.")
    reason: str = required("Why; shown to whoever verifies the report.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation(
    "revokeCreditReport",
    noun="credit_report",
    verb="revoke",
    input=RevokeCreditReportInput,
    payload={"creditReport": "CreditReport"},
)
async def revoke_credit_report(work: Work, given: RevokeCreditReportInput) -> Changed:
    """Revoke a credit report 作废 as a document; whoever verifies it online is told at once."""
    row = await work.lock("credit_report", local_id(given.report, "CreditReport"), "revoke")
    await reports.revoke(work.tx, row["id"], given.reason)
    return Changed({"creditReport": row["id"]})
