"""The worker: brings what is published to the credit platform, event by event, until it is told to stop.

In charge of one process's share: taking up events, claiming one after the other in each of its lanes, sending, noting
what became of it. Any number of workers run at once: what one has claimed the others skip. Nothing is held while the
platform answers, so that a worker that is killed loses nothing: its event is sent again when its lease has ended, under
the same idempotency id. A database or a platform that is away is waited for.
Source: 厦门8 (同步推送至市信用平台), 6, 11.
"""

from __future__ import annotations

import asyncio
import logging
import random
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from api.config.settings import Settings
from api.execution.job import AuthorityUnsettled
from api.execution.service import Service
from api.gate.stopping import end_when_hung_up
from api.postgres.address import current_database
from api.postgres.database import DatabaseAway, OutcomeUnknown, TooBusy
from api.process.assembly import assemble
from api.pushing.platform import Platform, PlatformNotConnected, connected
from api.pushing.push_channel import Channel, Fault, key_set
from api.pushing.push_message import NotComposed, content_of, signed_message
from domain.commitment import commitments
from domain.delivery import deliveries
from domain.delivery.backoff import Backoff, Dice, default_backoff
from domain.delivery.receipt import Receipt
from domain.errors import StateConflict, frames
from domain.lifecycle import Actor, Transaction
from domain.outage import Outage

SERVICE = Actor(account_id=None, roles=("service",))
_log = logging.getLogger("renxin.push")

OURS: Final = (DatabaseAway, TooBusy, OutcomeUnknown, AuthorityUnsettled, PlatformNotConnected)
"""What ends an attempt and says nothing of its event: it is tried again when its lease has ended."""

Wait = Callable[[float], Awaitable[None]]
"""Waits for some seconds, or until the worker is told to stop."""


@dataclass(slots=True)
class Worker:
    """One process's share of the push; without a channel events are only taken up."""

    service: Service
    channel: Channel | None
    figures: Backoff
    dice: Dice = random.random
    unanswered: int = field(default=0, init=False)
    """How many attempts in a row found the platform away."""
    taken_at: datetime | None = field(default=None, init=False)
    """When the platform last took an event from this worker."""
    ended_on: date | None = field(default=None, init=False)
    """The day on which it looked last what the platform is to take down because its days ran out."""

    async def take_up(self) -> int:
        """Take up a batch of events, and once a day what ended by the day or is shown again; tell how many."""
        async with self._transaction() as tx:
            if tx.today != self.ended_on:
                await commitments.take_down_ended(tx)
                await commitments.show_again(tx)
            taken = await deliveries.take_up(tx)
        self.ended_on = tx.today
        return taken

    async def step(self) -> bool:
        """Deliver one event, if one is due; tell whether there was one.

        Raises: PlatformNotConnected; DatabaseAway and what else says nothing of the event.
        """
        if self.channel is None:
            raise PlatformNotConnected
        platform = await connected(self.service, self.service.clock())
        async with self._transaction() as tx:
            row = await deliveries.claim(tx, self.figures, jurisdiction=platform.jurisdiction)
        if row is None:
            return False
        try:
            await self._attempt(self.channel, platform, row)
        except StateConflict:
            _log.info("delivery_settled_elsewhere", extra={"object": row["object"], "verb": row["verb"]})
        except OURS:
            raise
        except Exception as error:  # whatever it is, its record must not wait for ever
            told = {"object": row["object"], "verb": row["verb"], "kind": type(error).__name__, "frames": frames(error)}
            _log.error("delivery_broke_off", extra=told)
            await self._missed(row, Fault("unforeseen", ours=True))
        return True

    async def _attempt(self, channel: Channel, platform: Platform, row: Mapping[str, Any]) -> None:
        now = self.service.clock()
        try:
            content = await content_of(platform, row, now)
        except NotComposed:
            await self._missed(row, Fault("not_composed", ours=True))
            return
        async with self._transaction() as tx:
            if content is not None:
                await deliveries.note_shown(tx, row)
            elif not await deliveries.may_be_known(tx, row):
                await deliveries.withhold(tx, row)
                return
        message = signed_message(platform, row, content, url=channel.url, now=now)
        outcome = await channel.send(message, event=row["id"], happened_at=row["at"], now=now)
        if isinstance(outcome, Fault):
            await self._missed(row, outcome)
            return
        await self._taken(row, outcome, shown=content is not None)

    async def _taken(self, row: Mapping[str, Any], receipt: Receipt, *, shown: bool) -> None:
        self.unanswered, self.taken_at = 0, self.service.clock()
        async with self._transaction() as tx:
            await deliveries.deliver(tx, row, receipt, shown=shown)

    async def _missed(self, row: Mapping[str, Any], fault: Fault) -> None:
        """Note an attempt without a receipt."""
        told = {"object": row["object"], "verb": row["verb"], "fault": fault.word, "status": fault.status}
        _log.warning("delivery_missed", extra=told)
        self.unanswered = self.unanswered + 1 if fault.away else 0
        how: dict[str, Any] = {"fault": fault.word, "status": fault.status}
        async with self._transaction() as tx:
            if fault.refused:
                await deliveries.give_up(tx, row, **how)
            elif self._is_of_the_event(fault):
                await deliveries.fail(tx, self.figures, row, dice=self.dice, **how)
            else:
                await deliveries.put_off(tx, self.figures, row, dice=self.dice, **how)

    def _is_of_the_event(self, fault: Fault) -> bool:
        """Tell whether a failure counts against its event: a platform that takes no other either is out of order itself."""
        if fault.ours or fault.away or self.taken_at is None:
            return fault.ours
        return self.service.clock() - self.taken_at <= timedelta(seconds=self.figures.longest_seconds)

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Transaction]:
        async with self.service.database.change() as session:
            yield Transaction(session, self.service.clock(), SERVICE)

    def rest(self) -> float:
        """Give the seconds until this worker looks again: longer and longer while the platform is away."""
        if not self.unanswered:
            return self.figures.idle_seconds
        return self.figures.pause(self.unanswered, self.dice).total_seconds()

    async def run(self, stopped: Callable[[], bool], wait: Wait) -> None:
        """Take up and deliver in all lanes until told to stop; what is under way then is finished."""
        taking_up, delivering = (Outage(_log, "push_interrupted", "push_goes_on") for _ in range(2))
        lanes = [self._lane(self._take_up_all, stopped, wait, taking_up)]
        if self.channel is not None:
            lanes += [self._lane(self._deliver_all, stopped, wait, delivering) for _ in range(self.figures.lanes)]
        await asyncio.gather(*lanes)

    async def _lane(
        self,
        work: Callable[[Callable[[], bool]], Awaitable[None]],
        stopped: Callable[[], bool],
        wait: Wait,
        outage: Outage,
    ) -> None:
        while not stopped():
            with outage, suppress(PlatformNotConnected):
                await work(stopped)
            await wait(self.rest())

    async def _take_up_all(self, stopped: Callable[[], bool]) -> None:
        while not stopped() and await self.take_up():
            pass

    async def _deliver_all(self, stopped: Callable[[], bool]) -> None:
        while not stopped() and await self.step() and not self.unanswered:
            pass


def open_channel(settings: Settings, figures: Backoff) -> Channel | None:
    """Open the channel to the platform that is set; None without one."""
    if settings.platform_url is None:
        return None
    return Channel(settings.platform_url, figures, key_set(settings.platform_keys))


async def push(service: Service, stop: asyncio.Event) -> None:
    """Push until told to stop."""
    figures = default_backoff()
    channel = open_channel(service.settings, figures)

    async def wait(seconds: float) -> None:
        try:
            await asyncio.wait_for(stop.wait(), seconds)
        except TimeoutError:
            return

    try:
        await Worker(service, channel, figures).run(stop.is_set, wait)
    finally:
        if channel is not None:
            await channel.close()


@asynccontextmanager
async def pushing(service: Service) -> AsyncIterator[None]:
    """Run a worker beside the requests where the database is embedded: elsewhere `renxin worker` is run."""
    if not service.settings.embedded:
        yield
        return
    stop = asyncio.Event()
    task = asyncio.create_task(push(service, stop))
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(task, return_exceptions=True)


def worker_command(settings: Settings) -> int:
    """Run a worker until SIGINT, SIGTERM or SIGHUP; give the exit code."""
    end_when_hung_up()
    with current_database(settings) as url:
        return asyncio.run(_until_told(assemble(settings, url)))


async def _until_told(service: Service) -> int:
    stop = asyncio.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(one, stop.set)
    _log.info("worker_started")
    try:
        await push(service, stop)
    finally:
        await service.database.close()
    _log.info("worker_stopped")
    return 0
