"""What may happen to an exemption item: proposed by one person of the office, approved or rejected by another, ended.

Refuses an item that does not say when the act is minor and how often is occasional, one for a catalogue item
that does not speak against the subject or that the office does not produce, and who decides on his own proposal.
Where no text orders such a list, there is none: only jurisdictions whose rulebook has the procedure keep one.
Source: 海沧2; who proposes never approves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.credit.public_text import public_text
from domain.errors import InvalidInput, NotFound
from domain.exemption.item import LONGEST_WINDOW, MOST_EARLIER
from domain.exemption.refusals import ExemptionItemExists, ExemptionProposerDecides
from domain.lifecycle import Transaction, create
from domain.proposed import Kept
from domain.rulebook.model import Rulebooks
from domain.rulebook.procedure import procedure
from domain.text import require_text

NOUN: Final = "exemption_item"
WAY: Final = "exemption.grant"
KEPT: Final = Kept(NOUN, "legal_basis", ExemptionProposerDecides)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An item as an office proposes it for its field."""

    jurisdiction_id: str
    office_id: UUID
    catalogue_item_id: UUID
    code: str
    industry: str
    act: str
    minor_when: str
    most_earlier: int
    window_months: int
    legal_basis: str
    valid_from: date | None = None
    valid_to: date | None = None


async def propose(tx: Transaction, books: Rulebooks, proposal: Proposal) -> UUID:
    """Propose an item; give its id. It may be used once another person has approved it.

    Raises: Forbidden; ProcedureUnknown where no text orders such a list; NotFound; InvalidInput; PersonalTextInPublic;
        ExemptionItemExists.
    """
    account = tx.require_account()
    way = procedure(books, proposal.jurisdiction_id, WAY, tx.today)
    values = _values(proposal)
    produced = await tx.connection.fetchval(_PRODUCED, proposal.catalogue_item_id, proposal.office_id)
    if produced is None:
        raise NotFound("The office produces no such negative item.", zh="本单位不是该失信类目录条目的信源单位。")
    added = {**values, "state": "proposed", "proposed_by": account, "proposed_at": tx.now}
    try:
        async with tx.connection.transaction():
            return await create(tx, NOUN, "propose", added, basis=way.citation)
    except asyncpg.UniqueViolationError:
        raise ExemptionItemExists from None


async def approve(tx: Transaction, item_id: UUID) -> dict[str, Any]:
    """Approve an item that somebody else has proposed; give the row after it.

    Raises: NotFound; ExemptionProposerDecides; StateConflict.
    """
    return await KEPT.approve(tx, item_id)


async def reject(tx: Transaction, item_id: UUID, *, reason: str) -> dict[str, Any]:
    """Reject an item that somebody else has proposed, saying why; give the row after it.

    Raises: NotFound; ExemptionProposerDecides; InvalidInput; StateConflict.
    """
    return await KEPT.reject(tx, item_id, reason=reason)


async def end(tx: Transaction, item_id: UUID, *, valid_to: date, reason: str) -> dict[str, Any]:
    """Set the last day of an approved item that has none; what was exempted under it stays so.

    Raises: NotFound; InvalidInput for a day before today or before its first; PersonalTextInPublic; StateConflict.
    """
    return await KEPT.end(tx, await KEPT.load(tx, item_id), valid_to=valid_to, reason=reason)


def _values(proposal: Proposal) -> dict[str, Any]:
    """Give the columns of a proposal.

    Raises: InvalidInput; PersonalTextInPublic.
    """
    for name, number, least, most in (
        ("most_earlier", proposal.most_earlier, 0, MOST_EARLIER),
        ("window_months", proposal.window_months, 1, LONGEST_WINDOW),
    ):
        if not least <= number <= most:
            raise InvalidInput(
                f"{name} is a number from {least} to {most}.", zh=f"{name} 应为{least}至{most}的整数。", field=name
            )
    if proposal.valid_from and proposal.valid_to and proposal.valid_to < proposal.valid_from:
        raise InvalidInput("The last day lies before the first.", zh="失效日早于生效日。", field="valid_to")
    return {
        "jurisdiction_id": proposal.jurisdiction_id,
        "office_id": proposal.office_id,
        "catalogue_item_id": proposal.catalogue_item_id,
        "code": require_text("code", proposal.code, longest=64),
        "industry": public_text("industry", proposal.industry, longest=100),
        "act": public_text("act", proposal.act, longest=200),
        "minor_when": public_text("minor_when", proposal.minor_when, longest=500),
        "most_earlier": proposal.most_earlier,
        "window_months": proposal.window_months,
        "legal_basis": require_text("legal_basis", proposal.legal_basis, longest=500),
        "valid_from": proposal.valid_from,
        "valid_to": proposal.valid_to,
    }


_PRODUCED: Final = """
SELECT item.id FROM catalogue_item item JOIN catalogue_producer producer ON producer.item_id = item.id
WHERE item.id = $1 AND producer.office_id = $2 AND item.polarity = 'negative'
"""
