"""Tokens refused before they expire: one by its id, all of an account, all of a person; accounts suspended.

In charge of what ends a session, and of accounts whose tokens must be bound. Each step moves the epoch, so it holds for the next request of every process. One
officer is enough to take away; an account that was suspended is reinstated by another officer than the one who
suspended it, and by nobody for himself. Refuses a step that does not say exactly whose tokens are meant.
Source: RFC 7009 (revocation); RFC 9068 section 5; separation of duties.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from authz.account import ACCOUNT, BINDINGS
from authz.activation import bump_epoch, revoke_token
from authz.grants import Grants
from authz.staffing import SignIn, leaving_two, require_bindable
from authz.token import ID_LENGTH, LEEWAY, MAX_LIFETIME
from authz.versions import LONGEST_REASON, OfficerBenefits, SecondOfficerNeeded
from domain import lifecycle
from domain.errors import InvalidInput, StateConflict
from domain.lifecycle import Transaction
from domain.text import require_text


class TokenIdInvalid(InvalidInput):
    """A token is named by its id, the claim `jti`: 1 to 200 printable characters, never the token itself."""

    code = "TOKEN_ID_INVALID"
    zh = "请以令牌标识（jti）指明令牌：1至200个可打印字符，不得提交令牌本身。"


class RevocationUnclear(InvalidInput):
    """Name exactly one: a token by its id, an account, or an account whose person is meant with all accounts."""

    code = "REVOCATION_UNCLEAR"
    zh = "请指明其中一项：令牌标识、账号，或者某账号所属人员（含其全部账号）。"


class BindingInvalid(InvalidInput):
    """Tokens are bound to a key, dpop, or to a certificate, mtls; an account is registered with none or one of them."""

    code = "BINDING_INVALID"
    zh = "令牌绑定方式应为 dpop（密钥）或 mtls（证书）；登记账号时也可为 none。"


async def revoke_one(tx: Transaction, token_id: str, *, reason: str) -> None:
    """Refuse the token of an id from now on, whether or not it was ever seen.

    It stays on the list for as long as any token can live. Raises: TokenIdInvalid; InvalidInput.
    """
    if not 0 < len(token_id) <= ID_LENGTH or not token_id.isprintable():
        raise TokenIdInvalid
    words = require_text("reason", reason, longest=LONGEST_REASON)
    until = tx.now + MAX_LIFETIME + 2 * LEEWAY
    await revoke_token(tx.connection, token_id, until, tx.now, actor=tx.actor, reason=words, events=tx.events)


async def revoke_of_account(tx: Transaction, account_id: UUID, *, reason: str) -> None:
    """Refuse every token that was issued for an account until now; those issued from the next second on hold.

    Raises: InvalidInput.
    """
    words = require_text("reason", reason, longest=LONGEST_REASON)
    await lifecycle.move(tx, ACCOUNT, "revoke_tokens", account_id, {"tokens_from": tx.now}, reason=words)
    await bump_epoch(tx.connection)


async def revoke_of_person(tx: Transaction, account_id: UUID, *, reason: str) -> None:
    """Refuse every token that was issued until now for any account of the person behind one.

    Accounts are of one person when they carry the same digest of it, or are the same subject.
    """
    for row in await tx.connection.fetch(_OF_PERSON, account_id):
        await revoke_of_account(tx, row["id"], reason=reason)


async def suspend(tx: Transaction, account_id: UUID, grants: Grants, sign_in: SignIn, *, reason: str) -> None:
    """Let an account call no more, whatever it is assigned, until it is reinstated.

    Raises: StateConflict when it is suspended; OfficersLacking.
    """
    words = require_text("reason", reason, longest=LONGEST_REASON)
    changes = {"suspended_by_id": tx.actor.account_id, "suspended_at": tx.now, "reinstated_by_id": None}
    async with leaving_two(tx, grants, sign_in):
        await lifecycle.move(tx, ACCOUNT, "suspend", account_id, changes, reason=words)
    await bump_epoch(tx.connection)


async def bind(
    tx: Transaction, row: Mapping[str, Any], binding: str, grants: Grants, sign_in: SignIn, *, reason: str
) -> None:
    """Let only tokens of an account count that are bound to a key or a certificate.

    Raises: BindingInvalid; StateConflict when they must be bound already; BindYourOwn; OfficersLacking.
    """
    if binding not in BINDINGS or binding == "none":
        raise BindingInvalid
    if row["binding"] != "none":
        raise StateConflict(verb="bind")
    await require_bindable(tx, row, grants, sign_in)
    words = require_text("reason", reason, longest=LONGEST_REASON)
    await lifecycle.move(tx, ACCOUNT, "bind", row["id"], {"binding": binding}, reason=words)
    await bump_epoch(tx.connection)


async def reinstate(tx: Transaction, row: Mapping[str, Any], *, reason: str) -> None:
    """Let a suspended account call again with what it is assigned; tokens from before stay refused.

    Raises: SecondOfficerNeeded; OfficerBenefits; StateConflict when it is not suspended.
    """
    officer = tx.require_account()
    if row["id"] in tx.actor.hands:
        raise OfficerBenefits
    if officer == row["suspended_by_id"]:
        raise SecondOfficerNeeded
    words = require_text("reason", reason, longest=LONGEST_REASON)
    changes = {"reinstated_by_id": officer, "tokens_from": tx.now}
    await lifecycle.move(tx, ACCOUNT, "reinstate", row["id"], changes, reason=words)
    await bump_epoch(tx.connection)


async def sign_out(tx: Transaction) -> None:
    """Refuse every token that was issued for the caller's own account until now.

    Raises: Forbidden for the public, who has none.
    """
    await lifecycle.move(tx, ACCOUNT, "sign_out", tx.require_account(), {"tokens_from": tx.now})
    await bump_epoch(tx.connection)


_OF_PERSON = """
SELECT other.id FROM account one
JOIN account other ON other.id = one.id OR other.person = one.person OR other.subject_id = one.subject_id
WHERE one.id = $1
ORDER BY other.id
FOR UPDATE OF other
"""
