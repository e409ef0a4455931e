"""Database sessions of requests: a small pool under the request role, with named statements and generic plans.

asyncpg's own pool resets a session with a round trip at each release; these hold no state that would need it. A session
that is lost is reopened; while the database is away, requests are refused with a code that says so.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter, deque
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from functools import partial
from typing import Any

import asyncpg

from api.postgres.long_statements import LONGEST_KEPT, LongStatements
from api.postgres.pipelines import Canceled, Elsewhere, Pipelines
from domain.errors import DomainError, InvalidInput
from domain.outage import Outage

_log = logging.getLogger("renxin")

ACQUIRE_SECONDS = 5.0
CONNECT_SECONDS = 3.0
QUIET_SECONDS = 10.0
"""How long nothing may fail before an outage is reported as over: sessions are lost one by one."""


class DatabaseAway(DomainError):
    """The database cannot be reached at the moment: nothing was done; try again shortly."""

    code = "DATABASE_UNAVAILABLE"
    zh = "数据库暂时不可用：未作任何改动，请稍后重试。"


class TooBusy(DomainError):
    """The service is too busy at the moment: nothing was done; try again shortly."""

    code = "TOO_BUSY"
    zh = "服务繁忙：未作任何改动，请稍后重试。"


class TooSlow(InvalidInput):
    """The request took longer than a request may: narrow it with filters or ask for fewer rows."""

    code = "TOO_SLOW"
    zh = "请求耗时过长：请增加筛选条件或减少每页条数。"


class OutcomeUnknown(DomainError):
    """The database was lost while it committed: read the row, or send this again with its clientMutationId."""

    code = "OUTCOME_UNKNOWN"
    zh = "提交时与数据库失去联系，结果未知：请先查询该数据，或以同一 clientMutationId 重新提交。"


class ValueRefused(InvalidInput):
    """The database cannot hold a value of this request: a text with a NUL character, or a number or date out of range."""

    code = "VALUE_REFUSED"
    zh = "请求中有数据库无法接受的值：含空字符的文本，或超出范围的数字、日期。"


LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the connection ended between two steps of the protocol
    asyncpg.CannotConnectNowError,
    OSError,
)
"""What asyncpg raises when a connection cannot be had or was lost."""

BROKEN = (
    asyncpg.OperatorInterventionError,  # shut down, crashed, dropped; a cancelled statement is told before
    asyncpg.InsufficientResourcesError,  # no disk, no memory, no connection left
    asyncpg.PostgresSystemError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.TransactionTimeoutError,
    asyncpg.ReadOnlySQLTransactionError,  # the server became a standby
)
"""What a server reports when it shuts down or cannot go on."""
_OF_CHANGES = (asyncpg.DiskFullError, asyncpg.ReadOnlySQLTransactionError)
"""What a server reports about changes while it still answers queries; over once a change is committed."""
_UNREACHABLE = (*LOST, asyncpg.PostgresError)
"""What means that no session can be opened; none of it is the caller's fault."""


Planned = tuple[bytes, str | None]
"""The row of a rendered plan: the JSON text of `data`, and whom it tells about (see `api.planning.told`)."""

_ORIGIN = date(2000, 1, 1).toordinal()


async def keep_days(session: asyncpg.Connection[Any]) -> None:
    """Keep every day as it is in both directions: asyncpg turns 9999-12-31 into infinity, which no answer can express."""
    await session.set_type_codec("date", schema="pg_catalog", encoder=_sent, decoder=_read, format="tuple")


def _sent(day: date) -> tuple[int]:
    """Give a day as PostgreSQL counts it."""
    return (day.toordinal() - _ORIGIN,)


def _read(days: tuple[int]) -> date:
    """Give the day; the first or last one there is where a database holds infinity."""
    return date.fromordinal(min(max(days[0] + _ORIGIN, date.min.toordinal()), date.max.toordinal()))


def _planned(data: bytes | None, told: bytes | None) -> Planned:
    assert data is not None
    return data, None if told is None else told.decode()


class Lent:
    """A session while it is lent: `async with` gives it.

    A class, as a generator under `asynccontextmanager` costs 5 % of a small request.
    """

    __slots__ = ("_database", "_session")

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __aenter__(self) -> asyncpg.Connection[Any]:
        """Take the session."""
        self._session = await self._database.take()
        return self._session

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        """Give the session back, or end it when it is lost or in the middle of something.

        Raises: TooSlow, ValueRefused, DatabaseAway in place of what the database said.
        """
        try:
            if isinstance(error, asyncpg.QueryCanceledError):
                raise TooSlow from None
            if isinstance(error, asyncpg.DataError):
                raise ValueRefused from None
            if isinstance(error, (*LOST, *BROKEN)):
                self._database.note(error)
                self._session.terminate()
                raise DatabaseAway from None
            if error is None:
                self._database.answers.went_well()
        finally:
            # A task that is cancelled while BEGIN is under way leaves a session that does not know it is in a
            # transaction: the next one in it would never be committed.
            if error is not None and not self._session.is_closed() and self._is_unfit(error):
                self._session.terminate()
            self._database.give(self._session)

    def _is_unfit(self, error: BaseException) -> bool:
        """Tell whether a session must not be lent again after an error."""
        return isinstance(error, asyncio.CancelledError) or self._session.is_in_transaction()


class LentForChange(Lent):
    """A session while it is lent for one transaction, which is committed unless an error leaves it."""

    __slots__ = ("_transaction",)

    async def __aenter__(self) -> asyncpg.Connection[Any]:
        """Take the session and begin."""
        session = await super().__aenter__()
        self._transaction = session.transaction()
        try:
            await self._transaction.start()
        except BaseException as error:
            await super().__aexit__(type(error), error, None)
            raise
        return session

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        """Commit or roll back, then give the session back.

        Raises: OutcomeUnknown when the session is lost before the commit is acknowledged.
        """
        if error is not None:
            if not self._session.is_closed():
                with suppress(*LOST, *BROKEN):
                    await self._transaction.rollback()
            await super().__aexit__(kind, error, trace)
            return
        try:
            await self._transaction.commit()
        except (*LOST, *BROKEN) as lost:
            self._database.note(lost)
            self._session.terminate()
            self._database.give(self._session)
            raise OutcomeUnknown from None
        except BaseException as failed:
            await super().__aexit__(type(failed), failed, None)
            raise
        self._database.takes_changes.went_well()
        await super().__aexit__(None, None, None)


class Database:
    """A pool of sessions under the request role."""

    def __init__(self, url: str, *, size: int, statement_timeout_ms: int) -> None:
        self._url = url
        self._size = size
        self._timeout = statement_timeout_ms
        self._free: list[asyncpg.Connection[Any] | None] = [None] * size
        """Sessions that are not lent; None for one that is to be opened."""
        self._line: deque[asyncio.Future[asyncpg.Connection[Any] | None]] = deque()
        """Who waits for a session. They are handed over in turn: whoever comes later must not be faster."""
        self.faults: Counter[str] = Counter()
        """Faults of the database since the start, by the kind it or its connection reports."""
        self.answers = Outage(_log, "database_failed", "database_answers_again", quiet=QUIET_SECONDS)
        self.takes_changes = Outage(_log, "database_failed", "database_takes_changes_again", quiet=QUIET_SECONDS)
        self._long = LongStatements()
        self._command_seconds = statement_timeout_ms / 1000 + 5
        self.pipelines = Pipelines(partial(self.connect, read_only=True), self._command_seconds)

    @property
    def free(self) -> int:
        """How many sessions are not lent."""
        return len(self._free)

    @property
    def lent(self) -> int:
        """How many sessions are lent."""
        return self._size - len(self._free)

    @property
    def waiting(self) -> int:
        """How many requests wait for a session."""
        return len(self._line)

    async def connect(
        self, *, command_seconds: float | None = None, read_only: bool = False
    ) -> asyncpg.Connection[Any]:
        """Open a session as requests use it; a command may take `command_seconds`, a little more than a statement.

        Raises: DatabaseAway.
        """
        try:
            session = await asyncpg.connect(
                self._url,
                timeout=CONNECT_SECONDS,
                command_timeout=command_seconds or self._command_seconds,
                statement_cache_size=512,
                max_cacheable_statement_size=LONGEST_KEPT,
                max_cached_statement_lifetime=0,
                server_settings={
                    "role": "renxin_app",
                    "application_name": "renxin",
                    "timezone": "UTC",
                    "jit": "off",
                    "plan_cache_mode": "force_generic_plan",
                    # plans are rendered in the order to join them: searching for another takes seconds at 50 joins
                    "join_collapse_limit": "1",
                    "statement_timeout": str(self._timeout),
                    "idle_in_transaction_session_timeout": "30000",
                    **({"default_transaction_read_only": "on"} if read_only else {}),
                },
            )
            await keep_days(session)
        except _UNREACHABLE as error:
            self.note(error)
            raise DatabaseAway from None
        return session

    def note(self, error: Exception) -> None:
        """Count a fault, and tell that the database fails, unless it is told."""
        self.faults[type(error).__name__] += 1
        (self.takes_changes if isinstance(error, _OF_CHANGES) else self.answers).failed(error)

    def session(self) -> Lent:
        """Lend a session; one that breaks in use is not lent again.

        Raises: TooBusy when none becomes free in time; DatabaseAway when it cannot be opened or breaks.
        """
        return Lent(self)

    def change(self) -> LentForChange:
        """Lend a session for one transaction.

        Raises: what `session` raises; OutcomeUnknown.
        """
        return LentForChange(self)

    async def take(self) -> asyncpg.Connection[Any]:
        """Take a session; it must be given back.

        Raises: TooBusy; DatabaseAway.
        """
        session = self._free.pop() if self._free else await self._in_line()
        if session is not None and not session.is_closed():
            return session
        try:
            return await self.connect()
        except BaseException:
            self._hand_on(None)
            raise

    def give(self, session: asyncpg.Connection[Any]) -> None:
        """Give a session back."""
        self._hand_on(None if session.is_closed() else session)

    def _hand_on(self, session: asyncpg.Connection[Any] | None) -> None:
        """Hand a session to the first in line, or keep it."""
        while self._line:
            first = self._line.popleft()
            if not first.done():
                first.set_result(session)
                return
        self._free.append(session)

    async def _in_line(self) -> asyncpg.Connection[Any] | None:
        """Wait in line for a session; the gate keeps the line short."""
        turn: asyncio.Future[asyncpg.Connection[Any] | None] = asyncio.get_running_loop().create_future()
        self._line.append(turn)
        try:
            async with asyncio.timeout(ACQUIRE_SECONDS):
                return await turn
        except TimeoutError:
            self._leave_line(turn)
            raise TooBusy from None
        except BaseException:
            self._leave_line(turn)
            raise

    def _leave_line(self, turn: asyncio.Future[asyncpg.Connection[Any] | None]) -> None:
        """Hand on what was handed over at the very instant at which its request gave up."""
        if turn.done() and not turn.cancelled():
            self._hand_on(turn.result())

    async def close(self) -> None:
        """Close the sessions that are free, and the pipelines."""
        self.pipelines.close()
        while self._free:
            session = self._free.pop()
            if session is not None and not session.is_closed():
                await session.close(timeout=2)

    async def fetch_planned(self, text: str, values: Sequence[Any]) -> Planned | None:
        """Give the one row of a rendered plan, which only reads: from a pipeline if it is quick, else from a session.

        Raises: what `session` raises; TooSlow, ValueRefused.
        """
        try:
            row = await self.pipelines.row(text, values)
        except Elsewhere:
            return await self._fetch_in_session(text, values)
        except Canceled:
            raise TooSlow from None
        except TimeoutError as error:
            self.note(error)
            raise DatabaseAway from None
        self.answers.went_well()
        return None if row is None else _planned(*row)

    async def _fetch_in_session(self, text: str, values: Sequence[Any]) -> Planned | None:
        """Run a plan in a session of its own, and note how long it takes; a long one is planned once in a session, too."""
        async with self.session() as session:
            began = time.monotonic()
            row = await self._long.fetchrow(session, text, values)
            self.pipelines.quick.note(text, time.monotonic() - began)
        return None if row is None else (row[0], row[1])

    async def fetch(self, query: str, /, *values: Any) -> list[asyncpg.Record]:
        """Give all rows of a query of our own."""
        async with self.session() as session:
            rows: list[asyncpg.Record] = await session.fetch(query, *values)
            return rows

    async def fetchrow(self, query: str, /, *values: Any) -> asyncpg.Record | None:
        """Give the first row of a query of our own."""
        async with self.session() as session:
            return await session.fetchrow(query, *values)

    async def execute(self, statement: str, /, *values: Any) -> None:
        """Carry out a statement of our own that writes: it is committed when this returns."""
        async with self.session() as session:
            await session.execute(statement, *values)
        self.takes_changes.went_well()
