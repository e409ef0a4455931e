"""Grades as a pure function: order, neutral facts, later knowledge, what is said of each rule, the time a grade is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.grade.engine import MANUAL_REVIEW, NOT_LOADED, PLANNED, Fired, assess
from domain.grade.fact import Fact
from domain.grade.scheme import Scheme, SchemeState, SchemeUnknown, scheme, schemes, window_start
from domain.grade.standing import Period, Published, followed, kept_since, periods, stood
from domain.rulebook.loader import FOLDER, build_rulebooks, load_rulebooks, read_files
from domain.rulebook.vocabulary import GRADE_FACTS, LASTING_FACTS
from tests.grades.facts import LONG_AGO, SYSTEMS, clean_unit, complaints, fact

BOOKS = load_rulebooks()
SHIYAN, XIAMEN = "420300", "350200"
TODAY = date(2026, 3, 18)


def fifteen(on: date = TODAY) -> Scheme:
    """Give Shiyan's scheme."""
    return scheme(BOOKS, SHIYAN, "construction_units", on)


DAYS = st.dates(date(2023, 1, 1), date(2028, 12, 31))


@st.composite
def any_fact(draw: st.DrawFn) -> Fact:
    """Give a fact of any kind, recorded on or after its day, perhaps ended."""
    kind = draw(st.sampled_from(sorted(GRADE_FACTS)))
    on = draw(DAYS)
    recorded = on + timedelta(days=draw(st.sampled_from((0, 0, 0, 1, 40, 800))))
    ended = draw(st.none() | st.integers(0, 900).map(lambda days: recorded + timedelta(days=days)))
    until = draw(st.none() | st.integers(0, 900).map(lambda days: on + timedelta(days=days)))
    return fact(
        kind,
        draw(st.sampled_from(GRADE_FACTS[kind])),
        on,
        recorded_on=recorded,
        ended_on=ended,
        holds_until=until if kind in LASTING_FACTS else None,
        code=draw(st.sampled_from(SYSTEMS)) if kind == "labour_system" else None,
    )


@st.composite
def some_facts(draw: st.DrawFn) -> list[Fact]:
    """Give facts such that every grade turns up: often a unit that holds the systems, and complaints."""
    base = clean_unit(draw(st.sampled_from(GRADE_FACTS["enterprise_kind"]))) if draw(st.booleans()) else []
    outcome = draw(st.sampled_from(GRADE_FACTS["arrears_complaint"]))
    complained = complaints(*draw(st.lists(DAYS, max_size=8)), outcome=outcome)
    return [*base, *complained, *draw(st.lists(any_fact(), max_size=6))]


@settings(max_examples=150)
@given(facts=some_facts(), day=DAYS, turn=st.randoms(use_true_random=False))
def test_the_order_of_facts_never_matters(facts: list[Fact], day: date, turn: Random) -> None:
    """SY-15: a grade is a function of the set of facts."""
    turned = list(facts)
    turn.shuffle(turned)
    assert assess(fifteen(day), turned, day) == assess(fifteen(day), facts, day)


@settings(max_examples=100)
@given(facts=some_facts(), day=DAYS, neutral=DAYS)
def test_a_neutral_fact_never_changes_a_grade(facts: list[Fact], day: date, neutral: date) -> None:
    """SY-15: a deposit that was paid, or an indicator of another scheme, changes nothing."""
    more = [fact("wage_deposit", "paid", neutral), fact("indicator", "found", neutral, code="x")]
    before, after = assess(fifteen(day), facts, day), assess(fifteen(day), [*facts, *more], day)
    assert (after.result, after.values, after.rules) == (before.result, before.values, before.rules)


@settings(max_examples=150)
@given(facts=some_facts(), day=DAYS, later=st.integers(1, 900), what=st.sampled_from(("end", "add", "amend")))
def test_what_is_known_later_never_rewrites_a_past_day(facts: list[Fact], day: date, later: int, what: str) -> None:
    """SY-04b: a repair, a withdrawal, an amendment or a late record leaves the answer for the day as it was."""
    then = day + timedelta(days=later)
    known = [one for one in facts if one.recorded_on <= day]
    changed = [replace(one, ended_on=then) if one.ended_on is None and what != "add" else one for one in known]
    if what == "amend":
        changed += [
            replace(one, outcome="unfounded", recorded_on=then) for one in known if one.kind == "arrears_complaint"
        ]
    if what == "add":
        changed += [fact("arrears_finding", "serious", day - timedelta(days=9), recorded_on=then)]
    assert assess(fifteen(day), changed, day).result == assess(fifteen(day), known, day).result


@settings(max_examples=60)
@given(day=DAYS)
@example(day=date(2024, 2, 29))
@example(day=date(2026, 2, 28))
@example(day=date(2028, 2, 29))
@example(day=date(2028, 3, 1))
def test_the_window_reaches_back_to_the_first_day_whose_term_reaches(day: date) -> None:
    """SY-04b: day by day, a complaint counts up to its corresponding day and not on the day after."""
    first = window_start(day, 2, "year")

    def counts(on: date) -> bool:
        last = on.replace(year=on.year + 2) if (on.month, on.day) != (2, 29) else date(on.year + 2, 2, 28)
        return last >= day

    assert counts(first)
    assert not counts(first - timedelta(days=1))


def fired(facts: Sequence[Fact], day: date = TODAY) -> dict[str, Fired]:
    """Say of every rule what it came to."""
    return {one.rule.code: one.fired for one in assess(fifteen(day), facts, day).rules}


def test_every_rule_says_whether_it_fired_with_its_clause_and_quote() -> None:
    """SY-04a: each rule, each condition, each fact."""
    told = assess(fifteen(), clean_unit(), TODAY)
    assert {one.rule.code: one.fired for one in told.rules} == {
        "C": Fired.NOT_FIRED,
        "B": Fired.NOT_FIRED,
        "A": Fired.FIRED,
        "A-dormant": Fired.NOT_FIRED,
        "gap": Fired.NOT_FIRED,
    }
    assert (told.grade, told.decided_by and told.decided_by.rule.code) == ("A", "A")
    assert {one.rule.cited.clause for one in told.rules} == {"正文"}
    assert told.rules[1].rule.cited.quote == "两年内欠薪投诉达6次及以上的降为B级"
    assert len(told.rules[2].facts) == 6


def test_the_gap_shows_both_readings() -> None:
    """SY-04c: arrears with one to five complaints; “降为” suggests a start at A."""
    told = assess(fifteen(), [*clean_unit(), *complaints(*[TODAY] * 5)], TODAY)
    assert (told.result, told.grade) == (MANUAL_REVIEW, None)
    assert [one.grade for one in told.readings] == [None, "A"]
    assert "降为" in told.readings[1].chinese


def test_what_is_not_known_is_named() -> None:
    """SY-02: a missing system, a system without any report, an open complaint."""
    facts = [*clean_unit()[1:-2], fact("labour_system", "missing", TODAY, code="rights_notice")]
    facts += [fact("enterprise_kind", "local", TODAY), *complaints(TODAY, outcome="open")]
    told = assess(fifteen(), facts, TODAY)
    values = {one.feature.code: one for one in told.unknown}
    assert told.result == MANUAL_REVIEW
    assert (values["systems"].lacking, values["systems"].unreported) == (("rights_notice",), ("real_name",))
    assert (values["arrears"].low, values["arrears"].high) == (0, 1)
    assert fired(facts)["A"] is Fired.UNDECIDABLE
    assert "五项制度落实" in next(one.chinese for one in told.readings if one.grade == "A")


def test_a_system_that_one_project_lacks_is_not_held() -> None:
    """SY-02: per unit and project."""
    lacking = fact("labour_system", "missing", TODAY, code="deposit", project="二期")
    assert assess(fifteen(), [*clean_unit(), lacking], TODAY).result == MANUAL_REVIEW


def test_two_kinds_at_once_are_no_kind() -> None:
    """SY-03: contradictory facts are reviewed, whichever was recorded last."""
    facts = [*clean_unit("local"), fact("enterprise_kind", "dormant", TODAY)]
    assert assess(fifteen(), facts, TODAY).result == MANUAL_REVIEW


def test_nobody_is_graded_without_a_fact() -> None:
    """SY-02: never silently A."""
    assert assess(fifteen(), [], TODAY).result == MANUAL_REVIEW


def test_shiyans_scheme_says_that_it_is_reported_and_what_is_not_loaded() -> None:
    """SY-16: three provincial rules stand above it, and the article is a newspaper's."""
    told = fifteen()
    assert (told.state, told.confidence, told.scale) == (SchemeState.LOADED, "reported", ("A", "B", "C"))
    assert told.law == "十堰市从事生产经营的施工单位劳动保障守法诚信等级动态评价暂行办法"
    names = {one.name for one in told.not_loaded}
    assert {
        "湖北省人力资源社会保障公共信用信息管理暂行办法",
        "湖北省用人单位劳动保障诚信等级评价办法",
        "湖北省拖欠农民工工资“黑名单”管理暂行办法",
    } <= names


def test_a_scheme_without_its_paper_grades_nobody() -> None:
    """XM-12: named, not loaded; SY-18: planned."""
    employer = scheme(BOOKS, XIAMEN, "employer", TODAY)
    campaign = scheme(BOOKS, SHIYAN, "hr_agency_campaign", TODAY)
    assert assess(employer, clean_unit(), TODAY).result == NOT_LOADED
    assert assess(campaign, clean_unit(), TODAY).result == PLANNED
    own = [one.key for one in schemes(BOOKS, SHIYAN, TODAY)]
    assert own[:2] == ["construction_units", "hr_agency_campaign"], "its own first, then those of the layers above"


def test_an_unknown_scheme_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(SchemeUnknown) as refused:
        scheme(BOOKS, SHIYAN, "employer", TODAY)
    known = refused.value.extensions["known"]
    assert isinstance(known, list)
    assert "construction_units" in known
    assert "employer" not in known


KEPT = [
    ([(date(2024, 3, 18), TODAY, "A")], date(2024, 3, 18)),
    ([(date(2024, 3, 1), date(2025, 3, 1), "A"), (date(2025, 3, 2), date(2025, 3, 2), "B"), (date(2025, 3, 3), TODAY, "A")], date(2025, 3, 3)),
    ([(date(2024, 3, 1), date(2025, 3, 1), "A"), (date(2025, 3, 3), TODAY, "A")], date(2025, 3, 3)),
    ([(date(2024, 3, 1), date(2025, 3, 1), "A"), (date(2025, 3, 2), TODAY, "A")], date(2024, 3, 1)),
    ([(date(2024, 3, 1), date(2026, 3, 17), "A")], None),
    ([(date(2024, 3, 1), TODAY, MANUAL_REVIEW)], None),
    ([(date(2024, 3, 1), TODAY, "A"), (date(2025, 3, 1), date(2025, 3, 9), "B")], date(2025, 3, 10)),
    ([(date(2024, 3, 1), TODAY, "A"), (date(2025, 3, 1), TODAY, "B")], None),
    ([(date(2024, 3, 1), TODAY, "A"), (date(2023, 3, 1), TODAY, "A")], date(2023, 3, 1)),
    ([(date(2024, 3, 1), TODAY, "A"), (date(2025, 3, 1), date(2025, 3, 9), "A")], date(2024, 3, 1)),
    ([(date(2024, 3, 1), date(2026, 3, 17), "A"), (date(2024, 3, 1), TODAY, "A")], date(2024, 3, 1)),
]  # fmt: skip


@pytest.mark.parametrize(("history", "since"), KEPT)
def test_a_single_day_of_another_grade_or_of_none_breaks_the_time(
    history: list[tuple[date, date, str]], since: date | None
) -> None:
    """SY-05c: a day of B or C, a review, a gap in evaluation."""
    assert kept_since([Period(*one) for one in history], ["A"], TODAY) == since


STOOD = [
    ([("A", date(2024, 3, 1), None)], [(date(2024, 3, 1), TODAY)]),
    ([("A", date(2024, 3, 1), date(2025, 3, 1)), ("B", date(2025, 3, 1), date(2025, 3, 1)), ("A", date(2025, 3, 1), None)],
     [(date(2024, 3, 1), date(2025, 2, 28)), (date(2025, 3, 1), TODAY)]),
    ([("A", date(2024, 3, 1), TODAY + timedelta(days=9))], [(date(2024, 3, 1), TODAY)]),
    ([("A", TODAY + timedelta(days=1), None)], []),
]  # fmt: skip


@pytest.mark.parametrize(("published", "days"), STOOD)
def test_a_day_is_one_of_the_grade_with_which_it_ends(
    published: list[tuple[str, date, date | None]], days: list[tuple[date, date]]
) -> None:
    """SY-05c: a grade replaced on the day of its publication stood on no day, and breaks nothing."""
    assert [(one.first, one.last) for one in stood([Published(*one) for one in published], TODAY)] == days


WRONG = [
    # C by mistake, withdrawn; A again: as if it had never been
    ([("A", date(2024, 3, 1), date(2025, 6, 1)), ("C", date(2025, 6, 1), date(2025, 6, 10), True), ("A", date(2025, 6, 15), None)],
     date(2024, 3, 1)),
    # looked back at from a day on which C still stood
    ([("A", date(2024, 3, 1), date(2025, 6, 1)), ("C", date(2025, 6, 1), TODAY + timedelta(days=1), True)], None),
    # A by mistake: no year of it counts
    ([("B", date(2023, 1, 1), date(2024, 3, 1)), ("A", date(2024, 3, 1), date(2026, 3, 10), True), ("A", date(2026, 3, 10), None)],
     date(2026, 3, 10)),
    # twice by mistake, and replaced thrice on one day
    ([("A", date(2024, 3, 1), date(2024, 5, 1)), ("B", date(2024, 5, 1), date(2024, 5, 2), True),
      ("C", date(2024, 5, 3), date(2024, 5, 4), True), ("A", date(2024, 5, 9), None)], date(2024, 3, 1)),
    ([("B", date(2024, 3, 1), date(2024, 3, 1)), ("A", date(2024, 3, 1), date(2024, 3, 1)),
      ("C", date(2024, 3, 1), date(2024, 3, 5), True), ("A", date(2024, 3, 9), None)], date(2024, 3, 1)),
]  # fmt: skip


@pytest.mark.parametrize(("published", "since"), WRONG)
def test_a_grade_withdrawn_as_wrong_neither_breaks_the_time_nor_fills_it(
    published: list[tuple[str, date, date | None]], since: date | None
) -> None:
    """SY-05c: what the office got wrong is not held against who kept its grade, and gives nobody years it did not have."""
    assert kept_since(stood([Published(*one) for one in published], TODAY), ["A"], TODAY) == since


@pytest.mark.parametrize(
    ("first", "on", "may"),
    [
        (date(2024, 3, 18), date(2026, 3, 18), True),
        (date(2024, 3, 19), date(2026, 3, 18), False),
        (date(2024, 2, 29), date(2026, 2, 27), False),
        (date(2024, 2, 29), date(2026, 2, 28), True),
        (date(2026, 2, 28), date(2028, 2, 28), True),
        (date(2026, 3, 1), date(2028, 2, 29), False),
    ],
)
def test_two_unbroken_years_of_a_may_free_from_the_deposit(first: date, on: date, may: bool) -> None:
    """SY-05c: may, not automatic; full on the corresponding day."""
    uses = {one.use.measure.code: one for one in followed(fifteen(on), "A", [Period(first, on, "A")], on)}
    assert uses["deposit_exemption"].follows is may
    assert uses["deposit_exemption"].use.rule.discretionary
    assert uses["deposit_reduction"].follows


@pytest.mark.parametrize("grade", ["A", "B", "C"])
def test_three_kinds_of_use_follow_three_grades(grade: str) -> None:
    """SY-05a: A favours and may bid; SY-05b: B and C are supervised more and restricted."""
    uses = followed(fifteen(), grade, [Period(TODAY, TODAY, grade)], TODAY)
    follows = {one.use.measure.code for one in uses if one.follows}
    favours = {"deposit_reduction", "lawful_bidding", "easier_service"}
    restricts = {"more_supervision", "restricted_activities", "local_bidding_ban"}
    assert follows == (favours if grade == "A" else restricts)


def test_nothing_follows_from_a_review() -> None:
    """SY-05b: nobody is restricted, and nobody favoured, before a person has decided."""
    assert not any(one.follows for one in followed(fifteen(), None, [Period(LONG_AGO, TODAY, "A")], TODAY))


@settings(max_examples=25)
@given(facts=some_facts())
def test_the_times_of_a_grade_are_those_of_every_day(facts: list[Fact]) -> None:
    """SY-05c: put together from the days on which something changes, as if every day had been graded."""
    first, last = date(2024, 2, 20), date(2024, 6, 1)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    told = {
        day: one.result for one in periods(fifteen, facts, first, last) for day in days if one.first <= day <= one.last
    }
    assert told == {day: assess(fifteen(day), facts, day).result for day in days}


def test_a_complaint_that_comes_and_goes_leaves_its_trace_in_the_times() -> None:
    """SY-05c: A, review while it is open, A again once it is unfounded; the two years begin anew."""
    opened = complaints(date(2025, 1, 10), outcome="open", ended_on=date(2025, 1, 20))
    settled = complaints(date(2025, 1, 10), outcome="unfounded", recorded_on=date(2025, 1, 20))
    told = periods(fifteen, [*clean_unit(), *opened, *settled], LONG_AGO, TODAY)
    assert [(one.first, one.result) for one in told] == [
        (LONG_AGO, "A"),
        (date(2025, 1, 10), MANUAL_REVIEW),
        (date(2025, 1, 20), "A"),
    ]
    assert kept_since(told, ["A"], TODAY) == date(2025, 1, 20)


def test_the_rule_of_each_day_grades_that_day() -> None:
    """SY-04b: were the six complaints three from a day on, the days before would keep their grade."""
    files = read_files(FOLDER)
    values = next(one["values"] for one in files["shiyan.toml"]["rules"] if one["values"][0]["path"] == "vocabulary")
    six = next(one for one in values if one["path"] == "B.complaints")
    values.append({**six, "value": 3, "valid_from": date(2025, 7, 1)})
    six["valid_to"] = date(2025, 6, 30)
    books = build_rulebooks(files)
    known = [*clean_unit(), *complaints(*[date(2025, 1, 10)] * 4, outcome="unfounded")]
    told = periods(
        lambda day: scheme(books, SHIYAN, "construction_units", day), known, date(2025, 6, 1), date(2025, 8, 1)
    )
    assert told == (
        Period(date(2025, 6, 1), date(2025, 6, 30), "A"),
        Period(date(2025, 7, 1), date(2025, 8, 1), "B"),
    )
