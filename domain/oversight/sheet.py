"""Reading a file of rows: its digest, its encoding, how it is divided, and its rows one after another.

UTF-8 (with or without byte order mark) and GB18030, divided by comma, tabulator or semicolon. The file is
read in pieces and never held whole. Refuses what is neither encoding, and what is not written as CSV.
Source: RFC 4180; GB 18030-2022.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import BinaryIO, Final

from domain.errors import DomainError
from domain.oversight.columns import count_known
from domain.rulebook.model import Rulebooks

ENCODINGS: Final = ("utf-8", "gb18030")
DELIMITERS: Final = (",", "\t", ";")
_PIECE: Final = 1 << 20
_LONGEST_HEADER: Final = 1 << 16


class EncodingUnknown(DomainError):
    """The file is neither UTF-8 nor GB18030 text: save it as CSV in UTF-8."""

    code = "FILE_ENCODING_UNKNOWN"
    zh = "文件既不是UTF-8也不是GB18030编码的文本：请另存为UTF-8编码的CSV。"


class NotWrittenAsCsv(DomainError):
    """The file is not written as CSV from the named line on: look for a quotation mark that is not closed."""

    code = "FILE_NOT_CSV"
    zh = "文件自所指行起不符合CSV格式：请检查未闭合的引号。"


class FileEmpty(DomainError):
    """The file holds no row."""

    code = "FILE_EMPTY"
    zh = "文件中没有数据行。"


@dataclass(frozen=True, slots=True)
class Inspected:
    """What a first reading tells of a file: its SHA-256, its encoding, and how many rows stand below the header."""

    digest: str
    encoding: str
    rows: int


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a file: the line on which it begins, from 1, and its cells."""

    line: int
    cells: list[str]


def inspect(books: Rulebooks, file: BinaryIO) -> Inspected:
    """Read a file once: compute its SHA-256, tell its encoding, count its rows.

    Raises: EncodingUnknown; NotWrittenAsCsv.
    """
    digest = hashlib.sha256()
    for piece in _pieces(file):
        digest.update(piece)
    encoding = next((name for name in ENCODINGS if _decodes(file, name)), None)
    if encoding is None:
        raise EncodingUnknown()
    with closing(read_rows(books, file, encoding)) as rows:
        return Inspected(digest.hexdigest(), encoding, max(0, sum(1 for _ in rows) - 1))


def read_rows(books: Rulebooks, file: BinaryIO, encoding: str) -> Generator[Row, None, None]:
    """Yield the rows of a file, its header first; empty lines are passed over. Close it before the file.

    Raises: NotWrittenAsCsv, naming the line.
    """
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        first = text.readline(_LONGEST_HEADER)
        delimiter = max(DELIMITERS, key=lambda sign: count_known(books, _cells(first, sign)))
        text.seek(0)
        yield from _rows(csv.reader(text, delimiter=delimiter, strict=True))
    finally:
        text.detach()


def _rows(reader: Iterator[list[str]]) -> Iterator[Row]:
    line = 0
    while True:
        begins = line + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise NotWrittenAsCsv(line=begins) from None
        line = reader.line_num  # type: ignore[attr-defined]
        if any(cell.strip() for cell in cells):
            yield Row(begins, cells)


def _cells(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(_PIECE):
        yield piece


def _decodes(file: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for piece in _pieces(file):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
