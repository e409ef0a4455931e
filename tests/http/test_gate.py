"""The gate: as many requests are let in as can be answered in time; the others are told at once, with Retry-After."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from api.config.setting_values import OidcIssuer
from api.gate.gate import Gate
from api.postgres.database import Database, TooBusy
from authz.token_keys import JwksFile
from tests.client import Client, Serve
from tests.http.answers import codes, post
from tests.identity.tokens import AUDIENCE, NAME, header, token

pytestmark = pytest.mark.anyio

ASK = {"query": "{ offices(first: 1) { totalCount } }"}


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def gate(clock: Clock) -> Gate:
    return Gate(most=100, most_connections=10, least=20, aim=0.2, clock=clock)


def pass_through(through: Gate, clock: Clock, seconds: float, times: int) -> None:
    for _ in range(times):
        with through.entered():
            clock.now += seconds


def test_one_more_than_the_most_is_turned_away_and_counted() -> None:
    full = Gate(most=1, most_connections=10, least=1, aim=0.2)
    with full.entered():
        with pytest.raises(TooBusy):
            full.entered()
        assert full.turned_away == 1
    assert full.under_way == 0
    with full.entered():
        assert full.is_full


def test_a_request_that_fails_leaves_the_gate() -> None:
    through = Gate(most=1, most_connections=10, least=1, aim=0.2)
    with pytest.raises(LookupError), through.entered():
        raise LookupError
    assert through.under_way == 0


def test_while_requests_take_as_long_as_they_should_all_are_let_in() -> None:
    clock = Clock()
    through = gate(clock)
    pass_through(through, clock, 0.2, 500)
    assert through.limit == 100


def test_while_requests_take_longer_fewer_are_let_in_but_never_fewer_than_the_least() -> None:
    clock = Clock()
    through = gate(clock)
    pass_through(through, clock, 0.4, 500)
    assert through.limit == 50
    pass_through(through, clock, 30, 500)
    assert through.limit == 20


def test_one_slow_request_is_no_overload_and_what_has_passed_is_forgotten() -> None:
    clock = Clock()
    through = gate(clock)
    pass_through(through, clock, 6, 1)
    assert through.limit == 100
    pass_through(through, clock, 6, 100)
    assert through.limit == 20
    pass_through(through, clock, 0.01, 200)
    assert through.limit == 100


@pytest.fixture
async def narrow(serve: Serve, installed_url: str) -> AsyncIterator[Client]:
    """Serve one request at a time."""
    async with serve(installed_url, max_requests=1) as made:
        yield made


async def test_a_request_too_many_is_answered_503_with_a_code_and_when_to_come_again(narrow: Client) -> None:
    with narrow.service.gate.entered():
        response = await post(narrow, ASK)
        verified = await narrow.http.get("/verify/RX1")
        token = await narrow.http.post("/oauth/token", data={"grant_type": "client_credentials"})
        live, ready = await narrow.http.get("/health/live"), await narrow.http.get("/health/ready")
    assert (response.status_code, codes(response)) == (503, ["TOO_BUSY"])
    assert response.headers["retry-after"] == "2"
    assert (verified.status_code, verified.headers["retry-after"]) == (503, "2")
    assert (token.status_code, token.json()["error"]) == (503, "temporarily_unavailable")
    assert (live.status_code, ready.status_code) == (200, 200)
    assert codes(await post(narrow, ASK)) == []


async def test_a_request_whose_body_is_still_coming_takes_no_place(narrow: Client) -> None:
    begun, rest = asyncio.Event(), asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        yield b'{"query": '
        begun.set()
        await rest.wait()
        yield b'"{ __typename }"}'

    headers = {"content-type": "application/json"}
    slow = asyncio.create_task(narrow.http.post("/graphql", content=body(), headers=headers))
    await begun.wait()
    assert codes(await post(narrow, ASK)) == []
    rest.set()
    assert (await slow).status_code == 200


async def test_who_waits_for_the_keys_of_a_slow_issuer_takes_the_place_of_nobody(
    serve: Serve, installed_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anybody may name a key that nobody knows; while its issuer is asked, everybody else is served."""
    asked, may_answer = asyncio.Event(), asyncio.Event()

    async def read(self: JwksFile) -> bytes:
        asked.set()
        await may_answer.wait()
        return b'{"keys":[]}'

    monkeypatch.setattr(JwksFile, "read", read)
    provider = OidcIssuer(NAME, AUDIENCE, None, Path(), ("EdDSA",))
    async with serve(installed_url, max_requests=1, oidc_issuers=(provider,)) as client:
        waiting = asyncio.create_task(post(client, ASK, authorization=f"Bearer {token(header(kid='ed-x'))}"))
        await asked.wait()
        assert codes(await post(client, ASK)) == []
        may_answer.set()
        assert codes(await waiting) == ["UNAUTHENTICATED"]


# -- the line for sessions


@pytest.fixture
async def single(installed_url: str) -> AsyncIterator[Database]:
    """A pool of one session."""
    database = Database(installed_url, size=1, statement_timeout_ms=10_000)
    yield database
    await database.close()


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_whoever_waits_for_a_session_is_served_in_turn_and_before_whoever_comes_later(single: Database) -> None:
    order: list[int] = []
    held = await single.take()

    async def ask(number: int) -> None:
        async with single.session():
            order.append(number)

    waiting = [asyncio.create_task(ask(number)) for number in range(5)]
    await settle()
    single.give(held)
    await ask(5)
    await asyncio.gather(*waiting)
    assert order == [0, 1, 2, 3, 4, 5]


async def test_a_session_handed_to_a_request_that_is_given_up_goes_to_the_next(single: Database) -> None:
    held = await single.take()
    first, second = asyncio.create_task(single.take()), asyncio.create_task(single.take())
    await settle()
    single.give(held)
    first.cancel()
    assert await second is held
    assert isinstance(held, asyncpg.Connection)
    with pytest.raises(asyncio.CancelledError):
        await first
    single.give(held)


async def test_a_request_that_gives_up_in_the_line_is_passed_over(
    single: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = await single.take()
    with monkeypatch.context() as hurried:
        hurried.setattr("api.postgres.database.ACQUIRE_SECONDS", 0)
        with pytest.raises(TooBusy):
            await single.take()
    last = asyncio.create_task(single.take())
    await settle()
    single.give(held)
    assert await last is held
    single.give(held)
