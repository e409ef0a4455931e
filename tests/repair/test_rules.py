"""What the rulebooks say of repair: the shortest publication, the conditions, the steps (XM-06, HC-07, SH-11)."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.calendar import add_term
from domain.credit.shortest import Shortness, shortest_publication
from domain.rulebook.loader import load_rulebooks
from domain.rulebook.lookup import unread
from domain.rulebook.procedure import procedure
from domain.rulebook.repair import conditions

BOOKS = load_rulebooks()
CASES = tomllib.loads((Path(__file__).parent / "shortest.toml").read_text("utf-8"))["case"]
CITIES = ("350200", "350205", "410700", "420300", "310000")
BEFORE, AFTER = date(2026, 3, 31), date(2026, 4, 1)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_shortest_publication_is_that_of_the_rule_of_the_day_of_the_decision(case: dict[str, Any]) -> None:
    found = shortest_publication(
        BOOKS,
        case["jurisdiction"],
        severity=case.get("severity"),
        decided_on=case["decided_on"],
        special_fields=tuple(case.get("special_fields", ())),
    )
    assert (found.kind, found.last_on, found.earliest_on) == (
        case["kind"],
        case.get("last_on"),
        case.get("earliest_on"),
    )


@given(
    decided_on=st.dates(date(2023, 5, 1), date(2030, 12, 31)),
    severity=st.sampled_from(["minor", "general", "serious"]),
    city=st.sampled_from(CITIES),
)
@example(date(2024, 2, 29), "serious", "350200")
@example(date(2028, 2, 29), "serious", "350200")
def test_no_day_of_decision_gives_another_term_than_the_order_in_force(
    decided_on: date, severity: str, city: str
) -> None:
    found = shortest_publication(BOOKS, city, severity=severity, decided_on=decided_on)
    months = (
        {"minor": None, "general": 3, "serious": 12}
        if decided_on >= AFTER
        else dict.fromkeys(("minor", "general", "serious"), 3)
    )
    term = months[severity]
    if term is None:
        assert found.kind is Shortness.NONE
    else:
        assert found.last_on == add_term(decided_on, term, "month")
        assert found.earliest_on == found.last_on + timedelta(days=1)


def _of(city: str, on: date, *concerns: str) -> dict[str, str]:
    return {one.condition: one.citation for one in conditions(BOOKS, city, on, concerns)}


def test_xiamen_asks_for_correction_in_its_period_and_for_the_bad_effect_removed_xm_06d() -> None:
    found = _of("350200", BEFORE)
    assert list(found) == [
        "minimum_publication", "duties_fulfilled", "corrected_in_period", "effect_removed", "commitment",
    ]  # fmt: skip
    assert found["corrected_in_period"].endswith("2021年社会信用体系建设工作要点》 6")
    assert "58号" in found["commitment"]


@pytest.mark.parametrize("city", ["350205", "410700", "420300", "310000"])
def test_the_citys_conditions_bind_no_other_jurisdiction_not_even_its_district(city: str) -> None:
    assert "corrected_in_period" not in _of(city, BEFORE)


@pytest.mark.parametrize("city", CITIES)
def test_since_order_36_other_conditions_of_law_are_asked_for_too(city: str) -> None:
    assert "other" not in _of(city, BEFORE)
    assert "36号" in _of(city, AFTER)["other"]


def test_bars_hold_for_wage_arrears_and_in_shiyan_a_referral_bars_any_repair_sy_10() -> None:
    assert "not_repeated" not in _of("350200", BEFORE)
    assert {"not_repeated", "no_criminal_proceedings"} <= set(_of("350200", BEFORE, "wage_arrears"))
    assert "no_criminal_proceedings" in _of("420300", BEFORE)


def test_documents_that_are_not_loaded_are_named() -> None:
    assert "厦门经济特区社会信用条例" in unread(BOOKS, "350200")
    assert "湖北省社会信用信息管理条例" in unread(BOOKS, "420300")
    assert unread(BOOKS, "310000") == ()


@pytest.mark.parametrize("city", CITIES)
@pytest.mark.parametrize(
    ("on", "code"), [(date(2022, 1, 1), "repair_default"), (BEFORE, "repair_58"), (AFTER, "repair_36")]
)
def test_found_signed_and_decided_by_another_person_whatever_the_order(city: str, on: date, code: str) -> None:
    way = procedure(BOOKS, city, "repair_application.grant", on)
    assert (way.code, [step.verb for step in way.steps]) == (code, ["find_fulfilled", "sign", "grant"])
    assert way.distinct_persons
