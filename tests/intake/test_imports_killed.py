"""kill -9 of the process, or of the database, in the middle of an import: it goes on or is void, and says which."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from api.postgres.database import LOST
from api.postgres.server import EmbeddedPostgres
from authz.activation import install_default
from domain.calendar import calendar_rows
from domain.installation import install
from domain.installation_rows import office_id
from domain.lifecycle import Actor, Transaction
from domain.oversight.imports import mark_left
from domain.rulebook.loader import load_rulebooks
from migrations.apply import migrate
from tests.intake.conftest import NOW
from tests.intake.sheets import penalty, sheet
from tests.intake.test_imports_survive import Session, _connect

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[2]
OFFICE = office_id("350200", "JCZD")
IN_BLOCK = {2: ("void", 0), 4: ("interrupted", 20)}
"""By the transaction in which it ends, of which the first begins the import and each other takes ten rows: what is told."""


def _file(number: int) -> io.BytesIO:
    return sheet(
        "penalty", [penalty(number * 1000 + row) for row in range(45)] + [penalty(number * 1000 + 90, CF_SY="")]
    )


async def _settled(connection: asyncpg.Connection[Any]) -> asyncpg.Record:
    """Do what the service does when it starts; give the import."""
    async with connection.transaction():
        assert await mark_left(Transaction(connection, NOW, Actor(None, ("operator",))), load_rulebooks()) == 1
    row = await connection.fetchrow("SELECT * FROM record_import ORDER BY id DESC LIMIT 1")
    assert row is not None
    return row


async def _taken(connection: asyncpg.Connection[Any], first: UUID) -> tuple[int, int, int, int]:
    """Count what came of the file in all: records, decisions, ledger events of their submission, refused rows."""
    row = await connection.fetchrow(_TAKEN, first)
    assert row is not None
    return tuple(row)


@pytest.mark.parametrize("transaction", IN_BLOCK)
async def test_the_same_file_goes_on_after_the_process_was_killed_xm_08a(installed_url: str, transaction: int) -> None:
    file = _file(transaction)
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.intake.killed", installed_url, str(OFFICE), str(transaction)),
        cwd=ROOT,
        stdin=PIPE,
        stdout=PIPE,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(file.getvalue())
    child.stdin.close()
    session = int(await child.stdout.readline())
    assert await child.stdout.readline() == b"waiting\n"
    child.kill()
    assert await child.wait() == -signal.SIGKILL
    connection = await _connect(installed_url)
    await connection.execute("RESET ROLE")
    await connection.execute(
        "SELECT pg_terminate_backend($1, 30000)", session
    )  # its end is waited for, whoever ends it
    await connection.execute("SET ROLE renxin_app")
    await _goes_on(connection, file, *IN_BLOCK[transaction])
    await connection.close()


async def _goes_on(connection: asyncpg.Connection[Any], file: io.BytesIO, state: str, taken: int) -> None:
    left = await _settled(connection)
    assert (left["state"], left["rows_added"], left["finished_at"]) == (state, taken, NOW)
    summary = await Session(connection, OFFICE).hand_in(file)
    assert (summary.state, summary.rows_read, summary.rows_added, summary.rows_refused) == ("completed", 46, 45, 1)
    assert (summary.import_id == left["id"]) is (state == "interrupted"), "a void one is not carried on"
    assert await _taken(connection, left["id"]) == (45, 45, 45, 1)
    again = await Session(connection, OFFICE).hand_in(file)
    assert (again.rows_added, again.rows_known) == (0, 45)


@pytest.fixture
def own_server(memory: Path) -> Iterator[EmbeddedPostgres]:
    """A server of the test's own, with durable settings, which it may kill."""
    with EmbeddedPostgres(memory / "killed", options={"shared_buffers": "16MB"}) as server:
        yield server


class _Killing(Session):
    """Kills the database in a transaction, after its work and before its commit: its first process and the session's."""

    def __init__(self, connection: asyncpg.Connection[Any], office: UUID, postmaster: int) -> None:
        super().__init__(connection, office)
        self.postmaster, self.server_pid = postmaster, connection.get_server_pid()

    @asynccontextmanager
    async def transact(self) -> AsyncIterator[Transaction]:
        async with super().transact() as tx:
            yield tx
            if self.opened == 4:
                for process in (self.postmaster, self.server_pid):
                    os.kill(process, signal.SIGKILL)


async def test_the_same_file_goes_on_after_the_database_was_killed_xm_08a(
    own_server: EmbeddedPostgres, memory: Path
) -> None:
    await migrate(own_server.url)
    connection = await asyncpg.connect(own_server.url)
    await install_default(connection, NOW)
    await install(connection, load_rulebooks(), calendar_rows())
    await connection.close()
    postmaster = int((memory / "killed" / "cluster" / "postmaster.pid").read_text().split("\n", 1)[0])
    connection, file = await _connect(own_server.url), _file(1)
    with pytest.raises(LOST):
        await _Killing(connection, OFFICE, postmaster).hand_in(file)
    connection.terminate()
    own_server.stop()
    connection = await _connect(own_server.start())
    row = await connection.fetchrow("SELECT state, rows_added FROM record_import")
    assert row is not None
    added = row["rows_added"]
    assert (row["state"], added in (20, 30)) == ("running", True), "a commit on its way is whole or not at all"
    await _goes_on(connection, file, "interrupted", added)
    await connection.close()


_TAKEN = """
SELECT count(*)::int, count(DISTINCT decision_no)::int,
  (SELECT count(*)::int FROM ledger_event event WHERE event.verb = 'submit' AND event.object_id IN (
     SELECT id FROM credit_record WHERE import_id = imported.id)),
  (SELECT count(*)::int FROM refused_row WHERE record_import_id = imported.id)
FROM record_import imported JOIN credit_record record ON record.import_id = imported.id
WHERE imported.file_digest = (SELECT file_digest FROM record_import WHERE id = $1)
GROUP BY imported.id
"""
