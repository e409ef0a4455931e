"""Connections of requests: a small pool of plain-role sessions with named statements and generic plans.

asyncpg's own pool resets a session with a round trip at each release; our sessions hold no state that would
need it. A session that is lost is opened anew; while the database is away, requests are told so.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from domain.errors import DomainError

ACQUIRE_SECONDS = 5.0
CONNECT_SECONDS = 3.0


class DatabaseAway(DomainError):
    """The database cannot be reached at the moment: nothing was done; try again shortly."""

    code = "DATABASE_UNAVAILABLE"
    zh = "数据库暂时不可用：未作任何改动，请稍后重试。"


class TooBusy(DomainError):
    """The service is too busy at the moment: nothing was done; try again shortly."""

    code = "TOO_BUSY"
    zh = "服务繁忙：未作任何改动，请稍后重试。"


LOST = (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.CannotConnectNowError, OSError)
"""What asyncpg raises when a connection cannot be had or was lost."""

_BROKEN = (asyncpg.AdminShutdownError, asyncpg.CrashShutdownError)


class Database:
    """A pool of sessions under the request role."""

    def __init__(self, url: str, *, size: int, statement_timeout_ms: int) -> None:
        self._url = url
        self._size = size
        self._timeout = statement_timeout_ms
        self._free: asyncio.LifoQueue[asyncpg.Connection[Any] | None] = asyncio.LifoQueue()
        for _ in range(size):
            self._free.put_nowait(None)

    async def connect(self) -> asyncpg.Connection[Any]:
        """Open a session as requests use it.

        Raises: DatabaseAway.
        """
        try:
            return await asyncpg.connect(
                self._url,
                timeout=CONNECT_SECONDS,
                command_timeout=self._timeout / 1000 + 5,
                statement_cache_size=512,
                max_cached_statement_lifetime=0,
                server_settings={
                    "role": "renxin_app",
                    "application_name": "renxin",
                    "timezone": "UTC",
                    "jit": "off",
                    "plan_cache_mode": "force_generic_plan",
                    "statement_timeout": str(self._timeout),
                    "idle_in_transaction_session_timeout": "30000",
                },
            )
        except (*LOST, *_BROKEN, TimeoutError):
            raise DatabaseAway from None

    @asynccontextmanager
    async def session(self) -> AsyncIterator[asyncpg.Connection[Any]]:
        """Lend a session; one that breaks in use is not lent again.

        Raises: TooBusy when none becomes free in time; DatabaseAway when it cannot be opened or breaks.
        """
        session = await self.take()
        try:
            yield session
        except (*LOST, *_BROKEN):
            session.terminate()
            raise DatabaseAway from None
        except BaseException:
            if session.is_in_transaction():
                session.terminate()
            raise
        finally:
            self.give(session)

    async def take(self) -> asyncpg.Connection[Any]:
        """Take a session; it must be given back."""
        if self._free.empty():
            try:
                session = await asyncio.wait_for(self._free.get(), ACQUIRE_SECONDS)
            except TimeoutError:
                raise TooBusy from None
        else:
            session = self._free.get_nowait()
        if session is not None and not session.is_closed():
            return session
        try:
            return await self.connect()
        except BaseException:
            self._free.put_nowait(None)
            raise

    def give(self, session: asyncpg.Connection[Any]) -> None:
        """Give a session back."""
        self._free.put_nowait(None if session.is_closed() else session)

    async def close(self) -> None:
        """Close the sessions that are free."""
        while not self._free.empty():
            session = self._free.get_nowait()
            if session is not None and not session.is_closed():
                await session.close(timeout=2)

    async def fetch(self, query: str, /, *values: Any) -> list[asyncpg.Record]:
        """Give all rows of a query of our own."""
        async with self.session() as session:
            return await session.fetch(query, *values)

    async def fetchrow(self, query: str, /, *values: Any) -> asyncpg.Record | None:
        """Give the first row of a query of our own."""
        async with self.session() as session:
            return await session.fetchrow(query, *values)
