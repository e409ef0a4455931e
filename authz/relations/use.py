"""Relations of use: application items and credit reports."""

from __future__ import annotations

from authz.relations.common import ANY, CHILDREN, Rows
from authz.vocabulary import Scope

ROWS: Rows = {
    "application_item": ANY,
    "credit_report": {
        Scope.ANY: "TRUE",
        Scope.OWN_OFFICE: "{t}.office_id = :office",
        Scope.OWN_JURISDICTION: "{t}.jurisdiction_id = :jurisdiction",
        Scope.CHILD_JURISDICTION: "{t}.jurisdiction_id " + CHILDREN,
        Scope.SELF: "{t}.subject_id = :subject",
    },
}
