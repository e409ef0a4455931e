"""How data items must be written, and what of them is stored."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.credit.data_items import DataItem, as_text, check, parse_day, storable, written_value
from domain.credit.refusals import DataItemInvalid, DataItemMissing, DataItemUnknown
from domain.identifiers import invented_uscc

CHOICES = DataItem("CF_CFLB", kind="choices", values=("警告", "罚款", "其他"))


@given(st.dates())
@example(date(2024, 2, 29))
@example(date(2099, 12, 31))
def test_every_day_is_read_in_both_ways_of_writing(day: date) -> None:
    assert parse_day(day.isoformat()) == day
    assert parse_day(day.isoformat().replace("-", "/")) == day


@pytest.mark.parametrize(
    "text",
    [
        "2023-02-29",
        "2026-13-01",
        "2026/3/2",
        "2026-03/02",
        "20260302",
        "２０２６-03-02",
        "٢٠٢٦-03-02",
        "",
        "46083",
        "0000-01-01",
    ],
)
def test_what_is_no_day_is_refused(text: str) -> None:
    assert parse_day(text) is None


@pytest.mark.parametrize(("text", "ok"), [
    ("0", True), ("5.000000", True), ("999999999999.999999", True), ("5.0000001", False), ("1e3", False),
    ("-1", False), ("1,000", False), ("５", False), (".5", False), ("5.", False), ("9999999999999", False), ("NaN", False),
])  # fmt: skip
def test_amounts_have_at_most_six_decimals(text: str, ok: bool) -> None:
    assert (written_value(DataItem("CF_NR_FK", kind="money"), text) is not None) is ok


@pytest.mark.parametrize(("text", "written"), [
    ("罚款", "罚款"), ("罚款;警告", "罚款;警告"), ("罚款； 警告", "罚款;警告"), ("其他-责令改正", "其他-责令改正"),
    ("罚金", None), ("罚款;罚金", None), (";", None),
])  # fmt: skip
def test_several_kinds_of_penalty_are_joined_by_semicolons(text: str, written: str | None) -> None:
    assert written_value(CHOICES, text) == written


@pytest.mark.parametrize("text", ["a\x00b", "a\x1bb", "a\ud800b", "一" * 10_001])
def test_texts_that_cannot_be_stored_are_refused(text: str) -> None:
    assert written_value(DataItem("CF_SY"), text) is None


def test_a_code_that_fails_its_check_digit_passes_in_lenient_mode_only() -> None:
    item, code = DataItem("CF_CFJGDM", kind="uscc"), "91350211M0000XUF46"
    assert written_value(item, code) is None
    assert written_value(item, code, lenient=True) == code
    assert written_value(item, code[:-1], lenient=True) is None


def test_what_is_required_depends_on_who_it_is_about() -> None:
    items = {"A": DataItem("A", "organisation"), "B": DataItem("B", "natural_person"), "C": DataItem("C", "always")}
    missing = {
        person: [fault.column for fault in check(items, {}, person=person)[1] if fault.kind is DataItemMissing]
        for person in (True, False)
    }
    assert missing == {True: ["B", "C"], False: ["A", "C"]}


def test_all_faults_are_named_at_once_and_no_value_is() -> None:
    items = {"CF_SY": DataItem("CF_SY", "always"), "CF_NR_FK": DataItem("CF_NR_FK", kind="money")}
    _, faults = check(items, {"CF_NR_FK": "50元", "CF_XX": "x", "张三的列": "x"}, person=False)
    assert [(fault.kind, fault.column) for fault in faults] == [
        (DataItemUnknown, "CF_XX"),
        (DataItemUnknown, None),
        (DataItemMissing, "CF_SY"),
        (DataItemInvalid, "CF_NR_FK"),
    ]


def test_fractions_are_refused_because_they_have_lost_digits() -> None:
    items = {"CF_NR_FK": DataItem("CF_NR_FK", kind="money")}
    assert as_text(items, {"CF_NR_FK": 5})[0] == {"CF_NR_FK": "5"}
    for value in (5.1, True, ["5"], {"a": 1}):
        _, faults = as_text(items, {"CF_NR_FK": value})
        assert [fault.kind for fault in faults] == [DataItemInvalid]


def test_the_columns_of_2018_are_read_under_todays_codes() -> None:
    items = {"CF_FR_ZJHM": DataItem("CF_FR_ZJHM", older=("CF_FR_SFZH",))}
    assert as_text(items, {"CF_FR_SFZH": "x"}) == ({"CF_FR_ZJHM": "x"}, [])


def test_columns_that_identify_a_person_are_not_stored() -> None:
    content = {"CF_XDR_MC": "甲", "CF_XDR_ZJHM": "1", "CF_FRDB": "乙", "CF_FR_ZJHM": "2", "CF_FR_SFZH": "3",
               "CF_XDR_SHXYM": invented_uscc(1), "CF_NR": "罚款"}  # fmt: skip
    assert storable(content, person=True).keys() == {"CF_XDR_SHXYM", "CF_NR"}
    assert storable(content, person=False).keys() == {"CF_XDR_MC", "CF_XDR_SHXYM", "CF_NR"}
