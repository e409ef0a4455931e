"""An error about a place in the document tells the place: line and column, of whatever kind the value is.

Source: GraphQL specification, section 7.1.2 (errors).
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator

import pytest
from graphql import parse, validate

from api.planning.document import MAX_ERRORS, Documents
from api.schema import schema

SCHEMA = schema._schema
WRONG = ("[]", "{}", '[["x"]]', "{ nothing: 1 }", "[{ nothing: [1] }]", '"x"', "null", "1.5", "NOTHING", "true")
"""Literals of every kind; each argument refuses some of them."""


def calls() -> Iterator[str]:
    """Give a document for each argument of a root field and each literal."""
    for operation, kind in (("query", SCHEMA.query_type), ("mutation", SCHEMA.mutation_type)):
        assert kind is not None
        for name, field in kind.fields.items():
            for argument, value in itertools.product(field.args, WRONG):
                yield f"{operation} {{\n  {name}({argument}: {value}) {{ __typename }}\n}}"


def locations(text: str) -> list[list[dict[str, int]] | None]:
    return [error.get("locations") for error in Documents(SCHEMA, introspection=True).get(text).errors]


def test_every_error_says_where_and_where_graphql_core_does_it_says_the_same() -> None:
    compared, added = 0, 0
    for text in random.Random(7).sample([*calls()], 800):
        theirs = validate(SCHEMA, parse(text), max_errors=MAX_ERRORS)
        for error, ours in zip(theirs, locations(text), strict=True):
            if error.locations:
                assert ours == [one.formatted for one in error.locations], text
                compared += 1
            elif not error.message.startswith("Too many validation errors"):
                assert ours, text
                added += 1
    assert compared > 500
    assert added > 20


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ('{ subjects(search: ["a"], first: 1) { totalCount } }', 20),
        ("{ subjects(search: [], first: 1) { totalCount } }", 20),
        ("{ subjects(first: { a: 1 }) { totalCount } }", 19),
        ('{ accessLog(first: 1, filter: { verb: ["read", ["a"]] }) { totalCount } }', 48),
        ('{ accessLog(first: 1, filter: { verb: { a: "b" } }) { totalCount } }', 39),
        ("query($n: Int = [1]) { subjects(first: $n) { totalCount } }", 17),
    ],
)
def test_a_list_or_an_object_in_the_wrong_place_is_located(text: str, column: int) -> None:
    assert locations(text) == [[{"line": 1, "column": column}]]
