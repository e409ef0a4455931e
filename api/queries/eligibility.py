"""What credit leads to at a counter: may this subject, in this matter, on this day, and by which words.

Whoever asks leaves an access entry with the outcome; no score is in it. The subject asks about itself and reads how to
contest. Source: 上海8, 9; 厦门18, 21, 22; 新乡五(三); 十堰正文; 海沧10, 17, 18, 25; 个人信息保护法24.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry

from api.execution.job import Job, reader_of
from api.gate.access import BY_CONSENT, Access
from api.queries.eligibility_types import CircumstancesInput, Eligibility, Matter, matter_of, told
from api.queries.fields import Ctx, argument, count_subject
from api.queries.personal import require_in_body
from api.queries.scoped import must_name_purpose, place_of, scopes_of
from authz.vocabulary import Scope
from authz.within import subjects_within
from domain.clock import local_day
from domain.connection import Connection
from domain.credit.refusals import DateInFuture, DatesOutOfOrder
from domain.eligibility.answer import Decision
from domain.eligibility.contest import ways_of
from domain.eligibility.decision import decide
from domain.eligibility.facts import Facts
from domain.eligibility.gaps import report_not_queried
from domain.eligibility.law import LawOfMatter, law_of, matters_of
from domain.eligibility.loading import Asked, load_facts
from domain.eligibility.refusals import MatterNotOfPurpose, PastDayRefused
from domain.eligibility.wording import OUTCOMES_ZH
from domain.errors import NotFound
from domain.installation_rows import application_item_id
from domain.use.matter_report import MatterReport, matter_report

NOUN = "eligibility"


async def matters(
    info: Ctx,
    jurisdiction: Annotated[str, argument("jurisdiction", "Division code.")],
    on: Annotated[date | None, argument("on", "The day; today unless given.")] = None,
) -> list[Matter] | None:
    """List the matters of a division; law is public."""
    job = info.context
    day = on or local_day(job.now)
    return [matter_of(rule, book, on=day) for rule, book in matters_of(job.service.books, jurisdiction, day)]


async def eligibility(
    info: Ctx,
    matter: Annotated[str, argument("matter", "Code of the matter; `matters` lists them.")],
    subject: Annotated[
        strawberry.ID | None, argument("subject", "Global id of the subject; you as a subject unless given.")
    ] = None,
    jurisdiction: Annotated[
        str | None,
        argument("jurisdiction", "Division code; an officer's own unless given, and no other; a subject names one."),
    ] = None,
    on: Annotated[
        date | None, argument("on", "The day; today unless given. Only the subject looks at earlier ones.")
    ] = None,
    applied_on: Annotated[
        date | None,
        argument(
            "appliedOn",
            "Day of the application: whoever represented the unit then counts (上海9(二)2); `on` unless given.",
        ),
    ] = None,
    circumstances: Annotated[
        CircumstancesInput | None, argument("circumstances", "What you tell of who asks and for what.")
    ] = None,
) -> Eligibility | None:
    """Answer for one subject, and write who asked into its access log."""
    job = info.context
    given = circumstances or CircumstancesInput()
    if given.score is not None:
        require_in_body(job, "eligibility", "circumstances", "score")
    scopes = scopes_of(job, NOUN, "read")
    subject_id, place = _subject(job, subject), place_of(job, jurisdiction)
    today = local_day(job.now)
    day, applied = on or today, applied_on or on or today
    _require_days(day, applied, today)
    law = law_of(job.service.books, place, matter, day)
    require_matter_of_purpose(job, law)
    await count_subject(job, NOUN)
    async with job.service.database.session() as session:
        asked = await _asked(job, session, subject_id, scopes, is_past=day < today)
        facts = (await load_facts(session, job.service.books, law, [asked]))[subject_id]
        report = await _report(job, session, law, subject_id, applied)
    decision = decide(law, facts, given.told(applied), on=day)
    if report is not None and report.is_missing and job.caller.office_id is not None:
        decision = replace(decision, unknown=(*decision.unknown, report_not_queried()))
    job.accesses.extend(accesses(job, [(asked, facts, decision)], "read"))
    return told(decision, ways_of(decision, job.service.books, today, is_person=asked.is_person), report)


async def _report(job: Job, session: Connection, law: LawOfMatter, subject_id: UUID, on: date) -> MatterReport | None:
    """Read what is asked for of reports in a matter on the day of the application; null where it is no matter of reports."""
    if law.matter.application_item is None:
        return None
    item = application_item_id(law.jurisdiction, law.matter.application_item)
    return await matter_report(session, item, subject_id=subject_id, office_id=job.caller.office_id, on=on)


def accesses(job: Job, answered: list[tuple[Asked, Facts, Decision]], verb: str) -> list[Access]:
    """Give the entries of an answer: of each subject, and of each person looked at because of representing it.

    They keep the matter and what it came to, never what was told of the subject.
    """
    entries = []
    for asked, facts, decision in answered:
        said = f"{decision.law.matter.name}：{OUTCOMES_ZH[decision.outcome]}"
        basis = BY_CONSENT if asked.is_person and must_name_purpose(job) else None
        entries.append(Access(job.caller, NOUN, verb, "served", asked.id, job.now, basis=basis, reason=said))
        looked_at = {link.person_id for link in facts.links if link.person_id and link.holds(decision.applied_on)}
        entries += [
            Access(job.caller, NOUN, verb, "served", one, job.now, reason=f"{decision.law.matter.name}：法定代表人核查")
            for one in sorted(looked_at)
        ]
    return entries


def require_matter_of_purpose(job: Job, law: LawOfMatter) -> None:
    """Pass an agency that asks about a matter its purpose was granted for.

    Raises: MatterNotOfPurpose.
    """
    if not must_name_purpose(job):
        return
    item = law.matter.application_item
    if item is None or job.caller.purpose_code != f"{law.jurisdiction}.{item}":
        raise MatterNotOfPurpose


async def _asked(job: Job, session: Connection, subject_id: UUID, scopes: tuple[Scope, ...], *, is_past: bool) -> Asked:
    """Find the subject within authority.

    Raises: NotFound; PastDayRefused.
    """
    today, caller = local_day(job.now), job.caller
    found = await subjects_within(session, caller, "id", [subject_id], scopes, weighing(job), today)
    if not found:
        raise NotFound
    if is_past:
        looking = reader_of(job.service, job.caller).scopes(NOUN, "look_back")
        if not await subjects_within(session, caller, "id", [subject_id], looking, (), today):
            raise PastDayRefused
    return Asked(subject_id, found[0]["is_person"], found[0]["weighs"])


def weighing(job: Job) -> tuple[Scope, ...]:
    """Give the scopes in which what is shared between offices is weighed, and not only what is published."""
    return reader_of(job.service, job.caller).scopes(NOUN, "weigh")


def _subject(job: Job, subject: strawberry.ID | None) -> UUID:
    """Give the subject asked about: the one named, or the caller.

    Raises: NotFound.
    """
    if subject is not None:
        return job.subject_id(subject)
    if job.caller.subject_id is None:
        raise NotFound("Name a subject: you are none.", zh="请指明信用主体：您不是信用主体。")
    return job.caller.subject_id


def _require_days(on: date, applied_on: date, today: date) -> None:
    """Pass days that have come and stand in order.

    Raises: DateInFuture; DatesOutOfOrder.
    """
    if on > today:
        raise DateInFuture(field="on")
    if applied_on > on:
        raise DatesOutOfOrder(
            "An application is made no later than the day asked about.",
            zh="申请日期不得晚于查询日期。",
            field="appliedOn",
        )


FIELDS = {
    "eligibility": strawberry.field(
        resolver=eligibility,
        name="eligibility",
        description="What credit leads to for a subject in a matter: allowed 可以, restricted 限制, favoured 激励, or what a"
        " person must decide; by which entry, record, grade or score, under which clause, until when, and what is not"
        " known (上海8, 9; 十堰正文; 新乡五(三); 厦门18, 21–23; 海沧17, 18, 25).",
    ),
    "matters": strawberry.field(
        resolver=matters,
        name="matters",
        description="The matters 应用事项 in which credit is put to use in a division, with restrictions 限制 and incentives 激励.",
    ),
}
"""Fields of Query."""
