"""Pipelines: sessions that take statements while others in them are under way, for those known to be quick.

What it saves is waiting and waking up: a session lent to one request stands idle while that request's answer crosses the
loop, and each answer wakes both processes. In exchange a statement waits for those before it in its session. So only
statements come here that were quick in a session of their own, and one that proves slow goes back there.
Whatever cannot be answered here (a session is lost, a value is refused) is asked again in a session of its own, which
says what is the matter: these statements only read.
"""

from __future__ import annotations

import asyncio
import itertools
import math
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import asyncpg

from api.config.settings import PIPELINES
from api.postgres import wire
from api.postgres.long_statements import LONGEST_KEPT
from domain.errors import DomainError

MOST_UNDER_WAY: Final = 64
"""How many statements may be under way in one; what comes beyond that takes a session of its own."""

QUICK_SECONDS: Final = 0.1
"""What takes longer is not quick; on a busy machine most statements take a tenth of that."""

SLOW_RUNS: Final = 3
"""How often in a row a statement must not be quick to be slow: a process with too much to do is late with every answer."""

STUCK_SECONDS: Final = 0.3
"""Behind a statement that takes longer nothing is sent."""

MOST_KEPT: Final = 256
"""How many statements are known as quick, and how many a session keeps prepared."""

RETRY_SECONDS: Final = 10.0
"""How long none is opened after one could not be."""

CANCELED: Final = "57014"
"""The SQLSTATE of a statement that took longer than it may."""


class Elsewhere(Exception):
    """The statement was not answered here: ask in a session of its own."""


class Canceled(Exception):
    """The statement took longer than a statement may."""


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A statement under way: its text, and who waits for its row."""

    text: str
    row: asyncio.Future[wire.Row | None]

    def answer(self, row: wire.Row | None) -> None:
        """Hand over the row, unless nobody waits for it any more."""
        if not self.row.done():
            self.row.set_result(row)

    def fail(self, error: Exception) -> None:
        """Tell that there is no answer, unless nobody waits for one any more."""
        if not self.row.done():
            self.row.set_exception(error)


class Quick:
    """The texts of statements that were quick in a session of their own, and have not proved slow since."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}
        """How often in a row each has not been quick by now."""

    def __contains__(self, text: str) -> bool:
        return text in self._known

    def note(self, text: str, seconds: float) -> None:
        """Note how long a statement took: in a session of its own, or if it is known, from the end of the one before."""
        slow_runs = self._known.get(text)
        if seconds > QUICK_SECONDS or len(text) > LONGEST_KEPT:
            if slow_runs is not None:
                self._count(text, slow_runs + 1)
        elif slow_runs is None:
            if len(self._known) >= MOST_KEPT:
                del self._known[next(iter(self._known))]
            self._known[text] = 0
        elif slow_runs:
            self._known[text] = 0

    def _count(self, text: str, slow_runs: int) -> None:
        if slow_runs < SLOW_RUNS:
            self._known[text] = slow_runs
        else:
            self.drop(text)

    def drop(self, text: str) -> None:
        """Let a statement run in a session of its own, until it is quick there."""
        self._known.pop(text, None)


class Pipeline(asyncio.Protocol):
    """A session that takes statements while others are under way in it.

    asyncpg opens it, as it knows how to sign in; then this reads and writes its transport instead of asyncpg.
    """

    def __init__(
        self, session: asyncpg.Connection[Any], quick: Quick, patience: float, ended: Callable[[Pipeline], None]
    ) -> None:
        self._session = session
        self._quick = quick
        self._patience = patience
        self._ended: Callable[[Pipeline], None] | None = ended
        self._loop = asyncio.get_running_loop()
        self._transport: Any = session._transport  # there is no public way to it
        self._transport.set_protocol(self)
        self._answers = wire.Answers()
        self._names: dict[str, bytes] = {}
        """The names under which the server keeps statements, by their texts, those kept longest first."""
        self._outdated: list[bytes] = []
        """The names of statements that the server shall forget."""
        self._numbers = itertools.count()
        self._under_way: deque[Asked] = deque()
        self._since = 0.0
        """When the first of those under way became the first."""
        self._watch: asyncio.TimerHandle | None = None

    def room(self, now: float) -> int:
        """Tell how many statements it would take: none behind one that proves slow."""
        if self._under_way and now - self._since > STUCK_SECONDS:
            return 0
        return MOST_UNDER_WAY - len(self._under_way)

    def ask(self, text: str, values: Sequence[Any], now: float) -> asyncio.Future[wire.Row | None]:
        """Send a statement; its row comes in its turn.

        Raises: Elsewhere for a value that is not written here; what awaiting the row raises is told by `Pipelines.row`.
        """
        name = self._names.get(text)
        new = name or b"p%d" % next(self._numbers)
        try:
            message = wire.run(new, values)
        except (wire.Unwritable, UnicodeEncodeError):
            raise Elsewhere from None
        if name is None:
            message = self._prepare(new, text) + message
        self._transport.write(message)
        if not self._under_way:
            self._since = now
            if self._watch is None:
                self._watch = self._loop.call_later(self._patience, self._look)
        asked = Asked(text, self._loop.create_future())
        self._under_way.append(asked)
        return asked.row

    def _prepare(self, name: bytes, text: str) -> bytes:
        """Write that a statement is to be kept, and no more than as many as may be."""
        if len(self._names) >= MOST_KEPT:
            self._outdated.append(self._names.pop(next(iter(self._names))))
        self._names[text] = name
        forgotten = b"".join(map(wire.forget, self._outdated))
        self._outdated.clear()
        return forgotten + wire.prepare(name, text)

    def data_received(self, data: bytes) -> None:
        """Hand out the answers that came, each to whom it is for; end where the server says what answers nothing."""
        try:
            answers = self._answers.feed(data)
        except wire.Unexpected:
            self.end(Elsewhere())
            return
        for answer in answers:
            if not self._under_way:
                self.end(Elsewhere())
                return
            self._hand_out(self._under_way.popleft(), answer)

    def _hand_out(self, asked: Asked, answer: wire.Row | wire.Refused | None) -> None:
        now = self._loop.time()
        took, self._since = now - self._since, now
        if not isinstance(answer, wire.Refused):
            self._quick.note(asked.text, took)
            asked.answer(answer)
            return
        self._quick.drop(asked.text)
        if name := self._names.pop(asked.text, None):  # it may be what the server refused
            self._outdated.append(name)
        asked.fail(Canceled() if answer.code == CANCELED else Elsewhere())

    def _look(self) -> None:
        """End when the server has been silent for longer than a statement may take."""
        self._watch = None
        if self._under_way:
            left = self._since + self._patience - self._loop.time()
            if left <= 0:
                self.end(TimeoutError())
            else:
                self._watch = self._loop.call_later(left, self._look)

    def connection_lost(self, error: Exception | None) -> None:
        """End, as the server or the network did."""
        self.end(Elsewhere())

    def end(self, error: Exception) -> None:
        """Let go of the session; what is under way is told why."""
        if self._ended is None:
            return
        self._ended(self)
        self._ended = None
        if self._watch is not None:
            self._watch.cancel()
        self._session.terminate()
        while self._under_way:
            self._under_way.popleft().fail(error)


class Pipelines:
    """The pipelines of a process; they are opened when they are needed."""

    def __init__(self, connect: Callable[[], Awaitable[asyncpg.Connection[Any]]], patience: float) -> None:
        self.quick = Quick()
        self._connect = connect
        self._patience = patience
        self._open: list[Pipeline] = []
        self._opening = False
        self._not_before = -math.inf

    async def row(self, text: str, values: Sequence[Any]) -> wire.Row | None:
        """Give the row of a statement that is known as quick.

        Raises: Elsewhere; Canceled; TimeoutError when the server has been silent for too long.
        """
        if text not in self.quick:
            raise Elsewhere
        loop = asyncio.get_running_loop()
        if len(self._open) < PIPELINES and not self._opening and loop.time() >= self._not_before:
            await self._open_another(loop)
        now = loop.time()
        best, most = None, 0
        for one in self._open:
            room = one.room(now)
            if room > most:
                best, most = one, room
        if best is None:
            raise Elsewhere
        return await best.ask(text, values, now)

    async def _open_another(self, loop: asyncio.AbstractEventLoop) -> None:
        """Open one, unless that fails: then statements go elsewhere, where it is told, and it is tried again later."""
        self._opening = True
        try:
            session = await self._connect()
            self._open.append(Pipeline(session, self.quick, self._patience, self._open.remove))
        except DomainError:
            self._not_before = loop.time() + RETRY_SECONDS
        finally:
            self._opening = False

    def __len__(self) -> int:
        """Give how many are open."""
        return len(self._open)

    def close(self) -> None:
        """End all of them."""
        for one in tuple(self._open):
            one.end(Elsewhere())
