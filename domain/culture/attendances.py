"""Recording who took part in a training, and citing that in an application for repair (厦门6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.culture.refusals import AttendanceRecorded, AttendanceUnfit, NotTraining
from domain.errors import NotFound, StateConflict
from domain.lifecycle import Transaction, create, rewrite
from domain.repair.application import OPEN_STATES

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

    Raises: AttendanceUnfit; StateConflict when it is evidence in one that is open or granted.
    """
    application = await tx.connection.fetchrow(_APPLICATION, application_id)
    if application is None or application["subject_id"] != row["subject_id"]:
        raise AttendanceUnfit
    if application["state"] not in OPEN_STATES:
        raise AttendanceUnfit
    if await tx.connection.fetchval(_IN_USE, row["application_id"], [*OPEN_STATES, "granted"]):
        raise StateConflict(verb="cite")
    changes = {"application_id": application_id, "cited_office_id": application["office_id"], "cited_at": tx.now}
    return await rewrite(tx, NOUN, "cite", row["id"], changes)


_RECORDED: Final = "SELECT id FROM attendance WHERE activity_id = $1 AND subject_id = $2"
_APPLICATION: Final = "SELECT subject_id, office_id, state FROM repair_application WHERE id = $1 FOR SHARE"
_IN_USE: Final = "SELECT state = ANY($2::text[]) FROM repair_application WHERE id = $1 FOR SHARE"
