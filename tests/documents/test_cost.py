"""Pages within pages: refused by the rows they can hold together, before any is read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.client import Client, Serve

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def client(serve: Serve, installed_url: str) -> AsyncIterator[Client]:
    async with serve(installed_url) as made:
        yield made


FEW = [
    "{ subjects(first: 100) { nodes { creditRecords(first: 100) { nodes { id } } } } }",
    "{ subjects(last: 100) { edges { node { creditRecords(last: 100) { edges { node { id } } } } } } }",
    '{ subject(code: "91350200M000100Y43") { creditRecords(first: 100) { nodes { subject { creditRecords(first: 100) { totalCount } } } } } }',
]
MANY = [
    "{ subjects(first: 100) { nodes { creditRecords(first: 100) { nodes { listed(first: 2) { nodes { id } } } } } } }",
    "{ subjects(first: 100) { edges { node { creditRecords(first: 100) { edges { node { listed(last: 2) { totalCount pageInfo { endCursor } } } } } } } } }",
    "{ subjects(first: 100) { nodes { creditRecords(first: 100) { nodes { subject { creditRecords(first: 3) { nodes { id } } } } } } } }",
    "{ a: subjects(first: 100) { nodes { creditRecords(first: 100) { nodes { id } } } }"
    "  b: subjects(first: 100) { nodes { creditRecords(first: 100) { nodes { id } } } } }",
    '{ subject(code: "91350200M000100Y43") { creditRecords(first: 100) { nodes { subject { creditRecords(first: 100)'
    " { nodes { subject { listEntries(first: 2) { totalCount nodes { id } } } } } } } } } }",
]


@pytest.mark.parametrize("query", FEW)
async def test_pages_that_hold_few_rows_together_are_read(client: Client, query: str) -> None:
    assert await client.codes(query) == []


@pytest.mark.parametrize("query", MANY)
async def test_pages_that_can_hold_too_many_rows_are_refused_unread(
    client: Client, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fetch(*arguments: Any) -> None:
        raise AssertionError("it was read")

    monkeypatch.setattr("api.execution.service.Service.fetch", fetch)
    assert await client.codes(query) == ["TOO_MANY_ROWS"]


async def test_a_number_of_all_rows_counts_as_a_thousand_of_them(client: Client) -> None:
    """Counting reads all that is counted: thirty counts are no thirty rows."""
    counted = [f"c{number}: subjects(first: 1) {{ totalCount }}" for number in range(30)]
    assert await client.codes("{ " + " ".join(counted) + " }") == ["TOO_MANY_ROWS"]
    assert await client.codes("{ " + " ".join(counted[:10]) + " }") == []


async def test_sizes_of_variables_count_as_they_are_sent(client: Client) -> None:
    query = "query($a: Int!, $b: Int!) { subjects(first: $a) { nodes { creditRecords(first: $b) { nodes { listed(first: 10) { totalCount nodes { id } } } } } } }"
    assert await client.codes(query, {"a": 100, "b": 100}) == ["TOO_MANY_ROWS"]
    assert await client.codes(query, {"a": 10, "b": 10}) == []


async def test_every_root_that_is_refused_says_so_and_the_others_are_answered(client: Client) -> None:
    query = (
        "{ " + " ".join(f'a{i}: node(id: "Subject:{i}") {{ id }}' for i in range(20)) + " good: viewer { anonymous } }"
    )
    answer = await client.send(query)
    assert [error["path"] for error in answer["errors"]] == [[f"a{i}"] for i in range(20)]
    assert answer["data"]["good"] == {"anonymous": True}
