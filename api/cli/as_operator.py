"""Transactions of a command in the operator's name: one connection, block by block, beside whoever serves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import asyncpg

from domain.clock import system_clock
from domain.lifecycle import Actor, Transaction

Transact = Callable[[], AbstractAsyncContextManager[Transaction]]


@asynccontextmanager
async def as_operator(url: str) -> AsyncIterator[Transact]:
    """Give transactions over one connection, which is closed behind them."""
    connection = await asyncpg.connect(url)

    @asynccontextmanager
    async def transact() -> AsyncIterator[Transaction]:
        async with connection.transaction():
            yield Transaction(connection, system_clock(), Actor(None, ("operator",)))

    try:
        yield transact
    finally:
        await connection.close()
