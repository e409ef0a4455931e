"""Which catalogue item the rows of a file are of, and in which edition: the one in force on the day of each decision.

In charge of the item that a file is handed in under: named by its id, which is that of one edition; by its code, which
is the same from edition to edition; or told by the header, where the office produces one item of that kind. Refuses a
file of another kind than the item, an item that the office does not produce, and what a procedure of its own enters.
Source: 厦门7 (目录2021年版), 8; 上海4, 7.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.credit import terms
from domain.credit.data_items import parse_day
from domain.credit.item import Item, editions_of, item_of_day, load_item, named_items, produced_items
from domain.credit.refusals import NotProducer, RecordHasProcedure
from domain.errors import DomainError, NotFound
from domain.lifecycle import Transaction
from domain.oversight.columns import Header, HeaderUnknown, count_known, read_header
from domain.oversight.intake_row import RowReader
from domain.oversight.item_sheet import of_one_sheet
from domain.oversight.row import Row
from domain.oversight.staging import Block
from domain.rulebook.model import Rulebooks


class SheetDisagrees(DomainError):
    """The file is of another kind than the catalogue item: permits go to a permit item, penalties to a penalty item."""

    code = "SHEET_DISAGREES"
    zh = "文件类型与目录条目不符：行政许可数据对应许可条目，行政处罚数据对应处罚条目。"


class ItemUnclear(DomainError):
    """The office produces several catalogue items of this kind: name one of them."""

    code = "ITEM_UNCLEAR"
    zh = "本单位是多个同类目录条目的信源单位：请指明其中一个。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is wanted of a file: under which item, how strictly, and whether records are published at once.

    `item_id` is the item of one edition, `item_code` the item in whichever edition. `lenient` accepts, and flags, codes
    of organisations that fail their check digit. `publish` publishes at once what may be published; the rest stays
    submitted.
    """

    office_id: UUID
    item_id: UUID | None = None
    item_code: str | None = None
    lenient: bool = False
    publish: bool = False


@dataclass(frozen=True, slots=True)
class Placing:
    """A header that was read, and the item that the rows below it are of.

    `item` is the one in force today, else the latest; `editions` are the same item in every edition whose sheet is of
    its kind, the latest first, and `open_to` those of them that a row may be placed in.
    """

    header: Header
    item: Item
    editions: tuple[Item, ...]
    open_to: tuple[Item, ...]

    def item_on(self, day: date | None) -> Item:
        """Give the item of the edition in force on a day; `item`, which refuses it, where there is none."""
        if day is None:
            return self.item
        return next((one for one in self.open_to if one.is_in_force(day)), self.item)


class PlacedRows:
    """Reads each row under the edition of its item that was in force on the day of the decision."""

    def __init__(self, placing: Placing, reader: Callable[[Item], RowReader]) -> None:
        self._placing = placing
        self._readers = {item.id: reader(item) for item in placing.open_to}
        self._day = placing.header.codes.index(f"{placing.header.prefix}_JDRQ")

    def stage(self, row: Row, block: Block) -> None:
        """Put a row into a block; one with faults carries these and its line, and no value."""
        day = parse_day(row.cells[self._day].strip()) if self._day < len(row.cells) else None
        self._readers[self._placing.item_on(day).id].stage(row, block)


async def place(tx: Transaction, books: Rulebooks, wanted: Wanted, cells: Sequence[str]) -> Placing:
    """Read the header of a file, and find the catalogue item that its rows are of.

    Raises: HeaderUnknown; ColumnsMissing; NotFound; NotProducer; SheetDisagrees; ItemUnclear; RecordHasProcedure.
    """
    if wanted.item_id is not None:
        named = [await load_item(tx, wanted.item_id, office_id=wanted.office_id)]
    elif wanted.item_code is not None:
        named = await named_items(tx, code=wanted.item_code, office_id=wanted.office_id)
        if not named:
            raise NotFound("There is no such catalogue item.", zh="没有这个目录条目。")
    else:
        return await _told_by_header(tx, books, wanted, cells)
    item = item_of_day(named, tx.today)
    if not any(one.is_producer for one in named):
        item.admit_office()
    editions = await _alike(tx, item, wanted.office_id)
    _require_no_procedure(tx, books, editions if wanted.item_id is None else (item,))
    try:
        header = read_header(books, cells, editions=editions)
    except HeaderUnknown:
        if count_known(books, cells) == len(cells):  # a national sheet, and the item has its own
            raise SheetDisagrees() from None
        raise
    if item.category != header.kind:
        raise SheetDisagrees()
    return Placing(header, item, editions, editions if wanted.item_id is None else (item,))


async def _told_by_header(tx: Transaction, books: Rulebooks, wanted: Wanted, cells: Sequence[str]) -> Placing:
    header = read_header(books, cells)
    produced = await produced_items(tx, category=header.kind, office_id=wanted.office_id)
    if not produced:
        raise NotProducer()
    if len(produced) > 1:
        raise ItemUnclear(items=[str(item.id) for item in produced])
    editions = await _alike(tx, produced[0], wanted.office_id)
    return Placing(header, produced[0], editions, editions)


async def _alike(tx: Transaction, item: Item, office_id: UUID) -> tuple[Item, ...]:
    """Read an item in every edition whose sheet is of the same kind, the latest first."""
    return of_one_sheet(item, await editions_of(tx.connection, item.id, office_id=office_id))


def _require_no_procedure(tx: Transaction, books: Rulebooks, named: Sequence[Item]) -> None:
    """Pass information that no procedure of its own enters.

    Raises: RecordHasProcedure.
    """
    for item in named:
        described = terms.described_by(books, item, tx.today)
        if described is not None and described.through is not None:
            raise RecordHasProcedure(noun=described.through)
