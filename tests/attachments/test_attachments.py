"""Attachments over HTTP: in and out, within the caller's authority, and nothing that could run."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from api.demo.stories import EXAM_RECORD_ID, OVERDUE_PENALTY_ID, PERSON_WITH_CONSENT, SERIOUS_PENALTY_ID
from api.execution.job import Credentials
from api.execution.service import Service
from authz.activation import bump_epoch
from authz.caller import Caller
from domain.files import attachments
from domain.lifecycle import Actor, Transaction
from tests.attachments.samples import jpeg, pdf, png
from tests.client import NOW, Client, Serve

pytestmark = pytest.mark.anyio

CLERK, OTHER, PERSON = "xiamen-inspection-clerk", "xiamen-approval-clerk", "person-with-consent"
MISSING = "01856aa0-0000-7000-8000-000000000000"
ATTACH = """mutation ($input: AttachAttachmentInput!) { attachAttachment(input: $input) {
  receipts attachment { id state part object subject { id } office { name } uploadedBy } } }"""


@pytest.fixture(scope="module")
async def client(serve: Serve, demo_url: str) -> AsyncIterator[Client]:
    async with serve(demo_url, max_attachment_bytes=200_000) as made:
        yield made


@pytest.fixture
async def database(demo_url: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(demo_url)
    yield connection
    await connection.close()


def headers(client: Client, caller: str | None, **more: str) -> dict[str, str]:
    return {**({"authorization": f"Bearer {client.token(caller)}"} if caller else {}), **more}


async def send(client: Client, content: bytes, *, caller: str | None = CLERK, **more: str) -> httpx.Response:
    return await client.http.post("/attachments", content=content, headers=headers(client, caller, **more))


async def uploaded(client: Client, content: bytes, *, caller: str = CLERK, **more: str) -> str:
    response = await send(client, content, caller=caller, **more)
    assert response.status_code == 201, response.text
    ident: str = response.json()["id"]
    return ident


async def fetch(client: Client, ident: str, *, caller: str | None = CLERK, **more: str) -> httpx.Response:
    local = ident.removeprefix("Attachment:")
    return await client.http.get(f"/attachments/{local}", headers=headers(client, caller, **more))


def code(response: httpx.Response) -> str:
    found: str = response.json()["errors"][0]["extensions"]["code"]
    return found


async def attach(client: Client, ident: str, to: object, *, caller: str = CLERK) -> dict[str, Any]:
    given = {"attachment": ident, "to": f"CreditRecord:{to}", "part": "EVIDENCE"}
    return await client.send(ATTACH, {"input": given}, caller=caller)


async def test_a_file_comes_back_byte_by_byte_as_a_download_that_can_run_nowhere(client: Client) -> None:
    response = await send(client, png(), **{"content-type": "text/html", "renxin-name": "%E8%AF%81%E6%8D%AE.html"})
    told = response.json()
    assert response.status_code == 201
    assert (told["mediaType"], told["size"], told["name"]) == ("image/png", len(png()), "证据.html")
    assert told["digest"] == hashlib.sha256(png()).hexdigest()
    assert len(told["receipts"]) == 1

    got = await fetch(client, told["id"])
    assert got.content == png()
    assert got.headers["content-type"] == "image/png"
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert got.headers["cache-control"] == "no-store"
    assert got.headers["content-disposition"] == (
        "attachment; filename=\"__.html.png\"; filename*=UTF-8''%E8%AF%81%E6%8D%AE.html.png"
    )


async def test_text_is_served_as_text_in_utf8(client: Client) -> None:
    got = await fetch(client, await uploaded(client, "笔录".encode(), **{"renxin-name": "a.txt"}))
    assert got.headers["content-type"] == "text/plain; charset=utf-8"
    assert got.headers["content-disposition"].startswith("attachment;")


@pytest.mark.parametrize(
    ("content", "more", "status", "expected"),
    [
        (b"<svg onload=alert(1)>", {"content-type": "image/png"}, 400, "CONTENT_NOT_ACCEPTED"),
        (b"<!doctype html>", {"content-type": "text/plain"}, 400, "CONTENT_NOT_ACCEPTED"),
        (png() + b"<script>", {}, 400, "CONTENT_DAMAGED"),
        (png(60_000, 60_000), {}, 400, "PICTURE_TOO_LARGE"),
        (b"", {}, 400, "ATTACHMENT_EMPTY"),
        (b"a" * 200_001, {}, 413, "ATTACHMENT_TOO_LARGE"),
        (b"a", {"content-length": "99999999999999999999999"}, 413, "ATTACHMENT_TOO_LARGE"),
        (b"a", {"content-type": "multipart/form-data; boundary=x"}, 415, "NOT_A_FILE_BODY"),
        (b"a", {"content-type": "application/x-www-form-urlencoded"}, 415, "NOT_A_FILE_BODY"),
        (b"a", {"content-encoding": "gzip"}, 415, "NOT_A_FILE_BODY"),
        (b"a", {"renxin-name": "..%2Fetc"}, 400, "INVALID_INPUT"),
        (b"a", {"renxin-name": "%ff%fe"}, 400, "INVALID_INPUT"),
        (b"a", {"renxin-name": "a%00b"}, 400, "INVALID_INPUT"),
        (b"a", {"authorization": "Bearer x"}, 401, "UNAUTHENTICATED"),
    ],
)
async def test_bad_content_is_refused_with_a_code(
    client: Client, content: bytes, more: dict[str, str], status: int, expected: str
) -> None:
    response = await send(client, content, **more)
    assert (response.status_code, code(response)) == (status, expected)
    assert response.json()["errors"][0]["extensions"]["messageZh"]


async def test_a_body_without_a_length_is_cut_where_it_becomes_too_large(client: Client) -> None:
    async def long() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"a" * 50_000

    response = await client.http.post("/attachments", content=long(), headers=headers(client, CLERK))
    assert (response.status_code, code(response)) == (413, "ATTACHMENT_TOO_LARGE")
    folder = client.service.attachments.folder / "incoming"
    assert list(folder.glob("*")) == []


@pytest.mark.parametrize("caller", [None, "auditor", "security-officer", "xiamen-bank"])
async def test_who_may_not_upload_is_refused(client: Client, caller: str | None) -> None:
    response = await send(client, pdf(), caller=caller)
    assert (response.status_code, code(response)) == (403, "FORBIDDEN")


async def test_a_draft_of_another_office_is_answered_as_a_missing_one(client: Client) -> None:
    ident = await uploaded(client, pdf())
    foreign, missing = await fetch(client, ident, caller=OTHER), await fetch(client, MISSING, caller=OTHER)
    assert (foreign.status_code, foreign.content) == (missing.status_code, missing.content)
    assert (foreign.status_code, code(foreign)) == (404, "NOT_FOUND")
    for caller in (None, "xiamen-credit-office", "person-with-consent"):
        assert (await fetch(client, ident, caller=caller)).status_code == 404
    given = {"attachment": ident, "to": f"CreditRecord:{SERIOUS_PENALTY_ID}", "part": "EVIDENCE"}
    assert await client.codes(ATTACH, {"input": given}, caller=OTHER) == ["NOT_FOUND"]


@pytest.mark.parametrize("ident", ["x", "१", "Attachment:", "CreditRecord:1", "%00", MISSING.upper(), "a" * 3_000])
async def test_an_address_of_nothing_is_not_found(client: Client, ident: str) -> None:
    response = await client.http.get(f"/attachments/{ident}", headers=headers(client, CLERK))
    assert (response.status_code, code(response)) == (404, "NOT_FOUND")


async def test_evidence_takes_on_what_it_belongs_to_and_stays_there(client: Client) -> None:
    ident = await uploaded(client, jpeg())
    made = (await attach(client, ident, SERIOUS_PENALTY_ID))["data"]["attachAttachment"]
    assert made["attachment"]["state"] == "ATTACHED"
    assert made["attachment"]["object"] == "credit_record"
    assert made["attachment"]["office"]["name"] == "市监察支队"
    assert made["attachment"]["subject"]["id"].startswith("Subject:")
    assert len(made["receipts"]) == 1
    found = await client.data(
        "query ($id: ID!) { creditRecord(id: $id) { attachments(first: 5) { nodes { id } } } }",
        {"id": f"CreditRecord:{SERIOUS_PENALTY_ID}"},
        caller=CLERK,
    )
    assert ident in [one["id"] for one in found["creditRecord"]["attachments"]["nodes"]]

    again = await attach(client, ident, OVERDUE_PENALTY_ID)
    assert [one["extensions"]["code"] for one in again["errors"]] == ["ATTACHMENT_NOT_A_DRAFT"]
    discard = "mutation ($id: ID!) { discardAttachment(input: { attachment: $id }) { receipts } }"
    assert await client.codes(discard, {"id": ident}, caller=CLERK) == ["STATE_CONFLICT"]


async def test_nothing_is_attached_to_another_offices_record(client: Client) -> None:
    ident = await uploaded(client, jpeg(), caller=OTHER)
    answer = await attach(client, ident, SERIOUS_PENALTY_ID, caller=OTHER)
    assert [one["extensions"]["code"] for one in answer["errors"]] == ["NOT_FOUND"]


async def test_a_discarded_draft_is_gone(client: Client) -> None:
    ident = await uploaded(client, jpeg())
    await client.data(
        "mutation ($id: ID!) { discardAttachment(input: { attachment: $id }) { receipts } }",
        {"id": ident},
        caller=CLERK,
    )
    assert (await fetch(client, ident)).status_code == 404


async def test_a_subjects_draft_is_its_own_and_reading_it_is_logged(client: Client, database: Any) -> None:
    ident = await uploaded(client, png(), caller=PERSON)
    count = "SELECT count(*) FROM ledger_event WHERE kind = 'access' AND subject_id = $1 AND object = 'attachment'"
    before = await database.fetchval(count, PERSON_WITH_CONSENT.id)

    assert (await fetch(client, ident, caller=PERSON)).content == png()
    assert await database.fetchval(count, PERSON_WITH_CONSENT.id) == before + 1

    for caller in ("person-without-consent", CLERK, None):
        assert (await fetch(client, ident, caller=caller)).status_code == 404
    assert await database.fetchval(count, PERSON_WITH_CONSENT.id) == before + 1


async def test_a_partner_gets_what_is_public_about_organisations_and_must_name_a_purpose(
    client: Client, database: Any
) -> None:
    shown, person = await uploaded(client, jpeg()), await uploaded(client, jpeg(comment=b"2"))
    await attach(client, shown, SERIOUS_PENALTY_ID)
    row = await database.fetchrow("SELECT * FROM credit_record WHERE id = $1", EXAM_RECORD_ID)
    async with database.transaction():
        tx = Transaction(database, NOW, Actor(None, ("service",)))
        await attachments.disclose(tx, "credit_record", SERIOUS_PENALTY_ID, "public")
        draft = await database.fetchrow("SELECT * FROM attachment WHERE id = $1", UUID(person.split(":")[1]))
        await attachments.attach(tx, [draft], to="credit_record", row=row, part="evidence", disclosure="public")

    refused = await fetch(client, shown, caller="xiamen-bank")
    assert code(refused) == "PURPOSE_REQUIRED"
    purpose = {"renxin-purpose": "350200.fiscal_subsidy"}
    assert (await fetch(client, shown, caller="xiamen-bank", **purpose)).status_code == 200
    assert (await fetch(client, person, caller="xiamen-bank", **purpose)).status_code == 404
    assert (await fetch(client, shown, caller=None)).status_code == 200
    public = await fetch(client, person, caller=None)
    assert public.status_code == 200
    assert 'filename="attachment.jpg"' in public.headers["content-disposition"], "the name may name the person"

    async with database.transaction():
        tx = Transaction(database, NOW, Actor(None, ("service",)))
        await attachments.disclose(tx, "credit_record", SERIOUS_PENALTY_ID, "restricted")
    assert (await fetch(client, shown, caller=None)).status_code == 404


async def test_altered_bytes_are_not_served(client: Client) -> None:
    ident = await uploaded(client, b"original text")
    digest = hashlib.sha256(b"original text").hexdigest()
    (client.service.attachments.folder / digest[:2] / digest).write_bytes(b"0riginal text")
    response = await fetch(client, ident)
    assert (response.status_code, code(response)) == (500, "ATTACHMENT_UNREADABLE")
    assert b"riginal" not in response.content.replace(b"ATTACHMENT", b"")


async def test_a_range_is_not_honoured_and_head_has_no_body(client: Client) -> None:
    ident = await uploaded(client, pdf())
    got = await fetch(client, ident, range="bytes=0-3")
    assert (got.status_code, got.content) == (200, pdf())
    head = await client.http.head(f"/attachments/{ident.split(':')[1]}", headers=headers(client, CLERK))
    assert (head.status_code, head.content) == (200, b"")


async def test_who_uploaded_is_told_inside_the_office_only(client: Client) -> None:
    ident = await uploaded(client, pdf())
    query = "query ($id: ID!) { attachment(id: $id) { name uploadedBy address } }"
    own = (await client.data(query, {"id": ident}, caller=CLERK))["attachment"]
    assert own["uploadedBy"]
    assert own["address"] == f"/attachments/{ident.split(':')[1]}"
    assert (await client.data(query, {"id": ident}, caller=OTHER))["attachment"] is None


async def test_a_file_whose_sender_is_stopped_while_it_arrives_is_not_taken(
    client: Client, database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve, read = Service.caller_of, list[Caller]()

    async def stopped(self: Service, credentials: Credentials, now: datetime) -> Caller:
        read.append(await resolve(self, credentials, now))
        if len(read) == 2:  # the bytes are there, the row is about to be entered
            await database.execute("UPDATE account SET state = 'suspended' WHERE sub = $1", OTHER)
            await bump_epoch(database)
        return read[-1]

    count = "SELECT count(*) FROM attachment"
    before = await database.fetchval(count)
    monkeypatch.setattr(Service, "caller_of", stopped)
    response = await send(client, png(), caller=OTHER)
    await database.execute("UPDATE account SET state = 'active' WHERE sub = $1", OTHER)
    await bump_epoch(database)

    assert response.status_code == 401
    assert await database.fetchval(count) == before


async def test_only_what_takes_attachments_is_attached_to(client: Client) -> None:
    given = {"attachment": await uploaded(client, pdf()), "to": f"Subject:{MISSING}", "part": "EVIDENCE"}
    assert await client.codes(ATTACH, {"input": given}, caller=CLERK) == ["NOT_ATTACHABLE"]
