"""Relations of credit repair: what was asked, found and decided is for the subject and the office that recognised."""

from __future__ import annotations

from authz.relations.common import Rows
from authz.vocabulary import Scope

ROWS: Rows = {
    "repair_application": {
        Scope.ANY: "TRUE",
        Scope.OWN_OFFICE: "{t}.office_id = :office",
        Scope.SELF: "{t}.subject_id = :subject",
    },
}
