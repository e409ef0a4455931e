"""Mutations of exemptions: proposed by the subject or its office, signed by the subject, granted by another person."""

from __future__ import annotations

from typing import Any

import strawberry

from api.commands import signatures
from api.commands.inputs import KEY, local_id, optional, required
from api.execution.mutation import Changed, Work, mutation
from domain.exemption import exemptions

NOUN = exemptions.NOUN
PAYLOAD = {"exemption": "Exemption"}


@strawberry.input(description="Which failing is to go unpunished 豁免惩戒, as which act on the list, and why.")
class ProposeExemptionInput:
    record: strawberry.ID = required("Global id of the credit record.")
    exemption_item: strawberry.ID = required("Global id of the act on the list 豁免行为.")
    grounds: str = required("Why it is this act, and minor, up to 2,000 characters.")
    client_mutation_id: str | None = optional(KEY)


@mutation("proposeExemption", noun=NOUN, verb="propose", input=ProposeExemptionInput, payload=PAYLOAD)
async def propose_exemption(work: Work, given: ProposeExemptionInput) -> Changed:
    """Propose that a minor, occasional failing goes unpunished against a commitment 以信用承诺替代惩戒 (海沧2).

    Of one's own record as its subject, or of a record of one's office; `exemptionEligibility` tells beforehand how
    the conditions stand.
    """
    scopes = work.scopes(NOUN, "propose")
    record_id = local_id(given.record, "CreditRecord")
    await work.require("credit_record", record_id, scopes)
    made = await exemptions.propose(
        work.tx,
        work.job.service.books,
        record_id=record_id,
        item_id=local_id(given.exemption_item, "ExemptionItem"),
        grounds=given.grounds,
    )
    await work.require(NOUN, made, scopes)
    return Changed({"exemption": made})


@strawberry.input(
    description="The commitment 信用承诺 that takes the place of punishment: its words, and your signature."
)
class SignExemptionInput:
    exemption: strawberry.ID = required("Global id of the exemption.")
    text: str | None = optional("The words of the commitment, where its item fixes none.")
    method: Any = signatures.method()
    signer: Any = signatures.signer()
    signer_name: str | None = signatures.signer_name()
    signature: str | None = signatures.signature()
    client_mutation_id: str | None = optional(KEY)


@mutation("signExemption", noun=NOUN, verb="sign", input=SignExemptionInput, payload=PAYLOAD)
async def sign_exemption(work: Work, given: SignExemptionInput) -> Changed:
    """Sign the commitment; found broken later, the exemption is over by itself (海沧2)."""
    row = await work.lock(NOUN, local_id(given.exemption, "Exemption"), "sign")
    service = work.job.service
    await exemptions.sign(
        work.tx,
        service.books,
        service.calendar,
        row["id"],
        text=given.text,
        signature=signatures.signed_online(given),
    )
    return Changed({"exemption": row["id"]})


@strawberry.input(description="Which exemption is granted, and why.")
class GrantExemptionInput:
    exemption: strawberry.ID = required("Global id of the exemption.")
    reason: str = required("Reason of the decision.")
    client_mutation_id: str | None = optional(KEY)


@mutation("grantExemption", noun=NOUN, verb="grant", input=GrantExemptionInput, payload=PAYLOAD)
async def grant_exemption(work: Work, given: GrantExemptionInput) -> Changed:
    """Grant the exemption 准予豁免, by another person than proposed or signed; the conditions must still stand (海沧2).

    Measures are lifted, and no list entry may rest on the record while the commitment stands.
    """
    row = await work.lock(NOUN, local_id(given.exemption, "Exemption"), "grant")
    await exemptions.grant(work.tx, work.job.service.books, row["id"], reason=given.reason)
    return Changed({"exemption": row["id"]})


@strawberry.input(description="Which exemption is refused, and why.")
class RefuseExemptionInput:
    exemption: strawberry.ID = required("Global id of the exemption.")
    reason: str = required("Reason, which the subject reads.")
    client_mutation_id: str | None = optional(KEY)


@mutation("refuseExemption", noun=NOUN, verb="refuse", input=RefuseExemptionInput, payload=PAYLOAD)
async def refuse_exemption(work: Work, given: RefuseExemptionInput) -> Changed:
    """Refuse the exemption 不予豁免 with its reason; it may be proposed anew (海沧2)."""
    row = await work.lock(NOUN, local_id(given.exemption, "Exemption"), "refuse")
    await exemptions.refuse(work.tx, work.job.service.books, row["id"], reason=given.reason)
    return Changed({"exemption": row["id"]})


@strawberry.input(description="Which exemption you withdraw.")
class WithdrawExemptionInput:
    exemption: strawberry.ID = required("Global id of the exemption.")
    client_mutation_id: str | None = optional(KEY)


@mutation("withdrawExemption", noun=NOUN, verb="withdraw", input=WithdrawExemptionInput, payload=PAYLOAD)
async def withdraw_exemption(work: Work, given: WithdrawExemptionInput) -> Changed:
    """Withdraw an exemption 撤回 that is not decided yet; its subject may."""
    row = await work.lock(NOUN, local_id(given.exemption, "Exemption"), "withdraw")
    await exemptions.withdraw(work.tx, work.job.service.books, row["id"])
    return Changed({"exemption": row["id"]})
