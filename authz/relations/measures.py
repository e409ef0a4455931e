"""Relations of measures: of the office that applies one, of the source it is fed back to, of its subject."""

from __future__ import annotations

from authz.relations.common import CHILDREN, Rows
from authz.vocabulary import Scope

ROWS: Rows = {
    "measure": {
        Scope.OWN_OFFICE: ":office IN ({t}.office_id, {t}.source_office_id)",
        Scope.OWN_JURISDICTION: "{t}.jurisdiction_id = :jurisdiction",
        Scope.CHILD_JURISDICTION: "{t}.jurisdiction_id " + CHILDREN,
        Scope.SELF: "{t}.subject_id = :subject",
    },
}
