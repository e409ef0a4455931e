"""Texts that others have signed for us: a JWS of a type, by one of the keys that were configured for its signer.

In charge of opening one. Refuses, as access tokens are refused, another type or algorithm, a header that brings keys
or extensions of its own, and a signature of another key. Source: RFC 7515; RFC 8725 section 3.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from authz.token import TOKEN_BYTES, Fault, TokenInvalid, check_signature, key_id_of, parts
from authz.token_keys import KeySet


async def open_signed(
    text: str, keys: KeySet, *, kind: str, now: datetime, longest: int = TOKEN_BYTES
) -> Mapping[str, Any]:
    """Give what a signed text says.

    Raises: TokenInvalid.
    """
    header, content = parts(text, longest=longest)
    key = await keys.find(key_id_of(header), now=now)
    if str(header["typ"]).lower() != kind:
        raise TokenInvalid(Fault.TYPE)
    if key is None:
        raise TokenInvalid(Fault.KEY)
    check_signature(text, header, key)
    return content
