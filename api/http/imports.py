"""Handing in files: `POST /imports`, one office, block by block, every refused row told."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import asyncpg
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from api.execution.job import Credentials, reader_of
from api.execution.service import Service
from api.execution.standing import stands
from api.gate.access import Access
from api.gate.http_errors import BodyTooLarge, UnsupportedMediaType
from api.gate.stopping import BrokenOff, unless_stopped
from api.http.handing_in import Desk, ImportStopped, hand_in, settle_left
from api.http.routes import PRIVATE, Status, answered, credentials_of, read_row
from api.planning import bind
from api.postgres.database import DatabaseAway
from authz.caller import Caller
from domain.errors import DomainError, Forbidden, InvalidInput, NotFound
from domain.lifecycle import Actor
from domain.oversight.imports import ImportSummary
from domain.oversight.placing import Wanted
from domain.oversight.refused_file import refused_file

IN_MEMORY = 1 << 20
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


class FileTooLarge(BodyTooLarge):
    """The file is longer than may be sent at once, `most` bytes: pack it by gzip, divide it, or use `renxin import`."""

    code = "FILE_TOO_LARGE"
    zh = "文件超过单次可提交的长度，上限字节数见 most：请用gzip压缩、拆分后分别提交，或使用 renxin import 命令。"


class ImportsUnderWay(DomainError):
    """As many files as may be are being taken in, of yours or of everybody: wait for one to end, then send it again."""

    code = "IMPORTS_UNDER_WAY"
    zh = "您或者本服务正在归集的文件已达上限：请待其中一个结束后重新提交。"


MOST_AT_ONCE: Final = 4
MOST_OF_ONE: Final = 2
"""Files: of everybody, and of one account, in a process. Each has a thread and up to two sessions of its own."""


@dataclass(slots=True)
class Places:
    """Where files are taken in: so many, and not all of them one account's."""

    taken: Counter[UUID | None] = field(default_factory=Counter)

    @contextmanager
    def held(self, account_id: UUID | None) -> Iterator[None]:
        """Hold a place while a file is sent and taken in.

        Raises: ImportsUnderWay.
        """
        if self.taken.total() >= MOST_AT_ONCE or self.taken[account_id] >= MOST_OF_ONE:
            raise ImportsUnderWay(most=MOST_AT_ONCE, yours=MOST_OF_ONE)
        self.taken[account_id] += 1
        try:
            yield
        finally:
            self.taken[account_id] -= 1
            self.taken += Counter()  # nobody who holds none is kept


_STATUSES: Final[tuple[Status, ...]] = (
    (ContentTypeNotAFile, 415, ()),
    (ImportsUnderWay, 503, ((b"retry-after", b"10"),)),
    (ImportStopped, 503, ((b"retry-after", b"10"),)),
)


def desk_of(service: Service) -> Desk:
    """Give the desk of the service."""
    return Desk(service.database, service.vault, service.books, service.calendar, service.clock)


def import_routes(service: Service) -> list[Route]:
    """Give the routes of imports."""
    places = Places()

    async def post(request: Request) -> Response:
        return await answered(_import(service, places, request), _STATUSES)

    async def refused(request: Request) -> Response:
        return await answered(_refused(service, request))

    return [
        Route("/imports", post, methods=["POST"]),
        Route("/imports/{id}/refused", refused, methods=["GET"]),
    ]


async def _import(service: Service, places: Places, request: Request) -> Response:
    _require_file(request)
    _require_length(request, service.settings.max_import_bytes)
    credentials, publish = credentials_of(service, request), request.query_params.get("publish") == "true"
    caller, office_id = await _handing_in(service, credentials, publish=publish)

    async def authorise(session: asyncpg.Connection[Any]) -> Actor:
        """Give who hands in, under the authority that stands until the transaction of a block ends."""
        nonlocal caller
        while not await stands(session, caller):  # from the first time on it is held as it is
            await service.callers.refresh()
            caller, held = await _handing_in(service, credentials, publish=publish)
            if held != office_id:
                raise Forbidden(noun="record_import", action="hand_in")
        return caller.to_actor()

    async def take() -> ImportSummary:
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
            await _receive(request, file, service.settings.max_import_bytes)
            return await hand_in(
                desk_of(service),
                authorise,
                file=file,
                wanted=_wanted(request, office_id, publish=publish),
                dry_run=request.query_params.get("dryRun") == "true",
            )

    try:
        with places.held(caller.account_id):
            summary = await unless_stopped(service.stopping, take())
    except BrokenOff:
        with suppress(DatabaseAway):
            await settle_left(desk_of(service))
        raise ImportStopped from None
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


def _wanted(request: Request, office_id: UUID, *, publish: bool) -> Wanted:
    """Give what the query of the address asks of an import.

    Raises: IdInvalid.
    """
    item = request.query_params.get("item") or None
    is_id = item is not None and item.startswith("CatalogueItem:")
    return Wanted(
        office_id=office_id,
        item_id=bind.local_id(item, "CatalogueItem") if is_id else None,
        item_code=None if is_id else item,
        lenient=request.query_params.get("lenient") == "true",
        publish=publish,
    )


def _require_file(request: Request) -> None:
    """Require that the body is said to be a file, packed by gzip or not at all."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() not in _CONTENT_TYPES:
        raise ContentTypeNotAFile
    if request.headers.get("content-encoding", "identity").strip().lower() not in ("identity", "gzip"):
        raise ContentTypeNotAFile


def _require_length(request: Request, most: int) -> None:
    declared = request.headers.get("content-length", "0")
    if declared.isdigit() and int(declared[:19]) > most:
        raise FileTooLarge(most=most)


async def _receive(request: Request, file: Any, limit: int) -> None:
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise FileTooLarge(most=limit)
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
