"""The days of a deputy: it wears the principal's roles exactly while its own days and those of each role run."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from authz.activation import assign, upsert_account
from authz.assigned import read_account_by_id
from domain.ids import new_id
from tests.parties import make_office, make_subject

pytestmark = pytest.mark.anyio

Span = tuple[date, date | None]
FIRST, LAST = date(2028, 2, 28), date(2028, 2, 29)
"""Two days of which the last is a leap day."""

DAY = timedelta(days=1)


class Pair:
    """A principal with a role in an office, and its deputy."""

    def __init__(self, connection: asyncpg.Connection[Any], deputy: UUID, principal: UUID, office: UUID) -> None:
        self.connection = connection
        self.deputy, self.principal, self.office = deputy, principal, office

    async def stand(self, of: UUID, deputy: UUID, days: tuple[date, date]) -> UUID:
        """Put a deputy in force as the operator, who needs no second officer."""
        assignment = new_id()
        await self.connection.execute(
            "INSERT INTO assignment (id, account_id, role, deputy_of_id, office_id, from_on, to_on, state, origin)"
            " VALUES ($1, $2, 'deputy', $3, $4, $5, $6, 'granted', 'operator')",
            assignment,
            deputy,
            of,
            self.office,
            *days,
        )
        return assignment

    async def worn(self, account: UUID, on: date) -> set[str]:
        found = await read_account_by_id(self.connection, account, today=on)
        return {role for one in found.assignments for role in one.roles}


@pytest.fixture
async def pair(installed_url: str) -> AsyncIterator[Pair]:
    connection = await asyncpg.connect(installed_url)
    transaction = connection.transaction()
    await transaction.start()
    office = await make_office(connection, "bureau_office")
    deputy, principal = [
        await upsert_account(connection, issuer="https://id.example", sub=sub, display=sub) for sub in ("丙", "甲")
    ]
    yield Pair(connection, deputy, principal, office)
    await transaction.rollback()
    await connection.close()


@pytest.mark.parametrize(
    ("on", "wears"), [(FIRST - DAY, False), (FIRST, True), (LAST, True), (date(2028, 3, 1), False)]
)
async def test_a_deputy_begins_on_the_first_day_and_ends_by_itself_after_the_last(
    pair: Pair, on: date, wears: bool
) -> None:
    await assign(pair.connection, pair.principal, "clerk", office_id=pair.office, from_on=date(2020, 1, 1))
    await pair.stand(pair.principal, pair.deputy, (FIRST, LAST))

    assert await pair.worn(pair.deputy, on) == ({"clerk"} if wears else set())


async def test_over_random_days_it_wears_what_a_second_reckoning_says(pair: Pair) -> None:
    draw, base = random.Random(20), date(2028, 2, 20)

    def span(*, ends: bool) -> Span:
        first = base + timedelta(days=draw.randrange(16))
        return first, None if not ends and draw.random() < 0.3 else first + timedelta(days=draw.randrange(12))

    for _ in range(60):
        savepoint = pair.connection.transaction()
        await savepoint.start()
        roles = {role: span(ends=False) for role in ("clerk", "reviewer")}
        for role, (first, last) in roles.items():
            await assign(pair.connection, pair.principal, role, office_id=pair.office, from_on=first, to_on=last)
        days = span(ends=True)
        assert days[1] is not None
        await pair.stand(pair.principal, pair.deputy, (days[0], days[1]))
        on = base + timedelta(days=draw.randrange(20))

        found = await pair.worn(pair.deputy, on)

        assert found == {role for role, theirs in roles.items() if _runs(days, on) and _runs(theirs, on)}
        await savepoint.rollback()


def _runs(span: Span, on: date) -> bool:
    first, last = span
    return first <= on and (last is None or on <= last)


async def test_of_a_chain_that_somebody_wrote_past_the_service_nothing_is_worn(pair: Pair) -> None:
    """A deputy wears what the principal is assigned itself, never what that one wears as a deputy."""
    await assign(pair.connection, pair.principal, "clerk", office_id=pair.office, from_on=date(2020, 1, 1))
    third = await upsert_account(pair.connection, issuer="https://id.example", sub="丁", display="丁")
    await pair.stand(pair.principal, pair.deputy, (FIRST, LAST))
    await pair.stand(pair.deputy, third, (FIRST, LAST))

    assert await pair.worn(pair.deputy, FIRST) == {"clerk"}
    assert await pair.worn(third, FIRST) == set()


async def test_another_office_of_the_principal_is_not_the_deputys(pair: Pair) -> None:
    other = await make_office(pair.connection, "bureau_office")
    await assign(pair.connection, pair.principal, "clerk", office_id=other, from_on=date(2020, 1, 1))
    await assign(pair.connection, pair.principal, "auditor", from_on=date(2020, 1, 1))
    await pair.stand(pair.principal, pair.deputy, (FIRST, LAST))

    assert await pair.worn(pair.deputy, FIRST) == set()


async def test_what_the_principal_is_assigned_as_a_subject_or_for_one_is_not_the_deputys(pair: Pair) -> None:
    """An officer of the office who is registered as a company's agent, or as herself, is so for herself alone."""
    subject = await make_subject(pair.connection, "enterprise")
    for role, whom in (("subject", None), ("agent", subject)):
        await pair.connection.execute(
            "INSERT INTO assignment (id, account_id, role, office_id, subject_id, from_on, origin)"
            " VALUES ($1, $2, $3, $4, $5, '2020-01-01', 'operator')",
            new_id(), pair.principal, role, pair.office, whom,
        )  # fmt: skip
    await pair.stand(pair.principal, pair.deputy, (FIRST, LAST))

    assert await pair.worn(pair.deputy, FIRST) == set()
