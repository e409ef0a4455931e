"""What a merge rests on is kept beside it and shown to whoever decides, and to neither subject nor other offices."""

from __future__ import annotations

from typing import Any

import pytest

from tests.merging.conftest import CLERK, CREDIT, FOREIGN, OTHER, SECOND, WHY, Town

pytestmark = pytest.mark.anyio

PROPOSE = """mutation ($input: ProposeSubjectMergeInput!) { proposeSubjectMerge(input: $input) {
  subjectMerge { id attachments(first: 5) { nodes { id part disclosure } } } } }"""
UNDO = """mutation ($input: ProposeUnmergeInput!) { proposeUnmerge(input: $input) {
  subjectMerge { attachments(first: 5) { totalCount } } } }"""
SHOWN = "query ($id: ID!) { subjectMerge(id: $id) { reason attachments(first: 5) { nodes { id name } } } }"
PAPER = "登记机关变更通知书（虚构）".encode()


def signed_in(town: Town, caller: str) -> dict[str, str]:
    """Give the headers of a caller."""
    return {"authorization": f"Bearer {town.client.token(caller)}"}


async def uploaded(town: Town, caller: str) -> str:
    """Upload a draft; give its id."""
    answer = await town.client.http.post(
        "/attachments", content=PAPER, headers=signed_in(town, caller) | {"renxin-name": "paper.txt"}
    )
    assert answer.status_code == 201, answer.text
    file: str = answer.json()["id"]
    return file


async def served(town: Town, caller: str, file: str) -> int:
    """Ask for a file; give the status."""
    answer = await town.client.http.get(f"/attachments/{file.partition(':')[2]}", headers=signed_in(town, caller))
    assert answer.status_code != 200 or answer.content == PAPER
    return answer.status_code


async def test_who_approves_sees_what_the_proposal_rests_on(town: Town) -> None:
    kept, merged = await town.firm(), await town.firm()
    file = await uploaded(town, CLERK)
    given: dict[str, Any] = {"kept": kept.id, "merged": merged.id, "reason": WHY, "evidence": [file]}
    answer = await town.client.data(PROPOSE, {"input": given}, caller=CLERK)
    merge = answer["proposeSubjectMerge"]["subjectMerge"]
    assert merge["attachments"]["nodes"] == [{"id": file, "part": "EVIDENCE", "disclosure": "INTERNAL"}]
    for who in (CREDIT, SECOND, CLERK):
        shown = (await town.client.data(SHOWN, {"id": merge["id"]}, caller=who))["subjectMerge"]
        assert shown == {"reason": WHY, "attachments": {"nodes": [{"id": file, "name": "paper.txt"}]}}
        assert await served(town, who, file) == 200
    assert [await served(town, who, file) for who in (OTHER, FOREIGN)] == [404, 404]
    await town.take("approveSubjectMerge", merge["id"], SECOND)
    again = await uploaded(town, CREDIT)
    undo = {"subjectMerge": merge["id"], "reason": WHY, "evidence": [again]}
    done = await town.client.data(UNDO, {"input": undo}, caller=CREDIT)
    assert done["proposeUnmerge"]["subjectMerge"]["attachments"]["totalCount"] == 2
    await town.take("approveUnmerge", merge["id"], SECOND)
    assert [await served(town, SECOND, one) for one in (file, again)] == [200, 200]


async def test_nobody_hands_in_another_offices_draft(town: Town) -> None:
    kept, merged = await town.firm(), await town.firm()
    file = await uploaded(town, OTHER)
    given = {"kept": kept.id, "merged": merged.id, "reason": WHY, "evidence": [file]}
    assert await town.client.codes(PROPOSE, {"input": given}, caller=CLERK) == ["NOT_FOUND"]
    assert (
        await town.client.codes(PROPOSE, {"input": given | {"evidence": [await uploaded(town, CLERK)]}}, caller=CLERK)
        == []
    )
