"""Random people take random steps with an exam violation: nothing the texts forbid comes of it.

The real domain functions are driven against a naive model that knows the two cities' ways by heart; after each move
the row, its record, the ledger and what is told to others are held against it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

import asyncpg
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from domain.errors import DomainError
from domain.exam import recommendations, violations
from domain.installation_rows import office_id
from tests.exam.ground import INSTITUTE, SHIYAN, SHIYAN_OFFICE, TODAY, XIAMEN_OFFICE, Room, make_room

CITIES = ("shiyan", "xiamen")
OFFICES = {"shiyan": SHIYAN_OFFICE, "xiamen": XIAMEN_OFFICE}
DECIDER = {"shiyan": INSTITUTE, "xiamen": XIAMEN_OFFICE}
PEOPLE = ("recorder", "colleague", "institute", "foreign")
MOVES = ("record", "sign", "refuse", "decide", "forever", "silent", "enter", "withdraw", "recommend")
ACCOUNTS = {name: uuid5(UUID(int=0), name) for name in PEOPLE}
NEXT = {"recorded": "confirm", "confirmed": "decide", "decided": "enter"}

Step = tuple[str, str, int]
"""Who, which move, how many days later."""


@dataclass
class Model:
    """What a jurist would expect of the file."""

    city: str
    today: date
    state: str | None = None
    recorder: str | None = None
    retention: str | None = None
    until: date | None = None
    recommended: bool = False
    records: int = 0
    log: list[str] = field(default_factory=list)

    def office(self, who: str) -> UUID:
        """Tell in which office somebody acts."""
        return {"institute": INSTITUTE, "foreign": office_id(SHIYAN, "JC")}.get(who, OFFICES[self.city])

    def take(self, who: str, move: str) -> str | None:
        """Give the code by which a move is refused, or None where it is taken."""
        if move == "record":
            return self._record(who)
        if self.state is None:
            return "NOT_FOUND"
        if move == "recommend":
            return self._recommend()
        if move == "withdraw":
            return self._withdraw(who)
        return self._step(who, move)

    def _record(self, who: str) -> str | None:
        if self.office(who) != OFFICES[self.city]:
            return "SKIPPED"  # the edge records in the caller's own office
        if self.state not in (None, "withdrawn"):
            return "EXAM_VIOLATION_EXISTS"
        self.state, self.recorder, self.retention, self.recommended = "recorded", who, None, False
        self.log = ["record"]
        return None

    def _recommend(self) -> str | None:
        if self.city == "xiamen":
            return "DISCIPLINE_RECOMMENDATION_NOT_PROVIDED"
        if self.state not in ("decided", "entered"):
            return "VIOLATION_NOT_DECIDED"
        if self.recommended:
            return "STATE_CONFLICT"
        self.recommended = True
        return None

    def _withdraw(self, who: str) -> str | None:
        if self.office(who) != OFFICES[self.city]:
            return "STEP_OF_ANOTHER_OFFICE"
        if self.state not in NEXT:
            return "STATE_CONFLICT"
        return self._moved("withdrawn", "withdraw")

    def _step(self, who: str, move: str) -> str | None:
        verb = {"sign": "confirm", "refuse": "confirm", "forever": "decide", "silent": "decide"}.get(move, move)
        if NEXT.get(self.state or "") != verb:
            return "STEP_OUT_OF_ORDER"
        if self.office(who) != (DECIDER if verb == "decide" else OFFICES)[self.city]:
            return "STEP_OF_ANOTHER_OFFICE"
        if verb == "decide":
            return self._decide(who, move)
        if verb == "confirm":
            return self._moved("confirmed", verb)
        self.records += 1
        if self.retention == "limited":
            day = 28 if (self.today.month, self.today.day) == (2, 29) else self.today.day
            self.until = date(self.today.year + 5, self.today.month, day)
        return self._moved("entered", verb)

    def _decide(self, who: str, move: str) -> str | None:
        if who == self.recorder:
            return "DECIDER_RECORDED"
        wanted = {"decide": "limited", "forever": "permanent", "silent": None}[move]
        if self.city == "xiamen" and wanted is not None:
            return "RETENTION_NOT_SET"
        if self.city == "shiyan" and wanted is None:
            return "RETENTION_MISSING"
        self.retention = wanted or "not_loaded"
        return self._moved("decided", "decide")

    def _moved(self, state: str, verb: str) -> str | None:
        self.state = state
        self.log.append(verb)
        return None


@given(
    st.sampled_from(CITIES),
    st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(MOVES), st.integers(0, 2)), max_size=12),
    st.sampled_from([TODAY, date(2024, 2, 28), date(2025, 9, 30), date(2027, 12, 30)]),
)
@example("shiyan", [("recorder", "record", 0), ("recorder", "refuse", 0), ("institute", "decide", 0), ("recorder", "enter", 1), ("foreign", "recommend", 0)], date(2024, 2, 28))  # fmt: skip
@example("xiamen", [("recorder", "record", 0), ("recorder", "sign", 0), ("recorder", "silent", 0), ("colleague", "silent", 0), ("recorder", "enter", 0), ("recorder", "withdraw", 0)], TODAY)  # fmt: skip
@example("xiamen", [("recorder", "record", 0), ("recorder", "recommend", 0)], TODAY)
@example("shiyan", [("recorder", "record", 0), ("colleague", "sign", 0), ("colleague", "withdraw", 0), ("colleague", "record", 1), ("recorder", "sign", 0), ("institute", "forever", 0), ("colleague", "enter", 0)], TODAY)  # fmt: skip
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_no_sequence_of_moves_leads_where_the_texts_forbid(
    installed_url: str, city: str, taken: list[Step], start: date
) -> None:
    """SY-06a, SY-06b, XM-17a: leap day, holiday and the calendar's end are among the first days."""
    asyncio.run(_played(installed_url, city, taken, start))


async def _played(url: str, city: str, taken: list[Step], start: date) -> None:
    connection = await asyncpg.connect(url)
    transaction = connection.transaction()
    await transaction.start()
    try:
        room, model = make_room(connection).on(start), Model(city, start)
        candidate = await room.person(60)
        violation: UUID | None = None
        for who, move, days in taken:
            model.today += timedelta(days=days)
            expected = model.take(who, move)
            if expected == "SKIPPED":
                continue
            acting = _as(room.on(model.today), model, who)
            made, refused = await _tried(acting, model, move, candidate, violation)
            assert refused == expected, (who, move)
            violation = made if move == "record" and made is not None else violation
            await _compare(room, model, candidate, violation)
    finally:
        await transaction.rollback()
        await connection.close()


def _as(room: Room, model: Model, who: str) -> Room:
    actor = replace(room.tx.actor, account_id=ACCOUNTS[who], office_id=model.office(who))
    return replace(room, tx=replace(room.tx, actor=actor, events=[]))


async def _tried(
    room: Room, model: Model, move: str, candidate: UUID, violation: UUID | None
) -> tuple[UUID | None, str | None]:
    """Take a step in a transaction of its own; give what it made and the code that refused it."""
    savepoint = room.tx.connection.transaction()
    await savepoint.start()
    try:
        made = await _move(room, model, move, candidate, violation or UUID(int=9))
    except DomainError as error:
        await savepoint.rollback()
        return None, error.code
    await savepoint.commit()
    return made, None


async def _move(room: Room, model: Model, move: str, candidate: UUID, violation: UUID) -> UUID | None:
    if move == "record":
        where: dict[str, Any] = {"office_id": OFFICES[model.city], "exam_on": date(2024, 1, 6)}
        return await room.record(candidate, **where)
    steps: dict[str, Callable[[], Awaitable[Any]]] = {
        "sign": lambda: room.confirm(violation),
        "refuse": lambda: room.confirm(violation, kind="refused", witness="监考员"),
        "decide": lambda: room.decide(violation),
        "forever": lambda: room.decide(violation, retention="permanent"),
        "silent": lambda: room.decide(violation, retention=None),
        "enter": lambda: room.enter(violation),
        "withdraw": lambda: violations.withdraw(room.tx, room.books, violation, reason="误录"),
        "recommend": lambda: recommendations.recommend(room.tx, room.books, violation, unit="某中学", text="建议处分"),
    }
    await steps[move]()
    return None


async def _compare(room: Room, model: Model, candidate: UUID, violation: UUID | None) -> None:
    """Hold the row, its record, the ledger and the outbox against the model."""
    if violation is None:
        return
    ask = room.tx.connection.fetch
    row = await room.row("exam_violation", violation)
    assert (row["state"], row["version"]) == (model.state, len(model.log))
    assert row["retained_until"] == (model.until if model.state == "entered" and model.retention == "limited" else None)
    assert row["decided_by"] is None or row["decided_by"] != row["recorded_by"]
    logged = await ask("SELECT verb FROM ledger_event WHERE object_id = $1 ORDER BY at, id", violation)
    assert [one["verb"] for one in logged] == model.log
    records = await ask("SELECT state, public_until FROM credit_record WHERE subject_id = $1", candidate)
    assert len(records) == model.records
    assert [(one["state"]) for one in records] == ["published"] * model.records
    told = await ask("SELECT DISTINCT object FROM outbox_event WHERE subject_id = $1", candidate)
    assert {one["object"] for one in told} <= {"subject", "credit_record"}
