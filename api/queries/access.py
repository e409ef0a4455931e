"""Why may I, why may I not: the decision on one action explained, with lines, relations and law."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import strawberry

from api import bind
from api.entities.index import ENTITIES
from api.operation import Job, reader_of
from api.queries.fields import Ctx, argument, count_subject
from api.queries.viewer import ActionUnknown
from authz import explanation, rows
from authz.authority import read_lines
from authz.explanation import Question
from authz.vocabulary import ACTIONS
from domain.clock import local_day


@strawberry.type(description="A line of the policy, as its file has it.")
class ExplainedLine:
    """One line."""

    number: int = strawberry.field(description="Number of the line in its version.")
    text: str = strawberry.field(description="The line: kind, role, object, action, scope.")


@strawberry.type(description="A relation between caller and row under which the action is granted.")
class ExplainedRelation:
    """One scope."""

    scope: str = strawberry.field(description="The scope, e.g. own_office.")
    open: bool = strawberry.field(description="Whether the caller has all that the scope needs.")
    missing: list[str] = strawberry.field(description="What is missing: office, jurisdiction, subject, purpose.")
    holds: bool | None = strawberry.field(
        description="Whether the row stands in the relation; null when none was named or the scope is not open."
    )
    clause: str = strawberry.field(description="What the relation rests on 依据.")
    lines: list[ExplainedLine] = strawberry.field(description="The lines that grant it, inherited ones included.")


@strawberry.type(description="How a privacy class is shown under a relation.")
class ExplainedClearance:
    """One clearance."""

    privacy: str = strawberry.field(description="The privacy class, e.g. person_name.")
    scope: str = strawberry.field(description="The scope it is seen in.")
    level: str = strawberry.field(description="clear, masked or hidden.")
    line: ExplainedLine | None = strawberry.field(
        description="The line that shows it so; null where no line does and it is therefore hidden."
    )


@strawberry.type(description="What would have allowed a refused action, and who could bring it about.")
class NearestLine:
    """The nearest line."""

    line: ExplainedLine = strawberry.field(description="The line.")
    needs: str = strawberry.field(description="Who could do what.")


@strawberry.type(description="The decision on one action explained 权限解释; it shows no content.")
class AccessExplanation:
    """The answer."""

    allowed: bool = strawberry.field(description="Whether the action is allowed, on the row if one was named.")
    roles: list[str] = strawberry.field(description="Roles the caller wears.")
    policy_version: int = strawberry.field(description="Version of the access policy it is decided by.")
    relations: list[ExplainedRelation] = strawberry.field(description="Relations under which it is granted.")
    denied_by: list[ExplainedLine] = strawberry.field(description="Lines that take it away from a role of the caller.")
    clearances: list[ExplainedClearance] = strawberry.field(
        description="How each privacy class is shown in the relations that are open, and hold for the row."
    )
    nearest: NearestLine | None = strawberry.field(
        description="For a refusal the nearest line that would have allowed it; null where there is none."
    )


async def explain_access(
    info: Ctx,
    object: Annotated[str, argument("object", "An object of the policy, e.g. credit_record.")],
    action: Annotated[str, argument("action", "An action on it, e.g. amend.")],
    row: Annotated[strawberry.ID | None, argument("row", "Global id of a row; without it any row is meant.")] = None,
) -> AccessExplanation | None:
    """Explain."""
    job = info.context
    if action not in ACTIONS.get(object, ()):
        raise ActionUnknown
    return await _explained(job, object, action, row, local_day(job.now))


async def _explained(job: Job, noun: str, action: str, row: str | None, today: date) -> AccessExplanation:
    reader = reader_of(job.service, job.caller)
    asked = Question(
        roles=job.caller.roles,
        present=reader.present,
        noun=noun,
        action=action,
        may_omit_purpose=bool(reader.grants.scopes(job.caller.roles, "request", "omit_purpose")),
    )
    if row is not None:
        await count_subject(job, noun)
    async with job.service.database.session() as session:
        lines = await read_lines(session, job.caller.policy_version)
        standing = None
        if row is not None:
            target = rows.target(noun, action)
            entity = next((one for one in ENTITIES.values() if one.noun == target), None)
            if entity is None:
                raise ActionUnknown
            standing = await explanation.standing_of(
                session,
                entity.table,
                target,
                bind.local_id(row, entity.name),
                explanation.open_scopes(reader.grants, asked),
                job.caller.bindings(today),
            )
    return _shown(job, explanation.explain(lines, reader.grants, asked, standing=standing))


def _shown(job: Job, found: explanation.Explanation) -> AccessExplanation:
    return AccessExplanation(
        allowed=found.allowed,
        roles=list(job.caller.roles),
        policy_version=job.caller.policy_version,
        relations=[
            ExplainedRelation(
                scope=one.scope.value,
                open=one.open,
                missing=list(one.missing),
                holds=one.holds,
                clause=explanation.CLAUSES.get(one.scope, "本单位职责 (各文件的责任分工)"),
                lines=[_line(line) for line in one.lines],
            )
            for one in found.relations
        ],
        denied_by=[_line(line) for line in found.denied_by],
        clearances=[
            ExplainedClearance(
                privacy=one.privacy.value,
                scope=one.scope.value,
                level=one.level.value,
                line=_line(one.line) if one.line else None,
            )
            for one in found.clearances
        ],
        nearest=NearestLine(line=_line(found.nearest.line), needs=found.nearest.needs) if found.nearest else None,
    )


def _line(line: Any) -> ExplainedLine:
    return ExplainedLine(number=line.number, text=line.text)


FIELDS: dict[str, Any] = {
    "explainAccess": strawberry.field(
        resolver=explain_access,
        name="explainAccess",
        description="Why an action is or is not allowed to you 为什么能或不能办理: lines, relations, clearances, law; no content.",
    ),
}
"""Fields of Query."""
