"""A row of a file handed in, whatever kind of file it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

NUMBER: Final = "number"
OTHER: Final = "other"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a file: the line on which it begins, from 1, and its cells.

    `untrue` tells the cells that were no text in the file: numbers, which may have lost digits, or other things.
    """

    line: int
    cells: list[str]
    untrue: tuple[tuple[int, str], ...] = ()
