"""The built-in issuer: access tokens for trial, made by the service itself.

In charge of making RFC 9068 tokens with the Ed25519 keys of one folder, and of publishing the public halves
of a folder's keys. Refuses to work where the settings name no folder: only the embedded default does, a real
deployment has an identity provider. Its keys sign nothing else; reports have a folder of their own.
Source: RFC 9068 section 2.2; RFC 8037.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from authz.token import MAX_LIFETIME, Issuer
from authz.token_keys import KeySetUnreadable, public_jwk, signed
from domain.errors import DomainError, InvalidInput
from domain.keys import KeyFault, read_signing_keys


class IssuerNotAllowed(DomainError):
    """The built-in issuer is switched off: use an access token of your identity provider."""

    code = "ISSUER_NOT_ALLOWED"
    zh = "内置令牌签发已关闭：请使用身份认证系统签发的令牌。"


class LifetimeInvalid(InvalidInput):
    """A token lives for at least a second and at most a day: choose a lifetime within that."""

    code = "LIFETIME_INVALID"
    zh = "令牌有效期应为一秒至一天：请重新选择。"


@dataclass(frozen=True, slots=True)
class JwksFolder:
    """The public halves of all keys `<key id>.pem` of a folder, as a key set; read anew each time."""

    directory: Path

    async def read(self) -> bytes:
        """Give the JSON of the key set.

        Raises: KeySetUnreadable.
        """
        return json.dumps(jwks(self.directory)).encode()


class BuiltInIssuer:
    """Issues tokens under one name, for one audience."""

    def __init__(self, directory: Path, *, issuer: str, audience: str) -> None:
        self.directory = directory
        self._issuer = issuer
        self._audience = audience

    @property
    def trusted(self) -> Issuer:
        """This issuer as the token reader knows it."""
        return Issuer(self._issuer, self._audience, ("EdDSA",), JwksFolder(self.directory))

    def mint(
        self,
        sub: str,
        *,
        client_id: str,
        lifetime: timedelta,
        now: datetime,
        confirmation: Mapping[str, str] | None = None,
    ) -> str:
        """Make an access token for a subject, valid from now; `confirmation` is what it is bound to (`cnf`).

        Raises: LifetimeInvalid; KeySetUnreadable.
        """
        if not timedelta(seconds=1) <= lifetime <= MAX_LIFETIME:
            raise LifetimeInvalid
        kid, key = next(iter(_keys(self.directory).items()))
        issued = int(now.timestamp())
        claims: dict[str, object] = {
            "iss": self._issuer,
            "sub": sub,
            "aud": self._audience,
            "client_id": client_id,
            "iat": issued,
            "exp": issued + int(lifetime.total_seconds()),
            "jti": secrets.token_urlsafe(16),
        }
        if confirmation:
            claims["cnf"] = dict(confirmation)
        return signed(claims, key, kid=kid, kind="at+jwt")

    async def has_account(self, connection: asyncpg.Connection[Any], sub: str) -> bool:
        """Tell whether an account is registered under this issuer for the bearer of its tokens."""
        registered = "SELECT EXISTS (SELECT FROM account WHERE issuer = $1 AND sub = $2)"
        found: bool = await connection.fetchval(registered, self._issuer, sub)
        return found

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """Give the public halves of all its keys."""
        return jwks(self.directory)


def open_issuer(directory: Path | None, *, issuer: str, audience: str) -> BuiltInIssuer:
    """Give the built-in issuer over the folder that the settings name for it.

    Raises: IssuerNotAllowed when they name none.
    """
    if directory is None:
        raise IssuerNotAllowed
    return BuiltInIssuer(directory, issuer=issuer, audience=audience)


def jwks(directory: Path) -> dict[str, list[dict[str, str]]]:
    """Give the public halves of all keys of a folder as a key set, the current one first.

    Retired keys stay in the folder, so that what they signed can still be verified.
    Raises: KeySetUnreadable.
    """
    return {"keys": [public_jwk(kid, key) for kid, key in _keys(directory).items()]}


def _keys(directory: Path) -> Mapping[str, Ed25519PrivateKey]:
    """Read every `<key id>.pem` of a folder; the one whose name sorts last is current and comes first."""
    try:
        return read_signing_keys(directory)
    except KeyFault as fault:
        raise KeySetUnreadable(str(fault)) from None
