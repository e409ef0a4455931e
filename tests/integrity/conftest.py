"""The served database of the tests of integrity and third parties, with officers, a provider and an association."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date

import asyncpg
import pytest

from domain.ids import new_id
from domain.installation_rows import office_id
from tests.conftest import Client, Serve
from tests.removals.ground import Ground

XIAMEN, HAICANG = "350200", "350205"
STAFF = (
    ("clerk", "clerk", (XIAMEN, "JCZD")),
    ("approver", "approver", (XIAMEN, "JCZD")),
    ("other-clerk", "clerk", (XIAMEN, "SP")),
    ("watch", "credit_office", (XIAMEN, "JC")),
    ("other-watch", "credit_office", (XIAMEN, "SP")),
    ("hc-clerk", "clerk", (HAICANG, "RSJ")),
    ("hc-approver", "approver", (HAICANG, "RSJ")),
    ("hc-watch", "credit_office", (HAICANG, "QXYB")),
    ("association", "association", (HAICANG, "HYXH")),
    ("data-user", "data_user", (HAICANG, "JY_GROUP")),
    ("provider", "processor", (HAICANG, "JY_GROUP")),
)
PROVIDER = f"Office:{office_id(HAICANG, 'JY_GROUP')}"
SINCE = date(2026, 1, 1)


@pytest.fixture(scope="module")
async def ground(installed_url: str) -> AsyncIterator[Ground]:
    """Give the database with the officers."""
    connection = await asyncpg.connect(installed_url)
    made = Ground(connection)
    for sub, role, office in STAFF:
        await made.officer(sub, role, office=office)
    await made.officer("both", "clerk", "approver", office=(XIAMEN, "JCZD"))
    yield made
    await connection.close()


@pytest.fixture(scope="module")
async def client(serve: Serve, installed_url: str, ground: Ground) -> AsyncIterator[Client]:
    """Serve the database."""
    async with serve(installed_url) as made:
        yield made


def nothing(noun: str) -> str:
    """Give the global id of a row that there is not."""
    return f"{noun}:{new_id()}"
