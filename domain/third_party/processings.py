"""What may happen to a processing contract: proposed, approved or rejected by another person, ended at once.

Refuses one without an end, a scope beyond what the office produces, and a provider that is no partner agency.
Source: 厦门30; 个人信息保护法 6, 21.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.calendar import add_term
from domain.credit.terms import binding
from domain.errors import StateConflict
from domain.lifecycle import Transaction, create, machine, move
from domain.proposed import Kept
from domain.rulebook.model import Rulebooks
from domain.text import require_text
from domain.third_party.refusals import (
    ProcessingProposerDecides,
    ProcessingTermUnfit,
    ProviderUnfit,
    ScopeUnfit,
)

NOUN: Final = "processing_contract"
PURCHASE: Final = "third_party_service.purchase"
LONGEST_YEARS: Final = 3
"""No source sets how long; a contract is made anew rather than forgotten (ours; 个人信息保护法 19, 55)."""
KEPT: Final = Kept(NOUN, "basis", ProcessingProposerDecides)
MACHINE: Final = machine(NOUN, end=("approved", "ended"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A contract as an office proposes it."""

    jurisdiction_id: str
    office_id: UUID
    provider_id: UUID
    number: str
    purpose: str
    safeguards: str
    item_codes: Sequence[str]
    valid_from: date
    valid_to: date


async def propose(tx: Transaction, books: Rulebooks, given: Proposal) -> UUID:
    """Propose a contract; give its id. Nothing is entrusted until another person has approved it.

    Raises: ProcessingTermUnfit; ProviderUnfit; ScopeUnfit; InvalidInput; StateConflict for a number twice.
    """
    if not given.valid_from <= given.valid_to <= add_term(given.valid_from, LONGEST_YEARS, "year"):
        raise ProcessingTermUnfit
    if await tx.connection.fetchval("SELECT kind FROM office WHERE id = $1", given.provider_id) != "partner_agency":
        raise ProviderUnfit
    known = {row["code"] for row in await tx.connection.fetch(_PRODUCED, given.office_id)}
    wanted = list(dict.fromkeys(given.item_codes))
    if not wanted or not set(wanted) <= known:
        raise ScopeUnfit(known=sorted(known))
    law = binding(books, given.jurisdiction_id, PURCHASE, tx.today)
    values: dict[str, Any] = {
        "jurisdiction_id": given.jurisdiction_id,
        "office_id": given.office_id,
        "provider_id": given.provider_id,
        "number": require_text("number", given.number, longest=100),
        "purpose": require_text("purpose", given.purpose, longest=2_000),
        "safeguards": require_text("safeguards", given.safeguards, longest=2_000),
        "item_codes": wanted,
        "valid_from": given.valid_from,
        "valid_to": given.valid_to,
        "basis": law.citation if law is not None else "《个人信息保护法》 21",
        "state": "proposed",
        "proposed_by": tx.actor.account_id,
        "proposed_at": tx.now,
    }
    try:
        async with tx.connection.transaction():
            return await create(tx, NOUN, "propose", values, basis=values["basis"])
    except asyncpg.UniqueViolationError:
        raise StateConflict from None


async def end(tx: Transaction, row: Mapping[str, Any], *, reason: str) -> dict[str, Any]:
    """End an approved contract at once: the provider gets nothing any more. Give the row after it.

    Raises: InvalidInput; StateConflict.
    """
    why = require_text("reason", reason, longest=2_000)
    changes = {"ended_at": tx.now, "reason": why}
    return await move(tx, MACHINE, "end", row["id"], changes, reason=why, basis=row["basis"])


_PRODUCED: Final = """
SELECT item.code FROM catalogue_item item JOIN catalogue_producer producer ON producer.item_id = item.id
WHERE producer.office_id = $1 AND item.disclosure IN ('public', 'government_sharing')
"""
