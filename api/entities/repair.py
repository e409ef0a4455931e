"""Entities of credit repair: notices of the rights of repair."""

from __future__ import annotations

from api.entity import OWNER_IS_PERSON, Entity, Enums, entity, from_day, newest, one_of, ref, to_day
from api.roots import Root, RootMany
from domain.credit.repair_notice import NOTICE_CHANNELS, NOTICE_STATUSES, RepairNotice

ENUMS: Enums = {
    "NoticeChannel": (
        "How a notice was served 送达方式: with the decision 两书同达, directly, left, by mail, electronically, announced.",
        NOTICE_CHANNELS,
    ),
    "RepairNoticeStatus": (
        "Whether a subject was told of its rights of credit repair, on or before publication.",
        NOTICE_STATUSES,
    ),
}
"""Enumerations of the room: description and values."""

ROOTS: dict[str, Root] = {
    "repairNotices": RootMany(
        "RepairNotice", "Notices of the rights of credit repair 信用修复权益告知 within your authority."
    ),
}
"""Where a selection may start."""


def declare() -> tuple[Entity, ...]:
    """Declare the entities of this room."""
    return (
        entity(
            RepairNotice,
            enums={"channel": "NoticeChannel"},
            orders=newest("served_on", "service"),
            filters={
                "jurisdiction": ref("Jurisdiction", "jurisdiction_id", "jurisdictions"),
                "office": ref("Office", "office_id", "offices"),
                "channel": one_of("channel", "ways of serving.", "NoticeChannel"),
                "servedFrom": from_day("served_on", "service"),
                "servedTo": to_day("served_on", "service"),
            },
            about_person="about_person",
            person=OWNER_IS_PERSON,
        ),
    )
