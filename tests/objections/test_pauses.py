"""The clock stands still for an appraisal, where the law names it (河南省社会信用条例41), and nowhere else; XX-10a."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from tests.client import NOW, Serve
from tests.objections.asking import Asking, record_id
from tests.objections.ground import SHANGHAI, XIAMEN, XINXIANG, World, make_record

pytestmark = pytest.mark.anyio

FIRM, CLERK, APPROVER = (f"{XINXIANG}.{part}" for part in ("firm", "clerk", "approver"))
APPRAISAL = {"kind": "鉴定", "reason": "委托司法鉴定中心对签名作笔迹鉴定。"}


async def _filed(asking: Asking, owner: asyncpg.Connection[Any], world: World, place: str = XINXIANG) -> dict[str, Any]:
    async with owner.transaction():
        record = await make_record(owner, world, place)
    given = {"record": record_id(record), "ground": "错误", "statement": "签名不是本人所签。"}
    filed = await asking.act("fileObjection", by=f"{place}.firm", **given)
    return {"objection": filed["id"]}


async def test_the_last_days_move_by_the_time_of_the_appraisal_xx_10a(
    serve: Serve, installed_url: str, owner: asyncpg.Connection[Any], world: World
) -> None:
    async with serve(installed_url, now=NOW) as client:
        this = await _filed(Asking(client), owner, world)
    async with serve(installed_url, now=NOW + timedelta(days=1)) as client:
        asking = Asking(client)
        assert await asking.refused("pauseObjection", by=f"{XINXIANG}.other_clerk", **this, **APPRAISAL) == "NOT_FOUND"
        assert await asking.refused("pauseObjection", by=FIRM, **this, **APPRAISAL) == "FORBIDDEN"
        assert await asking.refused("resumeObjection", by=CLERK, **this) == "CLOCK_RUNS"
        ahead = {**APPRAISAL, "fromOn": "2026-03-20"}
        assert await asking.refused("pauseObjection", by=CLERK, **this, **ahead) == "DATE_IN_FUTURE"
        paused = await asking.act("pauseObjection", by=CLERK, **this, **APPRAISAL)
        assert (paused["pausedSince"], paused["decideTimeliness"]) == ("2026-03-19", "PENDING")
        assert await asking.refused("pauseObjection", by=CLERK, **this, **APPRAISAL) == "CLOCK_STANDS"
        assert await asking.refused("verifyObjection", by=CLERK, **this, finding="无误。") == "CLOCK_STANDS"
    async with serve(installed_url, now=NOW + timedelta(days=9)) as client:  # Friday the 27th, after the first last day
        asking = Asking(client)
        seen = await asking.see(this["objection"], by=CLERK)
        assert seen is not None
        assert (seen["overdue"], seen["decideTimeliness"]) == (False, "PENDING"), "a clock that stands does not run out"
        assert await asking.refused("resumeObjection", by=CLERK, **this, untilOn="2026-03-18") == "DATES_OUT_OF_ORDER"
        assert await asking.refused("resumeObjection", by=CLERK, **this, untilOn="2026-03-28") == "DATE_IN_FUTURE"
        run = await asking.act("resumeObjection", by=CLERK, **this, untilOn="2026-03-25")
        assert (run["pausedSince"], run["decideDueOn"], run["reportDueOn"], run["tellDueOn"]) == (
            None,
            "2026-03-30",
            "2026-03-30",
            "2026-04-03",
        )
        document = """query ($id: ID!) { objection(id: $id) {
          pauses(first: 5) { nodes { kind reason basis fromOn untilOn office { code } } } } }"""
        data = await client.data(document, {"id": this["objection"]}, caller=FIRM)
        assert data["objection"]["pauses"]["nodes"] == [
            {
                **APPRAISAL,
                "basis": "《河南省社会信用条例》 41",
                "fromOn": "2026-03-19",
                "untilOn": "2026-03-25",
                "office": {"code": "LDGX"},
            }
        ]
        assert await asking.refused("pauseObjection", by=CLERK, **this, **APPRAISAL, fromOn="2026-03-25") == (
            "DATES_OUT_OF_ORDER"
        )
        verified = await asking.act("verifyObjection", by=CLERK, **this, finding="鉴定意见：签名为本人所签。")
        assert verified["decideDueOn"] == "2026-03-30", "a step does not forget what stood still"
        decided = await asking.act(
            "decideObjection", by=APPROVER, **this, outcome="REJECTED", reason="签名经鉴定为真。"
        )
        assert decided["decideTimeliness"] == "TIMELY"
        assert await asking.refused("pauseObjection", by=CLERK, **this, **APPRAISAL) == "STATE_CONFLICT"


async def test_an_appraisal_does_not_heal_a_term_that_has_run_out(
    serve: Serve, installed_url: str, owner: asyncpg.Connection[Any], world: World
) -> None:
    async with serve(installed_url, now=NOW) as client:
        this = await _filed(Asking(client), owner, world)
    async with serve(installed_url, now=NOW + timedelta(days=6)) as client:  # Tuesday the 24th: a day late
        asking = Asking(client)
        assert (
            await asking.refused("pauseObjection", by=CLERK, **this, **APPRAISAL, fromOn="2026-03-20")
            == "PAUSE_TOO_LATE"
        )
        paused = await asking.act("pauseObjection", by=CLERK, **this, **APPRAISAL)
        assert (paused["overdue"], paused["decideTimeliness"]) == (True, "OVERDUE")
        run = await asking.act("resumeObjection", by=CLERK, **this)
        assert (run["decideDueOn"], run["overdue"]) == ("2026-03-23", True)


@pytest.mark.parametrize(
    ("place", "kind", "reason", "code"),
    [
        (XINXIANG, "出差", "经办人出差。", "CLOCK_DOES_NOT_STOP"),
        (XINXIANG, "", "无。", "CLOCK_DOES_NOT_STOP"),
        (XINXIANG, "鉴定", " ", "INVALID_INPUT"),
        (XINXIANG, "鉴定", "联系13800138000。", "OTHERS_PERSONAL_DATA"),
        (XIAMEN, "鉴定", "笔迹鉴定。", "CLOCK_DOES_NOT_STOP"),
    ],
)
async def test_the_clock_stops_only_for_what_the_law_names(
    serve: Serve,
    installed_url: str,
    owner: asyncpg.Connection[Any],
    world: World,
    place: str,
    kind: str,
    reason: str,
    code: str,
) -> None:
    async with serve(installed_url, now=NOW) as client:
        asking = Asking(client)
        this = await _filed(asking, owner, world, place)
        given = {"kind": kind, "reason": reason}
        assert await asking.refused("pauseObjection", by=f"{place}.clerk", **this, **given) == code


async def test_in_shanghai_no_law_stops_the_clock_and_the_centre_does_not(
    serve: Serve, installed_url: str, owner: asyncpg.Connection[Any], world: World
) -> None:
    async with serve(installed_url, now=NOW) as client:
        asking = Asking(client)
        this = await _filed(asking, owner, world, SHANGHAI)
        assert await asking.refused("pauseObjection", by=f"{SHANGHAI}.clerk", **this, **APPRAISAL) == "STATE_CONFLICT"
        await asking.act("markObjection", by=f"{SHANGHAI}.platform", **this)
        await asking.act("forwardObjection", by=f"{SHANGHAI}.platform", **this)
        assert (
            await asking.refused("pauseObjection", by=f"{SHANGHAI}.clerk", **this, **APPRAISAL) == "CLOCK_DOES_NOT_STOP"
        )


async def test_beyond_the_calendar_the_last_day_is_unknown_and_not_guessed(
    serve: Serve, installed_url: str, owner: asyncpg.Connection[Any], world: World
) -> None:
    late = NOW.replace(year=2028, month=12, day=28)
    async with serve(installed_url, now=late) as client:
        asking = Asking(client)
        this = await _filed(asking, owner, world)
        seen = await asking.see(this["objection"], by=CLERK)
        assert seen is not None
        assert (seen["tellDueOn"], seen["tellTimeliness"], seen["dueProvisional"]) == (None, "UNKNOWN", True)
        assert seen["decideDueOn"] is None
        assert seen["overdue"] is False
