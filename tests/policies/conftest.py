"""Two security officers over the demonstration data, and what they say to each other in GraphQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.client import Client, Serve

FIRST, SECOND, AUDITOR = "security-officer", "second-security-officer", "auditor"

FIELDS = "policyVersion { id number state digest note policyText }"
DRAFT = f"mutation ($input: DraftPolicyVersionInput!) {{ draftPolicyVersion(input: $input) {{ {FIELDS} receipts }} }}"
EDIT = f"mutation ($input: EditPolicyVersionInput!) {{ editPolicyVersion(input: $input) {{ {FIELDS} receipts }} }}"
PROPOSE = (
    f"mutation ($input: DecidePolicyVersionInput!) {{ proposePolicyVersion(input: $input) {{ {FIELDS} receipts }} }}"
)
APPROVE = (
    f"mutation ($input: ApprovePolicyVersionInput!) {{ approvePolicyVersion(input: $input) {{ {FIELDS} receipts }} }}"
)
REJECT = (
    f"mutation ($input: ReasonedPolicyVersionInput!) {{ rejectPolicyVersion(input: $input) {{ {FIELDS} receipts }} }}"
)
ACTIVATE = (
    f"mutation ($input: DecidePolicyVersionInput!) {{ activatePolicyVersion(input: $input) {{ {FIELDS} receipts }} }}"
)
ROLL_BACK = (
    f"mutation ($input: ReasonedPolicyVersionInput!) {{ rollBackPolicyVersion(input: $input) {{ {FIELDS} receipts }} }}"
)

GOOD = "p, credit_office, refused_row, read, own_office"
"""A line that may be added: the credit office reads what was refused of its own imports."""


@dataclass
class Desk:
    """Sends the mutations of policies."""

    client: Client

    async def send(self, mutation: str, caller: str = FIRST, /, **given: Any) -> dict[str, Any]:
        """Send a mutation with its input; give its payload, or {"code", "error"} of its refusal."""
        answer = await self.client.send(mutation, {"input": given}, caller=caller)
        if "errors" in answer:
            error = answer["errors"][0]
            return {"code": error["extensions"]["code"], "error": error}
        payload: dict[str, Any] = next(iter(answer["data"].values()))
        return payload

    async def draft(self, *add: str, remove: tuple[str, ...] = (), caller: str = FIRST) -> str:
        """Draft a version with lines added and removed; give its global id."""
        made = await self.send(DRAFT, caller, note="试行")
        version: str = made["policyVersion"]["id"]
        if add or remove:
            edited = await self.send(EDIT, caller, policyVersion=version, add=list(add), remove=list(remove))
            assert "code" not in edited, edited
        return version

    async def code(self, mutation: str, caller: str = FIRST, /, **given: Any) -> str | None:
        """Send a mutation; give the code of its refusal, or None."""
        return (await self.send(mutation, caller, **given)).get("code")

    async def account_of(self, sub: str) -> str:
        """Give the global id of an account."""
        data = await self.client.data("{ accounts(first: 100) { nodes { id sub } } }", caller=FIRST)
        ident: str = next(one["id"] for one in data["accounts"]["nodes"] if one["sub"] == sub)
        return ident

    async def state(self, version: str) -> str:
        """Give the state of a version."""
        data = await self.client.data(
            "query ($id: ID!) { policyVersion(id: $id) { state } }", {"id": version}, caller=FIRST
        )
        state: str = data["policyVersion"]["state"]
        return state

    async def active(self) -> dict[str, Any]:
        """Give the active version."""
        data = await self.client.data(
            "{ policyVersions(first: 1, filter: { state: ACTIVE }) { nodes { id number digest policyText } } }",
            caller=FIRST,
        )
        version: dict[str, Any] = data["policyVersions"]["nodes"][0]
        return version

    async def put_in_force(self, *add: str, remove: tuple[str, ...] = ()) -> str:
        """Draft, propose, approve and activate a version; give its global id."""
        version = await self.draft(*add, remove=remove)
        assert await self.code(PROPOSE, FIRST, policyVersion=version) is None
        assert await self.code(APPROVE, SECOND, policyVersion=version, activate=True) is None
        return version


@pytest.fixture(scope="module")
async def desk(serve: Serve, demo_url: str) -> AsyncIterator[Desk]:
    async with serve(demo_url) as client:
        yield Desk(client)
