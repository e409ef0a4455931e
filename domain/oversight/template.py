"""The template 模板 of a catalogue item's sheet: an empty file to fill in and hand in as it is.

XLSX with every cell a text, so that no code loses its digits, with drop-downs where a column has a list, and a sheet
of notes; CSV in UTF-8 with a byte order mark, the header alone. A column is headed by its Chinese name, a star where
every row needs it, and its code; an import reads either. Refuses nothing.
Source: 厦门7, 8; 发改办财金〔2018〕424号; RFC 4180; ISO/IEC 29500-1.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from typing import Any, Final
from unicodedata import east_asian_width

import xlsxwriter

from domain.credit.data_items import DataItem
from domain.credit.item import Item
from domain.credit.party import PERSON
from domain.identifiers import invented_resident_id, invented_uscc
from domain.oversight.item_sheet import OWN, SheetColumn, prefix_of

ROWS: Final = 10_000
"""Rows under the header for which drop-downs are offered."""

_NARROWEST: Final = 14
_AROUND: Final = 2
"""Units: characters, of a column, and of what it leaves free at its sides."""

_LINE: Final = 15
"""Units: points."""

_MARK: Final = "\ufeff"
_LONGEST_NAME_OF_SHEET: Final = 31
_FORBIDDEN_IN_NAME: Final = str.maketrans(dict.fromkeys("[]:*?/\\'", "_"))
_NOTES: Final = "填写说明"
_CHOICES: Final = "选项"
_HEADS: Final = ("列", "数据项", "编码", "是否必填", "填写格式", "可选值", "示例")

_REQUIRED: Final = {
    "always": "必填",
    "organisation": "法人及非法人组织、个体工商户必填",
    "natural_person": "自然人必填",
    "never": "选填",
}
_FORMS: Final = {
    "date": "日期，年/月/日各补足位数；长期有效填 2099/12/31",
    "money": "数字，小数至多6位；金额单位见列名",
    "uscc": "18位统一社会信用代码，文本",
    "id_number": "居民身份证、港澳台居民居住证、外国人永久居留身份证号码，文本，末位X大写",
    "choice": "从列表中选一项；列表有“其他”的可写“其他-说明”",
    "choices": "从列表中选一项或者多项，以英文分号“;”分隔",
}
_EXAMPLES: Final = {
    "date": "2026/03/02",
    "money": "5.000000",
    "uscc": invented_uscc(1),
    "id_number": invented_resident_id(1),
}
"""Codes in examples are invented: no body and no person bears them."""


def csv_template(columns: Sequence[SheetColumn]) -> bytes:
    """Write the template of a sheet with these columns as CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow([_head(column.item) for column in columns])
    return (_MARK + text.getvalue()).encode()


def xlsx_template(item: Item, columns: Sequence[SheetColumn], *, division: str, citation: str) -> bytes:
    """Write the template of an item's sheet as XLSX; `division` is the name of the item's, `citation` its source."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(_sheet_name(item.name))
    _write_notes(book, item, columns, division, citation)
    choices = book.add_worksheet(_CHOICES)
    choices.hide()
    forms = {
        required: book.add_format({"bold": True, "num_format": "@", "bg_color": colour, "border": 1, "text_wrap": True})
        for required, colour in ((True, "#FFE9A8"), (False, "#E8EEF4"))
    }
    text = book.add_format({"num_format": "@"})
    sheet.set_row(0, _LINE * max(_lines(column.item) for column in columns))
    for place, column in enumerate(columns):
        described = column.item
        sheet.set_column(place, place, _width(described), text)
        sheet.write_string(0, place, _head(described), forms[described.required == "always"])
        _guide(sheet, choices, place, described)
    sheet.freeze_panes(1, 1)
    book.close()
    return made.getvalue()


def _guide(sheet: Any, choices: Any, place: int, described: DataItem) -> None:
    """Say beside a cell that is being filled in what form its column has, and offer its list as a drop-down."""
    if described.kind not in _FORMS:
        return
    told = {"input_title": described.name[:32], "input_message": _FORMS[described.kind]}
    offered = _offer(choices, place, described) if described.values else {"validate": "any"}
    sheet.data_validation(1, place, ROWS, place, {**offered, **told})


def _offer(choices: Any, place: int, described: DataItem) -> dict[str, object]:
    """Give the drop-down of a column; one that takes several, or a supplement, lets others pass."""
    for number, value in enumerate(described.values):
        choices.write_string(number, place, value)
    column = _letters(place)
    is_open = described.kind == "choices" or "其他" in described.values
    return {
        "validate": "list",
        "source": f"={_CHOICES}!${column}$1:${column}${len(described.values)}",
        "show_error": not is_open,
        "error_title": "不在列表中",
        "error_message": "请从列表中选择。",
    }


def _write_notes(book: Any, item: Item, columns: Sequence[SheetColumn], division: str, citation: str) -> None:
    sheet, bold = book.add_worksheet(_NOTES), book.add_format({"bold": True})
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    wrapped = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    about = (
        f"{item.name}（{division}，目录版本 {item.edition}，条目 {item.code}）",
        f"依据：{citation}",
        f"可归集的主体：{_subjects(item)}",
        "第一张工作表首行是表头，请勿改动；自第二行起每行一条，空行不计；本说明不导入。",
        "所有单元格均为文本：代码、证件号码不得以数字保存。",
        _beside(item),
    )
    for line, said in enumerate(about):
        sheet.write_string(line, 0, said, bold if line == 0 else None)
    top = len(about) + 1
    for place, head in enumerate(_HEADS):
        sheet.write_string(top, place, head, bold)
    for number, column in enumerate(columns):
        described = column.item
        cells = (
            _letters(number),
            described.name,
            described.code,
            "可另附" if column.is_beside else _REQUIRED[described.required],
            _form(described),
            "；".join(described.values),
            _example(described),
        )
        for place, cell in enumerate(cells):
            sheet.write_string(top + 1 + number, place, cell, wrapped)
    for place, width in enumerate((6, 30, 18, 18, 34, 50, 24)):
        sheet.set_column(place, place, width)


def _beside(item: Item) -> str:
    if prefix_of(item) == OWN:
        return "标为“可另附”的列是本系统为计算期限等所设，可以整列留空；归集时须指明本目录条目。"
    return "标为“可另附”的列不在国家双公示数据项之内，是本系统为计算期限等所设，可以整列留空。"


def _subjects(item: Item) -> str:
    named = item.subject_kinds
    people = item.admits(PERSON)
    organisations = not named or any(kind != PERSON for kind in named)
    return "、".join(
        word for word, is_admitted in (("法人及非法人组织", organisations), ("自然人", people)) if is_admitted
    )


def _form(described: DataItem) -> str:
    return _FORMS.get(described.kind, f"文本，至多{described.max_length}字")


def _example(described: DataItem) -> str:
    return described.values[0] if described.values else _EXAMPLES.get(described.kind, "")


def _head(described: DataItem) -> str:
    return f"{described.name}{'*' if described.required == 'always' else ''} {described.code}"


def _width(described: DataItem) -> int:
    """Give how wide a column is, in characters: its code stands in one line, its name in two."""
    return max(_NARROWEST, len(described.code) + _AROUND, _wide(described.name) // 2 + _AROUND)


def _lines(described: DataItem) -> int:
    """Give in how many lines the head of a column stands: its name, then its code."""
    return math.ceil((_wide(described.name) + 1) / (_width(described) - _AROUND)) + 1


def _wide(text: str) -> int:
    """Give how wide a text is shown, in characters, of which a Chinese one takes two."""
    return sum(2 if east_asian_width(one) in "WF" else 1 for one in text)


def _sheet_name(name: str) -> str:
    return name.translate(_FORBIDDEN_IN_NAME)[:_LONGEST_NAME_OF_SHEET]


def _letters(place: int) -> str:
    """Name a column as a spreadsheet does."""
    high, low = divmod(place, 26)
    return (chr(ord("A") + high - 1) if high else "") + chr(ord("A") + low)
