"""An import whose session is cut tells how far it came; the same file goes on from there, and adds nothing twice."""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from api.gate.http_errors import status_of
from api.http import handing_in
from api.postgres.database import LOST, Database, DatabaseAway
from domain.calendar import working_calendar
from domain.lifecycle import Actor, Transaction
from domain.oversight.imports import MOST_REASONS, Importing, ImportSummary, ImportTooFaulty, mark_left
from domain.oversight.placing import Wanted
from domain.rulebook.loader import load_rulebooks
from domain.vault import Vault
from tests.intake.conftest import NOW, Desk
from tests.intake.sheets import penalty, sheet

pytestmark = pytest.mark.anyio


class Session:
    """A session that carries imports on, and is cut in its transaction of a number."""

    def __init__(self, connection: asyncpg.Connection[Any], office_id: Any, *, cut_in: int | None = None) -> None:
        self.connection = connection
        self.office_id = office_id
        self.cut_in = cut_in
        self.opened = 0
        self.cutter: asyncpg.Connection[Any] | None = None

    @asynccontextmanager
    async def transact(self) -> AsyncIterator[Transaction]:
        """Open a transaction; the one to be cut ends with its session, after its work and before its commit."""
        self.opened += 1
        async with self.connection.transaction():
            yield Transaction(self.connection, NOW, Actor(None, ("clerk",)))
            if self.opened == self.cut_in:
                assert self.cutter is not None
                assert await self.cutter.fetchval(_TERMINATE, self.connection.get_server_pid())

    async def hand_in(self, file: io.BytesIO, *, most_reasons: int = MOST_REASONS) -> ImportSummary:
        """Import a file in blocks of ten rows."""
        vault = Vault({"k1": b"1" * 32}, "k1", b"2" * 32)
        importing = Importing(
            self.transact, vault, load_rulebooks(), working_calendar(), rows_at_once=10, most_reasons=most_reasons
        )
        return await importing.take(file, Wanted(office_id=self.office_id))


@pytest.mark.parametrize("cut_in", [1, 2, 3, 4, 5, 6])
async def test_a_cut_import_goes_on_with_the_same_file(installed_url: str, desk: Desk, cut_in: int) -> None:
    """XM-08a: whatever transaction is cut (begin, one of four blocks, end), nothing is lost and nothing doubled."""
    rows = [penalty(cut_in * 100 + number) for number in range(38)] + [penalty(cut_in * 100 + 90, CF_SY="")] * 2
    file = sheet("penalty", rows)
    left = await _connect(installed_url)
    session = Session(await _connect(installed_url), desk.office_id, cut_in=cut_in)
    session.cutter = await asyncpg.connect(installed_url)
    with pytest.raises(LOST):
        await session.hand_in(file)
    await session.cutter.close()
    session.connection.terminate()
    async with left.transaction():
        assert await mark_left(Transaction(left, NOW, Actor(None, ("operator",))), load_rulebooks()) == (cut_in > 1)
    digest = "SELECT * FROM record_import WHERE id = (SELECT max(id::text)::uuid FROM record_import)"
    if cut_in > 1:
        row = await left.fetchrow(digest)
        taken = min(10 * (cut_in - 2), 38)
        assert (row["state"], row["rows_added"]) == ("interrupted" if taken else "void", taken)
    summary = await Session(left, desk.office_id).hand_in(file)
    assert (summary.state, summary.rows_read, summary.rows_added, summary.rows_refused) == ("completed", 40, 38, 2)
    stored = await left.fetchval("SELECT count(*) FROM credit_record WHERE import_id = $1", summary.import_id)
    refused = await left.fetchval("SELECT count(*) FROM refused_row WHERE record_import_id = $1", summary.import_id)
    told = await left.fetchval(
        "SELECT count(*) FROM ledger_event WHERE verb = 'submit' AND object_id IN"
        " (SELECT id FROM credit_record WHERE import_id = $1)",
        summary.import_id,
    )
    assert (stored, refused, told) == (38, 2, 38)
    await left.close()


async def test_a_file_that_is_faulty_throughout_is_read_until_enough_is_told(installed_url: str, desk: Desk) -> None:
    """What is told so far is kept, and nothing is lost: the same file goes on behind it, a corrected one adds the rest."""
    bad = [penalty(700 + number, CF_SY="", CF_NR="") for number in range(30)]
    file = sheet("penalty", [penalty(number) for number in range(730, 740)] + bad + [penalty(740)])
    session = Session(await _connect(installed_url), desk.office_id)
    with pytest.raises(ImportTooFaulty) as stopped:
        await session.hand_in(file, most_reasons=30)
    assert stopped.value.extensions == {"record_import": f"RecordImport:{stopped.value.import_id}"}
    row = await session.connection.fetchrow("SELECT * FROM record_import WHERE id = $1", stopped.value.import_id)
    assert (row["state"], row["rows_read"], row["rows_added"], row["rows_refused"]) == ("interrupted", 30, 10, 20)
    told = "SELECT count(*) FROM refused_row WHERE record_import_id = $1"
    assert await session.connection.fetchval(told, row["id"]) == 40
    summary = await session.hand_in(file, most_reasons=30)
    assert (summary.import_id, summary.state, summary.rows_read) == (row["id"], "completed", 41)
    assert (summary.rows_added, summary.rows_refused) == (11, 30)
    with pytest.raises(ImportTooFaulty) as stopped:
        await session.hand_in(sheet("penalty", bad), most_reasons=30)
    row = await session.connection.fetchrow("SELECT * FROM record_import WHERE id = $1", stopped.value.import_id)
    assert (row["state"], row["rows_read"], row["rows_refused"]) == ("void", 20, 20)
    await session.connection.close()


_TERMINATE = "SELECT pg_terminate_backend($1, 10000)"


@pytest.mark.parametrize("shut_down", [False, True], ids=["cut", "shut down"])
async def test_who_hands_in_a_file_is_told_that_it_was_broken_off(
    installed_url: str, desk: Desk, shut_down: bool
) -> None:
    """XM-08a: something was done by then: the same file goes on, and whoever is told "nothing was done" would not know it."""
    turns = 0

    async def authorise(session: asyncpg.Connection[Any]) -> Actor:
        nonlocal turns
        turns += 1
        if turns == 3:  # of three: the import begins, its only block is taken, it ends
            if not shut_down:
                session.terminate()
                return Actor(None, ("operator",))
            await owner.execute(_TERMINATE, session.get_server_pid())
            await session.execute("SELECT pg_sleep(30)")  # ends as its session does
        return Actor(None, ("operator",), office_id=desk.office_id)

    owner = await asyncpg.connect(installed_url)
    vault, calendar = Vault({"k1": b"1" * 32}, "k1", b"2" * 32), working_calendar()
    database = Database(installed_url, size=1, statement_timeout_ms=10_000)
    at = handing_in.Desk(database, vault, load_rulebooks(), calendar, lambda: NOW)
    file, wanted = (
        sheet("penalty", [penalty(77_000 + shut_down), penalty(77_002 + shut_down)]),
        Wanted(office_id=desk.office_id),
    )
    state = "SELECT state FROM record_import WHERE file_digest = $1"
    digest = hashlib.sha256(file.getvalue()).hexdigest()
    async with handing_in.settling(at, interval=0.05), asyncio.timeout(60):
        with pytest.raises(handing_in.ImportBroken) as broken:
            await handing_in.hand_in(at, authorise, file=file, wanted=wanted)
        while await owner.fetchval(state, digest) == "running":
            pass
    assert status_of(broken.value)[0] == 503
    assert await owner.fetchval(state, digest) == "interrupted", "without anybody handing anything in"
    again = await handing_in.hand_in(at, authorise, file=file, wanted=wanted)
    await database.close()
    await owner.close()
    assert (again.state, again.rows_added, again.rows_read) == ("completed", 2, 2)


async def test_whoever_marks_what_was_left_is_told_that_the_database_went_away(installed_url: str) -> None:
    class Cut(Database):
        async def connect(
            self, *, command_seconds: float | None = None, read_only: bool = False
        ) -> asyncpg.Connection[Any]:
            session = await super().connect(command_seconds=command_seconds, read_only=read_only)
            session.terminate()
            return session

    database = Cut(installed_url, size=1, statement_timeout_ms=10_000)
    vault = Vault({"k1": b"1" * 32}, "k1", b"2" * 32)
    at = handing_in.Desk(database, vault, load_rulebooks(), working_calendar(), lambda: NOW)
    with pytest.raises(DatabaseAway):
        await handing_in.settle_left(at)


async def test_an_import_under_way_is_not_taken_for_a_left_one(installed_url: str, desk: Desk) -> None:
    session = Session(await _connect(installed_url), desk.office_id)
    watcher = await _connect(installed_url)
    found: list[int] = []

    async def look() -> None:
        async with watcher.transaction():
            found.append(await mark_left(Transaction(watcher, NOW, Actor(None, ("operator",))), load_rulebooks()))

    transact = session.transact

    @asynccontextmanager
    async def looking() -> AsyncIterator[Transaction]:
        await look()
        async with transact() as tx:
            yield tx

    session.transact = looking  # type: ignore[method-assign]
    assert (await session.hand_in(sheet("penalty", [penalty(9000 + number) for number in range(15)]))).rows_added == 15
    assert found == [0, 0, 0, 0]
    await watcher.close()
    await session.connection.close()


async def _connect(url: str) -> asyncpg.Connection[Any]:
    connection = await asyncpg.connect(url)
    await connection.execute("SET ROLE renxin_app")
    return connection
