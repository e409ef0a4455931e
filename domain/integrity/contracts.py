"""Surveying contracts of public bodies with enterprises, and surveying them anew (海沧24)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.credit.refusals import DateInFuture, DatesOutOfOrder
from domain.credit.terms import binding
from domain.errors import InvalidInput, NotFound, StateConflict
from domain.integrity.contract import FULFILMENTS
from domain.integrity.refusals import IntegrityNotOrdered, NotAnOrganisation
from domain.lifecycle import Transaction, create, rewrite
from domain.rights.others_data import impersonal
from domain.rulebook.model import Rulebooks
from domain.text import require_text

NOUN: Final = "government_contract"
SURVEY: Final = "government_integrity.contract_survey"


@dataclass(frozen=True, slots=True, kw_only=True)
class Surveyed:
    """A contract as it is surveyed first."""

    jurisdiction_id: str
    office_id: UUID
    subject_id: UUID
    field: str
    number: str
    title: str
    signed_on: date
    due_on: date | None
    fulfilment: str
    finding: str | None


async def survey(tx: Transaction, books: Rulebooks, given: Surveyed) -> UUID:
    """Enter a contract into the survey; give its id.

    Raises: IntegrityNotOrdered; NotFound; NotAnOrganisation; DateInFuture; DatesOutOfOrder; OthersPersonalData; InvalidInput; StateConflict.
    """
    law = binding(books, given.jurisdiction_id, SURVEY, tx.today)
    if law is None:
        raise IntegrityNotOrdered
    person = await tx.connection.fetchval("SELECT is_person FROM subject WHERE id = $1", given.subject_id)
    if person is None:
        raise NotFound
    if person:
        raise NotAnOrganisation
    if given.signed_on > tx.today:
        raise DateInFuture(field="signedOn")
    if given.due_on is not None and given.due_on < given.signed_on:
        raise DatesOutOfOrder
    values: dict[str, Any] = {
        "jurisdiction_id": given.jurisdiction_id,
        "office_id": given.office_id,
        "subject_id": given.subject_id,
        "field": require_text("field", given.field, longest=100),
        "number": require_text("number", given.number, longest=100),
        "title": impersonal("title", given.title, longest=200),
        "signed_on": given.signed_on,
        "due_on": given.due_on,
        "basis": law.citation,
        "version": 1,
        **_found(tx, given.fulfilment, given.finding),
    }
    try:
        async with tx.connection.transaction():
            return await create(tx, NOUN, "survey", values, basis=law.citation)
    except asyncpg.UniqueViolationError:
        raise StateConflict from None


async def update(tx: Transaction, row: Mapping[str, Any], *, fulfilment: str, finding: str | None) -> dict[str, Any]:
    """Survey a contract anew; give the row after it.

    Raises: OthersPersonalData; InvalidInput.
    """
    changes = {**_found(tx, fulfilment, finding), "version": row["version"] + 1}
    return await rewrite(tx, NOUN, "update", row["id"], changes)


def _found(tx: Transaction, fulfilment: str, finding: str | None) -> dict[str, Any]:
    if fulfilment not in FULFILMENTS:
        raise InvalidInput("There is no such fulfilment.", zh="没有此履约情况。", known=list(FULFILMENTS))
    return {
        "fulfilment": fulfilment,
        "finding": None if finding is None else impersonal("finding", finding, longest=5_000),
        "surveyed_by": tx.actor.account_id,
        "surveyed_at": tx.now,
    }
