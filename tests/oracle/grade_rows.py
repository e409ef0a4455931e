"""Rows of facts that grades rest on: every kind and outcome, versions that stand, were amended or withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.oracle.rows import World
from tests.oracle.world import NOW, key

_KINDS = (
    ("arrears_complaint", "open"),
    ("arrears_complaint", "unfounded"),
    ("arrears_finding", "serious"),
    ("wage_inspection", "clean"),
    ("wage_deposit", "reduced"),
    ("labour_system", "held"),
    ("enterprise_kind", "local"),
    ("indicator", "found"),
)
_LASTING = ("arrears_finding", "wage_deposit", "labour_system", "enterprise_kind")


def _facts(world: World) -> None:
    companies = [one for one in world.tables["subject"] if not one["is_person"]]
    records = world.tables["credit_record"]
    for number in range(24):
        kind, outcome = _KINDS[number % len(_KINDS)]
        at = world.pick(records)
        recorded = NOW - timedelta(days=number % 7 + 2)
        state = world.pick(["recorded", "recorded", "amended", "withdrawn"])
        ends = recorded.date() + timedelta(days=world.pick([-40, 1, 90]))
        occurred = recorded.date() - timedelta(days=50)
        replaced = world.tables["grade_fact"][-1]["id"] if number % 5 == 4 else None
        world.add(
            "grade_fact",
            id=key("grade-fact", number),
            subject_id=world.pick(companies)["id"],
            jurisdiction_id=at["jurisdiction_id"],
            office_id=at["office_id"],
            kind=kind,
            outcome=outcome,
            code="deposit" if kind in ("labour_system", "indicator") else None,
            project=world.pick([None, '二期"工程"']),
            number=f"投诉{number}号",
            amount=200000 if kind == "wage_deposit" else None,
            evidence="调查报告",
            occurred_on=occurred,
            holds_until=world.pick([None, ends]) if kind in _LASTING else None,
            state=state,
            version=1 if replaced is None else 2,
            replaces_id=replaced,
            recorded_at=recorded,
            recorded_on=recorded.date(),
            recorded_by=key("account", 1),
            ended_at=None if state == "recorded" else NOW,
            ended_on=None if state == "recorded" else NOW.date(),
            ended_by=None if state == "recorded" else key("account", 2),
        )


SECTIONS: tuple[Callable[[World], None], ...] = (_facts,)
