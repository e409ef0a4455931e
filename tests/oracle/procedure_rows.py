"""Rows of the nouns that have procedures, added to the oracle's world.

Each section draws from dice of its own, so that a new one changes no other row.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.oracle.rows import World, subject_of
from tests.oracle.world import OFFICES, key


def add_procedures(world: World) -> None:
    """Add the rows of every section."""
    for section in SECTIONS:
        world.dice = random.Random(section.__name__)
        section(world)


def _requests(world: World) -> None:
    for number in range(12):
        subject = subject_of(world)
        office = world.pick(["XMJC", "XMRS", "HCLD"])
        state = world.pick(["filed", "filed", "granted", "refused", "withdrawn"])
        world.add(
            "subject_request", id=key("request", number), subject_id=subject["id"], about_person=subject["is_person"],
            jurisdiction_id=next(one[2] for one in OFFICES if one[0] == office), office_id=key("office", office), record_id=None,
            kind=world.pick(["access", "correction", "explanation_of_decision"]), words="说明", state=state, basis=world.pick([None, "《个人信息保护法》 45"]),
            filed_at=world.instant(days=30), due_on=world.pick([None, world.day(-9, 4)]), due_provisional=False,
            ended_at=None if state == "filed" else world.instant(days=5), answer="已答复" if state in ("granted", "refused") else None,
            filed_by=key("account", 3), answered_by=key("account", 1) if state in ("granted", "refused") else None,
        )  # fmt: skip


SECTIONS: tuple[Callable[[World], None], ...] = (_requests,)
"""The sections in an order in which their rows can be written."""
