"""Random people take random steps with measures: none is applied that the rules forbid, none outlives what it rests on.

The real domain functions are driven against a naive model; after each step every measure upon the record or entry,
whether it stands, its ledger and its outbox are held against it. And of two who act at the same instant one waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

import asyncpg
import pytest
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from domain.calendar import working_calendar
from domain.clock import CHINA
from domain.credit import records
from domain.errors import DomainError
from domain.installation_rows import office_id
from domain.lifecycle import Actor, Transaction
from domain.lists import list_publication
from domain.measure import measure, measures
from domain.measure.measures import Wanted
from tests.measures.conftest import SHANGHAI, XIAMEN, XINXIANG
from tests.removals.ground import BOOKS, VAULT, Ground

CALENDAR = working_calendar()
REASON, TELEPHONE, LAW = "列为日常监管重点对象", "联系人电话13800138000", "《中华人民共和国劳动合同法》第八十五条"
NAMED_FIELD, OTHER_FIELD = "政府采购", "高消费"
OVER: Final = {SHANGHAI: date(2028, 8, 31)}
"""Last day of a list of measures (上海15); that of a year's work points holds as last known, Xinxiang's has no end."""


@dataclass(frozen=True)
class Site:
    """What measures rest on: where, which record or entry, by which office, and which measures there are for it."""

    place: str
    noun: str
    kind: str
    source: str
    beside: str
    plain: tuple[str, ...]
    cited: tuple[str, ...] = ()
    in_fields: tuple[str, ...] = ()
    unfit: tuple[str, ...] = ()
    """On the list of measures, and not for this."""
    milder: str = "minor"
    """Severity at which nothing follows from a record: measures ask for a serious one, or for a dishonest subject."""

    @property
    def codes(self) -> tuple[str, ...]:
        """What may be asked for, rightly or wrongly."""
        return (*self.plain, *self.cited, *self.in_fields, *self.unfit, "没有的措施")


BLACK = Site(XINXIANG, "list_entry", "black", "JCZD", "LDGX", ("administrative", "market"))
ARREARS = Site(
    SHANGHAI, "list_entry", "wage_arrears", "ZFZD", "JY",
    ("key_review",), ("other_joint_punishment",), ("joint_restriction",), ("convenience",),
)  # fmt: skip
PENALTY = Site(
    SHANGHAI, "credit_record", "penalty_general_procedure", "ZFZD", "JY",
    ("key_review",), ("other_punishment",), (), ("joint_restriction", "convenience"), "general",
)  # fmt: skip
CLAIMANT = Site(
    XIAMEN, "credit_record", "benefit_claimant", "JCAI", "JCZD",
    ("more_inspections", "bar_hrss_awards"), unfit=("exam_joint_punishment",),
)  # fmt: skip
SITES = (BLACK, ARREARS, PENALTY, CLAIMANT)
PEOPLE = ("officer", "colleague", "source", "outsider")
ACCOUNTS = {name: uuid5(UUID(int=7), name) for name in PEOPLE}


@dataclass(frozen=True)
class Ask:
    """A measure that is asked for."""

    code: int = 0
    field: str | None = None
    law: tuple[str, str | None] | None = None
    reason: str = REASON


Step = tuple[str, str, Ask, int]
"""Who, which move, what is asked for (which measure is lifted: its number), how many days later."""


@dataclass
class Held:
    """A measure as a jurist would expect it."""

    code: str
    office: UUID
    by: UUID
    field: str | None
    law: tuple[str, str | None] | None
    lifted_for: str | None = None
    lifted_by: UUID | None = None


@dataclass
class Model:
    """What a jurist would expect of a record or entry and of the measures that rest on it."""

    site: Site
    today: date
    until: date | None
    is_internal: bool = False
    state: str = "published"
    mild: bool = False
    held: list[Held] = field(default_factory=list)

    @property
    def is_shown(self) -> bool:
        """Until the end of its last day."""
        return self.state == "published" and (self.until is None or self.today <= self.until)

    def office(self, who: str) -> UUID:
        """Give the office of somebody."""
        offices = {"source": (self.site.place, self.site.source), "outsider": ("350205", "RSJ")}
        return office_id(*offices.get(who, (self.site.place, self.site.beside)))

    def take(self, who: str, move: str, ask: Ask) -> str | None:
        """Give the code by which a move is refused, or None where it is taken."""
        if move == "apply":
            return self._apply(who, ask)
        if move == "lift":
            return self._lift(who, ask)
        return self._amend(who) if move == "amend" else self._end(who, move)

    def _apply(self, who: str, ask: Ask) -> str | None:
        site, code = self.site, self.site.codes[ask.code % len(self.site.codes)]
        if not self.is_shown or self.is_internal:
            return "MEASURE_UNFOUNDED"
        is_over = self.today > OVER.get(site.place, date.max)
        if is_over or self.mild or code not in (*site.plain, *site.cited, *site.in_fields):
            return "MEASURE_NOT_LISTED"
        if (ask.field is None) is (code in site.in_fields):
            return "MEASURE_FIELD_UNKNOWN"
        asked = code in site.cited or ask.field == OTHER_FIELD
        if (ask.law is None and asked) or (ask.law is not None and ask.law[1] is None):
            return "MEASURE_NEEDS_CITATION"
        if (ask.law is not None and ask.law[1] != "law") or not ask.reason.strip():
            return "INVALID_INPUT"
        if ask.reason == TELEPHONE:
            return "OTHERS_PERSONAL_DATA"
        made = Held(code, self.office(who), ACCOUNTS[who], ask.field, ask.law)
        if any((one.code, one.office, one.field) == (code, made.office, ask.field) for one in self._standing()):
            return "MEASURE_APPLIED"
        self.held.append(made)
        return None

    def _lift(self, who: str, ask: Ask) -> str | None:
        if ask.code >= len(self.held):
            return "NOT_FOUND"
        one = self.held[ask.code]
        if one.office != self.office(who):
            return "STEP_OF_ANOTHER_OFFICE"
        if ask.reason != REASON:
            return "OTHERS_PERSONAL_DATA" if ask.reason == TELEPHONE else "INVALID_INPUT"
        if one.lifted_for:
            return "STATE_CONFLICT"
        one.lifted_for, one.lifted_by = "by_office", ACCOUNTS[who]
        return None

    def _amend(self, who: str) -> str | None:
        """A record is put right: milder, or as grave as it was."""
        if self.state == "withdrawn":
            return "STATE_CONFLICT"
        self.mild = not self.mild
        if self.mild:
            self._lift_all(who, "amended")
        return None

    def _end(self, who: str, move: str) -> str | None:
        """What it rests on is repaired, removed or withdrawn: once; a repaired record may still be withdrawn."""
        is_kept = self.state == "repaired" and move == "withdraw"
        if self.state != "published" and not is_kept:
            return "STATE_CONFLICT"
        ended = {"repair": "repaired", "remove": "removed", "withdraw": "withdrawn"}[move]
        self.state = "removed" if self.site.noun == "list_entry" and move == "repair" else ended
        self._lift_all(who, ended)
        return None

    def _lift_all(self, who: str, lifted_for: str) -> None:
        for one in self._standing():
            one.lifted_for, one.lifted_by = lifted_for, ACCOUNTS[who]

    def _standing(self) -> list[Held]:
        return [one for one in self.held if one.lifted_for is None]


EVERY = "apply lift repair remove withdraw amend"
STRANGE = {"list_entry": "amend", "credit_record": "remove"}
"""What is done to the other of the two only; and who is of another place is refused by the policy, not here."""
ONE, TWO = Ask(0), Ask(1)
CITED, NAMED, OTHER = Ask(1, None, (LAW, "law")), Ask(2, NAMED_FIELD), Ask(2, OTHER_FIELD, (LAW, "law"))
ANY = st.builds(
    Ask,
    st.integers(0, 5),
    st.sampled_from([None, NAMED_FIELD, OTHER_FIELD]),
    st.sampled_from([None, (LAW, "law"), (LAW, None), (LAW, "没有的层级")]),
    st.sampled_from([REASON, REASON, TELEPHONE, " "]),
)
ASKS = st.sampled_from([ONE, ONE, TWO, CITED, NAMED, OTHER]) | ANY


def _steps(moves: str, least: int, most: int) -> st.SearchStrategy[list[Step]]:
    step = st.tuples(
        st.sampled_from(PEOPLE), st.sampled_from(moves.split()), ASKS, st.sampled_from([0, 0, 0, 0, 0, 1, 2])
    )
    return st.lists(step, min_size=least, max_size=most)


FIRST: list[Step] = [("officer", "apply", ONE, 0)]
WAYS = st.tuples(
    st.sampled_from([FIRST, FIRST, []]),
    _steps("apply", 1, 4),
    _steps("apply lift amend", 2, 6),
    _steps("repair remove withdraw", 0, 1),
    _steps(EVERY, 0, 5),
).map(lambda parts: [step for part in parts for step in part])
"""They lean towards measures that are applied, and lifted, before what they rest on ends."""
DAYS = tuple(
    map(date.fromisoformat, ("2024-02-29", "2026-02-28", "2026-10-01", "2026-12-31", "2028-08-31", "2028-12-31"))
)
"""A leap day, a make-up day, a holiday, the ends of the announced days, of Shanghai's list and of the whole calendar."""
TWICE: list[Step] = [
    ("officer", "apply", ONE, 0), ("source", "apply", ONE, 0), ("colleague", "apply", ONE, 0),
    ("officer", "apply", ONE, 1), ("source", "withdraw", ONE, 0),
]  # fmt: skip
AGAIN: list[Step] = [
    ("officer", "apply", TWO, 0), ("officer", "apply", ONE, 0), ("source", "lift", ONE, 0), ("colleague", "lift", ONE, 0),
    ("officer", "apply", ONE, 0), ("officer", "apply", TWO, 0), ("source", "repair", TWO, 1), ("officer", "lift", TWO, 0),
]  # fmt: skip
FIELDS: list[Step] = [
    ("officer", "apply", Ask(2), 0), ("officer", "apply", Ask(2, OTHER_FIELD), 0), ("officer", "apply", NAMED, 0),
    ("officer", "apply", OTHER, 0), ("officer", "apply", TWO, 0),
    ("source", "apply", ONE, 1), ("source", "remove", ONE, 0),
]  # fmt: skip
PUT_RIGHT: list[Step] = [
    ("officer", "apply", ONE, 0), ("source", "amend", ONE, 0), ("officer", "apply", ONE, 0), ("source", "amend", ONE, 0),
    ("source", "apply", ONE, 0), ("officer", "lift", Ask(0, reason=TELEPHONE), 0), ("source", "repair", ONE, 0),
    ("source", "withdraw", ONE, 0),
]  # fmt: skip


@given(st.sampled_from(SITES), WAYS, st.sampled_from(DAYS), st.sampled_from([None, 1, 4, 0]), st.just(False))
@example(BLACK, TWICE, date(2024, 2, 29), 0, False)
@example(BLACK, TWICE, date(2028, 12, 31), None, False)
@example(BLACK, AGAIN, date(2026, 10, 1), 3, False)
@example(ARREARS, FIELDS, date(2028, 8, 31), None, False)
@example(PENALTY, PUT_RIGHT, date(2026, 2, 28), None, False)
@example(CLAIMANT, PUT_RIGHT, date(2026, 12, 31), None, False)
@example(CLAIMANT, AGAIN, date(2026, 12, 31), 1, False)
@example(CLAIMANT, TWICE, date(2026, 12, 31), None, True)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_no_sequence_of_moves_applies_or_keeps_a_measure_that_the_rules_forbid(
    installed_url: str, site: Site, taken: list[Step], start: date, term: int | None, internal: bool
) -> None:
    """XM-01a, XM-06b, HC-07, XX-11, XX-13, SH-09a; what each step must come to is said beforehand."""
    until = None if term is None else start + timedelta(days=term)
    asyncio.run(_played(installed_url, Model(site, start, until, internal), taken))


async def _played(url: str, model: Model, taken: list[Step]) -> None:
    connection = await asyncpg.connect(url)
    transaction = connection.transaction()
    await transaction.start()
    try:
        upon, made = await _made(connection, model), list[UUID]()
        await connection.execute("SET LOCAL ROLE renxin_app")
        for number, (who, move, ask, days) in enumerate(taken):
            model.today += timedelta(days=days)
            if (who == "outsider" and move != "lift") or move == STRANGE[model.site.noun]:
                continue
            expected = model.take(who, move, ask)
            tx = _tx(connection, model, who, number)
            assert await _tried(tx, model, upon, made, move, ask) == expected, (who, move, ask)
            if move == "amend":  # when it ends then is another machine's matter
                model.until = await connection.fetchval("SELECT public_until FROM credit_record WHERE id = $1", upon)
            await _compare(connection, model, upon, made)
        event(f"{model.site.noun} {model.state}: {sorted(str(one.lifted_for) for one in model.held)}")
    finally:
        await transaction.rollback()
        await connection.close()


async def _made(connection: asyncpg.Connection[Any], model: Model) -> UUID:
    """Make the record or the entry, shown since the day before, decided while its rulebook was in force."""
    site, disclosure = model.site, "internal" if model.is_internal else "public"
    ground = Ground(connection, datetime.combine(model.today, time(), CHINA) - timedelta(days=1))
    subject = await ground.subject(site.place)
    if site.noun == "list_entry":
        return await ground.entry(site.place, site.kind, site.source, subject, until=model.until, disclosure=disclosure)
    decided = min(model.today - timedelta(days=1), OVER.get(site.place, date.max))
    stated: dict[str, Any] = {"decided_on": decided, "obtained_on": decided, "severity": "serious"}
    stated |= {"procedure": "general", "legal_basis": LAW, "legal_basis_level": "law", "disclosure": disclosure}
    made = await ground.record(site.place, site.kind, site.source, subject, **stated)
    shown = "UPDATE credit_record SET state = 'published', published_at = $2, public_until = $3 WHERE id = $1"
    await connection.execute(shown, made, ground.now, model.until)
    return made


def _tx(connection: asyncpg.Connection[Any], model: Model, who: str, number: int = 0) -> Transaction:
    """Give the transaction of somebody, in the first minutes of the day in China: in Greenwich it is the day before."""
    now = datetime.combine(model.today, time(0, number), CHINA).astimezone(UTC)
    return Transaction(connection, now, Actor(ACCOUNTS[who], ("reviewer",), office_id=model.office(who)))


async def _tried(tx: Transaction, model: Model, upon: UUID, made: list[UUID], move: str, ask: Ask) -> str | None:
    """Take a step in a transaction of its own; give the code that refused it."""
    try:
        async with tx.connection.transaction():
            came = await _move(tx, model.site, upon, made, move, ask)
    except DomainError as refused:
        return refused.code
    if move == "apply":
        made.append(came)
    return None


async def _move(tx: Transaction, site: Site, upon: UUID, made: list[UUID], move: str, ask: Ask) -> Any:
    async def amend() -> Any:
        serious = await tx.connection.fetchval("SELECT severity = 'serious' FROM credit_record WHERE id = $1", upon)
        put = {"severity": site.milder if serious else "serious", "harm_removed": serious}
        return await records.amend(tx, VAULT, BOOKS, CALENDAR, upon, changes=put, reason="更正", necessity="确有必要")

    async def remove(why: str) -> Any:
        return await list_publication.remove(tx, BOOKS, upon, removal_reason=why, reason="移出")

    steps: dict[tuple[str, str], Callable[[], Awaitable[Any]]] = {
        ("credit_record", "repair"): lambda: records.repair(tx, upon, reason="信用修复", basis="办法"),
        ("credit_record", "withdraw"): lambda: records.withdraw(tx, BOOKS, upon, reason="误记"),
        ("credit_record", "amend"): amend,
        ("list_entry", "repair"): lambda: remove("repaired"),
        ("list_entry", "remove"): lambda: remove("early_removal"),
        ("list_entry", "withdraw"): lambda: list_publication.withdraw(tx, BOOKS, upon, reason="误列"),
    }
    if move == "lift":
        return await measures.lift(tx, made[ask.code] if ask.code < len(made) else UUID(int=0), reason=ask.reason)
    if move != "apply":
        return await steps[site.noun, move]()
    assert tx.actor.office_id is not None
    basis, level = ask.law or (None, None)
    code = site.codes[ask.code % len(site.codes)]
    wanted = Wanted(noun=site.noun, ground_id=upon, office_id=tx.actor.office_id, code=code, reason=ask.reason)
    return await measures.apply(tx, BOOKS, replace(wanted, field=ask.field, legal_basis=basis, legal_basis_level=level))


async def _compare(connection: asyncpg.Connection[Any], model: Model, upon: UUID, made: list[UUID]) -> None:
    """Hold what the measures rest on, every measure upon it, its ledger and its outbox against the model."""
    column = measure.GROUNDS[model.site.noun]
    assert await connection.fetchval(f"SELECT state FROM {model.site.noun} WHERE id = $1", upon) == model.state
    found = await connection.fetch(f"SELECT *, {_STANDS} AS stands FROM measure WHERE {column} = $1", upon, model.today)
    rows = {row["id"]: row for row in found}
    assert sorted(rows) == sorted(made)
    assert len(made) == len(model.held)
    source = office_id(model.site.place, model.site.source)
    expected = set()
    for ident, held in zip(made, model.held, strict=True):
        row = rows[ident]
        assert (row["code"], row["office_id"], row["field"]) == (held.code, held.office, held.field)
        assert (row["legal_basis"], row["legal_basis_level"]) == (held.law or (None, None))
        assert (row["source_office_id"], row["jurisdiction_id"]) == (source, model.site.place)
        assert (row["lifted_for"], row["lifted_by"]) == (held.lifted_for, held.lifted_by)
        assert (row["state"], row["version"]) == (("lifted", 2) if held.lifted_for else ("applied", 1))
        assert row["stands"] is (model.is_shown and held.lifted_for is None)
        expected |= {(ident, "apply", held.by, 1)} | (
            {(ident, "lift", held.lifted_by, 2)} if held.lifted_for else set()
        )
    events = await connection.fetch(_EVENTS, made)
    assert len(events) == len(expected), "in the ledger and in the outbox, once"
    assert {tuple(one) for one in events} == expected


_STANDS = measure.IN_FORCE.replace("{t}", "measure").replace(":today", "$2::date")
_EVENTS = """
SELECT object_id, logged.verb, logged.account_id, told.version
FROM (SELECT * FROM ledger_event WHERE object = 'measure' AND kind = 'change' AND object_id = ANY($1::uuid[])) logged
FULL JOIN (SELECT * FROM outbox_event WHERE object = 'measure' AND object_id = ANY($1::uuid[])) told USING (id, object_id)
"""


@pytest.mark.parametrize("site", [BLACK, CLAIMANT], ids=lambda site: site.noun)
@pytest.mark.parametrize(
    ("begun", "first", "second", "refused"),
    [
        ([], "apply", "apply", "MEASURE_APPLIED"),
        ([], "apply", "withdraw", None),
        ([], "withdraw", "apply", "MEASURE_UNFOUNDED"),
        (["apply"], "lift", "lift", "STATE_CONFLICT"),
        (["apply"], "lift", "withdraw", None),
        (["apply"], "withdraw", "lift", "STATE_CONFLICT"),
    ],
)
def test_of_two_who_act_at_the_same_instant_the_second_waits_and_finds_what_the_first_did(
    installed_url: str, site: Site, begun: list[str], first: str, second: str, refused: str | None
) -> None:
    """XM-06b: one measure, lifted once, and none on what is withdrawn meanwhile."""
    model = Model(site, date(2026, 12, 31), None)
    asyncio.run(_raced(installed_url, model, begun, [("officer", first), ("colleague", second)], refused))


async def _raced(url: str, model: Model, begun: list[str], both: list[tuple[str, str]], refused: str | None) -> None:
    one, other, watcher = [await asyncpg.connect(url) for _ in range(3)]
    try:
        upon = await _made(one, model)
        made: list[UUID] = []
        for move in begun:
            assert await _tried(_tx(one, model, "officer"), model, upon, made, move, ONE) is None
            model.take("officer", move, ONE)
        (who, move), (later, then) = both
        async with one.transaction():
            assert await _tried(_tx(one, model, who), model, upon, made, move, ONE) is None
            waiting = asyncio.create_task(_tried(_tx(other, model, later), model, upon, made, then, ONE))
            while not (is_blocked := await watcher.fetchval(_BLOCKED, other.get_server_pid())) and not waiting.done():
                pass
        assert is_blocked, "the second went ahead"
        assert await waiting == refused
        assert (model.take(who, move, ONE), model.take(later, then, ONE)) == (None, refused)
        await _compare(watcher, model, upon, made)
    finally:
        for connection in (one, other, watcher):
            await connection.close()


_BLOCKED = "SELECT cardinality(pg_blocking_pids($1)) > 0"
