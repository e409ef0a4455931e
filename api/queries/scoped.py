"""Which scopes a caller has for a question that no plan answers, the way plans find them."""

from __future__ import annotations

from dataclasses import replace

from api.execution.job import Job, reader_of
from api.planning.reader import PurposeRequired
from authz import rows
from authz.vocabulary import Scope
from domain.errors import Forbidden, InvalidInput, NotFound


class DivisionUnnamed(InvalidInput):
    """No division is named: name one, e.g. 350200; an officer alone is taken to mean the own."""

    code = "DIVISION_UNNAMED"
    zh = "未指明行政区划：请指明，例如 350200；只有工作人员默认查询本地。"


def scopes_of(job: Job, noun: str, action: str) -> tuple[Scope, ...]:
    """Give the scopes in which the caller may do an action that tells about somebody.

    Raises: PurposeRequired for who must name one and has not, or whom one would let; Forbidden.
    """
    reader = reader_of(job.service, job.caller)
    about_somebody = rows.target(noun, action) in rows.PURPOSE_NEEDED
    if about_somebody and "purpose" not in reader.present and must_name_purpose(job):
        raise PurposeRequired
    found = reader.scopes(noun, action)
    if not found:
        if replace(reader, present=reader.present | {"purpose"}).scopes(noun, action):
            raise PurposeRequired
        raise Forbidden(noun=noun, action=action)
    return found


def must_name_purpose(job: Job) -> bool:
    """Tell whether the caller may look at nobody without naming a purpose, as partner agencies may not."""
    reader = reader_of(job.service, job.caller)
    return not reader.grants.scopes(reader.roles, "request", "omit_purpose")


def place_of(job: Job, jurisdiction: str | None) -> str:
    """Give the division that is asked about: an officer's own; a subject names any.

    Raises: DivisionUnnamed; NotFound for an officer who asks for another.
    """
    own = job.caller.jurisdiction_id
    place = jurisdiction or own
    if place is None:
        raise DivisionUnnamed(field="jurisdiction")
    if own is not None and place != own:
        raise NotFound("An officer asks for the own division.", zh="工作人员只能查询本地。")
    return place
