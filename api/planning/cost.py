"""What an answer may cost: the rows that its pages can hold together, counted before any is read.

A page within a page multiplies; a statement that would run into the time limit with every session of the
pool is refused here, and costs nothing. A number of all rows (`totalCount` where a query starts) reads as many
as there are and counts as a thousand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import prod
from typing import Any

from api.planning.bind import Source
from api.planning.plan import Connection, Count, PlannedRoot
from api.planning.walk import Sizes, within
from domain.errors import InvalidInput

MAX_ROWS = 20_000
COUNT_ROWS = 1_000


class TooManyRows(InvalidInput):
    """The pages asked for can hold more than 20,000 rows together: ask for smaller pages, or fewer in one request."""

    code = "TOO_MANY_ROWS"
    zh = "所请求的各页合计可能超过 20000 行：请减小每页条数，或拆分为多次请求。"


def pages_of(roots: Iterable[PlannedRoot]) -> Iterator[Sizes]:
    """Give for each connection of a plan where its page size comes from, after those of the pages around it."""
    for shown, sizes in within(roots):
        if not isinstance(shown, Connection):
            continue
        yield sizes
        if shown.via is None and any(isinstance(part, Count) for part in shown.parts):
            yield (*sizes[1:], _count)


def named_of(roots: Iterable[PlannedRoot]) -> Iterator[Source]:
    """Give where the values come from by which the filters of a plan name subjects."""
    for shown, _ in within(roots):
        if isinstance(shown, Connection):
            yield from shown.named


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
