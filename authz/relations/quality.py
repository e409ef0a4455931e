"""Relations of quality: assessments, the records drawn for them, and the figures that come of both."""

from __future__ import annotations

from authz.relations.common import CHILDREN, Rows
from authz.vocabulary import Scope

_WATCHED = {
    Scope.OWN_JURISDICTION: "{t}.jurisdiction_id = :jurisdiction",
    Scope.CHILD_JURISDICTION: "{t}.jurisdiction_id " + CHILDREN,
}
_ASSESSOR = "{t}.assessor_id = :office"

ROWS: Rows = {
    "quality_assessment": {
        **_WATCHED,
        # the office is not told which of its records are looked at before they have been
        Scope.OWN_OFFICE: "{t}.office_id = :office AND {t}.state = 'concluded'",
        Scope.ADDRESSED: _ASSESSOR,
    },
    "assessed_record": {
        **_WATCHED,
        Scope.OWN_OFFICE: "{t}.office_id = :office AND EXISTS (SELECT FROM quality_assessment over"
        " WHERE over.id = {t}.assessment_id AND over.state = 'concluded')",
        Scope.ADDRESSED: _ASSESSOR,
    },
    "quality_figure": {
        **_WATCHED,
        Scope.OWN_BUREAU: "{t}.jurisdiction_id = :jurisdiction",
        Scope.OWN_OFFICE: "{t}.office_id = :office",
    },
}
