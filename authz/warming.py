"""Versions that wait for their decision are expanded before they become active.

In charge of that no request of any process waits for Casbin at the moment of an activation: each process looks every
second for versions that may become active next (`Callers.warm`), and expands them beside its requests. Where none was
found in time the first request under the new version waits for its expansion; nothing is answered under the old one.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Protocol

from domain.outage import Outage

EVERY_SECONDS = 1.0
_log = logging.getLogger("renxin.policy")


class Warmed(Protocol):
    """What is kept warm: the callers of a process."""

    async def warm(self) -> None:
        """Expand the versions that may become active next."""
        ...


async def run_warming(callers: Warmed, *, every: float = EVERY_SECONDS) -> None:
    """Expand versions that wait for their decision, until cancelled; a database that is away is tried again.

    Of looks that fail one after the other the first is logged, and when they go well again.
    """
    outage = Outage(_log, "policies_not_warmed", "policies_warmed_again")
    while True:
        await asyncio.sleep(every)
        with outage:
            await callers.warm()
