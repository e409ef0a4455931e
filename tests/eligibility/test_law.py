"""The law of a matter at the edges of its validity: a year's work points run out visibly, a term ends the law."""

from __future__ import annotations

from datetime import date

import pytest

from domain.eligibility.law import EXPIRED, law_of, matters_of
from domain.eligibility.refusals import MatterUnknown
from domain.rulebook.loader import load_rulebooks

BOOKS = load_rulebooks()


@pytest.mark.parametrize(
    ("place", "matter", "on", "expired"),
    [
        ("350200", "hrss_awards", date(2021, 1, 1), False),
        ("350200", "hrss_awards", date(2021, 12, 31), False),
        ("350200", "hrss_awards", date(2022, 1, 1), True),
        ("350205", "property_construction", date(2021, 12, 31), False),
        ("350205", "property_construction", date(2026, 3, 18), True),
        ("410700", "micro_loan", date(2026, 3, 18), False),
        ("310000", "startup_loan", date(2028, 8, 31), False),
    ],
)
def test_what_ran_out_with_its_year_holds_as_last_known_and_says_so(
    place: str, matter: str, on: date, expired: bool
) -> None:
    """XM-00, HC-00: shown as expired after their year; what has no end, or another, is not."""
    known = {rule.code for rule, _ in matters_of(BOOKS, place, on)}
    law = law_of(BOOKS, place, matter if matter in known else sorted(known)[0], on)
    own = [one.cited for one in law.consequences if one.cited.layer == BOOKS.heads[place]]
    if law.cited.layer == BOOKS.heads[place]:
        own.append(law.cited)
    assert own
    assert {EXPIRED in (cited.note or "") for cited in own} == {expired}


@pytest.mark.parametrize(
    ("place", "matter", "on"),
    [
        ("350200", "hrss_awards", date(2020, 12, 31)),
        ("310000", "startup_loan", date(2023, 8, 31)),
        ("310000", "startup_loan", date(2028, 9, 1)),
    ],
)
def test_a_matter_is_not_known_before_its_law_nor_after_its_term(place: str, matter: str, on: date) -> None:
    """SH-00: 2023-09-01 to 2028-08-31, both inclusive; XM-00: nothing before the year."""
    with pytest.raises(MatterUnknown):
        law_of(BOOKS, place, matter, on)
