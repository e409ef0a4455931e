"""How conditions stand: every case of `conditions.toml`; and what becomes of entries by the rule of their list."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.calendar import working_calendar
from domain.credit.shortest import shortest_publication
from domain.repair.applications import platform_due
from domain.repair.conditions import Facts, Found, judge
from domain.repair.exits import Entry, exit_of
from domain.rulebook.loader import load_rulebooks
from domain.rulebook.repair import conditions

BOOKS = load_rulebooks()
CASES = tomllib.loads((Path(__file__).parent / "conditions.toml").read_text("utf-8"))["case"]
FOUND = Found(
    standard="标准",
    fulfilled_on=date(2026, 1, 20),
    corrected_on=date(2026, 1, 20),
    effect_removed_on=date(2026, 1, 20),
    criminal_proceedings=False,
    repeated=False,
)


@pytest.mark.parametrize("case", CASES, ids=[f"{case['requirement']}: {case['name']}" for case in CASES])
def test_each_condition_stands_as_the_facts_say(case: dict[str, Any]) -> None:
    city, on = case["jurisdiction"], case["on"]
    found = None
    if "found" in case:
        changes: dict[str, Any] = {name: None if value == "" else value for name, value in case["found"].items()}
        found = replace(FOUND, **changes)
    facts = Facts(
        shortest=shortest_publication(
            BOOKS,
            city,
            severity=case.get("severity"),
            decided_on=case["decided_on"],
            special_fields=tuple(case.get("special_fields", ())),
        ),
        correction_due_on=case.get("correction_due_on"),
        repeated_on=case.get("repeated_on"),
        found=found,
        signed_on=case.get("signed_on"),
    )
    judged = judge(conditions(BOOKS, city, on, tuple(case.get("concerns", ()))), facts, today=on)
    assert {one.condition.condition: one.standing.value for one in judged} == case["conditions"]
    assert all(one.zh and one.en and one.condition.quote and one.condition.citation for one in judged)


def _entry(city: str, code: str, **changes: Any) -> Entry:
    book = BOOKS.books[BOOKS.heads[city]]
    plain = Entry(
        id=UUID(int=1), rulebook=book.id, code=code, list_name=code, jurisdiction=city, decided_on=date(2025, 11, 28)
    )
    return replace(plain, **changes)


@pytest.mark.parametrize(
    ("city", "code", "corrected_on", "standard", "today", "reason"),
    [
        ("350200", "serious_dishonesty", None, None, date(2026, 3, 18), "repaired"),
        ("350200", "key_attention", None, None, date(2026, 3, 18), "repaired"),
        ("350200", "social_insurance_serious", None, None, date(2026, 3, 18), "repaired"),
        ("350200", "hr_industry_black", None, None, date(2026, 3, 18), "repaired"),
        ("350200", "labour_serious", None, None, date(2026, 3, 18), "repaired"),
        ("310000", "wage_arrears", date(2024, 2, 29), None, date(2024, 8, 29), None),
        ("310000", "wage_arrears", date(2024, 2, 29), None, date(2024, 8, 30), "early_removal"),
        ("350205", "serious_dishonesty", date(2026, 1, 1), None, date(2026, 3, 18), None),
        ("350205", "serious_dishonesty", date(2026, 1, 1), "标准", date(2026, 3, 18), "standard_met"),
        ("350205", "enforcement_defaulter", date(2026, 1, 1), "标准", date(2026, 3, 18), None),
        ("350205", "national_serious", date(2026, 1, 1), "标准", date(2026, 3, 18), None),
        ("410700", "black", date(2026, 1, 1), "标准", date(2026, 3, 18), None),
    ],
)
def test_an_entry_leaves_its_list_by_the_lists_own_rule_xm_06b_hc_07(
    city: str, code: str, corrected_on: date | None, standard: str | None, today: date, reason: str | None
) -> None:
    entry = _entry(city, code, decided_on=date(2024, 1, 15))
    found = exit_of(BOOKS, entry, corrected_on=corrected_on, exit_standard=standard, today=today)
    assert found.removal_reason == reason
    assert found.zh
    assert found.en


@pytest.mark.parametrize(
    ("corrected_on", "today", "reason"),
    [
        (None, date(2026, 3, 18), None),
        (date(2025, 8, 31), date(2026, 2, 28), None),
        (date(2025, 8, 31), date(2026, 3, 1), "early_removal"),
    ],
)
@pytest.mark.parametrize("condition", ["拖欠农民工工资", "违反规定的"])
def test_arrears_of_wages_leave_the_labour_list_as_the_order_on_them_says_xm_06b_xm_24(
    condition: str, corrected_on: date | None, today: date, reason: str | None
) -> None:
    """厦门28: 含工资支付: the list holds other failings, which leave with the repair (厦门6)."""
    entry = _entry("350200", "labour_serious", decided_on=date(2024, 1, 15), condition=condition)
    assert exit_of(BOOKS, entry, corrected_on=corrected_on, exit_standard=None, today=today).removal_reason == reason


def test_arrears_paid_before_the_listing_are_waited_for_from_the_listing() -> None:
    """第45号令: 列入期间偿还拖欠工资的,自改正之日起满6个月."""
    entry = _entry("350200", "labour_serious", decided_on=date(2025, 11, 28), condition="违反规定的")
    for today, reason in ((date(2026, 5, 28), None), (date(2026, 5, 29), "early_removal")):
        found = exit_of(BOOKS, entry, corrected_on=date(2025, 8, 31), exit_standard=None, today=today)
        assert (found.removal_reason, found.earliest_on) == (reason, date(2026, 5, 29))


def test_an_entry_with_other_failings_behind_it_stays_whatever_its_list_says() -> None:
    entry = _entry("350200", "serious_dishonesty", other_records=1)
    found = exit_of(BOOKS, entry, corrected_on=date(2026, 1, 1), exit_standard="标准", today=date(2026, 3, 18))
    assert not found.ends


@pytest.mark.parametrize(
    ("city", "on", "last", "provisional"),
    [
        ("310000", date(2025, 9, 26), date(2025, 9, 30), False),  # the Sunday between is a make-up day
        ("310000", date(2021, 9, 30), date(2021, 10, 11), False),  # the holiday of the National Day, two make-up days
        ("410700", date(2026, 2, 13), date(2026, 2, 14), False),  # a Saturday on which people work
        ("310000", date(2026, 12, 30), date(2027, 1, 5), True),
        ("310000", date(2028, 12, 29), None, True),  # beyond the calendar: not yet known, never taken for none
        ("350200", date(2026, 3, 18), None, False),
        ("350205", date(2026, 3, 18), None, False),
        ("420300", date(2026, 3, 18), None, False),
    ],
)
def test_the_platform_is_told_within_the_working_days_of_the_parent_law_where_it_sets_any(
    city: str, on: date, last: date | None, provisional: bool
) -> None:
    """XM-06b: 上海市社会信用条例38 three working days, 河南省社会信用条例43 one; Xiamen and Haicang say 及时 only."""
    due = platform_due(BOOKS, working_calendar(), city, on=on)
    assert (due.on, due.provisional) == (last, provisional)
