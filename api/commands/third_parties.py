"""Mutations of third parties: processing contracts, associations' records of members, third-party reports."""

from __future__ import annotations

from datetime import date

import strawberry

from api.commands.inputs import KEY, local_id, optional, required
from api.commands.people import named_subject
from api.execution.mutation import Changed, Work, mutation
from domain.third_party import market_records, processings

NOUN = processings.NOUN
MARKET = market_records.NOUN
PAYLOAD = {"processingContract": "ProcessingContract"}
RECORDED = {"marketRecord": "MarketRecord"}


@strawberry.input(description="A contract with a third-party provider 第三方信用服务机构 as processor 委托处理.")
class ProposeProcessingContractInput:
    provider: strawberry.ID = required("Global id of the provider, a partner agency.")
    number: str = required("Number of the contract.")
    purpose: str = required("Purpose and manner 目的、方式 of the processing (个人信息保护法21).")
    safeguards: str = required("Measures of protection 保护措施 that were agreed.")
    items: list[str] = required("Scope 范围: codes of catalogue items that your office produces.")
    valid_from: date = required("First day.")
    valid_to: date = required("Last day, at most three years later; afterwards the provider gets nothing.")
    client_mutation_id: str | None = optional(KEY)


@mutation("proposeProcessingContract", noun=NOUN, verb="propose", input=ProposeProcessingContractInput, payload=PAYLOAD)
async def propose_processing_contract(work: Work, given: ProposeProcessingContractInput) -> Changed:
    """Propose a contract with a provider; nothing is entrusted until another person has approved it (厦门30)."""
    scopes = work.scopes(NOUN, "propose")
    office_id, jurisdiction_id = work.place()
    proposal = processings.Proposal(
        jurisdiction_id=jurisdiction_id,
        office_id=office_id,
        provider_id=local_id(given.provider, "Office"),
        number=given.number,
        purpose=given.purpose,
        safeguards=given.safeguards,
        item_codes=given.items,
        valid_from=given.valid_from,
        valid_to=given.valid_to,
    )
    made = await processings.propose(work.tx, work.job.service.books, proposal)
    await work.require(NOUN, made, scopes)
    return Changed({"processingContract": made})


@strawberry.input(description="Which contract to approve.")
class ApproveProcessingContractInput:
    processing_contract: strawberry.ID = required("Global id of the contract.")
    client_mutation_id: str | None = optional(KEY)


@mutation("approveProcessingContract", noun=NOUN, verb="approve", input=ApproveProcessingContractInput, payload=PAYLOAD)
async def approve_processing_contract(work: Work, given: ApproveProcessingContractInput) -> Changed:
    """Approve a contract that another person of your office proposed: within its term it opens its scope (厦门30)."""
    row = await work.lock(NOUN, local_id(given.processing_contract, "ProcessingContract"), "approve")
    await processings.KEPT.approve(work.tx, row["id"])
    return Changed({"processingContract": row["id"]})


@strawberry.input(description="Which contract to reject, and why.")
class RejectProcessingContractInput:
    processing_contract: strawberry.ID = required("Global id of the contract.")
    reason: str = required("Why.")
    client_mutation_id: str | None = optional(KEY)


@mutation("rejectProcessingContract", noun=NOUN, verb="reject", input=RejectProcessingContractInput, payload=PAYLOAD)
async def reject_processing_contract(work: Work, given: RejectProcessingContractInput) -> Changed:
    """Reject a contract that another person of your office proposed (厦门30)."""
    row = await work.lock(NOUN, local_id(given.processing_contract, "ProcessingContract"), "reject")
    await processings.KEPT.reject(work.tx, row["id"], reason=given.reason)
    return Changed({"processingContract": row["id"]})


@strawberry.input(description="Which contract to end at once, and why.")
class EndProcessingContractInput:
    processing_contract: strawberry.ID = required("Global id of the contract.")
    reason: str = required("Why.")
    client_mutation_id: str | None = optional(KEY)


@mutation("endProcessingContract", noun=NOUN, verb="end", input=EndProcessingContractInput, payload=PAYLOAD)
async def end_processing_contract(work: Work, given: EndProcessingContractInput) -> Changed:
    """End a contract before its last day: the provider gets nothing from the next request on (厦门30)."""
    row = await work.lock(NOUN, local_id(given.processing_contract, "ProcessingContract"), "end")
    await processings.end(work.tx, row, reason=given.reason)
    return Changed({"processingContract": row["id"]})


@strawberry.input(description="An association's record of a member 会员信用记录; nothing personal.")
class RecordMemberCreditInput:
    subject: strawberry.ID = required("Global id of the member, an organisation.")
    on_day: date = required("Day of what is recorded.")
    text: str = required("What is recorded.")
    evaluation: str | None = optional("The association's evaluation 会员信用评价, in its own words.")
    client_mutation_id: str | None = optional(KEY)


@mutation("recordMemberCredit", noun=MARKET, verb="record", input=RecordMemberCreditInput, payload=RECORDED)
async def record_member_credit(work: Work, given: RecordMemberCreditInput) -> Changed:
    """Enter your association's record of a member: market information, never public, no official record (海沧26)."""
    scopes = work.scopes(MARKET, "record")
    of = await _of(work, given.subject, given.on_day)
    books = work.job.service.books
    made = await market_records.record(work.tx, books, of, text=given.text, evaluation=given.evaluation)
    await work.require(MARKET, made, scopes)
    return Changed({"marketRecord": made})


@strawberry.input(description="A third-party report 第三方信用报告 that your office refers to in a matter.")
class CiteThirdPartyReportInput:
    subject: strawberry.ID = required("Global id of the subject it is about; one you may read.")
    issuer: str = required("Who issued it 出具机构.")
    number: str = required("Its number.")
    matter: str = required("The matter 应用事项 in which it was used.")
    on_day: date = required("Day on which it was issued.")
    client_mutation_id: str | None = optional(KEY)


@mutation("citeThirdPartyReport", noun=MARKET, verb="cite", input=CiteThirdPartyReportInput, payload=RECORDED)
async def cite_third_party_report(work: Work, given: CiteThirdPartyReportInput) -> Changed:
    """Refer to a third-party report by issuer and number; its content is not copied (厦门4: 鼓励使用)."""
    scopes = work.scopes(MARKET, "cite")
    of = await _of(work, given.subject, given.on_day)
    books = work.job.service.books
    made = await market_records.cite(work.tx, books, of, issuer=given.issuer, number=given.number, matter=given.matter)
    await work.require(MARKET, made, scopes)
    return Changed({"marketRecord": made})


@strawberry.input(description="Which market information to withdraw, and why.")
class WithdrawMarketRecordInput:
    market_record: strawberry.ID = required("Global id of what is withdrawn.")
    reason: str = required("Why.")
    client_mutation_id: str | None = optional(KEY)


@mutation("withdrawMarketRecord", noun=MARKET, verb="withdraw", input=WithdrawMarketRecordInput, payload=RECORDED)
async def withdraw_market_record(work: Work, given: WithdrawMarketRecordInput) -> Changed:
    """Withdraw what your association or office entered (海沧26, 厦门4)."""
    row = await work.lock(MARKET, local_id(given.market_record, "MarketRecord"), "withdraw")
    await market_records.withdraw(work.tx, row, reason=given.reason)
    return Changed({"marketRecord": row["id"]})


async def _of(work: Work, subject: str, on_day: date) -> market_records.Of:
    """Say about whom something is entered, within what the caller may read.

    Raises: Forbidden; NotFound.
    """
    office_id, jurisdiction_id = work.place()
    subject_id = await named_subject(work, subject)
    return market_records.Of(jurisdiction_id=jurisdiction_id, office_id=office_id, subject_id=subject_id, on_day=on_day)
