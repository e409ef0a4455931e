"""Which claims of which identity provider give what: the table, for those who answer for who may do what."""

from __future__ import annotations

from typing import Any

import strawberry

from api.execution.job import reader_of
from api.queries.fields import Ctx
from authz.claim_rules import IssuerRules
from domain.errors import Forbidden


@strawberry.type(description="A line of the table of claims 声明映射: what a claim of an issuer's tokens gives.")
class ClaimRule:
    issuer: str = strawberry.field(description="Issuer (iss) whose tokens it is about.")
    claim: str = strawberry.field(description="The claim, or a path to it with dots.")
    value: str = strawberry.field(description="The value it must have, alone or among others.")
    office: str = strawberry.field(
        description="Office it gives or the role is held in: <jurisdiction>.<code>, none, or claimed (what claims give)."
    )
    role: str | None = strawberry.field(description="The role it gives; none for a line that gives an office.")
    governs: bool = strawberry.field(description="Whether it may give a role that governs policies.")


@strawberry.type(
    description="A line of the table of claims 声明映射 by which an issuer's tokens tell which subject an account is."
)
class SubjectRule:
    issuer: str = strawberry.field(description="Issuer (iss) whose tokens it is about.")
    claim: str = strawberry.field(description="The claim, or a path to it with dots.")
    form: str = strawberry.field(
        description="What it carries: resident_id 身份证号, uscc 统一社会信用代码, or index (keyed digest of a number)."
    )
    acr: list[str] = strawberry.field(description="One of these authentication classes is asked for.")
    amr: list[str] = strawberry.field(description="All of these authentication methods are asked for.")
    only_claim: str | None = strawberry.field(
        description="The claim that tells which tokens it is about; null for all."
    )
    only_value: str | None = strawberry.field(description="The value of that claim.")


def _table(info: Ctx) -> tuple[IssuerRules, ...]:
    """Give the table, read from a file at start by its operator, to those who may read accounts."""
    job = info.context
    if not reader_of(job.service, job.caller).scopes("account", "read"):
        raise Forbidden(noun="account", action="read")
    return job.service.settings.claim_rules


async def subject_rules(info: Ctx) -> list[SubjectRule] | None:
    """List the lines by which accounts are linked to subjects."""
    return [
        SubjectRule(
            issuer=one.issuer,
            claim=line.claim,
            form=line.form,
            acr=list(line.acr),
            amr=list(line.amr),
            only_claim=line.only[0] if line.only else None,
            only_value=line.only[1] if line.only else None,
        )
        for one in _table(info)
        for line in one.subjects
    ]


async def claim_rules(info: Ctx) -> list[ClaimRule] | None:
    """List the lines that give offices and roles."""
    return [
        ClaimRule(
            issuer=one.issuer,
            claim=line.claim,
            value=line.value,
            office=line.office,
            role=line.role,
            governs=line.governs,
        )
        for one in _table(info)
        for line in (*one.offices, *one.roles)
    ]


FIELDS: dict[str, Any] = {
    "claimRules": strawberry.field(
        resolver=claim_rules,
        description="Which claims of which issuer's tokens give which offices and roles 声明映射; security officers and auditors.",
    ),
    "subjectRules": strawberry.field(
        resolver=subject_rules,
        description="By which claims accounts are linked to the subjects they are 本人对应规则; security officers and auditors.",
    ),
}
"""Fields of Query."""
