"""The first security officers, appointed from the console of the machine.

In charge of the one way into policies that needs no second officer: where fewer than two accounts may approve a
version, nobody could appoint them through the service, neither at installation nor after officers have left.
Refuses as soon as two are there: from then on two officers appoint a third.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from authz.activation import Connection, assign, upsert_account
from authz.authority import expanded, read_active
from authz.holdings import incompatible, read_holdings
from authz.invariants import who_may
from domain.clock import local_day
from domain.errors import DomainError

ENOUGH = 2


class OfficersThere(DomainError):
    """Two officers are there who can appoint others: propose the assignment, and let the second one approve it."""

    code = "OFFICERS_THERE"
    zh = "已有两名安全管理员：请由其中一人提出授予，另一人批准。"


class CannotApprove(DomainError):
    """This role would not let the account approve policy versions, or it sees credit content: choose another."""

    code = "ROLE_CANNOT_APPROVE"
    zh = "该角色不能批准策略版本，或该账号可查看信用内容：请另选。"


async def appoint(connection: Connection, *, issuer: str, sub: str, display: str, role: str, now: datetime) -> UUID:
    """Appoint one of the first two security officers; give the account's id.

    Raises: OfficersThere; CannotApprove; AuthorityMissing before the first start.
    """
    async with connection.transaction():
        await connection.execute("SELECT FROM authority FOR NO KEY UPDATE")
        _, number, lines = await read_active(connection)
        grants = expanded(number, lines)
        holdings = await read_holdings(connection, local_day(now))
        approving = who_may(grants, ["policy_version.approve"])
        if len(holdings.of(approving)) >= ENOUGH:
            raise OfficersThere
        account = await upsert_account(connection, issuer=issuer, sub=sub, display=display, now=now)
        others = {one.role for one in holdings.held if one.account_id == account}
        if role not in approving or incompatible(grants, {role, *others}):
            raise CannotApprove
        await assign(connection, account, role, from_on=local_day(now), now=now)
    return account
