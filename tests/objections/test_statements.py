"""A subject's own words beside what it contests: as its own, short, about nobody else, gone when it likes."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from tests.client import Client
from tests.objections.asking import Asking, record_id
from tests.objections.ground import HAICANG, XIAMEN, World, make_entry, make_record

pytestmark = pytest.mark.anyio

FIRM, AGENT, PERSON, CLERK, APPROVER = (f"{XIAMEN}.{part}" for part in ("firm", "agent", "person", "clerk", "approver"))
WORDS = "本单位已于决定作出前足额支付工资，并提交了银行回单。"

MAKE = """mutation ($input: MakeSubjectStatementInput!) { makeSubjectStatement(input: $input) {
  receipts subjectStatement { id words byAgent removedAt record { id } } } }"""
REMOVE = """mutation ($input: RemoveSubjectStatementInput!) { removeSubjectStatement(input: $input) {
  subjectStatement { id removedAt } } }"""


@pytest.fixture
async def contested(client: Client, owner: asyncpg.Connection[Any], world: World) -> UUID:
    async with owner.transaction():
        record = await make_record(owner, world, XIAMEN)
    await Asking(client).act("fileObjection", by=FIRM, record=record_id(record), ground="错误", statement="有误。")
    return record


async def _made(client: Client, record: UUID, words: str = WORDS, by: str = FIRM) -> dict[str, Any]:
    data = await client.data(MAKE, {"input": {"record": record_id(record), "words": words}}, caller=by)
    found: dict[str, Any] = data["makeSubjectStatement"]["subjectStatement"]
    return found


async def test_it_is_shown_as_the_subject_s_own_words_wherever_the_record_is_shown_in_full(
    client: Client, contested: UUID
) -> None:
    made = await _made(client, contested)
    assert (made["words"], made["byAgent"], made["removedAt"]) == (WORDS, False, None)
    asking = Asking(client)
    for who in (
        {},
        {"by": FIRM},
        {"by": AGENT},
        {"by": CLERK},
        {"by": f"{XIAMEN}.other_clerk"},
        {"by": f"{XIAMEN}.credit_office"},
        {"by": "bank", "purpose": "350200.procurement"},
    ):
        shown = await asking.record(contested, **who)
        assert shown is not None, who
        assert shown["subjectStatements"]["nodes"] == [{"words": WORDS, "byAgent": False}], who


async def test_about_a_person_it_is_shown_where_the_person_s_record_is_shown_in_full(
    client: Client, owner: asyncpg.Connection[Any], world: World
) -> None:
    async with owner.transaction():
        entry = await make_entry(owner, world, HAICANG, subject=world.person[HAICANG])
    given = {"entry": f"ListEntry:{entry}", "ground": "错误", "statement": "不是我。"}
    await Asking(client).act("fileObjection", by=f"{HAICANG}.person", **given)
    made = {"entry": f"ListEntry:{entry}", "words": "本人当时不在该项目。"}
    await client.data(MAKE, {"input": made}, caller=f"{HAICANG}.person")
    document = "query ($id: ID!) { listEntry(id: $id) { disputed subjectStatements(first: 1) { nodes { words } } } }"
    seen = {
        who: (await client.data(document, {"id": f"ListEntry:{entry}"}, caller=who))["listEntry"]
        for who in (None, f"{HAICANG}.person", f"{HAICANG}.clerk", f"{HAICANG}.credit_office")
    }
    words = {who: one["subjectStatements"]["nodes"][0]["words"] for who, one in seen.items() if one is not None}
    assert words == {
        None: None,
        f"{HAICANG}.person": "本人当时不在该项目。",
        f"{HAICANG}.clerk": "本人当时不在该项目。",
        f"{HAICANG}.credit_office": None,
    }
    assert all(one["disputed"] for one in seen.values() if one is not None)


async def test_only_what_is_contested_has_a_statement_beside_it(
    client: Client, owner: asyncpg.Connection[Any], world: World
) -> None:
    async with owner.transaction():
        record = await make_record(owner, world, XIAMEN)
    given = {"input": {"record": record_id(record), "words": WORDS}}
    assert await client.codes(MAKE, given, caller=FIRM) == ["NOT_CONTESTED"]
    filed = await Asking(client).act(
        "fileObjection", by=FIRM, record=record_id(record), ground="错误", statement="有误。"
    )
    await Asking(client).act("withdrawObjection", by=FIRM, objection=filed["id"])
    assert await client.codes(MAKE, given, caller=FIRM) == ["NOT_CONTESTED"]


async def test_after_a_rejection_the_record_is_still_contested_and_the_words_stay(
    client: Client, contested: UUID
) -> None:
    asking = Asking(client)
    document = "query ($r: [ID!]) { objections(first: 1, filter: { record: $r }) { nodes { id } } }"
    data = await client.data(document, {"r": [record_id(contested)]}, caller=FIRM)
    this = {"objection": data["objections"]["nodes"][0]["id"]}
    await _made(client, contested)
    await asking.act("verifyObjection", by=f"{XIAMEN}.second_clerk", **this, finding="无误。")
    await asking.act("decideObjection", by=APPROVER, **this, outcome="REJECTED", reason="与文书一致。")
    shown = await asking.record(contested)
    assert shown is not None
    assert (shown["disputed"], len(shown["subjectStatements"]["nodes"])) == (False, 1)


@pytest.mark.parametrize("who", [CLERK, f"{XIAMEN}.credit_office", "bank", f"{XIAMEN}.platform", None])
async def test_nobody_else_speaks_for_the_subject(client: Client, contested: UUID, who: str | None) -> None:
    given = {"input": {"record": record_id(contested), "words": WORDS}}
    purpose = "350200.procurement" if who == "bank" else None
    assert await client.codes(MAKE, given, caller=who, purpose=purpose) == ["FORBIDDEN"]


async def test_another_subject_is_told_that_there_is_no_such_record(client: Client, contested: UUID) -> None:
    given = {"input": {"record": record_id(contested), "words": WORDS}}
    assert await client.codes(MAKE, given, caller=PERSON) == ["NOT_FOUND"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("", "INVALID_INPUT"),
        ("字" * 201, "INVALID_INPUT"),
        ("经手人电话13800138000可以证明。", "OTHERS_PERSONAL_DATA"),
        ("证人身份证110105194912310026。", "OTHERS_PERSONAL_DATA"),
    ],
)
async def test_it_is_short_and_about_nobody_else(client: Client, contested: UUID, words: str, code: str) -> None:
    assert await client.codes(MAKE, {"input": {"record": record_id(contested), "words": words}}, caller=FIRM) == [code]


async def test_two_hundred_characters_are_taken(client: Client, contested: UUID) -> None:
    assert len((await _made(client, contested, "字" * 200))["words"]) == 200


async def test_it_names_no_representative_of_the_organisation(
    client: Client, owner: asyncpg.Connection[Any], world: World, contested: UUID
) -> None:
    await owner.execute(
        "INSERT INTO legal_representative (id, subject_id, about_person, name, masked_name, from_on)"
        " VALUES (gen_random_uuid(), $1, true, '甄士隐', '甄**', '2020-01-01')",
        world.firm[XIAMEN],
    )
    given = {"input": {"record": record_id(contested), "words": "当时由甄士隐经办。"}}
    assert await client.codes(MAKE, given, caller=FIRM) == ["OTHERS_PERSONAL_DATA"]
    await owner.execute("DELETE FROM legal_representative WHERE subject_id = $1", world.firm[XIAMEN])


async def test_one_statement_stands_at_a_time_and_the_subject_removes_it(client: Client, contested: UUID) -> None:
    made = await _made(client, contested, by=AGENT)
    assert made["byAgent"]
    given = {"input": {"record": record_id(contested), "words": "另一说法。"}}
    assert await client.codes(MAKE, given, caller=FIRM) == ["STATEMENT_STANDS"]
    gone = {"input": {"statement": made["id"]}}
    assert await client.codes(REMOVE, gone, caller=CLERK) == ["FORBIDDEN"]
    assert await client.codes(REMOVE, gone, caller=PERSON) == ["NOT_FOUND"]
    data = await client.data(REMOVE, gone, caller=FIRM)
    assert data["removeSubjectStatement"]["subjectStatement"]["removedAt"] is not None
    assert await client.codes(REMOVE, gone, caller=FIRM) == ["STATE_CONFLICT"]
    shown = await Asking(client).record(contested)
    assert shown is not None
    assert shown["subjectStatements"]["nodes"] == []
    await _made(client, contested, "另一说法。")


async def test_of_two_made_at_the_same_instant_one_stands(client: Client, contested: UUID) -> None:
    given = {"input": {"record": record_id(contested), "words": WORDS}}
    answers = await asyncio.gather(*(client.codes(MAKE, given, caller=by) for by in (FIRM, AGENT, FIRM)))
    assert sorted(answers) == [[], ["STATEMENT_STANDS"], ["STATEMENT_STANDS"]]
