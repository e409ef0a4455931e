"""A database that goes away and comes back: told at once, waited for by nobody, and nothing is lost or half done.

The server is this module's own; it is killed by its process id, as a power cut would, and started again.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from api.config.settings import Settings
from api.execution import change, payload
from api.execution.mutation import Changed
from api.execution.service import Service
from api.postgres.database import ACQUIRE_SECONDS
from api.postgres.server import EmbeddedPostgres
from api.process.app import Application
from api.process.assembly import assemble
from authz.activation import assign, install_default, upsert_account
from domain.calendar import calendar_rows
from domain.installation import install
from domain.rights import consents
from domain.rulebook.loader import load_rulebooks
from migrations.apply import migrate
from tests.client import ISSUER, NOW, Client
from tests.http.answers import codes, post
from tests.parties import make_parties, make_subject

pytestmark = pytest.mark.anyio

PEOPLE = 60
GRANT = "mutation($i: GrantConsentInput!) { grantConsent(input: $i) { receipts consent { id inForce } } }"


class Server:
    """A PostgreSQL of our own with durable writes, which can be cut off."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.postgres = EmbeddedPostgres(folder, options={"shared_buffers": "32MB"})
        self.url = self.postgres.start()

    def kill(self) -> None:
        """Kill the server as a power cut would."""
        for process in self._processes():  # an orphaned session would go on until it looks up
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self.postgres.stop()

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Keep the server from answering without ending it, as a disk or a network does that hangs."""
        processes = self._processes()
        for process in processes:
            os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in processes:
                os.kill(process, signal.SIGCONT)

    def _processes(self) -> tuple[int, ...]:
        pid = int((self.folder / "cluster" / "postmaster.pid").read_text().split("\n", 1)[0])
        sessions = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return (pid, *map(int, sessions))

    def start(self) -> None:
        """Start it again, at the same address."""
        assert self.postgres.start() == self.url


@pytest.fixture(scope="module")
def server(memory: Path) -> Iterator[Server]:
    made = Server(memory / "away")
    yield made
    made.postgres.stop()


@dataclass(frozen=True)
class Grant:
    """What people of this database consent to: the input of the mutation but its last day."""

    office: str
    purpose: str

    def input(self, key: str | None = None) -> dict[str, Any]:
        return {"office": self.office, "purpose": self.purpose, "untilOn": "2027-01-01", "clientMutationId": key}


@pytest.fixture(scope="module")
async def grant(server: Server) -> Grant:
    """Install a database with people who have accounts, `person-0` and so on, and an agency to consent to."""
    await migrate(server.url)
    connection = await asyncpg.connect(server.url)
    try:
        await install_default(connection, NOW)
        await install(connection, load_rulebooks(), calendar_rows())
        parties = await make_parties(connection)
        for number in range(PEOPLE):
            person = await make_subject(connection, "natural_person")
            account = await upsert_account(
                connection, issuer=ISSUER, sub=f"person-{number}", display="虚构", subject_id=person
            )
            await assign(connection, account, "subject", from_on=date(2026, 1, 1))
        purpose = await connection.fetchval("SELECT code FROM application_item WHERE id = $1", parties.purpose)
    finally:
        await connection.close()
    return Grant(f"Office:{parties.agency}", purpose)


@pytest.fixture
async def client(server: Server, grant: Grant, settings: Settings) -> AsyncIterator[Client]:
    """Serve the database; whatever happens to it in a test, it runs again for the next."""
    service: Service = assemble(replace(settings, pool_size=4), server.url, lambda: NOW)
    await service.callers.refresh()
    application = Application(service)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url=ISSUER) as http:
        yield Client(http, application)
    if server.postgres._server is None:
        server.start()
    await service.database.close()


PERSON = iter(range(PEOPLE))


async def grant_as(client: Client, grant: Grant, number: int, key: str | None = None) -> httpx.Response:
    token = client.token(f"person-{number}")
    body = {"query": GRANT, "variables": {"i": grant.input(key)}}
    return await post(client, body, authorization=f"Bearer {token}")


async def traces(server: Server, number: int) -> tuple[int, int, int]:
    """Count the consents of a person, their events in the ledger and those to be told."""
    connection = await asyncpg.connect(server.url)
    try:
        row = await connection.fetchrow(
            "SELECT (SELECT count(*) FROM consent WHERE subject_id = account.subject_id),"
            " (SELECT count(*) FROM ledger_event e WHERE e.subject_id = account.subject_id AND e.kind = 'change' AND e.object = 'consent'),"
            " (SELECT count(*) FROM outbox_event o WHERE o.subject_id = account.subject_id)"
            " FROM account WHERE sub = $1",
            f"person-{number}",
        )
    finally:
        await connection.close()
    assert row is not None
    return tuple(row)


async def is_told_at_once(request: Callable[[], Any]) -> httpx.Response:
    async with asyncio.timeout(ACQUIRE_SECONDS):
        response: httpx.Response = await request()
    assert response.status_code == 503
    return response


async def test_while_the_database_is_away_everybody_is_told_so_and_afterwards_served(
    client: Client, server: Server, grant: Grant
) -> None:
    number = next(PERSON)
    acknowledged = (await grant_as(client, grant, number)).json()["data"]["grantConsent"]["consent"]["id"]
    server.kill()
    ask = {"query": "{ offices(first: 1) { totalCount } }"}
    new_caller = f"Bearer {client.token(f'person-{next(PERSON)}')}"
    for request in (
        lambda: post(client, ask),
        lambda: post(client, ask, accept="application/json"),
        lambda: post(client, ask, authorization=new_caller),
        lambda: grant_as(client, grant, number),
        lambda: client.http.get("/graphql", params=ask),
    ):
        response = await is_told_at_once(request)
        assert codes(response) == ["DATABASE_UNAVAILABLE"]
        assert response.headers["retry-after"] == "2"
    ready = await is_told_at_once(lambda: client.http.get("/health/ready"))
    assert ready.json() == {"status": "not ready", "code": "DATABASE_UNAVAILABLE"}
    assert (await client.http.get("/health/live")).status_code == 200
    assert (await post(client, {"query": "{"})).status_code == 400, "what needs no database is answered without it"

    server.start()
    assert (await client.http.get("/health/ready")).status_code == 200
    assert "errors" not in (await post(client, ask)).json()
    query = "query($id: ID!) { node(id: $id) { ... on Consent { inForce } } }"
    found = await client.data(query, {"id": acknowledged}, caller=f"person-{number}")
    assert found == {"node": {"inForce": True}}
    assert await traces(server, number) == (1, 1, 1)


async def test_a_database_that_hangs_is_told_to_who_balances_load_and_costs_no_session(
    client: Client, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ready() -> Awaitable[httpx.Response]:
        return client.http.get("/health/ready")

    assert (await ready()).status_code == 200
    monkeypatch.setattr("api.process.app.READY_SECONDS", 0.1)
    with server.hanging():
        for _ in range(2):
            assert (await is_told_at_once(ready)).json() == {"status": "not ready", "code": "DATABASE_UNAVAILABLE"}
    monkeypatch.undo()
    assert (await ready()).status_code == 200
    assert client.service.database.lent == 0


async def test_a_change_cut_off_before_its_commit_was_not_made(
    client: Client, server: Server, grant: Grant, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, original = next(PERSON), consents.grant

    async def cut_off(*arguments: Any, **given: Any) -> UUID:
        made = await original(*arguments, **given)
        server.kill()
        await asyncio.sleep(0)
        await arguments[0].connection.fetchval("SELECT 1")
        return made

    monkeypatch.setattr(consents, "grant", cut_off)
    response = await grant_as(client, grant, number)
    assert response.status_code == 503
    assert codes(response) == ["DATABASE_UNAVAILABLE"]
    server.start()
    assert await traces(server, number) == (0, 0, 0)


async def test_a_change_cut_off_in_its_commit_is_said_to_be_unknown_and_can_be_sent_again(
    client: Client, server: Server, grant: Grant, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, original = next(PERSON), change.once

    async def cut_off(*arguments: Any) -> Changed:
        changed = await original(*arguments)
        server.kill()
        return changed

    with monkeypatch.context() as patched:
        patched.setattr(change, "once", cut_off)
        response = await grant_as(client, grant, number, key="again")
    assert response.status_code == 200
    assert codes(response) == ["OUTCOME_UNKNOWN"]
    assert response.json()["data"] == {"grantConsent": None}
    server.start()
    assert await traces(server, number) in ((0, 0, 0), (1, 1, 1))
    assert "errors" not in (await grant_as(client, grant, number, key="again")).json()
    assert await traces(server, number) == (1, 1, 1)


async def test_a_change_that_cannot_be_read_back_is_said_to_be_made(
    client: Client, server: Server, grant: Grant, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, original = next(PERSON), payload._read_back

    async def cut_off(*arguments: Any) -> str:
        server.kill()
        return await original(*arguments)

    monkeypatch.setattr(payload, "_read_back", cut_off)
    response = await grant_as(client, grant, number)
    assert codes(response) == ["DONE_UNREAD"]
    (receipt,) = response.json()["errors"][0]["extensions"]["receipts"]
    server.start()
    assert await traces(server, number) == (1, 1, 1)
    connection = await asyncpg.connect(server.url)
    assert await connection.fetchval("SELECT object FROM ledger_event WHERE id = $1", UUID(receipt)) == "consent"
    await connection.close()


async def test_a_change_whose_payload_meets_ever_another_authority_is_said_to_be_made(
    client: Client, server: Server, grant: Grant, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = next(PERSON)

    async def fenced(*_: Any) -> None:
        """Give no row, as a statement does whose epoch has passed."""

    monkeypatch.setattr(Service, "fetch", fenced)
    response = await grant_as(client, grant, number)
    assert codes(response) == ["DONE_UNREAD"]
    assert await traces(server, number) == (1, 1, 1)


async def test_no_acknowledged_change_is_lost_and_none_is_half_there_whenever_the_server_is_cut_off(
    client: Client, server: Server, grant: Grant
) -> None:
    for round_ in range(4):
        numbers = [next(PERSON) for _ in range(10)]
        sending = [asyncio.create_task(grant_as(client, grant, number)) for number in numbers]
        answered = asyncio.as_completed(sending)
        for _ in range(round_ + 1):
            await next(answered)
        server.kill()
        responses = await asyncio.gather(*sending)
        server.start()
        for number, response in zip(numbers, responses, strict=True):
            found = await traces(server, number)
            assert found in ((0, 0, 0), (1, 1, 1))
            told = codes(response)
            assert set(told) <= {"DATABASE_UNAVAILABLE", "OUTCOME_UNKNOWN", "DONE_UNREAD"}
            if not told or "DONE_UNREAD" in told:
                assert found == (1, 1, 1), "an acknowledged change is lost"
            elif told == ["DATABASE_UNAVAILABLE"]:
                assert found == (0, 0, 0), "a change was made and denied"


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ("consent { subject { creditRecords(first: 0) { nodes { id } } } }", "PAGE_SIZE_INVALID"),
        ('consent { subject { creditRecords(first: 1, after: "x") { nodes { id } } } }', "CURSOR_INVALID"),
        ("consent { subject { creditRecords { nodes { id } } } }", "PAGE_SIZE_INVALID"),
        ("consent { office { produces(first: 101) { nodes { id } } } }", "PAGE_SIZE_INVALID"),
    ],
)
async def test_a_payload_that_cannot_be_given_refuses_the_change_before_it_is_made(
    client: Client, server: Server, grant: Grant, payload: str, code: str
) -> None:
    number = next(PERSON)
    query = f"mutation($i: GrantConsentInput!) {{ grantConsent(input: $i) {{ receipts {payload} }} }}"
    assert await client.codes(query, {"i": grant.input()}, caller=f"person-{number}") == [code]
    assert await traces(server, number) == (0, 0, 0)


async def test_sessions_that_the_server_has_ended_are_replaced(client: Client, server: Server) -> None:
    ask = {"query": "{ offices(first: 1) { totalCount } }"}
    await asyncio.gather(*(post(client, ask) for _ in range(8)))
    connection = await asyncpg.connect(server.postgres.superuser_url)
    await connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'renxin'")
    await connection.close()
    outcomes = {(await post(client, ask)).status_code for _ in range(8)}
    assert outcomes <= {200, 503}
    assert {(await post(client, ask)).status_code for _ in range(8)} == {200}
