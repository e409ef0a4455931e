"""Texts that people hand in: what may be stored at all, and how long it may be.

Refuses NUL, other control characters and halves of characters, which a database or a reader would choke on.
"""

from __future__ import annotations

import re
from typing import Final

from domain.errors import InvalidInput

_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def writable(text: str) -> bool:
    """Tell whether a text can be stored."""
    return text.isprintable() or _UNWRITABLE.search(text) is None


def require_text(name: str, text: str, *, longest: int) -> str:
    """Give a text without blanks around it.

    Raises: InvalidInput when it is empty, too long, or cannot be stored; it names the field, not the text.
    """
    plain = text.strip()
    if not plain or len(plain) > longest or not writable(plain):
        raise InvalidInput(
            f"{name} has 1 to {longest} characters and no control characters: correct it.",
            zh=f"{name} 应为1至{longest}个字符且不含控制字符：请更正。",
            field=name,
        )
    return plain
