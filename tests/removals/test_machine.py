"""Removals driven by random moves of random people, against a plain model: no forbidden state, ledger, publication."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.calendar import working_calendar
from domain.errors import DomainError
from domain.lists import removal_endings, removal_openings, removals
from tests.removals.ground import BOOKS, Ground

XINXIANG, SHANGHAI, HAICANG = "410700", "310000", "350205"
PEOPLE = tuple(UUID(int=number) for number in range(1, 5))
VERBS = ("review", "decide", "file", "remove", "refuse", "close", "withdraw", "lapse", "announce", "expire")
CALENDAR = working_calendar()


@dataclass(frozen=True)
class Way:
    """A way out as a jurist would draw it: how it begins, its steps in order, which two are never one person's."""

    jurisdiction: str
    code: str
    office: str
    begins: str
    steps: tuple[str, ...]
    others: tuple[str, ...]
    """Endings without a removal that it knows."""
    apart: tuple[tuple[str, str], ...]


WAYS = {
    "xinxiang black": Way(XINXIANG, "black", "JCZD", "apply", ("review", "file", "remove"), ("refuse", "withdraw"),
                          (("apply", "review"), ("apply", "remove"), ("review", "remove"))),
    "order 45": Way(SHANGHAI, "wage_arrears", "ZFZD", "apply", ("decide", "remove"), ("refuse", "withdraw"),
                    (("apply", "decide"), ("apply", "remove"), ("decide", "remove"))),
    "xinxiang red": Way(XINXIANG, "red", "JCZD", "raise", ("remove",), ("close",), ()),
    "xinxiang red, proposed": Way(XINXIANG, "red", "JCZD", "propose", ("remove",), ("refuse",), (("propose", "remove"),)),
    "haicang": Way(HAICANG, "serious_dishonesty", "RSJ", "propose", ("remove",), ("refuse",), (("propose", "remove"),)),
}  # fmt: skip


@dataclass
class Model:
    """What should have become of a matter."""

    way: Way
    done: list[str]
    by: dict[str, UUID]
    ended: str | None = None
    announced: bool = False
    expired: bool = False
    ledger: list[str] = field(default_factory=list)

    def take(self, verb: str, who: UUID) -> bool:
        """Take a move if it is allowed; say whether it was."""
        if verb == "announce":
            allowed = self.ended == "remove" and not self.announced
            self.announced = self.announced or allowed
        elif self.ended is not None:
            return False
        elif verb in self.way.steps:
            allowed = self._is_next(verb) and self._is_another(verb, who) and not (verb == "remove" and self.expired)
            if allowed:
                self.done.append(verb)
                self.by[verb] = who
                self.ended = "remove" if verb == "remove" else None
        else:
            allowed = verb == "lapse" or verb in self.way.others
            self.ended = verb if allowed else None
        if allowed:
            self.ledger.append(verb)
        return allowed

    def _is_next(self, verb: str) -> bool:
        place = self.way.steps.index(verb)
        return self.done == list(self.way.steps[:place])

    def _is_another(self, verb: str, who: UUID) -> bool:
        pairs = [pair for pair in self.way.apart if verb in pair]
        return all(self.by.get(one) != who for pair in pairs for one in pair if one != verb)


STATES = {"apply": "applied", "raise": "raised", "propose": "proposed", "review": "reviewed", "decide": "decided",
          "file": "filed", "remove": "removed", "refuse": "refused", "close": "closed", "withdraw": "withdrawn",
          "lapse": "lapsed"}  # fmt: skip


async def begin(ground: Ground, way: Way, entry: UUID, subject: UUID, who: UUID) -> None:
    tx = ground.tx()
    tx.actor = _actor(who)
    match way.begins:
        case "apply":
            names = (
                ("积极纠错", "挽回社会影响", "取得较大成效")
                if way.code == "black"
                else ("列入期间偿还拖欠工资", "作出守信承诺")
            )
            await removals.apply(
                tx, BOOKS, CALENDAR, entry, statements=dict.fromkeys(names, "是"), corrected_on=ground.tx().today - timedelta(days=300), evidence=1
            )  # fmt: skip
        case "propose":
            await removals.propose(tx, BOOKS, entry, statement="符合", evidence=1)
        case _:
            record = await ground.record(way.jurisdiction, "labour_dispatch_bad", "JCZD", subject)
            row = {**dict(await ground.row("credit_record", record)), "state": "published"}
            assert await removal_openings.raise_for_record(tx, BOOKS, row)


def _actor(who: UUID) -> Any:
    from domain.lifecycle import Actor

    return Actor(who, ("reviewer",))


async def do(ground: Ground, verb: str, removal: UUID, entry: UUID, who: UUID) -> bool:
    """Take a move through the domain; say whether it was taken."""
    tx = ground.tx()
    tx.actor = _actor(who)
    row = await removals.read(tx, removal)
    moves = {
        "review": lambda: removals.review(tx, BOOKS, row, opinion="同意", bars_found=[]),
        "decide": lambda: removals.decide(tx, BOOKS, row, opinion="同意", bars_found=[]),
        "file": lambda: removals.file(tx, BOOKS, row),
        "remove": lambda: removals.remove(tx, BOOKS, row),
        "refuse": lambda: removal_endings.refuse(tx, row, reason="理由"),
        "close": lambda: removal_endings.close(tx, row, reason="理由"),
        "withdraw": lambda: removal_endings.withdraw(tx, row, reason="理由"),
        "announce": lambda: removals.announce(tx, row),
        "lapse": lambda: removal_endings.lapse(tx, entry),
    }
    with suppress(DomainError):
        async with ground.connection.transaction():
            await moves[verb]()
        return bool(tx.events)
    return False


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as made:
        yield made


@pytest.fixture(scope="module")
def own_ground(runner: asyncio.Runner, installed_url: str) -> Iterator[Ground]:
    connection = runner.run(asyncpg.connect(installed_url))
    yield Ground(connection)
    runner.run(connection.close())


MOVES = st.lists(st.tuples(st.sampled_from(VERBS), st.sampled_from(PEOPLE)), max_size=12)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(sorted(WAYS)), first=st.sampled_from(PEOPLE), moves=MOVES)
def test_no_sequence_of_moves_reaches_what_the_rules_forbid(
    runner: asyncio.Runner, own_ground: Ground, name: str, first: UUID, moves: list[tuple[str, UUID]]
) -> None:
    runner.run(_drive(own_ground, WAYS[name], first, moves))


async def _drive(ground: Ground, way: Way, first: UUID, moves: list[tuple[str, UUID]]) -> None:
    subject = await ground.subject(way.jurisdiction)
    listed_on = ground.tx().today - timedelta(days=400)  # and corrected a hundred days later
    entry = await ground.entry(way.jurisdiction, way.code, way.office, subject, decided_on=listed_on)
    await begin(ground, way, entry, subject, first)
    removal = await ground.connection.fetchval("SELECT id FROM list_removal WHERE entry_id = $1", entry)
    model = Model(way, [], {} if way.begins == "raise" else {way.begins: first}, ledger=[way.begins])
    for verb, who in moves:
        if verb == "expire":
            yesterday = ground.tx().today - timedelta(days=1)
            await ground.connection.execute(
                "UPDATE list_entry SET public_until = $1 WHERE id = $2 AND state = 'published'", yesterday, entry
            )
            model.expired = model.ended != "remove" or model.expired
            continue
        assert await do(ground, verb, removal, entry, who) is model.take(verb, who), (verb, model)
        await _compare(ground, model, removal, entry)


async def _compare(ground: Ground, model: Model, removal: UUID, entry: UUID) -> None:
    row, listed = await ground.row("list_removal", removal), await ground.row("list_entry", entry)
    last = model.ended or (model.done[-1] if model.done else model.way.begins)
    assert row["state"] == STATES[last]
    assert (listed["state"] == "removed") is (model.ended == "remove"), "published until removed, and no longer"
    assert (listed["removed_on"] is not None) is (model.ended == "remove")
    assert await ground.ledger(removal) == model.ledger
    removed = [verb for verb in await ground.ledger(entry) if verb == "remove"]
    assert removed == (["remove"] if model.ended == "remove" else [])
    if row["removed_at"] is not None and "file" in model.way.steps:
        assert row["filed_at"] is not None, "nothing is deleted before it is filed"
