"""Typical cases over the push: what the platform is told of one, its receipt, and that it comes down (XM-27b)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from domain.culture import typical_cases
from domain.delivery.delivery import SHOWN_STATES
from domain.installation_rows import office_id
from tests.client import NOW
from tests.delivery.ground import Ground
from tests.delivery.receiver import Receiver

pytestmark = pytest.mark.anyio

XIAMEN = "350200"


async def _published(ground: Ground, *, record: UUID | None = None) -> UUID:
    """Propose and approve a case."""
    proposal = typical_cases.Proposal(
        jurisdiction_id=XIAMEN,
        office_id=office_id(XIAMEN, "JCZD"),
        field="市场",
        kind="联合奖惩典型案例",
        polarity="negative",
        title="曝光典型",
        text="经过和结果",
        record_id=record,
    )
    async with ground.transaction() as tx:
        case = await typical_cases.propose(tx, ground.service.books, proposal)
        await typical_cases.approve(tx, case)
    return case


async def test_a_case_is_pushed_with_its_words_and_the_receipt_is_its_time(ground: Ground, receiver: Receiver) -> None:
    """XM-27b: 推送至市信用平台; from the receipt on it counts. It names the record, and no subject."""
    record = await ground.publish()
    case = await _published(ground, record=record)
    ground.clock.move(hours=1)
    await ground.drain(ground.worker(receiver))

    message = next(one for one in receiver.log if one["row"] == f"TypicalCase:{case}")
    assert (message["content"]["title"], message["content"]["kind"]) == ("曝光典型", "联合奖惩典型案例")
    assert "subject" not in message["content"]
    (row,) = await ground.fetch("SELECT published_at, platform_at FROM typical_case WHERE id = $1", case)
    assert (row["published_at"], row["platform_at"]) == (NOW, NOW + timedelta(hours=1))


async def test_a_withdrawn_case_comes_down_on_the_platform(ground: Ground, receiver: Receiver) -> None:
    """XM-27b: told without content, in its turn."""
    case = await _published(ground)
    await ground.drain(ground.worker(receiver))
    async with ground.transaction() as tx:
        row = await tx.connection.fetchrow("SELECT * FROM typical_case WHERE id = $1", case)
        assert row is not None
        await typical_cases.withdraw(tx, row, reason="情况有变")
    await ground.drain(ground.worker(receiver))

    assert receiver.of(case) == [("approve", True), ("withdraw", False)]


async def test_what_was_not_approved_is_not_pushed(ground: Ground, receiver: Receiver) -> None:
    """XM-27: neither a proposal nor a rejected one."""
    async with ground.transaction() as tx:
        proposal = typical_cases.Proposal(
            jurisdiction_id=XIAMEN, office_id=office_id(XIAMEN, "JCZD"), field=None, kind="信用应用", polarity="positive",
            title="案例", text="经过",
        )  # fmt: skip
        case = await typical_cases.propose(tx, ground.service.books, proposal)
        await typical_cases.reject(tx, case, reason="不典型")
    await ground.drain(ground.worker(receiver))

    assert receiver.of(case) == []


async def test_what_may_be_pushed_is_what_the_table_and_the_index_let_through(ground: Ground) -> None:
    """XM-08b: a noun that is told of is named by the constraint of deliveries and by the index of what waits."""
    (check,) = await ground.fetch(
        "SELECT pg_get_constraintdef(oid) AS said FROM pg_constraint WHERE conname = 'delivery_object_is_told'"
    )
    (index,) = await ground.fetch("SELECT pg_get_indexdef('outbox_event_untaken'::regclass) AS said")
    for noun in SHOWN_STATES:
        assert f"'{noun}'" in check["said"], noun
        assert f"'{noun}'" in index["said"], noun
