"""Texts in files that people hand in or are handed: nothing calculates in a spreadsheet, nothing holds the reader up."""

from __future__ import annotations

import sys
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInput
from domain.given_toml import MOST_PARTS, read_toml
from domain.text import as_handed_in, inert, require_name, require_seen


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_a_cell_that_a_spreadsheet_would_calculate_is_written_as_text(begins: str) -> None:
    assert inert(f"{begins}cmd|' /C calc'!A0") == f"'{begins}cmd|' /C calc'!A0"


@pytest.mark.parametrize(
    "text", ["-5", "+3.50", "-1,000,000.00", "-12%", "", "虚构甲有限公司", "91350200MA00000011", "'x"]
)
def test_amounts_and_plain_texts_stay_as_they_are(text: str) -> None:
    assert inert(text) == text


@pytest.mark.parametrize("text", ["+86-592-5550000", "-2+3", "+", "-", "=1", "-5\n=1"])
def test_what_only_looks_like_an_amount_does_not(text: str) -> None:
    assert inert(text) == f"'{text}"


@given(st.one_of(st.text(), st.from_regex(r"'*[-+=@＝][0-9]*")))
def test_a_cell_is_read_again_as_it_was(text: str) -> None:
    assert as_handed_in(inert(text)) in (text, text.removeprefix("'"))
    assert inert(text)[:1] not in "=@\t\r＝＋－＠" or not text


@pytest.mark.parametrize("name", ["张三\u200b", "\u202e三张", "张\u2028三", "张\u3164三", "\u2800"])
def test_a_name_shows_all_that_it_holds_in_the_order_in_which_it_is_written(name: str) -> None:
    assert require_name("display", " 张三 ", longest=9) == "张三"
    with pytest.raises(InvalidInput):
        require_name("display", name, longest=9)


@pytest.mark.parametrize("sign", ["\u200b", "\ufeff", "\u200e", "\u00ad", "\u2060"])
def test_what_something_is_known_by_is_the_same_with_signs_of_no_width(sign: str) -> None:
    given = f"{sign} 人社罚〔2026〕{sign}5号 {sign}"
    assert require_seen("decision_no", given, longest=13) == "人社罚〔2026〕5号"


@pytest.mark.parametrize("number", ["\u200b", "\u202e5号", "5\u2028号", "5\u3164号"])
def test_what_turns_the_writing_round_or_looks_like_a_blank_is_in_nothings_number(number: str) -> None:
    with pytest.raises(InvalidInput):
        require_seen("decision_no", number, longest=9)


BOMBS = {
    "a dotted key": ".".join(["a"] * 20_000) + " = 1",
    "a dotted key with blanks": " . ".join(["a"] * 20_000) + " = 1",
    "a dotted key in quotes": ".".join(['"a"'] * 20_000) + " = 1",
    "a dotted key in single quotes": ".".join(["'a'"] * 20_000) + " = 1",
    "a header": "[" + ".".join(["a"] * 20_000) + "]",
    "a header of tables": "[[" + ".".join(["a"] * 20_000) + "]]",
    "a key behind a string": 'x = """a""" # b\n' + ".".join(["a"] * 20_000) + " = 1",
    "a key in a table of one line": "x = { y = 1, " + ".".join(["a"] * 20_000) + " = 1 }",
    "lists in lists": "x = " + "[" * 20_000,
    "tables in tables": "x = " + "{a = " * 20_000,
}


@pytest.mark.parametrize("kind", BOMBS)
def test_a_file_that_takes_longer_than_it_is_long_is_refused_before_it_is_read(kind: str) -> None:
    """Work is counted in calls of functions: the reader of the standard library makes millions for some of these."""
    count = 0

    def tally(frame: Any, event: str, argument: Any) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(tally)
    try:
        with pytest.raises(ValueError, match=r"many parts|too deeply"):
            read_toml(BOMBS[kind])
    finally:
        sys.setprofile(None)
    assert count < 20_000


@pytest.mark.parametrize(
    "text",
    [
        'x = "a.b.c.d.e.f.g.h.i.j.k"',
        "x = 'https://a.b.c.d.e.f.g.h.i.j.k/1.2.3.4.5.6.7.8.9'",
        'x = """\na.b.c.d.e.f.g.h.i.j.k = 1\n"""',
        "x = 1 # a.b.c.d.e.f.g.h.i.j.k",
        'x = "\\"a.b.c.d.e.f.g.h.i.j.k"',
        ".".join("abcdefgh"[:MOST_PARTS]) + " = 1.5",
        "x = [1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5, 10.5]",
    ],
)
def test_dots_that_make_no_key_are_let_through(text: str) -> None:
    assert read_toml(text) == tomllib.loads(text)
