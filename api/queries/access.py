"""Why may I, why may I not: the decision on one action explained, with lines, relations and law."""

from __future__ import annotations

from collections.abc import Iterable
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
from api.queries.access_types import AccessExplanation, field_shown, shown
from api.queries.fields import Ctx, argument, count_subject
from api.queries.viewer import ActionUnknown, not_linked
from authz import explanation, rows
from authz.activation import RoleUnknown
from authz.caller import Caller
from authz.explanation import Question
from authz.vocabulary import ACTIONS, Scope
from domain.clock import local_day
from domain.errors import DomainError, Forbidden, InvalidInput, NotFound


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
        told = field_shown(field, privacy, *explanation.explain_class(lines, reader.grants, asked, found, privacy))
    trusted_only = job.service.trusted.holds(reader.grants.kinds_of(who.caller.roles))
    return shown(who.caller, found, told, trusted_only=trusted_only)


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


FIELDS: dict[str, Any] = {
    "explainAccess": strawberry.field(
        resolver=explain_access,
        name="explainAccess",
        description="Why an action is or is not allowed 为什么能或不能办理, to you or, for security officers, over any"
        " account or role: lines, relations, clearances, law; no content (河南省社会信用条例39).",
    ),
}
"""Fields of Query."""
