"""Filing an objection: who may, about what, on which ground, how often; and what is shown from that instant on."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from authz.activation import assign, upsert_account
from domain.installation_rows import office_id
from tests.client import ISSUER, Client
from tests.objections.asking import Asking, record_id
from tests.objections.ground import HAICANG, SHANGHAI, SINCE, XIAMEN, XINXIANG, World, make_entry, make_record, nobody

pytestmark = pytest.mark.anyio

FIRM, AGENT, PERSON = f"{XIAMEN}.firm", f"{XIAMEN}.agent", f"{XIAMEN}.person"
CLERK, APPROVER = f"{XIAMEN}.clerk", f"{XIAMEN}.approver"


def _filed(record: UUID, **more: Any) -> dict[str, Any]:
    return {"record": record_id(record), "ground": "错误", "statement": "当事人信息有误。", **more}


@pytest.fixture
async def record(owner: asyncpg.Connection[Any], world: World) -> UUID:
    async with owner.transaction():
        return await make_record(owner, world, XIAMEN)


@pytest.fixture
def asking(client: Client) -> Asking:
    return Asking(client)


@pytest.mark.parametrize(
    ("by", "code"),
    [
        ("bank@350200.procurement", "FORBIDDEN"),
        (CLERK, "FORBIDDEN"),
        (f"{XIAMEN}.credit_office", "FORBIDDEN"),
        (PERSON, "NOT_FOUND"),
        (f"{XINXIANG}.agent", "NOT_FOUND"),
        (f"{XINXIANG}.platform", "FORBIDDEN"),
        (f"{HAICANG}.platform", "FORBIDDEN"),
    ],
)
async def test_only_the_subject_its_agent_and_its_platform_object_xm_09c(
    asking: Asking, record: UUID, by: str, code: str
) -> None:
    refused = await asking.refused("fileObjection", by=by, **_filed(record))
    assert refused in (code, "NOT_FOUND")


async def test_nobody_objects_without_signing_in(client: Client, record: UUID) -> None:
    document = "mutation ($input: FileObjectionInput!) { fileObjection(input: $input) { receipts } }"
    assert await client.codes(document, {"input": _filed(record)}) == ["FORBIDDEN"]


async def test_an_agent_objects_for_its_principal_and_is_shown_as_such(
    asking: Asking, world: World, record: UUID
) -> None:
    filed = await asking.act("fileObjection", by=AGENT, **_filed(record))
    assert filed["origin"] == "AGENT"
    for caller in (FIRM, AGENT, CLERK):
        seen = await asking.see(filed["id"], by=caller)
        assert seen is not None
        assert seen["origin"] == "AGENT"
    assert (await asking.act("withdrawObjection", by=FIRM, objection=filed["id"]))["state"] == "WITHDRAWN"


async def test_who_has_no_hand_in_it_sees_that_it_is_disputed_and_nothing_of_the_objection(
    asking: Asking, client: Client, record: UUID
) -> None:
    before = await asking.record(record)
    filed = await asking.act("fileObjection", by=FIRM, **_filed(record))
    after = await asking.record(record)
    assert before is not None
    assert after is not None
    assert (before["disputed"], after["disputed"]) == (False, True)
    for caller in (f"{XIAMEN}.other_clerk", PERSON, f"{XINXIANG}.clerk", f"{XINXIANG}.credit_office"):
        assert await asking.see(filed["id"], by=caller) is None
    document = "query ($id: ID!) { objection(id: $id) { id } }"
    assert await client.codes(document, {"id": filed["id"]}) == ["FORBIDDEN"]
    bank = {"caller": "bank", "purpose": "350200.procurement"}
    assert await client.codes(document, {"id": filed["id"]}, **bank) == ["FORBIDDEN"]
    seen = await asking.record(record, by="bank", purpose="350200.procurement")
    assert seen is not None
    assert seen["disputed"]
    office = await asking.see(filed["id"], by=f"{XIAMEN}.credit_office")
    assert office is not None, "the credit office watches the deadlines"


async def test_a_foreign_a_missing_and_a_misnamed_thing_are_answered_alike(asking: Asking, world: World) -> None:
    given = {"ground": "错误", "statement": "有误"}
    for ident in (record_id(world.record[XINXIANG]), record_id(nobody())):
        assert await asking.refused("fileObjection", by=FIRM, **given, record=ident) == "NOT_FOUND"
    assert await asking.refused("fileObjection", by=FIRM, **given) == "INVALID_INPUT"
    both = {"record": record_id(nobody()), "entry": f"ListEntry:{nobody()}"}
    assert await asking.refused("fileObjection", by=FIRM, **given, **both) == "INVALID_INPUT"
    assert await asking.refused("fileObjection", by=FIRM, **given, entry=record_id(nobody())) == "ID_INVALID"


@pytest.mark.parametrize(
    ("place", "ground", "taken"),
    [
        (XIAMEN, "错误", True),
        (XIAMEN, "其他", True),
        (XIAMEN, "不高兴", False),
        (XINXIANG, "遗漏", True),
        (XINXIANG, "侵犯合法权益", True),
        (XINXIANG, "", False),
    ],
)
async def test_a_ground_is_a_word_of_the_rulebooks_of_the_place_xx_10b(
    asking: Asking, owner: asyncpg.Connection[Any], world: World, place: str, ground: str, taken: bool
) -> None:
    """What the provincial law allows is not taken away by the city's shorter list."""
    async with owner.transaction():
        fresh = await make_record(owner, world, place)
    answer = await asking.send("fileObjection", by=f"{place}.firm", **_filed(fresh, ground=ground))
    if taken:
        assert "errors" not in answer, answer
    else:
        found = answer["errors"][0]["extensions"]
        assert (found["code"], "错误" in found["known"]) == ("OBJECTION_GROUND_UNKNOWN", True)


async def test_a_second_objection_on_the_ground_is_refused_and_points_to_the_first(
    asking: Asking, record: UUID
) -> None:
    first = await asking.act("fileObjection", by=FIRM, **_filed(record))
    pending = (await asking.send("fileObjection", by=AGENT, **_filed(record)))["errors"][0]["extensions"]
    assert (pending["code"], pending["first"]) == ("OBJECTION_PENDING", first["id"])
    other = await asking.act("fileObjection", by=FIRM, **_filed(record, ground="遗漏"))
    assert other["id"] != first["id"]

    this = {"objection": first["id"]}
    await asking.act("verifyObjection", by=CLERK, **this, finding="无误。")
    decided = await asking.act("decideObjection", by=APPROVER, **this, outcome="REJECTED", reason="与文书一致。")
    assert decided["record"]["disputed"], "the other ground is still open"
    again = (await asking.send("fileObjection", by=FIRM, **_filed(record)))["errors"][0]["extensions"]
    assert (again["code"], again["first"]) == ("OBJECTION_DECIDED", first["id"])
    assert await asking.refused("fileObjection", by=FIRM, **_filed(record, newFacts="  ")) == "INVALID_INPUT"
    brought = await asking.act("fileObjection", by=FIRM, **_filed(record, newFacts="法院已判决撤销原决定。"))
    assert brought["earlier"]["id"] == first["id"]


async def test_a_withdrawn_objection_does_not_stand_in_the_way_of_another(asking: Asking, record: UUID) -> None:
    first = await asking.act("fileObjection", by=FIRM, **_filed(record))
    await asking.act("withdrawObjection", by=FIRM, objection=first["id"])
    assert await asking.refused("withdrawObjection", by=FIRM, objection=first["id"]) == "OBJECTION_WITHDRAWN"
    again = {"objection": first["id"], "statement": "不服。"}
    assert await asking.refused("appealObjection", by=FIRM, **again) == "OBJECTION_WITHDRAWN"
    shown = await asking.record(record)
    assert shown is not None
    assert not shown["disputed"]
    await asking.act("fileObjection", by=FIRM, **_filed(record))


async def test_only_the_objector_withdraws_and_only_before_the_decision(asking: Asking, record: UUID) -> None:
    filed = await asking.act("fileObjection", by=FIRM, **_filed(record))
    this = {"objection": filed["id"]}
    assert await asking.refused("withdrawObjection", by=PERSON, **this) == "NOT_FOUND"
    assert await asking.refused("withdrawObjection", by=CLERK, **this) == "FORBIDDEN"
    await asking.act("verifyObjection", by=CLERK, **this, finding="无误。")
    await asking.act("decideObjection", by=APPROVER, **this, outcome="REJECTED", reason="与文书一致。")
    assert await asking.refused("withdrawObjection", by=FIRM, **this) == "NOT_THE_OBJECTOR"


async def test_what_is_disputed_is_found_in_lists_and_counted(
    asking: Asking, client: Client, owner: asyncpg.Connection[Any], world: World
) -> None:
    async with owner.transaction():
        entry = await make_entry(owner, world, HAICANG)
    given = {"entry": f"ListEntry:{entry}", "ground": "错误", "statement": "列入有误。"}
    await asking.act("fileObjection", by=f"{HAICANG}.firm", **given)
    document = """query ($subjects: [ID!], $yes: Boolean!) {
      subjects(first: 50, filter: { jurisdiction: ["Jurisdiction:350205"] }) {
        nodes { id listEntries(first: 5, filter: { disputed: $yes }) { totalCount nodes { id disputed } } } }
      listEntries(first: 5, filter: { subject: $subjects, disputed: $yes }) { totalCount }
    }"""
    subjects = [f"Subject:{world.firm[HAICANG]}"]
    data = await client.data(document, {"subjects": subjects, "yes": True}, caller=f"{HAICANG}.clerk")
    assert data["listEntries"]["totalCount"] == 1
    assert [one for node in data["subjects"]["nodes"] for one in node["listEntries"]["nodes"]] == [
        {"id": f"ListEntry:{entry}", "disputed": True}
    ]
    none = await client.data(document, {"subjects": subjects, "yes": False}, caller=f"{HAICANG}.clerk")
    assert none["listEntries"]["totalCount"] == 0


async def test_the_same_filing_sent_twice_is_one_objection(asking: Asking, record: UUID) -> None:
    given = _filed(record, clientMutationId="objection-1")
    first = await asking.act("fileObjection", by=FIRM, **given)
    assert (await asking.act("fileObjection", by=FIRM, **given))["id"] == first["id"]


async def test_of_two_who_object_at_the_same_instant_one_is_taken(client: Client, record: UUID) -> None:
    asking = Asking(client)
    answers = await asyncio.gather(
        *(asking.send("fileObjection", by=by, **_filed(record)) for by in (FIRM, AGENT, FIRM, AGENT))
    )
    codes = sorted(answer["errors"][0]["extensions"]["code"] if "errors" in answer else "taken" for answer in answers)
    assert codes == ["OBJECTION_PENDING"] * 3 + ["taken"]


@pytest.mark.parametrize("text", ["", " ", "x" * 2_001, "a\x00b"])
async def test_a_statement_that_cannot_be_one_is_refused(asking: Asking, record: UUID, text: str) -> None:
    assert await asking.refused("fileObjection", by=FIRM, **_filed(record, statement=text)) == "INVALID_INPUT"


async def test_every_receipt_of_a_filing_is_in_the_ledger(
    asking: Asking, owner: asyncpg.Connection[Any], record: UUID
) -> None:
    answer = await asking.send("fileObjection", by=FIRM, **_filed(record))
    receipts = [UUID(one) for one in answer["data"]["fileObjection"]["receipts"]]
    rows = await owner.fetch("SELECT verb, object, basis FROM ledger_event WHERE id = ANY($1) ORDER BY id", receipts)
    assert [(row["object"], row["verb"]) for row in rows] == [("objection", "file"), ("objection", "mark")]
    assert "2021年社会信用体系建设工作要点》 5" in rows[0]["basis"]


async def test_where_a_text_names_the_centre_another_platform_files_nothing_sh_10(
    asking: Asking, owner: asyncpg.Connection[Any], world: World
) -> None:
    async with owner.transaction():
        pushed = await make_record(owner, world, SHANGHAI)
        other = await upsert_account(owner, issuer=ISSUER, sub="another-platform", display="another-platform")
        await assign(owner, other, "platform", from_on=SINCE, office_id=office_id(SHANGHAI, "HRSS"))
    assert await asking.refused("fileObjection", by="another-platform", **_filed(pushed)) == "STEP_OF_ANOTHER_OFFICE"


async def test_the_platform_feeds_back_what_was_pushed_to_it_also_where_it_may_not_look_xm_09c(
    asking: Asking, owner: asyncpg.Connection[Any], world: World
) -> None:
    """A person's record is for authorised queries; the person objects at the Centre all the same."""
    centre = f"{SHANGHAI}.platform"
    async with owner.transaction():
        pushed = await make_record(owner, world, SHANGHAI, about_person=True)
        held = await make_record(owner, world, SHANGHAI, about_person=True, publish=False)
    given = {"ground": "错误", "statement": "当事人登记有误。"}
    assert await asking.record(pushed, by=centre) is None
    assert await asking.refused("fileObjection", by=centre, record=record_id(held), **given) == "NOT_FOUND"
    assert (
        await asking.refused("fileObjection", by=f"{XIAMEN}.platform", record=record_id(pushed), **given) == "NOT_FOUND"
    )
    filed = await asking.act("fileObjection", by=centre, record=record_id(pushed), **given)
    assert (filed["origin"], filed["record"]) == ("PLATFORM", None), "it files, and still may not look"
    seen = await asking.see(filed["id"], by=f"{SHANGHAI}.person")
    assert seen is not None
    assert seen["record"]["disputed"] is True
    await owner.execute("UPDATE credit_record SET disclosure = 'internal' WHERE id = $1", pushed)
    other = {**given, "ground": "遗漏"}
    assert await asking.refused("fileObjection", by=centre, record=record_id(pushed), **other) == "NOT_FOUND"
