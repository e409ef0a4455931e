"""The score card 成绩单 of a place's offices, as of any day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry

from api.queries.fields import Ctx, argument
from api.queries.quality import QualityRate, told
from api.queries.watching import own_office_only
from domain.clock import local_day
from domain.oversight import quality
from domain.oversight.quality import Target
from domain.oversight.score_card import COMPONENTS, ScoreCard, score_card
from domain.registry.offices import office_names


@strawberry.type(description="A component of the score card 指标 and how an office stands in it.")
class ScoreComponent:
    name: str = strawberry.field(description=f"One of {', '.join(COMPONENTS)}.")
    rate: QualityRate = strawberry.field(description="So many of so many, beside what is aimed at.")
    counts: bool = strawberry.field(description="Whether it counts in the score.")


@strawberry.type(description="An office on the score card 成绩单.")
class ScoreCardRow:
    office: strawberry.ID = strawberry.field(description="Global id of the office.")
    office_name: str = strawberry.field(description="Name 名称 of the office.")
    rank: int | None = strawberry.field(description="Rank 排名, alike for alike scores; null without a score.")
    score: float | None = strawberry.field(
        description="Mean of the rates that count and apply, 0 to 100, to two decimals; null where none applies 不适用."
    )
    components: list[ScoreComponent] = strawberry.field(description="Its components.")


@strawberry.type(
    name="ScoreCard",
    description="The score card 成绩单 of a place's offices over a period, as of a day (海沧29, 厦门31).",
)
class ScoreCardOfPlace:
    jurisdiction: strawberry.ID = strawberry.field(description="Global id of the division.")
    from_on: date = strawberry.field(description="First day counted.")
    to_on: date = strawberry.field(description="Last day counted.")
    as_of: date = strawberry.field(description="Day as of whose end it is counted 截至.")
    counted_at: datetime = strawberry.field(
        description="When the quality of records was counted: what changed since is not in it yet 统计时间."
    )
    components: list[str] = strawberry.field(description="What counts in the score, each alike.")
    status: str = strawberry.field(description="Who says so: says, expired, service_default (ours, no law).")
    reading: str | None = strawberry.field(description="Our reading 解读.")
    offices: int = strawberry.field(description="How many offices are on it.")
    rows: list[ScoreCardRow] = strawberry.field(
        description="The offices by rank; an office is shown its own row alone."
    )


async def score_card_field(
    info: Ctx,
    jurisdiction: Annotated[str, argument("jurisdiction", "Division code, e.g. 350205.")],
    from_on: Annotated[date, argument("from", "First day counted.")],
    to_on: Annotated[date, argument("to", "Last day counted.")],
    as_of: Annotated[
        date | None, argument("asOf", "A past day as of whose end it is counted; today unless given.")
    ] = None,
) -> ScoreCardOfPlace | None:
    """Make it: all of the division for who watches it, else the row of the caller's office."""
    job = info.context
    own = own_office_only(job.service, job.caller, "score_card", "read", jurisdiction)
    period = quality.require_period(from_on, to_on, as_of, today=local_day(job.now))
    service = job.service
    async with service.database.session() as session:
        card = await score_card(session, service.books, service.calendar, jurisdiction, period, now=job.now)
        names = await office_names(session, [row.office_id for row in card.rows])
    aims = {name: quality.target(service.books, jurisdiction, name, to_on) for name in COMPONENTS}
    return ScoreCardOfPlace(
        jurisdiction=strawberry.ID(f"Jurisdiction:{jurisdiction}"),
        from_on=period.from_on,
        to_on=period.to_on,
        as_of=period.as_of,
        counted_at=card.counted_at,
        components=list(card.components),
        status=card.rule.status.value,
        reading=card.rule.reading,
        offices=len(card.rows),
        rows=_rows(card, aims, names, own),
    )


def _rows(card: ScoreCard, aims: dict[str, Target], names: dict[UUID, str], own: object) -> list[ScoreCardRow]:
    return [
        ScoreCardRow(
            office=strawberry.ID(f"Office:{row.office_id}"),
            office_name=names[row.office_id],
            rank=row.rank,
            score=None if row.score is None else round(float(row.score), 2),
            components=[
                ScoreComponent(name=name, rate=told(row.shares[name], aims[name]), counts=name in card.components)
                for name in COMPONENTS
            ],
        )
        for row in card.rows
        if own is None or own == row.office_id
    ]


FIELDS: dict[str, Any] = {
    "scoreCard": strawberry.field(
        resolver=score_card_field,
        name="scoreCard",
        description="The score card 成绩单 of a place's offices with rank, as of any past day; also `GET"
        " /score-cards/<division>?from=…&to=…` as a workbook (海沧29, 厦门31).",
    ),
}
"""Fields of Query."""
