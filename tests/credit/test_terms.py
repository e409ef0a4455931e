"""Terms of records hold for every day, leap days included (XM-08b, SY-07)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.calendar import working_calendar
from domain.credit import terms
from domain.credit.item import Item
from domain.rulebook.loader import load_rulebooks

BOOKS, CALENDAR = load_rulebooks(), working_calendar()


def _item(jurisdiction: str, edition: str, **changes: object) -> Item:
    values: dict[str, object] = {
        "id": UUID(int=0),
        "jurisdiction_id": jurisdiction,
        "edition": edition,
        "code": "penalty",
        "name": "行政处罚",
        "category": "penalty",
        "polarity": "negative",
        "disclosure": "public",
        "person_disclosure": "public",
        "subject_kinds": (),
        "data_items": {},
        "severity_required": True,
        "double_publicity": True,
        "publication_years": None,
        "clause": "8",
        "valid_from": None,
        "valid_to": None,
        "is_producer": True,
        **changes,
    }
    return Item(**values)  # type: ignore[arg-type]


XIAMEN = _item("350200", "cn-xiamen-hrss-2021")
SHIYAN = _item("420300", "cn-shiyan-hrss-15333")


def _days_after(start: date, last: date) -> Iterator[date]:
    return (date.fromordinal(day) for day in range(start.toordinal() + 1, last.toordinal() + 1))


@given(st.dates(date(2021, 1, 1), date(2026, 11, 30)))
@example(date(2024, 2, 29))
@example(date(2021, 9, 24))
def test_publication_is_due_on_the_seventh_working_day_after(closed_on: date) -> None:
    due = terms.publication_due(
        BOOKS, CALENDAR, XIAMEN, decided_on=date(2021, 1, 1), closed_on=closed_on, severity=None
    )
    assert due.on is not None
    assert sum(CALENDAR.is_working(day) for day in _days_after(closed_on, due.on)) == 7
    assert CALENDAR.is_working(due.on)


@given(st.dates(date(2019, 1, 1), date(2026, 11, 30)))
@example(date(2024, 2, 29))
@example(date(2025, 9, 26))
def test_collection_is_due_on_the_third_working_day_after(obtained_on: date) -> None:
    due = terms.collection_due(BOOKS, CALENDAR, SHIYAN, obtained_on=obtained_on)
    assert due.on is not None
    assert sum(CALENDAR.is_working(day) for day in _days_after(obtained_on, due.on)) == 3


@given(st.dates(date(2023, 5, 1), date(2026, 3, 31)), st.sampled_from(["minor", "general", "serious", None]))
@example(date(2024, 2, 29), "serious")
def test_publication_ends_on_the_corresponding_day_or_the_last_of_the_month(day: date, severity: str | None) -> None:
    last = terms.public_until(BOOKS, XIAMEN, severity=severity, decided_on=day)
    assert last is not None
    assert (last.year, last.month) == (day.year + 3, day.month)
    assert last.day == day.day or (day.month, day.day, last.day) == (2, 29, 28)


def test_a_term_that_runs_into_a_year_without_a_notice_is_provisional() -> None:
    sure = terms.publication_due(BOOKS, CALENDAR, XIAMEN, decided_on=date(2026, 12, 1), closed_on=None, severity=None)
    unsure = terms.publication_due(
        BOOKS, CALENDAR, XIAMEN, decided_on=date(2026, 12, 25), closed_on=None, severity=None
    )
    assert (sure.provisional, unsure.provisional) == (False, True)


@pytest.mark.parametrize(
    ("decided_on", "severity", "due"),
    [
        (date(2026, 3, 31), "minor", date(2026, 4, 10)),
        (date(2026, 4, 1), "minor", None),
        (date(2026, 4, 1), None, date(2026, 4, 13)),
        (date(2026, 4, 1), "serious", date(2026, 4, 13)),
    ],
)
def test_what_is_kept_from_publication_has_no_day_to_publish(
    decided_on: date, severity: str | None, due: date | None
) -> None:
    """XM-08b, XM-02a: 轻微失信信息原则上不予公示 from 2026-04-01 on; without a severity the term goes on."""
    found = terms.publication_due(BOOKS, CALENDAR, XIAMEN, decided_on=decided_on, closed_on=None, severity=severity)
    assert found.on == due


def test_a_day_before_the_calendar_has_no_computed_term() -> None:
    assert terms.collection_due(BOOKS, CALENDAR, SHIYAN, obtained_on=date(2015, 3, 2)) == terms.Due()


def test_the_catalogues_own_term_of_publication_comes_first() -> None:
    own = _item("350200", "cn-xiamen-hrss-2021", publication_years=1)
    assert terms.public_until(BOOKS, own, severity="serious", decided_on=date(2024, 2, 29)) == date(2025, 2, 28)


@pytest.mark.parametrize("polarity", ["positive", "neutral"])
def test_what_does_not_speak_against_the_subject_is_never_dishonest(polarity: str) -> None:
    item = _item("350200", "cn-xiamen-hrss-2021", polarity=polarity)
    assert not terms.counts_as_dishonest(
        BOOKS, item, procedure="general", harm_removed=False, condition_met=True, on=date(2026, 3, 2)
    )
