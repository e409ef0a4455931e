"""The three steps of a complaint about a public body, in their order: monitor, handle, feed back (海沧24).

Refuses it where no text orders the mechanism, a subject that is no public body, personal data, a ticket twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.credit.refusals import DateInFuture
from domain.credit.terms import binding
from domain.errors import NotFound, StateConflict
from domain.integrity.refusals import IntegrityNotOrdered, NotAPublicBody
from domain.lifecycle import Transaction, create, machine, move
from domain.rights.others_data import impersonal
from domain.rulebook.model import Rulebooks
from domain.text import require_text

NOUN: Final = "integrity_complaint"
STEPS: Final = "government_integrity.complaint_steps"
PUBLIC_BODIES: Final = ("government_organ", "public_institution")
MACHINE: Final = machine(
    NOUN,
    settle=("monitored", "handled"),  # 处理
    report=("handled", "fed_back"),  # 反馈
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A complaint as the hotline passes it on."""

    jurisdiction_id: str
    office_id: UUID
    subject_id: UUID
    ticket: str
    received_on: date
    matter: str


async def monitor(tx: Transaction, books: Rulebooks, given: Received) -> UUID:
    """Enter a complaint for the office that handles it; give its id.

    Raises: IntegrityNotOrdered; NotFound; NotAPublicBody; DateInFuture; OthersPersonalData; InvalidInput; StateConflict.
    """
    law = binding(books, given.jurisdiction_id, STEPS, tx.today)
    if law is None:
        raise IntegrityNotOrdered
    kind = await tx.connection.fetchval("SELECT kind FROM subject WHERE id = $1", given.subject_id)
    handler = await tx.connection.fetchval(_OFFICE, given.office_id, given.jurisdiction_id)
    if handler is None or kind is None:
        raise NotFound
    if kind not in PUBLIC_BODIES:
        raise NotAPublicBody
    if given.received_on > tx.today:
        raise DateInFuture(field="receivedOn")
    values: dict[str, Any] = {
        "jurisdiction_id": given.jurisdiction_id,
        "office_id": given.office_id,
        "subject_id": given.subject_id,
        "ticket": require_text("ticket", given.ticket, longest=100),
        "received_on": given.received_on,
        "matter": impersonal("matter", given.matter, longest=5_000),
        "basis": law.citation,
        "state": "monitored",
        "monitored_by": tx.actor.account_id,
        "monitored_at": tx.now,
    }
    try:
        async with tx.connection.transaction():
            return await create(tx, NOUN, "monitor", values, basis=law.citation)
    except asyncpg.UniqueViolationError:
        raise StateConflict from None


async def settle(tx: Transaction, row: Mapping[str, Any], *, result: str, founded: bool) -> dict[str, Any]:
    """Handle a complaint, saying whether it is true and what was done; give the row after it.

    Raises: OthersPersonalData; InvalidInput; StateConflict.
    """
    changes = {
        "result": impersonal("result", result, longest=5_000),
        "founded": founded,
        "handled_by": tx.actor.account_id,
        "handled_at": tx.now,
    }
    return await move(tx, MACHINE, "settle", row["id"], changes, basis=row["basis"])


async def report(tx: Transaction, row: Mapping[str, Any], *, feedback: str) -> dict[str, Any]:
    """Feed back what came of a complaint that was handled; give the row after it.

    Raises: OthersPersonalData; InvalidInput; StateConflict.
    """
    changes = {"feedback": impersonal("feedback", feedback, longest=5_000), "fed_back_at": tx.now}
    return await move(tx, MACHINE, "report", row["id"], changes, basis=row["basis"])


_OFFICE: Final = "SELECT id FROM office WHERE id = $1 AND jurisdiction_id = $2 AND kind <> 'partner_agency'"
