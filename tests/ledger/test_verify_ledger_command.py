"""The command `renxin verify-ledger`: what it tells people, and its exit code."""

from __future__ import annotations

import io
from argparse import Namespace
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from api.cli.ledger import verify_ledger
from api.cli.ledger_telling import WORDS, tell_ledger
from api.config.settings import Settings
from domain.ledger.check import Fault
from domain.use.signing import open_signer
from tests.ledger.book import NOW, Book

pytestmark = pytest.mark.anyio


def test_every_fault_has_words_in_both_languages() -> None:
    assert set(WORDS) == set(Fault)


async def test_a_ledger_that_holds_is_told_with_its_numbers_and_its_digest(book: Book) -> None:
    await book.chapters(2)
    report, out = await book.verify(), io.StringIO()
    assert tell_ledger(report, NOW, out) == 0
    told = out.getvalue()
    for words in ("THE LEDGER HOLDS 台账完整", "10 sealed events", "2 checkpoints", "2 anchored", report.digest):
        assert words in told
    assert "not sealed yet" not in told


async def test_a_ledger_that_does_not_hold_is_told_with_the_place(book: Book) -> None:
    ids = await book.chapters(2)
    await book.owner.execute("UPDATE ledger_event SET role = 'x' WHERE id = $1", ids[1][2])
    out = io.StringIO()
    assert tell_ledger(await book.verify(), NOW, out) == 1
    assert "DOES NOT HOLD 台账不完整" in out.getvalue()
    assert f"checkpoint 封存点 2, position 位置 3, event 事件 {ids[1][2]}: an event was altered" in out.getvalue()


async def test_what_is_not_sealed_yet_is_told_with_its_age(book: Book) -> None:
    await book.write(3)
    out = io.StringIO()
    assert tell_ledger(await book.verify(), NOW + timedelta(minutes=2), out) == 0
    assert "3 events not sealed yet 尚未封存, the oldest for 最久 120 s" in out.getvalue()


async def test_the_command_uses_the_services_own_keys_and_anchor(
    book: Book, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    import asyncio

    book.signer = open_signer(settings.signing_keys_dir)
    own = replace(settings, database_url=book.url, data_dir=book.anchor.path.parent)
    ids = await book.chapters(2)
    assert await asyncio.to_thread(verify_ledger, own, Namespace(held=[], anchor=None, lost=[])) == 0
    await book.owner.execute("DELETE FROM ledger_event WHERE id = $1", ids[0][0])
    assert await asyncio.to_thread(verify_ledger, own, Namespace(held=[], anchor=None, lost=[])) == 1
    assert "2 anchored" in capsys.readouterr().out


async def test_a_span_of_lost_checkpoints_that_ends_before_it_begins_is_no_span(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify_ledger(settings, Namespace(held=[], anchor=None, lost=["5-2"])) == 2
    assert capsys.readouterr().err == "--lost 5-2: write FIRST-LAST, e.g. 12-15. 请写作 起-止。\n"


async def test_an_anchor_file_that_is_named_and_not_there_is_told_as_that(
    book: Book, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book.signer = open_signer(settings.signing_keys_dir)
    for named in (tmp_path / "none", tmp_path):
        assert verify_ledger(settings, Namespace(held=[], anchor=str(named), lost=[])) == 2
        assert capsys.readouterr().err == f"{named}: no anchor file is there. 此处没有锚定文件。\n"
    (tmp_path / "empty").write_text("\n")
    assert verify_ledger(settings, Namespace(held=[], anchor=str(tmp_path / "empty"), lost=[])) == 2
    assert "no checkpoint is in it, so nothing is held against the ledger" in capsys.readouterr().err


async def test_that_the_services_own_anchor_is_missing_is_told_without_a_place(book: Book) -> None:
    await book.chapters(1)
    book.anchor.path.unlink()
    out = io.StringIO()
    assert tell_ledger(await book.verify(), NOW, out) == 1
    assert "\n  ✗ the anchor file is missing 锚定文件缺失\n" in out.getvalue()
