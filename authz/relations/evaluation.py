"""Relations of evaluation: grades, whom an office supervises, integrity archives."""

from __future__ import annotations

from authz.relations.common import CHILDREN, Rows, subject_owned
from authz.vocabulary import Scope
from domain.evaluation import grade

PUSHED = f"{{t}}.push_ordered AND {grade.IN_FORCE} AND {{t}}.jurisdiction_id = :jurisdiction"
"""Whether the clause orders that a grade in force is pushed to the platform of the caller's place."""

_WATCHED = {
    Scope.OWN_JURISDICTION: "{t}.jurisdiction_id = :jurisdiction",
    Scope.CHILD_JURISDICTION: "{t}.jurisdiction_id " + CHILDREN,
    Scope.SELF: "{t}.subject_id = :subject",
}

ROWS: Rows = {
    "grade": subject_owned(grade.IN_FORCE)
    | {
        Scope.ADDRESSED: PUSHED,
        # what is only proposed is told to nobody outside the office, not even its subject
        Scope.SELF: "{t}.subject_id = :subject AND {t}.published_at IS NOT NULL",
    },
    "scoring_paper": {Scope.PUBLISHED: "{t}.state = 'approved'", Scope.OWN_OFFICE: "{t}.office_id = :office"},
    "grade_run": {
        Scope.OWN_OFFICE: "{t}.office_id = :office",
        Scope.OWN_JURISDICTION: "{t}.jurisdiction_id = :jurisdiction",
        Scope.CHILD_JURISDICTION: "{t}.jurisdiction_id " + CHILDREN,
    },
    "supervised_subject": {**_WATCHED, Scope.OWN_OFFICE: "{t}.office_id = :office"},
    "integrity_archive": {**_WATCHED, Scope.OWN_OFFICE: ":office = ANY({t}.office_ids)"},
    "archive_coverage": {
        Scope.OWN_OFFICE: "{t}.office_id = :office",
        Scope.OWN_BUREAU: "{t}.jurisdiction_id = :jurisdiction",
        Scope.OWN_JURISDICTION: "{t}.jurisdiction_id = :jurisdiction",
        Scope.CHILD_JURISDICTION: "{t}.jurisdiction_id " + CHILDREN,
    },
}
