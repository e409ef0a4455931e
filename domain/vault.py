"""The vault: identity numbers of natural persons, sealed for storage, with a blind index for exact lookup.

A number is stored encrypted (AES-256-GCM, a fresh nonce each time, the key's id beside the ciphertext) and
found again by a keyed hash; it is never stored in clear. The keys come from outside and are shown nowhere.
Old keys stay readable until everything sealed under them is sealed anew (`domain.resealing`).
Source: Personal Information Protection Law 51 (加密、去标识化); 上海12.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Mapping
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_FORMAT: Final = 1
_NONCE_BYTES: Final = 12
_KEY_BYTES: Final = 32

NUMBER_SEAL: Final = b"renxin.subject.id_number"
"""What an identity number is sealed for, so that it opens as nothing else."""


class VaultFault(Exception):
    """A ciphertext cannot be opened: its key is not here, or it was altered."""


def key_id_of(sealed: bytes) -> str:
    """Give the id of the key under which something was sealed.

    Raises: VaultFault for what no vault has sealed.
    """
    return _head_of(sealed)[2:].decode()


class Vault:
    """Keys to seal, open and look up identity numbers."""

    __slots__ = ("_ciphers", "_index_key", "current", "head")

    def __init__(self, encryption_keys: Mapping[str, bytes], current: str, index_key: bytes) -> None:
        """Take the keys by id, the id under which new numbers are sealed, and the key of the blind index.

        Raises: ValueError for a key that is not 32 bytes, an id that does not fit, or no current key.
        """
        if current not in encryption_keys:
            raise ValueError("the current encryption key is not among the keys")
        if any(len(key) != _KEY_BYTES for key in (*encryption_keys.values(), index_key)):
            raise ValueError("keys of the vault are 32 bytes long")
        if any(not 1 <= len(key_id.encode()) <= 255 for key_id in encryption_keys):
            raise ValueError("the id of an encryption key is 1 to 255 bytes long")
        self._ciphers = {key_id.encode(): AESGCM(key) for key_id, key in encryption_keys.items()}
        self.current: Final = current
        """The id of the key under which is sealed."""
        self.head: Final = bytes((_FORMAT, len(current.encode()))) + current.encode()
        """What everything begins with that is sealed under it."""
        self._index_key = index_key

    def __repr__(self) -> str:
        """Show nothing of the keys."""
        return "Vault(…)"

    def __reduce__(self) -> str:
        """Refuse to be copied out of the process.

        Raises: TypeError always.
        """
        raise TypeError("a vault cannot be pickled")

    def seal(self, text: str, *, bound_to: bytes = NUMBER_SEAL) -> bytes:
        """Encrypt an identity number, or what else is named: format, key id, nonce, ciphertext; the first two bound in."""
        nonce = os.urandom(_NONCE_BYTES)
        return self.head + nonce + self._ciphers[self.head[2:]].encrypt(nonce, text.encode(), self.head + bound_to)

    def open(self, sealed: bytes, *, bound_to: bytes = NUMBER_SEAL) -> str:
        """Decrypt what `seal` made.

        Raises: VaultFault when the key is not here or any byte was altered.
        """
        head = _head_of(sealed)
        end = len(head)
        nonce, body = sealed[end : end + _NONCE_BYTES], sealed[end + _NONCE_BYTES :]
        cipher = self._ciphers.get(head[2:])
        if cipher is None or len(nonce) < _NONCE_BYTES:
            raise VaultFault("no such key")
        try:
            return cipher.decrypt(nonce, body, head + bound_to).decode()
        except InvalidTag:
            raise VaultFault("altered") from None

    def blind_index(self, id_number: str) -> bytes:
        """Give the keyed hash (HMAC-SHA256) by which the same number is found again."""
        return hmac.new(self._index_key, id_number.encode(), hashlib.sha256).digest()


def _head_of(sealed: bytes) -> bytes:
    """Give the format, the length of the key's id, and the id."""
    if len(sealed) < 2 or sealed[0] != _FORMAT:
        raise VaultFault("unknown format")
    return sealed[: 2 + sealed[1]]
