"""Metering: requests and subjects counted against the quotas of their callers, and what goes beyond reported.

In charge of what one process remembers of it: who has used up what until when (so that the next request costs
nothing), which breaches are reported already, and how often each address of the public has asked in this minute.
The counting itself is the database's (`authz.quota`), one statement for a request, and only for callers with
limits. Refuses with QUOTA_EXCEEDED before anything is shown; every refusal for subjects is in the access log.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from ipaddress import IPv6Address
from typing import Any
from uuid import UUID

import asyncpg

from api.gate.access import Access, AccessLog
from api.postgres.database import Database
from authz.caller import Caller
from authz.quota import Exceeded, Limits, Quotas, count, read_use
from domain.clock import local_day
from domain.errors import DomainError
from domain.lifecycle import Transaction
from domain.oversight import quota_breach

PUBLIC = "public"
MOST_ADDRESSES = 100_000
NEVER = datetime(1, 1, 1, tzinfo=UTC)
OTHERS = "others"
"""Under which name addresses are counted together when there are too many to tell apart."""


class QuotaExceeded(DomainError):
    """Your account's quota is used up: see `counted`, `period` and `most`, and try again after `retryAfter` seconds."""

    code = "QUOTA_EXCEEDED"
    zh = "您的账号已达到查询限额：限额见 counted、period、most，请在 retryAfter 秒后重试。"


def refusal(exceeded: Exceeded, now: datetime) -> QuotaExceeded:
    """Give what the caller is told."""
    return QuotaExceeded(
        counted=exceeded.counted, period=exceeded.window, most=exceeded.limit, retryAfter=exceeded.seconds(now)
    )


def network_of(address: str) -> str:
    """Give by which name an address is counted: IPv6 by the network of 64 bits that one line is given whole (RFC 6177)."""
    if ":" not in address:
        return address
    try:
        six = IPv6Address(address)
    except ValueError:
        return address
    return str(six.ipv4_mapped) if six.ipv4_mapped else f"{int(six) >> 64:x}::/64"


@dataclass(slots=True)
class Metering:
    """The meters of one process."""

    quotas: Quotas
    database: Database
    access: AccessLog
    used_up: dict[tuple[UUID, str], Exceeded] = field(default_factory=dict)
    reported: set[tuple[UUID, str, str]] = field(default_factory=set)
    addresses: Counter[str] = field(default_factory=Counter)
    minute: datetime = NEVER
    day: date = date.min
    refused: Counter[str] = field(default_factory=Counter)
    """How many requests were refused, by what was counted."""

    def limits_of(self, caller: Caller) -> Limits | None:
        """Give the limits of a caller; None where nothing of it is counted."""
        return self.quotas.limits_of(caller.kinds, caller.account_id)

    def counts_subjects(self, caller: Caller) -> bool:
        """Tell whether the subjects are counted that answers tell a caller about."""
        limits = self.limits_of(caller)
        return limits is not None and limits.of_subjects and not caller.anonymous

    def meter(self, caller: Caller, now: datetime) -> Meter | None:
        """Give the meter of a request of an account; None where nothing of it is counted."""
        limits = None if caller.anonymous else self.limits_of(caller)
        return None if limits is None else Meter(self, caller, limits, now)

    @asynccontextmanager
    async def metered(self, caller: Caller, now: datetime) -> AsyncIterator[Meter | None]:
        """Give the meter of a request while it is carried out, and count it at the end at the latest.

        Raises: QuotaExceeded.
        """
        meter = self.meter(caller, now)
        if meter is None:
            yield None
            return
        await meter.require_open()
        try:
            yield meter
        finally:
            await meter.close()

    def admit(self, address: str, now: datetime) -> None:
        """Count a request of the public by its address.

        Raises: QuotaExceeded.
        """
        limit = self.quotas.roles.get(PUBLIC, Limits()).requests_per_minute
        if limit is None:
            return
        minute = now.replace(second=0, microsecond=0)
        if minute != self.minute:
            self.minute = minute
            self.addresses.clear()
        network = network_of(address)
        known = network if network in self.addresses or len(self.addresses) < MOST_ADDRESSES else OTHERS
        self.addresses[known] += 1
        if self.addresses[known] > limit:
            self.refused["requests"] += 1
            raise refusal(Exceeded("requests", "minute", limit, minute + timedelta(minutes=1), limit), now)

    async def use_of(self, caller: Caller, now: datetime) -> Mapping[str, int]:
        """Give what an account has used of its quotas."""
        assert caller.account_id is not None
        async with self.database.session() as session:
            return await read_use(session, caller.account_id, now)

    async def report(self, caller: Caller, exceeded: Exceeded, now: datetime) -> None:
        """Report a breach, once a day for each account and quota."""
        assert caller.account_id is not None
        if local_day(now) != self.day:
            self.day = local_day(now)
            self.reported.clear()
        key = caller.account_id, exceeded.counted, exceeded.window
        if key in self.reported:
            return
        with suppress(asyncpg.UniqueViolationError):  # another process was faster
            async with self.database.change() as session:
                await quota_breach.report(
                    Transaction(session, now, caller.to_actor()),
                    account_name=caller.display or "",
                    counted=exceeded.counted,
                    period=exceeded.window,
                    most=exceeded.limit,
                )
        self.reported.add(key)


@dataclass(slots=True)
class Meter:
    """What one request of an account is counted by: itself once, and each subject it resolves."""

    metering: Metering
    caller: Caller
    limits: Limits
    now: datetime
    counted: bool = False
    """Whether the request itself has been counted."""
    paid: int = 0
    """How many subjects have been counted."""
    credit: int = 0
    """Of these, how many of an answer that came to nothing, as authority changed meanwhile, and is made anew."""
    told: set[tuple[str, str]] = field(default_factory=set)
    """What was refused already: which quota, about what."""

    async def require_open(self) -> None:
        """Refuse a request of an account that has used up its requests, without asking the database.

        Raises: QuotaExceeded.
        """
        await self._require_left("requests", "")

    async def require_room(self, nouns: str) -> None:
        """Refuse to read about subjects for an account that has used them up.

        Raises: QuotaExceeded.
        """
        await self._require_left("subjects", nouns)

    async def charge(self, subjects: int, nouns: str = "") -> None:
        """Count subjects that an answer tells about, before it leaves, and the request unless it was counted.

        Raises: QuotaExceeded: then nothing of the answer may leave.
        """
        spent = min(self.credit, subjects)
        self.credit, subjects = self.credit - spent, subjects - spent
        requests, self.counted = int(not self.counted), True
        if not subjects and not requests:
            return
        async with self.metering.database.session() as session:
            exceeded = await self._count(session, subjects, requests)
        if exceeded is not None:
            if exceeded.used >= exceeded.limit:
                self.metering.used_up[self._account, exceeded.counted] = exceeded
            await self._refuse(exceeded, nouns)
        self.paid += subjects

    async def close(self) -> None:
        """Count a request that has told about nobody.

        Raises: QuotaExceeded.
        """
        if not self.counted:
            await self.charge(0)

    async def _count(self, session: Any, subjects: int, requests: int) -> Exceeded | None:
        return await count(session, self._account, self.limits, self.now, subjects=subjects, requests=requests)

    async def _require_left(self, counted: str, nouns: str) -> None:
        known = self.metering.used_up.get((self._account, counted))
        if known is None:
            return
        if self.now >= known.until or self.limits.of(counted, known.window) != known.limit:
            del self.metering.used_up[self._account, counted]
        else:
            await self._refuse(known, nouns)

    async def _refuse(self, exceeded: Exceeded, nouns: str) -> None:
        self.counted = True
        if (exceeded.counted, nouns) in self.told:
            raise refusal(exceeded, self.now)
        self.told.add((exceeded.counted, nouns))
        self.metering.refused[exceeded.counted] += 1
        if exceeded.counted == "subjects":
            attempt = Access(self.caller, nouns, "read", "refused", None, self.now, reason=QuotaExceeded.code)
            await self.metering.access.write([attempt])
        await self.metering.report(self.caller, exceeded, self.now)
        raise refusal(exceeded, self.now)

    @property
    def _account(self) -> UUID:
        assert self.caller.account_id is not None
        return self.caller.account_id
