"""Entities of evaluation: grades, the register of supervised subjects, integrity archives."""

from __future__ import annotations

from typing import Final

from api.declaring.entity import (
    HISTORY,
    OWNER_IS_PERSON,
    Entity,
    Enums,
    Filter,
    Many,
    Shape,
    computed,
    entity,
    flag,
    newest,
    one_of,
    ref,
)
from api.declaring.roots import Root, RootMany, by_id
from domain.evaluation import grade, paper, supervised
from domain.evaluation.archive import IntegrityArchive
from domain.evaluation.grade import GRADE_STATES, METHODS, Grade
from domain.evaluation.paper import PAPER_STATES, ScoringPaper
from domain.evaluation.run import RUN_STATES, GradeRun
from domain.evaluation.supervised import SupervisedSubject
from domain.privacy import Privacy

ENUMS: Enums = {
    "GradeState": (
        "How far a grade has come: undetermined 待认定, proposed 待公布, rejected 退回, published 已公布, contested 异议复核中,"
        " superseded 已被取代, withdrawn 撤回.",
        GRADE_STATES,
    ),
    "ScoringPaperState": ("State of a scoring paper 评分细则状态.", PAPER_STATES),
    "GradeRunState": ("How far a run has come: proposed 待公布, published 已公布, discarded 作废.", RUN_STATES),
    "GradeMethod": (
        "How a grade was found: entered 录入 by the office, computed 计算, determined 人工认定 where the rules leave it open.",
        METHODS,
    ),
}
"""Enumerations of the room: description and values."""

ROOTS: dict[str, Root] = {
    "grade": by_id("Grade", "grade 信用等级"),
    "grades": RootMany("Grade", "Grades 信用等级 within your authority, in any state (厦门12–16)."),
    "scoringPaper": by_id("ScoringPaper", "scoring paper 评分细则"),
    "scoringPapers": RootMany(
        "ScoringPaper", "Scoring papers 评分细则 of evaluation schemes: approved ones are everybody's (厦门12–16)."
    ),
    "gradeRun": by_id("GradeRun", "run 批量评价"),
    "gradeRuns": RootMany("GradeRun", "Runs 批量评价 within your authority (厦门12, 13)."),
    "supervisedSubject": by_id("SupervisedSubject", "supervised subject 监管对象"),
    "supervisedSubjects": RootMany(
        "SupervisedSubject", "The register of supervised subjects 监管对象名录, within your authority (厦门26)."
    ),
    "integrityArchive": by_id("IntegrityArchive", "integrity archive 诚信档案"),
    "integrityArchives": RootMany(
        "IntegrityArchive",
        "Integrity archives 诚信档案 of units and individuals, within your authority (厦门12, 14–16).",
    ),
}
"""Where a selection may start."""

_CHANGE: Final = (
    "CASE WHEN {t}.previous_value IS NULL THEN '评定为“' ELSE '由“' || {t}.previous_value || '”变更为“' END"
    " || coalesce({t}.value, '待认定') || '”'"
)
ANNOUNCEMENT_ZH: Final = (
    "'“' || {t}.scheme_name || '”的信用等级' || "
    + _CHANGE
    + " || '（' || {t}.evaluated_on::text || '），依据' || {t}.clause ||"
    " '。如有异议，可说明理由提出，由未公布该结果的人员复核；也可要求说明评价方式（个人信息保护法24）。'"
)
ANNOUNCEMENT: Final = (
    "'The grade under “' || {t}.scheme_name || '” is “' || coalesce({t}.value, 'open') || '”' ||"
    " CASE WHEN {t}.previous_value IS NULL THEN '' ELSE ', before “' || {t}.previous_value || '”' END ||"
    " ' (' || {t}.evaluated_on::text || '), under ' || {t}.clause ||"
    " '. To contest it, say why: a person who did not publish it looks at it again. You may ask how it was found"
    " (Personal Information Protection Law 24).'"
)
"""What a subject is told of a grade, its change, its ground, and the way against it."""

_HELD: Final = "{t}.subject_id = {o}.subject_id AND {t}.office_id = ANY({o}.office_ids)"
_OF_SCHEME: Final = (
    "{t}.subject_id = {o}.subject_id AND {t}.jurisdiction_id = {o}.jurisdiction_id AND {t}.scheme = {o}.scheme"
)
_BY_SCHEME: Final = one_of("scheme", "codes of schemes.")


def declare() -> tuple[Entity, ...]:
    """Declare the entities of this room."""
    return _grade(), _paper(), _run(), _supervised(), _archive()


def _grade() -> Entity:
    return entity(
        Grade,
        enums={"state": "GradeState", "method": "GradeMethod", "disclosure": "Disclosure"},
        extra={
            "inForce": computed(grade.IN_FORCE, Shape.BOOLEAN, "Whether it holds today; contested too.", type=bool),
            "announcement": computed(
                ANNOUNCEMENT,
                Shape.TEXT,
                "What its subject is told: the change, the ground, and how to contest it.",
                privacy=Privacy.CREDIT,
            ),
            "announcementZh": computed(
                ANNOUNCEMENT_ZH, Shape.TEXT, "The same in Chinese 等级变动告知.", privacy=Privacy.CREDIT
            ),
        },
        manys={
            "attachments": Many("Attachment", "object_id", "Files 附件 the result rests on."),
            "deliveries": Many("Delivery", "object_id", "Its deliveries 推送 to the credit platform."),
            "measures": Many("Measure", "grade_id", "Measures 奖惩措施 that rest on the grade, within your authority."),
            **HISTORY,
        },
        orders=newest("proposed_at", "proposal"),
        filters={
            **_of_whom(),
            "scheme": _BY_SCHEME,
            "value": one_of("value", "grades.", privacy=Privacy.CREDIT),
            "state": one_of("state", "states.", "GradeState"),
            "inForce": flag(grade.IN_FORCE, "Only what holds today, or only what does not."),
        },
        about_person="about_person",
        person=OWNER_IS_PERSON,
    )


def _paper() -> Entity:
    return entity(
        ScoringPaper,
        enums={"state": "ScoringPaperState"},
        extra={"inForce": computed(paper.IN_FORCE, Shape.BOOLEAN, "Whether it may be computed by today.", type=bool)},
        manys=HISTORY,
        orders=newest("proposed_at", "proposal"),
        filters={
            "jurisdiction": ref("Jurisdiction", "jurisdiction_id", "jurisdictions"),
            "office": ref("Office", "office_id", "offices"),
            "scheme": _BY_SCHEME,
            "state": one_of("state", "states.", "ScoringPaperState"),
            "inForce": flag(paper.IN_FORCE, "Only papers in force today, or only others."),
        },
    )


def _run() -> Entity:
    return entity(
        GradeRun,
        enums={"state": "GradeRunState"},
        manys={
            "grades": Many("Grade", "run_id", "The grades that it proposed: what changes, from which to which."),
            **HISTORY,
        },
        orders=newest("proposed_at", "proposal"),
        filters={
            "jurisdiction": ref("Jurisdiction", "jurisdiction_id", "jurisdictions"),
            "office": ref("Office", "office_id", "offices"),
            "scheme": _BY_SCHEME,
            "state": one_of("state", "states.", "GradeRunState"),
        },
    )


def _supervised() -> Entity:
    return entity(
        SupervisedSubject,
        extra={
            "inForce": computed(
                supervised.IN_FORCE, Shape.BOOLEAN, "Whether the subject is supervised today.", type=bool
            )
        },
        manys=HISTORY,
        orders=newest("registered_at", "registration"),
        filters={
            **_of_whom(),
            "scheme": _BY_SCHEME,
            "inForce": flag(supervised.IN_FORCE, "Only whom is supervised today, or only others."),
        },
        about_person="about_person",
        person=OWNER_IS_PERSON,
    )


def _archive() -> Entity:
    what = "held about its subject by the offices of its scheme, within your authority"
    return entity(
        IntegrityArchive,
        extra={"open": computed("{t}.closed_at IS NULL", Shape.BOOLEAN, "Whether it is kept.", type=bool)},
        manys={
            "creditRecords": Many(
                "CreditRecord", "subject_id", f"Credit records 信用记录 {what} (厦门12).", among=_HELD
            ),
            "listEntries": Many("ListEntry", "subject_id", f"Entries 列入 on lists {what}.", among=_HELD),
            "commitments": Many("Commitment", "subject_id", f"Commitments 信用承诺 {what}.", among=_HELD),
            "grades": Many("Grade", "subject_id", "Grades 信用等级 of its subject under its scheme.", among=_OF_SCHEME),
            **HISTORY,
        },
        orders=newest("opened_at", "opening"),
        filters={
            **_of_whom(),
            "scheme": _BY_SCHEME,
            "open": flag("{t}.closed_at IS NULL", "Only archives that are kept, or only closed ones."),
        },
        about_person="about_person",
        person=OWNER_IS_PERSON,
    )


def _of_whom() -> dict[str, Filter]:
    return {
        "jurisdiction": ref("Jurisdiction", "jurisdiction_id", "jurisdictions"),
        "office": ref("Office", "office_id", "offices"),
        "subject": ref("Subject", "subject_id", "subjects"),
    }
