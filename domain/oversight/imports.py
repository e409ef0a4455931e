"""Imports 批量归集: a file of permits or penalties in the national 双公示 columns, taken as one whole.

In charge of one file from its bytes to records: all of it happens in the caller's transaction, so nothing is
half-done. Each refused row keeps its reasons and none of its values; a row that is here already adds nothing,
so the same file twice adds nothing. Refuses files it cannot read, offices that do not produce the item.
Source: 厦门8, 9; 上海4, 7; 十堰正文; 发改办财金〔2018〕424号.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import BinaryIO, Final
from uuid import UUID

from domain.calendar import WorkingCalendar
from domain.credit import terms
from domain.credit.item import Item, load_item, produced_items
from domain.credit.refusals import NotProducer
from domain.errors import DomainError
from domain.ids import new_id
from domain.lifecycle import Transaction, create
from domain.lists import removals
from domain.oversight import staging
from domain.oversight.columns import Header, read_header
from domain.oversight.intake_row import RowReader
from domain.oversight.sheet import FileEmpty, Inspected, Row, inspect, read_rows
from domain.rulebook.model import Rulebooks
from domain.vault import Vault

_ROWS_BETWEEN_BREATHS: Final = 200
"""Rows after which other work of the process gets its turn."""


class SheetDisagrees(DomainError):
    """The file is of another kind than the catalogue item: permits go to a permit item, penalties to a penalty item."""

    code = "SHEET_DISAGREES"
    zh = "文件类型与目录条目不符：行政许可数据对应许可条目，行政处罚数据对应处罚条目。"


class ItemUnclear(DomainError):
    """The office produces several catalogue items of this kind: name one of them."""

    code = "ITEM_UNCLEAR"
    zh = "本单位是多个同类目录条目的信源单位：请指明其中一个。"


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What became of a file.

    `has_closing_days` tells whether the file has the day on which cases were closed; without it the terms of
    publication are computed from the day of the decision.
    """

    import_id: UUID
    item_id: UUID
    kind: str
    state: str
    encoding: str
    has_closing_days: bool
    rows_read: int
    rows_added: int
    rows_known: int
    rows_refused: int
    rows_published: int


async def import_file(
    tx: Transaction,
    vault: Vault,
    books: Rulebooks,
    calendar: WorkingCalendar,
    *,
    office_id: UUID,
    file: BinaryIO,
    item_id: UUID | None = None,
    lenient: bool = False,
    publish: bool = False,
    progress: Callable[[int], None] | None = None,
) -> ImportSummary:
    """Import a file that can be read twice; give what became of it.

    The catalogue item is the office's only one of the sheet's kind where none is named. `lenient` accepts,
    and flags, codes of organisations that fail their check digit. `publish` publishes at once what may be
    published; the rest stays submitted. `progress` is told the number of rows read so far.
    Raises: EncodingUnknown; NotWrittenAsCsv; FileEmpty; HeaderUnknown; ColumnsMissing; NotFound;
    SheetDisagrees; ItemUnclear; NotProducer. Nothing is kept of a file that raises.
    """
    read = await asyncio.to_thread(inspect, file)
    with closing(read_rows(books, file, read.encoding)) as rows:
        header = _header(books, rows)
        item = await _item(tx, header, office_id=office_id, item_id=item_id)
        office = await tx.connection.fetchval("SELECT name FROM office WHERE id = $1", office_id)
        reader = RowReader(
            vault, books, calendar, item=item, header=header, office_name=office, today=tx.today, lenient=lenient
        )
        await tx.connection.execute(_AT_LENGTH)
        await staging.open_staging(tx)
        await staging.stage(tx, _staged(reader, rows, progress))
    origin = await _origin(tx, books, read, header, item=item, office_id=office_id)
    await staging.enter_subjects(tx, origin)
    await staging.settle_known(tx, origin)
    added, published = await staging.carry_over(tx, origin, publish=publish)
    await staging.serve_notices(tx, origin)
    await staging.settle_known(tx, origin)  # once more: somebody may have been faster
    await staging.link_representatives(tx)
    counted = await staging.count(tx)
    if counted.read == 0:
        raise FileEmpty()
    summary = ImportSummary(
        import_id=origin.import_id,
        item_id=item.id,
        kind=header.kind,
        state="completed" if added or counted.known else "void",
        encoding=read.encoding,
        has_closing_days=header.has_closing_day,
        rows_read=counted.read,
        rows_added=added,
        rows_known=counted.known,
        rows_refused=counted.refused,
        rows_published=published,
    )
    await _keep(tx, origin, summary, digest=read.digest)
    await staging.keep_refusals(tx, origin)
    if published:
        await removals.raise_for_import(tx, books, origin.import_id)
    return summary


def _header(books: Rulebooks, rows: Iterator[Row]) -> Header:
    first = next(rows, None)
    if first is None:
        raise FileEmpty()
    return read_header(books, first.cells)


async def _item(tx: Transaction, header: Header, *, office_id: UUID, item_id: UUID | None) -> Item:
    """Find the catalogue item of a sheet.

    Raises: NotFound; NotProducer; SheetDisagrees; ItemUnclear.
    """
    if item_id is not None:
        item = await load_item(tx, item_id, office_id=office_id)
        item.admit_office()
        if item.category != header.kind:
            raise SheetDisagrees()
        return item
    produced = await produced_items(tx, category=header.kind, office_id=office_id)
    if not produced:
        raise NotProducer()
    if len(produced) > 1:
        raise ItemUnclear(items=[str(item.id) for item in produced])
    return produced[0]


async def _origin(
    tx: Transaction, books: Rulebooks, read: Inspected, header: Header, *, item: Item, office_id: UUID
) -> staging.Origin:
    is_repeated = await tx.connection.fetchval(_REPEATED, office_id, item.id, read.digest)
    return staging.Origin(
        import_id=new_id(),
        item=item,
        office_id=office_id,
        basis=terms.citation(books, item),
        prefix=header.prefix,
        is_repeated=is_repeated,
    )


async def _staged(
    reader: RowReader, rows: Iterator[Row], progress: Callable[[int], None] | None
) -> AsyncIterator[tuple[object, ...]]:
    """Yield the rows as they are staged, letting other work of the process have its turn."""
    for number, row in enumerate(rows, start=1):
        yield reader.read(row)
        if number % _ROWS_BETWEEN_BREATHS == 0:
            if progress is not None:
                progress(number)
            await asyncio.sleep(0)


async def _keep(tx: Transaction, origin: staging.Origin, summary: ImportSummary, *, digest: str) -> None:
    """Write the import with its counts."""
    values = {
        "id": summary.import_id,
        "office_id": origin.office_id,
        "jurisdiction_id": origin.item.jurisdiction_id,
        "item_id": summary.item_id,
        "state": summary.state,
        "file_digest": digest,
        "rows_read": summary.rows_read,
        "rows_added": summary.rows_added,
        "rows_known": summary.rows_known,
        "rows_refused": summary.rows_refused,
        "handed_in_by": tx.actor.account_id,
        "started_at": tx.now,
        "finished_at": tx.now,
    }
    await create(tx, "record_import", "hand_in", values, basis=origin.basis)


_AT_LENGTH: Final = "SET LOCAL statement_timeout = 0; SET LOCAL work_mem = '64MB'; SET LOCAL jit = off"
"""A file takes longer than a request: its sets are sorted and joined in memory."""

_REPEATED: Final = """
SELECT EXISTS (
  SELECT FROM record_import WHERE office_id = $1 AND item_id = $2 AND file_digest = $3 AND state = 'completed'
)
"""
