"""Accounts linked to their subject by rule: at first sight, where the table of claims says how an issuer names subjects.

In charge of entering an account that nobody has entered, as the one subject that is found by the code, or by the keyed
index of the number, that its token carries; the ledger tells by which issuer's line. No subject is made by it, no name
compared, no account changed. Refuses, with a code and without a value, a subject that is not here, an account that
somebody entered by hand, a link that somebody ended, and a second account of one issuer for one person.
Source: 民法典 161; 个人信息保护法 44, 45 (查阅、复制), 51.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from authz.subject_rules import LinkRefused, Sought
from authz.token import Claims
from domain import lifecycle
from domain.connection import Queryable
from domain.ids import new_id
from domain.lifecycle import Actor, Transaction
from domain.registry.subject import ever

RULE = "rule"
SIGN_IN = Actor(None, (RULE,))
"""Who acts in the ledger when an account is linked by rule, beside the account itself."""


class LinkSubjectUnknown(LinkRefused):
    """Nothing is held here about the code or number of who signed in: there is no record to see."""

    code = "LINK_SUBJECT_UNKNOWN"
    zh = "本服务没有登录人代码或证件号码的信用信息：无可查看的记录。"


class LinkByHand(LinkRefused):
    """This account was entered by hand and has no role today: what stands is not changed by a sign-in."""

    code = "LINK_BY_HAND"
    zh = "该账号系人工登记，目前没有角色：登录不改变已有登记。"


class LinkEnded(LinkRefused):
    """The link of your account, or of another one of yours, was ended by hand: it is made anew by hand only."""

    code = "LINK_ENDED"
    zh = "您的账号（或您的其他账号）的对应关系已被人工解除：须由人工重新办理。"


class LinkTaken(LinkRefused):
    """Another account of your identity provider is this person already: one of them is to be ended by hand."""

    code = "LINK_TAKEN"
    zh = "同一身份认证系统的另一账号已对应该自然人：请先人工解除其一。"


async def link_by_rule(tx: Transaction, claims: Claims, sought: Sought) -> None:
    """Enter the account of a token as the subject that the token names (`sought`), unless another process was faster.

    Raises: LinkRefused with its kinds; UniqueViolationError when another process enters the account at this instant.
    """
    if sought.refused is not None:
        raise sought.refused
    account = await tx.connection.fetchrow(_ACCOUNT, claims.issuer, claims.sub)
    if account is not None and account["by_rule"]:
        return
    if account is not None:
        raise LinkEnded if account["was_subject"] else LinkByHand
    subject = await _subject(tx, sought)
    await _require_first(tx, subject, claims)
    account_id = new_id()
    told = replace(tx, actor=replace(tx.actor, account_id=account_id, token_id=claims.token_id))
    reason = f"By rule 按声明映射: {claims.issuer}, {sought.claim}"
    registered = {
        "id": account_id, "issuer": claims.issuer, "sub": claims.sub, "display": subject["masked_name"],
        "subject_id": subject["id"], "kind": "person",
    }  # fmt: skip
    await lifecycle.create(told, "account", "register", registered, reason=reason)
    granted = {
        "account_id": account_id, "role": "subject", "from_on": tx.today, "state": "granted", "origin": RULE,
        "reason": reason,
    }  # fmt: skip
    await lifecycle.create(told, "assignment", "grant", granted, reason=reason)


async def why_not_linked(database: Queryable, account_id: UUID) -> type[LinkRefused]:
    """Give why a registered account without any role is not linked by rule, whomever its tokens name."""
    account = await database.fetchrow(_ACCOUNT_BY_ID, account_id)
    return LinkEnded if account["was_subject"] else LinkByHand


async def _subject(tx: Transaction, sought: Sought) -> Mapping[str, Any]:
    """Find the subject, locked so that it is not merged meanwhile; a merged one is the one that was kept.

    Raises: LinkSubjectUnknown.
    """
    row: Mapping[str, Any] | None = await tx.connection.fetchrow(_SUBJECT, sought.code, sought.index)
    if row is None:
        raise LinkSubjectUnknown
    return row


async def _require_first(tx: Transaction, subject: Mapping[str, Any], claims: Claims) -> None:
    """Require that no link of the subject to another account of the issuer was ended, and that a person has none.

    The account itself may be there by now, where another process is faster.
    Raises: LinkEnded; LinkTaken.
    """
    for one in await tx.connection.fetch(_LINKED_ONCE, subject["id"], claims.issuer, claims.sub):
        if not one["linked"]:
            raise LinkEnded
        if subject["is_person"]:
            raise LinkTaken


_OF_ACCOUNT = """
SELECT coalesce(bool_or(held.state = 'granted' AND held.origin = 'rule'), false) AS by_rule, count(held.id) > 0 AS was_subject
FROM account LEFT JOIN assignment held ON held.account_id = account.id AND held.role = 'subject'
WHERE {named}
GROUP BY account.id
"""
_ACCOUNT = _OF_ACCOUNT.format(named="account.issuer = $1 AND account.sub = $2")
_ACCOUNT_BY_ID = _OF_ACCOUNT.format(named="account.id = $1")
_SUBJECT = """
SELECT kept.id, kept.is_person, kept.masked_name
FROM subject named JOIN subject kept ON kept.id = coalesce(named.merged_into_id, named.id)
WHERE named.uscc = $1 OR named.id_index = $2
FOR SHARE
"""
_LINKED_ONCE = f"""
SELECT account.subject_id IS NOT NULL AS linked FROM account
WHERE account.issuer = $2 AND account.sub <> $3 AND account.id IN (
  SELECT told.object_id FROM ledger_event told
  WHERE told.subject_id = {ever("$1::uuid")} AND told.kind = 'change' AND told.object = 'account'
)
"""
"""Accounts that are the subject or were it once: what an account was is in the ledger only."""
