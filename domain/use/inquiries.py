"""Uses and inquiries 使用、查询情况: which offices have asked about a subject, on which day, for what.

In charge of reading them for a report, and of writing what an issued or refused report leaves in the ledger:
no entry, no report. Left out are refused attempts, the subject's own look at itself and what the anonymous
public reads, for none of them is an office's use.
Source: 上海市社会信用条例34; 河南省社会信用条例39, 40; 个人信息保护法44-45, 55.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from domain.connection import Connection
from domain.ids import new_id
from domain.lifecycle import NEED_TO_KNOW, Actor, Transaction
from domain.registry.subject import ever

NOUN: Final = "credit_report"
ISSUE: Final = "issue"
LOOKED_AT: Final = 1_000
"""How many of the latest entries are looked at before entries of one day are put together."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """On one day one office asked about a subject, for one purpose, once or several times."""

    on: date
    office: str
    purpose: str | None
    verb: str
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A report that was asked for: about whom, by which office, for what, on which basis."""

    subject_id: UUID | None
    report_id: UUID | None = None
    office_id: UUID | None
    purpose: str | None
    basis: str | None
    reason: str | None = None


async def inquiries(connection: Connection, subject_id: UUID, *, limit: int = 100) -> list[Inquiry]:
    """List the latest uses and inquiries, newest day first; at most `limit`."""
    rows = await connection.fetch(_INQUIRIES, subject_id, limit)
    return [Inquiry(row["on"], row["office"], row["purpose"], row["verb"], row["times"]) for row in rows]


async def served(tx: Transaction, attempt: Attempt) -> None:
    """Write the access entry of a report in the transaction that issues it."""
    event = await _write(tx.connection, tx.actor, tx.now, attempt, outcome="served")
    tx.events.append(event)


async def refused(connection: Connection, actor: Actor, now: datetime, attempt: Attempt) -> None:
    """Write the access entry of a refused report, whose `reason` is the code of the refusal.

    Raises: RuntimeError inside a transaction, whose end could take the entry back.
    """
    if connection.is_in_transaction():
        raise RuntimeError("a refusal is written outside of the transaction that was refused")
    await _write(connection, actor, now, attempt, outcome="refused")


async def _write(connection: Connection, actor: Actor, now: datetime, attempt: Attempt, *, outcome: str) -> UUID:
    event = new_id()
    await connection.execute(
        _ENTRY,
        event,
        now,
        NOUN,
        attempt.report_id,
        ISSUE,
        outcome,
        attempt.subject_id,
        actor.account_id,
        ",".join(actor.roles),
        attempt.office_id,
        attempt.purpose,
        attempt.basis,
        attempt.reason,
        actor.policy_version,
        actor.token_id,
        actor.deputy_of_id,
        actor.agent_of_id,
    )
    return event


_ENTRY: Final = """
INSERT INTO ledger_event (kind, id, at, object, object_id, verb, outcome, subject_id, account_id, role,
                          office_id, purpose, basis, reason, policy_version, token_id, deputy_of_id, agent_of_id)
VALUES ('access', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
"""

_INQUIRIES: Final = f"""
SELECT ("at" AT TIME ZONE 'Asia/Shanghai')::date AS "on", office.name AS office, purpose, verb,
       count(*) AS times
FROM (
  SELECT "at", office_id, purpose, verb FROM ledger_event
  WHERE subject_id = {ever("$1::uuid")} AND kind = 'access' AND outcome = 'served' AND office_id IS NOT NULL
    AND NOT string_to_array(object, ',') && ARRAY{sorted(NEED_TO_KNOW)}
  ORDER BY "at" DESC, id DESC LIMIT {LOOKED_AT}
) latest JOIN office ON office.id = office_id
GROUP BY 1, 2, 3, 4 ORDER BY 1 DESC, 2, 3, 4 LIMIT $2
"""
