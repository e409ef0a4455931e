"""A city graded by one statement gives the same as grading its subjects one by one, and says what has changed."""

from __future__ import annotations

import tomllib
from collections.abc import AsyncIterator, Sequence
from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from domain.clock import CHINA
from domain.grade.batch import SchemeNotLoaded, Statement, assessed, changed
from domain.grade.engine import MANUAL_REVIEW, assess
from domain.grade.fact import Fact
from domain.grade.scheme import Scheme, scheme
from domain.installation_rows import office_id
from domain.rulebook.loader import FOLDER, build_rulebooks, load_rulebooks, read_files
from domain.rulebook.model import Rulebooks
from tests.grades.facts import clean_unit, complaints, fact
from tests.grades.test_cases import CASES, facts_of
from tests.grades.test_engine import DAYS, fifteen, some_facts
from tests.parties import make_subject

pytestmark = pytest.mark.anyio

SHIYAN, OFFICE = "420300", office_id("420300", "JC")
TODAY = date(2026, 3, 18)
COLUMNS = ("kind", "outcome", "code", "project", "occurred_on", "holds_until", "recorded_on", "ended_on")

SCORED = tomllib.loads("""
[[scheme]]
code = "scored"
name = "打分"
scale = ["优", "良", "差"]
clause = "正文"
quote = "分"
[[scheme.features]]
code = "complaints"
name = "投诉"
english = "complaints"
how = "count"
facts = ["arrears_complaint"]
outcomes = ["verified"]
open = ["open"]
window = "grade.B.window"
[[scheme.features]]
code = "inspections"
name = "检查"
english = "inspections"
how = "count"
facts = ["wage_inspection"]
outcomes = ["clean"]
silence = "unknown"
[[scheme.features]]
code = "serious"
name = "重大"
english = "serious"
how = "count"
facts = ["arrears_finding"]
outcomes = ["serious"]
[[scheme.features]]
code = "score"
name = "得分"
english = "score"
how = "score"
base = 100
items = [{ feature = "complaints", points = -7, cap = 30 }, { feature = "inspections", points = 5, cap = 10 }]
[[scheme.rules]]
code = "veto"
english = "A veto."
grade = "差"
clause = "正文"
quote = "一票否决"
when = [{ feature = "serious", op = "gt", value = 0 }]
[[scheme.rules]]
code = "best"
english = "Above 100."
grade = "优"
clause = "正文"
quote = "优"
when = [{ feature = "score", op = "gt", value = 100 }]
[[scheme.rules]]
code = "good"
english = "From 86 to 100."
grade = "良"
clause = "正文"
quote = "良"
when = [{ feature = "score", op = "gte", value = 86 }, { feature = "score", op = "lte", value = 100 }]
[[scheme.rules]]
code = "bad"
english = "Below 86."
grade = "差"
clause = "正文"
quote = "差"
when = [{ feature = "score", op = "lt", value = 86 }]
[[scheme.rules]]
code = "two"
english = "Never reached."
grade = "差"
clause = "正文"
quote = "差"
when = [{ feature = "complaints", op = "eq", value = 2 }]
""")


def with_a_score() -> Rulebooks:
    """Give the rulebooks with a scheme of points in Shiyan's."""
    files = read_files(FOLDER)
    files["shiyan.toml"]["scheme"].extend(SCORED["scheme"])
    return build_rulebooks(files)


BOOKS = with_a_score()


@pytest.fixture(scope="module")
async def database(installed_url: str) -> AsyncIterator[asyncpg.Connection[Any]]:
    """Give a connection to a database with the rulebooks' rows."""
    connection = await asyncpg.connect(installed_url)
    yield connection
    await connection.close()


async def enter(connection: asyncpg.Connection[Any], units: Sequence[Sequence[Fact]]) -> list[UUID]:
    """Enter units with their facts; give their ids."""
    ids = [await make_subject(connection, "enterprise", SHIYAN) for _ in units]
    rows = [_row(unit, one) for unit, known in zip(ids, units, strict=True) for one in known]
    if rows:
        places = ", ".join(f"${number}" for number in range(1, len(rows[0]) + 1))
        await connection.executemany(
            f"INSERT INTO grade_fact ({', '.join(rows[0])}) VALUES ({places})", [tuple(row.values()) for row in rows]
        )
    return ids


def _row(unit: UUID, one: Fact) -> dict[str, Any]:
    at = datetime.combine(one.recorded_on, datetime.min.time(), CHINA)
    return {
        **{name: getattr(one, name) for name in COLUMNS}, "id": uuid4(), "subject_id": unit, "jurisdiction_id": SHIYAN,
        "code": "x" if one.kind == "indicator" else one.code, "office_id": OFFICE, "version": 1, "evidence": "报告",
        "recorded_at": at, "state": "recorded" if one.ended_on is None else "withdrawn",
        "ended_at": at if one.ended_on is not None else None,
    }  # fmt: skip


async def told(connection: asyncpg.Connection[Any], statement: Statement) -> dict[UUID, Any]:
    """Carry a statement out; give its rows by subject."""
    rows = await connection.fetch(statement.text, *statement.values)
    return {row["subject_id"]: tuple(row.values())[1:] for row in rows}


def test_the_columns_of_a_fact_are_those_of_its_row() -> None:
    assert {one.name for one in fields(Fact)} == {*COLUMNS, "id", "office_id"}


UNITS = st.lists(some_facts(), min_size=8, max_size=8)


@pytest.mark.parametrize("key", ["construction_units", "scored"])
@settings(
    max_examples=10,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(units=UNITS, day=DAYS)
async def test_a_statement_grades_as_the_pure_function_does(
    database: asyncpg.Connection[Any], key: str, units: list[list[Fact]], day: date
) -> None:
    """SY-04a, SY-04b, SY-04c, SY-02, SY-03: on random facts, on any day."""
    graded = scheme(BOOKS, SHIYAN, key, day)
    async with _undone(database):
        ids = await enter(database, units)
        assert await told(database, assessed(graded, day)) == {
            unit: (assess(graded, known, day).result,)
            for unit, known in zip(ids, units, strict=True)
            if any(one.known_on(day) for one in known)
        }


async def test_a_statement_grades_as_the_cases_say(database: asyncpg.Connection[Any]) -> None:
    """SY-02, SY-03, SY-04a, SY-04b, SY-04c, SY-15: the hand-computed cases, edge by edge, in SQL."""
    async with _undone(database):
        ids = await enter(database, [facts_of(case) for case in CASES])
        for unit, case in zip(ids, CASES, strict=True):
            found = await told(database, assessed(fifteen(case["on"]), case["on"]))
            assert found.get(unit, (MANUAL_REVIEW,)) == (case["result"],), case["what"]


LISTED = tomllib.loads("""
[[scheme]]
code = "listed"
name = "清单"
scale = ["优", "良", "差"]
clause = "正文"
quote = "清单"
[[scheme.features]]
code = "kind"
name = "类别"
english = "kind"
how = "kind"
facts = ["enterprise_kind"]
[[scheme.features]]
code = "held"
name = "四十项"
english = "forty"
how = "held"
facts = ["labour_system"]
outcomes = ["held"]
[[scheme.features]]
code = "complaints"
name = "投诉"
english = "complaints"
how = "count"
facts = ["arrears_complaint"]
outcomes = ["verified"]
open = ["open"]
window = "grade.B.window"
[[scheme.features]]
code = "inspections"
name = "检查"
english = "inspections"
how = "count"
facts = ["wage_inspection"]
outcomes = ["clean"]
silence = "unknown"
[[scheme.rules]]
code = "complained"
english = "Complained of."
grade = "差"
clause = "正文"
quote = "差"
when = [{ feature = "complaints", op = "gt", value = 0 }]
[[scheme.rules]]
code = "most"
english = "Thirty-nine."
grade = "良"
clause = "正文"
quote = "良"
when = [
  { feature = "held", op = "gte", value = 39 },
  { feature = "complaints", op = "lt", value = 1 },
  { feature = "kind", among = ["external"] },
]
[[scheme.rules]]
code = "all"
english = "All of forty, inspected."
grade = "优"
clause = "正文"
quote = "优"
when = [
  { feature = "held", op = "gte", value = 40 },
  { feature = "inspections", op = "gte", value = 1 },
  { feature = "complaints", op = "eq", value = 0 },
  { feature = "kind", among = ["local"] },
]
""")
FORTY = [f"s{number}" for number in range(40)]


def with_a_long_list() -> Rulebooks:
    """Give the rulebooks with a scheme of forty systems: more than one number has bits for."""
    files = read_files(FOLDER)
    LISTED["scheme"][0]["features"][1]["codes"] = FORTY
    files["shiyan.toml"]["scheme"].extend(LISTED["scheme"])
    return build_rulebooks(files)


def forty(kind: str = "local", *, but: int | None = None, lacking: int | None = None) -> list[Fact]:
    """Give a unit that holds forty systems, all but one, or one of them nowhere but in some projects."""
    held = [fact("labour_system", "held", TODAY, code=code) for number, code in enumerate(FORTY) if number != but]
    more = [] if lacking is None else [fact("labour_system", "missing", TODAY, code=FORTY[lacking])]
    return [*held, *more, fact("enterprise_kind", kind, TODAY)]


async def test_what_is_only_asked_for_whether_it_is_there_and_long_lists_are_graded_alike(
    database: asyncpg.Connection[Any],
) -> None:
    """XM-12: bits stand for numbers: at the borders of what one number holds, with what is open, unknown, or there twice."""
    listed = scheme(with_a_long_list(), SHIYAN, "listed", TODAY)
    clean = fact("wage_inspection", "clean", TODAY)
    units = {
        "all": ([*forty(), clean], "优"),
        "not inspected": (forty(), MANUAL_REVIEW),
        "the last not told": ([*forty(but=39), clean], MANUAL_REVIEW),
        "the 31st lacking somewhere": (forty("external", lacking=30), "良"),
        "the 32nd lacking somewhere": (forty("external", lacking=31), "良"),
        "two lacking": (forty("external", but=0, lacking=39), MANUAL_REVIEW),
        "two kinds": ([*forty("external", lacking=3), fact("enterprise_kind", "dormant", TODAY)], MANUAL_REVIEW),
        "complained of twice": ([*forty(), clean, *complaints(TODAY, TODAY)], "差"),
        "an open complaint": ([*forty(), clean, *complaints(TODAY, outcome="open")], MANUAL_REVIEW),
        "an unfounded one": ([*forty(), clean, *complaints(TODAY, outcome="unfounded")], "优"),
    }
    async with _undone(database):
        ids = await enter(database, [known for known, _ in units.values()])
        graded = await told(database, assessed(listed, TODAY))
        for unit, (name, (known, result)) in zip(ids, units.items(), strict=True):
            assert (graded[unit], assess(listed, known, TODAY).result) == ((result,), result), name


class _undone:
    """A transaction that is rolled back."""

    def __init__(self, connection: asyncpg.Connection[Any]) -> None:
        self._transaction = connection.transaction()

    async def __aenter__(self) -> None:
        await self._transaction.start()

    async def __aexit__(self, *_: object) -> None:
        await self._transaction.rollback()


async def test_only_what_has_changed_is_told_with_the_old_and_the_new(database: asyncpg.Connection[Any]) -> None:
    """SY-15: dynamic: a unit that came to have six complaints, one that is new; what stays is not told."""
    six = complaints(*[date(2026, 3, 1) + timedelta(days=one) for one in range(6)])
    units = [clean_unit(), [*clean_unit(), *six], clean_unit(on=date(2026, 3, 10)), complaints(TODAY, outcome="open")]
    async with _undone(database):
        same, fallen, new, unknown = await enter(database, units)
        before = assessed(fifteen(date(2026, 3, 1)), date(2026, 3, 1))
        found = await told(database, changed(fifteen(TODAY), TODAY, before))
        assert found == {fallen: ("MANUAL_REVIEW", "B"), new: (None, "A"), unknown: (None, MANUAL_REVIEW)}
        assert same not in found
        later = assessed(fifteen(TODAY), TODAY)
        assert await told(database, changed(fifteen(TODAY), TODAY, later)) == {}


async def test_a_unit_of_another_division_is_none_of_this_citys(database: asyncpg.Connection[Any]) -> None:
    async with _undone(database):
        (unit,) = await enter(database, [clean_unit()])
        await database.execute("UPDATE grade_fact SET jurisdiction_id = '350200' WHERE subject_id = $1", unit)
        assert await told(database, assessed(fifteen(), TODAY)) == {}


def test_a_scheme_without_its_paper_cannot_be_run() -> None:
    """XM-12: not loaded."""
    employer: Scheme = scheme(load_rulebooks(), "350200", "employer", TODAY)
    with pytest.raises(SchemeNotLoaded):
        assessed(employer, TODAY)


def test_a_score_is_kept_between_what_is_known_and_what_may_be() -> None:
    """XM-12: indicators, weights, caps, thresholds, a veto, as a loaded paper would have them."""
    scored = scheme(BOOKS, SHIYAN, "scored", TODAY)
    clean = [fact("wage_inspection", "clean", TODAY), fact("wage_inspection", "clean", TODAY)]
    assert assess(scored, clean, TODAY).result == "优"
    assert assess(scored, [], TODAY).result == MANUAL_REVIEW, "from 100 to 110"
    assert assess(scored, [*clean, *complaints(*[TODAY] * 2)], TODAY).result == "良", "96 points"
    assert assess(scored, [*clean, *complaints(*[TODAY] * 5)], TODAY).result == "差", "capped at 30: 80 points"
    assert assess(scored, [*clean, fact("arrears_finding", "serious", TODAY)], TODAY).result == "差"
    assert assess(scored, [*clean, *complaints(TODAY, outcome="open")], TODAY).result == "优", "103 to 110"
