"""Relations of exam files: violations, watch lists, recommendations, bulletins. Need to know, each in its role."""

from __future__ import annotations

from authz.relations.common import ANY, Rows
from authz.vocabulary import Scope
from domain.exam import bulletin, violation

_OF_OFFICE = "{t}.office_id = :office"
_ABOUT_CALLER = "{t}.subject_id = :subject"

ROWS: Rows = {
    "exam_violation": {
        # also of the office that decides, where it is another: not what is only recorded, nor what has run out
        Scope.OWN_OFFICE: (
            "({t}.office_id = :office OR {t}.decider_id = :office"
            " AND {t}.state IN ('confirmed', 'decided', 'entered') AND " + violation.KEPT + ")"
        ),
        Scope.SELF: _ABOUT_CALLER,
    },
    "exam_watch": {Scope.OWN_OFFICE: _OF_OFFICE},
    "discipline_recommendation": {Scope.OWN_OFFICE: _OF_OFFICE, Scope.SELF: _ABOUT_CALLER},
    "exam_bulletin": {**ANY, Scope.OWN_OFFICE: _OF_OFFICE},
    "exam_bulletin_line": {Scope.PUBLISHED: bulletin.LINE_STANDS},
}
