"""Mutations of editions: drafted from items, a file or another edition, proposed, approved by another person, ended."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, Optional
from uuid import UUID

import strawberry

from api.commands.inputs import KEY, local_id, optional, required
from api.execution.mutation import Changed, Work, mutation
from authz.vocabulary import Scope
from domain.edition import editions, files, reading
from domain.edition.editions import NOUN, Draft
from domain.edition.items import Given
from domain.edition.kinds import kind_of
from domain.edition.refusals import EditionEmpty, EditionUnreadable
from domain.edition.shape import Shape
from domain.errors import InvalidInput, NotFound

PAYLOAD: Final = {"edition": "Edition"}
_FILE: Final = "The edition as a file's text, in place of items; see `editionFile` for the form."
_FORMAT: Final = "Form of the file: toml, or csv."
_EDITION: Final = "Global id of the edition."


@strawberry.input(description="What a field of an item says.")
class EditionFieldInput:
    code: str = required("Code of the field; see `editionKinds`.")
    value: str = required("Its value as in a CSV file: several words divided by a bar |, data items as JSON.")


@strawberry.input(description="An item 条目 of an edition.")
class EditionItemInput:
    code: str = required("Code of the item, unique within the edition, up to 64 characters.")
    name: str = required("Name of the item, up to 200 characters.")
    fields: Optional[list[EditionFieldInput]] = optional("What its fields say.")


@strawberry.input(description="An edition 版本 of a catalogue or list, drafted from items, a file or another edition.")
class DraftEditionInput:
    kind: str = required("Kind of catalogue or list; see `editionKinds`.")
    label: Optional[str] = optional("Name of the edition, e.g. 2026年版; that of the file unless given.")
    title: Optional[str] = optional("Title 名称; made of kind and label unless given.")
    source: Optional[str] = optional("Where it comes from 来源, e.g. the power list 权责清单.")
    valid_from: Optional[date] = optional("First day in force; that of the file unless given.")
    valid_to: Optional[date] = optional("Last day in force; until another follows unless given.")
    derived_from: Optional[strawberry.ID] = optional(
        "Global id of the approved edition of the division above on which it is based (海沧8)."
    )
    base: Optional[strawberry.ID] = optional("Global id of an edition whose items it takes over, to be amended.")
    items: Optional[list[EditionItemInput]] = optional("Its items.")
    file: Optional[str] = optional(_FILE)
    format: Optional[str] = optional(_FORMAT)
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("draftEdition", noun=NOUN, verb="draft", input=DraftEditionInput, payload=PAYLOAD)
async def draft_edition(work: Work, given: DraftEditionInput) -> Changed:
    """Draft an edition of a catalogue or list 起草目录或清单; faults are told by line, item and field (厦门1, 4, 7, 11)."""
    scopes = work.scopes(NOUN, "draft")
    office_id, jurisdiction_id = work.place()
    books = work.job.service.books
    kind = kind_of(books, jurisdiction_id, given.kind)
    head, items = await _given_items(work, kind.shape, given)
    label, first = given.label or head.get("label"), given.valid_from or head.get("valid_from")
    last = given.valid_to or head.get("valid_to")
    if not isinstance(label, str) or type(first) is not date:
        raise InvalidInput(
            "An edition has a label and a first day.", zh="须有版本名和生效日。", fields=["label", "validFrom"]
        )
    if last is not None and type(last) is not date:  # an instant is a date, too, to Python
        raise InvalidInput("The last day is no day.", zh="失效日不是日期。", field="validTo")
    if head.get("kind", kind.code) != kind.code:
        raise EditionUnreadable("The file is of another kind.", zh="文件种类不符。", line=1)
    drafted = Draft(
        jurisdiction_id=jurisdiction_id,
        kind=kind.code,
        label=label,
        valid_from=first,
        given=items,
        office_id=office_id,
        title=given.title or _text(head, "title"),
        source=given.source or _text(head, "source"),
        valid_to=last,
        derived_from=local_id(given.derived_from, "Edition") if given.derived_from else None,
    )
    made = await editions.draft(work.tx, books, drafted)
    await work.require(NOUN, made, scopes)
    return Changed({"edition": made})


@strawberry.input(description="Other items for a draft: all of them anew, or some put in and others taken out.")
class AmendEditionInput:
    edition: strawberry.ID = required(_EDITION)
    items: Optional[list[EditionItemInput]] = optional("All items anew.")
    file: Optional[str] = optional(_FILE)
    format: Optional[str] = optional(_FORMAT)
    put: Optional[list[EditionItemInput]] = optional("Items put in, in place of those of the same codes.")
    remove: Optional[list[str]] = optional("Codes of items taken out.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("amendEdition", noun=NOUN, verb="amend", input=AmendEditionInput, payload=PAYLOAD)
async def amend_edition(work: Work, given: AmendEditionInput) -> Changed:
    """Put a draft with other items in the place of one 修改草稿, which is kept as discarded; gives the new one (厦门7)."""
    row = await work.lock(NOUN, local_id(given.edition, "Edition"), "amend")
    books = work.job.service.books
    shape = kind_of(books, row["jurisdiction_id"], row["kind"]).shape
    if given.items is not None or given.file is not None:
        _, items = await _read(shape, given)
    else:
        items = _amended(shape, await reading.as_given(work.tx, row["id"]), given)
    return Changed({"edition": await editions.amend(work.tx, books, row["id"], items)})


@strawberry.input(description="Which draft to propose.")
class ProposeEditionInput:
    edition: strawberry.ID = required(_EDITION)
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("proposeEdition", noun=NOUN, verb="propose", input=ProposeEditionInput, payload=PAYLOAD)
async def propose_edition(work: Work, given: ProposeEditionInput) -> Changed:
    """Propose a draft for approval by another person; from now on it is not changed (厦门7; who proposes never approves)."""
    row = await work.lock(NOUN, local_id(given.edition, "Edition"), "propose")
    await editions.propose(work.tx, work.job.service.books, row["id"])
    return Changed({"edition": row["id"]})


@strawberry.input(description="Which proposed edition to approve.")
class ApproveEditionInput:
    edition: strawberry.ID = required(_EDITION)
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("approveEdition", noun=NOUN, verb="approve", input=ApproveEditionInput, payload=PAYLOAD)
async def approve_edition(work: Work, given: ApproveEditionInput) -> Changed:
    """Approve what another person proposed: in force from its first day, the edition before it until the eve (厦门7)."""
    row = await work.lock(NOUN, local_id(given.edition, "Edition"), "approve")
    await editions.approve(work.tx, work.job.service.books, row["id"])
    return Changed({"edition": row["id"]})


@strawberry.input(description="Which proposed edition to reject, and why.")
class RejectEditionInput:
    edition: strawberry.ID = required(_EDITION)
    reason: str = required("Why.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("rejectEdition", noun=NOUN, verb="reject", input=RejectEditionInput, payload=PAYLOAD)
async def reject_edition(work: Work, given: RejectEditionInput) -> Changed:
    """Reject what another person proposed, saying why (厦门7)."""
    row = await work.lock(NOUN, local_id(given.edition, "Edition"), "reject")
    await editions.reject(work.tx, row["id"], reason=given.reason)
    return Changed({"edition": row["id"]})


@strawberry.input(description="Which draft to discard, and why.")
class DiscardEditionInput:
    edition: strawberry.ID = required(_EDITION)
    reason: str = required("Why.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("discardEdition", noun=NOUN, verb="discard", input=DiscardEditionInput, payload=PAYLOAD)
async def discard_edition(work: Work, given: DiscardEditionInput) -> Changed:
    """Discard a draft, saying why (厦门7)."""
    row = await work.lock(NOUN, local_id(given.edition, "Edition"), "discard")
    await editions.discard(work.tx, row["id"], reason=given.reason)
    return Changed({"edition": row["id"]})


@strawberry.input(description="Which edition ends, on which day, and why.")
class EndEditionInput:
    edition: strawberry.ID = required(_EDITION)
    valid_to: date = required("Its last day, today or later.")
    reason: str = required("Why.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("endEdition", noun=NOUN, verb="end", input=EndEditionInput, payload=PAYLOAD)
async def end_edition(work: Work, given: EndEditionInput) -> Changed:
    """Set the last day of an approved edition without another to follow; what rests on it stays (厦门7; 上海7 动态调整)."""
    row = await work.lock(NOUN, local_id(given.edition, "Edition"), "end")
    await editions.end(work.tx, row["id"], valid_to=given.valid_to, reason=given.reason)
    return Changed({"edition": row["id"]})


@strawberry.input(description="Which edition was handed to whom, and when.")
class SubmitEditionInput:
    edition: strawberry.ID = required(_EDITION)
    submitted_on: date = required("The day on which it was handed there.")
    to: Optional[str] = optional("Who it was handed to; whom its text names unless given.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("submitEdition", noun=NOUN, verb="submit", input=SubmitEditionInput, payload=PAYLOAD)
async def submit_edition(work: Work, given: SubmitEditionInput) -> Changed:
    """Note that an approved edition was handed on 报送, e.g. the three lists to 市发展和改革委员会 (上海7)."""
    row = await work.lock(NOUN, local_id(given.edition, "Edition"), "submit")
    await editions.submit(work.tx, work.job.service.books, row["id"], submitted_on=given.submitted_on, to=given.to)
    return Changed({"edition": row["id"]})


async def _given_items(work: Work, shape: Shape, given: DraftEditionInput) -> tuple[Mapping[str, Any], list[Given]]:
    """Give the items of a draft: as given, of the file, or those of the edition it is based on.

    Raises: NotFound; EditionEmpty; EditionUnreadable; InvalidInput.
    """
    if given.items is not None or given.file is not None:
        return await _read(shape, given)
    if given.base is None:
        raise EditionEmpty
    base: UUID = local_id(given.base, "Edition")
    readable: tuple[Scope, ...] = work.scopes(NOUN, "read")
    await work.require(NOUN, base, readable)
    return {}, await reading.as_given(work.tx, base)


async def _read(shape: Shape, given: DraftEditionInput | AmendEditionInput) -> tuple[Mapping[str, Any], list[Given]]:
    if given.file is not None and given.items is None:
        written = given.format or "toml"
        if written not in files.FORMATS:
            raise InvalidInput(
                "A file is toml or csv.", zh="文件格式为 toml 或 csv。", field="format", known=list(files.FORMATS)
            )
        return await asyncio.to_thread(files.read_file, shape, given.file, written)
    if given.file is not None:
        raise InvalidInput("Give either items or a file.", zh="条目和文件只能给出一种。", fields=["items", "file"])
    return {}, [_typed(shape, place, one) for place, one in enumerate(given.items or [], start=1)]


def _typed(shape: Shape, place: int, item: Any) -> Given:
    """Give an item of the input as one of a file; its line is its place."""
    values: dict[str, Any] = {}
    for one in item.get("fields") or []:
        values[one["code"]] = one["value"]
    return Given(place, files.of_cells(shape, {**values, "code": item["code"], "name": item["name"]}), {})


def _amended(shape: Shape, present: Sequence[Given], given: AmendEditionInput) -> list[Given]:
    """Put items in and take others out; what is new stands last.

    Raises: NotFound for a code that is not there.
    """
    items = {str(one.values["code"]): one for one in present}
    for code in given.remove or []:
        if items.pop(code, None) is None:
            raise NotFound
    for place, one in enumerate(given.put or [], start=1):
        put = _typed(shape, place, one)
        items[str(put.values["code"])] = put
    return list(items.values())


def _text(head: Mapping[str, Any], key: str) -> str | None:
    value = head.get(key)
    return value if isinstance(value, str) else None
