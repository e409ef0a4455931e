"""What the ledger hands out can be checked without it: exports, proofs, receipts, and every change to them is seen.

SH-12b; 河南省社会信用条例39; RFC 9162.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import random
import stat
from argparse import Namespace
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from api.cli.ledger import export_ledger, verify_ledger
from api.cli.main import main
from api.config.settings import Settings
from domain.canonical import canonical, parse
from domain.ids import new_id
from domain.keys import PublicKeys, public_keys
from domain.ledger.check import Fault
from domain.ledger.checkpoint import read_seal
from domain.ledger.export import ExportExists, NothingToExport, export_lines, write_export
from domain.ledger.offline import Held, NotHandedOut, OfflineReport, check_offline
from domain.ledger.proof import CheckpointUnknown, LedgerDamaged, prove_consistency, prove_event
from domain.ledger.receipt import Receipt, read_receipt, write_receipt
from domain.use.signing import CHECKPOINT, RECEIPT, NotSigned, SignatureRefused, open_signer, verify
from tests.ledger.book import NOW, Book, new_signer

pytestmark = pytest.mark.anyio


def check(book: Book, path: Path, **held: Any) -> OfflineReport:
    return check_offline(path, public_keys(book.signer.public_jwks()), Held(**held))


async def export(book: Book, path: Path, first: int = 1, last: int | None = None) -> Path:
    await write_export(export_lines(book.owner, first, last), path)
    return path


async def receipt(book: Book, events: list[UUID]) -> Receipt:
    return read_receipt(await write_receipt(book.app, book.signer, events, NOW), public_keys(book.signer.public_jwks()))


def written(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


# -- exports


async def test_an_export_holds_and_says_what_it_covers(book: Book, tmp_path: Path) -> None:
    await book.chapters(9, events=3)
    report = check(book, await export(book, tmp_path / "all.jsonl"))
    last = await book.owner.fetchrow("SELECT id, digest FROM ledger_checkpoint ORDER BY id DESC LIMIT 1")
    assert last is not None
    assert (report.findings, report.first, report.last, report.events) == ([], 1, 9, 27)
    assert report.digest == last["digest"]


async def test_any_stretch_can_be_exported(book: Book, tmp_path: Path) -> None:
    await book.chapters(9, events=1)
    for number, (first, last) in enumerate(((1, 1), (2, 9), (5, 6), (8, 8), (9, None))):
        report = check(book, await export(book, tmp_path / f"{number}.jsonl", first, last))
        assert (report.findings, report.first, report.last) == ([], first, last or 9)
    for first, last in ((0, 1), (3, 2), (1, 10), (10, None)):
        with pytest.raises(NothingToExport):
            await export(book, tmp_path / "none.jsonl", first, last)
    assert not (tmp_path / "none.jsonl").exists()


async def test_an_export_is_written_once_and_for_reading_only(book: Book, tmp_path: Path) -> None:
    await book.chapters(1)
    path = await export(book, tmp_path / "once.jsonl")
    before = path.read_bytes()
    with pytest.raises(ExportExists):
        await export(book, path)
    assert path.read_bytes() == before
    assert path.stat().st_mode & stat.S_IRWXU == stat.S_IRUSR
    assert [name for name in os.listdir(tmp_path) if "once" in name] == ["once.jsonl"]


async def test_an_export_tells_nothing_of_what_events_say(book: Book, tmp_path: Path) -> None:
    """Two ledgers whose events say the same have no hash in common: nobody can try out what one stands for."""
    await book.chapters(2)
    text = (await export(book, tmp_path / "first.jsonl")).read_text()
    assert "决定" not in text
    assert "credit_record" not in text
    lines = [json.loads(line) for line in text.splitlines()[1:]]
    hashes = [base64.b64decode(line["leaves"])[16:48] for line in lines]
    await book.owner.execute("CREATE TEMP TABLE said AS TABLE ledger_event; UPDATE said SET salt = gen_random_uuid()")
    await book.owner.execute(
        "TRUNCATE ledger_event, ledger_checkpoint; INSERT INTO ledger_event SELECT * FROM said; DROP TABLE said"
    )
    await book.seal_all_without_anchor()
    again = (await export(book, tmp_path / "second.jsonl")).read_text()
    others = [base64.b64decode(json.loads(line)["leaves"]) for line in again.splitlines()[1:]]
    assert not any(hash_ in leaves for hash_ in hashes for leaves in others)


async def test_every_changed_byte_of_an_export_is_seen(book: Book, tmp_path: Path) -> None:
    await book.chapters(3, events=2)
    whole = (await export(book, tmp_path / "whole.jsonl")).read_bytes()
    draw, unseen = random.Random(9), []
    places = [*range(40), *draw.sample(range(40, len(whole)), 260)]
    for place in places:
        changed = bytearray(whole)
        changed[place] ^= draw.choice([1, 2, 32, 128])
        path = tmp_path / "changed.jsonl"
        path.write_bytes(changed)
        with suppress(NotHandedOut):
            if check(book, path).sound:
                unseen.append(place)
    assert unseen == []


async def test_a_file_that_holds_more_than_its_head_says_was_changed(book: Book, tmp_path: Path) -> None:
    """The head is not signed: what it says is held against the lines, in both directions."""
    await book.chapters(5, events=1)
    whole = (await export(book, tmp_path / "whole.jsonl", 2, 4)).read_text()
    for last, finding in ((3, Fault.CHECKPOINT_ALTERED), (5, Fault.CHECKPOINT_MISSING)):
        changed = whole.replace('"last":4', f'"last":{last}', 1)
        report = check(book, written(tmp_path / "changed.jsonl", changed))
        assert [(one.fault, one.checkpoint) for one in report.findings] == [(finding, max(last, 4))]


async def test_lines_that_are_missing_moved_or_doubled_are_named(book: Book, tmp_path: Path) -> None:
    await book.chapters(5, events=1)
    head, *lines = (await export(book, tmp_path / "whole.jsonl")).read_text().splitlines(keepends=True)
    cases = {
        "without 3": ([*lines[:2], *lines[3:]], (Fault.CHECKPOINT_MISSING, 3)),
        "without 5": (lines[:4], (Fault.CHECKPOINT_MISSING, 5)),
        "3 twice": ([*lines[:3], lines[2], *lines[3:]], (Fault.CHECKPOINT_ALTERED, 4)),
        "2 and 3 swapped": ([lines[0], lines[2], lines[1], *lines[3:]], (Fault.CHECKPOINT_MISSING, 2)),
    }
    for changed, finding in cases.values():
        report = check(book, written(tmp_path / "changed.jsonl", head + "".join(changed)))
        assert finding in [(one.fault, one.checkpoint) for one in report.findings]


async def test_an_export_of_a_ledger_rewritten_with_the_real_key_is_seen_by_whoever_holds_an_older_digest(
    book: Book, tmp_path: Path
) -> None:
    await book.chapters(4)
    digests = {row["id"]: row["digest"] for row in await book.owner.fetch("SELECT id, digest FROM ledger_checkpoint")}
    first = await export(book, tmp_path / "before.jsonl")
    assert (check(book, first, digests=digests).sound, check(book, first, digests=digests).borne_out) == (True, 4)
    await book.owner.execute(
        "UPDATE ledger_event SET role = 'approver' WHERE xid = (SELECT min(xid) FROM ledger_event)"
    )
    await book.owner.execute("DELETE FROM ledger_checkpoint")
    await book.seal_all_without_anchor()
    second = await export(book, tmp_path / "after.jsonl")
    assert check(book, second).sound
    assert (Fault.FORKED, 1) in [(one.fault, one.checkpoint) for one in check(book, second, digests=digests).findings]


async def test_what_is_held_and_not_in_the_file_is_told(book: Book, tmp_path: Path) -> None:
    await book.chapters(2)
    report = check(book, await export(book, tmp_path / "one.jsonl", 1, 1), digests={2: "0" * 64})
    assert (report.sound, report.borne_out, report.not_covered) == (True, 0, 1)


# -- proofs


async def test_every_event_is_proven_against_every_later_checkpoint(book: Book, tmp_path: Path) -> None:
    ids = await book.chapters(6, events=3)
    for number, page in enumerate(ids, start=1):
        for position, event in enumerate(page, start=1):
            for against in (*range(number, 7), None):
                proof = await prove_event(book.app, event, against)
                assert proof is not None
                assert (proof.checkpoint.number, proof.position, proof.against.number) == (
                    number, position, against or 6,
                )  # fmt: skip
                report = check(book, written(tmp_path / "proof.json", proof.text()))
                assert (report.findings, report.event_id, report.last) == ([], event, against or 6)
            for against in (*range(1, number), 7):
                with pytest.raises(CheckpointUnknown):
                    await prove_event(book.app, event, against)


async def test_every_checkpoint_is_proven_to_continue_every_older_one(book: Book, tmp_path: Path) -> None:
    await book.chapters(8, events=1)
    for first in range(1, 9):
        for second in range(1, 9):
            if first >= second:
                with pytest.raises(CheckpointUnknown):
                    await prove_consistency(book.app, first, second)
                continue
            proof = await prove_consistency(book.app, first, second)
            report = check(book, written(tmp_path / "proof.json", proof.text()))
            assert (report.findings, report.first, report.last) == ([], first, second)


async def test_an_event_that_is_not_sealed_or_not_there_has_no_proof(book: Book) -> None:
    await book.chapters(1)
    [event] = await book.write()
    assert await prove_event(book.app, event) is None
    assert await prove_event(book.app, new_id()) is None


async def test_every_changed_member_of_a_proof_is_refused(book: Book, tmp_path: Path) -> None:
    ids = await book.chapters(6, events=3)
    other = await prove_event(book.app, ids[2][0], 5)
    proof = await prove_event(book.app, ids[1][1], 6)
    continued, also = await prove_consistency(book.app, 2, 6), await prove_consistency(book.app, 3, 5)
    assert proof
    assert other
    for good, foreign in ((proof.text(), other.text()), (continued.text(), also.text())):
        members, others = parse(good), parse(foreign)
        for name in members:
            for value in _others(members[name], others[name]):
                changed = written(tmp_path / "changed.json", canonical({**members, name: value}))
                with suppress(NotHandedOut):
                    assert not check(book, changed).sound, (name, value)
            short = {key: value for key, value in members.items() if key != name}
            with pytest.raises(NotHandedOut):
                check(book, written(tmp_path / "short.json", canonical(short)))


def _others(value: Any, foreign: Any) -> list[Any]:
    """Give values that are not the right one."""
    made: list[Any] = [None, 7, "x", [], ["00" * 32], {}]
    if isinstance(value, list):
        made += [value[:-1], [*value, "00" * 32], value[::-1], [1]]
    if isinstance(value, str):
        made.append(value[:-2] + ("AA" if value[-2:] != "AA" else "BB"))
    return [one for one in [*made, foreign] if one != value]


async def test_a_proof_of_another_ledgers_key_is_refused(book: Book, tmp_path: Path) -> None:
    [[event, *_]] = await book.chapters(1)
    proof = await prove_event(book.app, event)
    assert proof
    path = written(tmp_path / "proof.json", proof.text())
    for signer, fault in ((new_signer("k1"), Fault.CHECKPOINT_ALTERED), (new_signer("k2"), Fault.SIGNER_UNKNOWN)):
        report = check_offline(path, public_keys(signer.public_jwks()), Held())
        assert [one.fault for one in report.findings] == [fault]


async def test_a_ledger_that_was_tampered_with_proves_nothing(book: Book) -> None:
    ids = await book.chapters(5)
    await book.owner.execute("DELETE FROM ledger_checkpoint WHERE id = 4")
    with pytest.raises(LedgerDamaged):
        await prove_consistency(book.app, 1, 5)
    await book.owner.execute(
        "UPDATE ledger_event SET xid = (SELECT min(xid) FROM ledger_event) WHERE id = $1", ids[2][0]
    )
    with pytest.raises(LedgerDamaged):
        await prove_event(book.app, ids[2][0])


async def test_no_stretch_is_exported_behind_a_checkpoint_that_is_missing(book: Book, tmp_path: Path) -> None:
    await book.chapters(4, events=1)
    await book.owner.execute("DELETE FROM ledger_checkpoint WHERE id = 2")
    with pytest.raises(LedgerDamaged):
        await export(book, tmp_path / "behind.jsonl", first=3)


# -- receipts


async def test_a_receipt_is_borne_out_by_a_later_proof_and_export(book: Book, tmp_path: Path) -> None:
    await book.chapters(2)
    events = await book.write(3)
    given = await receipt(book, events)
    assert given.checkpoint is not None
    assert given.checkpoint[0] == 2
    early = check(book, await export(book, tmp_path / "early.jsonl"), receipts=[given])
    assert (early.sound, early.borne_out, early.not_covered) == (True, 1, 3)
    await book.seal_all()
    late = check(book, await export(book, tmp_path / "late.jsonl"), receipts=[given])
    assert (late.findings, late.borne_out, late.not_covered) == ([], 4, 0)
    proof = await prove_event(book.app, events[1])
    assert proof
    proven = check(book, written(tmp_path / "proof.json", proof.text()), receipts=[given])
    assert (proven.findings, proven.borne_out, proven.not_covered) == ([], 1, 2)


async def test_an_event_that_was_changed_before_it_was_sealed_is_seen_by_whoever_has_its_receipt(
    book: Book, tmp_path: Path
) -> None:
    """Within the second before sealing the ledger itself notices nothing; the receipt does."""
    await book.chapters(1)
    altered, deleted = await book.write(2)
    given = await receipt(book, [altered, deleted])
    await book.owner.execute("UPDATE ledger_event SET basis = NULL WHERE id = $1", altered)
    await book.owner.execute("DELETE FROM ledger_event WHERE id = $1", deleted)
    await book.seal_all()
    assert (await book.verify()).sound
    report = check(book, await export(book, tmp_path / "all.jsonl"), receipts=[given])
    assert {(one.fault, one.event_id) for one in report.findings} == {
        (Fault.EVENT_ALTERED, altered),
        (Fault.EVENT_MISSING, deleted),
    }


async def test_a_changed_receipt_is_refused(book: Book) -> None:
    token = await write_receipt(book.app, book.signer, await book.write(), NOW)
    keys = public_keys(book.signer.public_jwks())
    for place in range(0, len(token), 7):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        with pytest.raises(SignatureRefused):
            read_receipt(changed, keys)


async def test_what_says_to_be_of_another_format_is_refused_though_its_signature_holds(book: Book) -> None:
    await book.chapters(1)
    keys = public_keys(book.signer.public_jwks())
    sealed = await book.owner.fetchval("SELECT signature FROM ledger_checkpoint")
    given = await write_receipt(book.app, book.signer, await book.write(), NOW)
    of_both: tuple[tuple[str, str, Callable[[str, PublicKeys], object]], ...] = (
        (sealed, CHECKPOINT, read_seal), (given, RECEIPT, read_receipt)
    )  # fmt: skip
    for token, kind, read in of_both:
        read(token, keys)
        members = parse(verify(token, keys, kind=kind).payload)
        another = book.signer.sign(canonical({**members, "format": "another"}).encode(), kind=kind)
        with pytest.raises(NotSigned):
            read(another, keys)


# -- the commands


async def test_the_commands_need_no_settings_and_no_database_offline(
    book: Book, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    book.signer = open_signer(settings.signing_keys_dir)
    await book.chapters(3)
    events = await book.write(2)
    token = await write_receipt(book.app, book.signer, events, NOW)
    await book.seal_all()
    own = replace(settings, database_url=book.url)
    keys = written(tmp_path / "jwks.json", json.dumps(book.signer.public_jwks()))
    path = tmp_path / "export.jsonl"
    assert await asyncio.to_thread(export_ledger, own, Namespace(file=str(path), first=1, last=None)) == 0
    digest = await book.owner.fetchval("SELECT digest FROM ledger_checkpoint WHERE id = 2")
    monkeypatch.setenv("RENXIN_DATABASE_URL", "no address at all")
    monkeypatch.setenv("RENXIN_PORT", "none")
    base = ["verify-ledger", "--offline", str(path), "--keys", str(keys)]
    held = ["--held", f"2:{digest}", "--receipt", str(written(tmp_path / "receipt.jws", token))]
    assert main([*base, *held]) == 0
    told = capsys.readouterr().out
    assert "THE EXPORT HOLDS 导出文件完整" in told
    assert "4 of what you hold are borne out" in told
    assert main([*base, "--held", f"2:{'0' * 64}"]) == 1
    assert "checkpoint 封存点 2: the checkpoint is not the one kept outside" in capsys.readouterr().out
    assert main([*base, "--held", f"9:{digest}"]) == 1
    assert "not in this file" in capsys.readouterr().out
    assert main(["verify-ledger", "--offline", str(path)]) == 2
    assert main(["verify-ledger", "--offline", str(keys), "--keys", str(keys)]) == 2
    assert main(["verify-ledger", "--offline", str(tmp_path / "none"), "--keys", str(keys)]) == 2
    assert main([*base, "--held", "2"]) == 2


async def test_the_verifier_takes_digests_that_are_held_elsewhere(
    book: Book, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    """A ledger cut exactly at a checkpoint looks whole without its anchor; one digest held outside shows it."""
    book.signer = open_signer(settings.signing_keys_dir)
    ids = await book.chapters(3)
    digests = [row["digest"] for row in await book.owner.fetch("SELECT digest FROM ledger_checkpoint ORDER BY id")]
    own = replace(settings, database_url=book.url, data_dir=book.anchor.path.parent)
    cut = book.anchor.path.read_text().splitlines(keepends=True)[:2]
    book.anchor.path.write_text("".join(cut))
    await book.owner.execute("DELETE FROM ledger_event WHERE id = ANY($1::uuid[])", ids[2])
    await book.owner.execute("DELETE FROM ledger_checkpoint WHERE id = 3")
    for held, code in (([], 0), ([f"2:{digests[1]}"], 0), ([f"3:{digests[2]}"], 1), ([f"1:{digests[2]}"], 1)):
        assert await asyncio.to_thread(verify_ledger, own, Namespace(held=held, anchor=None, lost=[])) == code
    assert "checkpoint 封存点 3: the checkpoint is missing" in capsys.readouterr().out
