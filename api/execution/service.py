"""The service: what every request shares, made once at start and handed down as an argument."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from graphql import GraphQLSchema

from api.config.settings import Settings
from api.execution.compiled import Plans
from api.execution.introspection import Introspection
from api.execution.job import Credentials
from api.gate.access import AccessLog
from api.gate.gate import Gate
from api.gate.metering import Metering
from api.gate.origins import Origins
from api.gate.refusals import Refusals
from api.planning.document import Documents
from api.planning.trusted import Trusted
from api.postgres.database import Database, Planned
from authz.caller import Caller, Callers
from authz.issuer import BuiltInIssuer
from authz.staffing import SignIn
from authz.token import TokenInvalid
from authz.warming import run_warming
from domain.calendar import WorkingCalendar
from domain.clock import Clock
from domain.errors import DomainError, Forbidden
from domain.files.store import AttachmentStore
from domain.files.sweep import run_sweeper
from domain.ledger.anchor import FILE_NAME, Anchor
from domain.ledger.seal import run_sealer
from domain.oversight.quality_tally import run_tally
from domain.rulebook.model import Rulebooks
from domain.use.signing import Signer
from domain.vault import Vault


@dataclass(slots=True)
class Service:
    """Everything a request needs beside itself."""

    settings: Settings
    graphql: GraphQLSchema
    database: Database
    callers: Callers
    sign_in: SignIn
    issuer: BuiltInIssuer | None
    """Issues tokens for anybody, for trial."""
    tokens: BuiltInIssuer | None
    """Issues tokens for the service accounts that show one of their keys."""
    books: Rulebooks
    calendar: WorkingCalendar
    vault: Vault
    signer: Signer
    clock: Clock
    documents: Documents
    access: AccessLog
    attachments: AttachmentStore
    gate: Gate
    metering: Metering
    trusted: Trusted
    origins: Origins
    plans: Plans = field(default_factory=Plans)
    introspection: Introspection = field(default_factory=Introspection)
    statuses: Counter[int] = field(default_factory=Counter)
    """Answers so far by HTTP status."""

    refusals: Refusals = field(default_factory=Refusals)

    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once the server is asked to stop."""

    started_at: float = field(default_factory=time.time)
    """When the process started, in seconds since 1970: for the metrics only."""

    async def caller_of(self, credentials: Credentials, now: datetime) -> Caller:
        """Tell who calls.

        Raises: TokenInvalid; PersonDiffers; NoRole; OfficeNotHeld; PurposeUnknown; PurposeNotGranted; DatabaseAway; TooBusy.
        """
        try:
            caller = await self.callers.resolve(
                credentials.authorization,
                credentials.purpose,
                office=credentials.office,
                sender=credentials.sender,
                now=now,
            )
        except (TokenInvalid, Forbidden) as refused:
            self.refusals.note(refused, now)
            raise
        if caller.not_linked is not None:
            self.refusals.note(caller.not_linked(), now)
        return caller

    def note_refusal(self, error: DomainError) -> None:
        """Count and log what was refused before anybody was asked who calls."""
        self.refusals.note(error, self.clock())

    async def fetch(self, text: str, values: list[Any]) -> Planned | None:
        """Run a rendered plan; None when its authority is no longer the current one.

        Raises: DatabaseAway, TooBusy, TooSlow, ValueRefused.
        """
        return await self.database.fetch_planned(text, values)

    @asynccontextmanager
    async def background(self) -> AsyncIterator[None]:
        """Run what goes on beside requests: sealer, sweeper and tally, each in one process; warming, in each."""
        anchor = Anchor(self.settings.data_dir / FILE_NAME)
        sealer = asyncio.create_task(run_sealer(self.database.connect, self.signer, anchor, clock=self.clock))
        warming = asyncio.create_task(run_warming(self.callers))
        sweeper = asyncio.create_task(run_sweeper(self.database.connect, self.attachments, self.clock))
        tally = asyncio.create_task(run_tally(self.database.connect, self.clock))
        try:
            yield
        finally:
            for task in (sealer, sweeper, tally, warming):
                task.cancel()
            await asyncio.gather(sealer, sweeper, tally, warming, return_exceptions=True)
