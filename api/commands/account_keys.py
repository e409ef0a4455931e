"""Mutations of keys of service accounts: proposed by one officer, approved by another, rotated by the account itself."""

from __future__ import annotations

from typing import Optional

import strawberry

from api.commands.inputs import KEY, local_id, optional, required
from api.execution.mutation import Changed, Work, mutation
from authz import account_key
from authz.assertion import NEXT_KEY, authenticate
from domain.errors import Forbidden

PAYLOAD = {"accountKey": "AccountKey"}


@strawberry.input(description="A public key with which a machine account is to show who it is.")
class ProposeAccountKeyInput:
    account: strawberry.ID = required("Global id of the machine account.")
    public_key: str = required("The public key, as PEM or JSON Web Key: Ed25519, P-256, or RSA of 2048 bits or more.")
    reason: str = required("Why; kept with the key and in the ledger.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation(
    "proposeAccountKey", noun="account_key", verb="propose", input=ProposeAccountKeyInput, payload=PAYLOAD, governs=True
)
async def propose_account_key(work: Work, given: ProposeAccountKeyInput) -> Changed:
    """Propose a public key 提出登记公钥 for a machine account; it opens the account once a second officer approves it."""
    work.scopes("account_key", "propose")
    account = await work.lock("account", local_id(given.account, "Account"), "read")
    issuer = work.job.service.settings.public_url
    key_id = await account_key.propose(work.tx, account, given.public_key, issuer=issuer, reason=given.reason)
    return Changed({"accountKey": key_id})


@strawberry.input(description="Which key to approve, and why.")
class ApproveAccountKeyInput:
    account_key: strawberry.ID = required("Global id of the key.")
    reason: Optional[str] = optional("Why; kept with the key and in the ledger.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation(
    "approveAccountKey", noun="account_key", verb="approve", input=ApproveAccountKeyInput, payload=PAYLOAD, governs=True
)
async def approve_account_key(work: Work, given: ApproveAccountKeyInput) -> Changed:
    """Approve a proposed key 批准公钥 as the second officer; compare its thumbprint `kid` with the partner's first."""
    row = await work.lock("account_key", local_id(given.account_key, "AccountKey"), "approve")
    await account_key.approve(work.tx, row, reason=given.reason)
    return Changed({"accountKey": row["id"]})


@strawberry.input(description="Which key, and why.")
class ReasonedAccountKeyInput:
    account_key: strawberry.ID = required("Global id of the key.")
    reason: str = required("Why; kept with the key and in the ledger.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation(
    "rejectAccountKey", noun="account_key", verb="reject", input=ReasonedAccountKeyInput, payload=PAYLOAD, governs=True
)
async def reject_account_key(work: Work, given: ReasonedAccountKeyInput) -> Changed:
    """Reject a proposed key 否决公钥, or take your own proposal back."""
    row = await work.lock("account_key", local_id(given.account_key, "AccountKey"), "reject")
    await account_key.reject(work.tx, row, reason=given.reason)
    return Changed({"accountKey": row["id"]})


@mutation(
    "revokeAccountKey", noun="account_key", verb="revoke", input=ReasonedAccountKeyInput, payload=PAYLOAD, governs=True
)
async def revoke_account_key(work: Work, given: ReasonedAccountKeyInput) -> Changed:
    """Revoke a key 吊销公钥 and with it all tokens of its account issued until now, for the next request everywhere."""
    row = await work.lock("account_key", local_id(given.account_key, "AccountKey"), "revoke")
    await account_key.revoke(work.tx, row, reason=given.reason)
    return Changed({"accountKey": row["id"]})


@strawberry.input(description="The key that follows, with the signature of the one in force.")
class RotateAccountKeyInput:
    statement: str = required(
        "A JWT of type renxin-key+jwt, signed by a key in force, with the claims of a client assertion and `jwk`, the new key."
    )
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("rotateAccountKey", noun="account_key", verb="rotate", input=RotateAccountKeyInput, payload={}, governs=True)
async def rotate_account_key(work: Work, given: RotateAccountKeyInput) -> Changed:
    """Rotate the key 轮换公钥 of the caller's own account: the new one holds at once, the former for a week more."""
    work.scopes("account_key", "rotate")
    name = work.job.service.settings.public_url
    shown = await authenticate(
        work.tx.connection, given.statement, issuer=name, audiences=(name,), kind=NEXT_KEY, now=work.tx.now
    )
    if shown.account["id"] != work.job.caller.account_id:
        raise Forbidden
    entry = account_key.require_usable(shown.claims.get("jwk"))
    await account_key.rotate(work.tx, shown.key, entry)
    return Changed({})
