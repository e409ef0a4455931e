"""Entities of the matters of lists: removals."""

from __future__ import annotations

from api.entity import HISTORY, OWNER_IS_PERSON, Entity, Enums, Many, Shape, computed, entity, flag, newest, one_of, ref
from api.roots import Root, RootMany, by_id
from domain.lists.list_removal import OPEN, REMOVAL_STATES, REMOVAL_WAYS, ListRemoval

ENUMS: Enums = {
    "RemovalState": ("How far a removal is, or how it ended.", REMOVAL_STATES),
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
    "listRemoval": by_id("ListRemoval", "removal 移出"),
    "listRemovals": RootMany("ListRemoval", "Removals 移出 within your authority: tasks, applications, proposals."),
}
"""Where a selection may start."""

_DONE = "(coalesce({t}.removed_at, {t}.ended_at) AT TIME ZONE 'Asia/Shanghai')::date"
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
        entity(
            ListRemoval,
            enums={"state": "RemovalState", "way": "RemovalWay"},
            extra={
                "open": computed(_IS_OPEN, Shape.BOOLEAN, "Whether it is under way.", type=bool),
                "timeliness": computed(
                    _TIMELINESS,
                    Shape.ENUM,
                    "Whether it was decided in time; none set where no rule says.",
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
                "office": ref("Office", "office_id", "offices"),
                "creditList": ref("CreditList", "credit_list_id", "lists"),
                "subject": ref("Subject", "subject_id", "subjects"),
                "state": one_of("state", "states.", "RemovalState"),
                "way": one_of("way", "ways.", "RemovalWay"),
                "open": flag(_IS_OPEN, "Only removals under way, or only others."),
            },
            about_person="about_person",
            person=OWNER_IS_PERSON,
        ),
    )
