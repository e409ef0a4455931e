"""Relations of oversight: imports and what they refused."""

from __future__ import annotations

from authz.relations.common import ANY, Rows
from authz.vocabulary import Scope

ROWS: Rows = {
    "record_import": {
        Scope.OWN_OFFICE: "{t}.office_id = :office",
        Scope.OWN_JURISDICTION: "{t}.jurisdiction_id = :jurisdiction",
    },
    "quota_breach": ANY,
    "refused_row": {Scope.OWN_OFFICE: "{t}.office_id = :office"},
}
