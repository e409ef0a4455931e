"""Mutations of self-reported information: handed in and removed by the subject, found untrue by the office."""

from __future__ import annotations

from typing import Any, Optional

import strawberry

from api.commands.attachments import attach_drafts
from api.commands.inputs import KEY, choice, local_id, optional, required, value_of
from api.declaring.types import enum_type
from api.execution.mutation import Changed, Work, mutation
from domain.commitment.commitments import Signature
from domain.commitment.results import Finding
from domain.self_report import reports

Method, Signer = enum_type("SignatureMethod"), enum_type("Signer")
Severity, BasisLevel = enum_type("Severity"), enum_type("BasisLevel")
_PAYLOAD = {"selfReport": "SelfReport"}


@strawberry.input(description="Information of your own 自主上报信息, and the signed commitment to its authenticity.")
class ReportSelfReportInput:
    kind: str = required(
        "Kind 种类 in the words of the rulebook: 资质证照, 经营状况, 合同履约, 参加社会公益活动, 其他."
    )
    title: str = required("What it is about; no personal data.")
    text: str = required("What you tell; it is shown as not verified. No personal data.")
    commitment: str = required("The exact text of your commitment 真实性承诺, which is published with it.")
    method: Any = strawberry.field(description="How you signed it online.", graphql_type=Method)
    signer: Any = strawberry.field(description="Who signed: the legal representative or an agent.", graphql_type=Signer)
    signer_name: Optional[str] = optional("Name of the legal representative or agent who signed.")
    jurisdiction: Optional[str] = optional("Code of the division you hand it in to; your own unless given.")
    office: Optional[strawberry.ID] = optional("Global id of the office that looks after it, one the rulebook names.")
    attachments: Optional[list[strawberry.ID]] = optional("Global ids of your drafts of attachments, e.g. a licence.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("reportSelfReport", noun="self_report", verb="report", input=ReportSelfReportInput, payload=_PAYLOAD)
async def report_self_report(work: Work, given: ReportSelfReportInput) -> Changed:
    """Hand in information of your own with a public commitment to its truth 自主上报 (厦门20, 海沧16)."""
    scopes = work.scopes("self_report", "report")
    subject_id, service = work.subject(), work.job.service
    told = reports.SelfReported(
        subject_id=subject_id,
        jurisdiction=given.jurisdiction or await reports.division_of(work.tx, subject_id),
        kind=given.kind,
        title=given.title,
        text=given.text,
        commitment=given.commitment,
        signature=Signature(
            method=str(value_of(given.method)),
            signer=str(value_of(given.signer)),
            name=given.signer_name,
            online=True,
        ),
        office_id=local_id(given.office, "Office") if given.office else None,
        by_agent="agent" in work.job.caller.roles,
    )
    report_id = await reports.report(work.tx, service.books, service.calendar, told)
    await work.require("self_report", report_id, scopes)
    if given.attachments:
        row = await reports.load(work.tx, report_id)
        await attach_drafts(work, given.attachments, to="self_report", row=row)
    return Changed({"selfReport": report_id})


@strawberry.input(description="Which of your own information to remove.")
class RemoveSelfReportInput:
    self_report: strawberry.ID = required("Global id of the information.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("removeSelfReport", noun="self_report", verb="remove", input=RemoveSelfReportInput, payload=_PAYLOAD)
async def remove_self_report(work: Work, given: RemoveSelfReportInput) -> Changed:
    """Remove information of your own; it is shown no longer, to anybody but you and the office (厦门20: 自主)."""
    row = await work.lock("self_report", local_id(given.self_report, "SelfReport"), "remove")
    await reports.remove(work.tx, row["id"])
    return Changed({"selfReport": row["id"]})


@strawberry.input(description="Which information was found untrue 不实, and what was found.")
class RefuteSelfReportInput:
    self_report: strawberry.ID = required("Global id of the information.")
    finding: str = required("What was found 核查情况.")
    decision_no: str = required("Number of the document that says so; no personal data.")
    severity: Any = choice(Severity, "Severity of the record, in the vocabulary of the rulebook.")
    legal_basis: Optional[str] = optional("Legal basis of the finding; the item's own unless given.")
    legal_basis_level: Any = choice(BasisLevel, "Level of the legal basis.")
    found_in: Optional[str] = optional("Where it was found: 审查 or 后续监管 (上海5(四)).")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("refuteSelfReport", noun="self_report", verb="refute", input=RefuteSelfReportInput, payload=_PAYLOAD)
async def refute_self_report(work: Work, given: RefuteSelfReportInput) -> Changed:
    """Find self-reported information untrue: its commitment is broken, with the record that follows (上海5(四), 厦门11)."""
    row = await work.lock("self_report", local_id(given.self_report, "SelfReport"), "refute")
    finding = Finding(
        text=given.finding,
        decision_no=given.decision_no,
        ground="untrue",
        severity=value_of(given.severity),
        legal_basis=given.legal_basis,
        legal_basis_level=value_of(given.legal_basis_level),
        found_in=given.found_in,
    )
    service = work.job.service
    await reports.refute(work.tx, service.vault, service.books, service.calendar, row["id"], finding)
    return Changed({"selfReport": row["id"]})


@strawberry.input(description="Which finding to set aside, and why.")
class ReinstateSelfReportInput:
    self_report: strawberry.ID = required("Global id of the information.")
    reason: str = required("Why the finding no longer stands.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("reinstateSelfReport", noun="self_report", verb="reinstate", input=ReinstateSelfReportInput, payload=_PAYLOAD)
async def reinstate_self_report(work: Work, given: ReinstateSelfReportInput) -> Changed:
    """Set a finding aside 撤销不实认定, once its record has been withdrawn; what the subject had removed stays removed."""
    row = await work.lock("self_report", local_id(given.self_report, "SelfReport"), "reinstate")
    await reports.reinstate(work.tx, row["id"], reason=given.reason)
    return Changed({"selfReport": row["id"]})
