"""A desk over a database of the module's own, with the staff of the five bureaus."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.client import Serve
from tests.lists.ground import Desk, hire


@pytest.fixture(scope="module")
async def desk(serve: Serve, installed_url: str) -> AsyncIterator[Desk]:
    """Give a desk."""
    await hire(installed_url)
    async with serve(installed_url) as client:
        yield Desk(client, installed_url)
