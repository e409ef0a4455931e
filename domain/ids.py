"""Identifiers of rows: UUIDv7, made by the application, so that rows sort by time and no sequence is shared."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from uuid import UUID

_VERSION_AND_VARIANT = (0x7 << 76) | (0x2 << 62)
_TICKS_PER_MILLISECOND = 1 << 12
_NANOSECONDS_PER_MILLISECOND = 1_000_000


def maker(clock: Callable[[], int] = time.time_ns) -> Callable[[], UUID]:
    """Give a maker of identifiers that only ever go up, also within one instant and when the clock is set back.

    UUIDv7 (RFC 9562, method 3): 48 bits of milliseconds, 12 bits of a millisecond's parts, 62 random bits. What one process
    did later sorts later, so a story told in the order of its identifiers is told as it happened.
    Units: `clock` tells nanoseconds since 1970.
    """
    last = 0

    def make() -> UUID:
        nonlocal last
        last = max(last + 1, clock() * _TICKS_PER_MILLISECOND // _NANOSECONDS_PER_MILLISECOND)
        milliseconds, part = divmod(last, _TICKS_PER_MILLISECOND)
        random = int.from_bytes(os.urandom(8)) & (1 << 62) - 1
        return UUID(int=milliseconds << 80 | part << 64 | _VERSION_AND_VARIANT | random)

    return make


new_id = maker()
