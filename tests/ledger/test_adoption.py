"""A ledger that was restored goes on by an adoption, which loses nothing that is held outside and hides nothing (SH-12b)."""

from __future__ import annotations

import asyncio
import json
from argparse import Namespace
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from api.cli.ledger import adopt_ledger, verify_ledger
from api.config.settings import Settings
from api.process.start import prepare
from domain.errors import InvalidInput
from domain.keys import public_keys
from domain.ledger.adoption import (
    Adopted,
    LedgerForked,
    LedgerReplaced,
    NothingToAdopt,
    adopt,
    require_continued,
)
from domain.ledger.check import Fault, verify
from domain.ledger.checkpoint import HistoryReplaced
from domain.ledger.export import export_lines, write_export
from domain.ledger.offline import Held, check_offline
from domain.ledger.seal import write_anchor
from domain.lifecycle import Actor, Transaction
from domain.use.signing import open_signer
from tests.ledger.book import NOW, Book, new_signer

pytestmark = pytest.mark.anyio

TABLES = ("ledger_event", "ledger_checkpoint")


async def _backed_up(book: Book) -> None:
    for table in TABLES:
        await book.owner.execute(f"CREATE TEMP TABLE IF NOT EXISTS backup_{table} (LIKE {table})")
        await book.owner.execute(f"TRUNCATE backup_{table}; INSERT INTO backup_{table} SELECT * FROM {table}")


async def _restored(book: Book) -> None:
    for table in TABLES:
        await book.owner.execute(f"DELETE FROM {table}; INSERT INTO {table} SELECT * FROM backup_{table}")


async def _adopt(book: Book, **how: Any) -> Adopted:
    keys = public_keys((how.pop("signer", None) or book.signer).public_jwks())
    async with book.owner.transaction():
        tx = Transaction(book.owner, NOW, Actor(None, ("operator",)))
        return await adopt(tx, book.anchor, keys, **{"by": "系统管理员", "reason": "磁盘故障，恢复备份", **how})


async def _digests(book: Book) -> dict[int, str]:
    return {row["id"]: row["digest"] for row in await book.owner.fetch("SELECT id, digest FROM ledger_checkpoint")}


async def _stopped(book: Book) -> None:
    """Require that neither the sealer nor a start goes on with the ledger."""
    with pytest.raises(LedgerReplaced):
        await require_continued(book.app, book.anchor)
    await book.write()
    with pytest.raises(HistoryReplaced):
        await write_anchor(book.app, book.anchor)
    await book.owner.execute(
        "DELETE FROM ledger_event WHERE xid >= (SELECT max(to_xid) FROM ledger_checkpoint)::text::xid8"
    )


async def test_a_ledger_restored_from_an_older_backup_goes_on_with_every_digest_that_was_handed_out(
    book: Book, tmp_path: Path
) -> None:
    await book.chapters(3)
    await _backed_up(book)
    await book.chapters(2)
    held = await _digests(book)
    await _restored(book)
    await _stopped(book)
    done = await _adopt(book)
    assert (done.put_back, done.lost) == (2, [4, 5])
    await require_continued(book.app, book.anchor)
    await book.chapters(1)
    keys, known = book.signer.public_jwks(), [range(4, 6)]
    report = await verify(book.owner, keys, book.anchor.path, held=held, lost=known)
    assert (report.findings, report.checkpoints, report.anchored, report.lost) == ([], 6, 6, 2)
    path = tmp_path / "after.jsonl"
    await write_export(export_lines(book.owner, 1, None), path)
    assert check_offline(path, public_keys(keys), Held(held, lost=known)).findings == []


async def test_what_was_lost_is_reported_until_the_verifier_is_told_that_it_is_known(book: Book) -> None:
    """The adoption is in the ledger, where who owns the database could have written it: no reason to say nothing."""
    await book.chapters(2)
    await _backed_up(book)
    await book.chapters(2)
    await _restored(book)
    await _adopt(book)
    await book.seal_all()
    assert {one.checkpoint for one in (await book.verify()).findings} == {3, 4}
    keys = book.signer.public_jwks()
    told = await verify(book.owner, keys, book.anchor.path, lost=[range(3, 4)])
    assert {one.checkpoint for one in told.findings} == {4}


async def test_an_adoption_is_an_event_of_the_ledger_with_name_and_reason(book: Book) -> None:
    await book.chapters(1)
    await _backed_up(book)
    await book.chapters(1)
    await _restored(book)
    await _adopt(book)
    row = await book.owner.fetchrow("SELECT * FROM ledger_event WHERE object = 'ledger_adoption'")
    assert row is not None
    assert (row["kind"], row["verb"], row["role"], row["reason"]) == (
        "change", "adopt", "operator", "磁盘故障，恢复备份",
    )  # fmt: skip
    [made] = await book.seal_all()
    assert made.id == 3
    adoption = await book.owner.fetchrow("SELECT adopted_by, put_back, lost_from, lost_to FROM ledger_adoption")
    assert adoption is not None
    assert tuple(adoption) == ("系统管理员", 1, 2, 2)


async def test_checkpoints_whose_events_are_still_there_are_put_back_whole(book: Book) -> None:
    await book.chapters(4)
    await book.owner.execute("DELETE FROM ledger_checkpoint WHERE id IN (2, 4)")
    done = await _adopt(book)
    assert (done.put_back, done.lost) == (2, [])
    await book.seal_all()
    assert (await book.verify()).findings == []


async def test_transaction_ids_that_were_set_back_count_on_behind_the_last_checkpoint(book: Book) -> None:
    """A dump that is restored into another server brings transaction ids that the server has not reached."""
    shift = "((pg_current_xact_id()::text::bigint + 5000000)::text)::xid8"
    await book.owner.execute(f"ALTER TABLE ledger_event ALTER COLUMN xid SET DEFAULT {shift}")
    await book.owner.execute(
        "INSERT INTO ledger_adoption (id, adopted_at, adopted_by, reason, put_back, shift)"
        " VALUES (gen_random_uuid(), now(), 'x', 'x', 0, 5000000)"
    )
    await book.chapters(2)
    await book.write()
    await book.owner.execute("DELETE FROM ledger_adoption")
    await book.owner.execute("ALTER TABLE ledger_event ALTER COLUMN xid SET DEFAULT pg_current_xact_id()")
    with pytest.raises(LedgerReplaced):
        await require_continued(book.app, book.anchor)
    with pytest.raises(HistoryReplaced):
        await book.seal()
    done = await _adopt(book)
    assert (done.put_back, done.lost) == (0, [])
    assert done.shift >= 4_000_000
    await require_continued(book.app, book.anchor)
    await book.write(3)
    await book.seal_all()
    report = await book.verify()
    assert (report.findings, report.events, report.unsealed) == ([], 15, 0)
    await book.owner.execute(
        "UPDATE ledger_event SET xid = (xid::text::bigint + 1000000000)::text::xid8 WHERE object = 'ledger_adoption'"
    )
    assert Fault.EVENT_AHEAD in {one.fault for one in (await book.verify()).findings}


async def test_a_writer_in_the_middle_of_a_change_is_waited_for(book: Book) -> None:
    await book.chapters(1)
    await book.owner.execute("DELETE FROM ledger_checkpoint")
    writer = await asyncpg.connect(book.url)
    try:
        begun = writer.transaction()
        await begun.start()
        await book.write(connection=writer)
        adopting = asyncio.create_task(_adopt(book))
        while not await book.app.fetchval(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'ledger_event'::regclass"
        ):
            assert not adopting.done()
        await begun.commit()
        assert (await adopting).put_back == 1
    finally:
        await writer.close()
    await book.seal_all()
    assert (await book.verify()).findings == []


@pytest.mark.parametrize("checkpoints", [1, 2])
async def test_a_ledger_that_contradicts_its_anchor_is_not_adopted(book: Book, checkpoints: int) -> None:
    await book.chapters(checkpoints)
    anchored = book.anchor.path.read_bytes()
    await book.owner.execute("UPDATE ledger_event SET role = 'x'")
    await book.owner.execute("DELETE FROM ledger_checkpoint")
    await book.seal_all_without_anchor()
    with pytest.raises(LedgerReplaced):
        await require_continued(book.app, book.anchor)
    with pytest.raises(LedgerForked):
        await _adopt(book)
    assert book.anchor.path.read_bytes() == anchored


@pytest.mark.parametrize("damage", ["another key", "a byte", "a line", "a signature"])
async def test_an_anchor_that_does_not_hold_itself_is_not_believed(book: Book, damage: str) -> None:
    await book.chapters(3)
    await book.owner.execute("DELETE FROM ledger_checkpoint WHERE id > 1")
    lines = book.anchor.path.read_bytes().splitlines(keepends=True)
    if damage == "a byte":
        lines[1] = lines[1].replace(b"digest", b"dIgest")
    if damage == "a line":
        lines.pop(1)
    if damage == "a signature":
        lines[1] = lines[1].replace(*(json.loads(line)["signature"].encode() for line in lines[1:]))
    book.anchor.path.write_bytes(b"".join(lines))
    with pytest.raises(LedgerForked):
        await _adopt(book, signer=new_signer("k1") if damage == "another key" else None)
    assert await book.owner.fetchval("SELECT count(*) FROM ledger_checkpoint") == 1


async def test_nothing_is_sealed_beside_an_anchor_that_cannot_be_read(book: Book) -> None:
    await book.chapters(1)
    book.anchor.path.write_bytes(b"nothing\n")
    with pytest.raises(LedgerReplaced):
        await require_continued(book.app, book.anchor)


async def test_a_ledger_that_goes_on_needs_no_adoption(book: Book) -> None:
    await require_continued(book.app, book.anchor)
    await book.chapters(2)
    await book.write()
    await require_continued(book.app, book.anchor)
    with pytest.raises(NothingToAdopt):
        await _adopt(book)
    for nothing in ({"by": " "}, {"reason": ""}):
        with pytest.raises(InvalidInput):
            await _adopt(book, **nothing)


async def test_the_command_adopts_and_a_server_starts_again(
    book: Book, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    book.signer = open_signer(settings.signing_keys_dir)
    own = replace(settings, database_url=book.url, data_dir=book.anchor.path.parent, demo=False)
    await book.chapters(2)
    await _backed_up(book)
    await book.chapters(1)
    await _restored(book)
    given = Namespace(by="系统管理员", reason="恢复备份")
    assert await asyncio.to_thread(adopt_ledger, own, given) == 0
    assert "checkpoints 3-3 are gone: verify with --lost 3-3" in capsys.readouterr().out
    await book.seal_all()
    for lost, code in (([], 1), (["3-3"], 0)):
        assert await asyncio.to_thread(verify_ledger, own, Namespace(held=[], anchor=None, lost=lost)) == code
    assert "1 checkpoints were not looked into" in capsys.readouterr().out


async def test_a_server_does_not_start_on_a_ledger_that_was_replaced(
    book: Book, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def durable(connection: Any) -> None:
        """Our server of tests is not."""

    monkeypatch.setattr("api.process.start.require_fit", durable)
    own = replace(settings, database_url=book.url, data_dir=book.anchor.path.parent, demo=False)
    await book.chapters(1)
    await book.owner.execute("DELETE FROM ledger_checkpoint")
    with pytest.raises(LedgerReplaced):
        await prepare(own, book.url, now=NOW, tell=lambda text: None)
