"""Batches over HTTP: opened, filled, handed in, returned, published and withdrawn, each as one act."""

from __future__ import annotations

import asyncio
from typing import Any, cast
from uuid import UUID

import pytest

from domain.credit.terms import binding
from domain.errors import NotFound
from domain.ids import new_id
from domain.installation_rows import office_id
from domain.lifecycle import Actor, Transaction
from domain.lists import list_batches
from domain.lists.refusals import OwnApproval
from tests.batches.desk import WAGES, XINXIANG, carries_case, do, entry, list_id, opened, states
from tests.client import NOW, Client
from tests.removals.ground import BOOKS, Ground

pytestmark = pytest.mark.anyio

REGULAR = {"creditList": list_id(XINXIANG, "black"), "domain": WAGES}


async def handed_in(client: Client, ground: Ground, entries: list[str], *, code: str = "black") -> str:
    batch = await opened(client, code=code)
    assert (await do(client, "xx-clerk", "fillListBatch", listBatch=batch, add=entries))["code"] is None
    await carries_case(client, ground, batch)
    made = await do(client, "xx-clerk", "submitListBatch", listBatch=batch)
    assert made["code"] is None, made
    return batch


async def published(client: Client, ground: Ground, entries: list[str], *, code: str = "black") -> str:
    batch = await handed_in(client, ground, entries, code=code)
    made = await do(client, "xx-credit", "publishListBatch", listBatch=batch)
    assert made["code"] is None, made
    return batch


# -- opening


async def test_xx_05_a_regular_batch_belongs_to_its_quarter_and_there_is_one(client: Client) -> None:
    made = await do(client, "xx-clerk", "openListBatch", **REGULAR, year=2025, period=4)
    assert made["listBatch"]["number"] == 0
    assert (made["listBatch"]["dueOn"], made["listBatch"]["timeliness"]) == (None, "NONE_SET"), "a cycle, no last day"
    again = await do(client, "xx-two", "openListBatch", **REGULAR, year=2025, period=4)
    assert (again["code"], again["refused"]["batch"]) == ("BATCH_EXISTS", made["listBatch"]["id"])


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"year": 2026, "period": 2}, "BATCH_PERIOD_NOT_BEGUN"),
        ({"year": 2026, "period": 5}, "BATCH_PERIOD_INVALID"),
        ({"year": 2026, "period": 0}, "BATCH_PERIOD_INVALID"),
        ({"year": 2026}, "BATCH_PERIOD_INVALID"),
        ({"year": 1999, "period": 1}, "BATCH_PERIOD_INVALID"),
        ({"year": 99999, "period": 1}, "BATCH_PERIOD_INVALID"),
        ({"year": 2026, "period": 1, "domain": None}, "DOMAIN_REQUIRED"),
        ({"year": 2026, "period": 1, "domain": "nothing"}, "DOMAIN_UNKNOWN"),
        ({"year": 2026, "period": 1, "domain": "labour_dispatch"}, "NOT_LIST_OWNER"),
        ({"year": 2026, "period": 1, "creditList": list_id("350200", "key_attention")}, "NOT_LIST_OWNER"),
        ({"year": 2026, "period": 1, "extraReason": " "}, "INVALID_INPUT"),
    ],
)
async def test_xx_05_xx_06_a_batch_of_no_period_or_of_another_owner_is_refused(
    client: Client, given: dict[str, Any], code: str
) -> None:
    assert (await do(client, "xx-clerk", "openListBatch", **{**REGULAR, **given}))["code"] == code


async def test_xx_07_an_extra_batch_needs_its_reason_and_there_may_be_several(client: Client) -> None:
    given = {**REGULAR, "year": 2025, "period": 3, "extraReason": "欠薪专项行动"}
    numbers = [(await do(client, "xx-clerk", "openListBatch", **given))["listBatch"]["number"] for _ in range(2)]
    assert numbers == [1, 2]


async def test_xx_07_where_no_text_offers_extra_batches_none_is_opened(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without(books: Any, jurisdiction: str, path: str, on: Any) -> Any:
        return None if path == "list.extra_batches" else binding(books, jurisdiction, path, on)

    monkeypatch.setattr(list_batches, "binding", without)
    refused = await do(client, "xx-clerk", "openListBatch", **REGULAR, year=2025, period=3, extraReason="专项行动")
    assert refused["code"] == "EXTRA_BATCH_NOT_OFFERED"


async def test_xx_06_2_either_owner_of_a_shared_domain_may_open_its_batch(client: Client) -> None:
    given = {**REGULAR, "domain": "hours_contracts_construction", "year": 2026, "period": 1}
    assert (await do(client, "xx-labour", "openListBatch", **given))["code"] is None
    assert (await do(client, "xx-inspection", "openListBatch", **given))["code"] is None, "the tally takes one of them"


async def test_two_who_open_the_same_batch_at_once_open_one(client: Client) -> None:
    given = {**REGULAR, "year": 2025, "period": 2}
    made = await asyncio.gather(*(do(client, who, "openListBatch", **given) for who in ("xx-clerk", "xx-two") * 2))
    assert sorted(one["code"] or "" for one in made)[0] == ""
    assert all(one["code"] in (None, "BATCH_EXISTS", "STATE_CONFLICT") for one in made)
    assert sum(one["code"] is None for one in made) == 1


@pytest.mark.parametrize("caller", [None, "xx-credit", "xx-leader", "xm-credit"])
async def test_who_hands_nothing_in_opens_no_batch(client: Client, caller: str | None) -> None:
    assert (await do(client, caller, "openListBatch", **REGULAR, year=2026, period=1))["code"] == "FORBIDDEN"


# -- filling


async def test_entries_join_before_the_batch_is_handed_in_and_only_one_batch(client: Client, ground: Ground) -> None:
    batch, other, one = await opened(client), await opened(client), await entry(ground)
    assert (await do(client, "xx-clerk", "fillListBatch", listBatch=batch, add=[one]))["code"] is None
    again = await do(client, "xx-clerk", "fillListBatch", listBatch=other, add=[one])
    assert (again["code"], again["refused"]["batch"]) == ("ENTRY_IN_BATCH", batch)
    dropped = await do(client, "xx-clerk", "fillListBatch", listBatch=batch, drop=[one], dropReason="待补充材料")
    assert dropped["code"] is None
    assert (await do(client, "xx-clerk", "fillListBatch", listBatch=other, add=[one]))["code"] is None


async def test_a_batch_holds_so_many_entries(client: Client, ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_batches, "MOST_ENTRIES", 1)
    batch, one, other = await opened(client), await entry(ground), await entry(ground)
    assert (await do(client, "xx-clerk", "fillListBatch", listBatch=batch, add=[one, other]))["code"] == "BATCH_FULL"
    assert (await do(client, "xx-clerk", "fillListBatch", listBatch=batch, add=[one]))["code"] is None


@pytest.mark.parametrize(
    "changes",
    [{"state": "published"}, {"domain": "social_insurance"}, {"code": "red"}, {"route": "self_published"}],
    ids=["published", "another domain", "another colour", "another route"],
)  # fmt: skip
async def test_what_does_not_belong_in_a_batch_is_refused(
    client: Client, ground: Ground, changes: dict[str, Any]
) -> None:
    given = dict(changes)
    if given.get("state") == "published":
        given |= {"published_at": ground.now, "decided_on": ground.tx().today}
    one = await entry(ground, given.pop("code", "black"), **given)
    batch = await opened(client)
    assert (await do(client, "xx-clerk", "fillListBatch", listBatch=batch, add=[one]))[
        "code"
    ] == "ENTRY_UNFIT_FOR_BATCH"


async def test_what_was_handed_in_by_itself_joins_the_batch_and_is_published_with_it(
    client: Client, ground: Ground
) -> None:
    alone, other = await entry(ground, state="submitted"), await entry(ground)
    batch = await published(client, ground, [alone, other])
    assert (await ground.row("list_batch", batch))["state"] == "published"
    assert await states(ground, [alone, other]) == ["published"] * 2


async def test_xx_11_a_term_of_its_own_is_within_the_rule_or_cites_its_law(client: Client, ground: Ground) -> None:
    entries = [await entry(ground) for _ in range(3)]
    batch = await handed_in(client, ground, entries)

    async def until(**term: Any) -> dict[str, Any]:
        terms = [{"listEntry": entries[0], **term}]
        return await do(client, "xx-credit", "publishListBatch", listBatch=batch, terms=terms)

    refused = await until(publicUntil="2029-03-19")
    assert (refused["code"], refused["refused"]["latest"]) == ("PUBLICATION_TOO_LONG", "2029-03-18")
    foreign = await until(listEntry=await entry(ground), publicUntil="2027-01-01")
    assert foreign["code"] == "NOT_FOUND"
    twice = [{"listEntry": entries[0], "publicUntil": "2027-01-01"}] * 2
    refused = await do(client, "xx-credit", "publishListBatch", listBatch=batch, terms=twice)
    assert refused["code"] == "TOO_MANY_ENTRIES"
    assert await states(ground, entries) == ["submitted"] * 3
    law = {"legalBasis": "某法第八条（虚构）", "legalBasisLevel": "LAW"}
    assert (await until(publicUntil="2030-02-28", **law))["code"] is None
    lasting = [str((await ground.row("list_entry", one))["public_until"]) for one in entries]
    assert lasting == ["2030-02-28", "2029-03-18", "2029-03-18"]


async def test_a_foreign_entry_or_batch_is_a_missing_one(client: Client, ground: Ground) -> None:
    batch, one = await opened(client), await entry(ground)
    missing = "01856aa0-0000-7000-8000-000000000000"
    for caller, given in (
        ("xx-labour", {"listBatch": batch, "add": [one]}),
        ("xx-clerk", {"listBatch": f"ListBatch:{missing}", "add": [one]}),
        ("xx-clerk", {"listBatch": batch, "add": [f"ListEntry:{missing}"]}),
        ("xx-clerk", {"listBatch": batch, "drop": [one], "dropReason": "不在其中"}),
    ):
        assert (await do(client, caller, "fillListBatch", **given))["code"] == "NOT_FOUND"
    assert (await do(client, "xx-clerk", "fillListBatch", listBatch=batch, add=[one, one]))[
        "code"
    ] == "TOO_MANY_ENTRIES"


async def test_an_entry_that_is_not_there_joins_no_batch_whoever_calls(client: Client, ground: Ground) -> None:
    batch = UUID((await opened(client)).partition(":")[2])
    transaction = ground.connection.transaction()
    await transaction.start()
    tx = ground.tx("xx-clerk", roles=("clerk",))
    row = await ground.connection.fetchrow("SELECT * FROM list_batch WHERE id = $1", batch)
    with pytest.raises(NotFound):
        await list_batches.add(tx, BOOKS, cast(Any, row), [new_id()])
    await transaction.rollback()


# -- handing in


async def test_xx_04_a_black_batch_carries_its_typical_case_a_red_one_is_warned(client: Client, ground: Ground) -> None:
    black, red = await opened(client), await opened(client, code="red")
    for batch, code in ((black, "black"), (red, "red")):
        one = await entry(ground, code)
        assert (await do(client, "xx-clerk", "fillListBatch", listBatch=batch, add=[one]))["code"] is None
    refused = await do(client, "xx-clerk", "submitListBatch", listBatch=black)
    assert (refused["code"], refused["refused"]["missing"]) == ("TYPICAL_CASE_MISSING", ["report", "picture"])
    assert "三" in refused["refused"]["citation"]
    theirs = {"attachment": await ground.attachment("xx-labour", office=office_id(XINXIANG, "LDGX")), "part": "PICTURE"}
    assert (await do(client, "xx-clerk", "attachToListBatch", listBatch=black, **theirs))["code"] == "NOT_FOUND"
    passed = await do(client, "xx-clerk", "submitListBatch", listBatch=red)
    assert (passed["listBatch"]["state"], passed["listBatch"]["caseDuty"], passed["listBatch"]["caseStatus"]) == (
        "SUBMITTED", "ADVISED", "MISSING",
    )  # fmt: skip
    await carries_case(client, ground, black)
    made = await do(client, "xx-clerk", "submitListBatch", listBatch=black)
    assert (made["listBatch"]["state"], made["listBatch"]["caseStatus"]) == ("SUBMITTED", "COMPLETE")


async def test_xx_04_a_report_is_no_picture_and_nothing_is_added_once_handed_in(client: Client, ground: Ground) -> None:
    batch = await opened(client)
    draft = await ground.attachment("xx-clerk", office=office_id(XINXIANG, "JCZD"))
    given = {"listBatch": batch, "attachment": draft}
    assert (await do(client, "xx-clerk", "attachToListBatch", **given, part="PICTURE"))["code"] == "CASE_PART_UNFIT"
    assert (await do(client, "xx-clerk", "attachToListBatch", **given, part="SIGNATURE"))["code"] == "CASE_PART_UNFIT"
    assert (await do(client, "xx-labour", "attachToListBatch", **given, part="REPORT"))["code"] == "NOT_FOUND"
    gone = await handed_in(client, ground, [await entry(ground)])
    late = await do(client, "xx-clerk", "attachToListBatch", listBatch=gone, attachment=draft, part="REPORT")
    assert late["code"] == "STATE_CONFLICT"


async def test_xx_09_a_batch_with_an_entry_that_has_not_come_so_far_stays_where_it_is(
    client: Client, ground: Ground
) -> None:
    batch, ready, behind = await opened(client), await entry(ground), await entry(ground, state="reviewed")
    assert (await do(client, "xx-clerk", "fillListBatch", listBatch=batch, add=[ready, behind]))["code"] is None
    await carries_case(client, ground, batch)
    refused = await do(client, "xx-clerk", "submitListBatch", listBatch=batch)
    assert refused["code"] == "BATCH_ENTRIES_NOT_READY"
    assert refused["refused"]["entries"] == [{"entry": behind, "awaits": "decide"}]
    assert await states(ground, [ready, behind]) == ["decided", "reviewed"]


async def test_an_empty_batch_says_that_there_is_nothing_to_list(client: Client, ground: Ground) -> None:
    batch = await opened(client)
    assert (await do(client, "xx-clerk", "submitListBatch", listBatch=batch))["code"] == "BATCH_EMPTY"
    made = await do(client, "xx-clerk", "submitListBatch", listBatch=batch, nothingToList=True)
    assert made["listBatch"]["state"] == "SUBMITTED"
    other = await opened(client)
    assert (await do(client, "xx-clerk", "fillListBatch", listBatch=other, add=[await entry(ground)]))["code"] is None
    refused = await do(client, "xx-clerk", "submitListBatch", listBatch=other, nothingToList=True)
    assert refused["code"] == "BATCH_NOT_EMPTY"


# -- as one act


async def test_xx_09_a_batch_is_published_with_all_of_its_entries_each_with_its_event(
    client: Client, ground: Ground
) -> None:
    entries = [await entry(ground) for _ in range(3)]
    batch = await handed_in(client, ground, entries)
    assert await states(ground, entries) == ["submitted"] * 3
    assert (await do(client, "xx-clerk", "publishListBatch", listBatch=batch))["code"] == "FORBIDDEN"
    assert (await do(client, "xm-credit", "publishListBatch", listBatch=batch))["code"] == "NOT_FOUND"
    made = await do(client, "xx-credit", "publishListBatch", listBatch=batch)
    assert made["listBatch"]["state"] == "PUBLISHED"
    assert await states(ground, entries) == ["published"] * 3
    ids = [UUID(one.partition(":")[2]) for one in (batch, *entries)]
    events = await ground.connection.fetch(
        "SELECT xid, object FROM ledger_event WHERE object_id = ANY($1::uuid[]) AND verb = 'publish'", ids
    )
    assert len({row["xid"] for row in events}) == 1, "one transaction"
    assert sorted(row["object"] for row in events) == ["list_batch", *["list_entry"] * 3]
    rows = [await ground.row("list_entry", one) for one in entries]
    assert {str(row["public_until"]) for row in rows} == {"2029-03-18"}, "三年，自发布之日"
    assert (await do(client, "xx-both", "publishListBatch", listBatch=batch))["code"] == "STATE_CONFLICT"


@pytest.mark.parametrize("step", ["opened_by", "submitted_by"])
async def test_whoever_opened_or_handed_in_a_batch_does_not_publish_it(step: str) -> None:
    own, nothing = new_id(), cast(Any, None)
    batch = {"opened_by": new_id(), "submitted_by": new_id(), step: own}
    with pytest.raises(OwnApproval):
        await list_batches.publish(Transaction(nothing, NOW, Actor(own, ("credit_office",))), nothing, batch)


async def test_one_entry_that_cannot_go_stops_all(client: Client, ground: Ground) -> None:
    entries = [await entry(ground) for _ in range(2)]
    batch = await handed_in(client, ground, entries)
    # whoever collected an entry does not publish it
    await ground.connection.execute(
        "UPDATE list_entry SET collected_by = $1 WHERE id = $2",
        ground.accounts["xx-credit"],
        UUID(entries[1].partition(":")[2]),
    )
    assert (await do(client, "xx-credit", "publishListBatch", listBatch=batch))["code"] == "OWN_APPROVAL"
    assert await states(ground, entries) == ["submitted"] * 2
    assert (await ground.row("list_batch", batch))["state"] == "submitted"
    assert (await do(client, "xx-both", "publishListBatch", listBatch=batch))["code"] is None


async def test_a_batch_is_returned_with_its_reason_and_all_of_its_entries(client: Client, ground: Ground) -> None:
    entries = [await entry(ground) for _ in range(2)]
    batch = await handed_in(client, ground, entries)
    assert (await do(client, "xx-credit", "returnListBatch", listBatch=batch, reason=" "))["code"] == "INVALID_INPUT"
    made = await do(client, "xx-credit", "returnListBatch", listBatch=batch, reason="事实不清")
    assert (made["listBatch"]["state"], made["listBatch"]["round"]) == ("RETURNED", 2)
    assert await states(ground, entries) == ["returned"] * 2
    refused = await do(client, "xx-clerk", "submitListBatch", listBatch=batch)
    assert refused["code"] == "BATCH_ENTRIES_NOT_READY", "they go the whole way again"


async def test_a_batch_is_withdrawn_with_all_of_its_entries_and_a_public_reason(client: Client, ground: Ground) -> None:
    entries = [await entry(ground) for _ in range(3)]
    batch = await published(client, ground, entries)
    seen = "query ($id: ID!) { listBatch(id: $id) { withdrawalReason places(first: 5) { totalCount } } }"
    assert (await client.data(seen, {"id": batch}))["listBatch"]["places"]["totalCount"] == 3
    refused = await do(client, "xx-clerk", "withdrawListBatch", listBatch=batch, reason="有误")
    assert refused["code"] == "FORBIDDEN"
    made = await do(client, "xx-credit", "withdrawListBatch", listBatch=batch, reason="批次数据有误，整批撤回")
    assert made["listBatch"]["state"] == "WITHDRAWN"
    assert await states(ground, entries) == ["withdrawn"] * 3
    assert (await client.data(seen, {"id": batch}))["listBatch"] is None
    again = await do(client, "xx-credit", "withdrawListBatch", listBatch=batch, reason="再次")
    assert again["code"] == "STATE_CONFLICT"


async def test_publishing_and_returning_at_the_same_instant_leave_one_decision(client: Client, ground: Ground) -> None:
    entries = [await entry(ground) for _ in range(2)]
    batch = await handed_in(client, ground, entries)
    done = await asyncio.gather(
        do(client, "xx-credit", "publishListBatch", listBatch=batch),
        do(client, "xx-both", "returnListBatch", listBatch=batch, reason="退回"),
        do(client, "xx-both", "publishListBatch", listBatch=batch),
    )
    assert sum(one["code"] is None for one in done) == 1, done
    final = (await ground.row("list_batch", batch))["state"]
    assert await states(ground, entries) == [final] * 2


async def test_the_typical_case_is_public_with_its_batch_and_its_entry(client: Client, ground: Ground) -> None:
    one, other = await entry(ground), await entry(ground)
    batch = await opened(client)
    assert (await do(client, "xx-clerk", "fillListBatch", listBatch=batch, add=[one, other]))["code"] is None
    await carries_case(client, ground, batch, about=one)
    await carries_case(client, ground, batch)
    seen = "query ($id: ID!) { listBatch(id: $id) { attachments(first: 9) { nodes { id } } } }"
    assert (await do(client, "xx-clerk", "submitListBatch", listBatch=batch))["code"] is None
    assert (await client.data(seen, {"id": batch}))["listBatch"] is None
    assert (await do(client, "xx-credit", "publishListBatch", listBatch=batch))["code"] is None
    assert len((await client.data(seen, {"id": batch}))["listBatch"]["attachments"]["nodes"]) == 4
    await ground.connection.execute(
        "UPDATE list_entry SET public_until = $1 WHERE id = $2",
        ground.tx().today.replace(day=1),
        UUID(one.partition(":")[2]),
    )
    assert len((await client.data(seen, {"id": batch}))["listBatch"]["attachments"]["nodes"]) == 2, (
        "no longer than its entry"
    )


async def test_what_a_file_says_about_a_person_is_never_public(client: Client, ground: Ground) -> None:
    one, other = await entry(ground, person=True), await entry(ground)
    batch = await opened(client)
    assert (await do(client, "xx-clerk", "fillListBatch", listBatch=batch, add=[one, other]))["code"] is None
    await carries_case(client, ground, batch, about=one)
    assert (await do(client, "xx-clerk", "submitListBatch", listBatch=batch))["code"] is None
    assert (await do(client, "xx-credit", "publishListBatch", listBatch=batch))["code"] is None
    seen = "query ($id: ID!) { listBatch(id: $id) { attachments(first: 9) { totalCount } } }"
    assert (await client.data(seen, {"id": batch}))["listBatch"]["attachments"]["totalCount"] == 0


async def test_an_entry_of_a_list_with_a_cycle_is_not_published_by_itself(client: Client, ground: Ground) -> None:
    one = await entry(ground, state="submitted")
    query = "mutation ($id: ID!) { publishListEntry(input: { listEntry: $id }) { receipts } }"
    assert await client.codes(query, {"id": one}, caller="xx-credit") == ["BATCH_WANTED"]


# -- 十堰: no cycle


async def test_sy_09a_where_no_cycle_is_set_batches_are_numbered_and_the_office_publishes(
    client: Client, ground: Ground
) -> None:
    given = {"creditList": list_id("420300", "red"), "year": 2026}
    made = [await do(client, "sy-clerk", "openListBatch", **given) for _ in range(2)]
    assert [one["listBatch"]["number"] for one in made] == [1, 2]
    assert made[0]["listBatch"]["caseDuty"] == "NONE"
    batch = made[0]["listBatch"]["id"]
    subjects = [await ground.subject("420300") for _ in range(2)]
    waiting: dict[str, Any] = {"state": "decided", "published_at": None, "route": "regular"}
    entries = [f"ListEntry:{await ground.entry('420300', 'red', 'JC', one, **waiting)}" for one in subjects]
    assert (await do(client, "sy-clerk", "fillListBatch", listBatch=batch, add=entries))["code"] is None
    assert (await do(client, "sy-clerk", "submitListBatch", listBatch=batch))["code"] is None
    assert (await do(client, "sy-clerk", "publishListBatch", listBatch=batch))["code"] == "FORBIDDEN"
    assert (await do(client, "sy-approver", "publishListBatch", listBatch=batch))["code"] is None
    assert await states(ground, entries) == ["published"] * 2
