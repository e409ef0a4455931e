"""Merkle trees (RFC 9162 2.1): against the definition, leaf by leaf."""

from __future__ import annotations

import hashlib

import pytest

from domain.merkle import MerkleTree, leaf_hash


def _defined(leaves: list[bytes]) -> bytes:
    """Compute the root as the standard defines it."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return hashlib.sha256(b"\x01" + _defined(leaves[:half]) + _defined(leaves[half:])).digest()


def test_the_root_is_the_defined_one_at_every_size() -> None:
    tree, leaves = MerkleTree(), []
    assert tree.root() == _defined([])
    for place in range(130):
        leaves.append(leaf_hash(f"{place}".encode()))
        tree.append(leaves[-1])
        assert tree.root() == _defined(leaves)
    assert tree.size == 130


@pytest.mark.parametrize(
    ("content", "digest"),
    [
        (b"", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        (b"\x00", "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"),
    ],
)
def test_leaves_hash_as_in_the_vectors_of_certificate_transparency(content: bytes, digest: str) -> None:
    assert leaf_hash(content).hex() == digest
