"""GraphQL over HTTP: the specification to the letter, as a bare ASGI application.

POST takes `application/json` in UTF-8; GET takes queries only. The answer is
`application/graphql-response+json`, or `application/json` for a client that asks for it or for nothing; a
document that cannot be executed is then a 200 with errors, as the specification has it. No content type
that a browser form can send is taken.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

from graphql import GraphQLError, OperationDefinitionNode, OperationType

from api.database import DatabaseAway, TooBusy
from api.errors import BadRequest, as_error, internal, of_graphql
from api.mutation import carry_out
from api.operation import Answer, Credentials, Job, VariablesInvalid, coerce, run
from api.service import Service
from authz.token import TokenInvalid
from domain.errors import DomainError

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

JSON = b"application/json; charset=utf-8"
RESPONSE_JSON = b"application/graphql-response+json; charset=utf-8"


class BodyTooLarge(DomainError):
    """The body is larger than this service takes: send less at once, or use an import."""

    code = "BODY_TOO_LARGE"
    zh = "请求体过大：请减少单次提交的内容，或使用批量导入。"


class NotAcceptable(DomainError):
    """Nothing this service can answer with is acceptable: accept application/graphql-response+json."""

    code = "NOT_ACCEPTABLE"
    zh = "无法按所要求的格式应答：请接受 application/graphql-response+json。"


class UnsupportedMediaType(DomainError):
    """The body must be application/json in UTF-8."""

    code = "UNSUPPORTED_MEDIA_TYPE"
    zh = "请求体必须是 UTF-8 编码的 application/json。"


class MethodNotAllowed(DomainError):
    """Use POST; GET is for queries only."""

    code = "METHOD_NOT_ALLOWED"
    zh = "请使用 POST；GET 仅用于查询。"


_STATUS: tuple[tuple[type[DomainError], int], ...] = (
    (BodyTooLarge, 413),
    (NotAcceptable, 406),
    (UnsupportedMediaType, 415),
    (MethodNotAllowed, 405),
    (TokenInvalid, 401),
    (DatabaseAway, 503),
    (TooBusy, 503),
)
_STATUS_HEADERS: Mapping[int, list[tuple[bytes, bytes]]] = {
    401: [(b"www-authenticate", b'Bearer realm="renxin"')],
    405: [(b"allow", b"GET, POST")],
    503: [(b"retry-after", b"2")],
}
_BASE_HEADERS = [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"), (b"vary", b"accept, authorization")]


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters of a GraphQL request."""

    query: str
    operation_name: str | None
    variables: Mapping[str, Any]


class Endpoint:
    """The ASGI application at /graphql."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers = _headers(scope)
        content_type = JSON
        try:
            content_type = _negotiated(headers.get(b"accept"))
            status, body, extra = await self._answer(scope, headers, receive, content_type)
        except DomainError as error:
            status = next((code for kind, code in _STATUS if isinstance(error, kind)), 400)
            body, extra = _failure([as_error(error)]), _STATUS_HEADERS.get(status, [])
        except Exception as error:
            status, body, extra = 500, _failure([as_error(internal(error))]), []
        await send(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [
                    (b"content-type", content_type),
                    (b"content-length", str(len(body)).encode()),
                    *_BASE_HEADERS,
                    *extra,
                ],
            }
        )
        await send({"type": "http.response.body", "body": body})

    async def _answer(
        self, scope: Scope, headers: Mapping[bytes, bytes], receive: Receive, content_type: bytes
    ) -> tuple[int, bytes, list[tuple[bytes, bytes]]]:
        service = self._service
        method = scope["method"]
        if method == "POST":
            _require_json(headers)
            parameters = _from_body(await read_body(receive, headers, service.settings.max_body_bytes))
        elif method == "GET":
            parameters = _from_query(scope["query_string"])
        else:
            raise MethodNotAllowed
        now = service.clock()
        credentials = Credentials(
            _text(headers.get(b"authorization")), _decoded(headers.get(b"renxin-purpose")), _decoded(headers.get(b"renxin-office"))
        )
        caller = await service.caller_of(credentials, now)
        document = service.documents.get(parameters.query)
        unexecuted = 200 if content_type is JSON else 400
        if document.errors:
            return unexecuted, _failure([of_graphql(error) for error in document.errors]), []
        try:
            operation = document.operation(parameters.operation_name)
            _require_method(operation, method)
            variables = coerce(service, operation, parameters.variables)
            job = Job(service, credentials, caller, document, operation, parameters.variables, variables, now)
            answer = await (carry_out(job) if operation.operation is OperationType.MUTATION else run(job))
        except GraphQLError as error:
            return unexecuted, _failure([of_graphql(error)]), []
        except VariablesInvalid as error:
            return unexecuted, _failure([_of_variable(one) for one in error.errors]), []
        return 200, _success(answer), []


def _of_variable(error: GraphQLError) -> Mapping[str, Any]:
    """Write an error of a variable without the value that was sent."""
    written = dict(of_graphql(error))
    message = error.message.split("; ")[0] if "got invalid value" not in error.message else _without_value(error.message)
    return {**written, "message": message, "extensions": {"code": "VARIABLES_INVALID", "messageZh": "变量与操作所声明的类型不符。"}}


def _without_value(message: str) -> str:
    head, _, tail = message.partition(" got invalid value ")
    reason = tail.rpartition("; ")[2] if "; " in tail else "it does not fit its type."
    return f"{head} got an invalid value; {reason}"


def _success(answer: Answer) -> bytes:
    if not answer.errors:
        return b'{"data":' + answer.data + b"}"
    errors = json.dumps(list(answer.errors), ensure_ascii=False).encode()
    return b'{"errors":' + errors + b',"data":' + answer.data + b"}"


def _failure(errors: list[Mapping[str, Any]]) -> bytes:
    return json.dumps({"errors": errors}, ensure_ascii=False).encode("utf-8", "replace")


# -- reading the request


def _headers(scope: Scope) -> dict[bytes, bytes]:
    return dict(scope["headers"])


def _text(value: bytes | None) -> str | None:
    return value.decode("latin-1") if value is not None else None


def _decoded(value: bytes | None) -> str | None:
    """Read a header that carries text: percent-encoded UTF-8, since headers are ASCII."""
    return unquote(value.decode("latin-1")) if value is not None else None


def _negotiated(accept: bytes | None) -> bytes:
    """Choose the content type of the answer.

    Raises: NotAcceptable.
    """
    if accept is None or accept == b"*/*":
        return JSON
    best: tuple[float, bytes] | None = None
    for part in accept.decode("latin-1").lower().split(","):
        name, *options = [piece.strip() for piece in part.split(";")]
        quality = next((_quality(one) for one in options if one.startswith("q=")), 1.0)
        charset = next((one[8:].strip('"') for one in options if one.startswith("charset=")), "utf-8")
        kind = _KINDS.get(name)
        if kind is not None and quality > 0 and charset == "utf-8" and (best is None or quality > best[0]):
            best = (quality, kind)
    if best is None:
        raise NotAcceptable
    return best[1]


_KINDS = {
    "application/graphql-response+json": RESPONSE_JSON,
    "application/json": JSON,
    "application/*": JSON,
    "*/*": JSON,
}


def _quality(option: str) -> float:
    try:
        return float(option[2:])
    except ValueError:
        return 0.0


def _require_json(headers: Mapping[bytes, bytes]) -> None:
    name, *options = [piece.strip() for piece in headers.get(b"content-type", b"").decode("latin-1").lower().split(";")]
    charset = next((one[8:].strip('"') for one in options if one.startswith("charset=")), "utf-8")
    if name != "application/json" or charset not in ("utf-8", "utf8") or headers.get(b"content-encoding", b"identity") != b"identity":
        raise UnsupportedMediaType


async def read_body(receive: Receive, headers: Mapping[bytes, bytes], limit: int) -> bytes:
    """Read a whole body of at most `limit` bytes.

    Raises: BodyTooLarge; BadRequest when the client goes away.
    """
    declared = headers.get(b"content-length", b"0")
    if declared.isdigit() and int(declared[:19]) > limit:
        raise BodyTooLarge
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BadRequest("The request ended before its body was complete.")
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise BodyTooLarge
        chunks.append(chunk)
        if not message.get("more_body"):
            return b"".join(chunks) if len(chunks) > 1 else chunks[0]


def _from_body(body: bytes) -> Parameters:
    try:
        sent = json.loads(body.decode("utf-8"), parse_constant=_no_constant)
        if b"\\u" in body:
            json.dumps(sent, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        raise BadRequest("The body is not JSON in UTF-8.", zh="请求体不是 UTF-8 编码的 JSON。") from None
    if not isinstance(sent, dict):
        raise BadRequest("The body is not a JSON object.", zh="请求体不是 JSON 对象。")
    return _parameters(sent)


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _from_query(query_string: bytes) -> Parameters:
    try:
        sent: dict[str, Any] = dict(parse_qsl(query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=20))
        for name in ("variables", "extensions"):
            if sent.get(name):
                sent[name] = json.loads(sent[name], parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise BadRequest("The query string is not well-formed.", zh="查询字符串格式不正确。") from None
    if sent.get("operationName") == "":
        sent["operationName"] = None
    return _parameters(sent)


def _parameters(sent: Mapping[str, Any]) -> Parameters:
    query, name = sent.get("query"), sent.get("operationName")
    variables, extensions = sent.get("variables"), sent.get("extensions")
    if not isinstance(query, str):
        raise BadRequest("The parameter `query` must be a string.", zh="参数 query 必须是字符串。")
    if name is not None and not isinstance(name, str):
        raise BadRequest("The parameter `operationName` must be a string.", zh="参数 operationName 必须是字符串。")
    if variables is not None and not isinstance(variables, dict):
        raise BadRequest("The parameter `variables` must be an object.", zh="参数 variables 必须是对象。")
    if extensions is not None and not isinstance(extensions, dict):
        raise BadRequest("The parameter `extensions` must be an object.", zh="参数 extensions 必须是对象。")
    return Parameters(query, name, variables or {})


def _require_method(operation: OperationDefinitionNode, method: str) -> None:
    if method == "GET" and operation.operation is not OperationType.QUERY:
        raise MethodNotAllowed
