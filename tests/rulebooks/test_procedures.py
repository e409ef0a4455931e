"""The steps of a way: a city's own, what higher law adds, the service's own for want of a law."""

from __future__ import annotations

from datetime import date

import pytest

from domain.lifecycle import Move
from domain.rulebook.loader import load_rulebooks
from domain.rulebook.procedure import Procedure, ProcedureUnknown, StepOutOfOrder, procedure, require_next

BOOKS = load_rulebooks()
TODAY = date(2026, 3, 18)


def chain(jurisdiction: str, polarity: str, on: date = TODAY) -> Procedure:
    """Give the way onto a list."""
    return procedure(BOOKS, jurisdiction, "list_entry.add", on, (polarity,))


def verbs(found: Procedure) -> list[str]:
    """Name the steps."""
    return [step.verb for step in found.steps]


def test_xinxiang_reviews_decides_and_submits_before_the_credit_office_publishes_xx_09() -> None:
    found = chain("410700", "negative", date(2019, 9, 2))
    assert verbs(found) == ["attest", "review", "decide", "submit", "publish"]
    assert found.distinct_persons
    assert not found.is_default


def test_henan_adds_notice_and_answer_to_a_black_entry_and_publicity_to_a_red_one() -> None:
    assert verbs(chain("410700", "negative")) == [
        "attest", "notify", "answer", "review", "decide", "submit", "publish",
    ]  # fmt: skip
    assert verbs(chain("410700", "positive")) == ["attest", "announce", "review", "decide", "submit", "publish"]


def test_what_a_layer_adds_is_cited_by_that_layer() -> None:
    step = chain("410700", "negative").step("notify")
    assert step is not None
    assert step.citation == "《河南省社会信用条例》 28"


def test_the_provincial_addition_holds_from_its_first_day_on() -> None:
    assert "notify" not in verbs(chain("410700", "negative", date(2020, 4, 30)))
    assert "notify" in verbs(chain("410700", "negative", date(2020, 5, 1)))


@pytest.mark.parametrize("jurisdiction", ["350200", "350205", "420300", "310000"])
def test_where_no_law_has_a_chain_the_default_says_that_it_is_ours(jurisdiction: str) -> None:
    assert chain(jurisdiction, "negative").is_default


def test_a_step_is_taken_only_where_the_one_before_it_ended() -> None:
    found = chain("410700", "positive")
    assert require_next(found, "collected", "attest", start="collected").by == "各科室、局属单位"
    with pytest.raises(StepOutOfOrder) as refused:
        require_next(found, "attested", "decide", start="collected")
    assert refused.value.extensions["next"] == "announce"
    with pytest.raises(StepOutOfOrder):
        require_next(found, "published", "attest", start="collected")


def test_the_machine_leads_from_each_step_to_the_next() -> None:
    moves = chain("410700", "positive").machine("list_entry", start="collected").moves
    assert moves["announce"] == Move(("attested",), "announced")
    assert moves["review"] == Move(("announced",), "reviewed")


def objection(jurisdiction: str, on: date = TODAY, by: str = "by_provider") -> Procedure:
    """Give the way of an objection to a record."""
    return procedure(BOOKS, jurisdiction, "objection.settle", on, (by, "credit_record"))


OBJECTIONS = [
    ("350200", ["mark", "verify", "decide", "tell"], "XM-05b"),
    ("350205", ["mark", "verify", "decide", "tell"], "HC-06b"),
    ("410700", ["mark", "verify", "decide", "report", "correct", "tell"], "XX-10a, XX-10b, 河南41"),
    ("420300", ["mark", "verify", "decide", "tell"], "silent"),
    ("310000", ["mark", "forward", "verify", "decide", "report", "tell"], "SH-10, 上海市条例36"),
]


@pytest.mark.parametrize(("jurisdiction", "steps", "requirement"), OBJECTIONS)
def test_each_place_has_its_own_way_of_an_objection(jurisdiction: str, steps: list[str], requirement: str) -> None:
    assert verbs(objection(jurisdiction)) == steps, requirement


def test_a_step_for_one_outcome_falls_away_with_another_xx_10b() -> None:
    """市信用办 corrects its platform only where the information was amended or withdrawn."""
    correct = objection("410700").step("correct")
    assert correct is not None
    assert "amended" in correct.concerns
    assert "rejected" not in correct.concerns


def test_steps_at_the_end_come_from_the_nearest_layer_that_has_them() -> None:
    told = {place: objection(place).step("tell") for place, _, _ in OBJECTIONS}
    cited = {place: step.citation.partition("》")[0] if step else None for place, step in told.items()}
    assert cited["410700"] == "《河南省社会信用条例"
    assert cited["310000"] == "《上海市社会信用条例"
    assert cited["420300"] == "《人信服务缺省（非法律）"
    before_the_provincial_law = objection("410700", date(2020, 4, 30)).step("tell")
    assert before_the_provincial_law is not None
    assert before_the_provincial_law.citation.startswith("《人信服务缺省")


def test_the_centre_corrects_what_lies_in_its_own_scope_by_itself_sh_10() -> None:
    found = objection("310000", by="by_platform")
    assert verbs(found) == ["mark", "verify", "decide", "tell"]
    decided = found.step("decide")
    assert decided is not None
    assert decided.due == "deadline.objection.decide_by_centre"


def test_the_work_points_of_a_past_year_hold_as_last_known_and_say_so() -> None:
    assert objection("350200").is_last_known
    assert not objection("350200", date(2021, 6, 1)).is_last_known
    assert not objection("410700").is_last_known


def test_only_where_a_law_has_it_the_outcome_is_reviewed_henan_28() -> None:
    found = procedure(BOOKS, "410700", "objection.review", TODAY, ("list_entry",))
    assert [(step.verb, step.office) for step in found.steps] == [("decide", "SCX"), ("correct", None), ("tell", "SCX")]
    for place, concerned in (("410700", "credit_record"), ("350200", "list_entry"), ("310000", "list_entry")):
        with pytest.raises(ProcedureUnknown):
            procedure(BOOKS, place, "objection.review", TODAY, (concerned,))


def test_every_term_of_a_step_is_a_path_that_the_rulebooks_know() -> None:
    dues = {step.due for book in BOOKS.books.values() for way in book.procedures for step in way.steps if step.due}
    assert dues <= BOOKS.known_paths


def test_a_way_that_no_rulebook_knows_is_refused() -> None:
    with pytest.raises(ProcedureUnknown):
        procedure(BOOKS, "410700", "list_entry.dance", TODAY)


def test_xinxiang_lets_a_unit_publish_itself_after_its_report_is_approved_xx_08() -> None:
    found = procedure(BOOKS, "410700", "list_entry.add", TODAY, ("negative", "self_published"))
    assert found.concerns == ("self_published",)
    assert verbs(found) == [
        "attest", "investigate", "approve_report", "notify", "answer", "review", "decide", "submit", "publish",
    ]  # fmt: skip


def test_order_45_adds_notice_and_answer_to_wage_arrears_lists_only_and_says_how_it_is_known() -> None:
    found = procedure(BOOKS, "310000", "list_entry.add", TODAY, ("negative", "wage_arrears"))
    assert verbs(found) == ["attest", "notify", "answer", "decide", "publish"]
    step = found.step("answer")
    assert step is not None
    assert step.citation == "《拖欠农民工工资失信联合惩戒对象名单管理暂行办法（人力资源社会保障部令第45号）》"
    assert step.due == "list.wage_arrears.prior_notice.objection"
    assert verbs(chain("310000", "negative")) == ["attest", "decide", "publish"]


def test_a_step_says_in_whose_hands_it_lies() -> None:
    found = chain("410700", "negative")
    assert [(step.verb, step.roles) for step in found.steps if step.verb in ("review", "decide", "publish")] == [
        ("review", ("deputy_leader",)), ("decide", ("leader",)), ("publish", ("credit_office",)),
    ]  # fmt: skip
