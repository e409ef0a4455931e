"""The served database of the tests of early warning, with officers of Haicang, Xiamen and Shiyan."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.conftest import Client, Serve
from tests.removals.ground import Ground

XIAMEN, HAICANG, SHIYAN, XINXIANG = "350200", "350205", "420300", "410700"
STAFF = (
    ("hc-credit", "credit_office", (HAICANG, "QXYB")),
    ("hc-credit-2", "credit_office", (HAICANG, "QXYB")),
    ("hc-labour", "reviewer", (HAICANG, "RSJ")),
    ("hc-labour-2", "reviewer", (HAICANG, "RSJ")),
    ("hc-clerk", "clerk", (HAICANG, "RSJ")),
    ("hc-works", "reviewer", (HAICANG, "JSJT")),
    ("hc-safety", "reviewer", (HAICANG, "YJ")),
    ("xm-credit", "credit_office", (XIAMEN, "JC")),
    ("xm-reviewer", "reviewer", (XIAMEN, "JCZD")),
    ("xm-social", "reviewer", (XIAMEN, "SB")),
    ("xx-credit", "credit_office", (XINXIANG, "XYB")),
    ("sy-reviewer", "reviewer", (SHIYAN, "JC")),
    ("sy-reviewer-2", "reviewer", (SHIYAN, "JC")),
    ("sy-clerk", "clerk", (SHIYAN, "JC")),
    ("sy-credit", "credit_office", (SHIYAN, "HRSS")),
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
