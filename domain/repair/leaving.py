"""Entries that leave their lists because of a repair: by the rule of the list, in the transaction of what brings it about.

An entry on several failings leaves with the repair of the last, and as well when the last that was not repaired is
withdrawn as wrong: then nothing is left to be repaired, and nothing that it rests on.
Source: 厦门6 (移除严重失信主体名单和重点关注主体名单); 海沧7.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from domain.files import attachments
from domain.lifecycle import Transaction
from domain.lists import list_entry, list_publication
from domain.repair.exits import Exit, exit_of
from domain.repair.facts import entry_of
from domain.rulebook.model import Rulebooks


async def end_entry(tx: Transaction, books: Rulebooks, ended: Exit, *, reason: str) -> None:
    """Take an entry off its list, by the rule of the list, and with it the persons listed with a unit 责任人员.

    Open removals of them lapse; publications extended with them end. What has left since is left alone.
    """
    for row in await tx.connection.fetch(_WITH_PERSONS, ended.entry.id):
        entry_id = row["id"]
        await list_publication.remove(
            tx, books, entry_id, removal_reason=str(ended.removal_reason), reason=reason, basis=ended.citation
        )
        await attachments.disclose(tx, "list_entry", entry_id, "restricted")


async def leave_with_last(tx: Transaction, books: Rulebooks, record_id: UUID, *, reason: str) -> None:
    """Let entries leave that rest on a record just withdrawn and otherwise on what was repaired, where a repair takes them off."""
    for row in await tx.connection.fetch(_LEFT_ALONE, record_id, tx.today):
        left = exit_of(books, entry_of(row), corrected_on=None, exit_standard=None, today=tx.today)
        if left.ends:
            await end_entry(tx, books, left, reason=reason)


_WITH_PERSONS: Final = """
SELECT id FROM list_entry WHERE (id = $1 OR with_entry_id = $1) AND state = 'published' ORDER BY id FOR UPDATE
"""
_LEFT_ALONE: Final = f"""
SELECT entry.id, list.rulebook, list.code, list.name, entry.jurisdiction_id, entry.decided_on, entry.condition,
  0 AS other_records
FROM list_evidence evidence
JOIN list_entry entry ON entry.id = evidence.entry_id
JOIN credit_list list ON list.id = entry.credit_list_id
CROSS JOIN LATERAL (
  SELECT bool_and(other.state IN ('repaired', 'withdrawn')) AND bool_or(other.state = 'repaired') AS by_repair
  FROM list_evidence beside JOIN credit_record other ON other.id = beside.record_id WHERE beside.entry_id = entry.id
) rests
WHERE evidence.record_id = $1 AND rests.by_repair
  AND {list_entry.IN_FORCE.replace("{t}", "entry").replace(":today", "$2::date")}
ORDER BY entry.id
"""
