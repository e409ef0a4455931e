"""Reading XLSX: the first sheet of a workbook, row by row.

A number in a spreadsheet is a floating-point number: an identity number kept as one has lost its last digits,
so cells that are numbers are told apart, and refused wherever a code or a text belongs. A workbook cannot be
read in pieces, so what is too large to be held is refused.
Source: ISO/IEC 29500-1 18.3.1.4; GB 11643.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Generator, Iterator
from datetime import date, datetime
from os import SEEK_CUR
from typing import IO, Any, Final

from python_calamine import CalamineError, load_workbook

from domain.errors import DomainError
from domain.oversight.container import FileDamaged
from domain.oversight.row import NUMBER, OTHER, Row

_MOST_UNPACKED: Final = 96 << 20
_MOST_COLUMNS: Final = 500
_PIECE: Final = 1 << 20
_LENGTHS_AT: Final = 26
"""Where the header of a part tells how long its name and its extra field are (APPNOTE 4.3.7)."""


class WorkbookTooLarge(DomainError):
    """The workbook is too large to be read at once: hand the rows in as CSV."""

    code = "WORKBOOK_TOO_LARGE"
    zh = "工作簿过大：请另存为CSV后提交。"


def rows_of(file: IO[bytes]) -> Generator[Row, None, None]:
    """Yield the rows of the first sheet.

    Raises: FileDamaged; WorkbookTooLarge.
    """
    _require_small(file)
    file.seek(0)
    try:
        sheet = load_workbook(file).get_sheet_by_index(0)
        start = sheet.start
    except (CalamineError, OSError, ValueError, IndexError):
        raise FileDamaged from None
    if start is None or sheet.width > _MOST_COLUMNS:
        return
    for line, cells in enumerate(sheet.iter_rows(), start=1):
        if any(cell != "" for cell in cells):
            read = [_read(cell) for cell in cells]
            untrue = tuple((place, kind) for place, (_, kind) in enumerate(read) if kind)
            yield Row(line, [text for text, _ in read], untrue)


def _require_small(file: IO[bytes]) -> None:
    """Refuse what unpacks to more than can be held: the sizes that a workbook declares may be lies.

    Raises: FileDamaged; WorkbookTooLarge.
    """
    size = 0
    try:
        with zipfile.ZipFile(file) as parts:
            for part in parts.infolist():
                for piece in _pieces(file, part):
                    size += piece
                    if size > _MOST_UNPACKED:
                        raise WorkbookTooLarge(most=_MOST_UNPACKED)
    except (zipfile.BadZipFile, NotImplementedError, zlib.error, struct.error, OSError, ValueError, EOFError):
        raise FileDamaged from None


def _pieces(file: IO[bytes], part: zipfile.ZipInfo) -> Iterator[int]:
    """Unpack a part without keeping it; yield how many bytes come of it."""
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise FileDamaged
    file.seek(part.header_offset + _LENGTHS_AT)
    of_name, of_extra = struct.unpack("<HH", file.read(4))
    file.seek(of_name + of_extra, SEEK_CUR)
    if part.compress_type == zipfile.ZIP_STORED:
        yield part.compress_size
        return
    packed, left = zlib.decompressobj(-zlib.MAX_WBITS), part.compress_size
    while left > 0 and (read := file.read(min(left, _PIECE))):
        left -= len(read)
        while read:
            yield len(packed.decompress(read, _PIECE))
            read = packed.unconsumed_tail


def _read(cell: Any) -> tuple[str, str | None]:
    """Give a cell as text, and what it was if no text."""
    if isinstance(cell, str):
        return cell, None
    if isinstance(cell, bool):
        return str(cell), OTHER
    if isinstance(cell, int | float):
        return (str(int(cell)) if float(cell).is_integer() else repr(cell)), NUMBER
    if isinstance(cell, datetime):
        cell = cell.date()
    return (cell.isoformat(), None) if isinstance(cell, date) else (str(cell), OTHER)
