"""Random steps on facts, day by day, against a model that knows nothing of tables: no forbidden state, nothing rewritten."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from domain.clock import local_day
from domain.errors import DomainError, StateConflict
from domain.grade import facts
from domain.grade.known import known_facts
from domain.installation_rows import office_id
from domain.lifecycle import Transaction
from tests.client import NOW
from tests.grades.conftest import SHIYAN
from tests.removals.ground import BOOKS, Ground

pytestmark = pytest.mark.anyio

OFFICE = office_id(SHIYAN, "JC")
OUTCOMES = ("open", "verified", "unfounded")
_NUMBERS = count(1)


@dataclass(frozen=True)
class Known:
    """What the model remembers of a version: what it said, from when to when it was known, how it ended."""

    outcome: str
    since: date
    until: date | None = None
    ended: str | None = None

    def on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


Step = tuple[str, int, str, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("record", "amend", "amend", "withdraw")),
        st.integers(0, 9),
        st.sampled_from(OUTCOMES),
        st.sampled_from((0, 0, 1, 30)),
    ),
    min_size=1,
    max_size=12,
)


def acting(ground: Ground, days: int) -> Transaction:
    """Give the transaction of the office's clerk so many days later."""
    tx = ground.tx("sy-clerk", roles=("clerk",), office_id=OFFICE, jurisdiction_id=SHIYAN)
    tx.now = NOW + timedelta(days=days)
    return tx


async def take(ground: Ground, tx: Transaction, subject: UUID, step: Step, model: dict[UUID, Known]) -> None:
    """Take a step in the database, and in the model if the database let it be taken; they agree on whether it is."""
    verb, number, outcome, _ = step
    today = local_day(tx.now)
    if verb == "record" or not model:
        told = facts.Told(
            kind="arrears_complaint", outcome=outcome, occurred_on=date(2026, 3, 1), number=f"随机{next(_NUMBERS)}号"
        )
        model[await facts.record(tx, BOOKS, subject, told, office_id=OFFICE)] = Known(outcome, today)
        return
    ident = list(model)[number % len(model)]
    row = await ground.connection.fetchrow("SELECT * FROM grade_fact WHERE id = $1", ident)
    refused = await _refusal(tx, row, verb, outcome, model, today)
    if model[ident].ended is not None:
        assert refused is StateConflict, "what has ended does not move again"
        return
    assert refused is None
    model[ident] = replace(model[ident], until=today, ended=verb)


async def _refusal(
    tx: Transaction, row: Any, verb: str, outcome: str, model: dict[UUID, Known], today: date
) -> type[DomainError] | None:
    try:
        async with tx.connection.transaction():
            if verb == "withdraw":
                await facts.withdraw(tx, row, reason="登记有误")
            else:
                made = await facts.amend(tx, BOOKS, row, {"outcome": outcome}, reason="复核")
                model[made] = Known(outcome, today)
    except DomainError as error:
        return type(error)
    return None


@settings(max_examples=12, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS)
async def test_random_steps_leave_every_day_as_it_was_known(ground: Ground, steps: list[Step]) -> None:
    """SY-04b, SY-15: what a day knew is what the model remembers of it, whatever came later; one event for each step."""
    subject = await ground.subject(SHIYAN)
    model: dict[UUID, Known] = {}
    days = 0
    for step in steps:
        days += step[3]
        await take(ground, acting(ground, days), subject, step, model)
    found = await known_facts(ground.connection, subject, SHIYAN)
    for after in range(days + 2):
        day = local_day(NOW) + timedelta(days=after)
        assert {one.id: one.outcome for one in found if one.known_on(day)} == {
            ident: one.outcome for ident, one in model.items() if one.on(day)
        }
    for ident, one in model.items():
        assert await ground.ledger(f"GradeFact:{ident}") == ["record", *([one.ended] if one.ended else [])]
