"""Entities of the credit culture: typical cases, the portal's column, activities, attendance, campaigns and tags."""

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
    flag,
    from_day,
    newest,
    one_of,
    ref,
    to_day,
)
from api.declaring.roots import Root, RootMany, by_id
from domain.culture import typical_case
from domain.culture.activity import ACTIVITY_CATEGORIES, ACTIVITY_STATES, Activity
from domain.culture.attendance import Attendance
from domain.culture.campaign import CAMPAIGN_STATES, Campaign, CampaignTag
from domain.culture.portal_entry import PORTAL_KINDS, PORTAL_STATES, PortalEntry
from domain.culture.typical_case import CASE_STATES, TypicalCase

ENUMS: Enums = {
    "TypicalCaseState": (
        "State of a typical case: proposed 待审定, approved and pushed 已推送, rejected 未采用, withdrawn 已撤回.",
        CASE_STATES,
    ),
    "PortalKind": (
        "Kind of content of the column: policy 政策文件, report 宣传报道, typical case 典型案例.",
        PORTAL_KINDS,
    ),
    "PortalEntryState": (
        "State of an entry of the column: proposed 待审定, approved 已公布, rejected 未采用, withdrawn 已撤下.",
        PORTAL_STATES,
    ),
    "ActivityCategory": (
        "Category of activities: training 培训, meeting 会议, publicity 宣传, material 素材.",
        ACTIVITY_CATEGORIES,
    ),
    "ActivityState": ("State of an activity: planned 计划, held 已举办, cancelled 已取消.", ACTIVITY_STATES),
    "CampaignState": ("State of a campaign: opened 进行中, closed 已结束.", CAMPAIGN_STATES),
}
"""Enumerations of the room: description and values."""

ROOTS: dict[str, Root] = {
    "typicalCase": by_id("TypicalCase", "typical case 典型案例"),
    "typicalCases": RootMany(
        "TypicalCase", "Typical cases 典型案例: the published ones to everybody, also your office's (厦门27, 海沧22)."
    ),
    "portalEntry": by_id("PortalEntry", "entry of the column 专栏内容"),
    "portalEntries": RootMany(
        "PortalEntry", "The portal's column 社会信用体系建设专栏: policies, reports, cases; for everybody (厦门10)."
    ),
    "activity": by_id("Activity", "activity 活动"),
    "activities": RootMany(
        "Activity",
        "Trainings, meetings, publicity, material 培训、会议、宣传、素材 within your authority (厦门6, 26, 31).",
    ),
    "attendance": by_id("Attendance", "attendance 参加培训"),
    "attendances": RootMany("Attendance", "Who attended trainings 参加培训, within your authority (厦门6)."),
    "campaign": by_id("Campaign", "campaign 专项治理行动"),
    "campaigns": RootMany("Campaign", "Campaigns 专项治理行动: topics, period, offices (厦门19, 海沧15)."),
    "campaignTag": by_id("CampaignTag", "tag 标注"),
    "campaignTags": RootMany("CampaignTag", "Tags 标注 of records and cases of your office, or all for who watches."),
}
"""Where a selection may start."""

_CAMPAIGN = ref("Campaign", "campaign_id", "campaigns")


def declare() -> tuple[Entity, ...]:
    """Declare the entities of this room."""
    return (*_cases(), *_activities(), *_campaigns())


def _cases() -> tuple[Entity, ...]:
    return (
        entity(
            TypicalCase,
            enums={"state": "TypicalCaseState", "polarity": "Polarity"},
            extra={
                "counts": computed(
                    typical_case.COUNTS,
                    Shape.BOOLEAN,
                    "Whether it counts for its office's quota: pushed, receipted, not withdrawn (厦门27).",
                    type=bool,
                ),
            },
            manys={
                "attachments": Many("Attachment", "object_id", "Material 材料 of the case.", touches=True),
                "deliveries": Many("Delivery", "object_id", "Its deliveries 推送 to the credit platform."),
            }
            | HISTORY,
            orders=newest("proposed_at", "proposal"),
            filters={
                "state": one_of("state", "states.", "TypicalCaseState"),
                "field": one_of("field", "fields."),
                "kind": one_of("kind", "kinds."),
                "polarity": one_of("polarity", "polarities.", "Polarity"),
                "counts": flag(typical_case.COUNTS, "Only what counts for a quota, or only what does not."),
            },
        ),
        entity(
            PortalEntry,
            enums={"state": "PortalEntryState", "kind": "PortalKind"},
            manys=HISTORY,
            orders=newest("proposed_at", "supply"),
            filters={
                "kind": one_of("kind", "kinds.", "PortalKind"),
                "state": one_of("state", "states.", "PortalEntryState"),
            },
        ),
    )


def _activities() -> tuple[Entity, ...]:
    return (
        entity(
            Activity,
            enums={"state": "ActivityState", "category": "ActivityCategory"},
            manys={
                "attachments": Many("Attachment", "object_id", "Evidence, pictures, material 材料.", touches=True),
                "attendances": Many("Attendance", "activity_id", "Who attended 参加培训.", touches=True),
            }
            | HISTORY,
            orders=newest("on_day", "day"),
            filters={
                "campaign": _CAMPAIGN,
                "category": one_of("category", "categories.", "ActivityCategory"),
                "kind": one_of("kind", "codes of kinds."),
                "occasion": one_of("occasion", "publicity days 宣传日, by code."),
                "state": one_of("state", "states.", "ActivityState"),
                "from": from_day("on_day", "day"),
                "to": to_day("on_day", "day"),
            },
        ),
        entity(
            Attendance,
            manys=HISTORY,
            orders=newest("recorded_at", "recording"),
            filters={
                "activity": ref("Activity", "activity_id", "trainings"),
                "standing": flag("{t}.withdrawn_at IS NULL", "Only what stands, or only what was withdrawn."),
            },
            about_person="about_person",
            person=OWNER_IS_PERSON,
        ),
    )


def _campaigns() -> tuple[Entity, ...]:
    return (
        entity(
            Campaign,
            enums={"state": "CampaignState"},
            manys={
                "tags": Many("CampaignTag", "campaign_id", "Tags 标注 within your authority."),
                "activities": Many("Activity", "campaign_id", "Activities 活动 of the campaign within your authority."),
            }
            | HISTORY,
            orders=newest("from_on", "first day"),
            filters={"state": one_of("state", "states.", "CampaignState")},
        ),
        entity(
            CampaignTag,
            manys=HISTORY,
            orders=newest("tagged_at", "tagging"),
            filters={
                "campaign": _CAMPAIGN,
                "topic": one_of("topic", "topics."),
                "standing": flag("{t}.untagged_at IS NULL", "Only tags that stand, or only those taken off."),
            },
        ),
    )
