"""Entities of objections: the objections, their pauses, and statements of subjects beside what is contested."""

from __future__ import annotations

from api.declaring.entity import (
    HISTORY,
    OWNER_IS_PERSON,
    Column,
    Entity,
    Enums,
    Many,
    Order,
    Shape,
    computed,
    entity,
    flag,
    from_day,
    newest,
    one_of,
    ref,
    to_day,
    values_of,
)
from api.declaring.roots import Root, RootMany, by_id
from domain.privacy import Declared, Privacy
from domain.rights.objections.objection import (
    IS_LATE,
    OBJECTION_STATES,
    OPEN,
    ORIGINS,
    OUTCOMES,
    VERBS,
    Objection,
    ObjectionPause,
)
from domain.rights.subject_statement import STANDS, SubjectStatement
from domain.rulebook.vocabulary import STEPS

ENUMS: Enums = {
    "ObjectionState": (
        "How far an objection is: RECEIVED, and the steps of its way; AWAITING_CORRECTION 待平台更正; WITHDRAWN by the"
        " objector.",
        OBJECTION_STATES,
    ),
    "ObjectionOrigin": (
        "Who filed it: the subject 本人, its authorised agent 代理人, or the platform 信用平台.",
        ORIGINS,
    ),
    "ObjectionOutcome": (
        "What came of it: rejected 不予更正, or what was contested was amended 修改 or withdrawn 撤销.",
        OUTCOMES,
    ),
    "ObjectionStep": (
        "A step: mark 标注, forward 转交, verify 核查, decide 处理, report 报送意见, correct 平台更正, tell 告知.",
        VERBS,
    ),
}
"""Enumerations of the room: description and values."""

ROOTS: dict[str, Root] = {
    "objection": by_id("Objection", "objection 异议"),
    "objections": RootMany("Objection", "Objections 异议 within your authority."),
}
"""Where a selection may start."""

_FROM_RECEIPT = ("mark", "forward")
_NOTHING_SET = {
    "mark": "Whether it was marked in time 标注.",
    "forward": "Whether it was forwarded in time 转交.",
    "verify": "Whether it was verified in time 核查.",
    "decide": "Whether it was decided in time 处理.",
    "report": "Whether the opinion was reported in time 报送.",
    "correct": "Whether the platform was corrected in time 更正.",
    "tell": "Whether the objector was told in time 告知.",
}


def _timeliness(verb: str) -> Column:
    """Declare whether a step was taken in time: null where the way has no such step, or it is no longer taken."""
    at, due = f"{{t}}.{STEPS[verb]}_at", f"{{t}}.{verb}_due_on"
    not_begun = (
        "'unknown'"
        if verb in _FROM_RECEIPT
        else "CASE WHEN 'forward' = ANY({t}.steps) AND {t}.forwarded_at IS NULL THEN 'pending' ELSE 'unknown' END"
    )
    sql = (
        f"CASE WHEN NOT '{verb}' = ANY({{t}}.steps) OR ({at} IS NULL AND {{t}}.state = 'withdrawn') THEN NULL"
        f" WHEN NOT '{verb}' = ANY({{t}}.timed_steps) THEN 'none_set'"
        f" WHEN {due} IS NULL THEN {not_begun}"
        f" WHEN {at} IS NULL THEN CASE WHEN {due} < :today"
        f" AND ({{t}}.paused_since IS NULL OR {due} < {{t}}.paused_since) THEN 'overdue' ELSE 'pending' END"
        f" WHEN ({at} AT TIME ZONE 'Asia/Shanghai')::date <= {due} THEN 'timely' ELSE 'late' END"
    )
    description = f"{_NOTHING_SET[verb]} Null where its way has no such step."
    return Column(sql, Shape.ENUM, True, Declared(Privacy.OPEN), description, "Timeliness", computed=True)


def declare() -> tuple[Entity, ...]:
    """Declare the entities of this room."""
    return (_objection(), _pause(), _statement())


def _objection() -> Entity:
    return entity(
        Objection,
        enums={
            "state": "ObjectionState",
            "origin": "ObjectionOrigin",
            "outcome": "ObjectionOutcome",
            "next_step": "ObjectionStep",
        },
        extra={
            "open": computed(OPEN, Shape.BOOLEAN, "Whether it is open, and what it is about disputed.", type=bool),
            "overdue": computed(
                IS_LATE, Shape.BOOLEAN, "Whether a step that is still to be taken is overdue.", type=bool
            ),
            "way": values_of("steps", "ObjectionStep", "The steps of its way 办理步骤, in order."),
            **{f"{verb}Timeliness": _timeliness(verb) for verb in VERBS},
        },
        instead={"steps": "way"},
        manys={
            **HISTORY,
            "attachments": Many("Attachment", "object_id", "Evidence 证明材料 that was handed in with it."),
            "pauses": Many("ObjectionPause", "objection_id", "Times 期间 at which its clock stood still."),
            "reviews": Many("Objection", "review_of_id", "The review 复核 of its outcome by a higher authority."),
        },
        orders=newest("filed_at", "filing") | newest("received_on", "receipt"),
        filters={
            "jurisdiction": ref("Jurisdiction", "jurisdiction_id", "jurisdictions"),
            "office": ref("Office", "office_id", "producing offices"),
            "nextOffice": ref("Office", "next_office_id", "offices whose step is next"),
            "subject": ref("Subject", "subject_id", "subjects"),
            "record": ref("CreditRecord", "record_id", "contested records"),
            "entry": ref("ListEntry", "entry_id", "contested list entries"),
            "state": one_of("state", "states.", "ObjectionState"),
            "origin": one_of("origin", "origins.", "ObjectionOrigin"),
            "outcome": one_of("outcome", "outcomes.", "ObjectionOutcome"),
            "nextStep": one_of("next_step", "next steps.", "ObjectionStep"),
            "open": flag(OPEN, "Only open objections, or only others."),
            "overdue": flag(IS_LATE, "Only objections with an overdue step, or only others."),
            "receivedFrom": from_day("received_on", "receipt"),
            "receivedTo": to_day("received_on", "receipt"),
        },
        about_person="about_person",
        person=OWNER_IS_PERSON,
    )


def _pause() -> Entity:
    return entity(
        ObjectionPause,
        orders={
            "FROM_ON_ASC": Order("from_on", False, "Earliest first."),
            "FROM_ON_DESC": Order("from_on", True, "Latest first."),
        },
        about_person="about_person",
        person=OWNER_IS_PERSON,
    )


def _statement() -> Entity:
    return entity(
        SubjectStatement,
        orders=newest("made_at", "statement"),
        filters={"standing": flag(STANDS, "Only statements that stand, or only removed ones.")},
        about_person="about_person",
        person=OWNER_IS_PERSON,
    )
