"""Identifiers of rows: versions, order, and a clock that stands still or is set back."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from domain.ids import maker, new_id

MOMENT = 1_773_799_200_123_456_789


def test_an_identifier_is_a_uuidv7_of_its_millisecond() -> None:
    made = maker(lambda: MOMENT)()
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert made.int >> 80 == MOMENT // 1_000_000


@given(steps=st.lists(st.integers(-5_000_000, 5_000_000), min_size=2, max_size=60))
def test_what_was_done_later_sorts_later_whatever_the_clock_does(steps: list[int]) -> None:
    instants = iter([MOMENT + step for step in steps])
    make = maker(lambda: next(instants))
    made = [make() for _ in steps]
    assert all(earlier < later for earlier, later in pairwise(made))


def test_within_one_instant_the_parts_of_a_millisecond_run_over_into_the_next() -> None:
    make = maker(lambda: MOMENT)
    made = [make() for _ in range(10_000)]
    assert made == sorted(set(made))
    assert made[-1].int >> 80 > MOMENT // 1_000_000


def test_two_makers_never_agree() -> None:
    one, other = maker(lambda: MOMENT), maker(lambda: MOMENT)
    assert one() != other()
    assert new_id() != new_id()
