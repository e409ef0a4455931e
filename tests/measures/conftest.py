"""The served database of the tests of measures, with officers of four places and what measures rest on."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.conftest import Client, Serve
from tests.removals.ground import Ground

XIAMEN, HAICANG, XINXIANG, SHANGHAI = "350200", "350205", "410700", "310000"
STAFF = (
    ("xx-reviewer", "reviewer", (XINXIANG, "LDGX")),
    ("xx-clerk", "clerk", (XINXIANG, "LDGX")),
    ("xx-source", "reviewer", (XINXIANG, "JCZD")),
    ("xx-credit", "credit_office", (XINXIANG, "XYB")),
    ("xx-beside", "reviewer", (XINXIANG, "JYB")),
    ("xm-reviewer", "reviewer", (XIAMEN, "JCZD")),
    ("hc-reviewer", "reviewer", (HAICANG, "RSJ")),
    ("sh-reviewer", "reviewer", (SHANGHAI, "JY")),
    ("sh-source", "reviewer", (SHANGHAI, "ZFZD")),
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
