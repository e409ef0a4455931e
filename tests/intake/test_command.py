"""`renxin import` is a process that hands a file in, and holds nothing of the service that answers requests."""

from __future__ import annotations

import subprocess
import sys

LOADED = (
    "import api.cli.main, api.cli.record_import, sys; print([name for name in sys.argv[1:] if name in sys.modules])"
)


def test_the_command_loads_neither_the_schema_nor_the_service() -> None:
    """Issue 6 §1, at most 300 MB whatever the file: they are some 60 of them, and three seconds of each start."""
    heavy = ("api.schema", "strawberry", "api.assembly", "api.app", "domain.oversight.imports")
    told = subprocess.run([sys.executable, "-c", LOADED, *heavy], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "['domain.oversight.imports']"
