"""Mutations of quota breaches: a security officer reviews them."""

from __future__ import annotations

from typing import Optional

import strawberry

from api.commands.inputs import KEY, local_id, optional, required
from api.execution.mutation import Changed, Work, mutation
from domain.oversight import quota_breach


@strawberry.input(description="Which quota breach 超额查询 was reviewed, and what was found.")
class ReviewQuotaBreachInput:
    quota_breach: strawberry.ID = required("Global id of the quota breach.")
    finding: str = required("What was found and done about it.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation(
    "reviewQuotaBreach",
    noun="quota_breach",
    verb="review",
    input=ReviewQuotaBreachInput,
    payload={"quotaBreach": "QuotaBreach"},
)
async def review_quota_breach(work: Work, given: ReviewQuotaBreachInput) -> Changed:
    """Review a quota breach 超额查询 and note what was found; never that of one's own account."""
    row = await work.lock("quota_breach", local_id(given.quota_breach, "QuotaBreach"), "review")
    await quota_breach.review(work.tx, row, finding=given.finding)
    return Changed({"quotaBreach": row["id"]})
