"""Handing in files: `POST /imports` and `renxin import`, one office, block by block, every refused row told."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from os import SEEK_END
from typing import IO, Any, Final
from uuid import UUID

import asyncpg
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from api import bind
from api.access import Access
from api.database import LOST, DatabaseAway
from api.http_errors import BodyTooLarge, UnsupportedMediaType
from api.mutation import stands
from api.operation import MAX_REPLANS, AuthorityUnsettled, Credentials, reader_of
from api.routes import PRIVATE, Status, answered, credentials_of, read_row
from api.service import Service
from authz.caller import Caller
from domain.errors import Forbidden, InvalidInput, NotFound
from domain.lifecycle import Actor, Transaction
from domain.oversight.imports import Importing, ImportSummary, Transact, Wanted, mark_left
from domain.oversight.refused_file import refused_file

IMPORT_SECONDS = 3600.0
IN_MEMORY = 1 << 20
LARGE = 1 << 20
"""Units: bytes."""

_CONTENT_TYPES: Final = frozenset(
    {
        "text/csv",
        "application/x-ndjson",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/gzip",
    }
)
"""What a file is, is told by its content; the type keeps pages of other origins from sending one unasked."""


class ContentTypeNotAFile(UnsupportedMediaType):
    """Send the file itself as the body, with the Content-Type of CSV, NDJSON, XLSX or gzip."""

    code = "CONTENT_TYPE_NOT_A_FILE"
    zh = "请将文件本身作为请求体发送，Content-Type 为 CSV、NDJSON、XLSX 或 gzip 的类型。"


Authorise = Callable[["asyncpg.Connection[Any]"], Awaitable[Actor]]

_STATUSES: Final[tuple[Status, ...]] = ((ContentTypeNotAFile, 415, ()),)


async def hand_in(
    service: Service,
    authorise: Authorise,
    *,
    file: IO[bytes],
    wanted: Wanted,
    dry_run: bool = False,
    progress: Callable[[ImportSummary], None] | None = None,
) -> ImportSummary:
    """Import a file on a session of its own, and a large one on two; a dry run takes nothing, judged on a second one.

    `authorise` is asked in the transaction of each block: what was taken away meanwhile ends the import there.
    Raises: what `Importing.take` and `authorise` raise; DatabaseAway.
    """
    sessions = [await service.database.connect(command_seconds=IMPORT_SECONDS)]

    def on(session: asyncpg.Connection[Any]) -> Transact:
        @asynccontextmanager
        async def transact() -> AsyncIterator[Transaction]:
            async with session.transaction():
                yield Transaction(session, service.clock(), await authorise(session))

        return transact

    try:
        judged = None
        if dry_run or _is_large(file):
            sessions.append(await service.database.connect(command_seconds=IMPORT_SECONDS))
        if dry_run:
            await sessions[1].execute("BEGIN")  # and never a COMMIT: the session ends first
            judged = Transaction(sessions[1], service.clock(), await authorise(sessions[0]))
        first, *others = map(on, sessions)
        importing = Importing(
            first,
            service.vault,
            service.books,
            service.calendar,
            beside=() if dry_run else others,
            trial=judged,
        )
        return await importing.take(file, wanted, progress=progress)
    except LOST:
        raise DatabaseAway from None
    finally:
        for opened in reversed(sessions):
            with suppress(*LOST, asyncpg.PostgresError):
                await opened.close(timeout=5)


def _is_large(file: IO[bytes]) -> bool:
    """Tell whether a file, packed or not, may be so long that two sessions take it in faster than one."""
    return file.seek(0, SEEK_END) >= LARGE


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
    """Give the routes of imports."""

    async def post(request: Request) -> Response:
        return await answered(_import(service, request), _STATUSES)

    async def refused(request: Request) -> Response:
        return await answered(_refused(service, request))

    return [
        Route("/imports", post, methods=["POST"]),
        Route("/imports/{id}/refused", refused, methods=["GET"]),
    ]


async def _import(service: Service, request: Request) -> Response:
    if request.headers.get("content-type", "").split(";")[0].strip().lower() not in _CONTENT_TYPES:
        raise ContentTypeNotAFile
    if request.headers.get("content-encoding", "identity").strip().lower() not in ("identity", "gzip"):
        raise ContentTypeNotAFile
    _require_length(request, service.settings.max_import_bytes)
    credentials, publish = credentials_of(service, request), request.query_params.get("publish") == "true"
    caller, office_id = await _handing_in(service, credentials, publish=publish)
    item = request.query_params.get("item")

    async def authorise(session: asyncpg.Connection[Any]) -> Actor:
        """Give who hands in, under the authority that stands until the transaction of a block ends."""
        nonlocal caller
        for _ in range(MAX_REPLANS):
            if await stands(session, caller):
                return caller.to_actor()
            await service.callers.refresh()
            caller, held = await _handing_in(service, credentials, publish=publish)
            if held != office_id:
                raise Forbidden(noun="record_import", action="hand_in")
        raise AuthorityUnsettled

    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        await _receive(request, file, service.settings.max_import_bytes)
        summary = await hand_in(
            service,
            authorise,
            file=file,
            wanted=Wanted(
                office_id=office_id,
                item_id=bind.local_id(item, "CatalogueItem") if item else None,
                lenient=request.query_params.get("lenient") == "true",
                publish=publish,
            ),
            dry_run=request.query_params.get("dryRun") == "true",
        )
    return JSONResponse(told(summary), status_code=201)


async def _handing_in(service: Service, credentials: Credentials, *, publish: bool) -> tuple[Caller, UUID]:
    """Give the caller who hands in a file, and publishes its rows where it asks for that, and its office.

    Raises: Forbidden; what `caller_of` raises.
    """
    caller = await service.caller_of(credentials, service.clock())
    reader = reader_of(service, caller)
    if caller.office_id is None or not reader.scopes("record_import", "hand_in"):
        raise Forbidden(noun="record_import", action="hand_in")
    if publish and not reader.scopes("credit_record", "publish"):
        raise Forbidden(noun="credit_record", action="publish")
    return caller, caller.office_id


async def _refused(service: Service, request: Request) -> Response:
    """Hand the refused rows of an import back to who may read them; the access is written first.

    Raises: NotFound; what refuses the query.
    """
    ident = f"RecordImport:{str(request.path_params['id']).removeprefix('RecordImport:')}"
    try:
        import_id = bind.local_id(ident, "RecordImport")
    except InvalidInput:
        raise NotFound from None
    credentials = credentials_of(service, request)
    row = (await read_row(service, credentials, _IMPORT, {"id": ident}))["recordImport"]
    if row is None or not row["refusedRows"]["nodes"]:
        raise NotFound
    caller = await service.caller_of(credentials, service.clock())
    await service.access.write([Access(caller, "refused_row", "read", "served", None, service.clock())])

    async def pieces() -> AsyncIterator[bytes]:
        async with service.database.session() as session:
            async for piece in refused_file(session, service.vault, import_id):
                yield piece

    headers = {
        "content-disposition": f'attachment; filename="refused-{import_id}.csv"',
        **PRIVATE,
    }
    return StreamingResponse(pieces(), media_type="text/csv; charset=utf-8", headers=headers)


_IMPORT: Final = """
query ($id: ID!) { recordImport(id: $id) { refusedRows(first: 1) { nodes { line } } } }
"""


def _require_length(request: Request, most: int) -> None:
    declared = request.headers.get("content-length", "0")
    if declared.isdigit() and int(declared[:19]) > most:
        raise BodyTooLarge


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
