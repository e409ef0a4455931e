"""How a removal ends without the entry leaving by it: refused, closed, withdrawn, or lapsed.

Refuses an ending that the way does not know: a task is closed, not refused; an application is refused or withdrawn.
Source: 新乡四(四) (可以提前删除: the rule allows it, it orders nothing).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from domain.lifecycle import Transaction, machine, move
from domain.lists.list_removal import OPEN
from domain.text import require_text

ENDINGS: Final = machine(
    "list_removal",
    refuse=(tuple(one for one in OPEN if one != "raised"), "refused"),
    close=("raised", "closed"),
    withdraw=(tuple(one for one in OPEN if one not in ("raised", "proposed")), "withdrawn"),
    lapse=(OPEN, "lapsed"),  # the entry has left in another way, or what told of the violation is another subject's
)
_LONGEST: Final = 2_000


async def refuse(tx: Transaction, row: Mapping[str, Any], *, reason: str) -> None:
    """Refuse a removal with its reason, at whatever step: the rule allows it, it does not order it.

    Raises: StateConflict; InvalidInput.
    """
    await _end(tx, row, "refuse", reason)


async def close(tx: Transaction, row: Mapping[str, Any], *, reason: str) -> None:
    """Close the task to remove a red entry without removing it, with the reason.

    Raises: StateConflict; InvalidInput.
    """
    await _end(tx, row, "close", reason)


async def withdraw(tx: Transaction, row: Mapping[str, Any], *, reason: str) -> None:
    """Withdraw an application.

    Raises: StateConflict; InvalidInput.
    """
    await _end(tx, row, "withdraw", reason)


async def lapse(tx: Transaction, entry_id: UUID) -> None:
    """Let open removals of an entry lapse: it has left its list in another way."""
    for row in await tx.connection.fetch(_OPEN_OF, entry_id, list(OPEN)):
        await lapse_row(tx, row, reason="the entry has left its list in another way 该列入已以其他方式移出")


async def lapse_row(tx: Transaction, row: Mapping[str, Any], *, reason: str) -> None:
    """Let an open removal lapse, for a reason that lies outside it."""
    await _end(tx, row, "lapse", reason)


async def _end(tx: Transaction, row: Mapping[str, Any], verb: str, reason: str) -> None:
    said = require_text("reason", reason, longest=_LONGEST)
    changes = {"ended_at": tx.now, "ended_by": tx.actor.account_id, "ending_reason": said}
    await move(tx, ENDINGS, verb, row["id"], changes, basis=row["basis"])


_OPEN_OF: Final = "SELECT * FROM list_removal WHERE entry_id = $1 AND state = ANY($2::text[]) ORDER BY id FOR UPDATE"
