"""Numbers of reports: not to be guessed, and a slip of the pen is noticed."""

from __future__ import annotations

from datetime import date

import pytest

from domain.use.report_number import new_number, read_number

NUMBER = "RX350200202603189FZWESCYQR5"


def test_a_number_names_division_and_day() -> None:
    assert NUMBER.startswith("RX35020020260318")
    assert len(NUMBER) == 27


def test_it_is_read_as_people_write_it() -> None:
    written = f" {NUMBER[:2]} {NUMBER[2:16]} {NUMBER[16:].lower()}\n"
    assert read_number(written) == NUMBER


def test_every_wrong_character_is_noticed() -> None:
    for place, character in enumerate(NUMBER):
        for other in set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") - {character}:
            assert read_number(NUMBER[:place] + other + NUMBER[place + 1 :]) is None


def test_two_swapped_neighbours_are_noticed() -> None:
    for place in range(len(NUMBER) - 1):
        if NUMBER[place] != NUMBER[place + 1]:
            swapped = NUMBER[:place] + NUMBER[place + 1] + NUMBER[place] + NUMBER[place + 2 :]
            assert read_number(swapped) is None


@pytest.mark.parametrize("text", ["", "RX", NUMBER + "0", NUMBER[:-1], "١" * 27, "RX" + "0" * 25, "\0" * 27])
def test_what_cannot_be_a_number_is_none(text: str) -> None:
    assert read_number(text) is None


def test_numbers_do_not_repeat() -> None:
    assert len({new_number("310000", date(2026, 3, 18)) for _ in range(2_000)}) == 2_000
