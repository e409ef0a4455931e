"""Which units of a place have named nobody who answers for their credit work."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import strawberry

from api.queries.fields import Ctx, argument
from api.queries.watching import own_office_only
from domain.clock import local_day
from domain.integrity import mandates


async def mandate_gaps(
    info: Ctx,
    jurisdiction: Annotated[str, argument("jurisdiction", "Division code, e.g. 350205.")],
    on: Annotated[date | None, argument("on", "The day; today unless given.")] = None,
) -> list[strawberry.ID] | None:
    """List them: all of the division for who watches it, else the caller's own."""
    job = info.context
    own = own_office_only(job.service, job.caller, "mandate", "count", jurisdiction)
    async with job.service.database.session() as session:
        found = await mandates.gaps(session, jurisdiction, on or local_day(job.now))
    return [strawberry.ID(f"Office:{one}") for one in found if own in (None, one)]


FIELDS: dict[str, Any] = {
    "mandateGaps": strawberry.field(
        resolver=mandate_gaps,
        name="mandateGaps",
        description="Global ids of the units that name no responsible leader and office 未明确责任 on a day: members of the"
        " leading group, or every office of the place where none is entered (海沧28).",
    ),
}
"""Fields of Query."""
