"""Random people take random steps: nothing the rules forbid comes of it, and the ledger tells every step.

The real domain functions are driven against a naive model that knows the ways of the five places by heart. After each
move the row, what is contested, the mark and the ledger are compared with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from domain.clock import local_day
from domain.errors import DomainError
from domain.installation_rows import office_id
from domain.lifecycle import Transaction
from domain.rights.objections import filing, pauses, steps
from tests.client import NOW
from tests.objections.ground import (
    BOOKS,
    CALENDAR,
    PLACE,
    PLACES,
    PROVINCE,
    ROLES,
    SHANGHAI,
    VAULT,
    XINXIANG,
    World,
    make_entry,
    make_record,
    make_world,
)

WAYS = dict.fromkeys(PLACES, ("verify", "decide", "tell")) | {
    XINXIANG: ("verify", "decide", "report", "correct", "tell"),
    SHANGHAI: ("mark", "forward", "verify", "decide", "report", "tell"),
}
"""The steps that people take in each place; elsewhere than in Shanghai the service marks."""

REVIEW = ("decide", "correct", "tell")
TERMS = {
    XINXIANG: {"verify": 3, "decide": 3, "report": 3, "tell": 7},
    SHANGHAI: {"mark": 1, "forward": 2, "decide": 5, "report": 5},
}
WHO = ("clerk", "second_clerk", "reviewer", "approver", "both", "other_reviewer", "credit_office", "platform", "firm")
MOVES = (
    "mark",
    "forward",
    "verify",
    "pause",
    "resume",
    "decide",
    "report",
    "correct",
    "tell",
    "withdraw",
    "appeal",
    "file",
)
OUTCOMES = ("rejected", "amended", "withdrawn")

Step = tuple[str, str, str, int]
"""Who, which move, which outcome, how many days later."""


@dataclass
class Model:
    """What must have become of the matter, by the rules alone."""

    place: str
    noun: str
    today: date
    done: list[str] = field(default_factory=list)
    way: tuple[str, ...] = ()
    reviewing: bool = False
    outcome: str | None = None
    settled: bool = False
    paused: bool = False
    ever_paused: bool = False
    withdrawn: bool = False
    over: bool = False
    """Whether what is contested has been withdrawn."""
    verified_by: str | None = None
    received: date | None = None
    forwarded: date | None = None

    def next(self) -> str | None:
        """Name the step that comes next."""
        if self.withdrawn:
            return None
        return next((verb for verb in self.way if verb not in self.done), None)

    def hand(self, verb: str) -> tuple[str, str]:
        """Tell the office whose step it is."""
        here = PLACE[self.place]
        if self.reviewing:
            return (self.place, here.office) if verb == "correct" else PROVINCE
        if self.place == SHANGHAI and verb in ("mark", "forward", "tell"):
            return self.place, here.platform
        if self.place == XINXIANG and verb in ("correct", "tell"):
            return self.place, here.credit_office
        return self.place, here.office

    def open(self) -> bool:
        """Tell whether the mark stands."""
        return self.received is not None and not self.settled


@given(
    st.sampled_from(PLACES),
    st.sampled_from(["credit_record", "list_entry"]),
    st.lists(
        st.tuples(
            st.sampled_from((*WHO, "province")), st.sampled_from(MOVES), st.sampled_from(OUTCOMES), st.integers(0, 3)
        ),
        max_size=14,
    ),
    st.booleans(),
)
@example(XINXIANG, "list_entry", [("clerk", "verify", "rejected", 0), ("approver", "decide", "rejected", 1), ("clerk", "report", "rejected", 3), ("credit_office", "tell", "rejected", 0), ("firm", "appeal", "rejected", 1), ("province", "decide", "withdrawn", 2), ("approver", "correct", "rejected", 0), ("province", "tell", "rejected", 0)], True)  # fmt: skip
@example(XINXIANG, "credit_record", [("clerk", "pause", "rejected", 1), ("firm", "withdraw", "rejected", 2)], False)
@example(SHANGHAI, "credit_record", [("platform", "mark", "rejected", 2), ("platform", "forward", "rejected", 1), ("clerk", "verify", "rejected", 0), ("approver", "decide", "amended", 3), ("second_clerk", "report", "rejected", 0), ("platform", "tell", "rejected", 0)], False)  # fmt: skip
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_no_sequence_of_moves_leads_where_the_rules_forbid(
    installed_url: str, place: str, noun: str, taken: list[Step], guided: bool
) -> None:
    """`guided` puts the right person and the next step in the place of every second random one."""
    asyncio.run(_played(installed_url, place, noun, taken, guided=guided))


async def _played(url: str, place: str, noun: str, taken: list[Step], *, guided: bool) -> None:
    connection = await asyncpg.connect(url)
    transaction = connection.transaction()
    await transaction.start()
    try:
        game = await _Game.begin(connection, place, noun)
        await game.play("firm", "file", "rejected", NOW)
        now = NOW
        for number, (who, move, outcome, days) in enumerate(taken):
            now += timedelta(days=days, minutes=1)
            chosen = game.right(who, move) if guided and number % 2 == 0 else (who, move)
            await game.play(*chosen, outcome, now)
        assert game.moves >= 1, "the filing at least"
    finally:
        await transaction.rollback()
        await connection.close()


@dataclass
class _Game:
    """A matter that is played in the database and in the model."""

    connection: asyncpg.Connection[Any]
    world: World
    model: Model
    target: UUID
    objection: UUID | None = None
    moves: int = 0

    @classmethod
    async def begin(cls, connection: asyncpg.Connection[Any], place: str, noun: str) -> _Game:
        world = await make_world(connection, (place,))
        make = make_entry if noun == "list_entry" else make_record
        target = await make(connection, world, place)
        return cls(connection, world, Model(place, noun, local_day(NOW)), target)

    def right(self, who: str, move: str) -> tuple[str, str]:
        """Give the person and the move that come next by the rules."""
        verb = self.model.next()
        if verb is None:
            return "firm", "appeal"
        office = self.model.hand(verb)
        people = {
            (self.model.place, PLACE[self.model.place].office): "approver" if verb == "decide" else "second_clerk",
            (self.model.place, PLACE[self.model.place].platform): "platform",
            (self.model.place, PLACE[self.model.place].credit_office): "credit_office",
            PROVINCE: "province",
        }
        if office == (self.model.place, PLACE[self.model.place].office):
            return people[office], verb
        return people.get(office, who), verb

    async def play(self, who: str, move: str, outcome: str, now: datetime) -> None:
        """Let somebody try a move; compare what comes of it with what must."""
        self.model.today = local_day(now)
        allowed = self._allowed(who, move, outcome)
        refused = await self._try(who, move, outcome, now)
        assert (refused is None) == allowed, (who, move, outcome, refused, self.model)
        if allowed:
            self._note(who, move, outcome)
            self.moves += 1
        await self._compare()

    async def _try(self, who: str, move: str, outcome: str, now: datetime) -> str | None:
        """Try a move; give what it was refused with, nothing of which stays."""
        await self.connection.execute("SAVEPOINT move")
        try:
            await self._do(who, move, outcome, now)
        except DomainError as error:
            await self.connection.execute("ROLLBACK TO SAVEPOINT move")
            return type(error).__name__
        return None

    # -- what the rules say

    def _allowed(self, who: str, move: str, outcome: str) -> bool:
        model = self.model
        if move == "file":
            return who == "firm" and self.objection is None
        if self.objection is None:
            return False
        if move == "withdraw":
            return who == "firm" and model.outcome is None and not model.withdrawn
        if move == "appeal":
            may = model.place == XINXIANG and model.noun == "list_entry" and not model.reviewing
            return who == "firm" and may and model.outcome is not None and not model.over
        if who == "firm":
            return False
        at_it = model.next() is not None and self._office(who) == model.hand(str(model.next()))
        if move in ("pause", "resume"):
            return self._may_stop(move, at_it=at_it)
        if model.next() != move or not at_it or model.paused:
            return False
        return move != "decide" or self._may_decide(who, outcome)

    def _may_stop(self, move: str, *, at_it: bool) -> bool:
        model = self.model
        if not at_it or model.next() not in ("verify", "decide"):
            return False
        if move == "resume":
            return model.paused
        return model.place == XINXIANG and not model.paused

    def _may_decide(self, who: str, outcome: str) -> bool:
        model = self.model
        if who == model.verified_by:
            return False
        acted = model.noun == "credit_record" and who in ("clerk", "reviewer")
        return not acted

    def _office(self, who: str) -> tuple[str, str]:
        if who == "province":
            return PROVINCE
        return self.model.place, getattr(PLACE[self.model.place], ROLES[who][1])

    def _note(self, who: str, move: str, outcome: str) -> None:
        model = self.model
        if move == "file":
            model.received, model.way = model.today, WAYS[model.place]
        elif move == "withdraw":
            model.withdrawn = model.settled = True
            model.paused = False
        elif move == "appeal":
            model.reviewing, model.way, model.done = True, REVIEW, []
            model.outcome, model.settled, model.received, model.verified_by = None, False, model.today, None
        elif move in ("pause", "resume"):
            model.paused, model.ever_paused = move == "pause", True
        else:
            self._note_step(who, move, outcome)

    def _note_step(self, who: str, move: str, outcome: str) -> None:
        model = self.model
        model.done.append(move)
        if move == "forward":
            model.forwarded = model.today
        if move == "verify":
            model.verified_by = who
        if move == "decide":
            model.outcome = outcome
            if outcome == "rejected":
                model.way = tuple(verb for verb in model.way if verb != "correct")
                model.settled = True
            elif not model.reviewing:
                model.settled = True
                model.over = model.over or outcome == "withdrawn"
        if move == "correct" and model.reviewing:
            model.settled = True
            model.over = model.over or model.outcome == "withdrawn"

    # -- what is done

    async def _do(self, who: str, move: str, outcome: str, now: datetime) -> None:
        place = self.model.place
        subject = self.world.firm[place] if who == "firm" else None
        sub = "province" if who == "province" else f"{place}.{who}"
        tx = Transaction(self.connection, now, self.world.actor(sub, subject=subject))
        if move == "file":
            if who != "firm":
                raise DomainError("only the subject files here")
            filed = filing.Filing(noun=self.model.noun, target_id=self.target, ground="错误", statement="有误。")
            self.objection = await filing.file(tx, BOOKS, CALENDAR, filed, origin="subject")
            return
        assert self.objection is not None
        this = self.objection
        fix = {"reason": f"更正{self.moves}"} if self.model.noun == "list_entry" else {"title": f"更正{self.moves}"}
        decided = self.model.outcome or outcome
        correction = fix if (outcome if move == "decide" else decided) == "amended" else {}
        if self.model.reviewing and move == "decide":
            correction = {}
        if move == "correct" and not self.model.reviewing:
            correction = {}
        acts: dict[str, Callable[[], Awaitable[Any]]] = {
            "mark": lambda: steps.mark(tx, CALENDAR, this),
            "forward": lambda: steps.forward(tx, CALENDAR, this),
            "verify": lambda: steps.verify(tx, CALENDAR, this, finding="已核查。"),
            "pause": lambda: pauses.pause(tx, BOOKS, this, kind="鉴定", reason="笔迹鉴定。"),
            "resume": lambda: pauses.resume(tx, CALENDAR, this),
            "decide": lambda: steps.decide(
                tx,
                VAULT,
                BOOKS,
                CALENDAR,
                this,
                steps.Decision(outcome=outcome, reason="理由。", correction=correction),
            ),
            "report": lambda: steps.report(tx, CALENDAR, this),
            "correct": lambda: steps.correct(tx, VAULT, BOOKS, CALENDAR, this, correction=correction),
            "tell": lambda: steps.tell(tx, BOOKS, CALENDAR, this),
            "withdraw": lambda: filing.withdraw(tx, this),
        }
        if move == "appeal":
            if who != "firm":
                raise DomainError("only the subject appeals here")
            self.objection = await filing.appeal(tx, BOOKS, CALENDAR, this, statement="不服。", origin="subject")
            return
        await acts[move]()

    # -- what has become of it

    async def _compare(self) -> None:
        if self.objection is None:
            return
        model = self.model
        row = await self.connection.fetchrow("SELECT * FROM objection WHERE id = $1", self.objection)
        assert row is not None
        assert row["next_step"] == model.next(), model
        assert row["outcome"] == model.outcome
        assert (row["settled_at"] is None) == model.open()
        assert (row["paused_since"] is not None) == model.paused
        running = "SELECT count(*) FROM objection_pause WHERE objection_id = $1 AND until_on IS NULL"
        assert await self.connection.fetchval(running, self.objection) == int(model.paused)
        verb = model.next()
        assert row["next_office_id"] == (office_id(*model.hand(verb)) if verb is not None else None)
        await self._compare_target()
        await self._compare_ledger()
        self._compare_days(row)

    async def _compare_target(self) -> None:
        model, column = self.model, "record_id" if self.model.noun == "credit_record" else "entry_id"
        state = await self.connection.fetchval(f"SELECT state FROM {model.noun} WHERE id = $1", self.target)
        assert (state == "withdrawn") == model.over, "published exactly as long as nothing withdrew it"
        marks = await self.connection.fetchval(
            f"SELECT count(*) FROM objection WHERE {column} = $1 AND settled_at IS NULL", self.target
        )
        assert marks == (1 if model.open() else 0)

    async def _compare_ledger(self) -> None:
        events = await self.connection.fetch(
            "SELECT verb FROM ledger_event WHERE object = 'objection' AND object_id = $1 ORDER BY id", self.objection
        )
        steps_told = [row["verb"] for row in events if row["verb"] in MOVES and row["verb"] not in ("pause", "resume")]
        begun = ["appeal"] if self.model.reviewing else ["file"] + ([] if self.model.place == SHANGHAI else ["mark"])
        expected = begun + self.model.done + (["withdraw"] if self.model.withdrawn else [])
        assert steps_told == expected, "every step is in the ledger once, in its order"

    def _compare_days(self, row: Any) -> None:
        """Compare the last days, unless the clock ever stood still: those are `test_terms`'."""
        model = self.model
        if model.reviewing or model.ever_paused:
            return
        for verb, days in TERMS.get(model.place, {}).items():
            begun = model.forwarded if verb in ("decide", "report") and model.place == SHANGHAI else model.received
            due = CALENDAR.add_working_days(begun, days).day if begun is not None else None
            if verb in model.way:
                assert row[f"{verb}_due_on"] == due, (verb, model)
