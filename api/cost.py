"""What an answer may cost: the rows that its pages can hold together, counted before any is read.

A page within a page multiplies; a statement that would run into the time limit with every session of the
pool is refused here, and costs nothing. A number of all rows (`totalCount` where a query starts) reads as many
as there are and counts as a thousand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from math import prod
from typing import Any

from api.plan import Connection, Count, EdgeNode, Items, Joined, Part, PlannedRoot, Row, Single, Source
from domain.errors import InvalidInput

MAX_ROWS = 20_000
COUNT_ROWS = 1_000

Sizes = tuple[Source, ...]


class TooManyRows(InvalidInput):
    """The pages asked for can hold more than 20,000 rows together: ask for smaller pages, or fewer in one request."""

    code = "TOO_MANY_ROWS"
    zh = "所请求的各页合计可能超过 20000 行：请减小每页条数，或拆分为多次请求。"


def pages_of(roots: Iterable[PlannedRoot]) -> Iterator[Sizes]:
    """Give for each connection of a plan where its page size comes from, after those of the pages around it."""
    for connection, sizes in _connections(roots):
        yield sizes
        if connection.via is None and any(isinstance(part, Count) for part in connection.parts):
            yield (*sizes[1:], _count)


def named_of(roots: Iterable[PlannedRoot]) -> Iterator[Source]:
    """Give where the values come from by which the filters of a plan name subjects."""
    return chain.from_iterable(connection.named for connection, _ in _connections(roots))


def rows_of(pages: Iterable[Sizes], request: Any) -> int:
    """Count the rows that the pages of a request can hold; their sizes must have been checked.

    Raises: TooManyRows.
    """
    rows: int = sum(prod(size(request) for size in sizes) for sizes in pages)
    if rows > MAX_ROWS:
        raise TooManyRows(rows=rows, most=MAX_ROWS)
    return rows


def _count(request: Any) -> int:
    return COUNT_ROWS


def _connections(roots: Iterable[PlannedRoot]) -> Iterator[tuple[Connection, Sizes]]:
    for root in roots:
        if isinstance(root, Connection):
            yield from _of_connection(root, ())
        elif isinstance(root, Single):
            yield from _of_row(root.row, ())


def _of_connection(connection: Connection, around: Sizes) -> Iterator[tuple[Connection, Sizes]]:
    here = around if connection.page is None else (*around, connection.page.size)
    yield connection, here
    for part in connection.parts:
        if isinstance(part, Items):
            if part.row is not None:
                yield from _of_row(part.row, here)
            yield from _of_parts(part.edge or (), here)


def _of_row(row: Row, around: Sizes) -> Iterator[tuple[Connection, Sizes]]:
    return _of_parts(row.parts, around)


def _of_parts(parts: Iterable[Part], around: Sizes) -> Iterator[tuple[Connection, Sizes]]:
    for part in parts:
        if isinstance(part, Connection):
            yield from _of_connection(part, around)
        elif isinstance(part, Joined | EdgeNode):
            yield from _of_row(part.row, around)
