"""Mutations of watches: entered for a field, a project or an enterprise, and ended."""

from __future__ import annotations

from datetime import date
from typing import Any

import strawberry

from api.commands.inputs import KEY, local_id, optional, required
from api.commands.people import named_subject
from api.declaring.types import enum_type
from api.execution.mutation import Changed, Work, mutation
from domain.warning import watches

WatchKind: Any = enum_type("WatchKind")
_PAYLOAD = {"watch": "Watch"}


@strawberry.input(description="What to watch 动态监测, from when, and why (海沧14).")
class EnterWatchInput:
    kind: WatchKind = required("Key field 重点领域, key project 重点招商项目 or key enterprise 重点企业.")
    name: str = required("What is watched, as your office calls it.")
    reason: str = required("Why it is watched.")
    from_on: date = required("First day of the watch; a past one shows what changed since.")
    until_on: date | None = optional("Last day of the watch, where one is set.")
    subject: strawberry.ID | None = optional("Global id of the enterprise, or of the one that carries the project.")
    field_office: strawberry.ID | None = optional("Global id of the office whose field is watched.")
    client_mutation_id: str | None = optional(KEY)


@mutation("enterWatch", noun="watch", verb="enter", input=EnterWatchInput, payload=_PAYLOAD)
async def enter_watch(work: Work, given: EnterWatchInput) -> Changed:
    """Watch a key field, project or enterprise; `changes` of the watch is the feed (海沧14). Never a natural person."""
    scopes = work.scopes("watch", "enter")
    office_id, jurisdiction_id = work.place()
    subject = None if given.subject is None else await named_subject(work, given.subject)
    wanted = watches.Wanted(
        kind=given.kind.value,
        name=given.name,
        reason=given.reason,
        from_on=given.from_on,
        until_on=given.until_on,
        subject_id=subject,
        field_office_id=None if given.field_office is None else local_id(given.field_office, "Office"),
    )
    made = await watches.enter(
        work.tx, work.job.service.books, wanted, office_id=office_id, jurisdiction=jurisdiction_id
    )
    await work.require("watch", made, scopes)
    return Changed({"watch": made})


@strawberry.input(description="Which watch to end, and why.")
class EndWatchInput:
    watch: strawberry.ID = required("Global id of the watch.")
    reason: str = required("Why it ends.")
    client_mutation_id: str | None = optional(KEY)


@mutation("endWatch", noun="watch", verb="end", input=EndWatchInput, payload=_PAYLOAD)
async def end_watch(work: Work, given: EndWatchInput) -> Changed:
    """End a watch today: nothing that happens later is shown under it (海沧14)."""
    row = await work.lock("watch", local_id(given.watch, "Watch"), "end")
    await watches.end(work.tx, row["id"], reason=given.reason)
    return Changed({"watch": row["id"]})
