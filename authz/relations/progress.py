"""Relations of progress reports and of the score card that is made of them."""

from __future__ import annotations

from authz.relations.common import CHILDREN, Rows
from authz.vocabulary import Scope

_WATCHED = {
    Scope.OWN_OFFICE: "{t}.office_id = :office",
    Scope.OWN_BUREAU: "{t}.jurisdiction_id = :jurisdiction",
    Scope.OWN_JURISDICTION: "{t}.jurisdiction_id = :jurisdiction",
    Scope.CHILD_JURISDICTION: "{t}.jurisdiction_id " + CHILDREN,
}

ROWS: Rows = {"progress_report": _WATCHED, "score_card": _WATCHED}
