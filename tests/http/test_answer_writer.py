"""The head of an answer leaves with the first of its body: one system call, and the client is woken once."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.http.wire import Connection

pytestmark = pytest.mark.anyio

HOST = b"host: renxin.test\r\n"


@pytest.fixture
async def connection() -> AsyncIterator[Connection]:
    made = Connection()
    yield made
    await made.end()


@pytest.mark.parametrize("told", [(b"",), (b"{}",)])
async def test_an_answer_is_written_at_once(connection: Connection, told: tuple[bytes, ...]) -> None:
    connection.told = told
    await connection.receive(b"GET / HTTP/1.1\r\n" + HOST + b"\r\n")
    assert connection.wire.writes == 1
    assert connection.wire.written.endswith(b"\r\n\r\n" + told[0])


async def test_an_answer_in_pieces_is_sent_as_it_comes(connection: Connection) -> None:
    connection.told = (b"one", b"two", b"three")
    await connection.receive(b"GET / HTTP/1.1\r\n" + HOST + b"\r\n")
    assert connection.wire.writes == 3
    assert connection.wire.written.endswith(b"\r\n\r\nonetwothree")


async def test_what_is_asked_for_without_its_body_is_answered(connection: Connection) -> None:
    connection.told = (b"{}",)
    await connection.receive(b"HEAD / HTTP/1.1\r\n" + HOST + b"\r\n")
    assert connection.wire.answer() == (200, None)
    assert b"content-length: 2\r\n" in connection.wire.written
    await connection.receive(b"GET / HTTP/1.1\r\n" + HOST + b"\r\n")
    assert connection.wire.written.endswith(b"{}")


@pytest.mark.parametrize("method", [b"GET", b"HEAD"])
async def test_an_answer_is_sent_before_the_connection_is_closed(connection: Connection, method: bytes) -> None:
    await connection.receive(method + b" / HTTP/1.1\r\n" + HOST + b"connection: close\r\n\r\n")
    assert connection.wire.closed
    assert connection.wire.answer() == (200, None)


async def test_a_client_that_waits_for_a_word_before_its_body_gets_it(connection: Connection) -> None:
    awaits = b"content-length: 2\r\nexpect: 100-continue\r\n\r\n"
    await connection.receive(b"POST / HTTP/1.1\r\n" + HOST + awaits)
    assert connection.wire.written == b"HTTP/1.1 100 Continue\r\n\r\n"
    await connection.receive(b"{}")
    assert connection.wire.written.count(b"HTTP/1.1 200 OK\r\n") == 1
    assert connection.wire.writes == 2


async def test_answers_to_requests_sent_without_waiting_come_in_their_order(connection: Connection) -> None:
    connection.told = (b"{}",)
    await connection.receive((b"HEAD / HTTP/1.1\r\n" + HOST + b"\r\n" + b"GET / HTTP/1.1\r\n" + HOST + b"\r\n") * 2)
    answers = connection.wire.written.split(b"HTTP/1.1 200 OK\r\n")[1:]
    assert [answer.endswith(b"{}") for answer in answers] == [False, True, False, True]
