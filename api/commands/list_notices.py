"""Mutations of notices before a decision: served, answered by the subject, closed unanswered; shown to the public."""

from __future__ import annotations

from datetime import date

import strawberry

from api.commands.inputs import KEY, local_id, optional, required
from api.commands.list_hands import require_hands
from api.execution.mutation import Changed, Work, mutation
from domain.lists import list_notices
from domain.lists.list_notices import PriorNotice

_BOTH = {"listEntry": "ListEntry", "listNotice": "ListNotice"}
_NOTICE = {"listNotice": "ListNotice"}


@strawberry.input(description="The prior notice 事前告知 of an entry, in writing, with what the law asks for.")
class NotifyListEntryInput:
    list_entry: strawberry.ID = required("Global id of the entry.")
    reason: str = required("Why the subject is to be listed 理由.")
    channel: str = required("How it is served in writing 送达方式.")
    grounds: str | None = optional("On what the entry is to rest 依据.")
    measures: str | None = optional("Which measures follow 惩戒措施.")
    rights: str | None = optional("Which rights the subject has 异议申请的权利.")
    served_on: date | None = optional("Day it was served; today unless given.")
    client_mutation_id: str | None = optional(KEY)


@mutation("notifyListEntry", noun="list_entry", verb="notify", input=NotifyListEntryInput, payload=_BOTH)
async def notify_list_entry(work: Work, given: NotifyListEntryInput) -> Changed:
    """Serve the prior notice of an entry on its subject, who can read and answer it (河南省社会信用条例28)."""
    row = await work.lock("list_entry", local_id(given.list_entry, "ListEntry"), "notify")
    await require_hands(work, row, "notify")
    service = work.job.service
    notice = PriorNotice(
        reason=given.reason,
        channel=given.channel,
        grounds=given.grounds,
        measures=given.measures,
        rights=given.rights,
        served_on=given.served_on,
    )
    notice_id = await list_notices.notify(work.tx, service.books, service.calendar, row["id"], notice)
    return Changed({"listEntry": row["id"], "listNotice": notice_id})


@strawberry.input(description="The public notice 公示 of a proposed red entry.")
class AnnounceListEntryInput:
    list_entry: strawberry.ID = required("Global id of the entry.")
    reason: str = required("Why the subject is to be listed; no names of people, no identity numbers.")
    channel: str = required("Where it is shown 公示渠道.")
    until_on: date | None = optional("Last day of the notice, where the office names one; the entry waits for it.")
    client_mutation_id: str | None = optional(KEY)


@mutation("announceListEntry", noun="list_entry", verb="announce", input=AnnounceListEntryInput, payload=_BOTH)
async def announce_list_entry(work: Work, given: AnnounceListEntryInput) -> Changed:
    """Show a proposed red entry to the public before it is decided (河南省社会信用条例28)."""
    row = await work.lock("list_entry", local_id(given.list_entry, "ListEntry"), "announce")
    await require_hands(work, row, "announce")
    notice_id = await list_notices.announce(
        work.tx,
        work.job.service.books,
        row["id"],
        reason=given.reason,
        channel=given.channel,
        until_on=given.until_on,
    )
    return Changed({"listEntry": row["id"], "listNotice": notice_id})


@strawberry.input(description="What you answer to a prior notice.")
class AnswerListNoticeInput:
    list_notice: strawberry.ID = required("Global id of the notice.")
    text: str = required("What you answer 陈述申辩.")
    client_mutation_id: str | None = optional(KEY)


@mutation("answerListNotice", noun="list_notice", verb="answer", input=AnswerListNoticeInput, payload=_NOTICE)
async def answer_list_notice(work: Work, given: AnswerListNoticeInput) -> Changed:
    """Answer a prior notice about yourself, before it is closed (河南省社会信用条例28)."""
    row = await work.lock("list_notice", local_id(given.list_notice, "ListNotice"), "answer")
    await list_notices.answer(work.tx, work.job.service.books, work.job.service.calendar, row["id"], text=given.text)
    return Changed({"listNotice": row["id"]})


@strawberry.input(description="Which prior notice was not answered.")
class CloseListNoticeInput:
    list_notice: strawberry.ID = required("Global id of the notice.")
    note: str = required("What is noted: that no answer came, and how that is known.")
    client_mutation_id: str | None = optional(KEY)


@mutation("closeListNotice", noun="list_notice", verb="close", input=CloseListNoticeInput, payload=_NOTICE)
async def close_list_notice(work: Work, given: CloseListNoticeInput) -> Changed:
    """Note that no answer came 逾期未陈述申辩 to a prior notice of your office, after its term where one is set."""
    row = await work.lock("list_notice", local_id(given.list_notice, "ListNotice"), "close")
    await list_notices.close(work.tx, work.job.service.books, row["id"], note=given.note)
    return Changed({"listNotice": row["id"]})
