"""The sheet of a catalogue item: the columns in which its records are handed in, and what each may hold.

An item with the national 双公示 data items has the national sheet. Any other has its own: who it is about, which
document, which day, then the data items that the catalogue names. Beside either may stand what the rulebooks ask
for and no sheet has. Refuses nothing.
Source: 厦门7 (信用信息目录), 8; 十堰正文 (信用信息基础数据项技术规范, which is not loaded); 发改办财金〔2018〕424号.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from domain.credit.data_items import DataItem
from domain.credit.item import Item
from domain.credit.statement import LONGEST_NUMBER, LONGEST_TITLE
from domain.credit.terms import described_by
from domain.oversight.beside import BESIDE, words_of
from domain.rulebook.lookup import severities
from domain.rulebook.model import Rulebooks

KINDS: Final = {"permit": "XK", "penalty": "CF"}
"""Kind of national sheet, which is the category of its catalogue item, and the prefix of its codes."""

OWN: Final = "RX"
"""Prefix of the columns that every other sheet begins with."""

_CATEGORIES: Final = ("法人及非法人组织", "自然人", "个体工商户")
FRAME: Final[tuple[DataItem, ...]] = (
    DataItem(f"{OWN}_XDR_MC", "always", name="主体名称"),
    DataItem(f"{OWN}_XDR_LB", "always", "choice", _CATEGORIES, name="主体类别"),
    DataItem(f"{OWN}_XDR_SHXYM", "organisation", "uscc", name="主体统一社会信用代码"),
    DataItem(
        f"{OWN}_XDR_ZJLX", "natural_person", "choice", ("身份证", "外国人永久居留身份证", "其他"), name="主体证件类型"
    ),
    DataItem(f"{OWN}_XDR_ZJHM", "natural_person", "id_number", name="主体证件号码"),
    DataItem(f"{OWN}_WSH", "always", max_length=LONGEST_NUMBER, name="信息文书号"),
    DataItem(f"{OWN}_BT", "always", max_length=LONGEST_TITLE, name="信息标题"),
    DataItem(f"{OWN}_JDRQ", "always", "date", name="信息形成日期"),
)
"""What an item's own sheet begins with: the party, the document and its day."""

LONGEST_CODE: Final = 64
_OF_PENALTIES: Final = frozenset({"procedure", "harm_removed", "notice_on", "notice_channel"})
_OF_THE_NEGATIVE: Final = frozenset({"severity", "correction_due_on", "behaviour"})


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column: the data item it holds, and whether it is one that stands beside the sheet."""

    item: DataItem
    is_beside: bool = False


def prefix_of(item: Item) -> str:
    """Give the prefix of the columns that name party, document and day."""
    prefix = KINDS.get(item.category, OWN)
    return prefix if f"{prefix}_WSH" in item.data_items else OWN


def of_one_sheet(item: Item, editions: Iterable[Item]) -> tuple[Item, ...]:
    """Give those editions of an item whose sheet is of the kind that the item's is."""
    return tuple(one for one in editions if (one.category, prefix_of(one)) == (item.category, prefix_of(item)))


def checked_items(item: Item) -> dict[str, DataItem]:
    """Give the data items by which a row is checked: the item's, after the frame where the sheet is its own."""
    frame = {described.code: described for described in FRAME} if prefix_of(item) == OWN else {}
    return {**frame, **item.data_items}


def columns_of(books: Rulebooks, item: Item, *, on: date) -> Iterator[SheetColumn]:
    """Yield the columns of an item's sheet in their order, those that may stand beside it last.

    Severity, behaviour and term of correction are asked of what speaks against the subject, a condition where the item has one,
    and severities are those of the item's jurisdiction.
    """
    for described in checked_items(item).values():
        yield SheetColumn(described)
    for name, (code, label) in BESIDE.items():
        if _is_asked(books, item, name, on):
            words = _words(books, item, name, on)
            kind = "date" if name.endswith("_on") else "choice" if words else "text"
            described = DataItem(code, "never", kind, words, max_length=LONGEST_CODE, name=label)
            yield SheetColumn(described, is_beside=True)


def _is_asked(books: Rulebooks, item: Item, name: str, on: date) -> bool:
    """Tell whether something beside the sheet can bear on a record of the item."""
    if name == "condition_met":
        ruled = described_by(books, item, on)
        return ruled is not None and bool(ruled.conditions)
    if name in _OF_THE_NEGATIVE:
        return item.is_negative or any(described.against for described in item.data_items.values())
    return name not in _OF_PENALTIES or item.category == "penalty"


def _words(books: Rulebooks, item: Item, name: str, on: date) -> tuple[str, ...]:
    words = words_of(name)
    if name != "severity":
        return tuple(words.values())
    return tuple(words[known.code] for known in severities(books, item.jurisdiction_id, on) if known.code in words)
