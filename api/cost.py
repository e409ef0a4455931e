"""What an answer may cost: the rows that its pages can hold together, counted before any is read.

A page within a page multiplies; a statement that would run into the time limit with every session of the
pool is refused here, and costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import prod
from typing import Any

from api.plan import Connection, EdgeNode, Items, Joined, Part, PlannedRoot, Row, Single, Source
from domain.errors import InvalidInput

MAX_ROWS = 20_000


class TooManyRows(InvalidInput):
    """The pages asked for can hold more than 20,000 rows together: ask for smaller pages, or fewer in one request."""

    code = "TOO_MANY_ROWS"
    zh = "所请求的各页合计可能超过 20000 行：请减小每页条数，或拆分为多次请求。"


def pages_of(roots: Iterable[PlannedRoot]) -> Iterator[tuple[Source, ...]]:
    """Give for each connection of a plan where its page size comes from, after those of the pages around it."""
    for root in roots:
        if isinstance(root, Connection):
            yield from _of_connection(root, ())
        elif isinstance(root, Single):
            yield from _of_row(root.row, ())


def require_few_rows(pages: Iterable[tuple[Source, ...]], request: Any) -> None:
    """Refuse a request whose pages can hold too many rows; their sizes must have been checked.

    Raises: TooManyRows.
    """
    rows = 0
    for sizes in pages:
        rows += prod(size(request) for size in sizes)
        if rows > MAX_ROWS:
            raise TooManyRows


def _of_connection(connection: Connection, around: tuple[Source, ...]) -> Iterator[tuple[Source, ...]]:
    here = around if connection.page is None else (*around, connection.page.size)
    yield here
    for part in connection.parts:
        if isinstance(part, Items):
            if part.row is not None:
                yield from _of_row(part.row, here)
            yield from _of_parts(part.edge or (), here)


def _of_row(row: Row, around: tuple[Source, ...]) -> Iterator[tuple[Source, ...]]:
    return _of_parts(row.parts, around)


def _of_parts(parts: Iterable[Part], around: tuple[Source, ...]) -> Iterator[tuple[Source, ...]]:
    for part in parts:
        if isinstance(part, Connection):
            yield from _of_connection(part, around)
        elif isinstance(part, Joined | EdgeNode):
            yield from _of_row(part.row, around)
