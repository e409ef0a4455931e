"""For what a partner agency may be given a consent: the purposes that have been granted to it.

In charge of telling it to those who may consent, before they do. Source: 个人信息保护法 14, 17 (a consent is given knowing
the purpose); 上海市社会信用条例17.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import strawberry

from api.commands.inputs import local_id
from api.queries.fields import Ctx, argument
from api.queries.scoped import scopes_of
from domain.clock import local_day
from domain.rights.consents import purposes_of


@strawberry.type(description="A purpose 应用事项 for which a partner agency may be given a consent today.")
class ConsentPurpose:
    code: str = strawberry.field(description="Its code, as `grantConsent` takes it, e.g. 350200.fiscal_subsidy.")
    name: str = strawberry.field(description="Name of the matter, e.g. 财政性资金补助.")
    until: date | None = strawberry.field(
        description="Last day on which the agency may ask for it; null where no end is set. A consent opens nothing after it."
    )


async def consent_purposes(
    info: Ctx, office: Annotated[strawberry.ID, argument("office", "Global id of the partner agency.")]
) -> list[ConsentPurpose] | None:
    """List them by code.

    Raises: Forbidden; NotFound; OfficeNotPartner.
    """
    job = info.context
    scopes_of(job, "consent", "grant")
    async with job.service.database.session() as session:
        found = await purposes_of(session, local_id(office, "Office"), local_day(job.now))
    return [ConsentPurpose(code=one["code"], name=one["name"], until=one["until"]) for one in found]


FIELDS: dict[str, Any] = {
    "consentPurposes": strawberry.field(
        resolver=consent_purposes,
        name="consentPurposes",
        description=(
            "For what you may consent 授权 to a partner agency's asking about you: the application items granted to it today."
        ),
    ),
}
"""Fields of Query."""
