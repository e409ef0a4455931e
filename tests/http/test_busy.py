"""A service that is slow, full or cut off from its database: each says so with a code, and goes on afterwards."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any

import asyncpg
import pytest

from api.gate.access import Access, AccessLog
from api.gate.stopping import ServiceStopping
from api.postgres.database import Database, DatabaseAway
from api.process.app import Application
from authz.caller import PUBLIC
from tests.client import NOW, Client, Serve
from tests.http.answers import codes, post

pytestmark = pytest.mark.anyio

ASK = {"query": "{ offices(first: 1) { totalCount } }"}


@pytest.fixture
async def narrow(serve: Serve, installed_url: str) -> AsyncIterator[Client]:
    """Serve with one session and little patience."""
    async with serve(installed_url, pool_size=1, statement_timeout_ms=100) as made:
        yield made


async def test_a_statement_that_takes_too_long_is_given_up_with_a_code(narrow: Client, installed_url: str) -> None:
    assert codes(await post(narrow, ASK)) == []
    other = await asyncpg.connect(installed_url)
    try:
        async with other.transaction():
            await other.execute("LOCK TABLE office IN ACCESS EXCLUSIVE MODE")
            response = await post(narrow, ASK)
    finally:
        await other.close()
    assert response.status_code == 400
    assert codes(response) == ["TOO_SLOW"]
    assert codes(await post(narrow, ASK)) == []


async def test_reading_a_caller_that_takes_too_long_is_given_up_with_a_code(narrow: Client, installed_url: str) -> None:
    other = await asyncpg.connect(installed_url)
    try:
        async with other.transaction():
            await other.execute("LOCK TABLE account IN ACCESS EXCLUSIVE MODE")
            response = await post(narrow, ASK, authorization=f"Bearer {narrow.token('somebody')}")
    finally:
        await other.close()
    assert codes(response) == ["TOO_SLOW"]


async def test_when_all_sessions_are_in_use_a_request_is_sent_away(
    narrow: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.postgres.database.ACQUIRE_SECONDS", 0.02)
    async with narrow.service.database.session():
        response = await post(narrow, ASK)
        ready = await narrow.http.get("/health/ready")
    assert response.status_code == 503
    assert codes(response) == ["TOO_BUSY"]
    assert response.headers["retry-after"] == "2"
    assert ready.status_code == 503
    assert codes(await post(narrow, ASK)) == []


async def test_a_request_waits_its_turn_for_a_session(narrow: Client) -> None:
    responses = await asyncio.gather(*(post(narrow, ASK) for _ in range(12)))
    assert {response.status_code for response in responses} == {200}


async def _fail(database: Database, statement: str) -> None:
    async with database.change() as session:
        await session.execute(statement)
        raise LookupError


async def test_an_error_within_a_change_leaves_a_session_that_works(narrow: Client) -> None:
    for _ in range(3):
        with pytest.raises(LookupError):
            await _fail(narrow.service.database, "SELECT 1")
        with pytest.raises(asyncpg.UndefinedTableError):
            await _fail(narrow.service.database, "SELECT FROM nothing")
    assert codes(await post(narrow, ASK)) == []


async def test_a_database_that_never_answers_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.postgres.database.CONNECT_SECONDS", 0.02)
    held: list[asyncio.StreamWriter] = []

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held.append(writer)

    server = await asyncio.start_server(hold, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    database = Database(f"postgresql://renxin:x@127.0.0.1:{port}/renxin", size=1, statement_timeout_ms=100)
    for _ in range(2):
        with pytest.raises(DatabaseAway):
            await database.fetchrow("SELECT 1")
    for writer in held:
        writer.close()
    server.close()
    await server.wait_closed()


async def test_a_wrong_password_is_told_to_nobody(installed_url: str) -> None:
    head, _, tail = installed_url.partition("@")
    database = Database(f"{head}x@{tail}", size=1, statement_timeout_ms=100)
    with pytest.raises(DatabaseAway) as refused:
        await database.fetchrow("SELECT 1")
    assert "password" not in refused.value.message
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    ("state", "kind"), [("53100", "DiskFullError"), ("53200", "OutOfMemoryError"), ("XX001", None)]
)
async def test_why_the_database_refuses_stands_in_the_log_and_the_metrics_once_in_a_while(
    state: str, kind: str | None, installed_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Who is woken by a full disk is told that it is one, and the log does not fill it further."""
    database = Database(installed_url, size=1, statement_timeout_ms=1000)
    for _ in range(3):
        with pytest.raises(DatabaseAway if kind else asyncpg.DataCorruptedError):
            async with database.session() as session:
                await session.execute(f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{state}'; END $$")
    await database.close()
    assert database.faults == ({kind: 3} if kind else {})
    assert [record.__dict__["kind"] for record in caplog.records] == ([kind] if kind else [])


_FULL = "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '53100'; END $$"
_SHUT_DOWN = "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '57P01'; END $$"


async def _access(database: Database) -> None:
    await AccessLog(database).write([Access(PUBLIC, "subject", "read", "refused", None, NOW)])


async def _change(database: Database) -> None:
    async with database.change() as session:
        await session.execute("SELECT 1")


@pytest.mark.parametrize("works", [_change, _access])
async def test_that_a_full_disk_takes_changes_again_is_told_when_one_was_taken(
    installed_url: str,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    works: Callable[[Database], Awaitable[None]],
) -> None:
    monkeypatch.setattr("api.postgres.database.QUIET_SECONDS", 0.0)
    database = Database(installed_url, size=1, statement_timeout_ms=1000)
    for _ in range(2):
        with pytest.raises(DatabaseAway):
            async with database.change() as session:
                await session.execute(_FULL)
    await database.fetchrow("SELECT 1")
    assert [record.message for record in caplog.records] == ["database_failed"], "what is read needs no room"
    for _ in range(2):
        await works(database)
    await database.close()
    assert [(record.message, record.__dict__["count"]) for record in caplog.records] == [
        ("database_failed", 1),
        ("database_takes_changes_again", 2),
    ]


async def test_that_a_database_answers_again_is_told_when_it_did(
    installed_url: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.postgres.database.QUIET_SECONDS", 0.0)
    database = Database(installed_url, size=1, statement_timeout_ms=1000)
    for _ in range(2):
        with pytest.raises(DatabaseAway):
            await database.fetchrow(_SHUT_DOWN)
    for _ in range(2):
        await database.fetchrow("SELECT 1")
    await database.close()
    assert [(record.message, record.__dict__["count"]) for record in caplog.records] == [
        ("database_failed", 1),
        ("database_answers_again", 2),
    ]


@pytest.mark.parametrize(("asked_to_stop", "answered"), [(True, [(503, ServiceStopping.code)]), (False, [])])
async def test_what_is_cut_off_as_the_service_stops_is_answered_with_a_code(
    narrow: Client, monkeypatch: pytest.MonkeyPatch, asked_to_stop: bool, answered: list[tuple[int, str]]
) -> None:
    begun, sent = asyncio.Event(), list[MutableMapping[str, Any]]()

    async def endless(*arguments: Any) -> None:
        begun.set()
        await asyncio.Event().wait()

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    monkeypatch.setattr("api.http.endpoint.Endpoint.__call__", endless)
    scope = {"type": "http", "method": "POST", "path": "/graphql", "headers": []}
    under_way = asyncio.create_task(Application(narrow.service)(scope, _nothing, send))
    await begun.wait()
    if asked_to_stop:
        narrow.service.stopping.set()
    under_way.cancel()
    with pytest.raises(asyncio.CancelledError):
        await under_way
    pairs = zip(sent[::2], sent[1::2], strict=True)
    told = [(head["status"], json.loads(body["body"])["errors"][0]["extensions"]["code"]) for head, body in pairs]
    assert told == answered


async def _nothing() -> MutableMapping[str, Any]:
    raise AssertionError("nobody reads on")
