"""Evaluation schemes as the texts order them, the supervision that follows a grade, the coverage of archives."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

import strawberry

from api.execution.job import Job, reader_of
from api.execution.mutation import row_within
from api.gate.access import Access
from api.queries.evaluation_types import (
    ArchiveCoverageOfPlace,
    CampaignDay,
    EvaluationScheme,
    GradedSupervision,
    told_coverage,
    told_scheme,
    told_supervision,
)
from api.queries.fields import Ctx, argument, count_subject
from api.queries.watching import own_office_only
from domain.clock import local_day
from domain.errors import Forbidden, InvalidInput, NotFound
from domain.evaluation import grades, papers
from domain.evaluation.coverage import Coverage, campaign_days, coverage
from domain.evaluation.grade import NOUN
from domain.evaluation.schemes import evaluation, evaluations
from domain.registry.offices import office_names


async def evaluation_schemes(
    info: Ctx, jurisdiction: Annotated[str, argument("jurisdiction", "Division code, e.g. 350200.")]
) -> list[EvaluationScheme] | None:
    """List the schemes of a division and of the layers above it; law is everybody's."""
    job = info.context
    books, day = job.service.books, local_day(job.now)
    async with job.service.database.session() as session:
        found = [await papers.loaded(session, books, one, day) for one in evaluations(books, jurisdiction, day)]
        names = await office_names(session, {office for one in found for office in one.under.offices})
    return [told_scheme(one, names) for one in found]


async def supervision(
    info: Ctx,
    subject: Annotated[strawberry.ID, argument("subject", "Global id of the subject.")],
    on: Annotated[date | None, argument("on", "A day up to today; today unless given.")] = None,
) -> list[GradedSupervision] | None:
    """Tell what follows each grade of a subject that the caller may read and that was in force on the day."""
    job = info.context
    day = on or local_day(job.now)
    if day > local_day(job.now):
        raise InvalidInput("The day lies in the future.", zh="日期晚于今天。", field="on")
    subject_id = job.subject_id(subject)
    await count_subject(job, NOUN)
    found = await _grades(job, subject_id, day)
    books = job.service.books
    return [told_supervision(evaluation(books, row["jurisdiction_id"], row["scheme"], day), row) for row in found]


async def archive_coverage(
    info: Ctx,
    jurisdiction: Annotated[str, argument("jurisdiction", "Division code, e.g. 350200.")],
    as_of: Annotated[
        date | None, argument("asOf", "A past day as of whose end it is counted; today unless given.")
    ] = None,
) -> ArchiveCoverageOfPlace | None:
    """Count them: all of the division for who watches it, else those of the caller's office."""
    job = info.context
    own = own_office_only(job.service, job.caller, "archive_coverage", "read", jurisdiction)
    today = local_day(job.now)
    day = as_of or today
    if day > today:
        raise InvalidInput("The day lies in the future.", zh="日期晚于今天。", field="asOf")
    schemes = evaluations(job.service.books, jurisdiction, day)
    async with job.service.database.session() as session:
        counted = await coverage(session, jurisdiction, day, office_id=own)
        names = await office_names(session, {office for one in schemes for office in one.offices})
    shown = [
        told_coverage(one, counted.get((one.code, office)) or Coverage(one.code, office, 0, 0), names)
        for one in schemes
        for office in one.offices
        if one.is_open and own in (None, office)
    ]
    return ArchiveCoverageOfPlace(
        jurisdiction=strawberry.ID(f"Jurisdiction:{jurisdiction}"),
        as_of=day,
        rows=shown,
        campaign_days=[
            CampaignDay(day=one.day, name=one.name, clause=one.answer.clause, quote=one.answer.quote)
            for one in campaign_days(job.service.books, jurisdiction, day)
        ],
    )


async def _grades(job: Job, subject_id: UUID, day: date) -> list[Any]:
    """Read a subject's grades of a day that the caller may read; of a person, the access is noted.

    Raises: Forbidden; NotFound for a subject outside the caller's authority, the same as for none.
    """
    reader = reader_of(job.service, job.caller)
    scopes = reader.scopes(NOUN, "read")
    if not scopes:
        raise Forbidden(noun=NOUN, action="read")
    async with job.service.database.session() as session:
        row = await row_within(job, session, "subject", "subject", subject_id, reader.scopes("subject", "read"))
        if row is None:
            raise NotFound
        if row["is_person"]:
            served = Access(job.caller, NOUN, "read", "served", subject_id, job.now)
            job.accesses.append(served)
        known = await grades.on_day(session, subject_id, day)
        within = [await row_within(job, session, NOUN, NOUN, one["id"], scopes) for one in known]
    return [one for one in within if one is not None]


FIELDS: dict[str, Any] = {
    "evaluationSchemes": strawberry.field(
        resolver=evaluation_schemes,
        name="evaluationSchemes",
        description="Evaluation schemes 信用评价 of a division: who evaluates, under which rule, and what is ordered of a"
        " result: archive, push, graded supervision (厦门12–16, 海沧13, 十堰).",
    ),
    "supervision": strawberry.field(
        resolver=supervision,
        description="The supervision 差异化监管 that follows a subject's grades on a day, each with its clause (海沧13, 厦门12).",
    ),
    "archiveCoverage": strawberry.field(
        resolver=archive_coverage,
        name="archiveCoverage",
        description="Coverage of integrity archives 诚信档案覆盖率 by scheme and office, as of any past day (厦门26).",
    ),
}
"""Fields of Query."""
