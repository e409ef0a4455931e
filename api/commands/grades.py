"""Mutations of grades: proposed, determined, published, rejected, contested, upheld, withdrawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Optional
from uuid import UUID

import strawberry

from api.commands.attachments import attach_drafts
from api.commands.inputs import KEY, local_id, optional, required
from api.commands.people import named_subject
from api.execution.mutation import Changed, Work, mutation
from domain.evaluation import computing, grades, papers
from domain.evaluation.grade import NOUN
from domain.evaluation.refusals import GradeNotComputed
from domain.evaluation.schemes import evaluation, evaluation_by

_PAYLOAD = {"grade": "Grade"}
_GRADE = "Global id of the grade."


@strawberry.input(description="A result of an evaluation 评价结果 by your office, with its basis.")
class ProposeGradeInput:
    subject: strawberry.ID = required("Global id of the subject.")
    scheme: str = required("Code of the evaluation scheme, of `evaluationSchemes`.")
    evaluated_on: date = required("The day for which it was evaluated.")
    value: Optional[str] = optional(
        "The grade, on the scheme's own scale 等级; left out where the scoring is loaded: it is computed then."
    )
    basis: Optional[str] = optional(
        "What it rests on 依据, in words, no personal data; needed with a grade, written by the service for a computed one."
    )
    period: Optional[str] = optional("Period evaluated 评价周期, e.g. 2025年度 (新乡三.4).")
    attachments: Optional[list[strawberry.ID]] = optional("Global ids of your drafts of attachments it rests on.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("proposeGrade", noun=NOUN, verb="propose", input=ProposeGradeInput, payload=_PAYLOAD)
async def propose_grade(work: Work, given: ProposeGradeInput) -> Changed:
    """Propose a result under a scheme; another person publishes it (厦门12–16, 十堰).

    Where the scoring is not loaded, what the named rule says is not known to the service: the office gives the grade with
    its basis. Where it is, the grade is computed from the facts, and what the rules leave open waits to be determined.
    """
    scopes = work.scopes(NOUN, "propose")
    office_id, jurisdiction_id = work.place()
    subject = await named_subject(work, given.subject)
    books = work.job.service.books
    under = evaluation_by(books, jurisdiction_id, given.scheme, office=office_id, on=work.tx.today)
    scored = await papers.loaded(work.tx.connection, books, under, given.evaluated_on)
    result = await _result(work, scored, given, subject, office_id)
    made = await grades.propose(work.tx, scored.under, result)
    await work.require(NOUN, made, scopes)
    if given.attachments:
        await attach_drafts(work, given.attachments, to=NOUN, row=await grades.load(work.tx, made))
    return Changed({"grade": made})


async def _result(
    work: Work, scored: papers.Loaded, given: ProposeGradeInput, subject: UUID, office: UUID
) -> grades.Result:
    """Give what is proposed: computed where the scoring is loaded and no grade is given, else as the office has it.

    Raises: GradeNotComputed; InvalidInput.
    """
    result = grades.Result(
        subject_id=subject,
        office_id=office,
        evaluated_on=given.evaluated_on,
        basis=given.basis or "",
        value=given.value,
        period=given.period,
    )
    if given.value is not None:
        return result
    if not scored.is_loaded:
        raise GradeNotComputed
    value, findings = await computing.computed(work.tx, scored, subject, given.evaluated_on)
    basis = given.basis or computing.basis_of(scored, given.evaluated_on)
    return replace(result, value=value, basis=basis, method="computed", findings=findings, paper_id=scored.paper_id)


@strawberry.input(description="What a grade is that the rules leave open 待认定, and why.")
class DetermineGradeInput:
    grade: strawberry.ID = required(_GRADE)
    value: str = required("The grade, on the scheme's own scale.")
    basis: str = required("Why, in words; no personal data.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("determineGrade", noun=NOUN, verb="determine", input=DetermineGradeInput, payload=_PAYLOAD)
async def determine_grade(work: Work, given: DetermineGradeInput) -> Changed:
    """Determine a grade that the rules leave open; another person publishes it (人工认定; 十堰)."""
    row = await work.lock(NOUN, local_id(given.grade, "Grade"), "determine")
    books = work.job.service.books
    under = evaluation(books, row["jurisdiction_id"], row["scheme"], work.tx.today)
    scored = await papers.loaded(work.tx.connection, books, under, row["evaluated_on"])
    await grades.determine(work.tx, row, value=given.value, basis=given.basis, scale=scored.under.scheme.scale)
    return Changed({"grade": row["id"]})


@strawberry.input(description="Which proposed grade to publish 公布.")
class PublishGradeInput:
    grade: strawberry.ID = required(_GRADE)
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("publishGrade", noun=NOUN, verb="publish", input=PublishGradeInput, payload=_PAYLOAD)
async def publish_grade(work: Work, given: PublishGradeInput) -> Changed:
    """Publish a grade that another person proposed: it takes the place of the one in force, and its subject is told.

    It is pushed to the city platform where the clause orders it: 厦门12, 13; not 14–16.
    """
    row = await work.lock(NOUN, local_id(given.grade, "Grade"), "publish")
    await grades.publish(work.tx, row)
    return Changed({"grade": row["id"]})


@strawberry.input(description="Which proposed grade to reject 退回, and why.")
class RejectGradeInput:
    grade: strawberry.ID = required(_GRADE)
    reason: str = required("Why; no personal data.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("rejectGrade", noun=NOUN, verb="reject", input=RejectGradeInput, payload=_PAYLOAD)
async def reject_grade(work: Work, given: RejectGradeInput) -> Changed:
    """Reject 否决等级 a grade that another person proposed, or that the rules leave open and nobody is to determine."""
    row = await work.lock(NOUN, local_id(given.grade, "Grade"), "reject")
    await grades.reject(work.tx, row, reason=given.reason)
    return Changed({"grade": row["id"]})


@strawberry.input(description="Which of your grades you contest 异议, and why.")
class ContestGradeInput:
    grade: strawberry.ID = required(_GRADE)
    grounds: str = required("Why 理由; no personal data of others.")
    attachments: Optional[list[strawberry.ID]] = optional("Global ids of your drafts of attachments.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("contestGrade", noun=NOUN, verb="contest", input=ContestGradeInput, payload=_PAYLOAD)
async def contest_grade(work: Work, given: ContestGradeInput) -> Changed:
    """Contest a grade about you: a person who did not publish it looks at it again (个人信息保护法24). It holds until then."""
    row = await work.lock(NOUN, local_id(given.grade, "Grade"), "contest")
    await grades.contest(work.tx, row, grounds=given.grounds)
    if given.attachments:
        await attach_drafts(work, given.attachments, to=NOUN, row=row)
    return Changed({"grade": row["id"]})


@strawberry.input(description="Which contested grade to uphold 维持, and the answer to its subject.")
class UpholdGradeInput:
    grade: strawberry.ID = required(_GRADE)
    answer: str = required("The answer 答复: how the grounds were judged; no personal data of others.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("upholdGrade", noun=NOUN, verb="uphold", input=UpholdGradeInput, payload=_PAYLOAD)
async def uphold_grade(work: Work, given: UpholdGradeInput) -> Changed:
    """Uphold a contested grade; whoever published it does not (个人信息保护法24)."""
    row = await work.lock(NOUN, local_id(given.grade, "Grade"), "uphold")
    await grades.uphold(work.tx, row, answer=given.answer)
    return Changed({"grade": row["id"]})


@strawberry.input(description="Which published grade to withdraw 撤回, and why.")
class WithdrawGradeInput:
    grade: strawberry.ID = required(_GRADE)
    reason: str = required("Why; its subject reads it. No personal data of others.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("withdrawGrade", noun=NOUN, verb="withdraw", input=WithdrawGradeInput, payload=_PAYLOAD)
async def withdraw_grade(work: Work, given: WithdrawGradeInput) -> Changed:
    """Withdraw 撤回等级 a published grade that is wrong; a contested one is answered with it. The platform takes it down."""
    row = await work.lock(NOUN, local_id(given.grade, "Grade"), "withdraw")
    await grades.withdraw(work.tx, row, reason=given.reason)
    return Changed({"grade": row["id"]})
