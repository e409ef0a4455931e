"""Entities of progress reports."""

from __future__ import annotations

from api.declaring.entity import HISTORY, Entity, Enums, Shape, computed, entity, flag, from_day, newest, one_of, to_day
from api.declaring.roots import Root, RootMany, by_id
from domain.oversight.progress_report import PROGRESS_STATES, REPORT_CYCLES, TIMELINESS, ProgressReport

ENUMS: Enums = {
    "ReportCycle": ("Cycle of progress reports: month 月报, quarter 季报.", REPORT_CYCLES),
    "ProgressReportState": ("State of a progress report 工作进展报告.", PROGRESS_STATES),
}
"""Enumerations of the room: description and values."""

ROOTS: dict[str, Root] = {
    "progressReport": by_id("ProgressReport", "progress report 工作进展报告"),
    "progressReports": RootMany(
        "ProgressReport",
        "Progress reports 工作进展报告: of your office, or of all offices for who sums them up (厦门9).",
    ),
}
"""Where a selection may start."""


def declare() -> tuple[Entity, ...]:
    """Declare the entities of this room."""
    return (
        entity(
            ProgressReport,
            enums={"state": "ProgressReportState", "cycle": "ReportCycle"},
            extra={
                "timeliness": computed(
                    TIMELINESS, Shape.ENUM, "Whether it was handed in by its last day (厦门9).", enum="Timeliness"
                )
            },
            manys=HISTORY,
            orders=newest("from_on", "period"),
            filters={
                "cycle": one_of("cycle", "cycles.", "ReportCycle"),
                "state": one_of("state", "states.", "ProgressReportState"),
                "periodFrom": from_day("from_on", "first day"),
                "periodTo": to_day("to_on", "last day"),
                "late": flag(f"{TIMELINESS} IN ('late', 'overdue')", "Only what is late 逾期, or only what is not."),
            },
        ),
    )
