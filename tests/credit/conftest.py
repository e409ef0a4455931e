"""Ground of the tests of credit records: an office's transaction, rolled back, under the role of requests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime

import asyncpg
import pytest

from domain.calendar import WorkingCalendar, working_calendar
from domain.lifecycle import Actor, Transaction
from domain.rulebook.loader import load_rulebooks
from domain.rulebook.model import Rulebooks
from domain.vault import Vault
from tests.credit.ground import Clerk, item_of, office_id

NOW = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def books() -> Rulebooks:
    """Give the packaged rulebooks."""
    return load_rulebooks()


@pytest.fixture(scope="session")
def calendar() -> WorkingCalendar:
    """Give the packaged calendar of working days."""
    return working_calendar()


@pytest.fixture(scope="session")
def vault() -> Vault:
    """Give a vault with keys of the tests."""
    return Vault({"k1": b"1" * 32}, "k1", b"2" * 32)


@pytest.fixture
async def tx(installed_url: str) -> AsyncIterator[Transaction]:
    """Give a transaction of the request role, of which nothing stays."""
    connection = await asyncpg.connect(installed_url)
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute("SET LOCAL ROLE renxin_app")
    yield Transaction(connection, NOW, Actor(None, ("clerk",), policy_version=1))
    await transaction.rollback()
    await connection.close()


@pytest.fixture
def clerk_of(
    tx: Transaction, vault: Vault, books: Rulebooks, calendar: WorkingCalendar
) -> Callable[[str, str, str], Awaitable[Clerk]]:
    """Give a clerk of an office for a catalogue item, by jurisdiction and codes."""

    async def find(jurisdiction: str, office: str, item: str) -> Clerk:
        office_row = await office_id(tx, jurisdiction, office)
        item_row = await item_of(tx, jurisdiction, item, office_row)
        return Clerk(tx, vault, books, calendar, office_id=office_row, item=item_row)

    return find


@pytest.fixture
async def inspector(clerk_of: Callable[[str, str, str], Awaitable[Clerk]]) -> Clerk:
    """Give a clerk of Xiamen's labour inspection, who hands in penalties."""
    return await clerk_of("350200", "JCZD", "penalty")
