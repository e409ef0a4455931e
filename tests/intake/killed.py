"""A process that imports a file and stops in the middle of a transaction, to be killed there.

`python -m tests.intake.killed URL OFFICE TRANSACTION`, the file on its standard input. It tells the server's process of
its session, and once its work in that transaction is done, before the commit, that it waits.
"""

from __future__ import annotations

import asyncio
import io
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg

from domain.lifecycle import Transaction
from tests.intake.test_imports_survive import Session


class _Waiting(Session):
    @asynccontextmanager
    async def transact(self) -> AsyncIterator[Transaction]:
        """Open a transaction; in the one named, wait for good."""
        async with super().transact() as tx:
            yield tx
            if self.opened == self.wait_in:
                print("waiting", flush=True)
                threading.Event().wait()

    wait_in = 0


async def _run(url: str, office: UUID, wait_in: int) -> None:
    connection = await asyncpg.connect(url)
    print(connection.get_server_pid(), flush=True)
    await connection.execute("SET ROLE renxin_app")
    session = _Waiting(connection, office)
    session.wait_in = wait_in
    await session.hand_in(io.BytesIO(sys.stdin.buffer.read()))


if __name__ == "__main__":
    asyncio.run(_run(sys.argv[1], UUID(sys.argv[2]), int(sys.argv[3])))
