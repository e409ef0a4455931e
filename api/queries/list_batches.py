"""What is computed of batches: a preview of what publishing would change, and which batches are expected of whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Final
from uuid import UUID

import strawberry

from api.execution.job import Job, reader_of
from api.execution.mutation import row_within
from api.planning import bind
from api.queries.fields import Ctx, argument, global_id
from api.queries.watching import own_office_only
from authz.vocabulary import Scope
from domain.clock import local_day
from domain.errors import Forbidden, NotFound
from domain.lists import batch_duties, batch_preview
from domain.lists.batch_duties import Duty, Tally
from domain.registry.offices import office_names


@strawberry.type(description="How many entries of a batch await a step 待办环节.")
class AwaitedStep:
    step: str = strawberry.field(description="The step; none for entries with nothing to take.")
    entries: int = strawberry.field(description="How many await it.")


@strawberry.type(
    description="What publishing a batch would change 批次预览: counts, and the differences to the list before it."
)
class ListBatchPreview:
    entries: int = strawberry.field(description="Entries in it.")
    organisations: int = strawberry.field(description="Of them about organisations.")
    people: int = strawberry.field(description="Of them about natural persons.")
    awaits: list[AwaitedStep] = strawberry.field(description="Which steps they await.")
    unready: list[strawberry.ID] = strawberry.field(description="Global ids of those that have not come so far.")
    previous: strawberry.ID | None = strawberry.field(
        description="Global id of the last published batch of the same list, domain and office; null for the first."
    )
    entered: list[strawberry.ID] = strawberry.field(
        description="Entries whose subjects were not on the list then 新增; global ids."
    )
    left: list[strawberry.ID] = strawberry.field(
        description="Entries whose subjects have left the list since 退出; global ids."
    )
    still_there: list[strawberry.ID] = strawberry.field(
        description="Entries whose subjects are still on it 保留; global ids."
    )


class ListBatchDutyState(StrEnum):
    """How far a batch is that is expected."""

    AWAITED = "awaited"
    MISSING = "missing"
    OPENED = "opened"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


ListBatchDutyStateType: Final = strawberry.enum(
    ListBatchDutyState,
    description="How far a batch 批次 is that the cycle of a list expects; MISSING once its period is over, until it is handed in.",
)


@strawberry.type(description="A batch that the cycle of a list expects 应报批次, and what became of it.")
class ListBatchDuty:
    credit_list: strawberry.ID = strawberry.field(description="Global id of the list.")
    domain: str | None = strawberry.field(description="Code of the domain 领域; null where the list has none.")
    year: int = strawberry.field(description="Year of the period.")
    period: int | None = strawberry.field(description="Quarter or month; null for a year.")
    offices: list[strawberry.ID] = strawberry.field(description="Global ids of its owners: any of them may hand it in.")
    office_names: list[str] = strawberry.field(description="Their names 名称, in the same order.")
    batch: strawberry.ID | None = strawberry.field(description="Global id of the batch; null while there is none.")
    state: ListBatchDutyState = strawberry.field(description="How far it is.")
    status: str = strawberry.field(
        description="awaited, missing, opened, submitted, returned, published, withdrawn; missing once the period is over.",
        deprecation_reason="Use state, whose values are an enumeration.",
    )
    due_on: date | None = strawberry.field(description="Last day to hand it in; null where no rule sets one.")
    late: bool = strawberry.field(description="Whether it passed that day; never where none is set.")
    after_period: bool = strawberry.field(description="Whether it was handed in after the end of its period.")


@strawberry.type(description="How an office stands with its batches over periods that are over 报送情况.")
class ListBatchTally:
    office: strawberry.ID = strawberry.field(description="Global id of the office.")
    office_name: str = strawberry.field(description="Name 名称 of the office.")
    expected: int = strawberry.field(description="Batches the cycle expects; one owned by two offices counts for both.")
    handed_in: int = strawberry.field(description="Of them handed in.")
    published: int = strawberry.field(description="Of them published.")
    late: int = strawberry.field(description="Past a last day that a rule sets.")
    after_period: int = strawberry.field(description="Handed in after the end of the period.")
    missing: int = strawberry.field(description="Not handed in, the period being over.")
    extra: int = strawberry.field(description="Extra batches handed in.")


async def list_batch_preview(
    info: Ctx, batch: Annotated[strawberry.ID, argument("batch", "Global id of the batch.")]
) -> ListBatchPreview | None:
    """Compute it for who fills, leads or publishes the batch."""
    job = info.context
    batch_id = bind.local_id(batch, "ListBatch")
    scopes = _scopes(job, "preview")
    today = local_day(job.now)
    async with job.service.database.session() as session:
        row = await row_within(job, session, "list_batch", "list_batch", batch_id, scopes)
        if row is None:
            raise NotFound
        found = await batch_preview.preview(session, job.service.books, row, today)
    return ListBatchPreview(
        entries=found.organisations + found.people,
        organisations=found.organisations,
        people=found.people,
        awaits=[AwaitedStep(step=step, entries=count) for step, count in sorted(found.awaits.items())],
        unready=_ids(found.unready),
        previous=global_id("ListBatch", found.previous),
        entered=_ids(found.entered),
        left=_ids(found.left),
        still_there=_ids(found.still_there),
    )


async def list_batch_duties(
    info: Ctx,
    jurisdiction: Annotated[str, argument("jurisdiction", "Division code, e.g. 410700.")],
    from_on: Annotated[date, argument("from", "Only periods that begin on this day or later.")],
    to_on: Annotated[date, argument("to", "Only periods that begin on this day or earlier.")],
) -> list[ListBatchDuty] | None:
    """List them: all of the division for who watches it, else those of the caller's office."""
    job = info.context
    own = own_office_only(job.service, job.caller, "list_batch", "count", jurisdiction)
    async with job.service.database.session() as session:
        found = await batch_duties.duties(
            session, job.service.books, jurisdiction, from_on=from_on, to_on=to_on, now=job.now, office=own
        )
        names = await office_names(session, {office for one in found for office in one.offices})
    return [_duty(one, names) for one in found]


async def list_batch_tally(
    info: Ctx,
    jurisdiction: Annotated[str, argument("jurisdiction", "Division code, e.g. 410700.")],
    from_on: Annotated[date, argument("from", "Only periods that begin on this day or later.")],
    to_on: Annotated[date, argument("to", "Only periods that begin on this day or earlier.")],
) -> list[ListBatchTally] | None:
    """Count the batches of each office, or of the caller's own alone, over periods that are over."""
    job = info.context
    own = own_office_only(job.service, job.caller, "list_batch", "count", jurisdiction)
    async with job.service.database.session() as session:
        found = await batch_duties.tallies(
            session, job.service.books, jurisdiction, from_on=from_on, to_on=to_on, now=job.now, office=own
        )
        names = await office_names(session, [one.office_id for one in found])
    return [_tally(one, names) for one in found]


def _scopes(job: Job, action: str) -> tuple[Scope, ...]:
    """Give the scopes of an action on batches.

    Raises: Forbidden.
    """
    scopes = reader_of(job.service, job.caller).scopes("list_batch", action)
    if not scopes:
        raise Forbidden(noun="list_batch", action=action)
    return scopes


def _ids(found: Sequence[UUID]) -> list[strawberry.ID]:
    return [strawberry.ID(f"ListEntry:{one}") for one in found]


def _duty(found: Duty, names: dict[UUID, str]) -> ListBatchDuty:
    return ListBatchDuty(
        credit_list=strawberry.ID(f"CreditList:{found.list_id}"),
        domain=found.domain,
        year=found.period.year,
        period=found.period.number,
        offices=[strawberry.ID(f"Office:{one}") for one in found.offices],
        office_names=[names[one] for one in found.offices],
        batch=global_id("ListBatch", found.batch["id"] if found.batch else None),
        state=ListBatchDutyState(found.status),
        status=found.status,
        due_on=found.batch["due_on"] if found.batch else None,
        late=found.late,
        after_period=found.after_period,
    )


def _tally(found: Tally, names: dict[UUID, str]) -> ListBatchTally:
    return ListBatchTally(
        office=strawberry.ID(f"Office:{found.office_id}"),
        office_name=names[found.office_id],
        expected=found.expected,
        handed_in=found.handed_in,
        published=found.published,
        late=found.late,
        after_period=found.after_period,
        missing=found.missing,
        extra=found.extra,
    )


FIELDS: dict[str, Any] = {
    "listBatchPreview": strawberry.field(
        resolver=list_batch_preview,
        name="listBatchPreview",
        description="What publishing a batch would change 批次预览: counts, and differences to the list before it.",
    ),
    "listBatchDuties": strawberry.field(
        resolver=list_batch_duties,
        name="listBatchDuties",
        description="Which batches the cycles of a division's lists expect 应报批次, and what became of each (新乡三, 五(四)).",
    ),
    "listBatchTally": strawberry.field(
        resolver=list_batch_tally,
        name="listBatchTally",
        description="Batches handed in, late, after their period and missing 报送情况, by office (新乡五(四)).",
    ),
}
"""Fields of Query."""
