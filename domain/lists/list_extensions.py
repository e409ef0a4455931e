"""Publications that were extended while another entry of the subject stands: they end with that one.

Whoever takes an entry off its list, in whatever way, calls this in the same transaction.
Source: 河南省社会信用条例19 (披露期限届满时尚未被移出名单的，延至被移出名单之日).
"""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from domain.lifecycle import Transaction, machine, move

MACHINE: Final = machine("list_entry", shorten=("published", None))


async def end_extensions(tx: Transaction, entry_id: UUID) -> None:
    """End the extensions that rested on an entry which is gone: today, but not before the day they had without it."""
    await _end(tx, entry_id, tx.today)


async def _end(tx: Transaction, entry_id: UUID, last: date) -> None:
    """Shorten what was extended with an entry to its last day, and what was extended with that in turn."""
    for row in await tx.connection.fetch(_EXTENDED, entry_id):
        until = max(row["until_before"], last)
        if row["public_until"] > until:
            await move(tx, MACHINE, "shorten", row["id"], {"public_until": until}, basis=row["term_basis"])
            await _end(tx, row["id"], until)


_EXTENDED: Final = """
SELECT id, until_before, public_until, term_basis FROM list_entry
WHERE extended_with_id = $1 AND state = 'published' ORDER BY id FOR NO KEY UPDATE
"""
