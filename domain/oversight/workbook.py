"""Reading XLSX: the first sheet of a workbook, row by row.

A number in a spreadsheet is a floating-point number: an identity number kept as one has lost its last digits,
so cells that are numbers are told apart, and refused wherever a code or a text belongs. A workbook cannot be
read in pieces, so what is too large to be held is refused.
Source: ISO/IEC 29500-1 18.3.1.4; GB 11643.
"""

from __future__ import annotations

import zipfile
from collections.abc import Generator
from datetime import date, datetime
from typing import Any, BinaryIO, Final

from domain.errors import DomainError
from domain.oversight.container import FileDamaged
from domain.oversight.row import NUMBER, OTHER, Row

_MOST_UNPACKED: Final = 96 << 20
_MOST_COLUMNS: Final = 500


class WorkbookTooLarge(DomainError):
    """The workbook is too large to be read at once: hand the rows in as CSV."""

    code = "WORKBOOK_TOO_LARGE"
    zh = "工作簿过大：请另存为CSV后提交。"


def rows_of(file: BinaryIO) -> Generator[Row, None, None]:
    """Yield the rows of the first sheet.

    Raises: FileDamaged; WorkbookTooLarge.
    """
    from python_calamine import CalamineError, load_workbook  # noqa: PLC0415 - few files need it

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


def _require_small(file: BinaryIO) -> None:
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as parts:
            size = sum(part.file_size for part in parts.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, EOFError):
        raise FileDamaged from None
    if size > _MOST_UNPACKED:
        raise WorkbookTooLarge(most=_MOST_UNPACKED)


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
