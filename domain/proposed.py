"""What one person proposes for a list that an office keeps, and another approves, rejects, or ends later.

In charge of the decision and of the last day; the nouns say which columns a proposal has. Refuses who decides on his
own proposal, a last day that has passed or lies before the first, and a second one.
Source: 厦门11; 海沧2, 12 (lists that an office keeps); who proposes never approves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import asyncpg

from domain.credit.public_text import public_text
from domain.errors import DomainError, InvalidInput, NotFound
from domain.lifecycle import Machine, Transaction, change, machine, move
from domain.text import require_text

_LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Kept:
    """A noun whose rows are proposed and approved: its table, the column of its basis, what refuses the proposer."""

    noun: str
    basis: str
    own_proposal: type[DomainError]

    @property
    def machine(self) -> Machine:
        """The moves of its rows: approved, one may be used from its first day on."""
        return machine(self.noun, approve=("proposed", "approved"), reject=("proposed", "rejected"))

    async def load(self, tx: Transaction, row_id: object) -> asyncpg.Record:
        """Lock a row and read it.

        Raises: NotFound.
        """
        row = await tx.connection.fetchrow(f"SELECT * FROM {self.noun} WHERE id = $1 FOR NO KEY UPDATE", row_id)
        if row is None:
            raise NotFound
        return row

    async def approve(
        self, tx: Transaction, row_id: object, *, also: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Approve what somebody else has proposed, setting with it what else follows; give the row after it.

        Raises: NotFound; the refusal of who decides on his own proposal; StateConflict.
        """
        row = await self._of_another(tx, row_id)
        return await move(
            tx, self.machine, "approve", row["id"], {**_decided(tx), **(also or {})}, basis=row[self.basis]
        )

    async def reject(self, tx: Transaction, row_id: object, *, reason: str) -> dict[str, Any]:
        """Reject what somebody else has proposed, saying why; give the row after it.

        Raises: NotFound; the refusal of who decides on his own proposal; InvalidInput; StateConflict.
        """
        why = require_text("reason", reason, longest=_LONGEST)
        row = await self._of_another(tx, row_id)
        changes = {**_decided(tx), "reason": why}
        return await move(tx, self.machine, "reject", row["id"], changes, reason=why, basis=row[self.basis])

    async def end(self, tx: Transaction, row: asyncpg.Record, *, valid_to: date, reason: str) -> dict[str, Any]:
        """Set the last day of an approved row that has none; what was done under it stays. Give the row after it.

        Raises: InvalidInput for a day before today or before its first; PersonalTextInPublic; StateConflict.
        """
        why = public_text("reason", reason, longest=_LONGEST)
        if row["state"] != "approved" or valid_to < max(tx.today, row["valid_from"] or tx.today):
            raise InvalidInput(
                "An approved item ends today or later, and not before its first day.",
                zh="已核准的事项应在今天或以后、且不早于生效日终止。",
                field="valid_to",
            )
        changes = {"valid_to": valid_to, "reason": why}
        return await change(
            tx, self.noun, "end", row["id"], changes, unless="valid_to", reason=why, basis=row[self.basis]
        )

    async def _of_another(self, tx: Transaction, row_id: object) -> asyncpg.Record:
        row = await self.load(tx, row_id)
        if row["proposed_by"] is not None and row["proposed_by"] == tx.actor.account_id:
            raise self.own_proposal
        return row


def _decided(tx: Transaction) -> dict[str, Any]:
    return {"decided_by": tx.actor.account_id, "decided_at": tx.now}
