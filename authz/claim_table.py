"""The cells of the table of claims, and where a token has the claim that a cell names.

Refuses cells that are missing, empty, very long or not printable, naming the line. Source: OpenID Connect Core 5.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

VALUE_LENGTH = 500


class ClaimRulesInvalid(ValueError):
    """The table of claims cannot be used; the message says what is wrong."""


def lines_of(entry: Mapping[str, Any], name: str, where: str) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Give the lines of one kind, and what each is called in a message.

    Raises: ClaimRulesInvalid.
    """
    lines = entry.get(name, [])
    if not isinstance(lines, list) or not all(isinstance(one, dict) for one in lines):
        raise ClaimRulesInvalid(f"{name} that is no list of lines in {where}")
    return ((one, f"{name} {number} of {where}") for number, one in enumerate(lines, start=1))


def text_of(entry: Mapping[str, Any], name: str, where: str) -> str:
    """Give a cell that holds a text.

    Raises: ClaimRulesInvalid.
    """
    value = entry.get(name)
    if not _is_text(value):
        raise ClaimRulesInvalid(f"no {name} in {where}")
    return str(value)


def texts_of(entry: Mapping[str, Any], name: str, where: str) -> tuple[str, ...]:
    """Give a cell that holds a list of texts; none where it is left out.

    Raises: ClaimRulesInvalid.
    """
    values = entry.get(name, [])
    if not isinstance(values, list) or not all(_is_text(each) for each in values):
        raise ClaimRulesInvalid(f"{name} that is no list of texts in {where}")
    return tuple(values)


def claim_of(claims: Mapping[str, Any], name: str) -> Any:
    """Find a claim by its name, or by a path of names with dots: realm_access.roles."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for part in name.split("."):
        if not isinstance(found, Mapping):
            return None
        found = found.get(part)
    return found


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= VALUE_LENGTH and value.isprintable()
