"""Attachments over HTTP: `POST /attachments` takes a file as the body, `GET /attachments/<id>` gives it back.

The row is read by a plan like any query, so authority, purpose and access entry are those of GraphQL: a foreign
attachment is answered as a missing one. A body is received piece by piece into a file, never whole into memory;
what it is, is found in its content. What is served can run nowhere: it is a download, of the type that was found,
in a sandbox without any source. Source: RFC 6266; WHATWG MIME Sniffing; 厦门5.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, BinaryIO, Final
from urllib.parse import quote, unquote_to_bytes

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from api.execution.job import Credentials, reader_of
from api.execution.service import Service
from api.execution.standing import within_authority
from api.gate.http_errors import BodyTooLarge, UnsupportedMediaType
from api.http.routes import PRIVATE, Status, answered, credentials_of, read_row
from api.planning import bind
from authz.caller import Caller
from domain.connection import Connection
from domain.errors import Forbidden, InvalidInput, NotFound
from domain.files import attachments
from domain.files.attachments import Upload, plain_name, shown_name
from domain.files.media import TEXT, recognise
from domain.files.store import AttachmentStore, AttachmentUnreadable, Incoming, StorageUnavailable
from domain.lifecycle import Transaction

_STEP: Final = 1 << 16
_ROW: Final = """query ($id: ID!) { attachment(id: $id) { state name mediaType size digest } }"""
_HEADERS: Final = {
    **PRIVATE,
    "content-security-policy": "default-src 'none'; sandbox",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "accept-ranges": "none",
}


class AttachmentTooLarge(BodyTooLarge):
    """The file is larger than this service takes: see `most` for the bytes allowed."""

    code = "ATTACHMENT_TOO_LARGE"
    zh = "附件过大：允许的字节数见 most。"


class AttachmentEmpty(InvalidInput):
    """The body is empty: send the file itself as the body."""

    code = "ATTACHMENT_EMPTY"
    zh = "请求体为空：请将文件本身作为请求体发送。"


class NotAFileBody(UnsupportedMediaType):
    """Send the file itself as the body, with its own Content-Type or application/octet-stream; no form, no encoding."""

    code = "NOT_A_FILE_BODY"
    zh = "请将文件本身作为请求体发送，Content-Type 为文件类型或 application/octet-stream，不得使用表单或压缩。"


_STATUSES: Final[tuple[Status, ...]] = (
    (NotAFileBody, 415, ()),
    (StorageUnavailable, 503, ((b"retry-after", b"10"),)),
    (AttachmentUnreadable, 500, ()),
)


def attachment_routes(service: Service) -> list[Route]:
    """Give the routes of attachments."""

    async def post(request: Request) -> Response:
        return await answered(_upload(service, request), _STATUSES)

    async def get(request: Request) -> Response:
        return await answered(_download(service, request), _STATUSES)

    return [
        Route("/attachments", post, methods=["POST"]),
        Route("/attachments/{id}", get, methods=["GET"]),
    ]


# -- in


async def _upload(service: Service, request: Request) -> Response:
    _require_file(request)
    name = plain_name(_sent_name(request))
    credentials = credentials_of(service, request)
    caller = await service.caller_of(credentials, service.clock())
    _require_uploader(service, caller)
    async with service.database.change() as session:  # before the body: who may not is told at once
        await attachments.require_few_drafts(Transaction(session, service.clock(), caller.to_actor()))
    with service.attachments.receive() as incoming:
        await _receive(request, incoming, service.settings.max_attachment_bytes)
        media_type = await asyncio.to_thread(recognise, incoming.file, incoming.size)
        digest = await asyncio.to_thread(service.attachments.keep, incoming)
    found = Upload(name=name, media_type=media_type, size=incoming.size, digest=digest)
    row_id, receipts = await _entered(service, credentials, found)
    told = {
        "id": f"Attachment:{row_id}",
        "name": name,
        "mediaType": media_type,
        "size": found.size,
        "digest": digest,
        "receipts": [str(one) for one in receipts],
    }
    return JSONResponse(told, status_code=201, headers={**PRIVATE, "location": f"/attachments/{row_id}"})


def _require_file(request: Request) -> None:
    kind = request.headers.get("content-type", "application/octet-stream").split(";")[0].strip().lower()
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if kind.startswith("multipart/") or kind == "application/x-www-form-urlencoded" or encoding != "identity":
        raise NotAFileBody


def _sent_name(request: Request) -> str:
    """Read the header Renxin-Name: UTF-8, percent-encoded or as it is.

    Raises: InvalidInput.
    """
    try:
        return unquote_to_bytes(request.headers.get("renxin-name", "attachment").encode("latin-1")).decode("utf-8")
    except UnicodeDecodeError:
        raise InvalidInput(
            "Renxin-Name is UTF-8, percent-encoded.", zh="Renxin-Name 须为百分号编码的 UTF-8。"
        ) from None


def _require_uploader(service: Service, caller: Caller) -> None:
    if caller.anonymous or not reader_of(service, caller).scopes("attachment", "upload"):
        raise Forbidden(noun="attachment", action="upload")


async def _receive(request: Request, incoming: Incoming, most: int) -> None:
    """Take the body piece by piece.

    Raises: AttachmentTooLarge; AttachmentEmpty; StorageUnavailable.
    """
    declared = request.headers.get("content-length", "0")
    if declared.isdigit() and int(declared[:19]) > most:
        raise AttachmentTooLarge(most=most)
    async for chunk in request.stream():
        if incoming.size + len(chunk) > most:
            raise AttachmentTooLarge(most=most)
        incoming.write(chunk)
    if incoming.size == 0:
        raise AttachmentEmpty


async def _entered(service: Service, credentials: Credentials, found: Upload) -> tuple[Any, list[Any]]:
    """Enter the row under the authority as it stands now; its bytes are already safe."""

    async def enter(session: Connection, caller: Caller, now: datetime) -> tuple[Any, list[Any]]:
        _require_uploader(service, caller)
        tx = Transaction(session, now, caller.to_actor())
        return await attachments.upload(tx, found), tx.events

    return await within_authority(service, credentials, enter)


# -- out


async def _download(service: Service, request: Request) -> Response:
    row = await _read(service, request)
    file = await asyncio.to_thread(_opened, service.attachments, row["digest"])
    media_type = f"{TEXT}; charset=utf-8" if row["mediaType"] == TEXT else row["mediaType"]
    headers = {
        **_HEADERS,
        "content-length": str(row["size"]),
        "content-disposition": _disposition(shown_name(row["name"], row["mediaType"])),
        "content-type": media_type,
    }
    return StreamingResponse(_pieces(file), headers=headers)


async def _read(service: Service, request: Request) -> dict[str, Any]:
    """Read the row by a plan, as the caller may see it; its access entry is committed when this returns.

    Raises: NotFound; what refuses the query.
    """
    ident = str(request.path_params["id"])
    ident = ident if ident.startswith("Attachment:") else f"Attachment:{ident}"
    try:
        bind.local_id(ident, "Attachment")
    except InvalidInput:
        raise NotFound from None
    row: dict[str, Any] | None = (await read_row(service, credentials_of(service, request), _ROW, {"id": ident}))[
        "attachment"
    ]
    if row is None or row["state"] == "DISCARDED":
        raise NotFound
    return row


def _opened(store: AttachmentStore, digest: str) -> BinaryIO:
    return store.open(digest)


async def _pieces(file: BinaryIO) -> AsyncIterator[bytes]:
    try:
        while piece := await asyncio.to_thread(file.read, _STEP):
            yield piece
    finally:
        file.close()


def _disposition(name: str) -> str:
    """Write a download's name, in ASCII for old clients and in UTF-8 for the others (RFC 6266 appendix D)."""
    plain = "".join(one if one.isascii() and one.isprintable() and one not in '"\\%' else "_" for one in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
