"""Credit codes and identity numbers: the case files, the traps, and codes invented for demonstration."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from domain.identifiers import (
    ALPHABET,
    CodeNotText,
    ResidentIdInvalid,
    UsccCheckFailed,
    UsccInvalid,
    invented_resident_id,
    invented_uscc,
    is_resident_id,
    is_uscc,
    normalise_code,
    read_resident_id,
    read_uscc,
    resident_id_check_character,
    uscc_check_character,
)

HERE = Path(__file__).parent
BODY = st.text(alphabet=ALPHABET, min_size=9, max_size=9)
SEEDS = st.integers(0, 19_999_999)


def _rows(name: str) -> list[dict[str, str]]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


@pytest.mark.parametrize("case", _rows("credit_codes.csv"), ids=lambda case: case["why"])
def test_a_credit_code_is_read_as_the_case_says(case: dict[str, str]) -> None:
    assert is_uscc(case["code"]) == (case["answer"] == "valid")
    assert is_uscc(case["code"], lenient=True) == (case["answer"] != "invalid")
    if case["answer"] != "invalid":
        read = read_uscc(case["code"], lenient=True)
        assert read.kind == case["kind"]
        assert read.check_matches == (case["answer"] == "valid")


@pytest.mark.parametrize("case", _rows("resident_numbers.csv"), ids=lambda case: case["why"])
def test_an_identity_number_is_read_as_the_case_says(case: dict[str, str]) -> None:
    assert is_resident_id(case["number"]) == (case["answer"] == "valid")


def test_a_wrong_check_digit_and_a_malformed_code_are_different_refusals() -> None:
    with pytest.raises(UsccCheckFailed):
        read_uscc("91350211M0000XUF46")
    with pytest.raises(UsccInvalid) as malformed:
        read_uscc("9111000060003IOZSV")
    assert malformed.type is UsccInvalid


@pytest.mark.parametrize("value", [9.1350205e17, 911100006000373412, None, b"91110000600037341L"])
def test_a_code_handed_over_as_a_number_is_refused(value: object) -> None:
    """Spreadsheets keep long codes as floats and lose digits."""
    with pytest.raises(CodeNotText):
        normalise_code(value)


def test_normalising_capitalises_ascii_letters_only() -> None:
    """The upper case of ﬁ is FI and that of ı is I: neither may turn into a code."""
    assert normalise_code("\ufeff\u3000 91ab\u00a0") == "91AB"
    assert normalise_code("ﬁıß") == "ﬁıß"


def test_the_check_character_folds_31_to_zero() -> None:
    codes = (f"913502000000000{ALPHABET[i]}{ALPHABET[j]}" for i in range(31) for j in range(31))

    assert "0" in {uscc_check_character(code) for code in codes}


def test_a_person_born_tomorrow_has_no_number_today() -> None:
    number = "42030220000101015X"

    assert read_resident_id(number, today=date(2000, 1, 1)).born_on == date(2000, 1, 1)
    with pytest.raises(ResidentIdInvalid):
        read_resident_id(number, today=date(1999, 12, 31))


def test_an_unknown_region_is_a_warning() -> None:
    first_17 = "99020519880229001"

    read = read_resident_id(first_17 + resident_id_check_character(first_17))

    assert not read.region_known
    assert read_resident_id("350205198802290011").region_known


def test_an_identity_number_never_shows_when_printed() -> None:
    assert "1988" not in repr(read_resident_id("350205198802290011"))


@given(body=BODY, prefix=st.sampled_from(["11", "12", "51", "52", "91", "92"]))
def test_our_check_character_is_that_of_an_independent_implementation(body: str, prefix: str) -> None:
    first_17 = f"{prefix}350200{body}"

    assert uscc.is_valid(first_17 + uscc_check_character(first_17))


@given(body=BODY, position=st.integers(8, 16), replacement=st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_found(body: str, position: int, replacement: str) -> None:
    first_17 = f"91350200{body}"
    code = first_17 + uscc_check_character(first_17)
    spoilt = code[:position] + replacement + code[position + 1 :]

    assert is_uscc(spoilt) == (spoilt == code)


@given(text=st.text(max_size=24))
def test_no_text_makes_the_reading_of_codes_fail_otherwise(text: str) -> None:
    assert is_uscc(text) in (True, False)
    assert is_resident_id(text) in (True, False)


@given(seed=SEEDS)
def test_an_invented_credit_code_is_valid_and_carries_prefix_and_division(seed: int) -> None:
    read = read_uscc(invented_uscc(seed, prefix="52", division="410700"))

    assert read.kind == "private_non_enterprise"
    assert read.division == "410700"
    assert uscc.is_valid(read.code)


@given(seed=SEEDS)
def test_an_invented_credit_code_fails_the_inner_check_that_real_ones_pass(seed: int) -> None:
    organisation = invented_uscc(seed)[8:17]
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(character, 36) * weight for character, weight in zip(organisation[:8], weights, strict=True))

    assert organisation[8] != "0123456789X"[(11 - total % 11) % 11]


@given(seed=st.integers(0, 20_000_000))
def test_an_invented_identity_number_is_valid_and_on_no_real_card(seed: int) -> None:
    number = invented_resident_id(seed, division="310000")

    assert is_resident_id(number)
    assert ric.calc_check_digit(number) == number[17]
    assert number.startswith("310000")


def test_invented_codes_are_deterministic_and_all_different() -> None:
    seeds = range(20_000)

    assert len({invented_uscc(seed) for seed in seeds}) == len(seeds)
    assert len({invented_resident_id(seed) for seed in seeds}) == len(seeds)
    assert invented_uscc(7) == invented_uscc(7)


def test_an_invented_identity_number_of_a_district_is_refused() -> None:
    with pytest.raises(ValueError, match="whole city"):
        invented_resident_id(1, division="350205")
