"""The served database of the tests of grades: people of Shiyan's offices, a credit office, a partner, another city."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.conftest import Client, Serve
from tests.removals.ground import Ground

SHIYAN, XIAMEN = "420300", "350200"
STAFF = (
    ("sy-clerk", "clerk", (SHIYAN, "JC")),
    ("sy-reviewer", "reviewer", (SHIYAN, "JC")),
    ("sy-credit", "credit_office", (SHIYAN, "HRSS")),
    ("sy-beside", "clerk", (SHIYAN, "HRSS")),
    ("xm-clerk", "clerk", (XIAMEN, "JCZD")),
)


@pytest.fixture(scope="module")
async def ground(installed_url: str) -> AsyncIterator[Ground]:
    """Give the database with the officers."""
    connection = await asyncpg.connect(installed_url)
    made = Ground(connection)
    for sub, role, office in STAFF:
        await made.officer(sub, role, office=office)
    yield made
    await connection.close()


@pytest.fixture(scope="module")
async def client(serve: Serve, installed_url: str, ground: Ground) -> AsyncIterator[Client]:
    """Serve the database."""
    async with serve(installed_url) as made:
        yield made
