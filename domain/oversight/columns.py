"""The columns of a file: which sheet its header is of, and which column stands where.

A header names columns by code, by Chinese name or by both, in the present national 双公示 sheets, in the first ones
of 2018, or in the sheet of a catalogue item that has its own; beside them an office may hand in what the sheets lack.
Refuses a header that is of no sheet, misses a column that every row needs, or holds a column that nobody would read.
Source: 发改办财金〔2018〕424号; 厦门8 (办结日期 is not among the national columns).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from domain.credit.data_items import DataItem
from domain.credit.item import Item
from domain.errors import DomainError
from domain.oversight.beside import BESIDE
from domain.oversight.item_sheet import FRAME, KINDS, OWN, prefix_of
from domain.rulebook.model import Rulebooks

_OLDER_NAMES: Final = {
    "法定代表人身份证号": "FR_ZJHM",
    "法定代表人身份证号码": "FR_ZJHM",
    "自然人证件类型": "XDR_ZJLX",
    "自然人证件号码": "XDR_ZJHM",
    "统一社会信用代码": "XDR_SHXYM",
}
HANDED_BACK: Final = (("RX_THHH", "退回行号"), ("RX_THYY", "退回原因"))
"""Columns that a file of refused rows has, and that nobody reads when it is handed in again."""

UNREAD: Final = (*HANDED_BACK, ("RX_XH", "序号"))
"""With the number that a list gives its rows, the columns that a file may have and nobody reads.

No other: what stands under a name with a slip may be the severity, the term or the harm removed, and with the column left
out a record would say less, or worse, about somebody than its office decided.
"""

_MAY_BE_MISSING: Final = frozenset({"XDR_LB"})
"""Not in the sheets of 2018: told by the code or the number of the party."""

_MOST_TOLD: Final = 50
"""Columns that are named at most; whoever has more has another sheet."""

_BRACKETED: Final = re.compile(r"\(.*\)$")


class HeaderUnknown(DomainError):
    """The first line is no header of a 双公示 sheet, nor of the named item's, or holds columns that are none of theirs, see
    `places`: take away what stands above the header and these columns, or use the template of the item."""

    code = "FILE_HEADER_UNKNOWN"
    zh = "首行不是双公示数据表或者所指目录条目数据表的表头，或者含有其他列（见 places）：请删去表头上方的标题行和多余的列，或者使用该条目的模板。"


class ColumnsDoubled(DomainError):
    """Columns stand in the header twice: keep one of each."""

    code = "FILE_COLUMNS_DOUBLED"
    zh = "表头中有重复的数据列：每列请只保留一个。"


class ColumnsMissing(DomainError):
    """Columns are missing that every row needs: add them."""

    code = "FILE_COLUMNS_MISSING"
    zh = "缺少每行必填的数据列：请补充。"


@dataclass(frozen=True, slots=True)
class Header:
    """A header that was read: the kind of sheet, the code of the column at each place, the prefix of the codes."""

    kind: str
    codes: tuple[str, ...]
    prefix: str

    @property
    def has_closing_day(self) -> bool:
        """Whether the day on which a case was closed is handed in."""
        return BESIDE["closed_on"][0] in self.codes


def read_header(books: Rulebooks, cells: Sequence[str], *, editions: Sequence[Item] = ()) -> Header:
    """Tell the sheet and the columns of a header: of a national sheet, or of an item that has its own.

    The columns of such an item are those of all its editions, the latest first; those are needed that each of them asks for.
    Raises: HeaderUnknown, with the places of columns that are not known; ColumnsDoubled and ColumnsMissing, with
    their codes.
    """
    if editions and prefix_of(editions[0]) == OWN:
        described = [*FRAME, *(one for item in reversed(editions) for one in item.data_items.values())]
        codes = _codes(cells, _own_spellings(described))
        return _header(editions[0].category, codes, _needed_of(editions), prefix=OWN)
    kind, codes = max((_read_as(books, kind, cells) for kind in KINDS), key=lambda found: len(_known(found[1])))
    return _header(kind, codes, _needed(books, kind), prefix=KINDS[kind])


def _header(kind: str, codes: list[str | None], needed: Iterable[str], *, prefix: str) -> Header:
    unknown = [place for place, code in enumerate(codes, start=1) if code is None]
    if unknown or not codes:
        raise HeaderUnknown(places=unknown[:_MOST_TOLD])
    doubled = [code for code, times in Counter(_known(codes)).items() if times > 1]
    if doubled:
        raise ColumnsDoubled(columns=doubled)
    missing = [code for code in needed if code not in codes]
    if missing:
        raise ColumnsMissing(columns=missing)
    return Header(kind, tuple(_known(codes)), prefix)


def count_known(books: Rulebooks, cells: Sequence[str]) -> int:
    """Count the columns of a header that either sheet knows, to tell how a file is divided."""
    return max(len(_known(_read_as(books, kind, cells)[1])) for kind in KINDS)


def _known(codes: Sequence[str | None]) -> list[str]:
    return [code for code in codes if code is not None]


def _read_as(books: Rulebooks, kind: str, cells: Sequence[str]) -> tuple[str, list[str | None]]:
    return kind, _codes(cells, _spellings(books, kind))


def _codes(cells: Sequence[str], spelt: Iterable[tuple[str, str]]) -> list[str | None]:
    spellings = dict(spelt)
    read = [_plain(cell) for cell in cells]
    while read and not read[-1]:
        read.pop()
    return [spellings.get(cell) for cell in read]


def _own_spellings(described: Iterable[DataItem]) -> Iterator[tuple[str, str]]:
    """Give the ways in which the columns of an item's own sheet are written; a code is never taken for a name."""
    columns = [*_beside_names(), *((one.code, one.name) for one in described)]
    for code, name in columns:
        yield _plain(name), code
    for code, name in columns:
        yield _plain(code), code
        yield _plain(name + code), code


def _beside_names() -> tuple[tuple[str, str], ...]:
    return (*BESIDE.values(), *UNREAD)


def _spellings(books: Rulebooks, kind: str) -> Iterator[tuple[str, str]]:
    """Give every way in which a sheet's columns are written, and the code of each."""
    prefix = KINDS[kind]
    for name, column in _OLDER_NAMES.items():
        yield _plain(name), f"{prefix}_{column}"
    for code, name in _beside_names():
        for spelling in (code, name, name + code):
            yield _plain(spelling), code
    for item in books.data_item_sets[f"double_publicity.{kind}"].items:
        for spelling in (
            item.code,
            *item.older,
            item.name,
            _BRACKETED.sub("", _plain(item.name)),
            item.name + item.code,
        ):
            yield _plain(spelling), item.code


def _needed(books: Rulebooks, kind: str) -> list[str]:
    missing_allowed = {f"{KINDS[kind]}_{column}" for column in _MAY_BE_MISSING}
    items = books.data_item_sets[f"double_publicity.{kind}"].items
    return [item.code for item in items if item.required == "always" and item.code not in missing_allowed]


def _needed_of(editions: Sequence[Item]) -> list[str]:
    always = [{one.code for one in item.data_items.values() if one.required == "always"} for item in editions]
    frame = [one.code for one in FRAME if one.required == "always" and one not in FRAME[1:2]]
    return [*frame, *(code for code in editions[0].data_items if all(code in codes for codes in always))]


def _plain(cell: str) -> str:
    """Write a header cell without blanks, stars and a byte order mark, with half-width brackets."""
    folded = unicodedata.normalize("NFKC", cell).replace("\ufeff", "").replace("*", "")
    return "".join(folded.split()).upper()
