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
