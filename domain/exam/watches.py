"""What may happen to an entry of a watch list: entered until a day, lifted before it.

Whom it is about is found, or entered, by the identity number alone; that leaves no trace in the office's own
log of changes. Refuses an entry without an end, and a place whose texts keep no such list.
Source: 十堰正文; 个人信息保护法 19 (shortest time), 24.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.credit.terms import binding
from domain.errors import NotFound
from domain.exam.refusals import WatchEnds, WatchNotProvided
from domain.lifecycle import Actor, Transaction, change, create
from domain.masking import patterns
from domain.registry import enrolment
from domain.rulebook.model import Rulebooks
from domain.text import require_text
from domain.vault import Vault

LONGEST_DAYS: Final = 366
"""No source sets how long; a watch is renewed rather than forgotten."""

_ORDERED: Final = "exam.watch_list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Who is watched at which site of which exam, why, by whose analysis, until when."""

    office_id: UUID
    id_number: str
    name: str
    exam_name: str
    site: str
    finding: str
    source: str
    until_on: date


async def enter(tx: Transaction, vault: Vault, books: Rulebooks, given: Watch) -> UUID:
    """Enter somebody on a site's watch list; give the id of the entry.

    Raises: NotFound; WatchEnds; WatchNotProvided; what `enrolment` raises; InvalidInput.
    """
    if not 0 <= (given.until_on - tx.today).days <= LONGEST_DAYS:
        raise WatchEnds
    jurisdiction = await tx.connection.fetchval(_OFFICE, given.office_id)
    if jurisdiction is None:
        raise NotFound
    law = binding(books, jurisdiction, _ORDERED, tx.today)
    if law is None:
        raise WatchNotProvided
    person = await _person(tx, vault, books, given, jurisdiction)
    values = {
        "subject_id": person["id"],
        "about_person": True,
        "jurisdiction_id": jurisdiction,
        "office_id": given.office_id,
        "name": person["name"],
        "masked_id_number": person["masked_id_number"],
        "exam_name": require_text("exam_name", given.exam_name, longest=200),
        "site": require_text("site", given.site, longest=200),
        "finding": require_text("finding", given.finding, longest=5_000),
        "source": require_text("source", given.source, longest=200),
        "entered_at": tx.now,
        "until_on": given.until_on,
        "entered_by": tx.actor.account_id,
    }
    return await create(tx, "exam_watch", "enter", values, basis=law.citation)


async def lift(tx: Transaction, watch_id: UUID, *, reason: str) -> dict[str, Any]:
    """Lift an entry before its day; give the row after it.

    Raises: InvalidInput; StateConflict when it was lifted already.
    """
    why = require_text("reason", reason, longest=2_000)
    return await change(
        tx, "exam_watch", "lift", watch_id, {"lifted_at": tx.now, "lift_reason": why}, unless="lifted_at"
    )


async def _person(tx: Transaction, vault: Vault, books: Rulebooks, given: Watch, jurisdiction: str) -> Any:
    """Find or enter the person as nobody in particular: an officer's name beside it would tell of the list."""
    nobody = replace(tx, actor=Actor(None, ("service",), policy_version=tx.actor.policy_version), events=[])
    person_id = await enrolment.enrol_person(
        nobody,
        vault,
        id_number=given.id_number,
        name=given.name,
        jurisdiction_id=jurisdiction,
        patterns=patterns(books, jurisdiction, tx.today),
    )
    return await tx.connection.fetchrow("SELECT id, name, masked_id_number FROM subject WHERE id = $1", person_id)


_OFFICE: Final = "SELECT jurisdiction_id FROM office WHERE id = $1 AND kind <> 'partner_agency'"
