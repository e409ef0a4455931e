"""Who decides: not who verified, not who acted in the matter; two at once leave one decision; texts name nobody else."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from domain.calendar import working_calendar
from domain.credit import records
from domain.errors import InvalidInput
from domain.ids import new_id
from domain.lifecycle import Actor, Transaction
from domain.lists import list_publication
from domain.rights.objections import steps
from domain.rights.objections.refusals import ReviewNotProvided
from tests.client import NOW, Client
from tests.objections.asking import Asking, appeal, record_id
from tests.objections.ground import BOOKS, HAICANG, VAULT, XIAMEN, XINXIANG, World, make_entry, make_record

pytestmark = pytest.mark.anyio

FIRM, CLERK, SECOND, APPROVER = (f"{XIAMEN}.{part}" for part in ("firm", "clerk", "second_clerk", "approver"))
REVIEWER, BOTH = f"{XIAMEN}.reviewer", f"{XIAMEN}.both"
REASON = "经核查，与文书一致。"


@pytest.fixture
def asking(client: Client) -> Asking:
    return Asking(client)


async def _verified(asking: Asking, owner: asyncpg.Connection[Any], world: World, by: str = SECOND) -> dict[str, Any]:
    async with owner.transaction():
        record = await make_record(owner, world, XIAMEN)
    given = {"record": record_id(record), "ground": "错误", "statement": "金额有误。"}
    filed = await asking.act("fileObjection", by=FIRM, **given)
    await asking.act("verifyObjection", by=by, objection=filed["id"], finding="已核查。")
    return {"objection": filed["id"]}


async def test_who_verified_does_not_decide(asking: Asking, owner: asyncpg.Connection[Any], world: World) -> None:
    this = await _verified(asking, owner, world, by=BOTH)
    refused = await asking.refused("decideObjection", by=BOTH, **this, outcome="REJECTED", reason=REASON)
    assert refused == "VERIFIER_DECIDES"
    await asking.act("decideObjection", by=APPROVER, **this, outcome="REJECTED", reason=REASON)


async def test_an_outcome_is_one_that_there_is_whoever_calls(
    asking: Asking, owner: asyncpg.Connection[Any], world: World
) -> None:
    this = UUID((await _verified(asking, owner, world))["objection"].partition(":")[2])
    office = await owner.fetchval("SELECT next_office_id FROM objection WHERE id = $1", this)
    tx = Transaction(owner, NOW, Actor(new_id(), ("approver",), office))
    decision = steps.Decision(outcome="forgotten", reason=REASON)
    with pytest.raises(InvalidInput) as refused:
        await steps.decide(tx, VAULT, BOOKS, working_calendar(), this, decision)
    assert refused.value.extensions["known"] == ["rejected", "amended", "withdrawn"]


async def test_nothing_is_reviewed_where_no_law_names_a_higher_authority_whoever_calls(
    asking: Asking, owner: asyncpg.Connection[Any], world: World
) -> None:
    this = await _verified(asking, owner, world)
    await asking.act("decideObjection", by=APPROVER, **this, outcome="REJECTED", reason=REASON)
    with pytest.raises(ReviewNotProvided):
        await appeal(owner, this)


async def test_the_database_itself_keeps_verifier_and_decider_apart(
    asking: Asking, owner: asyncpg.Connection[Any], world: World
) -> None:
    this = await _verified(asking, owner, world)
    with pytest.raises(asyncpg.CheckViolationError):
        async with owner.transaction():
            await owner.execute(
                "UPDATE objection SET state = 'decided', outcome = 'rejected', decision_reason = 'x', decided_at = now(),"
                " settled_at = now(), decided_by = verified_by WHERE id = $1",
                UUID(this["objection"].partition(":")[2]),
            )


async def test_who_published_it_does_not_decide_unless_nobody_else_can(
    asking: Asking, owner: asyncpg.Connection[Any], world: World
) -> None:
    this = await _verified(asking, owner, world)
    decision = {"outcome": "REJECTED", "reason": REASON}
    assert await asking.refused("decideObjection", by=REVIEWER, **this, **decision) == "OWN_ACT_DECIDED"
    why = "本单位仅一名审核人员在岗。"
    await asking.act("decideObjection", by=REVIEWER, **this, **decision, ownActReason=why)
    kept = await owner.fetchval(
        "SELECT own_act_reason FROM objection WHERE id = $1", UUID(this["objection"].partition(":")[2])
    )
    assert kept == why


async def test_two_who_decide_at_the_same_instant_leave_one_decision(
    asking: Asking, owner: asyncpg.Connection[Any], world: World
) -> None:
    this = await _verified(asking, owner, world)
    decisions: list[dict[str, Any]] = [
        {"outcome": "REJECTED", "reason": REASON},
        {"outcome": "AMENDED", "reason": REASON, "correction": {"title": "更正后的名称"}},
        {"outcome": "WITHDRAWN", "reason": "予以撤销。"},
    ]
    answers = await asyncio.gather(
        *(
            asking.send("decideObjection", by=by, **this, **decision)
            for by, decision in zip((APPROVER, BOTH, APPROVER), decisions, strict=True)
        )
    )
    taken = [answer["data"]["decideObjection"]["objection"] for answer in answers if "errors" not in answer]
    assert len(taken) == 1
    objection = UUID(this["objection"].partition(":")[2])
    row = await owner.fetchrow(
        "SELECT o.outcome, r.state, r.version FROM objection o JOIN credit_record r ON r.id = o.record_id WHERE o.id = $1",
        objection,
    )
    assert row is not None
    expected = {"rejected": ("published", 1), "amended": ("published", 2), "withdrawn": ("withdrawn", 1)}
    assert (row["state"], row["version"]) == expected[row["outcome"]]
    events = await owner.fetchval(
        "SELECT count(*) FROM ledger_event WHERE object_id = $1 AND verb = 'decide'", objection
    )
    assert events == 1


@pytest.mark.parametrize(
    ("decision", "code"),
    [
        ({"outcome": "AMENDED"}, "CORRECTION_UNCLEAR"),
        ({"outcome": "AMENDED", "correction": {}}, "CORRECTION_UNCLEAR"),
        ({"outcome": "REJECTED", "correction": {"title": "改"}}, "CORRECTION_UNCLEAR"),
        ({"outcome": "WITHDRAWN", "correction": {"title": "改"}}, "CORRECTION_UNCLEAR"),
        ({"outcome": "AMENDED", "correction": {"title": "虚构的决定"}}, "NOTHING_TO_AMEND"),
        ({"outcome": "AMENDED", "correction": {"entryReason": "改"}}, "INVALID_INPUT"),
        ({"outcome": "AMENDED", "correction": {"decidedOn": "2030-01-01"}}, "DATE_IN_FUTURE"),
    ],
)
async def test_a_decision_whose_correction_does_not_fit_is_refused_and_changes_nothing(
    asking: Asking, owner: asyncpg.Connection[Any], world: World, decision: dict[str, Any], code: str
) -> None:
    this = await _verified(asking, owner, world)
    assert await asking.refused("decideObjection", by=APPROVER, **this, **decision, reason=REASON) == code
    seen = await asking.see(this["objection"], by=APPROVER)
    assert seen is not None
    assert (seen["state"], seen["outcome"], seen["record"]["version"], seen["record"]["disputed"]) == (
        "VERIFIED",
        None,
        1,
        True,
    )


async def test_what_the_office_has_put_right_since_needs_no_second_act(
    asking: Asking, client: Client, owner: asyncpg.Connection[Any], world: World
) -> None:
    this = await _verified(asking, owner, world)
    seen = await asking.see(this["objection"], by=APPROVER)
    assert seen is not None
    document = "mutation ($input: AmendCreditRecordInput!) { amendCreditRecord(input: $input) { receipts } }"
    amended = {"record": seen["record"]["id"], "title": "经办人已更正", "reason": "核查后更正"}
    await client.data(document, {"input": amended}, caller=CLERK)
    decided = await asking.act("decideObjection", by=APPROVER, **this, outcome="AMENDED", reason=REASON)
    assert (decided["outcome"], decided["record"]["version"]) == ("AMENDED", 2)


async def test_a_record_withdrawn_in_the_meantime_is_withdrawn_once(
    asking: Asking, client: Client, owner: asyncpg.Connection[Any], world: World
) -> None:
    this = await _verified(asking, owner, world)
    seen = await asking.see(this["objection"], by=APPROVER)
    assert seen is not None
    document = "mutation ($input: WithdrawCreditRecordInput!) { withdrawCreditRecord(input: $input) { receipts } }"
    await client.data(document, {"input": {"record": seen["record"]["id"], "reason": "原决定已撤销"}}, caller=CLERK)
    assert (
        await asking.refused(
            "decideObjection", by=APPROVER, **this, outcome="AMENDED", reason=REASON, correction={"title": "改"}
        )
        == "STATE_CONFLICT"
    )
    decided = await asking.act("decideObjection", by=APPROVER, **this, outcome="WITHDRAWN", reason="同意。")
    assert decided["record"]["withdrawalReason"] == "原决定已撤销"


async def test_what_was_repaired_meanwhile_is_put_right_as_it_is_kept(
    asking: Asking, owner: asyncpg.Connection[Any], world: World
) -> None:
    """XX-10b, PIPL 46: repair ends the showing of a record; what is kept of it is put right all the same."""
    this = await _verified(asking, owner, world)
    objection = UUID(this["objection"].partition(":")[2])
    record = await owner.fetchval("SELECT record_id FROM objection WHERE id = $1", objection)
    async with owner.transaction():
        tx = Transaction(owner, NOW, world.actor(BOTH))
        await records.repair(tx, record, reason="信用修复", basis="信用修复管理办法")
    decision = {"outcome": "AMENDED", "reason": REASON, "correction": {"title": "更正后的名称"}}
    decided = await asking.act("decideObjection", by=APPROVER, **this, **decision)
    assert (decided["outcome"], decided["record"]["state"], decided["record"]["version"]) == ("AMENDED", "REPAIRED", 2)
    row = await owner.fetchrow("SELECT title, public_until FROM credit_record WHERE id = $1", record)
    kept = await owner.fetchval("SELECT title FROM credit_record_version WHERE record_id = $1", record)
    assert row is not None
    assert (row["title"], kept) == ("更正后的名称", "虚构的决定")
    assert await asking.record(record) is None, "it is shown to nobody because of it"


async def contested_and_removed(
    asking: Asking, owner: asyncpg.Connection[Any], world: World
) -> tuple[UUID, dict[str, str]]:
    """Contest an entry, verify the objection, and take the entry off its list before that is decided."""
    async with owner.transaction():
        entry = await make_entry(owner, world, XIAMEN)
    given = {"entry": f"ListEntry:{entry}", "ground": "错误", "statement": "事由有误。"}
    this = {"objection": (await asking.act("fileObjection", by=FIRM, **given))["id"]}
    await asking.act("verifyObjection", by=CLERK, **this, finding="确有错误。")
    async with owner.transaction():
        tx = Transaction(owner, NOW, world.actor(BOTH))
        await list_publication.remove(tx, BOOKS, entry, removal_reason="repaired", reason="信用修复")
    return entry, this


async def test_an_entry_that_has_left_its_list_is_put_right_as_it_is_kept(
    asking: Asking, owner: asyncpg.Connection[Any], world: World
) -> None:
    """XX-10b, PIPL 46."""
    entry, this = await contested_and_removed(asking, owner, world)
    right = {"outcome": "AMENDED", "reason": REASON, "correction": {"entryReason": "更正后的事由。"}}
    decided = await asking.act("decideObjection", by=APPROVER, **this, **right)
    assert (decided["entry"]["state"], decided["entry"]["inForce"]) == ("REMOVED", False)
    assert await owner.fetchval("SELECT reason FROM list_entry WHERE id = $1", entry) == "更正后的事由。"


async def test_an_entry_that_has_left_its_list_is_withdrawn_all_the_same_when_it_was_wrong(
    asking: Asking, owner: asyncpg.Connection[Any], world: World
) -> None:
    """XX-10b, PIPL 46: the objector reads that it was wrong, not that it ran its course."""
    entry, this = await contested_and_removed(asking, owner, world)
    decision = {"outcome": "WITHDRAWN", "reason": "误记，予以撤销。"}
    decided = await asking.act("decideObjection", by=APPROVER, **this, **decision)
    assert decided["entry"]["state"] == "WITHDRAWN"
    row = await owner.fetchrow("SELECT removal_reason, withdrawal_reason FROM list_entry WHERE id = $1", entry)
    assert row is not None
    assert tuple(row) == ("withdrawn", decision["reason"])
    told = "SELECT verb FROM outbox_event WHERE object_id = $1 ORDER BY id DESC LIMIT 1"
    assert await owner.fetchval(told, entry) == "withdraw", "who reads along is told"


@pytest.mark.parametrize(
    ("noun", "place", "clause"),
    [("credit_record", XIAMEN, "5"), ("list_entry", XIAMEN, "5"), ("list_entry", XINXIANG, "四(三)")],
)
async def test_what_an_objection_takes_away_rests_on_the_clause_of_its_decision(
    asking: Asking, owner: asyncpg.Connection[Any], world: World, noun: str, place: str, clause: str
) -> None:
    """XX-10b, XM-05b: the ledger names the objection's clause, not the one that opened the list."""
    async with owner.transaction():
        made = await (make_record if noun == "credit_record" else make_entry)(owner, world, place)
    about = {"record": record_id(made)} if noun == "credit_record" else {"entry": f"ListEntry:{made}"}
    given = {**about, "ground": "错误", "statement": "误记。"}
    this = {"objection": (await asking.act("fileObjection", by=f"{place}.firm", **given))["id"]}
    await asking.act("verifyObjection", by=f"{place}.clerk", **this, finding="确属误记。")
    decision = {"outcome": "WITHDRAWN", "reason": "误记，予以撤销。"}
    await asking.act("decideObjection", by=f"{place}.approver", **this, **decision)
    basis = "SELECT basis FROM ledger_event WHERE object_id = $1 AND verb = $2"
    decided = await owner.fetchval(basis, UUID(this["objection"].partition(":")[2]), "decide")
    assert await owner.fetchval(basis, made, "withdraw") == decided
    assert decided.endswith(f"》 {clause}"), decided


PRIVATE = [
    "联系人电话13800138000。",
    "其身份证号110105194912310026有误。",
    "身份证 1101051949 1231 0026。",
    "请联系 someone@example.com。",
    "电话 0592-2200123",
    "１３８００１３８０００",
]


@pytest.mark.parametrize("text", PRIVATE)
async def test_what_the_objector_reads_carries_nobody_else_s_data(
    asking: Asking, owner: asyncpg.Connection[Any], world: World, text: str
) -> None:
    async with owner.transaction():
        record = await make_record(owner, world, XIAMEN)
    filed = await asking.act("fileObjection", by=FIRM, record=record_id(record), ground="错误", statement="金额有误。")
    this = {"objection": filed["id"]}
    assert await asking.refused("verifyObjection", by=SECOND, **this, finding=text) == "OTHERS_PERSONAL_DATA"
    await asking.act(
        "verifyObjection", by=SECOND, **this, finding="决定日期2026-03-18，罚款30,000元，文书虚构〔2026〕12345号。"
    )
    assert await asking.refused("decideObjection", by=APPROVER, **this, outcome="REJECTED", reason=text) == (
        "OTHERS_PERSONAL_DATA"
    )


async def test_the_reason_of_a_withdrawal_is_public_and_names_no_person(
    asking: Asking, owner: asyncpg.Connection[Any], world: World
) -> None:
    person = f"{XINXIANG}.person"
    async with owner.transaction():
        entry = await make_entry(owner, world, XINXIANG, subject=world.person[XINXIANG])
    given = {"entry": f"ListEntry:{entry}", "ground": "错误", "statement": "列错了人。"}
    filed = await asking.act("fileObjection", by=person, **given)
    this = {"objection": filed["id"]}
    await asking.act("verifyObjection", by=f"{XINXIANG}.clerk", **this, finding="确属误列。")
    decision = {"outcome": "WITHDRAWN", "reason": "欧阳虚构被误列。"}
    refused = await asking.refused("decideObjection", by=f"{XINXIANG}.approver", **this, **decision)
    assert refused == "PERSONAL_TEXT_IN_PUBLIC"
    await asking.act(
        "decideObjection", by=f"{XINXIANG}.approver", **this, outcome="WITHDRAWN", reason="误列，予以撤销。"
    )


async def test_an_entry_s_reason_is_put_right(asking: Asking, owner: asyncpg.Connection[Any], world: World) -> None:
    async with owner.transaction():
        entry = await make_entry(owner, world, XIAMEN)
    given = {"entry": f"ListEntry:{entry}", "ground": "遗漏", "statement": "漏记已整改。"}
    filed = await asking.act("fileObjection", by=FIRM, **given)
    this = {"objection": filed["id"]}
    await asking.act("verifyObjection", by=CLERK, **this, finding="确有遗漏。")
    wrong = {"outcome": "AMENDED", "reason": REASON, "correction": {"title": "改"}}
    assert await asking.refused("decideObjection", by=APPROVER, **this, **wrong) == "CORRECTION_UNCLEAR"
    right = {"outcome": "AMENDED", "reason": REASON, "correction": {"entryReason": "欠薪，已于期限内整改。"}}
    await asking.act("decideObjection", by=APPROVER, **this, **right)
    assert await owner.fetchval("SELECT reason FROM list_entry WHERE id = $1", entry) == "欠薪，已于期限内整改。"


async def test_an_entry_that_an_objection_takes_away_leaves_no_removal_under_way(
    client: Client, asking: Asking, owner: asyncpg.Connection[Any], world: World
) -> None:
    async with owner.transaction():
        entry = await make_entry(owner, world, HAICANG)
    propose = (
        'mutation ($entry: ID!) { proposeListRemoval(input: { entry: $entry, statement: "已达到退出标准。" })'
        " { listRemoval { id } } }"
    )
    proposed = await client.data(propose, {"entry": f"ListEntry:{entry}"}, caller=f"{HAICANG}.clerk")
    given = {"entry": f"ListEntry:{entry}", "ground": "错误", "statement": "误列。"}
    this = {"objection": (await asking.act("fileObjection", by=f"{HAICANG}.firm", **given))["id"]}
    await asking.act("verifyObjection", by=f"{HAICANG}.clerk", **this, finding="确属误列。")
    decision = {"outcome": "WITHDRAWN", "reason": "误列，予以撤销。"}
    await asking.act("decideObjection", by=f"{HAICANG}.approver", **this, **decision)
    removal = proposed["proposeListRemoval"]["listRemoval"]["id"].partition(":")[2]
    assert await owner.fetchval("SELECT state FROM list_removal WHERE id::text = $1", removal) == "lapsed"
