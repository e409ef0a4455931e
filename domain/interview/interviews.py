"""What may happen to an interview: invited, held with minutes and undertakings, refused or missed, concluded.

In charge of who may hold it 谁认定、谁约谈: the office of the entry, whatever office owns the list. Where a place's own
text says nothing of that and a sister document does, its principle is taken over and shown as another layer's.
Refuses an entry that is over, a place without a rule, a second interview beside an open one, a day to come.
Source: 厦门28; 海沧14, 23 (督促失信主体履行相关义务、消除不良影响).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.credit.refusals import DateInFuture, DatesOutOfOrder
from domain.credit.terms import binding
from domain.errors import NotFound
from domain.interview.refusals import InterviewNotProvided, InterviewOpen, InterviewUnfounded, MinutesMissing
from domain.lifecycle import Transaction, create, machine, move
from domain.lists import list_entry
from domain.rights.others_data import require_impersonal
from domain.rulebook.answer import RuleAnswer
from domain.rulebook.lookup import rule
from domain.rulebook.model import Rulebooks
from domain.rulebook.procedure import StepOfAnotherOffice
from domain.text import require_text
from domain.warning.refusals import WarningEnded
from domain.warning.risk_warning import UNDER_WAY

NOUN: Final = "interview"
MACHINE: Final = machine(
    NOUN,
    hold=("invited", "held"),
    decline=("invited", "refused"),
    miss=("invited", "not_appeared"),
    reinvite=(("refused", "not_appeared"), "invited"),
    conclude=(("held", "refused", "not_appeared"), "concluded"),
)
_LONGEST: Final = 5_000


async def invite_about_entry(
    tx: Transaction, books: Rulebooks, entry_id: UUID, *, invited_for: date, agenda: str
) -> UUID:
    """Invite the subject of a list entry that the caller's office recognised; give the interview's id.

    Raises: NotFound; StepOfAnotherOffice with the office that recognised it; InterviewUnfounded; InterviewNotProvided;
    InterviewOpen; DatesOutOfOrder; InvalidInput; OthersPersonalData.
    """
    entry = await tx.connection.fetchrow(_ENTRY, entry_id, tx.today)
    if entry is None:
        raise NotFound
    if entry["office_id"] != tx.actor.office_id:
        raise StepOfAnotherOffice(office=f"Office:{entry['office_id']}")
    if not entry["stands"] or entry["polarity"] != "negative":
        raise InterviewUnfounded
    principle = principle_of(books, entry["jurisdiction_id"], tx.today)
    layer = principle.layer
    if layer is None:
        raise InterviewNotProvided
    own = binding(books, entry["jurisdiction_id"], "interview.purpose", tx.today)
    values = {
        "entry_id": entry_id,
        "required": entry["interview_required"],
        "basis": (own or principle).citation,
        "principle": str(principle.value),
        "principle_layer": layer.name,
        "principle_inherited": principle.inherited,
    }
    return await _invite(tx, entry, values, about=("entry_id", entry_id), invited_for=invited_for, agenda=agenda)


async def invite_about_warning(tx: Transaction, warning_id: UUID, *, invited_for: date, agenda: str) -> UUID:
    """Invite the subject of a risk warning; give the interview's id.

    Raises: NotFound; WarningEnded; InterviewOpen; DatesOutOfOrder; InvalidInput; OthersPersonalData.
    """
    warning = await tx.connection.fetchrow("SELECT * FROM risk_warning WHERE id = $1 FOR UPDATE", warning_id)
    if warning is None:
        raise NotFound
    if warning["state"] not in UNDER_WAY:
        raise WarningEnded
    values = {"warning_id": warning_id, "required": False, "principle_inherited": False, "basis": warning["basis"]}
    return await _invite(tx, warning, values, about=("warning_id", warning_id), invited_for=invited_for, agenda=agenda)


def principle_of(books: Rulebooks, jurisdiction: str, on: date) -> RuleAnswer:
    """Give the rule of who holds an interview, of whichever layer; without a value where no layer has one."""
    return rule(books, jurisdiction, "interview.principle", on)


async def reinvite(tx: Transaction, interview_id: UUID, *, invited_for: date) -> dict[str, Any]:
    """Invite anew who refused or did not appear; give the row after it.

    Raises: NotFound; DatesOutOfOrder; StateConflict.
    """
    row = await _read(tx, interview_id)
    _require_ahead(tx, invited_for)
    changes = {"invited_at": tx.now, "invited_for": invited_for, "invited_by": tx.actor.account_id}
    return await move(tx, MACHINE, "reinvite", interview_id, changes, basis=row["basis"])


async def hold(
    tx: Transaction, interview_id: UUID, *, held_on: date, undertakings: str, minutes: int
) -> dict[str, Any]:
    """Note that an interview was held, with its minutes and what was undertaken; give the row after it.

    `minutes` is how many attachments were handed in with it.
    Raises: NotFound; MinutesMissing; DateInFuture; DatesOutOfOrder; StateConflict; InvalidInput; OthersPersonalData.
    """
    row = await _read(tx, interview_id)
    if minutes < 1:
        raise MinutesMissing(field="minutes")
    if held_on > tx.today:
        raise DateInFuture(field="heldOn")
    if held_on < await tx.connection.fetchval(_INVITED_ON, interview_id):
        raise DatesOutOfOrder(
            "An interview is held after its invitation.", zh="约谈日期不应早于通知日期。", field="heldOn"
        )
    changes = {
        "held_on": held_on,
        "undertakings": await _text(tx, "undertakings", undertakings, row),
        "held_by": tx.actor.account_id,
    }
    return await move(tx, MACHINE, "hold", interview_id, changes, basis=row["basis"])


async def decline(tx: Transaction, interview_id: UUID, *, reason: str) -> dict[str, Any]:
    """Note that the subject refused the interview; give the row after it.

    Raises: NotFound; StateConflict; InvalidInput; OthersPersonalData.
    """
    return await _missed(tx, "decline", interview_id, reason)


async def miss(tx: Transaction, interview_id: UUID, *, reason: str) -> dict[str, Any]:
    """Note that the subject did not appear, on or after the day; give the row after it.

    Raises: NotFound; DatesOutOfOrder before that day; StateConflict; InvalidInput; OthersPersonalData.
    """
    row = await _read(tx, interview_id)
    if tx.today < row["invited_for"]:
        raise DatesOutOfOrder("The day of the interview is still to come.", zh="约谈日期尚未到来。")
    return await _missed(tx, "miss", interview_id, reason)


async def conclude(tx: Transaction, interview_id: UUID, *, effect: str) -> dict[str, Any]:
    """Note the effect of an interview and conclude it; give the row after it.

    Raises: NotFound; StateConflict while it is only invited; InvalidInput; OthersPersonalData.
    """
    row = await _read(tx, interview_id)
    changes = {
        "effect": await _text(tx, "effect", effect, row),
        "concluded_on": tx.today,
        "concluded_by": tx.actor.account_id,
    }
    return await move(tx, MACHINE, "conclude", interview_id, changes, basis=row["basis"])


async def _invite(
    tx: Transaction,
    ground: Mapping[str, Any],
    values: Mapping[str, Any],
    *,
    about: tuple[str, UUID],
    invited_for: date,
    agenda: str,
) -> UUID:
    column, ground_id = about
    open_one = await tx.connection.fetchval(
        f"SELECT id FROM interview WHERE {column} = $1 AND state <> 'concluded' LIMIT 1", ground_id
    )
    if open_one is not None:
        raise InterviewOpen(interview=f"Interview:{open_one}")
    _require_ahead(tx, invited_for)
    row = {
        "subject_id": ground["subject_id"],
        "about_person": ground["about_person"],
        "jurisdiction_id": ground["jurisdiction_id"],
        "office_id": tx.actor.office_id,
        **values,
        "state": "invited",
        "invited_at": tx.now,
        "invited_for": invited_for,
        "agenda": await _text(tx, "agenda", agenda, ground),
        "invited_by": tx.actor.account_id,
    }
    return await create(tx, NOUN, "invite", row, basis=values["basis"])


def _require_ahead(tx: Transaction, day: date) -> None:
    if day < tx.today:
        raise DatesOutOfOrder("The day of the interview has passed.", zh="约谈日期已过。", field="invitedFor")


async def _missed(tx: Transaction, verb: str, interview_id: UUID, reason: str) -> dict[str, Any]:
    row = await _read(tx, interview_id)
    changes = {"missed_reason": await _text(tx, "reason", reason, row)}
    return await move(tx, MACHINE, verb, interview_id, changes, basis=row["basis"])


async def _read(tx: Transaction, interview_id: UUID) -> Mapping[str, Any]:
    row: Mapping[str, Any] | None = await tx.connection.fetchrow(
        "SELECT * FROM interview WHERE id = $1 FOR UPDATE", interview_id
    )
    if row is None:
        raise NotFound
    return row


async def _text(tx: Transaction, field: str, text: str, row: Mapping[str, Any]) -> str:
    said = require_text(field, text, longest=_LONGEST)
    return await require_impersonal(tx, field, said, subject_id=row["subject_id"])


_ENTRY: Final = f"""
SELECT entry.*, list.polarity, list.interview_required,
       ({list_entry.IN_FORCE.replace("{t}", "entry").replace(":today", "$2::date")}) AS stands
FROM list_entry entry JOIN credit_list list ON list.id = entry.credit_list_id
WHERE entry.id = $1 FOR NO KEY UPDATE OF entry
"""
_INVITED_ON: Final = "SELECT (invited_at AT TIME ZONE 'Asia/Shanghai')::date FROM interview WHERE id = $1"
