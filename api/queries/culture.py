"""Quotas of typical cases, progress of campaigns, kinds of activities and publicity days: what is no row."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from uuid import UUID

import strawberry

from api.commands.inputs import local_id
from api.execution.job import reader_of
from api.execution.mutation import row_within
from api.queries.fields import Ctx, argument, global_id
from api.queries.watching import own_office_only
from domain.clock import CHINA, local_day
from domain.culture import activity_kinds, campaigns, quotas
from domain.errors import InvalidInput, NotFound
from domain.registry.offices import office_names

_DIVISION = "Division code, e.g. 350200."


@strawberry.type(description="An office's typical cases of a year beside its quota 案例任务 (厦门27).")
class TypicalCaseQuota:
    office: strawberry.ID | None = strawberry.field(description="Global id of the office.")
    office_name: str = strawberry.field(description="Name 名称 of the office.")
    done: int = strawberry.field(description="Pushed in the year, receipted and not withdrawn 已完成.")
    awaiting: int = strawberry.field(description="Pushed in the year, without a receipt yet: they do not count.")
    required: int | None = strawberry.field(
        description="How many are required at least 不少于; null where none is set."
    )
    missing: int | None = strawberry.field(description="How many are missing 尚缺; null where none is required.")
    citation: str | None = strawberry.field(description="Document and clause 依据 of the quota.")
    quote: str | None = strawberry.field(description="Words of the document.")


@strawberry.type(description="Quotas of typical cases of a place and calendar year, as of a day (厦门27).")
class TypicalCaseQuotas:
    year: int = strawberry.field(description="The calendar year.")
    as_of: date = strawberry.field(description="Day as of whose end it is counted 截至.")
    status: str = strawberry.field(
        description="What the rulebooks say of a quota: says, by_analogy, expired (as last known), not_yet_in_force, service_default, none_set or not_loaded."
    )
    reading: str | None = strawberry.field(description="Our reading 解读 of what counts, and for which year.")
    offices: list[TypicalCaseQuota] = strawberry.field(
        description="Offices with a quota or cases; an office is shown its own alone."
    )


@strawberry.type(description="What an office has under a topic of a campaign, as of a day (厦门19, 海沧15).")
class CampaignProgress:
    office: strawberry.ID | None = strawberry.field(description="Global id of the office.")
    office_name: str = strawberry.field(description="Name 名称 of the office.")
    topic: str | None = strawberry.field(description="The topic; null for activities, which stand under the campaign.")
    records: int = strawberry.field(description="Credit records tagged.")
    cases: int = strawberry.field(description="Typical cases tagged.")
    activities: int = strawberry.field(description="Activities held.")


@strawberry.type(description="A kind of activity that a place has (厦门6, 26, 31; 海沧20, 21; 十堰).")
class ActivityKind:
    category: str = strawberry.field(
        description="Category, as ActivityCategory has it in small letters: training, meeting, publicity, material."
    )
    code: str = strawberry.field(description="Code within the category.")
    name: str = strawberry.field(description="The kind in the words of the text.")
    status: str = strawberry.field(description="Who has it: says, expired (as last known), service_default (ours).")
    citation: str = strawberry.field(description="Document and clause 依据.")
    quote: str | None = strawberry.field(description="Words of the document.")


@strawberry.type(description="A publicity day or month 宣传日(月) of a place (厦门26, 海沧20).")
class PublicityDay:
    code: str = strawberry.field(description="Code: the same day has it in every place, whatever it is called there.")
    name: str = strawberry.field(description="What the text of the place calls it.")
    on: date | None = strawberry.field(description="The day in the year; null for a month that the text does not name.")
    status: str = strawberry.field(
        description="says, expired (as last known); none_set where no day or month is named."
    )
    citation: str = strawberry.field(description="Document and clause 依据.")
    quote: str | None = strawberry.field(description="Words of the document.")


async def typical_case_quotas(
    info: Ctx,
    jurisdiction: Annotated[str, argument("jurisdiction", _DIVISION)],
    year: Annotated[int, argument("year", "The calendar year, 2000 to 2100.")],
    as_of: Annotated[
        date | None, argument("asOf", "A past day as of whose end it is counted; today unless given.")
    ] = None,
) -> TypicalCaseQuotas | None:
    """Count them: all of the division for who watches it, else those of the caller's office."""
    job = info.context
    own = own_office_only(job.service, job.caller, "typical_case", "count", jurisdiction)
    today = local_day(job.now)
    day = as_of or today
    async with job.service.database.session() as session:
        found = await quotas.quotas(session, job.service.books, jurisdiction, year=year, as_of=day, today=today)
        names = await office_names(session, [one.office_id for one in found.offices])
    return TypicalCaseQuotas(
        year=year,
        as_of=day,
        status=found.status.value,
        reading=found.counted_by.reading if found.counted_by is not None else None,
        offices=[_told(one, names) for one in found.offices if own in (None, one.office_id)],
    )


def _told(one: quotas.Quota, names: dict[UUID, str]) -> TypicalCaseQuota:
    return TypicalCaseQuota(
        office=global_id("Office", one.office_id),
        office_name=names[one.office_id],
        done=one.done,
        awaiting=one.awaiting,
        required=one.required,
        missing=one.missing,
        citation=one.rule.citation if one.rule is not None else None,
        quote=one.rule.quote if one.rule is not None else None,
    )


async def campaign_progress(
    info: Ctx,
    campaign: Annotated[strawberry.ID, argument("campaign", "Global id of the campaign.")],
    as_of: Annotated[
        date | None, argument("asOf", "A past day as of whose end it is counted; today unless given.")
    ] = None,
) -> list[CampaignProgress] | None:
    """Count what stands under it: of all offices for who watches the place, else of the caller's office."""
    job = info.context
    day = as_of or local_day(job.now)
    if day > local_day(job.now):
        raise InvalidInput(
            "Progress is counted as of today or a past day.", zh="进展统计截至今天或以前。", field="asOf"
        )
    campaign_id = local_id(campaign, "Campaign")
    scopes = reader_of(job.service, job.caller).scopes("campaign", "read")
    async with job.service.database.session() as session:
        row = await row_within(job, session, "campaign", "campaign", campaign_id, scopes)
        if row is None:
            raise NotFound
        own = own_office_only(job.service, job.caller, "campaign", "count", row["jurisdiction_id"])
        end = datetime.combine(day + timedelta(days=1), time(), CHINA)
        found = await campaigns.progress(session, campaign_id, end=end)
        names = await office_names(session, {one.office_id for one in found})
    return [
        CampaignProgress(
            office=global_id("Office", one.office_id),
            office_name=names[one.office_id],
            topic=one.topic,
            records=one.records,
            cases=one.cases,
            activities=one.activities,
        )
        for one in found
        if own in (None, one.office_id)
    ]


def activity_kinds_of(
    info: Ctx, jurisdiction: Annotated[str, argument("jurisdiction", _DIVISION)]
) -> list[ActivityKind] | None:
    """List the kinds of activities of a place today."""
    job = info.context
    found = activity_kinds.kinds(job.service.books, jurisdiction, local_day(job.now))
    return [
        ActivityKind(
            category=one.category,
            code=one.code,
            name=one.name,
            status=one.rule.status.value,
            citation=one.rule.citation,
            quote=one.rule.quote,
        )
        for one in found
    ]


def publicity_days(
    info: Ctx,
    jurisdiction: Annotated[str, argument("jurisdiction", _DIVISION)],
    year: Annotated[int, argument("year", "The calendar year, 2000 to 2100.")],
) -> list[PublicityDay] | None:
    """List the publicity days and months of a place in a year, earliest first, those without a day last."""
    if not 2000 <= year <= 2100:
        raise InvalidInput("The year is one of 2000 to 2100.", zh="年份为2000至2100年。", field="year")
    return [
        PublicityDay(
            code=one.code,
            name=one.name,
            on=one.on,
            status=one.rule.status.value if one.on is not None else "none_set",
            citation=one.rule.citation,
            quote=one.rule.quote,
        )
        for one in activity_kinds.occasions(info.context.service.books, jurisdiction, year)
    ]


FIELDS: dict[str, Any] = {
    "typicalCaseQuotas": strawberry.field(
        resolver=typical_case_quotas,
        name="typicalCaseQuotas",
        description="Typical cases done, required and missing 案例完成情况 by office and calendar year, as of any past day;"
        " only cases pushed and receipted count (厦门27).",
    ),
    "campaignProgress": strawberry.field(
        resolver=campaign_progress,
        name="campaignProgress",
        description="What stands under a campaign 专项行动进展 by office and topic, as of any past day (厦门19, 海沧15).",
    ),
    "activityKinds": strawberry.field(
        resolver=activity_kinds_of,
        name="activityKinds",
        description="Kinds of activities 活动种类 of a place, with clause and quote (厦门6, 26, 31; 海沧20, 21; 十堰).",
    ),
    "publicityDays": strawberry.field(
        resolver=publicity_days,
        name="publicityDays",
        description="Publicity days and months 宣传日(月) of a place in a year; one day may have a name in each place"
        " (厦门26, 海沧20).",
    ),
}
"""Fields of Query."""
