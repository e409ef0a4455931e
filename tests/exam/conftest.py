"""Ground of the tests of exam files: a transaction of the request role, of which nothing stays."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.exam.ground import Room, make_room


@pytest.fixture
async def room(installed_url: str) -> AsyncIterator[Room]:
    """Give everything that domain functions take."""
    connection = await asyncpg.connect(installed_url)
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute("SET LOCAL ROLE renxin_app")
    yield make_room(connection)
    await transaction.rollback()
    await connection.close()
