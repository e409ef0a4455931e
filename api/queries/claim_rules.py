"""Which claims of which identity provider give what: the table, for those who answer for who may do what."""

from __future__ import annotations

from typing import Any

import strawberry

from api.operation import reader_of
from api.queries.fields import Ctx
from domain.errors import Forbidden


@strawberry.type(description="A line of the table of claims 声明映射: what a claim of an issuer's tokens gives.")
class ClaimRule:
    """A line."""

    issuer: str = strawberry.field(description="Issuer (iss) whose tokens it is about.")
    claim: str = strawberry.field(description="The claim, or a path to it with dots.")
    value: str = strawberry.field(description="The value it must have, alone or among others.")
    office: str = strawberry.field(
        description="Office it gives or the role is held in: <jurisdiction>.<code>, none, or claimed (what claims give)."
    )
    role: str | None = strawberry.field(description="The role it gives; none for a line that gives an office.")
    governs: bool = strawberry.field(description="Whether it may give a role that governs policies.")


async def claim_rules(info: Ctx) -> list[ClaimRule]:
    """List the lines; they are read from a file at start, by its operator."""
    job = info.context
    if not reader_of(job.service, job.caller).scopes("account", "read"):
        raise Forbidden(noun="account", action="read")
    return [
        ClaimRule(
            issuer=one.issuer,
            claim=line.claim,
            value=line.value,
            office=line.office,
            role=line.role,
            governs=line.governs,
        )
        for one in job.service.settings.claim_rules
        for line in (*one.offices, *one.roles)
    ]


FIELDS: dict[str, Any] = {
    "claimRules": strawberry.field(
        resolver=claim_rules,
        description="Which claims of which issuer's tokens give which offices and roles 声明映射; security officers and auditors.",
    ),
}
"""Fields of Query."""
