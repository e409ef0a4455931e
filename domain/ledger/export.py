"""An export of the ledger's checkpoints for those outside: what is signed, and id and hash of every event.

Nothing of what an event says is in it: hashes are salted, so that nobody can try out what they might be the hashes of.
One line for each checkpoint, so that it is written and read in bounded memory. Once written it is never written again:
an export that is there already is refused. Source: 上海12; 河南省社会信用条例39.
"""

from __future__ import annotations

import base64
import os
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from domain.canonical import canonical
from domain.connection import Connection
from domain.errors import DomainError
from domain.ledger.checkpoint import HistoryReplaced
from domain.ledger.checkpoint_tree import tree_of
from domain.ledger.proof import LedgerDamaged

FORMAT: Final = "renxin-export-1"
_AT_ONCE: Final = 2


class ExportExists(DomainError):
    """There is a file of this name already: an export is written once; choose another name."""

    code = "EXPORT_EXISTS"
    zh = "该文件已存在：导出文件只写一次，请另取文件名。"


class NothingToExport(DomainError):
    """The ledger has no such checkpoints: look their numbers up."""

    code = "NOTHING_TO_EXPORT"
    zh = "台账中没有所指的封存点：请查询封存点编号。"


async def export_lines(connection: Connection, first: int, last: int | None) -> AsyncIterator[str]:
    """Give the lines of an export of checkpoints, from the first number to the last, to the latest unless named.

    In a transaction of its own. Raises: NothingToExport; LedgerDamaged.
    """
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        latest = await connection.fetchval("SELECT max(id) FROM ledger_checkpoint")
        end = latest if last is None else last
        if latest is None or not 1 <= first <= end <= latest:
            raise NothingToExport
        try:
            before = await tree_of(connection, first - 1)
        except HistoryReplaced:
            raise LedgerDamaged from None
        yield _line(format=FORMAT, first=first, last=end, peaks=[one.hex() for one in before.peaks()])
        async for row in connection.cursor(_RANGE, first, end, prefetch=_AT_ONCE):
            yield _line(signature=row["signature"], leaves=base64.b64encode(row["leaves"]).decode())


async def write_export(lines: AsyncIterator[str], path: Path) -> None:
    """Write an export under a name that nothing has yet, whole or not at all, for reading only.

    Raises: ExportExists; OSError.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o440), "wb") as file:
            async for line in lines:
                file.write(line.encode())
            file.flush()
            os.fsync(file.fileno())
        os.link(part, path)
    except FileExistsError:
        raise ExportExists from None
    finally:
        with suppress(FileNotFoundError):
            part.unlink()


def _line(**members: Any) -> str:
    return canonical(members) + "\n"


_RANGE: Final = "SELECT signature, leaves FROM ledger_checkpoint WHERE id BETWEEN $1 AND $2 ORDER BY id"
