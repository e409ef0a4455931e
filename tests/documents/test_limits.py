"""What a document may cost: a fixed amount of work, whatever is written in a few kilobytes.

Work is counted in calls of functions, which no machine's speed changes; time is measured by hand.
"""

from __future__ import annotations

import random
import sys
from typing import Any

import pytest
from graphql import FieldsOnCorrectTypeRule, validate

from api.execution.compiled import Compiled, Plans
from api.planning.document import Document, Documents
from api.planning.document_limits import MAX_CHARACTERS
from api.planning.statement import Statement
from api.schema import schema
from tests.documents import bombs

MOST_CALLS = 150_000
"""About 50 ms of Python; a plain query of ten fields takes 4,000."""

TOO_LARGE, HEAVY = bombs.too_large(), bombs.heavy()


def read(text: str) -> Document:
    return Documents(schema._schema, introspection=True).get(text)


def codes(read_document: Document) -> set[str]:
    return {error["extensions"]["code"] for error in read_document.errors}


def calls_to_read(text: str) -> int:
    documents, count = Documents(schema._schema, introspection=True), 0

    def tally(frame: Any, event: str, argument: Any) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(tally)
    try:
        documents.get(text)
    finally:
        sys.setprofile(None)
    return count


@pytest.fixture
def unvalidated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail a test in which a document is validated as a whole."""

    def only_fragments(of: Any, ast: Any, rules: Any, **how: Any) -> Any:
        assert FieldsOnCorrectTypeRule not in rules, "the whole document was validated"
        return validate(of, ast, rules, **how)

    monkeypatch.setattr("api.planning.document.validate", only_fragments)


@pytest.mark.parametrize("text", TOO_LARGE.values(), ids=TOO_LARGE.keys())
def test_what_is_too_large_is_refused_before_it_is_validated(text: str, unvalidated: None) -> None:
    found = read(text)
    assert codes(found) <= {"DOCUMENT_TOO_LARGE", "GRAPHQL_VALIDATION_FAILED"}
    if "fragment F on Query { __typename }" not in text:
        assert codes(found) == {"DOCUMENT_TOO_LARGE"}
    assert found.operations == ()


@pytest.mark.parametrize("text", [*TOO_LARGE.values(), *HEAVY.values()], ids=[*TOO_LARGE, *HEAVY])
def test_no_document_takes_more_than_a_fixed_amount_of_work(text: str) -> None:
    assert calls_to_read(text) <= MOST_CALLS


def test_no_tangle_of_fragments_takes_more_than_a_fixed_amount_of_work() -> None:
    chance = random.Random(25)
    outcomes = set()
    for _ in range(60):
        text = bombs.random_dag(chance)
        assert calls_to_read(text) <= MOST_CALLS, text
        outcomes |= codes(read(text)) or {"valid"}
    assert outcomes == {"valid", "DOCUMENT_TOO_LARGE", "GRAPHQL_VALIDATION_FAILED"}


@pytest.mark.parametrize("name", ["fields", "fragments", "pairs", "two chains", "aliases"])
def test_what_keeps_within_the_limits_is_taken(name: str) -> None:
    assert read(HEAVY[name]).errors == ()


@pytest.mark.parametrize("name", ["cycle", "cycle through fields", "a long cycle"])
def test_a_cycle_is_named_as_one(name: str) -> None:
    (error, *_) = read(HEAVY[name]).errors
    assert "within itself" in error["message"]
    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


def test_fragments_spread_twice_in_one_place_count_once() -> None:
    chain = " ".join(f"fragment F{i} on Query {{ a{i}: __typename ...F{i + 1} ...F{i + 1} }}" for i in range(25))
    assert read(f"{{ ...F0 }} {chain} fragment F25 on Query {{ __typename }}").errors == ()


def test_errors_are_few_and_short_however_many_there_are() -> None:
    found = read(HEAVY["long unknown names"])
    assert len(found.errors) <= 11
    assert all(len(error["message"]) <= 501 for error in found.errors)


@pytest.mark.parametrize("line_end", ["\n", "\r", "\r\n"])
def test_an_error_names_its_place_whatever_ends_a_line(line_end: str) -> None:
    (error,) = read(f"{{{line_end}  __typename{line_end}{line_end}  nothing }}").errors
    assert error["locations"] == [{"line": 4, "column": 3}]


def test_what_is_kept_is_bounded_in_number_and_in_characters() -> None:
    documents = Documents(schema._schema, introspection=True, size=3, characters=100)
    first = documents.get("{ __typename }")
    assert documents.get("{ __typename }") is first
    for number in range(5):
        documents.get(f"{{ a{number}: __typename }}")
        assert len(documents._kept) <= 3
    documents.get(f"{{ {'a' * 200}: __typename }}")
    assert sum(map(len, documents._kept)) <= 100
    assert documents._held == sum(map(len, documents._kept))
    assert documents.get("{ __typename }") is not first


def test_a_refused_document_keeps_nothing_but_its_errors() -> None:
    found = read("{ nothing { at { all } } }")
    assert (found.operations, found.fragments) == ((), {})
    assert read("x" * (MAX_CHARACTERS + 1)).errors


def test_plans_that_are_kept_are_bounded_in_number_and_in_bytes() -> None:
    def compiled(weight: int) -> Compiled:
        return Compiled(Statement("", ()), (), "", {}, {}, (), weight)

    plans = Plans(size=3, room=100)
    for number in range(5):
        plans.put(number, compiled(10))
    assert list(plans.kept) == [2, 3, 4]
    plans.get(2)
    plans.put(5, compiled(85))
    assert list(plans.kept) == [2, 5]
    plans.put(6, compiled(101))
    assert (list(plans.kept), plans.held) == ([], 0)
