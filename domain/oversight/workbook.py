"""Reading XLSX: the first sheet of a workbook that is shown and holds anything, row by row.

A number in a spreadsheet is a floating-point number: an identity number kept as one has lost its last digits,
so cells that are numbers are told apart, and refused wherever a code or a text belongs. A workbook cannot be
read in pieces, so what is too large to be held is refused: too many bytes, or cells too far from the first, for
every cell between them is held. So is a workbook that has rows to hand in on another sheet that is shown, too: they
would be left out and nobody would be told.
Source: ISO/IEC 29500-1 18.3.1.4, 18.2.19 (hidden sheets); GB 11643.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator
from datetime import date, datetime
from os import SEEK_CUR
from typing import IO, Any, Final

from python_calamine import CalamineError, CalamineSheet, SheetTypeEnum, SheetVisibleEnum, load_workbook

from domain.errors import DomainError
from domain.oversight.container import FileDamaged
from domain.oversight.row import NUMBER, OTHER, Row

_MOST_UNPACKED: Final = 96 << 20
_MOST_REACHED: Final = 4_000_000
"""Units: cells between the first and the last, filled in or not."""

_PIECE: Final = 1 << 20
_REFERENCE: Final = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,3})([0-9]{1,7})["']""")
_LONGEST_CELL: Final = 512
"""Units: bytes of the tag that begins a cell; what is at the end of a piece may go on in the next."""

_FAULTY: Final = re.compile(rb"""<(?:\w+:)?c\b[^>]*\bt\s*=\s*["']e["'][^>]*>""")
_TAG: Final = re.compile(rb"""<(?:\w+:)?(row|c)\b([^>]*)>""")
_IS_FAULTY: Final = re.compile(rb"""\bt\s*=\s*["']e["']""")
_FAULTY_SHOWN: Final = "#ERROR!"
"""A cell whose formula could not be worked out, #DIV/0! for one: the reader of workbooks makes nothing of it."""

_SHEET: Final = re.compile(rb"""<(?:\w+:)?sheet\b[^>]*?\b\w+:id\s*=\s*["']([^"']+)["']""")
_PART: Final = re.compile(rb"""<(?:\w+:)?Relationship\b[^>]*>""")
_NAMED: Final = re.compile(rb"""\b(Id|Target)\s*=\s*["']([^"']+)["']""")
_PARTS: Final = "xl/_rels/workbook.xml.rels"
_BOOK: Final = "xl/workbook.xml"
_OF_OTHER_FORMS: Final = frozenset({"content.xml", "xl/workbook.bin"})
"""What the reader would take for a workbook of another kind (ODS, XLSB), whose size is told otherwise."""

_LENGTHS_AT: Final = 26
"""Where the header of a part tells how long its name and its extra field are (APPNOTE 4.3.7)."""


class WorkbookTooLarge(DomainError):
    """The workbook is too large to be read at once: hand the rows in as CSV."""

    code = "WORKBOOK_TOO_LARGE"
    zh = "工作簿过大：请另存为CSV后提交。"


class CellTooFar(WorkbookTooLarge):
    """A cell stands far away from the rows: delete what is below and beside them, or hand the rows in as CSV."""

    code = "WORKBOOK_CELL_TOO_FAR"
    zh = "工作表中有远离数据行的单元格：请删除数据下方、右侧的内容，或者另存为CSV后提交。"


class RowsOnSeveralSheets(DomainError):
    """The workbook has rows on several sheets: hand each of them in as a file of its own."""

    code = "WORKBOOK_SEVERAL_SHEETS"
    zh = "工作簿有多张工作表含有数据行：请将各表分别另存后提交。"


def rows_of(file: IO[bytes], *, is_header: Callable[[list[str]], bool] | None = None) -> Generator[Row, None, None]:
    """Yield the rows of the first sheet that is shown and not empty: charts and hidden sheets hold no rows to hand in.

    `is_header` tells whether a row is a header, so that no other sheet begins with one, nor with that of the first.
    Raises: FileDamaged; WorkbookTooLarge; CellTooFar; RowsOnSeveralSheets.
    """
    faulty = _require_small(file)
    file.seek(0)
    try:
        number, sheet = _only_filled(file, is_header or (lambda _: False))
        start = sheet.start if sheet else None
        places = faulty.get(_part_of(file, number), {}) if faulty else {}
    except (CalamineError, zipfile.BadZipFile, KeyError, OSError, ValueError, IndexError):
        raise FileDamaged from None
    if sheet is None or start is None:
        return
    for line, cells in enumerate(sheet.iter_rows(), start=1):
        amiss = places.get(line, ())
        if amiss or any(map(_is_filled, cells)):
            read = [_read(cell) for cell in cells]
            read += [("", None)] * (max(amiss, default=0) - len(read))
            for place in amiss:
                read[place - 1] = (_FAULTY_SHOWN, OTHER)
            untrue = tuple((place, kind) for place, (_, kind) in enumerate(read) if kind)
            yield Row(line, [text for text, _ in read], untrue)


def _only_filled(file: IO[bytes], is_header: Callable[[list[str]], bool]) -> tuple[int, CalamineSheet | None]:
    """Give the first sheet with rows.

    Raises: RowsOnSeveralSheets.
    """
    book = load_workbook(file)
    found: tuple[int, CalamineSheet | None] = (0, None)
    header: list[str] = []
    for number, told in enumerate(book.sheets_metadata):
        if told.typ != SheetTypeEnum.WorkSheet or told.visible != SheetVisibleEnum.Visible:
            continue
        sheet = book.get_sheet_by_index(number)
        first = _first_filled(sheet) if sheet.start else []
        if not first:
            continue
        if found[1] is None:
            found, header = (number, sheet), first
        elif first == header or is_header(first):
            raise RowsOnSeveralSheets
    return found


def _first_filled(sheet: CalamineSheet) -> list[str]:
    rows = ([_read(cell)[0] for cell in cells] for cells in sheet.iter_rows())
    return next((cells for cells in rows if any(map(str.strip, cells))), [])


def _part_of(file: IO[bytes], number: int) -> str:
    """Name the part of a workbook that holds a sheet.

    Raises: FileDamaged where the workbook does not say.
    """
    with zipfile.ZipFile(file) as parts:
        named = [dict(_NAMED.findall(tag)) for tag in _PART.findall(parts.read(_PARTS))]
        targets = {one.get(b"Id"): one.get(b"Target", b"").decode() for one in named}
        sheets = _SHEET.findall(parts.read(_BOOK))
    target = targets.get(sheets[number]) if number < len(sheets) else None
    if target is None:
        raise FileDamaged
    return target[1:] if target.startswith("/") else f"xl/{target}"


def _require_small(file: IO[bytes]) -> dict[str, dict[int, list[int]]]:
    """Refuse what unpacks to more than can be held: the sizes that a workbook declares may be lies.

    Gives the faulty cells of each part by row, from 1.

    Raises: FileDamaged; WorkbookTooLarge; CellTooFar.
    """
    size = 0
    faulty: dict[str, dict[int, list[int]]] = {}
    try:
        with zipfile.ZipFile(file) as parts:
            names = {part.filename for part in parts.infolist()}
            if _BOOK not in names or names & _OF_OTHER_FORMS:
                raise FileDamaged
            for part in parts.infolist():
                reached = _Reached()
                for piece in _pieces(file, part):
                    size += len(piece)
                    if size > _MOST_UNPACKED:
                        raise WorkbookTooLarge(most=_MOST_UNPACKED)
                    reached.read(piece)
                if reached.has_unplaced:
                    faulty[part.filename] = _counted(_pieces(file, part))
                elif reached.faulty:
                    faulty[part.filename] = reached.faulty
    except (zipfile.BadZipFile, NotImplementedError, zlib.error, struct.error, OSError, ValueError, EOFError):
        raise FileDamaged from None
    return faulty


class _Reached:
    """How far the cells of a sheet reach and which are faulty, found as its text passes by."""

    def __init__(self) -> None:
        self._row = 1
        self._column = 1
        self._cut = b""
        self.faulty: dict[int, list[int]] = {}
        self.has_unplaced = False
        """Whether a faulty cell does not say where it stands: its place is then counted."""

    def read(self, piece: bytes) -> None:
        """Look at the next piece of the sheet.

        Raises: CellTooFar.
        """
        text = self._cut + piece
        self._note_faulty(text)
        for letters, digits in set(_REFERENCE.findall(text)):
            self._row = max(self._row, int(digits))
            self._column = max(self._column, _place(letters))
        if self._row * self._column > _MOST_REACHED:
            raise CellTooFar(most=_MOST_REACHED)
        self._cut = text[-_LONGEST_CELL:]

    def _note_faulty(self, text: bytes) -> None:
        if b'"e"' not in text and b"'e'" not in text:
            return
        for tag in _FAULTY.findall(text):
            stands = _REFERENCE.search(tag)
            if stands is None:
                self.has_unplaced = True
                continue
            row, column = int(stands[2]), _place(stands[1])
            if column not in self.faulty.setdefault(row, []):
                self.faulty[row].append(column)


def _counted(pieces: Iterable[bytes]) -> dict[int, list[int]]:
    """Count to the faulty cells of a sheet: a row or cell that does not say where it stands follows the one before it.

    Source: ISO/IEC 29500-1 18.3.1.4, 18.3.1.73 (r is optional).
    """
    faulty: dict[int, list[int]] = {}
    row = column = 0
    cut = b""
    for piece in pieces:
        text, end = cut + piece, 0
        for tag in _TAG.finditer(text):
            stands, end = _REFERENCE.search(tag[2]), tag.end()
            if tag[1] == b"row":
                row, column = int(stands[2]) if stands else row + 1, 0
                continue
            row, column = (int(stands[2]), _place(stands[1])) if stands else (row, column + 1)
            if _IS_FAULTY.search(tag[2]):
                faulty.setdefault(row, []).append(column)
        cut = text[max(end, len(text) - _LONGEST_CELL) :]
    return faulty


def _place(letters: bytes) -> int:
    """Count to a column that is named by letters."""
    place = 0
    for letter in letters.upper():
        place = place * 26 + letter - ord("A") + 1
    return place


def _pieces(file: IO[bytes], part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Unpack a part without keeping it."""
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise FileDamaged
    file.seek(part.header_offset + _LENGTHS_AT)
    of_name, of_extra = struct.unpack("<HH", file.read(4))
    file.seek(of_name + of_extra, SEEK_CUR)
    left = part.compress_size
    if part.compress_type == zipfile.ZIP_STORED:
        while left > 0 and (read := file.read(min(left, _PIECE))):
            left -= len(read)
            yield read
        return
    packed = zlib.decompressobj(-zlib.MAX_WBITS)
    while left > 0 and (read := file.read(min(left, _PIECE))):
        left -= len(read)
        while read:
            yield packed.decompress(read, _PIECE)
            read = packed.unconsumed_tail


def _is_filled(cell: Any) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else True


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
