"""The clock of an objection stands still while an appraisal that the law names is made, and runs on after it.

Which appraisals these are is the rulebook's; where it names none, the clock does not stop. The days of the appraisal,
first and last included, are not counted, and the last days move accordingly. A term that has run out stays late.
Source: 河南省社会信用条例41 (检验、检测、检疫、鉴定或者专家评审，所需时间不计入异议申请办理时间).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.calendar import WorkingCalendar
from domain.credit.refusals import DateInFuture, DatesOutOfOrder
from domain.errors import StateConflict
from domain.lifecycle import Machine, Move, Transaction, change, create, move
from domain.paused_term import Pause
from domain.rights.objections.refusals import ClockDoesNotStop, ClockRuns, ClockStands, PauseTooLate
from domain.rights.objections.steps import load, reset_clocks
from domain.rights.others_data import require_impersonal
from domain.rulebook.answer import RuleAnswer
from domain.rulebook.lookup import rule
from domain.rulebook.model import Rulebooks
from domain.rulebook.procedure import StepOfAnotherOffice
from domain.text import require_text

CLOCK_STOPS: Final = "deadline.objection.clock_stops"

_LONGEST: Final = 500
_PAUSABLE: Final = ("verify", "decide")


async def pause(
    tx: Transaction,
    books: Rulebooks,
    objection_id: UUID,
    *,
    kind: str,
    reason: str,
    from_on: date | None = None,
) -> dict[str, Any]:
    """Let the clock stand still from a day on, for an appraisal; give the objection after it.

    Raises: NotFound; StateConflict once it is decided; StepOfAnotherOffice; ClockStands; ClockDoesNotStop;
    DateInFuture; DatesOutOfOrder; PauseTooLate; OthersPersonalData; InvalidInput.
    """
    row = await load(tx, objection_id)
    _require_in_hand(tx, row)
    if row["paused_since"] is not None:
        raise ClockStands
    answer = _require_kind(books, row, kind)
    first = await _first_day(tx, row, from_on or tx.today)
    why = require_text("reason", reason, longest=_LONGEST)
    await require_impersonal(tx, "reason", why, subject_id=row["subject_id"])
    values = {
        "objection_id": objection_id,
        "subject_id": row["subject_id"],
        "about_person": row["about_person"],
        "office_id": row["next_office_id"],
        "kind": kind.strip(),
        "reason": why,
        "basis": answer.citation,
        "from_on": first,
        "began_at": tx.now,
        "begun_by": tx.actor.account_id,
    }
    await create(tx, "objection_pause", "begin", values, basis=answer.citation)
    stand = Machine("objection", {"pause": Move((row["state"],), None)})
    return await move(tx, stand, "pause", objection_id, {"paused_since": first}, basis=answer.citation)


async def _first_day(tx: Transaction, row: Mapping[str, Any], stated: date) -> date:
    """Give the day from which a clock stands: none to come, none counted already, none after the term had run out."""
    if stated > tx.today:
        raise DateInFuture
    if stated < row["received_on"] or stated <= await _last_pause(tx, row["id"]):
        raise DatesOutOfOrder
    if stated < tx.today and row["due_on"] is not None and row["due_on"] < tx.today:
        raise PauseTooLate
    return stated


async def resume(
    tx: Transaction, calendar: WorkingCalendar, objection_id: UUID, *, until_on: date | None = None
) -> dict[str, Any]:
    """Let the clock run on after a day; the last days move. Give the objection after it.

    Raises: NotFound; StateConflict; StepOfAnotherOffice; ClockRuns; DateInFuture; DatesOutOfOrder.
    """
    row = await load(tx, objection_id)
    _require_in_hand(tx, row)
    if row["paused_since"] is None:
        raise ClockRuns
    last = until_on or tx.today
    if last > tx.today:
        raise DateInFuture
    if last < row["paused_since"]:
        raise DatesOutOfOrder
    await end_pause(tx, objection_id, last)
    stood = [Pause(one["from_on"], one["until_on"]) for one in await tx.connection.fetch(_PAUSES, objection_id)]
    changes = {"paused_since": None, **await reset_clocks(tx, calendar, row, stood)}
    run = Machine("objection", {"resume": Move((row["state"],), None)})
    return await move(tx, run, "resume", objection_id, changes)


async def end_pause(tx: Transaction, objection_id: UUID, until_on: date) -> None:
    """End the pause that is running; its last day is not counted either."""
    running = await tx.connection.fetchval(_RUNNING, objection_id)
    await change(tx, "objection_pause", "end", running, {"until_on": until_on}, unless="until_on")


def _require_in_hand(tx: Transaction, row: Any) -> None:
    """Pass the office that has the matter in hand, before it has decided.

    Raises: StateConflict; StepOfAnotherOffice.
    """
    if row["next_step"] not in _PAUSABLE:
        raise StateConflict
    if tx.actor.office_id != row["next_office_id"]:
        raise StepOfAnotherOffice(office=f"Office:{row['next_office_id']}")


def _require_kind(books: Rulebooks, row: Any, kind: str) -> RuleAnswer:
    """Give the rule by which an appraisal of this kind stops the clock.

    Raises: ClockDoesNotStop.
    """
    answer = rule(books, row["jurisdiction_id"], CLOCK_STOPS, row["received_on"])
    known = answer.value if answer.binding and isinstance(answer.value, tuple) else ()
    if kind.strip() not in known:
        raise ClockDoesNotStop(known=list(known))
    return answer


async def _last_pause(tx: Transaction, objection_id: UUID) -> date:
    """Give the last day on which the clock stood still before; the earliest day of all for none."""
    last = await tx.connection.fetchval(_LAST, objection_id)
    return last if isinstance(last, date) else date.min


_PAUSES: Final = "SELECT from_on, until_on FROM objection_pause WHERE objection_id = $1 ORDER BY from_on"
_RUNNING: Final = "SELECT id FROM objection_pause WHERE objection_id = $1 AND until_on IS NULL"
_LAST: Final = "SELECT max(until_on) FROM objection_pause WHERE objection_id = $1"
