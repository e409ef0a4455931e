"""Identifiers of rows: UUIDv7, made by the application, so that rows sort by time and no sequence is shared."""

from __future__ import annotations

import os
import time
from uuid import UUID

_VERSION_AND_VARIANT = (0x7 << 76) | (0x2 << 62)


def new_id() -> UUID:
    """Make a UUIDv7 (RFC 9562): 48 bits of milliseconds, 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10))
    return UUID(int=(milliseconds << 80) | _VERSION_AND_VARIANT | (random & 0x0FFF << 64) | (random & (1 << 62) - 1))
