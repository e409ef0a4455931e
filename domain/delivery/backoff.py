"""How long the push waits between attempts, and what an answer's status means: data in `backoff.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from importlib import resources

Dice = Callable[[], float]
"""Gives a number from 0 to 1 by chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """The figures of the push. Units: `_seconds` seconds; `jitter` a share of a pause."""

    answer_seconds: float
    lease_seconds: float
    lanes: int
    idle_seconds: float
    failures: int
    first_seconds: float
    factor: float
    longest_seconds: float
    jitter: float
    refused: frozenset[int]
    """Statuses with which the platform refuses the event itself."""
    away: frozenset[int]
    """Statuses that say nothing of the event: the platform is away, or shut to us."""

    def pause(self, attempt: int, dice: Dice) -> timedelta:
        """Give the pause after an attempt, the first being 1."""
        steps = min(attempt - 1, 64)
        longest = min(self.longest_seconds, self.first_seconds * self.factor**steps)
        return timedelta(seconds=longest * (1 - self.jitter * dice()))

    @property
    def lease(self) -> timedelta:
        """For how long an event is one worker's."""
        return timedelta(seconds=self.lease_seconds)


def default_backoff() -> Backoff:
    """Read the figures that ship."""
    given = tomllib.loads(resources.files("domain.delivery").joinpath("backoff.toml").read_text("utf-8"))
    answers, pause = given.pop("answers"), given.pop("pause")
    return Backoff(**given, **pause, refused=frozenset(answers["refused"]), away=frozenset(answers["away"]))
