"""What may happen to an exemption: proposed, signed by the subject, granted by another person, refused, withdrawn.

The steps are the procedure's in force when it was proposed. Refuses: a record that is not negative or that a list
entry in force rests on, a second exemption of it, an act that is not on the list, not minor or not occasional,
a decision by whoever proposed or signed. Granted, the restrictions that rest on it are lifted, and no list entry
may rest on the record while the commitment stands; once the commitment is broken the exemption is over by itself.
Source: 海沧2 (轻微偶发失信行为豁免惩戒, 以信用承诺替代惩戒).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.calendar import WorkingCalendar
from domain.clock import local_day
from domain.commitment import commitments
from domain.commitment.commitments import Matter, Signature
from domain.connection import Connection
from domain.errors import NotFound
from domain.exemption import exemption, item
from domain.exemption.conditions import Act, Judged, judge, within_window
from domain.exemption.exemption import OPEN_STATES
from domain.exemption.items import WAY
from domain.exemption.refusals import (
    ExemptionConditionsNotMet,
    ExemptionNotApplicable,
    ExemptionPending,
    ExemptionProposerDecides,
    RecordExempted,
)
from domain.lifecycle import Machine, Move, Transaction, create, move
from domain.lists import list_entry
from domain.measure import lifting
from domain.repair.conditions import Standing
from domain.rulebook.model import Rulebooks
from domain.rulebook.procedure import Procedure, Step, procedure, require_next
from domain.text import require_text

NOUN: Final = "exemption"
START: Final = "proposed"
COMMITMENT: Final = "exemption"
LONGEST: Final = 2_000
_OTHERS: Final = {"refuse": Move(OPEN_STATES, "refused"), "withdraw": Move(OPEN_STATES, "withdrawn")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A record, the act on the list it is said to be, and how the conditions stand on a day."""

    record: Mapping[str, Any]
    act: Act
    is_exemptible: bool
    way: Procedure

    @property
    def judged(self) -> tuple[Judged, ...]:
        """How the conditions stand."""
        return judge(self.act)

    @property
    def unmet(self) -> tuple[Judged, ...]:
        """The conditions that are not met or not known to be."""
        return tuple(one for one in self.judged if one.standing is not Standing.MET)


async def load_case(
    connection: Connection,
    books: Rulebooks,
    record_id: UUID,
    item_id: UUID,
    *,
    today: date,
    begun_on: date | None = None,
) -> Case:
    """Read what is known of an exemption of a record as an act on the list.

    `begun_on` is the day it was proposed, whose procedure holds.
    Raises: NotFound; JurisdictionUnknown; ProcedureUnknown where no text provides for exemptions.
    """
    record = await connection.fetchrow(_RECORD, record_id, today)
    listed = await connection.fetchrow(_ITEM, item_id, today)
    if record is None or listed is None:
        raise NotFound
    way = procedure(books, record["jurisdiction_id"], WAY, begun_on or today)
    earlier = await connection.fetch(_EARLIER, record_id)
    act = Act(
        severity=record["severity"],
        decided_on=record["decided_on"],
        is_of_item=(record["office_id"], record["item_of"]) == (listed["office_id"], listed["item_of"]),
        is_listed=listed["in_force"],
        most_earlier=listed["most_earlier"],
        window_months=listed["window_months"],
        earlier=[row["decided_on"] for row in earlier],
    )
    stands = record["polarity"] == "negative" and record["state"] in ("submitted", "published")
    return Case(record=record, act=act, is_exemptible=stands and not record["is_listed"], way=way)


async def propose(tx: Transaction, books: Rulebooks, *, record_id: UUID, item_id: UUID, grounds: str) -> UUID:
    """Propose to exempt a record from punishment; give the exemption's id.

    Raises: NotFound; ProcedureUnknown; ExemptionNotApplicable; ExemptionConditionsNotMet; ExemptionPending; InvalidInput.
    """
    said = require_text("grounds", grounds, longest=LONGEST)
    await tx.connection.execute(_LOCK_RECORD, record_id)
    case = await load_case(tx.connection, books, record_id, item_id, today=tx.today)
    _require_exemptible(case)
    standing = await tx.connection.fetchval(_STANDING, record_id)
    if standing is not None:
        raise ExemptionPending(exemption=f"Exemption:{standing}")
    record = case.record
    values = {
        "record_id": record_id,
        "exemption_item_id": item_id,
        "subject_id": record["subject_id"],
        "about_person": record["about_person"],
        "jurisdiction_id": record["jurisdiction_id"],
        "office_id": record["office_id"],
        "state": START,
        "procedure": case.way.code,
        "grounds": said,
        "proposed_at": tx.now,
        "proposed_by": tx.actor.account_id,
    }
    return await create(tx, NOUN, "propose", values, basis=case.way.citation)


async def sign(
    tx: Transaction,
    books: Rulebooks,
    calendar: WorkingCalendar,
    exemption_id: UUID,
    *,
    text: str | None,
    signature: Signature,
) -> dict[str, Any]:
    """Sign the commitment that takes the place of punishment; give the row after it.

    Raises: NotFound; StepOutOfOrder; what `commitments.sign` raises; StateConflict.
    """
    row, case = await _load(tx, books, exemption_id)
    step = require_next(case.way, row["state"], "sign", start=START)
    found = await commitments.named_item(tx, books, jurisdiction=row["jurisdiction_id"], code=COMMITMENT)
    matter = Matter(
        item_id=found, subject_id=row["subject_id"], office_id=row["office_id"], matter_no=str(exemption_id)
    )
    made = await commitments.sign(tx, books, calendar, matter, text=text, signature=signature)
    changes = {"commitment_id": made, "signed_at": tx.now, "signed_by": tx.actor.account_id}
    return await _move(tx, case.way, step, exemption_id, changes)


async def grant(tx: Transaction, books: Rulebooks, exemption_id: UUID, *, reason: str) -> dict[str, Any]:
    """Grant the exemption, on conditions that still stand; give the row after it.

    Raises: NotFound; StepOutOfOrder; ExemptionProposerDecides; ExemptionNotApplicable; ExemptionConditionsNotMet;
    InvalidInput; StateConflict.
    """
    row, case = await _load(tx, books, exemption_id)
    step = require_next(case.way, row["state"], "grant", start=START)
    decided = _decision(tx, row, reason)
    _require_exemptible(case)
    changes = {**decided, "earlier": len(within_window(case.act))}
    granted = await _move(tx, case.way, step, exemption_id, changes, reason=decided["decision_reason"])
    await lifting.lift_exempted(tx, row["record_id"], reason=decided["decision_reason"], basis=step.citation)
    return granted


async def refuse(tx: Transaction, books: Rulebooks, exemption_id: UUID, *, reason: str) -> dict[str, Any]:
    """Refuse the exemption with a reason; give the row after it. It may be proposed anew.

    Raises: NotFound; ExemptionProposerDecides; InvalidInput; StateConflict.
    """
    row, case = await _load(tx, books, exemption_id)
    decided = _decision(tx, row, reason)
    why = decided["decision_reason"]
    return await move(tx, _machine(case.way), "refuse", exemption_id, decided, reason=why, basis=case.way.citation)


async def withdraw(tx: Transaction, books: Rulebooks, exemption_id: UUID) -> dict[str, Any]:
    """Withdraw an exemption that is not decided yet; give the row after it.

    Raises: NotFound; StateConflict.
    """
    _, case = await _load(tx, books, exemption_id)
    return await move(tx, _machine(case.way), "withdraw", exemption_id, {}, basis=case.way.citation)


async def require_punishable(connection: Connection, record_ids: Iterable[UUID]) -> None:
    """Lock records and pass them when nobody was exempted from punishment for one of them.

    Raises: RecordExempted.
    """
    wanted = list(record_ids)
    await connection.execute(_LOCK_RECORDS, wanted)
    found = await connection.fetchval(_EXEMPTED, wanted)
    if found is not None:
        raise RecordExempted(exemption=f"Exemption:{found}")


async def _load(tx: Transaction, books: Rulebooks, exemption_id: UUID) -> tuple[Mapping[str, Any], Case]:
    """Lock an exemption and then its record, and read what is known.

    Raises: NotFound.
    """
    row = await tx.connection.fetchrow("SELECT * FROM exemption WHERE id = $1 FOR UPDATE", exemption_id)
    if row is None:
        raise NotFound
    await tx.connection.execute(_LOCK_RECORD, row["record_id"])
    begun = local_day(row["proposed_at"])
    case = await load_case(
        tx.connection, books, row["record_id"], row["exemption_item_id"], today=tx.today, begun_on=begun
    )
    return row, case


def _require_exemptible(case: Case) -> None:
    """Pass a case whose record stands unpunished and whose conditions are met.

    Raises: ExemptionNotApplicable; ExemptionConditionsNotMet.
    """
    if not case.is_exemptible:
        raise ExemptionNotApplicable
    if case.unmet:
        raise ExemptionConditionsNotMet(
            citation=case.way.citation,
            conditions=[{"condition": one.condition, "standing": one.standing, "why": one.zh} for one in case.unmet],
        )


def _decision(tx: Transaction, row: Mapping[str, Any], reason: str) -> dict[str, Any]:
    """Give the columns of a decision by another person than proposed or signed.

    Raises: Forbidden; ExemptionProposerDecides; InvalidInput.
    """
    account = tx.require_account()
    if account in (row["proposed_by"], row["signed_by"]):
        raise ExemptionProposerDecides
    why = require_text("reason", reason, longest=LONGEST)
    return {"decided_at": tx.now, "decided_by": account, "decision_reason": why}


def _machine(way: Procedure) -> Machine:
    return way.machine(NOUN, start=START, others=_OTHERS)


async def _move(
    tx: Transaction,
    way: Procedure,
    step: Step,
    exemption_id: UUID,
    changes: Mapping[str, Any],
    reason: str | None = None,
) -> dict[str, Any]:
    return await move(tx, _machine(way), step.verb, exemption_id, changes, reason=reason, basis=step.citation)


_LOCK_RECORD: Final = "SELECT FROM credit_record WHERE id = $1 FOR NO KEY UPDATE"
_LOCK_RECORDS: Final = "SELECT FROM credit_record WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE"

_RECORD: Final = f"""
SELECT record.*, item.polarity, (item.jurisdiction_id, item.code) AS item_of, EXISTS (
  SELECT FROM list_evidence evidence JOIN list_entry entry ON entry.id = evidence.entry_id
  WHERE evidence.record_id = record.id AND {list_entry.IN_FORCE.replace("{t}", "entry").replace(":today", "$2::date")}
) AS is_listed
FROM credit_record record JOIN catalogue_item item ON item.id = record.item_id WHERE record.id = $1
"""

_ITEM: Final = f"""
SELECT item.*, (meant.jurisdiction_id, meant.code) AS item_of,
  ({item.IN_FORCE.replace("{t}", "item").replace(":today", "$2::date")}) AS in_force
FROM exemption_item item JOIN catalogue_item meant ON meant.id = item.catalogue_item_id WHERE item.id = $1
"""
"""The catalogue item is meant by its code, whatever edition of the catalogue the record refers to."""

_EARLIER: Final = """
SELECT other.decided_on FROM credit_record record
JOIN catalogue_item item ON item.id = record.item_id
JOIN credit_record other ON other.subject_id = record.subject_id AND other.id <> record.id
  AND other.decided_on <= record.decided_on AND other.state <> 'withdrawn'
JOIN catalogue_item same ON same.id = other.item_id AND same.code = item.code
  AND same.jurisdiction_id = item.jurisdiction_id
WHERE record.id = $1
"""

_STANDING: Final = "SELECT id FROM exemption WHERE record_id = $1 AND state NOT IN ('refused', 'withdrawn')"

_EXEMPTED: Final = f"""
SELECT {NOUN}.id FROM {NOUN} WHERE record_id = ANY($1::uuid[]) AND {exemption.IN_FORCE.replace("{t}", NOUN)} LIMIT 1
"""
