"""A partner's machine for tests: its keys, and assertions and proofs that may be wrong in one way."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from functools import cache
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.client import ISSUER, NOW, Client

SECONDS = int(NOW.timestamp())
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_TIMES = ("exp", "iat", "nbf")


@cache
def private_key(name: str) -> Ed25519PrivateKey:
    """Make the key of a name, once."""
    return Ed25519PrivateKey.generate()


def pem(name: str) -> str:
    """Give the public half as PEM."""
    form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    return private_key(name).public_key().public_bytes(*form).decode()


def private_pem(name: str) -> str:
    """Give the private half as PEM."""
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return private_key(name).private_bytes(*form).decode()


def jwk(name: str) -> dict[str, str]:
    """Give the public half as a JSON Web Key."""
    return {"kty": "OKP", "crv": "Ed25519", "x": encoded(private_key(name).public_key().public_bytes_raw())}


def private_jwk(name: str) -> dict[str, str]:
    """Give both halves as a JSON Web Key."""
    return {**jwk(name), "d": encoded(private_key(name).private_bytes_raw())}


def kid(name: str) -> str:
    """Give the thumbprint, computed by hand (RFC 7638)."""
    members = f'{{"crv":"Ed25519","kty":"OKP","x":"{jwk(name)["x"]}"}}'
    return encoded(hashlib.sha256(members.encode()).digest())


def encoded(content: bytes) -> str:
    """Encode as base64url without padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def changed(good: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Give members with changes; "-" leaves one out, and times are seconds from now."""
    found = {**good, **{name: SECONDS + one if name in _TIMES and one != "-" else one for name, one in changes.items()}}
    return {name: one for name, one in found.items() if one != "-"}


def signed(header: Mapping[str, Any], claims: Mapping[str, Any], key: str) -> str:
    """Sign whatever is given, whatever algorithm the header claims."""
    text = f"{encoded(json.dumps(header).encode())}.{encoded(json.dumps(claims).encode())}"
    return f"{text}.{encoded(private_key(key).sign(text.encode()))}"


def assertion(client: str, key: str, *, header: Mapping[str, Any] = {}, claims: Mapping[str, Any] = {}) -> str:
    """Make a client assertion, with changes."""
    good = {"iss": client, "sub": client, "aud": ISSUER, "iat": SECONDS, "exp": SECONDS + 120, "jti": str(uuid4())}
    return signed(changed({"alg": "EdDSA", "typ": "JWT"}, header), changed(good, claims), key)


def proof(
    key: str,
    *,
    path: str = "/graphql",
    token: str | None = None,
    header: Mapping[str, Any] = {},
    claims: Mapping[str, Any] = {},
) -> str:
    """Make a proof of possession for a POST, with changes."""
    good = {"htm": "POST", "htu": ISSUER + path, "iat": SECONDS, "jti": str(uuid4())}
    if token is not None:
        good["ath"] = encoded(hashlib.sha256(token.encode()).digest())
    return signed(changed({"alg": "EdDSA", "typ": "dpop+jwt", "jwk": jwk(key)}, header), changed(good, claims), key)


async def ask_for_token(
    client: Client, text: str, more: Mapping[str, str] = {}, *, headers: Mapping[str, str] = {}
) -> Any:
    """Ask the token endpoint; give the response."""
    form = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION_TYPE, "client_assertion": text}
    return await client.http.post("/oauth/token", data={**form, **more}, headers=dict(headers))


def content(token: str) -> dict[str, Any]:
    """Read the claims of a token without judging it."""
    found: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return found
