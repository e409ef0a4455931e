"""Mutations of the register of supervised subjects and of integrity archives."""

from __future__ import annotations

from datetime import date
from typing import Optional
from uuid import UUID

import strawberry

from api.commands.inputs import KEY, local_id, optional, required
from api.execution.mutation import Changed, Work, mutation
from domain.evaluation import archive, register, supervised
from domain.evaluation.schemes import Evaluation, evaluation_by

_SCHEME = "Code of the evaluation scheme, of `evaluationSchemes`."


@strawberry.input(description="Organisations your office supervises 监管对象 under a scheme, by their codes.")
class RegisterSupervisedSubjectsInput:
    scheme: str = required(_SCHEME)
    codes: list[str] = required(f"Unified social credit codes, 1 to {register.MOST}.")
    valid_from: date = required("First day of supervision.")
    source: str = required("Where the register comes from 来源, e.g. a document or a list of licences.")
    client_mutation_id: Optional[str] = optional(KEY)


@strawberry.type(description="What became of a code of a register 监管对象名录.")
class RegisteredCode:
    place: int = strawberry.field(description="Its place among the codes, from 1.")
    outcome: str = strawberry.field(
        description="registered; known: supervised already; unknown_subject: enrol it first; twice: named before."
    )


@mutation(
    "registerSupervisedSubjects",
    noun=supervised.NOUN,
    verb="register",
    input=RegisterSupervisedSubjectsInput,
    payload={},
    lists={"codes": RegisteredCode},
)
async def register_supervised_subjects(work: Work, given: RegisterSupervisedSubjectsInput) -> Changed:
    """Load the register of whom your office supervises under a scheme: the denominator of coverage (厦门26)."""
    under, office = _scheme(work, supervised.NOUN, "register", given.scheme)
    loaded = await register.register(
        work.tx, under, office, given.codes, valid_from=given.valid_from, source=given.source
    )
    told = [{"place": place, "outcome": outcome} for place, outcome in enumerate(loaded.outcomes, start=1)]
    return Changed({}, {"codes": told})


@strawberry.input(description="Whose supervision ends, on which day, and why.")
class EndSupervisedSubjectInput:
    supervised_subject: strawberry.ID = required("Global id of the place in the register.")
    valid_to: date = required("Last day of supervision.")
    reason: str = required("Why, e.g. deregistered 注销.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation(
    "endSupervisedSubject",
    noun=supervised.NOUN,
    verb="end",
    input=EndSupervisedSubjectInput,
    payload={"supervisedSubject": "SupervisedSubject"},
)
async def end_supervised_subject(work: Work, given: EndSupervisedSubjectInput) -> Changed:
    """Set the last day on which your office supervises a subject; the days before keep their figures (厦门26)."""
    row = await work.lock(supervised.NOUN, local_id(given.supervised_subject, "SupervisedSubject"), "end")
    await register.end_supervision(work.tx, row, valid_to=given.valid_to, reason=given.reason)
    return Changed({"supervisedSubject": row["id"]})


@strawberry.input(description="For whom integrity archives 诚信档案 are opened under a scheme.")
class OpenIntegrityArchivesInput:
    scheme: str = required(_SCHEME)
    subjects: Optional[list[strawberry.ID]] = optional(
        f"Global ids of subjects, units or individuals, 1 to {register.MOST}; without, everybody in your register."
    )
    client_mutation_id: Optional[str] = optional(KEY)


@strawberry.type(description="How many archives 诚信档案 were opened under a scheme.")
class OpenedArchives:
    scheme: str = strawberry.field(description="Code of the scheme.")
    count: int = strawberry.field(description="How many; who had one is not among them.")


@mutation(
    "openIntegrityArchives",
    noun=archive.NOUN,
    verb="open",
    input=OpenIntegrityArchivesInput,
    payload={},
    lists={"opened": OpenedArchives},
)
async def open_integrity_archives(work: Work, given: OpenIntegrityArchivesInput) -> Changed:
    """Open integrity archives where the clause orders them: 厦门12, 14–16, not 13. Who has one keeps it."""
    under, office = _scheme(work, archive.NOUN, "open", given.scheme)
    subjects = None if given.subjects is None else [local_id(one, "Subject") for one in given.subjects]
    if subjects is not None:
        scopes = work.scopes("subject", "read")
        for subject in subjects[: register.MOST]:
            await work.require("subject", subject, scopes)
    count = await register.open_archives(work.tx, under, office, subjects)
    return Changed({}, {"opened": [{"scheme": under.code, "count": count}]})


@strawberry.input(description="Which integrity archive to close, and why.")
class CloseIntegrityArchiveInput:
    integrity_archive: strawberry.ID = required("Global id of the archive.")
    reason: str = required("Why it is no longer kept.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation(
    "closeIntegrityArchive",
    noun=archive.NOUN,
    verb="close",
    input=CloseIntegrityArchiveInput,
    payload={"integrityArchive": "IntegrityArchive"},
)
async def close_integrity_archive(work: Work, given: CloseIntegrityArchiveInput) -> Changed:
    """Close an integrity archive of your office 关闭诚信档案; what it led to stays where it is."""
    row = await work.lock(archive.NOUN, local_id(given.integrity_archive, "IntegrityArchive"), "close")
    await register.close_archive(work.tx, row, reason=given.reason)
    return Changed({"integrityArchive": row["id"]})


def _scheme(work: Work, noun: str, verb: str, code: str) -> tuple[Evaluation, UUID]:
    """Give the scheme under which the caller's office acts, and the office.

    Raises: Forbidden; SchemeUnknown; SchemeNotOpen; SchemeOfOtherOffice.
    """
    work.scopes(noun, verb)
    office, jurisdiction = work.place()
    return evaluation_by(work.job.service.books, jurisdiction, code, office=office, on=work.tx.today), office
