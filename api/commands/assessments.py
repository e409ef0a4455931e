"""Mutations of third-party assessments: drawn by the credit office, judged and concluded by the assessor."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any, Optional

import strawberry

from api.commands.inputs import KEY, local_id, optional, required, value_of
from api.declaring.types import enum_type
from api.execution.mutation import Changed, Work, mutation
from domain.oversight import assessments

Verdict = enum_type("Verdict")


@strawberry.input(description="Whose records are drawn for a third-party assessment 第三方评估, and for whom to judge.")
class DrawQualityAssessmentInput:
    office: strawberry.ID = required("Global id of the office whose records are assessed; of your place.")
    assessor: strawberry.ID = required("Global id of the third party 评估机构; no office of the bureau (海沧9).")
    from_on: date = required("First day on which the records were handed in.")
    to_on: date = required("Last day on which they were handed in.")
    size: int = required("How many are drawn, 1 to 2000; all of them where there are fewer.")
    item: Optional[strawberry.ID] = optional("Global id of the one catalogue item; all of 双公示 unless given.")
    seed: Optional[str] = optional("Seed of the draw; made by the service unless given. The same seed draws the same.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation(
    "drawQualityAssessment",
    noun="quality_assessment",
    verb="draw",
    input=DrawQualityAssessmentInput,
    payload={"qualityAssessment": "QualityAssessment"},
)
async def draw_quality_assessment(work: Work, given: DrawQualityAssessmentInput) -> Changed:
    """Draw a seeded random sample of an office's records for a third party to judge, once for the same days (海沧9)."""
    scopes = work.scopes("quality_assessment", "draw")
    wanted = assessments.Sample(
        office_id=local_id(given.office, "Office"),
        assessor_id=local_id(given.assessor, "Office"),
        from_on=given.from_on,
        to_on=given.to_on,
        size=given.size,
        seed=given.seed if given.seed is not None else secrets.token_hex(16),
        item_id=local_id(given.item, "CatalogueItem") if given.item else None,
    )
    assessment_id = await assessments.draw(work.tx, work.job.service.books, wanted)
    await work.require("quality_assessment", assessment_id, scopes)
    return Changed({"qualityAssessment": assessment_id})


@strawberry.input(description="The assessor's verdict 评估结论 on a record that was drawn.")
class JudgeAssessedRecordInput:
    assessed_record: strawberry.ID = required("Global id of the drawn record.")
    verdict: Any = strawberry.field(description="Correct or incorrect.", graphql_type=Verdict)
    finding: Optional[str] = optional("What is incorrect in it 问题; only, and always, with an incorrect one.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation(
    "judgeAssessedRecord",
    noun="assessed_record",
    verb="judge",
    input=JudgeAssessedRecordInput,
    payload={"assessedRecord": "AssessedRecord"},
)
async def judge_assessed_record(work: Work, given: JudgeAssessedRecordInput) -> Changed:
    """Judge a drawn record once, as the assessor to whom it was given, another person than drew it (海沧9)."""
    row_id = local_id(given.assessed_record, "AssessedRecord")
    row = await work.lock("assessed_record", row_id, "judge")
    await assessments.judge(work.tx, row, verdict=value_of(given.verdict) or "", finding=given.finding)
    return Changed({"assessedRecord": row_id})


@strawberry.input(description="The assessment whose records are all judged.")
class ConcludeQualityAssessmentInput:
    quality_assessment: strawberry.ID = required("Global id of the assessment.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation(
    "concludeQualityAssessment",
    noun="quality_assessment",
    verb="conclude",
    input=ConcludeQualityAssessmentInput,
    payload={"qualityAssessment": "QualityAssessment"},
)
async def conclude_quality_assessment(work: Work, given: ConcludeQualityAssessmentInput) -> Changed:
    """Conclude an assessment as its assessor; from then on it is the office's correctness 正确率 (海沧9)."""
    row_id = local_id(given.quality_assessment, "QualityAssessment")
    row = await work.lock("quality_assessment", row_id, "conclude")
    await assessments.conclude(work.tx, row)
    return Changed({"qualityAssessment": row_id})
