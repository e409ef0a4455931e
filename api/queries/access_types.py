"""What is told of a decision explained: its relations, lines and clearances, as the schema has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import strawberry

from api.queries.viewer import DeputyOf, LinkRefusal, deputy_of, not_linked
from authz import explanation
from authz.assigned import NoRole
from authz.caller import Caller
from authz.explanation import Clearance
from authz.token import TokenInvalid
from authz.words import in_chinese
from domain.privacy import Privacy


@strawberry.type(description="A line of the policy 策略行, as its file has it.")
class ExplainedLine:
    number: int = strawberry.field(description="Number of the line in its version.")
    text: str = strawberry.field(description="The line: kind, role, object, action, scope.")
    words_zh: str = strawberry.field(description="What the line says, in Chinese 说明.")


@strawberry.type(description="A relation between caller and row 范围 under which the action is granted.")
class ExplainedRelation:
    scope: str = strawberry.field(description="The scope, e.g. own_office.")
    open: bool = strawberry.field(description="Whether the caller has all that the scope needs.")
    missing: list[str] = strawberry.field(description="What is missing: office, jurisdiction, subject, purpose.")
    holds: bool | None = strawberry.field(
        description="Whether the row stands in the relation; null when none was named or the scope is not open."
    )
    clause: str = strawberry.field(description="What the relation rests on 依据.")
    lines: list[ExplainedLine] = strawberry.field(description="The lines that grant it, inherited ones included.")


@strawberry.type(description="How a privacy class is shown under a relation 可见级别.")
class ExplainedClearance:
    privacy: str = strawberry.field(description="The privacy class, e.g. person_name.")
    scope: str = strawberry.field(description="The scope it is seen in.")
    level: str = strawberry.field(description="clear, masked or hidden.")
    line: ExplainedLine | None = strawberry.field(
        description="The line that shows it so; null where no line does and it is therefore hidden."
    )


@strawberry.type(description="What would have allowed a refused action 最接近的策略行, and who could bring it about.")
class NearestLine:
    line: ExplainedLine = strawberry.field(description="The line.")
    needs: str = strawberry.field(description="Who could do what.")


@strawberry.type(
    description="How a field is shown 字段为何脱敏或不显示: its privacy class, and the clearance in each relation."
)
class ExplainedField:
    name: str = strawberry.field(description="The field, e.g. name.")
    privacy: str = strawberry.field(description="Its privacy class, e.g. person_name.")
    clearances: list[ExplainedClearance] = strawberry.field(
        description="How it is shown in the relations that are open, and hold for the row; none when the action is refused."
    )
    nearest: NearestLine | None = strawberry.field(
        description="Where it is masked or hidden: the nearest line that would show it in clear; null where there is none."
    )


@strawberry.type(description="The decision on one action explained 权限解释; it shows no content.")
class AccessExplanation:
    allowed: bool = strawberry.field(description="Whether the action is allowed, on the row if one was named.")
    roles: list[str] = strawberry.field(description="Roles the caller wears; none for an account without any today.")
    deputy_of: DeputyOf | None = strawberry.field(
        description="As whose deputy 代理 the caller wears them; null where they are its own."
    )
    not_linked: LinkRefusal | None = strawberry.field(
        description="Why who signs in is decided about as the public: no subject is linked to the account, though its"
        " identity provider's tokens may name one; null for all others."
    )
    refused_with: str | None = strawberry.field(
        description="Code with which every request of the account is refused today, whatever the policy grants: NO_ROLE, or"
        " UNAUTHENTICATED while it is suspended; null where it is served."
    )
    trusted_documents_only: bool = strawberry.field(
        description="Whether every other document than a trusted one 可信文档 is refused (DOCUMENT_NOT_TRUSTED), whatever"
        " the policy grants: the operator's setting for these roles (RENXIN_TRUSTED_ONLY)."
    )
    policy_version: int = strawberry.field(description="Version of the access policy it is decided by.")
    relations: list[ExplainedRelation] = strawberry.field(description="Relations under which it is granted.")
    denied_by: list[ExplainedLine] = strawberry.field(description="Lines that take it away from a role of the caller.")
    clearances: list[ExplainedClearance] = strawberry.field(
        description="How each privacy class is shown in the relations that are open, and hold for the row."
    )
    field: ExplainedField | None = strawberry.field(
        description="How the named field is shown; null when none was named."
    )
    nearest: NearestLine | None = strawberry.field(
        description="For a refusal the nearest line that would have allowed it; null where there is none."
    )


def shown(
    caller: Caller, found: explanation.Explanation, field: ExplainedField | None, *, trusted_only: bool
) -> AccessExplanation:
    """Give an explanation as the schema has it, with what is told of a field where one was named."""
    return AccessExplanation(
        allowed=found.allowed,
        roles=list(caller.roles),
        deputy_of=deputy_of(caller),
        not_linked=not_linked(caller),
        refused_with=_refused_with(caller),
        trusted_documents_only=trusted_only,
        policy_version=caller.policy_version,
        relations=[
            ExplainedRelation(
                scope=one.scope.value,
                open=one.open,
                missing=list(one.missing),
                holds=one.holds,
                clause=explanation.CLAUSES[one.scope],
                lines=[_line(line) for line in one.lines],
            )
            for one in found.relations
        ],
        denied_by=[_line(line) for line in found.denied_by],
        clearances=[_clearance(one) for one in found.clearances],
        field=field,
        nearest=_nearest(found.nearest),
    )


def field_shown(
    name: str, privacy: Privacy, clearances: Sequence[Clearance], nearest: explanation.Nearest | None
) -> ExplainedField:
    """Give how a field is shown as the schema has it."""
    return ExplainedField(
        name=name,
        privacy=privacy.value,
        clearances=[_clearance(one) for one in clearances],
        nearest=_nearest(nearest),
    )


def _refused_with(caller: Caller) -> str | None:
    """Give the code with which the requests of an account are refused before anything is asked of the policy."""
    if caller.suspended:
        return TokenInvalid.code
    return None if caller.roles else NoRole.code


def _clearance(one: Clearance) -> ExplainedClearance:
    return ExplainedClearance(
        privacy=one.privacy.value,
        scope=one.scope.value,
        level=one.level.value,
        line=_line(one.line) if one.line else None,
    )


def _nearest(found: explanation.Nearest | None) -> NearestLine | None:
    return NearestLine(line=_line(found.line), needs=found.needs) if found else None


def _line(line: Any) -> ExplainedLine:
    return ExplainedLine(number=line.number, text=line.text, words_zh=in_chinese(line))
