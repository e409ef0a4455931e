"""The tree over all checkpoints: by it a newer checkpoint vouches for every older one in a few hashes.

Its leaves are the digests of the checkpoints, in order. Each checkpoint signs the root of the tree before it, and keeps
the nodes that it completes (a hash or two), so that any part of the tree is found in a few rows however long the
ledger is. Source: RFC 9162 section 2.1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from domain.connection import Connection
from domain.ledger.checkpoint import HistoryReplaced, digest_leaf
from domain.ledger.merkle import MerkleTree, Node, Part, hash_of, nodes_of

HASH_BYTES: Final = 32


async def tree_of(connection: Connection, size: int) -> MerkleTree:
    """Give the tree over the first checkpoints, ready to grow.

    Raises: HistoryReplaced when it is not the one that the last of them has signed and completed.
    """
    if not size:
        return MerkleTree()
    nodes = list(nodes_of((0, size - 1)))
    found = await _nodes(connection, nodes)
    tree = MerkleTree(size - 1, [found[node] for node in nodes])
    last = await connection.fetchrow("SELECT digest, tree, nodes FROM ledger_checkpoint WHERE id = $1", size)
    if last is None or last["tree"] not in (None, tree.root().hex()):
        raise HistoryReplaced(f"the checkpoints before {size} are not those that it has signed")
    if b"".join(tree.append(digest_leaf(last["digest"]))) != last["nodes"]:
        raise HistoryReplaced(f"the nodes of checkpoint {size} are not those that it completes")
    return tree


async def hashes_of(connection: Connection, parts: Sequence[Part]) -> list[bytes]:
    """Give the hashes of parts of the tree, which must all be sealed.

    Raises: HistoryReplaced when a checkpoint that it takes is missing.
    """
    found = await _nodes(connection, [node for part in parts for node in nodes_of(part)])
    return [hash_of([found[node] for node in nodes_of(part)]) for part in parts]


async def _nodes(connection: Connection, nodes: Iterable[Node]) -> dict[Node, bytes]:
    """Read nodes out of the checkpoints that completed them."""
    completed_by = {(height, place): (place + 1) << height for height, place in nodes}
    rows = await connection.fetch(_COMPLETED, sorted(set(completed_by.values())))
    kept = {row["id"]: row for row in rows}
    found = {}
    for (height, place), number in completed_by.items():
        row, end = kept.get(number), height * HASH_BYTES
        if row is None or len(row["nodes"]) < end:
            raise HistoryReplaced(f"checkpoint {number} is missing, or nodes of it are")
        found[height, place] = bytes(row["nodes"][end - HASH_BYTES : end]) if height else digest_leaf(row["digest"])
    return found


_COMPLETED: Final = "SELECT id, digest, nodes FROM ledger_checkpoint WHERE id = ANY($1::bigint[])"
