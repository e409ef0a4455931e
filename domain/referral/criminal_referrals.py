"""What may happen to a criminal referral: referred to three organs at once, accepted or not, ended with its outcome.

In charge of the bar to repair: asked in the transaction of each step of a repair, under a lock of the subject that a
referral takes as well, so that of the two one waits. The refusal names no case: who applies may not know of one.
Source: 十堰正文 (在移送公安机关的同时提请法院、检察院提前介入、及时跟进); the bar is a reading (repair_condition of the file).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.credit.refusals import DateInFuture, DatesOutOfOrder
from domain.credit.terms import binding
from domain.errors import NotFound
from domain.lifecycle import Transaction, create, machine, move
from domain.referral.criminal_referral import PENDING
from domain.referral.refusals import ReferralKindUnknown, ReferralNotProvided, ReferralPending, RepairBarred
from domain.rulebook.model import Rulebooks
from domain.text import require_text

NOUN: Final = "criminal_referral"
MACHINE: Final = machine(NOUN, accept=("referred", "accepted"), end=(("referred", "accepted"), "ended"))
_LONGEST: Final = 5_000
_NAME: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case as an office refers it: what happened, and to which three organs it goes."""

    office_id: UUID
    jurisdiction: str
    subject_id: UUID
    kind: str
    facts: str
    police: str
    procuratorate: str
    court: str
    referred_on: date
    record_id: UUID | None = None


async def refer(tx: Transaction, books: Rulebooks, case: Case) -> UUID:
    """Refer a case to the police and ask procuratorate and court to come in early; give the referral's id.

    Raises: ReferralNotProvided; ReferralKindUnknown; ReferralPending; DateInFuture; NotFound; InvalidInput.
    """
    citation = _cited(books, case, on=tx.today)
    if case.referred_on > tx.today:
        raise DateInFuture(field="referredOn")
    subject = await tx.connection.fetchrow(_LOCK_SUBJECT, case.subject_id)
    if subject is None:
        raise NotFound
    pending = await tx.connection.fetchval(_PENDING_OF_KIND, case.subject_id, case.office_id, case.kind)
    if pending is not None:
        raise ReferralPending(referral=f"CriminalReferral:{pending}")
    values = {
        "subject_id": case.subject_id,
        "about_person": subject["is_person"],
        "jurisdiction_id": case.jurisdiction,
        "office_id": case.office_id,
        "record_id": case.record_id,
        "kind": case.kind,
        "facts": require_text("facts", case.facts, longest=_LONGEST),
        "police": require_text("police", case.police, longest=_NAME),
        "procuratorate": require_text("procuratorate", case.procuratorate, longest=_NAME),
        "court": require_text("court", case.court, longest=_NAME),
        "referred_on": case.referred_on,
        "basis": citation,
        "state": "referred",
        "referred_at": tx.now,
        "referred_by": tx.actor.account_id,
    }
    return await create(tx, NOUN, "refer", values, basis=citation)


def _cited(books: Rulebooks, case: Case, *, on: date) -> str:
    """Give the clause under which a case of its kind is referred.

    Raises: ReferralNotProvided; ReferralKindUnknown.
    """
    rule = binding(books, case.jurisdiction, "criminal_referral.cases", on)
    if rule is None or not isinstance(rule.value, tuple):
        raise ReferralNotProvided
    if case.kind not in rule.value:
        raise ReferralKindUnknown(known=list(rule.value))
    return rule.citation


async def accept(tx: Transaction, referral_id: UUID, *, case_no: str, accepted_on: date) -> dict[str, Any]:
    """Note that the police accepted the case 立案; give the row after it.

    Raises: NotFound; DateInFuture; DatesOutOfOrder; StateConflict; InvalidInput.
    """
    row = await _dated(tx, referral_id, accepted_on, field="acceptedOn")
    changes = {"case_no": require_text("case_no", case_no, longest=128), "accepted_on": accepted_on}
    return await move(tx, MACHINE, "accept", referral_id, changes, basis=row["basis"])


async def end(tx: Transaction, referral_id: UUID, *, outcome: str, ended_on: date, note: str) -> dict[str, Any]:
    """Note how a case ended; the bar to repair falls with it. Give the row after it.

    Raises: NotFound; DateInFuture; DatesOutOfOrder; StateConflict; InvalidInput.
    """
    row = await _dated(tx, referral_id, ended_on, field="endedOn")
    if (outcome == "not_accepted") == (row["case_no"] is not None):
        raise DatesOutOfOrder(
            "Only a case that was not accepted ends so, and any other outcome follows its acceptance.",
            zh="未立案的案件只能以不予立案了结；其他结果须先立案。",
            field="outcome",
        )
    changes = {
        "outcome": outcome,
        "ended_on": ended_on,
        "ending_note": require_text("note", note, longest=_LONGEST),
        "ended_by": tx.actor.account_id,
    }
    return await move(tx, MACHINE, "end", referral_id, changes, basis=row["basis"])


async def require_unbarred(tx: Transaction, subject_id: UUID) -> None:
    """Lock a subject and pass one about whom no referral is pending.

    Raises: RepairBarred, which tells of no case.
    """
    await tx.connection.execute(_LOCK_SUBJECT, subject_id)
    await require_none_pending(tx.connection, subject_id)


async def require_none_pending(connection: asyncpg.Connection[Any], subject_id: UUID) -> None:
    """Pass a subject about whom no referral is pending at the moment.

    Raises: RepairBarred, which tells of no case.
    """
    if await connection.fetchval(_PENDING, subject_id):
        raise RepairBarred


async def _dated(tx: Transaction, referral_id: UUID, day: date, *, field: str) -> Any:
    row = await tx.connection.fetchrow("SELECT * FROM criminal_referral WHERE id = $1 FOR UPDATE", referral_id)
    if row is None:
        raise NotFound
    if day > tx.today:
        raise DateInFuture(field=field)
    if day < (row["accepted_on"] or row["referred_on"]):
        raise DatesOutOfOrder("The day lies before the step that came first.", zh="日期早于前一步骤。", field=field)
    return row


_LOCK_SUBJECT: Final = "SELECT is_person FROM subject WHERE id = $1 FOR NO KEY UPDATE"
_PENDING: Final = f"SELECT EXISTS (SELECT FROM criminal_referral known WHERE known.subject_id = $1 AND {PENDING.replace('{t}', 'known')})"
_PENDING_OF_KIND: Final = (
    "SELECT known.id FROM criminal_referral known WHERE known.subject_id = $1 AND known.office_id = $2"
    f" AND known.kind = $3 AND {PENDING.replace('{t}', 'known')} LIMIT 1"
)
