"""A file of verdicts: what became of which guard, in how many seconds, at which commit of the code.

In charge of carrying on from an earlier run: what was seen killed at the commit of now is not taken out again, and
elsewhere the test that failed without a guard last time is run first.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from tests.guards.guard import ROOT, Guard
from tests.guards.removal import Outcome
from tests.guards.session import KILLED, is_of


class Verdicts:
    """The verdicts of one file, and those that are added to it."""

    def __init__(self, path: Path) -> None:
        self._path, self._commit = path, _commit()
        self._done: set[str] = set()
        self._failed: dict[str, str] = {}
        for line in path.read_text("utf-8").splitlines() if path.exists() else ():
            self._hear(**json.loads(line))

    def _hear(self, name: str, verdict: str, test: str, commit: str, **_: object) -> None:
        if verdict == KILLED:
            self._failed[name] = test
            if commit == self._commit:
                self._done.add(name)

    def left(self, chosen: Sequence[Guard]) -> Iterator[Guard]:
        """Give the guards that are still to be taken out, each with the likeliest test first."""
        for guard in chosen:
            failed = self._failed.get(guard.name, "")
            if guard.name in self._done:
                continue
            is_named = any(is_of(failed, test) for test in guard.tests)
            yield replace(guard, tests=(failed, *guard.tests)) if is_named else guard

    def add(self, outcome: Outcome) -> None:
        """Note what became of a guard."""
        guard = outcome.guard
        line = {
            "name": guard.name, "table": guard.table, "verdict": outcome.verdict, "test": outcome.test,
            "seconds": outcome.seconds, "commit": self._commit,
        }  # fmt: skip
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def _commit() -> str:
    """Name the commit of the code, marked where something was changed since."""
    asked = ["git", "describe", "--always", "--dirty", "--abbrev=12", "--match="]
    said = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    return said.stdout.strip() or "unknown"
