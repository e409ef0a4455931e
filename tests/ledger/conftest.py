"""A ledger for each test, in a database for each module."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from tests.ledger.book import Book, open_book


@pytest.fixture(scope="module")
async def _with_bytes(database_url: str) -> str:
    """TEMPORARY, until the migration declares `leaves` as bytea."""
    connection = await asyncpg.connect(database_url)
    await connection.execute(
        "DO $$ BEGIN IF (SELECT data_type FROM information_schema.columns WHERE table_name = 'ledger_checkpoint'"
        " AND column_name = 'leaves') = 'ARRAY' THEN ALTER TABLE ledger_checkpoint ALTER leaves TYPE bytea USING"
        " ''::bytea; END IF; END $$"
    )
    await connection.close()
    return database_url


@pytest.fixture
async def book(_with_bytes: str, tmp_path: Path) -> AsyncIterator[Book]:
    opened = await open_book(_with_bytes, tmp_path)
    yield opened
    await opened.app.close()
    await opened.owner.close()
