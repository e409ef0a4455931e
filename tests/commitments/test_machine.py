"""Random people take random steps with a commitment: nothing the texts forbid comes of it.

The real domain functions are driven against a naive model; after each move the row, the record of its result, the
spot check, whether simplified procedures are open, and the ledger are held against it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

import asyncpg
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from domain.calendar import working_calendar
from domain.commitment import commitments, results, simplified, spot_checks
from domain.commitment.spot_checks import Draw
from domain.credit import records
from domain.errors import DomainError
from domain.installation_rows import office_id
from tests.commitments.ground import TODAY, XIAMEN, Ground, make_ground

OFFICE = (XIAMEN, "SP")
PEOPLE = ("taker", "checker", "third")
MOVES = ("publish", "supply", "keep", "break", "overdue", "withdraw", "reopen", "take_back", "draw")
ACCOUNTS = {name: uuid5(UUID(int=0), name) for name in PEOPLE}
TERM = 5

Step = tuple[str, str, int]
"""Who, which move, how many days later."""


@dataclass
class Model:
    """What a jurist would expect of a commitment that the taker took in."""

    tolerant: bool
    today: date
    due: date | None
    state: str = "signed"
    published: bool = False
    supplied: bool = False
    record: str | None = None
    checks: list[str] = field(default_factory=list)
    drawn: set[date] = field(default_factory=set)
    log: list[str] = field(default_factory=lambda: ["sign"])

    def take(self, who: str, move: str) -> str | None:
        """Give the code by which a move is refused, or None where it is taken."""
        refused: str | None = getattr(self, move)(who)
        if refused is None and move not in ("take_back", "draw"):
            self.log.append({"overdue": "break"}.get(move, move))
        return refused

    def publish(self, who: str) -> str | None:
        """Once, of what was signed."""
        if self.published or self.state == "withdrawn":
            return "STATE_CONFLICT"
        self.published = True
        return None

    def supply(self, who: str) -> str | None:
        """Once, by the last day, where something is missing."""
        if not self.tolerant:
            return "MISSING_NOT_STATED"
        if self.supplied:
            return "STATE_CONFLICT"
        if self.due is not None and self.today > self.due:
            return "SUPPLEMENT_OVERDUE"
        if self.state != "signed":
            return "STATE_CONFLICT"
        self.supplied = True
        return None

    def keep(self, who: str) -> str | None:
        """By another than took it in, with nothing missing."""
        if who == "taker":
            return "JUDGE_IN_OWN_MATTER"
        if self.tolerant and not self.supplied:
            return "SUPPLEMENT_OPEN"
        return self._found("kept")

    def overdue(self, who: str) -> str | None:
        """Broken because nothing came, after the last day."""
        if who == "taker":
            return "JUDGE_IN_OWN_MATTER"
        if self.due is None or self.supplied:
            return "INVALID_INPUT"
        if self.today <= self.due:
            return "SUPPLEMENT_NOT_DUE"
        return self._found("broken")

    def _found(self, state: str) -> str | None:
        if self.state != "signed":
            return "STATE_CONFLICT"
        self.state, self.record = state, "submitted"
        self.checks = [state if one == "pending" else one for one in self.checks]
        return None

    def withdraw(self, who: str) -> str | None:
        """As entered by mistake, before anything was found."""
        if self.state != "signed":
            return "STATE_CONFLICT"
        self.state = "withdrawn"
        return None

    def take_back(self, who: str) -> str | None:
        """Withdraw the record of the result."""
        if self.record is None:
            return "SKIPPED"
        if self.record == "withdrawn":
            return "STATE_CONFLICT"
        self.record = "withdrawn"
        return None

    def reopen(self, who: str) -> str | None:
        """Set a finding aside whose record has been withdrawn."""
        if self.record is not None and self.record != "withdrawn":
            return "RECORD_STANDS"
        if self.state not in ("kept", "broken"):
            return "STATE_CONFLICT"
        self.state, self.record = "signed", None
        return None

    def draw(self, who: str) -> str | None:
        """Once a day, of what is open."""
        if self.state != "signed":
            return "POPULATION_EMPTY"
        if self.today in self.drawn:
            return "SPOT_CHECK_EXISTS"
        self.drawn.add(self.today)
        self.checks.append("pending")
        return None


setattr(Model, "break", lambda self, who: "JUDGE_IN_OWN_MATTER" if who == "taker" else self._found("broken"))


@given(
    st.booleans(),
    st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(MOVES), st.integers(0, 4)), max_size=12),
    st.sampled_from([TODAY, date(2024, 2, 26), date(2025, 9, 26), date(2026, 12, 29)]),
)
@example(True, [("checker", "draw", 0), ("checker", "overdue", 3), ("third", "overdue", 9), ("third", "take_back", 0), ("third", "reopen", 0), ("checker", "break", 0)], date(2025, 9, 26))  # fmt: skip
@example(False, [("taker", "publish", 0), ("taker", "break", 0), ("checker", "break", 0), ("third", "keep", 0), ("taker", "withdraw", 0), ("taker", "publish", 0)], TODAY)  # fmt: skip
@example(True, [("taker", "supply", 4), ("taker", "supply", 9)], TODAY)
@example(True, [("taker", "supply", 4), ("checker", "keep", 4), ("checker", "overdue", 9)], date(2024, 2, 26))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_no_sequence_of_moves_leads_where_the_texts_forbid(
    installed_url: str, tolerant: bool, taken: list[Step], start: date
) -> None:
    """XM-11c, XM-11d, HC-12a, SH-08b; a leap year's end of February, make-up days, the calendar's end among the days."""
    asyncio.run(_played(installed_url, taken, start, tolerant=tolerant))


async def _played(url: str, taken: list[Step], start: date, *, tolerant: bool) -> None:
    connection = await asyncpg.connect(url)
    transaction = connection.transaction()
    await transaction.start()
    try:
        ground = _on(make_ground(connection), start).by(ACCOUNTS["taker"])
        item = await (ground.tolerant_item(*OFFICE, term=TERM) if tolerant else ground.kept_item(*OFFICE))
        firm = await ground.organisation(70)
        made = await ground.sign(item, firm, OFFICE, **({"missing": "验资报告"} if tolerant else {}))
        due = working_calendar().add_term(start, TERM, "working_day").day if tolerant else None
        model = Model(tolerant, start, due)
        for number, (who, move, days) in enumerate(taken):
            model.today += timedelta(days=days)
            expected = model.take(who, move)
            if expected == "SKIPPED":
                continue
            acting = _on(ground, model.today).by(ACCOUNTS[who])
            assert await _tried(acting, move, made, item, number) == expected, (who, move)
            await _compare(acting, model, made, firm)
    finally:
        await transaction.rollback()
        await connection.close()


def _on(ground: Ground, day: date) -> Ground:
    return ground.at(ground.tx.now.replace(year=day.year, month=day.month, day=day.day))


async def _tried(ground: Ground, move: str, made: UUID, item: UUID, number: int) -> str | None:
    """Take a step in a transaction of its own; give the code that refused it."""
    savepoint = ground.tx.connection.transaction()
    await savepoint.start()
    try:
        await _move(ground, move, made, item, number)
    except DomainError as error:
        await savepoint.rollback()
        return error.code
    await savepoint.commit()
    return None


async def _move(ground: Ground, move: str, made: UUID, item: UUID, number: int) -> None:
    tx = ground.tx
    check = Draw(office_id=office_id(*OFFICE), seed=str(number), population_on=tx.today, item_id=item, basis_points=10_000, reason="抽查")  # fmt: skip
    steps: dict[str, Callable[[], Awaitable[Any]]] = {
        "publish": lambda: commitments.publish(tx, made),
        "supply": lambda: commitments.supply(tx, made),
        "keep": lambda: ground.keep(made, number),
        "break": lambda: ground.break_(made, number),
        "overdue": lambda: ground.break_(made, number, ground="not_supplied"),
        "withdraw": lambda: commitments.withdraw(tx, made, reason="误录"),
        "reopen": lambda: results.reopen(tx, made, reason="记录已撤回"),
        "take_back": lambda: _take_back(ground, made),
        "draw": lambda: spot_checks.draw(tx, ground.books, check),
    }
    await steps[move]()


async def _take_back(ground: Ground, made: UUID) -> None:
    record = (await ground.row("commitment", made))["record_id"]
    await records.withdraw(ground.tx, ground.books, record, reason="认定有误")


async def _compare(ground: Ground, model: Model, made: UUID, firm: UUID) -> None:
    """Hold the row, its record, the checks, the bar and the ledger against the model."""
    ask = ground.tx.connection.fetch
    row = await ground.row("commitment", made)
    assert (row["state"], row["published_at"] is not None) == (model.state, model.published)
    assert (row["supplied_on"] is not None) == model.supplied
    assert (row["found_by"] is None) == (model.state not in ("kept", "broken"))
    assert row["found_by"] is None or row["found_by"] != row["taken_in_by"]
    if row["record_id"] is not None:
        record = await ground.row("credit_record", row["record_id"])
        assert (record["state"], record["dishonest"]) == (model.record, model.state == "broken")
    drawn = await ask("SELECT state FROM spot_check_result WHERE commitment_id = $1 ORDER BY id", made)
    assert [one["state"] for one in drawn] == model.checks
    logged = await ask("SELECT verb FROM ledger_event WHERE object_id = $1 AND kind = 'change' ORDER BY at, id", made)
    assert [one["verb"] for one in logged] == model.log
    standing = await simplified.standing(
        ground.tx.connection, ground.books, subject_id=firm, jurisdiction=XIAMEN, on=model.today
    )
    barred = model.state == "broken" and model.record == "submitted"
    assert bool(standing.bars) == (barred and standing.binds)
