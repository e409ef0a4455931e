"""The service over the rulebook rows alone, and what tests of the edge send it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.client import Client, Serve


@pytest.fixture(scope="module")
async def client(serve: Serve, installed_url: str) -> AsyncIterator[Client]:
    """Serve a database without subjects."""
    async with serve(installed_url) as made:
        yield made
