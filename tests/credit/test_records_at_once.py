"""Two people who hand in the same decision at the same instant leave one record."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from domain.credit.refusals import RecordExists
from domain.identifiers import invented_uscc
from domain.lifecycle import Actor, Transaction
from tests.credit.ground import Clerk

pytestmark = pytest.mark.anyio


async def test_two_clerks_who_hand_in_the_same_decision_at_once_leave_one_record(
    installed_url: str, inspector: Clerk
) -> None:
    async def hand_in(number: str) -> str:
        connection = await asyncpg.connect(installed_url)
        try:
            async with connection.transaction():
                await connection.execute("SET LOCAL ROLE renxin_app")
                tx = Transaction(connection, inspector.tx.now, Actor(None, ("clerk",)))
                clerk = Clerk(
                    tx,
                    inspector.vault,
                    inspector.books,
                    inspector.calendar,
                    office_id=inspector.office_id,
                    item=inspector.item,
                )
                await clerk.hand_in(decision_no=number, uscc=invented_uscc(99), name="厦门虚构并发公司")
            return "taken"
        except RecordExists:
            return "exists"
        finally:
            await connection.close()

    assert sorted(await asyncio.gather(*map(hand_in, 3 * ["并发〔2026〕1号", "并发（2026）1号"]))) == ["exists"] * 5 + [
        "taken"
    ]
