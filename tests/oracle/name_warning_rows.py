"""Rows of name warnings, open and resolved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.oracle.rows import World
from tests.oracle.world import NOW, key


def _name_warnings(world: World) -> None:
    records = [one for one in world.tables["credit_record"] if not one["about_person"]]
    for number, record in enumerate(records[::3]):
        state, known = world.pick(["open", "open", "kept", "corrected"]), world.subject(record["subject_id"])
        resolved = state != "open"
        world.add(
            "name_warning",
            id=key("name warning", number),
            subject_id=known["id"],
            about_person=False,
            jurisdiction_id=known["jurisdiction_id"],
            office_id=record["office_id"],
            record_id=record["id"],
            known_name=known["name"],
            given_name=world.pick(["虚构建设公司", '"虚构"有限公司']),
            state=state,
            version=2 if resolved else 1,
            found_at=world.instant(days=60) if number % 3 else NOW - timedelta(days=6),
            reason='与"执照"一致' if resolved else None,
            resolved_at=NOW if resolved else None,
            resolved_by=key("account", 2) if resolved else None,
        )


SECTIONS: tuple[Callable[[World], None], ...] = (_name_warnings,)
