"""Files handed in at the same instant wait for each other, and every decision is taken once."""

from __future__ import annotations

import asyncio
import io

import asyncpg
import pytest

from domain.identifiers import invented_resident_id
from domain.lifecycle import Actor, Transaction
from tests.intake.conftest import Desk
from tests.intake.sheets import penalty, sheet

pytestmark = pytest.mark.anyio


async def test_files_handed_in_at_once_leave_each_decision_once(installed_url: str, desk: Desk) -> None:
    rows = [penalty(number, CF_FRDB="虚构甲", CF_FR_ZJHM=invented_resident_id(number)) for number in range(40)]

    async def hand_in(file: io.BytesIO) -> tuple[int, int, int]:
        connection = await asyncpg.connect(installed_url)
        try:
            async with connection.transaction():
                await connection.execute("SET LOCAL ROLE renxin_app")
                tx = Transaction(connection, desk.tx.now, Actor(None, ("clerk",)))
                summary = await Desk(tx, desk.office_id).hand_in(file)
                return summary.rows_added, summary.rows_known, summary.rows_refused
        finally:
            await connection.close()

    forwards, backwards = sheet("penalty", rows), sheet("penalty", rows[::-1])
    counted = await asyncio.gather(hand_in(forwards), hand_in(backwards), hand_in(sheet("penalty", rows[:20])))
    assert sum(added for added, *_ in counted) == 40
    assert [refused for *_, refused in counted] == [0, 0, 0]
