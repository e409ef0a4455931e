"""Days and instants as they are written: one form each, and nothing that only resembles it.

Refuses the other forms of ISO 8601 (20260701, 2026-W27-3, 2026-07), digits that are not ASCII, and an instant without
its offset, which is another instant in every zone. A cell of a file has forms of its own: `domain.credit.data_items`.
Source: RFC 3339 5.6; GB/T 7408.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final

from domain.errors import InvalidInput

DAY_FORM: Final = "2026-03-01"
INSTANT_FORM: Final = "2026-03-01T08:00:00+08:00"

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)


def written_day(text: str) -> date:
    """Read a day.

    Raises: ValueError, without the text, for anything but a real day in its one form.
    """
    if _DAY.fullmatch(text) is None:
        raise ValueError(f"write it as {DAY_FORM}")
    return date.fromisoformat(text)


def written_instant(text: str) -> datetime:
    """Read an instant; what it has beyond microseconds is left out.

    Raises: ValueError, without the text, for anything but a real instant with its offset in its one form.
    """
    if _INSTANT.fullmatch(text) is None:
        raise ValueError(f"write it as {INSTANT_FORM}")
    return datetime.fromisoformat(text)


def require_day(name: str, text: str) -> date:
    """Read the day of an address.

    Raises: InvalidInput, naming the parameter.
    """
    try:
        return written_day(text)
    except ValueError:
        raise InvalidInput(
            f"{name} is no day: write it as {DAY_FORM}.", zh=f"{name} 不是日期：请写作 {DAY_FORM}。", field=name
        ) from None
