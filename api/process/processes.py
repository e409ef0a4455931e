"""Several processes that serve together (`RENXIN_WORKERS`), under a parent that starts a new one where one has ended.

In charge of how long they are kept up: once one has served, another that cannot start is tried again, as a database that is
away for a moment when a process is replaced must not end those that serve. What cannot start at all ends at once.
A hung-up terminal ends them as one process, what is under way first.
"""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable
from socket import socket
from typing import Final

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors.multiprocess import Multiprocess, Process

ANSWERS_WITHIN: Final = 30
"""Units: seconds. After this a process that does not answer its parent is replaced; a busy machine starts one in ten."""

_LOOKED_AT_FOR: Final = 0.1
"""Units: seconds."""

_log = logging.getLogger("renxin")


class Processes(Multiprocess):
    """The processes and their parent, which tells once that the first of them serves."""

    def __init__(self, config: uvicorn.Config, sockets: list[socket], ready: Callable[[], None]) -> None:
        when_hung_up = signal.getsignal(signal.SIGHUP)
        super().__init__(config, sockets)
        if when_hung_up is signal.SIG_IGN:
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
        self._ready = ready
        self._has_served = False

    def keep_subprocess_alive(self) -> None:
        """Start a new process for each that has ended or answers no more; stop where none could ever start."""
        if self.should_exit.is_set():
            return
        for place, process in enumerate(self.processes):
            if process.is_alive(timeout=ANSWERS_WITHIN):
                continue
            process.kill()
            process.join()
            if process.exitcode == STARTUP_FAILURE and not self._has_served:
                self.should_exit.set()
                return
            _log.error("process_started_anew", extra={"code": process.exitcode})
            self.processes[place] = Process(self.config, self.sockets)
            self.processes[place].start()
        self._tell_once()

    def handle_hup(self) -> None:
        """End them."""
        self.handle_term()

    def _tell_once(self) -> None:
        if not self._has_served and any(process.is_ready(timeout=_LOOKED_AT_FOR) for process in self.processes):
            self._has_served = True
            self._ready()
