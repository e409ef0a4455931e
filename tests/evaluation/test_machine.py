"""Random people take random steps with grades and runs: no two hold, nobody publishes his own, the ledger tells all.

The real domain functions are driven against a naive model of one subject under one scheme; after each step its grades,
what holds, and their ledgers are held against it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Final
from uuid import UUID, uuid5

import asyncpg
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from domain.clock import CHINA
from domain.errors import DomainError
from domain.evaluation import grades, runs
from domain.evaluation.schemes import evaluation_by
from domain.installation_rows import office_id
from domain.lifecycle import Actor, Transaction
from tests.evaluation.conftest import XIAMEN
from tests.removals.ground import BOOKS, Ground

SCHEME: Final = "employer"
OFFICE: Final = office_id(XIAMEN, "JCZD")
PEOPLE = ("one", "two", "three")
ACCOUNTS = {name: uuid5(UUID(int=9), name) for name in PEOPLE}
STANDING = ("published", "contested")
SINGLE = ("determine", "publish", "reject", "contest", "uphold", "withdraw")
Step = tuple[str, str, str | None]
"""Who, which move, which grade is meant (null: left open, where that can be)."""


@dataclass
class Held:
    """A grade as a jurist would expect it."""

    value: str | None
    state: str
    proposer: str | None
    of_run: bool = False
    publisher: str | None = None
    verbs: list[str] = field(default_factory=lambda: ["propose"])

    def to(self, verb: str, state: str) -> None:
        """Take a step."""
        self.verbs.append(verb)
        self.state = state


@dataclass
class Model:
    """The grades of one subject, and the run of the scheme that waits."""

    held: list[Held] = field(default_factory=list)
    run_by: str | None = None
    run_of: list[Held] = field(default_factory=list)

    @property
    def now(self) -> Held | None:
        """The grade in force."""
        return next((one for one in self.held if one.state in STANDING), None)

    @property
    def waits(self) -> Held | None:
        """The one that waits."""
        return next((one for one in self.held if one.state in ("undetermined", "proposed")), None)

    def take(self, who: str, move: str, value: str | None) -> str | None:
        """Give the code by which a move is refused, or None where it is taken."""
        if move in SINGLE:
            return self._single(who, move, value)
        return {"propose": self._propose, "propose_run": self._propose_run}.get(move, self._end_run)(who, move, value)

    def _propose(self, who: str, move: str, value: str | None) -> str | None:
        if self.now is not None and self.now.value == (value or "A"):
            return "GRADE_UNCHANGED"
        if self.waits is not None:
            return "GRADE_WAITING"
        self.held.append(Held(value or "A", "proposed", who))
        return None

    def _propose_run(self, who: str, move: str, value: str | None) -> str | None:
        if self.run_by is not None:
            return "RUN_WAITING"
        self.run_by, self.run_of = who, []
        if self.waits is None and (value is None or self.now is None or self.now.value != value):
            made = Held(value, "proposed" if value else "undetermined", who if value else None, of_run=True)
            self.held.append(made)
            self.run_of = [made]
        return None

    def _end_run(self, who: str, move: str, value: str | None) -> str | None:
        if self.run_by is None:
            return "STATE_CONFLICT"
        if move == "publish_run" and who == self.run_by:
            return "GRADE_PROPOSER_PUBLISHES"
        for one in self.run_of:
            if move == "publish_run" and one.state == "proposed" and one.proposer == self.run_by:
                self._publish(one, who)
            if move == "discard_run" and one.state in ("undetermined", "proposed"):
                one.to("reject", "rejected")
        self.run_by, self.run_of = None, []
        return None

    def _publish(self, one: Held, who: str) -> None:
        if self.now is not None:
            self.now.to("supersede", "superseded")
        one.publisher = who
        one.to("publish", "published")

    def _single(self, who: str, move: str, value: str | None) -> str | None:
        one = self.waits if move in ("determine", "publish", "reject") else self.now
        if one is None:
            return "NONE"
        if move in ("publish", "reject") and one.proposer == who:
            return "GRADE_PROPOSER_PUBLISHES"
        if one.publisher == who and (move == "uphold" or (move == "withdraw" and one.state == "contested")):
            return "GRADE_PUBLISHER_ANSWERS"
        if move == "determine" and self.now is not None and self.now.value == (value or "A"):
            return "GRADE_UNCHANGED"
        sources = {
            "determine": "undetermined", "publish": "proposed", "contest": "published", "uphold": "contested",
        }  # fmt: skip
        if one.state != sources.get(move, one.state):
            return "STATE_CONFLICT"
        if move == "publish":
            self._publish(one, who)
            return None
        if move == "determine":
            one.value, one.proposer = value or "A", who
        targets = {"determine": "proposed", "reject": "rejected", "contest": "contested", "uphold": "published"}
        one.to(move, targets.get(move, "withdrawn"))
        return None


MOVES = (
    "propose",
    "propose",
    "propose_run",
    "propose_run",
    "publish",
    "publish",
    "publish_run",
    "discard_run",
    *SINGLE,
)
STEPS = st.lists(
    st.tuples(st.sampled_from(PEOPLE), st.sampled_from(MOVES), st.sampled_from(["A", "B", None])),
    min_size=4,
    max_size=14,
)
RUN_THEN_OPEN: list[Step] = [
    ("one", "propose_run", "A"), ("two", "publish_run", None), ("one", "propose_run", None), ("two", "publish_run", None),
    ("one", "determine", "B"), ("one", "publish", None), ("two", "publish", None), ("three", "contest", None),
    ("two", "uphold", None), ("three", "uphold", None), ("one", "propose_run", "A"), ("two", "discard_run", None),
]  # fmt: skip
DETERMINED_IN_A_RUN: list[Step] = [
    ("one", "propose_run", None), ("two", "determine", "B"), ("three", "publish_run", None), ("three", "publish", None),
    ("one", "propose", "A"), ("one", "propose_run", "B"), ("two", "publish_run", None), ("two", "publish", None),
    ("one", "contest", None), ("two", "withdraw", None), ("three", "withdraw", None),
]  # fmt: skip


@given(STEPS)
@example(RUN_THEN_OPEN)
@example(DETERMINED_IN_A_RUN)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_no_sequence_of_moves_leaves_two_grades_or_publishes_ones_own(installed_url: str, taken: list[Step]) -> None:
    """XM-12, PIPL 24: what each step must come to is said beforehand."""
    asyncio.run(_played(installed_url, taken))


async def _played(url: str, taken: list[Step]) -> None:
    connection = await asyncpg.connect(url)
    transaction = connection.transaction()
    await transaction.start()
    try:
        ground, model = Ground(connection), Model()
        subject = await ground.subject(XIAMEN)
        code: str = await connection.fetchval("SELECT uscc FROM subject WHERE id = $1", subject)
        await connection.execute("SET LOCAL ROLE renxin_app")
        for number, (who, move, value) in enumerate(taken):
            expected = model.take(who, move, value)
            now = datetime.combine(date(2026, 3, 18), time(9, number), CHINA)
            tx = Transaction(connection, now, Actor(ACCOUNTS[who], ("clerk",), office_id=OFFICE))
            assert await _tried(tx, subject, code, move, value) == expected, (who, move, value)
            await _compare(connection, subject, model)
        event(f"{sorted(one.state for one in model.held)}")
    finally:
        await transaction.rollback()
        await connection.close()


async def _tried(tx: Transaction, subject: UUID, code: str, move: str, value: str | None) -> str | None:
    """Take a step in a transaction of its own; give the code that refused it."""
    try:
        async with tx.connection.transaction():
            return await _move(tx, subject, code, move, value)
    except DomainError as refused:
        return refused.code


async def _move(tx: Transaction, subject: UUID, code: str, move: str, value: str | None) -> str | None:
    under = evaluation_by(BOOKS, XIAMEN, SCHEME, office=OFFICE, on=tx.today)
    if move == "propose":
        result = grades.Result(
            subject_id=subject, office_id=OFFICE, evaluated_on=tx.today, basis="日常巡查", value=value or "A"
        )
        await grades.propose(tx, under, result)
    elif move == "propose_run":
        results = runs.Results(evaluated_on=tx.today, basis="年度评价", values=[(code, value)])
        await runs.propose(tx, under, OFFICE, results)
    elif move in ("publish_run", "discard_run"):
        run = await tx.connection.fetchrow("SELECT * FROM grade_run ORDER BY proposed_at DESC, id DESC LIMIT 1")
        if run is None:
            return "STATE_CONFLICT"
        if move == "discard_run":
            await runs.discard(tx, run, reason="名录有误")
        elif run["state"] != "proposed":
            return "STATE_CONFLICT"
        else:
            await runs.publish(tx, run)
    else:
        return await _single(tx, subject, move, value)
    return None


async def _single(tx: Transaction, subject: UUID, move: str, value: str | None) -> str | None:
    states = ["undetermined", "proposed"] if move in ("determine", "publish", "reject") else list(STANDING)
    row = await tx.connection.fetchrow(
        "SELECT * FROM grade WHERE subject_id = $1 AND state = ANY($2::text[])", subject, states
    )
    if row is None:
        return "NONE"
    steps: dict[str, Any] = {
        "determine": lambda: grades.determine(tx, row, value=value or "A", basis="人工认定", scale=()),
        "publish": lambda: grades.publish(tx, row),
        "reject": lambda: grades.reject(tx, row, reason="依据不足"),
        "contest": lambda: grades.contest(tx, row, grounds="与事实不符"),
        "uphold": lambda: grades.uphold(tx, row, answer="经复核，维持"),
        "withdraw": lambda: grades.withdraw(tx, row, reason="评价有误"),
    }
    await steps[move]()
    return None


async def _compare(connection: asyncpg.Connection[Any], subject: UUID, model: Model) -> None:
    rows = await connection.fetch(
        "SELECT id, state, value, proposed_by, published_by, run_id FROM grade WHERE subject_id = $1 ORDER BY proposed_at, id",
        subject,
    )
    assert [(row["state"], row["value"], row["run_id"] is not None) for row in rows] == [
        (one.state, one.value, one.of_run) for one in model.held
    ]
    assert sum(row["state"] in STANDING for row in rows) <= 1
    assert all(row["published_by"] is None or row["published_by"] != row["proposed_by"] for row in rows)
    for row, one in zip(rows, model.held, strict=True):
        told = await connection.fetch(
            "SELECT verb FROM outbox_event WHERE object = 'grade' AND object_id = $1 ORDER BY id", row["id"]
        )
        assert sorted(event["verb"] for event in told) == sorted(one.verbs)
        version = await connection.fetchval("SELECT version FROM grade WHERE id = $1", row["id"])
        assert version == len(one.verbs)
