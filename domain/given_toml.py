"""TOML that people hand in: what would take a reader longer than its length is worth is refused before it is read.

The reader of the standard library walks a dotted key anew at each of its dots, so that a file of one such key holds up
everybody for minutes. Nothing that anybody hands in here has tables within tables within tables.
Source: TOML 1.0, Keys (dotted keys).
"""

from __future__ import annotations

import re
import tomllib
from typing import Any, Final

MOST_PARTS: Final = 8
"""Parts of one key."""

_TEXTS: Final = re.compile(
    r'"""(?:\\.|(?!""").)*+(?:"""|\Z)|\'\'\'.*?(?:\'\'\'|\Z)|"(?:\\.|[^"\\\n])*+"?|\'[^\'\n]*+\'?|#[^\n]*+', re.DOTALL
)
"""Strings and comments, in which dots mean nothing."""

_LONG_KEY: Final = re.compile(rf'(?<![\w".-])(?:(?:[\w-]++|"")[ \t]*+\.[ \t]*+){{{MOST_PARTS}}}')


def read_toml(text: str) -> dict[str, Any]:
    """Read a file.

    Raises: ValueError for what is no TOML, is nested too deeply, or has a key of more parts than `MOST_PARTS`.
    """
    if _LONG_KEY.search(_TEXTS.sub('""', text)):
        raise ValueError("a key of too many parts")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
