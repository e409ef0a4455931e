"""Refused callers: why, for those who run the service; never who, and nothing of what was sent.

In charge of one log line and one count for each refusal before a request has a caller: the fault of a token, or the
code of the refusal, or what was sent is no request at all. Of many refusals for one reason within a minute only the first
ones are logged, and then how many there were: whoever sends bad tokens does not fill the disk. Source: 上海12; RFC 6750
section 5.
"""

from __future__ import annotations

import logging
from collections import Counter
from datetime import datetime, timedelta

from authz.assertion import ClientRefused
from authz.token import TokenInvalid
from domain.errors import DomainError

LINES = 20
"""How many refusals for one reason are logged one by one in a window."""

WINDOW = timedelta(minutes=1)

NOTE_REFUSAL = "note_refusal"
"""Under which name the protocol finds where to note one in the state of the server's lifespan."""

_log = logging.getLogger("renxin.access")


class Refusals:
    """The refusals of one process by reason."""

    def __init__(self) -> None:
        self.by_reason: Counter[str] = Counter()
        """How many there have been since the start."""
        self._window: datetime | None = None
        self._logged: Counter[str] = Counter()

    def note(self, error: DomainError, now: datetime) -> None:
        """Count a refusal, and log it unless many like it were logged in this window."""
        reason = error.reason.value if isinstance(error, TokenInvalid | ClientRefused) else error.code.lower()
        self.by_reason[reason] += 1
        if self._window is None or not timedelta(0) <= now - self._window < WINDOW:
            self._tell_left_out()
            self._window = now
            self._logged.clear()
        self._logged[reason] += 1
        if self._logged[reason] <= LINES:
            _log.warning("caller_refused", extra={"fault": reason, "code": error.code})

    def _tell_left_out(self) -> None:
        for reason, count in self._logged.items():
            if count > LINES:
                _log.warning("callers_refused", extra={"fault": reason, "count": count - LINES})
