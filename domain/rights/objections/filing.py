"""Filing an objection: by the subject, by its authorised agent, or by the platform; and withdrawing it.

What is contested is shown as disputed from this instant on. Refuses a second objection on a ground that is open, and
one on a ground that has been decided without new facts, pointing to the first; a ground that no rulebook of the place
knows; what has been withdrawn or removed already.
Source: 厦门5, 9 (及时处理信用平台反馈的异议信用信息); 新乡四(三); 上海10; 上海市社会信用条例36; 河南省社会信用条例28, 41.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.calendar import WorkingCalendar
from domain.credit.refusals import DateInFuture, DatesOutOfOrder
from domain.errors import InvalidInput
from domain.lifecycle import Machine, Move, Transaction, create, move
from domain.rights.objections.pauses import end_pause
from domain.rights.objections.refusals import (
    GroundUnknown,
    NothingToContest,
    NotTheObjector,
    ObjectionDecided,
    ObjectionPending,
    ObjectionWithdrawn,
    ReviewNotProvided,
)
from domain.rights.objections.steps import begin, load, take_automatic
from domain.rights.objections.target import Target, lock_target, target_of
from domain.rights.objections.way import REVIEW, SETTLE, Hands, Way, lay_down, named_office
from domain.rulebook.answer import LayerStatus, RuleStatus
from domain.rulebook.lookup import rule
from domain.rulebook.model import Rulebooks
from domain.rulebook.procedure import ProcedureUnknown, StepOfAnotherOffice
from domain.text import require_text

GROUNDS: Final = "objection.grounds"
INTAKE: Final = "objection.intake"
EXECUTED_BY: Final = "objection.executed_by"

OTHER_GROUND: Final = "其他"
"""Where a text ends its grounds with 等, another one may be stated in words."""

_LONGEST: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """An objection as it is handed in."""

    noun: str
    target_id: UUID
    ground: str
    statement: str
    new_facts: str | None = None
    received_on: date | None = None
    """When the platform received it, where that was before today."""


async def file(tx: Transaction, books: Rulebooks, calendar: WorkingCalendar, filing: Filing, *, origin: str) -> UUID:
    """File an objection, route it to the office that produced what is contested, and give its id.

    Units: its clocks run from the day of receipt, in the units of the rulebook.
    Raises: NotFound; NothingToContest; GroundUnknown; ObjectionPending; ObjectionDecided; StepOfAnotherOffice;
    DateInFuture; DatesOutOfOrder; InvalidInput.
    """
    target = await lock_target(tx, filing.noun, filing.target_id)
    if target.is_over:
        raise NothingToContest
    received_on = _received_on(tx, target, filing, origin)
    ground = require_ground(books, target.jurisdiction_id, filing.ground, received_on)
    new_facts = require_text("newFacts", filing.new_facts, longest=_LONGEST) if filing.new_facts else None
    earlier = await _require_new(tx, target, ground, new_facts)
    hands = _hands(books, target, received_on)
    way = lay_down(books, target.jurisdiction_id, of=SETTLE, on=received_on, concerns=target.noun, hands=hands)
    values = {
        **_routed(target, hands, way, received_on, origin),
        "intake_office_id": _intake(tx, hands, way, origin),
        "earlier_id": earlier,
        "ground": ground,
        "statement": require_text("statement", filing.statement, longest=_LONGEST),
        "new_facts": new_facts,
    }
    return await _enter(tx, calendar, "file", values, way)


async def appeal(
    tx: Transaction, books: Rulebooks, calendar: WorkingCalendar, objection_id: UUID, *, statement: str, origin: str
) -> UUID:
    """Ask the higher authority that a law names to review the outcome of an objection 申请复核; give the new id.

    Raises: NotFound; ReviewNotProvided; ObjectionWithdrawn; ObjectionPending while it is undecided or reviewed;
    NothingToContest; InvalidInput.
    Source: 河南省社会信用条例28.
    """
    row = await load(tx, objection_id)
    noun, target_id = target_of(row)
    target = await lock_target(tx, noun, target_id)
    if row["withdrawn_at"] is not None:
        raise ObjectionWithdrawn
    if row["review_of_id"] is not None:
        raise ReviewNotProvided
    if target.is_over:
        raise NothingToContest
    hands = Hands(producer=target.office_id, intake=None, platform=None)
    try:
        way = lay_down(books, target.jurisdiction_id, of=REVIEW, on=tx.today, concerns=noun, hands=hands)
    except ProcedureUnknown:
        raise ReviewNotProvided from None
    hands = Hands(producer=target.office_id, intake=way.step("decide").office_id, platform=None)
    values = {
        **_routed(target, hands, way, tx.today, origin),
        "review_of_id": objection_id,
        "ground": row["ground"],
        "statement": require_text("statement", statement, longest=_LONGEST),
    }
    return await _enter(tx, calendar, "appeal", values, way, first=objection_id)


async def withdraw(tx: Transaction, objection_id: UUID) -> dict[str, Any]:
    """Withdraw an objection 撤回异议 that is not decided yet; the mark goes. Give the row after it.

    Raises: NotFound; ObjectionWithdrawn; NotTheObjector.
    """
    row = await load(tx, objection_id)
    by_platform = tx.actor.subject_id is None
    if row["withdrawn_at"] is not None:
        raise ObjectionWithdrawn
    if row["outcome"] is not None or by_platform != (row["origin"] == "platform"):
        raise NotTheObjector
    if row["paused_since"] is not None:
        await end_pause(tx, objection_id, tx.today)
    changes = {
        "withdrawn_at": tx.now,
        "settled_at": tx.now,
        "next_step": None,
        "next_office_id": None,
        "due_on": None,
        "paused_since": None,
    }
    machine = Machine("objection", {"withdraw": Move((row["state"],), "withdrawn")})
    return await move(tx, machine, "withdraw", objection_id, changes)


def require_ground(books: Rulebooks, jurisdiction: str, ground: str, on: date) -> str:
    """Give a ground that the rulebooks of a place know on a day.

    What higher law allows is not taken away by a lower text that names fewer; where no text names any, the
    service's own stand in.
    Raises: GroundUnknown.
    """
    answer = rule(books, jurisdiction, GROUNDS, on)
    said = [one for one in answer.layers if one.status is LayerStatus.SAYS and one.relation in ("own", "parent")]
    if not said and answer.status is RuleStatus.SERVICE_DEFAULT:
        said = [one for one in answer.layers if one.relation == "service"]
    known = list(dict.fromkeys(word for one in said for word in _words(one.value)))
    known.append(OTHER_GROUND)
    plain = ground.strip()
    if plain not in known:
        raise GroundUnknown(known=known)
    return plain


def global_id(objection_id: UUID) -> str:
    """Give the id under which callers know an objection."""
    return f"Objection:{objection_id}"


def _words(value: object) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, tuple) else ()


def _received_on(tx: Transaction, target: Target, filing: Filing, origin: str) -> date:
    """Give the day of receipt: today, or the earlier day on which the platform received it.

    Raises: InvalidInput; DateInFuture; DatesOutOfOrder.
    """
    day = filing.received_on
    if day is None or day == tx.today:
        return tx.today
    if origin != "platform":
        raise InvalidInput(
            "An objection filed here is received today: leave the day out.",
            zh="在本系统提出的异议以今天为收到之日：请勿填写收到日期。",
            field="receivedOn",
        )
    if day > tx.today:
        raise DateInFuture
    if day < target.known_on:
        raise DatesOutOfOrder
    return day


async def _require_new(tx: Transaction, target: Target, ground: str, new_facts: str | None) -> UUID | None:
    """Pass an objection that is not a repetition; give the first on its ground where it brings new facts.

    Raises: ObjectionPending; ObjectionDecided.
    """
    known = await tx.connection.fetch(_KNOWN.format(column=target.column), target.id, ground)
    if not known:
        return None
    first: UUID = known[0]["id"]
    if any(row["settled_at"] is None for row in known):
        raise ObjectionPending(first=global_id(first))
    if new_facts is None:
        raise ObjectionDecided(first=global_id(first))
    return first


def _hands(books: Rulebooks, target: Target, on: date) -> Hands:
    """Tell the offices it may pass through: where it is filed by law, and who corrects the platform."""
    return Hands(
        producer=target.office_id,
        intake=named_office(books, target.jurisdiction_id, INTAKE, on),
        platform=named_office(books, target.jurisdiction_id, EXECUTED_BY, on),
    )


def _intake(tx: Transaction, hands: Hands, way: Way, origin: str) -> UUID | None:
    """Tell at which office it is filed: the one a law names or lays a step on, else the platform that files it.

    Raises: StepOfAnotherOffice for a platform where the law has objections filed at another.
    """
    others = (step.office_id for step in way.steps if step.office_id not in (hands.producer, hands.platform))
    intake = hands.intake or next(others, None)
    if origin != "platform":
        return intake
    if intake not in (None, tx.actor.office_id):
        raise StepOfAnotherOffice(office=f"Office:{intake}")
    return tx.actor.office_id


def _routed(target: Target, hands: Hands, way: Way, received_on: date, origin: str) -> dict[str, Any]:
    return {
        "subject_id": target.subject_id,
        "about_person": target.about_person,
        "jurisdiction_id": target.jurisdiction_id,
        "office_id": hands.producer,
        "intake_office_id": hands.intake,
        "platform_office_id": hands.platform,
        target.column: target.id,
        "origin": origin,
        "received_on": received_on,
        "distinct_persons": way.distinct_persons,
    }


async def _enter(
    tx: Transaction,
    calendar: WorkingCalendar,
    verb: str,
    values: Mapping[str, Any],
    way: Way,
    *,
    first: UUID | None = None,
) -> UUID:
    """Enter the objection at the beginning of its way.

    Raises: ObjectionPending while another one on the ground is.
    """
    started = begin(calendar, way, values["received_on"])
    row = {**values, **started, "state": "received", "filed_at": tx.now, "filed_by": tx.actor.account_id}
    try:
        async with tx.connection.transaction():
            objection_id = await create(tx, "objection", verb, row, basis=way.citation)
    except asyncpg.UniqueViolationError:
        raise ObjectionPending(**({"first": global_id(first)} if first else {})) from None
    await take_automatic(tx, calendar, objection_id)
    return objection_id


_KNOWN: Final = """
SELECT id, settled_at FROM objection WHERE {column} = $1 AND ground = $2 AND state <> 'withdrawn'
ORDER BY filed_at, id
"""
