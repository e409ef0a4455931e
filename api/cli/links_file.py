"""A file of accounts and the subjects they are, as an office hands it to the operator: linked row by row.

In charge of `renxin account link --file`: CSV in UTF-8 with the columns sub, code and display, and issuer where it is not
the built-in one; `code` is a unified social credit code or an identity number. Rows go in block by block, each block one
transaction, so that a file that is handed in again changes nothing. Refuses a row alone, by its line and a code: what
is in it is told to nobody, and comes back only in the file that `--refused` names.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final

from api.cli.given_files import Misuse
from api.cli.policy_officer import read_text
from authz.linked_accounts import link_subject, subject_named
from authz.token import NAME_LENGTH
from domain.connection import Connection
from domain.errors import DomainError
from domain.text import as_handed_in, inert, require_text
from domain.vault import Vault

NEEDED: Final = ("sub", "code", "display")
COLUMNS: Final = (*NEEDED, "issuer")
DISPLAY_LENGTH: Final = 200
BLOCK: Final = 200
"""Rows of one transaction: whoever is signed in is read anew after each."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row and the line that it ends on."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was not taken, and why."""

    row: Row
    error: DomainError


def read_rows(file: str) -> Iterator[Row]:
    """Read the rows of a file.

    Raises: Misuse for a file that cannot be read or has other columns.
    """
    reader = csv.reader(io.StringIO(read_text(Path(file)), newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        if len(set(header)) != len(header) or not set(NEEDED) <= set(header) <= set(COLUMNS):
            raise Misuse(f"{file}: its columns are {', '.join(COLUMNS)}, UTF-8. 列应为 {'、'.join(COLUMNS)}。")
        for cells in reader:
            if any(cells):
                read = (as_handed_in(cell) for cell in (*cells, *[""] * len(header)))
                yield Row(reader.line_num, dict(zip(header, read, strict=False)))
    except csv.Error:
        raise Misuse(f"{file}: line {reader.line_num} is no CSV. 第{reader.line_num}行不是有效的CSV。") from None


async def link_rows(
    connection: Connection, vault: Vault, rows: Iterator[Row], *, issuer: str, now: datetime
) -> tuple[int, list[RefusedRow]]:
    """Link the accounts of rows to their subjects; give how many are linked now, and the rows that were refused."""
    linked, refused = 0, list[RefusedRow]()
    while block := list(islice(rows, BLOCK)):
        async with connection.transaction():
            for row in block:
                try:
                    await _link(connection, vault, row.cells, issuer=issuer, now=now)
                    linked += 1
                except DomainError as error:
                    refused.append(RefusedRow(row, error))
    return linked, refused


async def _link(connection: Connection, vault: Vault, cells: Mapping[str, str], *, issuer: str, now: datetime) -> None:
    sub = require_text("sub", cells["sub"], longest=NAME_LENGTH)
    display = require_text("display", cells["display"], longest=DISPLAY_LENGTH)
    named = require_text("issuer", cells.get("issuer") or issuer, longest=NAME_LENGTH)
    subject = await subject_named(connection, vault, require_text("code", cells["code"], longest=NAME_LENGTH))
    await link_subject(connection, issuer=named, sub=sub, display=display, subject_id=subject, now=now)


def write_refused(path: Path, refused: Sequence[RefusedRow]) -> None:
    """Write the refused rows as they came, to be corrected and handed in again; readable by their owner only."""
    path.touch(mode=0o600)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        writer.writerows({name: inert(cell) for name, cell in one.row.cells.items()} for one in refused)


def told(refused: RefusedRow) -> str:
    """Say which row was refused and why; nothing of what is in it."""
    return f"  line 行 {refused.row.line}: {refused.error.code} {refused.error.message_zh} {refused.error.message}"
