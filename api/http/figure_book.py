"""Workbooks of figures: sheets of text and numbers, never formulas, each of which prints legibly on the width of a page.

Refuses nothing: what stands in the cells, and for whom, is the matter of who writes them.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import xlsxwriter

_A4: Final = 9
_LINE: Final = 17
_TALLEST: Final = 400
"""Height of a line, and that of a row at most, as spreadsheets allow no more. Units: points."""
_NARROW: Final = re.compile(r"[\x20-\x7e]")
_FORM: Final[dict[str, object]] = {"border": 1, "valign": "vcenter"}
_FORMS: Final[dict[str, dict[str, object]]] = {
    "head": {"bold": True, "text_wrap": True, "align": "center", "bg_color": "#E8EEF4"},
    "text": {"text_wrap": True},
    "count": {"num_format": "0", "align": "right"},
    "score": {"num_format": "0.00", "align": "right"},
    "percent": {"num_format": "0.00%", "align": "right"},
    "missed": {"num_format": "0.00%", "align": "right", "bold": True, "font_color": "#B00020"},
}
"""How cells look, by what they hold."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A text or a number, and how it looks; nothing is told as not applicable 不适用."""

    value: str | float | None
    form: str = "text"


class FigureBook:
    """A workbook under way."""

    def __init__(self) -> None:
        self._made = io.BytesIO()
        self._book = xlsxwriter.Workbook(
            self._made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        self._forms = {name: self._book.add_format({**_FORM, **form}) for name, form in _FORMS.items()}
        self._title = self._book.add_format({"bold": True, "font_size": 14})

    def sheet(
        self, name: str, *, lines: Sequence[str], heads: Sequence[tuple[str, int]], rows: Iterable[Sequence[Cell]]
    ) -> None:
        """Add a sheet: lines above, the first as its title, heads with their widths in characters, rows."""
        sheet = self._book.add_worksheet(name)
        for number, line in enumerate(lines):
            sheet.write_string(number, 0, line, self._title if number == 0 else None)
        for column, (head, width) in enumerate(heads):
            sheet.set_column(column, column, width)
            sheet.write_string(len(lines), column, head, self._forms["head"])
        for number, row in enumerate(rows, start=len(lines) + 1):
            for column, cell in enumerate(row):
                self._write(sheet, number, column, cell)
            most = max(_lines(cell.value, heads[column][1]) for column, cell in enumerate(row))
            sheet.set_row(number, min(_TALLEST, _LINE * most))
        sheet.freeze_panes(len(lines) + 1, 2)
        sheet.set_row(len(lines), 45)
        sheet.set_paper(_A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(len(lines))

    def written(self) -> bytes:
        """Give the workbook."""
        self._book.close()
        return self._made.getvalue()

    def _write(self, sheet: Any, row: int, column: int, cell: Cell) -> None:
        form = self._forms[cell.form]
        if cell.value is None or isinstance(cell.value, str):
            sheet.write_string(row, column, "不适用" if cell.value is None else cell.value, form)
        else:
            sheet.write_number(row, column, cell.value, form)


def _lines(value: str | float | None, width: int) -> int:
    """Tell how many lines a value takes in a column so wide, in which a Chinese character takes two places."""
    if not isinstance(value, str):
        return 1
    return sum(max(1, -(-(2 * len(line) - len(_NARROW.findall(line))) // (width - 2))) for line in value.split("\n"))
