"""Several processes that judge guards at the same time, each on ground of its own.

In charge of sharing guards out: those with tests in the same file go together, as what such tests share is then made
once, in portions that keep no process waiting for another at the end.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from itertools import groupby
from multiprocessing.queues import SimpleQueue
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

from tests.guards.guard import Guard
from tests.guards.removal import Outcome, file_of, ground

PORTION = 25
_FORK = multiprocessing.get_context("fork")

_Portions = Sequence[Sequence[Guard]]


def judged(chosen: Sequence[Guard], folder: Path, workers: int) -> Iterator[Outcome]:
    """Judge guards; one whose process ended before its time is missing."""
    portions = sorted(_portions(chosen), key=len, reverse=True)
    taken = _FORK.Value("i", 0)
    told: SimpleQueue[Outcome | None] = _FORK.SimpleQueue()
    running = [_FORK.Process(target=_work, args=(portions, taken, folder / str(one), told)) for one in range(workers)]
    for process in running:
        process.start()
    for _ in running:
        yield from iter(told.get, None)


def _portions(chosen: Sequence[Guard]) -> Iterator[Sequence[Guard]]:
    for _, each in groupby(sorted(chosen, key=file_of), key=file_of):
        together = tuple(each)
        yield from (together[at : at + PORTION] for at in range(0, len(together), PORTION))


def _work(portions: _Portions, taken: Synchronized[int], folder: Path, told: SimpleQueue[Outcome | None]) -> None:
    """Judge one portion after the other until none is left."""
    try:
        with ground(folder) as made:
            while (portion := _next(portions, taken)) is not None:
                for outcome in made.judge(portion):
                    told.put(outcome)
    finally:
        told.put(None)


def _next(portions: _Portions, taken: Synchronized[int]) -> Sequence[Guard] | None:
    with taken.get_lock():
        taken.value += 1
        return portions[taken.value - 1] if taken.value <= len(portions) else None
