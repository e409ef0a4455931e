"""Whether a division's catalogue asks for what the specification of data items names 应归尽归."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import strawberry

from api.execution.job import reader_of
from api.queries.fields import Ctx, argument, global_id
from domain.clock import local_day
from domain.edition import reading
from domain.edition.conformance import lacks
from domain.errors import Forbidden
from domain.lifecycle import Transaction
from domain.rulebook.lookup import book_of


@strawberry.type(description="What a catalogue item lacks of the specification 与规范相比缺少的要素.")
class ConformanceLack:
    code: str = strawberry.field(description="Code of the catalogue item.")
    name: str = strawberry.field(description="Its name.")
    missing: list[str] = strawberry.field(description="Codes of data items it does not have.")
    not_required: list[str] = strawberry.field(description="Codes of data items it has and does not ask for as told.")


@strawberry.type(description="How a catalogue stands to the specification of data items that its text names (十堰).")
class CatalogueConformance:
    status: str = strawberry.field(
        description="says; not_loaded where nobody has entered the specification; none_set without a catalogue in force."
    )
    specification: strawberry.ID | None = strawberry.field(description="Global id of the specification's edition.")
    catalogue: strawberry.ID | None = strawberry.field(description="Global id of the catalogue's edition.")
    lacks: list[ConformanceLack] = strawberry.field(description="The catalogue items that lack something.")


async def catalogue_conformance(
    info: Ctx,
    jurisdiction: Annotated[str, argument("jurisdiction", "Division code, e.g. 420300.")],
    as_of: Annotated[date | None, argument("asOf", "The day to ask for; today unless given.")] = None,
) -> CatalogueConformance | None:
    """Tell which data items of the specification in force the catalogue in force lacks, item by item.

    Raises: Forbidden; JurisdictionUnknown.
    """
    job = info.context
    if not reader_of(job.service, job.caller).scopes("edition", "read"):
        raise Forbidden(noun="edition", action="read")
    book_of(job.service.books, jurisdiction)  # a slip in the code is no place that has nothing
    on = as_of or local_day(job.now)
    async with job.service.database.session() as session:
        named = await reading.in_force(session, jurisdiction, "data_item_spec", on)
        held = await reading.in_force(session, jurisdiction, "catalogue", on)
        if named is None or held is None:
            return CatalogueConformance(
                status="none_set" if held is None else "not_loaded",
                specification=global_id("Edition", named["id"]) if named is not None else None,
                catalogue=global_id("Edition", held["id"]) if held is not None else None,
                lacks=[],
            )
        tx = Transaction(session, job.now, job.caller.to_actor())
        found = lacks(await reading.items_of(tx, named["id"]), await reading.items_of(tx, held["id"]))
    return CatalogueConformance(
        status="says",
        specification=global_id("Edition", named["id"]),
        catalogue=global_id("Edition", held["id"]),
        lacks=[
            ConformanceLack(
                code=one.code, name=one.name, missing=list(one.missing), not_required=list(one.not_required)
            )
            for one in found
        ],
    )


FIELDS: dict[str, Any] = {
    "catalogueConformance": strawberry.field(
        resolver=catalogue_conformance,
        name="catalogueConformance",
        description="Whether the catalogue asks for what the specification of data items names 应归尽归 (十堰).",
    ),
}
"""Fields of Query."""
