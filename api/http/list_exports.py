"""Lists as files: a batch for the portal, `GET /list-batches/<id>/export?format=json|csv`, and a list for a channel
outside the internet, `GET /credit-lists/<id>/export?channel=地铁&since=2026-03-01&format=json|csv`.

What may be shown is read by a plan as the anonymous public reads it, so a file holds only what is lawfully published
today, people masked; what has left since is told by its id, its day and its reason alone, to be taken down (recall).
Files are for officers: the caller's own authority is asked first, and people in them are written to the access log
under the caller. What is disputed is marked, with the subject's own words beside it. Refuses a channel that the text does not name, where its list of channels is closed.
Source: 新乡四(一)1; 海沧25 (曝光, recall); 厦门5; 河南省社会信用条例41 (异议标注).
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.execution.job import AuthorityUnsettled, Credentials, Job, reader_of
from api.execution.mutation import row_within
from api.execution.operation import read
from api.execution.service import Service
from api.execution.standing import within_authority
from api.gate.access import Access
from api.http.routes import PRIVATE, answered, credentials_of
from api.planning import bind
from authz.caller import Caller
from authz.vocabulary import Scope
from domain.clock import local_day
from domain.connection import Connection
from domain.errors import Forbidden, InvalidInput, NotFound
from domain.lists.batch_recall import Recalled, left_list, recalled
from domain.lists.list_kind import read_kind
from domain.text import inert
from domain.written_time import require_day

_ENTRY: Final = """id inForce disputed decisionNo reason decidedOn publishedAt publicUntil office { name }
  creditList { name polarity } domain subject { id name uscc maskedIdNumber }
  subjectStatements(first: 1, filter: { standing: true }) { nodes { words } }"""
_BATCH: Final = f"""query ($id: ID!, $after: String) {{ found: listBatch(id: $id) {{
  page: places(first: 100, after: $after, orderBy: JOINED_AT_ASC) {{
    pageInfo {{ hasNextPage endCursor }} nodes {{ entry {{ {_ENTRY} }} }} }} }} }}"""
_LIST: Final = f"""query ($id: ID!, $after: String) {{ found: node(id: $id) {{ ... on CreditList {{
  page: entries(first: 100, after: $after) {{ pageInfo {{ hasNextPage endCursor }} nodes {{ {_ENTRY} }} }} }} }} }}"""
COLUMNS: Final = (
    "action", "id", "list", "colour", "domain", "subject", "uscc", "masked_id_number", "decision_no", "reason",
    "office", "decided_on", "published_at", "public_until", "disputed", "subject_statement", "left_on", "why",
)  # fmt: skip
T = TypeVar("T")
_NOBODY: Final = Credentials()
_LONGEST: Final = 50


class FormatUnknown(InvalidInput):
    """There is no such format: ask for json or csv."""

    code = "EXPORT_FORMAT_UNKNOWN"
    zh = "没有该导出格式：请使用 json 或 csv。"


class ChannelUnknown(InvalidInput):
    """The text names no such channel, or none for this list: see `channels`."""

    code = "EXPOSURE_CHANNEL_UNKNOWN"
    zh = "原文未规定该名单的此曝光渠道：见 channels。"


@dataclass(frozen=True, slots=True)
class _File:
    """What a file is made of."""

    name: str
    head: Mapping[str, Any]
    entries: Sequence[Mapping[str, Any]]
    gone: Sequence[Recalled]


def list_export_routes(service: Service) -> list[Route]:
    """Give the routes of exports: of batches, and of lists for a channel."""

    async def batch(request: Request) -> Response:
        return await answered(_written(service, request, _batch))

    async def channel(request: Request) -> Response:
        return await answered(_written(service, request, _channel))

    return [
        Route("/list-batches/{id}/export", batch, methods=["GET"]),
        Route("/credit-lists/{id}/export", channel, methods=["GET"]),
    ]


async def _written(
    service: Service, request: Request, make: Callable[[Service, Request], Awaitable[_File]]
) -> Response:
    kind = request.query_params.get("format", "json")
    if kind not in ("json", "csv"):
        raise FormatUnknown
    made = await make(service, request)
    told = [_told(entry) for entry in made.entries]
    body = _json(made.head, told, made.gone) if kind == "json" else _csv(told, made.gone)
    media = "application/json" if kind == "json" else "text/csv; charset=utf-8"
    headers = {
        "content-disposition": f'attachment; filename="{made.name}.{kind}"',
        **PRIVATE,
    }
    return Response(body, media_type=media, headers=headers)


def _asked(request: Request, entity: str) -> UUID:
    """Read the id in the address.

    Raises: NotFound.
    """
    ident = str(request.path_params["id"])
    try:
        found: UUID = bind.local_id(ident if ident.startswith(f"{entity}:") else f"{entity}:{ident}", entity)
    except InvalidInput:
        raise NotFound from None
    return found


async def _batch(service: Service, request: Request) -> _File:
    batch_id = _asked(request, "ListBatch")

    async def look(
        session: Connection, job: Job, scopes: tuple[Scope, ...]
    ) -> tuple[Mapping[str, Any], list[Recalled]]:
        batch = await row_within(job, session, "list_batch", "list_batch", batch_id, scopes)
        if batch is None or batch["published_at"] is None:
            raise NotFound
        return batch, await recalled(session, batch_id, local_day(job.now))

    caller, (batch, gone) = await _authorised(service, request, "list_batch", look)
    entries = await _noted(service, caller, "list_batch", _BATCH, f"ListBatch:{batch_id}")
    names = ("year", "period", "number", "domain", "state")
    head = {"batch": {"id": f"ListBatch:{batch_id}", **{name: batch[name] for name in names}}}
    return _File(f"list-batch-{batch_id}", head, entries, gone)


async def _channel(service: Service, request: Request) -> _File:
    list_id = _asked(request, "CreditList")
    channel, since = request.query_params.get("channel", "").strip(), _since(request.query_params.get("since"))

    async def look(session: Connection, job: Job, scopes: tuple[Scope, ...]) -> tuple[dict[str, Any], list[Recalled]]:
        kind = await read_kind(session, service.books, list_id)
        if kind.jurisdiction_id != job.caller.jurisdiction_id:
            raise NotFound
        rule = kind.rule
        named = channel in rule.exposure_channels
        extra = bool(rule.exposure_channels) and rule.exposure_open_ended and 0 < len(channel) <= _LONGEST
        if not (named or extra):
            raise ChannelUnknown(channels=list(rule.exposure_channels))
        told = {"id": f"CreditList:{list_id}", "name": kind.name, "clause": rule.clause}
        gone = await left_list(session, list_id, since, local_day(job.now))
        return {**told, "channel": channel, "namedInText": named}, gone

    caller, (head, gone) = await _authorised(service, request, "list_entry", look)
    entries = await _noted(service, caller, "list_entry", _LIST, f"CreditList:{list_id}")
    return _File(f"credit-list-{list_id}", {"list": head}, entries, gone)


def _since(given: str | None) -> date:
    """Read the day from which what has left is recalled; from the beginning unless it is given.

    Raises: InvalidInput.
    """
    return date.min if given is None else require_day("since", given)


async def _authorised(
    service: Service, request: Request, noun: str, look: Callable[[Connection, Job, tuple[Scope, ...]], Awaitable[T]]
) -> tuple[Caller, T]:
    """Look at rows under the caller's own authority to export a noun; give the caller with what was found.

    Raises: Forbidden; what `look` raises.
    """
    credentials = credentials_of(service, request)

    async def look_within(session: Connection, caller: Caller, now: datetime) -> tuple[Caller, T]:
        scopes = reader_of(service, caller).scopes(noun, "export")
        if not scopes:
            raise Forbidden(noun=noun, action="export")
        return caller, await look(session, _job(service, credentials, caller, _BATCH, {}), scopes)

    return await within_authority(service, credentials, look_within)


async def _noted(service: Service, caller: Caller, noun: str, text: str, ident: str) -> list[Mapping[str, Any]]:
    """Read what the public may see today; count whom it tells about, and write the people in it to the access log.

    Both under the caller. Raises: QuotaExceeded.
    """
    async with service.metering.metered(caller, service.clock()) as meter:
        if meter is not None:
            await meter.require_room(noun)
        entries, people = await _read(service, text, ident)
        if meter is not None:
            await meter.charge(len({one["subject"]["id"] for one in entries if one["subject"]}), noun)
    if people:
        now = service.clock()
        await service.access.write(Access(caller, noun, "export", "served", one, now) for one in sorted(people))
    return entries


async def _read(service: Service, text: str, ident: str) -> tuple[list[Mapping[str, Any]], set[UUID]]:
    """Read what the public may see today, page by page; give it with the people in it."""
    entries: list[Mapping[str, Any]] = []
    people: set[UUID] = set()
    values: dict[str, Any] = {"id": ident}
    while True:
        await service.callers.refresh()
        shown = text if "after" in values else text.replace(", $after: String", "").replace(", after: $after", "")
        reading = await read(_job(service, _NOBODY, service.callers.public, shown, values))
        if reading.answer.errors:
            raise AuthorityUnsettled
        people |= set(reading.persons)
        found = json.loads(reading.answer.data)["found"]
        page: dict[str, Any] = found["page"] if found else {"nodes": [], "pageInfo": {"hasNextPage": False}}
        entries += [one.get("entry", one) for one in page["nodes"] if one.get("entry", one) is not None]
        if not page["pageInfo"]["hasNextPage"]:
            break
        values["after"] = page["pageInfo"]["endCursor"]
    return entries, people


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
        "why": None,
    }


def _recall(one: Recalled) -> dict[str, Any]:
    return {
        "action": "recall",
        "id": f"ListEntry:{one.entry_id}",
        "left_on": one.left_on.isoformat(),
        "why": one.why,
    }


def _json(head: Mapping[str, Any], told: Iterable[Mapping[str, Any]], gone: Iterable[Recalled]) -> bytes:
    left_out = ("action", "left_on", "why")
    entries = [{name: value for name, value in one.items() if name not in left_out} for one in told]
    recalls = [{name: one[name] for name in ("id", "left_on", "why")} for one in map(_recall, gone)]
    return json.dumps({**head, "entries": entries, "recalled": recalls}, ensure_ascii=False).encode()


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
    return inert(text)
