"""Introspection is a setting: where it is off, the schema is told neither when asked for nor by the way."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest
from graphql import ExecutionResult, execute_sync, get_introspection_query

from api.execution import resolving
from api.execution.introspection import KEPT
from tests.client import Client, Serve

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


async def test_nobody_waits_while_the_schema_is_told(open_: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Anybody may ask for it, and it takes graphql-core half a second."""
    asked, others = threading.Event(), threading.Event()

    def slow(*given: Any, **named: Any) -> ExecutionResult:
        asked.set()
        assert others.wait(30), "the other request was answered meanwhile"
        return execute_sync(*given, **named)

    monkeypatch.setattr(resolving, "execute_sync", slow)
    telling = asyncio.create_task(open_.data("{ __schema { mutationType { name } } }"))
    await asyncio.to_thread(asked.wait, 30)
    assert await open_.data("{ viewer { __typename } }") == {"viewer": {"__typename": "Viewer"}}
    others.set()
    assert await telling == {"__schema": {"mutationType": {"name": "Mutation"}}}


async def test_who_asks_the_same_is_told_what_was_worked_out(open_: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    worked_out = []

    def counted(*given: Any, **named: Any) -> ExecutionResult:
        worked_out.append(given)
        return execute_sync(*given, **named)

    monkeypatch.setattr(resolving, "execute_sync", counted)
    same = "query A { a: __schema { queryType { name } } } query B { a: __schema { queryType { kind } } }"
    told = [await open_.post({"query": same, "operationName": name}, {}) for name in "ABAB"]
    assert told[:2] == told[2:]
    assert told[0] != told[1]
    assert len(worked_out) == 2
    for name in ("Subject", "Office", "Subject"):
        found = await open_.data("query ($n: String!) { __type(name: $n) { name } }", {"n": name})
        assert found == {"__type": {"name": name}}


async def test_no_more_answers_are_kept_than_few(open_: Client) -> None:
    for number in range(KEPT + 3):
        await open_.data(f"{{ a{number}: __schema {{ queryType {{ name }} }} }}")
    assert len(open_.service.introspection._kept) == KEPT


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
