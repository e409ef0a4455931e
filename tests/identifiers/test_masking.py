"""Masked names and numbers: what stays readable, and that nothing else does."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.identifiers import invented_resident_id
from domain.masking import MASK, mask_name, mask_number, mask_phone, mask_resident_id, patterns
from domain.registry.enrolment import without_identity
from domain.rulebook.loader import load_rulebooks

LINES = (Path(__file__).parent / "names.csv").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("case", list(csv.DictReader(LINES[1:])), ids=lambda case: case["why"])
def test_a_name_keeps_its_surname_only(case: dict[str, str]) -> None:
    """XM-05a, HC-06a."""
    assert mask_name(case["name"]) == case["masked"]


def test_an_identity_number_keeps_three_and_two_characters() -> None:
    assert mask_resident_id("350205198802290011") == "350*************11"


def test_the_number_of_an_earlier_foreigners_card_does_not_tell_a_nationality() -> None:
    assert mask_resident_id("KAZ110090123105") == "K*************5"
    assert without_identity("证件KAZ110090123105号", person_name=None) == "证件K*************5号"


def test_a_telephone_number_keeps_three_and_two_digits() -> None:
    assert mask_phone("05925550123") == "059******23"


@pytest.mark.parametrize("number", ["", "1", "12345", "123456789"])
def test_a_number_too_short_to_mask_is_hidden_whole(number: str) -> None:
    assert mask_number(number) == MASK * len(number)


def test_a_pattern_that_keeps_nothing_hides_everything() -> None:
    assert mask_number("E12345678", (0, 0)) == MASK * 9
    assert mask_number("E12345678", (1, 0)) == "E" + MASK * 8


@pytest.mark.parametrize("jurisdiction", ["350200", "350205", "410700", "420300", "310000"])
def test_the_pattern_is_rulebook_data(jurisdiction: str) -> None:
    found = patterns(load_rulebooks(), jurisdiction, date(2026, 3, 18))

    assert found.resident_id == (3, 2)
    assert found.other_document == (1, 1)


@given(seed=st.integers(0, 1_000_000))
def test_a_masked_identity_number_tells_neither_birthday_nor_sequence(seed: int) -> None:
    number = invented_resident_id(seed)
    masked = mask_resident_id(number)

    assert len(masked) == 18
    assert set(masked[3:16]) == {MASK}
    assert number not in masked


@given(name=st.text(min_size=2, max_size=12).filter(lambda name: len(name.strip()) > 1))
def test_a_masked_name_has_the_same_length_whatever_the_given_name(name: str) -> None:
    masked = mask_name(name)

    assert masked.endswith(MASK * 2)
    assert len(masked) <= 4
