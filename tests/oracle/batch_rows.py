"""Rows of batches of list entries, with what is in them and their typical cases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.oracle.rows import World
from tests.oracle.world import NOW, TODAY, key

STATES = ("opened", "submitted", "returned", "published", "published", "published", "withdrawn")


def _batches(world: World) -> None:
    for number in range(14):
        chosen, state = world.pick(world.tables["credit_list"]), world.pick(STATES)
        cycle = world.pick(["quarter", "quarter", "month", "year", None])
        period = {"quarter": 1 + number % 4, "month": 1 + number % 12}.get(cycle)
        out = state in ("published", "withdrawn")
        handed_in = world.instant(days=30) if state != "opened" or number % 5 == 0 else None
        returned = state == "returned" or number % 6 == 0
        world.add(
            "list_batch",
            id=key("batch", number),
            credit_list_id=chosen["id"],
            jurisdiction_id=chosen["jurisdiction_id"],
            office_id=key("office", world.pick(["XMJC", "XMXY", "HCLD", "SHJC"])),
            publisher_id=key("office", world.pick(["XMJC", "XMXY", "SHJC"])),
            domain=world.pick([None, "labour_dispatch", "other"]),
            cycle=cycle,
            year=2020 + number,
            period=period,
            number=1 if number % 4 == 0 or cycle is None else 0,
            extra_reason="专项" if number % 4 == 0 and cycle else None,
            state=state,
            round=world.pick([1, 2]),
            nothing_to_list=number % 5 == 0,
            case_duty=world.pick(["required", "advised", "none"]),
            basis="《制度》 三",
            due_on=world.pick([None, TODAY, TODAY - timedelta(days=9), TODAY + timedelta(days=3)]),
            due_provisional=world.pick([True, False]),
            period_ends_on=world.pick([None, TODAY - timedelta(days=12), TODAY + timedelta(days=9)]),
            opened_at=NOW - timedelta(days=40 + number // 2),
            submitted_at=handed_in,
            returned_at=world.instant(days=9) if returned else None,
            return_reason="不符" if returned else None,
            published_at=world.instant(days=9) if out else None,
            withdrawn_at=world.instant(days=2) if state == "withdrawn" else None,
            withdrawal_reason="有误" if state == "withdrawn" else None,
            opened_by=world.pick([None, key("account", 1)]),
            submitted_by=key("account", 1) if handed_in else None,
            returned_by=key("account", 4) if returned else None,
            published_by=key("account", 4) if out else None,
            withdrawn_by=None,
        )


def _places(world: World) -> None:
    for number, entry in enumerate(world.tables["list_entry"]):
        standing = number % 4 != 0
        world.add(
            "list_batch_entry",
            id=key("place", number),
            batch_id=world.pick(world.tables["list_batch"])["id"],
            entry_id=entry["id"],
            subject_id=entry["subject_id"],
            about_person=entry["about_person"],
            joined_at=NOW - timedelta(days=30, hours=number // 3),
            dropped_at=None if standing else world.instant(days=9),
            drop_reason=None if standing else "另行办理",
        )


def _cases(world: World) -> None:
    for number in range(30):
        batch = world.pick(world.tables["list_batch"])
        inside = [one for one in world.tables["list_batch_entry"] if one["batch_id"] == batch["id"]]
        about = world.pick([None, *inside]) or {"subject_id": None, "about_person": False}
        world.add(
            "attachment",
            id=key("case", number),
            state="attached",
            part=world.pick(["report", "picture"]),
            object="list_batch",
            object_id=batch["id"],
            office_id=batch["office_id"],
            jurisdiction_id=batch["jurisdiction_id"],
            subject_id=about["subject_id"],
            about_person=about["about_person"],
            name=f"案例{number}.pdf",
            media_type="application/pdf",
            size=9,
            digest=f"{number:064d}",
            uploaded_by=world.pick([None, key("account", 1)]),
            uploaded_at=world.instant(),
            disclosure=world.pick(["public", "public", "restricted", "internal"]),
        )


SECTIONS: tuple[Callable[[World], None], ...] = (_batches, _places, _cases)
"""The sections in an order in which their rows can be written."""
