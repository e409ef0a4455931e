"""Slow and talkative clients: a connection is not kept for a request that does not come.

The clock is ours: no test waits. `Wire` is the transport of one connection and shows what was written to it.
"""

from __future__ import annotations

import ast
import asyncio
import inspect
import json
import logging
import random
from collections.abc import AsyncIterator
from typing import Any

import pytest
from uvicorn import server
from uvicorn.server import ServerState

from api.gate import framing, protocol
from api.gate.gate import HOLD_SECONDS, Gate
from api.gate.protocol import BODY_RATE, BODY_SECONDS, HEADER_BYTES, HEADER_SECONDS, UNREAD_SECONDS
from api.process.logs import Coded, JsonLines, log_config
from tests.http.wire import KEEP_ALIVE, Connection

pytestmark = pytest.mark.anyio

HEAD = b"POST /graphql HTTP/1.1\r\nhost: renxin.test\r\ncontent-length: %d\r\n"


@pytest.fixture
async def connection() -> AsyncIterator[Connection]:
    made = Connection()
    yield made
    await made.end()


async def test_a_whole_request_is_answered_and_leaves_only_the_keep_alive_running(connection: Connection) -> None:
    await connection.receive(HEAD % 2 + b"\r\n{}")
    assert connection.wire.answer() == (200, None)
    connection.clock.pass_by(KEEP_ALIVE - 1)
    assert not connection.wire.closed
    connection.clock.pass_by(1)
    assert connection.wire.closed


async def test_a_client_that_says_nothing_is_let_go_without_a_word(connection: Connection) -> None:
    connection.clock.pass_by(HEADER_SECONDS)
    assert connection.wire.closed
    assert connection.wire.written == b""


async def test_a_header_that_drips_is_cut_off_however_often_a_byte_comes(connection: Connection) -> None:
    for byte in HEAD % 2:
        await connection.receive(bytes([byte]))
        connection.clock.pass_by(HEADER_SECONDS / 20)
        if connection.wire.closed:
            break
    assert connection.clock.now == pytest.approx(HEADER_SECONDS)
    assert connection.wire.answer() == (408, "REQUEST_TIMEOUT")
    assert connection.begun == 0


async def test_the_second_header_of_a_connection_has_the_same_time(connection: Connection) -> None:
    await connection.receive(HEAD % 0 + b"\r\n")
    connection.clock.pass_by(KEEP_ALIVE - 1)
    await connection.receive(b"POST ")
    connection.clock.pass_by(HEADER_SECONDS - 1)
    assert not connection.wire.closed
    connection.clock.pass_by(1)
    assert connection.wire.closed


async def test_blank_lines_between_requests_do_not_keep_a_connection(connection: Connection) -> None:
    await connection.receive(HEAD % 0 + b"\r\n")
    for _ in range(10):
        await connection.receive(b"\r\n")
        connection.clock.pass_by(HEADER_SECONDS / 5)
    assert connection.wire.closed


async def test_a_header_without_end_is_a_431(connection: Connection) -> None:
    await connection.receive(HEAD % 0)
    for _ in range(HEADER_BYTES // 1_000 + 1):
        await connection.receive(b"x-filler: " + b"x" * 990 + b"\r\n")
    assert connection.wire.answer() == (431, "HEADERS_TOO_LARGE")
    assert connection.wire.closed


async def test_an_address_without_end_is_a_431(connection: Connection) -> None:
    await connection.receive(b"GET /graphql?query=")
    for _ in range(HEADER_BYTES // 1_000 + 1):
        await connection.receive(b"x" * 1_000)
    assert connection.wire.answer() == (431, "HEADERS_TOO_LARGE")


async def test_a_body_that_stops_is_a_408_and_the_application_hears_that_nobody_waits(connection: Connection) -> None:
    await connection.receive(HEAD % 100 + b"\r\n" + b"x")
    connection.clock.pass_by(BODY_SECONDS - 1)
    assert not connection.wire.closed
    connection.clock.pass_by(2)
    assert connection.wire.answer() == (408, "REQUEST_TIMEOUT")
    await connection.end()
    assert (connection.begun, connection.disconnected) == (1, 1)


async def test_a_body_that_drips_is_cut_off(connection: Connection) -> None:
    await connection.receive(HEAD % 10_000 + b"\r\n")
    for _ in range(100):
        await connection.receive(b"x")
        connection.clock.pass_by(1)
    assert connection.wire.closed
    assert connection.clock.now > BODY_SECONDS


async def test_a_large_body_that_keeps_coming_has_the_time_it_needs(connection: Connection) -> None:
    size = BODY_RATE * 100
    await connection.receive(HEAD % size + b"\r\n")
    for _ in range(100):
        await connection.receive(b"x" * BODY_RATE)
        connection.clock.pass_by(1)
    assert connection.wire.answer() == (200, None)
    assert not connection.wire.closed


async def test_a_request_that_takes_long_to_answer_is_not_cut_off(connection: Connection) -> None:
    connection.proceed.clear()
    await connection.receive(HEAD % 0 + b"\r\n")
    connection.clock.pass_by(1_000)
    assert not connection.wire.closed
    connection.proceed.set()
    await connection.receive(b"")
    assert connection.wire.answer() == (200, None)


async def test_who_sends_no_more_is_answered_before_the_connection_is_closed(connection: Connection) -> None:
    connection.proceed.clear()
    await connection.receive((HEAD % 2 + b"\r\n{}") * 2 + HEAD[:20])
    await connection.send_no_more()
    assert not connection.wire.closed
    connection.proceed.set()
    await connection.receive(b"")
    assert (connection.wire.written.count(b"HTTP/1.1 200"), connection.disconnected) == (2, 0)
    assert connection.wire.closed


@pytest.mark.parametrize(("sent", "answers"), [(b"", 0), (HEAD % 0 + b"\r\n", 1)])
async def test_who_sends_no_more_and_awaits_no_answer_is_let_go(
    connection: Connection, sent: bytes, answers: int
) -> None:
    await connection.receive(sent)
    await connection.send_no_more()
    assert (connection.wire.closed, connection.wire.written.count(b"HTTP/1.1 ")) == (True, answers)
    assert connection.refused == []


@pytest.mark.parametrize("sent", [HEAD % 0, HEAD % 2 + b"\r\n{", HEAD % 0 + b"\r\n" + HEAD % 2 + b"\r\n{"])
async def test_who_stops_within_a_request_is_told_that_it_was_not_whole(connection: Connection, sent: bytes) -> None:
    """An upload that was cut off: whoever made it must know that nothing was taken in."""
    await connection.receive(sent)
    await connection.send_no_more()
    last = connection.wire.written[connection.wire.written.rindex(b"HTTP/1.1") :]
    assert last.startswith(b"HTTP/1.1 400 ")
    assert b'"REQUEST_INCOMPLETE"' in last
    assert (connection.wire.closed, [error.code for error in connection.refused]) == (True, ["REQUEST_INCOMPLETE"])
    assert connection.bodies == ([b""] if sent.startswith(HEAD % 0 + b"\r\n") else []), "nothing was carried out"


async def test_who_was_answered_before_its_body_ended_is_told_nothing_more(connection: Connection) -> None:
    async def refuse(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 413, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    connection.protocol.app = refuse
    await connection.receive(HEAD % 10 + b"\r\n{")
    await connection.send_no_more()
    assert (connection.wire.closed, connection.wire.answer()) == (True, (413, None))


async def test_who_asked_for_the_end_and_is_refused_while_it_sends_can_read_why(connection: Connection) -> None:
    """A large file with an expired token: to close with its rest unread would reset the connection, and the answer be lost."""

    async def refuse(scope: Any, receive: Any, send: Any) -> None:
        connection.begun += 1
        await send({"type": "http.response.start", "status": 401, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    connection.protocol.app = refuse
    head = HEAD % 3_000 + b"connection: close\r\n\r\n"
    await connection.receive(head + b"x" * 1_000)
    assert (connection.wire.answer(), connection.wire.ended, connection.wire.closed) == ((401, None), True, False)
    await connection.receive(b"x" * 1_000)
    assert not connection.wire.closed
    await connection.receive(b"x" * 1_000 + head)
    assert (connection.wire.closed, connection.begun, connection.wire.written.count(b"HTTP/1.1 ")) == (True, 1, 1)


async def test_the_rest_of_a_last_body_is_not_waited_for_for_ever_either(connection: Connection) -> None:
    async def refuse(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 401, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    connection.protocol.app = refuse
    await connection.receive(HEAD % 10**12 + b"connection: close\r\n\r\n")
    for _ in range(100):
        await connection.receive(b"x" * 1_000)
        connection.clock.pass_by(1)
    assert connection.wire.closed
    assert connection.wire.answer() == (401, None)


async def test_who_asked_for_the_end_and_was_read_is_let_go_with_the_answer(connection: Connection) -> None:
    await connection.receive(HEAD % 2 + b"connection: close\r\n\r\n{}")
    assert (connection.wire.answer(), connection.wire.ended, connection.wire.closed) == ((200, None), False, True)


async def test_the_rest_of_a_refused_body_is_not_waited_for_for_ever(connection: Connection) -> None:
    async def refuse(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 413, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    connection.protocol.app = refuse
    await connection.receive(HEAD % 10**12 + b"\r\n" + b"x" * 1_000)
    assert connection.wire.answer() == (413, None)
    for _ in range(100):
        await connection.receive(b"x" * 1_000)
        connection.clock.pass_by(1)
    assert connection.wire.closed
    assert connection.wire.answer() == (413, None), "nothing is written after the answer"


async def test_requests_sent_one_after_the_other_without_waiting_are_all_answered(connection: Connection) -> None:
    request = HEAD % 2 + b"\r\n{}"
    await connection.receive(request + request + request[:20])
    await connection.receive(request[20:])
    assert connection.begun == 3
    assert connection.wire.written.count(b"HTTP/1.1 200") == 3


async def test_a_client_that_does_not_read_is_given_up(connection: Connection) -> None:
    connection.wire.unread = 100_000
    connection.protocol.pause_writing()
    connection.clock.pass_by(UNREAD_SECONDS - 1)
    connection.wire.unread = 50_000
    connection.clock.pass_by(UNREAD_SECONDS)
    assert not connection.wire.aborted, "it read something"
    connection.clock.pass_by(UNREAD_SECONDS)
    assert connection.wire.aborted


async def test_a_client_that_reads_in_time_is_kept(connection: Connection) -> None:
    await connection.receive(HEAD % 0 + b"\r\n")
    connection.wire.unread = 100_000
    connection.protocol.pause_writing()
    connection.protocol.resume_writing()
    connection.clock.pass_by(UNREAD_SECONDS * 2)
    assert not connection.wire.aborted


async def test_a_hundred_slow_clients_do_not_keep_a_good_one_waiting() -> None:
    slow = [Connection() for _ in range(100)]
    for one in slow:
        await one.receive(HEAD % 2)
    good = Connection()
    await good.receive(HEAD % 2 + b"\r\n{}")
    assert good.wire.answer() == (200, None)
    for one in slow:
        one.clock.pass_by(HEADER_SECONDS)
    assert all(one.wire.closed for one in slow)
    for one in (*slow, good):
        await one.end()


# -- when there is too much


def gate(connections: int = 100) -> Gate:
    return Gate(most=1, most_connections=connections, least=1, aim=0.2)


async def test_while_the_gate_is_full_a_request_is_answered_without_being_begun() -> None:
    full = gate()
    connection = Connection(full)
    with full.entered():
        await connection.receive(HEAD % 2 + b"\r\n{}")
    connection.clock.pass_by(HOLD_SECONDS)
    assert connection.wire.answer() == (503, "TOO_BUSY")
    assert b"retry-after: 2\r\n" in connection.wire.written
    assert (connection.begun, full.turned_away) == (0, 1)
    assert not connection.wire.closed
    await connection.end()


async def test_of_many_requests_that_arrive_at_once_those_too_many_are_not_begun() -> None:
    few = Gate(most=2, most_connections=100, least=1, aim=0.2)
    connections = [Connection(few) for _ in range(5)]
    for one in connections:
        one.protocol.data_received(HEAD % 2 + b"\r\n{}")
    for one in connections:
        await one.receive(b"")
    assert [one.wire.answer()[0] for one in connections] == [200, 200, 503, 503, 503]
    assert [one.begun for one in connections] == [1, 1, 0, 0, 0]
    await connections[2].receive(HEAD % 2 + b"\r\n{}")
    assert connections[2].begun == 1
    for one in connections:
        await one.end()


async def test_the_same_connection_is_served_when_there_is_room_again() -> None:
    full = gate()
    connection = Connection(full)
    with full.entered():
        await connection.receive(HEAD % 8 + b"\r\n" + b"x" * 4)
        await connection.receive(b"x" * 4)
    connection.wire.written = b""
    await connection.receive(HEAD % 2 + b"\r\n{}")
    assert connection.wire.answer() == (200, None)
    assert connection.begun == 1
    await connection.end()


async def test_a_request_that_was_turned_away_leaves_only_the_keep_alive_running() -> None:
    full = gate()
    connection = Connection(full)
    with full.entered():
        await connection.receive(HEAD % 2 + b"\r\n{}")
    connection.clock.pass_by(KEEP_ALIVE - 1)
    before = connection.wire.closed
    connection.clock.pass_by(1)
    assert (before, connection.wire.closed) == (False, True)
    await connection.end()


async def idling(full: Gate) -> Connection:
    """Give a connection that has been answered once and idles, with nothing written yet."""
    connection = Connection(full)
    await connection.receive(HEAD % 2 + b"\r\n{}")
    connection.wire.written = b""
    return connection


async def test_a_whole_request_on_an_idle_connection_is_turned_away_without_being_taken_apart() -> None:
    full = gate()
    connection = await idling(full)
    parser = connection.protocol.parser
    del connection.protocol.parser
    with full.entered():
        await connection.receive(HEAD % 2 + b"\r\n{}")
    connection.protocol.parser = parser
    connection.clock.pass_by(HOLD_SECONDS)
    assert connection.wire.answer() == (503, "TOO_BUSY")
    connection.wire.written = b""
    await connection.receive(HEAD % 2 + b"\r\n{}")
    assert (connection.wire.answer(), full.turned_away, connection.begun) == ((200, None), 1, 2)
    await connection.end()


async def test_the_keep_alive_runs_from_the_last_request_that_was_turned_away() -> None:
    full = gate()
    connection = await idling(full)
    connection.clock.pass_by(KEEP_ALIVE - 1)
    with full.entered():
        await connection.receive(HEAD % 2 + b"\r\n{}")
    connection.clock.pass_by(KEEP_ALIVE - 1)
    before = connection.wire.closed
    connection.clock.pass_by(1)
    assert (before, connection.wire.closed) == (False, True)
    await connection.end()


async def test_a_body_that_reads_like_a_request_is_a_body() -> None:
    full, inner = gate(), HEAD % 2 + b"\r\n{}"
    connection = await idling(full)
    await connection.receive(HEAD % len(inner) + b"\r\n")
    with full.entered():
        await connection.receive(inner)
    assert (connection.wire.answer(), connection.begun, full.turned_away) == ((200, None), 2, 0)
    await connection.end()


LINES = (
    b"content-length: 2",
    b"content-length: 7",
    b"Content-Length:2",
    b"content-length: +2",
    b"content-length : 2",
    b"content-length: 2, 2",
    b"transfer-encoding: chunked",
    b"Transfer-Encoding: identity, chunked",
    b"transfer-encoding : chunked",
    b"transfer-encoding:\tchunked",
    b" transfer-encoding: chunked",
    b"connection: close",
    b"Connection: keep-alive, Upgrade",
    b"upgrade: websocket",
    b"expect: 100-continue",
    b"accept: */*",
    b"x: \x00",
    b"x: \xe4\xbf\xa1",
    b"x\r",
    b"x: 1\nhost: other",
    b": nobody",
)
BEGINS = (b"POST /graphql HTTP/1.1", b"POST /graphql HTTP/1.0", b"post /graphql HTTP/1.1", b"GET /graphql HTTP/1.1")
BODIES = (b"{}", b"", b"{", b"{}\r\n", b"2\r\n{}\r\n0\r\n\r\n", b"{}" + HEAD % 2 + b"\r\n{}", b"{}GET /health/live")


async def test_what_is_turned_away_unread_is_turned_away_as_the_parser_would(monkeypatch: pytest.MonkeyPatch) -> None:
    """Random headers, many of them made to smuggle a second request behind the first: never another end."""
    draw, plain, known = random.Random(7), 0, framing.is_one_request
    for _ in range(900):
        lines = draw.sample(LINES, draw.randint(0, 3))
        if draw.random() < 0.7:
            lines = [LINES[0], *lines]
        draw.shuffle(lines)
        sent = b"\r\n".join([draw.choice(BEGINS[:1] * 4 + BEGINS), *lines, b"", draw.choice(BODIES[:1] * 4 + BODIES)])
        seen = []
        for is_one in (known, lambda data: False):
            full = gate()
            connection = await idling(full)
            monkeypatch.setattr(protocol, "is_one_request", is_one)
            with full.entered():
                await connection.receive(sent)
            await connection.receive(b"" if connection.wire.closed else HEAD % 2 + b"\r\n{}")
            seen.append((connection.wire.written, connection.wire.closed, connection.begun, full.turned_away))
            await connection.end()
        assert seen[0] == seen[1], sent
        plain += known(sent)
    assert plain > 40


async def test_the_body_of_a_request_that_was_turned_away_is_not_waited_for_for_ever() -> None:
    full = gate()
    connection = Connection(full)
    with full.entered():
        await connection.receive(HEAD % 100 + b"\r\nx")
    connection.clock.pass_by(HOLD_SECONDS)
    written = connection.wire.written
    connection.clock.pass_by(BODY_SECONDS + 1)
    assert connection.wire.closed
    assert connection.wire.written == written, "nothing is written after the answer"
    await connection.end()


async def test_those_who_are_turned_away_are_told_so_together_a_moment_later() -> None:
    full = gate()
    first, second = Connection(full), await idling(full)
    with full.entered():
        await first.receive(HEAD % 2 + b"\r\n{}")
        first.clock.pass_by(HOLD_SECONDS / 2)
        await second.receive(HEAD % 2 + b"\r\n{}")
    assert first.wire.written == second.wire.written == b""
    first.clock.pass_by(HOLD_SECONDS / 2)
    assert first.wire.answer() == second.wire.answer() == (503, "TOO_BUSY")
    for one in (first, second):
        await one.end()


@pytest.mark.parametrize("apart", [True, False], ids=["in two pieces", "in one"])
async def test_who_asks_again_before_he_is_told_is_told_once_for_each_and_in_order(apart: bool) -> None:
    full = gate()
    connection = await idling(full)
    request = HEAD % 2 + b"\r\n{}"
    with full.entered():
        for sent in (request, request) if apart else (request * 2,):
            await connection.receive(sent)
    await connection.receive(request)
    answered = [part[:3] for part in connection.wire.written.split(b"HTTP/1.1 ")[1:]]
    connection.clock.pass_by(2 * HOLD_SECONDS)
    assert answered == [b"503", b"503", b"200"]
    assert connection.wire.written.count(b"HTTP/1.1 ") == 3
    await connection.end()


@pytest.mark.parametrize("apart", [True, False], ids=["in two pieces", "in one"])
async def test_what_is_no_request_is_refused_behind_what_was_turned_away(apart: bool) -> None:
    full = gate()
    connection = await idling(full)
    request, other = HEAD % 2 + b"\r\n{}", b"\x00\r\n\r\n"
    with full.entered():
        for sent in (request, other) if apart else (request + other,):
            await connection.receive(sent)
    assert [part[:3] for part in connection.wire.written.split(b"HTTP/1.1 ")[1:]] == [b"503", b"400"]
    await connection.end()


async def test_a_connection_that_is_not_told_yet_neither_makes_room_nor_ends_without_a_word() -> None:
    state, few = ServerState(), gate(connections=1)
    asked = Connection(few, state)
    with few.entered():
        await asked.receive(HEAD % 2 + b"\r\n{}")
    late = Connection(few, state)
    assert (asked.wire.closed, late.wire.answer()) == (False, (503, "TOO_BUSY"))
    asked.protocol.shutdown()
    assert (asked.wire.closed, asked.wire.answer()) == (True, (503, "TOO_BUSY"))
    for one in (asked, late):
        await one.end()


async def test_who_is_turned_away_and_sends_no_more_is_told_so() -> None:
    full = gate()
    connection = await idling(full)
    with full.entered():
        await connection.receive(HEAD % 2 + b"\r\n{}")
    await connection.send_no_more()
    assert (connection.wire.closed, connection.wire.answer()) == (True, (503, "TOO_BUSY"))


async def test_a_client_that_has_gone_is_told_nothing() -> None:
    full = gate()
    connection = await idling(full)
    with full.entered():
        await connection.receive(HEAD % 2 + b"\r\n{}")
    connection.wire.close()
    connection.protocol.connection_lost(None)
    connection.clock.pass_by(HOLD_SECONDS)
    assert connection.wire.written == b""


@pytest.mark.parametrize("header", [b"expect: 100-continue", b"connection: close"])
async def test_a_client_that_will_not_send_more_is_told_and_let_go(header: bytes) -> None:
    full = gate()
    connection = Connection(full)
    with full.entered():
        await connection.receive(HEAD % 2 + header + b"\r\n\r\n{}")
    assert connection.wire.answer() == (503, "TOO_BUSY")
    assert connection.wire.closed
    assert connection.begun == 0
    await connection.end()


@pytest.mark.parametrize("path", [b"/health/live", b"/health/ready", b"/metrics"])
async def test_whoever_watches_the_service_is_answered_however_busy_it_is(path: bytes) -> None:
    full = gate()
    connection = Connection(full)
    with full.entered():
        await connection.receive(b"GET %b HTTP/1.1\r\nhost: renxin.test\r\n\r\n" % path)
    assert connection.wire.answer() == (200, None)
    await connection.end()


async def test_of_too_many_connections_an_idle_one_makes_room() -> None:
    state, few = ServerState(), gate(connections=2)
    idle, asking = Connection(few, state), Connection(few, state)
    await idle.receive(HEAD % 2 + b"\r\n{}")
    await asking.receive(HEAD % 2)
    late = Connection(few, state)
    assert idle.wire.closed
    assert not asking.wire.closed
    await late.receive(HEAD % 2 + b"\r\n{}")
    assert late.wire.answer() == (200, None)
    for one in (idle, asking, late):
        await one.end()


async def test_a_connection_too_many_is_told_so_where_none_idles() -> None:
    state, few = ServerState(), gate(connections=1)
    asking, late = Connection(few, state), Connection(few, state)
    assert late.wire.answer() == (503, "TOO_BUSY")
    assert late.wire.closed
    assert not asking.wire.closed
    for one in (asking, late):
        await one.end()


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(40), "BAD_REQUEST"),
        (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", "BAD_REQUEST"),
        (b"GET / HTTP/1.1\r\nx: " + b"a" * HEADER_BYTES + b"\r\n\r\n", "HEADERS_TOO_LARGE"),
        (HEAD % 2 + b"content-length: 3\r\n\r\n{}", "BAD_REQUEST"),
    ],
    ids=["TLS", "SSH", "too long", "framed twice"],
)
async def test_what_is_no_request_is_told_to_those_who_run_the_service_by_its_code(
    connection: Connection, caplog: pytest.LogCaptureFixture, sent: bytes, told: str
) -> None:
    await connection.receive(sent)
    assert [error.code for error in connection.refused] == [told]
    assert not [record for record in caplog.records if Coded().filter(record)], "uvicorn's own line says nothing"
    assert log_config("info")["loggers"]["uvicorn.error"]["filters"] == ["coded"]


async def test_a_request_that_never_ends_is_told_and_one_that_is_sent_away_is_not() -> None:
    connection = Connection()
    await connection.receive(HEAD % 2)
    connection.clock.pass_by(HEADER_SECONDS)
    assert [error.code for error in connection.refused] == ["REQUEST_TIMEOUT"]
    await connection.end()
    full = Gate(most=0, most_connections=10, least=0, aim=1.0)
    crowded = Connection(full)
    await crowded.receive(HEAD % 2 + b"\r\n{}")
    assert full.turned_away == 1
    assert crowded.refused == []
    await crowded.end()


async def test_whatever_takes_long_learns_that_the_server_is_asked_to_stop(connection: Connection) -> None:
    connection.proceed.clear()
    await connection.receive(HEAD % 2 + b"\r\n{}")
    assert not connection.stopping.is_set()
    connection.protocol.shutdown()
    assert connection.stopping.is_set()
    connection.proceed.set()
    await connection.receive(b"")
    assert connection.wire.answer() == (200, None)


def test_what_is_cut_off_at_the_end_is_a_line_with_its_count_and_no_error(caplog: pytest.LogCaptureFixture) -> None:
    log = logging.getLogger("uvicorn.error")
    log.error(_server_says("Cancel %s running task(s)"), 3)
    log.error("Exception in ASGI application\n", exc_info=asyncio.CancelledError())
    told = [json.loads(JsonLines().format(record)) for record in caplog.records if Coded().filter(record)]
    assert [(line["message"], line["count"]) for line in told] == [("requests_cut_off", 3)]


def _server_says(beginning: str) -> str:
    """Give the one text in uvicorn's server that begins so: what it says may change with its version."""
    texts = [node.value for node in ast.walk(ast.parse(inspect.getsource(server))) if isinstance(node, ast.Constant)]
    (found,) = [text for text in texts if isinstance(text, str) and text.startswith(beginning)]
    return found
