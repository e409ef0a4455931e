"""People who stand in for each other, over the demonstration data."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from domain.installation_rows import office_id
from tests.client import Client, Serve
from tests.policies.conftest import FIRST, SECOND

PRINCIPAL, COLLEAGUE = "xiamen-credit-office", "xiamen-credit-office-second"
"""Two people of one office: what one proposes the other approves."""

DEPUTY, OTHER_DEPUTY = "xiamen-inspection-clerk", "xiamen-approval-clerk"
OFFICE = f"Office:{office_id('350200', 'JC')}"

SHOWN = "assignment { id state role fromOn toOn account { id } deputyOf { id sub } }"
PROPOSE = f"mutation ($input: ProposeDeputyInput!) {{ proposeDeputy(input: $input) {{ {SHOWN} receipts }} }}"
PROPOSE_ROLE = f"mutation ($input: ProposeAssignmentInput!) {{ proposeAssignment(input: $input) {{ {SHOWN} }} }}"
APPROVE = f"mutation ($input: ApproveAssignmentInput!) {{ approveAssignment(input: $input) {{ {SHOWN} receipts }} }}"
REJECT = f"mutation ($input: RejectAssignmentInput!) {{ rejectAssignment(input: $input) {{ {SHOWN} }} }}"
END = f"mutation ($input: EndAssignmentInput!) {{ endAssignment(input: $input) {{ {SHOWN} receipts }} }}"
PROPOSE_ITEM = """mutation ($input: ProposeCommitmentItemInput!) {
  proposeCommitmentItem(input: $input) { receipts commitmentItem { id } } }"""
APPROVE_ITEM = "mutation ($id: ID!) { approveCommitmentItem(input: { commitmentItem: $id }) { commitmentItem { id } } }"


@dataclass
class Bureau:
    """Two security officers and those for whom they put deputies in force."""

    client: Client
    accounts: dict[str, str]
    """Global ids by what tokens call the accounts."""
    items: int = 0

    async def send(self, text: str, caller: str, *, office: str | None = None, **variables: Any) -> dict[str, Any]:
        """Send a mutation; give its payload, or {"code"} of its refusal."""
        answer = await self.client.send(text, variables, caller=caller, office=office)
        if "errors" in answer:
            return {"code": answer["errors"][0]["extensions"]["code"]}
        payload: dict[str, Any] = next(iter(answer["data"].values()))
        return payload

    async def propose(
        self, deputy: str, principal: str = PRINCIPAL, caller: str = FIRST, /, **changes: Any
    ) -> dict[str, Any]:
        """Propose a deputy in the credit office until the end of the month."""
        given = {
            "account": self.accounts[deputy], "principal": self.accounts[principal], "office": OFFICE,
            "toOn": "2026-03-31", "reason": "休假", **changes,
        }  # fmt: skip
        return await self.send(PROPOSE, caller, input=given)

    async def put_in_force(self, deputy: str, principal: str = PRINCIPAL, /, **changes: Any) -> str:
        """Let the two officers put a deputy in force; give the global id of the assignment."""
        made = await self.propose(deputy, principal, **changes)
        assert "code" not in made, made
        approved = await self.send(APPROVE, SECOND, input={"assignment": made["assignment"]["id"]})
        assert approved["assignment"]["state"] == "GRANTED", approved
        return str(approved["assignment"]["id"])

    async def end(self, assignment: str) -> None:
        """End an assignment at once."""
        await self.send(END, FIRST, input={"assignment": assignment, "reason": "返岗"})

    async def propose_item(self, caller: str, *, office: str | None = None) -> str:
        """Propose a commitment item, which another person must approve; give its global id."""
        self.items += 1
        given = {
            "edition": "2026年版", "code": f"D{self.items}", "name": "代理用例承诺事项", "kind": "NOTIFICATION", "matterKind": "APPROVAL",
            "parties": ["LEGAL_PERSON"], "clause": "11", "disclosure": "PUBLIC", "personDisclosure": "PUBLIC",
            "offices": [f"Office:{office_id('350200', 'SP')}"],
        }  # fmt: skip
        made = await self.send(PROPOSE_ITEM, caller, office=office, input=given)
        assert "code" not in made, made
        return str(made["commitmentItem"]["id"])

    async def approve_item(self, caller: str, item: str, *, office: str | None = None) -> str | None:
        """Approve a commitment item; give the code of the refusal, or None."""
        return (await self.send(APPROVE_ITEM, caller, office=office, id=item)).get("code")


def standing_in(principal: str, bureau: Bureau) -> str:
    """Give the header by which a deputy of somebody acts as one."""
    return bureau.accounts[principal]


@pytest.fixture(scope="module")
async def bureau(serve: Serve, demo_url: str) -> AsyncIterator[Bureau]:
    async with serve(demo_url) as client:
        data = await client.data("{ accounts(first: 100) { nodes { id sub } } }", caller=FIRST)
        yield Bureau(client, {one["sub"]: one["id"] for one in data["accounts"]["nodes"]})
