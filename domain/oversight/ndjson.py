"""Reading NDJSON: one JSON object a line, whose keys are the columns.

Numbers are taken as they are written, and told apart: one with a point or an exponent may have lost digits
before it came here; so is a text with half a character, which nothing can hold. Refuses what is no object, an object
that names a key twice, and more columns than a sheet could have.
Source: RFC 8259 sections 4, 8.2.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Generator, Iterator
from typing import Any, Final

from domain.errors import DomainError
from domain.oversight.row import MOST_EMPTY, NUMBER, OTHER, Row
from domain.strict_json import members

_LONGEST_LINE: Final = 1 << 20
_MOST_COLUMNS: Final = 200
_HALF: Final = re.compile(r"\\u[dD][89a-fA-F]")
"""How half of a character is written, alone or with the other half; text that was decoded holds none."""


class NotWrittenAsNdjson(DomainError):
    """The named line is not one JSON object: write one row a line, with the columns as keys, each once."""

    code = "FILE_NOT_NDJSON"
    zh = "所指行不是一个JSON对象：请每行写一条数据，以数据项代码为键，每键一次。"


class _Fraction(str):
    """A number with a point or an exponent, as it was written."""

    __slots__ = ()


class _Broken(str):
    """A text with half a character, which stands as a question mark in it."""

    __slots__ = ()


def columns_of(text: io.TextIOWrapper) -> tuple[list[str], int]:
    """Read a file once: give every key in the order of its first appearance, and the number of rows.

    Raises: NotWrittenAsNdjson.
    """
    found: dict[str, None] = {}
    count = 0
    for line, read in _objects(text):
        count += 1
        found.update(dict.fromkeys(read))
        if len(found) > _MOST_COLUMNS:
            raise NotWrittenAsNdjson(line=line)
    return list(found), count


def rows_of(text: io.TextIOWrapper, columns: list[str]) -> Generator[Row, None, None]:
    """Yield the rows of a file, its cells in the order of the columns.

    Raises: NotWrittenAsNdjson.
    """
    for line, read in _objects(text):
        untrue = tuple((place, kind) for place, code in enumerate(columns) if (kind := _kind(read.get(code))))
        cells = ["" if value is None else str(value) for value in map(read.get, columns)]
        yield Row(line, cells, untrue)


def _objects(text: io.TextIOWrapper) -> Iterator[tuple[int, dict[str, Any]]]:
    line = empty = 0
    while written := text.readline(_LONGEST_LINE):
        line += 1
        if not written.strip("\ufeff \t\r\n"):
            if (empty := empty + 1) > MOST_EMPTY:
                raise NotWrittenAsNdjson(line=line)
            continue
        empty = 0
        try:
            read = _DECODER.decode(written.strip("\ufeff \t\r\n"))
        except (ValueError, RecursionError):
            raise NotWrittenAsNdjson(line=line) from None
        if not isinstance(read, dict) or (len(written) == _LONGEST_LINE and not written.endswith("\n")):
            raise NotWrittenAsNdjson(line=line)
        yield line, {key: _whole(value) for key, value in read.items()} if _HALF.search(written) else read


def _whole(value: object) -> object:
    """Give a value that can be stored: of a text with half a character, what is left of it."""
    if not isinstance(value, str):
        return value
    left = value.encode(errors="replace").decode()
    return value if left == value else _Broken(left)


def _kind(value: object) -> str | None:
    if isinstance(value, _Fraction):
        return NUMBER
    if isinstance(value, _Broken):
        return OTHER
    return None if value is None or isinstance(value, str) else OTHER


_DECODER: Final = json.JSONDecoder(parse_float=_Fraction, parse_int=str, object_pairs_hook=members)
