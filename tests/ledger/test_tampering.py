"""Tampering by whoever owns the database: each is found, and the first bad place is named (SH-12b)."""

from __future__ import annotations

import random
from typing import Any
from uuid import UUID

import pytest

from domain.canonical import canonical
from domain.keys import public_keys
from domain.ledger.check import LISTED, Fault
from domain.ledger.checkpoint import PRINCIPALS, from_row, read_seal, sign
from domain.ledger.checkpoint_tree import tree_of
from domain.use.signing import Signer
from tests.ledger.book import NOW, Book, new_signer
from tests.ledger.vandals import insert_an_event, tamper

pytestmark = pytest.mark.anyio

ROUNDS = 300
NEIGHBOUR = UUID("01856aa0-c807-7228-9361-95da70166965")


async def test_three_hundred_random_tamperings_are_all_located(book: Book) -> None:
    """A thousand: `make bench-ledger`."""
    assert await tamper(book, ROUNDS) == []
    assert (await book.verify()).sound


# -- one by one


async def _findings(book: Book, **how: Any) -> list[tuple[Fault, int | None, int | None, UUID | None]]:
    report = await book.verify(**how)
    return [(one.fault, one.checkpoint, one.position, one.event_id) for one in report.findings]


async def test_an_edited_event_is_named_by_checkpoint_position_and_id(book: Book) -> None:
    ids = await book.chapters(3)
    await book.owner.execute("UPDATE ledger_event SET basis = '厦门9' WHERE id = $1", ids[1][3])
    assert await _findings(book) == [(Fault.EVENT_ALTERED, 2, 4, ids[1][3])]


@pytest.mark.parametrize("principal", PRINCIPALS)
@pytest.mark.parametrize(("before", "after"), [("NULL", "$2"), ("$2", "NULL"), ("$2", "gen_random_uuid()")])
@pytest.mark.parametrize("salt", ["salt", "NULL"])
async def test_for_whom_an_event_was_done_is_sealed_in_every_format(
    book: Book, salt: str, before: str, after: str, principal: str
) -> None:
    """An event of the first format has no salt; for whom it was done is neither put into one nor taken out."""
    [event] = await book.write()
    change = f"UPDATE ledger_event SET salt = {salt}, {principal} = {{}} WHERE id = $1 AND $2::uuid IS NOT NULL"
    await book.owner.execute(change.format(before), event, NEIGHBOUR)
    await book.seal_all()
    assert await _findings(book) == []

    await book.owner.execute(change.format(after), event, NEIGHBOUR)

    assert await _findings(book) == [(Fault.EVENT_ALTERED, 1, 1, event)]


async def test_a_deleted_event_is_named_though_it_is_gone(book: Book) -> None:
    ids = await book.chapters(3)
    await book.owner.execute("DELETE FROM ledger_event WHERE id = $1", ids[2][0])
    assert await _findings(book) == [(Fault.EVENT_MISSING, 3, 1, ids[2][0])]


async def test_an_event_that_is_slipped_in_is_named(book: Book) -> None:
    ids = await book.chapters(2)
    done = await insert_an_event(book, ids, random.Random(1))
    [event] = done.events
    [number] = done.checkpoints
    [(*found, _, event_id)] = await _findings(book)
    assert (found, event_id) == ([Fault.EVENT_ADDED, number], event)


async def test_a_removed_checkpoint_in_the_middle_is_named_with_and_without_anchor(book: Book) -> None:
    await book.chapters(4)
    await book.owner.execute("DELETE FROM ledger_checkpoint WHERE id = 2")
    for anchored in (True, False):
        assert await _findings(book, anchored=anchored) == [(Fault.CHECKPOINT_MISSING, 2, None, None)]


async def test_events_of_a_removed_checkpoint_are_still_held_against_the_anchor(book: Book) -> None:
    ids = await book.chapters(4)
    await book.owner.execute("DELETE FROM ledger_checkpoint WHERE id = 2")
    await book.owner.execute("DELETE FROM ledger_event WHERE id = $1", ids[1][0])
    assert [finding[:2] for finding in await _findings(book)] == [
        (Fault.CHECKPOINT_MISSING, 2),
        (Fault.EVENTS_DIFFER, 2),
    ]


async def test_a_cut_end_is_seen_with_the_anchor_only(book: Book) -> None:
    ids = await book.chapters(3)
    await book.owner.execute("DELETE FROM ledger_event WHERE id = ANY($1::uuid[])", ids[2])
    await book.owner.execute("DELETE FROM ledger_checkpoint WHERE id = 3")
    assert (Fault.CHECKPOINT_MISSING, 3, None, None) in await _findings(book)
    assert await _findings(book, anchored=False) == []


async def test_events_cut_without_their_checkpoint_are_seen_without_an_anchor(book: Book) -> None:
    ids = await book.chapters(2)
    await book.owner.execute("DELETE FROM ledger_event WHERE id = ANY($1::uuid[])", ids[1])
    assert [finding[0] for finding in await _findings(book, anchored=False)] == [Fault.EVENT_MISSING] * 5


async def test_an_emptied_ledger_is_seen_with_the_anchor(book: Book) -> None:
    await book.chapters(2)
    await book.owner.execute("TRUNCATE ledger_event, ledger_checkpoint")
    numbers = [finding[:2] for finding in await _findings(book)]
    assert {(Fault.CHECKPOINT_MISSING, 1), (Fault.CHECKPOINT_MISSING, 2)} <= set(numbers)


async def _rewrite(book: Book, signer: Signer) -> None:
    """Do everything anew after an edit: hashes, links and signatures."""
    honest = book.signer
    book.signer, anchor = signer, book.anchor.path.read_bytes()
    await book.owner.execute("UPDATE ledger_event SET role = 'approver'")
    rows = [from_row(row) for row in await book.owner.fetch("SELECT * FROM ledger_checkpoint ORDER BY id")]
    await book.owner.execute("DELETE FROM ledger_checkpoint")
    await book.seal_all_without_anchor()
    made = await book.owner.fetchval("SELECT count(*) FROM ledger_checkpoint")
    assert made >= 1
    assert rows
    book.signer = honest
    assert book.anchor.path.read_bytes() == anchor


async def test_a_ledger_rewritten_with_another_key_is_seen_without_an_anchor(book: Book) -> None:
    await book.chapters(3)
    await _rewrite(book, new_signer("k1"))
    assert (Fault.CHECKPOINT_ALTERED, 1, None, None) in await _findings(book, anchored=False)


async def test_a_ledger_rewritten_with_an_unpublished_key_is_seen(book: Book) -> None:
    await book.chapters(3)
    await _rewrite(book, new_signer("k7"))
    assert (Fault.SIGNER_UNKNOWN, 1, None, None) in await _findings(book, anchored=False)


async def test_a_ledger_rewritten_with_the_real_key_is_seen_with_the_anchor(book: Book) -> None:
    """The signature does not help here: an older checkpoint, kept outside, does."""
    await book.chapters(3)
    await _rewrite(book, book.signer)
    assert await _findings(book, anchored=False) == []
    assert (Fault.FORKED, 1, None, None) in await _findings(book)


async def test_a_checkpoint_signed_again_over_another_range_breaks_the_chain(book: Book) -> None:
    await book.chapters(3)
    row = await book.owner.fetchrow("SELECT * FROM ledger_checkpoint WHERE id = 2")
    assert row is not None
    seal, _ = read_seal(row["signature"], public_keys(book.signer.public_jwks()))
    other = type(seal)(**{**{name: getattr(seal, name) for name in seal.__slots__}, "previous": "1" * 64})
    made = sign(other, row["leaves"], NOW, book.signer, await tree_of(book.owner, 1))
    for column in ("previous", "digest", "signature", "nodes"):
        await book.owner.execute(f"UPDATE ledger_checkpoint SET {column} = $1 WHERE id = 2", getattr(made, column))
    faults = [finding[:2] for finding in await _findings(book, anchored=False)]
    assert faults == [(Fault.LINK_BROKEN, 2), (Fault.LINK_BROKEN, 3)]


async def test_a_missing_anchor_is_said(book: Book) -> None:
    await book.chapters(1)
    book.anchor.path.unlink()
    assert await _findings(book) == [(Fault.ANCHOR_MISSING, None, None, None)]


async def test_an_anchor_that_lacks_a_line_or_has_one_twice_is_said(book: Book) -> None:
    await book.chapters(3)
    first, second, third = book.anchor.path.read_bytes().splitlines(keepends=True)
    for lines in ((first, third), (second, third), (first, second, second, third), (first, third, second)):
        book.anchor.path.write_bytes(b"".join(lines))
        assert {fault for fault, *_ in await _findings(book)} == {Fault.ANCHOR_ALTERED}
    book.anchor.path.write_bytes(canonical({"number": 1}).encode() + b"\n" + first + second + third)
    assert await _findings(book) == [(Fault.ANCHOR_ALTERED, None, 1, None)]


async def test_many_findings_are_listed_up_to_a_bound_and_counted(book: Book) -> None:
    await book.write(LISTED + 20)
    await book.seal_all()
    await book.owner.execute("UPDATE ledger_event SET role = 'x'")
    report = await book.verify()
    assert (len(report.findings), report.more) == (LISTED, 20)


async def test_verifying_changes_nothing(book: Book) -> None:
    await book.chapters(1)
    await book.write()
    before = await book.owner.fetchval("SELECT count(*) FROM ledger_checkpoint"), book.anchor.path.read_bytes()
    await book.verify()
    after = await book.owner.fetchval("SELECT count(*) FROM ledger_checkpoint"), book.anchor.path.read_bytes()
    assert before == after
