"""Entities of the matters of lists: batches with what is in them, removals."""

from __future__ import annotations

from api.declaring.entity import (
    HISTORY,
    OWNER_IS_PERSON,
    Entity,
    Enums,
    Filter,
    Many,
    Shape,
    computed,
    entity,
    flag,
    newest,
    one_of,
    ref,
)
from api.declaring.roots import Root, RootMany, by_id
from domain.lists.list_batch import BATCH_STATES, CASE_DUTIES, CYCLES, ListBatch, ListBatchEntry
from domain.lists.list_removal import OPEN, REMOVAL_STATES, REMOVAL_WAYS, ListRemoval

ENUMS: Enums = {
    "BatchState": ("How far a batch is 批次状态.", BATCH_STATES),
    "BatchCycle": ("Cycle 周期 of batches.", CYCLES),
    "CaseDuty": ("Whether a typical case 典型事件 goes with a batch: required, advised or not asked for.", CASE_DUTIES),
    "CaseStatus": (
        "Whether the typical case of a batch is complete: its report 报道材料 and pictures 图片.",
        ("not_asked", "complete", "report_missing", "pictures_missing", "missing"),
    ),
    "RemovalState": ("How far a removal 移出 is, or how it ended.", REMOVAL_STATES),
    "RemovalWay": (
        "Why an entry may leave: a violation of a red one 查实违法失信, early 提前移出, exit standard met 符合退出标准.",
        REMOVAL_WAYS,
    ),
    "AnnouncementStatus": (
        "Whether an exit was announced 退出公告 where a rule asks for it.",
        ("not_asked", "pending", "done"),
    ),
}
"""Enumerations of the room: description and values."""

ROOTS: dict[str, Root] = {
    "listBatch": by_id("ListBatch", "batch 批次"),
    "listBatches": RootMany("ListBatch", "Batches 批次 of list entries within your authority."),
    "listRemoval": by_id("ListRemoval", "removal 移出"),
    "listRemovals": RootMany("ListRemoval", "Removals 移出 within your authority: tasks, applications, proposals."),
}
"""Where a selection may start."""

_HANDED_IN = "({t}.submitted_at AT TIME ZONE 'Asia/Shanghai')::date"
_BATCH_TIMELINESS = (
    "CASE WHEN {t}.due_on IS NULL THEN 'none_set'"
    f" WHEN {_HANDED_IN} IS NULL THEN CASE WHEN :today > {{t}}.due_on THEN 'overdue' ELSE 'pending' END"
    f" WHEN {_HANDED_IN} <= {{t}}.due_on THEN 'timely' ELSE 'late' END"
)
_AFTER_PERIOD = f"coalesce({_HANDED_IN} > {{t}}.period_ends_on, false)"
_CASE_PART = (
    "EXISTS (SELECT FROM attachment kept WHERE kept.object_id = {{t}}.id AND kept.part = '{part}'"
    " AND kept.state = 'attached')"
)
_CASE = (
    "CASE WHEN {t}.case_duty = 'none' THEN 'not_asked'"
    f" WHEN {_CASE_PART.format(part='report')} THEN"
    f" CASE WHEN {_CASE_PART.format(part='picture')} THEN 'complete' ELSE 'pictures_missing' END"
    f" WHEN {_CASE_PART.format(part='picture')} THEN 'report_missing' ELSE 'missing' END"
).replace("{{t}}", "{t}")
_DONE = "(coalesce({t}.decided_at, {t}.removed_at, {t}.ended_at) AT TIME ZONE 'Asia/Shanghai')::date"
_TIMELINESS = (
    "CASE WHEN {t}.due_on IS NULL THEN 'none_set'"
    f" WHEN {_DONE} IS NULL THEN CASE WHEN :today > {{t}}.due_on THEN 'overdue' ELSE 'pending' END"
    f" WHEN {_DONE} <= {{t}}.due_on THEN 'timely' ELSE 'late' END"
)
_ANNOUNCEMENT = (
    "CASE WHEN {t}.announced_at IS NOT NULL THEN 'done'"
    " WHEN {t}.announcement_asked AND {t}.removed_at IS NOT NULL THEN 'pending' ELSE 'not_asked' END"
)
_IS_OPEN = f"{{t}}.state IN {OPEN}"


def declare() -> tuple[Entity, ...]:
    """Declare the entities of this room."""
    return (
        _list_batch(),
        entity(
            ListBatchEntry,
            orders=newest("joined_at", "joining"),
            about_person="about_person",
            person=OWNER_IS_PERSON,
        ),
        _list_removal(),
    )


def _list_batch() -> Entity:
    return entity(
        ListBatch,
        enums={"state": "BatchState", "cycle": "BatchCycle", "case_duty": "CaseDuty"},
        extra={
            "timeliness": computed(
                _BATCH_TIMELINESS,
                Shape.ENUM,
                "Whether it was handed in in time; none set where no rule names a last day (新乡).",
                enum="Timeliness",
            ),
            "afterPeriod": computed(
                _AFTER_PERIOD,
                Shape.BOOLEAN,
                "Whether it was handed in last after its period had ended; a fact, no breach of a term.",
                type=bool,
            ),
            "caseStatus": computed(
                _CASE,
                Shape.ENUM,
                "Whether the typical case is complete: a warning where it is advised.",
                enum="CaseStatus",
            ),
        },
        manys={
            "places": Many("ListBatchEntry", "batch_id", "What is in it, entry by entry.", touches=True),
            "attachments": Many("Attachment", "object_id", "Its typical case 典型事件.", touches=True),
            **HISTORY,
        },
        orders=newest("opened_at", "opening"),
        filters={
            "office": ref("Office", "office_id", "offices that hand in"),
            "creditList": ref("CreditList", "credit_list_id", "lists"),
            "state": one_of("state", "states.", "BatchState"),
            "domain": one_of("domain", "domains 领域."),
            "year": Filter("{t}.year = {v}", "integer", "Only batches of this year.", int),
            "period": Filter("{t}.period = {v}", "integer", "Only batches of this quarter or month.", int),
            "extra": flag("{t}.extra_reason IS NOT NULL", "Only extra batches, or only others."),
            "afterPeriod": flag(_AFTER_PERIOD, "Only batches handed in after their period, or only others."),
        },
    )


def _list_removal() -> Entity:
    return entity(
        ListRemoval,
        enums={"state": "RemovalState", "way": "RemovalWay"},
        extra={
            "open": computed(_IS_OPEN, Shape.BOOLEAN, "Whether it is under way.", type=bool),
            "timeliness": computed(
                _TIMELINESS,
                Shape.ENUM,
                "Whether it was decided in time 15个工作日内决定; none set where no rule says (人社部令第45号).",
                enum="Timeliness",
            ),
            "announcement": computed(
                _ANNOUNCEMENT,
                Shape.ENUM,
                "Whether the exit was announced on the list's channel (河南省社会信用条例37).",
                enum="AnnouncementStatus",
            ),
        },
        manys={"attachments": Many("Attachment", "object_id", "Evidence 证明材料 handed in with it."), **HISTORY},
        orders=newest("opened_at", "opening"),
        filters={
            "creditList": ref("CreditList", "credit_list_id", "lists"),
            "state": one_of("state", "states.", "RemovalState"),
            "way": one_of("way", "ways.", "RemovalWay"),
            "open": flag(_IS_OPEN, "Only removals under way, or only others."),
        },
        about_person="about_person",
        person=OWNER_IS_PERSON,
    )
