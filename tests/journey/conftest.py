"""The walk of a journey: the database served day by day, with the staff that the module names in its offices."""

from __future__ import annotations

import pytest

from tests.client import Serve
from tests.journey.walk import Walk


@pytest.fixture(scope="module")
async def walk(request: pytest.FixtureRequest, serve: Serve, installed_url: str) -> Walk:
    """Give the walk of a module: its `SHOWN` is what payloads select, its `STAFF` who acts."""
    made = Walk(serve, installed_url, request.module.SHOWN)
    await made.hire(request.module.STAFF)
    return made
