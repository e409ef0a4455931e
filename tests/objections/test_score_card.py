"""Objections on the score card: none is late while its clock stands still, and no card of a past day changes after it."""

from __future__ import annotations

from datetime import date, timedelta

import asyncpg
import pytest

from domain.calendar import working_calendar
from domain.oversight.quality import Period
from domain.oversight.score_card import score_card
from domain.rulebook.loader import load_rulebooks
from tests.client import NOW, Serve
from tests.objections.asking import Asking, record_id
from tests.objections.ground import XINXIANG, World, make_record
from tests.objections.test_pauses import APPRAISAL, CLERK

pytestmark = pytest.mark.anyio

PLACE = "410700"


async def counted(owner: asyncpg.Connection[object], as_of: date) -> dict[object, tuple[int, int]]:
    """Give the objections decided in time and due, by office, on the card of a quarter as of a day."""
    period = Period(date(2026, 1, 1), date(2026, 4, 30), as_of)
    card = await score_card(owner, load_rulebooks(), working_calendar(), PLACE, period, now=NOW + timedelta(days=60))
    shares = {row.office_id: row.shares["objections"] for row in card.rows}
    return {office: (share.part, share.whole) for office, share in shares.items() if share.whole}


async def test_a_clock_that_stands_makes_nobody_late_and_a_past_card_stays_xm_08c(
    serve: Serve, installed_url: str, owner: asyncpg.Connection[object], world: World
) -> None:
    """XX-10a, XM-08c, HC-29b: of two objections filed on one day, one has its clock stopped; both last days were the 25th."""
    async with serve(installed_url, now=NOW) as client:
        asking, both = Asking(client), []
        for _ in range(2):
            async with owner.transaction():
                record = await make_record(owner, world, XINXIANG)
            given = {"record": record_id(record), "ground": "错误", "statement": "签名不是本人所签。"}
            both.append((await asking.act("fileObjection", by=f"{XINXIANG}.firm", **given))["id"])
    async with serve(installed_url, now=NOW + timedelta(days=1)) as client:
        paused = await Asking(client).act("pauseObjection", by=CLERK, objection=both[0], **APPRAISAL)
    first_last_day = date.fromisoformat(paused["decideDueOn"])
    on_it = await counted(owner, first_last_day)
    assert list(on_it.values()) == [(0, 1)], "the other one"
    async with serve(installed_url, now=NOW + timedelta(days=9)) as client:
        run = await Asking(client).act("resumeObjection", by=CLERK, objection=both[0], untilOn="2026-03-25")
    last_day = date.fromisoformat(run["decideDueOn"])
    assert first_last_day < last_day
    assert await counted(owner, first_last_day) == on_it, "what came after it does not change it"
    assert list((await counted(owner, last_day - timedelta(days=1))).values()) == [(0, 1)]
    assert list((await counted(owner, last_day)).values()) == [(0, 2)]
