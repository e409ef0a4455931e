"""The demonstration callers as a table for the terminal, in which a Chinese character is two columns wide."""

from __future__ import annotations

import unicodedata

from api.demo.callers import CALLERS


def caller_table() -> str:
    """Write the demonstration callers as a table for the terminal."""
    rows = [("caller", "roles", "who 谁"), *((one.sub, ",".join(one.roles), one.display) for one in CALLERS)]
    widths = [max(_width(row[column]) for row in rows) for column in range(3)]
    return "\n".join(
        "  " + "  ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
