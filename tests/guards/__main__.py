"""`python -m tests.guards [NAME …]`: take each guard out in turn and tell whether a test fails.

Without names all of them; a name may be that of a guard, of a table, or the beginning of either. `--list` prints the
table, `--unnamed` the places in which something is refused with a code and no test is named in `tests/refused.toml`;
`--workers` says how many are taken out at a time; `--folder` keeps the databases of the runs for another time.
`--verdicts` adds what became of each to a file, with its seconds and the commit: what was killed there at the same
commit is left out, and the test that failed last time is run first. Exit status 1 where a guard survived or its run
broke.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.guards.guard import Guard
from tests.guards.index import guards
from tests.guards.refusals import load_everything, unnamed
from tests.guards.session import KILLED
from tests.guards.verdicts import Verdicts
from tests.guards.workers import judged

NICE = 5


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m tests.guards", description=__doc__)
    parser.add_argument("names", nargs="*", help="guards or tables, or how they begin")
    parser.add_argument("--list", action="store_true", help="print the guards and take none out")
    parser.add_argument("--unnamed", action="store_true", help="print the refusals for which no test is named")
    parser.add_argument("--workers", type=int, default=1, help="how many guards are taken out at a time")
    parser.add_argument("--folder", type=Path, help="where the databases of the runs are kept")
    parser.add_argument("--verdicts", type=Path, help="a file of verdicts to carry on from and to add to")
    asked = parser.parse_args()
    load_everything()
    if asked.unnamed:
        print(*unnamed(), sep="\n")
        return 0
    chosen = [guard for guard in guards() if not asked.names or _is_asked(guard, asked.names)]
    if asked.list:
        for guard in chosen:
            print(f"{guard.table:12} {guard.name:44} {guard.keeps}")
        return 0
    os.nice(NICE)
    verdicts = Verdicts(asked.verdicts or Path(os.devnull))
    with tempfile.TemporaryDirectory(prefix="renxin-guards-") as temporary:
        folder = asked.folder or Path(temporary)
        return _take_out(list(verdicts.left(chosen)), folder.resolve(), asked.workers, verdicts)


def _is_asked(guard: Guard, names: list[str]) -> bool:
    return any(one.startswith(name) for name in names for one in (guard.name, guard.table))


def _take_out(chosen: list[Guard], folder: Path, workers: int, verdicts: Verdicts) -> int:
    counted: Counter[str] = Counter()
    begun = time.monotonic()
    for outcome in judged(chosen, folder, workers):
        guard = outcome.guard
        counted[outcome.verdict] += 1
        verdicts.add(outcome)
        print(f"{outcome.verdict:9} {outcome.seconds:6} {guard.table:12} {guard.name:44} {outcome.test}", flush=True)
    became = ", ".join(f"{count} {verdict}" for verdict, count in sorted(counted.items())) or "none judged"
    print(f"{len(chosen)} guards in {(time.monotonic() - begun) / 60:.0f} min: {became}")
    return 0 if counted[KILLED] == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main())
