"""Entities of self-reported information."""

from __future__ import annotations

from api.declaring.entity import (
    HISTORY,
    OWNER_IS_PERSON,
    Entity,
    Enums,
    Many,
    Shape,
    computed,
    entity,
    flag,
    newest,
    one_of,
)
from api.declaring.roots import Root, RootMany, by_id
from domain.self_report import report
from domain.self_report.report import SELF_REPORT_STATES, SelfReport

ENUMS: Enums = {
    "SelfReportState": (
        "Whether self-reported information 自主上报信息 stands, was removed by the subject, or was found untrue (refuted).",
        SELF_REPORT_STATES,
    ),
}
"""Enumerations of the room: description and values."""

ROOTS: dict[str, Root] = {
    "selfReport": by_id("SelfReport", "self-reported information 自主上报信息"),
    "selfReports": RootMany(
        "SelfReport", "Self-reported information 自主上报信息, not verified, within your authority."
    ),
}
"""Where a selection may start."""


def declare() -> tuple[Entity, ...]:
    """Declare the entities of this room."""
    return (
        entity(
            SelfReport,
            enums={"state": "SelfReportState", "disclosure": "Disclosure"},
            extra={
                "label": computed(
                    report.LABEL,
                    Shape.TEXT,
                    "The label to show it with: 自主上报、未核实 (self-reported, not verified).",
                ),
                "verified": computed("FALSE", Shape.BOOLEAN, "Always false: it is no official record.", type=bool),
                "inForce": computed(
                    report.IN_FORCE, Shape.BOOLEAN, "Whether it stands: not removed, not found untrue.", type=bool
                ),
            },
            manys={
                "attachments": Many("Attachment", "object_id", "Files 附件 the subject handed in with it."),
                **HISTORY,
            },
            orders=newest("reported_at", "report"),
            filters={
                "state": one_of("state", "states.", "SelfReportState"),
                "inForce": flag(report.IN_FORCE, "Only what stands, or only what does not."),
            },
            about_person="about_person",
            person=OWNER_IS_PERSON,
        ),
    )
