"""`python -m tests.guards [NAME …]`: take each guard out in turn and tell whether a test fails.

Without names all of them; a name may be that of a guard, of a table, or the beginning of either. `--list` prints the
table; `--folder` keeps the databases of the runs for another time. Exit status 1 where a guard survived or its run
broke.
"""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

import api
import authz
import domain
from tests.guards.guard import Guard
from tests.guards.index import guards
from tests.guards.removal import ground
from tests.guards.session import KILLED

NICE = 5


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m tests.guards", description=__doc__)
    parser.add_argument("names", nargs="*", help="guards or tables, or how they begin")
    parser.add_argument("--list", action="store_true", help="print the guards and take none out")
    parser.add_argument("--folder", type=Path, help="where the databases of the runs are kept")
    asked = parser.parse_args()
    chosen = [guard for guard in guards() if not asked.names or _is_asked(guard, asked.names)]
    if asked.list:
        for guard in chosen:
            print(f"{guard.table:12} {guard.name:44} {guard.keeps}")
        return 0
    os.nice(NICE)
    if asked.folder:
        return _take_out(chosen, asked.folder.resolve())
    with tempfile.TemporaryDirectory(prefix="renxin-guards-") as folder:
        return _take_out(chosen, Path(folder))


def _is_asked(guard: Guard, names: list[str]) -> bool:
    return any(one.startswith(name) for name in names for one in (guard.name, guard.table))


def _take_out(chosen: list[Guard], folder: Path) -> int:
    verdicts: Counter[str] = Counter()
    _load_everything()
    with ground(folder) as made:
        for outcome in made.judge(chosen):
            guard = outcome.guard
            verdicts[outcome.verdict] += 1
            print(f"{outcome.verdict:9} {guard.table:12} {guard.name:44} {outcome.test}", flush=True)
    print(", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items())))
    return 0 if set(verdicts) <= {KILLED} else 1


def _load_everything() -> None:
    """Load what the tests use, once for all processes that are forked."""
    for room in (api, authz, domain):
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)


if __name__ == "__main__":
    sys.exit(main())
