"""The built-in issuer: its tokens hold, for as long as its keys are there, and only where it is allowed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from authz.issuer import BuiltInIssuer, IssuerNotAllowed, LifetimeInvalid, jwks, open_issuer
from authz.token import TokenInvalid, TokenReader
from authz.token_keys import RETRY_AFTER, KeySetUnreadable
from tests.identity.tokens import NOW

pytestmark = pytest.mark.anyio

HOUR = timedelta(hours=1)


def add_key(folder: Path, kid: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / f"{kid}.pem").write_bytes(_pem(ed25519.Ed25519PrivateKey.generate()))


def _pem(key: ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    add_key(tmp_path / "issuer", "k1")
    return tmp_path / "issuer"


def issuer_of(folder: Path) -> BuiltInIssuer:
    return open_issuer(folder, issuer="http://127.0.0.1:8000/issuer", audience="http://127.0.0.1:8000")


def minted(issuer: BuiltInIssuer, lifetime: timedelta = HOUR) -> str:
    return issuer.mint("clerk-1", client_id="renxin", lifetime=lifetime, now=NOW)


async def test_a_token_of_the_built_in_issuer_holds_until_it_expires(folder: Path) -> None:
    issuer = issuer_of(folder)
    reader = TokenReader([issuer.trusted])
    text = minted(issuer)

    claims = await reader.verify(text, now=NOW)

    assert (claims.sub, claims.client_id, claims.expires_at) == ("clerk-1", "renxin", NOW + HOUR)
    with pytest.raises(TokenInvalid):
        await reader.verify(text, now=NOW + HOUR + timedelta(seconds=30))


async def test_two_tokens_of_one_instant_have_two_ids(folder: Path) -> None:
    issuer = issuer_of(folder)
    reader = TokenReader([issuer.trusted])

    ids = {(await reader.verify(minted(issuer), now=NOW)).token_id for _ in range(2)}

    assert len(ids) == 2


async def test_after_a_rotation_new_tokens_hold_and_those_of_the_retired_key_still_do(folder: Path) -> None:
    issuer = issuer_of(folder)
    reader = TokenReader([issuer.trusted])
    before = minted(issuer)
    await reader.verify(before, now=NOW)

    add_key(folder, "k2")

    assert [key["kid"] for key in issuer.jwks()["keys"]] == ["k2", "k1"]
    assert (await reader.verify(minted(issuer), now=NOW + RETRY_AFTER)).sub == "clerk-1"
    assert (await TokenReader([issuer.trusted]).verify(before, now=NOW)).sub == "clerk-1"


async def test_a_key_that_signs_reports_makes_no_tokens(folder: Path, tmp_path: Path) -> None:
    add_key(tmp_path / "signing", "r1")
    forged = minted(issuer_of(tmp_path / "signing"))

    with pytest.raises(TokenInvalid):
        await TokenReader([issuer_of(folder).trusted]).verify(forged, now=NOW)


def test_the_published_keys_hold_nothing_private(folder: Path) -> None:
    assert {frozenset(key) for key in jwks(folder)["keys"]} == {frozenset({"kty", "crv", "x", "kid", "use", "alg"})}


def test_without_a_folder_in_the_settings_there_is_no_issuer() -> None:
    with pytest.raises(IssuerNotAllowed):
        open_issuer(None, issuer="x", audience="y")


@pytest.mark.parametrize("lifetime", [timedelta(0), -HOUR, timedelta(hours=24, seconds=1)])
def test_a_token_lives_for_a_day_at_most(folder: Path, lifetime: timedelta) -> None:
    with pytest.raises(LifetimeInvalid):
        minted(issuer_of(folder), lifetime)


@pytest.mark.parametrize("kind", ["none", "text", "rsa"])
def test_a_folder_without_ed25519_keys_issues_nothing(tmp_path: Path, kind: str) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    if kind != "none":
        (tmp_path / "k1.pem").write_bytes(b"key" if kind == "text" else _pem(key))

    with pytest.raises(KeySetUnreadable):
        minted(issuer_of(tmp_path))
