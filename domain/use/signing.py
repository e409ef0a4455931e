"""Signatures: what the service signs, and how anybody can tell that it did.

A signed text is a JWS in compact serialisation with EdDSA (Ed25519). Its header has three members and no
other: the algorithm, the key id and the type, so that one kind of text never passes for another. Refuses on
verification everything that is not written exactly as the service writes it: one changed byte is enough.
Retired keys stay in the folder, so that what they signed still verifies.
Source: RFC 7515; RFC 8037; RFC 8725.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.canonical import canonical, parse
from domain.errors import DomainError
from domain.keys import KeySet, PublicKeys, base64url, from_base64url, public_key_set, read_signing_keys

REPORT: Final = "renxin-report+jws"
CHECKPOINT: Final = "renxin-checkpoint+jws"
RECEIPT: Final = "renxin-receipt+jws"


class SignatureRefused(DomainError):
    """The signature does not hold."""

    code = "SIGNATURE_REFUSED"
    zh = "签名无效。"


class NotSigned(SignatureRefused):
    """This is no text that Renxin has signed: it is not written the way Renxin writes one."""

    code = "NOT_SIGNED"
    zh = "这不是人信签名的文件：其书写格式与人信出具的不符。"


class SignerUnknown(SignatureRefused):
    """The key named as signer is not among the published keys: not signed here, or with a newer key."""

    code = "SIGNER_UNKNOWN"
    zh = "签名所用密钥不在公布的密钥之列：并非本处签发，或所用公钥文件已旧。"


class Altered(SignatureRefused):
    """The text is not the one that was signed: at least one character has been changed."""

    code = "ALTERED"
    zh = "内容与签名时不一致：至少有一个字符被改动。"


@dataclass(frozen=True, slots=True)
class Signed:
    """What a verified signature vouches for."""

    key_id: str
    payload: bytes


class Signer:
    """Signs with the current one of its keys."""

    __slots__ = ("_keys", "key_id")

    def __init__(self, keys: Mapping[str, Ed25519PrivateKey], current: str) -> None:
        """Take the keys by id and the id of the current one.

        Raises: KeyError when the current one is not among them.
        """
        self._keys = {current: keys[current], **keys}
        self.key_id = current

    def __repr__(self) -> str:
        """Show nothing of the keys."""
        return f"Signer({self.key_id})"

    def sign(self, payload: bytes, *, kind: str = REPORT) -> str:
        """Sign a text of a kind; give the JWS in compact serialisation."""
        signing_input = f"{base64url(_header(self.key_id, kind))}.{base64url(payload)}"
        return f"{signing_input}.{base64url(self._keys[self.key_id].sign(signing_input.encode()))}"

    def public_jwks(self) -> KeySet:
        """Give the public halves of all keys, the current one first, to be published."""
        return public_key_set(self._keys)


def open_signer(directory: Path) -> Signer:
    """Give the signer over a folder of PEM files; the one whose name sorts last is current.

    Raises: domain.keys.KeyFault.
    """
    keys = read_signing_keys(directory)
    return Signer(keys, next(iter(keys)))


def verify(token: str, keys: PublicKeys, *, kind: str) -> Signed:
    """Verify a JWS of a kind against the published keys; give the key id and what was signed.

    Raises: NotSigned; SignerUnknown; Altered.
    """
    parts = token.split(".")
    try:
        header, payload, signature = (from_base64url(part) for part in parts)
        key_id = _key_id(header, kind)
    except ValueError:
        raise NotSigned from None
    key = keys.get(key_id)
    if key is None:
        raise SignerUnknown
    try:
        key.verify(signature, f"{parts[0]}.{parts[1]}".encode())
    except InvalidSignature:
        raise Altered from None
    return Signed(key_id, payload)


def _header(key_id: str, kind: str) -> bytes:
    return canonical({"alg": "EdDSA", "kid": key_id, "typ": kind}).encode()


def _key_id(header: bytes, kind: str) -> str:
    """Read the key id of a header that says nothing but what ours say.

    Raises: ValueError.
    """
    members = parse(header)
    key_id = members.get("kid") if isinstance(members, dict) else None
    if not isinstance(key_id, str) or header != _header(key_id, kind):
        raise ValueError("another header than ours")
    return key_id
