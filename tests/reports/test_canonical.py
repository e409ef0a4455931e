"""Canonical JSON (RFC 8785): one text for one value."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.canonical import NotCanonical, canonical, parse

_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | _TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(_TEXT, inner),
    max_leaves=20,
)


@given(_VALUES)
def test_what_is_written_reads_back_and_writes_the_same(value: Any) -> None:
    text = canonical(value)
    assert json.loads(text) == value
    assert canonical(parse(text)) == text


def test_the_example_of_the_standard_is_sorted_as_it_says() -> None:
    """RFC 8785 section 3.2.3: members in the order of UTF-16 code units, not of code points."""
    value = {"€": 1, "\r": 2, "\ufb33": 3, "1": 4, "😀": 5, "\x80": 6, "ö": 7}
    assert [*json.loads(canonical(value))] == ["\r", "1", "\x80", "ö", "€", "😀", "\ufb33"]


def test_only_what_must_be_escaped_is() -> None:
    assert canonical('€$\x0f\nA\'B"\\\\"/\x7f') == '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/\x7f"'


def test_decimals_keep_their_digits() -> None:
    assert canonical(parse('{"b": 0.10, "a": 1e3}')) == '{"a":1000,"b":0.10}'


@pytest.mark.parametrize("value", [0.1, {1: 2}, b"x", {"a": object()}, Decimal("NaN")])
def test_what_has_no_canonical_text_is_refused(value: object) -> None:
    with pytest.raises(NotCanonical):
        canonical(value)


@pytest.mark.parametrize("text", ['{"a":1,"a":1}', "NaN", "[Infinity]", "", "{", "[" * 100_000])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(text)
