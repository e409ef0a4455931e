"""Ground of the tests of commitments: a transaction of the request role, of which nothing stays."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.commitments.ground import Ground, make_ground


@pytest.fixture
async def ground(installed_url: str) -> AsyncIterator[Ground]:
    """Give everything that domain functions take."""
    connection = await asyncpg.connect(installed_url)
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute("SET LOCAL ROLE renxin_app")
    yield make_ground(connection)
    await transaction.rollback()
    await connection.close()
