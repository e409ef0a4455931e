"""Imports 批量归集: a file in the national 双公示 columns, or in those of a named catalogue item, taken block by block.

In charge of one file from its bytes to records. A block is one transaction: its records, ledger, refusals and
the count of them stand or fall together, so an import that was killed tells how far it came, and the same file
handed in again goes on from there. A row that is here already adds nothing, so the same file twice adds
nothing. Refuses files it cannot read, offices that do not produce the item.
Source: 厦门8, 9; 上海4, 7; 十堰正文; 发改办财金〔2018〕424号.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, AsyncExitStack, closing
from dataclasses import dataclass, field
from typing import IO, Any, Final
from uuid import UUID

from domain.calendar import WorkingCalendar
from domain.credit import terms
from domain.credit.item import Item
from domain.edition.behaviours import Listed, listed
from domain.errors import DomainError
from domain.lifecycle import Transaction, create, move
from domain.lists import removal_openings
from domain.oversight import staging
from domain.oversight.beside import BESIDE
from domain.oversight.columns import Header
from domain.oversight.container import unpacked
from domain.oversight.intake import MACHINE
from domain.oversight.intake_row import RowReader
from domain.oversight.parts import FEWEST_ROWS, PARTS, read_parts
from domain.oversight.placing import PlacedRows, Placing, Wanted, place
from domain.oversight.sheet import FileEmpty, Inspected, inspect, read_rows
from domain.rulebook.model import Rulebooks
from domain.vault import Vault

ROWS_AT_ONCE: Final = 2_000
"""Rows of a block. Three blocks of each part are held at a time, some 5 KB a row; larger ones are no faster."""

MOST_REASONS: Final = 1_000_000
"""Reasons for refusing rows that one handing-in writes down, some 400 bytes each: of a file that is faulty throughout, a clerk
reads the first ones, and a thousand times its length would be kept of the others."""

Transact = Callable[[], AbstractAsyncContextManager[Transaction]]
"""Opens a transaction on a session."""


class ImportTooFaulty(DomainError):
    """A million reasons to refuse rows of this file are told, and reading has stopped: correct what these rows have in
    common, and hand the whole file in again. What was taken stays, and is added once."""

    code = "IMPORT_TOO_FAULTY"
    zh = "该文件已有一百万条退回原因，归集就此停止：请更正所退各行的共同问题后重新提交整份文件；已归集的保留，不会重复归集。"

    def __init__(self, import_id: UUID) -> None:
        super().__init__(record_import=f"RecordImport:{import_id}")
        self.import_id = import_id


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What became of a file, so far.

    `has_closing_days` tells whether the file has the day on which cases were closed; without it the terms of
    publication are computed from the day of the decision.
    """

    import_id: UUID
    item_id: UUID
    kind: str
    state: str
    encoding: str
    has_closing_days: bool
    is_dry_run: bool
    rows_total: int
    rows_read: int
    rows_added: int
    rows_known: int
    rows_refused: int
    rows_published: int


@dataclass(slots=True)
class _Underway:
    """An import under way: where its rows come from, and its row as it stands."""

    origin: staging.Origin
    read: Inspected
    header: Header
    row: Mapping[str, Any]
    basis: str
    is_dry_run: bool
    reasons: int = 0
    """Reasons for refusing rows that were written down since it was handed in."""
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Whoever has it writes what was taken into the row of the import, and commits."""

    @property
    def behind(self) -> list[int]:
        """Lines up to which its parts were read."""
        return list(self.row["part_lines"]) or [self.row["last_line"]]

    def summary(self) -> ImportSummary:
        counts = {name: self.row[name] for name in (*_COUNTS, "rows_total")}
        return ImportSummary(
            import_id=self.row["id"],
            item_id=self.origin.item.id,
            kind=self.header.kind,
            state=self.row["state"],
            encoding=self.read.encoding,
            has_closing_days=self.header.has_closing_day,
            is_dry_run=self.is_dry_run,
            **counts,
        )


class Importing:
    """Takes files in: with these keys and rules, in transactions that `transact` opens.

    A file of `parted_from` rows is divided into parts, which are taken in side by side on the sessions of `transact`
    and of `beside`, where there are any. With `trial`, a transaction that the caller gives up afterwards, nothing is taken: the file is judged
    against what is here, and only the import and its refused rows are kept.
    """

    def __init__(
        self,
        transact: Transact,
        vault: Vault,
        books: Rulebooks,
        calendar: WorkingCalendar,
        *,
        beside: Sequence[Transact] = (),
        trial: Transaction | None = None,
        rows_at_once: int = ROWS_AT_ONCE,
        parted_from: int = FEWEST_ROWS,
        most_reasons: int = MOST_REASONS,
    ) -> None:
        self._transact = transact
        self._sessions = (transact, *beside)
        self._parted_from = parted_from
        self._vault = vault
        self._books = books
        self._calendar = calendar
        self._trial = trial
        self._rows_at_once = rows_at_once
        self._most_reasons = most_reasons

    async def take(
        self, file: IO[bytes], wanted: Wanted, *, progress: Callable[[ImportSummary], None] | None = None
    ) -> ImportSummary:
        """Import a file that can be read twice, block by block; give what became of it.

        `progress` is told after each block. A file whose import was interrupted goes on behind the last row that was read.
        Raises: what `inspect` and `place` raise; FileEmpty. Nothing is kept of a file that raises one of these. ImportTooFaulty,
        which names the import: what it added and told stays.
        """
        file = unpacked(file)
        read = await _inspected(self._books, file)
        with closing(read_rows(self._books, file, read)) as rows:
            first = next(rows, None)
            if first is None or not read.rows:
                raise FileEmpty()
            async with self._transact() as tx:
                placing = await place(tx, self._books, wanted, first.cells)
                underway, reader = await self._begin(tx, wanted, read, placing)
            await self._open_others(underway)
            blocks = read_parts(placing.header, reader, rows, behind=underway.behind, size=self._rows_at_once)
            try:
                await self._take_parts(underway, blocks, wanted, progress or (lambda _: None))
            except ImportTooFaulty:
                async with self._transact() as tx:
                    await _leave(tx, self._books, underway.row)
                raise
        async with self._transact() as tx:
            await self._end(tx, underway)
        return underway.summary()

    async def _begin(
        self, tx: Transaction, wanted: Wanted, read: Inspected, placing: Placing
    ) -> tuple[_Underway, PlacedRows]:
        reader = await self._reader(tx, wanted, placing)
        await mark_left(tx, self._books)
        item, header = placing.item, placing.header
        editions = tuple(staging.Edition(one, terms.citation(self._books, one)) for one in placing.editions)
        basis = terms.citation(self._books, item)
        same = [one.id for one in placing.editions]
        repeats = await tx.connection.fetchval(_REPEATED, wanted.office_id, same, read.digest)
        row = await self._row(tx, wanted, placing, read, basis=basis)
        await tx.connection.execute(_HOLD, str(row["id"]))
        origin = staging.Origin(row["id"], item, editions, wanted.office_id, header.prefix, header.codes, repeats)
        await staging.open_staging(self._trial or tx)
        return _Underway(origin, read, header, row, basis, self._trial is not None), reader

    async def _reader(self, tx: Transaction, wanted: Wanted, placing: Placing) -> PlacedRows:
        office = await tx.connection.fetchval("SELECT name FROM office WHERE id = $1", wanted.office_id)
        behaviours: list[Listed] = []
        if BESIDE["behaviour"][0] in placing.header.codes:
            behaviours = await listed(tx, self._books, placing.item, office_id=wanted.office_id)

        def reader_of(item: Item) -> RowReader:
            return RowReader(
                self._vault,
                self._books,
                self._calendar,
                item=item,
                header=placing.header,
                office_name=office,
                today=tx.today,
                lenient=wanted.lenient,
                behaviours=behaviours,
            )

        return PlacedRows(placing, reader_of)

    async def _row(
        self, tx: Transaction, wanted: Wanted, placing: Placing, read: Inspected, *, basis: str
    ) -> Mapping[str, Any]:
        """Write the import, or go on with the one that was interrupted."""
        if self._trial is None:
            same = [one.id for one in placing.editions]
            left = await tx.connection.fetchval(_INTERRUPTED, wanted.office_id, same, read.digest)
            if left is not None:
                return await move(tx, MACHINE, "resume", left, {"finished_at": None}, basis=basis)
        values = {
            "office_id": wanted.office_id,
            "jurisdiction_id": placing.item.jurisdiction_id,
            "item_id": placing.item.id,
            "state": "running",
            "dry_run": self._trial is not None,
            "encoding": read.encoding,
            "file_digest": read.digest,
            "rows_total": read.rows,
            "handed_in_by": tx.actor.account_id,
            "started_at": tx.now,
            "last_line": 0,
            "part_lines": [0] * (PARTS if self._is_parted(read) else 1),
            **dict.fromkeys(_COUNTS, 0),
        }
        return {**values, "id": await create(tx, "record_import", "hand_in", values, basis=basis)}

    def _is_parted(self, read: Inspected) -> bool:
        return len(self._sessions) > 1 and self._trial is None and read.rows >= self._parted_from

    async def _open_others(self, underway: _Underway) -> None:
        """Hold the import on the other sessions too, and make their stagings."""
        for transact in self._sessions[1 : len(underway.behind)]:
            async with transact() as tx:
                await tx.connection.execute(_HOLD, str(underway.row["id"]))
                await staging.open_staging(tx)

    async def _take_parts(
        self,
        underway: _Underway,
        blocks: Iterator[list[staging.Block]],
        wanted: Wanted,
        progress: Callable[[ImportSummary], None],
    ) -> None:
        """Take all parts, each session its own; the next blocks are read in a thread meanwhile."""
        parts = range(len(underway.behind))
        sessions = self._sessions[: len(parts)]
        waiting: list[asyncio.Queue[tuple[int, staging.Block] | None]] = [asyncio.Queue(maxsize=1) for _ in sessions]

        async def read() -> None:
            async for part, block in _read_ahead(blocks):
                await waiting[part % len(sessions)].put((part, block))
            for queue in waiting:
                await queue.put(None)

        async def take(transact: Transact, queue: asyncio.Queue[tuple[int, staging.Block] | None]) -> None:
            while (found := await queue.get()) is not None:
                await self._take(underway, *found, wanted, transact)
                progress(underway.summary())

        try:
            async with asyncio.TaskGroup() as together:
                together.create_task(read())
                for transact, queue in zip(sessions, waiting, strict=True):
                    together.create_task(take(transact, queue))
        except BaseExceptionGroup as several:
            raise several.exceptions[0] from None

    async def _take(
        self, underway: _Underway, part: int, block: staging.Block, wanted: Wanted, transact: Transact
    ) -> None:
        """Take a block of a part, its refusals and the count of both in one transaction."""
        async with AsyncExitStack() as until_committed:
            async with transact() as tx:
                taking = self._trial or tx
                await taking.connection.execute(_AT_LENGTH)
                counted = await staging.take(taking, underway.origin, block, publish=wanted.publish)
                if counted.refused:
                    refused = await staging.refusals(taking, self._vault, underway.origin, block)
                    await staging.keep_refusals(tx, refused)
                await until_committed.enter_async_context(underway.turn)
                row, lines = underway.row, underway.behind
                lines[part] = block.last_line
                changes = {name: row[name] + getattr(counted, name.removeprefix("rows_")) for name in _COUNTS}
                changes |= {"last_line": min(lines), "part_lines": lines}
                moved = await move(tx, MACHINE, "advance", row["id"], changes, basis=underway.basis)
            underway.row = moved
        if counted.refused:
            underway.reasons += len(refused)
            if underway.reasons >= self._most_reasons:
                raise ImportTooFaulty(row["id"])

    async def _end(self, tx: Transaction, underway: _Underway) -> None:
        row = underway.row
        verb = "complete" if row["rows_added"] or row["rows_known"] else "void"
        changes = {"finished_at": tx.now, "last_line": max(underway.behind)}
        underway.row = await move(tx, MACHINE, verb, row["id"], changes, basis=underway.basis)
        if row["rows_published"] and self._trial is None:
            await removal_openings.raise_for_import(tx, self._books, row["id"])
        await tx.connection.execute(_LET_GO, str(row["id"]))  # the other sessions end with the import


async def mark_left(tx: Transaction, books: Rulebooks) -> int:
    """Mark the imports that run no longer, as their process or the database was killed; give how many.

    What their blocks added stays and is told; an import that had added nothing is void.
    """
    left = await tx.connection.fetch(_LEFT)
    for row in left:
        await _leave(tx, books, row)
    return len(left)


async def _leave(tx: Transaction, books: Rulebooks, row: Mapping[str, Any]) -> None:
    """Mark an import that is carried on no longer."""
    verb = "interrupt" if (row["rows_added"] or row["rows_known"]) and not row["dry_run"] else "void"
    await move(tx, MACHINE, verb, row["id"], {"finished_at": tx.now})
    if row["rows_published"] and not row["dry_run"]:
        await removal_openings.raise_for_import(tx, books, row["id"])


async def _inspected(books: Rulebooks, file: IO[bytes]) -> Inspected:
    """Inspect a file in a thread of its own: long ones must not take those in which everything else waits its turn.

    Raises: what `inspect` raises.
    """
    inspecting = ThreadPoolExecutor(1)
    try:
        return await asyncio.get_running_loop().run_in_executor(inspecting, inspect, books, file)
    finally:
        inspecting.shutdown(wait=False)


async def _read_ahead(blocks: Iterator[list[staging.Block]]) -> AsyncIterator[tuple[int, staging.Block]]:
    """Yield the blocks of each part as they are read, while the database takes those before.

    One thread reads all of them: memory that one has used is not there for another.
    """
    with ThreadPoolExecutor(1) as reading:
        while True:
            ahead = asyncio.get_running_loop().run_in_executor(reading, next, blocks, None)
            try:
                read = await asyncio.shield(ahead)
            finally:
                await asyncio.wait((ahead,))  # the file is closed next
            if read is None:
                return
            for part, block in enumerate(read):
                if len(block):
                    yield part, block
            del read


_COUNTS: Final = ("rows_read", "rows_added", "rows_known", "rows_refused", "rows_published")

_AT_LENGTH: Final = "SET LOCAL statement_timeout = 0; SET LOCAL work_mem = '64MB'; SET LOCAL jit = off"
"""A file takes longer than a request: its sets are sorted and joined in memory."""

_REPEATED: Final = """
SELECT id FROM record_import
WHERE office_id = $1 AND item_id = ANY($2::uuid[]) AND file_digest = $3 AND state = 'completed' AND NOT dry_run
ORDER BY started_at, id LIMIT 1
"""

_INTERRUPTED: Final = """
SELECT id FROM record_import
WHERE office_id = $1 AND item_id = ANY($2::uuid[]) AND file_digest = $3 AND state = 'interrupted'
ORDER BY started_at DESC LIMIT 1 FOR UPDATE SKIP LOCKED
"""

_HOLD: Final = "SELECT pg_advisory_lock_shared(hashtextextended('record_import:' || $1, 0))"
_LET_GO: Final = "SELECT pg_advisory_unlock_shared(hashtextextended('record_import:' || $1, 0))"
"""The sessions that carry an import on hold it: when a session ends, however it ends, it lets go."""

_LEFT: Final = """
SELECT * FROM record_import
WHERE state = 'running' AND pg_try_advisory_xact_lock(hashtextextended('record_import:' || id, 0))
ORDER BY id FOR UPDATE SKIP LOCKED
"""
