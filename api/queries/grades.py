"""Why a subject has the grade it has: each fact, each rule that fired or did not, with its clause, and what is not known."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import strawberry

from api.execution.job import Job, reader_of
from api.execution.mutation import row_within
from api.gate.access import Access
from api.queries.fields import Ctx, argument, count_subject
from api.queries.grade_types import GradeExplanation, told
from api.queries.scoped import place_of
from authz import rows
from domain.clock import local_day
from domain.errors import Forbidden, NotFound
from domain.evaluation import papers
from domain.evaluation.published import published_days
from domain.evaluation.schemes import evaluation
from domain.grade import known
from domain.grade.engine import assess
from domain.grade.scheme import Scheme
from domain.installation_rows import office_id
from domain.rulebook.procedure import StepOfAnotherOffice

NOUN = "grade_explanation"


async def explain_grade(
    info: Ctx,
    subject: Annotated[strawberry.ID, argument("subject", "Global id of the subject.")],
    scheme_code: Annotated[str, argument("scheme", "Code of the evaluation scheme, e.g. construction_units.")],
    on: Annotated[date | None, argument("on", "The day; today unless given, never later.")] = None,
    jurisdiction: Annotated[
        str | None,
        argument("jurisdiction", "Division code; an officer's own unless given, and no other; a subject names one."),
    ] = None,
) -> GradeExplanation | None:
    """Explain a grade to the offices of its scheme, to the credit office of the place, and to the subject over itself."""
    job = info.context
    scopes = reader_of(job.service, job.caller).scopes(NOUN, "read")
    if not scopes:
        raise Forbidden(noun=NOUN, action="read")
    subject_id, place = job.subject_id(subject), place_of(job, jurisdiction)
    day = min(on or local_day(job.now), local_day(job.now))
    given = evaluation(job.service.books, place, scheme_code, day)
    _require_hands(job, given.scheme)
    await count_subject(job, NOUN)
    async with job.service.database.session() as session:
        row = await row_within(job, session, "subject", rows.target(NOUN, "read"), subject_id, scopes)
        if row is None:
            raise NotFound
        facts = await known.known_facts(session, subject_id, place)
        scored = await papers.loaded(session, job.service.books, given, day)
        published = await published_days(session, subject_id, jurisdiction=given.jurisdiction, key=given.code, on=day)
    if row["is_person"]:
        job.accesses.append(Access(job.caller, NOUN, "read", "served", subject_id, job.now))
    return told(scored, subject_id, assess(scored.under.scheme, facts, day), facts, published)


def _require_hands(job: Job, given: Scheme) -> None:
    """Require that an office is one of the scheme's; the credit office and the subject need not be.

    Raises: StepOfAnotherOffice.
    """
    caller = job.caller
    if caller.office_id is None or "credit_office" in caller.roles:
        return
    offices = [office_id(given.jurisdiction, code) for code in given.rule.actors]
    if caller.office_id not in offices:
        raise StepOfAnotherOffice(office=[f"Office:{one}" for one in offices])


FIELDS: dict[str, Any] = {
    "explainGrade": strawberry.field(
        resolver=explain_grade,
        name="explainGrade",
        description="Why a subject has the grade it has on a day under a scheme: every fact, every rule that fired or did not,"
        " clause, quote, and what is not known; for its offices, the credit office, and the subject itself (十堰“15333”;"
        " 个人信息保护法24).",
    )
}
"""Fields of Query."""
