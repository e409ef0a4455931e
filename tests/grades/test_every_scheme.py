"""What holds of a grade under every scheme: order, neutral facts, what is known later. Those without scoring take a paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from api.demo.grades import PAPER
from domain.evaluation.schemes import evaluations
from domain.evaluation.scoring import with_paper
from domain.grade.engine import MANUAL_REVIEW, NOT_LOADED, assess
from domain.grade.fact import Fact
from domain.grade.scheme import Scheme, SchemeState, scheme
from domain.rulebook.loader import load_rulebooks
from tests.grades.facts import clean_unit, fact
from tests.grades.test_engine import DAYS, TODAY, some_facts

BOOKS = load_rulebooks()
PLACES = ("350200", "350205", "410700", "420300", "310000")
SCHEMES = tuple(
    (one.jurisdiction, one.code) for place in PLACES for one in evaluations(BOOKS, place, TODAY) if one.is_open
)
"""Place and code of each scheme by which somebody evaluates."""
TEXT = PAPER.read_text("utf-8")


def loaded(which: tuple[str, str], on: date) -> Scheme:
    """Give a scheme of a day; where its scoring is not loaded, by the demonstration's paper."""
    own = scheme(BOOKS, *which, on)
    if own.state is SchemeState.LOADED:
        return own
    return scheme(with_paper(BOOKS, *which, TEXT, "评分细则（虚构）"), *which, on)


def test_these_are_the_schemes_of_the_texts() -> None:
    """SY-01, XM-12 to XM-16, XX-09, HC-13: five schemes of Xiamen among them; only Shiyan's scoring stands in its text."""
    xiamen = {"employer", "hr_agency", "injury_insurance_institution", "private_training", "private_technical_school"}
    assert xiamen == {code for place, code in SCHEMES if place == "350200"}
    own = {which for which in SCHEMES if scheme(BOOKS, *which, TODAY).state is SchemeState.LOADED}
    assert own == {("420300", "construction_units")}


@pytest.mark.parametrize("which", SCHEMES, ids=".".join)
@settings(max_examples=30)
@given(facts=some_facts(), day=DAYS, turn=st.randoms(use_true_random=False))
def test_the_order_of_facts_never_matters(which: tuple[str, str], facts: list[Fact], day: date, turn: Random) -> None:
    """SY-15: a grade is a function of the set of facts, whichever scheme it is of."""
    turned = list(facts)
    turn.shuffle(turned)
    found = assess(loaded(which, day), facts, day)
    event(found.result)
    assert assess(loaded(which, day), turned, day) == found
    assert found.result in (*loaded(which, day).scale, MANUAL_REVIEW)


@pytest.mark.parametrize("which", SCHEMES, ids=".".join)
@settings(max_examples=30)
@given(facts=some_facts(), day=DAYS, neutral=DAYS)
def test_a_neutral_fact_never_changes_a_grade(
    which: tuple[str, str], facts: list[Fact], day: date, neutral: date
) -> None:
    """SY-15: a deposit that was paid, an inspection that found nothing, an indicator of another scheme."""
    given_, more = (
        loaded(which, day),
        [fact("wage_deposit", "paid", neutral), fact("indicator", "found", neutral, code="x")],
    )
    before, after = assess(given_, facts, day), assess(given_, [*facts, *more], day)
    assert (after.result, after.values, after.rules) == (before.result, before.values, before.rules)


@pytest.mark.parametrize("which", SCHEMES, ids=".".join)
@settings(max_examples=30)
@given(facts=some_facts(), day=DAYS, later=st.integers(1, 900), what=st.sampled_from(("end", "add")))
def test_a_later_repair_never_rewrites_a_past_day(
    which: tuple[str, str], facts: list[Fact], day: date, later: int, what: str
) -> None:
    """SY-04b: what is repaired, withdrawn or learned afterwards leaves the answer for the day as it was."""
    then = day + timedelta(days=later)
    known = [one for one in facts if one.recorded_on <= day]
    changed = [replace(one, ended_on=then) if one.ended_on is None and what == "end" else one for one in known]
    if what == "add":
        changed = [*known, fact("arrears_finding", "serious", day - timedelta(days=9), recorded_on=then)]
    assert assess(loaded(which, day), changed, day).result == assess(loaded(which, day), known, day).result


@pytest.mark.parametrize("which", [one for one in SCHEMES if one[0] != "420300"], ids=".".join)
def test_without_its_paper_a_scheme_grades_nobody_whatever_is_known(which: tuple[str, str]) -> None:
    """XM-12 to XM-16, HC-13: not loaded is no grade, neither good nor bad."""
    serious = fact("arrears_finding", "serious", TODAY)
    for facts in ([], clean_unit(), [*clean_unit(), serious]):
        found = assess(scheme(BOOKS, *which, TODAY), facts, TODAY)
        assert (found.result, found.grade) == (NOT_LOADED, None)
