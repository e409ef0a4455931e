"""Sealing: nothing is skipped, nothing is sealed twice, and what is sealed verifies (SH-12b)."""

from __future__ import annotations

import asyncio
import hashlib
import importlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from domain.ledger import seal as sealing
from domain.ledger.anchor import Anchor
from domain.ledger.check import Fault, verify
from domain.ledger.checkpoint import (
    COLUMNS,
    EVENT_COLUMNS,
    NOTHING_BEFORE,
    PRINCIPALS,
    SALT,
    HistoryReplaced,
    Seal,
    entries,
    instant,
    read_leaves,
    sign,
)
from domain.ledger.merkle import MerkleTree
from domain.ledger.seal import run_sealer, write_anchor
from domain.use.signing import Signer
from tests.ledger.book import NOW, Book, new_signer

pytestmark = pytest.mark.anyio


async def test_an_empty_ledger_holds_and_is_not_sealed(book: Book) -> None:
    assert await book.seal() is None
    report = await book.verify()
    assert (report.sound, report.events, report.checkpoints, report.digest) == (True, 0, 0, NOTHING_BEFORE)


async def test_checkpoints_follow_each_other_and_cover_every_event(book: Book) -> None:
    await book.write(3)
    [first] = await book.seal_all()
    await book.write(2)
    [second] = await book.seal_all()
    assert [(one.id, one.size) for one in (first, second)] == [(1, 3), (2, 2)]
    assert (first.from_xid, first.previous) == (0, NOTHING_BEFORE)
    assert (second.from_xid, second.previous) == (first.to_xid, first.digest)
    report = await book.verify()
    assert (report.sound, report.events, report.checkpoints, report.unsealed) == (True, 5, 2, 0)
    assert (report.anchored, report.digest) == (2, second.digest)


async def test_nothing_new_makes_no_checkpoint(book: Book) -> None:
    await book.chapters(1)
    assert await book.seal() is None
    assert (await book.verify()).checkpoints == 1


async def test_a_writer_that_commits_late_is_sealed_late_and_never_skipped(book: Book) -> None:
    """The one who began first commits last; what came after it waits, too."""
    early, late = await asyncpg.connect(book.url), await asyncpg.connect(book.url)
    try:
        open_transaction = early.transaction()
        await open_transaction.start()
        [slow] = await book.write(connection=early)
        [quick] = await book.write(connection=late)
        assert await book.seal() is None
        waiting = await book.verify()
        await open_transaction.commit()
    finally:
        await early.close()
        await late.close()
    assert (waiting.sound, waiting.unsealed) == (True, 1)
    [made] = await book.seal_all()
    assert [event for event, _ in entries(made.leaves)] == [slow, quick]
    assert (await book.verify()).sound


async def test_a_writer_that_gives_up_leaves_no_gap(book: Book) -> None:
    async with asyncio.timeout(30):
        rolled_back = book.app.transaction()
        await rolled_back.start()
        await book.write()
        await rolled_back.rollback()
        await book.chapters(1, events=1)
    assert (await book.verify()).events == 1


async def test_writers_and_sealers_at_once_leave_every_event_in_one_checkpoint(book: Book) -> None:
    async def work(connection: asyncpg.Connection[Any]) -> int:
        return sum([len(await book.write(1 + turn % 3, connection=connection)) for turn in range(20)])

    async def seal_on(connection: asyncpg.Connection[Any]) -> None:
        for _ in range(30):
            await sealing.seal(connection, book.signer, NOW)

    connections = [await asyncpg.connect(book.url) for _ in range(6)]
    try:
        written = await asyncio.gather(
            *(work(one) for one in connections[:4]), *(seal_on(one) for one in connections[4:])
        )
    finally:
        for connection in connections:
            await connection.close()
    await book.seal_all()
    report = await book.verify()
    assert (report.sound, report.unsealed) == (True, 0)
    assert report.events == sum(one for one in written if one) == 4 * 39


async def test_a_transaction_larger_than_a_batch_is_one_checkpoint(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 4)
    for events in (3, 9, 1, 1, 1, 1, 1):
        await book.write(events)
    assert [one.size for one in await book.seal_all()] == [3, 9, 4, 1]
    assert (await book.verify()).sound


async def test_the_hash_of_an_event_depends_on_no_setting_of_the_session(book: Book) -> None:
    await book.chapters(1)
    strange = await asyncpg.connect(
        book.url,
        server_settings={
            "timezone": "America/St_Johns",
            "datestyle": "German, DMY",
            "intervalstyle": "sql_standard",
            "bytea_output": "escape",
            "extra_float_digits": "-5",
            "client_encoding": "UTF8",
        },
    )
    try:
        assert (await verify(strange, book.signer.public_jwks(), book.anchor.path)).sound
    finally:
        await strange.close()


async def test_every_column_of_an_event_is_sealed(book: Book) -> None:
    columns = await book.owner.fetch(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'ledger_event'"
    )
    assert {row["column_name"] for row in columns} == {*EVENT_COLUMNS, *PRINCIPALS, SALT}


@pytest.mark.parametrize("table", ["ledger_event", "ledger_checkpoint"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
async def test_the_request_role_may_only_add(book: Book, table: str, statement: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await book.app.execute(statement.format(table))


async def test_after_a_rotation_the_old_checkpoints_still_verify(book: Book) -> None:
    await book.chapters(1)
    old = book.signer
    book.signer = Signer({**new_signer("k2")._keys, **old._keys}, "k2")
    await book.chapters(1)
    assert (await book.verify()).sound
    assert not (await book.verify(signer=old)).sound


# -- history that was replaced


async def test_transaction_ids_that_were_set_back_stop_the_sealer(book: Book) -> None:
    """A dump that is restored into another server brings old transaction ids with it."""
    await book.chapters(1)
    await book.owner.execute("UPDATE ledger_checkpoint SET to_xid = to_xid + 1000000")
    await book.write()
    with pytest.raises(HistoryReplaced):
        await book.seal()


async def test_a_database_behind_its_anchor_stops_the_sealer(book: Book) -> None:
    await book.chapters(2)
    await book.owner.execute("DELETE FROM ledger_checkpoint WHERE id = 2")
    with pytest.raises(HistoryReplaced):
        await write_anchor(book.app, book.anchor)


async def test_a_database_that_differs_from_its_anchor_stops_the_sealer(book: Book) -> None:
    await book.chapters(2)
    await book.owner.execute("UPDATE ledger_checkpoint SET digest = repeat('0', 64) WHERE id = 2")
    with pytest.raises(HistoryReplaced):
        await write_anchor(book.app, book.anchor)


# -- the anchor


async def test_checkpoints_that_a_crash_kept_from_the_anchor_are_appended_later(book: Book) -> None:
    await book.write()
    await book.seal_all_without_anchor()
    assert book.anchor.size() is None
    assert (await book.verify(anchored=False)).sound
    await book.chapters(1)
    assert (await book.verify()).anchored == 2


async def test_a_line_that_a_crash_cut_is_written_again_and_does_no_harm(book: Book) -> None:
    await book.chapters(3)
    whole = book.anchor.path.read_bytes()
    for cut in (1, 50, len(whole.splitlines()[-1])):
        book.anchor.path.write_bytes(whole[:-cut])
        assert (await book.verify()).sound
        await write_anchor(book.app, book.anchor)
        report = await book.verify()
        assert (report.sound, report.anchored) == (True, 3)


async def test_two_processes_that_append_the_same_leave_it_once(book: Book, tmp_path: Path) -> None:
    await book.chapters(2)
    made = await book.app.fetch("SELECT * FROM ledger_checkpoint ORDER BY id")
    anchor = Anchor(tmp_path / "other.jsonl")
    from domain.ledger.checkpoint import from_row

    for _ in range(2):
        anchor.append([from_row(row) for row in made])
    assert anchor.path.read_bytes() == book.anchor.path.read_bytes()


async def test_the_anchor_is_not_for_everybody_to_read_or_write(book: Book) -> None:
    await book.chapters(1)
    assert book.anchor.path.stat().st_mode & 0o027 == 0


# -- the loop


class _Rounds:
    """A clock that tells how often it was asked."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.wanted = 1

    def __call__(self) -> Any:
        self.wanted -= 1
        if self.wanted <= 0:
            self.asked.set()
        return NOW


async def test_the_sealer_seals_while_the_server_runs_and_once_more_when_it_stops(book: Book) -> None:
    clock = _Rounds()
    task = asyncio.create_task(
        run_sealer(lambda: asyncpg.connect(book.url), book.signer, book.anchor, clock=clock, interval=0.001)
    )
    await book.write(2)
    async with asyncio.timeout(30):
        while (await book.verify()).unsealed:
            clock.asked.clear()
            await clock.asked.wait()
    await book.write(1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await book.seal_all()
    report = await book.verify()
    assert (report.sound, report.events) == (True, 3)
    assert report.anchored == report.checkpoints


async def test_a_sealer_that_is_stopped_while_it_begins_anchors_nothing_uncommitted(book: Book) -> None:
    """A session whose BEGIN was cancelled makes savepoints of later transactions: they look committed."""
    begun = asyncio.Event()

    class Stuck(asyncpg.Connection):  # type: ignore[misc]
        async def execute(self, query: str, *args: Any, **how: Any) -> str:
            done: str = await super().execute(query, *args, **how)
            if query.startswith("BEGIN") and not begun.is_set():
                begun.set()
                await asyncio.Event().wait()
            return done

    async def connect() -> asyncpg.Connection[Any]:
        return await asyncpg.connect(book.url, connection_class=Stuck)

    await book.write()
    task = asyncio.create_task(run_sealer(connect, book.signer, book.anchor, clock=lambda: NOW, interval=0.001))
    async with asyncio.timeout(30):
        await begun.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    anchored, committed = book.anchor.last(), await book.owner.fetchval("SELECT max(id) FROM ledger_checkpoint")
    assert (anchored.number if anchored else None) == committed
    await book.seal_all()
    report = await book.verify()
    assert (report.sound, report.events, report.checkpoints) == (True, 1, 1)


async def test_a_sealer_that_is_stopped_at_any_moment_leaves_the_anchor_in_agreement(book: Book) -> None:
    """Cancelled while it commits, it must not tell the anchor of what is then rolled back."""
    opened: list[asyncio.Task[asyncpg.Connection[Any]]] = []

    async def connect() -> asyncpg.Connection[Any]:
        opened.append(asyncio.create_task(asyncpg.connect(book.url)))
        return await asyncio.shield(opened[-1])

    for moment in range(0, 60, 4):
        await book.write()
        clock = _Rounds()
        task = asyncio.create_task(run_sealer(connect, book.signer, book.anchor, clock=clock, interval=0))
        await clock.asked.wait()
        for _ in range(moment):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    for made in opened:
        await (await made).close()
    await book.seal_all()
    report = await book.verify()
    assert (report.sound, report.events) == (True, 15)


async def test_neither_seal_nor_anchor_is_made_inside_a_transaction(book: Book) -> None:
    for work in (book.seal(), write_anchor(book.app, book.anchor)):
        with pytest.raises(RuntimeError):
            async with book.app.transaction():
                await work


async def test_of_two_sealers_one_seals_and_the_other_takes_over(book: Book) -> None:
    clocks = [_Rounds(), _Rounds()]

    def sealer(clock: _Rounds) -> asyncio.Task[None]:
        connect = lambda: asyncpg.connect(book.url)  # noqa: E731
        return asyncio.create_task(run_sealer(connect, book.signer, book.anchor, clock=clock, interval=0.001))

    async with asyncio.timeout(30):
        first = sealer(clocks[0])
        await clocks[0].asked.wait()
        second = sealer(clocks[1])
        clocks[0].asked.clear()
        await clocks[0].asked.wait()
        assert not clocks[1].asked.is_set()
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        await clocks[1].asked.wait()
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)


async def test_a_database_that_goes_away_does_not_end_the_sealer(book: Book, caplog: pytest.LogCaptureFixture) -> None:
    clock, failures = _Rounds(), iter([OSError("gone"), OSError("gone"), ConnectionRefusedError("gone")])

    async def connect() -> asyncpg.Connection[Any]:
        for failure in failures:
            raise failure
        return await asyncpg.connect(book.url)

    task = asyncio.create_task(run_sealer(connect, book.signer, book.anchor, clock=clock, interval=0.001))
    async with asyncio.timeout(30):
        for _ in range(2):  # the second time a seal has been made
            await clock.asked.wait()
            clock.asked.clear()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert [record.message for record in caplog.records] == [
        "ledger_not_sealed",
        "ledger_not_sealed",
        "ledger_sealed_again",
    ]
    assert caplog.records[-1].__dict__["count"] == 3
    assert "gone" not in caplog.text


async def test_what_is_not_sealed_yet_is_counted_and_an_event_of_the_future_is_found(book: Book) -> None:
    await book.chapters(1)
    [event] = await book.write()
    report = await book.verify()
    assert (report.sound, report.unsealed, report.unsealed_since) == (True, 1, NOW)
    await book.owner.execute("UPDATE ledger_event SET xid = '18446744073709551615'::xid8 WHERE id = $1", event)
    [finding] = (await book.verify()).findings
    assert (finding.fault, finding.event_id) == (Fault.EVENT_AHEAD, event)


# -- the first format, before salt and tree


async def _seal_in_the_first_format(book: Book) -> None:
    """Write and seal as the service did before events had a salt and checkpoints a tree."""
    await book.write(3)
    await book.owner.execute("UPDATE ledger_event SET salt = NULL")
    last = await book.owner.fetchrow("SELECT id, to_xid, digest FROM ledger_checkpoint ORDER BY id DESC LIMIT 1")
    start = last["to_xid"] if last else 0
    tree, leaves = MerkleTree(), b""
    async with book.owner.transaction():
        end = await book.owner.fetchval("SELECT pg_snapshot_xmin(pg_current_snapshot())")
        async for leaf in read_leaves(book.owner, start, end):
            tree.append(leaf.hash)
            leaves += leaf.entry
    seal = Seal(
        number=last["id"] + 1 if last else 1, from_xid=start, to_xid=end, size=tree.size, root=tree.root().hex(),
        leaves=hashlib.sha256(leaves).hexdigest(), previous=last["digest"] if last else NOTHING_BEFORE,
        sealed_at=instant(NOW), tree=None,
    )  # fmt: skip
    made = replace(sign(seal, leaves, NOW, book.signer, MerkleTree()), nodes=b"")
    places = ", ".join(f"${place}" for place in range(1, len(COLUMNS) + 1))
    await book.owner.execute(
        f"INSERT INTO ledger_checkpoint ({', '.join(COLUMNS)}) VALUES ({places})",
        *(getattr(made, column) for column in COLUMNS),
    )


async def test_checkpoints_of_the_first_format_still_verify_and_are_in_the_tree_of_the_next(book: Book) -> None:
    migration = importlib.import_module("migrations.versions.0009_checkpoint_tree")
    for _ in range(5):
        await _seal_in_the_first_format(book)
    await book.owner.execute(migration.NODES)
    for _ in range(3):
        await book.write(2)
        await book.seal_all()
    report = await book.verify()
    assert (report.findings, report.events, report.checkpoints) == ([], 21, 8)
    formats = await book.owner.fetch(
        "SELECT tree IS NULL AS first, salt IS NULL AS bare FROM ledger_checkpoint c, ledger_event e WHERE e.xid >= c.from_xid::text::xid8 AND e.xid < c.to_xid::text::xid8"
    )
    assert {tuple(row) for row in formats} == {(True, True), (False, False)}


async def test_a_sealer_that_finds_another_tree_than_was_signed_stops(book: Book) -> None:
    await book.chapters(3)
    for change in ("nodes = nodes || 'x'::bytea", "tree = repeat('0', 64)"):
        await book.write()
        async with book.owner.transaction():
            await book.owner.execute(f"UPDATE ledger_checkpoint SET {change} WHERE id = 3")
        with pytest.raises(HistoryReplaced):
            await book.seal_all_without_anchor()
