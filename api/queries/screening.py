"""Screening 批量筛查: up to a thousand subjects in one request, by code, by identity number, or by name.

Every subject counts against the quota of subjects resolved and leaves an access entry as single reads do, people only
with their consent for the purpose. Nobody is told whether one not shown exists.
Source: 上海8; 海沧10; 个人信息保护法 24, 51; 河南省社会信用条例 39.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import strawberry
from strawberry.types import get_object_definition

from api.execution.job import Job
from api.gate.access import Access
from api.queries.eligibility import NOUN, accesses, require_matter_of_purpose, weighing
from api.queries.eligibility_types import Matter, matter_told
from api.queries.fields import Ctx, argument
from api.queries.personal import require_in_body
from api.queries.scoped import place_of, scopes_of
from authz.vocabulary import Scope
from authz.within import organisations_like, subjects_within
from domain.clock import local_day
from domain.connection import Connection
from domain.eligibility.answer import Outcome
from domain.eligibility.law import law_of
from domain.eligibility.loading import Asked
from domain.eligibility.names import Match, patterns
from domain.eligibility.screening import Candidate, Found, Screened, candidates, require_count, screen
from domain.errors import InvalidInput, NotFound
from domain.identifiers import is_resident_id, is_uscc, normalise_code

_BY_CODE = Match(1.0, ("code",))


@strawberry.input(description="A subject to screen: by one of code, identity number or name.")
class ScreenedInput:
    code: str | None = strawberry.field(default=None, description="Unified social credit code 统一社会信用代码.")
    id_number: str | None = strawberry.field(
        default=None, description="Identity number 身份证号 of a person who consented to your office for this purpose."
    )
    name: str | None = strawberry.field(
        default=None,
        description="Name 名称 of an organisation, where its code is not known; people are not found by name.",
    )


def _read(_: type, given: Mapping[str, Any], __: object) -> ScreenedInput:
    """Read one of those asked for; the library's own way resolves every field's type anew, a third of the request."""
    return ScreenedInput(code=given.get("code"), id_number=given.get("idNumber"), name=given.get("name"))


get_object_definition(ScreenedInput, strict=True).from_input = _read


@strawberry.type(description="An organisation whose name may be the one asked for 疑似名称, with score and reasons.")
class NameMatch:
    subject: strawberry.ID = strawberry.field(description="Global id of the subject.")
    name: str = strawberry.field(description="Name as held.")
    score: float = strawberry.field(description="How well it fits, from 0 to 1; from 0.9 on it is taken for the same.")
    reasons: list[str] = strawberry.field(
        description="Why: code, same_name, width_or_blanks, legal_form, bracketed_part, same_sound, similar."
    )


@strawberry.type(
    description="One of those asked for 筛查对象; all else is null where none is found within your authority."
)
class ScreenedSubject:
    position: int = strawberry.field(description="Its place among those asked for, from 0.")
    outcome: Outcome | None = strawberry.field(
        description="What credit leads to; null where nobody, or not exactly one, was found."
    )
    until: date | None = strawberry.field(description="Last day on which it is so of itself; null where none is set.")
    citations: list[str] = strawberry.field(description="Documents and clauses 依据 of what makes the outcome.")
    subject: NameMatch | None = strawberry.field(description="Who it is, and how it was found.")
    matches: list[NameMatch] = strawberry.field(
        description="Names that may be meant, where none or several are the same: ask again by code."
    )


@strawberry.type(
    description="What credit leads to for those asked for 批量筛查, in one matter, today. Nothing is decided by it."
)
class EligibilityScreening:
    matter: Matter = strawberry.field(description="The matter.")
    on: date = strawberry.field(description="The day it is told for: today.")
    found: int = strawberry.field(description="How many were found and told.")
    subjects: list[ScreenedSubject] = strawberry.field(description="Those asked for, in the order given.")


@dataclass(frozen=True, slots=True)
class _Screener:
    """Finds subjects on a session, in the scopes in which the caller may screen."""

    job: Job
    session: Connection
    scopes: tuple[Scope, ...]

    async def by(self, key: str, wanted: Sequence[Any]) -> dict[Any, Candidate]:
        """Find subjects by what names them."""
        if not wanted:
            return {}
        today = local_day(self.job.now)
        rows = await subjects_within(self.session, self.job.caller, key, wanted, self.scopes, weighing(self.job), today)
        return {
            row["key"]: Candidate(
                asked=Asked(row["id"], row["is_person"], row["weighs"]), name=row["name"], match=_BY_CODE
            )
            for row in rows
        }

    async def by_name(self, names: Sequence[str]) -> dict[str, tuple[Candidate, ...]]:
        """Give the organisations whose names are like each name; a name too short to search by finds none."""
        sought = {name: list(found) for name in names if (found := patterns(name))}
        if not sought:
            return {}
        rows = await organisations_like(
            self.session,
            self.job.caller,
            list(sought.values()),
            self.scopes,
            weighing(self.job),
            local_day(self.job.now),
        )
        return {name: candidates(name, rows.get(number, ())) for number, name in enumerate(sought)}


async def screening(
    info: Ctx,
    matter: Annotated[str, argument("matter", "Code of the matter; your purpose must be its application item.")],
    subjects: Annotated[list[ScreenedInput], argument("subjects", "Those asked for, 1 to 1,000.")],
    jurisdiction: Annotated[
        str | None, argument("jurisdiction", "Division code; your own unless given, and no other.")
    ] = None,
) -> EligibilityScreening | None:
    """Answer for all, count and log each."""
    job = info.context
    scopes = scopes_of(job, NOUN, "screen")
    require_count(len(subjects))
    if any(one.id_number is not None for one in subjects):
        require_in_body(job, "eligibilityScreening", "subjects")
    _require_one_each(subjects)
    today = local_day(job.now)
    law = law_of(job.service.books, place_of(job, jurisdiction), matter, today)
    require_matter_of_purpose(job, law)
    await _count(job, len(subjects))
    async with job.service.database.session() as session:
        found, unseen = await _find(_Screener(job, session, scopes), subjects)
        await _count(job, max(0, found.subjects - len(subjects)))
        answers, decided = await screen(session, job.service.books, law, found, count=len(subjects), on=today)
    job.accesses.extend([*accesses(job, decided, "screen"), *unseen])
    return EligibilityScreening(
        matter=matter_told(law), on=today, found=len(decided), subjects=[_told(one) for one in answers]
    )


async def _find(screener: _Screener, given: Sequence[ScreenedInput]) -> tuple[Found, list[Access]]:
    """Find those asked for; give the access entries of people who were asked for and not shown."""
    job = screener.job
    codes = {
        number: normalise_code(one.code)
        for number, one in enumerate(given)
        if one.code and is_uscc(one.code, lenient=True)
    }
    people = {
        number: job.service.vault.blind_index(normalise_code(one.id_number))
        for number, one in enumerate(given)
        if one.id_number and is_resident_id(one.id_number)
    }
    names = {number: one.name for number, one in enumerate(given) if one.name is not None}
    by_code = await screener.by("uscc", list(dict.fromkeys(codes.values())))
    by_number = await screener.by("id_index", list(dict.fromkeys(people.values())))
    by_name = await screener.by_name(list(dict.fromkeys(names.values())))
    found: dict[int, Sequence[Candidate]] = {}
    found |= {number: (by_code[code],) for number, code in codes.items() if code in by_code}
    found |= {number: (by_number[index],) for number, index in people.items() if index in by_number}
    found |= {number: by_name[name] for number, name in names.items() if by_name.get(name)}
    unseen = [
        Access(
            job.caller, NOUN, "screen", "refused", None, job.now, reason=NotFound.code, person_index=index
        )
        for index in dict.fromkeys(people.values())
        if index not in by_number
    ]  # fmt: skip
    return Found(found), unseen


async def _count(job: Job, subjects: int) -> None:
    """Count those asked for, found or not, before anything is told.

    Raises: QuotaExceeded.
    """
    if job.meter is not None and subjects:
        await job.meter.charge(subjects, NOUN)


def _require_one_each(given: Sequence[ScreenedInput]) -> None:
    """Pass those that are named in one way each.

    Raises: InvalidInput.
    """
    for number, one in enumerate(given):
        if sum(value is not None for value in (one.code, one.id_number, one.name)) != 1:
            raise InvalidInput(
                "Name each subject in one way: by code, identity number or name.",
                zh="每个主体请以一种方式指明：代码、身份证号或名称。",
                position=number,
            )


def _told(one: Screened) -> ScreenedSubject:
    decision = one.decision
    return ScreenedSubject(
        position=one.position,
        outcome=decision.outcome if decision else None,
        until=decision.until if decision else None,
        citations=list(dict.fromkeys(finding.citation for finding in decision.decisive)) if decision else [],
        subject=_match(one.subject) if one.subject else None,
        matches=[_match(other) for other in one.matches],
    )


def _match(one: Candidate) -> NameMatch:
    shown = "" if one.asked.is_person else one.name
    return NameMatch(
        subject=strawberry.ID(f"Subject:{one.asked.id}"),
        name=shown,
        score=one.match.score,
        reasons=list(one.match.reasons),
    )


FIELDS = {
    "eligibilityScreening": strawberry.field(
        resolver=screening,
        name="eligibilityScreening",
        description="What credit leads to in one matter for up to 1,000 subjects 批量筛查, by code, identity number or name:"
        " for a partner with that purpose; people only with their consent. Each is counted and logged (上海8, 海沧10).",
    ),
}
"""Fields of Query."""
