"""Checkpoints of the ledger: what is hashed of an event, what is signed of a checkpoint, how it is read back.

The text of an event names every column of `ledger_event`, in a spelling that depends on no setting of the
session, and a random salt, so that its hash may be shown to those who may not see what it is the hash of. A
checkpoint's signed text names its number, range, size, Merkle root, the digest of its leaves, the digest of the
checkpoint before it, and the root of the tree over the digests of all before it (`domain.ledger.checkpoint_tree`). `leaves`
keeps id and hash of each event, so that a change is not only noticed but found. Events and checkpoints that were
written before salt and tree keep their first format; an event that was done for another has a format of its own, which
names the principal, so that one is neither taken out of a sealed event nor put into it. Source: RFC 9162 section 2.1; 上海12; 河南省社会信用条例39.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from domain.canonical import canonical, parse
from domain.connection import Connection
from domain.keys import PublicKeys
from domain.ledger.merkle import MerkleTree, leaf_hash
from domain.use.signing import CHECKPOINT, NotSigned, Signer, verify

FORMAT: Final = "renxin-checkpoint-2"
FIRST_FORMAT: Final = "renxin-checkpoint-1"
"""Without the tree, and with the hash of an event as its leaf; since then its leaf tells the event's id as well."""
NOTHING_BEFORE: Final = "0" * 64
"""The digest before the first checkpoint."""

ID_BYTES: Final = 16
ENTRY_BYTES: Final = ID_BYTES + 32

EVENT_COLUMNS: Final = (
    "id",
    "xid",
    "kind",
    "at",
    "object",
    "object_id",
    "verb",
    "outcome",
    "subject_id",
    "account_id",
    "role",
    "office_id",
    "purpose",
    "basis",
    "reason",
    "policy_version",
    "token_id",
    "image",
)
"""What the text of every event names, in this order."""

PRINCIPALS: Final = ("deputy_of_id", "agent_of_id")
"""For whom it was done; named by the text of those events that have one."""

SALT: Final = "salt"
"""What the text of an event names beside its columns; null in events of the first format."""

SHIFT: Final = "SELECT coalesce(max(shift), 0) AS shift FROM ledger_adoption"
"""What is added to the server's transaction ids, in SQL: nothing, unless the ledger was restored into another server."""

_SPELLINGS: Final = {"at": 'extract(epoch FROM "at")::text', "image": "image::text", "xid": "xid::text"}
_EVENT_TEXT: Final = ", ".join(_SPELLINGS.get(column, f'"{column}"') for column in EVENT_COLUMNS)
_FOR: Final = ", ".join(PRINCIPALS)
TEXT: Final = (
    f"(CASE WHEN coalesce({_FOR}) IS NOT NULL THEN json_build_array('renxin-event-3', {SALT}, {_EVENT_TEXT}, {_FOR})"
    f" WHEN {SALT} IS NULL THEN json_build_array('renxin-event-1', {_EVENT_TEXT})"
    f" ELSE json_build_array('renxin-event-2', {SALT}, {_EVENT_TEXT}) END)::text"
)
"""The text of an event, in SQL."""

_EVENTS: Final = f"""
SELECT xid, id, convert_to({TEXT}, 'UTF8') AS content
FROM ledger_event WHERE xid >= $1 AND xid <= $2 ORDER BY xid, id
"""
_FETCHED_AT_ONCE: Final = 500


class HistoryReplaced(Exception):
    """The ledger's past is not the one that was sealed; the message says how it shows."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """An event as a checkpoint holds it: id and hash, and the transaction that wrote it."""

    xid: int
    event_id: UUID
    hash: bytes

    @property
    def entry(self) -> bytes:
        """Id and hash, as `leaves` holds them."""
        return self.event_id.bytes + self.hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """What a checkpoint signs."""

    number: int
    from_xid: int
    to_xid: int
    size: int
    root: str
    leaves: str
    """SHA-256 of the leaves, hexadecimal."""
    previous: str
    sealed_at: str
    tree: str | None
    """Root of the tree over the digests of all checkpoints before it; None in the first format."""

    @property
    def format(self) -> str:
        """The format of the signed text."""
        return FIRST_FORMAT if self.tree is None else FORMAT

    def leaf(self, entry: bytes) -> bytes:
        """Give the leaf of an event in the checkpoint's tree, from its entry in `leaves`."""
        return entry[ID_BYTES:] if self.tree is None else leaf_hash(entry)

    def text(self) -> bytes:
        """Give the text that is signed."""
        named = {one.name: getattr(self, one.name) for one in fields(self)}
        if self.tree is None:
            named.pop("tree")
        return canonical({"format": self.format, **named}).encode()

    @property
    def digest(self) -> str:
        """SHA-256 of the signed text, hexadecimal."""
        return hashlib.sha256(self.text()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A row of `ledger_checkpoint`."""

    id: int
    from_xid: int
    to_xid: int
    size: int
    leaves: bytes
    root: str
    previous: str
    digest: str
    key_id: str
    signature: str
    sealed_at: datetime
    tree: str | None
    nodes: bytes
    """Hashes of the nodes that the checkpoint completes in the tree over all, lowest first."""

    def seal(self) -> Seal:
        """Give what the row's own columns would sign."""
        return Seal(
            number=self.id,
            from_xid=self.from_xid,
            to_xid=self.to_xid,
            size=self.size,
            root=self.root,
            leaves=hashlib.sha256(self.leaves).hexdigest(),
            previous=self.previous,
            sealed_at=instant(self.sealed_at),
            tree=self.tree,
        )


def split(leaves: bytes | bytearray) -> list[bytes]:
    """Give the entry of each event that was sealed, in order."""
    return [bytes(leaves[start : start + ENTRY_BYTES]) for start in range(0, len(leaves), ENTRY_BYTES)]


def entries(leaves: bytes | bytearray) -> Iterator[tuple[UUID, bytes]]:
    """Give id and hash of each event that was sealed, in order."""
    for start in range(0, len(leaves) - ENTRY_BYTES + 1, ENTRY_BYTES):
        end = start + ID_BYTES
        yield UUID(bytes=bytes(leaves[start:end])), bytes(leaves[end : start + ENTRY_BYTES])


COLUMNS: Final = tuple(one.name for one in fields(Checkpoint))


def digest_leaf(digest: str) -> bytes:
    """Give the leaf of a checkpoint in the tree over all, from its digest."""
    return leaf_hash(bytes.fromhex(digest))


def sign(seal: Seal, leaves: bytes, sealed_at: datetime, signer: Signer, tree: MerkleTree) -> Checkpoint:
    """Sign a seal and add it to the tree over all; give the row to be stored."""
    return Checkpoint(
        id=seal.number,
        from_xid=seal.from_xid,
        to_xid=seal.to_xid,
        size=seal.size,
        leaves=leaves,
        root=seal.root,
        previous=seal.previous,
        digest=seal.digest,
        key_id=signer.key_id,
        signature=signer.sign(seal.text(), kind=CHECKPOINT),
        sealed_at=sealed_at,
        tree=seal.tree,
        nodes=b"".join(tree.append(digest_leaf(seal.digest))),
    )


def read_seal(signature: str, keys: PublicKeys) -> tuple[Seal, str]:
    """Read the seal that a signature vouches for, and the id of its key.

    Raises: domain.use.signing.SignatureRefused.
    """
    signed = verify(signature, keys, kind=CHECKPOINT)
    members = parse(signed.payload)
    written = members.pop("format")
    seal = Seal(**{"tree": None, **members})
    if written != seal.format:
        raise NotSigned
    return seal, signed.key_id


def instant(at: datetime) -> str:
    """Write an instant in the one way in which checkpoints do."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def from_row(row: Mapping[str, Any]) -> Checkpoint:
    """Make a checkpoint of a row of its table."""
    return Checkpoint(**{column: row[column] for column in COLUMNS})


async def read_leaves(connection: Connection, from_xid: int, to_xid: int) -> AsyncIterator[Leaf]:
    """Read the events of a range of transactions in the order in which they are sealed; in a transaction."""
    async for row in connection.cursor(_EVENTS, from_xid, to_xid - 1, prefetch=_FETCHED_AT_ONCE):
        yield Leaf(row["xid"], row["id"], leaf_hash(row["content"]))
