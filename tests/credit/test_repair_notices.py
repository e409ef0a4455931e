"""Telling the subject of a penalty of its rights of credit repair (XM-02b, HC-01)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import asyncpg
import pytest

from domain.credit.records import amend, publish, withdraw
from domain.credit.refusals import DateInFuture, DatesOutOfOrder
from domain.credit.repair_notices import (
    RepairNoticeMissing,
    RepairNoticeNotApplicable,
    RepairNoticeServed,
    Service,
    serve,
)
from domain.credit.shortest import SpecialFieldUnknown
from domain.errors import DomainError, InvalidInput, NotFound
from domain.identifiers import invented_uscc
from domain.ids import new_id
from domain.lifecycle import Actor, Transaction
from tests.credit.ground import DECIDED_ON, PERSON, Clerk

pytestmark = pytest.mark.anyio

Find = Callable[[str, str, str], Awaitable[Clerk]]
TOGETHER = Service(DECIDED_ON, "with_decision")


async def _notices(clerk: Clerk, record: Any) -> list[Any]:
    rows: list[Any] = await clerk.tx.connection.fetch(
        "SELECT * FROM repair_notice WHERE record_id = $1 ORDER BY version", record
    )
    return rows


@pytest.mark.parametrize(
    ("jurisdiction", "office", "required"),
    [("350200", "JCZD", True), ("350205", "RSJ", True), ("420300", "JC", False)],
)
async def test_a_penalty_needs_the_notice_where_the_citys_text_orders_it(
    clerk_of: Find, jurisdiction: str, office: str, required: bool
) -> None:
    """XM-02b, HC-01: the city and the district order it; the national plan of 2025 only encourages it elsewhere."""
    clerk = await clerk_of(jurisdiction, office, "penalty")
    record = await clerk.hand_in()
    assert (await clerk.row(record))["repair_notice_required"] is required


async def test_a_penalty_is_not_published_before_its_subject_was_told_xm_02b(inspector: Clerk) -> None:
    record = await inspector.hand_in(severity="minor")
    with pytest.raises(RepairNoticeMissing) as refused:
        await publish(inspector.tx, inspector.books, record)
    assert str(refused.value.extensions["citation"]).endswith("》 2")
    await serve(inspector.tx, inspector.books, record, TOGETHER)
    assert (await publish(inspector.tx, inspector.books, record))["state"] == "published"


async def test_the_notice_is_served_in_the_act_of_publishing(inspector: Clerk) -> None:
    record = await inspector.hand_in(severity="minor")
    await publish(inspector.tx, inspector.books, record, notice=TOGETHER)
    [notice] = await _notices(inspector, record)
    assert (notice["served_on"], notice["channel"], notice["noted_at"]) == (
        DECIDED_ON,
        "with_decision",
        inspector.tx.now,
    )


async def test_the_words_of_the_notice_come_from_the_rules_of_the_day_of_the_decision(inspector: Clerk) -> None:
    inspector.tx = replace(inspector.tx, now=inspector.tx.now + timedelta(days=90))
    days = {"before": date(2026, 3, 31), "after": date(2026, 4, 1)}
    words = {}
    for name, day in days.items():
        record = await inspector.hand_in(severity="serious", decided_on=day, decision_no=name, legal_basis_level="law")
        await serve(inspector.tx, inspector.books, record, Service(day, "mail"))
        [notice] = await _notices(inspector, record)
        words[name] = notice["content"]
    assert "自2026年7月1日起可以申请信用修复（依据《失信行为纠正后" in words["before"]
    assert "自2027年4月2日起可以申请信用修复（依据《信用修复管理办法" in words["after"]
    assert "最长公示至2029年4月1日" in words["after"]
    assert "（谁认定、谁修复）" in words["after"]


async def test_a_severity_not_yet_determined_is_said_to_be_open(inspector: Clerk) -> None:
    record = await inspector.hand_in()
    await serve(inspector.tx, inspector.books, record, TOGETHER)
    [notice] = await _notices(inspector, record)
    assert "失信程度尚未明确" in notice["content"]


async def test_the_notice_names_no_person(inspector: Clerk) -> None:
    record = await inspector.hand_in(severity="minor", title=f"对{PERSON['name']}的处罚", **PERSON)
    await serve(inspector.tx, inspector.books, record, TOGETHER)
    [notice] = await _notices(inspector, record)
    assert PERSON["name"] not in notice["content"]
    assert PERSON["id_number"] not in notice["content"]


async def test_a_notice_is_served_once_for_a_version_and_again_for_the_next(inspector: Clerk) -> None:
    record = await inspector.hand_in(severity="minor")
    await serve(inspector.tx, inspector.books, record, TOGETHER)
    with pytest.raises(RepairNoticeServed):
        await serve(inspector.tx, inspector.books, record, TOGETHER)
    graver = {"severity": "serious", "legal_basis_level": "law"}
    await amend(
        inspector.tx, inspector.vault, inspector.books, inspector.calendar, record, changes=graver, reason="重新认定"
    )
    await serve(inspector.tx, inspector.books, record, TOGETHER)
    assert [notice["version"] for notice in await _notices(inspector, record)] == [1, 2]


@pytest.mark.parametrize(
    ("service", "refusal"),
    [
        (Service(date(2026, 3, 1), "direct"), DatesOutOfOrder),
        (Service(date(2026, 3, 19), "direct"), DateInFuture),
        (Service(DECIDED_ON, "oral"), InvalidInput),
    ],
)
async def test_a_notice_that_cannot_have_been_served_is_refused(
    inspector: Clerk, service: Service, refusal: type[DomainError]
) -> None:
    record = await inspector.hand_in(severity="minor")
    with pytest.raises(refusal):
        await serve(inspector.tx, inspector.books, record, service)


async def test_only_a_penalty_that_stands_has_a_notice(inspector: Clerk, clerk_of: Find) -> None:
    record = await inspector.hand_in()
    await withdraw(inspector.tx, inspector.books, record, reason="撤销")
    with pytest.raises(RepairNoticeNotApplicable):
        await serve(inspector.tx, inspector.books, record, TOGETHER)
    permits = await clerk_of("350200", "SP", "permit")
    with pytest.raises(RepairNoticeNotApplicable):
        await serve(inspector.tx, inspector.books, await permits.hand_in(), TOGETHER)
    with pytest.raises(NotFound):
        await serve(inspector.tx, inspector.books, new_id(), TOGETHER)


async def test_two_clerks_who_note_the_same_notice_at_once_leave_one(installed_url: str, inspector: Clerk) -> None:
    async def act(connection: Any, record: Any) -> str:
        async with connection.transaction():
            await connection.execute("SET LOCAL ROLE renxin_app")
            tx = Transaction(connection, inspector.tx.now, Actor(None, ("clerk",)))
            if record is None:
                clerk = Clerk(
                    tx, inspector.vault, inspector.books, inspector.calendar,
                    office_id=inspector.office_id, item=inspector.item,
                )  # fmt: skip
                return str(await clerk.hand_in(decision_no="并发告知1号", uscc=invented_uscc(98), name="厦门虚构并发"))
            await serve(tx, inspector.books, record, TOGETHER)
            return "served"

    connections = [await asyncpg.connect(installed_url) for _ in range(5)]
    try:
        record = await act(connections[0], None)
        tried = await asyncio.gather(*(act(one, record) for one in connections), return_exceptions=True)
        assert [one for one in tried if one == "served"] == ["served"]
        assert {type(one) for one in tried if one != "served"} <= {RepairNoticeServed}
    finally:
        for one in connections:
            await one.close()


async def test_a_field_of_law_is_one_the_rule_of_the_day_names(inspector: Clerk) -> None:
    record = await inspector.hand_in(special_fields=("安全生产",))
    assert (await inspector.row(record))["special_fields"] == ["安全生产"]
    with pytest.raises(SpecialFieldUnknown):
        await inspector.hand_in(decision_no="2号", special_fields=("旅游",))
    inspector.tx = replace(inspector.tx, now=inspector.tx.now + timedelta(days=90))
    with pytest.raises(SpecialFieldUnknown):
        await inspector.hand_in(decision_no="3号", decided_on=date(2026, 4, 1), special_fields=("安全生产",))
