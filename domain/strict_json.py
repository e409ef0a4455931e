"""JSON to the letter: what Python's reader lets through though two readers would understand it differently.

For `object_pairs_hook` and `parse_constant`. Source: RFC 8259 sections 4 and 6; RFC 7515 section 4.
"""

from __future__ import annotations

from typing import Any, NoReturn


def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Give an object.

    Raises: ValueError for a member that stands twice.
    """
    read = dict(pairs)
    if len(read) != len(pairs):
        raise ValueError("a member stands twice")
    return read


def no_constant(word: str) -> NoReturn:
    """Take no NaN and no Infinity for a number.

    Raises: ValueError.
    """
    raise ValueError(f"{word} is no number")
