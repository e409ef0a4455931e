"""Refusals of HTTP itself, and the status code that goes with each error of a request as a whole.

Errors inside an answer have no status of their own: the answer is a 200 that carries them.
Source: RFC 9110 section 15; RFC 6750 section 3; GraphQL over HTTP, "Status Codes".
"""

from __future__ import annotations

from collections.abc import Sequence

from api.errors import Internal
from api.gate.metering import QuotaExceeded
from api.gate.stopping import ServiceStopping
from api.postgres.database import DatabaseAway, TooBusy
from authz.token import DESCRIPTIONS, Fault, TokenInvalid
from domain.errors import DomainError, Forbidden

Headers = Sequence[tuple[bytes, bytes]]


class BodyTooLarge(DomainError):
    """The body is larger than this service takes, `most` bytes: send less at once, or use an import."""

    code = "BODY_TOO_LARGE"
    zh = "请求体过大，上限字节数见 most：请减少单次提交的内容，或使用批量导入。"


class AddressTooLong(DomainError):
    """The query string is longer than this service takes: send the request with POST."""

    code = "ADDRESS_TOO_LONG"
    zh = "网址中的查询字符串过长：请改用 POST。"


class NotAcceptable(DomainError):
    """Nothing this service can answer with is acceptable: accept application/graphql-response+json."""

    code = "NOT_ACCEPTABLE"
    zh = "无法按所要求的格式应答：请接受 application/graphql-response+json。"


class UnsupportedMediaType(DomainError):
    """The body must be application/json in UTF-8, without content encoding."""

    code = "UNSUPPORTED_MEDIA_TYPE"
    zh = "请求体必须是 UTF-8 编码的 application/json，且不得压缩。"


class MethodNotAllowed(DomainError):
    """Use POST; GET is for queries only."""

    code = "METHOD_NOT_ALLOWED"
    zh = "请使用 POST；GET 仅用于查询。"


class MutationNeedsPost(MethodNotAllowed):
    """A mutation needs POST: GET changes nothing."""

    zh = "变更操作必须使用 POST：GET 不得改动数据。"


class PersonNeedsPost(MutationNeedsPost):
    """A person is looked up by POST: an identity number has no place in an address, which logs keep."""

    zh = "按身份证号查询必须使用 POST：网址会被日志留存，不得包含身份证号。"


METHODS = b"GET, HEAD, OPTIONS, POST"

_PROOF_FAULTS = (Fault.PROOF, Fault.REPLAY)
_RETRY: Headers = ((b"retry-after", b"2"),)
_STATUSES: tuple[tuple[type[DomainError], int, Headers], ...] = (
    (TokenInvalid, 401, ()),
    (QuotaExceeded, 429, ()),
    (Forbidden, 403, ()),
    (MutationNeedsPost, 405, ((b"allow", b"POST"),)),
    (MethodNotAllowed, 405, ((b"allow", METHODS),)),
    (NotAcceptable, 406, ()),
    (BodyTooLarge, 413, ()),
    (AddressTooLong, 414, ()),
    (UnsupportedMediaType, 415, ((b"accept-post", b"application/json"), (b"accept-encoding", b"identity"))),
    (Internal, 500, ()),
    (DatabaseAway, 503, _RETRY),
    (TooBusy, 503, _RETRY),
    (ServiceStopping, 503, _RETRY),
)


def status_of(error: DomainError) -> tuple[int, Headers]:
    """Give the status of a request that an error has refused as a whole, and the headers that go with it."""
    status, headers = of_kind(type(error))
    if isinstance(error, QuotaExceeded):
        return status, ((b"retry-after", str(error.extensions["retryAfter"]).encode()),)
    if isinstance(error, TokenInvalid):
        return status, _challenges(error)
    return status, headers


def of_kind(refused: type[DomainError]) -> tuple[int, Headers]:
    """Give the status of whatever a kind of refusal refuses as a whole, and the headers that always go with it."""
    return next(((status, headers) for kind, status, headers in _STATUSES if issubclass(refused, kind)), (400, ()))


def _challenges(refused: TokenInvalid) -> Headers:
    """Give the challenges of a 401, with what whoever was given the token may be told (RFC 6750 section 3, RFC 9449 7.1)."""
    told = DESCRIPTIONS.get(refused.reason) if type(refused) is TokenInvalid else None
    described = f', error_description="{told}"' if told else ""
    proof = "invalid_dpop_proof" if refused.reason in _PROOF_FAULTS else "invalid_token"
    return (
        (b"www-authenticate", f'Bearer realm="renxin", error="invalid_token"{described}'.encode()),
        (b"www-authenticate", f'DPoP realm="renxin", error="{proof}"{described}, algs="ES256 EdDSA RS256"'.encode()),
    )
