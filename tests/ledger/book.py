"""A ledger to be tampered with: events written as requests write them, sealed, anchored, and read by the verifier."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.ids import new_id
from domain.ledger.anchor import Anchor
from domain.ledger.check import LedgerReport, verify
from domain.ledger.checkpoint import Checkpoint
from domain.ledger.seal import seal, write_anchor
from domain.use.signing import Signer

NOW = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)
Connection: TypeAlias = "asyncpg.Connection[Any]"


def new_signer(key_id: str = "k1") -> Signer:
    return Signer({key_id: Ed25519PrivateKey.generate()}, key_id)


@dataclass
class Book:
    """A ledger in a database of its own: `app` writes and seals as requests do, `owner` may do anything."""

    url: str
    owner: Connection
    app: Connection
    signer: Signer
    anchor: Anchor

    async def write(self, events: int = 1, *, connection: Connection | None = None) -> list[UUID]:
        """Write events in one transaction, as one statement each."""
        connection = connection or self.app
        made = [new_id() for _ in range(events)]
        async with connection.transaction():
            for place, event in enumerate(made):
                await connection.execute(
                    _EVENT,
                    event,
                    NOW + timedelta(microseconds=place),
                    new_id(),
                    f'{{"title": "决定{place}", "n": 1.50}}',
                )
        return made

    async def seal(self) -> Checkpoint | None:
        return await seal(self.app, self.signer, NOW)

    async def seal_all(self) -> list[Checkpoint]:
        """Seal and anchor until nothing is left."""
        made = await self.seal_all_without_anchor()
        await write_anchor(self.app, self.anchor)
        return made

    async def seal_all_without_anchor(self) -> list[Checkpoint]:
        """Seal until nothing is left, waiting for the server's own short transactions to end."""
        made = []
        for _ in range(10_000):
            if one := await self.seal():
                made.append(one)
            elif not await self.owner.fetchval(_UNSEALED):
                return made
            else:
                await asyncio.sleep(0.01)
        raise AssertionError("some transaction of the server does not end")

    async def chapters(self, number: int, events: int = 5) -> list[list[UUID]]:
        """Write and seal checkpoints of some events each; give the ids of the events by checkpoint."""
        made = []
        for _ in range(number):
            ids = [event for _ in range(events) for event in await self.write()]
            assert len(await self.seal_all()) == 1
            made.append(ids)
        return made

    async def verify(self, *, anchored: bool = True, signer: Signer | None = None) -> LedgerReport:
        keys = (signer or self.signer).public_jwks()
        return await verify(self.owner, keys, self.anchor.path if anchored else None)


async def open_book(url: str, folder: Path) -> Book:
    """Open an empty ledger."""
    owner = await asyncpg.connect(url)
    await owner.execute("TRUNCATE ledger_event, ledger_checkpoint, ledger_adoption")
    await owner.execute("ALTER TABLE ledger_event ALTER COLUMN xid SET DEFAULT pg_current_xact_id()")
    app = await asyncpg.connect(url, server_settings={"role": "renxin_app"})
    return Book(url, owner, app, new_signer(), Anchor(folder / "data" / "checkpoints.jsonl"))


_EVENT = """
INSERT INTO ledger_event (id, kind, at, object, object_id, verb, outcome, subject_id, role, basis, policy_version, image)
VALUES ($1, 'change', $2, 'credit_record', $3, 'submit', 'done', $3, 'clerk', '厦门8', 1, $4::jsonb)
"""

_UNSEALED = """
SELECT count(*) FROM ledger_event
WHERE xid >= (SELECT coalesce(max(to_xid), 0) FROM ledger_checkpoint)::text::xid8
"""
