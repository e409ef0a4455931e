"""An identity provider for tests: keys of every algorithm, and tokens that are wrong in exactly one way."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from authz.token import Issuer, TokenReader

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
NAME = "https://id.example"
AUDIENCE = "renxin"
OMITTED = object()


@cache
def private_key(kid: str) -> Any:
    """Make the key of an id, once; its first letters say of which algorithm."""
    if kid.startswith("ed"):
        return ed25519.Ed25519PrivateKey.generate()
    if kid.startswith("es"):
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def algorithm(kid: str) -> str:
    """Give the algorithm of a key id."""
    return {"ed": "EdDSA", "es": "ES256", "rs": "RS256"}[kid[:2]]


def jwk(kid: str) -> dict[str, Any]:
    """Give the public half of a key as a JSON Web Key."""
    kinds: dict[str, Any] = {
        "EdDSA": jwt.algorithms.OKPAlgorithm,
        "ES256": jwt.algorithms.ECAlgorithm,
        "RS256": jwt.algorithms.RSAAlgorithm,
    }
    public = kinds[algorithm(kid)].to_jwk(private_key(kid).public_key(), as_dict=True)
    return {**public, "kid": kid, "use": "sig", "alg": algorithm(kid), "key_ops": ["verify"]}


@dataclass
class Keys:
    """A key source in memory that counts how often it is read, and can be out of reach."""

    kids: list[str]
    reads: int = 0
    unreachable: bool = False
    extra: list[dict[str, Any]] = field(default_factory=list)

    async def read(self) -> bytes:
        """Give the key set."""
        self.reads += 1
        if self.unreachable:
            raise OSError
        return json.dumps({"keys": [jwk(kid) for kid in self.kids] + self.extra}).encode()


def reader(keys: Keys, **options: Any) -> TokenReader:
    """Give a token reader that trusts one issuer with these keys."""
    return TokenReader([Issuer(NAME, AUDIENCE, ("EdDSA", "ES256", "RS256"), keys)], **options)


def header(kid: str = "ed1", /, **changes: Any) -> dict[str, Any]:
    """Give a good header, with changes."""
    return _changed({"alg": algorithm(kid), "typ": "at+jwt", "kid": kid}, changes)


def claims(**changes: Any) -> dict[str, Any]:
    """Give good claims, with changes."""
    good = {
        "iss": NAME,
        "sub": "clerk-1",
        "aud": AUDIENCE,
        "client_id": "portal",
        "iat": SECONDS - 60,
        "exp": SECONDS + 3600,
        "jti": "t-1",
    }
    return _changed(good, changes)


def token(head: dict[str, Any] | None = None, body: dict[str, Any] | None = None, *, key: str = "ed1") -> str:
    """Sign whatever header and claims are given, right or wrong, with the key of an id."""
    return sign(_json(head or header(key)), _json(body or claims()), key=key)


def sign(head: bytes, body: bytes, *, key: str = "ed1") -> str:
    """Sign raw bytes as header and payload."""
    signed = f"{segment(head)}.{segment(body)}"
    made = jwt.PyJWS().get_algorithm_by_name(algorithm(key)).sign(signed.encode(), private_key(key))
    return f"{signed}.{segment(made)}"


def segment(content: bytes) -> str:
    """Encode a segment of a token."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _changed(good: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**good, **changes}.items() if value is not OMITTED}


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()
