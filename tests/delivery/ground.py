"""Ground of the tests of the push: a service whose clock is moved by hand, its records, its workers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import asyncpg

from api.execution.service import Service
from api.process.worker import SERVICE, Worker
from api.pushing.push_channel import Channel, key_set
from domain.credit import records
from domain.delivery.backoff import Backoff, default_backoff
from domain.keys import PublicKeys, public_keys
from domain.lifecycle import Transaction
from tests.credit.ground import PERSON, Clerk, item_of, office_id
from tests.delivery.receiver import Receiver
from tests.parties import app_connection

PLATFORM = "city-platform"
DISTRICT_PLATFORM = "district-platform"
FIGURES = replace(default_backoff(), answer_seconds=20.0)
HASTY = replace(FIGURES, answer_seconds=0.2)
"""For a platform that is known to answer nothing."""

_numbers = count(1)


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: datetime

    def __call__(self) -> datetime:
        """Tell the instant."""
        return self.now

    def move(self, **by: float) -> None:
        """Move on."""
        self.now += timedelta(**by)


@dataclass
class Ground:
    """A service, its clock, and what is done in it."""

    service: Service
    clock: Clock
    url: str
    opened: list[Channel] = field(default_factory=list)

    @property
    def keys(self) -> PublicKeys:
        """The public keys of the service."""
        return public_keys(self.service.signer.public_jwks())

    def worker(self, receiver: Receiver | None, figures: Backoff = FIGURES) -> Worker:
        """Make a worker that pushes to a receiver; without one it is as if no address were set."""
        if receiver is None:
            return Worker(self.service, None, figures)
        channel = Channel(receiver.url, figures, key_set(self.service.settings.platform_keys))
        self.opened.append(channel)
        return Worker(self.service, channel, figures, dice=lambda: 0.0)

    async def drain(self, worker: Worker) -> None:
        """Take up and deliver what is due now."""
        while await worker.take_up():
            pass
        while await worker.step():
            pass

    async def settle(self, worker: Worker, rounds: int = 30) -> None:
        """Deliver with all pauses and leases waited for, by the clock."""
        for _ in range(rounds):
            await self.drain(worker)
            self.clock.move(seconds=FIGURES.longest_seconds)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Give a transaction of the request role."""
        connection = await app_connection(self.url)
        try:
            async with connection.transaction():
                yield Transaction(connection, self.clock(), SERVICE)
        finally:
            await connection.close()

    async def publish(self, *, person: bool = False, place: str = "350200", **how: Any) -> UUID:
        """Hand in and publish a penalty; give the record."""
        office = "JCZD" if place == "350200" else "RSJ"
        who = PERSON if person else {}
        return await self.publish_under((place, "penalty", office), how, severity="minor", **who)

    async def publish_under(self, kind: tuple[str, str, str], how: Mapping[str, Any], **given: Any) -> UUID:
        """Hand in and publish a record under the item of a place, by its office; give the record."""
        place, code, office = kind
        async with self.transaction() as tx:
            producer = await office_id(tx, place, office)
            item = await item_of(tx, place, code, producer)
            clerk = Clerk(
                tx, self.service.vault, self.service.books, self.service.calendar, office_id=producer, item=item
            )
            record = await clerk.hand_in(**{"decision_no": f"虚构〔2026〕{next(_numbers)}号", **given})
            await clerk.publish(record, **how)
        return record

    async def amend(self, record: UUID, title: str) -> None:
        """Amend a record."""
        async with self.transaction() as tx:
            await records.amend(
                tx,
                self.service.vault,
                self.service.books,
                self.service.calendar,
                record,
                changes={"title": title},
                reason="笔误",
            )

    async def withdraw(self, record: UUID) -> None:
        """Withdraw a record."""
        async with self.transaction() as tx:
            await records.withdraw(tx, self.service.books, record, reason="处罚决定被依法撤销")

    async def fetch(self, query: str, *values: Any) -> list[Mapping[str, Any]]:
        """Read rows as the database's owner."""
        connection = await asyncpg.connect(self.url)
        try:
            return list(await connection.fetch(query, *values))
        finally:
            await connection.close()

    async def states(self, record: UUID) -> list[tuple[str, str]]:
        """Give verb and state of the deliveries of a row, in order."""
        rows = await self.fetch("SELECT verb, state FROM delivery WHERE object_id = $1 ORDER BY id", record)
        return [(row["verb"], row["state"]) for row in rows]
