"""Handing in files: `POST /imports` and `renxin import`, one office, block by block, every refused row told."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, BinaryIO

import asyncpg
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api import bind
from api.database import LOST, DatabaseAway, TooBusy
from api.endpoint import BodyTooLarge, MethodNotAllowed
from api.errors import as_error, internal
from api.operation import Credentials, reader_of
from api.service import Service
from authz.token import TokenInvalid
from domain.errors import DomainError, Forbidden, InvalidInput
from domain.lifecycle import Actor, Transaction
from domain.oversight.imports import Importing, ImportSummary, Wanted, mark_left

IMPORT_SECONDS = 3600.0
IN_MEMORY = 1 << 20


class ContentTypeNotCsv(InvalidInput):
    """Send the file as the body, with Content-Type text/csv."""

    code = "CONTENT_TYPE_NOT_CSV"
    zh = "请将文件作为请求体发送，Content-Type 为 text/csv。"


async def hand_in(
    service: Service,
    actor: Actor,
    *,
    file: BinaryIO,
    wanted: Wanted,
    dry_run: bool = False,
    progress: Callable[[ImportSummary], None] | None = None,
) -> ImportSummary:
    """Import a file on a session of its own; a dry run takes nothing, and is judged on a second session.

    Raises: what `Importing.take` raises; DatabaseAway.
    """
    session = await service.database.connect(command_seconds=IMPORT_SECONDS)
    trial = None

    @asynccontextmanager
    async def transact() -> AsyncIterator[Transaction]:
        async with session.transaction():
            yield Transaction(session, service.clock(), actor)

    try:
        if dry_run:
            trial = await service.database.connect(command_seconds=IMPORT_SECONDS)
            await trial.execute("BEGIN")  # and never a COMMIT: the session ends first
        judged = Transaction(trial, service.clock(), actor) if trial else None
        importing = Importing(transact, service.vault, service.books, service.calendar, trial=judged)
        return await importing.take(file, wanted, progress=progress)
    except LOST:
        raise DatabaseAway from None
    finally:
        for opened in filter(None, (trial, session)):
            with suppress(*LOST, asyncpg.PostgresError):
                await opened.close(timeout=5)


async def settle_left(service: Service) -> int:
    """Mark the imports of processes that were killed; give how many there were.

    Raises: DatabaseAway.
    """
    try:
        session = await service.database.connect(command_seconds=IMPORT_SECONDS)
        try:
            async with session.transaction():
                tx = Transaction(session, service.clock(), Actor(None, ("operator",)))
                return await mark_left(tx, service.books)
        finally:
            await session.close(timeout=5)
    except LOST:
        raise DatabaseAway from None


def import_routes(service: Service) -> list[Route]:
    """Give the route of imports."""

    async def post(request: Request) -> Response:
        try:
            return JSONResponse(await _import(service, request), status_code=201)
        except DomainError as error:
            return JSONResponse({"errors": [as_error(error)]}, status_code=_status(error))
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as error:
            return JSONResponse({"errors": [as_error(internal(error))]}, status_code=500)

    return [Route("/imports", post, methods=["POST"])]


_STATUS: tuple[tuple[type[DomainError], int], ...] = (
    (TokenInvalid, 401),
    (Forbidden, 403),
    (BodyTooLarge, 413),
    (ContentTypeNotCsv, 415),
    (MethodNotAllowed, 405),
    (DatabaseAway, 503),
    (TooBusy, 503),
)


def _status(error: DomainError) -> int:
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 400)


async def _import(service: Service, request: Request) -> dict[str, Any]:
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "text/csv":
        raise ContentTypeNotCsv
    credentials = Credentials(request.headers.get("authorization"), None, request.headers.get("renxin-office"))
    caller = await service.caller_of(credentials, service.clock())
    if caller.office_id is None or not reader_of(service, caller).scopes("record_import", "hand_in"):
        raise Forbidden(noun="record_import", action="hand_in")
    item = request.query_params.get("item")
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        await _receive(request, file, service.settings.max_import_bytes)
        summary = await hand_in(
            service,
            caller.to_actor(),
            file=file,  # type: ignore[arg-type]
            wanted=Wanted(
                office_id=caller.office_id,
                item_id=bind.local_id(item, "CatalogueItem") if item else None,
                lenient=request.query_params.get("lenient") == "true",
                publish=_may_publish(service, caller, request),
            ),
            dry_run=request.query_params.get("dryRun") == "true",
        )
    return told(summary)


def _may_publish(service: Service, caller: Any, request: Request) -> bool:
    if request.query_params.get("publish") != "true":
        return False
    if not reader_of(service, caller).scopes("credit_record", "publish"):
        raise Forbidden(noun="credit_record", action="publish")
    return True


async def _receive(request: Request, file: Any, limit: int) -> None:
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise BodyTooLarge
        file.write(chunk)
    file.seek(0)


def told(summary: ImportSummary) -> dict[str, Any]:
    """Write what became of a file, as JSON."""
    return {
        "id": f"RecordImport:{summary.import_id}",
        "item": f"CatalogueItem:{summary.item_id}",
        "kind": summary.kind,
        "state": summary.state,
        "encoding": summary.encoding,
        "dryRun": summary.is_dry_run,
        "countedFromDecision": not summary.has_closing_days,
        "rowsTotal": summary.rows_total,
        "rowsRead": summary.rows_read,
        "rowsAdded": summary.rows_added,
        "rowsKnown": summary.rows_known,
        "rowsRefused": summary.rows_refused,
        "rowsPublished": summary.rows_published,
    }
