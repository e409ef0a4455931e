"""Whether a request is framed so that every reader on its way takes it alike: its version, its host, its body's length.

Refuses what one reader could take for one request and another for two: several hosts or none, a transfer coding beside
`chunked`, chunks in HTTP/1.0. What is malformed besides, or has two lengths, the parser refuses.
Source: RFC 9112 sections 3.2, 6.1; RFC 9110 section 7.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from api.errors import BadRequest

_HOST = re.compile(rb"[A-Za-z0-9._~%!$&'()*+,;=:\[\]-]*")
_FIELD = (
    rb"(?!(?i:content-length|transfer-encoding|connection|expect|upgrade):)[!#-'*+.^_`|~\w-]+:[\t -~\x80-\xff]*\r\n"
)
_ONE_REQUEST = re.compile(
    rb"POST /graphql HTTP/1\.1\r\n(?:%b)*+(?i:content-length): ?([0-9]{1,9})\r\n(?:%b)*+\r\n" % (_FIELD, _FIELD)
)
"""A header whose body has the one length that it names, and after which the connection stays open."""


def is_one_request(data: bytes) -> bool:
    """Tell whether some bytes are certainly one whole request to /graphql: what is not so plain is for the parser."""
    found = _ONE_REQUEST.match(data)
    return found is not None and len(data) == found.end() + int(found[1])


def require_framing(version: str, headers: Iterable[tuple[bytes, bytes]]) -> None:
    """Require of a request's version and headers, names in small letters, that they can be taken in one way only.

    Raises: BadRequest.
    """
    hosts, codings = [], []
    for name, value in headers:
        if name == b"host":
            hosts.append(value)
        elif name == b"transfer-encoding":
            codings.append(value.strip().lower())
    if version not in ("1.0", "1.1"):
        raise BadRequest("The version of HTTP is not 1.0 or 1.1.", zh="HTTP 版本应为 1.0 或 1.1。")
    if len(hosts) > 1 or (not hosts and version == "1.1") or not all(map(_HOST.fullmatch, hosts)):
        raise BadRequest(
            "A request has one header Host, and it names a host.", zh="请求应有且仅有一个有效的 Host 请求头。"
        )
    if codings and (version == "1.0" or codings != [b"chunked"]):
        raise BadRequest(
            "A body comes whole or in chunks: no other transfer coding.", zh="除 chunked 外不接受其他传输编码。"
        )
