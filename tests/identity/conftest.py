"""A transaction of a real database that is rolled back, with an installed policy and a few offices in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from authz.activation import install_default
from domain.ids import new_id

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@pytest.fixture
async def bare(database_url: str) -> AsyncIterator[asyncpg.Connection[Any]]:
    """Give a connection in a transaction that is rolled back, in which no policy was ever installed."""
    connection = await asyncpg.connect(database_url)
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute("DELETE FROM authority; DELETE FROM policy_row; DELETE FROM policy_version")
        yield connection
    finally:
        await transaction.rollback()
        await connection.close()


@pytest.fixture
async def connection(bare: asyncpg.Connection[Any]) -> asyncpg.Connection[Any]:
    """Give the same with the default policy installed."""
    await install_default(bare, NOW)
    return bare


@dataclass(frozen=True)
class Places:
    """A province, a city and a district with their offices, a foreign city, and application items of each."""

    supervision: UUID
    employment: UUID
    district_office: UUID
    bank: UUID
    items: dict[str, UUID]


@pytest.fixture
async def places(connection: asyncpg.Connection[Any]) -> Places:
    """Make divisions 90xxxx, which no real rulebook has."""
    divisions = (("900000", "province", None), ("900200", "city", "900000"), ("900205", "district", "900200"))
    for code, level, parent in (*divisions, ("900900", "city", None)):
        await connection.execute(
            "INSERT INTO jurisdiction (id, name, level, parent_id) VALUES ($1, $2, $3, $4)",
            code,
            f"虚构{code}",
            level,
            parent,
        )
    return Places(
        supervision=await _office(connection, "900200", "JCZD"),
        employment=await _office(connection, "900200", "JYZX"),
        district_office=await _office(connection, "900205", "JCZD"),
        bank=await _office(connection, "900200", "BANK"),
        items={code: await _item(connection, code) for code in ("900000.a", "900200.b", "900205.c", "900900.d")},
    )


async def _office(connection: asyncpg.Connection[Any], jurisdiction: str, code: str) -> UUID:
    office = new_id()
    await connection.execute(
        "INSERT INTO office (id, jurisdiction_id, code, name, aliases, kind, roles)"
        " VALUES ($1, $2, $3, $3, '{}', 'bureau_office', '{}')",
        office,
        jurisdiction,
        code,
    )
    return office


async def _item(connection: asyncpg.Connection[Any], code: str) -> UUID:
    item = new_id()
    await connection.execute(
        "INSERT INTO application_item (id, jurisdiction_id, code, name, clause, rulebook)"
        " VALUES ($1, $2, $3, $4, '1', 'x')",
        item,
        code[:6],
        code,
        f"事项{code}",
    )
    return item
