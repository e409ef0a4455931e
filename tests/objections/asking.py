"""What the tests ask over HTTP: the mutations of objections, each as one call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from domain.calendar import working_calendar
from domain.lifecycle import Actor, Transaction
from domain.rights.objections import filing
from tests.client import NOW, Client
from tests.objections.ground import BOOKS

SHOWN = """
id state origin ground nextStep nextOffice { code } steps timedSteps outcome open overdue dueOn dueProvisional receivedOn
markDueOn forwardDueOn verifyDueOn decideDueOn reportDueOn correctDueOn tellDueOn
markTimeliness forwardTimeliness verifyTimeliness decideTimeliness reportTimeliness correctTimeliness tellTimeliness
pausedSince finding decisionReason notice procedure earlier { id } reviewOf { id }
office { code } intakeOffice { code } platformOffice { code }
record { id disputed state version withdrawalReason } entry { id disputed state inForce }
"""

READ = f"query ($id: ID!) {{ objection(id: $id) {{ {SHOWN} }} }}"


@dataclass
class Asking:
    """Somebody who asks: the client, and which accounts there are."""

    client: Client

    async def act(self, name: str, *, by: str, **given: Any) -> dict[str, Any]:
        """Send a mutation of objections that must succeed and give the objection after it."""
        answer = await self.send(name, by=by, **given)
        assert "errors" not in answer, (name, by, answer["errors"])
        found: dict[str, Any] = answer["data"][name]["objection"]
        return found

    async def refused(self, name: str, *, by: str, **given: Any) -> str:
        """Send a mutation that must be refused and give the code."""
        answer = await self.send(name, by=by, **given)
        assert "errors" in answer, (name, by, answer)
        return str(answer["errors"][0]["extensions"]["code"])

    async def send(self, name: str, *, by: str, **given: Any) -> dict[str, Any]:
        """Send a mutation of objections."""
        kind = _INPUTS.get(name, "ObjectionInput")
        document = f"mutation ($input: {kind}!) {{ {name}(input: $input) {{ receipts objection {{ {SHOWN} }} }} }}"
        who, _, purpose = by.partition("@")
        return await self.client.send(document, {"input": given}, caller=who, purpose=purpose or None)

    async def see(self, objection: str, *, by: str) -> dict[str, Any] | None:
        """Read an objection as somebody."""
        data = await self.client.data(READ, {"id": objection}, caller=by)
        found: dict[str, Any] | None = data["objection"]
        return found

    async def record(self, record: UUID, *, by: str | None = None, purpose: str | None = None) -> dict[str, Any] | None:
        """Read a credit record as somebody."""
        document = (
            "query ($id: ID!) { creditRecord(id: $id) { id disputed state version inForce"
            " subjectStatements(first: 5) { nodes { words byAgent } } } }"
        )
        data = await self.client.data(document, {"id": record_id(record)}, caller=by, purpose=purpose)
        found: dict[str, Any] | None = data["creditRecord"]
        return found


def record_id(record: UUID) -> str:
    """Give the global id of a record."""
    return f"CreditRecord:{record}"


_INPUTS = {
    "fileObjection": "FileObjectionInput",
    "appealObjection": "AppealObjectionInput",
    "verifyObjection": "VerifyObjectionInput",
    "pauseObjection": "PauseObjectionInput",
    "resumeObjection": "ResumeObjectionInput",
    "decideObjection": "DecideObjectionInput",
    "correctObjection": "CorrectObjectionInput",
}


async def appeal(owner: asyncpg.Connection[Any], objection: Mapping[str, Any]) -> None:
    """Ask for a review within, past what the API looks at first."""
    async with owner.transaction():
        tx = Transaction(owner, NOW, Actor(None, ("subject",)))
        this = UUID(objection["objection"].partition(":")[2])
        await filing.appeal(tx, BOOKS, working_calendar(), this, statement="不服。", origin="subject")
