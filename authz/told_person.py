"""Whose account it is, as its own tokens tell: entered at first sight, where whoever registered it did not say.

In charge of entering the digest of the person in an account without one, by the line of its issuer (`person` of
`authz.claim_rules`); the ledger tells by which. Two accounts of one person are then known to be one's before either
takes a step (`domain.apart`). Never changes a person that is known, nor the account of a machine: a token that names
another person is refused, as the sub has passed to somebody else or the account was registered for somebody else, and
either would let one human count as two. Only the operator of the machine corrects it.
Source: separation of duties.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from authz.account import ACCOUNT
from authz.activation import OPERATOR, bump_epoch
from authz.claim_rules import PERSON_LENGTH
from authz.linked_by_rule import SIGN_IN
from authz.token import Claims
from authz.versions import LONGEST_REASON
from domain import lifecycle
from domain.connection import Connection
from domain.errors import Forbidden, NotFound, StateConflict
from domain.lifecycle import Transaction
from domain.text import require_name, require_text
from domain.vault import Vault


class PersonDiffers(Forbidden):
    """Your token names another person than its account belongs to: name the `account` told here to the operator of the
    service, who corrects whose it is, or has a security officer end its roles."""

    code = "PERSON_DIFFERS"
    zh = "令牌所载人员与该账号的使用人不符：请将此处所示账号 account 告知运维人员，由其更正使用人，或者由安全管理员解除该账号的角色。"


def digest_of_person(vault: Vault, person: str) -> str:
    """Give what is kept of the number or name by which all accounts of a person are known, as their tokens tell it.

    Raises: InvalidInput for none, and for what holds more than is seen: it would never be the one in a token.
    """
    return vault.blind_index(require_name("person", person, longest=PERSON_LENGTH)).hex()


async def enter_person(tx: Transaction, account_id: UUID, claims: Claims) -> str | None:
    """Enter the person that a token tells in its account; give who it is known to be, as another token may have been faster."""
    known: str | None = await tx.connection.fetchval(_PERSON, account_id)
    if known is not None:
        return known
    told = replace(tx, actor=replace(SIGN_IN, account_id=account_id, token_id=claims.token_id))
    reason, person = f"By rule 按声明映射: {claims.issuer}", {"person": claims.given.person}
    with suppress(StateConflict):  # never, as the row is locked
        await lifecycle.rewrite(told, "account", "register", account_id, person, reason=reason)
    return claims.given.person


async def correct_person(
    connection: Connection, *, issuer: str, sub: str, person: str, reason: str, now: datetime
) -> UUID:
    """Enter whose account it is in place of what is known, and refuse its tokens of before; give the account's id.

    `person` is a keyed digest. Raises: NotFound for an account that nobody has registered, or a machine's; InvalidInput.
    """
    words = require_text("reason", reason, longest=LONGEST_REASON)
    async with connection.transaction():
        account: UUID | None = await connection.fetchval(_ACCOUNT, issuer, sub)
        if account is None:
            raise NotFound("There is no such account of a person.", zh="没有该人员账号。")
        tx = Transaction(connection, now, OPERATOR)
        await lifecycle.rewrite(tx, "account", "register", account, {"person": person}, reason=words)
        await lifecycle.move(tx, ACCOUNT, "revoke_tokens", account, {"tokens_from": now}, reason=words)
        await bump_epoch(connection)
    return account


_PERSON = "SELECT person FROM account WHERE id = $1 FOR NO KEY UPDATE"
_ACCOUNT = "SELECT id FROM account WHERE issuer = $1 AND sub = $2 AND kind = 'person' FOR NO KEY UPDATE"
