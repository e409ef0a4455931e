"""Acting under an authority that stands: what a caller may is read first, and holds until the transaction ends.

In charge of beginning anew where policies, roles or accounts change in between. Refuses when they change again and again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from api.execution.job import MAX_REPLANS, AuthorityUnsettled, Credentials
from api.execution.service import Service
from authz.caller import Caller
from domain.connection import Connection

T = TypeVar("T")


async def stands(session: Connection, caller: Caller, *, alone: bool = False) -> bool:
    """Tell whether a caller was read under the authority that is current, which stays so until the transaction ends.

    `alone` is for changes of authority itself: one at a time, so that two never wait for each other.
    """
    lock = "NO KEY UPDATE" if alone else "SHARE"
    return bool(await session.fetchval(f"SELECT epoch FROM authority FOR {lock}") == caller.epoch)


async def within_authority(
    service: Service, credentials: Credentials, act: Callable[[Connection, Caller, datetime], Awaitable[T]]
) -> T:
    """Act for a caller in a transaction in which its authority stands; give what came of it.

    Raises: AuthorityUnsettled; what `act` raises, and what refuses the caller.
    """
    for _ in range(MAX_REPLANS):
        now = service.clock()
        caller = await service.caller_of(credentials, now)
        async with service.database.change() as session:
            if await stands(session, caller):
                return await act(session, caller, now)
        await service.callers.refresh()
    raise AuthorityUnsettled
