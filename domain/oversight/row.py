"""A row of a file handed in, whatever kind of file it is."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

NUMBER: Final = "number"
OTHER: Final = "other"

MOST_EMPTY: Final = 1 << 21
"""Empty lines in a row. A spreadsheet leaves up to 2**20 of them below its rows; a reader is not kept busy with more."""

_LOOKED_AT: Final = 16
_AT_A_STRETCH: Final = 0.001
_PAUSE: Final = 0.00005
"""Rows, and seconds. Whoever waits for the interpreter gets it after a millisecond of reading, not after five."""

T = TypeVar("T")


@dataclass(slots=True)
class Row:
    """A row of a file: the line on which it begins, from 1, and its cells.

    `untrue` tells the cells that were no text in the file: numbers, which may have lost digits, or other things.
    """

    line: int
    cells: list[str]
    untrue: tuple[tuple[int, str], ...] = ()


def gently(rows: Iterable[T]) -> Iterator[T]:
    """Yield rows, with pauses in which other threads go on: a reader of rows never waits by itself."""
    since = time.monotonic()
    for count, row in enumerate(rows, start=1):
        yield row
        if not count % _LOOKED_AT and time.monotonic() - since > _AT_A_STRETCH:
            time.sleep(_PAUSE)
            since = time.monotonic()
