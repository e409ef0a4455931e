"""Rows of deliveries in every state: of records, and of rows that nobody sees."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.oracle.rows import World
from tests.oracle.world import NOW, key


def _deliveries(world: World) -> None:
    for number, record in enumerate(world.tables["credit_record"][::4]):
        state = world.pick(["waiting", "waiting", "delivered", "withheld", "dead"])
        delivered = state == "delivered"
        fault = world.pick(["failed", "shut", "no_connection"]) if state == "dead" or number % 5 == 0 else None
        world.add(
            "delivery",
            id=key("delivery", number),
            at=NOW - timedelta(days=number % 4),
            object="credit_record",
            object_id=record["id"],
            verb=world.pick(["publish", "amend", "withdraw"]),
            version=1 + number % 2,
            ends=number % 3 == 0,
            jurisdiction_id=record["jurisdiction_id"],
            office_id=record["office_id"],
            state=state,
            attempts=number % 5,
            failures=number % 3,
            next_at=NOW,
            tried_at=world.pick([None, NOW]),
            fault=None if delivered else fault,
            status=503 if fault == "shut" else None,
            shown_at=world.pick([None, NOW]),
            delivered_at=NOW if delivered else None,
            receipt=f'回"执{number}' if delivered else None,
            received_at=NOW if delivered else None,
            signed=world.pick([True, False]) if delivered else None,
        )


SECTIONS: tuple[Callable[[World], None], ...] = (_deliveries,)
