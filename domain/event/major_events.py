"""What may happen to a major dishonesty event: reported from one of three sources, handled, fed back. None is skipped.

Refuses another source, a day to come, a place without the rule. Source: 海沧15; no number of days is set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.credit.refusals import DateInFuture
from domain.credit.terms import binding
from domain.errors import DomainError, InvalidInput, NotFound
from domain.lifecycle import Transaction, create, machine, move
from domain.rulebook.model import Rulebooks
from domain.text import require_text

NOUN: Final = "major_event"
MACHINE: Final = machine(NOUN, handle=("reported", "handled"), feed_back=("handled", "fed_back"))
_LONGEST: Final = 5_000


class EventsNotProvided(DomainError):
    """No rule of this place has a way for such events: none is entered."""

    code = "EVENTS_NOT_PROVIDED"
    zh = "本地规则未规定重大失信事件的治理机制：不予登记。"


class EventSourceUnknown(InvalidInput):
    """The rule names no such source: use one of `known`."""

    code = "EVENT_SOURCE_UNKNOWN"
    zh = "规则未列明该来源：请使用 known 所列来源。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """An event as an office learns of it."""

    office_id: UUID
    jurisdiction: str
    source: str
    source_document: str
    facts: str
    learned_on: date
    subject_id: UUID | None = None


async def report(tx: Transaction, books: Rulebooks, event: Reported) -> UUID:
    """Enter an event; give its id.

    Raises: EventsNotProvided; EventSourceUnknown; DateInFuture; NotFound; InvalidInput.
    """
    rule = binding(books, event.jurisdiction, "major_event.sources", tx.today)
    if rule is None or not isinstance(rule.value, tuple):
        raise EventsNotProvided
    if event.source not in rule.value:
        raise EventSourceUnknown(known=list(rule.value))
    if event.learned_on > tx.today:
        raise DateInFuture(field="learnedOn")
    is_person = False
    if event.subject_id is not None:
        known = await tx.connection.fetchrow("SELECT is_person FROM subject WHERE id = $1", event.subject_id)
        if known is None:
            raise NotFound
        is_person = known["is_person"]
    values = {
        "jurisdiction_id": event.jurisdiction,
        "office_id": event.office_id,
        "subject_id": event.subject_id,
        "about_person": is_person,
        "source": event.source,
        "source_document": require_text("source_document", event.source_document, longest=500),
        "facts": require_text("facts", event.facts, longest=_LONGEST),
        "learned_on": event.learned_on,
        "basis": rule.citation,
        "state": "reported",
        "reported_at": tx.now,
        "reported_by": tx.actor.account_id,
    }
    return await create(tx, NOUN, "report", values, basis=rule.citation)


async def handle(tx: Transaction, event_id: UUID, *, handling: str) -> dict[str, Any]:
    """Note what was done about an event; give the row after it.

    Raises: NotFound; StateConflict; InvalidInput.
    """
    row = await _read(tx, event_id)
    changes = {
        "handling": require_text("handling", handling, longest=_LONGEST),
        "handled_on": tx.today,
        "handled_by": tx.actor.account_id,
    }
    return await move(tx, MACHINE, "handle", event_id, changes, basis=row["basis"])


async def feed_back(tx: Transaction, event_id: UUID, *, to: str, feedback: str) -> dict[str, Any]:
    """Note what was fed back, and to whom; give the row after it.

    Raises: NotFound; StateConflict before it was handled; InvalidInput.
    """
    row = await _read(tx, event_id)
    changes = {
        "fed_back_to": require_text("to", to, longest=200),
        "feedback": require_text("feedback", feedback, longest=_LONGEST),
        "fed_back_on": tx.today,
        "fed_back_by": tx.actor.account_id,
    }
    return await move(tx, MACHINE, "feed_back", event_id, changes, basis=row["basis"])


async def _read(tx: Transaction, event_id: UUID) -> Mapping[str, Any]:
    row: Mapping[str, Any] | None = await tx.connection.fetchrow(
        "SELECT * FROM major_event WHERE id = $1 FOR UPDATE", event_id
    )
    if row is None:
        raise NotFound
    return row
