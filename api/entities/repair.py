"""Entities of credit repair: notices of the rights of repair, applications."""

from __future__ import annotations

from api.declaring.entity import (
    HISTORY,
    OWNER_IS_PERSON,
    Entity,
    Enums,
    Many,
    Shape,
    computed,
    entity,
    from_day,
    newest,
    one_of,
    to_day,
)
from api.declaring.roots import Root, RootMany, by_id
from domain.credit.repair_notice import NOTICE_CHANNELS, NOTICE_STATUSES, RepairNotice
from domain.repair import application
from domain.repair.application import REPAIR_STATES, RepairApplication

ENUMS: Enums = {
    "NoticeChannel": (
        "How a notice was served 送达方式: with the decision 两书同达, directly, left, by mail, electronically, announced.",
        NOTICE_CHANNELS,
    ),
    "RepairNoticeStatus": (
        "Whether a subject was told of its rights of credit repair 信用修复告知, on or before publication.",
        NOTICE_STATUSES,
    ),
    "RepairState": (
        "How far an application for repair has come: applied 已申请, fulfilment found 已认定履行, signed 已承诺, granted"
        " 准予, refused 不予, withdrawn 撤回.",
        REPAIR_STATES,
    ),
}
"""Enumerations of the room: description and values."""

ROOTS: dict[str, Root] = {
    "repairApplication": by_id("RepairApplication", "application for credit repair 信用修复申请"),
    "repairApplications": RootMany(
        "RepairApplication", "Applications for credit repair 信用修复申请 within your authority."
    ),
    "repairNotice": by_id("RepairNotice", "notice of the rights of credit repair 信用修复权益告知"),
    "repairNotices": RootMany(
        "RepairNotice", "Notices of the rights of credit repair 信用修复权益告知 within your authority."
    ),
}
"""Where a selection may start."""


def declare() -> tuple[Entity, ...]:
    """Declare the entities of this room."""
    return (
        _repair_application(),
        _repair_notice(),
    )


def _repair_application() -> Entity:
    return entity(
        RepairApplication,
        enums={"state": "RepairState"},
        extra={
            "correctionTimeliness": computed(
                application.CORRECTION,
                Shape.ENUM,
                "Whether the failing was corrected in the period prescribed; NONE_SET cannot be assessed (厦门6).",
                enum="Timeliness",
            ),
            "platformTimeliness": computed(
                application.PLATFORM,
                Shape.ENUM,
                "Whether the platform was told of the granted repair in time.",
                enum="Timeliness",
            ),
        },
        manys={
            "attachments": Many("Attachment", "object_id", "Evidence 证明材料 attached to the application."),
            "attendances": Many("Attendance", "application_id", "Trainings attended 参加培训, as evidence (厦门6)."),
        }
        | HISTORY,
        orders=newest("applied_at", "application"),
        filters={
            "state": one_of("state", "states.", "RepairState"),
        },
        about_person="about_person",
        person=OWNER_IS_PERSON,
    )


def _repair_notice() -> Entity:
    return entity(
        RepairNotice,
        enums={"channel": "NoticeChannel"},
        orders=newest("served_on", "service"),
        filters={
            "channel": one_of("channel", "ways of serving.", "NoticeChannel"),
            "servedFrom": from_day("served_on", "service"),
            "servedTo": to_day("served_on", "service"),
        },
        about_person="about_person",
        person=OWNER_IS_PERSON,
    )
