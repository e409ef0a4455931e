"""The gate: how many requests a process works on at once. Any beyond that are turned away.

A request enters when all of it has arrived, so that slow clients occupy no place, and leaves when its answer is ready.
A queue longer than the service can work off helps nobody: the client has gone, its request is carried out all the same,
and everybody behind it waits too. So fewer are admitted while those inside take longer than they should: by Little's
law, the number inside follows from the time they take. Refusing early costs a tenth of answering; refusing late costs as
much as answering.

Refusals are sent a moment later, many together: a client that is refused at once often asks again at once, and 800 such
clients left those inside with a tenth of what the service can do.
Source: RFC 9110 sections 10.2.3 and 15.6.4.
"""

from __future__ import annotations

import asyncio
import time
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import ClassVar

from api.postgres.database import TooBusy

GATE = "gate"
"""The name under which the protocol finds the gate in the state of the server's lifespan."""

WEIGHT = 1 / 32
"""The weight of the latest request in the moving average of how long requests take."""

HOLD_SECONDS = 0.1
"""How long a refusal is held back at most."""


@dataclass(slots=True)
class Gate:
    """Counts the requests under way: `with gate.entered():` around each of them."""

    BOUNDS: ClassVar = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
    """Upper bounds of the buckets of the metric of durations. Units: seconds."""

    most: int
    """How many may be under way while they take as long as they should."""

    most_connections: int
    """How many connections may be open."""

    least: int
    """How many may be under way however long they take."""

    aim: float
    """How long they should take on average, in seconds."""

    clock: Callable[[], float] = time.monotonic
    under_way: int = 0
    coming: int = 0
    """How many have arrived in this round of the event loop and will enter before the next one begins."""

    turned_away: int = 0
    """How many were turned away."""

    limit: int = field(init=False)
    """How many may be under way now."""

    taken: float = 0.0
    """How long those that have left took, in seconds: a moving average."""

    seconds: float = 0.0
    """How long they took together."""

    durations: list[int] = field(default_factory=lambda: [0] * (len(Gate.BOUNDS) + 1))
    """How many requests fell into each bucket."""

    _held: list[Callable[[], None]] = field(default_factory=list)
    """What sends the refusals that are held back."""

    def __post_init__(self) -> None:
        """Let the most in until it is known how long requests take."""
        self.limit = self.most

    @property
    def is_full(self) -> bool:
        """Whether one more would be turned away, once those that are coming have entered."""
        return self.under_way + self.coming >= self.limit

    def expect(self, loop: asyncio.AbstractEventLoop) -> None:
        """Count a request that arrives: of many that arrive in one round, those beyond the limit must not be started either."""
        if self.coming == 0:
            loop.call_soon(self._settle)
        self.coming += 1

    def _settle(self) -> None:
        self.coming = 0

    def turn_away(self, loop: asyncio.AbstractEventLoop, tell: Callable[[], None]) -> None:
        """Count a request beyond the limit; `tell` sends its refusal, together with others."""
        self.turned_away += 1
        if not self._held:
            loop.call_later(HOLD_SECONDS, self._tell)
        self._held.append(tell)

    def _tell(self) -> None:
        held, self._held = self._held, []
        for tell in held:
            tell()

    def entered(self) -> Entered:
        """Give the context manager of a request under way.

        Raises: TooBusy when the gate is full.
        """
        if self.under_way >= self.limit:
            self.turned_away += 1
            raise TooBusy
        return Entered(self)

    def leave(self, seconds: float) -> None:
        """Count a request that took some seconds, and set the limit by how long requests take."""
        self.under_way -= 1
        self.seconds += seconds
        self.durations[bisect_left(self.BOUNDS, seconds)] += 1
        self.taken += (seconds - self.taken) * WEIGHT
        self.limit = self.most if self.taken <= self.aim else max(self.least, int(self.most * self.aim / self.taken))


class Entered:
    """A request that is under way."""

    __slots__ = ("_gate", "_since")

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def __enter__(self) -> None:
        """Count the request as under way."""
        self._gate.under_way += 1
        self._since = self._gate.clock()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Tell the gate how long it took."""
        self._gate.leave(self._gate.clock() - self._since)
