"""Two who do the same at the same instant: the second waits for the first, and is told that it was too late."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias
from uuid import UUID

import asyncpg
import pytest

from domain.errors import DomainError, StateConflict
from domain.installation_rows import office_id
from domain.integrity import mandates
from domain.integrity.refusals import MandateStands
from domain.lifecycle import Actor, Transaction
from domain.oversight import monitoring_figure
from domain.rulebook.loader import load_rulebooks
from tests.client import NOW

pytestmark = pytest.mark.anyio

BOOKS, HAICANG = load_rulebooks(), "350205"
OFFICE, TODAY = office_id(HAICANG, "RSJ"), NOW.date()
Step: TypeAlias = Callable[[Transaction], Awaitable[object]]

STEPS: Mapping[str, tuple[type[DomainError], Step]] = {
    "load a monitored figure": (
        StateConflict,
        lambda tx: monitoring_figure.load(
            tx, BOOKS, monitoring_figure.Figure(
                source="国家城市信用监测", indicator="综合指数", on=TODAY, value="88.25", unit="分"
            ),
            office_id=OFFICE, jurisdiction=HAICANG,
        ),
    ),
    "name who answers for a unit": (
        MandateStands,
        lambda tx: mandates.name(
            tx, BOOKS, HAICANG, OFFICE,
            mandates.Naming(name="虚构", post="局长", section="办公室", division=None, valid_from=TODAY),
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
async def test_of_two_at_the_same_instant_one_is_told_to_look_again(installed_url: str, step: str) -> None:
    refusal, take = STEPS[step]
    first, second, watching = [await asyncpg.connect(installed_url) for _ in range(3)]
    ours, theirs = first.transaction(), second.transaction()
    await ours.start()
    await theirs.start()
    await take(Transaction(first, NOW, Actor(UUID(int=8), ("credit_office",), OFFICE)))

    late = asyncio.ensure_future(take(Transaction(second, NOW, Actor(UUID(int=9), ("credit_office",), OFFICE))))
    while not await watching.fetchval("SELECT cardinality(pg_blocking_pids($1)) > 0", second.get_server_pid()):
        assert not late.done()
    await ours.commit()
    with pytest.raises(refusal):
        await late

    await theirs.rollback()
    for each in (first, second, watching):
        await each.close()
