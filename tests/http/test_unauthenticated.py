"""Missing, forged and stale tokens: one status, one challenge, one body for all that do not hold (RFC 6750)."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest

from tests.client import NOW, Client
from tests.http.answers import codes, post

pytestmark = pytest.mark.anyio

ASK = {"query": "{ viewer { anonymous } }"}


def _part(members: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(members).encode()).rstrip(b"=").decode()


def _bad_tokens(client: Client) -> dict[str, str]:
    assert client.service.issuer is not None
    good = client.token("somebody")
    header, payload, signature = good.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    stale = client.service.issuer.mint(
        "somebody", client_id="tests", lifetime=timedelta(hours=1), now=NOW - timedelta(hours=2)
    )
    return {
        "no token": "Bearer",
        "empty": "",
        "blank": "Bearer  ",
        "another scheme": f"Basic {good}",
        "token alone": good,
        "twice in one": f"Bearer {good}, Bearer {good}",
        "not three parts": "Bearer a.b",
        "not base64": "Bearer é.é.é",
        "NUL": "Bearer \x7f",
        "stale": f"Bearer {stale}",
        "not signed": f"Bearer {_part({'alg': 'none', 'typ': 'at+jwt'})}.{payload}.",
        "another subject": f"Bearer {header}.{_part({**claims, 'sub': 'else'})}.{signature}",
        "another signature": f"Bearer {header}.{payload}.{signature[::-1]}",
        "too long": f"Bearer {good}{'x' * 9_000}",
        "deep": f"Bearer {base64.urlsafe_b64encode(b'[' * 5_000).decode()}.e30.e30",
    }


async def test_a_token_that_does_not_hold_is_a_401_with_one_body_for_all(client: Client) -> None:
    bodies = set()
    for name, authorization in _bad_tokens(client).items():
        headers = [(b"content-type", b"application/json"), (b"authorization", authorization.encode())]
        response = await client.http.post("/graphql", json=ASK, headers=headers)
        assert response.status_code == 401, name
        assert response.headers["www-authenticate"].startswith("Bearer "), name
        assert codes(response) == ["UNAUTHENTICATED"], name
        bodies.add(response.content)
    assert len(bodies) == 1


def _told(client: Client) -> dict[str, tuple[str, str | None]]:
    """Give tokens, and what their holder is told about each: nothing where no signature of the issuer holds."""
    issuer = client.service.issuer
    assert issuer is not None
    old, coming = (
        issuer.mint("somebody", client_id="tests", lifetime=timedelta(hours=1), now=NOW + timedelta(hours=hours))
        for hours in (-2, 2)
    )
    good = client.token("somebody")
    header, payload, signature = good.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    foreign = f"{header}.{_part({**claims, 'iss': 'http://127.0.0.1:8001'})}.{signature}"
    return {
        "expired": (old, "The access token expired"),
        "of tomorrow": (coming, "not valid yet"),
        "of another issuer": (foreign, "another issuer"),
        "expired and forged": (f"{header}.{_part({**claims, 'exp': 1})}.{signature}", None),
        "another key": (f"{_part({'alg': 'EdDSA', 'typ': 'at+jwt', 'kid': 'x'})}.{payload}.{signature}", None),
        "no token": ("a.b", None),
    }


async def test_the_holder_of_a_genuine_token_is_told_in_the_challenge_what_is_wrong_with_it(client: Client) -> None:
    """RFC 6750 section 3: the engineer of a partner sees an old token from one of another service; a forger sees nothing."""
    bodies = set()
    for name, (token, told) in _told(client).items():
        response = await post(client, ASK, authorization=f"Bearer {token}")
        challenges = response.headers.get_list("www-authenticate")
        assert [one.split(" ")[0] for one in challenges] == ["Bearer", "DPoP"], name
        for challenge in challenges:
            assert 'error="invalid_token"' in challenge, name
            assert (f"{told}" in challenge) if told else ("error_description" not in challenge), name
        bodies.add(response.content)
    assert len(bodies) == 1


async def test_two_authorization_headers_are_a_401(client: Client) -> None:
    token = f"Bearer {client.token('somebody')}"
    headers = [("content-type", "application/json"), ("authorization", token), ("authorization", token)]
    response = await client.http.post("/graphql", json=ASK, headers=headers)
    assert response.status_code == 401


async def test_a_token_is_looked_at_before_the_document(client: Client) -> None:
    for body in ({"query": "{"}, {"query": "{ nothing }"}, {"query": "{ __schema { types { name } } }"}):
        assert (await post(client, body, authorization="Bearer x")).status_code == 401


async def test_a_token_that_holds_without_a_role_is_a_403(client: Client) -> None:
    response = await post(client, ASK, authorization=f"Bearer {client.token('nobody-in-particular')}")
    assert response.status_code == 403
    assert codes(response) == ["NO_ROLE"]


async def test_no_token_is_the_public(client: Client) -> None:
    assert (await post(client, ASK)).json() == {"data": {"viewer": {"anonymous": True}}}
