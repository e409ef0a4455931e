"""Relations of oversight: imports and what they refused, deliveries to the platform."""

from __future__ import annotations

from authz.relations.common import ANY, CHILDREN, Rows
from authz.vocabulary import Scope

ROWS: Rows = {
    "record_import": {
        Scope.OWN_OFFICE: "{t}.office_id = :office",
        Scope.OWN_JURISDICTION: "{t}.jurisdiction_id = :jurisdiction",
    },
    "quota_breach": ANY,
    "delivery": {
        **ANY,
        Scope.OWN_OFFICE: "{t}.office_id = :office",
        Scope.OWN_JURISDICTION: "{t}.jurisdiction_id = :jurisdiction",
        Scope.CHILD_JURISDICTION: "{t}.jurisdiction_id " + CHILDREN,
    },
    "refused_row": {Scope.OWN_OFFICE: "{t}.office_id = :office"},
}
