"""The served database of the tests of cases, activities and campaigns, with officers of four places."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.conftest import Client, Serve
from tests.removals.ground import Ground

XIAMEN, HAICANG, XINXIANG, SHIYAN = "350200", "350205", "410700", "420300"
STAFF = (
    ("clerk", "clerk", (XIAMEN, "JCZD")),
    ("approver", "approver", (XIAMEN, "JCZD")),
    ("other-clerk", "clerk", (XIAMEN, "SP")),
    ("other-approver", "approver", (XIAMEN, "SP")),
    ("editor", "approver", (XIAMEN, "BG")),
    ("watch", "credit_office", (XIAMEN, "JC")),
    ("hc-clerk", "clerk", (HAICANG, "RSJ")),
    ("hc-approver", "approver", (HAICANG, "RSJ")),
    ("hc-watch", "credit_office", (HAICANG, "QXYB")),
    ("sy-clerk", "clerk", (SHIYAN, "HRSS")),
    ("sy-watch", "credit_office", (SHIYAN, "HRSS")),
    ("xx-clerk", "clerk", (XINXIANG, "JCZD")),
    ("xx-approver", "approver", (XINXIANG, "JCZD")),
)


@pytest.fixture(scope="module")
async def ground(installed_url: str) -> AsyncIterator[Ground]:
    """Give the database with the officers."""
    connection = await asyncpg.connect(installed_url)
    made = Ground(connection)
    for sub, role, office in STAFF:
        await made.officer(sub, role, office=office)
    await made.officer("both", "clerk", "approver", office=(XIAMEN, "JCZD"))
    await made.officer("editors", "clerk", "approver", office=(XIAMEN, "BG"))
    yield made
    await connection.close()


@pytest.fixture(scope="module")
async def client(serve: Serve, installed_url: str, ground: Ground) -> AsyncIterator[Client]:
    """Serve the database."""
    async with serve(installed_url) as made:
        yield made
