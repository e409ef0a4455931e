"""Accounts of subjects and of their agents, entered from the console.

In charge of what ties an account to the subject that it is 本人, or for which it acts from a day until a day as its
authorised agent 委托代理人, and of ending that. Officers do none of it: to them it would tell who is whose subject. Each
step is an event of the ledger. Refuses an account that holds roles of officers or machines, one that is another subject,
and a subject that nobody has entered.
Source: 民法典 161, 165 (委托代理, 授权的期间); 个人信息保护法 44, 45.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from authz.account import ASSIGNMENT, OF_SUBJECT
from authz.activation import OPERATOR, assign, bump_epoch, upsert_account
from domain import lifecycle
from domain.clock import local_day
from domain.connection import Connection
from domain.errors import DomainError, NotFound
from domain.identifiers import is_resident_id, normalise_code
from domain.lifecycle import Transaction
from domain.vault import Vault


class AccountOfOfficer(DomainError):
    """The account holds roles of an officer or a machine: a subject or its agent signs in with an account of its own."""

    code = "ACCOUNT_OF_OFFICER"
    zh = "该账号担任工作人员角色或为机器账号：信用主体及其代理人应使用本人账号。"


class AccountOfAnother(DomainError):
    """The account is another subject already: end that first."""

    code = "ACCOUNT_OF_ANOTHER"
    zh = "该账号已对应其他信用主体：请先解除。"


async def subject_named(connection: Connection, vault: Vault, code: str) -> UUID:
    """Find a subject by its code or identity number; a merged one is the one that was kept.

    Raises: NotFound, which does not repeat the number.
    """
    plain = normalise_code(code)
    index = vault.blind_index(plain) if is_resident_id(plain) else None
    row = await connection.fetchrow(_SUBJECT, plain, index)
    if row is None:
        raise NotFound("There is no subject of this code or number.", zh="没有该代码或证件号码的信用主体。")
    return UUID(str(row["id"]))


async def link_subject(
    connection: Connection, *, issuer: str, sub: str, display: str, subject_id: UUID, now: datetime
) -> UUID:
    """Let an account be a subject, from today until it is ended; give the account's id.

    Raises: AccountOfOfficer; AccountOfAnother.
    """
    async with connection.transaction():
        known = await _known(connection, issuer, sub)
        if known is not None and known["subject_id"] not in (None, subject_id):
            raise AccountOfAnother
        account = await upsert_account(
            connection, issuer=issuer, sub=sub, display=display, subject_id=subject_id, now=now
        )
        if known is None or not known["linked"]:
            await assign(connection, account, "subject", from_on=local_day(now), now=now)
    return account


async def appoint_agent(
    connection: Connection,
    *,
    issuer: str,
    sub: str,
    display: str,
    principal_id: UUID,
    from_on: date,
    to_on: date | None,
    now: datetime,
) -> UUID:
    """Let an account act for a subject from a day until a day, both included; give the id of the assignment.

    From the same first day once more, it is the same agency with another last day.
    Raises: AccountOfOfficer; InvalidInput for days in the wrong order.
    """
    async with connection.transaction():
        known = await _known(connection, issuer, sub)
        account = await upsert_account(
            connection, issuer=issuer, sub=sub, display=display, now=now,
            subject_id=known["subject_id"] if known is not None else None,
        )  # fmt: skip
        return await assign(
            connection, account, "agent", from_on=from_on, to_on=to_on, principal_id=principal_id, now=now
        )


async def end_links(connection: Connection, *, issuer: str, sub: str, reason: str, now: datetime) -> int:
    """End all that ties an account to subjects, from the next request on; give how many assignments were ended.

    Raises: NotFound for an account that is not tied to any.
    """
    async with connection.transaction():
        await bump_epoch(connection)
        tx, today = Transaction(connection, now, OPERATOR), local_day(now)
        held = await connection.fetch(_LINKS, issuer, sub)
        for one in held:
            last = max(one["from_on"], min(one["to_on"] or today, today))
            changes = {"ended_at": now, "to_on": last, "decision": reason}
            await lifecycle.move(tx, ASSIGNMENT, "end", one["id"], changes, reason=reason)
        account = await _known(connection, issuer, sub)
        if account is None or not (held or account["subject_id"]):
            raise NotFound
        if account["subject_id"]:
            await lifecycle.rewrite(tx, "account", "register", account["id"], {"subject_id": None})
    return len(held)


async def _known(connection: Connection, issuer: str, sub: str) -> Any:
    """Give an account that may be tied to subjects, locked; None for one that nobody has registered.

    Raises: AccountOfOfficer.
    """
    row = await connection.fetchrow(_ACCOUNT, issuer, sub)
    if row is not None and (row["serves"] or row["kind"] == "machine"):
        raise AccountOfOfficer
    return row


_OF_SUBJECT = OF_SUBJECT.replace("{t}", "held")
_SUBJECT = (
    "SELECT coalesce(merged_into_id, id) AS id FROM subject WHERE uscc = $1 OR id_index = $2 ORDER BY uscc IS NULL"
)
_ACCOUNT = f"""
SELECT account.id, account.kind, account.subject_id,
  EXISTS (SELECT FROM assignment held WHERE held.account_id = account.id AND NOT {_OF_SUBJECT}
            AND held.state IN ('granted', 'proposed')) AS serves,
  EXISTS (SELECT FROM assignment held WHERE held.account_id = account.id AND held.role = 'subject'
            AND held.state = 'granted') AS linked
FROM account WHERE account.issuer = $1 AND account.sub = $2 FOR UPDATE
"""
_LINKS = f"""
SELECT held.id, held.from_on, held.to_on FROM assignment held JOIN account ON account.id = held.account_id
WHERE account.issuer = $1 AND account.sub = $2 AND held.state = 'granted' AND {_OF_SUBJECT} FOR UPDATE OF held
"""
