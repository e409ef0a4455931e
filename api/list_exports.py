"""Batches as files for the portal: `GET /list-batches/<id>/export?format=json|csv`.

What may be shown is read by a plan as the anonymous public reads it, so the file holds only what is lawfully
published today, people masked; what has left since is told by its id alone, for the portal to take down
(recall). What is disputed is marked, with the subject's own words beside it. The file is for officers: the
caller's own authority over the batch is asked first, and people in it are written to the access log under the
caller. Source: 新乡四(一)1; 海沧25 (recall); 厦门5; 河南省社会信用条例41 (异议标注).
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api import bind
from api.access import Access
from api.attachments import answered, credentials_of
from api.mutation import row_within, stands
from api.operation import MAX_REPLANS, AuthorityUnsettled, Credentials, Job, read, reader_of
from api.service import Service
from authz.caller import Caller
from domain.clock import local_day
from domain.errors import Forbidden, InvalidInput, NotFound
from domain.lists.batch_recall import Recalled, recalled

_PAGE: Final = """query ($id: ID!, $after: String) { listBatch(id: $id) {
  places(first: 100, after: $after, orderBy: JOINED_AT_ASC) { pageInfo { hasNextPage endCursor } nodes { entry {
    id inForce disputed decisionNo reason decidedOn publishedAt publicUntil office { name } creditList { name polarity }
    subjectStatements(first: 1, filter: { standing: true }) { nodes { words } }
    domain subject { name uscc maskedIdNumber } } } } } }"""
_FIRST_PAGE: Final = _PAGE.replace(", $after: String", "").replace(", after: $after", "")
COLUMNS: Final = (
    "action", "id", "list", "colour", "domain", "subject", "uscc", "masked_id_number", "decision_no", "reason",
    "office", "decided_on", "published_at", "public_until", "disputed", "subject_statement", "left_on",
)  # fmt: skip
_NOBODY: Final = Credentials()
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class FormatUnknown(InvalidInput):
    """There is no such format: ask for json or csv."""

    code = "EXPORT_FORMAT_UNKNOWN"
    zh = "没有该导出格式：请使用 json 或 csv。"


def list_export_routes(service: Service) -> list[Route]:
    """Give the route of exports of batches."""

    async def get(request: Request) -> Response:
        return await answered(_export(service, request))

    return [Route("/list-batches/{id}/export", get, methods=["GET"])]


async def _export(service: Service, request: Request) -> Response:
    kind = request.query_params.get("format", "json")
    if kind not in ("json", "csv"):
        raise FormatUnknown
    ident = str(request.path_params["id"])
    ident = ident if ident.startswith("ListBatch:") else f"ListBatch:{ident}"
    try:
        batch_id: UUID = bind.local_id(ident, "ListBatch")
    except InvalidInput:
        raise NotFound from None
    caller, batch, gone = await _authorised(service, request, batch_id)
    entries, people = await _public(service, ident)
    if people:
        now = service.clock()
        await service.access.write(
            Access(caller, "list_batch", "export", "served", person, now) for person in sorted(people)
        )
    told = [_told(entry) for entry in entries]
    body = _json(batch, told, gone) if kind == "json" else _csv(told, gone)
    media = "application/json" if kind == "json" else "text/csv; charset=utf-8"
    headers = {
        "content-disposition": f'attachment; filename="list-batch-{batch_id}.{kind}"',
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }
    return Response(body, media_type=media, headers=headers)


async def _authorised(
    service: Service, request: Request, batch_id: UUID
) -> tuple[Caller, Mapping[str, Any], list[Recalled]]:
    """Read the batch under the caller's own authority, and what has left since.

    Raises: Forbidden; NotFound for one outside it, or never published.
    """
    credentials = credentials_of(request)
    for _ in range(MAX_REPLANS):
        caller = await service.caller_of(credentials, service.clock())
        scopes = reader_of(service, caller).scopes("list_batch", "export")
        if not scopes:
            raise Forbidden(noun="list_batch", action="export")
        async with service.database.change() as session:
            if not await stands(session, caller):
                await service.callers.refresh()
                continue
            job = _job(service, credentials, caller, _FIRST_PAGE, {})
            batch = await row_within(job, session, "list_batch", "list_batch", batch_id, scopes)
            if batch is None or batch["published_at"] is None:
                raise NotFound
            return caller, batch, await recalled(session, batch_id, local_day(job.now))
    raise AuthorityUnsettled


async def _public(service: Service, ident: str) -> tuple[list[Mapping[str, Any]], set[UUID]]:
    """Read what the public may see of the batch today, and the people it tells about."""
    entries: list[Mapping[str, Any]] = []
    people: set[UUID] = set()
    after: str | None = None
    while True:
        await service.callers.refresh()
        text = _FIRST_PAGE if after is None else _PAGE
        values = {"id": ident} if after is None else {"id": ident, "after": after}
        job = _job(service, _NOBODY, service.callers.public, text, values)
        reading = await read(job)
        if reading.answer.errors:
            raise AuthorityUnsettled
        people |= set(reading.persons)
        batch = json.loads(reading.answer.data)["listBatch"]
        if batch is None:
            return entries, people
        page = batch["places"]
        entries += [one["entry"] for one in page["nodes"] if one["entry"] is not None]
        if not page["pageInfo"]["hasNextPage"]:
            return entries, people
        after = page["pageInfo"]["endCursor"]


def _job(service: Service, credentials: Credentials, caller: Caller, text: str, values: Mapping[str, Any]) -> Job:
    document = service.documents.get(text)
    return Job(service, credentials, caller, document, document.operation(None), values, values, service.clock())


def _told(entry: Mapping[str, Any]) -> dict[str, Any]:
    subject = entry["subject"] or {}
    return {
        "action": "publish",
        "id": entry["id"],
        "list": entry["creditList"]["name"],
        "colour": {"POSITIVE": "red", "NEGATIVE": "black"}.get(entry["creditList"]["polarity"], "other"),
        "domain": entry["domain"],
        "subject": subject.get("name"),
        "uscc": subject.get("uscc"),
        "masked_id_number": subject.get("maskedIdNumber"),
        "decision_no": entry["decisionNo"],
        "reason": entry["reason"],
        "office": entry["office"]["name"],
        "decided_on": entry["decidedOn"],
        "published_at": entry["publishedAt"],
        "public_until": entry["publicUntil"],
        "disputed": entry["disputed"],
        "subject_statement": next((one["words"] for one in entry["subjectStatements"]["nodes"]), None),
        "left_on": None,
    }


def _recall(one: Recalled) -> dict[str, Any]:
    return {"action": "recall", "id": f"ListEntry:{one.entry_id}", "left_on": one.left_on.isoformat()}


def _json(batch: Mapping[str, Any], told: Iterable[Mapping[str, Any]], gone: Iterable[Recalled]) -> bytes:
    names = ("year", "period", "number", "domain", "state")
    head = {"id": f"ListBatch:{batch['id']}", **{name: batch[name] for name in names}}
    entries = [{name: value for name, value in one.items() if name not in ("action", "left_on")} for one in told]
    recalls = [{"id": one["id"], "left_on": one["left_on"]} for one in map(_recall, gone)]
    return json.dumps({"batch": head, "entries": entries, "recalled": recalls}, ensure_ascii=False).encode()


def _csv(told: Iterable[Mapping[str, Any]], gone: Iterable[Recalled]) -> bytes:
    """Write the rows as a table that a spreadsheet opens and does not calculate."""
    made = io.StringIO(newline="")
    writer = csv.DictWriter(made, COLUMNS, restval="")
    writer.writeheader()
    for row in (*told, *map(_recall, gone)):
        writer.writerow({name: _cell(value) for name, value in row.items()})
    return made.getvalue().encode("utf-8-sig")


def _cell(value: Any) -> str:
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
