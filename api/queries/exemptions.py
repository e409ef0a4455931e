"""How the conditions of an exemption stand, explained to the subject and to the office before anybody proposes it."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from api.execution.job import reader_of
from api.execution.mutation import row_within
from api.gate.access import Access
from api.planning.bind import local_id
from api.queries.fields import Ctx, argument, count_subject
from api.queries.repairs import RepairStep, step_of
from domain.clock import local_day
from domain.errors import Forbidden, NotFound
from domain.exemption import exemptions
from domain.exemption.conditions import Judged
from domain.repair.conditions import Standing

NOUN = exemptions.NOUN


@strawberry.type(
    description="A condition of an exemption: on the list 清单内, minor 轻微, occasional 偶发; how it stands."
)
class ExemptionCondition:
    code: str = strawberry.field(description="Code of the condition: listed, minor or occasional.")
    name: str = strawberry.field(description="The condition in Chinese.")
    standing: Standing = strawberry.field(description="How it stands.")
    explanation: str = strawberry.field(description="Why, in English.")
    explanation_zh: str = strawberry.field(description="Why, in Chinese 说明.")


@strawberry.type(
    description="Whether a failing may go unpunished as an act on the list (海沧2). Nothing is decided by it."
)
class ExemptionEligibility:
    may_be_proposed: bool = strawberry.field(
        description="Whether all conditions are met, the record stands, and no list entry in force rests on it."
    )
    conditions: list[ExemptionCondition] = strawberry.field(description="The conditions, one by one; all must be met.")
    steps: list[RepairStep] = strawberry.field(description="The steps of the procedure in force, in their order.")
    citation: str = strawberry.field(description="Document and clause in one line 依据.")


async def exemption_eligibility(
    info: Ctx,
    record: Annotated[strawberry.ID, argument("record", "Global id of the credit record.")],
    exemption_item: Annotated[strawberry.ID, argument("exemptionItem", "Global id of the act on the list.")],
) -> ExemptionEligibility | None:
    """Explain how the conditions of an exemption stand, to the subject and to the office that recognised the failing."""
    job = info.context
    record_id, item_id = local_id(record, "CreditRecord"), local_id(exemption_item, "ExemptionItem")
    reader = reader_of(job.service, job.caller)
    scopes, listed = reader.scopes(NOUN, "read"), reader.scopes("exemption_item", "read")
    if not scopes:
        raise Forbidden(noun=NOUN, action="read")
    await count_subject(job, NOUN)
    async with job.service.database.session() as session:
        row = await row_within(job, session, "credit_record", "credit_record", record_id, scopes)
        if row is None or await row_within(job, session, "exemption_item", "exemption_item", item_id, listed) is None:
            raise NotFound
        if row["about_person"]:
            served = Access(job.caller, NOUN, "read", "served", row["subject_id"], job.now)
            job.accesses.append(served)
        case = await exemptions.load_case(session, job.service.books, record_id, item_id, today=local_day(job.now))
    return ExemptionEligibility(
        may_be_proposed=case.is_exemptible and not case.unmet,
        conditions=[_condition(one) for one in case.judged],
        steps=[step_of(one) for one in case.way.steps],
        citation=case.way.citation,
    )


def _condition(one: Judged) -> ExemptionCondition:
    return ExemptionCondition(
        code=one.condition, name=one.name, standing=one.standing, explanation=one.en, explanation_zh=one.zh
    )


FIELDS: dict[str, Any] = {
    "exemptionEligibility": strawberry.field(
        resolver=exemption_eligibility,
        name="exemptionEligibility",
        description="How the conditions of an exemption 豁免惩戒 stand; for the subject of the record and its office (海沧2).",
    ),
}
"""Fields of Query."""
