"""Runs over HTTP: differences listed before they hold, published by another person as one act, only changes written."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from domain.errors import StateConflict
from domain.evaluation import grades, runs
from domain.evaluation.grades import Result
from domain.evaluation.schemes import evaluation
from domain.installation_rows import office_id
from domain.lifecycle import Actor, Transaction
from tests.client import NOW, Client
from tests.evaluation.acts import BASIS, code_of, moved, proposed, published
from tests.evaluation.conftest import SHIYAN, XIAMEN
from tests.removals.ground import BOOKS, Ground

pytestmark = pytest.mark.anyio

RUN = """id state subjects unchanged changed undetermined waiting changes
  grades(first: 20) { nodes { id state value previousValue pushOrdered subject { id } } }"""
PROPOSE = f"mutation ($input: ProposeGradeRunInput!) {{ proposeGradeRun(input: $input) {{ gradeRun {{ {RUN} }} }} }}"
PUBLISH = f"mutation ($input: PublishGradeRunInput!) {{ publishGradeRun(input: $input) {{ gradeRun {{ {RUN} }} }} }}"
DISCARD = f"mutation ($input: DiscardGradeRunInput!) {{ discardGradeRun(input: $input) {{ gradeRun {{ {RUN} }} }} }}"


def of(results: list[tuple[str, str | None]], scheme: str = "hr_agency", **more: Any) -> dict[str, Any]:
    listed = [{"code": code, **({} if value is None else {"value": value})} for code, value in results]
    return {"input": {"scheme": scheme, "evaluatedOn": "2026-03-01", "basis": BASIS, "results": listed, **more}}


async def firms(ground: Ground, number: int) -> dict[UUID, str]:
    made = [await ground.subject(XIAMEN) for _ in range(number)]
    return {firm: await code_of(ground, firm) for firm in made}


async def test_only_what_changes_is_written_listed_and_published_as_one(client: Client, ground: Ground) -> None:
    """XM-12, XM-13: of a whole list the differences are told first; nothing holds before another person publishes."""
    by = {"by": "talent-clerk", "then": "talent-approver", "scheme": "hr_agency"}
    known = await firms(ground, 5)
    kept, worse, new, waits, open_ = known
    for firm, value in ((kept, "A"), (worse, "A"), (open_, "B")):
        await published(client, firm, value, **by)
    await proposed(client, waits, "B", "talent-clerk", scheme="hr_agency")
    sent = of([(known[kept], "A"), (known[worse], "C"), (known[new], "A"), (known[waits], "C"), (known[open_], None)])
    run = (await client.data(PROPOSE, sent, caller="talent-clerk"))["proposeGradeRun"]["gradeRun"]
    counts = {name: run[name] for name in ("subjects", "unchanged", "changed", "undetermined", "waiting")}
    assert counts == {"subjects": 5, "unchanged": 1, "changed": 2, "undetermined": 1, "waiting": 1}
    assert {(one["from"], one["to"], one["count"]) for one in run["changes"]} == {
        (None, "A", 1),
        ("A", "C", 1),
        ("B", None, 1),
    }
    held = await ground.connection.fetchval(
        "SELECT value FROM grade WHERE subject_id = $1 AND state = 'published'", worse
    )
    assert held == "A", "what is only proposed does not hold"
    publish = {"input": {"gradeRun": run["id"]}}
    assert await client.codes(PUBLISH, publish, caller="talent-clerk") == ["FORBIDDEN"]
    assert await client.codes(PUBLISH, publish, caller="approver") == ["NOT_FOUND"], "another office's"
    done = (await client.data(PUBLISH, publish, caller="talent-approver"))["publishGradeRun"]["gradeRun"]
    told = {one["subject"]["id"]: (one["state"], one["previousValue"], one["value"]) for one in done["grades"]["nodes"]}
    assert told == {
        f"Subject:{worse}": ("PUBLISHED", "A", "C"),
        f"Subject:{new}": ("PUBLISHED", None, "A"),
        f"Subject:{open_}": ("UNDETERMINED", "B", None),
    }
    grades = {one["subject"]["id"]: one["id"] for one in done["grades"]["nodes"]}
    assert await ground.ledger(grades[f"Subject:{worse}"]) == ["propose", "publish"]
    states = await ground.connection.fetch(
        "SELECT state FROM grade WHERE subject_id = $1 ORDER BY proposed_at, id", worse
    )
    assert sorted(one["state"] for one in states) == ["published", "superseded"]
    open_grade = grades[f"Subject:{open_}"]
    decided = await moved(client, "determine", open_grade, "talent-clerk", value="A", basis="人工认定：整改完成")
    assert (decided["state"], decided["method"]) == ("PROPOSED", "DETERMINED")
    shown = await moved(client, "publish", open_grade, "talent-approver")
    assert (shown["value"], shown["previousValue"]) == ("A", "B")


async def test_a_run_is_published_by_one_of_two_and_by_nobody_who_proposed_it(client: Client, ground: Ground) -> None:
    """Separation of duties; two publish at once leave one."""
    both = await ground.officer("run-both", "clerk", "approver", office=(XIAMEN, "JCZD"))
    (code,) = (await firms(ground, 1)).values()
    data = await client.data(PROPOSE, of([(code, "A")], "employer"), caller=both)
    run = data["proposeGradeRun"]["gradeRun"]["id"]
    sent = {"input": {"gradeRun": run}}
    assert await client.codes(PUBLISH, sent, caller=both) == ["GRADE_PROPOSER_PUBLISHES"]
    (other,) = (await firms(ground, 1)).values()
    assert await client.codes(PROPOSE, of([(other, "A")], "employer"), caller="clerk") == ["RUN_WAITING"]
    twice = await asyncio.gather(*(client.codes(PUBLISH, sent, caller=who) for who in ("approver", "second-approver")))
    assert sorted(twice) == [[], ["STATE_CONFLICT"]]
    assert await ground.ledger(run) == ["propose", "publish"]


async def test_a_discarded_run_leaves_nothing_that_waits(client: Client, ground: Ground) -> None:
    known = await firms(ground, 2)
    data = await client.data(PROPOSE, of([(code, "B") for code in known.values()], "employer"), caller="clerk")
    run = data["proposeGradeRun"]["gradeRun"]["id"]
    sent = {"input": {"gradeRun": run, "reason": "名录有误"}}
    gone = (await client.data(DISCARD, sent, caller="approver"))["discardGradeRun"]["gradeRun"]
    assert {one["state"] for one in gone["grades"]["nodes"]} == {"REJECTED"}
    assert await client.codes(DISCARD, sent, caller="approver") == ["STATE_CONFLICT"]
    again = await client.data(PROPOSE, of([(code, "B") for code in known.values()], "employer"), caller="clerk")
    last = {"input": {"gradeRun": again["proposeGradeRun"]["gradeRun"]["id"], "reason": "试行"}}
    await client.data(DISCARD, last, caller="approver")


async def test_what_a_run_may_not_hold_is_refused(client: Client, ground: Ground) -> None:
    (code,) = (await firms(ground, 1)).values()
    wrong = {
        "twice": of([(code, "A"), (code, "B")], "employer"),
        "nobody": of([("91350200MA0000000X", "A")], "employer"),
        "none": of([], "employer"),
        "number": of([(code, "A")], "employer", basis="联系人13800138000"),
    }
    for name, sent in wrong.items():
        assert await client.codes(PROPOSE, sent, caller="clerk") == ["INVALID_INPUT"], name
    late = of([(code, "A")], "employer", evaluatedOn="2026-03-19")
    assert await client.codes(PROPOSE, late, caller="clerk") == ["DATE_IN_FUTURE"]
    there = await code_of(ground, await ground.subject(SHIYAN))
    computed = of([(there, "A")], "construction_units")
    assert await client.codes(PROPOSE, computed, caller="shiyan-clerk") == ["GRADE_IS_COMPUTED"]


async def test_a_grade_that_somebody_proposes_at_the_same_instant_is_not_passed_over_in_silence(
    client: Client, ground: Ground, installed_url: str
) -> None:
    firm, code = next(iter((await firms(ground, 1)).items()))
    first, second = [await asyncpg.connect(installed_url) for _ in range(2)]
    ours, theirs = first.transaction(), second.transaction()
    await ours.start()
    await theirs.start()
    who, office = ground.accounts["talent-clerk"], office_id(XIAMEN, "RC")
    under, on = evaluation(BOOKS, XIAMEN, "hr_agency", NOW.date()), date(2026, 3, 1)
    one = Result(subject_id=firm, office_id=office, evaluated_on=on, basis=BASIS, value="A")
    await grades.propose(Transaction(first, NOW, Actor(who, ("clerk",), office)), under, one)

    many = runs.Results(evaluated_on=on, basis=BASIS, values=[(code, "B")])
    late = asyncio.ensure_future(
        runs.propose(Transaction(second, NOW, Actor(who, ("clerk",), office)), under, office, many)
    )
    while not await ground.connection.fetchval("SELECT cardinality(pg_blocking_pids($1)) > 0", second.get_server_pid()):
        assert not late.done()
    await ours.commit()
    with pytest.raises(StateConflict):
        await late
    await theirs.rollback()
    for each in (first, second):
        await each.close()
