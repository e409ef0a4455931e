"""A connection to the database, as those who use one know it; and whatever carries out one statement alone."""

from __future__ import annotations

from typing import Any, Protocol, TypeAlias

import asyncpg

Connection: TypeAlias = "asyncpg.Connection[Any] | asyncpg.pool.PoolConnectionProxy[Any]"
"""A connection of one's own, or one that a pool has lent."""


class Queryable(Protocol):
    """A connection or a pool: one statement alone needs neither transaction nor session."""

    async def fetch(self, query: str, /, *args: Any) -> Any:
        """Give all rows."""
        ...

    async def fetchrow(self, query: str, /, *args: Any) -> Any:
        """Give the first row, or None."""
        ...
