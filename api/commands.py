"""The mutations: their inputs, and what each does, by locking its target within scope and calling the domain."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any, Optional
from uuid import UUID

import strawberry

from api import bind
from api.mutation import MUTATIONS, Changed, Mutation, Work, mutation, payload_name
from api.operation import Job, read
from api.plan import PurposeRequired
from api.types import entity_type, enum_type, signature
from domain.canonical import parse
from domain.clock import local_day
from domain.credit import records
from domain.errors import DomainError, Forbidden, NotFound
from domain.rights import consents
from domain.use import inquiries, reports
from domain.use.purpose import BY_CODE
from domain.use.report_kind import ReportKindUnknown, report_kinds

_KEY = "Key of this mutation, up to 128 characters: sent twice with the same input it is carried out once."


def _optional(description: str) -> Any:
    return strawberry.field(default=None, description=description)


def _choice(kind: Any, description: str) -> Any:
    """Declare an optional field of an enumeration that is made at run time."""
    return strawberry.field(default=None, description=description, graphql_type=Optional[kind])


def _given(description: str) -> Any:
    return strawberry.field(description=description)


Severity, Procedure, BasisLevel = enum_type("Severity"), enum_type("Procedure"), enum_type("BasisLevel")


def _id(value: str | None, entity: str) -> UUID:
    found: UUID = bind.local_id(value, entity)
    return found


def _value(member: Any) -> str | None:
    return None if member is None else str(member.value)


# -- credit records


@strawberry.input(description="A data item 数据项 of a record: a column code and its text.")
class DataItemInput:
    """One data item."""

    code: str = _given("Code of the item, e.g. CF_NR_FK.")
    value: str | None = _optional("Its text; null takes it out in an amendment.")


@strawberry.input(
    description="A credit record as an office hands it in 归集. Name its subject by code, idNumber or subject."
)
class SubmitCreditRecordInput:
    """What is handed in."""

    item: strawberry.ID = _given("Global id of the catalogue item 目录条目; your office must be one of its producers.")
    decision_no: str = _given("Number of the decision document 文书号.")
    title: str = _given("Title of the record; no personal data.")
    decided_on: date = _given("Day of the decision 决定日期.")
    name: str | None = _optional("Name of the subject; needed with code or idNumber.")
    code: str | None = _optional("Unified social credit code of an organisation.")
    id_number: str | None = _optional("Identity number of a natural person; stored encrypted, never shown.")
    subject: strawberry.ID | None = _optional("Global id of a known subject.")
    obtained_on: date | None = _optional(
        "Day the information was produced or obtained; the closing or decision day unless given."
    )
    closed_on: date | None = _optional("Day the case was closed 办结日期, from which publication is counted (厦门8).")
    severity: Any = _choice(Severity, "Severity, in the vocabulary of the rulebook; may follow by amendment.")
    procedure: Any = _choice(Procedure, "Procedure of a penalty.")
    harm_removed: bool = strawberry.field(
        default=False, description="Whether the act was minor or its harm removed or reduced (上海5(二))."
    )
    condition_met: bool = strawberry.field(
        default=False, description="Whether the item's condition, e.g. harm to public order (上海5(三)), is met."
    )
    legal_basis: str | None = _optional("Legal basis of the decision.")
    legal_basis_level: Any = _choice(
        BasisLevel, "Level of the legal basis; 严重 needs law, regulation or central policy (上海5)."
    )
    content: list[DataItemInput] | None = _optional(
        "Data items by code; for permits and penalties the national 双公示 columns."
    )
    client_mutation_id: str | None = _optional(_KEY)


@mutation(
    "submitCreditRecord",
    noun="credit_record",
    verb="submit",
    input=SubmitCreditRecordInput,
    payload={"creditRecord": "CreditRecord"},
)
async def submit_credit_record(work: Work, given: SubmitCreditRecordInput) -> Changed:
    """Hand in a credit record 归集 in the name of your office, which produces it and answers for it (厦门8)."""
    scopes = work.scopes("credit_record", "submit")
    caller, service = work.job.caller, work.job.service
    if caller.office_id is None:
        raise Forbidden
    subject_id = _id(given.subject, "Subject") if given.subject else None
    if subject_id:
        await work.require("subject", subject_id, work.scopes("subject", "read"))
    submission = records.Submission(
        office_id=caller.office_id,
        item_id=_id(given.item, "CatalogueItem"),
        decision_no=given.decision_no,
        title=given.title,
        decided_on=given.decided_on,
        name=given.name,
        uscc=given.code,
        id_number=given.id_number,
        subject_id=subject_id,
        obtained_on=given.obtained_on,
        closed_on=given.closed_on,
        severity=_value(given.severity),
        procedure=_value(given.procedure),
        harm_removed=given.harm_removed,
        condition_met=given.condition_met,
        legal_basis=given.legal_basis,
        legal_basis_level=_value(given.legal_basis_level),
        content={one["code"]: one.get("value") or "" for one in _items(given.content)},
    )
    record_id = await records.submit(work.tx, service.vault, service.books, service.calendar, submission)
    await work.require("credit_record", record_id, scopes)
    return Changed({"creditRecord": record_id})


def _items(content: Any) -> list[dict[str, Any]]:
    """Give the data items of an input as graphql-core coerced them."""
    return list(content or ())


@strawberry.input(description="Which record to publish 公示, and when each channel took it.")
class PublishCreditRecordInput:
    """What is published."""

    record: strawberry.ID = _given("Global id of the credit record.")
    portal_at: datetime | None = _optional("When the portal took it; now unless given.")
    platform_at: datetime | None = _optional("When the city platform took it; now unless given.")
    necessity: str | None = _optional("Why a minor failing is published all the same, where the rule asks for it.")
    client_mutation_id: str | None = _optional(_KEY)


@mutation(
    "publishCreditRecord",
    noun="credit_record",
    verb="publish",
    input=PublishCreditRecordInput,
    payload={"creditRecord": "CreditRecord"},
)
async def publish_credit_record(work: Work, given: PublishCreditRecordInput) -> Changed:
    """Publish a credit record 公示 on the portal and the city platform, as far as its disclosure goes (厦门8)."""
    row = await work.lock("credit_record", _id(given.record, "CreditRecord"), "publish")
    await records.publish(
        work.tx,
        work.job.service.books,
        row["id"],
        portal_at=given.portal_at,
        platform_at=given.platform_at,
        necessity=given.necessity,
    )
    return Changed({"creditRecord": row["id"]})


@strawberry.input(description="What to amend 更正 in a record, and why. What is not given stays.")
class AmendCreditRecordInput:
    """What is amended."""

    record: strawberry.ID = _given("Global id of the credit record.")
    reason: str = _given("Why it is amended; kept with the version that is replaced.")
    title: str | None = _optional("Title.")
    decided_on: date | None = _optional("Day of the decision.")
    obtained_on: date | None = _optional("Day the information was produced or obtained.")
    closed_on: date | None = _optional("Day the case was closed.")
    severity: Any = _choice(Severity, "Severity.")
    procedure: Any = _choice(Procedure, "Procedure of a penalty.")
    harm_removed: bool | None = _optional("Whether the act was minor or its harm removed or reduced.")
    condition_met: bool | None = _optional("Whether the item's condition is met.")
    legal_basis: str | None = _optional("Legal basis.")
    legal_basis_level: Any = _choice(BasisLevel, "Level of the legal basis.")
    content: list[DataItemInput] | None = _optional("Data items that change.")
    client_mutation_id: str | None = _optional(_KEY)


_AMENDED = ("title", "decided_on", "obtained_on", "closed_on", "harm_removed", "condition_met", "legal_basis")
_AMENDED_ENUMS = ("severity", "procedure", "legal_basis_level")


@mutation(
    "amendCreditRecord",
    noun="credit_record",
    verb="amend",
    input=AmendCreditRecordInput,
    payload={"creditRecord": "CreditRecord"},
)
async def amend_credit_record(work: Work, given: AmendCreditRecordInput) -> Changed:
    """Amend a credit record 更正 of your office; the version as it stood is kept."""
    row = await work.lock("credit_record", _id(given.record, "CreditRecord"), "amend")
    changes: dict[str, Any] = {name: getattr(given, name) for name in _AMENDED if getattr(given, name) is not None}
    changes |= {name: _value(getattr(given, name)) for name in _AMENDED_ENUMS if getattr(given, name) is not None}
    if given.content is not None:
        changes["content"] = {one["code"]: one.get("value") for one in _items(given.content)}
    service = work.job.service
    await records.amend(work.tx, service.books, service.calendar, row["id"], changes=changes, reason=given.reason)
    return Changed({"creditRecord": row["id"]})


@strawberry.input(description="Which record to withdraw 撤回, and the public reason.")
class WithdrawCreditRecordInput:
    """What is withdrawn."""

    record: strawberry.ID = _given("Global id of the credit record.")
    reason: str = _given("Public reason 公开说明的理由; no personal data (行政处罚法48).")
    client_mutation_id: str | None = _optional(_KEY)


@mutation(
    "withdrawCreditRecord",
    noun="credit_record",
    verb="withdraw",
    input=WithdrawCreditRecordInput,
    payload={"creditRecord": "CreditRecord"},
)
async def withdraw_credit_record(work: Work, given: WithdrawCreditRecordInput) -> Changed:
    """Withdraw a credit record 撤回 of your office: it is shown no longer, and the reason is public."""
    row = await work.lock("credit_record", _id(given.record, "CreditRecord"), "withdraw")
    await records.withdraw(work.tx, work.job.service.books, row["id"], reason=given.reason)
    return Changed({"creditRecord": row["id"]})


# -- consents


@strawberry.input(description="To which agency you consent, for what, until when.")
class GrantConsentInput:
    """What is consented to."""

    office: strawberry.ID = _given("Global id of the partner agency.")
    purpose: str = _given("Code of the application item 应用事项 it may ask for.")
    until_on: date = _given("Last day of the consent.")
    client_mutation_id: str | None = _optional(_KEY)


@mutation("grantConsent", noun="consent", verb="grant", input=GrantConsentInput, payload={"consent": "Consent"})
async def grant_consent(work: Work, given: GrantConsentInput) -> Changed:
    """Consent 授权 to one agency asking about you for one purpose until a day; you may revoke it at any time."""
    scopes = work.scopes("consent", "grant")
    subject_id = work.job.caller.subject_id
    if subject_id is None:
        raise Forbidden
    item = await work.tx.connection.fetchval(BY_CODE, given.purpose[:200])
    if item is None:
        raise NotFound("There is no application item with this code.", zh="没有该代码的应用事项。")
    consent_id = await consents.grant(
        work.tx,
        subject_id=subject_id,
        office_id=_id(given.office, "Office"),
        application_item_id=item,
        until_on=given.until_on,
    )
    await work.require("consent", consent_id, scopes)
    return Changed({"consent": consent_id})


@strawberry.input(description="Which consent to revoke.")
class RevokeConsentInput:
    """What is revoked."""

    consent: strawberry.ID = _given("Global id of the consent.")
    client_mutation_id: str | None = _optional(_KEY)


@mutation("revokeConsent", noun="consent", verb="revoke", input=RevokeConsentInput, payload={"consent": "Consent"})
async def revoke_consent(work: Work, given: RevokeConsentInput) -> Changed:
    """Revoke a consent 撤回授权; from now on it opens nothing."""
    row = await work.lock("consent", _id(given.consent, "Consent"), "revoke")
    await consents.revoke(work.tx, row["id"])
    return Changed({"consent": row["id"]})


# -- credit reports


@strawberry.input(description="About whom a credit report 信用报告 is asked, of which kind, for which purpose.")
class IssueCreditReportInput:
    """What is asked for."""

    subject: strawberry.ID = _given("Global id of the subject.")
    kind: str = _given(
        "Kind of report: general 法人和其他组织, person 自然人, labour_compliance 代替劳动保障守法诚信证明 (厦门25)."
    )
    purpose: Optional[str] = _optional(
        "Code of the application item 应用事项; the one in Renxin-Purpose unless given. A subject asks for its own without."
    )
    client_mutation_id: Optional[str] = _optional(_KEY)


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
    _id(given.subject, "Subject")
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
        subject_id = _id(given.subject, "Subject")
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
    subject_id = _id(given.subject, "Subject")
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
    """What is revoked."""

    report: strawberry.ID = _given("Global id of the report.")
    reason: str = _given("Why; shown to whoever verifies the report.")
    client_mutation_id: Optional[str] = _optional(_KEY)


@mutation(
    "revokeCreditReport",
    noun="credit_report",
    verb="revoke",
    input=RevokeCreditReportInput,
    payload={"creditReport": "CreditReport"},
)
async def revoke_credit_report(work: Work, given: RevokeCreditReportInput) -> Changed:
    """Revoke a credit report 作废 as a document; whoever verifies it online is told at once."""
    row = await work.lock("credit_report", _id(given.report, "CreditReport"), "revoke")
    await reports.revoke(work.tx, row["id"], given.reason)
    return Changed({"creditReport": row["id"]})


# -- the Strawberry side


def mutation_fields() -> dict[str, Any]:
    """Give the fields of Mutation."""
    return {name: _field(declared) for name, declared in MUTATIONS.items()}


def _field(declared: Mutation) -> Any:
    resolver = signature([("input", declared.input, "What to do.", True)], Optional[_payload(declared)])
    return strawberry.field(resolver=resolver, name=declared.name, description=declared.description)


def _payload(declared: Mutation) -> Any:
    name = payload_name(declared.name)
    annotations: dict[str, Any] = {"client_mutation_id": Optional[str], "receipts": list[strawberry.ID]}
    values: dict[str, Any] = {
        "client_mutation_id": strawberry.field(description="The key that was sent."),
        "receipts": strawberry.field(description="Ids of the ledger events 台账回执 written by the change."),
    }
    for field, entity in declared.payload.items():
        annotations[field] = Optional[entity_type(entity)]
        values[field] = strawberry.field(name=field, description=f"The {entity} after it, as far as you may see it.")
    made = type(name, (), {"__annotations__": annotations, **values})
    return strawberry.type(made, name=name, description=f"What {declared.name} answers.")
