"""Imported lists: entries that another authority keeps, taken over with their provenance and ended by their source.

They need no definition here; source, number at the source and the day it was obtained stand in each. Refuses
what is kept here. Source: 海沧5 (国家下达的严重失信主体名单), 25; 上海9(二) (失信被执行人).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from domain.credit.refusals import DateInFuture, DatesOutOfOrder, NumberNeeded, PersonalTextInPublic, citing
from domain.credit.terms import asks_for_age_of
from domain.lifecycle import Transaction
from domain.lists.list_collection import create_once
from domain.lists.list_grounds import LONGEST_NUMBER, LONGEST_REASON
from domain.lists.list_kind import ListKind, load_kind
from domain.lists.list_publication import remove
from domain.lists.list_subject import Named, admit_subject, disclosure_of
from domain.lists.refusals import ListNotImported, NotListOwner
from domain.lists.removal_openings import raise_for_entry
from domain.registry.enrolment import names_identity
from domain.rulebook.model import Rulebooks
from domain.text import require_text
from domain.vault import Vault

_LONGEST_SOURCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """An entry as its source gives it."""

    office_id: UUID
    list_id: UUID
    subject: Named
    source: str
    source_no: str
    obtained_on: date
    decided_on: date
    reason: str
    public_until: date | None = None


async def import_entry(tx: Transaction, vault: Vault, books: Rulebooks, given: Imported) -> UUID:
    """Take over an entry from its source; it is in force at once. Give its id.

    Raises: NotFound; ListNotImported; NotListOwner for an office elsewhere; SubjectUnclear;
    SubjectKindNotAllowed; NumberNeeded; DateInFuture; DatesOutOfOrder; PersonalTextInPublic; ListEntryExists; InvalidInput.
    Source: 海沧5; 上海9(二).
    """
    kind = await _imported_kind(tx, books, given)
    _check_days(given, tx.today)
    subject = await admit_subject(tx, vault, books, kind, given.subject)
    _require_number(books, kind, given, person=subject["is_person"], today=tx.today)
    name = subject["name"] if subject["is_person"] else None
    told = _told(given, name)
    values: dict[str, Any] = {
        "credit_list_id": kind.id,
        "subject_id": subject["id"],
        "about_person": subject["is_person"],
        "jurisdiction_id": kind.jurisdiction_id,
        "office_id": given.office_id,
        "state": "published",
        "route": "imported",
        "round": 1,
        "decision_no": told["source_no"],
        **told,
        "obtained_on": given.obtained_on,
        "collected_at": tx.now,
        "decided_on": given.decided_on,
        "entered_on": given.decided_on,
        "publisher_id": given.office_id,
        "published_at": tx.now,
        "published_by": tx.actor.account_id,
        "public_until": given.public_until,
        "term_basis": None,
        "disclosure": await disclosure_of(tx, vault, books, kind, subject, acted_on=given.decided_on),
    }
    entry_id = await create_once(tx, "import", values, basis=kind.citation)
    await raise_for_entry(tx, books, entry_id)
    return entry_id


async def _imported_kind(tx: Transaction, books: Rulebooks, given: Imported) -> ListKind:
    """Load the list of an entry; refuse one that is not taken over, and an office of another place."""
    kind = await load_kind(tx, books, given.list_id)
    if not kind.rule.imported:
        raise citing(ListNotImported, kind.citation)
    here = await tx.connection.fetchval("SELECT jurisdiction_id FROM office WHERE id = $1", given.office_id)
    if here != kind.jurisdiction_id:
        raise citing(NotListOwner, kind.citation)
    return kind


def _told(given: Imported, name: str | None) -> dict[str, str]:
    """Give what the source tells, as everybody may read it."""
    return {
        "source_no": _public("source_no", given.source_no, LONGEST_NUMBER, name),
        "reason": _public("reason", given.reason, LONGEST_REASON, name),
        "source": _public("source", given.source, _LONGEST_SOURCE, name),
    }


async def end(tx: Transaction, books: Rulebooks, entry_id: UUID, *, reason: str) -> dict[str, Any]:
    """End an imported entry today, as its source has ended it; give the row after it.

    Raises: NotFound; RemovalReasonUnfit for an entry that is kept here; StateConflict; InvalidInput.
    """
    return await remove(tx, books, entry_id, removal_reason="ended_by_source", reason=reason)


def _check_days(given: Imported, today: date) -> None:
    """Pass days that have come and stand in order.

    Raises: DateInFuture; DatesOutOfOrder.
    """
    for name, day in {"decided_on": given.decided_on, "obtained_on": given.obtained_on}.items():
        if day > today:
            raise DateInFuture(field=name)
    if given.obtained_on < given.decided_on:
        raise DatesOutOfOrder(field="obtained_on")
    if given.public_until is not None and given.public_until < today:
        raise DatesOutOfOrder("The source has ended the entry already.", zh="来源已结束该条目。", field="public_until")


def _require_number(books: Rulebooks, kind: ListKind, given: Imported, *, person: bool, today: date) -> None:
    """Pass an entry against a person that is named by its number: under its id, trying days would reveal a birthday.

    Raises: NumberNeeded.
    Source: 未成年人保护法 103; 个人信息保护法 5.
    """
    asks = person and kind.polarity == "negative" and asks_for_age_of(books, kind.jurisdiction_id, "list", today=today)
    if asks and given.subject.subject_id is not None:
        raise NumberNeeded()


def _public(name: str, text: str, longest: int, person_name: str | None) -> str:
    plain = require_text(name, text, longest=longest)
    if names_identity(plain, person_name=person_name):
        raise PersonalTextInPublic(field=name)
    return plain
