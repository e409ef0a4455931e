"""Relations of the rights of subjects: consents, and who looked."""

from __future__ import annotations

from authz.relations.common import Rows
from authz.vocabulary import Scope

ROWS: Rows = {
    "consent": {
        Scope.OWN_OFFICE: "{t}.office_id = :office",
        Scope.SELF: "{t}.subject_id = :subject",
    },
    "subject_request": {
        Scope.OWN_OFFICE: "{t}.office_id = :office",
        Scope.OWN_JURISDICTION: "{t}.jurisdiction_id = :jurisdiction",
        Scope.SELF: "{t}.subject_id = :subject",
    },
    "access_entry": {
        Scope.ANY: "TRUE",
        Scope.OWN_OFFICE: "{t}.office_id = :office",
        Scope.SELF: "{t}.subject_id = :subject",
    },
}
