"""Last days of the steps: the cases a jurist wrote, and what must hold of any pause."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.installation_rows import office_id
from domain.paused_term import Pause, add_paused_term
from domain.rights.objections.way import SETTLE, Hands, clocks, lay_down, named_office, way_of
from tests.objections.ground import BOOKS, CALENDAR, PLACE

CASES = tomllib.loads((Path(__file__).parent / "terms.toml").read_text("utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=[f"{one['requirement']}-{one['step']}-{one['what']}" for one in CASES])
def test_a_step_is_due_as_the_case_says(case: dict[str, Any]) -> None:
    way = _way(case["place"], case["received"])
    starts: dict[str | None, date] = {None: case["received"]}
    if "forwarded" in case:
        starts["forward"] = case["forwarded"]
    stood = [Pause(*days) for days in case.get("pauses", ())]

    found = clocks(CALENDAR, way, [case["step"]], starts=starts, pauses=stood)

    assert found.due.get(case["step"]) == case.get("due"), case["law"]
    assert found.provisional == case.get("provisional", False), case["law"]
    term = way.step(case["step"]).term
    assert (term.status if term else "none_set") == case.get("term", "says"), case["law"]


def _way(place: str, on: date) -> Any:
    hands = Hands(
        producer=office_id(place, PLACE[place].office),
        intake=named_office(BOOKS, place, "objection.intake", on),
        platform=named_office(BOOKS, place, "objection.executed_by", on),
    )
    way = lay_down(BOOKS, place, of=SETTLE, on=on, concerns="credit_record", hands=hands)
    assert way_of(way.to_json()) == way, "what the row keeps says the same"
    return way


@pytest.mark.parametrize(
    ("place", "step", "office"),
    [
        ("310000", "mark", ("310000", "CENTRE")),
        ("310000", "decide", ("310000", "ZFZD")),
        ("310000", "tell", ("310000", "CENTRE")),
        ("410700", "decide", ("410700", "LDGX")),
        ("410700", "correct", ("410700", "XYB")),
        ("410700", "tell", ("410700", "XYB")),
        ("350200", "tell", ("350200", "JCZD")),
    ],
)
def test_each_step_is_the_office_s_whose_it_is(place: str, step: str, office: tuple[str, str]) -> None:
    """XX-10b, SH-10, XM-05b: 市信用办 corrects and answers, the Centre marks and answers, the producer decides."""
    found: UUID = _way(place, date(2026, 3, 18)).step(step).office_id
    assert found == office_id(*office)


DAYS = st.dates(date(2019, 1, 2), date(2026, 9, 30))
TERMS = st.tuples(st.integers(0, 20), st.sampled_from(["working_day", "calendar_day", "month"]))


@given(DAYS, TERMS, st.integers(0, 40), st.integers(0, 40))
@example(date(2024, 2, 29), (3, "working_day"), 0, 0)
@example(date(2024, 2, 28), (1, "month"), 1, 0)
@example(date(2025, 9, 29), (3, "working_day"), 1, 8)
def test_a_pause_never_shortens_a_term_and_never_takes_more_than_it_lasts(
    start: date, term: tuple[int, str], after: int, lasting: int
) -> None:
    pause = Pause(start + timedelta(days=after), start + timedelta(days=after + lasting))
    plain = CALENDAR.add_term(start, *term).day
    paused = add_paused_term(CALENDAR, start, *term, [pause]).day
    assert paused >= plain
    if pause.first > plain:
        assert paused == plain
    if term[1] == "working_day":
        outside = CALENDAR.working_days_between(start, paused) - _working(pause, start, paused)
        assert outside == term[0]


def _working(pause: Pause, start: date, end: date) -> int:
    """Count the working days of a term that fall into a pause."""
    first, last = max(pause.first, start + timedelta(days=1)), min(pause.last, end)
    return CALENDAR.working_days_between(first - timedelta(days=1), last) if first <= last else 0


@given(DAYS, st.lists(st.tuples(st.integers(1, 30), st.integers(0, 5)), max_size=4))
def test_the_order_in_which_pauses_are_told_does_not_matter(start: date, told: list[tuple[int, int]]) -> None:
    pauses, day = [], start
    for gap, lasting in told:
        first = day + timedelta(days=gap)
        day = first + timedelta(days=lasting)
        pauses.append(Pause(first, day))
    one = add_paused_term(CALENDAR, start, 7, "working_day", pauses)
    assert one == add_paused_term(CALENDAR, start, 7, "working_day", reversed(pauses))
