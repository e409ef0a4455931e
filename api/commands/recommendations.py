"""Mutations of recommendations to the unit of a candidate who is a Party member. For one role."""

from __future__ import annotations

from datetime import date
from typing import Optional

import strawberry

from api.commands.inputs import KEY, local_id, optional, required
from api.execution.mutation import Changed, Work, mutation
from domain.exam import recommendations

_PAYLOAD = {"disciplineRecommendation": "DisciplineRecommendation"}


@strawberry.input(description="What to recommend to the unit of a candidate who is a Party member.")
class RecommendDisciplineRecommendationInput:
    exam_violation: strawberry.ID = required("Global id of the decided violation.")
    unit: str = required("The unit 所在单位.")
    text: str = required("What is recommended.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation(
    "recommendDisciplineRecommendation",
    noun="discipline_recommendation",
    verb="recommend",
    input=RecommendDisciplineRecommendationInput,
    payload=_PAYLOAD,
)
async def recommend_discipline(work: Work, given: RecommendDisciplineRecommendationInput) -> Changed:
    """Recommend 建议 to the unit of a candidate who is a Party member (十堰); it decides, not we."""
    violation_id = local_id(given.exam_violation, "ExamViolation")
    scopes = work.scopes("discipline_recommendation", "recommend")
    await work.require("exam_violation", violation_id, work.scopes("exam_violation", "read"))
    books = work.job.service.books
    made = await recommendations.recommend(work.tx, books, violation_id, unit=given.unit, text=given.text)
    await work.require("discipline_recommendation", made, scopes)
    return Changed({"disciplineRecommendation": made})


@strawberry.input(description="What the unit answered.")
class AnswerDisciplineRecommendationInput:
    recommendation: strawberry.ID = required("Global id of the recommendation.")
    text: str = required("The answer.")
    answered_on: Optional[date] = optional("Day of the answer; today unless given.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation(
    "answerDisciplineRecommendation",
    noun="discipline_recommendation",
    verb="answer",
    input=AnswerDisciplineRecommendationInput,
    payload=_PAYLOAD,
)
async def answer_discipline(work: Work, given: AnswerDisciplineRecommendationInput) -> Changed:
    """Note what the unit answered 答复 to a recommendation 党纪处分建议."""
    ident = local_id(given.recommendation, "DisciplineRecommendation")
    row = await work.lock("discipline_recommendation", ident, "answer")
    await recommendations.answer(work.tx, row["id"], text=given.text, answered_on=given.answered_on)
    return Changed({"disciplineRecommendation": row["id"]})
