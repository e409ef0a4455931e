"""Keep secret keys in files: read those an operator gives, make those the embedded default lacks.

In charge of the shapes of keys: 32 random bytes in base64; Ed25519 keys as PKCS8 PEM, the file's name being
the key id. A file made here has mode 0600 and appears whole or not at all; two processes that start together
end with the same key. Refuses keys of another length or kind. No message of this module quotes a key.
"""

from __future__ import annotations

import base64
import binascii
import fcntl
import hashlib
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.keys import KeyFault, is_key_id

KEY_BYTES = 32


def parse_key(text: str) -> bytes:
    """Decode one key.

    Units: 32 bytes.
    Raises: KeyFault.
    """
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise KeyFault("text that is not base64") from None
    if len(key) != KEY_BYTES:
        raise KeyFault(f"base64 of {len(key)} bytes")
    return key


def parse_key_ring(text: str) -> Mapping[str, bytes]:
    """Decode a JSON object of keys by key id; the first one is current, the others only decrypt.

    Raises: KeyFault.
    """
    try:
        pairs = json.loads(text, object_pairs_hook=tuple)
    except (ValueError, RecursionError):
        raise KeyFault("text that is not JSON") from None
    if not isinstance(pairs, tuple) or not pairs:
        raise KeyFault("JSON that is not an object with at least one key")
    ring: dict[str, bytes] = {}
    for number, (key_id, encoded) in enumerate(pairs, start=1):
        if not is_key_id(key_id) or key_id in ring:
            raise KeyFault(f"a key id that is malformed or given twice, in place {number}")
        if not isinstance(encoded, str):
            raise KeyFault(f"a key that is not text, in place {number}")
        try:
            ring[key_id] = parse_key(encoded)
        except KeyFault as fault:
            raise KeyFault(f"{fault}, in place {number}") from None
    if len(set(ring.values())) != len(ring):
        raise KeyFault("the same key under two ids")
    return MappingProxyType(ring)


def kept_key(path: Path) -> bytes:
    """Return the key of a file, making it at the first call."""
    return parse_key(_kept(path, _new_key()))


def kept_key_ring(path: Path) -> Mapping[str, bytes]:
    """Return the keys of a file, making one at the first call."""
    return parse_key_ring(_kept(path, json.dumps({f"k{secrets.token_hex(4)}": _new_key()})))


def keep_signing_keys(directory: Path) -> Path:
    """Make sure that the folder holds a signing key; return the folder."""
    with _locked(directory):
        if not any(directory.glob("*.pem")):
            key = Ed25519PrivateKey.generate()
            _write(directory / f"{_thumbprint(key)}.pem", _pem(key))
    return directory


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _pem(key: Ed25519PrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def _thumbprint(key: Ed25519PrivateKey) -> str:
    """Return a key id made from the public key, after RFC 7638, in hexadecimal and shortened."""
    public = key.public_key().public_bytes_raw()
    x = base64.urlsafe_b64encode(public).rstrip(b"=").decode()
    canonical = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": x}, separators=(",", ":"))
    return "ed" + hashlib.sha256(canonical.encode()).hexdigest()[:16]


def _kept(path: Path, proposal: str) -> str:
    with _locked(path.parent):
        if not path.exists():
            _write(path, proposal + "\n")
        return path.read_text()


@contextmanager
def _locked(directory: Path) -> Iterator[None]:
    """Make the folder unless it is there, and keep other processes from making keys in it meanwhile."""
    directory.parent.mkdir(parents=True, exist_ok=True)
    directory.mkdir(mode=0o700, exist_ok=True)
    lock = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _write(path: Path, text: str) -> None:
    """Write a file of mode 0600 that is there whole or not at all."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
