"""Mutations of exam violations: recorded, confirmed by the candidate, decided, entered into the file, withdrawn."""

from __future__ import annotations

from datetime import date
from typing import Any, Optional

import strawberry

from api.commands.inputs import KEY, choice, local_id, optional, required, value_of
from api.commands.people import found_subject
from api.declaring.types import enum_type
from api.execution.mutation import Changed, Work, mutation
from domain.exam import violations

Kind, Confirmation, Retention = enum_type("ExamKind"), enum_type("ExamConfirmation"), enum_type("ExamRetention")
_PAYLOAD = {"examViolation": "ExamViolation"}


def _needed(kind: Any, description: str) -> Any:
    return strawberry.field(description=description, graphql_type=kind)


@strawberry.input(description="A violation 违纪违规行为 of a candidate, named by subject or by idNumber and name.")
class RecordExamViolationInput:
    exam_kind: Any = _needed(Kind, "Kind of exam.")
    exam_name: str = required("Name of the exam; no personal data.")
    exam_on: date = required("Day of the exam.")
    site: str = required("Exam site 考点; no personal data.")
    violation_class: str = required("Class of violation 违纪类别; no personal data.")
    facts: str = required("What happened 具体作弊情况.")
    subject: Optional[strawberry.ID] = optional("Global id of a known person.")
    id_number: Optional[str] = optional("Identity number of the candidate, with name; stored encrypted, never shown.")
    name: Optional[str] = optional("Name of the candidate, with idNumber.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("recordExamViolation", noun="exam_violation", verb="record", input=RecordExamViolationInput, payload=_PAYLOAD)
async def record_exam_violation(work: Work, given: RecordExamViolationInput) -> Changed:
    """Record a violation in an exam 如实记录; the candidate then signs or refuses (十堰, 厦门17)."""
    scopes = work.scopes("exam_violation", "record")
    violation = violations.Violation(
        office_id=work.office(),
        subject_id=await found_subject(
            work, subject=given.subject, code=None, id_number=given.id_number, name=given.name
        ),
        exam_kind=str(value_of(given.exam_kind)),
        exam_name=given.exam_name,
        exam_on=given.exam_on,
        site=given.site,
        violation_class=given.violation_class,
        facts=given.facts,
    )
    violation_id = await violations.record(work.tx, work.job.service.books, violation)
    await work.require("exam_violation", violation_id, scopes)
    return Changed({"examViolation": violation_id})


@strawberry.input(description="The candidate's signature 签字确认, or refusal before a witness.")
class ConfirmExamViolationInput:
    exam_violation: strawberry.ID = required("Global id of the violation.")
    confirmation: Any = _needed(Confirmation, "Signed or refused.")
    evidence: str = required("Where the signed sheet, or the note of the refusal, is kept.")
    witness: Optional[str] = optional("Name of the witness 见证人 of a refusal.")
    on: Optional[date] = optional("Day of it; today unless given.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation(
    "confirmExamViolation", noun="exam_violation", verb="confirm", input=ConfirmExamViolationInput, payload=_PAYLOAD
)
async def confirm_exam_violation(work: Work, given: ConfirmExamViolationInput) -> Changed:
    """Take the candidate's signature, or note the refusal before a witness: without either it cannot go on (十堰)."""
    row = await work.lock("exam_violation", local_id(given.exam_violation, "ExamViolation"), "confirm")
    confirmation = violations.Confirmation(
        kind=str(value_of(given.confirmation)), evidence=given.evidence, witness=given.witness, on=given.on
    )
    await violations.confirm(work.tx, work.job.service.books, row["id"], confirmation)
    return Changed({"examViolation": row["id"]})


@strawberry.input(description="The decision on treatment and retention of a confirmed violation.")
class DecideExamViolationInput:
    exam_violation: strawberry.ID = required("Global id of the violation.")
    treatment: str = required("Treatment 处理结果; no personal data.")
    decision_no: str = required("Number of the decision; no personal data.")
    retention: Any = choice(Retention, "LIMITED or PERMANENT, where the rulebook knows them; else left out.")
    decided_on: Optional[date] = optional("Day of the decision; today unless given.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("decideExamViolation", noun="exam_violation", verb="decide", input=DecideExamViolationInput, payload=_PAYLOAD)
async def decide_exam_violation(work: Work, given: DecideExamViolationInput) -> Changed:
    """Decide 处理 on a violation and how long it is kept: in 十堰 the provincial institute, 5 years or for good."""
    row = await work.lock("exam_violation", local_id(given.exam_violation, "ExamViolation"), "decide")
    decision = violations.Decision(
        treatment=given.treatment,
        decision_no=given.decision_no,
        retention=value_of(given.retention),
        decided_on=given.decided_on,
    )
    await violations.decide(work.tx, work.job.service.books, row["id"], decision)
    return Changed({"examViolation": row["id"]})


@strawberry.input(description="Which decided violation to enter into the integrity file.")
class EnterExamViolationInput:
    exam_violation: strawberry.ID = required("Global id of the violation.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("enterExamViolation", noun="exam_violation", verb="enter", input=EnterExamViolationInput, payload=_PAYLOAD)
async def enter_exam_violation(work: Work, given: EnterExamViolationInput) -> Changed:
    """Enter a violation into the integrity file 记入诚信档案库 today: from today its retention runs."""
    row = await work.lock("exam_violation", local_id(given.exam_violation, "ExamViolation"), "enter")
    service = work.job.service
    await violations.enter(work.tx, service.vault, service.books, service.calendar, row["id"])
    return Changed({"examViolation": row["id"]})


@strawberry.input(description="Which violation to withdraw before its entry, and why.")
class WithdrawExamViolationInput:
    exam_violation: strawberry.ID = required("Global id of the violation.")
    reason: str = required("Why.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation(
    "withdrawExamViolation", noun="exam_violation", verb="withdraw", input=WithdrawExamViolationInput, payload=_PAYLOAD
)
async def withdraw_exam_violation(work: Work, given: WithdrawExamViolationInput) -> Changed:
    """Withdraw 撤回考试违纪 a violation that has not been entered yet."""
    row = await work.lock("exam_violation", local_id(given.exam_violation, "ExamViolation"), "withdraw")
    await violations.withdraw(work.tx, work.job.service.books, row["id"], reason=given.reason)
    return Changed({"examViolation": row["id"]})
