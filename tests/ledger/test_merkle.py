"""Merkle trees (RFC 9162 2.1): against the definition, leaf by leaf."""

from __future__ import annotations

import hashlib
from contextlib import suppress

import pytest

from domain.ledger.merkle import (
    MerkleTree,
    ProofRefused,
    consistency_parts,
    hash_of,
    inclusion_parts,
    inclusion_path,
    leaf_hash,
    node_hash,
    nodes_of,
    require_consistent,
    root_by_inclusion,
)


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


def _part(leaves: list[bytes], part: tuple[int, int]) -> bytes:
    return _defined(leaves[part[0] : part[1]])


def _leaves(size: int) -> list[bytes]:
    return [leaf_hash(f"{place}".encode()) for place in range(size)]


def test_every_leaf_of_every_tree_is_proven_in_its_place_and_in_no_other() -> None:
    for size in range(1, 35):
        leaves = _leaves(size)
        for index in range(size):
            path = inclusion_path(leaves, index)
            assert path == [_part(leaves, part) for part in inclusion_parts(index, size)]
            assert root_by_inclusion(leaves[index], index, size, path) == _defined(leaves)
            for other in range(size):
                if other != index:
                    with suppress(ProofRefused):
                        assert root_by_inclusion(leaves[index], other, size, path) != _defined(leaves)


def test_every_tree_is_proven_to_begin_every_larger_one() -> None:
    for second in range(35):
        leaves = _leaves(second)
        for first in range(second + 1):
            path = [_part(leaves, part) for part in consistency_parts(first, second)]
            require_consistent(first, _defined(leaves[:first]), second, _defined(leaves), path)


def test_a_tree_that_differs_in_one_leaf_is_not_proven_to_begin_another() -> None:
    for second in range(1, 20):
        leaves = _leaves(second)
        for first in range(1, second + 1):
            path = [_part(leaves, part) for part in consistency_parts(first, second)]
            for changed in range(first):
                before = [*leaves[:changed], leaf_hash(b"another"), *leaves[changed + 1 : first]]
                with pytest.raises(ProofRefused):
                    require_consistent(first, _defined(before), second, _defined(leaves), path)


@pytest.mark.parametrize("change", ["longer", "shorter", "other"])
def test_a_path_that_was_changed_is_refused(change: str) -> None:
    leaves = _leaves(13)
    included = inclusion_path(leaves, 6)
    consistent = [_part(leaves, part) for part in consistency_parts(6, 13)]
    for path in (included, consistent):
        if change == "longer":
            path.append(bytes(32))
        elif change == "shorter":
            path.pop()
        else:
            path[1] = bytes(32)
    with suppress(ProofRefused):
        assert root_by_inclusion(leaves[6], 6, 13, included) != _defined(leaves)
    with pytest.raises(ProofRefused):
        require_consistent(6, _defined(leaves[:6]), 13, _defined(leaves), consistent)


@pytest.mark.parametrize(
    ("index", "size", "path"), [(1, 1, []), (-1, 2, [bytes(32)]), (0, 1, [bytes(32)]), (0, 2, []), (0, 0, [])]
)
def test_no_place_of_a_tree_is_proven_by_a_path_that_fits_none(index: int, size: int, path: list[bytes]) -> None:
    with pytest.raises(ProofRefused):
        root_by_inclusion(leaf_hash(b"0"), index, size, path)


def test_a_smaller_tree_continues_no_larger_one() -> None:
    root = _defined(_leaves(2))
    with pytest.raises(ProofRefused):
        require_consistent(2, root, 1, root, [])


def test_a_path_that_is_empty_proves_no_continuation() -> None:
    with pytest.raises(ProofRefused):
        require_consistent(3, _defined(_leaves(3)), 5, _defined(_leaves(5)), [])


def test_a_path_that_goes_on_above_the_roots_is_refused_whatever_roots_it_leads_to() -> None:
    leaves, above = _leaves(4), bytes(32)
    path = [_part(leaves, part) for part in consistency_parts(3, 4)]
    old, new = (node_hash(above, _defined(leaves[:size])) for size in (3, 4))
    with pytest.raises(ProofRefused):
        require_consistent(3, old, 4, new, [*path, above])


def test_a_part_is_hashed_out_of_complete_nodes_and_a_tree_goes_on_from_them() -> None:
    leaves = _leaves(40)
    for start, end in ((0, 40), (0, 1), (8, 13), (32, 39), (16, 32), (0, 0)):
        nodes = [_defined(leaves[place << height : (place + 1) << height]) for height, place in nodes_of((start, end))]
        assert hash_of(nodes) == _part(leaves, (start, end))
    for size in range(40):
        peaks = [_defined(leaves[place << height : (place + 1) << height]) for height, place in nodes_of((0, size))]
        tree = MerkleTree(size, peaks)
        assert tree.root() == _defined(leaves[:size])
        completed = tree.append(leaves[size])
        assert tree.root() == _defined(leaves[: size + 1])
        assert completed == [
            _defined(leaves[size + 1 - (1 << height) : size + 1])
            for height in range(1, 7)
            if (size + 1) % (1 << height) == 0
        ]
