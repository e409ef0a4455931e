"""The days that an address names: `?from=2026-01-01&to=2026-03-31`, and the day as of whose end, `&asOf=2026-04-10`.

Refuses days that are none, or missing.
"""

from __future__ import annotations

from datetime import date

from starlette.requests import Request

from domain.errors import InvalidInput
from domain.oversight.quality import Period, require_period
from domain.written_time import require_day


def asked_period(request: Request, *, today: date) -> Period:
    """Give the days of an address, as of today unless a past day is named.

    Raises: InvalidInput.
    """
    first, last, as_of = (_day(request, name) for name in ("from", "to", "asOf"))
    if first is None or last is None:
        raise InvalidInput("Name the first and the last day: from and to.", zh="请写明起止日期 from、to。")
    return require_period(first, last, as_of, today=today)


def _day(request: Request, name: str) -> date | None:
    """Read a day from the address.

    Raises: InvalidInput.
    """
    given = request.query_params.get(name)
    return None if given is None else require_day(name, given)
