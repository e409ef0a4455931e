"""The credit platform as a caller: its account here, with its role and office, as whom it is sent what it may read.

In charge of reading and changing in the platform's name through the same line as every other caller: what the policy
does not let its role read is not sent to it, people are masked for it, and each person reads in the access log what was
handed over. Without its account, or when that is suspended or holds no role in an office, there is no platform.
Source: 厦门8, 11; 个人信息保护法 23, 25; 网络数据安全管理条例 12.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from graphql import OperationType

from api.execution.change import carry_out
from api.execution.job import Credentials, Job, coerce
from api.execution.operation import run
from api.execution.service import Service
from authz.assigned import account_id_of
from authz.caller import Caller
from domain.canonical import parse
from domain.clock import local_day
from domain.errors import Forbidden


class PlatformNotConnected(Forbidden):
    """No platform is connected: its address or its account is not set, or the account has no role today."""

    code = "PLATFORM_NOT_CONNECTED"
    zh = "未连接信用平台：未设置平台地址或账号，或该账号目前没有角色。"


@dataclass(frozen=True, slots=True)
class Platform:
    """The platform of a place, as it stands authorised now."""

    service: Service
    caller: Caller
    jurisdiction: str


@dataclass(frozen=True, slots=True)
class _Job(Job):
    """An operation in the platform's name, which has no token: authority is read by its account."""

    async def again(self) -> Job:
        """Give the same operation for the platform as its authority stands now.

        Raises: PlatformNotConnected.
        """
        await self.service.callers.refresh()
        return replace(self, caller=(await connected(self.service, self.now)).caller)


async def connected(service: Service, now: datetime) -> Platform:
    """Give the platform that is set, as its account is authorised today.

    Raises: PlatformNotConnected; DatabaseAway; TooBusy.
    """
    sub = service.settings.platform_account
    account_id = await account_id_of(service.database, service.settings.public_url, sub) if sub else None
    today = local_day(now)
    caller = await service.callers.of_account(account_id, None, office=None, today=today) if account_id else None
    if caller is None or not caller.roles or caller.office_id is None or caller.jurisdiction_id is None:
        raise PlatformNotConnected
    return Platform(service, caller, caller.jurisdiction_id)


async def ask(platform: Platform, text: str, variables: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Carry out an operation of ours in the platform's name; give the response's JSON, its access entries written.

    Raises: DatabaseAway; TooBusy; PlatformNotConnected; VariablesInvalid.
    """
    service = platform.service
    document = service.documents.get(text)
    operation = document.operation(None)
    coerced = coerce(service, operation, variables)
    job = _Job(service, Credentials(), platform.caller, document, operation, variables, coerced, now)
    answer = await (carry_out(job) if operation.operation is OperationType.MUTATION else run(job))
    return {"data": parse(answer.data), "errors": list(answer.errors)}
