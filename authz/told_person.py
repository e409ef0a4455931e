"""Whose account it is, as its own tokens tell: entered at first sight, where whoever registered it did not say.

In charge of entering the digest of the person in an account without one, by the line of its issuer (`person` of
`authz.claim_rules`); the ledger tells by which. Two accounts of one person are then known to be one's before either
takes a step (`domain.apart`). Never changes a person that is known, nor the account of a machine.
Source: separation of duties.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from authz.linked_by_rule import SIGN_IN
from authz.token import Claims
from domain import lifecycle
from domain.errors import StateConflict
from domain.lifecycle import Transaction


async def enter_person(tx: Transaction, account_id: UUID, claims: Claims) -> None:
    """Enter the person that a token tells in its account, unless another process was faster."""
    if await tx.connection.fetchval(_UNKNOWN, account_id):
        told = replace(tx, actor=replace(SIGN_IN, account_id=account_id, token_id=claims.token_id))
        reason, person = f"By rule 按声明映射: {claims.issuer}", {"person": claims.given.person}
        try:
            await lifecycle.rewrite(told, "account", "register", account_id, person, reason=reason)
        except StateConflict:  # never, as it is locked: no row is deleted
            return


_UNKNOWN = "SELECT true FROM account WHERE id = $1 AND person IS NULL AND kind = 'person' FOR NO KEY UPDATE"
