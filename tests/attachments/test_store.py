"""Bytes apart from rows: nothing that a row names is ever lost, nothing that none names stays."""

from __future__ import annotations

import hashlib
import os
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from domain.files import attachments
from domain.files.attachments import DRAFTS_ALLOWED, DraftsPending, Upload, discard, upload
from domain.files.store import KEPT_SECONDS, AttachmentStore, AttachmentUnreadable, Incoming, StorageUnavailable
from domain.files.sweep import sweep
from domain.installation_rows import office_id
from domain.lifecycle import Actor, Transaction
from tests.client import NOW

pytestmark = pytest.mark.anyio

CLERK = Actor(account_id=UUID(int=7), roles=("clerk",), office_id=office_id("350200", "JCZD"), jurisdiction_id="350200")
DAY = timedelta(days=1)


@pytest.fixture
def store(tmp_path: Path) -> AttachmentStore:
    return AttachmentStore(tmp_path / "attachments")


@pytest.fixture
async def connection(installed_url: str) -> Any:
    opened = await asyncpg.connect(installed_url)
    yield opened
    await opened.close()


def put(store: AttachmentStore, content: bytes, *, age: float = 0.0) -> str:
    """Put bytes in their place, as if so many seconds ago."""
    with store.receive() as incoming:
        incoming.write(content)
        digest = store.keep(incoming)
    when = NOW.timestamp() - age
    os.utime(store.folder / digest[:2] / digest, (when, when))
    return digest


async def enter(connection: Any, digest: str, *, actor: Actor = CLERK, now: Any = NOW) -> UUID:
    async with connection.transaction():
        given = Upload(name="证据.txt", media_type="text/plain", size=1, digest=digest)
        return await upload(Transaction(connection, now, actor), given)


def test_bytes_are_named_by_their_digest_and_closed_to_others(store: AttachmentStore) -> None:
    digest = put(store, b"abc")
    place = store.folder / digest[:2] / digest
    assert digest == hashlib.sha256(b"abc").hexdigest()
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    with store.open(digest) as file:
        assert file.read() == b"abc"


def test_an_upload_that_fails_leaves_nothing(store: AttachmentStore) -> None:
    def fail() -> None:
        with store.receive() as incoming:
            incoming.write(b"half")
            raise OSError("lost")

    with pytest.raises(OSError, match="lost"):
        fail()
    assert [path for path in store.folder.rglob("*") if path.is_file()] == []


def test_a_full_disk_is_told(store: AttachmentStore) -> None:
    with Path("/dev/full").open("wb", buffering=0) as full:
        incoming = Incoming(store.folder, full)
        with pytest.raises(StorageUnavailable):
            incoming.write(b"abc")
    assert incoming.size == 0


def test_what_cannot_be_put_in_its_place_is_told_and_leaves_nothing(store: AttachmentStore) -> None:
    store.folder.mkdir()
    digest = hashlib.sha256(b"abc").hexdigest()
    (store.folder / digest[:2]).write_bytes(b"a file where a folder should be")
    with store.receive() as incoming:
        incoming.write(b"abc")
        with pytest.raises(StorageUnavailable):
            store.keep(incoming)
    assert not store.holds(digest)
    assert not incoming.path.exists()


def test_bytes_that_were_altered_or_lost_are_not_given(store: AttachmentStore) -> None:
    digest = put(store, b"abc")
    (store.folder / digest[:2] / digest).write_bytes(b"abd")
    with pytest.raises(AttachmentUnreadable):
        store.open(digest)
    with pytest.raises(AttachmentUnreadable):
        store.open("0" * 64)


async def test_what_no_row_names_is_set_aside_then_gone(connection: Any, store: AttachmentStore) -> None:
    orphan, fresh, named = put(store, b"orphan", age=2e5), put(store, b"fresh"), put(store, b"named", age=2e5)
    await enter(connection, named)

    await sweep(connection, store, lambda: NOW)
    with store.open(orphan) as aside:
        assert aside.read() == b"orphan"
    await sweep(connection, store, lambda: NOW + 2 * DAY)

    assert not store.holds(orphan)
    assert store.holds(named)
    assert store.holds(fresh), "set aside only now: it was fresh the first time"


async def test_a_row_that_comes_while_its_bytes_are_set_aside_gets_them_back(
    connection: Any, store: AttachmentStore
) -> None:
    digest = put(store, b"late", age=2e5)
    await sweep(connection, store, lambda: NOW)
    await enter(connection, digest)
    await sweep(connection, store, lambda: NOW + 2 * DAY)
    assert (store.folder / digest[:2] / digest).read_bytes() == b"late"


async def test_bytes_of_a_discarded_draft_go_unless_another_row_names_them(
    connection: Any, store: AttachmentStore
) -> None:
    digest = put(store, b"twice", age=2e5)
    one, other = await enter(connection, digest), await enter(connection, digest)
    await discard(Transaction(connection, NOW, CLERK), one)
    await sweep(connection, store, lambda: NOW)
    await sweep(connection, store, lambda: NOW + 2 * DAY)
    assert store.holds(digest)

    await discard(Transaction(connection, NOW, CLERK), other)
    await sweep(connection, store, lambda: NOW + 2 * DAY)
    await sweep(connection, store, lambda: NOW + 4 * DAY)
    assert not store.holds(digest)


async def test_a_draft_that_came_to_nothing_is_discarded_after_thirty_days(
    connection: Any, store: AttachmentStore
) -> None:
    row = await enter(connection, put(store, b"old"), now=NOW - 31 * DAY)
    young = await enter(connection, put(store, b"young"), now=NOW - 29 * DAY)
    await sweep(connection, store, lambda: NOW)
    states = {one: await connection.fetchval("SELECT state FROM attachment WHERE id = $1", one) for one in (row, young)}
    assert states == {row: "discarded", young: "draft"}
    verbs = await connection.fetch("SELECT verb FROM ledger_event WHERE object_id = $1 ORDER BY id", row)
    assert [one["verb"] for one in verbs] == ["upload", "discard"]


def test_parts_of_broken_uploads_are_cleared_away(store: AttachmentStore) -> None:
    put(store, b"x")
    part = store.folder / "incoming" / "abandoned"
    part.write_bytes(b"half")
    now = part.stat().st_mtime
    store.settle(lambda digest: True, now=now + 60)
    assert part.exists()
    store.settle(lambda digest: True, now=now + KEPT_SECONDS + 1)
    assert not part.exists()


async def test_an_account_cannot_pile_up_drafts(connection: Any) -> None:
    piler = Actor(account_id=UUID(int=8), roles=("clerk",), office_id=CLERK.office_id, jurisdiction_id="350200")
    for number in range(DRAFTS_ALLOWED):
        await enter(connection, f"{number:064x}", actor=piler)
    with pytest.raises(DraftsPending):
        await enter(connection, "f" * 64, actor=piler)


@pytest.mark.parametrize("name", ["../x", "a/b", "a\\b", "", " ", "a\u202egnp.exe", "a\nb", "x" * 201, "欧阳350203199001011236.pdf", 'a"b'])  # fmt: skip
def test_a_name_that_hides_what_it_is_or_carries_a_number_is_refused(name: str) -> None:
    with pytest.raises(Exception, match=r"name|1 to 200"):
        attachments.plain_name(name)


def test_a_served_name_agrees_with_the_content() -> None:
    assert attachments.shown_name("a.html", "text/plain") == "a.html.txt"
    assert attachments.shown_name("照片.JPG", "image/jpeg") == "照片.JPG"
    assert attachments.shown_name(None, "application/pdf") == "attachment.pdf"


def test_where_the_folder_cannot_be_written_nothing_is_taken(tmp_path: Path) -> None:
    (tmp_path / "attachments").write_text("no folder")
    with pytest.raises(StorageUnavailable), AttachmentStore(tmp_path / "attachments").receive():
        pass
