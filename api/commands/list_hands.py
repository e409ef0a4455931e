"""In whose hands the rulebook lays a step of an entry's way, beyond what the policy admits.

Refuses a caller whose roles the step does not name, and an office that is not the one that publishes.
Source: 新乡四(二) (局分管领导审核，单位主要领导审定), 四(一) (报市信用办统一发布).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.execution.mutation import Work
from domain.credit.refusals import citing
from domain.lists.list_way import APPROVALS, load_entry, next_step, way_of
from domain.lists.refusals import StepNotYours


async def require_hands(work: Work, row: Mapping[str, Any], verb: str | None) -> None:
    """Pass a caller in whose hands the step lies; without a verb, the step of approval that is due.

    Raises: StepNotYours with the text's word for the actor.
    """
    _, kind = await load_entry(work.tx, work.job.service.books, row["id"])
    way = way_of(work.job.service.books, row, kind)
    due = next_step(way, row["state"])
    step = way.step(verb) if verb else due if due is not None and due.verb in APPROVALS else None
    if step is None:
        return  # the domain function says which step is due instead
    caller = work.job.caller
    if step.verb == "publish" and row["publisher_id"] != caller.office_id:
        raise citing(StepNotYours, step.citation, by=step.by)
    roles = step.roles
    if step.verb == "publish" and row["publisher_id"] != row["office_id"]:
        roles = ("credit_office",)
    if roles and not set(roles) & set(caller.roles):
        raise citing(StepNotYours, step.citation, by=step.by)
