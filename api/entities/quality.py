"""Entities of quality: third-party assessments and the records drawn for them."""

from __future__ import annotations

from api.declaring.entity import (
    HISTORY,
    OWNER_IS_PERSON,
    Entity,
    Enums,
    Many,
    Order,
    Shape,
    computed,
    entity,
    newest,
    one_of,
    ref,
)
from api.declaring.roots import Root, RootMany, by_id
from domain.oversight.assessment import ASSESSMENT_STATES, VERDICTS, AssessedRecord, QualityAssessment

ENUMS: Enums = {
    "QualityAssessmentState": ("State of an assessment 第三方评估: drawn, concluded.", ASSESSMENT_STATES),
    "Verdict": ("An assessor's verdict 评估结论 on a record: pending, correct, incorrect.", VERDICTS),
}
"""Enumerations of the room: description and values."""

ROOTS: dict[str, Root] = {
    "qualityAssessment": by_id("QualityAssessment", "third-party assessment 第三方评估"),
    "qualityAssessments": RootMany(
        "QualityAssessment", "Third-party assessments 第三方评估 within your authority, latest first."
    ),
    "assessedRecord": by_id("AssessedRecord", "drawn record 评估样本"),
    "assessedRecords": RootMany("AssessedRecord", "Records drawn for assessments 评估样本, within your authority."),
}
"""Where a selection may start."""


def _number(verdict: str) -> str:
    return (
        "(SELECT count(*)::int FROM assessed_record judged WHERE judged.assessment_id = {t}.id"
        f" AND judged.state = '{verdict}')"
    )


def declare() -> tuple[Entity, ...]:
    """Declare the entities of this room."""
    return (
        entity(
            QualityAssessment,
            enums={"state": "QualityAssessmentState"},
            extra={
                verdict: computed(_number(verdict), Shape.NUMBER, f"How many of it are {verdict}.", type=int)
                for verdict in VERDICTS
            },
            manys={
                "records": Many("AssessedRecord", "assessment_id", "The records that were drawn, with their verdicts.")
            }
            | HISTORY,
            orders=newest("drawn_at", "draw"),
            filters={
                "office": ref("Office", "office_id", "assessed offices"),
                "state": one_of("state", "states.", "QualityAssessmentState"),
            },
        ),
        entity(
            AssessedRecord,
            enums={"state": "Verdict"},
            manys=HISTORY,
            orders={"PLACE_ASC": Order("place", False, "By place in the draw.")},
            filters={
                "state": one_of("state", "verdicts.", "Verdict"),
            },
            about_person="about_person",
            person=OWNER_IS_PERSON,
        ),
    )
