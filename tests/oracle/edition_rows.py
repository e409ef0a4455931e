"""Editions of catalogues and lists in every state, of divisions and of offices; without dice: they are written first."""

from __future__ import annotations

from datetime import date, timedelta

from tests.oracle.rows import World
from tests.oracle.world import NOW, TODAY, key

STATES = ("drafted", "proposed", "approved", "approved", "rejected", "discarded")
PLACES = (("350200", None), ("350205", "HCLD"), ("310000", None), ("350200", "XMJC"))
DAYS = (
    (None, None),
    (date(2021, 1, 1), TODAY),
    (TODAY, None),
    (TODAY + timedelta(days=1), None),
    (date(2020, 2, 29), TODAY - timedelta(days=1)),
)


def add_editions(world: World) -> None:
    """Add editions and their items."""
    for number in range(24):
        (place, office), state = PLACES[number % 4], STATES[number % 6]
        first, last = DAYS[number % 5]
        is_stated = state != "drafted" or first is None
        decided, proposed = state in ("approved", "rejected"), state in ("proposed", "approved", "rejected")
        pushed = state == "approved" and number % 3 == 0
        handed = state == "approved" and number % 2 == 0
        edition = world.add(
            "edition",
            id=key("edition", number),
            jurisdiction_id=place,
            office_id=key("office", office) if office else None,
            kind=("catalogue", "behaviours", "measures")[number % 3],
            label=f"{2000 + number}年版",
            title=f'目录"{number}"',
            source="权责清单",
            basis="《要点》 7",
            rulebook=f"cn-{number}" if is_stated else None,
            state=state,
            valid_from=first,
            valid_to=last,
            derived_from_id=key("edition", 2) if number == 9 else None,
            submitted_to="市发展改革委" if handed else None,
            submitted_on=TODAY if handed else None,
            published_at=NOW - timedelta(days=7) if pushed else None,
            publisher_id=key("office", "XMXY") if pushed else None,
            platform_at=NOW - timedelta(days=6) if pushed and number % 2 else None,
            reason="不全" if state in ("rejected", "discarded") else None,
            drafted_by=key("account", 1),
            drafted_at=NOW - timedelta(days=9),
            proposed_by=key("account", 1) if proposed else None,
            proposed_at=NOW - timedelta(days=8) if proposed else None,
            decided_by=key("account", 2) if decided else None,
            decided_at=NOW - timedelta(days=7) if decided else None,
        )
        for place_, code in enumerate(("penalty", "permit", "other")[: 1 + number % 3], start=1):
            world.add(
                "edition_item",
                id=key("edition item", f"{number}.{code}"),
                edition_id=edition["id"],
                position=place_,
                code=code,
                name=f'条目"{code}"',
                content={"polarity": "negative", "producers": ["XMJC"], "severity_required": number % 2 == 0},
            )
