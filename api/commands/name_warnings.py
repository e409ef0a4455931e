"""Mutations of name warnings: the credit office of the subject's division keeps the known name, or corrects it."""

from __future__ import annotations

from typing import Any

import strawberry

from api.commands.inputs import KEY, local_id, optional, required, value_of
from api.declaring.types import enum_type
from api.execution.mutation import Changed, Work, mutation
from domain.registry import name_warnings

Outcome = enum_type("NameWarningOutcome")


@strawberry.input(description="Which name stands, and why.")
class ResolveNameWarningInput:
    name_warning: strawberry.ID = required("Global id of the name warning.")
    outcome: Any = strawberry.field(
        description="KEPT: the known name stands. CORRECTED: the given one takes its place.", graphql_type=Outcome
    )
    reason: str = required("Why, e.g. what the licence says. No personal data of others.")
    client_mutation_id: str | None = optional(KEY)


@mutation(
    "resolveNameWarning",
    noun="name_warning",
    verb="resolve",
    input=ResolveNameWarningInput,
    payload={"nameWarning": "NameWarning"},
)
async def resolve_name_warning(work: Work, given: ResolveNameWarningInput) -> Changed:
    """Resolve a name warning 名称核对: keep the known name or correct it, with the reason (厦门8, 9; 上海7: accuracy).

    Records keep the name that their documents give.
    """
    row = await work.lock("name_warning", local_id(given.name_warning, "NameWarning"), "resolve")
    outcome = value_of(given.outcome) or ""
    await name_warnings.resolve(work.tx, row["id"], outcome=outcome, reason=given.reason)
    return Changed({"nameWarning": row["id"]})
