"""Rows of cases, the column, activities and campaigns, in every state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from tests.oracle.rows import World, subject_of
from tests.oracle.world import NOW, TODAY, jurisdiction_of, key

_MINE = ("XMJC", "XMRS", "HCLD", "SHJC")


def _cases(world: World) -> None:
    records, entries = world.tables["credit_record"], world.tables["list_entry"]
    for number in range(16):
        office, state = world.pick(_MINE), world.pick(["proposed", "approved", "approved", "rejected", "withdrawn"])
        decided = None if state == "proposed" else world.instant(days=60)
        published = decided if state in ("approved", "withdrawn") else None
        upon = world.pick([None, "record", "entry"])
        world.add(
            "typical_case",
            id=key("case", number),
            jurisdiction_id=jurisdiction_of(office),
            office_id=key("office", office),
            field=world.pick([None, "政务", "市场"]),
            kind=world.pick(["信用应用", "诚信企业"]),
            polarity=world.pick(["positive", "negative"]),
            title=f'案例"{number}"',
            text="经过",
            record_id=world.pick(records)["id"] if upon == "record" else None,
            entry_id=world.pick(entries)["id"] if upon == "entry" else None,
            basis="《要点》 27",
            state=state,
            version=1 if state == "proposed" else 2,
            reason="不用" if state in ("rejected", "withdrawn") else None,
            proposed_by=key("account", 1),
            proposed_at=world.instant(days=90),
            decided_by=None if decided is None else key("account", 2),
            decided_at=decided,
            published_at=published,
            platform_at=world.pick([None, NOW]) if published else None,
            withdrawn_at=NOW if state == "withdrawn" else None,
        )


def _column(world: World) -> None:
    shown = [one for one in world.tables["typical_case"] if one["state"] == "approved"]
    other = [one for one in world.tables["typical_case"] if one["state"] != "approved"]
    for number in range(14):
        kind = world.pick(["policy", "report", "typical_case", "typical_case"])
        states = ["proposed", "approved", "approved", "rejected", "withdrawn"]
        office, state = world.pick(_MINE), world.pick(states, of=kind)
        decided = None if state == "proposed" else world.instant(days=60)
        world.add(
            "portal_entry",
            id=key("portal", number),
            jurisdiction_id=jurisdiction_of(office),
            office_id=key("office", office),
            editor_id=key("office", world.pick([office, "XMRS"])),
            kind=kind,
            title=f"内容{number}",
            text='正"文"',
            source=world.pick([None, "厦人社〔2021〕1号"]),
            case_id=world.pick(world.pick([shown, other], of=state))["id"] if kind == "typical_case" else None,
            basis="《要点》 10",
            state=state,
            reason="不用" if state in ("rejected", "withdrawn") else None,
            proposed_by=key("account", 1),
            proposed_at=world.instant(days=90),
            decided_by=None if decided is None else key("account", 2),
            decided_at=decided,
            published_at=decided if state in ("approved", "withdrawn") else None,
            withdrawn_at=NOW if state == "withdrawn" else None,
        )


def _campaigns(world: World) -> None:
    for number, where in enumerate(["350200", "350200", "350205", "310000"]):
        closed = world.pick([True, False, False])
        world.add(
            "campaign",
            id=key("campaign", number),
            jurisdiction_id=where,
            office_id=key("office", "XMXY"),
            name=f'行动"{number}"',
            topics=["考试作弊", "拖欠工资"],
            office_codes=world.pick([[], ["XMJC"]]),
            from_on=date(2026, 1, 1),
            to_on=date(2026, 12, 31),
            basis="《要点》 19",
            state="closed" if closed else "opened",
            summary="已结束" if closed else None,
            opened_by=key("account", 1),
            opened_at=world.instant(days=60),
            closed_by=key("account", 1) if closed else None,
            closed_at=NOW if closed else None,
        )
    for number in range(16):
        office, upon = world.pick(_MINE), world.pick(["record", "case"])
        campaign = world.pick(world.tables["campaign"])
        world.add(
            "campaign_tag",
            id=key("tag", number),
            campaign_id=campaign["id"],
            jurisdiction_id=campaign["jurisdiction_id"],
            office_id=key("office", office),
            record_id=world.pick(world.tables["credit_record"])["id"] if upon == "record" else None,
            case_id=world.pick(world.tables["typical_case"])["id"] if upon == "case" else None,
            topic=world.pick(["考试作弊", "拖欠工资"]),
            tagged_by=key("account", 1),
            tagged_at=world.instant(days=60),
            untagged_at=world.pick([None, None, NOW]),
        )


def _activities(world: World) -> None:
    for number in range(16):
        office, state = world.pick(_MINE), world.pick(["planned", "held", "held", "cancelled"])
        world.add(
            "activity",
            id=key("activity", number),
            jurisdiction_id=jurisdiction_of(office),
            office_id=key("office", office),
            category=world.pick(["training", "meeting", "publicity", "material"]),
            kind=world.pick(["credit_repair", "talk"]),
            name="信用培训",
            occasion=world.pick([None, "consumer", "credit_record"]),
            campaign_id=world.pick([None, key("campaign", 0), key("campaign", 2)]),
            title=f'活动"{number}"',
            on_day=TODAY - timedelta(days=number * 7),
            agenda=world.pick([None, "议程"]),
            partners=world.pick([[], ["市公安局", '"协会"']]),
            basis="《要点》 26",
            state=state,
            outcome="已举办" if state == "held" else None,
            participants=world.pick([None, 0, 40]),
            handouts=world.pick([None, 200]),
            reason="天气" if state == "cancelled" else None,
            planned_by=key("account", 1),
            planned_at=world.instant(days=200),
            ended_by=None if state == "planned" else key("account", 1),
            ended_at=None if state == "planned" else NOW,
        )
    applications = world.tables["repair_application"]
    for number in range(12):
        activity, subject = world.tables["activity"][number], subject_of(world)
        cited = next((one for one in applications if one["subject_id"] == subject["id"]), None) if number % 2 else None
        world.add(
            "attendance",
            id=key("attendance", number),
            activity_id=activity["id"],
            subject_id=subject["id"],
            about_person=subject["is_person"],
            jurisdiction_id=activity["jurisdiction_id"],
            office_id=activity["office_id"],
            application_id=cited and cited["id"],
            cited_office_id=cited and cited["office_id"],
            recorded_at=world.instant(days=30),
            recorded_by=key("account", 1),
            cited_at=NOW if cited else None,
            withdrawn_at=NOW if number % 3 == 2 else None,
            reason="登记有误" if number % 3 == 2 else None,
        )


SECTIONS: tuple[Callable[[World], None], ...] = (_cases, _column, _campaigns, _activities)
