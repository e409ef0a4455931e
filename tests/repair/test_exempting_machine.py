"""Exemptions under random moves by random people, and decided by several at one instant, through the real functions.

A naive model says beforehand what each move must come to; rows, ledger and what may be punished are held against it.
HC-02.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import asyncpg
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from domain.commitment import results
from domain.commitment.commitments import Signature
from domain.commitment.results import Finding
from domain.credit import records
from domain.errors import DomainError
from domain.exemption import exemptions, items
from domain.exemption.items import Proposal
from domain.exemption.refusals import RecordExempted
from domain.installation_rows import catalogue_item_id, office_id
from domain.lifecycle import Actor, Transaction
from domain.vault import Vault
from tests.repair.exempting import minor_scene
from tests.repair.ground import BOOKS, CALENDAR, HAICANG, Scene

OPEN = ("proposed", "signed")
OFFICE = office_id(HAICANG.code, HAICANG.office)
SIGNATURE = Signature(method="electronic_signature", signer="legal_representative", name="甄虚构", online=True)
PEOPLE = tuple(uuid5(UUID(int=1), name) for name in ("subject", "clerk", "approver"))
LAST = date(2026, 3, 20)
"""Last day of the act on the list."""


@dataclass
class Model:
    """What a jurist would expect."""

    today: date
    state: str | None = None
    by: dict[str, UUID] = field(default_factory=dict)
    record: str = "published"
    is_broken: bool = False
    log: list[str] = field(default_factory=list)

    def propose(self, who: UUID) -> str | None:
        """The record stands, the act is on the list, and nothing else stands."""
        if refused := self._conditions():
            return refused
        if self.state in (*OPEN, "granted"):
            return "EXEMPTION_PENDING"
        self.by, self.log = {}, []
        return self._take("proposed", "propose", who)

    def sign(self, who: UUID) -> str | None:
        """A commitment comes first."""
        return self._take("signed", "sign", who) if self.state == "proposed" else "STEP_OUT_OF_ORDER"

    def grant(self, who: UUID) -> str | None:
        """A grant comes after it, by another person, on conditions that still stand."""
        if self.state != "signed":
            return "STEP_OUT_OF_ORDER"
        if who in self.by.values():
            return "EXEMPTION_PROPOSER_DECIDES"
        return self._conditions() or self._take("granted", "grant", who)

    def refuse(self, who: UUID) -> str | None:
        """Nobody refuses what he proposed or signed."""
        if who in (self.by.get("propose"), self.by.get("sign")):
            return "EXEMPTION_PROPOSER_DECIDES"
        return self._take("refused", "refuse", who) if self.state in OPEN else "STATE_CONFLICT"

    def withdraw(self, who: UUID) -> str | None:
        """What is not decided may be withdrawn."""
        return self._take("withdrawn", "withdraw", who) if self.state in OPEN else "STATE_CONFLICT"

    def revoke(self, who: UUID) -> str | None:
        """The record itself is withdrawn, and with it what is not decided."""
        if self.record == "withdrawn":
            return "STATE_CONFLICT"
        self.record = "withdrawn"
        return self._take("withdrawn", "withdraw", who) if self.state in OPEN else None

    def spoil(self, who: UUID) -> str | None:
        """The commitment is found broken, by another than signed it."""
        if who == self.by["sign"]:
            return "JUDGE_IN_OWN_MATTER"
        self.is_broken = True
        return None

    def _conditions(self) -> str | None:
        if self.record != "published":
            return "EXEMPTION_NOT_APPLICABLE"
        return "EXEMPTION_CONDITIONS_NOT_MET" if self.today > LAST else None

    def _take(self, state: str, verb: str, who: UUID) -> str | None:
        self.state, self.by[verb] = state, who
        self.log.append(verb)
        return None


@dataclass
class Ground:
    """A database with a minor failing and an act on the list."""

    runner: asyncio.Runner
    connection: asyncpg.Connection[Any]
    scene: Scene
    item: UUID
    vault: Vault


@pytest.fixture(scope="module")
def ground(installed_url: str, vault: Vault) -> Iterator[Ground]:
    with asyncio.Runner() as runner:
        made = runner.run(minor_scene(installed_url, vault))
        connection = runner.run(asyncpg.connect(installed_url))
        item = runner.run(_listed(connection))
        yield Ground(runner, connection, made, item, vault)
        runner.run(connection.close())


def _tx(connection: asyncpg.Connection[Any], day: date, who: UUID) -> Transaction:
    at = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
    return Transaction(connection, at, Actor(who, ("clerk",), OFFICE, HAICANG.code))


async def _listed(connection: asyncpg.Connection[Any]) -> UUID:
    penalty = catalogue_item_id(HAICANG.code, BOOKS.heads[HAICANG.code], "penalty")
    proposal = Proposal(
        jurisdiction_id=HAICANG.code, office_id=OFFICE, catalogue_item_id=penalty, code="machine", industry="人力资源",
        act="未及时备案", minor_when="三日内改正", most_earlier=0, window_months=12, legal_basis="行政处罚法33", valid_to=LAST,
    )  # fmt: skip
    async with connection.transaction():
        item = await items.propose(_tx(connection, date(2026, 3, 1), PEOPLE[1]), BOOKS, proposal)
        await items.approve(_tx(connection, date(2026, 3, 1), PEOPLE[2]), item)
    return item


MOVES = ("propose", "sign", "grant", "refuse", "withdraw", "revoke", "spoil", "propose", "sign", "grant")
NEXT = {None: ("propose", 1), "proposed": ("sign", 0), "signed": ("grant", 2), "granted": ("spoil", 1)}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    moves=st.lists(
        st.tuples(st.sampled_from(MOVES), st.sampled_from(PEOPLE), st.sampled_from([0, 0, 0, 1])),
        min_size=3,
        max_size=12,
    ),
    lean=st.booleans(),
)
def test_no_sequence_of_moves_exempts_what_the_rules_forbid_hc_02(ground: Ground, moves: list[Any], lean: bool) -> None:
    model = Model(date(2026, 3, 18))
    transaction = ground.connection.transaction()
    ground.runner.run(transaction.start())
    try:
        ground.runner.run(ground.connection.execute("SET LOCAL ROLE renxin_app"))
        exemption: UUID | None = None
        for name, who, days in moves:
            if lean and name in ("propose", "sign", "grant"):
                name, place = NEXT.get(model.state, ("propose", 1))  # noqa: PLW2901 - the drawn move gives way
                who = PEOPLE[place]  # noqa: PLW2901
            model.today += timedelta(days=days)
            if (exemption is None and name not in ("propose", "revoke")) or (name == "spoil" and not _may_spoil(model)):
                continue
            expected = getattr(model, name)(who)
            came, exemption = ground.runner.run(_act(ground, model.today, name, who, exemption))
            assert came == expected, (name, who, model)
            ground.runner.run(_holds(ground, model, exemption))
        event(f"ended {model.state}, broken {model.is_broken}")
    finally:
        ground.runner.run(transaction.rollback())


def _may_spoil(model: Model) -> bool:
    return model.state == "granted" and not model.is_broken


async def _act(
    ground: Ground, today: date, name: str, who: UUID, exemption: UUID | None
) -> tuple[str | None, UUID | None]:
    """Take a move; give the code of its refusal, and the exemption it is about from now on."""
    try:
        async with ground.connection.transaction():
            return None, await _taken(ground, _tx(ground.connection, today, who), name, exemption)
    except DomainError as refused:
        return refused.code, exemption


async def _taken(ground: Ground, tx: Transaction, name: str, exemption: UUID | None) -> UUID | None:
    if name == "propose":
        return await exemptions.propose(tx, BOOKS, record_id=ground.scene.record, item_id=ground.item, grounds="首次")
    if name == "revoke":
        await records.withdraw(tx, BOOKS, ground.scene.record, reason="撤销")
        return exemption
    assert exemption is not None
    match name:
        case "sign":
            await exemptions.sign(tx, BOOKS, CALENDAR, exemption, text="不再发生", signature=SIGNATURE)
        case "grant":
            await exemptions.grant(tx, BOOKS, exemption, reason="轻微偶发")
        case "refuse":
            await exemptions.refuse(tx, BOOKS, exemption, reason="不属轻微")
        case "withdraw":
            await exemptions.withdraw(tx, BOOKS, exemption)
        case "spoil":
            made = await tx.connection.fetchval("SELECT commitment_id FROM exemption WHERE id = $1", exemption)
            found = Finding(text="再犯", decision_no="海人社认〔2026〕1号", ground="unfulfilled")
            await results.find_broken(tx, ground.vault, BOOKS, CALENDAR, made, found)
    return exemption


async def _holds(ground: Ground, model: Model, exemption: UUID | None) -> None:
    """Hold the row, the ledger, the outbox and what may be punished against the model."""
    connection = ground.connection
    record = await connection.fetchval("SELECT state FROM credit_record WHERE id = $1", ground.scene.record)
    assert record == model.record
    try:
        async with connection.transaction():
            await exemptions.require_punishable(connection, [ground.scene.record])
        is_spared = False
    except RecordExempted:
        is_spared = True
    assert is_spared is (model.state == "granted" and not model.is_broken)
    if exemption is None:
        return
    row = await connection.fetchrow("SELECT * FROM exemption WHERE id = $1", exemption)
    assert row["state"] == model.state
    verbs = await connection.fetchval(
        "SELECT array_agg(verb ORDER BY id) FROM ledger_event WHERE object_id = $1 AND kind = 'change'", exemption
    )
    assert verbs == model.log


async def _decide(url: str, exemption: UUID, who: UUID) -> str:
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await connection.execute("SET LOCAL ROLE renxin_app")
            tx = _tx(connection, date(2026, 3, 18), who)
            if who.int % 2:
                await exemptions.refuse(tx, BOOKS, exemption, reason="不属轻微")
                return "refused"
            await exemptions.grant(tx, BOOKS, exemption, reason="轻微偶发")
            return "granted"
    except DomainError as refused:
        return refused.code
    finally:
        await connection.close()


async def _signed(ground: Ground, made: Scene) -> UUID:
    async with ground.connection.transaction():
        day = date(2026, 3, 18)
        exemption = await exemptions.propose(
            _tx(ground.connection, day, PEOPLE[1]), BOOKS, record_id=made.record, item_id=ground.item, grounds="首次"
        )
        subject = _tx(ground.connection, day, PEOPLE[0])
        await exemptions.sign(subject, BOOKS, CALENDAR, exemption, text="不再发生", signature=SIGNATURE)
        return exemption


def test_people_who_decide_at_the_same_instant_leave_one_decision(
    ground: Ground, installed_url: str, vault: Vault
) -> None:
    async def all_at_once(exemption: UUID, people: list[UUID]) -> list[str]:
        return list(await asyncio.gather(*(_decide(installed_url, exemption, one) for one in people)))

    for attempt in range(3):
        made = ground.runner.run(minor_scene(installed_url, vault))
        exemption = ground.runner.run(_signed(ground, made))
        people = [UUID(int=1000 * (attempt + 1) + number) for number in range(6)]
        came = ground.runner.run(all_at_once(exemption, people))
        decided = [one for one in came if one in ("granted", "refused")]
        assert len(decided) == 1
        assert set(came) - set(decided) <= {"STEP_OUT_OF_ORDER", "STATE_CONFLICT"}
        state = ground.runner.run(ground.connection.fetchval("SELECT state FROM exemption WHERE id = $1", exemption))
        assert state == decided[0]
