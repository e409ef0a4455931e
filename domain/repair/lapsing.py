"""What is asked for about a record ends with the record: nothing is left to repair 信用修复, nothing to spare 豁免.

Refuses nothing. What was decided stays, as the decision on a record that stood.
Source: 厦门6; 海沧2, 7; 行政处罚法 48.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from domain.exemption.exemption import OPEN_STATES as OPEN_EXEMPTIONS
from domain.lifecycle import Machine, Transaction, machine, move
from domain.repair.application import OPEN_STATES as OPEN_REPAIRS

MACHINES: Final[Mapping[str, Machine]] = {
    "repair_application": machine("repair_application", withdraw=(OPEN_REPAIRS, "withdrawn")),
    "exemption": machine("exemption", withdraw=(OPEN_EXEMPTIONS, "withdrawn")),
}


async def end_with(tx: Transaction, record_id: UUID, *, reason: str, basis: str | None) -> None:
    """Withdraw what is open about a record that was just withdrawn, with the reason given for that."""
    for noun, known in MACHINES.items():
        for row in await tx.connection.fetch(_OPEN.format(noun), record_id, list(known.moves["withdraw"].sources)):
            await move(tx, known, "withdraw", row["id"], {}, reason=reason, basis=basis)


_OPEN: Final = "SELECT id FROM {} WHERE record_id = $1 AND state = ANY($2::text[]) FOR UPDATE"
