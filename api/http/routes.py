"""What the routes beside /graphql share: who calls, a row read through the line, refusals in the one shape of errors."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import unquote

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from api.errors import as_error, internal
from api.execution.job import Credentials, Job
from api.execution.operation import run
from api.execution.service import Service
from api.gate.http_errors import Headers, status_of
from api.gate.sending import sender_of
from domain.errors import DomainError, Forbidden, NotFound

Status = tuple[type[DomainError], int, Headers]

PRIVATE: Final = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
"""Headers of every answer: it is for this caller alone, and is what its type says."""

_NOT_FOUND: Final[Status] = (NotFound, 404, ())


def as_json(refused: DomainError) -> Response:
    """Write a refusal for a program."""
    return JSONResponse({"errors": [as_error(refused)]})


async def answered(
    work: Awaitable[Response], own: Sequence[Status] = (), *, told: Callable[[DomainError], Response] = as_json
) -> Response:
    """Give the response, or the refusal as `told` writes it; `own` are statuses of errors that only this route knows."""
    try:
        return await work
    except ClientDisconnect:
        return Response(status_code=400)
    except DomainError as error:
        refused = error
    except Exception as error:
        refused = internal(error)
    response = told(refused)
    response.status_code, headers = _status_and_headers(refused, own)
    response.headers.update({**PRIVATE, **headers})
    return response


def _status_and_headers(refused: DomainError, own: Sequence[Status] = ()) -> tuple[int, dict[str, str]]:
    """Give the status of a refusal, and the headers that go with it."""
    known = ((status, extra) for kind, status, extra in (*own, _NOT_FOUND) if isinstance(refused, kind))
    status, extra = next(known, None) or status_of(refused)
    return status, {name.decode(): value.decode() for name, value in extra}


def credentials_of(service: Service, request: Request) -> Credentials:
    """Read the headers that say who calls, for what, in which office; count the public by its address.

    Raises: QuotaExceeded.
    """
    admit_public(service, request)
    purpose = request.headers.get("renxin-purpose")
    office = request.headers.get("renxin-office")
    return Credentials(
        request.headers.get("authorization"),
        unquote(purpose) if purpose is not None else None,
        unquote(office) if office is not None else None,
        sender_of(request.scope, service.settings),
    )


def admit_public(service: Service, request: Request) -> None:
    """Count a request in nobody's name by its address.

    Raises: QuotaExceeded.
    """
    if "authorization" not in request.headers:
        service.metering.admit(request.client.host if request.client else "", service.clock())


async def read_row(service: Service, credentials: Credentials, query: str, values: dict[str, Any]) -> dict[str, Any]:
    """Ask a query of our own as the caller; give its data, once its access entries are committed.

    Raises: what refuses the query.
    """
    now = service.clock()
    caller = await service.caller_of(credentials, now)
    document = service.documents.get(query)
    async with service.metering.metered(caller, now) as meter:
        job = Job(service, credentials, caller, document, document.operation(None), values, values, now, meter)
        answer = await run(job)
    if answer.errors:
        raise _refusal(answer.errors[0]["extensions"]["code"], answer.errors[0])
    data: dict[str, Any] = json.loads(answer.data)
    return data


def _refusal(code: str, told: Mapping[str, Any]) -> DomainError:
    """Give a refusal of the query as an error of the request."""
    kind = Forbidden if code == Forbidden.code else DomainError
    error = kind(told["message"], zh=told["extensions"]["messageZh"])
    error.code = code
    return error
