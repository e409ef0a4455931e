"""A bench runs from end to end on a few rows; what it finds at size is told, never asserted."""

from __future__ import annotations

import pytest

from tests.bench import grades

pytestmark = pytest.mark.anyio


async def test_the_bench_of_grades_grades(database_url: str) -> None:
    assert await grades.measure(database_url, 20_000, 1) > 0
