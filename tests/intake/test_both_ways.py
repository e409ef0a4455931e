"""A call and a file say the same about the same rows; and a call, as if each of its rows came alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final
from uuid import UUID

import asyncpg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from domain.calendar import working_calendar
from domain.credit.submission import Submission, submit
from domain.errors import DomainError
from domain.identifiers import invented_resident_id, invented_uscc
from domain.oversight.beside import BESIDE
from domain.oversight.submitted import Outcome, submit_all
from domain.rulebook.loader import load_rulebooks
from tests.intake.conftest import Desk
from tests.intake.sheets import columns, penalty, person, sheet
from tests.intake.test_ten_thousand_rows import BESIDE as COLUMNS_BESIDE
from tests.intake.test_ten_thousand_rows import KINDS

pytestmark = pytest.mark.anyio

BOOKS, CALENDAR = load_rulebooks(), working_calendar()
ARGUMENTS: Final = {
    "decision_no": "CF_WSH",
    "decided_on": "CF_JDRQ",
    **{name: code for name, (code, _) in BESIDE.items()},
}
"""What a call has as arguments, and the column of the file."""

OF_A_CALL: Final[Mapping[tuple[str | None, str], str]] = {
    ("CF_XDR_SHXYM", "DATA_ITEM_MISSING"): "SUBJECT_UNCLEAR",
    ("CF_WSH", "DATA_ITEM_MISSING"): "INVALID_INPUT",
}
"""What a call says otherwise: it names its subject by one of three arguments, and its number is always one. A notice
that was served comes by a mutation of its own."""


async def _item(desk: Desk) -> UUID:
    found = await desk.tx.connection.fetchval(
        "SELECT item.id FROM catalogue_item item JOIN catalogue_producer producer ON producer.item_id = item.id"
        " WHERE producer.office_id = $1 AND item.category = 'penalty'",
        desk.office_id,
    )
    return UUID(str(found))


def _called(row: Mapping[str, str], item: UUID, office: UUID) -> Submission:
    """Write a row of a file as it comes by a call."""
    day = row["CF_JDRQ"].replace("/", "-")
    closed = row.get("RX_BJRQ")
    return Submission(
        office_id=office,
        item_id=item,
        decision_no=row["CF_WSH"],
        title=row["CF_WFXW"],
        decided_on=date(2026, 3, 2) if day == "2026-02-29" else date.fromisoformat(day),
        closed_on=date.fromisoformat(closed.replace("/", "-")) if closed else None,
        severity="general" if row.get("CF_SXYZCD") else None,
        content={code: value for code, value in row.items() if code not in COLUMNS_BESIDE},
    )


async def _submitted(desk: Desk, submissions: Sequence[Submission]) -> list[Outcome]:
    return await submit_all(desk.tx, desk.vault, BOOKS, CALENDAR, submissions)


def _said(found: Outcome, column: str | None) -> tuple[str | None, str] | None:
    """Give the refusal of a row with the column it names, `column` where it names none."""
    if found.refused is None:
        return None
    about = found.refused.extensions
    named = about.get("column") or about.get("field")
    return ARGUMENTS.get(str(named), str(named)) if named else column, found.refused.code


async def _written(desk: Desk) -> list[dict[str, Any]]:
    left_out = {"id", "subject_id", "import_id"}
    return [{name: value for name, value in row.items() if name not in left_out} for row in await desk.records()]


async def test_a_call_says_of_twenty_kinds_of_faults_what_a_file_says_xm_08(desk: Desk) -> None:
    kinds = {kind: make for kind, make in KINDS.items() if kind[0] != "RX_XFGZFS"}
    clean = [penalty(0), person(7, "虚构丁"), penalty(1, CF_FRDB="虚构甲", CF_FR_ZJHM=invented_resident_id(1))]
    rows = [*clean, *(make(100 + place) for place, make in enumerate(kinds.values()))]
    savepoint = desk.tx.connection.transaction()
    await savepoint.start()
    summary = await desk.hand_in(sheet("penalty", rows, codes=[*columns("penalty"), *COLUMNS_BESIDE]))
    refused, by_file = await desk.refusals(summary), await _written(desk)
    links = await desk.count("legal_representative")
    await savepoint.rollback()
    assert {(column, code) for _, column, code in refused} == set(kinds)
    item = await _item(desk)
    found = await _submitted(desk, [_called(row, item, desk.office_id) for row in rows])
    expected = [*([None] * len(clean)), *((column, OF_A_CALL.get((column, code), code)) for column, code in kinds)]
    assert [_said(one, kind and kind[0]) for one, kind in zip(found, expected, strict=True)] == expected
    assert found[-1].record_id == found[0].record_id, "the office's own record, which is here already"
    assert await _written(desk) == by_file
    assert await desk.count("legal_representative") == links == 1


async def test_a_decision_of_another_office_names_it_both_ways_xm_08(desk: Desk) -> None:
    """厦门8: 谁产生、谁提供、谁负责."""
    inspection, bureau = await desk.of("420300", "JC"), await desk.of("420300", "HRSS")
    await inspection.hand_in(sheet("penalty", [penalty(1)]))
    await bureau.hand_in(sheet("penalty", [penalty(1)]))
    reason = await desk.tx.connection.fetchval("SELECT reason FROM refused_row")
    [found] = await _submitted(bureau, [_called(penalty(1), await _item(bureau), bureau.office_id)])
    assert found.refused is not None
    assert (found.refused.code, found.record_id) == ("DECISION_ALREADY_PROVIDED", None)
    name = await desk.tx.connection.fetchval("SELECT name FROM office WHERE id = $1", inspection.office_id)
    assert found.refused.extensions["office"] == name
    assert reason == f"{found.refused.message} Responsible: {name}."


async def test_what_a_call_enters_is_told_outside_row_by_row(desk: Desk) -> None:
    item = await _item(desk)
    found = await _submitted(desk, [_called(row, item, desk.office_id) for row in (penalty(1), person(7, "虚构丁"))])
    told = await desk.tx.connection.fetch(
        "SELECT event.id, event.object, event.verb, event.image = outbox.payload AS alike FROM ledger_event event"
        " JOIN outbox_event outbox ON outbox.id = event.id WHERE event.id = ANY($1::uuid[]) ORDER BY event.object",
        desk.tx.events,
    )
    assert [(row["object"], row["verb"], row["alike"]) for row in told] == [
        *([("credit_record", "submit", True)] * 2),
        *([("subject", "enrol", True)] * 2),
    ]
    assert {event for one in found for event in one.events} == set(desk.tx.events) == {row["id"] for row in told}


PARTIES: Final = (
    {"uscc": invented_uscc(61), "name": "厦门虚构甲公司"},
    {"uscc": invented_uscc(61), "name": "厦门虚构乙公司"},
    {"uscc": "91350211M0000XUF46", "name": "厦门虚构甲公司"},
    {"id_number": invented_resident_id(61), "name": "虚构甲"},
    {"id_number": invented_resident_id(61), "name": "虚构乙"},
    {"name": "虚构甲"},
)
ROWS = st.lists(
    st.tuples(st.sampled_from(PARTIES), st.integers(1, 2), st.sampled_from(["警告", "罚金"]), st.integers(18, 19)),
    min_size=1,
    max_size=7,
)


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(rows=ROWS)
@example(rows=[(PARTIES[place], 1, "警告", 18) for place in (0, 1, 3, 4, 0)])
async def test_a_call_is_as_if_each_row_came_alone(
    desk: Desk, rows: list[tuple[dict[str, Any], int, str, int]]
) -> None:
    plain = _called(penalty(1), await _item(desk), desk.office_id)
    about = ("CF_XDR_MC", "CF_XDR_LB", "CF_XDR_SHXYM", "CF_WSH", "CF_JDRQ")
    content = {code: value for code, value in plain.content.items() if code not in about}
    submissions = [
        replace(
            plain,
            decision_no=f"{number}号",
            decided_on=date(2026, 3, day),
            content={**content, "CF_CFLB": kind},
            **party,
        )
        for party, number, kind, day in rows
    ]
    alone = await _given_up(desk, [_one_by_one(desk, one) for one in submissions])
    together = await _given_up(desk, [_submitted(desk, submissions)])
    assert together == alone


async def _one_by_one(desk: Desk, submission: Submission) -> list[Outcome]:
    try:
        async with desk.tx.connection.transaction():
            return [Outcome(await submit(desk.tx, desk.vault, BOOKS, CALENDAR, submission))]
    except DomainError as refused:
        return [Outcome(refused=refused)]


async def _given_up(desk: Desk, turns: Sequence[Any]) -> Any:
    """Carry turns out, tell what became of their rows and what is here after it, and give it all up."""
    savepoint = desk.tx.connection.transaction()
    await savepoint.start()
    found = [one for turn in turns for one in await turn]
    told = [(one.refused and one.refused.code, one.refused and one.refused.message) for one in found]
    here: list[asyncpg.Record] = await desk.tx.connection.fetch(
        "SELECT record.decision_no, record.content, subject.name, subject.uscc, subject.id_index,"
        " (SELECT count(*) FROM name_warning warning WHERE warning.subject_id = subject.id) AS warnings"
        " FROM subject LEFT JOIN credit_record record ON record.subject_id = subject.id"
        " ORDER BY subject.uscc, subject.id_index, record.decision_no"
    )
    await savepoint.rollback()
    return told, here
