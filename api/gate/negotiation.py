"""Media types: which one an answer takes, whether a body is one we read, whether a browser wants a page.

In charge of the headers Accept and Content-Type. The more specific range of Accept decides over a wildcard,
then the higher weight, then what is named over what a wildcard lets through, then the order. Without Accept,
or for a wildcard alone, the answer is application/json, which every client reads.
Source: RFC 9110 sections 8.3 and 12.5.1; GraphQL over HTTP, "Media Types", "Accept" and "Body".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from api.gate.http_errors import NotAcceptable

JSON = b"application/json; charset=utf-8"
RESPONSE_JSON = b"application/graphql-response+json; charset=utf-8"

_WEIGHT = re.compile(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?")
_UTF_8 = ("utf-8", "utf8")
_OFFERED = ((JSON, "application/json"), (RESPONSE_JSON, "application/graphql-response+json"))


@lru_cache(maxsize=64)
def negotiate(accept: bytes | None) -> bytes:
    """Choose the content type of an answer.

    Raises: NotAcceptable.
    """
    if accept is None or not accept.strip():
        return JSON
    ranges = _ranges(accept)
    found = [(_rank(ranges, name), kind) for kind, name in _OFFERED]
    rank, kind = max(found, key=lambda one: one[0])
    if rank[0] == 0:
        raise NotAcceptable
    return kind


@lru_cache(maxsize=64)
def wants_page(accept: bytes) -> bool:
    """Tell a browser that opens an address from a client that takes JSON."""
    if b"text/html" not in accept.lower():
        return False
    ranges = _ranges(accept)
    page = ranges.get("text/html", (0.0, 0))
    return page[0] > 0 and all(
        page > ranges[name] for name in ("application/json", "application/graphql-response+json") if name in ranges
    )


@lru_cache(maxsize=64)
def is_json(content_type: bytes) -> bool:
    """Tell whether a Content-Type is application/json in UTF-8."""
    name, options = _parts(content_type.decode("latin-1"))
    return name == "application/json" and options.get("charset", "utf-8") in _UTF_8


def _rank(ranges: Mapping[str, tuple[float, int]], name: str) -> tuple[float, bool, int]:
    """Rank a media type: its weight, whether it is named, how early."""
    for place in (name, f"{name.partition('/')[0]}/*", "*/*"):
        if place in ranges:
            weight, position = ranges[place]
            return weight, place == name, position if place == name else 0
    return 0.0, False, 0


def _ranges(accept: bytes) -> Mapping[str, tuple[float, int]]:
    """Read Accept: for each range its weight and, as a number that falls, its place in the list."""
    found: dict[str, tuple[float, int]] = {}
    for position, (name, options) in enumerate(_each(accept)):
        if options.get("charset", "utf-8") in _UTF_8:
            written = options.get("q", "1")
            weight = float(written) if _WEIGHT.fullmatch(written) else 0.0
            found.setdefault(name, (weight, -position))
    return found


def _each(accept: bytes) -> Iterator[tuple[str, Mapping[str, str]]]:
    return (_parts(one) for one in accept.decode("latin-1").split(","))


def _parts(text: str) -> tuple[str, Mapping[str, str]]:
    """Take a media range apart: its name and its parameters, in lower case."""
    name, *parameters = (part.strip() for part in text.lower().split(";"))
    pairs = (parameter.partition("=") for parameter in parameters)
    return name, {key.strip(): value.strip().strip('"') for key, _, value in pairs}
