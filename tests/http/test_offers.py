"""Requests that offer another protocol: answered in this one, with their bodies, and so is what comes behind them."""

from __future__ import annotations

import pytest

from api.gate.gate import Gate
from tests.http.test_protocol import gate
from tests.http.wire import Connection

pytestmark = pytest.mark.anyio

JAVA = b"Connection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAEAAEAA\r\nUpgrade: h2c\r\n"
BODY = b'{"query":"{__typename}"}'
OFFERED = b"POST /graphql HTTP/1.1\r\nhost: renxin.test\r\n" + JAVA
PLAIN = b"POST /graphql HTTP/1.1\r\nhost: renxin.test\r\ncontent-length: 2\r\n\r\n{}"
CHUNKS = b"18\r\n" + BODY + b"\r\n0\r\n\r\n"
WHOLE = OFFERED + b"content-length: 24\r\n\r\n" + BODY


@pytest.mark.parametrize(
    "sent",
    [WHOLE, OFFERED + b"transfer-encoding: chunked\r\n\r\n" + CHUNKS, WHOLE.replace(b"h2c", b"websocket")],
    ids=["h2c", "h2c in chunks", "websocket"],
)
@pytest.mark.parametrize("step", [1, 7, 10_000])
async def test_a_request_that_offers_another_protocol_is_read_with_its_body(sent: bytes, step: int) -> None:
    connection = Connection()

    for start in range(0, len(sent), step):
        await connection.receive(sent[start : start + step])

    assert connection.bodies == [BODY]
    assert connection.wire.answer() == (200, None)
    assert not connection.wire.closed
    await connection.end()


async def test_what_follows_an_offer_is_the_next_request() -> None:
    connection = Connection()

    await connection.receive(WHOLE + WHOLE + PLAIN)
    await connection.receive(PLAIN)

    assert connection.bodies == [BODY, BODY, b"{}", b"{}"]
    await connection.end()


async def test_a_body_that_reads_like_a_request_is_a_body_behind_an_offer_too() -> None:
    connection = Connection()

    await connection.receive(OFFERED + b"content-length: %d\r\n\r\n" % len(PLAIN))
    await connection.receive(PLAIN)

    assert connection.bodies == [PLAIN]
    await connection.end()


async def test_an_offer_that_is_framed_in_two_ways_is_refused() -> None:
    connection = Connection()

    await connection.receive(WHOLE.replace(b"host: renxin.test\r\n", b"host: a\r\nhost: b\r\n"))

    assert connection.wire.answer() == (400, "BAD_REQUEST")
    assert connection.begun == 0
    await connection.end()


async def test_a_tunnel_is_refused_and_nothing_in_it_is_a_request() -> None:
    connection = Connection()

    await connection.receive(b"CONNECT /graphql HTTP/1.1\r\nhost: renxin.test\r\n\r\n" + PLAIN)

    assert connection.begun == 1
    assert connection.wire.closed
    await connection.end()


async def test_an_offer_that_is_turned_away_is_the_end_of_its_connection() -> None:
    full: Gate = gate()
    connection = Connection(full)

    with full.entered():
        await connection.receive(WHOLE + PLAIN)

    assert connection.wire.answer() == (503, "TOO_BUSY")
    assert (connection.wire.closed, connection.begun) == (True, 0)
    await connection.end()
