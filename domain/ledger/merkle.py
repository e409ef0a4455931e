"""Merkle trees as RFC 9162 (section 2.1) builds them, leaf by leaf, in memory that grows with the logarithm.

Also its proofs: that a leaf is in a tree, and that a tree is the beginning of a larger one. A proof is a list of
hashes of parts of the tree; which parts, is told by `inclusion_parts` and `consistency_parts`, so that whoever has
stored the hashes need not have all leaves at hand.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence

Part = tuple[int, int]
"""A part of a tree: its first leaf, counted from 0, and the one after its last."""

Node = tuple[int, int]
"""A complete part: its height and which of its height it is, counted from 0."""


class ProofRefused(ValueError):
    """A proof does not prove what it claims."""


def leaf_hash(content: bytes) -> bytes:
    """Hash the content of a leaf; 32 bytes."""
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two nodes into the one above them; 32 bytes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class MerkleTree:
    """A tree that grows at its end and knows its root at any time."""

    __slots__ = ("_peaks", "size")

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        """Start from the hashes of the nodes that `nodes_of` names for a tree of this size."""
        self.size = size
        self._peaks = list(peaks)

    def append(self, leaf: bytes) -> list[bytes]:
        """Add the hash of a leaf; give the nodes above it that are complete by that, lowest first."""
        node, size = leaf, self.size
        completed = []
        while size & 1:
            node = node_hash(self._peaks.pop(), node)
            completed.append(node)
            size >>= 1
        self._peaks.append(node)
        self.size += 1
        return completed

    def root(self) -> bytes:
        """Give the root; of an empty tree the hash of nothing."""
        return hash_of(self._peaks)

    def peaks(self) -> tuple[bytes, ...]:
        """Give what a tree of this size can be started from."""
        return tuple(self._peaks)


def hash_of(nodes: Sequence[bytes]) -> bytes:
    """Hash a part of a tree out of the complete nodes that it is made of, left to right."""
    if not nodes:
        return hashlib.sha256(b"").digest()
    root = nodes[-1]
    for node in reversed(nodes[:-1]):
        root = node_hash(node, root)
    return root


def nodes_of(part: Part) -> Iterator[Node]:
    """Name the complete nodes that a part is made of, left to right."""
    start, end = part
    while start < end:
        height = (end - start).bit_length() - 1
        if start:
            height = min(height, (start & -start).bit_length() - 1)
        yield height, start >> height
        start += 1 << height


# -- proofs


def inclusion_parts(index: int, size: int) -> list[Part]:
    """Name the parts whose hashes prove that a leaf is in a tree, lowest first (2.1.3.1)."""
    parts: list[Part] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _half(end - start)
        if index < middle:
            parts.append((middle, end))
            end = middle
        else:
            parts.append((start, middle))
            start = middle
    return parts[::-1]


def consistency_parts(first: int, second: int) -> list[Part]:
    """Name the parts whose hashes prove that a tree of the first size begins one of the second (2.1.4.1)."""
    if first in (0, second):
        return []
    parts: list[Part] = []
    start, end = 0, second
    while first != end:
        middle = start + _half(end - start)
        if first <= middle:
            parts.append((middle, end))
            end = middle
        else:
            parts.append((start, middle))
            start = middle
    if start:
        parts.append((start, end))
    return parts[::-1]


def inclusion_path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Prove that a leaf is in the tree of these leaves."""
    path = []
    for start, end in inclusion_parts(index, len(leaves)):
        tree = MerkleTree()
        for leaf in leaves[start:end]:
            tree.append(leaf)
        path.append(tree.root())
    return path


def root_by_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """Give the root of the tree of this size in which the path puts the leaf (2.1.3.2).

    Raises: ProofRefused for a path that fits no such place.
    """
    if not 0 <= index < size:
        raise ProofRefused("no such place")
    place, last, node = index, size - 1, leaf
    for other in path:
        if last == 0:
            raise ProofRefused("too long")
        if place & 1 or place == last:
            node = node_hash(other, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, other)
        place, last = place >> 1, last >> 1
    if last:
        raise ProofRefused("too short")
    return node


def require_consistent(first: int, first_root: bytes, second: int, second_root: bytes, path: Sequence[bytes]) -> None:
    """Require that the tree of the first size and root begins the one of the second (2.1.4.2).

    Raises: ProofRefused.
    """
    if not 0 <= first <= second:
        raise ProofRefused("sizes out of order")
    if first in (0, second):
        if path or (first_root != second_root if first else first_root != hash_of(())):
            raise ProofRefused("trees of one size that differ")
        return
    nodes = list(path) if first & (first - 1) else [first_root, *path]
    if not nodes:
        raise ProofRefused("too short")
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            raise ProofRefused("too long")
        if place & 1 or place == last:
            old, new = node_hash(node, old), node_hash(node, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, node)
        place, last = place >> 1, last >> 1
    if last or (old, new) != (first_root, second_root):
        raise ProofRefused("another tree")


def _half(size: int) -> int:
    """Give the largest power of two below a size."""
    return 1 << (size - 1).bit_length() - 1
