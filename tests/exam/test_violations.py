"""Exam violations: facts, signature or refusal, decision, entry — in order, each in its hands."""

from __future__ import annotations

import json
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.credit import keeping_back, records
from domain.credit.refusals import DateInFuture, PersonalTextInPublic, RecordHasProcedure
from domain.credit.submission import Submission, submit
from domain.errors import InvalidInput, NotFound, StateConflict
from domain.exam import violations
from domain.exam.refusals import (
    CandidateNotPerson,
    DeciderRecorded,
    ExamFileUnknown,
    RetentionMissing,
    RetentionNotSet,
    ViolationExists,
    WitnessMissing,
)
from domain.identifiers import invented_resident_id, invented_uscc
from domain.ids import new_id
from domain.installation_rows import catalogue_item_id, office_id
from domain.lifecycle import Transaction
from domain.registry import enrolment
from domain.rulebook.procedure import StepOfAnotherOffice, StepOutOfOrder
from tests.exam.ground import (
    HAICANG,
    INSTITUTE,
    SHANGHAI,
    SHIYAN,
    SHIYAN_OFFICE,
    TODAY,
    XIAMEN_OFFICE,
    XINXIANG,
    Room,
)

pytestmark = pytest.mark.anyio

CASES = tomllib.loads((Path(__file__).parent / "retentions.toml").read_text("utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
async def test_the_retention_runs_from_the_entry_into_the_file(room: Room, case: dict[str, Any]) -> None:
    """SY-06b: 记入诚信档案库5年或长期."""
    row = await room.entered(await room.person(), on=case["entered"], retention=case["retention"])
    record = await room.row("credit_record", row["record_id"])
    expected = None if case["until"] == "none" else case["until"]

    assert (row["state"], row["entered_on"], row["retained_until"]) == ("entered", case["entered"], expected)
    assert (record["state"], record["public_until"]) == ("published", expected)


async def test_the_entry_is_a_record_that_says_what_the_file_says_and_no_more(room: Room) -> None:
    """SY-06a, SY-06b; 党员身份 is no part of it (SY-06c)."""
    row = await room.entered(await room.person())
    record = await room.row("credit_record", row["record_id"])

    assert json.loads(record["content"]) == {
        "EXAM_KIND": "专业技术人员资格考试",
        "FACTS": "欧阳虚构在考试中使用无线耳机",
        "SIGNED": "已签字",
        "RETENTION": "5年",
    }
    assert (record["dishonest"], record["disclosure"]) == (True, "authorised_query")
    assert record["title"] == "专业技术人员资格考试违纪处理"


async def test_a_refusal_to_sign_needs_a_witness_and_a_signature_none(room: Room) -> None:
    """SY-06a: signature or refusal; without either it cannot go on."""
    made = await room.record(await room.person())
    for wrong in ({"kind": "refused"}, {"kind": "signed", "witness": "监考员"}):
        with pytest.raises(WitnessMissing):
            await room.confirm(made, **wrong)
    with pytest.raises(StepOutOfOrder) as refused:
        await room.other(INSTITUTE).decide(made)
    assert refused.value.extensions["next"] == "confirm"
    row = await room.confirm(made, kind="refused", witness="监考员")
    assert (row["state"], row["confirmation"]) == ("confirmed", "refused")
    await room.other(INSTITUTE).decide(made)
    record = await room.row("credit_record", (await room.enter(made))["record_id"])
    assert json.loads(record["content"])["SIGNED"] == "拒绝签字"


async def test_no_step_is_skipped_and_none_taken_twice(room: Room) -> None:
    made = await room.record(await room.person())
    institute = room.other(INSTITUTE)
    with pytest.raises(StepOutOfOrder):
        await room.enter(made)
    await room.confirm(made)
    for early in (room.enter(made), room.confirm(made)):
        with pytest.raises(StepOutOfOrder):
            await early
    await institute.decide(made)
    for late in (institute.decide(made), room.confirm(made)):
        with pytest.raises(StepOutOfOrder):
            await late
    await room.enter(made)
    with pytest.raises(StepOutOfOrder):
        await room.enter(made)
    with pytest.raises(StateConflict):
        await violations.withdraw(room.tx, room.books, made, reason="误录")


async def test_in_shiyan_the_provincial_institute_decides_and_nobody_else(room: Room) -> None:
    """SY-06b: 由湖北省人事考试院."""
    made = await room.record(await room.person())
    await room.confirm(made)
    for office in (None, office_id(SHIYAN, "JC")):
        with pytest.raises(StepOfAnotherOffice) as refused:
            await room.other(office).decide(made)
        assert refused.value.extensions["office"] == f"Office:{INSTITUTE}"
    assert (await room.other(INSTITUTE).decide(made))["decider_id"] == INSTITUTE


async def test_in_xiamen_another_person_of_the_office_decides_and_no_retention_is_loaded(room: Room) -> None:
    """XM-17a, XM-17b: the named rule is not loaded, and the answer says so."""
    there = room.other(XIAMEN_OFFICE)
    made = await there.record(await room.person(), office_id=XIAMEN_OFFICE, exam_kind="recruitment")
    await there.confirm(made)
    with pytest.raises(DeciderRecorded):
        await there.decide(made, retention=None)
    with pytest.raises(RetentionNotSet):
        await there.other().decide(made)
    row = await there.other().decide(made, retention=None)
    assert (row["retention"], row["retention_basis"]) == ("not_loaded", "exam.retention: not_loaded")
    entered = await there.enter(made)
    record = await room.row("credit_record", entered["record_id"])
    assert (entered["retained_until"], record["disclosure"], record["portal_at"]) == (None, "public", there.tx.now)
    assert record["public_until"] is not None  # the law's own longest term


async def test_the_entry_of_who_was_a_minor_on_the_day_of_the_exam_is_told_to_nobody_else(room: Room) -> None:
    """未成年人保护法 103: in Xiamen, too, where it is published (XM-17b); a day of decision put right changes nothing."""
    there = room.other(XIAMEN_OFFICE)
    for born, shown in (("20060106", "restricted"), ("20060105", "public")):
        made = await there.record(
            await room.born(born), office_id=XIAMEN_OFFICE, exam_kind="recruitment", exam_on=date(2024, 1, 6)
        )
        await there.confirm(made)
        await there.other().decide(made, retention=None, decision_no=f"厦考〔2024〕{born}号")
        entered = await there.enter(made)
        record = await room.row("credit_record", entered["record_id"])
        assert (record["disclosure"], record["portal_at"] is None) == (shown, shown == "restricted")
        moved = await records.amend(
            there.tx, room.vault, room.books, room.calendar, record["id"],
            changes={"decided_on": date(2024, 1, 7)}, reason="日期有误",
        )  # fmt: skip
        assert moved["disclosure"] == shown


async def test_shiyan_knows_a_term_and_a_retention_for_good_and_asks_which(room: Room) -> None:
    made = await room.record(await room.person())
    await room.confirm(made)
    with pytest.raises(RetentionMissing):
        await room.other(INSTITUTE).decide(made, retention=None)


@pytest.mark.parametrize("office", [(HAICANG, "RSJ"), (XINXIANG, "KS"), (SHANGHAI, "HRSS")])
async def test_where_no_rulebook_keeps_such_a_file_nothing_is_recorded(room: Room, office: tuple[str, str]) -> None:
    with pytest.raises(ExamFileUnknown):
        await room.record(await room.person(), office_id=office_id(*office))


async def test_nothing_is_entered_into_a_file_that_the_catalogue_does_not_have_on_that_day(room: Room) -> None:
    made = await room.record(await room.person())
    await room.confirm(made)
    await room.other(INSTITUTE).decide(made)
    await room.tx.connection.execute("RESET ROLE")  # the request role changes no catalogue
    await room.tx.connection.execute(
        "UPDATE catalogue_item SET valid_from = '2099-01-01' WHERE jurisdiction_id = $1", SHIYAN
    )
    with pytest.raises(ExamFileUnknown):
        await room.enter(made)


async def test_the_candidate_is_a_person(room: Room) -> None:
    firm = await enrolment.enrol_organisation(
        room.tx, uscc=invented_uscc(701), name="虚构有限公司", jurisdiction_id=SHIYAN
    )
    with pytest.raises(CandidateNotPerson):
        await room.record(firm)


async def test_what_others_are_shown_names_nobody(room: Room) -> None:
    candidate = await room.person()
    for field in ("exam_name", "site", "violation_class"):
        for text in ("欧阳虚构案", invented_resident_id(3)):
            with pytest.raises(PersonalTextInPublic):
                await room.record(candidate, **{field: text})
    made = await room.record(candidate)
    await room.confirm(made)
    with pytest.raises(PersonalTextInPublic):
        await room.other(INSTITUTE).decide(made, treatment="取消欧阳虚构成绩")


async def test_days_that_cannot_be_are_refused(room: Room) -> None:
    candidate = await room.person()
    with pytest.raises(DateInFuture):
        await room.record(candidate, exam_on=TODAY + timedelta(days=1))
    made = await room.record(candidate)
    for day in (date(2024, 1, 5), TODAY + timedelta(days=1)):
        with pytest.raises(InvalidInput):
            await room.confirm(made, on=day)
    await room.confirm(made, on=date(2024, 1, 6))
    with pytest.raises(InvalidInput):
        await room.other(INSTITUTE).decide(made, decided_on=date(2024, 1, 5))
    with pytest.raises(DateInFuture):
        await room.other(INSTITUTE).decide(made, decided_on=TODAY + timedelta(days=1))


async def test_kinds_that_there_are_not_are_refused(room: Room) -> None:
    candidate = await room.person()
    with pytest.raises(InvalidInput):
        await room.record(candidate, exam_kind="poetry")
    made = await room.record(candidate)
    with pytest.raises(InvalidInput):
        await room.confirm(made, kind="shrugged")


async def test_one_exam_has_one_violation_and_a_withdrawn_one_makes_room(room: Room) -> None:
    candidate = await room.person()
    made = await room.record(candidate)
    with pytest.raises(ViolationExists):
        await room.record(candidate)
    await violations.withdraw(room.tx, room.books, made, reason="误录")
    again = await room.record(candidate)
    assert (await room.row("exam_violation", again))["state"] == "recorded"


async def test_rows_that_are_not_there(room: Room) -> None:
    with pytest.raises(NotFound):
        await room.record(new_id())
    with pytest.raises(NotFound):
        await room.confirm(new_id())


@pytest.mark.parametrize("code", ["exam_violation", "exam_watch"])
async def test_what_has_a_procedure_is_not_handed_in(room: Room, code: str) -> None:
    """SY-06a, SY-06e: no way around the signature, none around the one role."""
    submission = Submission(
        office_id=SHIYAN_OFFICE,
        item_id=catalogue_item_id(SHIYAN, "cn-shiyan-hrss-15333", code),
        decision_no="处1号",
        title="考试违纪",
        decided_on=TODAY,
        subject_id=await room.person(),
    )
    with pytest.raises(RecordHasProcedure):
        await submit(room.tx, room.vault, room.books, room.calendar, submission)


async def test_an_amendment_does_not_move_the_end_that_the_decision_set(room: Room) -> None:
    row = await room.entered(await room.person(), on=date(2024, 2, 29))
    changes = {"decided_on": date(2024, 2, 20)}
    await records.amend(
        room.tx, room.vault, room.books, room.calendar, row["record_id"], changes=changes, reason="日期有误"
    )
    assert (await room.row("credit_record", row["record_id"]))["public_until"] == date(2029, 2, 28)


async def test_two_who_decide_leave_one_decision(room: Room) -> None:
    made = await room.record(await room.person())
    await room.confirm(made)
    await room.other(INSTITUTE).decide(made)
    with pytest.raises(StepOutOfOrder):
        await room.other(INSTITUTE).decide(made, retention="permanent")


async def test_every_step_leaves_its_event_with_the_clause(room: Room) -> None:
    row = await room.entered(await room.person())
    events = await room.tx.connection.fetch(
        "SELECT verb, basis FROM ledger_event WHERE object = 'exam_violation' AND object_id = $1 ORDER BY id", row["id"]
    )
    assert [event["verb"] for event in events] == ["record", "confirm", "decide", "enter"]
    assert all("十堰" in event["basis"] for event in events)
    told = "SELECT array_agg(DISTINCT object) FROM outbox_event WHERE subject_id = $1"
    assert await room.tx.connection.fetchval(told, row["subject_id"]) == ["credit_record", "subject"]


async def test_an_entry_that_was_stored_as_an_adults_is_kept_back_by_the_day_of_the_exam(room: Room) -> None:
    """未成年人保护法 103: the candidate had its birthday between the exam and the decision."""
    exam_on = TODAY - timedelta(days=30)
    entered = await room.entered(await room.born(f"{exam_on.year - 18}{exam_on:%m%d}"))
    stored = "UPDATE credit_record SET disclosure = 'public' WHERE id = $1"
    await room.tx.connection.execute(stored, entered["record_id"])

    @asynccontextmanager
    async def transact() -> AsyncIterator[Transaction]:
        yield room.tx

    found = await keeping_back.find(transact, room.vault, room.books)
    assert dict(found.of_minors) == {("credit_record", "420300"): 1}
