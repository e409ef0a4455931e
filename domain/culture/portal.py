"""The portal's column 专栏: an office supplies an entry, another person of the office that keeps it approves.

Refuses who decides on his own, an entry of a case that is not published, numbers and addresses of people.
Source: 厦门10.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from domain.credit.terms import binding
from domain.culture.refusals import PortalCaseNeeded, PortalProposerDecides
from domain.installation_rows import office_id
from domain.lifecycle import Transaction, create, machine, move
from domain.proposed import Kept
from domain.rights.others_data import impersonal
from domain.rulebook.model import Rulebooks
from domain.text import require_text

NOUN: Final = "portal_entry"
COLUMN: Final = "portal.column"
KEPT: Final = Kept(NOUN, "basis", PortalProposerDecides)
MACHINE: Final = machine(NOUN, withdraw=("approved", "withdrawn"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """An entry as an office supplies it."""

    jurisdiction_id: str
    office_id: UUID
    kind: str
    title: str
    text: str
    source: str | None = None
    case_id: UUID | None = None


async def propose(tx: Transaction, books: Rulebooks, given: Supply) -> UUID:
    """Supply an entry for the column; give its id.

    Raises: PortalCaseNeeded; OthersPersonalData; InvalidInput.
    """
    if (given.kind == "typical_case") != (given.case_id is not None):
        raise PortalCaseNeeded
    await _require_published(tx, given.case_id)
    law = binding(books, given.jurisdiction_id, COLUMN, tx.today)
    named = law.actors if law is not None else ()
    editor = office_id(given.jurisdiction_id, named[0]) if named else given.office_id
    values: dict[str, Any] = {
        "jurisdiction_id": given.jurisdiction_id,
        "office_id": given.office_id,
        "editor_id": editor,
        "kind": given.kind,
        "title": impersonal("title", given.title, longest=200),
        "text": impersonal("text", given.text, longest=20_000),
        "source": None if given.source is None else impersonal("source", given.source, longest=500),
        "case_id": given.case_id,
        "basis": law.citation if law is not None else "-",
        "state": "proposed",
        "proposed_by": tx.actor.account_id,
        "proposed_at": tx.now,
    }
    return await create(tx, NOUN, "propose", values, basis=values["basis"])


async def approve(tx: Transaction, entry_id: UUID) -> dict[str, Any]:
    """Approve, and so publish, an entry that somebody else supplied; give the row after it.

    Raises: NotFound; PortalProposerDecides; PortalCaseNeeded when its case is published no more; StateConflict.
    """
    row = await KEPT.load(tx, entry_id)
    await _require_published(tx, row["case_id"])
    return await KEPT.approve(tx, entry_id, also={"published_at": tx.now})


async def reject(tx: Transaction, entry_id: UUID, *, reason: str) -> dict[str, Any]:
    """Reject an entry that somebody else supplied, saying why; give the row after it.

    Raises: NotFound; PortalProposerDecides; InvalidInput; StateConflict.
    """
    return await KEPT.reject(tx, entry_id, reason=reason)


async def withdraw(tx: Transaction, row: Mapping[str, Any], *, reason: str) -> dict[str, Any]:
    """Take a published entry down, saying why; give the row after it.

    Raises: InvalidInput; StateConflict.
    """
    why = require_text("reason", reason, longest=2_000)
    changes = {"withdrawn_at": tx.now, "reason": why}
    return await move(tx, MACHINE, "withdraw", row["id"], changes, reason=why, basis=row["basis"])


async def _require_published(tx: Transaction, case_id: UUID | None) -> None:
    """Pass no case, or one that is published.

    Raises: PortalCaseNeeded.
    """
    if case_id is None:
        return
    state = await tx.connection.fetchval("SELECT state FROM typical_case WHERE id = $1 FOR SHARE", case_id)
    if state != "approved":
        raise PortalCaseNeeded
