"""Ground of the tests of merges: the demonstration served, two firms or people of Xiamen with a record each."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import pytest

from domain.identifiers import invented_resident_id, invented_uscc
from tests.client import Client, Serve
from tests.intake.test_submit_many import SUBMIT, _item, _row

CLERK, OTHER = "xiamen-inspection-clerk", "xiamen-approval-clerk"
CREDIT, SECOND, FOREIGN = "xiamen-credit-office", "xiamen-credit-office-second", "shiyan-credit-office"
WHY = "登记机关确认为同一主体"

MERGE = "subjectMerge { id state rows version kept { id } merged { id mergedInto { id } } }"
PROPOSE = (
    f"mutation ($input: ProposeSubjectMergeInput!) {{ proposeSubjectMerge(input: $input) {{ receipts {MERGE} }} }}"
)
_STEP = "mutation ($input: {input}!) {{ {name}(input: $input) {{ receipts {merge} }} }}"


def step(name: str) -> str:
    """Give the document of a step on a merge."""
    inputs = {
        "approveSubjectMerge": "SubjectMergeInput",
        "approveUnmerge": "SubjectMergeInput",
        "proposeUnmerge": "ProposeUnmergeInput",
    }
    return _STEP.format(name=name, merge=MERGE, input=inputs.get(name, "SubjectMergeReasonInput"))


@dataclass(frozen=True)
class Party:
    """A subject that was handed in: its global id, how it is named, and the records about it."""

    id: str
    name: str
    code: str | None = None
    id_number: str | None = None
    records: list[str] = field(default_factory=list)

    @property
    def named(self) -> dict[str, Any]:
        """Give how a row names it."""
        return {"name": self.name, "code": self.code, "idNumber": self.id_number}


class Town:
    """Speaks as the people of Xiamen."""

    def __init__(self, client: Client, url: str, item: str, owner: asyncpg.Connection[Any]) -> None:
        self.client, self.url, self.item, self.owner = client, url, item, owner
        self._numbers = itertools.count(1)

    async def hand_in(self, *, decision: int | None = None, **named: Any) -> dict[str, Any]:
        """Hand in a record about somebody; give its row with `id` and `subject`."""
        number = next(self._numbers) if decision is None else decision
        row = _row(self.item, 50_000 + number, clientMutationId=None, **named)
        row = {name: value for name, value in row.items() if value is not None}
        answer = (await self.client.data(SUBMIT, {"input": {"records": [row]}}, caller=CLERK))["submitCreditRecords"]
        [told] = answer["rows"]
        assert told["outcome"] == "ADDED", told
        found = await self.owner.fetchrow(
            "SELECT * FROM credit_record WHERE id = $1", told["record"].removeprefix("CreditRecord:")
        )
        assert found is not None
        return dict(found) | {"global": told["record"]}

    async def firm(self, *, decision: int | None = None) -> Party:
        """Hand in a record about a firm that is not here yet."""
        number = next(self._numbers)
        code, name = invented_uscc(700_000 + number), f"厦门虚构合并{number}号公司"
        row = await self.hand_in(decision=decision, code=code, name=name)
        return Party(f"Subject:{row['subject_id']}", name, code, None, [row["global"]])

    async def person(self) -> Party:
        """Hand in a record about a person who is not here yet."""
        number = next(self._numbers)
        id_number, name = invented_resident_id(70_000 + number), f"虚合{'甲乙丙丁戊己庚辛壬癸'[number % 10]}"
        row = await self.hand_in(code=None, name=name, idNumber=id_number)
        return Party(f"Subject:{row['subject_id']}", name, None, id_number, [row["global"]])

    async def propose(self, kept: Party, merged: Party, caller: str = CREDIT) -> str:
        """Propose a merge; give its id."""
        answer = await self.client.data(
            PROPOSE, {"input": {"kept": kept.id, "merged": merged.id, "reason": WHY}}, caller=caller
        )
        merge: str = answer["proposeSubjectMerge"]["subjectMerge"]["id"]
        return merge

    async def take(self, name: str, merge: str, caller: str) -> dict[str, Any]:
        """Take a step that must succeed; give the merge."""
        answer = await self.client.data(step(name), {"input": self._input(name, merge)}, caller=caller)
        found: dict[str, Any] = answer[name]["subjectMerge"]
        return found

    async def codes(self, name: str, merge: str, caller: str | None) -> list[str]:
        """Take a step and give the codes of its refusal."""
        return await self.client.codes(step(name), {"input": self._input(name, merge)}, caller=caller)

    async def merge(self, kept: Party, merged: Party) -> str:
        """Merge; give the id of the merge."""
        merge = await self.propose(kept, merged)
        await self.take("approveSubjectMerge", merge, SECOND)
        return merge

    async def unmerge(self, merge: str) -> dict[str, Any]:
        """Undo a merge."""
        await self.take("proposeUnmerge", merge, CREDIT)
        return await self.take("approveUnmerge", merge, SECOND)

    async def subject_of(self, record: str) -> str:
        """Give the global id of the subject of a record, as it stands in the table."""
        row_id = record.removeprefix("CreditRecord:")
        return f"Subject:{await self.owner.fetchval('SELECT subject_id FROM credit_record WHERE id = $1', row_id)}"

    @staticmethod
    def _input(name: str, merge: str) -> dict[str, Any]:
        plain = name in ("approveSubjectMerge", "approveUnmerge")
        return {"subjectMerge": merge} | ({} if plain else {"reason": WHY})


@pytest.fixture(scope="module")
async def town(serve: Serve, demo_url: str) -> AsyncIterator[Town]:
    """Serve the demonstration."""
    owner = await asyncpg.connect(demo_url)
    async with serve(demo_url) as client:
        yield Town(client, demo_url, await _item(demo_url), owner)
    await owner.close()
