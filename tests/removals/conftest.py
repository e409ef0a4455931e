"""The served database of the tests of removals, with the people who act in it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.client import Client, Serve
from tests.removals.ground import Ground

XIAMEN, XINXIANG, HAICANG, SHANGHAI = "350200", "410700", "350205", "310000"


@pytest.fixture(scope="module")
async def ground(installed_url: str) -> AsyncIterator[Ground]:
    """Give the database with officers of every office that the tests need."""
    connection = await asyncpg.connect(installed_url)
    made = Ground(connection)
    for sub, role, office in (
        ("xx-clerk", "clerk", (XINXIANG, "JCZD")),
        ("xx-one", "reviewer", (XINXIANG, "JCZD")),
        ("xx-two", "reviewer", (XINXIANG, "JCZD")),
        ("xx-three", "approver", (XINXIANG, "JCZD")),
        ("xx-other", "reviewer", (XINXIANG, "LDGX")),
        ("xx-credit", "credit_office", (XINXIANG, "XYB")),
        ("xm-one", "reviewer", (XIAMEN, "SB")),
        ("xm-two", "reviewer", (XIAMEN, "SB")),
        ("hc-one", "reviewer", (HAICANG, "RSJ")),
        ("hc-two", "reviewer", (HAICANG, "RSJ")),
        ("sh-one", "reviewer", (SHANGHAI, "ZFZD")),
        ("sh-two", "reviewer", (SHANGHAI, "ZFZD")),
    ):
        await made.officer(sub, role, office=office)
    yield made
    await connection.close()


@pytest.fixture(scope="module")
async def client(serve: Serve, installed_url: str, ground: Ground) -> AsyncIterator[Client]:
    """Serve the database."""
    async with serve(installed_url) as made:
        yield made
