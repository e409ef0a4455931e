"""Mutations of published entries: published, extended with a law, withdrawn; imported and ended by their source."""

from __future__ import annotations

from datetime import date
from typing import Any

import strawberry

from api.commands.inputs import KEY, choice, local_id, optional, required, value_of
from api.commands.list_entries import PAYLOAD
from api.commands.list_hands import require_hands
from api.commands.people import named_subject
from api.declaring.types import enum_type
from api.execution.mutation import Changed, Work, mutation
from domain.lists import list_imports, list_publication
from domain.lists.list_batches import require_no_cycle
from domain.lists.list_imports import Imported
from domain.lists.list_subject import Named
from domain.lists.list_terms import cited

BasisLevel = enum_type("BasisLevel")


@strawberry.input(description="Which entry to publish, and until when; a longer term cites its law with its level.")
class PublishListEntryInput:
    list_entry: strawberry.ID = required("Global id of the entry.")
    public_until: date | None = optional("Last day of publication; the latest the rulebook allows unless given.")
    legal_basis: str | None = optional("Law that sets a longer publication (新乡四(四)).")
    legal_basis_level: Any = choice(BasisLevel, "Level of that law.")
    client_mutation_id: str | None = optional(KEY)


@mutation("publishListEntry", noun="list_entry", verb="publish", input=PublishListEntryInput, payload=PAYLOAD)
async def publish_list_entry(work: Work, given: PublishListEntryInput) -> Changed:
    """Publish a decided entry, no longer than the rulebook allows unless a law is cited (新乡四(一), 四(四))."""
    row = await work.lock("list_entry", local_id(given.list_entry, "ListEntry"), "publish")
    await require_hands(work, row, "publish")
    await require_no_cycle(work.tx, work.job.service.books, row)
    law = cited(given.legal_basis, value_of(given.legal_basis_level))
    await list_publication.publish(work.tx, work.job.service.books, row["id"], until=given.public_until, law=law)
    return Changed({"listEntry": row["id"]})


@strawberry.input(
    description="Which publication to extend, until when, by which law or while which other entry stands."
)
class ExtendListEntryInput:
    list_entry: strawberry.ID = required("Global id of the entry.")
    public_until: date = required("The later last day of publication.")
    reason: str = required("Why it is extended.")
    legal_basis: str | None = optional("Law that sets a longer publication (新乡四(四)).")
    legal_basis_level: Any = choice(BasisLevel, "Level of that law.")
    while_listed: strawberry.ID | None = optional(
        "Global id of another entry of the subject: it stays published while that one stands (河南省社会信用条例19)."
    )
    client_mutation_id: str | None = optional(KEY)


@mutation("extendListEntry", noun="list_entry", verb="extend", input=ExtendListEntryInput, payload=PAYLOAD)
async def extend_list_entry(work: Work, given: ExtendListEntryInput) -> Changed:
    """Extend the publication of an entry by a cited law, or while its subject is still listed (新乡四(四))."""
    row = await work.lock("list_entry", local_id(given.list_entry, "ListEntry"), "extend")
    await require_hands(work, row, "publish")
    other = local_id(given.while_listed, "ListEntry") if given.while_listed else None
    if other:
        await work.require("list_entry", other, work.scopes("list_entry", "read"))
    await list_publication.extend(
        work.tx,
        work.job.service.books,
        row["id"],
        until=given.public_until,
        law=cited(given.legal_basis, value_of(given.legal_basis_level)),
        while_listed=other,
        reason=given.reason,
    )
    return Changed({"listEntry": row["id"]})


@strawberry.input(description="Which entry to withdraw 撤回, and the public reason.")
class WithdrawListEntryInput:
    list_entry: strawberry.ID = required("Global id of the entry.")
    reason: str = required("Public reason 公开说明的理由; no personal data.")
    client_mutation_id: str | None = optional(KEY)


@mutation("withdrawListEntry", noun="list_entry", verb="withdraw", input=WithdrawListEntryInput, payload=PAYLOAD)
async def withdraw_list_entry(work: Work, given: WithdrawListEntryInput) -> Changed:
    """Withdraw a wrong entry of your office 撤回列入, under way or published; persons listed with a unit go with it."""
    row = await work.lock("list_entry", local_id(given.list_entry, "ListEntry"), "withdraw")
    await list_publication.withdraw(work.tx, work.job.service.books, row["id"], reason=given.reason)
    return Changed({"listEntry": row["id"]})


@strawberry.input(description="An entry of a list that another authority keeps, with its provenance 来源.")
class ImportListEntryInput:
    credit_list: strawberry.ID = required("Global id of the list; one that is imported.")
    source: str = required("Who keeps the list 来源, e.g. 最高人民法院.")
    source_no: str = required("Number of the entry at its source, e.g. 案号.")
    obtained_on: date = required("Day it was obtained from its source.")
    decided_on: date = required("Day of the source's decision.")
    reason: str = required("Why the source lists the subject; no names of people, no identity numbers.")
    name: str | None = optional("Name of the subject; needed with code or idNumber.")
    code: str | None = optional("Unified social credit code of an organisation.")
    id_number: str | None = optional("Identity number of a natural person; stored encrypted, never shown.")
    subject: strawberry.ID | None = optional("Global id of a known subject.")
    public_until: date | None = optional("Last day as the source sets it; none unless given.")
    client_mutation_id: str | None = optional(KEY)


@mutation("importListEntry", noun="list_entry", verb="import", input=ImportListEntryInput, payload=PAYLOAD)
async def import_list_entry(work: Work, given: ImportListEntryInput) -> Changed:
    """Take over an entry from the authority that keeps the list 导入; it is in force at once (海沧5, 上海9(二))."""
    scopes = work.scopes("list_entry", "import")
    office = work.office()
    subject = await named_subject(work, given.subject) if given.subject else None
    imported = Imported(
        office_id=office,
        list_id=local_id(given.credit_list, "CreditList"),
        subject=Named(name=given.name, uscc=given.code, id_number=given.id_number, subject_id=subject),
        source=given.source,
        source_no=given.source_no,
        obtained_on=given.obtained_on,
        decided_on=given.decided_on,
        reason=given.reason,
        public_until=given.public_until,
    )
    service = work.job.service
    entry_id = await list_imports.import_entry(work.tx, service.vault, service.books, imported)
    await work.require("list_entry", entry_id, scopes)
    return Changed({"listEntry": entry_id})


@strawberry.input(description="Which imported entry its source has ended, and why.")
class EndListEntryInput:
    list_entry: strawberry.ID = required("Global id of the entry.")
    reason: str = required("What the source says, e.g. 已履行义务，删除失信信息.")
    client_mutation_id: str | None = optional(KEY)


@mutation("endListEntry", noun="list_entry", verb="end", input=EndListEntryInput, payload=PAYLOAD)
async def end_list_entry(work: Work, given: EndListEntryInput) -> Changed:
    """End 终止 an imported entry 列入记录 as its source has ended it."""
    row = await work.lock("list_entry", local_id(given.list_entry, "ListEntry"), "end")
    await list_imports.end(work.tx, work.job.service.books, row["id"], reason=given.reason)
    return Changed({"listEntry": row["id"]})
