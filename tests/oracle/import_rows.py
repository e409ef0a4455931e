"""Rows of imports, with the lines that were refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.oracle.rows import World
from tests.oracle.world import (
    NOW,
    jurisdiction_of,
    key,
)


def _intake(world: World) -> None:
    for number in range(5):
        office = world.pick(["XMJC", "XMRS", "HCLD"])
        made = world.add(
            "record_import",
            id=key("import", number),
            office_id=key("office", office),
            jurisdiction_id=jurisdiction_of(office),
            item_id=key("catalogue", "350200.permit"),
            state=world.pick(["completed", "void"]),
            file_digest=f"{number:064d}",
            rows_read=10,
            rows_added=7,
            rows_known=1,
            rows_refused=2,
            handed_in_by=world.pick([None, key("account", 1)]),
            started_at=NOW - timedelta(days=9 - number % 2),
            finished_at=world.pick([None, NOW]),
        )
        for line in (3, 9, 20):
            world.add(
                "refused_row",
                id=key("refused", f"{number}.{line}"),
                record_import_id=made["id"],
                office_id=made["office_id"],
                line=line,
                column_code=world.pick([None, "CF_JDRQ"]),
                code="DATE_INVALID",
                reason="no such day",
                reason_zh="日期不存在",
            )


SECTIONS: tuple[Callable[[World], None], ...] = (_intake,)
