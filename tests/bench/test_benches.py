"""A bench runs from end to end on a few rows; what it finds at size is told, never asserted."""

from __future__ import annotations

import pytest
from graphql import FieldNode, OperationDefinitionNode, SelectionSetNode, parse

from tests.bench import grades, peer
from tests.bench.cases import QUERIES, Query

pytestmark = pytest.mark.anyio


async def test_the_bench_of_grades_grades(database_url: str) -> None:
    assert await grades.measure(database_url, 20_000, 1) > 0


def _names(selections: SelectionSetNode | None) -> dict[str, object]:
    """Give the names of an answer, as deep as they go."""
    fields = [one for one in (selections.selections if selections else ()) if isinstance(one, FieldNode)]
    return {(field.alias or field.name).value: _names(field.selection_set) for field in fields}


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
@pytest.mark.parametrize("name", sorted(path.stem for path in peer.PEERS.glob("*.toml")))
def test_a_peer_is_asked_for_the_same_names_as_the_service(name: str, query: Query) -> None:
    [ours], [theirs] = (parse(text).definitions for text in (query.text, peer.Peer.named(name).queries[query.name]))
    assert isinstance(ours, OperationDefinitionNode)
    assert isinstance(theirs, OperationDefinitionNode)
    assert _names(ours.selection_set) == _names(theirs.selection_set)


def test_answers_are_the_same_but_for_forms_of_ids_cursors_and_instants() -> None:
    ours = {"nodes": [{"id": "Office:7", "at": None, "publishedAt": "2026-01-01T00:00:00+00:00"}], "endCursor": "x"}
    theirs = {"nodes": [{"id": "7", "at": None, "publishedAt": "2026-01-01T08:00:00.000000+08:00"}], "endCursor": "y"}
    assert peer.plain(ours) == peer.plain(theirs)
    theirs["nodes"][0]["id"] = "8"  # type: ignore[index]
    assert peer.plain(ours) != peer.plain(theirs)
