"""Signatures: one way to write them, one algorithm, and not a byte to spare."""

from __future__ import annotations

import base64
import json
import random
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.api_jws import PyJWS

from domain.canonical import canonical
from domain.keys import KeyFault, public_keys, read_signing_keys
from domain.use.signing import (
    CHECKPOINT,
    REPORT,
    Altered,
    NotSigned,
    Signer,
    SignerUnknown,
    open_signer,
    verify,
)

PAYLOAD = canonical({"number": "RX1", "title": "信用报告𠮷", "rows": [1, 2, None, True]}).encode()


@pytest.fixture
def signer() -> Signer:
    return Signer({"k1": Ed25519PrivateKey.generate()}, "k1")


def _b64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def test_what_is_signed_verifies_with_the_published_keys(signer: Signer) -> None:
    signed = verify(signer.sign(PAYLOAD), public_keys(signer.public_jwks()), kind=REPORT)
    assert (signed.key_id, signed.payload) == ("k1", PAYLOAD)


def test_another_library_verifies_it_too(signer: Signer) -> None:
    key = jwt.PyJWK(signer.public_jwks()["keys"][0])
    decoded = PyJWS(algorithms=["EdDSA"]).decode_complete(signer.sign(PAYLOAD), key, algorithms=["EdDSA"])
    assert decoded["payload"] == PAYLOAD
    assert decoded["header"] == {"alg": "EdDSA", "kid": "k1", "typ": "renxin-report+jws"}


def test_every_flipped_byte_is_refused(signer: Signer) -> None:
    keys, token = public_keys(signer.public_jwks()), signer.sign(PAYLOAD)
    alphabet = "ABCXYZabcxyz0189-_.=+/ \n\0é"
    for place, character in enumerate(token):
        for other in {*alphabet, chr(ord(character) ^ 1), chr(ord(character) ^ 32)} - {character}:
            with pytest.raises((NotSigned, SignerUnknown, Altered)):
                verify(token[:place] + other + token[place + 1 :], keys, kind=REPORT)


def test_bits_after_the_last_byte_of_a_signature_are_refused(signer: Signer) -> None:
    """Base64url leaves four bits of the last character unused; a lax reader ignores them."""
    token, keys = signer.sign(PAYLOAD), public_keys(signer.public_jwks())
    signature = token.rpartition(".")[2]
    alike = [
        last
        for last in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        if last != signature[-1]
        and base64.urlsafe_b64decode(signature[:-1] + last + "==") == base64.urlsafe_b64decode(signature + "==")
    ]
    assert len(alike) == 15
    for last in alike:
        with pytest.raises(NotSigned):
            verify(token[:-1] + last, keys, kind=REPORT)


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none", "kid": "k1", "typ": REPORT},
        {"alg": "HS256", "kid": "k1", "typ": REPORT},
        {"alg": "EdDSA", "typ": REPORT},
        {"alg": "EdDSA", "kid": "k1"},
        {"alg": "EdDSA", "kid": "k1", "typ": "at+jwt"},
        {"alg": "EdDSA", "kid": "k1", "typ": CHECKPOINT},
        {"alg": "EdDSA", "kid": "k1", "typ": REPORT, "jku": "https://example.org/keys"},
        {"alg": "EdDSA", "kid": "k1", "typ": REPORT, "crit": ["b64"], "b64": False},
        {"alg": "EdDSA", "kid": ["k1"], "typ": REPORT},
        [],
    ],
)
def test_another_header_is_refused_even_if_the_key_signed_it(header: object) -> None:
    key = Ed25519PrivateKey.generate()
    keys = public_keys(Signer({"k1": key}, "k1").public_jwks())
    signing_input = f"{_b64(canonical(header).encode())}.{_b64(PAYLOAD)}"
    with pytest.raises(NotSigned):
        verify(f"{signing_input}.{_b64(key.sign(signing_input.encode()))}", keys, kind=REPORT)


def test_the_same_header_written_otherwise_is_refused() -> None:
    key = Ed25519PrivateKey.generate()
    keys = public_keys(Signer({"k1": key}, "k1").public_jwks())
    for header in (
        json.dumps({"alg": "EdDSA", "kid": "k1", "typ": REPORT}),
        '{"alg":"EdDSA","kid":"k1","kid":"k1","typ":"renxin-report+jws"}',
    ):
        signing_input = f"{_b64(header.encode())}.{_b64(PAYLOAD)}"
        with pytest.raises(NotSigned):
            verify(f"{signing_input}.{_b64(key.sign(signing_input.encode()))}", keys, kind=REPORT)


def test_a_key_that_is_not_published_is_unknown_and_another_key_under_its_name_does_not_verify(
    signer: Signer,
) -> None:
    token = signer.sign(PAYLOAD)
    with pytest.raises(SignerUnknown):
        verify(token, public_keys(Signer({"k2": Ed25519PrivateKey.generate()}, "k2").public_jwks()), kind=REPORT)
    with pytest.raises(Altered):
        verify(token, public_keys(Signer({"k1": Ed25519PrivateKey.generate()}, "k1").public_jwks()), kind=REPORT)


def test_a_report_does_not_pass_for_a_checkpoint(signer: Signer) -> None:
    keys = public_keys(signer.public_jwks())
    with pytest.raises(NotSigned):
        verify(signer.sign(PAYLOAD), keys, kind=CHECKPOINT)
    assert verify(signer.sign(PAYLOAD, kind=CHECKPOINT), keys, kind=CHECKPOINT).payload == PAYLOAD


def test_what_a_rotated_key_signed_still_verifies(tmp_path: Path) -> None:
    (tmp_path / "2025.pem").write_bytes(_pem(Ed25519PrivateKey.generate()))
    old = open_signer(tmp_path).sign(PAYLOAD)
    (tmp_path / "2026.pem").write_bytes(_pem(Ed25519PrivateKey.generate()))
    signer = open_signer(tmp_path)
    keys = public_keys(signer.public_jwks())
    assert signer.key_id == "2026"
    assert [verify(token, keys, kind=REPORT).key_id for token in (old, signer.sign(PAYLOAD))] == ["2025", "2026"]


def test_a_folder_without_usable_keys_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyFault, match="without any file"):
        read_signing_keys(tmp_path)
    (tmp_path / "k.pem").write_text("not a key")
    with pytest.raises(KeyFault, match=r"k\.pem"):
        read_signing_keys(tmp_path)
    curve = generate_private_key(SECP256R1())
    (tmp_path / "k.pem").write_bytes(
        curve.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    with pytest.raises(KeyFault, match="another kind"):
        read_signing_keys(tmp_path)


def test_a_key_set_with_two_keys_of_one_name_or_a_broken_one_is_refused(signer: Signer) -> None:
    [entry] = signer.public_jwks()["keys"]
    with pytest.raises(KeyFault):
        public_keys({"keys": [entry, entry]})
    for broken in ({**entry, "x": entry["x"][:-1]}, {**entry, "x": entry["x"] + "="}, {**entry, "kid": ""}):
        with pytest.raises(KeyFault):
            public_keys({"keys": [broken]})
    no_sets: list[dict[str, object]] = [{}, {"keys": {}}, {"keys": ["k"]}]
    for no_set in no_sets:
        with pytest.raises(KeyFault):
            public_keys(no_set)


def test_keys_for_another_use_are_passed_over(signer: Signer) -> None:
    [entry] = signer.public_jwks()["keys"]
    others = [{**entry, "use": "enc"}, {**entry, "alg": "ES256"}, {**entry, "key_ops": ["sign"]}, {"kty": "RSA"}]
    assert public_keys({"keys": others}) == {}


def test_neither_signer_nor_key_fault_shows_a_key(signer: Signer) -> None:
    assert repr(signer) == "Signer(k1)"


def test_random_noise_is_never_taken_for_a_signature(signer: Signer) -> None:
    keys, draw = public_keys(signer.public_jwks()), random.Random(7)
    for _ in range(2_000):
        noise = "".join(draw.choice("eyJhbGciOi.{}\"'\0é \n") for _ in range(draw.randrange(200)))
        with pytest.raises(NotSigned):
            verify(noise, keys, kind=REPORT)
