"""`python -m tests.guards.session NAME TEST …`: a guard whose text has been taken out of the files, judged by its tests.

In charge of judging guards, several of them one after the other within one session of pytest: the tests that a guard
names are run without it until one fails; that one is run again with it and must pass. Where it does not, what went
before may be to blame: on ground of its own it must pass with the guard and fail without, or the session ends. A line of
JSON tells of each. A guard that cannot be taken out of a loaded process, or that has spoiled the session, is handed back
(`anew`).
"""

from __future__ import annotations

import gc
import json
import re
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from tests.guards import preparation, swapping
from tests.guards.guard import Guard
from tests.guards.keeping import kept_from_databases

KILLED, SURVIVED, BROKEN, ANEW = "killed", "survived", "broken", "anew"
_HOW = (
    "-q",
    "--tb=line",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:logging",
    "-W",
    "ignore::pytest.PytestAssertRewriteWarning",
)
_MARK = "guard: "


@dataclass(frozen=True, slots=True)
class Told:
    """What a session tells of a guard: its name, what became of it, the first test that failed, and how long it took."""

    name: str
    verdict: str
    test: str = ""
    seconds: float = 0.0


class _Judging:
    """Takes the place of pytest's own loop over the tests."""

    def __init__(self, asked: Sequence[Guard], *, removed: bool) -> None:
        self._asked, self._removed = asked, removed

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Judge each guard by its tests."""
        gc.unfreeze()  # what the tests' ground has set aside is looked through for the code to exchange
        for guard in self._asked:
            items = [item for item in session.items if any(is_of(item.nodeid, test) for test in guard.tests)]
            items.sort(key=lambda item: (item.nodeid == guard.tests[0], _likeness(guard, item)), reverse=True)
            begun = time.monotonic()
            verdict, test = self._judged(guard, items)
            _tell(Told(guard.name, verdict, test, round(time.monotonic() - begun, 1)))
            if verdict == ANEW and test:
                break
        return True

    def _judged(self, guard: Guard, items: Sequence[pytest.Item]) -> tuple[str, str]:
        if not items:
            return BROKEN, "no such test"
        try:
            return self._tried(guard, items)
        except RuntimeError as fault:
            return (BROKEN if self._removed else ANEW), str(fault)[-200:]

    def _tried(self, guard: Guard, items: Sequence[pytest.Item]) -> tuple[str, str]:
        with self._without(guard, items) as possible:
            if not possible:
                return ANEW, ""
            failed = next((item for item in items if not _passes(item)), None)
        if failed is None:
            return SURVIVED, ""
        if self._removed or _passes(failed):
            return KILLED, failed.nodeid
        return self._tried_apart(guard, failed)

    def _tried_apart(self, guard: Guard, failed: pytest.Item) -> tuple[str, str]:
        """Judge a guard by one test on ground of its own, each time made anew."""
        _clear(failed)
        if not guard.cuts or not _passes(failed):
            return ANEW, f"it fails with the guard as well: {failed.nodeid}"
        _clear(failed)
        with self._without(guard, [failed]):
            passes = _passes(failed)
        _clear(failed)
        return (ANEW, f"it fails after others only: {failed.nodeid}") if passes else (KILLED, failed.nodeid)

    @contextmanager
    def _without(self, guard: Guard, items: Sequence[pytest.Item]) -> Iterator[bool]:
        if self._removed or guard.anew:
            yield self._removed
            return
        if guard.cuts:
            with swapping.taken_out(guard.cuts) as possible:
                yield possible
            return
        _passes(items[0])  # its fixtures make the database from which the guard is taken
        with kept_from_databases(guard):
            yield True


def _next(item: pytest.Item, *, elsewhere: bool = False) -> Any:
    """Give what pytest is told comes after a test: another of its module, or `elsewhere`, so that no fixture of its module stays."""
    chain = item.listchain()[: 1 if elsewhere else -1]
    return SimpleNamespace(listchain=lambda: chain)


def _passes(item: pytest.Item) -> bool:
    """Run a test; whatever it shares with the next one of its module stays for it.

    Raises: RuntimeError when it could not begin, or ended badly although it had passed.
    """
    item.session._setupstate.teardown_exact(_next(item))
    item._initrequest()  # type: ignore[attr-defined]
    reports = runtestprotocol(item, nextitem=_next(item), log=False)
    if any(report.failed for report in reports if report.when == "call"):
        return False
    fault = next((str(report.longrepr) for report in reports if report.failed), None)
    if fault is not None:
        raise RuntimeError(fault)
    return True


def _clear(item: pytest.Item) -> None:
    """Take down what a test shares with others of its module."""
    item.session._setupstate.teardown_exact(_next(item, elsewhere=True))


def _likeness(guard: Guard, item: pytest.Item) -> int:
    """Tell how many words of a guard stand in the name of a test: the likeliest to fail is tried first."""
    said = set(re.findall(r"[a-z]{3,}", f"{guard.name} {guard.keeps}".lower()))
    return len(said & set(re.findall(r"[a-z]{3,}", item.name.lower())))


def is_of(node: str, test: str) -> bool:
    """Tell whether a test is that which is named, or one of those."""
    return node == test or node.startswith((f"{test}[", f"{test}::", f"{test}/"))


def _tell(told: Told) -> None:
    print(f"\n{_MARK}{json.dumps(asdict(told))}", flush=True)


def heard(line: str) -> Told | None:
    """Read a line of a session's output; None for what pytest has written."""
    return Told(**json.loads(line.removeprefix(_MARK))) if line.startswith(_MARK) else None


def judge(asked: Sequence[Guard], *, removed: bool = False) -> None:
    """Judge guards, one after the other."""
    pytest.main([*_HOW, *dict.fromkeys(test.partition("[")[0] for guard in asked for test in guard.tests)],
                plugins=[preparation, _Judging(asked, removed=removed)])  # fmt: skip


if __name__ == "__main__":
    judge([Guard("", sys.argv[1], "", (), tuple(sys.argv[2:]))], removed=True)
