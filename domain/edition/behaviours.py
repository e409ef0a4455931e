"""The dishonest behaviour 失信行为 that a record cites: one of the list in force on the day of its decision, or none.

Refuses a behaviour that is not on the list, or not for the record's catalogue item; whatever is listed later changes
nothing of it. Source: 厦门1 (失信行为(事项)清单); 上海7; 新乡二 (科学界定失信行为).
"""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from domain.credit.item import Item
from domain.edition.kinds import kinds_of
from domain.edition.refusals import BehaviourNotListed
from domain.lifecycle import Transaction
from domain.rulebook.model import Rulebooks

SHAPE: Final = "behaviour"


async def cited(
    tx: Transaction, books: Rulebooks, item: Item, code: str | None, *, office_id: UUID, on: date
) -> UUID | None:
    """Find the behaviour that a record of an item cites, decided on a day; nothing where it cites none.

    Raises: BehaviourNotListed, with the codes that are.
    """
    if code is None:
        return None
    kinds = [kind.code for kind in kinds_of(books, item.jurisdiction_id).values() if kind.rule.shape == SHAPE]
    rows = await tx.connection.fetch(_LISTED, item.jurisdiction_id, kinds, office_id, on, item.code)
    found = {row["code"]: row["id"] for row in rows}
    if code not in found:
        raise BehaviourNotListed(known=sorted(found))
    return UUID(str(found[code]))


_LISTED: Final = """
SELECT behaviour.id, behaviour.code
FROM edition JOIN edition_item behaviour ON behaviour.edition_id = edition.id
WHERE edition.jurisdiction_id = $1 AND edition.kind = ANY($2::text[]) AND edition.state = 'approved'
  AND (edition.office_id IS NULL OR edition.office_id = $3)
  AND (edition.valid_from IS NULL OR edition.valid_from <= $4) AND (edition.valid_to IS NULL OR edition.valid_to >= $4)
  AND coalesce(behaviour.content -> 'items' ? $5, true)
"""
