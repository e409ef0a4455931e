"""What fields of Query that are no rows are made of: arguments, the job they run in, global ids."""

from __future__ import annotations

from typing import Any

import strawberry
from strawberry.types import Info

from api.execution.job import Job

Ctx = Info[Job, None]
"""What a resolver is told: the operation it belongs to, with its caller and instant."""


def argument(name: str, description: str) -> Any:
    """Declare an argument of a resolver."""
    return strawberry.argument(name=name, description=description)


async def count_subject(job: Job, noun: str) -> None:
    """Count a subject that a resolver is about to tell about, or a row by which one could be found.

    Plans count theirs by themselves. Raises: QuotaExceeded.
    """
    if job.meter is not None:
        await job.meter.charge(1, noun)


def global_id(entity: str, ident: object) -> strawberry.ID | None:
    """Give the global id of a row, or nothing."""
    return strawberry.ID(f"{entity}:{ident}") if ident is not None else None
