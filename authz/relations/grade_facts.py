"""Relations of facts that grades rest on: of the office that produced one, of the division, of its subject."""

from __future__ import annotations

from authz.relations.common import CHILDREN, Rows
from authz.vocabulary import Scope

ROWS: Rows = {
    "grade_fact": {
        Scope.OWN_OFFICE: "{t}.office_id = :office",
        Scope.OWN_JURISDICTION: "{t}.jurisdiction_id = :jurisdiction",
        Scope.CHILD_JURISDICTION: "{t}.jurisdiction_id " + CHILDREN,
        Scope.SELF: "{t}.subject_id = :subject",
    },
}
