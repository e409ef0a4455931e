"""Client assertions: how a service account shows who it is, with a JWT signed by a registered key.

In charge of judging one: of which account, under which of its keys, meant for us, young, used once. Refuses, with one
answer for all, whatever does not hold; why is told to the log only. The same signature, over another type, brings in
the key that follows. Source: RFC 7521 section 5.2; RFC 7523 sections 2.2, 3; RFC 8725 section 3.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from authz.proof import use_of
from authz.proof_use import use_once
from authz.token import (
    ID_LENGTH,
    LEEWAY,
    NAME_LENGTH,
    Fault,
    TokenInvalid,
    check_header,
    check_signature,
    instant_of,
    name_of,
    parts,
)
from authz.token_keys import ALGORITHMS, usable_key
from domain.connection import Queryable
from domain.errors import DomainError

ASSERTION_LIFE = timedelta(minutes=5)
"""How far in the future an assertion may expire."""

ASSERTION = frozenset({"jwt", "client-authentication+jwt"})
"""The types of an assertion; a plain JWT need not say."""

NEXT_KEY = frozenset({"renxin-key+jwt"})
"""The type of the statement that brings in the key that follows."""


class ClientRefused(DomainError):
    """The client assertion is not accepted: see the README, "A machine of yours calls", for what it must say."""

    code = "CLIENT_REFUSED"
    zh = "客户端断言未被接受：所需内容见 README。"

    def __init__(self, reason: Fault) -> None:
        super().__init__()
        self.reason = reason
        """For the log; never for the caller."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Who showed to be which account, with which key, and what else was said."""

    account: Mapping[str, Any]
    """Its row: id, sub, binding."""
    key: Mapping[str, Any]
    """The row of the key."""
    claims: Mapping[str, Any]


async def authenticate(
    database: Queryable, text: str, *, issuer: str, audiences: Collection[str], kind: frozenset[str], now: datetime
) -> Shown:
    """Give the account that signed an assertion, and use the assertion up.

    `issuer` is whose accounts are meant: this service.
    Raises: ClientRefused.
    """
    try:
        return await _authenticate(database, text, issuer=issuer, audiences=audiences, kind=kind, now=now)
    except TokenInvalid as fault:
        raise ClientRefused(fault.reason) from None


async def _authenticate(
    database: Queryable, text: str, *, issuer: str, audiences: Collection[str], kind: frozenset[str], now: datetime
) -> Shown:
    given, claims = parts(text)
    header = {"typ": "jwt", **given}
    check_header(header)
    if str(header["typ"]).lower() not in kind:
        raise TokenInvalid(Fault.TYPE)
    client = name_of(claims.get("sub"), NAME_LENGTH)
    if claims.get("iss") != client:
        raise TokenInvalid(Fault.ISSUER)
    require_audience(claims.get("aud"), audiences)
    row = await _signer(database, text, header, issuer=issuer, client=client, now=now)
    until = require_young(claims, now)
    use = use_of("assertion", str(row["account_id"]), name_of(claims.get("jti"), ID_LENGTH))
    if not await use_once(database, use, until=until, now=now):
        raise TokenInvalid(Fault.REPLAY)
    account = {"id": row["account_id"], "sub": client, "binding": row["binding"]}
    return Shown(account, row, claims)


def require_audience(audience: Any, ours: Collection[str]) -> None:
    """Require that it is meant for us and for nobody else, who could use it here."""
    named = [audience] if isinstance(audience, str) else audience
    if not isinstance(named, list) or len(named) != 1 or named[0] not in ours:
        raise TokenInvalid(Fault.AUDIENCE)


async def _signer(
    database: Queryable, text: str, header: Mapping[str, Any], *, issuer: str, client: str, now: datetime
) -> Mapping[str, Any]:
    """Give the key in force that made the signature; a header that names one means that one."""
    fault = Fault.KEY
    for row in await database.fetch(_KEYS, issuer, client, now):
        if header.get("kid", row["kid"]) != row["kid"]:
            continue
        key = usable_key(json.loads(row["jwk"]), ALGORITHMS)
        if key is None:
            continue
        try:
            check_signature(text, header, key)
        except TokenInvalid as found:
            fault = found.reason
            continue
        found_row: Mapping[str, Any] = row
        return found_row
    raise TokenInvalid(fault)


def require_young(claims: Mapping[str, Any], now: datetime) -> datetime:
    """Require that it has not expired and does not live long; give until when its use is remembered."""
    end = instant_of(claims.get("exp"))
    if now >= end + LEEWAY:
        raise TokenInvalid(Fault.EXPIRED)
    if end > now + ASSERTION_LIFE + LEEWAY:
        raise TokenInvalid(Fault.LIFETIME)
    if any(name in claims and instant_of(claims[name]) > now + LEEWAY for name in ("iat", "nbf")):
        raise TokenInvalid(Fault.NOT_YET)
    return end + 2 * LEEWAY


_KEYS = """
SELECT key.id, key.account_id, key.kid, key.jwk, account.binding
FROM account JOIN account_key key ON key.account_id = account.id
WHERE account.issuer = $1 AND account.sub = $2 AND account.kind = 'machine' AND account.state = 'active'
  AND key.state = 'approved' AND key.ends_at > $3
ORDER BY key.id DESC
"""
