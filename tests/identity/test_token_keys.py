"""Where keys come from: rotation, withdrawal, keys that are not fit, and addresses that are not safe."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, rsa

from authz.token import Claims, TokenInvalid, TokenReader
from authz.token_keys import (
    ALGORITHMS,
    KEPT_FOR,
    MAX_AGE,
    MAY_WAIT,
    READ_AT_ONCE,
    READ_EVERY,
    RETRY_AFTER,
    SET_BYTES,
    JwksFile,
    JwksUrl,
    KeySetUnreadable,
    public_members,
    thumbprint,
    usable_key,
    usable_keys,
)
from tests.identity.tokens import NOW, Keys, claims, header, jwk, reader, token

pytestmark = pytest.mark.anyio

LONG = claims(exp=int(NOW.timestamp()) + 80_000)
SECOND = timedelta(seconds=1)


async def holds(verifier: TokenReader, text: str, at: timedelta = timedelta(0)) -> bool:
    """Tell whether a token is accepted at a time after now."""
    try:
        await verifier.verify(text, now=NOW + at)
    except TokenInvalid:
        return False
    return True


async def test_a_rotated_key_is_found_by_reading_the_set_again() -> None:
    keys = Keys(["ed1"])
    verifier = reader(keys)
    assert await holds(verifier, token())

    keys.kids = ["ed1", "ed3"]

    assert await holds(verifier, token(key="ed3"), RETRY_AFTER)
    assert await holds(verifier, token())


async def test_invented_key_ids_do_not_make_us_ask_the_provider_over_and_over() -> None:
    keys = Keys(["ed1"])
    verifier = reader(keys)

    for number in range(600):
        assert not await holds(verifier, token(header(kid=f"ed-x{number}")), number // 10 * SECOND)

    assert keys.reads == READ_AT_ONCE + timedelta(seconds=59) // READ_EVERY


async def test_a_key_id_that_was_invented_just_before_a_rotation_does_not_hold_up_the_new_key() -> None:
    """One reading in thirty seconds was all: a token of a key withdrawn long ago used it up, again and again."""
    keys = Keys(["ed1"])
    verifier = reader(keys)
    assert await holds(verifier, token())
    for number in range(READ_AT_ONCE - 2):
        assert not await holds(verifier, token(header(kid=f"ed-x{number}")))

    keys.kids = ["ed1", "ed3"]

    assert await holds(verifier, token(key="ed3"))


async def test_while_invented_key_ids_come_on_and_on_a_new_key_is_found_within_seconds() -> None:
    keys = Keys(["ed1"])
    verifier = reader(keys)
    for number in range(100):
        assert not await holds(verifier, token(header(kid=f"ed-x{number}")))

    keys.kids = ["ed1", "ed3"]

    assert not await holds(verifier, token(key="ed3"), READ_EVERY - SECOND)
    assert await holds(verifier, token(key="ed3"), READ_EVERY)


async def test_for_one_key_id_that_it_lacks_a_set_is_read_again_only_after_a_while() -> None:
    keys = Keys(["ed1"])
    verifier = reader(keys)
    assert await holds(verifier, token())

    for seconds in range(30):
        assert not await holds(verifier, token(key="ed3"), seconds * SECOND)
    assert keys.reads == 2

    keys.kids = ["ed1", "ed3"]
    assert await holds(verifier, token(key="ed3"), RETRY_AFTER)


async def test_a_provider_out_of_reach_is_not_asked_again_for_each_key_id_that_is_invented() -> None:
    keys = Keys(["ed1"])
    verifier = reader(keys)
    assert await holds(verifier, token())
    keys.unreachable = True

    for number in range(29):
        assert not await holds(verifier, token(header(kid=f"ed-x{number}")), (1 + number) * SECOND)

    assert keys.reads == 2


class SlowKeys(Keys):
    """A key source that answers when it is let."""

    def __init__(self, kids: list[str]) -> None:
        super().__init__(kids)
        self.asked, self.may_answer = asyncio.Event(), asyncio.Event()

    async def read(self) -> bytes:
        """Give the key set once it may."""
        self.asked.set()
        await self.may_answer.wait()
        return await super().read()


async def settled(tasks: list[asyncio.Task[bool]]) -> list[asyncio.Task[bool]]:
    """Let tasks go on until nothing but the key source holds them up; give those that are done."""
    for _ in range(3):
        await asyncio.sleep(0)
    return [task for task in tasks if task.done()]


async def test_whoever_comes_with_a_new_key_while_the_set_is_being_read_is_accepted_as_well() -> None:
    """Of twenty who came at once after a rotation, or a start of the process, one was accepted."""
    keys = SlowKeys(["ed1"])
    verifier = reader(keys)
    coming = [asyncio.create_task(holds(verifier, token(body=claims(jti=f"t-{number}")))) for number in range(20)]

    assert await settled(coming) == []
    keys.may_answer.set()

    assert await asyncio.gather(*coming) == [True] * 20
    assert keys.reads == 1


async def test_at_a_provider_that_does_not_answer_few_wait_and_who_has_a_known_key_does_not() -> None:
    keys = SlowKeys(["ed1"])
    verifier = reader(keys)
    keys.may_answer.set()
    assert await holds(verifier, token())
    keys.asked.clear()
    keys.may_answer.clear()

    flood = [
        asyncio.create_task(holds(verifier, token(header(kid=f"ed-x{number}")), RETRY_AFTER))
        for number in range(MAY_WAIT + 50)
    ]

    refused = await settled(flood)
    assert (len(refused), keys.asked.is_set()) == (49, True)
    assert not any(task.result() for task in refused)
    assert await holds(verifier, token(body=claims(jti="t-2")), MAX_AGE)
    keys.may_answer.set()
    assert not any(await asyncio.gather(*flood))
    assert keys.reads == 2


async def test_a_provider_that_fails_while_many_wait_is_not_asked_again_for_each_of_them() -> None:
    keys = SlowKeys(["ed1"])
    keys.unreachable = True
    verifier = reader(keys)
    coming = [asyncio.create_task(holds(verifier, token())) for _ in range(20)]
    await settled(coming)
    keys.may_answer.set()

    assert not any(await asyncio.gather(*coming))
    assert keys.reads == 1


async def test_a_withdrawn_key_ends_even_for_tokens_that_were_accepted_before() -> None:
    keys = Keys(["ed1"])
    verifier = reader(keys)
    long = token(body=LONG)
    assert await holds(verifier, long)

    keys.kids = ["ed3"]

    assert await holds(verifier, long, MAX_AGE - SECOND)
    assert not await holds(verifier, long, MAX_AGE)


async def test_while_the_provider_is_out_of_reach_the_last_keys_stand_for_a_day_and_no_longer() -> None:
    keys = Keys(["ed1"])
    verifier = reader(keys, max_lifetime=timedelta(days=3))
    long = token(body=claims(exp=int(NOW.timestamp()) + 200_000))
    assert await holds(verifier, long)

    keys.unreachable = True

    assert await holds(verifier, long, KEPT_FOR)
    assert not await holds(verifier, long, KEPT_FOR + RETRY_AFTER + SECOND)


async def test_a_provider_that_was_never_reached_vouches_for_nobody() -> None:
    keys = Keys(["ed1"], unreachable=True)
    verifier = reader(keys)
    assert not await holds(verifier, token())

    keys.unreachable = False

    assert await holds(verifier, token(), RETRY_AFTER)


async def test_a_token_that_held_is_not_verified_again_but_expires_all_the_same() -> None:
    verifier = reader(Keys(["ed1"]))
    text = token(body=claims(exp=int(NOW.timestamp()) + 60))

    first = await verifier.verify(text, now=NOW)

    assert await verifier.verify(text, now=NOW + 60 * SECOND) is first
    assert not await holds(verifier, text, 90 * SECOND)


async def test_of_more_tokens_than_there_is_room_for_the_least_recently_used_is_forgotten() -> None:
    verifier = reader(Keys(["ed1"]), capacity=2)
    texts = [token(body=claims(jti=f"t-{number}")) for number in range(3)]
    first: list[Claims] = [await verifier.verify(texts[number], now=NOW) for number in (0, 1, 0, 2)]

    again = [await verifier.verify(texts[number], now=NOW) for number in (0, 2, 1)]

    assert (first[0] is first[2] is again[0], first[3] is again[1], first[1] is again[2]) == (True, True, False)


def of(kid: str = "ed1", /, **changes: Any) -> dict[str, Any]:
    """Give a key's entry with changes."""
    return {**jwk(kid), **changes}


def weak_rsa() -> dict[str, Any]:
    """Give an RSA key of 1,024 bits."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024).public_key()  # noqa: S505
    return {**jwt.algorithms.RSAAlgorithm.to_jwk(key, as_dict=True), "kid": "x"}


def other_curve() -> dict[str, Any]:
    """Give a key on P-384."""
    key = ec.generate_private_key(ec.SECP384R1()).public_key()
    return {**jwt.algorithms.ECAlgorithm.to_jwk(key, as_dict=True), "kid": "x"}


def other_edwards_curve() -> dict[str, Any]:
    """Give a key on Ed448, which PyJWT would take for EdDSA."""
    key = ed448.Ed448PrivateKey.generate().public_key()
    return {**jwt.algorithms.OKPAlgorithm.to_jwk(key, as_dict=True), "kid": "x", "alg": "EdDSA"}


UNFIT: dict[str, Callable[[], Any]] = {
    "a symmetric key": lambda: {"kty": "oct", "k": "c2VjcmV0", "kid": "x", "alg": "HS256"},
    "a symmetric key that claims EdDSA": lambda: {"kty": "oct", "k": "c2VjcmV0", "kid": "x", "alg": "EdDSA"},
    "a key for encryption": lambda: of(use="enc"),
    "a key for signing only": lambda: of(key_ops=["sign"]),
    "key operations that are no list": lambda: of(key_ops="verify"),
    "a key of another algorithm": lambda: of("rs1", alg="PS256"),
    "an RSA key of 1,024 bits": weak_rsa,
    "a key on P-384": other_curve,
    "a key on Ed448": other_edwards_curve,
    "a key without id": lambda: {name: value for name, value in of().items() if name != "kid"},
    "a key whose id is a number": lambda: of(kid=1),
    "a key of no kind": lambda: of(kty=None),
    "a key whose kind is a list": lambda: of(kty=["OKP"]),
    "a key whose curve is a list": lambda: of(crv=["Ed25519"]),
    "a key without its value": lambda: of(x=None),
    "a key that is cut short": lambda: of(x="AAAA"),
    "no object at all": lambda: "ed1",
}


@pytest.mark.parametrize("kind", UNFIT)
def test_a_key_that_is_not_fit_is_passed_over_and_the_others_count(kind: str) -> None:
    content = json.dumps({"keys": [UNFIT[kind](), jwk("es1")]}).encode()

    assert set(usable_keys(content, ALGORITHMS)) == {"es1"}


def test_of_two_keys_under_one_id_neither_counts() -> None:
    content = json.dumps({"keys": [of("ed1"), of("ed3", kid="ed1"), of("es1")]}).encode()

    assert set(usable_keys(content, ALGORITHMS)) == {"es1"}


class WatchedId(str):
    """A key id that counts how often it is compared."""

    compared = 0
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        WatchedId.compared += 1
        return str.__eq__(self, other)


def test_in_a_set_of_very_many_keys_not_each_is_compared_with_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """15,000 ids in 230 KB held up a process for four seconds."""
    entries = [{"kid": WatchedId(number)} for number in range(1_000)]
    monkeypatch.setattr("authz.token_keys.json.loads", lambda _: {"keys": entries})

    assert usable_keys(b"", ALGORITHMS) == {}
    assert WatchedId.compared < 10_000


def test_each_key_has_exactly_one_algorithm() -> None:
    content = json.dumps({"keys": [jwk("ed1"), jwk("es1"), jwk("rs1")]}).encode()

    found = {kid: key.algorithm for kid, key in usable_keys(content, ALGORITHMS).items()}

    assert found == {"ed1": "EdDSA", "es1": "ES256", "rs1": "RS256"}


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{}", b"null", b'{"keys":{}}', b"\xff", b"[" * 100_000, b'{"keys":[]}' + b" " * SET_BYTES],
    ids=["empty", "list", "object", "null", "keys", "bytes", "deep", "long"],
)
def test_content_that_is_no_key_set_is_refused(content: bytes) -> None:
    with pytest.raises(KeySetUnreadable):
        usable_keys(content, ALGORITHMS)


def test_a_key_has_one_thumbprint_however_it_is_spelt() -> None:
    """RFC 7638 section 3.2.1, RFC 7518 section 6.3.1: a key that was revoked is not brought in again by other letters."""
    plain = rsa.generate_private_key(65_537, 2048).public_key()
    key = {
        one: text for one, text in jwt.algorithms.RSAAlgorithm.to_jwk(plain, as_dict=True).items() if one != "key_ops"
    }
    longer = jwt.utils.base64url_encode(b"\0" + jwt.utils.base64url_decode(key["n"])).decode()
    for other in ({**key, "n": longer}, {**key, "e": "AAEAAQ"}, {**key, "n": f"{key['n']}=="}, {**key, "kid": "7"}):
        assert usable_key(other, ALGORITHMS) is not None
        assert (thumbprint(other), public_members(other)) == (thumbprint(key), key)


async def test_what_the_machine_trusts_is_read_beside_the_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading its certificates takes tens of milliseconds, in which nobody else would be answered."""
    read_in = []

    def read() -> ssl.SSLContext:
        read_in.append(threading.current_thread())
        raise ssl.SSLError("no certificates")

    monkeypatch.setattr("authz.token_keys.ssl.create_default_context", read)
    with pytest.raises(KeySetUnreadable):
        await JwksUrl("https://sso.test/jwks").read()
    assert read_in != [threading.main_thread()]


async def test_keys_are_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "jwks.json"
    path.write_text(json.dumps({"keys": [jwk("ed1")]}))

    assert set(usable_keys(await JwksFile(path).read(), ALGORITHMS)) == {"ed1"}


@pytest.mark.parametrize(
    "url",
    [
        "http://id.example/jwks",
        "file:///etc/passwd",
        "ftp://id.example/jwks",
        "http://localhost.evil.example/",
        "//x",
        "",
    ],
)
def test_an_address_that_is_not_protected_on_its_way_cannot_be_configured(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        JwksUrl(url)


@contextmanager
def answering(status: int, body: bytes, **headers: str) -> Iterator[str]:
    """Run a server on this machine that gives one answer to everything."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *_: Any) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        running = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        running.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/jwks"
        finally:
            server.shutdown()
            running.join()


@contextmanager
def dripping(before: bytes) -> Iterator[tuple[str, threading.Event]]:
    """Run a server that sends something and then blanks for ever; give its address, and what tells that it was left."""
    left = threading.Event()

    def serve(listener: socket.socket) -> None:
        asked, _ = listener.accept()
        with asked:
            asked.settimeout(0.01)
            asked.sendall(before)
            while not left.is_set():
                with suppress(TimeoutError):
                    if asked.recv(65_536) == b"":
                        left.set()
                with suppress(OSError):
                    asked.sendall(b" ")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        running = threading.Thread(target=serve, args=(listener,))
        running.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/jwks", left
        finally:
            left.set()
            running.join()


async def test_keys_are_fetched_from_an_address_of_this_machine() -> None:
    with answering(200, json.dumps({"keys": [jwk("ed1")]}).encode()) as url:
        content = await JwksUrl(url).read()

    assert set(usable_keys(content, ALGORITHMS)) == {"ed1"}


async def test_a_redirect_is_not_followed() -> None:
    with (
        answering(200, b"{}") as elsewhere,
        answering(302, b"", Location=elsewhere) as url,
        pytest.raises(KeySetUnreadable, match="200"),
    ):
        await JwksUrl(url).read()


@pytest.mark.parametrize("status", [204, 404, 500])
async def test_another_answer_than_200_gives_no_keys(status: int) -> None:
    with answering(status, b"") as url, pytest.raises(KeySetUnreadable, match="200"):
        await JwksUrl(url).read()


async def test_an_answer_that_is_too_long_gives_no_keys() -> None:
    with answering(200, b" " * (SET_BYTES + 1000)) as url, pytest.raises(KeySetUnreadable, match="too long"):
        await JwksUrl(url).read()


@pytest.mark.parametrize("before", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n"])
async def test_a_server_that_never_comes_to_an_end_is_left_in_time(monkeypatch: Any, before: bytes) -> None:
    """Byte by byte it keeps each single reading alive: nothing of ours may go on waiting for it."""
    monkeypatch.setattr("authz.token_keys.FETCH_SECONDS", 0.8)
    with dripping(before) as (url, left):
        with pytest.raises(KeySetUnreadable):
            await JwksUrl(url).read()
        assert await asyncio.to_thread(left.wait, 5)


async def test_a_server_that_is_not_there_is_an_unreachable_provider() -> None:
    with answering(200, b"") as url:
        pass

    with pytest.raises(KeySetUnreadable) as told:
        await JwksUrl(url).read()
    assert type(told.value.__cause__).__name__ == "ConnectError"
