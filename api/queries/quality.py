"""Quality 数据质量 of what offices hand in, over a period and as of a day: for the office and for who watches it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

import strawberry

from api.queries.fields import Ctx, argument
from api.queries.watching import own_office_only
from domain.clock import local_day
from domain.oversight import quality, quality_tally
from domain.oversight.quality import Share, Target
from domain.registry.offices import office_names


@strawberry.type(description="So many of so many, as a rate beside what is aimed at; of none there is no rate 不适用.")
class QualityRate:
    part: int = strawberry.field(description="How many do 分子.")
    whole: int = strawberry.field(description="Of how many 分母.")
    rate: float | None = strawberry.field(description="The rate, 0 to 1; null where nothing is counted: not 0, not 1.")
    target: float | None = strawberry.field(
        description="The rate aimed at 目标, 0 to 1, inclusive 以上; null where none binds."
    )
    meets: bool | None = strawberry.field(description="Whether it is reached; null without rate or target.")
    target_status: str = strawberry.field(
        description="What the rulebooks say of a target: says, by_analogy, expired (as last known), not_yet_in_force, service_default, none_set or not_loaded."
    )
    citation: str | None = strawberry.field(description="Document and clause 依据 of the target.")
    quote: str | None = strawberry.field(description="Words of the document.")


@strawberry.type(description="Quality 数据质量 of what an office handed in under a catalogue item during some days.")
class QualityFigure:
    office: strawberry.ID = strawberry.field(description="Global id of the office.")
    office_name: str = strawberry.field(description="Name 名称 of the office.")
    item: strawberry.ID = strawberry.field(description="Global id of the catalogue item.")
    from_on: date = strawberry.field(description="First day counted.")
    to_on: date = strawberry.field(description="Last day counted.")
    as_of: date = strawberry.field(description="Day as of whose end it is counted 截至.")
    counted_at: datetime = strawberry.field(
        description="When it was counted: what was handed in or changed since is not in it yet 统计时间."
    )
    completeness: QualityRate = strawberry.field(
        description="完整: handed in with every required data item, and its severity where one is required."
    )
    publication_timeliness: QualityRate = strawberry.field(
        description="双公示及时率: published on both channels by the last day, of those whose last day came in the period."
    )
    collection_timeliness: QualityRate = strawberry.field(
        description="归集及时率: handed in within the term, of those handed in for which one is set (十堰)."
    )
    correctness: QualityRate = strawberry.field(
        description="正确率: judged correct in concluded third-party assessments alone (海沧9)."
    )


async def quality_figures(
    info: Ctx,
    jurisdiction: Annotated[str, argument("jurisdiction", "Division code, e.g. 350205.")],
    from_on: Annotated[date, argument("from", "First day counted.")],
    to_on: Annotated[date, argument("to", "Last day counted.")],
    as_of: Annotated[
        date | None, argument("asOf", "A past day as of whose end it is counted; today unless given.")
    ] = None,
) -> list[QualityFigure] | None:
    """Count them: all of the division for who watches it, else those of the caller's office."""
    job = info.context
    own = own_office_only(job.service, job.caller, "quality_figure", "read", jurisdiction)
    period = quality.require_period(from_on, to_on, as_of, today=local_day(job.now))
    async with job.service.database.session() as session:
        found = await quality_tally.figures(session, jurisdiction, period, now=job.now, office_id=own)
        names = await office_names(session, {one.office_id for one in found.figures})
    aims = {name: quality.target(job.service.books, jurisdiction, name, to_on) for name in quality.DIMENSIONS}
    return [
        QualityFigure(
            office=strawberry.ID(f"Office:{one.office_id}"),
            office_name=names[one.office_id],
            item=strawberry.ID(f"CatalogueItem:{one.item_id}"),
            from_on=period.from_on,
            to_on=period.to_on,
            as_of=period.as_of,
            counted_at=found.counted_at,
            completeness=told(one.completeness, aims["completeness"]),
            publication_timeliness=told(one.publication, aims["publication"]),
            collection_timeliness=told(one.collection, aims["collection"]),
            correctness=told(one.correctness, aims["correctness"]),
        )
        for one in found.figures
    ]


def told(share: Share, aim: Target) -> QualityRate:
    """Tell a share beside its target."""
    return QualityRate(
        part=share.part,
        whole=share.whole,
        rate=None if share.rate is None else float(share.rate),
        target=None if aim.share is None else float(aim.share),
        meets=share.meets(aim),
        target_status=aim.status,
        citation=aim.citation,
        quote=aim.quote,
    )


FIELDS: dict[str, Any] = {
    "qualityFigures": strawberry.field(
        resolver=quality_figures,
        name="qualityFigures",
        description="Completeness, timeliness, correctness 完整、及时、正确 by office and item, as of any past day (厦门8, 海沧9).",
    ),
}
"""Fields of Query."""
