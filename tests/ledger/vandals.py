"""What an owner of the database may do to a ledger, at random, and how it is put back: for tests and for the figures."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from domain.canonical import parse
from domain.ledger.check import LedgerReport
from domain.ledger.checkpoint import COLUMNS, read_leaves
from tests.ledger.book import Book

CHAPTERS = 6


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
    "salt": "gen_random_uuid()",
    "deputy_of_id": "gen_random_uuid()",
    "agent_of_id": "gen_random_uuid()",
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
    "tree": "reverse(tree) || ''",
    "nodes": "nodes || root::bytea",
    "previous": "reverse(previous) || ''",
    "digest": "md5(digest) || md5(digest)",
    "key_id": "'k0'",
    "signature": "overlay(signature placing 'AAAA' from {} for 4)",
    "sealed_at": "sealed_at - interval '1 microsecond'",
}


async def edit_a_checkpoint(book: Book, ids: list[list[UUID]], draw: random.Random) -> Tampering:
    number = draw.randrange(2, CHAPTERS) + 1
    column, place = draw.choice([*_CHECKPOINT_EDITS]), draw.randrange(1, 192)
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


class Restorer:
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


async def tamper(book: Book, rounds: int, *, seed: int = 20260318) -> list[tuple[int, Tampering, LedgerReport]]:
    """Tamper with a ledger so many times, each time with a whole one; give what was not located."""
    ids = await book.chapters(CHAPTERS, events=4)
    restorer = Restorer(book)
    await restorer.keep()
    draw = random.Random(seed)
    missed = []
    for turn in range(rounds):
        done = await VANDALS[turn % len(VANDALS)](book, ids, draw)
        report = await book.verify()
        if not done.located_by(report):
            missed.append((turn, done, report))
        await restorer.restore()
    return missed
