"""What follows from a granted repair, in its transaction: publicity and sharing end, entries end, measures lift.

The record is repaired and with that published, shared and used no longer; entries leave their lists as their
rules say; measures are lifted with the record and the entries they rest on; whoever applies them, and the platform,
is told through the outbox.
Source: 厦门6; 海沧7; 信用修复管理办法 (终止公示、停止共享和使用、同步解除失信惩戒措施).
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from domain.credit import records
from domain.files import attachments
from domain.lifecycle import Transaction
from domain.lists import list_publication
from domain.repair.exits import Exit
from domain.repair.facts import Case
from domain.rulebook.model import Rulebooks


async def carry_out(
    tx: Transaction, books: Rulebooks, case: Case, application_id: UUID, *, basis: str
) -> tuple[Exit, ...]:
    """Carry out a granted repair; tell what became of each entry that rests on the record.

    Raises: StateConflict for a record or an entry that has moved on.
    """
    record_id = case.record["id"]
    reason = f"信用修复申请 {application_id}"
    await records.repair(tx, record_id, reason=reason, basis=basis)
    await attachments.disclose(tx, "credit_record", record_id, "restricted")
    exits = case.exits(books)
    for one in exits:
        if one.ends:
            await end_entry(tx, books, one, reason=reason)
    return exits


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


_WITH_PERSONS: Final = """
SELECT id FROM list_entry WHERE (id = $1 OR with_entry_id = $1) AND state = 'published' ORDER BY id FOR UPDATE
"""
