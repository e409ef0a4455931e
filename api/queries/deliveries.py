"""Whether a credit platform is connected: what deliveries that wait are waiting for."""

from __future__ import annotations

from typing import Any

import strawberry

from api.execution.job import reader_of
from api.planning.reader import FieldForbidden
from api.pushing.platform import PlatformNotConnected, connected
from api.queries.fields import Ctx, global_id
from domain.registry.offices import office_names


@strawberry.type(description="The channel to the credit platform 信用平台 of this installation.")
class CreditPlatform:
    connected: bool = strawberry.field(
        description="Whether an address is set and the platform's account holds its role; else publication is on the"
        " portal only, and deliveries wait."
    )
    office: strawberry.ID | None = strawberry.field(
        description="Global id of the platform's office: it is told of its division and of those directly below; null without account."
    )
    office_name: str | None = strawberry.field(description="Name 名称 of that office.")
    takes_in: bool = strawberry.field(description="Whether the platform's keys are set, so that it can hand in.")


async def credit_platform(info: Ctx) -> CreditPlatform | None:
    """Tell whether a platform is connected, to those who may read deliveries.

    Raises: FieldForbidden.
    """
    job = info.context
    if not reader_of(job.service, job.caller).scopes("delivery", "read"):
        raise FieldForbidden(noun="delivery", action="read")
    settings = job.service.settings
    try:
        office = (await connected(job.service, job.now)).caller.office_id
    except PlatformNotConnected:
        return CreditPlatform(connected=False, office=None, office_name=None, takes_in=False)
    async with job.service.database.session() as session:
        names = await office_names(session, [office] if office else [])
    return CreditPlatform(
        connected=settings.platform_url is not None,
        office=global_id("Office", office),
        office_name=names.get(office) if office else None,
        takes_in=settings.platform_keys is not None,
    )


FIELDS: dict[str, Any] = {
    "creditPlatform": strawberry.field(
        resolver=credit_platform,
        name="creditPlatform",
        description="Whether a credit platform 信用平台 is connected to this installation (厦门8).",
    ),
}
"""Fields of Query."""
