"""Kept or broken: another person finds it, a record tells it in the same transaction, and procedures close."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.commitment import commitments, results, simplified
from domain.commitment.refusals import (
    JudgeInOwnMatter,
    RecordStands,
    SimplifiedProcedureBarred,
    SupplementNotDue,
    SupplementOpen,
)
from domain.credit import records
from domain.credit.refusals import RecordExists
from domain.errors import InvalidInput, StateConflict
from domain.rulebook.answer import RuleStatus
from tests.commitments.ground import HAICANG, SHANGHAI, SHIYAN, TODAY, XIAMEN, XINXIANG, Ground, rulebook_item, signs

pytestmark = pytest.mark.anyio

XIAMEN_OFFICE = (XIAMEN, "SP")
SHANGHAI_OFFICE = (SHANGHAI, "JY")
BASIS: dict[str, Any] = {"legal_basis": "《上海市社会信用条例》第九条", "legal_basis_level": "local_regulation"}


async def test_a_broken_commitment_makes_a_dishonest_record_in_the_same_transaction(ground: Ground) -> None:
    """XM-11d: 违法失信后自愿接受约束和惩戒."""
    made = await ground.sign(await ground.kept_item(XIAMEN, "SP"), await ground.organisation(), XIAMEN_OFFICE)
    finder = ground.other()
    row = await finder.break_(made)
    record = await ground.row("credit_record", row["record_id"])

    assert (row["state"], row["breach_ground"], row["unrecorded"]) == ("broken", "unfulfilled", None)
    assert record["dishonest"] is True
    assert record["office_id"] == row["office_id"]
    assert json.loads(record["content"]) == {"COMMITMENT": "劳务派遣经营许可告知承诺", "RESULT": "违约"}
    assert len(finder.tx.events) == 2


async def test_a_commitment_is_broken_on_a_ground_that_there_is(ground: Ground) -> None:
    made = await ground.sign(await ground.kept_item(XIAMEN, "SP"), await ground.organisation(), XIAMEN_OFFICE)
    finder = ground.other()
    for nothing in (None, "forgotten"):
        with pytest.raises(InvalidInput):
            await finder.break_(made, ground=nothing)


async def test_one_document_may_find_several_commitments_of_a_subject_broken_sh_05d(ground: Ground) -> None:
    """SH-05d, XM-11d: each has a record of its own, in its place of the document; what another way brought in stays once."""
    item, subject = await ground.kept_item(XIAMEN, "SP"), await ground.organisation()
    made = [await ground.sign(item, subject, XIAMEN_OFFICE, matter_no=f"受理{place}号") for place in range(5)]
    finder = ground.other()
    rows = [await finder.break_(one) for one in made[:3]]
    stored = [await ground.row("credit_record", row["record_id"]) for row in rows]
    numbers = ["核〔2026〕1号", "核〔2026〕1号（第2项）", "核〔2026〕1号（第3项）"]
    assert [record["decision_no"] for record in stored] == numbers
    assert await finder.tx.connection.fetchval("SELECT count(*) FROM credit_record WHERE dishonest") == 3

    await records.withdraw(finder.tx, ground.books, rows[1]["record_id"], reason="认定有误")
    await results.reopen(finder.tx, made[1], reason="认定有误")
    again = await ground.row("credit_record", (await finder.break_(made[3]))["record_id"])
    assert again["decision_no"] == numbers[1], "the place that is free"
    kept = await ground.row("credit_record", (await finder.keep(made[4]))["record_id"])
    assert kept["decision_no"] == "核〔2026〕1号（第4项）"


async def test_a_document_whose_decision_was_handed_in_otherwise_makes_no_second_record_xm_08(ground: Ground) -> None:
    """厦门8: only a commitment's own record leaves room for another one in its document."""
    item, subject = await ground.kept_item(XIAMEN, "SP"), await ground.organisation()
    finder = ground.other()
    first = await finder.break_(await ground.sign(item, subject, XIAMEN_OFFICE, matter_no="受理1号"))
    await ground.tx.connection.execute("UPDATE commitment SET record_id = NULL WHERE id = $1", first["id"])
    with pytest.raises(RecordExists):
        await finder.break_(await ground.sign(item, subject, XIAMEN_OFFICE, matter_no="受理2号"))


async def test_shanghai_records_a_broken_commitment_under_5_4_with_where_it_was_found(ground: Ground) -> None:
    """SH-05d."""
    made = await ground.sign(await ground.kept_item(SHANGHAI, "JY"), await ground.organisation(), SHANGHAI_OFFICE)
    row = await ground.other().break_(made, ground="untrue", severity="general", found_in="后续监管", **BASIS)
    record = await ground.row("credit_record", row["record_id"])
    item = await ground.row("catalogue_item", record["item_id"])

    assert item["code"] == "broken_commitment"
    assert (record["dishonest"], record["severity"], record["legal_basis_level"]) == (
        True,
        "general",
        "local_regulation",
    )
    assert json.loads(record["content"])["FOUND_IN"] == "后续监管"


@pytest.mark.parametrize("office", [(XIAMEN, "SP"), (HAICANG, "RSJ")])
async def test_a_kept_commitment_enters_the_record_and_is_no_dishonesty(
    ground: Ground, office: tuple[str, str]
) -> None:
    """HC-12b: 将履约信息纳入市场主体信用记录; XM-11c."""
    made = await ground.sign(await ground.kept_item(office[0], office[1]), await ground.organisation(), office)
    row = await ground.other().keep(made)
    record = await ground.row("credit_record", row["record_id"])

    assert (row["state"], record["dishonest"], record["severity"]) == ("kept", False, None)
    assert json.loads(record["content"])["RESULT"] == "履约"


async def test_where_the_rulebook_has_no_item_for_it_the_result_says_so(ground: Ground) -> None:
    """None set, never a record of our own making: 新乡 names no item, 海沧's is about organisations."""
    repair = rulebook_item("renxin-service", "credit_repair")
    in_xinxiang = await ground.sign(repair, await ground.organisation(), (XINXIANG, "JCZD"))
    of_a_person = await ground.sign(await ground.kept_item(HAICANG, "RSJ"), await ground.person(), (HAICANG, "RSJ"))
    no_producer = await ground.sign(repair, await ground.organisation(), (XIAMEN, "KS"))

    found = [await ground.other().break_(one) for one in (in_xinxiang, of_a_person, no_producer)]
    assert [row["unrecorded"] for row in found] == ["no_item", "subject_kind", "not_producer"]
    assert {row["record_id"] for row in found} == {None}


async def test_a_catalogue_that_is_approved_and_begins_later_takes_no_record_yet(ground: Ground) -> None:
    """XM-07: the edition in force on the day, also between the approval of the next one and its first day."""
    made = await ground.sign(await ground.kept_item(XIAMEN, "SP"), await ground.organisation(), XIAMEN_OFFICE)
    before = await ground.sign(await ground.kept_item(XIAMEN, "SP"), await ground.organisation(2), XIAMEN_OFFICE)
    first = await ground.row("credit_record", (await ground.other().break_(before))["record_id"])
    begins = TODAY + timedelta(days=30)
    await ground.tx.connection.execute(
        "INSERT INTO catalogue_item SELECT (jsonb_populate_record(item, jsonb_build_object('id', gen_random_uuid(),"
        " 'edition', '下一版', 'valid_from', $2::date))).* FROM catalogue_item item WHERE id = $1",
        first["item_id"],
        begins,
    )
    await ground.tx.connection.execute(
        "UPDATE catalogue_item SET valid_to = $2::date - 1 WHERE id = $1", first["item_id"], begins
    )
    row = await ground.other().break_(made)

    assert (row["unrecorded"], (await ground.row("credit_record", row["record_id"]))["item_id"]) == (
        None,
        first["item_id"],
    )


async def test_who_took_it_in_does_not_find_whether_it_was_kept(ground: Ground) -> None:
    """XM-11c: another person than the one who took the commitment in."""
    made = await ground.sign(await ground.kept_item(XIAMEN, "SP"), await ground.organisation(), XIAMEN_OFFICE)
    for found in (ground.keep(made), ground.break_(made)):
        with pytest.raises(JudgeInOwnMatter):
            await found


async def test_one_result_stands(ground: Ground) -> None:
    made = await ground.sign(await ground.kept_item(XIAMEN, "SP"), await ground.organisation(), XIAMEN_OFFICE)
    await ground.other().keep(made)
    for found in (ground.other().keep(made, 2), ground.other().break_(made, 3)):
        with pytest.raises(StateConflict):
            await found


async def test_a_finding_is_set_aside_only_when_its_record_is_withdrawn(ground: Ground) -> None:
    made = await ground.sign(await ground.kept_item(XIAMEN, "SP"), await ground.organisation(), XIAMEN_OFFICE)
    row = await ground.other().break_(made)

    with pytest.raises(RecordStands):
        await results.reopen(ground.tx, made, reason="复核有误")
    await records.withdraw(ground.tx, ground.books, row["record_id"], reason="复核有误")
    again = await results.reopen(ground.tx, made, reason="复核有误")
    assert (again["state"], again["found_on"], again["record_id"]) == ("signed", None, None)
    assert (await ground.other().keep(made, 2))["state"] == "kept"


# -- tolerant acceptance


async def _tolerant(ground: Ground) -> tuple[UUID, date]:
    item, firm = await ground.tolerant_item(HAICANG, "RSJ"), await ground.organisation(jurisdiction=HAICANG)
    made = await ground.sign(item, firm, (HAICANG, "RSJ"), missing="学历证明原件")
    return made, (await ground.row("commitment", made))["supplement_due_on"]


async def test_what_did_not_come_in_time_is_broken_from_the_day_after(ground: Ground) -> None:
    """HC-12a: the supplement deadline; nothing is broken before it has passed."""
    made, due = await _tolerant(ground)
    last = ground.at(ground.tx.now + timedelta(days=(due - TODAY).days)).other()

    with pytest.raises(SupplementNotDue):
        await last.break_(made, ground="not_supplied")
    with pytest.raises(SupplementOpen):
        await last.keep(made)
    row = await last.at(last.tx.now + timedelta(days=1)).break_(made, ground="not_supplied")
    assert (row["state"], row["breach_ground"]) == ("broken", "not_supplied")


async def test_what_came_cannot_be_missing(ground: Ground) -> None:
    made, _ = await _tolerant(ground)
    await commitments.supply(ground.tx, made)
    later = ground.at(ground.tx.now + timedelta(days=60)).other()
    with pytest.raises(InvalidInput):
        await later.break_(made, ground="not_supplied")
    assert (await later.keep(made))["state"] == "kept"


# -- simplified procedures


async def _standing(ground: Ground, subject: UUID, jurisdiction: str) -> simplified.Standing:
    return await simplified.standing(
        ground.tx.connection, ground.books, subject_id=subject, jurisdiction=jurisdiction, on=ground.tx.today
    )


async def test_a_broken_commitment_closes_simplified_procedures_at_once(ground: Ground) -> None:
    """XM-11d, SH-08b: by which record, which clause, until when."""
    item, firm = await ground.kept_item(XIAMEN, "SP"), await ground.organisation()
    assert (await _standing(ground, firm, XIAMEN)).allowed
    row = await ground.other().break_(await ground.sign(item, firm, XIAMEN_OFFICE))
    found = await _standing(ground, firm, XIAMEN)

    assert not found.allowed
    assert [bar.record_id for bar in found.bars] == [row["record_id"]]
    assert found.until == date(2029, 3, 18)
    assert "11" in found.rule.citation
    with pytest.raises(SimplifiedProcedureBarred) as refused:
        await ground.sign(item, firm, XIAMEN_OFFICE, matter_no="受〔2026〕2号")
    assert refused.value.extensions["until"] == "2029-03-18"


async def test_other_commitments_stay_open_to_who_broke_one(ground: Ground) -> None:
    """A repair commitment is no simplified procedure."""
    firm = await ground.organisation()
    await ground.other().break_(await ground.sign(await ground.kept_item(XIAMEN, "SP"), firm, XIAMEN_OFFICE))
    repair = rulebook_item("renxin-service", "credit_repair")
    assert await signs(ground, repair, firm, (XIAMEN, "JCZD"))


async def test_a_withdrawn_record_opens_them_again(ground: Ground) -> None:
    item, firm = await ground.kept_item(XIAMEN, "SP"), await ground.organisation()
    row = await ground.other().break_(await ground.sign(item, firm, XIAMEN_OFFICE))
    await records.withdraw(ground.tx, ground.books, row["record_id"], reason="复核有误")
    assert (await _standing(ground, firm, XIAMEN)).allowed


async def test_they_open_again_on_the_day_after_the_records_last(ground: Ground) -> None:
    item, firm = await ground.kept_item(XIAMEN, "SP"), await ground.organisation()
    row = await ground.other().break_(await ground.sign(item, firm, XIAMEN_OFFICE))
    await records.publish(ground.tx, ground.books, row["record_id"])
    last = (await ground.row("credit_record", row["record_id"]))["public_until"]
    days = (last - TODAY).days

    assert not (await _standing(ground.at(ground.tx.now + timedelta(days=days)), firm, XIAMEN)).allowed
    assert (await _standing(ground.at(ground.tx.now + timedelta(days=days + 1)), firm, XIAMEN)).allowed


async def test_in_shanghai_any_published_dishonest_record_closes_them(ground: Ground) -> None:
    """SH-08b: 对失信主体 限制适用告知承诺等简化程序."""
    firm = await ground.organisation()
    item = await ground.kept_item(SHANGHAI, "JY")
    row = await ground.other().break_(await ground.sign(item, firm, SHANGHAI_OFFICE), severity="general", **BASIS)
    await ground.tx.connection.execute("UPDATE commitment SET record_id = NULL WHERE id = $1", row["id"])

    assert (await _standing(ground, firm, SHANGHAI)).allowed  # a record of its own, and not yet published
    await records.publish(ground.tx, ground.books, row["record_id"])
    found = await _standing(ground, firm, SHANGHAI)
    assert not found.allowed
    assert (found.rule.clause, found.bars[0].commitment_id) == ("8(二)3", None)


async def test_one_citys_record_closes_nothing_in_another(ground: Ground) -> None:
    item, firm = await ground.kept_item(XIAMEN, "SP"), await ground.organisation()
    await ground.other().break_(await ground.sign(item, firm, XIAMEN_OFFICE))
    assert (await _standing(ground, firm, SHANGHAI)).allowed


@pytest.mark.parametrize(
    ("jurisdiction", "status"),
    [(HAICANG, RuleStatus.EXPIRED), (XINXIANG, RuleStatus.NONE_SET), (SHIYAN, RuleStatus.NOT_LOADED)],
)
async def test_where_no_law_loaded_takes_them_away_they_stay_open_and_the_answer_says_why(
    ground: Ground, jurisdiction: str, status: RuleStatus
) -> None:
    """None set and not loaded stay apart; the city bureau's rule does not bind the district."""
    office = {HAICANG: "RSJ", XINXIANG: "JCZD", SHIYAN: "HRSS"}[jurisdiction]
    person = await ground.person()
    row = await ground.other().break_(
        await ground.sign(await ground.kept_item(jurisdiction, office), person, (jurisdiction, office))
    )
    found = await _standing(ground, person, jurisdiction)

    assert row["state"] == "broken"
    assert found.allowed
    assert not found.binds
    assert found.rule.status is status
