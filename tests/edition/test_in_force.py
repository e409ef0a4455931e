"""Which edition holds on which day: the jurist's cases, and random editions, days and records against a naive model."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from domain.credit.item import load_item_of
from domain.credit.refusals import ItemNotInForce
from domain.edition import editions, reading
from domain.edition.editions import Draft
from domain.edition.refusals import EditionOverlaps, EditionProposerDecides
from domain.errors import DomainError, Forbidden, StateConflict
from domain.installation_rows import office_id
from tests.edition.ground import (
    BOOKS,
    FIRST,
    HAICANG,
    SECOND,
    THIRD,
    XIAMEN,
    acting,
    approved,
    behaviour,
    catalogue_item,
)
from tests.parties import app_connection

pytestmark = pytest.mark.anyio

CASES: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "cases.toml").read_text("utf-8"))["case"]
PENALTY = catalogue_item("penalty", producers=["RSJ"])


@pytest.fixture
async def connection(installed_url: str) -> AsyncIterator[asyncpg.Connection[Any]]:
    """Connect as requests do; nothing is kept."""
    opened = await app_connection(installed_url)
    transaction = opened.transaction()
    await transaction.start()
    yield opened
    await transaction.rollback()
    await opened.close()


async def label_on(connection: asyncpg.Connection[Any], day: date) -> str:
    held = await reading.in_force(connection, HAICANG, "catalogue", day)
    if held is None:
        return "无"
    return "规则" if held["rulebook"] else str(held["label"])


async def item_on(connection: asyncpg.Connection[Any], day: date) -> list[UUID]:
    """Find the items under which a penalty decided on a day is taken, as the domain admits it."""
    found = []
    for row in await connection.fetch(
        "SELECT id FROM catalogue_item WHERE jurisdiction_id = $1 AND code = 'penalty'", HAICANG
    ):
        item = await load_item_of(connection, row["id"], office_id=office_id(HAICANG, "RSJ"))
        try:
            item.admit_day(day)
        except ItemNotInForce:
            continue
        found.append(item.id)
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
async def test_the_edition_of_a_day_is_the_jurists(connection: asyncpg.Connection[Any], case: dict[str, Any]) -> None:
    """XM-07, SH-07a, HC-08: records are taken under the edition in force on the day of their decision, or not at all."""
    for one in case["editions"]:
        days = {"first": one["first"], "last": one.get("last"), "on": one["on"]}
        bring = approved(connection, PENALTY, label=one["label"], jurisdiction=HAICANG, **days)
        if one.get("refused"):
            with pytest.raises(EditionOverlaps):
                await bring
        else:
            await bring
    told = {str(one["day"]): await label_on(connection, one["day"]) for one in case["asked"]}
    assert told == {str(one["day"]): one["holds"] for one in case["asked"]}
    for one in case["asked"]:
        assert len(await item_on(connection, one["day"])) == (0 if one["holds"] == "无" else 1), one["day"]


@dataclass
class Model:
    """What a clerk with a calendar on the wall would know: who holds from when to when."""

    spans: dict[str, tuple[date, date | None]] = field(default_factory=lambda: {"规则": (date(2021, 1, 1), None)})

    def approve(self, label: str, first: date, last: date | None, today: date) -> bool:
        met = [one for one, (begins, ends) in self.spans.items() if _meet((begins, ends), (first, last))]
        if met and (len(met) > 1 or first <= today or self.spans[met[0]][0] >= first):
            return False
        for one in met:
            self.spans[one] = (self.spans[one][0], first - timedelta(days=1))
        self.spans[label] = (first, last)
        return True

    def on(self, day: date) -> str:
        held = [one for one, span in self.spans.items() if _meet(span, (day, day))]
        assert len(held) <= 1
        return held[0] if held else "无"


def _meet(one: tuple[date, date | None], other: tuple[date, date | None]) -> bool:
    return (one[1] is None or one[1] >= other[0]) and (other[1] is None or other[1] >= one[0])


DAYS = st.integers(-40, 60).map(lambda days: date(2024, 2, 29) + timedelta(days=days))
STEPS = st.lists(st.tuples(DAYS, st.none() | st.integers(0, 30), st.integers(0, 12), DAYS), min_size=1, max_size=5)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(steps=[(date(2024, 3, 1), 0, 0, date(2024, 2, 29)), (date(2024, 3, 2), None, 1, date(2024, 3, 1))])
@given(steps=STEPS)
def test_no_later_edition_changes_what_an_earlier_record_rests_on(installed_url: str, steps: list[Any]) -> None:
    """XM-07: whatever is approved in whatever order, every record keeps the one item that held when it was decided."""
    asyncio.run(_driven(installed_url, steps))


async def _driven(url: str, steps: list[Any]) -> None:
    connection = await app_connection(url)
    transaction = connection.transaction()
    await transaction.start()
    try:
        await _drive(connection, steps)
    finally:
        await transaction.rollback()
        await connection.close()


async def _drive(connection: asyncpg.Connection[Any], steps: list[Any]) -> None:
    model, today = Model(), date(2024, 2, 10)
    rested: list[tuple[date, UUID, str]] = []
    for number, (first, length, passed, decided) in enumerate(steps):
        today += timedelta(days=passed)
        last = None if length is None else first + timedelta(days=length)
        try:
            await approved(
                connection, PENALTY, label=f"{number}", first=first, last=last, on=today,
                jurisdiction=HAICANG,
            )  # fmt: skip
            done = True
        except EditionOverlaps:
            done = False
        assert done is model.approve(f"{number}", first, last, today), (first, last, today)
        assert await label_on(connection, decided) == model.on(decided)
        if decided <= today and model.on(decided) != "无":
            (item,) = await item_on(connection, decided)
            rested.append((decided, item, model.on(decided)))
    for day, item, label in rested:
        assert (await item_on(connection, day), await label_on(connection, day)) == ([item], label)


async def test_two_approvals_at_once_leave_one(installed_url: str) -> None:
    """XM-07: two people approve one edition, or two for the same days: one of them holds, the other is told."""
    first, second = await app_connection(installed_url), await app_connection(installed_url)
    made = []
    for label in ("甲", "乙"):
        draft = Draft(
            jurisdiction_id="350200", kind="behaviours", label=label, valid_from=date(2027, 1, 1), given=[behaviour("a")],
            valid_to=date(2027, 12, 31),
        )  # fmt: skip
        async with acting(first, FIRST, date(2026, 3, 18)) as tx:
            made.append(await editions.draft(tx, BOOKS, draft))
            await editions.propose(tx, BOOKS, made[-1])

    async def approve(connection: asyncpg.Connection[Any], who: UUID, edition: UUID) -> str:
        try:
            async with acting(connection, who, date(2026, 3, 18)) as tx:
                await editions.approve(tx, BOOKS, edition)
            return "APPROVED"
        except (DomainError, asyncpg.DeadlockDetectedError) as refusal:
            return getattr(refusal, "code", "DEADLOCK")

    async def at_once(one: Callable[[], Awaitable[str]], other: Callable[[], Awaitable[str]]) -> list[str]:
        return sorted(await asyncio.gather(one(), other()))

    same = await at_once(lambda: approve(first, SECOND, made[0]), lambda: approve(second, THIRD, made[0]))
    assert same == ["APPROVED", StateConflict.code]
    assert await approve(first, SECOND, made[1]) == EditionOverlaps.code
    assert await approve(first, FIRST, made[1]) == EditionProposerDecides.code
    held = await first.fetchval(
        "SELECT count(*) FROM edition WHERE jurisdiction_id = '350200' AND kind = 'behaviours' AND state = 'approved'"
    )
    assert held == 1
    await first.close()
    await second.close()


async def test_an_edition_for_the_platform_is_approved_by_somebody_of_an_office(
    connection: asyncpg.Connection[Any],
) -> None:
    """厦门7: who belongs to no office could not answer for what is pushed."""
    given = [catalogue_item("a")]
    draft = Draft(jurisdiction_id=XIAMEN, kind="catalogue", label="推送", valid_from=date(2027, 1, 1), given=given)
    async with acting(connection, FIRST, date(2026, 3, 18)) as tx:
        made = await editions.draft(tx, BOOKS, draft)
        await editions.propose(tx, BOOKS, made)
    with pytest.raises(Forbidden):
        async with acting(connection, SECOND, date(2026, 3, 18)) as tx:
            await editions.approve(tx, BOOKS, made)


async def test_the_database_keeps_what_was_proposed(installed_url: str, connection: asyncpg.Connection[Any]) -> None:
    """XM-07: the request role cannot change an edition, and not even its owner adds to the items of one in force."""
    made = await approved(
        connection,
        behaviour("a"),
        label="定",
        first=date(2026, 5, 1),
        last=date(2026, 12, 31),
        on=date(2026, 3, 18),
        kind="behaviours",
    )
    for statement in (
        "UPDATE edition SET valid_from = '2020-01-01' WHERE id = $1",
        "UPDATE edition SET label = '改' WHERE id = $1",
        "UPDATE edition_item SET name = '改' WHERE edition_id = $1",
        "DELETE FROM edition_item WHERE edition_id = $1",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with connection.transaction():
                await connection.execute(statement, made)
    add = "INSERT INTO edition_item (id, edition_id, position, code, name, content) VALUES (uuidv7(), $1, 9, 'z', '加', '{}')"
    with pytest.raises(asyncpg.RestrictViolationError):
        async with connection.transaction():
            await connection.execute(add, made)
    stated = await connection.fetchval("SELECT id FROM edition WHERE rulebook IS NOT NULL LIMIT 1")
    with pytest.raises(asyncpg.RestrictViolationError):
        async with connection.transaction():
            await connection.execute(add, stated)
    approve = "UPDATE edition SET state = 'approved', decided_by = proposed_by, decided_at = now() WHERE id = $1"
    with pytest.raises(asyncpg.CheckViolationError):
        async with connection.transaction():
            await connection.execute(approve, made)
