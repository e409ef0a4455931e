"""Handing a file in to the database: on sessions of its own, under an authority that is asked again for each block.

In charge of the sessions of an import, whoever hands in: `POST /imports`, or `renxin import`, which needs nothing of the
service beside this. Refuses nothing by itself.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from os import SEEK_END
from typing import IO, Any, Final

import asyncpg

from api.config.settings import Settings
from api.postgres.database import BROKEN, LOST, Database, DatabaseAway
from api.postgres.database_keys import open_vault
from domain.calendar import WorkingCalendar, working_calendar
from domain.clock import Clock, system_clock
from domain.errors import DomainError
from domain.lifecycle import Actor, Transaction
from domain.outage import Outage
from domain.oversight.imports import Importing, ImportSummary, Transact, mark_left
from domain.oversight.placing import Wanted
from domain.rulebook.loader import load_rulebooks
from domain.rulebook.model import Rulebooks
from domain.vault import Vault

IMPORT_SECONDS: Final = 3600.0
LARGE: Final = 1 << 20
"""Units: bytes."""

SETTLED_EVERY: Final = 60.0
"""Units: seconds. So long after its process was killed an import may be told as running."""

_log = logging.getLogger("renxin")


class ImportBroken(DatabaseAway):
    """The database went away while the file was taken in: hand the same file in again. It goes on behind what was taken,
    and adds nothing twice."""

    code = "IMPORT_BROKEN"
    zh = "归集过程中数据库中断：请重新提交同一文件，将从已归集处继续，不会重复归集。"


class ImportStopped(DomainError):
    """The service is asked to stop: hand the same file in again when it is back. It goes on behind what was taken,
    and adds nothing twice."""

    code = "IMPORT_STOPPED"
    zh = "服务正在停止：恢复后请重新提交同一文件，将从已归集处继续，不会重复归集。"


Authorise = Callable[["asyncpg.Connection[Any]"], Awaitable[Actor]]


@dataclass(frozen=True, slots=True)
class Desk:
    """Where files are handed in: the database, the keys and the rules that they are taken in by."""

    database: Database
    vault: Vault
    books: Rulebooks
    calendar: WorkingCalendar
    clock: Clock


def open_desk(settings: Settings, url: str) -> Desk:
    """Make a desk without the service around it; nothing is connected yet."""
    return Desk(
        Database(url, size=settings.pool_size, statement_timeout_ms=settings.statement_timeout_ms),
        open_vault(settings),
        load_rulebooks(),
        working_calendar(),
        system_clock,
    )


async def hand_in(
    desk: Desk,
    authorise: Authorise,
    *,
    file: IO[bytes],
    wanted: Wanted,
    dry_run: bool = False,
    progress: Callable[[ImportSummary], None] | None = None,
) -> ImportSummary:
    """Import a file on a session of its own, and a large one on two; a dry run takes nothing, judged on a second one.

    `authorise` is asked in the transaction of each block: what was taken away meanwhile ends the import there.
    Raises: what `Importing.take` and `authorise` raise; DatabaseAway; ImportBroken.
    """
    sessions = [await desk.database.connect(command_seconds=IMPORT_SECONDS)]

    def on(session: asyncpg.Connection[Any]) -> Transact:
        @asynccontextmanager
        async def transact() -> AsyncIterator[Transaction]:
            async with session.transaction():
                yield Transaction(session, desk.clock(), await authorise(session))

        return transact

    try:
        judged = None
        if dry_run or _is_large(file):
            sessions.append(await desk.database.connect(command_seconds=IMPORT_SECONDS))
        if dry_run:
            await sessions[1].execute("BEGIN")  # and never a COMMIT: the session ends first
            judged = Transaction(sessions[1], desk.clock(), await authorise(sessions[0]))
        first, *others = map(on, sessions)
        importing = Importing(
            first,
            desk.vault,
            desk.books,
            desk.calendar,
            beside=() if dry_run else others,
            trial=judged,
        )
        return await importing.take(file, wanted, progress=progress)
    except (*LOST, *BROKEN) as error:
        desk.database.note(error)
        raise ImportBroken from None
    finally:
        for opened in reversed(sessions):
            with suppress(*LOST, asyncpg.PostgresError):
                await opened.close(timeout=5)


def _is_large(file: IO[bytes]) -> bool:
    """Tell whether a file, packed or not, may be so long that two sessions take it in faster than one."""
    return file.seek(0, SEEK_END) >= LARGE


@asynccontextmanager
async def settling(desk: Desk, *, interval: float = SETTLED_EVERY) -> AsyncIterator[None]:
    """Mark the imports of processes that were killed, now and while this lasts: nobody has to hand a file in to be told."""
    await settle_left(desk)
    task = asyncio.create_task(_settle_again(desk, interval))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _settle_again(desk: Desk, interval: float) -> None:
    outage = Outage(_log, "imports_not_settled", "imports_settled_again")
    while True:
        await asyncio.sleep(interval)
        with outage:
            await settle_left(desk)


async def settle_left(desk: Desk) -> int:
    """Mark the imports of processes that were killed; give how many there were.

    Raises: DatabaseAway.
    """
    try:
        session = await desk.database.connect(command_seconds=IMPORT_SECONDS)
        try:
            async with session.transaction():
                tx = Transaction(session, desk.clock(), Actor(None, ("operator",)))
                return await mark_left(tx, desk.books)
        finally:
            await session.close(timeout=5)
    except LOST:
        raise DatabaseAway from None
