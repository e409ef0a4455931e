"""The steps of an objection: mark, forward, verify, decide, report, correct, tell — in the order of its way.

In charge of the order, of whose step it is, and of the clocks that a step starts. The decision amends or withdraws
what is contested in the same transaction where the office that produced it decides; where a higher authority does,
that office carries the outcome out when it corrects. Nothing is skipped, and what is late is done late and shown so.
Refuses another step than the next, another office than the step's, who verified as decider, who acted in the matter.
Source: 新乡四(三); 上海10; 上海市社会信用条例36; 河南省社会信用条例28, 41; 厦门5, 9; 海沧6.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.calendar import WorkingCalendar
from domain.clock import local_day
from domain.errors import InvalidInput, NotFound
from domain.lifecycle import Machine, Move, Transaction, move
from domain.paused_term import Pause
from domain.rights.objections import target
from domain.rights.objections.notice import compose
from domain.rights.objections.objection import OUTCOMES
from domain.rights.objections.refusals import ClockStands, CorrectionUnclear, OwnActDecided, VerifierDecides
from domain.rights.objections.way import Way, clocks, next_after, state_after, way_of
from domain.rights.others_data import require_impersonal
from domain.rulebook.model import Rulebooks
from domain.rulebook.procedure import StepOfAnotherOffice, StepOutOfOrder
from domain.rulebook.vocabulary import STEPS
from domain.text import require_text
from domain.vault import Vault

Row = Mapping[str, Any]

_LONGEST: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """An outcome with its reason, and what is put right where it is `amended`."""

    outcome: str
    reason: str
    correction: Mapping[str, Any] = field(default_factory=dict)
    own_act_reason: str | None = None
    """Why nobody else could decide, where the one who decides acted in the matter."""


async def load(tx: Transaction, objection_id: UUID) -> asyncpg.Record:
    """Lock an objection and read it.

    Raises: NotFound.
    """
    row = await tx.connection.fetchrow("SELECT * FROM objection WHERE id = $1 FOR UPDATE", objection_id)
    if row is None:
        raise NotFound
    return row


def begin(calendar: WorkingCalendar, way: Way, received_on: date) -> dict[str, Any]:
    """Give the columns of an objection at the beginning of its way."""
    verbs = way.verbs()
    dated = _dated(calendar, way, verbs, verbs, starts={None: received_on})
    return {
        "procedure": json.dumps(way.to_json(), ensure_ascii=False),
        "steps": verbs,
        "timed_steps": way.timed(),
        "next_step": verbs[0],
        "next_office_id": way.steps[0].office_id,
        **dated,
    }


async def take_automatic(tx: Transaction, calendar: WorkingCalendar, objection_id: UUID) -> None:
    """Take the steps that the service itself takes when their turn comes."""
    row = await load(tx, objection_id)
    way = _way(row)
    while row["next_step"] is not None and way.step(row["next_step"]).automatic:
        row = await _take(tx, calendar, row, row["next_step"], {})


async def mark(tx: Transaction, calendar: WorkingCalendar, objection_id: UUID) -> dict[str, Any]:
    """Mark what is contested on the platform 异议标注; give the row after it.

    Raises: NotFound; StepOutOfOrder; StepOfAnotherOffice; StateConflict.
    Source: 上海市社会信用条例36.
    """
    return await _step(tx, calendar, objection_id, "mark")


async def forward(tx: Transaction, calendar: WorkingCalendar, objection_id: UUID) -> dict[str, Any]:
    """Forward the objection to the office that produced what is contested 转交; its clock starts today.

    Raises: NotFound; StepOutOfOrder; StepOfAnotherOffice; StateConflict.
    Source: 上海市社会信用条例36(二).
    """
    return await _step(tx, calendar, objection_id, "forward")


async def verify(tx: Transaction, calendar: WorkingCalendar, objection_id: UUID, *, finding: str) -> dict[str, Any]:
    """State what the verification found 核查结果; give the row after it.

    Raises: NotFound; StepOutOfOrder; StepOfAnotherOffice; ClockStands; OthersPersonalData; InvalidInput.
    Source: 新乡四(三) (内容核查); 上海10; 厦门5.
    """
    row = await _ready(tx, objection_id, "verify")
    found = require_text("finding", finding, longest=_LONGEST)
    await require_impersonal(tx, "finding", found, subject_id=row["subject_id"])
    changes = {"finding": found, "verified_by": tx.actor.account_id}
    return await _take(tx, calendar, row, "verify", changes)


async def decide(
    tx: Transaction,
    vault: Vault,
    books: Rulebooks,
    calendar: WorkingCalendar,
    objection_id: UUID,
    decision: Decision,
) -> dict[str, Any]:
    """Decide an objection, and amend or withdraw what is contested with it; give the row after it. The mark goes.

    Raises: NotFound; StepOutOfOrder; StepOfAnotherOffice; ClockStands; VerifierDecides; OwnActDecided;
    CorrectionUnclear; OthersPersonalData; InvalidInput; what the amendment or withdrawal is refused with.
    Source: 新乡四(三) (修改或撤销); 上海10 (是否更正的决定); 河南省社会信用条例28, 41.
    """
    row = await _ready(tx, objection_id, "decide")
    if decision.outcome not in OUTCOMES:
        raise InvalidInput("There is no such outcome.", zh="没有该处理结果。", known=list(OUTCOMES))
    reason = require_text("reason", decision.reason, longest=_LONGEST)
    await require_impersonal(tx, "reason", reason, subject_id=row["subject_id"])
    if row["distinct_persons"] and row["verified_by"] is not None and row["verified_by"] == tx.actor.account_id:
        raise VerifierDecides
    changes: dict[str, Any] = {
        "outcome": decision.outcome,
        "decision_reason": reason,
        "decided_by": tx.actor.account_id,
        "own_act_reason": await _own_act_reason(tx, row, decision.own_act_reason),
        "steps": _way(row).verbs(decision.outcome),
    }
    if decision.outcome == "rejected":
        if decision.correction:
            raise CorrectionUnclear
        changes["settled_at"] = tx.now
    elif tx.actor.office_id == row["office_id"]:
        await _carry_out(tx, vault, books, calendar, row, decision.outcome, reason, decision.correction)
        changes["settled_at"] = tx.now
    elif decision.correction:
        raise CorrectionUnclear
    return await _take(tx, calendar, row, "decide", changes, reason=reason)


async def report(tx: Transaction, calendar: WorkingCalendar, objection_id: UUID) -> dict[str, Any]:
    """Report the opinion to the credit office, or the decision to the Centre 报送处理意见; give the row after it.

    Raises: NotFound; StepOutOfOrder; StepOfAnotherOffice; StateConflict.
    Source: 新乡四(三) (将处理意见报送市信用办); 上海10 (告知市公共信用信息服务中心).
    """
    return await _step(tx, calendar, objection_id, "report")


async def correct(
    tx: Transaction,
    vault: Vault,
    books: Rulebooks,
    calendar: WorkingCalendar,
    objection_id: UUID,
    *,
    correction: Mapping[str, Any],
) -> dict[str, Any]:
    """Confirm that the platform shows the corrected information; give the row after it.

    Where a higher authority has decided, the office that produced what is contested amends or withdraws it now.
    Raises: NotFound; StepOutOfOrder; StepOfAnotherOffice; CorrectionUnclear; what the change is refused with.
    Source: 新乡四(三) (报市信用办在发布平台上给予修改更正).
    """
    row = await _ready(tx, objection_id, "correct")
    changes: dict[str, Any] = {"corrected_by": tx.actor.account_id}
    if row["settled_at"] is None:
        reason = row["decision_reason"]
        await _carry_out(tx, vault, books, calendar, row, row["outcome"], reason, correction)
        changes["settled_at"] = tx.now
    elif correction:
        raise CorrectionUnclear
    return await _take(tx, calendar, row, "correct", changes)


async def tell(tx: Transaction, books: Rulebooks, calendar: WorkingCalendar, objection_id: UUID) -> dict[str, Any]:
    """Tell the objector what came of it 告知, in Chinese; give the row after it.

    Raises: NotFound; StepOutOfOrder; StepOfAnotherOffice; StateConflict.
    Source: 厦门5, 海沧6 (反馈核查结果); 上海市社会信用条例36(二); 河南省社会信用条例41.
    """
    row = await _ready(tx, objection_id, "tell")
    notice = await compose(tx, books, row, _way(row))
    return await _take(tx, calendar, row, "tell", {"notice": notice})


async def reset_clocks(tx: Transaction, calendar: WorkingCalendar, row: Row, pauses: list[Pause]) -> dict[str, Any]:
    """Give the last days of the steps still to be taken, without the days on which the clock stood still."""
    way, verbs = _way(row), list(row["steps"])
    left = verbs[verbs.index(row["next_step"]) :] if row["next_step"] is not None else []
    return _dated(calendar, way, verbs, left, starts=_starts(row), pauses=pauses, before=row)


# -- how a step is taken


async def _step(tx: Transaction, calendar: WorkingCalendar, objection_id: UUID, verb: str) -> dict[str, Any]:
    row = await _ready(tx, objection_id, verb)
    return await _take(tx, calendar, row, verb, {})


async def _ready(tx: Transaction, objection_id: UUID, verb: str) -> asyncpg.Record:
    """Lock an objection whose next step is this one, and this office's.

    Raises: NotFound; StepOutOfOrder; StepOfAnotherOffice; ClockStands.
    """
    row = await load(tx, objection_id)
    if row["next_step"] != verb:
        raise StepOutOfOrder(next=row["next_step"], citation=_way(row).citation)
    if tx.actor.office_id != row["next_office_id"]:
        raise StepOfAnotherOffice(office=f"Office:{row['next_office_id']}")
    if row["paused_since"] is not None:
        raise ClockStands
    return row


async def _take(
    tx: Transaction,
    calendar: WorkingCalendar,
    row: Row,
    verb: str,
    changes: Mapping[str, Any],
    *,
    reason: str | None = None,
) -> dict[str, Any]:
    """Move an objection one step along its way; the clocks that the step starts begin to run."""
    way, verbs = _way(row), list(changes.get("steps", row["steps"]))
    following = next_after(verbs, verb)
    left = verbs[verbs.index(following) :] if following is not None else []
    done = {f"{STEPS[verb]}_at": tx.now}
    dated = _dated(
        calendar, way, verbs, left, starts=_starts({**row, **done}), pauses=await _pauses(tx, row["id"]), before=row
    )
    moved = {
        **done,
        **dated,
        **changes,
        "next_step": following,
        "next_office_id": way.step(following).office_id if following is not None else None,
    }
    step = Machine("objection", {verb: Move((row["state"],), state_after(verbs, verb))})
    return await move(tx, step, verb, row["id"], moved, reason=reason, basis=way.step(verb).citation)


def _dated(
    calendar: WorkingCalendar,
    way: Way,
    verbs: list[str],
    left: list[str],
    *,
    starts: Mapping[str | None, date],
    pauses: list[Pause] | None = None,
    before: Row | None = None,
) -> dict[str, Any]:
    """Give the due columns: of the steps left, those whose clock has started; what was due before stays."""
    found = clocks(calendar, way, left, starts=starts, pauses=pauses or ())
    columns: dict[str, Any] = {f"{verb}_due_on": found.due.get(verb) for verb in left}
    columns["due_on"] = min(found.due.values(), default=None)
    columns["due_provisional"] = found.provisional or bool(before and before["due_provisional"])
    return columns


def _starts(row: Row) -> dict[str | None, date]:
    """Give the days from which terms run: receipt, and the forwarding where it has been done."""
    starts: dict[str | None, date] = {None: row["received_on"]}
    if row["forwarded_at"] is not None:
        starts["forward"] = local_day(row["forwarded_at"])
    return starts


async def _pauses(tx: Transaction, objection_id: UUID) -> list[Pause]:
    rows = await tx.connection.fetch(_PAUSES, objection_id)
    return [Pause(row["from_on"], row["until_on"]) for row in rows]


def _way(row: Row) -> Way:
    return way_of(json.loads(row["procedure"]))


async def _own_act_reason(tx: Transaction, row: Row, given: str | None) -> str | None:
    """Pass a decider who took no part in the matter, or says why nobody else can decide.

    Raises: OwnActDecided; InvalidInput.
    """
    noun, row_id = target.target_of(row)
    if not await target.acted_on(tx, noun, row_id, row["subject_id"]):
        return None
    if given is None or not given.strip():
        raise OwnActDecided
    return require_text("ownActReason", given, longest=_LONGEST)


async def _carry_out(
    tx: Transaction,
    vault: Vault,
    books: Rulebooks,
    calendar: WorkingCalendar,
    row: Row,
    outcome: str,
    reason: str,
    correction: Mapping[str, Any],
) -> None:
    """Amend or withdraw what is contested.

    Raises: CorrectionUnclear; what the row's own move is refused with.
    """
    noun, row_id = target.target_of(row)
    basis = _way(row).step("decide").citation
    if outcome == "withdrawn":
        if correction:
            raise CorrectionUnclear
        await target.withdraw(tx, books, noun, row_id, reason=reason, basis=basis)
        return
    await target.amend(
        tx,
        vault,
        books,
        calendar,
        noun,
        row_id,
        changes=correction,
        reason=reason,
        basis=basis,
        since=row["filed_at"],
    )


_PAUSES: Final = "SELECT from_on, until_on FROM objection_pause WHERE objection_id = $1 AND until_on IS NOT NULL"
