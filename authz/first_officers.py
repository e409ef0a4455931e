"""The operator's way into the governing of policies, from the console of the machine: officers appointed, and dismissed.

In charge of what needs no second officer. Where fewer than two people can change policies and appoint others
(`authz.staffing`), nobody could appoint them through the service: at installation, after officers have left, where their
days ran out, or where no tokens of their issuer are accepted any more. And where officers are two and one must be stopped
at once, the other cannot do it, as two must be left: the operator dismisses the one and appoints another. Refuses to
appoint as soon as two are there, from when on two officers appoint a third, and whom no issuer's tokens let sign in. Each
step is an event of the ledger, with its reason.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from authz.account import ACCOUNT, ASSIGNMENT
from authz.activation import OPERATOR, assign, bump_epoch, upsert_account
from authz.authority import expanded, read_active
from authz.grants import Grants
from authz.holdings import incompatible, read_holdings
from authz.invariants import governing, who_may
from authz.staffing import SignIn, are_two, read_staff
from authz.versions import LONGEST_REASON
from domain import lifecycle
from domain.clock import local_day
from domain.connection import Connection
from domain.errors import DomainError, InvalidInput, NotFound
from domain.lifecycle import Transaction
from domain.text import require_text


class OfficersThere(DomainError):
    """Two officers are there who can appoint others: propose the assignment, and let the second one approve it."""

    code = "OFFICERS_THERE"
    zh = "已有两名安全管理员：请由其中一人提出授予，另一人批准。"


class CannotApprove(DomainError):
    """This role would not let the account approve policy versions, or it sees credit content: choose another."""

    code = "ROLE_CANNOT_APPROVE"
    zh = "该角色不能批准策略版本，或该账号可查看信用内容：请另选。"


class IssuerNotAccepted(InvalidInput):
    """No tokens of this issuer are accepted, so that nobody could sign in: name it in `RENXIN_OIDC_ISSUERS` first."""

    code = "ISSUER_NOT_ACCEPTED"
    zh = "不接受该身份提供方的令牌，无人能够登录：请先将其填入 RENXIN_OIDC_ISSUERS。"


async def appoint(
    connection: Connection, sign_in: SignIn, *, issuer: str, sub: str, display: str, role: str, now: datetime
) -> UUID:
    """Appoint one of the first two security officers; give the account's id.

    Raises: IssuerNotAccepted; OfficersThere; CannotApprove; AuthorityMissing before the first start.
    """
    if issuer not in sign_in.issuers:
        raise IssuerNotAccepted
    today = local_day(now)
    async with connection.transaction():
        grants = await _grants(connection)
        if are_two(await read_staff(connection, grants, sign_in, today=today), today):
            raise OfficersThere
        account = await upsert_account(connection, issuer=issuer, sub=sub, display=display, now=now)
        held = (await read_holdings(connection, today)).by_person().values()
        others = {one.role for own in held if account in {each.account_id for each in own} for one in own}
        if role not in who_may(grants, ["policy_version.approve"]) or incompatible(grants, {role, *others}):
            raise CannotApprove
        await assign(connection, account, role, from_on=today, now=now)
    return account


async def dismiss(connection: Connection, *, issuer: str, sub: str, reason: str, now: datetime) -> int:
    """Take from an account every role by which it governs, and refuse its tokens, from the next request on.

    What it was proposed or stands in for as a deputy ends as well. Give how many assignments were ended.
    Raises: NotFound for an account that holds none; InvalidInput.
    """
    words, today = require_text("reason", reason, longest=LONGEST_REASON), local_day(now)
    async with connection.transaction():
        roles = governing(await _grants(connection))
        held = await connection.fetch(_HELD, issuer, sub, sorted(roles))
        if not held:
            raise NotFound("This account holds no role that governs policies.", zh="该账号没有管理权限策略的角色。")
        tx = Transaction(connection, now, OPERATOR)
        for one in held:
            if one["state"] == "proposed":
                await lifecycle.move(tx, ASSIGNMENT, "reject", one["id"], {"decision": words}, reason=words)
                continue
            last = max(one["from_on"], min(one["to_on"] or today, today))
            changes = {"ended_at": now, "to_on": last, "decision": words}
            await lifecycle.move(tx, ASSIGNMENT, "end", one["id"], changes, reason=words)
        await lifecycle.move(tx, ACCOUNT, "revoke_tokens", held[0]["account_id"], {"tokens_from": now}, reason=words)
        await bump_epoch(connection)
    return len(held)


async def _grants(connection: Connection) -> Grants:
    """Give what the active policy grants, while no other change of authority goes on."""
    await connection.execute("SELECT FROM authority FOR NO KEY UPDATE")
    _, number, lines = await read_active(connection)
    return expanded(number, lines)


_HELD = """
SELECT held.id, held.account_id, held.state, held.from_on, held.to_on
FROM assignment held JOIN account ON account.id = held.account_id
WHERE account.issuer = $1 AND account.sub = $2 AND held.state IN ('granted', 'proposed')
  AND (held.role = ANY($3::text[]) OR held.deputy_of_id IN (
    SELECT theirs.account_id FROM assignment theirs
    WHERE theirs.role = ANY($3::text[]) AND theirs.state = 'granted'
  ))
ORDER BY held.id FOR UPDATE OF held
"""
