"""Random moves by random people through the real functions: no state, ledger or publication that the rules forbid.

A naive model of our own says beforehand what each move must come to; the rows are held against it after each one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import asyncpg
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from domain.commitment.commitments import Signature
from domain.credit import records
from domain.errors import DomainError
from domain.lifecycle import Actor, Transaction
from domain.repair import applications
from domain.repair.applications import Finding
from domain.repair.commitment import Confirmed
from domain.repair.irregular import irregularities
from domain.vault import Vault
from tests.repair.ground import BOOKS, CALENDAR, XIAMEN, Scene, scene

OPEN = ("applied", "fulfilment_found", "signed")
FIRST = date(2026, 3, 1)
"""First day on which the scene's record may be applied for."""
NATIONAL = date(2026, 4, 1)
"""First day of order 36, which asks a finding for the conditions of the sector, too; none of these names them."""
SIGNATURE = Signature(method="electronic_signature", signer="legal_representative", name="甄虚构", online=True)
PEOPLE = tuple(uuid5(UUID(int=0), name) for name in ("applicant", "clerk", "approver"))


@dataclass
class Model:
    """What a jurist would expect: the state of the application, who took which step, what is still shown."""

    today: date
    state: str | None = None
    by: dict[str, UUID] = field(default_factory=dict)
    is_late: bool = False
    is_effect_removed: bool = True
    has_period: bool = True
    is_told: bool = False
    record: str = "published"
    applied_on: date = date.min
    log: list[str] = field(default_factory=list)

    def apply(self, who: UUID, draw: Any) -> str | None:
        """An application needs the first day, a record that is shown, and no other that stands."""
        if self.state in (*OPEN, "granted"):
            return "REPAIR_PENDING"
        if self.record != "published":
            return "REPAIR_NOT_APPLICABLE"
        if self.today < FIRST:
            return "REPAIR_TOO_EARLY"
        self.state, self.by, self.log = "applied", {"apply": who}, ["apply"]
        self.applied_on = self.today
        return None

    def find(self, who: UUID, finding: Finding) -> str | None:
        """A finding comes first, from another than the applicant."""
        if self.state != "applied":
            return "STEP_OUT_OF_ORDER"
        if who == self.by["apply"]:
            return "OWN_STEP"
        if self.record != "published":
            return "REPAIR_NOT_APPLICABLE"
        if self.applied_on >= NATIONAL:
            return "FINDING_INCOMPLETE"
        self.is_late = finding.corrected_on > date(2026, 1, 31)
        self.is_effect_removed = finding.effect_removed_on is not None
        return self._take("fulfilment_found", "find_fulfilled", who)

    def sign(self, who: UUID, signed: Confirmed) -> str | None:
        """A commitment comes after the finding, with both elements."""
        if self.state != "fulfilment_found":
            return "STEP_OUT_OF_ORDER"
        if who == self.by["find_fulfilled"]:
            return "OWN_STEP"
        if not (signed.papers_true and signed.consequences_accepted):
            return "COMMITMENT_INCOMPLETE"
        return self._take("signed", "sign", who)

    def grant(self, who: UUID, assessment: str | None) -> str | None:
        """A decision comes last, by another person, on conditions that are met."""
        if self.state != "signed":
            return "STEP_OUT_OF_ORDER"
        if who in self.by.values():
            return "OWN_STEP"
        if self.record != "published":
            return "REPAIR_NOT_APPLICABLE"
        if (self.has_period and self.is_late) or not self.is_effect_removed:
            return "REPAIR_CONDITIONS_NOT_MET"
        if not self.has_period and assessment is None:
            return "ASSESSMENT_REQUIRED"
        self.record = "repaired"
        return self._take("granted", "grant", who)

    def refuse(self, who: UUID, draw: Any) -> str | None:
        """Nobody refuses what he found or applied for; what is decided stays decided."""
        if who in [self.by.get(step) for step in ("apply", "find_fulfilled", "sign")]:
            return "OWN_STEP"
        return "STATE_CONFLICT" if self.state not in OPEN else self._take("refused", "refuse", who)

    def withdraw(self, who: UUID, draw: Any) -> str | None:
        """What is not decided may be withdrawn."""
        return "STATE_CONFLICT" if self.state not in OPEN else self._take("withdrawn", "withdraw", who)

    def tell(self, who: UUID, draw: Any) -> str | None:
        """The platform is told once, of what was granted."""
        if self.state != "granted":
            return "REPAIR_NOT_GRANTED"
        if self.is_told:
            return "STATE_CONFLICT"
        self.is_told = True
        self.log.append("tell")
        return None

    def revoke(self, who: UUID, draw: Any) -> str | None:
        """The record itself is withdrawn, whatever its repair has come to: one that is not decided ends with it."""
        if self.record == "withdrawn":
            return "STATE_CONFLICT"
        self.record = "withdrawn"
        return self._take("withdrawn", "withdraw", who) if self.state in OPEN else None

    def _take(self, state: str, verb: str, who: UUID) -> str | None:
        self.state = state
        self.by[verb] = who
        self.log.append(verb)
        return None


FINDINGS = st.builds(
    Finding,
    standard=st.just("认定标准一"),
    fulfilled_on=st.just(date(2026, 1, 20)),
    fulfilment_evidence=st.just("凭证"),
    corrected_on=st.sampled_from([date(2026, 1, 31), date(2026, 1, 31), date(2026, 2, 1)]),
    correction_evidence=st.just("凭证"),
    effect_removed_on=st.just(date(2026, 1, 20)),
    effect_evidence=st.just("凭证"),
    criminal_proceedings=st.just(False),
    repeated=st.just(False),
)
MOVES = st.one_of(
    st.tuples(st.just("apply"), st.none()),
    st.tuples(st.just("find"), FINDINGS | FINDINGS.map(lambda one: replace(one, effect_removed_on=None, effect_evidence=None))),
    st.tuples(st.just("sign"), st.builds(Confirmed, st.sampled_from([True, True, False]), st.just(True), st.just(SIGNATURE))),
    st.tuples(st.just("grant"), st.sampled_from([None, "已核查"])),
    st.tuples(st.just("refuse"), st.none()),
    st.tuples(st.just("withdraw"), st.none()),
    st.tuples(st.just("tell"), st.none()),
    st.tuples(st.sampled_from(["revoke", "apply"]), st.none()),
)  # fmt: skip
STRAIGHT = ("apply", "find", "sign", "grant", "tell")
"""The way that leads to the end: sequences lean towards it, so that the far states are reached."""


@dataclass
class Ground:
    """A database with a scene with a period for correction and one without."""

    runner: asyncio.Runner
    connection: asyncpg.Connection[Any]
    scenes: dict[bool, Scene]


@pytest.fixture(scope="module")
def ground(installed_url: str, vault: Vault) -> Iterator[Ground]:
    with asyncio.Runner() as runner:
        scenes = {
            True: runner.run(scene(installed_url, vault, XIAMEN, lists=("serious_dishonesty",))),
            False: runner.run(
                scene(installed_url, vault, XIAMEN, lists=("serious_dishonesty",), correction_due_on=None)
            ),
        }
        connection = runner.run(asyncpg.connect(installed_url))
        yield Ground(runner, connection, scenes)
        runner.run(connection.close())


@contextmanager
def _rolled_back(ground: Ground) -> Iterator[None]:
    transaction = ground.connection.transaction()
    ground.runner.run(transaction.start())
    try:
        ground.runner.run(ground.connection.execute("SET LOCAL ROLE renxin_app"))
        yield
    finally:
        ground.runner.run(transaction.rollback())


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    has_period=st.booleans(),
    start=st.sampled_from([date(2026, 2, 28), FIRST, date(2026, 3, 18)]),
    moves=st.lists(st.tuples(MOVES, st.sampled_from(PEOPLE), st.integers(0, 2)), min_size=4, max_size=14),
    lean=st.booleans(),
)
def test_no_sequence_of_moves_leads_to_what_the_rules_forbid(
    ground: Ground, has_period: bool, start: date, moves: list[Any], lean: bool
) -> None:
    made = ground.scenes[has_period]
    model = Model(start, has_period=has_period)
    with _rolled_back(ground):
        application: UUID | None = None
        for (wanted, value), person, days in moves:
            name, drawn, who = _leaning(model, wanted, value, person) if lean else (wanted, value, person)
            model.today += timedelta(days=days)
            if application is None and name not in ("apply", "revoke"):
                continue
            expected = getattr(model, name)(who, drawn)
            came, application = ground.runner.run(_act(ground, made, model.today, name, drawn, who, application))
            assert came == expected, (name, who, model)
            ground.runner.run(_holds(ground, made, model, application))
        event(f"ended {model.state}, record {model.record}")


def _leaning(model: Model, name: str, drawn: Any, who: UUID) -> tuple[str, Any, UUID]:
    """Take the next step of the way with its right person, unless the drawn move is one that leaves it."""
    if name in ("revoke", "refuse", "withdraw", "tell"):
        return name, drawn, who
    place = {None: 0, "applied": 1, "fulfilment_found": 2, "signed": 3, "granted": 4}.get(model.state, 0)
    name = STRAIGHT[place]
    good = {
        "find": Finding(
            standard="标准", fulfilled_on=date(2026, 1, 20), fulfilment_evidence="凭证", corrected_on=date(2026, 1, 20),
            correction_evidence="凭证", effect_removed_on=date(2026, 1, 20), effect_evidence="凭证",
            criminal_proceedings=False, repeated=False,
        ),
        "sign": Confirmed(True, True, SIGNATURE),
        "grant": "已核查",
    }  # fmt: skip
    person = {"apply": 0, "find": 1, "sign": 0, "grant": 2, "tell": 1}[name]
    return name, good.get(name), PEOPLE[person]


async def _act(
    ground: Ground, made: Scene, today: date, name: str, drawn: Any, who: UUID, application: UUID | None
) -> tuple[str | None, UUID | None]:
    """Take a move; give the code of its refusal, and the application it is about from now on."""
    now = datetime(today.year, today.month, today.day, 3, tzinfo=UTC) + timedelta(seconds=1)
    tx = Transaction(ground.connection, now, Actor(who, ("clerk",), _office(made)))
    try:
        async with ground.connection.transaction():
            application = await _taken(tx, made, name, drawn, application)
    except DomainError as refused:
        return refused.code, application
    return None, application


async def _taken(tx: Transaction, made: Scene, name: str, drawn: Any, application: UUID | None) -> UUID | None:
    if name == "apply":
        return await applications.apply(
            tx, BOOKS, CALENDAR, record_id=made.record, subject_id=made.subject, grounds="已纠正"
        )
    if name == "revoke":
        await records.withdraw(tx, BOOKS, made.record, reason="撤销")
        return application
    assert application is not None
    match name:
        case "find":
            await applications.find_fulfilled(tx, BOOKS, CALENDAR, application, drawn)
        case "sign":
            await applications.sign(tx, BOOKS, CALENDAR, application, drawn)
        case "grant":
            await applications.grant(tx, BOOKS, CALENDAR, application, reason="满足条件", assessment=drawn)
        case "refuse":
            await applications.refuse(tx, BOOKS, CALENDAR, application, reason="不符合")
        case "withdraw":
            await applications.withdraw(tx, BOOKS, CALENDAR, application)
        case "tell":
            await applications.tell(tx, application)
    return application


def _office(made: Scene) -> UUID:
    from domain.installation_rows import office_id

    return office_id(made.city.code, made.city.office)


_IN_FORCE = "state = 'published' AND (public_until IS NULL OR public_until >= $2::date)"


async def _holds(ground: Ground, made: Scene, model: Model, application: UUID | None) -> None:
    """Hold the rows, the ledger and what is shown against the model."""
    connection = ground.connection
    record = await connection.fetchrow(
        f"SELECT state, {_IN_FORCE} AS shown FROM credit_record WHERE id = $1", made.record, model.today
    )
    assert record["state"] == model.record
    assert record["shown"] is (model.record == "published")
    entry = await connection.fetchrow("SELECT state FROM list_entry WHERE id = $1", made.entries["serious_dishonesty"])
    assert entry["state"] == ("removed" if model.state == "granted" else "published")
    if application is None:
        return
    row = await connection.fetchrow("SELECT * FROM repair_application WHERE id = $1", application)
    assert row["state"] == model.state
    verbs = await connection.fetchval(
        "SELECT array_agg(verb ORDER BY id) FROM ledger_event WHERE object_id = $1 AND kind = 'change'", application
    )
    assert verbs == model.log
    told = await connection.fetchval("SELECT count(*) FROM outbox_event WHERE object_id = $1", application)
    assert told == len(model.log)
    found = await irregularities(
        connection, BOOKS, CALENDAR, first=date(2026, 1, 1), last=model.today + timedelta(days=1)
    )
    assert [one for one in found if one.record_id == made.record] == []


async def _race(url: str, made: Scene, application: UUID, people: list[UUID]) -> list[str]:
    async def decide(who: UUID) -> str:
        connection = await asyncpg.connect(url)
        try:
            async with connection.transaction():
                await connection.execute("SET LOCAL ROLE renxin_app")
                tx = Transaction(
                    connection, datetime(2026, 3, 18, 3, tzinfo=UTC), Actor(who, ("approver",), _office(made))
                )
                if who.int % 2:
                    await applications.refuse(tx, BOOKS, CALENDAR, application, reason="不符合")
                    return "refused"
                await applications.grant(tx, BOOKS, CALENDAR, application, reason="满足条件")
                return "granted"
        except DomainError as refused:
            return refused.code
        finally:
            await connection.close()

    return list(await asyncio.gather(*(decide(one) for one in people)))


def test_people_who_decide_at_the_same_instant_leave_one_decision(installed_url: str, vault: Vault) -> None:
    with asyncio.Runner() as runner:
        for attempt in range(4):
            made = runner.run(scene(installed_url, vault, XIAMEN, lists=("serious_dishonesty",)))
            application = runner.run(_prepared(installed_url, made))
            people = [UUID(int=1000 * (attempt + 1) + number) for number in range(6)]
            came = runner.run(_race(installed_url, made, application, people))
            decided = [one for one in came if one in ("granted", "refused")]
            assert len(decided) == 1
            assert set(came) - set(decided) <= {"STEP_OUT_OF_ORDER", "STATE_CONFLICT"}
            row, record = runner.run(_ended(installed_url, application, made))
            assert row == decided[0]
            assert record == ("repaired" if row == "granted" else "published")


def test_two_applications_at_the_same_instant_leave_one(installed_url: str, vault: Vault) -> None:
    async def apply(made: Scene, who: UUID) -> str:
        connection = await asyncpg.connect(installed_url)
        try:
            async with connection.transaction():
                tx = Transaction(connection, datetime(2026, 3, 18, 3, tzinfo=UTC), Actor(who, ("subject",)))
                await applications.apply(
                    tx, BOOKS, CALENDAR, record_id=made.record, subject_id=made.subject, grounds="已纠正"
                )
            return "applied"
        except DomainError as refused:
            return refused.code
        finally:
            await connection.close()

    async def both(made: Scene) -> list[str]:
        return sorted(await asyncio.gather(*(apply(made, UUID(int=number)) for number in range(5))))

    with asyncio.Runner() as runner:
        made = runner.run(scene(installed_url, vault, XIAMEN, lists=()))
        assert runner.run(both(made)) == ["REPAIR_PENDING"] * 4 + ["applied"]


async def _prepared(url: str, made: Scene) -> UUID:
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            application: UUID | None = None
            for name in ("apply", "find", "sign"):
                model = Model(date(2026, 3, 18), state={"find": "applied", "sign": "fulfilment_found"}.get(name))
                _, drawn, who = _leaning(model, name, None, PEOPLE[0])
                tx = Transaction(
                    connection, datetime(2026, 3, 18, 2, tzinfo=UTC), Actor(who, ("clerk",), _office(made))
                )
                application = await _taken(tx, made, name, drawn, application)
            assert application is not None
            return application
    finally:
        await connection.close()


async def _ended(url: str, application: UUID, made: Scene) -> tuple[str, str]:
    connection = await asyncpg.connect(url)
    try:
        row = await connection.fetchval("SELECT state FROM repair_application WHERE id = $1", application)
        record = await connection.fetchval("SELECT state FROM credit_record WHERE id = $1", made.record)
        return row, record
    finally:
        await connection.close()
