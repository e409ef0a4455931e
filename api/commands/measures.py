"""Mutations of measures: applied because of a record or an entry in force, lifted by the office that applied them."""

from __future__ import annotations

from typing import Any

import strawberry

from api.commands.inputs import KEY, choice, local_id, optional, record_or_entry, required, value_of
from api.mutation import Changed, Work, mutation
from api.types import enum_type
from domain.errors import Forbidden
from domain.measure import measures

BasisLevel = enum_type("BasisLevel")
_PAYLOAD = {"measure": "Measure"}


@strawberry.input(
    description="A measure 奖惩措施 on the list in force, and the record or entry it rests on: one of the two."
)
class ApplyMeasureInput:
    """What is applied."""

    record: strawberry.ID | None = optional("Global id of the credit record it rests on.")
    entry: strawberry.ID | None = optional("Global id of the list entry it rests on.")
    code: str = required("Code of the measure in the rulebook's list of measures.")
    reason: str = required("Why it is applied; the subject is told it 告知理由. No personal data of others.")
    field: str | None = optional("Field 领域 in which it restricts, where the rule names fields (上海9(一)).")
    legal_basis: str | None = optional("The rule that provides for it, where its clause asks for one (上海8, 9(三)).")
    legal_basis_level: Any = choice(BasisLevel, "Level of that rule; needed with it.")
    client_mutation_id: str | None = optional(KEY)


@mutation("applyMeasure", noun="measure", verb="apply", input=ApplyMeasureInput, payload=_PAYLOAD)
async def apply_measure(work: Work, given: ApplyMeasureInput) -> Changed:
    """Apply a measure because of a record or an entry in force; its source is fed back to (厦门1, 上海9(一), 海沧10).

    Only what the list of measures in force has for it. It ends with what it rests on.
    """
    scopes = work.scopes("measure", "apply")
    office = work.job.caller.office_id
    if office is None:
        raise Forbidden(noun="measure", action="apply")
    noun, ground_id = record_or_entry(given.record, given.entry)
    await work.require(noun, ground_id, scopes)
    wanted = measures.Wanted(
        noun=noun,
        ground_id=ground_id,
        office_id=office,
        code=given.code,
        reason=given.reason,
        field=given.field,
        legal_basis=given.legal_basis,
        legal_basis_level=value_of(given.legal_basis_level),
    )
    return Changed({"measure": await measures.apply(work.tx, work.job.service.books, wanted)})


@strawberry.input(description="Which measure to lift 解除, and why.")
class LiftMeasureInput:
    """What is lifted."""

    measure: strawberry.ID = required("Global id of the measure.")
    reason: str = required("Why it is lifted before what it rests on ends. No personal data of others.")
    client_mutation_id: str | None = optional(KEY)


@mutation("liftMeasure", noun="measure", verb="lift", input=LiftMeasureInput, payload=_PAYLOAD)
async def lift_measure(work: Work, given: LiftMeasureInput) -> Changed:
    """Lift a measure of your office; with a repair, a removal or a withdrawal it is lifted by itself (厦门6, 海沧7)."""
    row = await work.lock("measure", local_id(given.measure, "Measure"), "lift")
    await measures.lift(work.tx, row["id"], reason=given.reason)
    return Changed({"measure": row["id"]})
