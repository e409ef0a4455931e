"""The public keys of an issuer: read from a file or an address we were configured with, never from a token.

In charge of JSON Web Key Sets: which keys of a set may verify, with exactly one algorithm each, and when a
set is read again; and of signing with keys of our own. Refuses symmetric keys, weak keys, keys meant for
another use, and two keys under one id. A set that cannot be read leaves the last good one in force for a day.
Source: RFC 7517; RFC 7518; RFC 8037; RFC 8725 sections 3.1, 3.2, 3.5, 3.10.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import logging
import ssl
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ALGORITHMS = frozenset({"EdDSA", "ES256", "RS256"})
"""The signature algorithms that may be configured for an issuer."""

SET_BYTES = 262_144
"""The longest key set that is read."""

FETCH_SECONDS = 5.0
RETRY_AFTER = timedelta(seconds=30)
"""A key set that could not be read is not read again before this, nor for a key id for which it was read in vain."""

READ_EVERY = timedelta(seconds=6)
"""How often at most a key set is read in the long run, whatever key ids tokens name."""

READ_AT_ONCE = 5
"""How many readings may come sooner one after the other: who invents key ids uses none of them up for long."""

MAX_AGE = timedelta(minutes=10)
"""After this a key set is read again even if it knows the key, so that a withdrawn key ends."""

KEPT_FOR = timedelta(days=1)
"""For how long the last good key set stands in while it cannot be read again."""

MAY_WAIT = 100
"""How many may wait at once for a key set that is being read; a flood of invented key ids is answered without waiting."""

RSA_BITS = range(2048, 8193)
NEVER = datetime(1, 1, 1, tzinfo=UTC)

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_ASKING = {"accept": "application/json", "accept-encoding": "identity", "user-agent": "renxin"}
_PUBLIC_MEMBERS = {"RSA": ("kty", "n", "e"), "EC": ("kty", "crv", "x", "y"), "OKP": ("kty", "crv", "x")}
_WORDS = frozenset({"kty", "crv"})
_PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_BY_SHAPE = {("OKP", "Ed25519"): "EdDSA", ("EC", "P-256"): "ES256", ("RSA", None): "RS256"}
_log = logging.getLogger("renxin.token")


class KeySetUnreadable(Exception):
    """A key set could not be read; the message says why and quotes nothing of it."""


class KeySource(Protocol):
    """Where a key set comes from."""

    async def read(self) -> bytes:
        """Give the JSON of the key set.

        Raises: OSError; KeySetUnreadable.
        """
        ...


@dataclass(frozen=True, slots=True)
class JwksFile:
    """A key set in a file."""

    path: Path

    async def read(self) -> bytes:
        """Give the content of the file."""
        return await asyncio.to_thread(self.path.read_bytes)


@dataclass(frozen=True, slots=True)
class JwksUrl:
    """A key set at an https address, or at an http address of this machine.

    Raises: ValueError for any other address.
    """

    url: str

    def __post_init__(self) -> None:
        """Refuse an address that is not protected on its way."""
        parts = urlsplit(self.url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
            raise ValueError("the address of a key set begins with https://")

    async def read(self) -> bytes:
        """Fetch the key set, without following redirects; it has come as a whole in time, or nothing is left open.

        Raises: KeySetUnreadable for another answer than 200, one that is too long, or none in time.
        """
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                return await self._fetch()
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, TimeoutError) as error:
            raise KeySetUnreadable("no answer") from error

    async def _fetch(self) -> bytes:
        parts, content = urlsplit(self.url), bytearray()
        # what the machine trusts is read anew each time, beside the loop, as it takes a while
        secure = await asyncio.to_thread(ssl.create_default_context) if parts.scheme == "https" else False
        async with (
            httpx.AsyncClient(
                verify=secure, follow_redirects=False, trust_env=parts.hostname not in _LOOPBACK
            ) as client,
            client.stream("GET", self.url, headers=_ASKING, timeout=FETCH_SECONDS) as answer,
        ):
            if answer.status_code != 200:
                raise KeySetUnreadable("another answer than 200")
            async for piece in answer.aiter_raw():
                content += piece
                if len(content) > SET_BYTES:
                    raise KeySetUnreadable("a key set that is too long")
        return bytes(content)


@dataclass(frozen=True, slots=True)
class Key:
    """A public key and the one algorithm it verifies."""

    jwk: jwt.PyJWK
    algorithm: str


class KeySet:
    """The keys of one issuer by key id, read when they are needed."""

    def __init__(self, source: KeySource, algorithms: Iterable[str]) -> None:
        self._source = source
        self._algorithms = frozenset(algorithms)
        self._keys: Mapping[str, Key] = {}
        self._read_at: datetime | None = None
        self._tried_at: datetime | None = None
        self._spent_until: datetime | None = None
        """Until when the readings made so far use up what `READ_EVERY` allows."""
        self._in_vain: dict[str, datetime] = {}
        """When the set was read for a key id that it did not have."""
        self._reading = asyncio.Lock()
        self._waiting = 0

    async def find(self, kid: str, *, now: datetime) -> Key | None:
        """Give the key of an id; None when the issuer has none, or its keys were out of reach too long.

        Who names a key that is not known while they are being read waits for them, as it may be a new one.
        """
        if self._reading.locked():
            if kid not in self._keys and self._waiting < MAY_WAIT:
                await self._wait()
        elif self._is_due(kid, now):
            async with self._reading:
                await self._read(now)
            self._remember(kid, now)
        if self._read_at is None or now - self._read_at > KEPT_FOR:
            return None
        return self._keys.get(kid)

    async def _wait(self) -> None:
        """Wait until the reading that is under way has come to its end."""
        self._waiting += 1
        try:
            async with self._reading:
                pass
        finally:
            self._waiting -= 1

    def trusted_until(self, now: datetime) -> datetime:
        """Give the instant until which what these keys verified need not be verified again."""
        return max((self._read_at or now) + MAX_AGE, now + RETRY_AFTER)

    def _is_due(self, kid: str, now: datetime) -> bool:
        """Tell whether the key set is read for a token: one that was read lately, only for a key id that is new to us."""
        if self._tried_at is not None and self._tried_at != self._read_at and now - self._tried_at < RETRY_AFTER:
            return False
        if self._read_at is None or now - self._read_at >= MAX_AGE:
            return True
        if kid in self._keys or now - self._in_vain.get(kid, NEVER) < RETRY_AFTER:
            return False
        return self._spent_until is None or self._spent_until - now <= (READ_AT_ONCE - 1) * READ_EVERY

    def _remember(self, kid: str, now: datetime) -> None:
        """Remember a key id that was not found, so that its tokens do not make us read again and again."""
        self._in_vain = {one: at for one, at in self._in_vain.items() if now - at < RETRY_AFTER}
        if kid not in self._keys:
            self._in_vain[kid] = now

    async def _read(self, now: datetime) -> None:
        self._tried_at = now
        self._spent_until = max(self._spent_until or now, now) + READ_EVERY
        try:
            content = await self._source.read()
            self._keys = await asyncio.to_thread(usable_keys, content, self._algorithms)
        except (OSError, KeySetUnreadable) as error:
            _log.warning("jwks_unreadable", extra={"kind": type(error.__cause__ or error).__name__})
        else:
            self._read_at = now


def usable_keys(content: bytes, algorithms: frozenset[str]) -> dict[str, Key]:
    """Read a key set: the keys that may verify with one of the algorithms, by id.

    Keys of other kinds and uses are passed over (RFC 7517 section 5); of two with one id neither counts.
    Raises: KeySetUnreadable for content that is too long or no key set.
    """
    if len(content) > SET_BYTES:
        raise KeySetUnreadable("a key set that is too long")
    try:
        entries = json.loads(content.decode())["keys"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise KeySetUnreadable("content that is no key set") from None
    if not isinstance(entries, list):
        raise KeySetUnreadable("content that is no key set")
    named = [entry for entry in entries if isinstance(entry, dict) and isinstance(entry.get("kid"), str)]
    times = Counter(entry["kid"] for entry in named)
    keys = {entry["kid"]: usable_key(entry, algorithms) for entry in named if times[entry["kid"]] == 1}
    return {kid: key for kid, key in keys.items() if key is not None}


def usable_key(entry: Mapping[str, Any], algorithms: frozenset[str]) -> Key | None:
    """Give the key of an entry, whose kind of key decides its algorithm; None when it may not verify."""
    algorithm = _algorithm(entry)
    if algorithm not in algorithms or entry.get("alg", algorithm) != algorithm:
        return None
    operations = entry.get("key_ops", ["verify"])
    if entry.get("use", "sig") != "sig" or not isinstance(operations, list) or "verify" not in operations:
        return None
    public = {name: entry.get(name) for name in _PUBLIC_MEMBERS[entry["kty"]]}
    try:
        key = jwt.PyJWK(public, algorithm)
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    if algorithm == "RS256" and key.key.key_size not in RSA_BITS:
        return None
    return Key(key, algorithm)


def _algorithm(entry: Mapping[str, Any]) -> str | None:
    kind, curve = entry.get("kty"), entry.get("crv")
    if not isinstance(kind, str) or not isinstance(curve, str | None):
        return None
    return _BY_SHAPE.get((kind, curve))


def thumbprint(entry: Mapping[str, Any]) -> str:
    """Give the thumbprint of a public key that is usable: SHA-256 over its members, base64url (RFC 7638).

    It is that of the key, not of its spelling: who spells a key otherwise has not made another one.
    """
    members = json.dumps(public_members(entry), sort_keys=True, separators=(",", ":"))
    return encoded(hashlib.sha256(members.encode()).digest())


def encoded(content: bytes) -> str:
    """Encode bytes as base64url without padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def is_private(entry: Mapping[str, Any]) -> bool:
    """Tell whether a key is given with its private half, or is a shared secret."""
    return not _PRIVATE_MEMBERS.isdisjoint(entry)


def public_members(entry: Mapping[str, Any]) -> dict[str, str]:
    """Give the members of a public key that is usable, in the one spelling that they have, and nothing else."""
    kind = entry["kty"]
    return {name: entry[name] if name in _WORDS else _spelt(kind, entry[name]) for name in _PUBLIC_MEMBERS[kind]}


def _spelt(kind: str, value: str) -> str:
    """Spell a number as it has to be: base64url without padding, spare bits or, in RSA, zeros before it (RFC 7518, 6.3.1)."""
    content = jwt.utils.base64url_decode(value)
    return encoded(content.lstrip(b"\0") if kind == "RSA" else content)


def public_jwk(kid: str, key: Ed25519PrivateKey) -> dict[str, str]:
    """Give the public half of an Ed25519 key as a JSON Web Key (RFC 8037)."""
    x = base64.urlsafe_b64encode(key.public_key().public_bytes_raw()).rstrip(b"=").decode()
    return {"kty": "OKP", "crv": "Ed25519", "x": x, "kid": kid, "use": "sig", "alg": "EdDSA"}


def signed(claims: dict[str, Any], key: Ed25519PrivateKey, *, kid: str, kind: str) -> str:
    """Sign claims as a compact JWT of a kind (`typ`) with EdDSA."""
    return jwt.encode(claims, key, algorithm="EdDSA", headers={"kid": kid, "typ": kind})
