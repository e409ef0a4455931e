"""`renxin import` is a process that hands a file in, and holds nothing of the service that answers requests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOADED = (
    "import api.cli.main, api.cli.record_import, sys; print([name for name in sys.argv[1:] if name in sys.modules])"
)


def test_the_command_loads_neither_the_schema_nor_the_service() -> None:
    """Issue 6 §1, at most 300 MB whatever the file: they are some 60 of them, and three seconds of each start."""
    heavy = ("api.schema", "strawberry", "api.assembly", "api.app", "domain.oversight.imports")
    told = subprocess.run([sys.executable, "-c", LOADED, *heavy], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "['domain.oversight.imports']"


def test_who_reads_no_further_than_the_first_lines_is_told_of_no_fault() -> None:
    """`renxin … | head -1`: the pipe is closed before all is said, which is no fault of the database."""
    command = [sys.executable, "-m", "api.cli.main", "rulebook", "coverage"]
    run = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert run.stdout is not None
    assert run.stderr is not None
    run.stdout.close()
    assert (run.stderr.read(), run.wait()) == ("", 0)
    run.stderr.close()
