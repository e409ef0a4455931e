"""What follows from a granted repair, in its transaction: publicity and sharing end, entries end, measures lift.

The record is repaired and with that published, shared and used no longer; entries leave their lists as their
rules say; whoever applies measures, and the platform, is told through the outbox. The noun of measures hooks in
at `lift_measures`.
Source: 厦门6; 海沧7; 信用修复管理办法 (终止公示、停止共享和使用、同步解除失信惩戒措施).
"""

from __future__ import annotations

from uuid import UUID

from domain.credit import records
from domain.files import attachments
from domain.lifecycle import Transaction, move
from domain.lists import removals
from domain.outbox import announce
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
            await end_entry(tx, one, reason=reason)
    await lift_measures(tx, case, application_id, exits)
    return exits


async def end_entry(tx: Transaction, ended: Exit, *, reason: str) -> None:
    """Take an entry off its list, by the rule of the list; open removals of it lapse."""
    entry_id = ended.entry.id
    changes = {"removed_on": tx.today, "removal_reason": ended.removal_reason}
    await move(tx, removals.ENTRY, "remove", entry_id, changes, reason=reason, basis=ended.citation)
    await removals.lapse(tx, entry_id)
    await attachments.disclose(tx, "list_entry", entry_id, "restricted")


async def lift_measures(tx: Transaction, case: Case, application_id: UUID, exits: tuple[Exit, ...]) -> None:
    """Tell whoever applies measures 惩戒措施 for the record, or for an entry that ended, to lift them."""
    payload = {
        "record": str(case.record["id"]),
        "application": str(application_id),
        "entries": [str(one.entry.id) for one in exits if one.ends],
    }
    await announce(
        tx, "measure", "lift", object_id=case.record["id"], subject_id=case.record["subject_id"], payload=payload
    )
