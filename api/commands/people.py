"""Whom an officer means: a known subject, an organisation by its code, a person by the identity number."""

from __future__ import annotations

from uuid import UUID

from api.commands.inputs import local_id
from api.execution.mutation import Work
from domain.credit.refusals import SubjectUnclear
from domain.masking import patterns
from domain.registry import enrolment


async def named_subject(work: Work, subject: str) -> UUID:
    """Give the subject of a global id.

    Raises: NotFound for one outside what the caller may read; Forbidden.
    """
    subject_id = local_id(subject, "Subject")
    await work.require("subject", subject_id, work.scopes("subject", "read"))
    return subject_id


async def found_subject(
    work: Work, *, subject: str | None, code: str | None, id_number: str | None, name: str | None
) -> UUID:
    """Find or enter the subject whom an officer names by exactly one of these; a number comes with a name.

    Raises: SubjectUnclear; NotFound for a subject outside the officer's authority; what `enrolment` raises.
    """
    if [subject, code, id_number].count(None) != 2 or (subject is None) == (name is None):
        raise SubjectUnclear
    if subject is not None:
        return await named_subject(work, subject)
    service, jurisdiction = work.job.service, work.job.caller.jurisdiction_id
    assert jurisdiction is not None  # who acts for an office acts in its division
    assert name is not None
    if code is not None:
        return await enrolment.enrol_organisation(work.tx, uscc=code, name=name, jurisdiction_id=jurisdiction)
    assert id_number is not None
    return await enrolment.enrol_person(
        work.tx,
        service.vault,
        id_number=id_number,
        name=name,
        jurisdiction_id=jurisdiction,
        patterns=patterns(service.books, jurisdiction, work.tx.today),
    )
