"""Entities of merges: subjects found to be one, and what became of that."""

from __future__ import annotations

from api.entity import HISTORY, Entity, Enums, Filter, Shape, computed, entity, newest, one_of, ref
from api.roots import Root, RootMany, by_id
from domain.merging.merge import MERGE_STATES, SubjectMerge

ENUMS: Enums = {
    "SubjectMergeState": (
        "State of a merge: proposed 待核准, merged 已合并, refused 未准予, withdrawn 已撤回, unmerge_proposed 待撤销,"
        " unmerged 已撤销.",
        MERGE_STATES,
    ),
}
"""Enumerations of the room: description and values."""

ROOTS: dict[str, Root] = {
    "subjectMerge": by_id("SubjectMerge", "merge 主体合并"),
    "subjectMerges": RootMany(
        "SubjectMerge", "Merges 主体合并 that your office proposed, or of subjects of your credit office's division."
    ),
}
"""Where a selection may start."""

_ROWS = "(SELECT count(*) FROM subject_merge_row gone WHERE gone.merge_id = {t}.id)"


def declare() -> tuple[Entity, ...]:
    """Declare the entities of this room."""
    return (
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
            manys=HISTORY,
            orders=newest("proposed_at", "proposal"),
            filters={
                "subject": Filter(
                    "({t}.kept_id = ANY({v}) OR {t}.merged_id = ANY({v}))",
                    "",
                    "Only merges of one of these subjects; global ids.",
                    list[str],
                    target="Subject",
                ),
                "office": ref("Office", "office_id", "offices"),
                "jurisdiction": ref("Jurisdiction", "jurisdiction_id", "jurisdictions"),
                "state": one_of("state", "states.", "SubjectMergeState"),
            },
            about_person="about_person",
            person="CASE WHEN {t}.about_person THEN {t}.kept_id END",
        ),
    )
