"""Who represents each of two organisations that were one, once they are two again.

While they are one, a representative 法定代表人 handed in for either ends the one before, whichever of the two that was
noted of. Parted, a link stands as it would if nothing had been handed in for the other one: until the eve of the next
representative of its own organisation, or still.
Source: 上海9(二)2 (法定代表人); Personal Information Protection Law 8 (accuracy).
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from domain.lifecycle import Transaction
from domain.many import FIRST, enact


async def part(tx: Transaction, kept_id: UUID, merged_id: UUID) -> None:
    """Let each representative of two organisations that were just parted stand who was ended by one of the other's."""
    await enact(tx, "legal_representative", "unmerge", _ENDED_BY_THE_OTHERS, [kept_id, merged_id], basis=None)


_ENDED_BY_THE_OTHERS: Final = f"""
UPDATE legal_representative ended SET to_on = (
  SELECT min(later.from_on) - 1 FROM legal_representative later
  WHERE later.subject_id = ended.subject_id AND later.from_on > ended.from_on
)
FROM legal_representative came
WHERE ended.subject_id = ANY(${FIRST}::uuid[]) AND came.subject_id = ANY(${FIRST}::uuid[])
  AND came.subject_id <> ended.subject_id AND ended.to_on = came.from_on - 1
  AND EXISTS (
    SELECT FROM ledger_event closing JOIN ledger_event opening ON opening.at = closing.at
    WHERE closing.object = 'legal_representative' AND closing.object_id = ended.id AND closing.verb = 'end'
      AND opening.object = 'legal_representative' AND opening.object_id = came.id AND opening.verb = 'link')
RETURNING ended.*
"""
