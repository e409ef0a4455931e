"""Requests that two readers could take differently, headers without end, trailers: refused with a code, or dropped."""

from __future__ import annotations

from typing import Any

import pytest

from api.gate.protocol import HEADER_BYTES
from tests.http.wire import Connection

pytestmark = pytest.mark.anyio

POST = b"POST /graphql HTTP/1.1\r\n"
HOST = b"host: renxin.test\r\n"
CHUNKED = b"transfer-encoding: chunked\r\n"
CHUNKS = b"2\r\n{}\r\n0\r\n"
UNCLEAR = {
    "no host": POST + b"content-length: 2\r\n\r\n{}",
    "two hosts": POST + HOST + HOST + b"content-length: 2\r\n\r\n{}",
    "a host that is none": POST + b"host: a b\r\ncontent-length: 2\r\n\r\n{}",
    "no version": b"GET /graphql\r\n\r\n",
    "a version to come": b"GET /graphql HTTP/2.0\r\n" + HOST + b"\r\n",
    "another coding": POST + HOST + b"transfer-encoding: gzip, chunked\r\n\r\n" + CHUNKS + b"\r\n",
    "chunks twice": POST + HOST + CHUNKED + CHUNKED + b"\r\n" + CHUNKS + b"\r\n",
    "chunks in HTTP/1.0": b"POST /graphql HTTP/1.0\r\n" + HOST + CHUNKED + b"\r\n" + CHUNKS + b"\r\n",
    "two lengths": POST + HOST + b"content-length: 2\r\ncontent-length: 3\r\n\r\n{}",
    "a length beside chunks": POST + HOST + b"content-length: 2\r\n" + CHUNKED + b"\r\n" + CHUNKS + b"\r\n",
    "a length that is none": POST + HOST + b"content-length: +2\r\n\r\n{}",
    "a chunk that is none": POST + HOST + CHUNKED + b"\r\n-1\r\n",
    "an address without a path": b"CONNECT renxin.test:80 HTTP/1.1\r\n" + HOST + b"\r\n",
    "an address without a host": b"GET http:///graphql HTTP/1.1\r\n" + HOST + b"\r\n",
    "no HTTP": b"\x16\x03\x01\x02\x00\x01",
}


@pytest.mark.parametrize("kind", UNCLEAR)
async def test_what_can_be_taken_in_two_ways_is_a_coded_400_and_the_end_of_the_connection(kind: str) -> None:
    connection = Connection()

    await connection.receive(UNCLEAR[kind])

    assert connection.wire.answer() == (400, "BAD_REQUEST")
    assert connection.wire.closed
    await connection.end()


@pytest.mark.parametrize("kind", UNCLEAR)
async def test_it_is_told_on_a_connection_that_was_answered_before_too(kind: str) -> None:
    connection = Connection()
    await connection.receive(POST + HOST + b"content-length: 2\r\n\r\n{}")
    connection.wire.written = b""

    await connection.receive(UNCLEAR[kind])

    assert connection.wire.answer() == (400, "BAD_REQUEST")
    assert connection.wire.closed
    await connection.end()


@pytest.mark.parametrize(
    "request_",
    [
        b"POST /graphql HTTP/1.0\r\ncontent-length: 2\r\n\r\n{}",
        POST + b"Host: [::1]:8000\r\ntransfer-encoding:\tChunked \r\n\r\n" + CHUNKS + b"\r\n",
        b"POST http://other.test/graphql HTTP/1.1\r\n" + HOST + b"content-length: 2\r\n\r\n{}",
    ],
    ids=["1.0 without a host", "an address as host, chunks", "the whole address"],
)
async def test_what_is_framed_in_one_way_is_answered(request_: bytes) -> None:
    connection = Connection()

    await connection.receive(request_)

    assert connection.wire.answer()[0] == 200
    await connection.end()


async def test_a_trailer_is_no_header() -> None:
    """Nobody signs in, names a certificate or comes from elsewhere behind a body, where no proxy looks."""
    connection, heard = Connection(), list[Any]()
    inner = connection.protocol.app

    async def listening(scope: Any, receive: Any, send: Any) -> None:
        await inner(scope, receive, send)
        heard.extend(scope["headers"])

    connection.protocol.app = listening
    await connection.receive(POST + HOST + CHUNKED + b"\r\n" + CHUNKS + b"authorization: Bearer x\r\nexpect: x\r\n\r\n")

    assert connection.wire.answer()[0] == 200
    assert [name for name, _ in heard] == [b"host", b"transfer-encoding"]
    await connection.end()


@pytest.mark.parametrize(
    "request_",
    [
        POST + HOST + b"x: " + b"y" * HEADER_BYTES + b"\r\ncontent-length: 2\r\n\r\n{}",
        POST + HOST + b"x: y\r\n" * HEADER_BYTES + b"content-length: 2\r\n\r\n{}",
        b"GET /" + b"a" * (HEADER_BYTES - 8) + b" HTTP/1.1\r\n" + HOST + b"\r\n",
        POST + HOST + CHUNKED + b"\r\n" + CHUNKS + b"x: y\r\n" * HEADER_BYTES + b"\r\n",
    ],
    ids=["one", "many", "address", "trailers"],
)
async def test_headers_that_arrive_at_once_are_no_longer_than_those_that_drip(request_: bytes) -> None:
    connection = Connection()

    await connection.receive(request_)

    assert connection.wire.answer() == (431, "HEADERS_TOO_LARGE")
    await connection.end()


async def test_what_was_asked_before_is_answered_before_the_connection_is_closed() -> None:
    connection = Connection()
    connection.proceed.clear()
    await connection.receive(POST + HOST + b"content-length: 2\r\n\r\n{}" + b"nonsense\r\n\r\n")
    assert connection.wire.written == b""

    connection.proceed.set()
    await connection.receive(b"more nonsense")

    assert connection.wire.answer()[0] == 200
    assert connection.wire.closed
    await connection.end()
