"""Walking over a plan: every row and every connection it can show, with the sizes of the pages around each.

In charge of the one way through a plan that what is counted (`api.planning.cost`) and what is noted
(`api.planning.nouns`) share.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from api.planning.bind import Source
from api.planning.plan import Connection, EdgeNode, Items, Joined, Part, PlannedRoot, Row, Single

Sizes = tuple[Source, ...]
Shown = tuple[Row | Connection, Sizes]


def within(roots: Iterable[PlannedRoot]) -> Iterator[Shown]:
    """Give the rows and connections of a plan, outer ones first; a connection's own page is among its sizes."""
    for root in roots:
        if isinstance(root, Connection):
            yield from _of_connection(root, ())
        elif isinstance(root, Single):
            yield from _of_row(root.row, ())


def _of_connection(connection: Connection, around: Sizes) -> Iterator[Shown]:
    here = around if connection.page is None else (*around, connection.page.size)
    yield connection, here
    for part in connection.parts:
        if isinstance(part, Items):
            if part.row is not None:
                yield from _of_row(part.row, here)
            yield from _of_parts(part.edge or (), here)


def _of_row(row: Row, around: Sizes) -> Iterator[Shown]:
    yield row, around
    yield from _of_parts(row.parts, around)


def _of_parts(parts: Iterable[Part], around: Sizes) -> Iterator[Shown]:
    for part in parts:
        if isinstance(part, Connection):
            yield from _of_connection(part, around)
        elif isinstance(part, Joined | EdgeNode):
            yield from _of_row(part.row, around)
