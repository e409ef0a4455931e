"""Why may I, why may I not: the decision on one action explained, with lines, relations and law."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any

import strawberry

from api.commands.inputs import local_id
from api.declaring.entity import Entity
from api.entities.index import ENTITIES
from api.execution.job import Job, reader_of
from api.execution.mutation import row_within
from api.gate.access import Access
from api.planning import bind
from api.queries.fields import Ctx, argument, count_subject
from api.queries.viewer import ActionUnknown, DeputyOf, LinkRefusal, deputy_of, not_linked
from authz import explanation, rows
from authz.activation import RoleUnknown
from authz.assigned import NoRole
from authz.caller import Caller
from authz.explanation import Clearance, Question
from authz.token import TokenInvalid
from authz.vocabulary import ACTIONS, Scope
from authz.words import in_chinese
from domain.clock import local_day
from domain.errors import DomainError, Forbidden, InvalidInput, NotFound
from domain.privacy import Privacy


@strawberry.type(description="A line of the policy, as its file has it.")
class ExplainedLine:
    number: int = strawberry.field(description="Number of the line in its version.")
    text: str = strawberry.field(description="The line: kind, role, object, action, scope.")
    words_zh: str = strawberry.field(description="What the line says, in Chinese 说明.")


@strawberry.type(description="A relation between caller and row under which the action is granted.")
class ExplainedRelation:
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
    privacy: str = strawberry.field(description="The privacy class, e.g. person_name.")
    scope: str = strawberry.field(description="The scope it is seen in.")
    level: str = strawberry.field(description="clear, masked or hidden.")
    line: ExplainedLine | None = strawberry.field(
        description="The line that shows it so; null where no line does and it is therefore hidden."
    )


@strawberry.type(description="What would have allowed a refused action, and who could bring it about.")
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


class FieldUnknown(InvalidInput):
    """There is no such field on this object: name one as the schema has it."""

    code = "FIELD_UNKNOWN"
    zh = "该对象没有此字段：请按接口定义填写字段名。"


class WhoIsUnclear(InvalidInput):
    """Name an account or a role to explain for, not both; a role alone stands in no relation to a row."""

    code = "WHO_IS_UNCLEAR"
    zh = "请指明账号或角色之一；仅指明角色时不能指定数据行。"


class RequestRefused(InvalidInput):
    """Every request of this account with that office or purpose is refused today, with the code `refusedWith`."""

    code = "REQUEST_REFUSED"
    zh = "该账号以此处室或用途提出的请求目前一律被拒绝，原因代码见 refusedWith。"


class SubjectUntold(Forbidden):
    """Whose account it is, is told to no officer: name no row and no principal here, or explain for the role instead."""

    code = "SUBJECT_UNTOLD"
    zh = "账号属于哪个信用主体不向安全管理员披露：请勿指定数据行或委托人，可改为按角色查询。"


_PRINCIPAL = "Subject:"
"""How Renxin-Office begins where an agent names for whom it acts."""


@dataclass(frozen=True, slots=True)
class Who:
    """For whom an action is explained: a caller, and what is at hand of what scopes need."""

    caller: Caller
    present: frozenset[str]


async def explain_access(
    info: Ctx,
    object: Annotated[str, argument("object", "An object of the policy, e.g. credit_record.")],
    action: Annotated[str, argument("action", "An action on it, e.g. amend.")],
    row: Annotated[strawberry.ID | None, argument("row", "Global id of a row; without it any row is meant.")] = None,
    field: Annotated[str | None, argument("field", "A field of the object, to learn why it is masked or null.")] = None,
    account: Annotated[
        strawberry.ID | None,
        argument(
            "account",
            "For security officers: global id of the account to explain for, instead of yourself. Where it"
            " is a subject's 信用主体 or an agent's, no row is explained by which it could be told whose it is.",
        ),
    ] = None,
    office: Annotated[
        str | None, argument("office", "With an account: the office it acts in, as Renxin-Office names it.")
    ] = None,
    purpose: Annotated[
        str | None, argument("purpose", "With an account: the purpose it names, as Renxin-Purpose does.")
    ] = None,
    role: Annotated[
        str | None,
        argument("role", "For security officers: a role to explain for, as if its holder had all that scopes need."),
    ] = None,
) -> AccessExplanation | None:
    """Explain why the caller, an account or a role may do an action, or why not.

    Raises: ActionUnknown; FieldUnknown; what `_who` and `_standing` raise.
    """
    job = info.context
    if action not in ACTIONS.get(object, ()):
        raise ActionUnknown
    entity = next((one for one in ENTITIES.values() if one.noun == rows.target(object, action)), None)
    if field is not None and (entity is None or field not in entity.columns):
        raise FieldUnknown
    if row is not None and entity is None:
        raise ActionUnknown
    who = await _who(job, account, role, office, purpose, row)
    reader = reader_of(job.service, who.caller)
    asked = Question(
        roles=who.caller.roles,
        present=who.present,
        noun=object,
        action=action,
        may_omit_purpose=bool(reader.grants.scopes(who.caller.roles, "request", "omit_purpose")),
        unlinked=_linking(who.caller),
    )
    if row is not None and who.caller is not job.caller:
        _require_untelling(explanation.open_scopes(reader.grants, asked))
    standing = await _standing(job, who.caller, asked, entity, row) if row is not None and entity is not None else None
    lines = await job.service.callers.lines_of(who.caller)
    found = explanation.explain(lines, reader.grants, asked, standing=standing)
    if who.caller.suspended and found.nearest is not None:
        found = replace(found, nearest=replace(found.nearest, needs=explanation.REINSTATE))
    told = None
    if field is not None and entity is not None:
        privacy = entity.columns[field].declared.privacy
        told = _field(field, privacy, *explanation.explain_class(lines, reader.grants, asked, found, privacy))
    return _shown(who.caller, found, told)


async def _who(
    job: Job, account: str | None, role: str | None, office: str | None, purpose: str | None, row: str | None
) -> Who:
    """Give for whom it is explained: the caller itself, or for officers an account or a role.

    Raises: Forbidden; NotFound; WhoIsUnclear; RequestRefused; SubjectUntold.
    """
    if account is None and role is None:
        if office is not None or purpose is not None:
            raise WhoIsUnclear
        return Who(job.caller, reader_of(job.service, job.caller).present)
    scopes = reader_of(job.service, job.caller).scopes("account", "explain")
    if not scopes:
        raise Forbidden(noun="account", action="explain")
    if role is not None:
        if account is not None or row is not None or office is not None or purpose is not None:
            raise WhoIsUnclear
        if role not in job.service.callers.grants_of(job.caller).roles:
            raise RoleUnknown
        return Who(replace(job.caller, roles=(role,)), frozenset(job.caller.bindings(date.min)))
    account_id = local_id(account, "Account")
    async with job.service.database.session() as session:
        reach = rows.target("account", "explain")
        if await row_within(job, session, "account", reach, account_id, scopes) is None:
            raise NotFound
    if office is not None and office.startswith(_PRINCIPAL):
        raise SubjectUntold
    try:
        caller = await job.service.callers.of_account(account_id, purpose, office=office, today=local_day(job.now))
    except DomainError as error:
        raise RequestRefused(refusedWith=error.code) from None
    return Who(caller, reader_of(job.service, caller).present)


def _require_untelling(scopes: Iterable[Scope]) -> None:
    """Require that no relation to a row would tell somebody else which subject an account is, or acts for.

    Whoever tried rows one after the other would find the one that is the caller's own.
    Raises: SubjectUntold.
    """
    if any("subject" in rows.NEEDS.get(scope, ()) for scope in scopes):
        raise SubjectUntold


async def _standing(job: Job, caller: Caller, asked: Question, entity: Entity, row: str) -> dict[Scope, bool]:
    """Tell in which open scopes a row stands; it counts as a subject told about, and a person learns who asked.

    A merged subject is the one that was kept, as in every other query.
    """
    row_id = job.subject_id(row) if entity.noun == "subject" else bind.local_id(row, entity.name)
    await count_subject(job, asked.noun)
    grants = job.service.callers.grants_of(caller)
    theirs = replace(job, caller=caller)
    async with job.service.database.session() as session:
        there, person = await explanation.read_row(
            session, entity.table, row_id, entity.person, base=entity.base, today=local_day(job.now)
        )
        found = {
            scope: there and await row_within(theirs, session, entity.table, entity.noun, row_id, (scope,)) is not None
            for scope in explanation.open_scopes(grants, asked)
        }
    if person is not None and any(found.values()):
        job.accesses.append(Access(job.caller, asked.noun, "explain", "served", person, job.now))
    return found


def _linking(caller: Caller) -> str | None:
    """Give what who is not linked to a subject can do about it."""
    refused = not_linked(caller)
    return f"{refused.message} {refused.message_zh}" if refused else None


def _refused_with(caller: Caller) -> str | None:
    """Give the code with which the requests of an account are refused before anything is asked of the policy."""
    if caller.suspended:
        return TokenInvalid.code
    return None if caller.roles else NoRole.code


def _shown(caller: Caller, found: explanation.Explanation, field: ExplainedField | None) -> AccessExplanation:
    return AccessExplanation(
        allowed=found.allowed,
        roles=list(caller.roles),
        deputy_of=deputy_of(caller),
        not_linked=not_linked(caller),
        refused_with=_refused_with(caller),
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


def _field(
    name: str, privacy: Privacy, clearances: Sequence[Clearance], nearest: explanation.Nearest | None
) -> ExplainedField:
    return ExplainedField(
        name=name,
        privacy=privacy.value,
        clearances=[_clearance(one) for one in clearances],
        nearest=_nearest(nearest),
    )


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


FIELDS: dict[str, Any] = {
    "explainAccess": strawberry.field(
        resolver=explain_access,
        name="explainAccess",
        description="Why an action is or is not allowed 为什么能或不能办理, to you or, for security officers, over any"
        " account or role: lines, relations, clearances, law; no content (河南省社会信用条例39).",
    ),
}
"""Fields of Query."""
