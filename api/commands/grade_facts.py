"""Mutations of facts that grades rest on: recorded, amended and withdrawn by the office that produced them."""

from __future__ import annotations

from datetime import date
from typing import Any, Optional

import strawberry

from api.commands.inputs import KEY, choice, local_id, optional, required, value_of
from api.declaring.types import enum_type
from api.execution.mutation import Changed, Work, mutation
from domain.grade import facts

Kind, Outcome = enum_type("GradeFactKind"), enum_type("GradeFactOutcome")
_PAYLOAD = {"gradeFact": "GradeFact"}
_PLAIN = ("occurred_on", "holds_until", "project", "number", "amount", "evidence")


@strawberry.input(description="A fact about an organisation that its grade rests on (十堰“15333”).")
class RecordGradeFactInput:
    subject: strawberry.ID = required("Global id of the organisation.")
    kind: Any = strawberry.field(description="What it is.", graphql_type=Kind)
    outcome: Any = strawberry.field(description="What came of it, in the words of its kind.", graphql_type=Outcome)
    occurred_on: date = required("Day on which it happened, or from which on it holds; today or earlier.")
    holds_until: Optional[date] = optional(
        "Last day on which it holds; none while it does, or where it merely happened."
    )
    code: Optional[str] = optional(
        "Which system 制度 or indicator 指标, as the scheme calls it; needed for these kinds."
    )
    project: Optional[str] = optional("The project 项目 it is about; left out for the whole unit.")
    number: Optional[str] = optional("Number of its document 文号; the same one is recorded once.")
    amount: Optional[int] = optional("Amount of a deposit, in yuan.")
    evidence: Optional[str] = optional(
        "What it rests on 依据材料; a finding of serious arrears needs some. No personal data of others."
    )
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("recordGradeFact", noun="grade_fact", verb="record", input=RecordGradeFactInput, payload=_PAYLOAD)
async def record_grade_fact(work: Work, given: RecordGradeFactInput) -> Changed:
    """Record a fact that your office produced and answers for (十堰“15333”; 谁产生、谁提供、谁负责).

    A new state of a system, or a new kind of enterprise, lets the one before it hold until the day before.
    """
    scopes = work.scopes("grade_fact", "record")
    office = work.office()
    told = facts.Told(
        kind=str(value_of(given.kind)),
        outcome=str(value_of(given.outcome)),
        code=given.code,
        **{name: getattr(given, name) for name in _PLAIN},
    )
    subject = local_id(given.subject, "Subject")
    made = await facts.record(work.tx, work.job.service.books, subject, told, office_id=office)
    await work.require("grade_fact", made, scopes)
    return Changed({"gradeFact": made})


@strawberry.input(description="What to amend 更正 of a fact, and why; what is left out stays as it is.")
class AmendGradeFactInput:
    grade_fact: strawberry.ID = required("Global id of the version that stands.")
    outcome: Any = choice(Outcome, "What came of it, e.g. that an open complaint was verified.")
    occurred_on: Optional[date] = optional("Day on which it happened, or from which on it holds.")
    holds_until: Optional[date] = optional("Last day on which it holds, e.g. that on which arrears were settled.")
    project: Optional[str] = optional("The project 项目 it is about.")
    number: Optional[str] = optional("Number of its document 文号.")
    amount: Optional[int] = optional("Amount of a deposit, in yuan.")
    evidence: Optional[str] = optional("What it rests on 依据材料. No personal data of others.")
    reason: str = required("Why it is amended. No personal data of others.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("amendGradeFact", noun="grade_fact", verb="amend", input=AmendGradeFactInput, payload=_PAYLOAD)
async def amend_grade_fact(work: Work, given: AmendGradeFactInput) -> Changed:
    """Amend a fact of your office 更正等级评价事实: this version ends today, another stands from today on and is given.

    What was known on any day before stays known: grades of past days are not rewritten.
    """
    row = await work.lock("grade_fact", local_id(given.grade_fact, "GradeFact"), "amend")
    changes = {name: value for name in _PLAIN if (value := getattr(given, name)) is not None}
    outcome = value_of(given.outcome)
    if outcome is not None:
        changes["outcome"] = outcome
    return Changed({"gradeFact": await facts.amend(work.tx, work.job.service.books, row, changes, reason=given.reason)})


@strawberry.input(description="Which fact to withdraw 撤回 because it was recorded in error.")
class WithdrawGradeFactInput:
    grade_fact: strawberry.ID = required("Global id of the version that stands.")
    reason: str = required("Why it should not have been recorded. No personal data of others.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("withdrawGradeFact", noun="grade_fact", verb="withdraw", input=WithdrawGradeFactInput, payload=_PAYLOAD)
async def withdraw_grade_fact(work: Work, given: WithdrawGradeFactInput) -> Changed:
    """Withdraw a fact of your office 撤回等级评价事实; it counts no more from today on, and did on the days before."""
    row = await work.lock("grade_fact", local_id(given.grade_fact, "GradeFact"), "withdraw")
    await facts.withdraw(work.tx, row, reason=given.reason)
    return Changed({"gradeFact": row["id"]})
