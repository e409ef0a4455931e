"""Reviewing policies for GraphQL and the command line: what `authz.review` needs from this layer, and who may ask.

In charge of telling which privacy classes the fields of each object have and where rows about people are found, of
reading what an access entry asked, and of refusing a review to callers that may not see policies and accounts.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from uuid import UUID

from api.declaring.entity import Entity
from api.entities.index import ENTITIES
from api.execution.job import Job, reader_of
from api.planning.nouns import PERSON
from authz.lines import read
from authz.replay import Asked, Reach, Replay, replay
from authz.review import Review, examined, review, review_lines
from authz.vocabulary import ACTIONS
from domain.clock import local_day
from domain.errors import Forbidden, InvalidInput
from domain.privacy import Privacy


@cache
def classes_of_objects() -> dict[str, frozenset[Privacy]]:
    """Give the privacy classes of the fields of each object."""
    found: dict[str, frozenset[Privacy]] = {}
    for entity in ENTITIES.values():
        own = frozenset(column.declared.privacy for column in entity.columns.values())
        found[entity.noun] = found.get(entity.noun, frozenset()) | own
    return found


def require(job: Job, *permissions: tuple[str, str]) -> None:
    """Require that the caller may do something on all rows of objects.

    Raises: Forbidden.
    """
    reader = reader_of(job.service, job.caller)
    for noun, action in permissions:
        if not reader.scopes(noun, action):
            raise Forbidden(noun=noun, action=action)


async def reviewed(job: Job, version_id: UUID) -> Review:
    """Review a version for a caller.

    Raises: NotFound; PolicyInvalid.
    """
    service, today = job.service, local_day(job.now)
    return await review(service.database, version_id, sign_in=service.sign_in, today=today)


async def reviewed_uncompared(job: Job, version_id: UUID) -> Review:
    """Review a version for a caller who has no need of what is gained by it and lost.

    Raises: NotFound; PolicyInvalid.
    """
    service, today = job.service, local_day(job.now)
    return await examined(service.database, version_id, sign_in=service.sign_in, today=today)


async def reviewed_text(job: Job, text: str) -> Review:
    """Review a text that is no version yet.

    Raises: PolicyInvalid when the active version cannot be read.
    """
    service, today = job.service, local_day(job.now)
    return await review_lines(service.database, read(text), sign_in=service.sign_in, today=today)


LONGEST_REPLAY = 90
"""How many days a replay may go back."""


@cache
def reaches() -> dict[str, Reach]:
    """Give how the rows of each noun are found that tell about a person."""
    return {
        entity.noun: Reach(entity.table, entity.person, _indexed(entity))
        for entity in ENTITIES.values()
        if entity.person and entity.table != "ledger_event"
    }


def _indexed(entity: Entity) -> str | None:
    if entity.table == "subject":
        return "id"
    return "subject_id" if any(one.column == "subject_id" for one in entity.ones.values()) else None


def asked_by(object_: str, verb: str) -> Asked | None:
    """Tell what an access entry asked; None for one that does not tell."""
    nouns = object_.split(",")
    if not set(nouns) <= {PERSON, *ACTIONS}:
        return None
    if verb == "read":
        return Asked(tuple((("subject", "lookup_person") if noun == PERSON else (noun, "read")) for noun in nouns))
    noun = "subject" if nouns == [PERSON] else nouns[0]
    return Asked(((noun, verb),)) if len(nouns) == 1 and verb in ACTIONS[noun] else None


async def replayed(job: Job, found: Review, days: int) -> Replay:
    """Decide the accesses of the last days again under a reviewed policy.

    Raises: InvalidInput for a number of days that is out of range; PolicyInvalid for lines that cannot stand.
    """
    if not 1 <= days <= LONGEST_REPLAY:
        raise InvalidInput(
            f"`days` is between 1 and {LONGEST_REPLAY}.", zh=f"days 应在 1 至 {LONGEST_REPLAY} 之间。", field="days"
        )
    before, after = found.sides()
    return await replay(
        job.service.database,
        before=before.grants,
        after=after.grants,
        since=job.now - timedelta(days=days),
        reaches=reaches(),
        reading=asked_by,
    )
