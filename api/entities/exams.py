"""Entities of exam files: violations, watch lists, recommendations, bulletins and their lines."""

from __future__ import annotations

from api.declaring.entity import (
    OWNER_IS_PERSON,
    Entity,
    Enums,
    Many,
    Order,
    Shape,
    computed,
    entity,
    flag,
    newest,
    one_of,
)
from api.declaring.roots import Root, RootMany, by_id
from domain.exam import violation, watch
from domain.exam.bulletin import ExamBulletin, ExamBulletinLine
from domain.exam.recommendation import RECOMMENDATION_STATES, DisciplineRecommendation
from domain.exam.violation import CONFIRMATIONS, EXAM_KINDS, RETENTIONS, VIOLATION_STATES, ExamViolation
from domain.exam.watch import ExamWatch

ENUMS: Enums = {
    "ExamKind": (
        "Kind of exam (厦门17): 机关事业单位工作人员拟招录(聘)考试, 专业技术人员资格考试, 职业资格考试.",
        EXAM_KINDS,
    ),
    "ExamViolationState": ("How far an exam violation 考试违纪 has come on its way into the file.", VIOLATION_STATES),
    "ExamConfirmation": ("Whether the candidate signed 签字确认 or refused before a witness.", CONFIRMATIONS),
    "ExamRetention": (
        "How long an entry is kept: for a term, for good 长期, or no loaded rule says (none set, not loaded).",
        RETENTIONS,
    ),
    "RecommendationState": ("Whether a unit has answered a recommendation 党纪处分建议.", RECOMMENDATION_STATES),
}
"""Enumerations of the room: description and values."""

ROOTS: dict[str, Root] = {
    "examViolation": by_id("ExamViolation", "exam violation 考试违纪"),
    "examViolations": RootMany("ExamViolation", "Exam violations 考试违纪 within your authority."),
    "examWatches": RootMany("ExamWatch", "The internal watch list 异常报考人员名单 of your office; for one role."),
    "disciplineRecommendations": RootMany(
        "DisciplineRecommendation", "Recommendations 党纪处分建议 of your office, for one role; and your own."
    ),
    "examBulletin": by_id("ExamBulletin", "exam bulletin 通报"),
    "examBulletins": RootMany("ExamBulletin", "Bulletins 分类通报 of exam violations, names masked."),
}
"""Where a selection may start."""


def declare() -> tuple[Entity, ...]:
    """Declare the entities of this room."""
    return (
        _exam_violation(),
        _exam_watch(),
        _discipline_recommendation(),
        _exam_bulletin(),
        entity(
            ExamBulletinLine,
            orders={"VIOLATION_CLASS_ASC": Order("violation_class", False, "By class of violation.")},
            filters={"violationClass": one_of("violation_class", "classes of violation.")},
            person="{t}.subject_id",
        ),
    )


def _exam_violation() -> Entity:
    return entity(
        ExamViolation,
        enums={
            "exam_kind": "ExamKind",
            "state": "ExamViolationState",
            "confirmation": "ExamConfirmation",
            "retention": "ExamRetention",
        },
        extra={
            "inForce": computed(
                violation.IN_FORCE, Shape.BOOLEAN, "Whether it is in the file and its retention runs.", type=bool
            )
        },
        orders=newest("recorded_at", "record"),
        filters={
            "state": one_of("state", "states.", "ExamViolationState"),
            "examKind": one_of("exam_kind", "kinds of exam.", "ExamKind"),
            "inForce": flag(violation.IN_FORCE, "Only entries that stand in the file today, or only others."),
        },
        about_person="about_person",
        person=OWNER_IS_PERSON,
    )


def _exam_watch() -> Entity:
    return entity(
        ExamWatch,
        extra={"inForce": computed(watch.STANDS, Shape.BOOLEAN, "Whether it stands today.", type=bool)},
        orders=newest("entered_at", "entry"),
        filters={"inForce": flag(watch.STANDS, "Only entries that stand today, or only others.")},
        person="{t}.subject_id",
    )


def _discipline_recommendation() -> Entity:
    return entity(
        DisciplineRecommendation,
        enums={"state": "RecommendationState"},
        orders=newest("recommended_at", "recommendation"),
        filters={"state": one_of("state", "states.", "RecommendationState")},
        about_person="about_person",
        person=OWNER_IS_PERSON,
    )


def _exam_bulletin() -> Entity:
    return entity(
        ExamBulletin,
        enums={"exam_kind": "ExamKind"},
        manys={
            "lines": Many(
                "ExamBulletinLine",
                "bulletin_id",
                "Its lines, by class of violation 违纪类别; each while its entry stands in the file.",
                touches=True,
            )
        },
        orders=newest("issued_at", "bulletin"),
        filters={
            "examKind": one_of("exam_kind", "kinds of exam.", "ExamKind"),
        },
    )
