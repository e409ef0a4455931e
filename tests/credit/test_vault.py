"""The vault shows nothing, opens what it sealed, and notices every altered byte."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.identifiers import invented_resident_id
from domain.vault import Vault, VaultFault

NUMBER = invented_resident_id(1)
VAULT = Vault({"2026": b"1" * 32}, "2026", b"2" * 32)


def test_what_was_sealed_is_opened_again() -> None:
    assert VAULT.open(VAULT.seal(NUMBER)) == NUMBER


def test_the_same_number_is_sealed_differently_each_time() -> None:
    assert VAULT.seal(NUMBER) != VAULT.seal(NUMBER)


def test_the_number_does_not_stand_in_what_is_stored() -> None:
    assert NUMBER.encode() not in VAULT.seal(NUMBER)
    assert NUMBER.encode() not in VAULT.blind_index(NUMBER)


@given(st.integers(min_value=0, max_value=51), st.integers(min_value=1, max_value=255))
def test_every_altered_byte_is_noticed(position: int, difference: int) -> None:
    sealed = bytearray(VAULT.seal(NUMBER))
    sealed[position % len(sealed)] ^= difference
    with pytest.raises(VaultFault):
        VAULT.open(bytes(sealed))


@pytest.mark.parametrize("length", [0, 1, 2, 6, 17, 18, 30])
def test_a_shortened_ciphertext_is_refused(length: int) -> None:
    with pytest.raises(VaultFault):
        VAULT.open(VAULT.seal(NUMBER)[:length])


def test_numbers_sealed_under_an_older_key_stay_readable() -> None:
    rotated = Vault({"2026": b"1" * 32, "2027": b"3" * 32}, "2027", b"2" * 32)
    assert rotated.open(VAULT.seal(NUMBER)) == NUMBER
    with pytest.raises(VaultFault):
        VAULT.open(rotated.seal(NUMBER))


def test_a_number_is_found_again_by_its_index_and_by_no_other_key() -> None:
    other = Vault({"2026": b"1" * 32}, "2026", b"9" * 32)
    assert VAULT.blind_index(NUMBER) == VAULT.blind_index(NUMBER)
    assert VAULT.blind_index(NUMBER) != VAULT.blind_index(invented_resident_id(2))
    assert VAULT.blind_index(NUMBER) != other.blind_index(NUMBER)


def test_keys_are_shown_nowhere() -> None:
    assert repr(VAULT) == str(VAULT) == "Vault(…)"
    with pytest.raises(TypeError):
        pickle.dumps(VAULT)


@pytest.mark.parametrize(
    ("keys", "current", "index"),
    [
        ({"a": b"1" * 32}, "b", b"2" * 32),
        ({"a": b"1" * 16}, "a", b"2" * 32),
        ({"a": b"1" * 32}, "a", b"short"),
        ({"": b"1" * 32}, "", b"2" * 32),
    ],
)
def test_keys_that_do_not_fit_are_refused(keys: dict[str, bytes], current: str, index: bytes) -> None:
    with pytest.raises(ValueError, match="key"):
        Vault(keys, current, index)
