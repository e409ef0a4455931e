"""Random moves by random people through the real functions, held against a plain model of Xinxiang's black list.

The model knows the order, who did what, and nothing else; whatever it forbids must be refused, whatever it
allows must happen, and after every move state, ledger and publication are what it says.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.calendar import working_calendar
from domain.errors import DomainError
from domain.identifiers import invented_uscc
from domain.ids import new_id
from domain.installation_rows import credit_list_id, office_id
from domain.lifecycle import Actor, Transaction
from domain.lists import list_collection, list_definitions, list_entries, list_notices, list_publication
from domain.lists.list_collection import Collection
from domain.lists.list_definitions import Draft, Written
from domain.lists.list_entries import Vouching
from domain.lists.list_grounds import Grounds
from domain.lists.list_notices import PriorNotice
from domain.lists.list_subject import Named
from domain.rulebook.loader import load_rulebooks
from domain.vault import Vault

NOW = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)
BOOKS, CALENDAR = load_rulebooks(), working_calendar()
VAULT = Vault({"k1": b"1" * 32}, "k1", b"2" * 32)
OFFICE = office_id("410700", "JCZD")
BLACK = credit_list_id(BOOKS.heads["410700"], "black")
WAGES = "wage_arrears_illegal_employment_grade"
PEOPLE = tuple(new_id() for _ in range(4))
ORDER = ("attest", "notify", "answer", "review", "decide", "submit", "publish")
STATES = ("collected", "attested", "notified", "answered", "reviewed", "decided", "submitted", "published")
NEVER_BOTH = {
    "review": ("collect", "attest"),
    "decide": ("collect", "attest", "review"),
    "publish": ("collect", "attest"),
}
"""Whose hands must be clean of which steps."""

MOVES = (*ORDER, "close", "return", "resume", "amend", "withdraw", "remove", "late publish", "half attest")


@dataclass
class Model:
    """What the rules allow: the place on the way, who took which step, how many moves there were."""

    collected_by: int
    place: int = 0
    state: str = "collected"
    round: int = 1
    did: dict[str, int] = field(default_factory=dict)
    moves: int = 1
    notice_open: bool = False

    def allows(self, move: str, who: int) -> bool:
        """Tell whether somebody may make a move now, and make it."""
        act: Callable[[int], bool] | None = getattr(self, f"_{move.replace(' ', '_')}", None)
        allowed = act(who) if act else self._step(move, who)
        self.moves += 1 if allowed else 0
        return allowed

    def _step(self, move: str, who: int) -> bool:
        if self.state != STATES[self.place] or self.place == len(ORDER) or ORDER[self.place] != move:
            return False
        mine = {verb for verb, by in {**self.did, "collect": self.collected_by}.items() if by == who}
        if mine & set(NEVER_BOTH.get(move, ())):
            return False
        self.did[move] = who
        self.place += 1
        self.state = STATES[self.place]
        return True

    def _close(self, who: int) -> bool:
        return self._step("answer", who)

    def _late_publish(self, who: int) -> bool:
        return False

    def _half_attest(self, who: int) -> bool:
        return False

    def _return(self, who: int) -> bool:
        due = ORDER[self.place] if self.place < len(ORDER) and self.state == STATES[self.place] else None
        if due not in ("attest", "review", "decide", "publish"):
            return False
        mine = {verb for verb, by in {**self.did, "collect": self.collected_by}.items() if by == who}
        if mine & set(NEVER_BOTH.get(due, ())):
            return False
        self.state = "returned"
        return True

    def _resume(self, who: int) -> bool:
        if self.state != "returned":
            return False
        self.place, self.state, self.round, self.did, self.collected_by = 0, "collected", self.round + 1, {}, who
        return True

    def _amend(self, who: int) -> bool:
        return self.state in ("collected", "returned")

    def _withdraw(self, who: int) -> bool:
        if self.state in ("withdrawn", "removed"):
            return False
        self.state = "withdrawn"
        return True

    def _remove(self, who: int) -> bool:
        if self.state != "published":
            return False
        self.state = "removed"
        return True


NOTICE = PriorNotice(reason="欠薪", channel="直接", grounds="法", measures="检查", rights="异议")


def vouching(*, lawful: bool) -> Vouching:
    """Vouch for an entry, or not for all of it."""
    return Vouching(truthful=True, accurate=True, lawful=lawful)


class Ground:
    """A connection in a transaction of which nothing stays, and the calls of the real functions."""

    def __init__(self, connection: asyncpg.Connection[Any]) -> None:
        self.connection = connection

    def tx(self, who: int | None) -> Transaction:
        """Act as one of the people."""
        account = PEOPLE[who] if who is not None else None
        return Transaction(self.connection, NOW, Actor(account, ("clerk",), OFFICE, "410700"))

    async def collect(self, who: int, seed: int) -> UUID:
        """Collect the entry."""
        grounds = Grounds(reason="欠薪", behaviour="欠薪", legal_basis="某法")
        named = Named(uscc=invented_uscc(seed), name="虚构机器公司")
        collected = Collection(office_id=OFFICE, list_id=BLACK, subject=named, grounds=grounds, domain=WAGES)
        return await list_collection.collect(self.tx(who), VAULT, BOOKS, collected)

    async def make(self, entry: UUID, move: str, who: int) -> bool:
        """Make a move with the real functions; tell whether it was taken."""
        try:
            async with self.connection.transaction():
                await self._call(entry, move, self.tx(who))
        except DomainError:
            return False
        return True

    async def _call(self, entry: UUID, move: str, tx: Transaction) -> None:
        calls: dict[str, Callable[[], Awaitable[Any]]] = {
            "attest": lambda: list_entries.attest(tx, BOOKS, entry, vouching(lawful=True), office_id=OFFICE),
            "half attest": lambda: list_entries.attest(tx, BOOKS, entry, vouching(lawful=False), office_id=OFFICE),
            "notify": lambda: list_notices.notify(tx, BOOKS, CALENDAR, entry, NOTICE),
            "answer": lambda: self._answer(tx, entry),
            "close": lambda: self._close(tx, entry),
            "review": lambda: list_entries.review(tx, BOOKS, entry),
            "decide": lambda: list_entries.decide(tx, BOOKS, entry, decision_no=f"机{entry}"),
            "submit": lambda: list_entries.submit(tx, BOOKS, entry),
            "publish": lambda: list_publication.publish(tx, BOOKS, entry),
            "late publish": lambda: list_publication.publish(tx, BOOKS, entry, until=date(2029, 3, 19)),
            "return": lambda: list_entries.send_back(tx, BOOKS, entry, reason="退"),
            "resume": lambda: list_entries.resume(tx, BOOKS, entry),
            "amend": lambda: list_entries.amend(tx, VAULT, BOOKS, entry, {"reason": "改"}),
            "withdraw": lambda: list_publication.withdraw(tx, BOOKS, entry, reason="有误"),
            "remove": lambda: list_publication.remove(tx, BOOKS, entry, removal_reason="repaired", reason="修复"),
        }
        await calls[move]()

    async def _answer(self, tx: Transaction, entry: UUID) -> None:
        await list_notices.answer(tx, BOOKS, CALENDAR, await self._notice(entry), text="已付")

    async def _close(self, tx: Transaction, entry: UUID) -> None:
        await list_notices.close(tx, BOOKS, await self._notice(entry), note="无")

    async def _notice(self, entry: UUID) -> UUID:
        newest = "SELECT id FROM list_notice WHERE entry_id = $1 ORDER BY round DESC LIMIT 1"
        return await self.connection.fetchval(newest, entry) or new_id()

    async def define(self) -> None:
        """Open the list, if it is not open."""
        opened = "SELECT EXISTS (SELECT FROM list_definition WHERE state = 'opened' AND office_id = $1)"
        if not await self.connection.fetchval(opened, OFFICE):
            definition = await self.draft()
            await list_definitions.open_definition(self.tx(1), BOOKS, definition)

    async def draft(self) -> UUID:
        """Draft a definition."""
        drafted = Draft(
            office_id=OFFICE,
            list_id=BLACK,
            domain=WAGES,
            parts={"standard": Written("标准", "某法")},
            standard_level="law",
            behaviours=("欠薪",),
        )
        return await list_definitions.draft(self.tx(0), BOOKS, drafted)

    async def row(self, entry: UUID) -> Any:
        """Read the entry."""
        return await self.connection.fetchrow("SELECT * FROM list_entry WHERE id = $1", entry)

    async def verbs(self, entry: UUID) -> list[str]:
        """Read the ledger of the entry."""
        query = "SELECT verb FROM ledger_event WHERE object = 'list_entry' AND object_id = $1"
        return [one["verb"] for one in await self.connection.fetch(query, entry)]


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as made:
        yield made


@pytest.fixture
def ground(installed_url: str, runner: asyncio.Runner) -> Iterator[Ground]:
    async def begin() -> Ground:
        connection = await asyncpg.connect(installed_url)
        await connection.transaction().start()
        await connection.execute("SET LOCAL ROLE renxin_app")
        made = Ground(connection)
        await made.define()
        return made

    made = runner.run(begin())
    yield made
    runner.run(made.connection.close())


SEEDS = iter(range(100_000, 900_000))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    collector=st.integers(0, 3),
    moves=st.lists(st.tuples(st.sampled_from(MOVES), st.integers(0, 3)), max_size=40),
    forward=st.lists(st.integers(0, 3), max_size=9),
)
def test_no_sequence_of_moves_reaches_what_the_rules_forbid(
    runner: asyncio.Runner, ground: Ground, collector: int, moves: list[tuple[str, int]], forward: list[int]
) -> None:
    """XX-09: in order, none skipped, nobody his own; `forward` takes the way itself before chance does."""
    way = [(step, who) for step, who in zip(ORDER, forward, strict=False)]
    runner.run(_play(ground, collector, [*way, *moves]))


async def _play(ground: Ground, collector: int, moves: list[tuple[str, int]]) -> None:
    entry = await ground.collect(collector, next(SEEDS))
    model = Model(collector)
    for move, who in moves:
        allowed = model.allows(move, who)
        taken = await ground.make(entry, move, who)
        row = await ground.row(entry)
        where = f"{move} by {who}: {row['state']}, model {model}"
        assert taken is allowed, where
        assert (row["state"], row["round"]) == (model.state, model.round), where
        assert (row["published_at"] is None) or {"review", "decide", "submit"} <= model.did.keys(), where
        assert (row["state"] == "published") is (model.state == "published"), where
        _hands_are_clean(row, where)
    assert len(await ground.verbs(entry)) == model.moves
    pairs = await ground.connection.fetchval("SELECT count(*) FROM outbox_event WHERE object_id = $1", entry)
    assert pairs == model.moves


def _hands_are_clean(row: Any, where: str) -> None:
    steps = [row[name] for name in ("attested_by", "reviewed_by", "decided_by")]
    known = [one for one in steps if one is not None]
    assert len(set(known)) == len(known), where
    assert row["collected_by"] not in (row["reviewed_by"], row["decided_by"]) or row["collected_by"] is None, where


@pytest.fixture
async def people(installed_url: str) -> AsyncIterator[list[Ground]]:
    made = [Ground(await asyncpg.connect(installed_url)) for _ in range(4)]
    await made[0].define()
    yield made
    for one in made:
        await one.connection.close()


HANDS = {"attest": 0, "notify": 0, "close": 0, "review": 1, "decide": 2, "submit": 0, "publish": 3}


async def brought_to(ground: Ground, step: str) -> UUID:
    """Bring an entry to where a step is due."""
    entry = await ground.collect(0, next(SEEDS))
    for move, who in HANDS.items():
        if move == step:
            return entry
        assert await ground.make(entry, move, who), move
    return entry


@pytest.mark.anyio
@pytest.mark.parametrize("step", HANDS)
async def test_of_people_who_take_a_step_at_the_same_instant_one_does(people: list[Ground], step: str) -> None:
    entry = await brought_to(people[0], step)
    before = len(await people[0].verbs(entry))
    taken = await asyncio.gather(*(one.make(entry, step, HANDS[step]) for one in people))
    assert sorted(taken) == [False, False, False, True]
    assert len(await people[0].verbs(entry)) == before + 1


@pytest.mark.anyio
@pytest.mark.parametrize("step", ["review", "decide", "publish"])
async def test_one_approves_while_another_returns_it_and_one_decision_is_left(people: list[Ground], step: str) -> None:
    entry = await brought_to(people[0], step)
    moves = (step, "return", step, "return")
    taken = await asyncio.gather(*(one.make(entry, move, HANDS[step]) for one, move in zip(people, moves, strict=True)))
    verbs = await people[0].verbs(entry)
    returnable_after = step == "review"  # the decision that follows may be returned, too, by whom it is with
    assert sum(taken) == 1 or (returnable_after and taken[0] + taken[2] == 1 and sum(taken) == 2)
    assert verbs.count(step) + verbs.count("return") == sum(taken)


@pytest.mark.anyio
async def test_two_who_collect_the_same_subject_at_once_leave_one_entry_under_way(people: list[Ground]) -> None:
    seed = next(SEEDS)

    async def collect(ground: Ground) -> bool:
        try:
            async with ground.connection.transaction():
                await ground.collect(0, seed)
        except DomainError as refused:
            assert refused.code == "LIST_ENTRY_UNDER_WAY"  # noqa: PT017 - the others are taken
            return False
        return True

    assert sorted(await asyncio.gather(*(collect(one) for one in people))) == [False, False, False, True]


@pytest.mark.anyio
async def test_two_definitions_opened_at_once_leave_one_in_force(people: list[Ground]) -> None:
    drafts = [await people[0].draft() for _ in people]

    async def open_it(ground: Ground, definition: UUID) -> bool:
        try:
            async with ground.connection.transaction():
                await list_definitions.open_definition(ground.tx(1), BOOKS, definition, from_on=date(2026, 5, 1))
        except (DomainError, asyncpg.UniqueViolationError):
            return False
        return True

    opened = await asyncio.gather(*(open_it(one, draft) for one, draft in zip(people, drafts, strict=True)))
    assert sum(opened) == 1
    standing = "SELECT count(*) FROM list_definition WHERE office_id = $1 AND state = 'opened' AND until_on IS NULL"
    assert await people[0].connection.fetchval(standing, OFFICE) == 1
