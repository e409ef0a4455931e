"""Introspection is a setting: where it is off, the schema is told neither when asked for nor by the way."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from graphql import get_introspection_query

from tests.conftest import Client, Serve

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def silent(serve: Serve, installed_url: str) -> AsyncIterator[Client]:
    """Serve with introspection off."""
    async with serve(installed_url, introspection=False) as made:
        yield made


@pytest.fixture(scope="module")
async def open_(serve: Serve, installed_url: str) -> AsyncIterator[Client]:
    async with serve(installed_url) as made:
        yield made


async def test_the_usual_query_of_tools_is_answered(open_: Client) -> None:
    query = get_introspection_query(
        specified_by_url=True, directive_is_repeatable=True, schema_description=True, input_value_deprecation=True
    )
    data = await open_.data(query)
    assert data["__schema"]["queryType"] == {"name": "Query", "kind": "OBJECT"}


@pytest.mark.parametrize(
    "query",
    [
        "{ __schema { types { name } } }",
        '{ __type(name: "Subject") { name } }',
        '{ a: __type(name: "Subject") { name } viewer { roles } }',
        "{ ...F } fragment F on Query { ... { __schema { types { name } } } }",
        "{ viewer { roles } } fragment F on Query { __schema { types { name } } }",
        "query A { viewer { roles } } query B { __schema { types { name } } }",
        "query($x: Boolean!) { __schema @include(if: $x) { types { name } } }",
    ],
)
async def test_where_introspection_is_off_it_is_refused_with_a_code(silent: Client, query: str) -> None:
    assert await silent.codes(query) == ["INTROSPECTION_OFF"]


async def test_the_name_of_a_type_in_an_answer_is_no_introspection(silent: Client) -> None:
    assert await silent.data("{ __typename viewer { __typename } }") == {
        "__typename": "Query",
        "viewer": {"__typename": "Viewer"},
    }


GUESSES = [
    "{ subjcts(first: 1) { totalCount } }",
    "{ subjects(fist: 1) { totalCount } }",
    "{ subjects(first: 1) { totalCont } }",
    "{ subjects(first: 1, filter: {kin: []}) { totalCount } }",
    "{ subjects(first: 1, orderBy: ID_AC) { totalCount } }",
    "{ viewer { ... on Viewr { roles } } }",
    "query($v: SubjectFiltr) { __typename @include(if: $v) }",
    "{ viewer @incude(if: true) { roles } }",
    "{ subjects(first: 1) }",
]


@pytest.mark.parametrize("query", GUESSES)
async def test_where_introspection_is_off_no_error_suggests_a_name(silent: Client, open_: Client, query: str) -> None:
    answer = await silent.send(query)
    assert answer["errors"]
    assert "Did you mean" not in str(answer)
    assert "errors" in await open_.send(query)


async def test_where_it_is_on_errors_help(open_: Client) -> None:
    assert "Did you mean 'subjects'" in str(await open_.send(GUESSES[0]))


@pytest.mark.parametrize("wrong", [{"orderBy": "ID_AC"}, {"filter": {"kin": ["ENTERPRISE"]}}])
async def test_no_error_of_a_variable_suggests_a_name(silent: Client, open_: Client, wrong: dict[str, object]) -> None:
    query = "query($orderBy: SubjectOrder, $filter: SubjectFilter) { subjects(first: 1, orderBy: $orderBy, filter: $filter) { totalCount } }"
    for client in (silent, open_):
        answer = await client.send(query, wrong)
        assert answer["errors"][0]["extensions"]["code"] == "VARIABLES_INVALID"
        assert "Did you mean" not in str(answer)
