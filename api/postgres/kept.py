"""A server that is kept running: one that ends unasked, whatever ended it, is started again.

It may be killed when memory is short, end itself when its disk is full, and fail to recover until there is room; its
supervisor may be killed. Whoever uses it finds it where it was, and nobody has to start the service anew for it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from api.postgres.supervised import Supervised

FIRST_PAUSE_SECONDS: Final = 1.0
LONGEST_PAUSE_SECONDS: Final = 30.0
"""Between two starts: twice as long after each that came to nothing."""

_log = logging.getLogger("renxin")


class KeptServer:
    """A server that runs already, and what starts it again."""

    def __init__(self, running: Supervised, start: Callable[[], Supervised]) -> None:
        self._running, self._start = running, start
        self._asked_to_end = threading.Event()
        self._changing = threading.Lock()
        self._keeper = threading.Thread(target=self._keep, name="postgres-keeper", daemon=True)
        self._keeper.start()

    def end(self) -> None:
        """Have the server shut down for good, and wait for its end."""
        self._asked_to_end.set()
        with self._changing:
            self._running.end()
        self._keeper.join()

    def _keep(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            began = time.monotonic()
            status = self._running.wait()
            if time.monotonic() - began > LONGEST_PAUSE_SECONDS:
                pause = FIRST_PAUSE_SECONDS
            if pause == FIRST_PAUSE_SECONDS and not self._asked_to_end.is_set():
                _log.error("database_server_ended", extra={"status": status})
            if self._asked_to_end.wait(pause):
                return
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
            self._start_again()

    def _start_again(self) -> None:
        with self._changing, suppress(OSError):  # no process can be started now: the run that ended is waited for again
            if not self._asked_to_end.is_set():
                self._running.end()
                self._running = self._start()
