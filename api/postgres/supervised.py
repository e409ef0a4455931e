"""One run of a program of PostgreSQL's under `api.postgres.supervisor`.

In charge of starting the supervisor, of the pipe by which it notices that this process is gone, and of what the
program said. Knows nothing of what is run.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from api.postgres.home import PostgresHome


class Supervised:
    """A program that a supervisor runs, and ends when `end` is called or this process is gone.

    Raises: OSError where no process can be started.
    """

    def __init__(
        self, home: PostgresHome, lock: int, command: Sequence[str], *, stdin: int = subprocess.DEVNULL
    ) -> None:
        reading, self._owner_pipe = os.pipe()
        self._home, self._is_asked_to_end = home, False
        ours = (f"--owner-pipe={reading}", f"--keep-open={lock}", f"--home={home.path}")
        supervisor = str(Path(__file__).with_name("supervisor.py"))
        try:
            with home.open_log() as log:
                self._log_start = os.fstat(log.fileno()).st_size
                self._process = subprocess.Popen(
                    [sys.executable, "-I", "-S", supervisor, *ours, "--", *command],
                    stdin=stdin,
                    stdout=log,
                    stderr=log,
                    cwd=home.path,
                    env={name: value for name, value in os.environ.items() if not name.startswith("PG")},
                    pass_fds=(reading, lock),
                    start_new_session=True,
                )
        except BaseException:
            os.close(self._owner_pipe)
            raise
        finally:
            os.close(reading)

    @property
    def runs(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    def feed(self, text: str) -> int:
        """Give the program its input and wait for its end; give its exit code."""
        with suppress(BrokenPipeError):
            self._process.communicate(text.encode())
        return self._process.wait()

    def said(self) -> str:
        """Give what was written to the log since its start."""
        return self._home.log_since(self._log_start)

    def wait(self) -> int:
        """Wait for its end; give its exit code."""
        return self._process.wait()

    def end(self) -> None:
        """Have it shut down, unless it was asked to, and wait for its end."""
        if not self._is_asked_to_end:
            self._is_asked_to_end = True
            os.close(self._owner_pipe)
        self._process.wait()
