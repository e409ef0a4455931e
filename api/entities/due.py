"""Entities of deadlines: the terms that the rulebooks know, and what is due under them."""

from __future__ import annotations

from api.declaring.entity import (
    Arms,
    Column,
    Entity,
    Enums,
    Filter,
    One,
    Order,
    Shape,
    computed,
    entity,
    flag,
    one_of,
    ref,
)
from api.declaring.roots import Root, RootMany, by_id
from domain.oversight import due_arm, due_arms, due_items
from domain.oversight.deadline import DEADLINE_STATUSES, Deadline
from domain.privacy import Declared, Privacy

ENUMS: Enums = {
    "DeadlineStatus": (
        "What the rulebooks come to 规则答复: SAYS; EXPIRED, as last known; NOT_YET_IN_FORCE; BY_ANALOGY, a sister document"
        " alone; SERVICE_DEFAULT, ours and no law; NONE_SET; NOT_LOADED.",
        DEADLINE_STATUSES,
    ),
    "DueKind": (
        "Kind of duty. " + " ".join(f"{arm.kind.upper()}: {arm.description}" for arm in due_arms.ARMS),
        due_items.KINDS,
    ),
    "DueParty": ("Whose turn it is 待办方: the office's, or the subject's, whom the office awaits.", due_items.PARTIES),
    "TermStatus": (
        "Where the last day comes from 期限来源: as DeadlineStatus; SET_BY_OFFICE where a decision, an item or a notice of the"
        " office names it and no text does.",
        due_items.TERM_STATUSES,
    ),
}
"""Enumerations of the room: description and values."""

ROOTS: dict[str, Root] = {
    "deadlines": RootMany("Deadline", "Deadlines 期限: every term that the rulebooks know, or do not set, by place."),
    "dueItem": by_id("DueItem", "due item 待办期限"),
    "dueItems": RootMany(
        "DueItem",
        "What is due 待办期限, for whom, by when, under which clause; what is late comes first. An office sees its own,"
        " the credit office those of its place and the places below.",
    ),
}
"""Where a selection may start."""

_OPEN = Declared(Privacy.OPEN)
_OBJECT = "(replace(initcap(replace({t}.noun, '_', ' ')), ' ', '') || ':' || {t}.row_id)"


def _column(sql: str, shape: Shape, description: str, *, nullable: bool = False, **more: str) -> Column:
    return Column(sql, shape, nullable, _OPEN, description, more.get("enum"), more.get("type", str))


def _due_item() -> Entity:
    """Declare the due item, which no table keeps: its rows are the open duties of other tables."""
    return Entity(
        name="DueItem",
        noun="due_item",
        table=due_items.TABLE,
        description="What is due 待办期限: an open duty with its last day, or without one where nobody set it.",
        key="uuid",
        columns={
            "kind": _column("kind", Shape.ENUM, "Kind of duty.", enum="DueKind"),
            "objectId": computed(_OBJECT, Shape.TEXT, "Global id of the row behind it: ask `node` for it.", type="ID"),
            "step": _column("step", Shape.TEXT, "How far that row is, or the step that comes next."),
            "party": _column("party", Shape.ENUM, "Whose turn it is.", enum="DueParty"),
            "startedOn": _column(
                "started_on", Shape.PLAIN, "Day on which the clock started; it is not counted.", type="Date"
            ),
            "dueOn": _column(
                "due_on", Shape.PLAIN, "Last day; null where none is set.", nullable=True, type="Date"
            ),
            "dueProvisional": Column(
                "due_provisional", Shape.BOOLEAN, False, _OPEN,
                "Whether that day runs into a year whose holidays are not announced.", None, bool,
            ),
            "pausedSince": _column(
                "paused_since", Shape.PLAIN, "First day on which the clock stands still; null while it runs.",
                nullable=True, type="Date",
            ),
            "late": computed(due_items.IS_LATE, Shape.BOOLEAN, "Whether the last day has passed 逾期.", type=bool),
            "timeliness": computed(
                due_items.STANDING, Shape.ENUM,
                "Overdue, pending, none_set where nobody set a day, unknown where it lies beyond the calendar.",
                enum="Timeliness",
            ),
            "termStatus": _column("term_status", Shape.ENUM, "Where the last day comes from.", enum="TermStatus"),
            "basis": _column(
                "basis", Shape.TEXT,
                "Document and clause 依据 that set the last day, or that come nearest; null where the place has none.",
                nullable=True,
            ),
            "orderOn": _column(
                "order_on", Shape.PLAIN,
                f"By which day it is sorted: its last day; {due_arm.STANDING_STILL} while its clock stands still,"
                f" {due_arm.NO_DAY} where no day is set.",
                type="Date",
            ),
        },
        ones={
            "office": One("Office", "office_id", False, "The office whose turn it is, or which awaits the subject."),
            "jurisdiction": One("Jurisdiction", "jurisdiction_id", False, "The division under whose rulebook it is due."),
            "deadline": One(
                "Deadline", "deadline_id", True,
                "The deadline as the rulebooks said it on the first day; null where no rule stands behind it.",
            ),
        },
        manys={},
        orders={
            "DUE_ASC": Order("order_on", False, "What is late first, then by last day, then what has none."),
            "DUE_DESC": Order("order_on", True, "The other way round."),
        },
        filters={
            "office": ref("Office", "office_id", "offices"),
            "jurisdiction": ref("Jurisdiction", "jurisdiction_id", "jurisdictions"),
            "kind": one_of("kind", "kinds of duty.", "DueKind"),
            "party": one_of("party", "parties whose turn it is.", "DueParty"),
            "late": flag(due_items.IS_LATE, "Only what is late, or only what is not."),
            "dated": flag("{t}.due_on IS NOT NULL", "Only what has a last day, or only what has none."),
            "until": Filter("{t}.due_on <= {v}", "date", "Only what is due on this day or earlier.", "Date"),
        },
        about_person=None,
        person=None,
        base=due_items.IS_OPEN,
        arms=Arms(
            whole=due_items.WHOLE,
            rows=tuple(arm.sql for arm in due_arms.ARMS if arm.within is None),
            sorted=tuple(
                (due_arm.PLACES[arm.within].sql, arm.sql_of_place) for arm in due_arms.ARMS if arm.within is not None
            ),
        ),
    )  # fmt: skip


def declare() -> tuple[Entity, ...]:
    """Declare the entities of this room."""
    return (
        entity(
            Deadline,
            enums={"status": "DeadlineStatus"},
            orders={
                "PATH_ASC": Order("path", False, "By path."),
                "PATH_DESC": Order("path", True, "By path, from the last."),
            },
            filters={
                "jurisdiction": ref("Jurisdiction", "jurisdiction_id", "jurisdictions"),
                "path": one_of("path", "paths, e.g. deadline.double_publicity."),
                "status": one_of("status", "answers.", "DeadlineStatus"),
            },
        ),
        _due_item(),
    )
