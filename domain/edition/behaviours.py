"""The dishonest behaviour 失信行为 that a record cites: one of the list in force on the day of its decision, or none.

Refuses a behaviour that is not on the list, or not for the record's catalogue item; whatever is listed later changes
nothing of it. Source: 厦门1 (失信行为(事项)清单); 上海7; 新乡二 (科学界定失信行为).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from domain.credit.item import Item
from domain.edition.kinds import kinds_of
from domain.edition.refusals import BehaviourNotListed
from domain.lifecycle import Transaction
from domain.rulebook.model import Rulebooks

SHAPE: Final = "behaviour"


@dataclass(frozen=True, slots=True)
class Listed:
    """A behaviour of an approved list, and the days on which that list is in force; a day that is not set bounds nothing."""

    id: UUID
    code: str
    valid_from: date | None
    valid_to: date | None

    def is_in_force(self, on: date) -> bool:
        """Tell whether its list is in force on a day."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)


async def listed(tx: Transaction, books: Rulebooks, item: Item, *, office_id: UUID) -> list[Listed]:
    """Read the behaviours that records of an item may cite, of whatever day, in the lists that bind an office."""
    kinds = [kind.code for kind in kinds_of(books, item.jurisdiction_id).values() if kind.rule.shape == SHAPE]
    rows = await tx.connection.fetch(_LISTED, item.jurisdiction_id, kinds, office_id, item.code)
    return [Listed(UUID(str(row["id"])), row["code"], row["valid_from"], row["valid_to"]) for row in rows]


def required(behaviours: Iterable[Listed], code: str, *, on: date) -> UUID:
    """Find a behaviour by its code in the lists in force on a day.

    Raises: BehaviourNotListed, with the codes that are.
    """
    found = {one.code: one.id for one in behaviours if one.is_in_force(on)}
    if code not in found:
        raise BehaviourNotListed(known=sorted(found))
    return found[code]


_LISTED: Final = """
SELECT behaviour.id, behaviour.code, edition.valid_from, edition.valid_to
FROM edition JOIN edition_item behaviour ON behaviour.edition_id = edition.id
WHERE edition.jurisdiction_id = $1 AND edition.kind = ANY($2::text[]) AND edition.state = 'approved'
  AND (edition.office_id IS NULL OR edition.office_id = $3)
  AND coalesce(behaviour.content -> 'items' ? $4, true)
"""
