"""Relations of merges: to the office that proposed one, and to the division that answers for both subjects."""

from __future__ import annotations

from authz.relations.common import Rows
from authz.vocabulary import Scope

ROWS: Rows = {
    "subject_merge": {
        Scope.OWN_OFFICE: "{t}.office_id = :office",
        Scope.OWN_JURISDICTION: "{t}.jurisdiction_id = :jurisdiction",
    },
}
