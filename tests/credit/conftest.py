"""Ground of the tests of credit records: an office's transaction, rolled back, under the role of requests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import asyncpg
import pytest

from domain.calendar import WorkingCalendar, working_calendar
from domain.lifecycle import Actor, Transaction
from domain.rulebook.loader import load_rulebooks
from domain.rulebook.model import Rulebooks
from domain.vault import Vault

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
