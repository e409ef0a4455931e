"""Checkpoints of the ledger: what is hashed of an event, what is signed of a checkpoint, how it is read back.

The text of an event names every column of `ledger_event`, in a spelling that depends on no setting of the
session. A checkpoint's signed text names its number, range, size, Merkle root, the digest of its leaves and of
the checkpoint before it; `leaves` keeps id and hash of each event, so that a change is not only noticed but
found. Source: RFC 9162 section 2.1; 上海12; 河南省社会信用条例39.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

import asyncpg

from domain.canonical import canonical, parse
from domain.keys import PublicKeys
from domain.merkle import leaf_hash
from domain.use.signing import CHECKPOINT, NotSigned, Signer, verify

Connection: TypeAlias = "asyncpg.Connection[Any] | asyncpg.pool.PoolConnectionProxy[Any]"

FORMAT: Final = "renxin-checkpoint-1"
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
"""Every column of an event, in the order in which its text names them."""

_SPELLINGS: Final = {"at": 'extract(epoch FROM "at")::text', "image": "image::text", "xid": "xid::text"}
_EVENT_TEXT: Final = ", ".join(_SPELLINGS.get(column, f'"{column}"') for column in EVENT_COLUMNS)
_EVENTS: Final = f"""
SELECT xid, id, convert_to(json_build_array('renxin-event-1', {_EVENT_TEXT})::text, 'UTF8') AS content
FROM ledger_event WHERE xid >= $1 AND xid <= $2 ORDER BY xid, id
"""
_FETCHED_AT_ONCE: Final = 500


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

    def text(self) -> bytes:
        """Give the text that is signed."""
        named = {one.name: getattr(self, one.name) for one in fields(self)}
        return canonical({"format": FORMAT, **named}).encode()

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
        )

    def entries(self) -> Iterator[tuple[UUID, bytes]]:
        """Give id and hash of each event that was sealed, in order."""
        for start in range(0, len(self.leaves) - ENTRY_BYTES + 1, ENTRY_BYTES):
            end = start + ID_BYTES
            yield UUID(bytes=self.leaves[start:end]), self.leaves[end : start + ENTRY_BYTES]


COLUMNS: Final = tuple(one.name for one in fields(Checkpoint))


def sign(seal: Seal, leaves: bytes, sealed_at: datetime, signer: Signer) -> Checkpoint:
    """Sign a seal; give the row to be stored."""
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
    )


def read_seal(signature: str, keys: PublicKeys) -> tuple[Seal, str]:
    """Read the seal that a signature vouches for, and the id of its key.

    Raises: domain.use.signing.SignatureRefused.
    """
    signed = verify(signature, keys, kind=CHECKPOINT)
    members = parse(signed.payload)
    if members.pop("format") != FORMAT:
        raise NotSigned
    return Seal(**members), signed.key_id


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
