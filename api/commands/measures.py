"""Mutations of measures: applied or declined because of a record, an entry or a grade in force; lifted by who applied them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import strawberry

from api.commands.inputs import KEY, choice, local_id, optional, record_or_entry, required, value_of
from api.declaring.types import enum_type
from api.execution.mutation import Changed, Work, mutation
from api.queries.scoped import must_name_purpose
from domain.errors import InvalidInput
from domain.measure import measures
from domain.measure.measures import Wanted

BasisLevel = enum_type("BasisLevel")
_PAYLOAD = {"measure": "Measure"}
_RECORD = "Global id of the credit record it rests on."
_ENTRY = "Global id of the list entry it rests on."
_GRADE = "Global id of the grade it rests on (十堰, 海沧13)."
_CODE = "Code of the measure in the list of measures in force."
_FIELD = "Field 领域 in which it restricts, where the rule names fields (上海9(一))."


@strawberry.input(
    description="A measure 奖惩措施 on the list in force, and the record, entry or grade it rests on: one of them."
)
class ApplyMeasureInput:
    record: strawberry.ID | None = optional(_RECORD)
    entry: strawberry.ID | None = optional(_ENTRY)
    grade: strawberry.ID | None = optional(_GRADE)
    code: str = required(_CODE)
    reason: str = required("Why it is applied; the subject is told it 告知理由. No personal data of others.")
    field: str | None = optional(_FIELD)
    legal_basis: str | None = optional(
        "The rule that provides for it, where its clause asks for one (上海8, 9(三)), or by which the grade is that of a"
        " trustworthy or a dishonest subject (海沧13)."
    )
    legal_basis_level: Any = choice(BasisLevel, "Level of that rule; needed with it.")
    client_mutation_id: str | None = optional(KEY)


@mutation("applyMeasure", noun="measure", verb="apply", input=ApplyMeasureInput, payload=_PAYLOAD)
async def apply_measure(work: Work, given: ApplyMeasureInput) -> Changed:
    """Apply a measure because of a record, an entry or a grade in force; its source is fed back to (厦门1, 上海9(一), 海沧10).

    Only what the list of measures in force has for it. It ends with what it rests on, and with another grade.
    """
    return await _applied(work, given, "apply")


@strawberry.input(
    description="A measure on the list in force that your agency has applied by its own authority, and the record, entry or grade it rests on: one of them."
)
class ReportMeasureInput(ApplyMeasureInput):
    """What was applied."""


@mutation("reportMeasure", noun="measure", verb="report", input=ReportMeasureInput, payload=_PAYLOAD)
async def report_measure(work: Work, given: ReportMeasureInput) -> Changed:
    """Feed back 反馈 that your agency applies a measure on the list, within its purpose (上海9(一), 海沧10)."""
    return await _applied(work, given, "report")


@strawberry.input(
    description="A measure that the list in force has, which your office does not apply, why not, and the record, entry or grade it would rest on: one of them."
)
class DeclineMeasureInput:
    record: strawberry.ID | None = optional(_RECORD)
    entry: strawberry.ID | None = optional(_ENTRY)
    grade: strawberry.ID | None = optional(_GRADE)
    code: str = required(_CODE)
    reason: str = required("Why it is not applied; the source and the subject are told it. No personal data of others.")
    field: str | None = optional(_FIELD)
    client_mutation_id: str | None = optional(KEY)


@mutation("declineMeasure", noun="measure", verb="decline", input=DeclineMeasureInput, payload=_PAYLOAD)
async def decline_measure(work: Work, given: DeclineMeasureInput) -> Changed:
    """Feed back 反馈 that a measure on the list is not applied, and why (上海9(一), 海沧10); no text sets a day for it."""
    noun, ground_id, office = await _ground(work, given, "decline")
    wanted = Wanted(
        noun=noun,
        ground_id=ground_id,
        office_id=office,
        code=given.code,
        reason=given.reason,
        field=given.field,
        purpose_id=_matter(work),
    )
    return Changed({"measure": await measures.decline(work.tx, work.job.service.books, wanted)})


def _matter(work: Work) -> UUID | None:
    """Give the matter in which an agency acts; an office of the bureau decides by its own duty."""
    return work.job.caller.purpose_id if must_name_purpose(work.job) else None


async def _applied(work: Work, given: ApplyMeasureInput, verb: str) -> Changed:
    noun, ground_id, office = await _ground(work, given, verb)
    wanted = Wanted(
        noun=noun,
        ground_id=ground_id,
        office_id=office,
        code=given.code,
        reason=given.reason,
        field=given.field,
        legal_basis=given.legal_basis,
        legal_basis_level=value_of(given.legal_basis_level),
        purpose_id=_matter(work),
    )
    return Changed({"measure": await measures.apply(work.tx, work.job.service.books, wanted, verb)})


async def _ground(work: Work, given: ApplyMeasureInput | DeclineMeasureInput, verb: str) -> tuple[str, UUID, UUID]:
    """Give noun and id of what a measure would rest on, within the caller's scopes, and the caller's office.

    Raises: Forbidden; NotFound; InvalidInput.
    """
    scopes = work.scopes("measure", verb)
    office = work.office()
    if given.grade is None:
        noun, ground_id = record_or_entry(given.record, given.entry)
    elif given.record is None and given.entry is None:
        noun, ground_id = "grade", local_id(given.grade, "Grade")
    else:
        raise InvalidInput(
            "Name one row: a record, an entry or a grade.",
            zh="请指明一项：记录、名单条目或等级。",
            fields=["record", "entry", "grade"],
        )
    await work.require(noun, ground_id, scopes)
    return noun, ground_id, office


@strawberry.input(description="Which measure to lift 解除, and why.")
class LiftMeasureInput:
    measure: strawberry.ID = required("Global id of the measure.")
    reason: str = required("Why it is lifted before what it rests on ends. No personal data of others.")
    client_mutation_id: str | None = optional(KEY)


@mutation("liftMeasure", noun="measure", verb="lift", input=LiftMeasureInput, payload=_PAYLOAD)
async def lift_measure(work: Work, given: LiftMeasureInput) -> Changed:
    """Lift a measure of your office; with a repair, a removal or a withdrawal it is lifted by itself (厦门6, 海沧7)."""
    row = await work.lock("measure", local_id(given.measure, "Measure"), "lift")
    await measures.lift(work.tx, row["id"], reason=given.reason)
    return Changed({"measure": row["id"]})
