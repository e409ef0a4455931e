"""Canonical JSON: one text for one value, so that what is signed can be made again byte by byte.

Members are sorted by UTF-16 code units, there are no blanks, and only what must be escaped is (RFC 8785).
Numbers are whole, or decimals that keep their digits; refuses floats, whose digits depend on the machine.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any

from domain.strict_json import members, no_constant


class NotCanonical(ValueError):
    """A value has no canonical text; the message names its kind, not the value."""


def canonical(value: object) -> str:
    """Write a value as canonical JSON.

    Raises: NotCanonical for floats, keys that are not text, and what JSON does not know.
    """
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return str(encode_basestring(value))
        case int():
            return str(value)
        case Decimal():
            return _decimal(value)
        case Mapping():
            return "{" + ",".join(_member(key, value[key]) for key in sorted(value, key=_by_code_units)) + "}"
        case list() | tuple():
            return "[" + ",".join(canonical(one) for one in value) + "]"
    raise NotCanonical(f"a {type(value).__name__} has no canonical text")


def parse(text: str | bytes) -> Any:
    """Read JSON so that `canonical` can write it again: decimals keep their digits.

    Raises: ValueError for what is no JSON, a member that stands twice, or a number that is none.
    """
    if isinstance(text, bytes):
        text = text.decode()
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=no_constant, object_pairs_hook=members)
    except RecursionError:
        raise ValueError("JSON that is nested too deeply") from None


def _member(key: str, value: object) -> str:
    return f"{encode_basestring(key)}:{canonical(value)}"


def _by_code_units(key: object) -> bytes:
    if not isinstance(key, str):
        raise NotCanonical("a member whose name is no text")
    return key.encode("utf-16-be", "surrogatepass")


def _decimal(value: Decimal) -> str:
    if not value.is_finite():
        raise NotCanonical("a number that is none")
    return format(value, "f")
