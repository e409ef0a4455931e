"""Mutations of batches 批次: opened, filled, handed in, returned, published and withdrawn as one act."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Optional
from uuid import UUID

import strawberry

from api.commands.attachments import attach_drafts
from api.commands.inputs import KEY, choice, local_id, optional, required, value_of
from api.declaring.types import enum_type
from api.execution.mutation import Changed, Work, mutation, read_input
from domain.credit.refusals import citing
from domain.errors import InvalidInput
from domain.lists import list_batches
from domain.lists.list_batches import Opening, Term
from domain.lists.list_kind import load_kind
from domain.lists.list_terms import cited
from domain.lists.list_way import OF
from domain.lists.refusals import StepNotYours
from domain.rulebook.procedure import procedure

BasisLevel = enum_type("BasisLevel")
AttachmentPart: Any = enum_type("AttachmentPart")
PAYLOAD = {"listBatch": "ListBatch"}
MOST_AT_ONCE = 500


class TooManyEntries(InvalidInput):
    """More than 500 entries at once, or one of them twice: name each once, in several requests."""

    code = "TOO_MANY_ENTRIES"
    zh = "一次最多500条列入且不得重复：请分次提交。"


@strawberry.input(description="For which list, domain and period a batch is opened; an extra one says why.")
class OpenListBatchInput:
    credit_list: strawberry.ID = required("Global id of the list; your office must be one of its owners.")
    year: int = required("Year of the period.")
    period: Optional[int] = optional(
        "Quarter or month of the year, by the cycle 周期 of the list; left out where it has none."
    )
    domain: Optional[str] = optional("Code of the domain 领域, where the list has domains (新乡三).")
    extra_reason: Optional[str] = optional(
        "Why a batch beyond the cycle is needed 特殊情况; makes it an extra one (新乡四(一)1)."
    )
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("openListBatch", noun="list_batch", verb="open", input=OpenListBatchInput, payload=PAYLOAD)
async def open_list_batch(work: Work, given: OpenListBatchInput) -> Changed:
    """Open the batch of a period 建立批次, or an extra one with its reason (新乡三, 四(一)1)."""
    scopes = work.scopes("list_batch", "open")
    office = work.office()
    opening = Opening(
        office_id=office,
        list_id=local_id(given.credit_list, "CreditList"),
        domain=given.domain,
        year=given.year,
        period=given.period,
        extra_reason=given.extra_reason,
    )
    service = work.job.service
    batch_id = await list_batches.open_batch(work.tx, service.books, service.calendar, opening)
    await work.require("list_batch", batch_id, scopes)
    return Changed({"listBatch": batch_id})


@strawberry.input(
    description="Which entries join a batch, or are taken out of it with the reason, before it is handed in."
)
class FillListBatchInput:
    list_batch: strawberry.ID = required("Global id of the batch.")
    add: Optional[list[strawberry.ID]] = optional(
        "Global ids of entries under way of the same list, domain and office."
    )
    drop: Optional[list[strawberry.ID]] = optional("Global ids of entries that are taken out.")
    drop_reason: Optional[str] = optional("Why they are taken out.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("fillListBatch", noun="list_batch", verb="fill", input=FillListBatchInput, payload=PAYLOAD)
async def fill_list_batch(work: Work, given: FillListBatchInput) -> Changed:
    """Let entries join a batch 汇入批次, or take them out, before it is handed in."""
    batch = await work.lock("list_batch", local_id(given.list_batch, "ListBatch"), "fill")
    added, dropped = _entries(given.add), _entries(given.drop)
    if len({*added, *dropped}) < len(added) + len(dropped) or len(added) + len(dropped) > MOST_AT_ONCE:
        raise TooManyEntries
    for entry in added:
        await work.require("list_entry", entry, work.scopes("list_batch", "fill"))
    for entry in dropped:
        await list_batches.drop(work.tx, batch, entry, reason=given.drop_reason or "")
    if added or not dropped:
        await list_batches.add(work.tx, work.job.service.books, batch, added)
    return Changed({"listBatch": batch["id"]})


def _entries(given: Optional[list[strawberry.ID]]) -> list[Any]:
    return [local_id(one, "ListEntry") for one in given or ()]


@strawberry.input(description="Which draft goes with a batch: the typical-case report 典型事件报道材料, or a picture.")
class AttachToListBatchInput:
    list_batch: strawberry.ID = required("Global id of the batch.")
    attachment: strawberry.ID = required("Global id of your draft.")
    part: AttachmentPart = required("REPORT for the report, PICTURE for a picture.")
    about: Optional[strawberry.ID] = optional(
        "Global id of the entry of the batch that it tells about; it is shown no longer than that one is."
    )
    client_mutation_id: Optional[str] = optional(KEY)


@mutation(
    "attachToListBatch",
    noun="attachment",
    verb="attach",
    input=AttachToListBatchInput,
    payload={**PAYLOAD, "attachment": "Attachment"},
)
async def attach_to_list_batch(work: Work, given: AttachToListBatchInput) -> Changed:
    """Attach the typical case 典型事件 to a batch: one report, and pictures (新乡三)."""
    work.scopes("attachment", "attach")
    batch = await work.lock("list_batch", local_id(given.list_batch, "ListBatch"), "fill")
    draft = await work.lock("attachment", local_id(given.attachment, "Attachment"), "upload")
    part = value_of(given.part) or "other"
    about = local_id(given.about, "ListEntry") if given.about else None
    owner = await list_batches.case_owner(work.tx, batch, part=part, media_type=draft["media_type"], about=about)
    await attach_drafts(work, [given.attachment], to="list_batch", row=owner, part=part, disclosure="internal")
    return Changed({"listBatch": batch["id"], "attachment": draft["id"]})


@strawberry.input(
    description="Which batch is handed in 报送; one without entries states that there is nothing to list."
)
class SubmitListBatchInput:
    list_batch: strawberry.ID = required("Global id of the batch.")
    nothing_to_list: bool = strawberry.field(
        default=False, description="Whether your office states that it has nothing to list in this period 无新增."
    )
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("submitListBatch", noun="list_batch", verb="submit", input=SubmitListBatchInput, payload=PAYLOAD)
async def submit_list_batch(work: Work, given: SubmitListBatchInput) -> Changed:
    """Hand a batch in 报送 with every entry in it; a black one carries its typical case (新乡三, 四(二))."""
    batch = await work.lock("list_batch", local_id(given.list_batch, "ListBatch"), "submit")
    await list_batches.submit(work.tx, work.job.service.books, batch, nothing_to_list=given.nothing_to_list)
    return Changed({"listBatch": batch["id"]})


@strawberry.input(description="Which batch, and why.")
class ReasonListBatchInput:
    list_batch: strawberry.ID = required("Global id of the batch.")
    reason: str = required("Why; of a withdrawal it is public, without personal data.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("returnListBatch", noun="list_batch", verb="return", input=ReasonListBatchInput, payload=PAYLOAD)
async def return_list_batch(work: Work, given: ReasonListBatchInput) -> Changed:
    """Return a batch 退回 that was handed in, with the reason: every entry in it goes back to its office."""
    batch = await _addressed(work, given.list_batch, "return")
    await list_batches.send_back(work.tx, work.job.service.books, batch, reason=given.reason)
    return Changed({"listBatch": batch["id"]})


@strawberry.input(
    description="Until when an entry of a batch is published; a longer term cites its law with its level."
)
class ListEntryTermInput:
    list_entry: strawberry.ID = required("Global id of the entry.")
    public_until: date = required("Last day of publication.")
    legal_basis: Optional[str] = optional("Law that sets a longer publication (新乡四(四)).")
    legal_basis_level: Any = choice(BasisLevel, "Level of that law.")


@strawberry.input(description="Which batch to publish.")
class PublishListBatchInput:
    list_batch: strawberry.ID = required("Global id of the batch.")
    terms: Optional[list[ListEntryTermInput]] = optional(
        "Terms of entries that are not published until the last day that the rulebook allows."
    )
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("publishListBatch", noun="list_batch", verb="publish", input=PublishListBatchInput, payload=PAYLOAD)
async def publish_list_batch(work: Work, given: PublishListBatchInput) -> Changed:
    """Publish a batch 统一发布 as one act: all of its entries, or none (新乡四(一)1, 四(二))."""
    batch = await _addressed(work, given.list_batch, "publish")
    terms = dict(_term(one) for one in given.terms or ())
    if len(terms) < len(given.terms or ()):
        raise TooManyEntries
    await list_batches.publish(work.tx, work.job.service.books, batch, terms)
    return Changed({"listBatch": batch["id"]})


def _term(given: Any) -> tuple[UUID, Term]:
    given = read_input(ListEntryTermInput, given)
    law = cited(given.legal_basis, value_of(given.legal_basis_level))
    return local_id(given.list_entry, "ListEntry"), Term(given.public_until, law)


@mutation("withdrawListBatch", noun="list_batch", verb="withdraw", input=ReasonListBatchInput, payload=PAYLOAD)
async def withdraw_list_batch(work: Work, given: ReasonListBatchInput) -> Changed:
    """Withdraw a published batch 撤回 as one act: all of its entries that are still published, with a public reason."""
    batch = await _addressed(work, given.list_batch, "withdraw")
    await list_batches.withdraw(work.tx, work.job.service.books, batch, reason=given.reason)
    return Changed({"listBatch": batch["id"]})


async def _addressed(work: Work, ident: strawberry.ID, action: str) -> Mapping[str, Any]:
    """Lock a batch that the caller's office publishes, in whose hands the rulebook lays that.

    Raises: Forbidden; NotFound; StepNotYours.
    """
    batch: Mapping[str, Any] = await work.lock("list_batch", local_id(ident, "ListBatch"), action)
    books, caller = work.job.service.books, work.job.caller
    kind = await load_kind(work.tx, books, batch["credit_list_id"])
    step = procedure(books, kind.jurisdiction_id, OF, work.tx.today, kind.concerns("regular")).step("publish")
    assert step is not None  # a way onto a list that ends elsewhere is a fault of its rulebook
    if batch["publisher_id"] != caller.office_id or (step.roles and not set(step.roles) & set(caller.roles)):
        raise citing(StepNotYours, step.citation, by=step.by)
    return batch
