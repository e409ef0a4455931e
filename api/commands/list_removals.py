"""Mutations of removals 移出: begun by the subject or the office, taken step by step, ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Optional

import strawberry

from api.commands.attachments import attach_drafts
from api.commands.inputs import KEY, local_id, optional, required
from api.execution.mutation import Changed, Work, mutation
from domain.errors import InvalidInput
from domain.lists import removal_endings, removals

PAYLOAD = {"listRemoval": "ListRemoval"}


class StatementTwice(InvalidInput):
    """A condition is stated twice: state each once."""

    code = "STATEMENT_TWICE"
    zh = "同一条件重复说明：请逐项说明一次。"


@strawberry.input(description="What is stated to one condition of the rule.")
class ConditionStatementInput:
    condition: str = required("The condition, in the words of the rule, e.g. 积极纠错.")
    statement: str = required("What was done, and what it has brought about.")


@strawberry.input(description="The subject's application to end the publication of its black entry early 提前移出.")
class ApplyListRemovalInput:
    entry: strawberry.ID = required("Global id of the list entry.")
    statements: list[ConditionStatementInput] = required("One to each condition of the rule, and no others.")
    evidence: list[strawberry.ID] = required("Global ids of your drafts of attachments 证明材料; at least one.")
    corrected_on: Optional[date] = optional("Day of the correction 改正之日, where a term runs from it.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("applyListRemoval", noun="list_removal", verb="apply", input=ApplyListRemovalInput, payload=PAYLOAD)
async def apply_list_removal(work: Work, given: ApplyListRemovalInput) -> Changed:
    """Apply for the early removal 申请提前移出 of your own entry on a black list, with evidence to each condition."""
    entry_id = local_id(given.entry, "ListEntry")
    await work.require("list_entry", entry_id, work.scopes("list_removal", "apply"))
    said = [_pair(one) for one in given.statements]
    if len(dict(said)) != len(said):
        raise StatementTwice
    service = work.job.service
    removal_id = await removals.apply(
        work.tx,
        service.books,
        service.calendar,
        entry_id,
        statements=dict(said),
        corrected_on=given.corrected_on,
        evidence=len(given.evidence),
    )
    await _hand_in(work, given.evidence, removal_id)
    return Changed({"listRemoval": removal_id})


def _pair(given: Any) -> tuple[str, str]:
    """Give condition and statement of a member as graphql-core coerced it."""
    one: Mapping[str, str] = given
    return one["condition"].strip(), one["statement"]


async def _hand_in(work: Work, evidence: list[strawberry.ID], removal_id: Any) -> None:
    row = await removals.read(work.tx, removal_id)
    await attach_drafts(work, evidence, to="list_removal", row=row)


@strawberry.input(
    description="Which entry is to leave: a red one for a verified violation 查实违法失信, another by its exit standard 退出标准."
)
class ProposeListRemovalInput:
    entry: strawberry.ID = required("Global id of a list entry of your office.")
    statement: str = required("How the exit standard of the list is met, or which violation was verified and how.")
    evidence: Optional[list[strawberry.ID]] = optional(
        "Global ids of drafts of attachments; at least one where a violation is stated."
    )
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("proposeListRemoval", noun="list_removal", verb="propose", input=ProposeListRemovalInput, payload=PAYLOAD)
async def propose_list_removal(work: Work, given: ProposeListRemovalInput) -> Changed:
    """Propose that an entry of your office leaves: a red one for a violation you verified (新乡四(四)), another one as it
    meets the exit standard of its list (厦门3, 海沧7)."""
    entry_id = local_id(given.entry, "ListEntry")
    await work.require("list_entry", entry_id, work.scopes("list_removal", "propose"))
    evidence = given.evidence or []
    books = work.job.service.books
    removal_id = await removals.propose(work.tx, books, entry_id, statement=given.statement, evidence=len(evidence))
    await _hand_in(work, evidence, removal_id)
    return Changed({"listRemoval": removal_id})


@strawberry.input(description="The opinion of an officer on a removal, and which bars of the rule were found.")
class ExamineListRemovalInput:
    removal: strawberry.ID = required("Global id of the removal.")
    opinion: str = required("Opinion 审查意见, kept inside the office.")
    bars_found: Optional[list[str]] = optional(
        "Which bars 不得提前移出的情形 were found, in the words of the rule; empty for none. Needed where the rule has bars."
    )
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("reviewListRemoval", noun="list_removal", verb="review", input=ExamineListRemovalInput, payload=PAYLOAD)
async def review_list_removal(work: Work, given: ExamineListRemovalInput) -> Changed:
    """Review a removal 审查 and find that the entry may leave; otherwise it is refused (新乡四(四))."""
    row = await work.lock("list_removal", local_id(given.removal, "ListRemoval"), "review")
    await removals.review(work.tx, work.job.service.books, row, opinion=given.opinion, bars_found=given.bars_found)
    return Changed({"listRemoval": row["id"]})


@mutation("decideListRemoval", noun="list_removal", verb="decide", input=ExamineListRemovalInput, payload=PAYLOAD)
async def decide_list_removal(work: Work, given: ExamineListRemovalInput) -> Changed:
    """Decide that an entry leaves 决定移出; otherwise it is refused (人社部令第45号)."""
    row = await work.lock("list_removal", local_id(given.removal, "ListRemoval"), "decide")
    await removals.decide(work.tx, work.job.service.books, row, opinion=given.opinion, bars_found=given.bars_found)
    return Changed({"listRemoval": row["id"]})


@strawberry.input(description="Which removal takes its next step.")
class ListRemovalInput:
    removal: strawberry.ID = required("Global id of the removal.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("fileListRemoval", noun="list_removal", verb="file", input=ListRemovalInput, payload=PAYLOAD)
async def file_list_removal(work: Work, given: ListRemovalInput) -> Changed:
    """File a reviewed removal with the credit office 报备, before which nothing is deleted (新乡四(四))."""
    row = await work.lock("list_removal", local_id(given.removal, "ListRemoval"), "file")
    await removals.file(work.tx, work.job.service.books, row)
    return Changed({"listRemoval": row["id"]})


@mutation(
    "removeListEntry",
    noun="list_removal",
    verb="remove",
    input=ListRemovalInput,
    payload={**PAYLOAD, "listEntry": "ListEntry"},
)
async def remove_list_entry(work: Work, given: ListRemovalInput) -> Changed:
    """Take the entry off its list 移出 as the last step of its removal: every channel is told in the same act."""
    row = await work.lock("list_removal", local_id(given.removal, "ListRemoval"), "remove")
    await removals.remove(work.tx, work.job.service.books, row)
    return Changed({"listRemoval": row["id"], "listEntry": row["entry_id"]})


@mutation("announceListRemoval", noun="list_removal", verb="announce", input=ListRemovalInput, payload=PAYLOAD)
async def announce_list_removal(work: Work, given: ListRemovalInput) -> Changed:
    """Note that the exit was announced 发布退出公告 on the channel of the list (河南省社会信用条例37)."""
    row = await work.lock("list_removal", local_id(given.removal, "ListRemoval"), "announce")
    await removals.announce(work.tx, row)
    return Changed({"listRemoval": row["id"]})


@strawberry.input(description="Which removal ends without the entry leaving, and why.")
class EndListRemovalInput:
    removal: strawberry.ID = required("Global id of the removal.")
    reason: str = required("Why, in words that the subject may read.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("refuseListRemoval", noun="list_removal", verb="refuse", input=EndListRemovalInput, payload=PAYLOAD)
async def refuse_list_removal(work: Work, given: EndListRemovalInput) -> Changed:
    """Refuse an application or proposal 驳回, with the reason: the entry stays (可以提前删除: it may, it need not)."""
    row = await work.lock("list_removal", local_id(given.removal, "ListRemoval"), "refuse")
    await removal_endings.refuse(work.tx, row, reason=given.reason)
    return Changed({"listRemoval": row["id"]})


@mutation("closeListRemoval", noun="list_removal", verb="close", input=EndListRemovalInput, payload=PAYLOAD)
async def close_list_removal(work: Work, given: EndListRemovalInput) -> Changed:
    """Close the task to remove a red entry 办结 without removing it, with the reason (新乡四(四))."""
    row = await work.lock("list_removal", local_id(given.removal, "ListRemoval"), "close")
    await removal_endings.close(work.tx, row, reason=given.reason)
    return Changed({"listRemoval": row["id"]})


@mutation("withdrawListRemoval", noun="list_removal", verb="withdraw", input=EndListRemovalInput, payload=PAYLOAD)
async def withdraw_list_removal(work: Work, given: EndListRemovalInput) -> Changed:
    """Withdraw your own application 撤回申请."""
    row = await work.lock("list_removal", local_id(given.removal, "ListRemoval"), "withdraw")
    await removal_endings.withdraw(work.tx, row, reason=given.reason)
    return Changed({"listRemoval": row["id"]})
