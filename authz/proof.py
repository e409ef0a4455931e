"""Proofs of possession (DPoP): that whoever sends a request holds the key to which its token is bound.

In charge of one proof: a JWT that the client signs anew for each request with its own key, naming method, address,
instant and the token. Refuses, with the one answer for bad tokens, a proof for another method, address or token, one
that is old or from the future, and one with a private key in it. That it is used once is `authz.proof_use`.
Source: RFC 9449 sections 4.2, 4.3, 7.1.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from authz.token import (
    ID_LENGTH,
    LEEWAY,
    Fault,
    TokenInvalid,
    check_header,
    check_signature,
    instant_of,
    name_of,
    parts,
)
from authz.token_keys import ALGORITHMS, encoded, is_private, thumbprint, usable_key

PROOF_AGE = timedelta(minutes=2)
"""How old a proof may be when it arrives."""

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof that holds: of which key, by which use, until when the use is remembered."""

    key: str
    """Thumbprint of the key (RFC 7638)."""
    use: str
    """Digest of key and id: what may be used once."""
    until: datetime


def read_proof(text: str, *, method: str, address: str, token: str | None, now: datetime) -> Proof:
    """Read a proof for a request with a method to an address, under a token; without one at the token endpoint.

    Raises: TokenInvalid.
    """
    header, payload = parts(text)
    check_header(header, may_bring="jwk")
    entry = header.get("jwk")
    if header.get("typ") != "dpop+jwt" or not isinstance(entry, dict) or is_private(entry):
        raise TokenInvalid(Fault.PROOF)
    key = usable_key(entry, ALGORITHMS)
    if key is None:
        raise TokenInvalid(Fault.PROOF)
    check_signature(text, header, key)
    if payload.get("htm") != method or not _same_address(payload.get("htu"), address):
        raise TokenInvalid(Fault.PROOF)
    if payload.get("ath") != (None if token is None else token_digest(token)):
        raise TokenInvalid(Fault.PROOF)
    issued = instant_of(payload.get("iat"))
    if not now - PROOF_AGE <= issued <= now + LEEWAY or not _in_time(payload, now):
        raise TokenInvalid(Fault.PROOF)
    mark = thumbprint(entry)
    use = use_of("proof", mark, name_of(payload.get("jti"), ID_LENGTH))
    return Proof(mark, use, issued + PROOF_AGE + 2 * LEEWAY)


def _in_time(payload: Mapping[str, Any], now: datetime) -> bool:
    """Tell whether a proof holds by times that it need not have (RFC 7519 sections 4.1.4 and 4.1.5)."""
    begun = "nbf" not in payload or instant_of(payload["nbf"]) <= now + LEEWAY
    return begun and ("exp" not in payload or now < instant_of(payload["exp"]) + LEEWAY)


def use_of(*names: str) -> str:
    """Give the digest under which a use is remembered: whose, and its id."""
    return encoded(hashlib.sha256("\0".join(names).encode()).digest())


def token_digest(token: str) -> str:
    """Give the digest of a token that a proof names as `ath`."""
    return encoded(hashlib.sha256(token.encode()).digest())


def _same_address(given: Any, expected: str) -> bool:
    """Compare addresses without query and fragment, in the spelling of RFC 3986 section 6.2."""
    if not isinstance(given, str) or not given.isprintable():
        return False
    try:
        return _plain(given) == _plain(expected)
    except ValueError:
        return False


def _plain(address: str) -> tuple[str, str | None, int | None, str]:
    found = urlsplit(address)
    if found.username is not None:
        raise ValueError("a user in an address")
    scheme = found.scheme.lower()
    return scheme, found.hostname, found.port or _PORTS.get(scheme), found.path or "/"
