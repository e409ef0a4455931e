"""Entities of oversight: imports and what they refused."""

from __future__ import annotations

from api.entity import Entity, Enums, Many, Order, entity, newest, ref
from api.roots import Root, RootMany, by_id
from domain.oversight.intake import RecordImport, RefusedRow

ENUMS: Enums = {}

ROOTS: dict[str, Root] = {
    "recordImport": by_id("RecordImport", "import 批量归集"),
    "recordImports": RootMany("RecordImport", "Imports 批量归集 of your office."),
}
"""Where a selection may start."""


def declare() -> tuple[Entity, ...]:
    """Declare the entities of this room."""
    return (
        entity(
            RecordImport,
            manys={
                "refusedRows": Many("RefusedRow", "record_import_id", "Rows that were refused, with their reasons.")
            },
            orders=newest("started_at", "import"),
            filters={"office": ref("Office", "office_id", "offices")},
        ),
        entity(RefusedRow, orders={"LINE_ASC": Order("line", False, "By line of the file.")}),
    )
