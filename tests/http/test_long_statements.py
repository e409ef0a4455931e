"""Statements too long for the driver to keep are planned once in a session all the same, and few of them are kept."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from api.postgres.long_statements import LONGEST_KEPT, MOST_LONG, LongStatements

pytestmark = pytest.mark.anyio

KNOWN = """SELECT count(*), coalesce(sum(generic_plans + custom_plans), 0) FROM pg_prepared_statements
WHERE length(statement) > $1"""


@pytest.fixture
async def session(installed_url: str) -> AsyncIterator[asyncpg.Connection[Any]]:
    """Give a session as requests use it."""
    made: asyncpg.Connection[Any] = await asyncpg.connect(installed_url, max_cacheable_statement_size=LONGEST_KEPT)
    yield made
    await made.close()


def long(number: int) -> str:
    """Write a statement that the driver does not keep."""
    return f"SELECT $1::integer + {number} AS told" + " " * LONGEST_KEPT


async def known(session: asyncpg.Connection[Any]) -> tuple[int, int]:
    """Tell how many long statements the session has prepared, and how often these were run."""
    row = await session.fetchrow(KNOWN, LONGEST_KEPT)
    assert row is not None
    return row[0], int(row[1])


async def test_a_long_statement_is_prepared_once_and_told_anew_each_time(session: asyncpg.Connection[Any]) -> None:
    statements = LongStatements()
    rows = [await statements.fetchrow(session, long(1), [value]) for value in (1, 5, 7)]

    assert [row["told"] for row in rows if row is not None] == [2, 6, 8]
    assert await known(session) == (1, 3)


async def test_of_many_long_statements_those_run_last_are_kept(session: asyncpg.Connection[Any]) -> None:
    statements = LongStatements()
    for number in range(MOST_LONG + 3):
        await statements.fetchrow(session, long(number), [0])
        await statements.fetchrow(session, long(0), [0])

    assert (await known(session))[0] == MOST_LONG
    texts = await session.fetch(
        "SELECT statement FROM pg_prepared_statements WHERE length(statement) > $1", LONGEST_KEPT
    )
    assert {row["statement"] for row in texts} == {
        long(0), *(long(number) for number in range(4, MOST_LONG + 3)),
    }  # fmt: skip


async def test_a_statement_that_failed_is_run_again(session: asyncpg.Connection[Any]) -> None:
    statements = LongStatements()
    await statements.fetchrow(session, long(1), [1])
    with pytest.raises(asyncpg.NumericValueOutOfRangeError):
        await statements.fetchrow(session, long(1), [2**31 - 1])
    row = await statements.fetchrow(session, long(1), [3])

    assert row is not None
    assert row["told"] == 4


async def test_a_session_that_ended_is_forgotten(installed_url: str) -> None:
    statements = LongStatements()
    session: asyncpg.Connection[Any] | None = await asyncpg.connect(installed_url)
    assert session is not None
    await statements.fetchrow(session, long(1), [1])
    ended = weakref.ref(session)
    await session.close()
    session = None
    await asyncio.sleep(0)  # the driver tells of an end in a turn of its own
    gc.collect()

    assert ended() is None
