"""The staging of an import: a block of rows copied into tables of the session, checked and carried over as a set.

In charge of what other rows and the database tell about a row: whether its person goes by another name,
whether its decision is here already and whose it is. What is carried over is written with its ledger events
by the same statement, what is published with its outbox event too; of the rest the outbox tells as the import's
own event, block by block. Of another office's record nothing is told but the office.
Source: 厦门8 (谁产生,谁提供、谁负责); 上海4.
"""

from __future__ import annotations

import csv
import io
import json
import marshal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from domain.credit.item import Item
from domain.errors import catalogue, default_message
from domain.ids import new_id
from domain.lifecycle import Transaction
from domain.many import enact, note, teller
from domain.oversight import staging_sql as sql
from domain.oversight.row import Row
from domain.registry.enrolment import pinyin
from domain.vault import Vault

STAGED: Final[Mapping[str, str]] = {
    "line": "integer",
    "faults": "text[]",
    "judgement": "integer",
    "subject_id": "uuid",
    "is_person": "boolean",
    "kind": "text",
    "uscc": "text",
    "uscc_lenient": "boolean",
    "name": "text",
    "masked_name": "text",
    "id_index": "bytea",
    "id_cipher": "bytea",
    "masked_id_number": "text",
    "representative": "text",
    "representative_masked": "text",
    "representative_index": "bytea",
    "representative_cipher": "bytea",
    "representative_id": "text",
    "decision_no": "text",
    "title": "text",
    "legal_basis": "text",
    "content": "jsonb",
    "notice": "text",
}
"""Columns of the staging table, in the order of a staged row."""

JUDGED: Final[Mapping[str, str]] = {
    "severity": "text",
    "procedure": "text",
    "harm_removed": "boolean",
    "dishonest": "boolean",
    "legal_basis_level": "text",
    "decided_on": "date",
    "closed_on": "date",
    "obtained_on": "date",
    "correction_due_on": "date",
    "special_fields": "text[]",
    "repair_notice_required": "boolean",
    "collection_due_on": "date",
    "publication_due_on": "date",
    "due_provisional": "boolean",
    "notice_on": "date",
    "notice_channel": "text",
    "publishable": "boolean",
    "public_until": "date",
    "behaviour_id": "uuid",
    "item_id": "uuid",
    "disclosure": "text",
}
"""What the rulebook makes of rows with the same days, severity, procedure and basis: staged once for all of them."""

_BINARY: Final = [name for name, kind in STAGED.items() if kind == "bytea"]
_NONE: Final = "{}"

ROW_SEAL: Final = b"renxin.refused_row.cells"
"""What a refused row is sealed for, so that it opens as nothing else."""


@dataclass(frozen=True, slots=True)
class Edition:
    """A catalogue item as one edition has it, and the clause that its records rest on."""

    item: Item
    basis: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where staged rows come from: the import or a call, their item and office.

    `editions` are the item in every edition, and that of each row stands with what the rulebook makes of it: a decision is
    here once, under whichever.
    """

    import_id: UUID | None
    """None for a call, of whose rows each is told outside; of an import the outbox tells as of one thing."""

    item: Item
    editions: tuple[Edition, ...]
    office_id: UUID
    prefix: str
    codes: tuple[str, ...] = ()
    """Codes of the columns of the file."""

    repeats: UUID | None = None
    """The first import of this very file: what it took is known, even if amended since."""


class Block:
    """Rows as they are staged, their cells by line, and what kinds of things they name.

    Some blocks wait while others are taken, so that a row is held as few bytes and not as objects.
    """

    __slots__ = (
        "_cells", "_held", "_numbers", "_write", "has_notices", "has_persons", "has_representatives", "item_ids",
        "judgements", "last_line", "rows",
    )  # fmt: skip

    def __init__(self, *, last_line: int = 0) -> None:
        self.rows = bytearray()
        """CSV in UTF-8, of the columns of `STAGED`: put down faster than values one by one."""
        self.judgements: list[tuple[Any, ...]] = []
        self.item_ids: set[UUID] = set()
        self.last_line = last_line
        """The line on which the last row begins that was read when it was."""
        self.has_persons = self.has_representatives = self.has_notices = False
        self._cells: dict[int, bytes] = {}
        self._numbers: dict[int, int] = {}
        self._held: list[Mapping[str, Any]] = []
        self._write = csv.writer(_Encoded(self.rows)).writerow

    def __len__(self) -> int:
        """Count its rows."""
        return len(self._cells)

    def put(self, row: Row, staged: dict[str, Any]) -> None:
        """Add a row, with `judged` or with `faults`."""
        self._cells[row.line] = marshal.dumps(row.cells)  # a fifth of the memory of the cells, in a microsecond
        staged["line"] = row.line
        if "judged" in staged:
            staged["judgement"], staged["faults"] = self._number_of(staged["judged"]), _NONE
            self.has_persons |= "id_index" in staged or staged.get("representative_index") is not None
            self.has_representatives |= "representative" in staged
            self.has_notices |= "notice" in staged
        for column in _BINARY:
            if staged.get(column) is not None:
                staged[column] = f"\\x{staged[column].hex()}"
        self._write(map(staged.get, STAGED))

    def cells(self, line: int) -> list[str]:
        """Give the cells of a row as they were handed in."""
        cells: list[str] = marshal.loads(self._cells[line])  # noqa: S302 - what `put` wrote, in this process
        return cells

    def _number_of(self, judged: Mapping[str, Any]) -> int:
        """Give the number of what the rulebook makes of a row; they are told apart by identity as long as this lives."""
        number = self._numbers.setdefault(id(judged), len(self._held))
        if number == len(self._held):
            self.judgements.append((number, *map(judged.get, JUDGED)))
            self.item_ids.add(judged["item_id"])
            self._held.append(judged)
        return number


class _Encoded:
    """What a CSV writer writes to, as bytes."""

    __slots__ = ("_written",)

    def __init__(self, written: bytearray) -> None:
        self._written = written

    def write(self, text: str) -> None:
        """Add a line."""
        self._written += text.encode()


@dataclass(frozen=True, slots=True)
class Counted:
    """What became of the rows of a block."""

    read: int
    added: int
    published: int
    known: int
    refused: int


@dataclass(frozen=True, slots=True)
class Became:
    """What became of a row of a call: the record it made, or its fault, with the office's own record or who answers."""

    line: int
    record_id: UUID | None
    fault: str | None
    responsible: str | None


async def open_staging(tx: Transaction) -> None:
    """Make the tables of a staging where the session has none yet; they last as long as it does."""
    await tx.connection.execute(sql.OPEN.format(staged=_columns(STAGED), judged=_columns(JUDGED)))


async def take(tx: Transaction, origin: Origin, block: Block, *, publish: bool) -> Counted:
    """Make records of the clean and new rows of a block; count what became of its rows."""
    await _stage(tx, block)
    await _enter_subjects(tx, origin, block)
    await _settle(tx, origin)
    added, published = await _carry_over(tx, origin, block, publish=publish)
    read, clean, known, refused = await _count(tx)
    if added < clean:  # somebody was faster
        await _find(tx, origin, sql.NOT_TAKEN)
        await _mark_known(tx, origin)
        read, clean, known, refused = await _count(tx)
    if added and origin.import_id is None:
        tx.events.extend(row["id"] for row in await tx.connection.fetch(sql.TELL_SUBMITTED))
    under_merged = added and await tx.connection.fetchval(sql.UNDER_MERGED)
    if under_merged:
        await _run(tx, sql.NOTE_MERGED)
    if block.has_notices and added:
        await _tell(tx, origin, sql.SERVE_NOTICES, noun="repair_notice", verb="serve")
    if added and await tx.connection.fetchval(sql.NAMED_OTHERWISE):
        await _tell(tx, origin, sql.WARN, noun="name_warning", verb="warn")
    if block.has_representatives:
        await _link_representatives(tx, origin)
        if under_merged:
            await _run(tx, sql.NOTE_MERGED_LINKS)
    return Counted(read, added, published, known, refused)


async def refusals(tx: Transaction, vault: Vault, origin: Origin, block: Block) -> list[tuple[Any, ...]]:
    """Give each refused row of a block with its reasons; its cells are sealed, to be handed back."""
    rows = await tx.connection.fetch(sql.REFUSED)
    return list(_refusals(vault, origin, block, [(row["line"], row["fault"], row["responsible"]) for row in rows]))


async def became(tx: Transaction) -> list[Became]:
    """Tell what became of each row of a block that came by a call."""
    rows = await tx.connection.fetch(sql.BECAME)
    return [Became(**row) for row in rows]


async def keep_refusals(tx: Transaction, refused: list[tuple[Any, ...]]) -> None:
    """Write what `refusals` gave."""
    copy = tx.connection.copy_records_to_table
    await copy("refused_row", records=refused, columns=_REFUSED_COLUMNS)


async def _stage(tx: Transaction, block: Block) -> None:
    """Copy a block into the emptied staging."""
    if await tx.connection.fetchval(sql.IS_FULL):
        await _run(tx, sql.EMPTY)
    copy = tx.connection.copy_records_to_table
    await copy("staged_judgement", records=block.judgements, columns=["judgement", *JUDGED])
    await tx.connection.copy_to_table(
        "staged_record", source=io.BytesIO(block.rows), columns=list(STAGED), format="csv"
    )
    await _run(tx, "ANALYZE staged_record (line, faults, judgement, uscc, id_index, representative_index, decision_no)")


async def _enter_subjects(tx: Transaction, origin: Origin, block: Block) -> None:
    """Enter the organisations and persons of clean rows that are not here yet.

    A row whose person goes by another name here, or on an earlier row, is refused.
    """
    if block.has_persons:
        await _run(tx, sql.PERSONS)
        await _run(tx, sql.NAME_DISAGREES, origin.prefix)
    await _run(tx, sql.ORGANISATIONS)
    new = await tx.connection.fetch(sql.NEW_NAMES)
    if new:
        spelt = [pinyin(row["name"]) for row in new]
        await _run(tx, sql.SPELL_NAMES, [row["uscc"] for row in new], spelt)
        await _tell(tx, origin, sql.ENTER_ORGANISATIONS, origin.item.jurisdiction_id, noun="subject", verb="enrol")
        await _run(tx, sql.FIND_ORGANISATIONS)
    if block.has_persons:
        await _tell(tx, origin, sql.ENTER_PERSONS, origin.item.jurisdiction_id, noun="subject", verb="enrol")
        await _run(tx, sql.FIND_PERSONS)
        await _run(tx, sql.NAME_DISAGREES, origin.prefix)  # once more: somebody may have been faster


async def _settle(tx: Transaction, origin: Origin) -> None:
    """Mark rows whose decision is here already, as the same row or as one that is refused."""
    await _run(tx, sql.PLACE)
    await _run(tx, "ANALYZE staged_outcome")
    await _find(tx, origin, sql.FIND_KNOWN)
    await _mark_known(tx, origin)


async def _find(tx: Transaction, origin: Origin, candidates: str) -> None:
    """Find what may be the decisions of rows, edition by edition."""
    for edition in origin.editions:
        await _run(tx, candidates, edition.item.id)


async def _mark_known(tx: Transaction, origin: Origin) -> None:
    await _run(tx, sql.SETTLE, origin.office_id, origin.repeats, origin.import_id is not None)


async def _carry_over(tx: Transaction, origin: Origin, block: Block, *, publish: bool) -> tuple[int, int]:
    """Make records of clean rows that are not known; give how many, and how many of them were published."""
    added = published = 0
    for edition in origin.editions:
        item = edition.item
        if item.id not in block.item_ids:
            continue
        values = (
            item.jurisdiction_id,
            origin.office_id,
            item.id,
            origin.import_id,
            publish,
            item.disclosure,
            item.person_disclosure,
        )
        row = await tx.connection.fetchrow(sql.CARRY_OVER, *teller(tx, edition.basis), *values)
        assert row is not None
        added, published = added + row["added"], published + row["published"]
    return added, published


async def _link_representatives(tx: Transaction, origin: Origin) -> None:
    """Note who represents the organisations of the block, by the latest row of each.

    As in `enrolment.link_representative`: the same name changes nothing, an older row rewrites nothing.
    """
    await _run(tx, sql.LINKS)
    await _run(tx, sql.LOCK_LINKED)
    await _tell(tx, origin, sql.END_LINKS, noun="legal_representative", verb="end")
    await _tell(tx, origin, sql.MAKE_LINKS, noun="legal_representative", verb="link")


async def _count(tx: Transaction) -> tuple[int, int, int, int]:
    row = await tx.connection.fetchrow(sql.COUNT)
    assert row is not None
    return row["read"], row["clean"], row["known"], row["refused"]


def _refusals(
    vault: Vault, origin: Origin, block: Block, found: list[tuple[int, str, str | None]]
) -> Iterator[tuple[Any, ...]]:
    reasons = {kind.code: (default_message(kind), kind.zh) for kind in catalogue()}
    sealed: set[int] = set()
    for line, fault, responsible in found:
        code, column = fault.split(":", 1)
        english, chinese = reasons[code]
        if responsible is not None:
            english, chinese = f"{english} Responsible: {responsible}.", f"{chinese}责任单位：{responsible}。"
        cells = None
        if line not in sealed:
            sealed.add(line)
            handed = dict(zip(origin.codes, block.cells(line), strict=False))
            cells = vault.seal(json.dumps(handed, ensure_ascii=False), bound_to=ROW_SEAL)
        yield new_id(), origin.import_id, origin.office_id, line, column or None, code, english, chinese, cells


_REFUSED_COLUMNS: Final = (
    "id", "record_import_id", "office_id", "line", "column_code", "code", "reason", "reason_zh", "cells_cipher"
)  # fmt: skip


def _columns(described: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in described.items())


async def _run(tx: Transaction, statement: str, *values: Any) -> None:
    await tx.connection.execute(statement, *values)


async def _tell(tx: Transaction, origin: Origin, change: str, *values: Any, noun: str, verb: str) -> None:
    """Run a change of many rows with a ledger event for each; of a call's rows with an outbox event too."""
    if origin.import_id is None:
        await enact(tx, noun, verb, change, *values, basis=None)
    else:
        await note(tx, noun, verb, change, *values, basis=None)
