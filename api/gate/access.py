"""Access entries: who looked at whom, committed before the answer leaves; no entry, no answer.

Entries of many requests that wait at the same time are written in one statement and one commit. The ledger
event of an access carries the person, the caller's office, purpose and basis; never what was shown.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from api.postgres.database import Database
from authz.caller import Caller
from domain.ids import new_id

BY_CONSENT = "本人授权（个人信息保护法13、14）"
"""The basis of an access that a partner has by the consent of the person."""


@dataclass(frozen=True, slots=True)
class Access:
    """One access: to which noun, of which subject, by whom, with which outcome."""

    caller: Caller
    noun: str
    verb: str
    outcome: str
    subject_id: UUID | None
    at: datetime
    basis: str | None = None
    reason: str | None = None
    person_index: bytes | None = None
    """Blind index of the person's number, where the person was asked for by it and not shown."""

    def row(self) -> tuple[Any, ...]:
        """Give the values of its ledger event."""
        caller = self.caller
        return (
            new_id(), self.at, self.noun, self.verb, self.outcome, self.subject_id, caller.account_id,
            ",".join(caller.roles), caller.office_id, caller.purpose_name, self.basis, self.reason,
            caller.policy_version, caller.token_id, caller.deputy_of_id, caller.agent_of_id, self.person_index,
        )  # fmt: skip


_COLUMNS = {
    "id": "uuid", "at": "timestamptz", "object": "text", "verb": "text", "outcome": "text", "subject_id": "uuid",
    "account_id": "uuid", "role": "text", "office_id": "uuid", "purpose": "text", "basis": "text", "reason": "text",
    "policy_version": "integer", "token_id": "text", "deputy_of_id": "uuid", "agent_of_id": "uuid",
}  # fmt: skip
_VALUES = {
    **{name: f"entry.{name}" for name in _COLUMNS},
    "subject_id": "coalesce(entry.subject_id, person.merged_into_id, person.id)",
}
_INSERT = (
    f"INSERT INTO ledger_event (kind, {', '.join(_COLUMNS)}) SELECT 'access', {', '.join(_VALUES.values())} FROM unnest("
    + ", ".join(f"${number}::{kind}[]" for number, kind in enumerate([*_COLUMNS.values(), "bytea"], start=1))
    + f") AS entry ({', '.join(_COLUMNS)}, person_index) LEFT JOIN subject person ON person.id_index = entry.person_index"
)


class AccessLog:
    """Writes access entries, grouping those that wait together."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[tuple[Access, ...]] = []
        self._done: asyncio.Future[None] | None = None
        self._writer: asyncio.Task[None] | None = None

    async def write(self, entries: Iterable[Access]) -> None:
        """Write entries and return when they are committed.

        Raises: DatabaseAway, TooBusy: then nothing may be shown.
        """
        self._waiting.append(tuple(entries))
        if self._done is None:
            self._done = asyncio.get_running_loop().create_future()
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._drain())
        await asyncio.shield(self._done)

    async def _drain(self) -> None:
        while self._waiting:
            batch, done = self._waiting, self._done
            self._waiting, self._done = [], None
            assert done is not None
            try:
                await self._insert([entry.row() for entries in batch for entry in entries])
            except BaseException as error:
                done.set_exception(error)
                done.exception()  # somebody always waits; this keeps the loop from reporting it twice
                if not isinstance(error, Exception):
                    raise
            else:
                done.set_result(None)

    async def _insert(self, rows: list[tuple[Any, ...]]) -> None:
        await self._database.execute(_INSERT, *(list(column) for column in zip(*rows, strict=True)))
