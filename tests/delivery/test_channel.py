"""What is no receipt, byte by byte: answers that no server should give are faults of the attempt and raise nothing."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from api.pushing.push_channel import ANSWER_BYTES, Channel, Fault
from domain.delivery.receipt import Receipt
from tests.client import NOW
from tests.delivery.ground import FIGURES

pytestmark = pytest.mark.anyio

EVENT = UUID(int=7)


def receipt(**changes: Any) -> bytes:
    """Write a receipt for the event."""
    plain = {"event": str(EVENT), "receipt": "回执-1", "receivedAt": NOW.isoformat()}
    return json.dumps(plain | changes, ensure_ascii=False).encode()


GOOD = receipt()


JSON = b"content-type: application/json\r\n"


def answer(
    body: bytes = GOOD, *, status: bytes = b"200 OK", kind: bytes = JSON, head: bytes = b"", length: int | None = None
) -> bytes:
    """Write an answer of HTTP/1.1."""
    size = str(len(body) if length is None else length).encode()
    return b"HTTP/1.1 " + status + b"\r\n" + kind + head + b"content-length: " + size + b"\r\n\r\n" + body


def in_chunks(framed: bytes) -> bytes:
    """Write an answer in chunks, as they are given."""
    return b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n" + framed


@asynccontextmanager
async def giving(answered: bytes) -> AsyncIterator[Channel]:
    """Serve one answer whatever is asked, then hang up; give a channel to it."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answered)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    channel = Channel(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/push", replace(FIGURES), None)
    try:
        yield channel
    finally:
        await channel.close()
        server.close()


async def sent(answered: bytes) -> Receipt | Fault:
    """Send an event to a server that gives an answer; give what is made of it."""
    async with giving(answered) as channel:
        return await channel.send("a.b.c", event=EVENT, happened_at=NOW - timedelta(seconds=5), now=NOW)


CUT = {
    "no HTTP": GOOD,
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "no status": b"HTTP/1.1 abc\r\n\r\n",
    "another protocol": b"HTTP/1.1 101 X\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
    "a length below nothing": answer(length=-5),
    "a length beyond all": answer(length=10**18),
    "two lengths": answer(head=b"content-length: 3\r\n"),
    "a length and chunks": answer(head=b"transfer-encoding: chunked\r\n"),
    "a chunk of no length": in_chunks(b"zz\r\n"),
    "a chunk beyond all": in_chunks(b"f" * 16 + b"\r\nabc"),
    "chunks without end": in_chunks(b"%x\r\n%s\r\n" % (len(GOOD), GOOD)),
    "a head without end": answer(head=b"x: " + b"a" * 200_000 + b"\r\n"),
}
INVALID = {
    "packed": answer(gzip.compress(GOOD), head=b"content-encoding: gzip\r\n"),
    "packed beyond all": answer(gzip.compress(b" " * 50_000_000), head=b"content-encoding: gzip\r\n"),
    "half a character": answer(GOOD.replace("回执-1".encode(), rb"\ud800")),
    "a character that nothing holds": answer(receipt(receipt="a\0b")),
    "no number": answer(GOOD.replace('"回执-1"'.encode(), b"NaN")),
    "a truth": answer(receipt(receipt=True)),
    "too long a number": answer(receipt(receipt="x" * 201)),
    "an endless integer": answer(b"9" * (ANSWER_BYTES - 1)),
    "the event and another": answer(GOOD[:-1] + b', "event": "another"}'),
    "the first year": answer(receipt(receivedAt="0001-01-01T00:00:00+14:00")),
    "the last year": answer(receipt(receivedAt="9999-12-31T23:59:59-14:00")),
    "a mark of UTF-8": answer(b"\xef\xbb\xbf" + GOOD),
    "a page": answer(kind=b"content-type: text/html; charset=utf-8\r\n"),
    "a text": answer(kind=b"content-type: text/plain\r\n"),
    "of no kind": answer(kind=b""),
    "two kinds": answer(kind=JSON + b"content-type: text/html\r\n"),
    "a problem": answer(kind=b"content-type: application/problem+json\r\n"),
    "UTF-16": answer(GOOD.decode().encode("utf-16")),
}


@pytest.mark.parametrize("what", CUT)
async def test_what_is_no_answer_of_http_is_an_answer_cut(what: str) -> None:
    assert await sent(CUT[what]) == Fault("answer_cut")


@pytest.mark.parametrize("what", INVALID)
async def test_what_is_no_receipt_is_none_whatever_its_status(what: str) -> None:
    assert await sent(INVALID[what]) == Fault("receipt_invalid", 200)


@pytest.mark.parametrize("status", [b"204 X", b"302 X", b"308 X", b"400 X", b"500 X", b"999 X"])
async def test_a_receipt_under_another_status_does_not_count(status: bytes) -> None:
    found = await sent(answer(status=status, head=b"location: /elsewhere\r\n"))
    assert isinstance(found, Fault)
    assert found.status == int(status[:3])


@pytest.mark.parametrize(("minutes", "counts"), [(4, True), (5, True), (6, False)])
async def test_a_clock_that_goes_fast_is_believed_for_five_minutes(minutes: int, counts: bool) -> None:
    told: datetime = NOW + timedelta(minutes=minutes)
    assert isinstance(await sent(answer(receipt(receivedAt=told.isoformat()))), Receipt) is counts


async def test_a_receipt_says_that_it_is_json_in_any_letters() -> None:
    assert isinstance(await sent(answer(kind=b"Content-Type: Application/JSON ; charset=utf-8\r\n")), Receipt)


async def test_answers_before_the_answer_are_passed_over() -> None:
    found = await sent(b"HTTP/1.1 100 Continue\r\n\r\n" * 50 + answer())
    assert isinstance(found, Receipt)
    assert found.number == "回执-1"
