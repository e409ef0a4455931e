"""A served database with the officers that a folder of tests names: its conftest gives `staff`, and takes these fixtures."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TypeAlias

import asyncpg
import pytest

from tests.client import Client, Serve
from tests.removals.ground import Ground

Staff: TypeAlias = tuple[tuple[str, str, tuple[str, str]], ...]
"""Who there is: `sub`, roles with a space between, division and code of the office."""


@pytest.fixture(scope="module")
async def ground(installed_url: str, staff: Staff) -> AsyncIterator[Ground]:
    """Give the database with the officers."""
    connection = await asyncpg.connect(installed_url)
    made = Ground(connection)
    for sub, roles, office in staff:
        await made.officer(sub, *roles.split(), office=office)
    yield made
    await connection.close()


@pytest.fixture(scope="module")
async def client(serve: Serve, installed_url: str, ground: Ground) -> AsyncIterator[Client]:
    """Serve the database."""
    async with serve(installed_url) as made:
        yield made
