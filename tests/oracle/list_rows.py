"""Rows of lists on their way: attestations, notices, urgings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.oracle.rows import World
from tests.oracle.world import NOW, TODAY, jurisdiction_of, key

_ON_THE_WAY = ("collected", "attested", "answered", "announced", "investigated", "reviewed")


def _attestations(world: World) -> None:
    for number, entry in enumerate(world.tables["list_entry"]):
        for office in world.dice.sample(["XMJC", "XMRS", "HCLD", "SHJC"], world.pick([1, 1, 2])):
            given = world.pick([True, False])
            world.add(
                "list_attestation",
                id=key("attestation", f"{number}.{office}"),
                entry_id=entry["id"],
                jurisdiction_id=entry["jurisdiction_id"],
                office_id=key("office", office),
                round=world.pick([entry["round"], 1]),
                dimensions=["真实性"] if given else [],
                awaited_at=world.instant(days=30),
                attested_at=world.instant(days=20) if given else None,
                officer=world.pick([None, "张"]),
                attested_by=world.pick([None, key("account", 1)]) if given else None,
            )


def _list_notices(world: World) -> None:
    for number in range(60):
        entry = world.pick(world.tables["list_entry"])
        kind = world.pick(["prior_notice", "public_notice", "public_notice"])
        state = world.pick(
            ["served", "served", "answered", "unanswered"] if kind == "prior_notice" else ["served", "served", "ended"]
        )
        world.add(
            "list_notice",
            id=key("list notice", number),
            entry_id=entry["id"],
            credit_list_id=entry["credit_list_id"],
            subject_id=entry["subject_id"],
            about_person=entry["about_person"],
            jurisdiction_id=entry["jurisdiction_id"],
            office_id=entry["office_id"],
            kind=kind,
            round=100 + number,
            state=state,
            disclosure=entry["disclosure"],
            grounds=world.pick([None, "劳动法"]),
            reason="欠薪",
            measures=world.pick([None, "检查"]),
            rights=world.pick([None, "异议"]),
            channel="送达",
            served_on=world.day(-60, 0),
            answer_due_on=world.pick([None, world.day(-9, 9), world.day(-9, 9)]),
            due_provisional=world.pick([True, False]),
            until_on=world.pick([None, TODAY, TODAY - timedelta(days=1)], of=f"{kind} {state} {entry['disclosure']}"),
            answer="已付清" if state == "answered" else None,
            answered_at=world.instant(days=9) if state == "answered" else None,
            closed_at=world.instant(days=9) if state == "unanswered" else None,
            served_by=key("account", 1),
            answered_by=key("account", 3) if state == "answered" else None,
            closed_by=None,
        )


def _answers(world: World) -> None:
    """Let answers to notices wait to be verified, whatever the dice of notices gave."""
    entries = {row["id"]: row for row in world.tables["list_entry"]}
    waiting = [row for row in world.tables["list_notice"] if entries[row["entry_id"]]["state"] in _ON_THE_WAY][:3]
    for days, notice in enumerate(waiting):
        entry = entries[notice["entry_id"]]
        notice |= {
            "kind": "prior_notice",
            "state": "answered",
            "answer": "已付清",
            "answered_at": NOW - timedelta(days=3),
            "closed_at": None,
            "answered_by": key("account", 3),
            "verify_due_on": TODAY + timedelta(days=days - 1),
            "round": entry["round"],
        }
        entry["state"] = "answered"


def _urgings(world: World) -> None:
    bodies = [one for one in world.tables["subject"] if one["state_owned"] or one["kind"] == "government_organ"]
    for number in range(8):
        office, done = world.pick(["XMJC", "XMRS", "HCLD", "SHJC"]), world.pick([True, False])
        world.add(
            "urging",
            id=key("urging", number),
            subject_id=world.pick(bodies)["id"],
            office_id=key("office", office),
            jurisdiction_id=jurisdiction_of(office),
            state="concluded" if done else "issued",
            urged_on=world.day(-40, 0),
            demand="支付工资",
            pay_by_on=world.pick([None, world.day(0, 9)]),
            result="已支付" if done else None,
            concluded_on=world.day(-5, 0) if done else None,
            issued_by=world.pick([None, key("account", 1)]),
            concluded_by=None,
        )


SECTIONS: tuple[Callable[[World], None], ...] = (_attestations, _list_notices, _answers, _urgings)
"""The sections of this room."""
