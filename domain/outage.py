"""Outages: background work that fails again and again is told when that begins, once an hour, and when it is over.

In charge of a few lines of the log instead of one every second: the first failure of each kind, a reminder with how many
there were, and when the work goes on again how many it were in all and for how long. And in charge of that it goes on: work
that ended with an error that nobody thought of would be done by nobody, and nothing would tell.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from types import TracebackType
from typing import Final

from domain.errors import frames

REMIND_SECONDS: Final = 3_600.0


class Outage:
    """The failures of one work since it last succeeded: `with outage:` around each go at it.

    Whatever fails in there is counted, told and over with: the next go may succeed. With `quiet`, in seconds, it is over when the work has gone well for so long: where much is done at once, some of it
    fails while some goes well.
    """

    def __init__(
        self,
        log: logging.Logger,
        failing: str,
        over: str,
        *,
        quiet: float = 0.0,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._log, self._failing, self._over, self._quiet, self._seconds = log, failing, over, quiet, seconds
        self._since = 0.0
        self._well_since: float | None = None
        self._count = 0
        self._told_at: dict[str, float] = {}
        """When each kind of failure was last told."""

    def __enter__(self) -> None:
        """Begin a go."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> bool:
        """Count how it went; go on unless it was cancelled."""
        if error is None:
            self.went_well()
        elif isinstance(error, Exception):
            self.failed(error)
        else:
            return False
        return True

    def failed(self, error: Exception) -> None:
        """Count a failure; log it when it is the first of its kind, or that was told an hour ago."""
        kind, now = type(error).__name__, self._seconds()
        if not self._count:
            self._since = now
        self._count += 1
        self._well_since = None
        if now - self._told_at.get(kind, -math.inf) >= REMIND_SECONDS:
            self._told_at[kind] = now
            self._log.error(self._failing, extra={"kind": kind, "count": self._count, "frames": frames(error)})

    def went_well(self) -> None:
        """Log that it is over, if anything had failed."""
        if not self._count:
            return
        now = self._seconds()
        if self._well_since is None:
            self._well_since = now
        if now - self._well_since >= self._quiet:
            seconds = round(self._well_since - self._since)
            self._log.warning(self._over, extra={"count": self._count, "seconds": seconds})
            self._count = 0
            self._told_at.clear()
