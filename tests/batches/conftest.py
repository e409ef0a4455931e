"""The served database of the tests of batches, with the people who act in it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.client import Client, Serve
from tests.removals.ground import Ground

STAFF = {
    "xx-clerk": ("clerk", ("410700", "JCZD")),
    "xx-two": ("clerk", ("410700", "JCZD")),
    "xx-credit": ("credit_office", ("410700", "XYB")),
    "xx-both": ("credit_office", ("410700", "XYB")),
    "xx-labour": ("clerk", ("410700", "LDGX")),
    "xx-inspection": ("clerk", ("410700", "JCK")),
    "xx-leader": ("leader", ("410700", "BUREAU")),
    "sy-clerk": ("clerk", ("420300", "JC")),
    "sy-approver": ("approver", ("420300", "JC")),
    "hc-credit": ("credit_office", ("350205", "QXYB")),
    "xm-credit": ("credit_office", ("350200", "JC")),
}


@pytest.fixture(scope="module")
async def ground(installed_url: str) -> AsyncIterator[Ground]:
    """Give the database with its people."""
    connection = await asyncpg.connect(installed_url)
    made = Ground(connection)
    for sub, (role, office) in STAFF.items():
        await made.officer(sub, role, office=office)
    await connection.execute("UPDATE policy_version SET activated_at = '2019-01-01'")  # batches are owed from then on
    yield made
    await connection.close()


@pytest.fixture(scope="module")
async def client(serve: Serve, installed_url: str, ground: Ground) -> AsyncIterator[Client]:
    """Serve the database."""
    async with serve(installed_url) as made:
        yield made
