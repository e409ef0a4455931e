"""Batches driven by random moves of random people against a plain model: all entries move, or none."""

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
from domain.clock import local_day
from domain.errors import DomainError
from domain.installation_rows import credit_list_id, office_id
from domain.lifecycle import Actor
from domain.lists import list_batches
from domain.lists.list_batches import Opening
from tests.removals.ground import BOOKS, Ground

XINXIANG, WAGES = "410700", "wage_arrears_illegal_employment_grade"
PEOPLE = tuple(UUID(int=number) for number in range(11, 15))
MOVES = ("add", "drop", "case", "decide", "submit", "return", "redecide", "publish", "withdraw")


@dataclass
class Model:
    """What should have become of a batch of up to three entries."""

    opener: UUID
    state: str = "opened"
    inside: set[int] = field(default_factory=set)
    entries: dict[int, str] = field(default_factory=dict)
    case: bool = False
    submitter: UUID | None = None
    ledger: list[str] = field(default_factory=list)

    def take(self, verb: str, who: UUID) -> bool:
        """Take a move if it is allowed; say whether it was."""
        states = {self.entries[one] for one in self.inside}
        match verb:
            case "submit":
                allowed = (
                    self.state in ("opened", "returned") and bool(self.inside) and states == {"decided"} and self.case
                )
                if allowed:
                    self._all("submitted", "submit")
                    self.submitter = who
            case "return":
                allowed = self.state == "submitted"
                if allowed:
                    self._all("returned", "return")
            case "publish":
                allowed = self.state == "submitted" and who not in (self.opener, self.submitter)
                if allowed:
                    self._all("published", "publish")
            case _:
                allowed = self.state == "published"
                if allowed:
                    self._all("withdrawn", "withdraw")
        return allowed

    def _all(self, state: str, verb: str) -> None:
        self.state = state
        self.ledger.append(verb)
        for one in self.inside:
            self.entries[one] = state


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as made:
        yield made


@pytest.fixture(scope="module")
def own_ground(runner: asyncio.Runner, installed_url: str) -> Iterator[Ground]:
    connection = runner.run(asyncpg.connect(installed_url))
    yield Ground(connection)
    runner.run(connection.close())


_MOVES = st.lists(st.tuples(st.sampled_from(MOVES), st.sampled_from(PEOPLE), st.integers(0, 2)), max_size=16)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(opener=st.sampled_from(PEOPLE), moves=_MOVES)
def test_no_sequence_of_moves_leaves_a_batch_half_moved(
    runner: asyncio.Runner, own_ground: Ground, opener: UUID, moves: list[tuple[str, UUID, int]]
) -> None:
    runner.run(_drive(own_ground, opener, moves))


async def _drive(ground: Ground, opener: UUID, moves: list[tuple[str, UUID, int]]) -> None:
    batch, entries = await _begin(ground, opener)
    model = Model(opener, entries=dict.fromkeys(range(3), "reviewed"))
    for verb, who, place in moves:
        match verb:
            case "add" | "drop":
                await _fill(ground, model, verb, batch, entries, place, who)
            case "case":
                await _attach(ground, batch)
                model.case = True
            case "decide" | "redecide":
                await _decide(ground, model, entries, place)
            case _:
                assert await _act(ground, verb, batch, who) is model.take(verb, who), (verb, model)
        await _compare(ground, model, batch, entries)


async def _begin(ground: Ground, opener: UUID) -> tuple[UUID, list[UUID]]:
    office = office_id(XINXIANG, "JCZD")
    black = credit_list_id(BOOKS.heads[XINXIANG], "black")
    opening = Opening(office_id=office, list_id=black, domain=WAGES, year=2026, period=1, extra_reason="专项行动")
    batch = await list_batches.open_batch(_tx(ground, opener), BOOKS, working_calendar(), opening)
    before = ground.now - timedelta(days=20)
    entries = []
    for _ in range(3):
        entries.append(
            await ground.entry(
                XINXIANG, "black", "JCZD", await ground.subject(XINXIANG), state="reviewed", published_at=None, domain=WAGES,
                publisher_id=office_id(XINXIANG, "XYB"), collected_at=before, decided_on=None, entered_on=local_day(before),
            )
        )  # fmt: skip
    return batch, entries


def _tx(ground: Ground, who: UUID) -> Any:
    tx = ground.tx()
    tx.actor = Actor(who, ("clerk",))
    return tx


async def _fill(
    ground: Ground, model: Model, verb: str, batch: UUID, entries: list[UUID], place: int, who: UUID
) -> None:
    tx = _tx(ground, who)
    row = await ground.row("list_batch", batch)
    in_hand = model.state in ("opened", "returned")
    fits = place not in model.inside and model.entries[place] in ("reviewed", "decided", "returned")
    allowed = in_hand and (fits if verb == "add" else place in model.inside)
    done = False
    with suppress(DomainError):
        async with ground.connection.transaction():
            if verb == "add":
                await list_batches.add(tx, BOOKS, row, [entries[place]])
            else:
                await list_batches.drop(tx, row, entries[place], reason="另行办理")
        done = True
    assert done is allowed, (verb, place, model)
    if done:
        model.inside ^= {place}


async def _attach(ground: Ground, batch: UUID) -> None:
    for part, media in (("report", "application/pdf"), ("picture", "image/png")):
        await ground.connection.execute(
            "INSERT INTO attachment (id, state, part, object, object_id, about_person, name, media_type, size, digest,"
            " uploaded_at, disclosure) VALUES (uuidv7(), 'attached', $1, 'list_batch', $2, false, 'x', $3, 1, $4, $5, 'internal')",
            part,
            batch,
            media,
            "0" * 64,
            ground.now,
        )


async def _decide(ground: Ground, model: Model, entries: list[UUID], place: int) -> None:
    """Take an entry that is under way to its decision, as if it had gone its way."""
    if model.entries[place] in ("reviewed", "returned"):
        await ground.connection.execute(
            "UPDATE list_entry SET state = 'decided', decided_on = $1 WHERE id = $2", ground.tx().today, entries[place]
        )
        model.entries[place] = "decided"


async def _act(ground: Ground, verb: str, batch: UUID, who: UUID) -> bool:
    tx = _tx(ground, who)
    row = await ground.row("list_batch", batch)
    acts = {
        "submit": lambda: list_batches.submit(tx, BOOKS, row),
        "return": lambda: list_batches.send_back(tx, BOOKS, row, reason="退回"),
        "publish": lambda: list_batches.publish(tx, BOOKS, row),
        "withdraw": lambda: list_batches.withdraw(tx, BOOKS, row, reason="有误"),
    }
    with suppress(DomainError):
        async with ground.connection.transaction():
            await acts[verb]()
        return True
    return False


async def _compare(ground: Ground, model: Model, batch: UUID, entries: list[UUID]) -> None:
    assert (await ground.row("list_batch", batch))["state"] == model.state
    rows = {place: (await ground.row("list_entry", one))["state"] for place, one in enumerate(entries)}
    assert rows == model.entries
    acts = [verb for verb in await ground.ledger(batch) if verb not in ("open", "fill")]
    assert acts == model.ledger
    shown = await ground.connection.fetchval(
        "SELECT count(*) FROM list_entry WHERE id = ANY($1::uuid[]) AND state = 'published'", entries
    )
    assert shown == (len(model.inside) if model.state == "published" else 0)
