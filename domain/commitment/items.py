"""What may happen to a commitment item: proposed, approved or rejected by another person, ended.

The documents order lists of items and name few of them; the credit office keeps the rest. Refuses who decides
on his own proposal, tolerant acceptance without a term, and any change of an item that a rulebook names.
Source: 厦门11 (事项清单); 海沧12 (告知承诺制、容缺受理事项清单); who proposes never approves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.commitment.refusals import ItemExists, ProposerDecides, RulebookItem, SupplementTermMissing
from domain.credit.public_text import public_text
from domain.errors import InvalidInput, NotFound
from domain.ids import new_id
from domain.lifecycle import Transaction, create
from domain.proposed import Kept
from domain.registry.catalogue import DISCLOSURES
from domain.rulebook.vocabulary import COMMITMENT_KINDS, MATTER_KINDS, PARTIES, SUPPLEMENT_UNITS
from domain.text import require_text

KEPT: Final = Kept("commitment_item", "clause", ProposerDecides)

LONGEST_TEXT: Final = 20_000
LONGEST_TERM: Final = 400
_TOLERANT: Final = "tolerant_acceptance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An item as the credit office proposes it; `offices` are those that will take commitments under it."""

    jurisdiction_id: str
    edition: str
    code: str
    name: str
    kind: str
    matter_kind: str
    parties: Sequence[str]
    offices: Sequence[UUID]
    clause: str
    disclosure: str
    person_disclosure: str
    text: str | None = None
    supplement_term: int | None = None
    supplement_unit: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


async def propose(tx: Transaction, proposal: Proposal) -> UUID:
    """Propose an item; give its id. It may be used once another person has approved it.

    Raises: InvalidInput; PersonalTextInPublic; SupplementTermMissing; NotFound for an office of another division; ItemExists.
    """
    values = _values(proposal)
    await _require_offices(tx, proposal)
    try:
        async with tx.connection.transaction():
            item_id = await create(
                tx,
                "commitment_item",
                "propose",
                {**values, "state": "proposed", "proposed_by": tx.actor.account_id, "proposed_at": tx.now},
                basis=values["clause"],
            )
    except asyncpg.UniqueViolationError:
        raise ItemExists from None
    rows = [(new_id(), item_id, office) for office in dict.fromkeys(proposal.offices)]
    await tx.connection.executemany(
        "INSERT INTO commitment_item_office (id, commitment_item_id, office_id) VALUES ($1, $2, $3)", rows
    )
    return item_id


async def approve(tx: Transaction, item_id: UUID) -> None:
    """Approve an item that somebody else has proposed.

    Raises: NotFound; ProposerDecides; StateConflict.
    """
    await KEPT.approve(tx, item_id)


async def reject(tx: Transaction, item_id: UUID, *, reason: str) -> None:
    """Reject an item that somebody else has proposed, saying why.

    Raises: NotFound; ProposerDecides; StateConflict; InvalidInput.
    """
    await KEPT.reject(tx, item_id, reason=reason)


async def end(tx: Transaction, item_id: UUID, *, valid_to: date, reason: str) -> None:
    """Set the last day of an approved item that has none; commitments made under it go on.

    Raises: NotFound; RulebookItem; InvalidInput for a day before today or before its first; PersonalTextInPublic;
        StateConflict.
    """
    row = await KEPT.load(tx, item_id)
    if row["rulebook"] is not None:
        raise RulebookItem
    await KEPT.end(tx, row, valid_to=valid_to, reason=reason)


def _values(proposal: Proposal) -> dict[str, Any]:
    """Give the columns of a proposal.

    Raises: InvalidInput; PersonalTextInPublic; SupplementTermMissing.
    """
    _require_words(proposal)
    tolerant = proposal.kind == _TOLERANT
    stated = (proposal.supplement_term is not None, proposal.supplement_unit is not None)
    if stated != (tolerant, tolerant):
        raise SupplementTermMissing
    if tolerant and not 1 <= (proposal.supplement_term or 0) <= LONGEST_TERM:
        raise SupplementTermMissing
    if proposal.valid_from and proposal.valid_to and proposal.valid_to < proposal.valid_from:
        raise InvalidInput("The last day lies before the first.", zh="失效日早于生效日。", field="valid_to")
    return {
        "jurisdiction_id": proposal.jurisdiction_id,
        "edition": require_text("edition", proposal.edition, longest=100),
        "code": require_text("code", proposal.code, longest=64),
        "name": public_text("name", proposal.name, longest=200),
        "kind": proposal.kind,
        "matter_kind": proposal.matter_kind,
        "parties": list(dict.fromkeys(proposal.parties)),
        "text": public_text("text", proposal.text, longest=LONGEST_TEXT) if proposal.text is not None else None,
        "supplement_term": proposal.supplement_term,
        "supplement_unit": proposal.supplement_unit,
        "disclosure": proposal.disclosure,
        "person_disclosure": proposal.person_disclosure,
        "clause": require_text("clause", proposal.clause, longest=500),
        "valid_from": proposal.valid_from,
        "valid_to": proposal.valid_to,
    }


def _require_words(proposal: Proposal) -> None:
    """Pass words of the vocabularies.

    Raises: InvalidInput, naming the field.
    """
    known: dict[str, tuple[Sequence[object], Sequence[object]]] = {
        "kind": (COMMITMENT_KINDS, [proposal.kind]),
        "matter_kind": (MATTER_KINDS, [proposal.matter_kind]),
        "parties": (PARTIES, list(proposal.parties)),
        "supplement_unit": ((*SUPPLEMENT_UNITS, None), [proposal.supplement_unit]),
        "disclosure": (DISCLOSURES, [proposal.disclosure, proposal.person_disclosure]),
        "offices": (proposal.offices, list(proposal.offices)),
    }
    for field, (words, given) in known.items():
        if not given or any(word not in words for word in given):
            raise InvalidInput(f"{field} is missing or unknown.", zh=f"{field} 缺失或不在词表内。", field=field)


async def _require_offices(tx: Transaction, proposal: Proposal) -> None:
    """Pass offices of the item's own division.

    Raises: NotFound.
    """
    wanted = set(proposal.offices)
    found = await tx.connection.fetchval(
        "SELECT count(*) FROM office WHERE id = ANY($1::uuid[]) AND jurisdiction_id = $2 AND kind <> 'partner_agency'",
        list(wanted),
        proposal.jurisdiction_id,
    )
    if found != len(wanted):
        raise NotFound("There is no such office in this division.", zh="本地没有该单位。")
