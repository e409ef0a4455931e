"""Who calls, and what they may do."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import strawberry

from api.execution.job import reader_of
from api.queries.fields import Ctx, argument, global_id
from authz.assigned import Holding, nameable_purposes
from authz.caller import Caller
from authz.quota import COUNTED, NO_LIMIT, WINDOWS
from authz.vocabulary import ACTIONS
from domain.clock import local_day
from domain.errors import InvalidInput


class ActionUnknown(InvalidInput):
    """There is no such object or action: `credit_record` and `publish`, for instance, go together."""

    code = "ACTION_UNKNOWN"
    zh = "没有该对象或操作：例如 credit_record 与 publish。"


@strawberry.type(description="What the policy says about one action of the caller 权限.")
class Permission:
    allowed: bool = strawberry.field(description="Whether it is allowed on some rows.")
    scopes: list[str] = strawberry.field(description="On which rows: the scopes that are open now, e.g. own_office.")
    waiting: list[str] = strawberry.field(description="Scopes that are granted but need more, e.g. a purpose.")


def can(
    info: Ctx,
    object: Annotated[str, argument("object", "An object of the policy, e.g. credit_record.")],
    action: Annotated[str, argument("action", "An action on it, e.g. publish.")],
) -> Permission:
    """Answer from the same table that requests are decided by."""
    if action not in ACTIONS.get(object, ()):
        raise ActionUnknown
    job = info.context
    reader = reader_of(job.service, job.caller)
    scopes = reader.scopes(object, action)
    granted = reader.grants.scopes(reader.roles, object, action)
    waiting = [scope.value for scope in granted if scope not in scopes]
    return Permission(allowed=bool(scopes), scopes=[scope.value for scope in scopes], waiting=waiting)


@strawberry.type(description="A quota 限额 of the caller's account, and how much of it is used up.")
class Quota:
    counted: str = strawberry.field(description="What is counted: subjects resolved, or requests.")
    period: str = strawberry.field(description="In which period: a minute, or a day in China.")
    most: int = strawberry.field(description="How many there may be in the period.")
    used: int = strawberry.field(description="How many there have been, by all tokens of the account.")


async def quotas(info: Ctx) -> list[Quota]:
    """Give the quotas of the caller's account; none where nothing is counted."""
    job = info.context
    metering, caller = job.service.metering, job.caller
    limits = metering.limits_of(caller)
    if limits is None or caller.anonymous:
        return []
    use = await metering.use_of(caller, job.now)
    return [
        Quota(counted=counted, period=period, most=limits.of(counted, period), used=use[f"{period}_{counted}"])
        for counted in COUNTED
        for period in WINDOWS
        if limits.of(counted, period) != NO_LIMIT
    ]


@strawberry.type(description="A purpose 用途 that the caller may name: an application item 应用事项.")
class NameablePurpose:
    code: str = strawberry.field(description="Its code, for the header Renxin-Purpose, e.g. 350200.fiscal_subsidy.")
    name: str = strawberry.field(description="Name of the matter, e.g. 财政性资金补助.")


async def purposes(info: Ctx) -> list[NameablePurpose]:
    """Give what the caller may name as its purpose today; nothing where a purpose would open nothing."""
    job = info.context
    caller, grants = job.caller, reader_of(job.service, job.caller).grants
    held = Holding(caller.office_id, None, caller.jurisdiction_id, caller.roles)
    async with job.service.database.session() as session:
        found = await nameable_purposes(session, held, grants, today=local_day(job.now))
    return [NameablePurpose(code=one["code"], name=one["name"]) for one in found]


@strawberry.type(
    description="In whose place 代理 somebody acts as a deputy: with the roles that the other holds itself."
)
class DeputyOf:
    account: strawberry.ID = strawberry.field(description="Global id of the principal's account 被代理人.")
    display: str = strawberry.field(description="Name of that account.")
    until: date = strawberry.field(description="Last day 代理截止日.")


def deputy_of(caller: Caller) -> DeputyOf | None:
    """Give in whose place a caller acts."""
    if caller.deputy_of_id is None or caller.deputy_of is None or caller.deputy_until is None:
        return None
    account = strawberry.ID(f"Account:{caller.deputy_of_id}")
    return DeputyOf(account=account, display=caller.deputy_of, until=caller.deputy_until)


@strawberry.type(description="Why an account that signs in is no subject here 未对应信用主体的原因.")
class LinkRefusal:
    code: str = strawberry.field(description="Stable code, e.g. LINK_NOT_ASSURED.")
    message: str = strawberry.field(description="What to do, in English.")
    message_zh: str = strawberry.field(description="What to do 处理办法, in Chinese.")


def not_linked(caller: Caller) -> LinkRefusal | None:
    """Give why a caller that signed in is the public."""
    if caller.not_linked is None:
        return None
    refused = caller.not_linked()
    return LinkRefusal(code=refused.code, message=refused.message, message_zh=refused.message_zh)


@strawberry.type(description="Who calls 当前调用者: roles, office, purpose, and what they may do.")
class Viewer:
    anonymous: bool = strawberry.field(description="Whether nobody is signed in: the public.")
    display: str | None = strawberry.field(description="Name of the account.")
    account_id: strawberry.ID | None = strawberry.field(
        description="Global id of the account 账号, to be told to a security officer who explains its access."
    )
    roles: list[str] = strawberry.field(description="Roles 角色 held today.")
    office_id: strawberry.ID | None = strawberry.field(description="Global id of the office acted for.")
    jurisdiction_id: strawberry.ID | None = strawberry.field(description="Global id of the division acted in.")
    subject_id: strawberry.ID | None = strawberry.field(description="Global id of the subject the caller is.")
    deputy_of: DeputyOf | None = strawberry.field(
        description="In whose place the caller acts as a deputy 代理; null for one's own roles."
    )
    agent_of: strawberry.ID | None = strawberry.field(
        description="Global id of the subject for which the caller acts as an agent 委托代理; null for others."
    )
    not_linked: LinkRefusal | None = strawberry.field(
        description="Why who signed in is served as the public: by rule the account would be a subject; null for all others."
    )
    purpose: str | None = strawberry.field(description="Code of the purpose 用途 named by Renxin-Purpose.")
    purposes: list[NameablePurpose] = strawberry.field(
        resolver=purposes,
        description=(
            "What may be named in Renxin-Purpose today: for a partner the application items granted to it, for an officer"
            " those of its division and the ones above; empty for all others, to whom a purpose opens nothing."
        ),
    )
    policy_version: int = strawberry.field(description="Version of the access policy in force.")
    quotas: list[Quota] = strawberry.field(
        resolver=quotas, description="Quotas 限额 of the account; empty where nothing is counted."
    )
    can: Permission = strawberry.field(
        resolver=can,
        description="Whether the caller may do an action on some rows of an object, and in which relation to them.",
    )


async def viewer(info: Ctx) -> Viewer | None:
    """Give the caller as the schema has it."""
    caller = info.context.caller
    return Viewer(
        anonymous=caller.anonymous,
        display=caller.display,
        account_id=global_id("Account", caller.account_id or caller.unlinked_id),
        roles=list(caller.roles),
        office_id=global_id("Office", caller.office_id),
        jurisdiction_id=global_id("Jurisdiction", caller.jurisdiction_id),
        subject_id=global_id("Subject", caller.subject_id),
        deputy_of=deputy_of(caller),
        agent_of=global_id("Subject", caller.agent_of_id),
        not_linked=not_linked(caller),
        purpose=caller.purpose_code,
        policy_version=caller.policy_version,
    )


FIELDS: dict[str, Any] = {
    "viewer": strawberry.field(resolver=viewer, description="Who calls 当前调用者, and what they may do."),
}
"""Fields of Query."""
