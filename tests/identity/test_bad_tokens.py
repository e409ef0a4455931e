"""A table of tokens that are wrong in one way each: all are refused with one and the same answer."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from authz.token import Fault, Issuer, TokenInvalid, TokenReader
from domain.errors import default_message
from tests.identity.tokens import (
    AUDIENCE,
    NAME,
    NOW,
    OMITTED,
    SECONDS,
    Keys,
    claims,
    header,
    jwk,
    private_key,
    reader,
    segment,
    sign,
    token,
)

pytestmark = pytest.mark.anyio

TRUSTED = ["ed1", "es1", "rs1"]
HOUR = 3600


def raw(head: str | bytes | None = None, body: str | bytes | None = None) -> str:
    """Sign a header or payload that no JSON library would write."""
    good_head, good_body = json.dumps(header()), json.dumps(claims())
    return sign(_bytes(head or good_head), _bytes(body or good_body))


def _bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text


def hmac_signed(secret: bytes, **changes: Any) -> str:
    """Sign with HMAC under a secret that everybody knows: one of our public keys."""
    head = header("rs1", alg="HS256", **changes)
    signed = f"{segment(json.dumps(head).encode())}.{segment(json.dumps(claims()).encode())}"
    return f"{signed}.{segment(hmac.digest(secret, signed.encode(), hashlib.sha256))}"


def pem(kid: str) -> bytes:
    form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    public: bytes = private_key(kid).public_key().public_bytes(*form)
    return public


def without_signature(**changes: Any) -> str:
    return token(header(**changes)).rsplit(".", 1)[0] + "."


def with_last_bits_set(good: str) -> str:
    """Spell the same signature in another way: the last letter holds bits that mean nothing."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return good[:-1] + letters[letters.index(good[-1]) | 1]


def with_payload_of(good: str, other: str) -> str:
    head, _, signature = good.split(".")
    return f"{head}.{other.split('.')[1]}.{signature}"


def flipped(good: str) -> str:
    return good[:-3] + ("A" if good[-3] != "A" else "B") + good[-2:]


def padded(good: str) -> str:
    return good + "=" * (-len(good.split(".")[2]) % 4)


BAD: dict[str, tuple[Fault, Callable[[], str]]] = {
    "nothing": (Fault.MALFORMED, lambda: ""),
    "a word": (Fault.MALFORMED, lambda: "token"),
    "two segments": (Fault.MALFORMED, lambda: token().rsplit(".", 1)[0]),
    "five segments, as an encrypted token has": (Fault.MALFORMED, lambda: token() + ".YQ.YQ"),
    "a line break in it": (Fault.MALFORMED, lambda: token() + "\n"),
    "letters outside ASCII": (Fault.MALFORMED, lambda: token() + "é"),
    "digits outside ASCII": (Fault.MALFORMED, lambda: token() + "१"),
    "padding": (Fault.MALFORMED, lambda: padded(token())),
    "JSON serialisation": (Fault.MALFORMED, lambda: json.dumps({"payload": "x", "signatures": []})),
    "more than 8 KiB": (Fault.OVERSIZE, lambda: token(body=claims(scope="x" * 8192))),
    "a header that is no JSON": (Fault.MALFORMED, lambda: raw("{")),
    "a header that is a list": (Fault.MALFORMED, lambda: raw("[]")),
    "a header in UTF-16": (Fault.MALFORMED, lambda: raw(json.dumps(header()).encode("utf-16"))),
    "a header with a member twice": (
        Fault.MALFORMED,
        lambda: raw('{"alg":"EdDSA","typ":"at+jwt","kid":"x","kid":"ed1"}'),
    ),
    "claims that are no JSON": (Fault.MALFORMED, lambda: raw(body="{'sub'")),
    "claims that are text": (Fault.MALFORMED, lambda: raw(body='"clerk-1"')),
    "claims that are null": (Fault.MALFORMED, lambda: raw(body="null")),
    "claims with a member twice": (
        Fault.MALFORMED,
        lambda: raw(body=json.dumps(claims())[:-1] + ',"sub":"admin"}'),
    ),
    "claims with invalid UTF-8": (Fault.MALFORMED, lambda: raw(body=b'{"sub":"\xff"}')),
    "claims with NaN": (Fault.MALFORMED, lambda: raw(body=json.dumps(claims(exp=float("nan"))))),
    "a number of 5,000 digits": (
        Fault.MALFORMED,
        lambda: raw(body=json.dumps(claims(exp=0)).replace('"exp": 0', '"exp": ' + "9" * 5000)),
    ),
    "algorithm none": (Fault.ALGORITHM, lambda: token(header(alg="none"))),
    "algorithm None, spelled otherwise": (Fault.ALGORITHM, lambda: token(header(alg="nOnE"))),
    "algorithm none without signature": (Fault.MALFORMED, lambda: without_signature(alg="none")),
    "no algorithm": (Fault.ALGORITHM, lambda: token(header(alg=OMITTED))),
    "an algorithm that is a list": (Fault.ALGORITHM, lambda: token(header(alg=["EdDSA"]))),
    "HMAC with the public key as PEM": (Fault.ALGORITHM, lambda: hmac_signed(pem("rs1"))),
    "HMAC with the modulus": (Fault.ALGORITHM, lambda: hmac_signed(jwk("rs1")["n"].encode())),
    "HMAC with an empty secret": (Fault.ALGORITHM, lambda: hmac_signed(b"")),
    "RS256 on a key of EdDSA": (Fault.ALGORITHM, lambda: token(header("rs1", kid="ed1"), key="rs1")),
    "EdDSA on a key of RS256": (Fault.ALGORITHM, lambda: token(header("ed1", kid="rs1"))),
    "ES256 on a key of EdDSA": (Fault.ALGORITHM, lambda: token(header("es1", kid="ed1"), key="es1")),
    "ES384": (Fault.ALGORITHM, lambda: token(header(alg="ES384"))),
    "PS256": (Fault.ALGORITHM, lambda: token(header("rs1", alg="PS256"), key="rs1")),
    "a link to a key set": (Fault.HEADER, lambda: token(header(jku="https://evil.example/jwks.json"))),
    "a key of its own": (Fault.HEADER, lambda: token(header(jwk=jwk("ed9")), key="ed9")),
    "a link to a certificate": (Fault.HEADER, lambda: token(header(x5u="https://evil.example/c.pem"))),
    "a certificate": (Fault.HEADER, lambda: token(header(x5c=["MIIB"]))),
    "a critical extension": (Fault.HEADER, lambda: token(header(crit=["exp"], exp=1))),
    "an empty list of critical extensions": (Fault.HEADER, lambda: token(header(crit=[]))),
    "an unencoded payload": (Fault.HEADER, lambda: token(header(b64=False, crit=["b64"]))),
    "b64 alone": (Fault.HEADER, lambda: token(header(b64=True))),
    "compression": (Fault.HEADER, lambda: token(header(zip="DEF"))),
    "a token within": (Fault.HEADER, lambda: token(header(cty="JWT"))),
    "no type": (Fault.HEADER, lambda: token(header(typ=OMITTED))),
    "a type that is a number": (Fault.HEADER, lambda: token(header(typ=1))),
    "type JWT, where RFC 9068 is required": (Fault.TYPE, lambda: token(header(typ="JWT"))),
    "the type of a logout token": (Fault.TYPE, lambda: token(header(typ="logout+jwt"))),
    "no key id": (Fault.KEY, lambda: token(header(kid=OMITTED))),
    "a key id that is a number": (Fault.KEY, lambda: token(header(kid=1))),
    "a key id that is a list": (Fault.KEY, lambda: token(header(kid=["ed1"]))),
    "an empty key id": (Fault.KEY, lambda: token(header(kid=""))),
    "an unknown key id": (Fault.KEY, lambda: token(header(kid="ed9"), key="ed9")),
    "a key id that is a path": (Fault.KEY, lambda: token(header(kid="../../dev/null"))),
    "the signature of another key": (Fault.SIGNATURE, lambda: token(header(kid="ed1"), key="ed9")),
    "a flipped signature": (Fault.SIGNATURE, lambda: flipped(token())),
    "a signature cut short": (Fault.SIGNATURE, lambda: token()[:-4]),
    "a signature spelled in another way": (Fault.SIGNATURE, lambda: with_last_bits_set(token())),
    "the claims of another token": (
        Fault.SIGNATURE,
        lambda: with_payload_of(token(), token(body=claims(sub="admin"))),
    ),
    "another trusted issuer's key": (Fault.KEY, lambda: token(header("ed2"), key="ed2")),
    "no issuer": (Fault.ISSUER, lambda: token(body=claims(iss=OMITTED))),
    "an unknown issuer": (Fault.ISSUER, lambda: token(body=claims(iss="https://evil.example"))),
    "an issuer with one more slash": (Fault.ISSUER, lambda: token(body=claims(iss=NAME + "/"))),
    "an issuer that is a list": (Fault.ISSUER, lambda: token(body=claims(iss=[NAME]))),
    "no subject": (Fault.CLAIMS, lambda: token(body=claims(sub=OMITTED))),
    "a subject that is a number": (Fault.CLAIMS, lambda: token(body=claims(sub=1))),
    "an empty subject": (Fault.CLAIMS, lambda: token(body=claims(sub=""))),
    "a subject with NUL": (Fault.CLAIMS, lambda: token(body=claims(sub="clerk-1\0"))),
    "a subject with half a character": (Fault.CLAIMS, lambda: token(body=claims(sub="\ud83d"))),
    "a subject of 300 characters": (Fault.CLAIMS, lambda: token(body=claims(sub="x" * 300))),
    "no audience": (Fault.AUDIENCE, lambda: token(body=claims(aud=OMITTED))),
    "another audience": (Fault.AUDIENCE, lambda: token(body=claims(aud="other"))),
    "an audience that begins like ours": (Fault.AUDIENCE, lambda: token(body=claims(aud=AUDIENCE + "-test"))),
    "an empty list of audiences": (Fault.AUDIENCE, lambda: token(body=claims(aud=[]))),
    "other audiences": (Fault.AUDIENCE, lambda: token(body=claims(aud=["other", "third"]))),
    "audiences that are not all text": (Fault.AUDIENCE, lambda: token(body=claims(aud=[AUDIENCE, 1]))),
    "no client": (Fault.CLAIMS, lambda: token(body=claims(client_id=OMITTED))),
    "a client only as azp": (Fault.CLAIMS, lambda: token(body=claims(client_id=OMITTED, azp="portal"))),
    "a client that is a list": (Fault.CLAIMS, lambda: token(body=claims(client_id=["portal"]))),
    "no token id": (Fault.CLAIMS, lambda: token(body=claims(jti=OMITTED))),
    "a token id too long to be revoked": (Fault.CLAIMS, lambda: token(body=claims(jti="x" * 201))),
    "a token id with a control character": (Fault.CLAIMS, lambda: token(body=claims(jti="a\tb"))),
    "no expiry": (Fault.CLAIMS, lambda: token(body=claims(exp=OMITTED))),
    "an expiry that is text": (Fault.CLAIMS, lambda: token(body=claims(exp=str(SECONDS + HOUR)))),
    "an expiry that is true": (Fault.CLAIMS, lambda: token(body=claims(exp=True))),
    "an expiry beyond all years": (Fault.CLAIMS, lambda: token(body=claims(exp=10**18))),
    "an expiry in the last second of all years": (
        Fault.CLAIMS,
        lambda: token(body=claims(exp=253_402_300_799)),
    ),
    "a time before 1970": (Fault.CLAIMS, lambda: token(body=claims(iat=-1))),
    "an infinite expiry": (
        Fault.CLAIMS,
        lambda: raw(body=json.dumps(claims(exp=0)).replace('"exp": 0', '"exp": 1e999')),
    ),
    "an expiry 30 seconds ago": (
        Fault.EXPIRED,
        lambda: token(body=claims(exp=SECONDS - 30, iat=SECONDS - HOUR)),
    ),
    "no time of issue": (Fault.CLAIMS, lambda: token(body=claims(iat=OMITTED))),
    "issued in the future": (Fault.NOT_YET, lambda: token(body=claims(iat=SECONDS + 31))),
    "not valid before later": (Fault.NOT_YET, lambda: token(body=claims(nbf=SECONDS + 31))),
    "a beginning that is text": (Fault.CLAIMS, lambda: token(body=claims(nbf="now"))),
    "a beginning that is null": (Fault.CLAIMS, lambda: token(body=claims(nbf=None))),
    "a life of more than a day": (
        Fault.LIFETIME,
        lambda: token(body=claims(iat=SECONDS, exp=SECONDS + 24 * HOUR + 1)),
    ),
    "an end before its beginning": (
        Fault.LIFETIME,
        lambda: token(body=claims(iat=SECONDS + 20, exp=SECONDS - 20)),
    ),
    "a binding to what we do not know": (
        Fault.CLAIMS,
        lambda: token(body=claims(cnf={"jkt": "x" * 43, "kid": "x" * 43})),
    ),
    "a binding to nothing": (Fault.CLAIMS, lambda: token(body=claims(cnf={}))),
    "a binding that is text": (Fault.CLAIMS, lambda: token(body=claims(cnf="x" * 43))),
    "a binding that is no thumbprint": (Fault.CLAIMS, lambda: token(body=claims(cnf={"jkt": "x" * 42}))),
    "the mark of an id token": (Fault.ID_TOKEN, lambda: token(body=claims(at_hash="x"))),
}


@pytest.fixture(scope="module")
def trusting() -> TokenReader:
    """Trust two issuers; the keys of one say nothing about tokens of the other."""
    other = Issuer("https://other.example", AUDIENCE, ("EdDSA",), Keys(["ed2"]))
    return TokenReader([Issuer(NAME, AUDIENCE, ("EdDSA", "ES256", "RS256"), Keys(TRUSTED)), other])


@pytest.mark.parametrize("kind", BAD)
async def test_a_bad_token_is_refused_for_its_fault_with_the_one_answer(kind: str, trusting: TokenReader) -> None:
    fault, make = BAD[kind]

    with pytest.raises(TokenInvalid) as refused:
        await trusting.verify(make(), now=NOW)

    assert refused.value.reason is fault
    assert refused.value.code == "UNAUTHENTICATED"
    assert (str(refused.value), refused.value.message) == (default_message(TokenInvalid),) * 2
    assert (refused.value.message_zh, refused.value.extensions) == (TokenInvalid.zh, {})


async def test_claims_nested_deeply_are_refused_however_deep_the_interpreter_reads(trusting: TokenReader) -> None:
    """Python 3.12 and later read what 3.11 gives up; then they are claims without an issuer."""
    with pytest.raises(TokenInvalid) as refused:
        await trusting.verify(raw(body='{"a":' + "[" * 2900 + "]" * 2900 + "}"), now=NOW)

    assert refused.value.reason in (Fault.MALFORMED, Fault.ISSUER)


GOOD: dict[str, Callable[[], str]] = {
    "EdDSA": token,
    "ES256": lambda: token(key="es1"),
    "RS256": lambda: token(key="rs1"),
    "the full media type": lambda: token(header(typ="application/at+jwt")),
    "a type in other case, as RFC 9068 itself writes it": lambda: token(header(typ="at+JWT")),
    "our audience among others": lambda: token(body=claims(aud=["other", AUDIENCE])),
    "fractions of seconds": lambda: token(body=claims(iat=SECONDS - 0.5, exp=SECONDS + 0.5)),
    "an expiry 29 seconds ago": lambda: token(body=claims(exp=SECONDS - 29, iat=SECONDS - HOUR)),
    "issued by a clock 30 seconds ahead": lambda: token(body=claims(iat=SECONDS + 30)),
    "a beginning in the past": lambda: token(body=claims(nbf=SECONDS - 1)),
    "a life of exactly a day": lambda: token(body=claims(iat=SECONDS, exp=SECONDS + 24 * HOUR)),
    "unknown members, which RFC 7515 has us pass over": lambda: token(header(x="y"), claims(scope="x")),
}


@pytest.mark.parametrize("kind", GOOD)
async def test_a_good_token_holds(kind: str, trusting: TokenReader) -> None:
    held = await trusting.verify(GOOD[kind](), now=NOW)

    assert (held.issuer, held.sub, held.client_id, held.token_id) == (NAME, "clerk-1", "portal", "t-1")


async def test_a_plain_jwt_holds_only_where_the_issuer_is_configured_for_it() -> None:
    from authz.token import PLAIN

    old = TokenReader([Issuer(NAME, AUDIENCE, ("EdDSA",), Keys(["ed1"]), types=PLAIN)])
    plain = token(header(typ="JWT"), claims(client_id=OMITTED, azp="portal"))

    assert (await old.verify(plain, now=NOW)).client_id == "portal"
    with pytest.raises(TokenInvalid):
        await reader(Keys(["ed1"])).verify(plain, now=NOW)


async def test_an_algorithm_that_is_not_configured_for_the_issuer_is_refused() -> None:
    narrow = TokenReader([Issuer(NAME, AUDIENCE, ("EdDSA",), Keys(TRUSTED))])

    with pytest.raises(TokenInvalid):
        await narrow.verify(token(key="rs1"), now=NOW)


@pytest.mark.parametrize("algorithms", [(), ("HS256",), ("EdDSA", "none"), ("PS256",)])
def test_an_issuer_with_an_algorithm_that_is_not_safe_cannot_be_configured(
    algorithms: tuple[str, ...],
) -> None:
    with pytest.raises(ValueError, match="algorithms"):
        Issuer(NAME, AUDIENCE, algorithms, Keys([]))
