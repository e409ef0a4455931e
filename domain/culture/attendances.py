"""Recording who took part in a training, citing that in an application for repair, and withdrawing it (厦门6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.culture.refusals import AttendanceRecorded, AttendanceUnfit, NotTraining
from domain.errors import NotFound, StateConflict
from domain.lifecycle import Transaction, change, create, rewrite
from domain.repair.application import OPEN_STATES
from domain.rights.others_data import require_impersonal
from domain.rulebook.procedure import StepOfAnotherOffice
from domain.text import require_text

NOUN: Final = "attendance"


async def record(tx: Transaction, activity: Mapping[str, Any], subject_id: UUID) -> UUID:
    """Record that a subject took part in a training that was held; give the id.

    Raises: NotTraining; NotFound; AttendanceRecorded.
    """
    if activity["category"] != "training" or activity["state"] != "held":
        raise NotTraining
    person = await tx.connection.fetchval("SELECT is_person FROM subject WHERE id = $1", subject_id)
    if person is None:
        raise NotFound
    values = {
        "activity_id": activity["id"],
        "subject_id": subject_id,
        "about_person": person,
        "jurisdiction_id": activity["jurisdiction_id"],
        "office_id": activity["office_id"],
        "recorded_at": tx.now,
        "recorded_by": tx.actor.account_id,
    }
    try:
        async with tx.connection.transaction():
            return await create(tx, NOUN, "record", values, basis=activity["basis"])
    except asyncpg.UniqueViolationError:
        before = await tx.connection.fetchval(_RECORDED, activity["id"], subject_id)
        raise AttendanceRecorded(attendance=f"Attendance:{before}") from None


async def cite(tx: Transaction, row: Mapping[str, Any], application_id: UUID) -> dict[str, Any]:
    """Make an attendance evidence in an open application for repair of the same subject; give the row after it.

    From one that was refused or withdrawn it goes over to the next: whoever asks again need not attend again.

    Raises: AttendanceUnfit; StateConflict when it was withdrawn, or is evidence in one that is open or granted.
    """
    if row["withdrawn_at"] is not None:
        raise StateConflict(verb="cite")
    application = await tx.connection.fetchrow(_APPLICATION, application_id)
    if application is None or application["subject_id"] != row["subject_id"]:
        raise AttendanceUnfit
    if application["state"] not in OPEN_STATES:
        raise AttendanceUnfit
    if await tx.connection.fetchval(_IN_USE, row["application_id"], [*OPEN_STATES, "granted"]):
        raise StateConflict(verb="cite")
    changes = {"application_id": application_id, "cited_office_id": application["office_id"], "cited_at": tx.now}
    return await rewrite(tx, NOUN, "cite", row["id"], changes)


async def withdraw(tx: Transaction, row: Mapping[str, Any], *, reason: str) -> dict[str, Any]:
    """Withdraw what was recorded by mistake, saying why; give the row after it.

    Where it is evidence it stays to be seen there as withdrawn: the office that decides learns that it counts no more.

    Raises: StepOfAnotherOffice for any but the office that held the training; OthersPersonalData; InvalidInput; StateConflict.
    """
    if tx.actor.office_id != row["office_id"]:
        raise StepOfAnotherOffice(office=f"Office:{row['office_id']}")
    why = require_text("reason", reason, longest=2_000)
    await require_impersonal(tx, "reason", why, subject_id=row["subject_id"])
    changes = {"withdrawn_at": tx.now, "reason": why}
    return await change(tx, NOUN, "withdraw", row["id"], changes, unless="withdrawn_at", reason=why)


_RECORDED: Final = "SELECT id FROM attendance WHERE activity_id = $1 AND subject_id = $2 AND withdrawn_at IS NULL"
_APPLICATION: Final = "SELECT subject_id, office_id, state FROM repair_application WHERE id = $1 FOR SHARE"
_IN_USE: Final = "SELECT state = ANY($2::text[]) FROM repair_application WHERE id = $1 FOR SHARE"
