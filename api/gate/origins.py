"""Headers for browsers: which pages of other origins may ask (CORS), and what holds for every answer.

In charge of reading the settings into header lines once, at start. Without settings no other origin is let in.
Credentials are never allowed: tokens travel in the header Authorization, which a page has to be given.
Source: Fetch Standard, "CORS protocol"; RFC 6797; OWASP secure headers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Header = tuple[bytes, bytes]

ANY = "*"
PREFLIGHT_SECONDS = 600
METHODS = b"GET, HEAD, OPTIONS, POST"
ASKED = b"authorization, content-type, dpop, renxin-name, renxin-office, renxin-purpose"
SHOWN = b"retry-after, www-authenticate"


@dataclass(frozen=True, slots=True)
class Origins:
    """The origins whose pages may ask, and the header lines of every answer."""

    allowed: frozenset[str] = frozenset()
    always: tuple[Header, ...] = ()

    def of(self, origin: bytes | None) -> Sequence[Header]:
        """Give the header lines of an answer to a page of an origin."""
        if not self.allowed:
            return self.always
        if not self._lets_in(origin):
            return (*self.always, (b"vary", b"origin"))
        assert origin is not None
        return (
            *self.always,
            (b"vary", b"origin"),
            (b"access-control-allow-origin", origin),
            (b"access-control-expose-headers", SHOWN),
        )

    def preflight(self, origin: bytes | None) -> Sequence[Header]:
        """Give the header lines that answer a browser that asks before it sends."""
        if not self._lets_in(origin):
            return self.of(origin)
        return (
            *self.of(origin),
            (b"access-control-allow-methods", METHODS),
            (b"access-control-allow-headers", ASKED),
            (b"access-control-max-age", str(PREFLIGHT_SECONDS).encode()),
        )

    def _lets_in(self, origin: bytes | None) -> bool:
        if origin is None or not self.allowed:
            return False
        return ANY in self.allowed or origin.decode("latin-1") in self.allowed


def origins(*, allowed: Sequence[str], hsts_seconds: int) -> Origins:
    """Read the settings into header lines."""
    always: list[Header] = [(b"referrer-policy", b"no-referrer"), (b"x-frame-options", b"DENY")]
    if hsts_seconds:
        always.append((b"strict-transport-security", f"max-age={hsts_seconds}; includeSubDomains".encode()))
    return Origins(frozenset(allowed), tuple(always))
