"""Access tokens: whether a JWT holds, and what it claims.

In charge of everything between the header's text and the claims we act on. Refuses, with one answer for all,
whatever does not hold to the letter: another type, issuer, audience or algorithm than configured, a header
that brings keys or extensions of its own, a missing or malformed claim, a lifetime that is too long, a
signature of another key. Why is told to the log, as a word without values, and of a genuine token to its holder (see
`DESCRIPTIONS`): more would help to forge.
Source: RFC 9068 sections 2 and 4; RFC 8725 section 3; RFC 7515; RFC 7519.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

import jwt

from authz.claim_rules import NOTHING, Given, IssuerRules
from authz.token_keys import ALGORITHMS, Key, KeySet, KeySource
from domain.errors import DomainError
from domain.strict_json import members, no_constant

TOKEN_BYTES = 8_192
LEEWAY = timedelta(seconds=30)
"""How far the clocks of issuer and service may stand apart."""

MAX_LIFETIME = timedelta(hours=24)
ID_LENGTH = 200
"""The longest `jti` that is accepted, as it must fit the list of revoked tokens."""

NAME_LENGTH = 255
LAST_SECOND = 32_503_680_000
"""No time in a token lies in the year 3000 or after it, so that adding to one cannot overflow."""

ACCESS_TOKEN = frozenset({"at+jwt", "application/at+jwt"})
"""The types that RFC 9068 section 4 lets an access token have."""

PLAIN = ACCESS_TOKEN | {"jwt"}
"""The same and plain `JWT`, for providers that do not follow RFC 9068."""


class Fault(StrEnum):
    """Why a token does not hold, for the log."""

    SCHEME = "scheme"
    OVERSIZE = "oversize"
    MALFORMED = "malformed"
    HEADER = "header"
    TYPE = "type"
    ALGORITHM = "algorithm"
    ISSUER = "issuer"
    KEY = "key"
    SIGNATURE = "signature"
    CLAIMS = "claims"
    AUDIENCE = "audience"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    LIFETIME = "lifetime"
    ID_TOKEN = "id_token"  # noqa: S105
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    SENDER = "sender"
    PROOF = "proof"
    REPLAY = "replay"


DESCRIPTIONS: Final[Mapping[Fault, str]] = {
    Fault.ISSUER: "The access token is of another issuer than this service accepts",
    Fault.AUDIENCE: "The access token is for another audience",
    Fault.EXPIRED: "The access token expired",
    Fault.NOT_YET: "The access token is not valid yet: compare the clocks",
    Fault.LIFETIME: "The access token is valid for longer than this service accepts",
    Fault.ID_TOKEN: "This is an ID token: send the access token",
    Fault.REVOKED: "The access token was revoked, or its account suspended",
    Fault.SUSPENDED: "The access token was revoked, or its account suspended",
    Fault.SENDER: "The access token is bound to a key or certificate, or has to be: send it as the account is registered",
    Fault.PROOF: "The DPoP proof does not fit this request, key, token or time",
    Fault.REPLAY: "The DPoP proof was used before",
}
"""What the challenge of a 401 tells (error_description, RFC 6750 section 3): of a token whose signature held, and that its
issuer is none of ours, which stands in it. How a signature, a key or a form failed is told to the log alone."""


class TokenInvalid(DomainError):
    """The access token is not accepted: get a new one from your identity provider."""

    code = "UNAUTHENTICATED"
    zh = "访问令牌无效：请向身份认证系统重新获取。"

    def __init__(self, reason: Fault) -> None:
        super().__init__()
        self.reason = reason
        """For the log; of it the caller is told `DESCRIPTIONS`, in a header."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """An issuer whose access tokens are accepted.

    Raises: ValueError for an algorithm that may not be used at all.
    """

    issuer: str
    audience: str
    algorithms: tuple[str, ...]
    jwks: KeySource
    types: frozenset[str] = ACCESS_TOKEN
    rules: IssuerRules | None = None
    """Which claims of its tokens give what; none give anything without."""

    def __post_init__(self) -> None:
        """Refuse symmetric algorithms, `none`, and no algorithm at all."""
        if not self.algorithms or not set(self.algorithms) <= ALGORITHMS:
            raise ValueError(f"algorithms are some of {', '.join(sorted(ALGORITHMS))}")


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token that holds says."""

    issuer: str
    sub: str
    client_id: str
    token_id: str
    issued_at: datetime
    expires_at: datetime
    held_until: datetime
    """Until when the token need not be verified again: it expires, or its issuer's keys are read again."""

    key: str | None = None
    """Thumbprint of the key that whoever uses the token must prove to hold (`cnf.jkt`, RFC 9449)."""
    certificate: str | None = None
    """Thumbprint of the certificate that it must be sent under (`cnf.x5t#S256`, RFC 8705)."""
    given: Given = NOTHING
    """What the other claims give, by the table of the issuer."""


class TokenReader:
    """Verifies tokens of the trusted issuers, and remembers those that held."""

    def __init__(
        self, issuers: Iterable[Issuer], *, max_lifetime: timedelta = MAX_LIFETIME, capacity: int = 10_000
    ) -> None:
        self._issuers = {each.issuer: (each, KeySet(each.jwks, each.algorithms)) for each in issuers}
        self._max_lifetime = max_lifetime
        self._capacity = capacity
        self._held: OrderedDict[bytes, Claims] = OrderedDict()

    async def verify(self, token: str, *, now: datetime) -> Claims:
        """Give the claims of a token that holds now.

        A token that held is not verified again until it expires or its issuer's keys are due to be read.
        Raises: TokenInvalid.
        """
        known = digest_of(token)
        held = self._holds(known, now)
        if held is not None:
            self._held.move_to_end(known)
            return held
        claims = self._held[known] = await self._verify(token, now)
        if len(self._held) > self._capacity:
            self._held.popitem(last=False)
        return claims

    async def await_key(self, token: str, *, now: datetime) -> None:
        """Wait until the key that a token names is read, where it has to be; whether the token holds is not asked here."""
        if self._holds(digest_of(token), now) is None:
            with suppress(TokenInvalid):
                header, payload = parts(token)
                kid = key_id_of(header)
                _, keys = self._issuer(payload)
                await keys.find(kid, now=now)

    def _holds(self, known: bytes, now: datetime) -> Claims | None:
        held = self._held.get(known)
        return held if held is not None and now < held.held_until else None

    async def _verify(self, token: str, now: datetime) -> Claims:
        header, payload = parts(token)
        kid = key_id_of(header)
        issuer, keys = self._issuer(payload)
        if str(header.get("typ")).lower() not in issuer.types:
            raise TokenInvalid(Fault.TYPE)
        key = await keys.find(kid, now=now)
        if key is None:
            raise TokenInvalid(Fault.KEY)
        check_signature(token, header, key)
        claims = _claims(payload, issuer)
        _check_times(claims, payload, now=now, most=self._max_lifetime)
        return replace(claims, held_until=min(claims.held_until, keys.trusted_until(now)))

    def _issuer(self, payload: Mapping[str, Any]) -> tuple[Issuer, KeySet]:
        name = payload.get("iss")
        found = self._issuers.get(name) if isinstance(name, str) else None
        if found is None:
            raise TokenInvalid(Fault.ISSUER)
        return found


def digest_of(token: str) -> bytes:
    """Give that by which a token is known again; its text is not kept, as its claims may carry an identity number."""
    return hashlib.sha256(token.encode()).digest()


_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_FOREIGN = frozenset({"jku", "jwk", "x5u", "x5c", "crit", "b64", "enc", "zip", "cty"})
"""Header members that bring keys, extensions, encryption or nesting: no access token of ours needs one."""

_ID_TOKEN = frozenset({"at_hash", "c_hash"})
_jws = jwt.PyJWS(algorithms=sorted(ALGORITHMS))


def parts(token: str, *, longest: int = TOKEN_BYTES) -> tuple[dict[str, Any], dict[str, Any]]:
    """Take a compact token apart into header and claims, before anything of it is trusted.

    Raises: TokenInvalid.
    """
    if len(token) > longest:
        raise TokenInvalid(Fault.OVERSIZE)
    if not _COMPACT.fullmatch(token):
        raise TokenInvalid(Fault.MALFORMED)
    header, payload, _ = token.split(".")
    return _object(header), _object(payload)


def _object(segment: str) -> dict[str, Any]:
    """Read a segment as one JSON object in UTF-8 without repeated members (RFC 7515, 7519, section 4)."""
    try:
        content = jwt.utils.base64url_decode(segment.encode())
        read = json.loads(content.decode(), object_pairs_hook=members, parse_constant=no_constant)
    except (ValueError, RecursionError):
        raise TokenInvalid(Fault.MALFORMED) from None
    if not isinstance(read, dict):
        raise TokenInvalid(Fault.MALFORMED)
    return read


def check_header(header: Mapping[str, Any], *, may_bring: str | None = None) -> None:
    """Require a safe algorithm, a type, and that the header brings nothing of its own but what it may.

    Raises: TokenInvalid.
    """
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise TokenInvalid(Fault.ALGORITHM)
    if not (_FOREIGN - {may_bring}).isdisjoint(header) or not isinstance(header.get("typ"), str):
        raise TokenInvalid(Fault.HEADER)


def key_id_of(header: Mapping[str, Any]) -> str:
    """Give the key id of a header that brings nothing of its own.

    Raises: TokenInvalid.
    """
    check_header(header)
    kid = header.get("kid")
    if not isinstance(kid, str) or not kid:
        raise TokenInvalid(Fault.KEY)
    return kid


def check_signature(token: str, header: Mapping[str, Any], key: Key) -> None:
    """Require that a key made the signature, with its own algorithm.

    Raises: TokenInvalid.
    """
    if header["alg"] != key.algorithm:
        raise TokenInvalid(Fault.ALGORITHM)
    try:
        _jws.decode(token, key.jwk, algorithms=[key.algorithm])
    except jwt.PyJWTError:
        raise TokenInvalid(Fault.SIGNATURE) from None


def _claims(payload: Mapping[str, Any], issuer: Issuer) -> Claims:
    if not _ID_TOKEN.isdisjoint(payload):
        raise TokenInvalid(Fault.ID_TOKEN)
    if not is_for(payload.get("aud"), issuer.audience):
        raise TokenInvalid(Fault.AUDIENCE)
    client = payload.get("client_id")
    if client is None and "jwt" in issuer.types:
        client = payload.get("azp")
    expires_at = instant_of(payload.get("exp"))
    bound = _confirmation(payload)
    return Claims(
        key=bound.get("jkt"),
        certificate=bound.get("x5t#S256"),
        issuer=issuer.issuer,
        sub=name_of(payload.get("sub"), NAME_LENGTH),
        client_id=name_of(client, NAME_LENGTH),
        token_id=name_of(payload.get("jti"), ID_LENGTH),
        issued_at=instant_of(payload.get("iat")),
        expires_at=expires_at,
        held_until=expires_at + LEEWAY,
        given=issuer.rules.of(payload) if issuer.rules else NOTHING,
    )


_THUMBPRINT = re.compile(r"[A-Za-z0-9_-]{43}")


def _confirmation(payload: Mapping[str, Any]) -> Mapping[str, str]:
    """Give what the token is bound to; a binding that we do not know must not be passed over (RFC 7800 section 3.1)."""
    if "cnf" not in payload:
        return {}
    bound = payload["cnf"]
    if not isinstance(bound, dict) or not bound or not bound.keys() <= {"jkt", "x5t#S256"}:
        raise TokenInvalid(Fault.CLAIMS)
    if not all(isinstance(one, str) and _THUMBPRINT.fullmatch(one) for one in bound.values()):
        raise TokenInvalid(Fault.CLAIMS)
    return bound


def is_for(audience: Any, expected: str) -> bool:
    """Tell whether an `aud` names the one that is expected."""
    if isinstance(audience, list) and all(isinstance(each, str) for each in audience):
        return expected in audience
    return bool(audience == expected)


def name_of(value: Any, most: int) -> str:
    """Give a name that is safe to store and compare: text, not empty, not long, no control characters."""
    if not isinstance(value, str) or not 0 < len(value) <= most or not value.isprintable():
        raise TokenInvalid(Fault.CLAIMS)
    return value


def instant_of(value: Any) -> datetime:
    """Give the instant of a NumericDate: seconds since 1970, fractions allowed."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < LAST_SECOND:
        raise TokenInvalid(Fault.CLAIMS)
    return datetime.fromtimestamp(value, UTC)


def _check_times(claims: Claims, payload: Mapping[str, Any], *, now: datetime, most: timedelta) -> None:
    if now >= claims.held_until:
        raise TokenInvalid(Fault.EXPIRED)
    if claims.issued_at > now + LEEWAY or ("nbf" in payload and instant_of(payload["nbf"]) > now + LEEWAY):
        raise TokenInvalid(Fault.NOT_YET)
    if not timedelta(0) < claims.expires_at - claims.issued_at <= most:
        raise TokenInvalid(Fault.LIFETIME)
