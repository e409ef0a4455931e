"""Rows of requests of subjects, repair notices, attachments, removals and quotas that were passed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.oracle.rows import World, subject_of
from tests.oracle.world import ASKING, NOW, jurisdiction_of, key


def _requests(world: World) -> None:
    for number in range(12):
        subject = subject_of(world)
        office = world.pick(["XMJC", "XMRS", "HCLD"])
        state = world.pick(["filed", "filed", "granted", "refused", "withdrawn"])
        world.add(
            "subject_request",
            id=key("request", number),
            subject_id=subject["id"],
            about_person=subject["is_person"],
            jurisdiction_id=jurisdiction_of(office),
            office_id=key("office", office),
            record_id=None,
            kind=world.pick(["access", "correction", "explanation_of_decision"]),
            words="说明",
            state=state,
            basis=world.pick([None, "《个人信息保护法》 45"]),
            filed_at=world.instant(days=30),
            due_on=world.pick([None, world.day(-9, 4)]),
            due_provisional=False,
            ended_at=None if state == "filed" else world.instant(days=5),
            answer="已答复" if state in ("granted", "refused") else None,
            filed_by=key("account", 3),
            answered_by=key("account", 1) if state in ("granted", "refused") else None,
        )


def _notices(world: World) -> None:
    for number, record in enumerate(world.tables["credit_record"]):
        for version in range(1, world.pick([1, 2, 2, 3])):
            world.add(
                "repair_notice",
                id=key("notice", f"{number}.{version}"),
                record_id=record["id"],
                subject_id=record["subject_id"],
                about_person=record["about_person"],
                jurisdiction_id=record["jurisdiction_id"],
                office_id=record["office_id"],
                version=version,
                served_on=world.day(-40, 1),
                channel=world.pick(["with_decision", "mail", "direct"]),
                content=world.pick(["信用修复权益告知书\n一、公示期限", '告知"']),
                noted_at=world.instant(days=20),
                served_by=world.pick([None, key("account", 1)]),
            )


def _repaired(world: World) -> None:
    published = [row for row in world.tables["credit_record"] if row["state"] == "published"]
    for record in published[::6]:
        record.update(state="repaired", repaired_at=world.instant(days=10))


def _files(world: World) -> None:
    owners = [("credit_record", row) for row in world.tables["credit_record"][:40]]
    owners += [("list_entry", row) for row in world.tables["list_entry"][:20]]
    for number in range(60):
        noun, owner = world.pick(owners)
        state = world.pick(["attached", "attached", "attached", "draft", "discarded"])
        attached = state == "attached"
        subject = owner if attached or number % 2 else {"subject_id": None, "about_person": False}
        world.add(
            "attachment",
            id=key("attachment", number),
            state=state,
            part=world.pick(["evidence", "picture", "signature", "report"]) if attached else None,
            object=noun if attached else None,
            object_id=owner["id"] if attached else None,
            office_id=world.pick([owner["office_id"], None]),
            jurisdiction_id=world.pick([owner["jurisdiction_id"], None]),
            subject_id=subject["subject_id"],
            about_person=subject["about_person"],
            name=f'附"件{number}.pdf',
            media_type=world.pick(["application/pdf", "image/png", "text/plain"]),
            size=10 + number,
            digest=f"{number:064x}",
            uploaded_by=world.pick([None, key("account", 1)]),
            uploaded_at=world.instant() if number % 3 else NOW - timedelta(days=4),
            disclosure=world.pick(
                ["public", "public", "government_sharing", "restricted", "internal"]
                if attached
                else ["restricted", "internal"],
                of=str(subject["subject_id"] in ASKING),
            ),
        )


def _removals(world: World) -> None:
    beginnings = {"violation": "raised", "early": "applied", "standard_met": "proposed"}
    opened: set[object] = set()
    for number in range(16):
        entry = world.pick(world.tables["list_entry"])
        way = world.pick(list(beginnings))
        state = world.pick([beginnings[way], "filed", "removed", "refused"])
        under_way = state in (beginnings[way], "filed")
        if under_way and entry["id"] in opened:
            state, under_way = "removed", False
        opened |= {entry["id"]} if under_way else set()
        cause = world.pick(world.tables["credit_record"])["id"] if way == "violation" else None
        told = world.pick(world.tables["list_entry"])["id"] if cause and number % 2 else None
        removed_at = world.instant(days=20) if state == "removed" else None
        filed = state in ("filed", "removed") and way == "early"
        world.add(
            "list_removal",
            id=key("removal", number),
            entry_id=entry["id"],
            credit_list_id=entry["credit_list_id"],
            subject_id=entry["subject_id"],
            about_person=entry["about_person"],
            jurisdiction_id=entry["jurisdiction_id"],
            office_id=entry["office_id"],
            way=way,
            state=state,
            procedure="some",
            basis="《办法》 四(四)",
            cause_id=None if told else cause,
            cause_entry_id=told,
            statements={"积极纠错": "已改正"} if way == "early" else {},
            corrected_on=world.pick([None, world.day(-300, -200)]),
            opened_at=world.instant(days=60) if number % 3 else NOW - timedelta(days=30),
            due_on=world.pick([None, world.day(-9, 9)]),
            due_provisional=world.pick([True, False]),
            bars_found=world.pick([None, []]),
            filed_with_id=key("office", "XMXY") if filed else None,
            filed_at=world.instant(days=20) if filed else None,
            removed_at=removed_at,
            ended_at=world.instant(days=20) if state == "refused" else None,
            decided_at=world.pick([None, world.instant(days=20)]),
            ending_reason="不符合条件" if state == "refused" else None,
            announcement_asked=world.pick([True, False]),
            channel=world.pick([None, "信用中国"]),
            announced_at=world.pick([None, NOW]) if removed_at else None,
            opinion=world.pick([None, "同意"]),
            opened_by=world.pick([None, key("account", 3)]),
            reviewed_by=world.pick([None, key("account", 1)]),
            decided_by=None,
            filed_by=key("account", 1) if filed else None,
            removed_by=key("account", 2) if removed_at else None,
            ended_by=None,
            announced_by=None,
        )


def _breaches(world: World) -> None:
    for number in range(9):
        reviewed = number % 3 == 0
        world.add(
            "quota_breach",
            id=key("breach", number),
            account_id=key("account", number % 3),
            account_name=f'银"行{number}',
            role=world.pick(["partner", "partner,reader"]),
            office_id=world.pick([key("office", "BANK"), None]),
            counted=world.pick(["subjects", "requests"]),
            period=world.pick(["minute", "day"]),
            most=10 * number,
            day=(NOW - timedelta(days=number)).date(),
            reported_at=world.instant(days=20),
            state="reviewed" if reviewed else "reported",
            finding="已核查" if reviewed else None,
            reviewed_at=world.instant(days=2) if reviewed else None,
            reviewed_by=key("account", 5) if reviewed else None,
        )


SECTIONS: tuple[Callable[[World], None], ...] = (_requests, _notices, _repaired, _files, _removals, _breaches)
