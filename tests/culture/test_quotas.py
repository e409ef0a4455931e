"""XM-27, XM-27b: quotas of typical cases by office and year, from a file that a jurist can read and write."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from domain.clock import CHINA
from domain.culture.quotas import PATH, Pushed, required, tally
from domain.installation_rows import office_id
from domain.rulebook.loader import load_rulebooks
from domain.rulebook.lookup import rule

BOOKS = load_rulebooks()
CASES = tomllib.loads(Path(__file__).with_name("quotas.toml").read_text("utf-8"))["case"]


def _pushed(case: dict[str, Any]) -> list[Pushed]:
    office = office_id(case["place"], case["office"])
    return [
        Pushed(
            office,
            one["pushed"].replace(tzinfo=CHINA),
            _instant(one.get("receipted")),
            _instant(one.get("withdrawn")),
        )
        for one in case["pushed"]
    ]


def _instant(local: datetime | None) -> datetime | None:
    return None if local is None else local.replace(tzinfo=CHINA)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_quota_of_a_year_is_counted_as_the_clause_says(case: dict[str, Any]) -> None:
    """XM-27: at, below, above; at the year's end; by the day of the push."""
    rules = required(BOOKS, case["place"], case["year"])
    offices = {one.office_id: one for one in tally(_pushed(case), rules, year=case["year"], as_of=case["as_of"])}
    found = offices[office_id(case["place"], case["office"])]
    assert (found.done, found.awaiting, found.required, found.missing) == (
        case["done"],
        case.get("awaiting", 0),
        case.get("required"),
        case.get("missing"),
    )


def test_nine_offices_of_xiamen_have_a_quota_and_haicang_none() -> None:
    """XM-27: 监察支队 three, eight other units one each; HC-22: no quota here."""
    rules = required(BOOKS, "350200", 2021)
    assert sorted(str(answer.value) for answer in rules.values()) == ["1"] * 8 + ["3"]
    assert rules[office_id("350200", "JCZD")].value == 3
    assert {answer.op for answer in rules.values()} == {"gte"}, "不少于 is inclusive"
    assert required(BOOKS, "350205", 2021) == {}
    assert rule(BOOKS, "350205", PATH, date(2021, 12, 31)).status.value in ("none_set", "not_loaded")


def test_the_work_points_of_2021_hold_as_last_known() -> None:
    """XM-27: the year is over, no later edition is loaded; the answer says that it has expired."""
    rules = required(BOOKS, "350200", 2025)
    assert {answer.status.value for answer in rules.values()} == {"expired"}
    assert len(rules) == 9
