"""Entities of merges: subjects found to be one, and what became of that."""

from __future__ import annotations

from api.declaring.entity import (
    HISTORY,
    Column,
    Entity,
    Enums,
    Filter,
    Many,
    One,
    Shape,
    computed,
    entity,
    flag,
    newest,
    one_of,
    ref,
)
from api.declaring.roots import Root, RootMany, by_id
from domain.merging import candidates
from domain.merging.merge import MERGE_STATES, SubjectMerge
from domain.privacy import Declared, Privacy

ENUMS: Enums = {
    "SubjectMergeState": (
        "State of a merge: PROPOSED 待核准, MERGED 已合并, REFUSED 未准予, WITHDRAWN 已撤回, UNMERGE_PROPOSED 待撤销,"
        " UNMERGED 已撤销.",
        MERGE_STATES,
    ),
    "LikenessGround": (
        "By what two organisations look like one: SAME_ORGANISATION_CODE 主体标识码相同, CODE_MISTYPED 代码疑似录错,"
        " SAME_NAME 名称相同.",
        candidates.GROUNDS,
    ),
}
"""Enumerations of the room: description and values."""

ROOTS: dict[str, Root] = {
    "subjectMerge": by_id("SubjectMerge", "merge 主体合并"),
    "subjectMerges": RootMany(
        "SubjectMerge", "Merges 主体合并 that your office proposed, or of subjects of your credit office's division."
    ),
    "subjectMergeCandidates": RootMany(
        "SubjectMergeCandidate",
        "Pairs of organisations that look like one 疑似同一主体 and that you may propose to merge; latest first.",
    ),
}
"""Where a selection may start."""

_ROWS = "(SELECT count(*) FROM subject_merge_row gone WHERE gone.merge_id = {t}.id)"
_OPEN = Declared(Privacy.OPEN)
_PAIR = Filter(
    "({t}.kept_id = ANY({v}) OR {t}.merged_id = ANY({v}))",
    "",
    "Only those of one of these subjects; global ids.",
    list[str],
    target="Subject",
)


def _candidate() -> Entity:
    """Declare the pair that looks like one subject, which no table keeps: it is found among the subjects."""
    return Entity(
        name="SubjectMergeCandidate",
        noun="subject_merge_candidate",
        table=candidates.TABLE,
        description="A pair of organisations that looks like one 疑似同一主体, and by what; whether it is, an office finds.",
        key="uuid",
        columns={
            "ground": Column("ground", Shape.ENUM, False, _OPEN, "By what, the surest.", enum="LikenessGround"),
            "sameName": Column(
                "same_name", Shape.BOOLEAN, False, _OPEN,
                "Whether their names agree, blanks, width and capitals apart.", type=bool,
            ),
            "enteredAt": Column(
                "entered_at", Shape.INSTANT, False, _OPEN, "When the later one of the two was entered.", type="DateTime"
            ),
        },
        ones={
            "kept": One(
                "Subject", "kept_id", False,
                "The one to keep: with a code before without, a right one before one that fails its check, then who was"
                " here first.",
            ),
            "merged": One("Subject", "merged_id", False, "The other one."),
            "jurisdiction": One("Jurisdiction", "jurisdiction_id", False, "The division whose credit office would decide."),
        },
        manys={},
        orders=newest("entered_at", "entry"),
        filters={
            "subject": _PAIR,
            "ground": one_of("ground", "grounds.", "LikenessGround"),
            "sameName": flag("{t}.same_name", "Only those of one name, or only others."),
            "jurisdiction": ref("Jurisdiction", "jurisdiction_id", "jurisdictions"),
        },
        about_person=None,
        person=None,
    )  # fmt: skip


def declare() -> tuple[Entity, ...]:
    """Declare the entities of this room."""
    return (
        _candidate(),
        entity(
            SubjectMerge,
            enums={"state": "SubjectMergeState"},
            extra={
                "rows": computed(
                    _ROWS,
                    Shape.NUMBER,
                    "How many references went over with it, or were handed in under the merged subject's codes since.",
                    type=int,
                ),
            },
            manys=HISTORY
            | {"attachments": Many("Attachment", "object_id", "Evidence 证明材料 of the proposal and of its undoing.")},
            orders=newest("proposed_at", "proposal"),
            filters={
                "subject": _PAIR,
                "state": one_of("state", "states.", "SubjectMergeState"),
            },
            about_person="about_person",
            person="CASE WHEN {t}.about_person THEN {t}.kept_id END",
        ),
    )
