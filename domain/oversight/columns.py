"""The columns of the national 双公示 sheets: which sheet a header is of, and which column stands where.

A header names columns by code or by Chinese name, in the present sheets or in the first ones of 2018; beside
them an office may hand in what the national columns lack. Refuses a header that is of neither sheet, misses
a column that every row needs, or holds a column that nobody would read.
Source: 发改办财金〔2018〕424号; 厦门8 (办结日期 is not among the national columns).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from domain.errors import DomainError
from domain.oversight.beside import BESIDE
from domain.rulebook.model import Rulebooks

KINDS: Final = {"permit": "XK", "penalty": "CF"}
"""Kind of sheet, which is the category of its catalogue item, and the prefix of its codes."""

_OLDER_NAMES: Final = {
    "法定代表人身份证号": "FR_ZJHM",
    "法定代表人身份证号码": "FR_ZJHM",
    "自然人证件类型": "XDR_ZJLX",
    "自然人证件号码": "XDR_ZJHM",
    "统一社会信用代码": "XDR_SHXYM",
}
HANDED_BACK: Final = (("RX_THHH", "退回行号"), ("RX_THYY", "退回原因"))
"""Columns that a file of refused rows has, and that nobody reads when it is handed in again."""

_MAY_BE_MISSING: Final = frozenset({"XDR_LB"})
"""Not in the sheets of 2018: told by the code or the number of the party."""

_BRACKETED: Final = re.compile(r"\(.*\)$")


class HeaderUnknown(DomainError):
    """The first line is not the header of a 双公示 sheet of permits or penalties: use the national ones."""

    code = "FILE_HEADER_UNKNOWN"
    zh = "首行不是双公示行政许可或行政处罚数据表的表头：请使用国家统一的数据项。"


class ColumnsMissing(DomainError):
    """Columns are missing that every row needs: add them."""

    code = "FILE_COLUMNS_MISSING"
    zh = "缺少每行必填的数据列：请补充。"


@dataclass(frozen=True, slots=True)
class Header:
    """A header that was read: the kind of sheet, and the code of the column at each place."""

    kind: str
    codes: tuple[str, ...]

    @property
    def prefix(self) -> str:
        """The prefix of the sheet's codes."""
        return KINDS[self.kind]

    @property
    def has_closing_day(self) -> bool:
        """Whether the day on which a case was closed is handed in."""
        return BESIDE["closed_on"][0] in self.codes


def read_header(books: Rulebooks, cells: Sequence[str]) -> Header:
    """Tell the sheet and the columns of a header.

    Raises: HeaderUnknown, with the places of columns that are not known; ColumnsMissing, with their codes.
    """
    read = max((_read_as(books, kind, cells) for kind in KINDS), key=lambda found: len(_known(found[1])))
    kind, codes = read
    unknown = [place for place, code in enumerate(codes, start=1) if code is None]
    doubled = len(set(_known(codes))) < len(_known(codes))
    if unknown or doubled or not codes:
        raise HeaderUnknown(places=unknown)
    missing = [code for code in _needed(books, kind) if code not in codes]
    if missing:
        raise ColumnsMissing(columns=missing)
    return Header(kind, tuple(_known(codes)))


def count_known(books: Rulebooks, cells: Sequence[str]) -> int:
    """Count the columns of a header that either sheet knows, to tell how a file is divided."""
    return max(len(_known(_read_as(books, kind, cells)[1])) for kind in KINDS)


def _known(codes: Sequence[str | None]) -> list[str]:
    return [code for code in codes if code is not None]


def _read_as(books: Rulebooks, kind: str, cells: Sequence[str]) -> tuple[str, list[str | None]]:
    spellings = dict(_spellings(books, kind))
    read = [_plain(cell) for cell in cells]
    while read and not read[-1]:
        read.pop()
    return kind, [spellings.get(cell) for cell in read]


def _spellings(books: Rulebooks, kind: str) -> Iterator[tuple[str, str]]:
    """Give every way in which a sheet's columns are written, and the code of each."""
    prefix = KINDS[kind]
    for name, column in _OLDER_NAMES.items():
        yield _plain(name), f"{prefix}_{column}"
    for code, *names in (*BESIDE.values(), *HANDED_BACK):
        for spelling in (code, *names):
            yield _plain(spelling), code
    for item in books.data_item_sets[f"double_publicity.{kind}"].items:
        for spelling in (item.code, *item.older, item.name, _BRACKETED.sub("", _plain(item.name))):
            yield _plain(spelling), item.code


def _needed(books: Rulebooks, kind: str) -> list[str]:
    missing_allowed = {f"{KINDS[kind]}_{column}" for column in _MAY_BE_MISSING}
    items = books.data_item_sets[f"double_publicity.{kind}"].items
    return [item.code for item in items if item.required == "always" and item.code not in missing_allowed]


def _plain(cell: str) -> str:
    """Write a header cell without blanks, stars and a byte order mark, with half-width brackets."""
    folded = unicodedata.normalize("NFKC", cell).replace("\ufeff", "").replace("*", "")
    return "".join(folded.split()).upper()
