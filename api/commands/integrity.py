"""Mutations of mandates, complaints about public bodies, and surveyed contracts."""

from __future__ import annotations

from datetime import date
from typing import Any

import strawberry

from api.commands.inputs import KEY, local_id, optional, required, value_of
from api.commands.people import named_subject
from api.declaring.types import enum_type
from api.execution.mutation import Changed, Work, mutation
from domain.integrity import complaints, contracts, mandates

MANDATE = {"mandate": "Mandate"}
COMPLAINT = {"integrityComplaint": "IntegrityComplaint"}
CONTRACT = {"governmentContract": "GovernmentContract"}
Fulfilment: Any = enum_type("ContractFulfilment")


@strawberry.input(description="Who answers for the credit work of your unit 责任领导、责任处室.")
class NameMandateInput:
    leader: str = required("Name of the responsible leader 责任领导.")
    post: str = required("Post 职务 of that leader.")
    section: str = required("The responsible office 责任处室.")
    division: str | None = optional("Division of work 业务分工 within the unit.")
    valid_from: date = required("First day.")
    client_mutation_id: str | None = optional(KEY)


@mutation("nameMandate", noun="mandate", verb="name", input=NameMandateInput, payload=MANDATE)
async def name_mandate(work: Work, given: NameMandateInput) -> Changed:
    """Name the responsible leader and office of your unit from a day on (海沧28)."""
    scopes = work.scopes("mandate", "name")
    office, place = work.place()
    naming = mandates.Naming(
        name=given.leader,
        post=given.post,
        section=given.section,
        division=given.division,
        valid_from=given.valid_from,
    )
    made = await mandates.name(work.tx, work.job.service.books, place, office, naming)
    await work.require("mandate", made, scopes)
    return Changed({"mandate": made})


@strawberry.input(description="Which unit becomes a member of the leading group 领导小组成员单位, from when on.")
class AdmitMandateInput:
    unit: strawberry.ID = required("Global id of the office.")
    valid_from: date = required("First day.")
    client_mutation_id: str | None = optional(KEY)


@mutation("admitMandate", noun="mandate", verb="admit", input=AdmitMandateInput, payload=MANDATE)
async def admit_mandate(work: Work, given: AdmitMandateInput) -> Changed:
    """Admit a unit of your place to the leading group from a day on 调整领导小组成员单位 (厦门29)."""
    scopes = work.scopes("mandate", "admit")
    _, place = work.place()
    unit = local_id(given.unit, "Office")
    made = await mandates.admit(work.tx, work.job.service.books, place, unit, valid_from=given.valid_from)
    await work.require("mandate", made, scopes)
    return Changed({"mandate": made})


@strawberry.input(description="Which mandate ends, on which day, and why.")
class EndMandateInput:
    mandate: strawberry.ID = required("Global id of the mandate.")
    valid_to: date = required("Its last day, today at the latest.")
    reason: str = required("Why.")
    client_mutation_id: str | None = optional(KEY)


@mutation("endMandate", noun="mandate", verb="end", input=EndMandateInput, payload=MANDATE)
async def end_mandate(work: Work, given: EndMandateInput) -> Changed:
    """End a mandate that your office named; who answered on a past day stays known (海沧28, 厦门29)."""
    row = await work.lock("mandate", local_id(given.mandate, "Mandate"), "end")
    await mandates.end(work.tx, row, valid_to=given.valid_to, reason=given.reason)
    return Changed({"mandate": row["id"]})


@strawberry.input(description="A complaint about a public body as the hotline 12345 passes it on; nothing personal.")
class MonitorIntegrityComplaintInput:
    subject: strawberry.ID = required("Global id of the public body.")
    office: strawberry.ID = required("Global id of the office that handles it.")
    ticket: str = required("Number of the hotline.")
    received_on: date = required("Day on which the hotline received it.")
    matter: str = required("What it is about 投诉事项; who complained is not kept.")
    client_mutation_id: str | None = optional(KEY)


@mutation(
    "monitorIntegrityComplaint",
    noun="integrity_complaint",
    verb="monitor",
    input=MonitorIntegrityComplaintInput,
    payload=COMPLAINT,
)
async def monitor_integrity_complaint(work: Work, given: MonitorIntegrityComplaintInput) -> Changed:
    """Enter a complaint about a public body 监测, for the office that handles it (海沧24)."""
    scopes = work.scopes("integrity_complaint", "monitor")
    _, place = work.place()
    subject = await named_subject(work, given.subject)
    received = complaints.Received(
        jurisdiction_id=place,
        office_id=local_id(given.office, "Office"),
        subject_id=subject,
        ticket=given.ticket,
        received_on=given.received_on,
        matter=given.matter,
    )
    made = await complaints.monitor(work.tx, work.job.service.books, received)
    await work.require("integrity_complaint", made, scopes)
    return Changed({"integrityComplaint": made})


@strawberry.input(description="What came of a complaint; nothing personal.")
class SettleIntegrityComplaintInput:
    integrity_complaint: strawberry.ID = required("Global id of the complaint.")
    founded: bool = required("Whether it was found true.")
    result: str = required("What was done 处理结果.")
    client_mutation_id: str | None = optional(KEY)


@mutation(
    "settleIntegrityComplaint",
    noun="integrity_complaint",
    verb="settle",
    input=SettleIntegrityComplaintInput,
    payload=COMPLAINT,
)
async def settle_integrity_complaint(work: Work, given: SettleIntegrityComplaintInput) -> Changed:
    """Handle a complaint 处理 that was entered for your office (海沧24)."""
    ident = local_id(given.integrity_complaint, "IntegrityComplaint")
    row = await work.lock("integrity_complaint", ident, "settle")
    await complaints.settle(work.tx, row, result=given.result, founded=given.founded)
    return Changed({"integrityComplaint": row["id"]})


@strawberry.input(description="What was fed back; nothing personal.")
class ReportIntegrityComplaintInput:
    integrity_complaint: strawberry.ID = required("Global id of the complaint.")
    feedback: str = required("What was fed back 反馈 to the hotline.")
    client_mutation_id: str | None = optional(KEY)


@mutation(
    "reportIntegrityComplaint",
    noun="integrity_complaint",
    verb="report",
    input=ReportIntegrityComplaintInput,
    payload=COMPLAINT,
)
async def report_integrity_complaint(work: Work, given: ReportIntegrityComplaintInput) -> Changed:
    """Feed back 反馈 what came of a complaint that was handled (海沧24)."""
    ident = local_id(given.integrity_complaint, "IntegrityComplaint")
    row = await work.lock("integrity_complaint", ident, "report")
    await complaints.report(work.tx, row, feedback=given.feedback)
    return Changed({"integrityComplaint": row["id"]})


@strawberry.input(description="A contract of your office with an enterprise, and how far your office has fulfilled it.")
class SurveyGovernmentContractInput:
    subject: strawberry.ID = required("Global id of the enterprise; one you may read.")
    field: str = required("Field 领域: 招商, 政府招投标, or another (海沧24).")
    number: str = required("Number of the contract.")
    title: str = required("What it is about; nothing personal.")
    signed_on: date = required("Day on which it was signed.")
    due_on: date | None = optional("Day by which your office performs, where one is agreed.")
    fulfilment: Fulfilment = required("How far your office has fulfilled it 履约情况.")
    finding: str | None = optional("What was found; nothing personal.")
    client_mutation_id: str | None = optional(KEY)


@mutation(
    "surveyGovernmentContract",
    noun="government_contract",
    verb="survey",
    input=SurveyGovernmentContractInput,
    payload=CONTRACT,
)
async def survey_government_contract(work: Work, given: SurveyGovernmentContractInput) -> Changed:
    """Enter a contract of your office with an enterprise into the survey 履约情况摸底 (海沧24)."""
    scopes = work.scopes("government_contract", "survey")
    office, place = work.place()
    subject = await named_subject(work, given.subject)
    surveyed = contracts.Surveyed(
        jurisdiction_id=place,
        office_id=office,
        subject_id=subject,
        field=given.field,
        number=given.number,
        title=given.title,
        signed_on=given.signed_on,
        due_on=given.due_on,
        fulfilment=value_of(given.fulfilment) or "",
        finding=given.finding,
    )
    made = await contracts.survey(work.tx, work.job.service.books, surveyed)
    await work.require("government_contract", made, scopes)
    return Changed({"governmentContract": made})


@strawberry.input(description="What a new survey of a contract found.")
class UpdateGovernmentContractInput:
    government_contract: strawberry.ID = required("Global id of the contract.")
    fulfilment: Fulfilment = required("How far your office has fulfilled it 履约情况.")
    finding: str | None = optional("What was found; nothing personal.")
    client_mutation_id: str | None = optional(KEY)


@mutation(
    "updateGovernmentContract",
    noun="government_contract",
    verb="update",
    input=UpdateGovernmentContractInput,
    payload=CONTRACT,
)
async def update_government_contract(work: Work, given: UpdateGovernmentContractInput) -> Changed:
    """Survey a contract of your office anew; each survey stays in its history (海沧24)."""
    ident = local_id(given.government_contract, "GovernmentContract")
    row = await work.lock("government_contract", ident, "update")
    fulfilment = value_of(given.fulfilment) or ""
    await contracts.update(work.tx, row, fulfilment=fulfilment, finding=given.finding)
    return Changed({"governmentContract": row["id"]})
