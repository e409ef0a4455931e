"""The rows of the oracle's world, section by section: over every state, disclosure and date, the same at every run.

Each section draws from dice of its own, so that a row more in one changes no other. Another seed draws another world,
as large and with each state; a condition that asks for three things at once may lack the rows in it that try both ways:
ORACLE_SEED=7 .venv/bin/python -m pytest tests/oracle
"""

from __future__ import annotations

import os

from domain.vault import Vault
from tests.oracle import (
    batch_rows,
    commitment_rows,
    culture_rows,
    delivery_rows,
    due_rows,
    entry_rows,
    evaluation_rows,
    exam_rows,
    grade_rows,
    import_rows,
    integrity_rows,
    ledger_rows,
    list_rows,
    measure_rows,
    merge_rows,
    name_warning_rows,
    objection_rows,
    procedure_rows,
    quality_rows,
    record_rows,
    registry_rows,
    repair_rows,
    rights_rows,
    self_report_rows,
    warning_rows,
)
from tests.oracle.rows import World

SEED = os.environ.get("ORACLE_SEED", "2026")


def rows(vault: Vault) -> World:
    """Make the rows of every section."""
    world = World(vault)
    for section in (*FIRST, *UPON_THEM):
        world.begin(f"{SEED} {section.__name__}")
        section(world)
    return world


FIRST = (
    *registry_rows.SECTIONS,
    *record_rows.SECTIONS,
    *entry_rows.SECTIONS,
    *commitment_rows.SECTIONS,
    *exam_rows.SECTIONS,
    *rights_rows.SECTIONS,
    *import_rows.SECTIONS,
    *ledger_rows.SECTIONS,
)
"""Records, lists and rights, on which the procedures rest; in an order in which their rows can be written."""

UPON_THEM = (
    *procedure_rows.SECTIONS,
    *rights_rows.UPON_REPAIRS,
    *repair_rows.SECTIONS,
    *objection_rows.SECTIONS,
    *self_report_rows.SECTIONS,
    *due_rows.SECTIONS,
    *warning_rows.SECTIONS,
    *culture_rows.SECTIONS,
    *integrity_rows.SECTIONS,
    *name_warning_rows.SECTIONS,
    *grade_rows.SECTIONS,
    *quality_rows.SECTIONS,
    *list_rows.SECTIONS,
    *batch_rows.SECTIONS,
    *delivery_rows.SECTIONS,
    *evaluation_rows.SECTIONS,
    *merge_rows.SECTIONS,
    *measure_rows.SECTIONS,
    *measure_rows.UPON_GRADES,
)
"""The nouns that have procedures, in an order in which their rows can be written."""
