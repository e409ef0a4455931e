"""Shiyan's 15333 by hand-computed cases: at, below and above every edge, on leap days and at windows' ends.

SY-02, SY-03, SY-04a, SY-04b, SY-04c, SY-15: the requirement stands with each case.
"""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from domain.grade.engine import assess
from domain.grade.fact import Fact
from domain.grade.scheme import scheme
from domain.rulebook.loader import load_rulebooks
from tests.grades.facts import LONG_AGO, SYSTEMS, complaints, fact

CASES = tomllib.loads((Path(__file__).parent / "cases.toml").read_text(encoding="utf-8"))["case"]


def facts_of(case: dict[str, Any]) -> list[Fact]:
    """Give the facts that a case tells of."""
    more = {"recorded_on": case["recorded"]} if "recorded" in case else {}
    missing = case.get("missing", ())
    held = [code for code in SYSTEMS[: case.get("systems", len(SYSTEMS))] if code not in missing]
    found = [fact("labour_system", "held", LONG_AGO, code=code, **more) for code in held]
    found += [fact("labour_system", "missing", LONG_AGO, code=code, **more) for code in missing]
    if case.get("kind") != "none":
        found.append(fact("enterprise_kind", case.get("kind", "local"), LONG_AGO, **more))
    for outcome in ("complaints", "verified", "unfounded", "open"):
        came_to = "verified" if outcome == "complaints" else outcome
        found += complaints(*case.get(outcome, ()), outcome=came_to, **more)
    for outcome in ("arrears", "serious"):
        for first, *last in case.get(outcome, ()):
            found.append(_finding(outcome, first, last, more))
    return [*found, *(fact("wage_inspection", "clean", day, **more) for day in case.get("clean", ()))]


def _finding(outcome: str, first: date, last: list[date], more: dict[str, Any]) -> Fact:
    return fact("arrears_finding", outcome, first, holds_until=last[0] if last else None, **more)


@pytest.mark.parametrize("case", CASES, ids=[f"{one['requirement']}-{one['what']}" for one in CASES])
def test_a_unit_is_graded_as_the_case_says(case: dict[str, Any]) -> None:
    given = scheme(load_rulebooks(), "420300", "construction_units", case["on"])
    assert assess(given, facts_of(case), case["on"]).result == case["result"]
