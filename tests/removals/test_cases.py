"""The cases of `cases.toml`: waiting time and term of early removals, with leap days, holidays, the calendar's end."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.calendar import working_calendar
from domain.lists.removal_rules import Listed, RemovalNotProvided, decision_due, earliest
from domain.repair.exits import Entry, exit_of
from domain.rulebook.loader import load_rulebooks
from domain.rulebook.lookup import list_kind

BOOKS = load_rulebooks()
CASES = tomllib.loads((Path(__file__).parent / "cases.toml").read_text("utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=[f"{case['list']} {case['applied']} {case['why']}" for case in CASES])
def test_a_case(case: dict[str, Any]) -> None:
    kind = list_kind(BOOKS.books[BOOKS.heads[case["jurisdiction"]]], case["list"])
    assert kind is not None
    found = Listed(BOOKS, case["jurisdiction"], kind, case["applied"])
    if not case.get("provided", True):
        with pytest.raises(RemovalNotProvided):
            found.procedure("early")
        return
    assert found.procedure("early").steps[-1].verb == "remove"
    listed_on = case.get("listed", date(2022, 1, 1))
    first = earliest(found, case["corrected"], listed_on=listed_on)
    assert (first[0] if first else None) == case.get("earliest")
    if first is not None:
        entry = Entry(
            id=UUID(int=1), rulebook=BOOKS.heads[case["jurisdiction"]], code=case["list"], list_name="名单",
            jurisdiction=case["jurisdiction"], decided_on=listed_on, condition="欠薪",
        )  # fmt: skip
        told = exit_of(BOOKS, entry, corrected_on=case["corrected"], exit_standard=None, today=case["applied"])
        assert told.earliest_on == first[0], "a repair tells of the same day"
    if first is None or first[0] <= case["applied"]:
        due = decision_due(found, working_calendar(), case["applied"])
        assert (due.on, due.provisional) == (case.get("due"), case.get("provisional", False))
