"""Ground of the tests of objections: a world of the module's own, served over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from tests.client import Client, Serve
from tests.objections.ground import World, make_world


@pytest.fixture(scope="module")
async def owner(installed_url: str) -> AsyncIterator[asyncpg.Connection[Any]]:
    """Give a connection of the database's owner."""
    connection = await asyncpg.connect(installed_url)
    yield connection
    await connection.close()


@pytest.fixture(scope="module")
async def world(owner: asyncpg.Connection[Any]) -> World:
    """Give a world with a contested record in each place."""
    return await make_world(owner)


@pytest.fixture(scope="module")
async def client(serve: Serve, installed_url: str, world: World) -> AsyncIterator[Client]:
    """Give a client of the service over that world."""
    async with serve(installed_url) as made:
        yield made
