"""Rows of third-party assessments in every state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from tests.oracle.rows import World
from tests.oracle.world import NOW, TODAY, jurisdiction_of, key


def _assessments(world: World) -> None:
    for number in range(10):
        assessor, office = world.pick(["FUND", "BANK", "PLAT"]), world.pick(["XMJC", "XMRS", "HCLD", "SHJC"])
        state = world.pick(["drawn", "concluded"])
        where = jurisdiction_of(office)
        drawn = world.dice.sample(world.tables["credit_record"], 4)
        common = {
            "office_id": key("office", office),
            "assessor_id": key("office", assessor),
            "jurisdiction_id": where,
            "drawn_by": key("account", 1),
        }
        world.add(
            "quality_assessment",
            id=key("assessment", number),
            **common,
            item_id=None,
            state=state,
            from_on=TODAY - timedelta(days=200 + number),
            to_on=TODAY - timedelta(days=100),
            seed=f"种子{number}",
            population_size=40,
            population_digest=f"{number:064d}",
            sample_size=4,
            basis="《要点》 9",
            drawn_at=world.instant(days=90),
            concluded_at=NOW if state == "concluded" else None,
            concluded_by=key("account", 2) if state == "concluded" else None,
        )
        for place, record in enumerate(drawn, start=1):
            verdict = world.pick(
                ["correct", "incorrect"] if state == "concluded" else ["pending", "correct", "incorrect"]
            )
            world.add(
                "assessed_record",
                id=key("assessed", f"{number}.{place}"),
                assessment_id=key("assessment", number),
                **common,
                record_id=record["id"],
                subject_id=record["subject_id"],
                about_person=record["about_person"],
                place=place,
                version=record["version"],
                state=verdict,
                finding='罚款"金额"有误' if verdict == "incorrect" else None,
                judged_at=None if verdict == "pending" else NOW,
                judged_by=None if verdict == "pending" else key("account", 2),
            )


def _reports(world: World) -> None:
    for number, office in enumerate(["XMJC", "XMRS", "HCLD", "SHJC"] * 4):
        state, month = world.pick(["drafted", "completed", "handed_in", "handed_in"]), 1 + number // 4
        handed_in = world.pick([NOW, NOW - timedelta(days=20)]) if state == "handed_in" else None
        cycle = world.pick(["month", "month", "quarter"])
        world.add(
            "progress_report",
            id=key("report of office", number),
            office_id=key("office", office),
            receiver_id=world.pick([None, key("office", "XMXY")]),
            jurisdiction_id=jurisdiction_of(office),
            cycle=cycle,
            from_on=date(2025, month, 1),
            to_on=date(2025, month, 28),
            state=state,
            due_on=world.pick([None, TODAY, TODAY - timedelta(days=1), TODAY - timedelta(days=30)]),
            due_provisional=world.pick([True, False]),
            basis=world.pick(["《要点》 9", '《"要点"》 31']),
            figures={"records_published": number},
            figures_on=TODAY,
            narrative=None if state == "drafted" else world.pick(["已开展", '宣传"两场"']),
            drafted_at=world.instant(days=60),
            completed_at=None if state == "drafted" else NOW,
            handed_in_at=handed_in,
            platform_at=world.pick([None, NOW]) if handed_in else None,
            drafted_by=key("account", 1),
            completed_by=None if state == "drafted" else key("account", 1),
            handed_in_by=key("account", 2) if handed_in else None,
        )


SECTIONS: tuple[Callable[[World], None], ...] = (_assessments, _reports)
