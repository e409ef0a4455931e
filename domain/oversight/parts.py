"""The parts of a file: its rows divided by their party, so that two sessions take them in side by side.

All rows of a party are in one part and keep their order there, whoever carries the import on: which part a row is in is
told by its cells alone. Each part remembers the line up to which it was read. Refuses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Final, Protocol
from zlib import crc32

from domain.identifiers import normalise_code
from domain.oversight.columns import Header
from domain.oversight.row import Row, gently
from domain.oversight.staging import Block

PARTS: Final = 2
FEWEST_ROWS: Final = 20_000
"""A file of fewer rows is one part."""


class Stager(Protocol):
    """Whatever reads a row and puts it into a block."""

    def stage(self, row: Row, block: Block) -> None:
        """Put a row into a block; one with faults carries these and its line, and no value."""
        ...


def part_of(places: Iterable[int], cells: Sequence[str], parts: int) -> int:
    """Tell in which part a row is, by the first of some cells that is filled in; 0 where none is."""
    for place in places:
        known_by = normalise_code(cells[place]) if place < len(cells) else ""
        if known_by:
            return crc32(known_by.encode("utf-8", "surrogatepass")) % parts
    return 0


def read_parts(
    header: Header, reader: Stager, rows: Iterator[Row], *, behind: Sequence[int], size: int
) -> Iterator[list[Block]]:
    """Yield a block of each part, of some `size` rows, again and again; each part goes on behind its line.

    A party is known by its code, and a person by the number.
    """
    columns = [f"{header.prefix}_XDR_SHXYM", f"{header.prefix}_XDR_ZJHM"]
    places = [header.codes.index(column) for column in columns if column in header.codes]
    waiting = (row for row in gently(rows) if row.line > min(behind))
    while (first := next(waiting, None)) is not None:
        blocks = [Block() for _ in behind]
        for row in chain((first,), islice(waiting, size * len(behind) - 1)):
            part = part_of(places, row.cells, len(behind)) if len(behind) > 1 else 0
            if row.line > behind[part]:
                reader.stage(row, blocks[part])
        for block in blocks:
            block.last_line = row.line
        yield blocks
