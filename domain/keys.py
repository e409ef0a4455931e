"""Signing keys: Ed25519 keys in a folder of PEM files, whose names are the key ids, and their public halves.

In charge of reading private keys, of publishing the public ones as a JSON Web Key Set, and of reading such a
set again. Refuses keys of another kind, a set that names an id twice, and anything that is not written as the
standard writes it. No message quotes a key. Source: RFC 7517; RFC 7518 2; RFC 8037.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

KEY_ID_CHARACTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")
KEY_ID_LENGTH = 64

KeySet = dict[str, list[dict[str, str]]]
"""A JSON Web Key Set."""

PublicKeys = Mapping[str, Ed25519PublicKey]
"""Keys that verify, by key id."""


class KeyFault(ValueError):
    """A key or a set of keys is unusable; the message names the fault and never a key."""


def is_key_id(text: str) -> bool:
    """Return whether the text can be a key id: ASCII letters, digits, dot, underscore, hyphen."""
    return 0 < len(text) <= KEY_ID_LENGTH and set(text) <= KEY_ID_CHARACTERS and not text.startswith(".")


def read_signing_keys(directory: Path) -> Mapping[str, Ed25519PrivateKey]:
    """Read every `<key id>.pem` of a folder; the one whose name sorts last is current and comes first.

    Raises: KeyFault if there is none, or one of them is no unencrypted Ed25519 key.
    """
    try:
        paths = sorted(directory.glob("*.pem"), reverse=True)
        keys = {path.stem: _signing_key(path) for path in paths}
    except OSError as error:
        raise KeyFault(f"a folder that cannot be read ({error.strerror})") from None
    if not keys:
        raise KeyFault("a folder without any file that ends in .pem")
    return MappingProxyType(keys)


def public_key_set(keys: Mapping[str, Ed25519PrivateKey]) -> KeySet:
    """Give the public halves of keys as a key set, in the same order."""
    return {"keys": [public_jwk(key_id, key.public_key()) for key_id, key in keys.items()]}


def public_jwk(key_id: str, key: Ed25519PublicKey) -> dict[str, str]:
    """Give a public key as a JSON Web Key."""
    x = base64url(key.public_bytes_raw())
    return {"kty": "OKP", "crv": "Ed25519", "x": x, "kid": key_id, "use": "sig", "alg": "EdDSA"}


def public_keys(key_set: Mapping[str, Any]) -> PublicKeys:
    """Read the Ed25519 keys of a key set; keys of other kinds and uses are passed over.

    Raises: KeyFault for what is no key set, an id that stands twice, or a malformed key.
    """
    entries = key_set.get("keys")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise KeyFault("JSON that is no key set")
    usable = [entry for entry in entries if _verifies(entry)]
    keys = {str(entry.get("kid")): _public_key(entry) for entry in usable}
    if len(keys) != len(usable):
        raise KeyFault("a key set that names a key id twice")
    return MappingProxyType(keys)


def base64url(content: bytes) -> str:
    """Write bytes as base64url without padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Read base64url in the one way in which `base64url` writes it.

    Raises: ValueError for anything else, such as padding, blanks, or bits after the last byte.
    """
    try:
        content = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise ValueError("not base64url") from None
    if base64url(content) != text:
        raise ValueError("not the one way to write it in base64url")
    return content


def _signing_key(path: Path) -> Ed25519PrivateKey:
    if not is_key_id(path.stem):
        raise KeyFault("a file whose name is no key id")
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise KeyFault(f"{path.name}, which is not an unencrypted PEM key") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFault(f"{path.name}, which is a key of another kind than Ed25519")
    return key


def _verifies(entry: Mapping[str, Any]) -> bool:
    kind = (entry.get("kty"), entry.get("crv"), entry.get("alg", "EdDSA"), entry.get("use", "sig"))
    return kind == ("OKP", "Ed25519", "EdDSA", "sig") and _among("verify", entry.get("key_ops", ["verify"]))


def _among(word: str, words: object) -> bool:
    return isinstance(words, Iterable) and word in words


def _public_key(entry: Mapping[str, Any]) -> Ed25519PublicKey:
    key_id, x = entry.get("kid"), entry.get("x")
    if not isinstance(key_id, str) or not is_key_id(key_id) or not isinstance(x, str):
        raise KeyFault("a key set with a key that lacks a usable id or its value")
    try:
        return Ed25519PublicKey.from_public_bytes(from_base64url(x))
    except ValueError:
        raise KeyFault("a key set with a malformed key") from None
