"""The free credit reports of a year: how many the law grants the caller, and how many were fetched."""

from __future__ import annotations

from typing import Any

import strawberry

from api.queries.fields import Ctx
from domain.clock import local_day
from domain.rights.free_reports import free_reports as count


@strawberry.type(description="Free credit reports 免费信用报告 of a year, as the law grants them.")
class FreeReports:
    year: int = strawberry.field(description="The calendar year.")
    granted: int | None = strawberry.field(description="How many the law grants a year; null where none is set.")
    used: int = strawberry.field(description="How many you have had issued to yourself this year.")
    remaining: int | None = strawberry.field(description="How many are left; null where none is set.")
    citation: str | None = strawberry.field(description="Law and article; null where none is set.")
    status: str = strawberry.field(description="What the rulebooks answer: says, none_set, not_loaded.")
    note: str = strawberry.field(description="What happens after the last one.")


async def free_reports(info: Ctx) -> FreeReports | None:
    """Count them for the subject that the caller is."""
    job = info.context
    if job.caller.subject_id is None:
        return None
    async with job.service.database.session() as session:
        found = await count(session, job.service.books, job.caller.subject_id, local_day(job.now))
    return FreeReports(
        year=found.year,
        granted=found.granted,
        used=found.used,
        remaining=None if found.granted is None else max(found.granted - found.used, 0),
        citation=found.citation,
        status=found.status,
        note="The service asks no fee for any report. 本服务对任何报告均不收费。",
    )


FIELDS: dict[str, Any] = {
    "freeReports": strawberry.field(
        resolver=free_reports,
        name="freeReports",
        description="The free credit reports 免费信用报告 of this year for you; null for accounts that are no subject.",
    ),
}
"""Fields of Query."""
