"""Reading a file of rows: its digest, its encoding, how it is divided, and its rows one after another.

CSV in UTF-8 (with or without byte order mark), GB18030 or UTF-16 behind its mark (Unicode文本 of spreadsheets), divided by
comma, tabulator or semicolon; NDJSON in any of them; XLSX. Text is read in pieces and never held whole. Refuses what is in
no such encoding, and what is not written as CSV or NDJSON.
Source: RFC 4180; GB 18030-2022; RFC 2781.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from typing import IO, Final

from domain.errors import DomainError
from domain.oversight import ndjson, workbook
from domain.oversight.columns import count_known
from domain.oversight.container import MARKS_OF_WIDE, NDJSON, XLSX, form_of, pieces, wide_encoding_of
from domain.oversight.row import MOST_EMPTY, Row, gently
from domain.rulebook.model import Rulebooks

ENCODINGS: Final = ("utf-8", "gb18030")
"""Those that a text may be in without saying so."""

DELIMITERS: Final = (",", "\t", ";")
_MARKS: Final = {"utf-8": b"\xef\xbb\xbf", "gb18030": b"\x84\x31\x95\x33", **MARKS_OF_WIDE}
_COLUMNS_OF_A_HEADER: Final = 5
"""National columns with which another sheet of a workbook is one to hand in, and no notes."""

_LONGEST_HEADER: Final = 1 << 16
_LONGEST_LINE: Final = 1 << 20
"""Units: characters. A row may have several lines; what is longer is not held to be looked at."""


class EncodingUnknown(DomainError):
    """The file is text in none of UTF-8, GB18030, UTF-16 with its mark, see the named line: save it as CSV in UTF-8."""

    code = "FILE_ENCODING_UNKNOWN"
    zh = "文件不是UTF-8、GB18030或带标记的UTF-16编码的文本（见 line 所指行）：请另存为UTF-8编码的CSV。"


class NotWrittenAsCsv(DomainError):
    """The file is not written as CSV from the named line on: a quotation mark is not closed, a cell is far too long, or
    millions of empty lines follow."""

    code = "FILE_NOT_CSV"
    zh = "文件自所指行起不符合CSV格式：请检查未闭合的引号、过长的单元格或者大量空行。"


class FileEmpty(DomainError):
    """The file holds no row."""

    code = "FILE_EMPTY"
    zh = "文件中没有数据行。"


@dataclass(frozen=True, slots=True)
class Inspected:
    """What a first reading tells of a file: what it is, its SHA-256, its encoding, its columns, its number of rows."""

    form: str
    digest: str
    encoding: str
    rows: int
    columns: tuple[str, ...] = ()
    """The keys of all rows, where a file has no header."""


def inspect(books: Rulebooks, file: IO[bytes]) -> Inspected:
    """Read an unpacked file once: tell what it is, compute its SHA-256, tell its encoding, count its rows.

    Raises: EncodingUnknown; NotWrittenAsCsv; NotWrittenAsNdjson; FileDamaged; FileTooLong; WorkbookTooLarge;
        WorkbookOldOrLocked.
    """
    form = form_of(file)
    digest = hashlib.sha256()
    for piece in pieces(file):
        digest.update(piece)
    encoding = "utf-8" if form == XLSX else _encoding_of(file)
    columns: list[str] = []
    if form == NDJSON:
        with _text(file, encoding) as text:
            columns, count = ndjson.columns_of(text)
    else:
        with closing(_below_nothing(books, file, form, encoding)) as rows:
            count = max(0, sum(1 for _ in gently(rows)) - 1)
    return Inspected(form, digest.hexdigest(), encoding, count, tuple(columns))


def read_rows(books: Rulebooks, file: IO[bytes], read: Inspected) -> Generator[Row, None, None]:
    """Yield the rows of an inspected file, its header first; empty lines are passed over. Close it before the file.

    Raises: what `inspect` raises.
    """
    if read.form != NDJSON:
        yield from _below_nothing(books, file, read.form, read.encoding)
        return
    yield Row(0, list(read.columns))
    with _text(file, read.encoding) as text:
        yield from ndjson.rows_of(text, list(read.columns))


def _below_nothing(books: Rulebooks, file: IO[bytes], form: str, encoding: str) -> Generator[Row, None, None]:
    """Yield the rows of a file whose first row is its header."""
    if form == XLSX:
        yield from workbook.rows_of(file, is_header=lambda cells: count_known(books, cells) >= _COLUMNS_OF_A_HEADER)
        return
    with _text(file, encoding) as text:
        begun = islice(iter(lambda: text.readline(_LONGEST_HEADER), ""), MOST_EMPTY)
        first = next((line for line in begun if line.strip()), "")
    delimiter = max(DELIMITERS, key=lambda sign: _division(books, _cells(first, sign)))
    with _text(file, encoding) as text:
        yield from _rows(csv.reader(_lines(text), delimiter=delimiter, strict=True))


@contextmanager
def _text(file: IO[bytes], encoding: str) -> Iterator[io.TextIOWrapper]:
    """Read a file as text, without the byte order mark that may stand before a quotation mark."""
    file.seek(0)
    mark = _MARKS[encoding]
    file.seek(len(mark) if file.read(len(mark)) == mark else 0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        yield text
    finally:
        text.detach()


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    """Yield the lines of a text.

    Raises: csv.Error for one that is too long.
    """
    while line := text.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE:
            raise csv.Error
        yield line


def _rows(reader: Iterator[list[str]]) -> Iterator[Row]:
    line, empty = 0, 0
    while True:
        begins = line + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise NotWrittenAsCsv(line=begins) from None
        line = reader.line_num  # type: ignore[attr-defined]
        if any(map(str.strip, cells)):
            empty = 0
            yield Row(begins, cells)
        elif (empty := empty + 1) > MOST_EMPTY:
            raise NotWrittenAsCsv(line=begins)


def _division(books: Rulebooks, cells: list[str]) -> tuple[int, int]:
    """Tell how well a header is divided: by the national columns in it, and in an item's own sheet by all of them."""
    return count_known(books, cells), len(cells)


def _cells(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])


def _encoding_of(file: IO[bytes]) -> str:
    """Tell the encoding of a text: no text of the others begins with the mark of a wide one.

    Raises: EncodingUnknown, with the line up to which it could be read in one of them.
    """
    wide = wide_encoding_of(file)
    lines = []
    for encoding in (wide,) if wide else ENCODINGS:
        unread = _unread_from(file, encoding)
        if unread is None:
            return encoding
        lines.append(unread)
    raise EncodingUnknown(line=max(lines))


def _unread_from(file: IO[bytes], encoding: str) -> int | None:
    """Give the number of the first line that cannot be read in an encoding; None where all can."""
    decoder, line = codecs.getincrementaldecoder(encoding)(), 1
    try:
        for piece in chain(pieces(file), (b"",)):
            line += decoder.decode(piece, final=not piece).count("\n")
    except UnicodeDecodeError as error:
        return line + error.object[: error.start].decode(encoding).count("\n")
    return None
