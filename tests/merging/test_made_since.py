"""What is made of a merged subject under its own names goes back when the merge is undone, whatever the noun."""

from __future__ import annotations

from typing import Any

import pytest

from tests.intake.test_submit_many import SUBMIT, _row
from tests.lists.ground import list_id
from tests.merging.conftest import CLERK, Party, Town

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


async def represented(town: Town, party: Party, name: str, decided_on: str) -> None:
    """Hand in a record of a day that names the representative of a firm."""
    row = _row(town.item, 1)["content"]
    content = [one | {"value": decided_on} if one["code"] == "CF_JDRQ" else one for one in row]
    await town.hand_in(**party.named, decidedOn=decided_on, content=[*content, {"code": "CF_FRDB", "value": name}])


async def representatives(town: Town, party: Party) -> list[tuple[str, str, str | None]]:
    """Give who represented a firm, from when to when."""
    rows = await town.owner.fetch(
        "SELECT name, from_on, to_on FROM legal_representative WHERE subject_id = $1 ORDER BY from_on",
        party.id.partition(":")[2],
    )
    return [(row["name"], f"{row['from_on']:%m-%d}", row["to_on"] and f"{row['to_on']:%m-%d}") for row in rows]


async def test_a_representative_who_was_ended_by_one_under_the_old_code_stands_again(town: Town) -> None:
    kept, merged = await town.firm(), await town.firm()
    await represented(town, kept, "虚构甲", "2026-02-02")
    merge = await town.merge(kept, merged)
    await represented(town, merged, "虚构乙", "2026-02-10")
    assert await representatives(town, kept) == [("虚构甲", "02-02", "02-09"), ("虚构乙", "02-10", None)]
    await town.unmerge(merge)
    assert await representatives(town, kept) == [("虚构甲", "02-02", None)]
    assert await representatives(town, merged) == [("虚构乙", "02-10", None)]


async def test_a_representative_of_the_merged_one_who_was_ended_by_the_kept_ones_stands_again(town: Town) -> None:
    kept, merged = await town.firm(), await town.firm()
    await represented(town, merged, "虚构丙", "2026-02-03")
    merge = await town.merge(kept, merged)
    await represented(town, kept, "虚构丁", "2026-02-11")
    await town.unmerge(merge)
    assert await representatives(town, merged) == [("虚构丙", "02-03", None)]
    assert await representatives(town, kept) == [("虚构丁", "02-11", None)]


async def test_of_several_representatives_each_stands_until_the_next_of_its_own(town: Town) -> None:
    kept, merged = await town.firm(), await town.firm()
    await represented(town, kept, "虚构甲", "2026-02-02")
    merge = await town.merge(kept, merged)
    for party, name, day in ((merged, "虚构乙", "10"), (kept, "虚构戊", "12"), (merged, "虚构己", "14")):
        await represented(town, party, name, f"2026-02-{day}")
    await town.unmerge(merge)
    assert await representatives(town, kept) == [("虚构甲", "02-02", "02-11"), ("虚构戊", "02-12", None)]
    assert await representatives(town, merged) == [("虚构乙", "02-10", "02-13"), ("虚构己", "02-14", None)]


async def test_a_representative_who_ended_before_the_merge_stays_ended(town: Town) -> None:
    kept, merged = await town.firm(), await town.firm()
    await represented(town, kept, "虚构甲", "2026-02-02")
    await represented(town, kept, "虚构乙", "2026-02-10")
    await represented(town, merged, "虚构丙", "2026-02-10")
    await town.unmerge(await town.merge(kept, merged))
    assert await representatives(town, kept) == [("虚构甲", "02-02", "02-09"), ("虚构乙", "02-10", None)]
    assert await representatives(town, merged) == [("虚构丙", "02-10", None)]


async def test_a_representative_whose_days_were_known_before_stays_as_known(town: Town) -> None:
    kept, merged = await town.firm(), await town.firm()
    await represented(town, merged, "虚构丙", "2026-02-03")
    await town.owner.execute(
        "UPDATE legal_representative SET to_on = '2026-02-10' WHERE subject_id = $1", merged.id.partition(":")[2]
    )
    merge = await town.merge(kept, merged)
    await represented(town, kept, "虚构丁", "2026-02-11")
    await town.unmerge(merge)
    assert await representatives(town, merged) == [("虚构丙", "02-03", "02-10")]
