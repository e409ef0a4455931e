"""Cursors: opaque, authenticated, bound to caller, connection, order and filter.

A cursor is the base64url of a 12-byte keyed digest and `sort value|id`. The key is derived from the server's
secret and everything the cursor is bound to; SQL writes cursors (`api.planning.sql`), this module reads them.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

from domain.errors import InvalidInput


class CursorInvalid(InvalidInput):
    """This cursor is not one of this connection: take cursors from a page of the same query by the same caller."""

    code = "CURSOR_INVALID"
    zh = "游标无效：请使用同一调用者、同一查询所返回的游标。"


def derive_key(secret: bytes, bound_to: str) -> bytes:
    """Derive the key of a connection's cursors."""
    return hmac.digest(secret, bound_to.encode(), "sha256")


def read(cursor: str, key: bytes) -> tuple[str, str]:
    """Give the sort value and the id of a cursor.

    Raises: CursorInvalid for anything that this key did not make.
    """
    try:
        raw = base64.b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        raise CursorInvalid from None
    digest, value = raw[:12], raw[12:]
    expected = hashlib.sha256(key + hashlib.sha256(key + value).digest()).digest()[:12]
    if not hmac.compare_digest(digest, expected):
        raise CursorInvalid
    sort, _, ident = value.decode().rpartition("|")
    return sort, ident
