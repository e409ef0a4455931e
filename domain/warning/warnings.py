"""What may happen to a risk warning: raised, acted upon, followed up, contested and answered, closed or dismissed.

In charge of the order of its steps and of the three actions that the text names. Refuses a step after its end, a
close while an action awaits its follow-up, and any end while the subject's contest awaits an answer; who raised a
warning does not answer what is said against it.
Source: 海沧14 (对被通报违法失信企业，采取告知、约谈、培训等措施提示和防范风险; 按照行业信用结果); 个人信息保护法 24.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from domain.credit.terms import binding
from domain.errors import NotFound, StateConflict
from domain.lifecycle import Transaction, change, create, machine, move
from domain.rights.others_data import require_impersonal
from domain.rulebook.model import Rulebooks
from domain.text import require_text
from domain.warning.refusals import ActionAwaited, ContestUnanswered, OwnWarning, WarningEnded, WarningSubject
from domain.warning.risk_warning import UNDER_WAY
from domain.warning.screens import provided

NOUN: Final = "risk_warning"
MACHINE: Final = machine(
    NOUN,
    act=(UNDER_WAY, "acted"),
    follow_up=("acted", "followed_up"),
    close=("followed_up", "closed"),
    dismiss=(UNDER_WAY, "dismissed"),
)
_LONGEST: Final = 2_000


async def raise_from_evaluation(
    tx: Transaction,
    books: Rulebooks,
    *,
    office_id: UUID,
    jurisdiction: str,
    subject_id: UUID,
    evaluation: str,
    risk: str,
    record_id: UUID | None = None,
) -> UUID:
    """Raise a warning that starts from an industry evaluation, as the office cites it; give its id.

    `record_id` is the record of that result, where one has been handed in.
    Raises: NotFound; ScreeningNotProvided; WarningSubject; InvalidInput; OthersPersonalData.
    Source: 海沧14 (按照行业信用结果，开展企业信用风险预警，对企业风险状况及主要风险精准识别、事前预警).
    """
    rule = provided(books, jurisdiction, tx.today)
    is_person = await _require_warned(tx, books, jurisdiction, subject_id)
    if record_id is not None and not await tx.connection.fetchval(_EVALUATED, record_id, subject_id):
        raise NotFound
    values = {
        "subject_id": subject_id,
        "about_person": is_person,
        "jurisdiction_id": jurisdiction,
        "office_id": office_id,
        "source": "evaluation",
        "evaluation": await _text(tx, "evaluation", evaluation, subject_id),
        "records_count": 0 if record_id is None else 1,
        "fields_count": 1,
        "risk": await _text(tx, "risk", risk, subject_id),
        "basis": rule.citation,
        "state": "open",
        "raised_at": tx.now,
        "raised_by": tx.actor.account_id,
    }
    warning_id = await create(tx, NOUN, "raise", values, basis=rule.citation)
    if record_id is not None:
        link = {"warning_id": warning_id, "record_id": record_id, "subject_id": subject_id}
        await create(tx, "risk_warning_record", "link", link)
    return warning_id


async def _require_warned(tx: Transaction, books: Rulebooks, jurisdiction: str, subject_id: UUID) -> bool:
    """Refuse a subject of a kind that is not warned of; tell whether it is a person."""
    subject = await tx.connection.fetchrow("SELECT kind, is_person FROM subject WHERE id = $1", subject_id)
    if subject is None:
        raise NotFound
    kinds = binding(books, jurisdiction, "risk_warning.subject_kinds", tx.today)
    if kinds is None or not isinstance(kinds.value, tuple) or subject["kind"] not in kinds.value:
        raise WarningSubject
    return bool(subject["is_person"])


async def act(tx: Transaction, warning_id: UUID, *, kind: str, note: str) -> UUID:
    """Note an action that the caller's office took because of a warning; give the action's id.

    Raises: NotFound; WarningEnded; InvalidInput; OthersPersonalData.
    """
    row = await _standing(tx, warning_id)
    values = {
        "warning_id": warning_id,
        "subject_id": row["subject_id"],
        "office_id": tx.actor.office_id,
        "kind": kind,
        "note": await _text(tx, "note", note, row["subject_id"]),
        "taken_at": tx.now,
        "taken_by": tx.actor.account_id,
    }
    made = await create(tx, "risk_warning_action", "act", values, basis=row["basis"])
    await move(tx, MACHINE, "act", warning_id, {}, basis=row["basis"])
    return made


async def follow_up(tx: Transaction, warning_id: UUID, action_id: UUID, *, result: str) -> dict[str, Any]:
    """Note what came of an action of the caller's office; the warning is followed up when none awaits that any more.

    Raises: NotFound; WarningEnded; StateConflict when it was noted before; InvalidInput; OthersPersonalData.
    """
    row = await _standing(tx, warning_id)
    own = await tx.connection.fetchval(_OWN_ACTION, action_id, warning_id, tx.actor.office_id)
    if own is None:
        raise NotFound
    changes = {
        "result": await _text(tx, "result", result, row["subject_id"]),
        "followed_up_at": tx.now,
        "followed_up_by": tx.actor.account_id,
    }
    await change(tx, "risk_warning_action", "follow_up", action_id, changes, unless="result")
    if await tx.connection.fetchval(_AWAITED, warning_id):
        return dict(row)
    return await move(tx, MACHINE, "follow_up", warning_id, {}, basis=row["basis"])


async def contest(tx: Transaction, warning_id: UUID, *, grounds: str) -> dict[str, Any]:
    """Contest a warning about oneself, once; give the row after it.

    Raises: NotFound; WarningEnded; StateConflict; InvalidInput; OthersPersonalData.
    """
    row = await _standing(tx, warning_id)
    said = await _text(tx, "grounds", grounds, row["subject_id"])
    changes = {"contested_at": tx.now, "contest_grounds": said, "contested_by": tx.actor.account_id}
    return await change(tx, NOUN, "contest", warning_id, changes, unless="contested_at")


async def answer(tx: Transaction, warning_id: UUID, *, text: str) -> dict[str, Any]:
    """Answer what the subject says against a warning; give the row after it. To give way is to dismiss it afterwards.

    Raises: NotFound; StateConflict without a contest, or when it was answered; OwnWarning; InvalidInput.
    """
    row = await _standing(tx, warning_id)
    if row["contested_at"] is None:
        raise StateConflict(verb="answer")
    if row["raised_by"] is not None and row["raised_by"] in tx.actor.hands:
        raise OwnWarning
    said = await _text(tx, "text", text, row["subject_id"])
    changes = {"contest_answer": said, "contest_answered_at": tx.now, "contest_answered_by": tx.actor.account_id}
    return await change(tx, NOUN, "answer", warning_id, changes, unless="contest_answered_at")


async def close(tx: Transaction, warning_id: UUID, *, reason: str) -> dict[str, Any]:
    """Close a warning whose actions have been followed up; give the row after it.

    Raises: NotFound; WarningEnded; ActionAwaited; ContestUnanswered; StateConflict for one nobody acted upon; InvalidInput.
    """
    if await tx.connection.fetchval(_AWAITED, warning_id):
        raise ActionAwaited
    return await _end(tx, "close", warning_id, reason=reason)


async def dismiss(tx: Transaction, warning_id: UUID, *, reason: str) -> dict[str, Any]:
    """Dismiss a warning, saying why there is no risk; give the row after it.

    Raises: NotFound; WarningEnded; ContestUnanswered; InvalidInput.
    """
    return await _end(tx, "dismiss", warning_id, reason=reason)


async def _end(tx: Transaction, verb: str, warning_id: UUID, *, reason: str) -> dict[str, Any]:
    row = await _standing(tx, warning_id)
    if row["contested_at"] is not None and row["contest_answered_at"] is None:
        raise ContestUnanswered
    said = await _text(tx, "reason", reason, row["subject_id"])
    changes = {"ended_at": tx.now, "ending_reason": said, "ended_by": tx.actor.account_id}
    return await move(tx, MACHINE, verb, warning_id, changes, reason=said, basis=row["basis"])


async def _standing(tx: Transaction, warning_id: UUID) -> Mapping[str, Any]:
    """Lock a warning that has not ended."""
    row: Mapping[str, Any] | None = await tx.connection.fetchrow(
        "SELECT * FROM risk_warning WHERE id = $1 FOR UPDATE", warning_id
    )
    if row is None:
        raise NotFound
    if row["state"] not in UNDER_WAY:
        raise WarningEnded
    return row


async def _text(tx: Transaction, field: str, text: str, subject_id: UUID) -> str:
    said = require_text(field, text, longest=_LONGEST)
    return await require_impersonal(tx, field, said, subject_id=subject_id)


_EVALUATED: Final = """
SELECT EXISTS (SELECT FROM credit_record record JOIN catalogue_item item ON item.id = record.item_id
  WHERE record.id = $1 AND record.subject_id = $2 AND item.category = 'evaluation' AND record.state = 'published')
"""
_OWN_ACTION: Final = (
    "SELECT id FROM risk_warning_action WHERE id = $1 AND warning_id = $2 AND office_id = $3 FOR UPDATE"
)
_AWAITED: Final = "SELECT EXISTS (SELECT FROM risk_warning_action WHERE warning_id = $1 AND result IS NULL)"
