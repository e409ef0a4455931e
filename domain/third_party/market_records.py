"""Entering market information: an association about its member, an office by issuer and number; withdrawing it.

Source: 海沧26; 厦门4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.credit.refusals import DateInFuture
from domain.credit.terms import binding
from domain.errors import NotFound
from domain.lifecycle import Transaction, create, machine, move
from domain.rights.others_data import require_impersonal
from domain.rulebook.model import Rulebooks
from domain.text import require_text
from domain.third_party.refusals import MemberIsPerson

NOUN: Final = "market_record"
MACHINE: Final = machine(NOUN, withdraw=("recorded", "withdrawn"))
MEMBERS: Final = "association.member_records"
REPORTS: Final = "report.third_party"


@dataclass(frozen=True, slots=True, kw_only=True)
class Of:
    """About whom, of which day, by which office of which division."""

    jurisdiction_id: str
    office_id: UUID
    subject_id: UUID
    on_day: date


async def record(tx: Transaction, books: Rulebooks, of: Of, *, text: str, evaluation: str | None) -> UUID:
    """Enter an association's record of a member; give its id.

    Raises: NotFound; MemberIsPerson; DateInFuture; OthersPersonalData; InvalidInput.
    """
    said = require_text("text", text, longest=5_000)
    await require_impersonal(tx, "text", said, subject_id=of.subject_id)
    issuer = await tx.connection.fetchval("SELECT name FROM office WHERE id = $1", of.office_id)
    words = {
        "kind": "member_record",
        "issuer": issuer,
        "text": said,
        "evaluation": None if evaluation is None else require_text("evaluation", evaluation, longest=100),
    }
    return await _enter(tx, books, of, "record", MEMBERS, words)


async def cite(tx: Transaction, books: Rulebooks, of: Of, *, issuer: str, number: str, matter: str) -> UUID:
    """Refer to a third-party report by issuer and number, in a matter; give the id.

    Raises: NotFound; DateInFuture; InvalidInput.
    """
    words = {
        "kind": "third_party_report",
        "issuer": require_text("issuer", issuer, longest=200),
        "number": require_text("number", number, longest=100),
        "matter": require_text("matter", matter, longest=200),
    }
    return await _enter(tx, books, of, "cite", REPORTS, words)


async def withdraw(tx: Transaction, row: Mapping[str, Any], *, reason: str) -> dict[str, Any]:
    """Withdraw what was entered, saying why; give the row after it.

    Raises: OthersPersonalData; InvalidInput; StateConflict.
    """
    why = require_text("reason", reason, longest=2_000)
    await require_impersonal(tx, "reason", why, subject_id=row["subject_id"])
    changes = {"withdrawn_at": tx.now, "reason": why}
    return await move(tx, MACHINE, "withdraw", row["id"], changes, reason=why, basis=row["basis"])


async def _enter(tx: Transaction, books: Rulebooks, of: Of, verb: str, path: str, words: Mapping[str, Any]) -> UUID:
    person = await tx.connection.fetchval("SELECT is_person FROM subject WHERE id = $1", of.subject_id)
    if person is None:
        raise NotFound
    if person and verb == "record":
        raise MemberIsPerson
    if of.on_day > tx.today:
        raise DateInFuture(field="onDay")
    law = binding(books, of.jurisdiction_id, path, tx.today)
    values: dict[str, Any] = {
        "subject_id": of.subject_id,
        "about_person": person,
        "jurisdiction_id": of.jurisdiction_id,
        "office_id": of.office_id,
        "provenance": "market",
        **words,
        "on_day": of.on_day,
        "basis": law.citation if law is not None else "-",
        "state": "recorded",
        "recorded_by": tx.actor.account_id,
        "recorded_at": tx.now,
    }
    return await create(tx, NOUN, verb, values, basis=values["basis"])
