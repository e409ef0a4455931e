"""Commitments of two subjects found to be one: they go over, and back with the records that were made of them since."""

from __future__ import annotations

from typing import Any

import pytest

from tests.commitments.test_over_http import BREAK, KEEP, SIGN, TEXT
from tests.merging.conftest import OTHER, Party, Town

REVIEWER = "xiamen-approval-reviewer"

pytestmark = pytest.mark.anyio

ITEM = """{ commitmentItems(first: 50, filter: { jurisdiction: ["Jurisdiction:350200"] }) { nodes { id kind inForce } } }"""


async def signed(town: Town, number: int, **about: Any) -> str:
    """Take in a commitment on paper; give its id."""
    items = (await town.client.data(ITEM, caller=OTHER))["commitmentItems"]["nodes"]
    item = next(one["id"] for one in items if one["kind"] == "NOTIFICATION" and one["inForce"])
    given = {
        "commitmentItem": item, "matterNo": f"并{number}号", "method": "SEAL", "text": TEXT, "signer": "LEGAL_REPRESENTATIVE",
        "signerName": "法定虚构", "evidence": "档案柜3", **about,
    }  # fmt: skip
    made = (await town.client.data(SIGN, {"input": given}, caller=OTHER))["signCommitment"]["commitment"]
    found: str = made["id"]
    return found


async def of(town: Town, commitment: str) -> tuple[str, str | None]:
    """Give the subjects of a commitment and of the record that was made of it."""
    row = await town.owner.fetchrow(
        "SELECT made.subject_id, record.subject_id AS told FROM commitment made"
        " LEFT JOIN credit_record record ON record.id = made.record_id WHERE made.id = $1",
        commitment.partition(":")[2],
    )
    assert row is not None
    return f"Subject:{row['subject_id']}", row["told"] and f"Subject:{row['told']}"


def named(party: Party) -> dict[str, Any]:
    """Give how a firm is named by who does not know it."""
    return {"code": party.code, "name": party.name}


async def test_commitments_go_over_and_back_xm_11b(town: Town) -> None:
    kept, merged = await town.firm(), await town.firm()
    mine, theirs = await signed(town, 1, **named(kept)), await signed(town, 2, **named(merged))
    merge = await town.merge(kept, merged)
    assert await of(town, mine) == await of(town, theirs) == (kept.id, None)
    by_code, by_id = await signed(town, 3, **named(merged)), await signed(town, 4, subject=merged.id)
    since = await signed(town, 5, **named(kept))
    await town.unmerge(merge)
    assert [(await of(town, one))[0] for one in (mine, theirs, by_code, by_id, since)] == [
        kept.id, merged.id, merged.id, merged.id, kept.id,
    ]  # fmt: skip


@pytest.mark.parametrize("outcome", ["kept", "broken"])
async def test_the_record_of_a_commitment_goes_where_the_commitment_goes_xm_11c(town: Town, outcome: str) -> None:
    kept, merged = await town.firm(), await town.firm()
    mine, theirs = await signed(town, 11, **named(kept)), await signed(town, 12, **named(merged))
    merge = await town.merge(kept, merged)
    for number, one in enumerate((mine, theirs)):
        given = {"id": one, "no": f"核查{outcome}{number}号"}
        await town.client.data(KEEP if outcome == "kept" else BREAK, given, caller=REVIEWER)
    assert {await of(town, mine), await of(town, theirs)} <= {(kept.id, kept.id), (kept.id, None)}
    await town.unmerge(merge)
    for one, subject in ((mine, kept.id), (theirs, merged.id)):
        found, told = await of(town, one)
        assert found == subject
        assert told in (subject, None)
