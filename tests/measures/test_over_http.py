"""Measures over HTTP: only what is on the list in force, by whom, because of what, and gone with what they rest on."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from domain.credit import records
from domain.lists import list_publication
from domain.measure import lifting
from tests.client import Client, Serve
from tests.measures.conftest import HAICANG, SHANGHAI, XIAMEN, XINXIANG
from tests.objections.ground import CALENDAR, make_record, make_world
from tests.parties import app_connection
from tests.removals.ground import BOOKS, VAULT, Ground

pytestmark = pytest.mark.anyio

APPLY = """mutation ($input: ApplyMeasureInput!) { applyMeasure(input: $input) { receipts
  measure { id state inForce basis name field office { code } sourceOffice { code } } } }"""
LIFT = "mutation ($input: LiftMeasureInput!) { liftMeasure(input: $input) { measure { id state liftedFor } } }"
SEEN = "query ($id: ID!) { measure(id: $id) { state inForce liftedFor reason } }"
REASON = "列为日常监管重点对象"


async def black(ground: Ground, **more: Any) -> UUID:
    """Put a firm on Xinxiang's black list, as published."""
    return await ground.entry(XINXIANG, "black", "JCZD", await ground.subject(XINXIANG), **more)


def on_entry(entry: UUID, code: str = "administrative", **more: Any) -> dict[str, Any]:
    return {"input": {"entry": f"ListEntry:{entry}", "code": code, "reason": REASON, **more}}


def on_record(record: UUID, code: str, **more: Any) -> dict[str, Any]:
    return {"input": {"record": f"CreditRecord:{record}", "code": code, "reason": REASON, **more}}


async def applied(client: Client, given: dict[str, Any], caller: str = "xx-reviewer") -> dict[str, Any]:
    measure: dict[str, Any] = (await client.data(APPLY, given, caller=caller))["applyMeasure"]["measure"]
    return measure


async def published(ground: Ground, place: str, item: str, office: str, **more: Any) -> UUID:
    """Hand in a record and show it, as it is a month later."""
    made = await ground.record(place, item, office, await ground.subject(place), severity="serious", **more)
    await ground.connection.execute(
        "UPDATE credit_record SET state = 'published', published_at = $2 WHERE id = $1", made, ground.now
    )
    return made


async def test_a_measure_is_applied_by_an_office_and_fed_back_to_its_source(client: Client, ground: Ground) -> None:
    """SH-09a, HC-10: the office that produced what it rests on sees what came of it; so does the subject."""
    subject = await ground.subject(XINXIANG)
    entry = await ground.entry(XINXIANG, "black", "JCZD", subject)
    agent = await ground.agent(f"agent-{subject}", subject)
    made = await applied(client, on_entry(entry))
    assert (made["state"], made["inForce"]) == ("APPLIED", True)
    assert (made["office"], made["sourceOffice"]) == ({"code": "LDGX"}, {"code": "JCZD"})
    assert made["basis"].endswith("》 五(三)")
    for caller in ("xx-source", "xx-credit", agent):
        seen = (await client.data(SEEN, {"id": made["id"]}, caller=caller))["measure"]
        assert seen is not None, caller
        assert seen["reason"] == REASON, caller
    told = await ground.connection.fetch(
        "SELECT verb FROM outbox_event WHERE object = 'measure' AND subject_id = $1", subject
    )
    assert [one["verb"] for one in told] == ["apply"]


async def test_nobody_else_applies_sees_or_lifts_one(client: Client, ground: Ground) -> None:
    entry = await black(ground)
    refused = {
        caller: await client.codes(APPLY, on_entry(entry), caller=caller)
        for caller in ("xx-clerk", "xx-credit", None, "xm-reviewer", "sh-reviewer")
    }
    assert refused == {
        "xx-clerk": ["FORBIDDEN"], "xx-credit": ["FORBIDDEN"], None: ["FORBIDDEN"],
        "xm-reviewer": ["NOT_FOUND"], "sh-reviewer": ["NOT_FOUND"],
    }  # fmt: skip
    made = await applied(client, on_entry(entry))
    assert (await client.data(SEEN, {"id": made["id"]}, caller="xx-beside"))["measure"] is None
    lift = {"input": {"measure": made["id"], "reason": "已无必要"}}
    assert await client.codes(LIFT, lift, caller="xx-source") == ["STEP_OF_ANOTHER_OFFICE"], (
        "it is fed back to, no more"
    )
    assert await client.codes(LIFT, lift, caller="xx-clerk") == ["FORBIDDEN"]
    assert (await client.data(LIFT, lift, caller="xx-reviewer"))["liftMeasure"]["measure"]["liftedFor"] == "BY_OFFICE"
    assert await client.codes(LIFT, lift, caller="xx-reviewer") == ["STATE_CONFLICT"]


async def test_only_what_the_list_of_measures_has_for_it_is_applied(client: Client, ground: Ground) -> None:
    """XM-01a, XM-18b: a measure that is not on the list, or not for this, is refused with what is."""
    claimant = await published(ground, XIAMEN, "benefit_claimant", "JCZD")
    for code in ("key_review", "exam_joint_punishment", "没有的措施"):
        answer = await client.send(APPLY, on_record(claimant, code), caller="xm-reviewer")
        told = answer["errors"][0]["extensions"]
        assert (told["code"], told["known"]) == ("MEASURE_NOT_LISTED", ["bar_hrss_awards", "more_inspections"]), code
    made = await applied(client, on_record(claimant, "bar_hrss_awards"), "xm-reviewer")
    assert made["name"] == "限制人社领域评优评审活动"
    again = await client.codes(APPLY, on_record(claimant, "bar_hrss_awards"), caller="xm-reviewer")
    assert again == ["MEASURE_APPLIED"]
    penalty = await published(ground, XIAMEN, "penalty", "JCZD")
    assert await client.codes(APPLY, on_record(penalty, "more_inspections"), caller="xm-reviewer") == [
        "MEASURE_NOT_LISTED"
    ]
    both = {"input": {**on_record(claimant, "more_inspections")["input"], "entry": f"ListEntry:{claimant}"}}
    assert await client.codes(APPLY, both, caller="xm-reviewer") == ["INVALID_INPUT"]


async def test_fields_are_those_of_the_rule_and_another_is_cited(client: Client, ground: Ground) -> None:
    """SH-09a: eight fields (等): beyond them the rule that provides for it is cited."""
    entry = await ground.entry(SHANGHAI, "wage_arrears", "ZFZD", await ground.subject(SHANGHAI))
    refused = await client.send(APPLY, on_entry(entry, "joint_restriction"), caller="sh-reviewer")
    told = refused["errors"][0]["extensions"]
    assert (told["code"], len(told["known"])) == ("MEASURE_FIELD_UNKNOWN", 8)
    assert (await applied(client, on_entry(entry, "joint_restriction", field="政府采购"), "sh-reviewer"))[
        "field"
    ] == "政府采购"
    other = on_entry(entry, "joint_restriction", field="高消费")
    assert await client.codes(APPLY, other, caller="sh-reviewer") == ["MEASURE_NEEDS_CITATION"]
    other["input"] |= {
        "legalBasis": "《保障农民工工资支付条例》第四十八条",
        "legalBasisLevel": "ADMINISTRATIVE_REGULATION",
    }
    assert (await applied(client, other, "sh-reviewer"))["field"] == "高消费"
    assert await client.codes(APPLY, on_entry(entry, "other_joint_punishment"), caller="sh-reviewer") == [
        "MEASURE_NEEDS_CITATION"
    ]


async def test_a_reason_names_nobody_else(client: Client, ground: Ground) -> None:
    entry = await black(ground)
    given = on_entry(entry)
    given["input"]["reason"] = "联系人电话13800138000"
    assert await client.codes(APPLY, given, caller="xx-reviewer") == ["OTHERS_PERSONAL_DATA"]


async def _repaired(ground: Ground, record: UUID) -> None:
    await records.repair(ground.tx("hc-reviewer"), record, reason="信用修复", basis="办法")


async def _withdrawn(ground: Ground, record: UUID) -> None:
    await records.withdraw(ground.tx("hc-reviewer"), BOOKS, record, reason="误记")


@pytest.mark.parametrize(("end", "why"), [(_repaired, "REPAIRED"), (_withdrawn, "WITHDRAWN")])
async def test_a_measure_is_lifted_in_the_transaction_that_ends_its_record(
    client: Client, ground: Ground, end: Any, why: str
) -> None:
    """XM-06b, HC-07: with the repair measures lift at once, and whoever applies them is told."""
    record = await published(ground, HAICANG, "penalty", "RSJ")
    cited = {"legalBasis": "《劳动保障监察条例》第三十条", "legalBasisLevel": "ADMINISTRATIVE_REGULATION"}
    made = await applied(client, on_record(record, "lawful_punishment", **cited), "hc-reviewer")
    async with ground.connection.transaction():
        await end(ground, record)
    seen = (await client.data(SEEN, {"id": made["id"]}, caller="hc-reviewer"))["measure"]
    assert (seen["state"], seen["inForce"], seen["liftedFor"]) == ("LIFTED", False, why)
    assert await ground.ledger(made["id"]) == ["apply", "lift"]
    ident = UUID(made["id"].partition(":")[2])
    told = await ground.connection.fetch("SELECT verb FROM outbox_event WHERE object_id = $1 ORDER BY version", ident)
    assert [one["verb"] for one in told] == ["apply", "lift"]
    assert await client.codes(APPLY, on_record(record, "lawful_punishment", **cited), caller="hc-reviewer") in (
        ["MEASURE_UNFOUNDED"], ["NOT_FOUND"],
    )  # fmt: skip


@pytest.mark.parametrize(("how", "why"), [("removed", "REMOVED"), ("repaired", "REPAIRED"), ("withdrawn", "WITHDRAWN")])
async def test_a_measure_is_lifted_with_its_entry(client: Client, ground: Ground, how: str, why: str) -> None:
    """XX-13, XM-06b: not after removal (新乡五(三))."""
    entry = await black(ground)
    made = await applied(client, on_entry(entry))
    async with ground.connection.transaction():
        if how == "withdrawn":
            await list_publication.withdraw(ground.tx("xx-source"), BOOKS, entry, reason="误列")
        else:
            reason = "early_removal" if how == "removed" else "repaired"
            await list_publication.remove(ground.tx("xx-source"), BOOKS, entry, removal_reason=reason, reason="移出")
    seen = (await client.data(SEEN, {"id": made["id"]}, caller="xx-reviewer"))["measure"]
    assert (seen["state"], seen["liftedFor"]) == ("LIFTED", why)


@pytest.mark.parametrize(("day", "stands"), [(date(2026, 3, 18), True), (date(2026, 3, 19), False)])
async def test_a_measure_ends_by_itself_on_the_day_its_entry_ends(
    serve: Serve, installed_url: str, client: Client, ground: Ground, day: date, stands: bool
) -> None:
    """XX-11: the last day counts; nothing has to be done on the day after."""
    made = await applied(client, on_entry(await black(ground, until=date(2026, 3, 18))))
    async with serve(installed_url, now=datetime(day.year, day.month, day.day, 4, tzinfo=UTC)) as then:
        seen = (await then.data(SEEN, {"id": made["id"]}, caller="xx-reviewer"))["measure"]
    assert (seen["state"], seen["inForce"]) == ("APPLIED", stands)


async def test_what_ends_on_a_leap_day_ends_with_it(serve: Serve, installed_url: str, ground: Ground) -> None:
    """XX-11: published on 2025-02-28 until 29 February 2028."""
    entry = await black(ground, until=date(2028, 2, 29))
    stands = {}
    async with serve(installed_url) as now:
        made = await applied(now, on_entry(entry))
    for day in (datetime(2028, 2, 29, 15, tzinfo=UTC), datetime(2028, 2, 29, 16, tzinfo=UTC)):
        async with serve(installed_url, now=day) as then:
            seen = await then.data(SEEN, {"id": made["id"]}, caller="xx-reviewer")
        stands[day.hour] = seen["measure"]["inForce"]
    assert stands == {15: True, 16: False}, "midnight in China"


async def test_nothing_rests_on_what_is_over_or_not_yet_shown(client: Client, ground: Ground) -> None:
    """XX-11: not before publication, not after its end."""
    over = await black(ground, until=date(2026, 3, 17))
    assert await client.codes(APPLY, on_entry(over), caller="xx-reviewer") == ["NOT_FOUND"], "shared no more"
    assert await client.codes(APPLY, on_entry(over), caller="xx-source") == ["MEASURE_UNFOUNDED"], "its own, and over"
    unshown = await ground.record(HAICANG, "penalty", "RSJ", await ground.subject(HAICANG), severity="serious")
    assert await client.codes(APPLY, on_record(unshown, "lawful_punishment"), caller="hc-reviewer") == [
        "MEASURE_UNFOUNDED"
    ]


async def test_a_record_put_right_takes_what_no_longer_follows_from_it(client: Client, ground: Ground) -> None:
    """SH-08b, XM-05b: no longer dishonest once its harm is known to be removed, it restricts nobody."""
    world = await make_world(ground.connection, (SHANGHAI,))
    async with ground.connection.transaction():
        record = await make_record(ground.connection, world, SHANGHAI)
    made = await applied(client, on_record(record, "key_review"), "sh-source")
    async with ground.connection.transaction():
        put_right = {"severity": "general", "harm_removed": True}
        tx = ground.tx("sh-source")
        await records.amend(tx, VAULT, BOOKS, CALENDAR, record, changes=put_right, reason="更正")
    seen = (await client.data(SEEN, {"id": made["id"]}, caller="sh-source"))["measure"]
    assert (seen["state"], seen["liftedFor"]) == ("LIFTED", "AMENDED")


@pytest.mark.parametrize(
    ("amended", "lifted"),
    [
        ({"severity": "serious", "dishonest": True}, False),
        ({"severity": "minor", "dishonest": True}, True),
        ({"severity": None, "dishonest": True}, True),
    ],
)
async def test_a_measure_for_serious_ones_goes_with_the_severity(
    client: Client, ground: Ground, amended: dict[str, Any], lifted: bool
) -> None:
    """XM-18b: 严重失信待遇申领相对人."""
    record = await published(ground, XIAMEN, "benefit_claimant", "JCZD")
    made = await applied(client, on_record(record, "more_inspections"), "xm-reviewer")
    async with ground.connection.transaction():
        await lifting.lift_unfounded(ground.tx("xm-reviewer"), {"id": record, **amended}, reason="更正", basis=None)
    assert ((await ground.row("measure", made["id"]))["state"] == "lifted") is lifted


async def test_two_who_lift_at_the_same_instant_leave_one_lifting(client: Client, ground: Ground) -> None:
    made = await applied(client, on_entry(await black(ground)))
    lift = {"input": {"measure": made["id"], "reason": "已无必要"}}
    codes = await asyncio.gather(*(client.codes(LIFT, lift, caller="xx-reviewer") for _ in range(3)))
    assert sorted(codes) == [[], ["STATE_CONFLICT"], ["STATE_CONFLICT"]]
    assert await ground.ledger(made["id"]) == ["apply", "lift"]


async def test_two_who_apply_at_the_same_instant_leave_one_measure(client: Client, ground: Ground) -> None:
    given = on_entry(await black(ground))
    codes = await asyncio.gather(*(client.codes(APPLY, given, caller="xx-reviewer") for _ in range(3)))
    assert sorted(codes) == [[], ["MEASURE_APPLIED"], ["MEASURE_APPLIED"]]


async def test_the_database_itself_lets_nobody_rewrite_a_measure(
    installed_url: str, ground: Ground, client: Client
) -> None:
    made = await applied(client, on_entry(await black(ground)))
    ident = UUID(made["id"].partition(":")[2])
    with pytest.raises(asyncpg.CheckViolationError):
        await ground.connection.execute("UPDATE measure SET state = 'lifted' WHERE id = $1", ident)
    app = await app_connection(installed_url)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await app.execute("UPDATE measure SET name = '别的' WHERE id = $1", ident)
    await app.close()


def test_the_machine_of_measures_is_two_states() -> None:
    assert {verb: (step.sources, step.target) for verb, step in lifting.MACHINE.moves.items()} == {
        "lift": (("applied",), "lifted")
    }
