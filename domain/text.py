"""Texts that people hand in: what may be stored at all, how long it may be, and how a table hands it to a spreadsheet.

Refuses NUL, other control characters and halves of characters, which a database or a reader would choke on. Source:
OWASP, CSV Injection (what a spreadsheet would calculate is written so that it does not).
"""

from __future__ import annotations

import re
from typing import Final
from unicodedata import category

from domain.errors import InvalidInput

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""How a cell begins that a spreadsheet calculates; Chinese and Japanese ones take the wide signs as well."""
_AMOUNT: Final = re.compile("[+-]?[0-9][0-9.,]*%?")
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


_FILLER: Final = re.compile("[\x85\u115f\u1160\u2800\u3164\uffa0]")
"""Letters and signs that look like blanks, or end a line for some readers only."""

_NO_WIDTH: Final = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u2060-\u2064\ufeff]")
"""What comes along with what is copied from a page: nobody sees it, and it changes the order of no Chinese text."""

_UNSEEN: Final = frozenset({"Cf", "Zl", "Zp"})
"""Signs of no width, those that turn the writing round, and those that only some readers take for the end of a line."""


def writable(text: str) -> bool:
    """Tell whether a text can be stored."""
    return text.isprintable() or _UNWRITABLE.search(text) is None


def all_seen(text: str) -> bool:
    """Tell whether all of a text is seen, line by line as it is stored, and in the order it is written."""
    if _FILLER.search(text) is not None:
        return False
    return text.isprintable() or not any(category(one) in _UNSEEN for one in set(text))


def as_seen(text: str) -> str:
    """Give a number or a name without signs of no width: with one and without, it is the same to whoever reads it."""
    return text if text.isprintable() else _NO_WIDTH.sub("", text)


def inert(text: str) -> str:
    """Give a cell of a table as a spreadsheet shows it and does not calculate it; plain amounts stay as they are."""
    return f"'{text}" if text.startswith(_FORMULA) and not _AMOUNT.fullmatch(text) else text


def as_handed_in(cell: str) -> str:
    """Give what stood in a cell before `inert` was made of it."""
    return cell[1:] if cell.startswith("'") and inert(cell[1:]) == cell else cell


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


def require_name(name: str, text: str, *, longest: int) -> str:
    """Give what somebody is called by, without blanks around it: all of it is seen, and in the order it is written.

    Raises: InvalidInput, also for what is not seen or turns the writing round: another one's name would be shown.
    """
    plain = require_text(name, text, longest=longest)
    if not all_seen(plain):
        raise InvalidInput(
            f"{name} holds characters that are not seen or turn the writing round: correct it.",
            zh=f"{name} 含有不可见字符或者改变书写方向的字符：请更正。",
            field=name,
        )
    return plain


def require_seen(name: str, text: str, *, longest: int) -> str:
    """Give a number or a name by which something or somebody is known, as it is seen.

    Raises: InvalidInput, as `require_name`.
    """
    return require_name(name, as_seen(text), longest=longest)
