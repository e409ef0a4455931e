"""What follows from a granted repair, in its transaction: publicity and sharing end, entries end, measures lift.

The record is repaired and with that published, shared and used no longer; entries leave their lists as their
rules say; measures are lifted with the record and the entries they rest on; whoever applies them, and the platform,
is told through the outbox.
Source: 厦门6; 海沧7; 信用修复管理办法 (终止公示、停止共享和使用、同步解除失信惩戒措施).
"""

from __future__ import annotations

from uuid import UUID

from domain.credit import records
from domain.files import attachments
from domain.lifecycle import Transaction
from domain.repair.exits import Exit
from domain.repair.facts import Case
from domain.repair.leaving import end_entry
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
