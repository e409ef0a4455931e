"""A year and more in five places: the last day of each term, counted by hand over holidays, make-up days and the leap day."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from domain.calendar import OutsideCalendar, working_calendar
from domain.credit.terms import binding
from domain.rulebook.loader import load_rulebooks

BOOKS = load_rulebooks()
CALENDAR = working_calendar()
TERMS = tomllib.loads(Path(__file__).with_name("year.toml").read_text(encoding="utf-8"))["term"]
COUNTED = [(term, start, last, how) for term in TERMS for start, last, how in term["days"]]


NAMES = [f"{term['place']}-{term['path']}-{start}" for term, start, _, _ in COUNTED]


@pytest.mark.parametrize(("term", "start", "last", "how"), COUNTED, ids=NAMES)
def test_the_last_day_is_the_one_that_was_counted(term: dict[str, Any], start: str, last: str, how: str) -> None:
    """XM-08b, XX-10a, XX-11, SY-06b, SY-07."""
    begins = date.fromisoformat(start)
    law = binding(BOOKS, term["place"], term["path"], begins)
    assert law is not None
    assert isinstance(law.value, int)
    assert law.unit is not None
    if not last:
        with pytest.raises(OutsideCalendar):
            CALENDAR.add_term(begins, law.value, law.unit)
        return
    found = CALENDAR.add_term(begins, law.value, law.unit)
    assert (found.day.isoformat(), found.provisional) == (last, "暂定" in how), f"{term['law']}: {how}"


def test_where_a_text_sets_no_days_none_are_counted() -> None:
    """海沧9, 十堰正文, 新乡三: no number, and none of another city's."""
    for place in ("350205", "420300", "410700"):
        assert binding(BOOKS, place, "deadline.double_publicity", date(2026, 3, 18)) is None
