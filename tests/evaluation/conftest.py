"""The served database of the tests of evaluation, with officers of the evaluating offices."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.conftest import Client, Serve
from tests.removals.ground import Ground

XIAMEN, HAICANG, XINXIANG, SHIYAN = "350200", "350205", "410700", "420300"
STAFF = (
    ("clerk", "clerk", (XIAMEN, "JCZD")),
    ("second-clerk", "clerk", (XIAMEN, "JCZD")),
    ("approver", "approver", (XIAMEN, "JCZD")),
    ("second-approver", "approver", (XIAMEN, "JCZD")),
    ("talent-clerk", "clerk", (XIAMEN, "RC")),
    ("talent-approver", "approver", (XIAMEN, "RC")),
    ("injury-clerk", "clerk", (XIAMEN, "GS")),
    ("injury-approver", "approver", (XIAMEN, "GS")),
    ("vocational-clerk", "clerk", (XIAMEN, "ZJ")),
    ("vocational-approver", "approver", (XIAMEN, "ZJ")),
    ("credit", "credit_office", (XIAMEN, "JC")),
    ("shiyan-clerk", "clerk", (SHIYAN, "JC")),
    ("shiyan-approver", "approver", (SHIYAN, "JC")),
    ("shiyan-bureau-clerk", "clerk", (SHIYAN, "HRSS")),
    ("xinxiang-clerk", "clerk", (XINXIANG, "JCZD")),
    ("xinxiang-approver", "approver", (XINXIANG, "JCZD")),
    ("haicang-clerk", "clerk", (HAICANG, "SW")),
    ("haicang-approver", "approver", (HAICANG, "SW")),
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
