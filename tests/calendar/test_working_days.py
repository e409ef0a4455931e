"""Working days and terms, as the case files say; what lies beyond the announced years says so."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.calendar import (
    CalendarDay,
    OutsideCalendar,
    TermInvalid,
    WorkingCalendar,
    add_term,
    calendar_rows,
    day_of_next_month,
    working_calendar,
)

HERE = Path(__file__).parent
CALENDAR = working_calendar()
LEAP_DAY = date(2024, 2, 29)
ANNOUNCED = st.dates(date(2019, 1, 1), date(2026, 12, 31))
ANY_DAY = st.dates(date(1990, 1, 1), date(2100, 12, 31))


def _rows(name: str) -> list[dict[str, str]]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


@pytest.mark.parametrize(
    "case", _rows("working_days.csv"), ids=lambda case: f"{case['event_day']}+{case['working_days']}"
)
def test_a_term_in_working_days_ends_where_the_case_says(case: dict[str, str]) -> None:
    """XM-08b, SY-07, XX-10a."""
    due = CALENDAR.add_working_days(date.fromisoformat(case["event_day"]), int(case["working_days"]))

    assert due.day == date.fromisoformat(case["last_day"]), case["why"]
    assert not due.provisional


@pytest.mark.parametrize(
    "case", _rows("terms.csv"), ids=lambda case: f"{case['event_day']}+{case['value']}{case['unit']}"
)
def test_a_term_in_days_months_or_years_ends_where_the_case_says(case: dict[str, str]) -> None:
    """XX-11, SY-06b."""
    start, value = date.fromisoformat(case["event_day"]), int(case["value"])

    assert add_term(start, value, case["unit"]) == date.fromisoformat(case["last_day"]), case["why"]
    assert CALENDAR.add_term(start, value, case["unit"]).day == date.fromisoformat(case["last_day"])


def test_beyond_the_last_announced_year_the_answer_is_provisional() -> None:
    assert CALENDAR.add_working_days(date(2026, 12, 28), 3).provisional is False

    due = CALENDAR.add_working_days(date(2026, 12, 28), 5)

    assert due.provisional
    assert due.day == date(2027, 1, 5)


def test_the_first_day_of_an_unannounced_year_is_provisional_itself() -> None:
    assert CALENDAR.add_working_days(date(2027, 1, 1), 0).provisional
    assert not CALENDAR.add_working_days(date(2026, 12, 31), 0).provisional


def test_a_provisional_year_knows_only_weekends_and_the_fixed_holidays() -> None:
    rows = [row for row in calendar_rows() if row.day.year == 2027]

    assert all(row.provisional for row in rows)
    assert not any(row.kind == "make_up" for row in rows)
    assert {row.day for row in rows if row.kind == "holiday" and row.name == "春节"} == {
        date(2027, 2, day) for day in (5, 6, 7, 8)
    }


def test_the_calendar_covers_2019_to_2028_without_a_gap() -> None:
    rows = list(calendar_rows())

    assert (rows[0].day, rows[-1].day) == (date(2019, 1, 1), date(2028, 12, 31))
    assert len(rows) == 3653
    assert {row.kind for row in rows} == {"weekday", "weekend", "holiday", "make_up"}
    assert all(row.working == (row.kind in ("weekday", "make_up")) for row in rows)
    assert all(row.provisional == (row.day.year > 2026) for row in rows)


def test_make_up_days_are_weekends_and_holidays_have_names() -> None:
    for row in calendar_rows():
        assert row.kind != "make_up" or row.day.weekday() >= 5
        assert row.kind != "holiday" or row.name


@pytest.mark.parametrize(
    ("year", "working_days"),
    [(2019, 250), (2020, 249), (2021, 250), (2022, 249), (2023, 249), (2024, 251), (2025, 248), (2026, 248)],
)
def test_an_announced_year_has_its_number_of_working_days(year: int, working_days: int) -> None:
    """2020 lost two days to the prolonged Spring Festival."""
    assert sum(row.working for row in calendar_rows() if row.day.year == year) == working_days


def test_the_working_days_between_two_days_count_like_a_term() -> None:
    assert CALENDAR.working_days_between(date(2021, 9, 24), date(2021, 10, 9)) == 7
    assert CALENDAR.working_days_between(date(2021, 10, 9), date(2021, 9, 24)) == -7
    assert CALENDAR.working_days_between(date(2021, 9, 25), date(2021, 9, 25)) == 0


def test_a_last_day_on_a_holiday_rolls_only_when_asked() -> None:
    """XM-09b: 2021-10-05 is a holiday; whether the report may wait is not said in the text."""
    fifth = day_of_next_month(date(2021, 9, 30), 5)

    assert fifth == date(2021, 10, 5)
    assert not CALENDAR.is_working(fifth)
    assert CALENDAR.next_working_day(fifth).day == date(2021, 10, 8)
    assert CALENDAR.next_working_day(date(2021, 10, 9)).day == date(2021, 10, 9)


@pytest.mark.parametrize(
    ("month_of", "day", "expected"),
    [
        (date(2021, 12, 31), 5, date(2022, 1, 5)),
        (date(2021, 1, 31), 31, date(2021, 2, 28)),
        (date(2024, 1, 31), 30, date(2024, 2, 29)),
    ],
)
def test_a_day_of_the_next_month(month_of: date, day: int, expected: date) -> None:
    assert day_of_next_month(month_of, day) == expected


@pytest.mark.parametrize("day", [date(2018, 12, 31), date(2029, 1, 1)])
def test_a_day_outside_the_calendar_is_refused_not_guessed(day: date) -> None:
    with pytest.raises(OutsideCalendar):
        CALENDAR.add_working_days(day, 1)


def test_a_term_that_ends_after_the_calendar_is_refused_not_guessed() -> None:
    with pytest.raises(OutsideCalendar):
        CALENDAR.add_working_days(date(2028, 12, 25), 100)


@pytest.mark.parametrize("value", [-1, True, 1.5])
def test_a_term_that_is_no_whole_number_is_refused(value: int) -> None:
    with pytest.raises(TermInvalid):
        CALENDAR.add_working_days(date(2026, 6, 15), value)
    with pytest.raises(TermInvalid):
        add_term(date(2026, 6, 15), value, "year")


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(TermInvalid):
        add_term(date(2026, 6, 15), 1, "fortnight")


@pytest.mark.parametrize("unit", ["year", "month", "calendar_day"])
def test_a_term_beyond_the_last_year_there_is_is_refused(unit: str) -> None:
    with pytest.raises(TermInvalid):
        add_term(date(2026, 6, 15), 10_000_000, unit)


def test_a_calendar_with_a_gap_is_refused() -> None:
    days = [CalendarDay(date(2026, 1, day), True, "weekday", None, False) for day in (5, 7)]

    with pytest.raises(OutsideCalendar):
        WorkingCalendar(days)
    with pytest.raises(OutsideCalendar):
        WorkingCalendar([])


@given(start=ANNOUNCED, days=st.integers(1, 60))
@example(start=LEAP_DAY, days=1)
def test_the_last_day_of_a_term_is_a_working_day_after_that_many(start: date, days: int) -> None:
    due = CALENDAR.add_working_days(start, days)

    assert CALENDAR.is_working(due.day)
    assert due.day > start
    assert CALENDAR.working_days_between(start, due.day) == days


@given(start=ANNOUNCED, days=st.integers(0, 60))
@example(start=LEAP_DAY, days=0)
def test_a_day_more_never_ends_earlier(start: date, days: int) -> None:
    assert CALENDAR.add_working_days(start, days).day <= CALENDAR.add_working_days(start, days + 1).day


@given(start=ANNOUNCED, days=st.integers(0, 40))
@example(start=date(2026, 12, 31), days=1)
def test_a_term_is_provisional_exactly_when_it_reaches_an_unannounced_year(start: date, days: int) -> None:
    due = CALENDAR.add_working_days(start, days)

    assert due.provisional == (due.day.year > 2026)


@given(start=ANY_DAY, months=st.integers(0, 240))
@example(start=LEAP_DAY, months=12)
@example(start=LEAP_DAY, months=48)
@example(start=date(2026, 8, 31), months=6)
def test_a_term_in_months_ends_on_the_corresponding_day_or_the_last_of_the_month(start: date, months: int) -> None:
    end = add_term(start, months, "month")

    assert (end.year - start.year) * 12 + end.month - start.month == months
    assert end.day == start.day or (end.day < start.day and (end + timedelta(days=1)).day == 1)


@given(start=ANY_DAY, years=st.integers(0, 50))
@example(start=LEAP_DAY, years=3)
def test_years_are_twelve_months_each(start: date, years: int) -> None:
    assert add_term(start, years, "year") == add_term(start, 12 * years, "month")
