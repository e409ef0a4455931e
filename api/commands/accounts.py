"""Mutations of accounts: register one, revoke tokens, suspend, reinstate, sign out."""

from __future__ import annotations

from typing import Optional
from uuid import UUID

import strawberry

from api.commands.inputs import KEY, local_id, optional, required
from api.execution.mutation import Changed, Work, mutation
from authz import appointments, revocation
from authz.told_person import digest_of_person

PAYLOAD = {"account": "Account"}
NONE = UUID(int=0)
TOLD = "told_account"
"""Accounts of subjects and agents among them: to end sessions one needs the id only, and learns nothing by it."""


@strawberry.input(description="A person or machine that is to call, as its identity provider names it.")
class RegisterAccountInput:
    issuer: str = required("Issuer (iss) of its tokens.")
    sub: str = required("Subject (sub) of its tokens.")
    display: str = required("What it is called, e.g. 市监察支队 经办.")
    kind: str = strawberry.field(
        default="person", description="person or machine; also in capitals, as AccountKind has them."
    )
    person: Optional[str] = optional(
        "Staff number or another name that is the same in all accounts of the person; kept as a keyed digest only. Left"
        " out, it is entered at the first sign-in where tokens of the issuer tell it (`claimRules`)."
    )
    binding: str = strawberry.field(
        default="none",
        description="What its tokens must be bound to: none, dpop (a key, RFC 9449) or mtls (a certificate, RFC 8705);"
        " also in capitals, as AccountBinding has them.",
    )
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("registerAccount", noun="account", verb="register", input=RegisterAccountInput, payload=PAYLOAD)
async def register_account(work: Work, given: RegisterAccountInput) -> Changed:
    """Register the account 登记账号 of a person or machine; it may do nothing until a role is assigned to it."""
    work.scopes("account", "register")
    person = None if given.person is None else digest_of_person(work.job.service.vault, given.person)
    account_id = await appointments.register(
        work.tx, issuer=given.issuer, sub=given.sub, display=given.display, kind=given.kind.lower(), person=person,
        binding=given.binding.lower(),
    )  # fmt: skip
    return Changed({"account": account_id})


@strawberry.input(description="Which tokens to refuse from now on: name exactly one of token, account and person.")
class RevokeTokensInput:
    token_id: Optional[str] = optional("Id (jti) of one token; never the token itself.")
    account: Optional[strawberry.ID] = optional("Global id of the account all of whose tokens are meant.")
    person: Optional[strawberry.ID] = optional(
        "Global id of an account of the person all of whose tokens are meant, in all accounts."
    )
    reason: str = required("Why; kept in the ledger.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("revokeTokens", noun="account", verb="revoke_tokens", input=RevokeTokensInput, payload=PAYLOAD, governs=True)
async def revoke_tokens(work: Work, given: RevokeTokensInput) -> Changed:
    """Revoke tokens 吊销令牌: one, those of an account, or those of a person; it holds for the next request everywhere.

    The account of a subject or agent 信用主体及代理人 too, which is not shown. Tokens that are issued afterwards hold again: to stop an account for good suspend it or end its assignments.
    """
    work.scopes("account", "revoke_tokens")
    if [given.token_id, given.account, given.person].count(None) != 2:
        raise revocation.RevocationUnclear
    if given.token_id is not None:
        await revocation.revoke_one(work.tx, given.token_id, reason=given.reason)
        return Changed({"account": NONE})
    row = await work.lock("account", local_id(given.account or given.person, "Account"), "revoke_tokens", as_noun=TOLD)
    if given.account is not None:
        await revocation.revoke_of_account(work.tx, row["id"], reason=given.reason)
    else:
        await revocation.revoke_of_person(work.tx, row["id"], reason=given.reason)
    return Changed({"account": row["id"]})


@strawberry.input(description="Which account to suspend, and why.")
class SuspendAccountInput:
    account: strawberry.ID = required("Global id of the account.")
    reason: str = required("Why; kept in the ledger.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("suspendAccount", noun="account", verb="suspend", input=SuspendAccountInput, payload=PAYLOAD, governs=True)
async def suspend_account(work: Work, given: SuspendAccountInput) -> Changed:
    """Suspend an account 停用账号: it is refused from the next request on, whatever it is assigned and whoever signs.

    Refused where fewer than two people would be left who can change policies and appoint others.
    """
    row = await work.lock("account", local_id(given.account, "Account"), "suspend", as_noun=TOLD)
    await revocation.suspend(work.tx, row["id"], work.grants(), work.job.service.sign_in, reason=given.reason)
    return Changed({"account": row["id"]})


@strawberry.input(description="Which account's tokens must be bound, to what, and why.")
class BindAccountInput:
    account: strawberry.ID = required("Global id of the account.")
    binding: str = required(
        "dpop (a key, RFC 9449) or mtls (a certificate, RFC 8705); also in capitals, as AccountBinding has them."
    )
    reason: str = required("Why; kept in the ledger.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("bindAccount", noun="account", verb="bind", input=BindAccountInput, payload=PAYLOAD, governs=True)
async def bind_account(work: Work, given: BindAccountInput) -> Changed:
    """Let only bound tokens of an account count 要求令牌绑定, from the next request on; it is never loosened again.

    Security officers bind their own accounts, and only where two others are left.
    """
    row = await work.lock("account", local_id(given.account, "Account"), "bind")
    sign_in = work.job.service.sign_in
    await revocation.bind(work.tx, row, given.binding.lower(), work.grants(), sign_in, reason=given.reason)
    return Changed({"account": row["id"]})


@strawberry.input(description="Which account to reinstate, and why.")
class ReinstateAccountInput:
    account: strawberry.ID = required("Global id of the account.")
    reason: str = required("Why; kept in the ledger.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation(
    "reinstateAccount", noun="account", verb="reinstate", input=ReinstateAccountInput, payload=PAYLOAD, governs=True
)
async def reinstate_account(work: Work, given: ReinstateAccountInput) -> Changed:
    """Reinstate a suspended account 恢复账号 as another officer than the one who suspended it, and not one's own."""
    row = await work.lock("account", local_id(given.account, "Account"), "reinstate", as_noun=TOLD)
    await revocation.reinstate(work.tx, row, reason=given.reason)
    return Changed({"account": row["id"]})


@strawberry.input(description="Ends one's own sessions.")
class SignOutInput:
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("signOut", noun="account", verb="sign_out", input=SignOutInput, payload={}, governs=True)
async def sign_out(work: Work, given: SignOutInput) -> Changed:
    """Sign out everywhere 退出全部登录: every token of your account that was issued until now is refused."""
    work.scopes("account", "sign_out")
    await revocation.sign_out(work.tx)
    return Changed({})
