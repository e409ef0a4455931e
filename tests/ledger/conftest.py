"""A ledger for each test, in a database for each module."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.ledger.book import Book, open_book


@pytest.fixture
async def book(database_url: str, tmp_path: Path) -> AsyncIterator[Book]:
    opened = await open_book(database_url, tmp_path)
    yield opened
    await opened.app.close()
    await opened.owner.close()
