"""Tampering by whoever owns the database: each is found, and the first bad place is named (SH-12b)."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.canonical import canonical, parse
from domain.checkpoint import COLUMNS, from_row, read_seal, sign
from domain.keys import public_keys
from domain.ledger_check import LISTED, Fault, LedgerReport
from domain.use.signing import Signer
from tests.ledger.book import NOW, Book, new_signer

pytestmark = pytest.mark.anyio

CHAPTERS = 6
ROUNDS = 300


@dataclass(frozen=True)
class Tampering:
    """What was done, and what the verifier has to name."""

    what: str
    checkpoints: frozenset[int]
    events: frozenset[UUID] = field(default=frozenset())

    def located_by(self, report: LedgerReport) -> bool:
        """Whether a finding names one of the checkpoints and, where there are any, each of the events."""
        numbers = {finding.checkpoint for finding in report.findings}
        events = {finding.event_id for finding in report.findings}
        return not report.sound and bool(numbers & self.checkpoints) and self.events <= events


Vandal = Callable[[Book, list[list[UUID]], random.Random], Awaitable[Tampering]]


def _other_text(text: str, draw: random.Random) -> str:
    place = draw.randrange(len(text))
    return text[:place] + chr(ord(text[place]) ^ 1) + text[place + 1 :]


_EVENT_EDITS = {
    "kind": "'access'",
    "at": "at + interval '1 microsecond'",
    "object": "object || 'x'",
    "object_id": "gen_random_uuid()",
    "verb": "'publish'",
    "outcome": "'served'",
    "subject_id": "NULL",
    "account_id": "gen_random_uuid()",
    "role": "''",
    "office_id": "(SELECT id FROM office LIMIT 1)",
    "purpose": "''",
    "basis": "NULL",
    "reason": "'x'",
    "policy_version": "policy_version + 1",
    "token_id": "'null'",
    "image": "jsonb_set(image, '{n}', '1.5')",
}


async def edit_an_event(book: Book, ids: list[list[UUID]], draw: random.Random) -> Tampering:
    number = draw.randrange(CHAPTERS)
    event, column = draw.choice(ids[number]), draw.choice([one for one in _EVENT_EDITS if one != "office_id"])
    await book.owner.execute(f'UPDATE ledger_event SET "{column}" = {_EVENT_EDITS[column]} WHERE id = $1', event)
    return Tampering(f"edit {column}", frozenset({number + 1}), frozenset({event}))


async def flip_a_byte(book: Book, ids: list[list[UUID]], draw: random.Random) -> Tampering:
    number = draw.randrange(CHAPTERS)
    event, column = draw.choice(ids[number]), draw.choice(["object", "basis", "role", "title"])
    if column == "title":
        title = await book.owner.fetchval("SELECT image ->> 'title' FROM ledger_event WHERE id = $1", event)
        statement = "UPDATE ledger_event SET image = jsonb_set(image, '{title}', to_jsonb($2::text)) WHERE id = $1"
        await book.owner.execute(statement, event, _other_text(title, draw))
    else:
        text = await book.owner.fetchval(f"SELECT {column} FROM ledger_event WHERE id = $1", event)
        statement = f"UPDATE ledger_event SET {column} = $2 WHERE id = $1"
        await book.owner.execute(statement, event, _other_text(text, draw))
    return Tampering(f"flip in {column}", frozenset({number + 1}), frozenset({event}))


async def delete_an_event(book: Book, ids: list[list[UUID]], draw: random.Random) -> Tampering:
    number = draw.randrange(CHAPTERS)
    event = draw.choice(ids[number])
    await book.owner.execute("DELETE FROM ledger_event WHERE id = $1", event)
    return Tampering("delete", frozenset({number + 1}), frozenset({event}))


async def insert_an_event(book: Book, ids: list[list[UUID]], draw: random.Random) -> Tampering:
    number, event = draw.randrange(CHAPTERS), uuid4()
    await book.owner.execute(
        "INSERT INTO ledger_event SELECT (jsonb_populate_record(e, jsonb_build_object('id', $2::uuid))).*"
        " FROM ledger_event e WHERE id = $1",
        draw.choice(ids[number]),
        event,
    )
    return Tampering("insert", frozenset({number + 1}), frozenset({event}))


async def swap_ids(book: Book, ids: list[list[UUID]], draw: random.Random) -> Tampering:
    one, other = draw.sample([(number, event) for number, page in enumerate(ids, 1) for event in page], 2)
    for old, new in ((one[1], UUID(int=1)), (other[1], one[1]), (UUID(int=1), other[1])):
        await book.owner.execute("UPDATE ledger_event SET id = $2 WHERE id = $1", old, new)
    return Tampering("swap ids", frozenset({one[0], other[0]}), frozenset({one[1], other[1]}))


async def swap_transactions(book: Book, ids: list[list[UUID]], draw: random.Random) -> Tampering:
    one, other = draw.sample([(number, event) for number, page in enumerate(ids, 1) for event in page], 2)
    await book.owner.execute(
        "UPDATE ledger_event e SET xid = (SELECT xid FROM ledger_event o WHERE o.id IN ($1, $2) AND o.id <> e.id)"
        " WHERE id IN ($1, $2)",
        one[1],
        other[1],
    )
    return Tampering("swap xids", frozenset({one[0], other[0]}), frozenset({one[1], other[1]}))


async def move_an_event(book: Book, ids: list[list[UUID]], draw: random.Random) -> Tampering:
    """Move an event out of its checkpoint to the end of the ledger."""
    number = draw.randrange(CHAPTERS)
    event = draw.choice(ids[number])
    await book.owner.execute("UPDATE ledger_event SET xid = pg_current_xact_id() WHERE id = $1", event)
    return Tampering("move", frozenset({number + 1}), frozenset({event}))


async def rename_an_event(book: Book, ids: list[list[UUID]], draw: random.Random) -> Tampering:
    number, other = draw.randrange(CHAPTERS), uuid4()
    event = draw.choice(ids[number])
    await book.owner.execute("UPDATE ledger_event SET id = $2 WHERE id = $1", event, other)
    return Tampering("rename", frozenset({number + 1}), frozenset({event, other}))


_CHECKPOINT_EDITS = {
    "from_xid": "from_xid + 1",
    "to_xid": "to_xid + 1",
    "size": "size + 1",
    "leaves": "set_byte(leaves, {}, get_byte(leaves, {}) # 1)",
    "root": "'0' || substr(md5(root), 2) || md5(root)",
    "previous": "reverse(previous) || ''",
    "digest": "md5(digest) || md5(digest)",
    "key_id": "'k0'",
    "signature": "overlay(signature placing 'AAAA' from {} for 4)",
    "sealed_at": "sealed_at - interval '1 microsecond'",
}


async def edit_a_checkpoint(book: Book, ids: list[list[UUID]], draw: random.Random) -> Tampering:
    number = draw.randrange(2, CHAPTERS) + 1
    column, place = draw.choice([*_CHECKPOINT_EDITS]), draw.randrange(1, 200)
    edit = _CHECKPOINT_EDITS[column].format(place, place)
    await book.owner.execute(f"UPDATE ledger_checkpoint SET {column} = {edit} WHERE id = $1", number)
    return Tampering(f"checkpoint {column}", frozenset({number}))


async def delete_a_checkpoint(book: Book, ids: list[list[UUID]], draw: random.Random) -> Tampering:
    number = draw.randrange(CHAPTERS) + 1
    await book.owner.execute("DELETE FROM ledger_checkpoint WHERE id = $1", number)
    return Tampering("delete checkpoint", frozenset({number}))


async def swap_checkpoints(book: Book, ids: list[list[UUID]], draw: random.Random) -> Tampering:
    one, other = draw.sample(range(1, CHAPTERS + 1), 2)
    for old, new in ((one, 0), (other, one), (0, other)):
        await book.owner.execute("UPDATE ledger_checkpoint SET id = $2 WHERE id = $1", old, new)
    return Tampering("swap checkpoints", frozenset({one, other}))


async def insert_a_checkpoint(book: Book, ids: list[list[UUID]], draw: random.Random) -> Tampering:
    number = draw.choice([0, -1, CHAPTERS + 1, CHAPTERS + 9, 2**62])
    await book.owner.execute(
        f"INSERT INTO ledger_checkpoint ({', '.join(COLUMNS)}) SELECT $1, {', '.join(COLUMNS[1:])}"
        " FROM ledger_checkpoint WHERE id = 1",
        number,
    )
    return Tampering("insert checkpoint", frozenset({number}))


async def cut_the_end(book: Book, ids: list[list[UUID]], draw: random.Random) -> Tampering:
    """Delete the last checkpoints and their events: only the anchor still knows them."""
    kept = draw.randrange(CHAPTERS)
    gone = [event for page in ids[kept:] for event in page]
    await book.owner.execute("DELETE FROM ledger_event WHERE id = ANY($1::uuid[])", gone)
    await book.owner.execute("DELETE FROM ledger_checkpoint WHERE id > $1", kept)
    return Tampering("cut the end", frozenset({kept + 1}))


async def edit_and_cover_up(book: Book, ids: list[list[UUID]], draw: random.Random) -> Tampering:
    """Edit an event and put the new hash into the leaves, so that they no longer tell which it was."""
    number = draw.randrange(CHAPTERS)
    await book.owner.execute("UPDATE ledger_event SET role = 'x' WHERE id = $1", draw.choice(ids[number]))
    row = await book.owner.fetchrow("SELECT * FROM ledger_checkpoint WHERE id = $1", number + 1)
    assert row is not None
    from domain.checkpoint import read_leaves

    async with book.owner.transaction():
        leaves = b"".join([leaf.entry async for leaf in read_leaves(book.owner, row["from_xid"], row["to_xid"])])
    await book.owner.execute("UPDATE ledger_checkpoint SET leaves = $2 WHERE id = $1", number + 1, leaves)
    return Tampering("edit and cover up", frozenset({number + 1}))


async def edit_the_anchor(book: Book, ids: list[list[UUID]], draw: random.Random) -> Tampering:
    """Flip one byte of a line of the anchor."""
    lines = book.anchor.path.read_bytes().splitlines(keepends=True)
    number = draw.randrange(CHAPTERS)
    line = bytearray(lines[number])
    place = draw.randrange(len(line) - 1)
    line[place] ^= 1
    lines[number] = bytes(line)
    book.anchor.path.write_bytes(b"".join(lines))
    return Tampering(f"anchor byte {place}", frozenset({None, number + 1, number + 2, *_numbers(line)}))  # type: ignore[arg-type]


def _numbers(line: bytes) -> set[int]:
    try:
        return {parse(bytes(line))["number"]}
    except (ValueError, KeyError):
        return set()


VANDALS: tuple[Vandal, ...] = (
    edit_an_event,
    edit_an_event,
    edit_an_event,
    flip_a_byte,
    flip_a_byte,
    delete_an_event,
    insert_an_event,
    swap_ids,
    swap_transactions,
    move_an_event,
    rename_an_event,
    edit_a_checkpoint,
    edit_a_checkpoint,
    delete_a_checkpoint,
    swap_checkpoints,
    insert_a_checkpoint,
    cut_the_end,
    edit_and_cover_up,
    edit_the_anchor,
)


class _Restorer:
    """Puts the ledger back as it was before a tampering."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._anchor = book.anchor.path.read_bytes()

    async def keep(self) -> None:
        for table in ("ledger_event", "ledger_checkpoint"):
            await self._book.owner.execute(f"CREATE TEMP TABLE kept_{table} AS TABLE {table}")

    async def restore(self) -> None:
        async with self._book.owner.transaction():
            for table in ("ledger_event", "ledger_checkpoint"):
                await self._book.owner.execute(f"DELETE FROM {table}")
                await self._book.owner.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}")
        self._book.anchor.path.write_bytes(self._anchor)


async def test_three_hundred_random_tamperings_are_all_located(book: Book) -> None:
    ids = await book.chapters(CHAPTERS, events=4)
    restorer = _Restorer(book)
    await restorer.keep()
    draw = random.Random(20260318)
    missed = []
    for turn in range(ROUNDS):
        vandal = VANDALS[turn % len(VANDALS)]
        done = await vandal(book, ids, draw)
        report = await book.verify()
        if not done.located_by(report):
            missed.append((turn, done, report.findings))
        await restorer.restore()
    assert missed == []
    assert (await book.verify()).sound


# -- one by one


async def _findings(book: Book, **how: Any) -> list[tuple[Fault, int | None, int | None, UUID | None]]:
    report = await book.verify(**how)
    return [(one.fault, one.checkpoint, one.position, one.event_id) for one in report.findings]


async def test_an_edited_event_is_named_by_checkpoint_position_and_id(book: Book) -> None:
    ids = await book.chapters(3)
    await book.owner.execute("UPDATE ledger_event SET basis = '厦门9' WHERE id = $1", ids[1][3])
    assert await _findings(book) == [(Fault.EVENT_ALTERED, 2, 4, ids[1][3])]


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
    made = sign(other, row["leaves"], NOW, book.signer)
    for column in ("previous", "digest", "signature"):
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
