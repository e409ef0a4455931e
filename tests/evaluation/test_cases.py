"""Cases that a jurist can read: what a scoring paper comes to at its edges, and what follows a grade in each text."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from api.demo.grades import PAPER
from domain.evaluation.schemes import evaluation
from domain.evaluation.scoring import with_paper
from domain.evaluation.supervision import follows
from domain.grade.engine import assess
from domain.grade.fact import Fact
from domain.grade.scheme import scheme
from tests.evaluation.conftest import XIAMEN
from tests.removals.ground import BOOKS

FOLDER = Path(__file__).parent
CASES = tomllib.loads((FOLDER / "cases.toml").read_text("utf-8"))
SCORED = with_paper(BOOKS, XIAMEN, "private_training", PAPER.read_text("utf-8"), "细则（虚构）")


@pytest.mark.parametrize("case", CASES["score"], ids=lambda case: case["says"])
def test_a_paper_comes_to_what_the_case_says(case: dict[str, Any]) -> None:
    """XM-15: indicators, weights, thresholds and vetoes as data; at, below and above the edge, at the window's end."""
    day: date = case["on"]
    facts = [
        Fact(
            id=UUID(int=number), kind="arrears_finding", outcome=one["what"], occurred_on=one["made"],
            recorded_on=one["made"], holds_until=one.get("until"),
        )
        for number, one in enumerate(case["findings"])
    ]  # fmt: skip
    given = scheme(SCORED, XIAMEN, "private_training", day)
    assert assess(given, facts, day).result == case["grade"]
    assert assess(given, facts[::-1], day).result == case["grade"], "the order of facts never matters"


@pytest.mark.parametrize("case", CASES["follows"], ids=lambda case: f"{case['law']} {case['scheme']} {case['grade']}")
def test_what_follows_a_grade_is_what_the_text_says(case: dict[str, Any]) -> None:
    """HC-13, XM-12b, SY-15: says, none set, not loaded and a standing that nobody defines stay apart."""
    found = follows(evaluation(BOOKS, case["place"], case["scheme"], date(2026, 3, 18)), case["grade"])
    assert found.status.value == case["status"]
    assert [one.code for one in found.conveniences] == case.get("conveniences", [])
    assert [one.code for one in found.restrictions] == case.get("restrictions", [])
    assert {one.factor for one in found.rules} <= {None}, "no text sets a factor"
