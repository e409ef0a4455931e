"""Receipts: what the service signs for whoever has changed something, before any checkpoint covers it.

A receipt names the ledger events of the change with the hashes of their texts and the transaction that wrote them, and
the latest checkpoint at that time. With it its holder can tell from any later export or proof that the events are
there as they were, and from the day of the receipt on that nothing before that checkpoint was replaced.
Source: 上海12; 河南省社会信用条例39.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from domain.canonical import canonical, parse
from domain.connection import Connection
from domain.keys import PublicKeys
from domain.ledger.checkpoint import TEXT, instant
from domain.ledger.merkle import leaf_hash
from domain.ledger.proof import latest
from domain.use.signing import RECEIPT, NotSigned, Signer, verify

FORMAT: Final = "renxin-receipt-1"


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """An event that a receipt acknowledges."""

    event_id: UUID
    hash: str
    xid: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt vouches for."""

    at: str
    events: tuple[Acknowledged, ...]
    checkpoint: tuple[int, str] | None
    """Number and digest of the latest checkpoint at that time."""


async def write_receipt(connection: Connection, signer: Signer, events: Sequence[UUID], now: datetime) -> str:
    """Sign a receipt for events that are committed; give the JWS."""
    rows = {row["id"]: row for row in await connection.fetch(_EVENTS, list(events))}
    last = await latest(connection)
    named = [
        {"id": str(event), "hash": leaf_hash(rows[event]["content"]).hex(), "xid": rows[event]["xid"]}
        for event in events
    ]
    content = {
        "format": FORMAT,
        "at": instant(now),
        "events": named,
        "checkpoint": {"number": last.number, "digest": last.digest} if last else None,
    }
    return signer.sign(canonical(content).encode(), kind=RECEIPT)


def read_receipt(token: str, keys: PublicKeys) -> Receipt:
    """Read a receipt that was signed with one of the keys.

    Raises: domain.use.signing.SignatureRefused.
    """
    members = parse(verify(token, keys, kind=RECEIPT).payload)
    if members["format"] != FORMAT:
        raise NotSigned
    events = tuple(Acknowledged(UUID(one["id"]), one["hash"], one["xid"]) for one in members["events"])
    checkpoint = members["checkpoint"]
    return Receipt(members["at"], events, (checkpoint["number"], checkpoint["digest"]) if checkpoint else None)


_EVENTS: Final = f"""
SELECT id, xid::text::bigint AS xid, convert_to({TEXT}, 'UTF8') AS content FROM ledger_event
WHERE id = ANY($1::uuid[])
"""
