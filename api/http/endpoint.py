"""GraphQL over HTTP: the specification to the letter, as a bare ASGI application.

POST takes `application/json` in UTF-8; GET takes queries only, and HEAD is a GET whose body the server does not send.
The answer is `application/graphql-response+json`, or `application/json` for a client that asks for that or states no
preference; a document that cannot be executed is then a 200 with errors, as the specification demands. No content type
that a browser form can send is accepted, and other origins are admitted only by a setting.
Source: GraphQL over HTTP, Stage 2 draft as of September 2025; RFC 9110.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from graphql import GraphQLError, OperationDefinitionNode, OperationType

from api.errors import BadRequest, OperationUnknown, VariablesRefused, as_error, internal, of_graphql
from api.execution.change import carry_out
from api.execution.job import Credentials, Job, VariablesInvalid, coerce
from api.execution.operation import Answer, run
from api.execution.service import Service
from api.gate.http_errors import (
    METHODS,
    BodyTooLarge,
    Headers,
    MethodNotAllowed,
    MutationNeedsPost,
    PersonNeedsPost,
    UnsupportedMediaType,
    status_of,
)
from api.gate.metering import Meter
from api.gate.negotiation import JSON, is_json, negotiate
from api.gate.sending import sender_of
from api.http.parameters import Parameters, Receive, from_body, from_query, read_body, require_few_values
from api.planning.trusted import PersistedQueryNotFound
from authz.caller import Caller
from authz.token import Fault, TokenInvalid
from domain.errors import DomainError

__all__ = ["BodyTooLarge", "Endpoint", "MethodNotAllowed"]

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Reply = tuple[int, bytes, Headers]

_PLAIN_HEADERS = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))
_BASE_HEADERS = (
    *_PLAIN_HEADERS,
    (b"vary", b"accept, authorization, renxin-purpose, renxin-office"),
)
_ONE_OF_A_KIND = frozenset(
    {b"content-type", b"content-encoding", b"content-length", b"renxin-purpose", b"renxin-office"}
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with its caller: what is asked, by whom, when, and whether it may only read (GET and HEAD)."""

    parameters: Parameters
    credentials: Credentials
    caller: Caller
    now: datetime
    safe: bool


class DocumentRefused(Exception):
    """The document has errors: nothing of it is executed."""

    def __init__(self, errors: Sequence[Mapping[str, Any]]) -> None:
        super().__init__("document")
        self.errors = errors


class Endpoint:
    """The ASGI application at /graphql."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        origin = next((value for name, value in scope["headers"] if name == b"origin"), None)
        if scope["method"] == "OPTIONS":
            await _tell_methods(send, self._service.origins.preflight(origin))
            return
        content_type = JSON
        try:
            headers = self._headers(scope["headers"])
            content_type = negotiate(headers.get(b"accept"))
            status, body, extra = await self._answer(scope, headers, receive, content_type)
        except DomainError as error:
            status, extra = status_of(error)
            body = _failure([as_error(error)])
        except Exception as error:
            status, extra, body = 500, (), _failure([as_error(internal(error))])
        self._service.statuses[status] += 1
        await send(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [
                    (b"content-type", content_type),
                    (b"content-length", str(len(body)).encode()),
                    *_BASE_HEADERS,
                    *self._service.origins.of(origin),
                    *extra,
                ],
            }
        )
        await send({"type": "http.response.body", "body": body})

    def _headers(self, sent: Iterable[tuple[bytes, bytes]]) -> Mapping[bytes, bytes]:
        try:
            return _headers(sent)
        except TokenInvalid as refused:
            self._service.note_refusal(refused)
            raise

    async def _answer(
        self, scope: Scope, headers: Mapping[bytes, bytes], receive: Receive, content_type: bytes
    ) -> Reply:
        method = scope["method"]
        if method == "POST":
            if not is_json(headers.get(b"content-type", b"")) or _encoded(headers):
                raise UnsupportedMediaType
            parameters = from_body(await read_body(receive, headers, self._service.settings.max_body_bytes))
        elif method in ("GET", "HEAD"):
            parameters = from_query(scope["query_string"])
        else:
            raise MethodNotAllowed
        credentials = Credentials(
            _text(headers.get(b"authorization")),
            _decoded(headers.get(b"renxin-purpose")),
            _decoded(headers.get(b"renxin-office")),
            sender_of(scope, self._service.settings) if b"authorization" in headers else None,
        )
        address = (scope.get("client") or ("",))[0]
        await self._service.callers.await_key(credentials.authorization, now=self._service.clock())
        with self._service.gate.entered():
            return await self._counted(parameters, credentials, content_type, address, safe=method != "POST")

    async def _counted(
        self, parameters: Parameters, credentials: Credentials, content_type: bytes, address: str, *, safe: bool
    ) -> Reply:
        """Answer the request, counted where its caller has quotas; a `safe` one may only read."""
        service = self._service
        now = service.clock()
        caller = await service.caller_of(credentials, now)
        asked = Asked(parameters, credentials, caller, now, safe)
        if caller.anonymous:
            service.metering.admit(address, now)
        if caller.anonymous or service.metering.limits_of(caller) is None:
            return await self._reply(asked, None, content_type)
        async with service.metering.metered(caller, now) as meter:
            return await self._reply(asked, meter, content_type)

    async def _reply(self, asked: Asked, meter: Meter | None, content_type: bytes) -> Reply:
        """Answer the request; the status of what cannot be executed depends on the media type."""
        try:
            answer = await self._execute(asked, meter)
        except DocumentRefused as refused:
            errors = refused.errors
        except (OperationUnknown, PersistedQueryNotFound) as error:
            errors = [as_error(error)]
        except GraphQLError as error:
            errors = [of_graphql(error)]
        except VariablesInvalid as invalid:
            errors = [of_graphql(one, kind=VariablesRefused) for one in invalid.errors]
        else:
            return 200, _success(answer, with_cost=asked.parameters.extensions.get("cost") is True), ()
        return 200 if content_type is JSON else 400, _failure(errors), ()

    async def _execute(self, asked: Asked, meter: Meter | None) -> Answer:
        """Execute the operation that the parameters name.

        Raises: DocumentRefused, OperationUnknown, PersistedQueryNotFound, GraphQLError or VariablesInvalid where it
        cannot be executed; DomainError where it is refused.
        """
        service, parameters = self._service, asked.parameters
        text = service.trusted.text_of(parameters.query, parameters.document_id, parameters.extensions)
        if asked.safe and "idNumber" in text:
            raise PersonNeedsPost
        service.trusted.require(text, asked.caller.kinds)
        document = service.documents.get(text)
        if document.errors:
            raise DocumentRefused(document.errors)
        operation = document.operation(parameters.operation_name)
        _require_method(operation, safe=asked.safe)
        changes = operation.operation is OperationType.MUTATION
        if not changes or asked.caller.office_id is None:
            require_few_values(parameters)
        job = Job(
            service=service,
            credentials=asked.credentials,
            caller=asked.caller,
            document=document,
            operation=operation,
            raw=parameters.variables,
            variables=coerce(service, operation, parameters.variables),
            now=asked.now,
            meter=meter,
            sent=text,
        )
        return await (carry_out(job) if changes else run(job))


async def _tell_methods(send: Send, extra: Headers) -> None:
    """Answer OPTIONS; pages of other origins are admitted only where the settings name them."""
    headers = [(b"allow", METHODS), (b"accept-post", b"application/json"), *_PLAIN_HEADERS, *extra]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def _require_method(operation: OperationDefinitionNode, *, safe: bool) -> None:
    if safe and operation.operation is not OperationType.QUERY:
        raise MutationNeedsPost


def _success(answer: Answer, *, with_cost: bool) -> bytes:
    end = b"}"
    if with_cost and answer.cost is not None:
        end = b',"extensions":{"cost":' + json.dumps(answer.cost).encode() + b"}}"
    if not answer.errors:
        return b'{"data":' + answer.data + end
    return b'{"errors":' + _written(answer.errors) + b',"data":' + answer.data + end


def _failure(errors: Iterable[Mapping[str, Any]]) -> bytes:
    return b'{"errors":' + _written(errors) + b"}"


def _written(errors: Iterable[Mapping[str, Any]]) -> bytes:
    return json.dumps(list(errors), ensure_ascii=False).encode("utf-8", "replace")


# -- headers


def _headers(sent: Iterable[tuple[bytes, bytes]]) -> Mapping[bytes, bytes]:
    """Give the headers by name; those that may occur only once are refused when repeated.

    Raises: BadRequest; TokenInvalid for two Authorization headers.
    """
    pairs = list(sent)
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    names = [name for name, _ in pairs]
    if names.count(b"authorization") > 1:
        raise TokenInvalid(Fault.SCHEME)
    if any(names.count(name) > 1 for name in _ONE_OF_A_KIND):
        raise BadRequest("A header that may stand once stands twice.", zh="只能出现一次的请求头重复出现。")
    if accepted := [value for name, value in pairs if name == b"accept"]:
        found[b"accept"] = b", ".join(accepted)
    return found


def _encoded(headers: Mapping[bytes, bytes]) -> bool:
    return headers.get(b"content-encoding", b"identity").strip().lower() not in (b"identity", b"")


def _text(value: bytes | None) -> str | None:
    return value.decode("latin-1") if value is not None else None


def _decoded(value: bytes | None) -> str | None:
    """Decode a header that carries text: percent-encoded UTF-8, since headers are ASCII."""
    return unquote(value.decode("latin-1")) if value is not None else None
