"""What cites the policy documents of a division's compendium, and which of them have expired."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import strawberry

from api.execution.job import reader_of
from api.queries.fields import Ctx, argument
from domain.clock import local_day
from domain.edition.citations import CitedPolicy, Citing, cited_policies
from domain.errors import Forbidden
from domain.rulebook.lookup import book_of


@strawberry.type(description="An item of a catalogue or list in force that cites a document 引用条目.")
class PolicyCiting:
    edition: strawberry.ID = strawberry.field(description="Global id of its edition.")
    item: strawberry.ID = strawberry.field(description="Global id of the item.")
    kind: str = strawberry.field(description="Kind of the catalogue or list.")
    code: str = strawberry.field(description="Code of the item.")
    name: str = strawberry.field(description="Its name.")


@strawberry.type(description="A policy document 政策文件 of the compendium in force, with what cites it (厦门1).")
class PolicyCitation:
    item: strawberry.ID = strawberry.field(description="Global id of its item in the compendium.")
    code: str = strawberry.field(description="Its code, by which lists cite it.")
    name: str = strawberry.field(description="Its title.")
    doc_no: str | None = strawberry.field(description="Its number 文号; null where none was given.")
    valid_to: date | None = strawberry.field(description="Its last day; null where it states none.")
    expired: bool = strawberry.field(description="Whether its last day lies before the day asked for.")
    cited_by: list[PolicyCiting] = strawberry.field(description="The items in force that cite it.")


async def policy_citations(
    info: Ctx,
    jurisdiction: Annotated[str, argument("jurisdiction", "Division code, e.g. 350200.")],
    as_of: Annotated[date | None, argument("asOf", "The day to ask for; today unless given.")] = None,
    ends_by: Annotated[date | None, argument("endsBy", "Only documents that end by this day.")] = None,
) -> list[PolicyCitation] | None:
    """List the documents with what cites them.

    Raises: JurisdictionUnknown.
    """
    job = info.context
    if not reader_of(job.service, job.caller).scopes("edition_item", "read"):
        raise Forbidden(noun="edition_item", action="read")
    book_of(job.service.books, jurisdiction)  # a slip in the code is no place that has nothing
    on = as_of or local_day(job.now)
    async with job.service.database.session() as session:
        found = await cited_policies(session, jurisdiction, on)
    wanted = (one for one in found if ends_by is None or (one.valid_to is not None and one.valid_to <= ends_by))
    return [_policy(one, on) for one in wanted]


def _policy(one: CitedPolicy, on: date) -> PolicyCitation:
    return PolicyCitation(
        item=strawberry.ID(f"EditionItem:{one.item_id}"),
        code=one.code,
        name=one.name,
        doc_no=one.doc_no,
        valid_to=one.valid_to,
        expired=one.valid_to is not None and one.valid_to < on,
        cited_by=[_citing(citing) for citing in one.cited_by],
    )


def _citing(one: Citing) -> PolicyCiting:
    return PolicyCiting(
        edition=strawberry.ID(f"Edition:{one.edition_id}"),
        item=strawberry.ID(f"EditionItem:{one.item_id}"),
        kind=one.kind,
        code=one.code,
        name=one.name,
    )


FIELDS: dict[str, Any] = {
    "policyCitations": strawberry.field(
        resolver=policy_citations,
        name="policyCitations",
        description="What cites the policy documents of a division's compendium 政策汇编, and which have expired (厦门1).",
    ),
}
"""Fields of Query."""
