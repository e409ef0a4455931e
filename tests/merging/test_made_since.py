"""What is made of a merged subject under its own names goes back when the merge is undone, whatever the noun."""

from __future__ import annotations

from typing import Any

import pytest

from tests.intake.test_submit_many import SUBMIT, _row
from tests.lists.ground import list_id
from tests.merging.conftest import CLERK, Town

pytestmark = pytest.mark.anyio

COLLECT = """mutation ($input: CollectListEntryInput!) { collectListEntry(input: $input) {
  listEntry { id subject { id } } } }"""
ENTRY = {
    "creditList": list_id("350200", "labour_serious"),
    "reason": "拖欠劳动报酬",
    "behaviour": "拖欠劳动报酬",
    "legalBasis": "《保障农民工工资支付条例》第四十八条",
    "legalBasisLevel": "ADMINISTRATIVE_REGULATION",
}


async def collect(town: Town, **about: Any) -> dict[str, Any]:
    """Collect an entry; give it."""
    answer = await town.client.data(COLLECT, {"input": ENTRY | about}, caller=CLERK)
    made: dict[str, Any] = answer["collectListEntry"]["listEntry"]
    return made


async def holder(town: Town, table: str, row: str, column: str = "subject_id") -> str:
    """Give the global id of the subject that a row names."""
    found = await town.owner.fetchval(f"SELECT {column} FROM {table} WHERE id = $1", row.rpartition(":")[2])
    return f"Subject:{found}"


@pytest.mark.parametrize("named", ["code", "id"])
async def test_an_entry_collected_under_an_old_name_goes_back(town: Town, named: str) -> None:
    kept, merged = await town.firm(), await town.firm()
    merge = await town.merge(kept, merged)
    about = {"subject": merged.id} if named == "id" else {"code": merged.code, "name": merged.name}
    made = await collect(town, **about)
    assert made["subject"] == {"id": kept.id}
    await town.unmerge(merge)
    assert await holder(town, "list_entry", made["id"]) == merged.id


async def test_an_entry_collected_under_the_kept_ones_own_name_stays(town: Town) -> None:
    kept, merged = await town.firm(), await town.firm()
    merge = await town.merge(kept, merged)
    made = await collect(town, subject=kept.id)
    await town.unmerge(merge)
    assert await holder(town, "list_entry", made["id"]) == kept.id


async def test_a_representative_named_under_an_old_code_goes_back_with_the_record(town: Town) -> None:
    kept, merged = await town.firm(), await town.firm()
    merge = await town.merge(kept, merged)
    content = [*_row(town.item, 1)["content"], {"code": "CF_FRDB", "value": "虚构法"}]
    record = await town.hand_in(**merged.named, content=content)
    linked = await town.owner.fetchval(
        "SELECT id FROM legal_representative WHERE subject_id = $1 AND name = '虚构法'", record["subject_id"]
    )
    await town.unmerge(merge)
    assert await holder(town, "legal_representative", str(linked)) == merged.id
    assert await town.subject_of(record["global"]) == merged.id


async def test_of_two_records_of_one_call_that_under_the_old_code_goes_back_alone(town: Town) -> None:
    kept, merged = await town.firm(), await town.firm()
    merge = await town.merge(kept, merged)
    rows = [
        _row(town.item, number, code=one.code, name=one.name, clientMutationId=None)
        for number, one in ((61_001, merged), (61_002, kept))
    ]
    sent = [{name: value for name, value in row.items() if value is not None} for row in rows]
    answer = await town.client.data(SUBMIT, {"input": {"records": sent}}, caller=CLERK)
    records = [row["record"] for row in answer["submitCreditRecords"]["rows"]]
    await town.unmerge(merge)
    assert [await town.subject_of(record) for record in records] == [merged.id, kept.id]
