"""The parameters of a GraphQL request, read out of a body or a query string.

In charge of the way from bytes to `query` or `documentId`, `operationName`, `variables`, `extensions`. Refuses what is not
UTF-8, not JSON to the letter (numbers that are none, members twice, half surrogates), not an object, of the
wrong type, or too large to be worth coercing. Members it does not know it ignores, as the specification has it.
Source: RFC 8259; GraphQL over HTTP, "Request Parameters", "GET" and "POST".
"""

from __future__ import annotations

import json
import math
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

from api.errors import BadRequest
from api.gate.http_errors import AddressTooLong, BodyTooLarge
from domain.strict_json import members, no_constant

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

MAX_QUERY_BYTES = 32_768
MAX_VALUES = 3_000
"""Values in the variables: coercing one takes about 10 µs."""

MOST_VALUES = 50_000
"""Values in the variables of an office's mutation: five hundred records with all their data items."""

_FEW_BYTES = 2 * MAX_VALUES


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters of a GraphQL request."""

    query: str | None
    """The document; None where the request names one that was handed in beforehand."""

    operation_name: str | None
    variables: Mapping[str, Any]
    extensions: Mapping[str, Any]
    document_id: str | None = None
    values: int = 0
    """How many values the variables hold, where they may be many."""


async def read_body(receive: Receive, headers: Mapping[bytes, bytes], limit: int) -> bytes:
    """Read a whole body of at most `limit` bytes.

    Raises: BodyTooLarge; BadRequest when the client goes away.
    """
    declared = headers.get(b"content-length", b"0")
    if declared.isdigit() and int(declared[:19]) > limit:
        raise BodyTooLarge(most=limit)
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BadRequest("The request ended before its body was complete.", zh="请求体未传完连接即已中断。")
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise BodyTooLarge(most=limit)
        chunks.append(chunk)
        if not message.get("more_body"):
            return b"".join(chunks) if len(chunks) > 1 else chunks[0]


def from_body(body: bytes) -> Parameters:
    """Read the parameters out of a JSON body.

    Raises: BadRequest; BodyTooLarge.
    """
    try:
        sent = _json(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise BadRequest(_NOT_JSON, zh=_NOT_JSON_ZH) from None
    if not isinstance(sent, dict):
        raise BadRequest("The body is not a JSON object.", zh="请求体不是 JSON 对象。")
    values = _count(sent.get("variables"), most=MOST_VALUES) if len(body) > _FEW_BYTES else 0
    return replace(_parameters(sent), values=values)


def from_query(query_string: bytes) -> Parameters:
    """Read the parameters out of the query of an address; an empty one is as good as none.

    Raises: BadRequest; AddressTooLong.
    """
    if len(query_string) > MAX_QUERY_BYTES:
        raise AddressTooLong
    try:
        pairs = parse_qsl(query_string.decode("ascii"), errors="strict", max_num_fields=20)
        sent: dict[str, Any] = members([pair for pair in pairs if pair[0] in _NAMES])
        for name in ("variables", "extensions"):
            if name in sent:
                sent[name] = _json(sent[name])
    except (ValueError, RecursionError):
        raise BadRequest("The query string is not well-formed.", zh="查询字符串格式不正确。") from None
    _count(sent.get("variables"), most=MAX_VALUES)
    return _parameters(sent)


def require_few_values(parameters: Parameters) -> None:
    """Refuse variables with more values than a query, or somebody without an office, has reason to send.

    Raises: BodyTooLarge.
    """
    if parameters.values > MAX_VALUES:
        raise _too_many(MAX_VALUES)


_NOT_JSON = "The body is not JSON in UTF-8 to the letter: members must be unique, numbers finite, surrogates in pairs."
_NOT_JSON_ZH = "请求体不是严格的 UTF-8 JSON：成员不得重复，数值须有限，代理对须成对。"
_NAMES = frozenset({"query", "operationName", "variables", "extensions", "documentId"})


def _parameters(sent: Mapping[str, Any]) -> Parameters:
    query, name, document_id = sent.get("query"), sent.get("operationName"), sent.get("documentId")
    variables, extensions = sent.get("variables"), sent.get("extensions")
    if query is not None and not isinstance(query, str):
        raise BadRequest("The parameter `query` must be a string.", zh="参数 query 必须是字符串。")
    if document_id is not None and not isinstance(document_id, str):
        raise BadRequest("The parameter `documentId` must be a string.", zh="参数 documentId 必须是字符串。")
    if name is not None and not isinstance(name, str):
        raise BadRequest("The parameter `operationName` must be a string.", zh="参数 operationName 必须是字符串。")
    if variables is not None and not isinstance(variables, dict):
        raise BadRequest("The parameter `variables` must be an object.", zh="参数 variables 必须是对象。")
    if extensions is not None and not isinstance(extensions, dict):
        raise BadRequest("The parameter `extensions` must be an object.", zh="参数 extensions 必须是对象。")
    return Parameters(query, name, variables or {}, extensions or {}, document_id)


def _json(text: str) -> Any:
    """Read JSON to the letter.

    Raises: ValueError; RecursionError.
    """
    read = _DECODER.decode(text)
    if "\\u" in text:
        json.dumps(read, ensure_ascii=False).encode("utf-8")  # fails for half a surrogate pair
    return read


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("beyond all numbers")
    return number


_DECODER = json.JSONDecoder(object_pairs_hook=members, parse_float=_finite, parse_constant=no_constant)


def _count(variables: Any, *, most: int) -> int:
    waiting, count = [variables], 0
    while waiting:
        value = waiting.pop()
        members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        count += len(members)
        if count > most:
            raise _too_many(most)
        waiting.extend(members)
    return count


def _too_many(most: int) -> BodyTooLarge:
    return BodyTooLarge(
        f"The variables hold more than {most} values: send less at once.",
        zh=f"变量包含的值超过 {most} 个：请减少单次提交的内容。",
    )
