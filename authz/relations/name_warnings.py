"""Relations of name warnings: to the office that gave a name, and to the division that answers for the subject."""

from __future__ import annotations

from authz.relations.common import Rows
from authz.vocabulary import Scope

ROWS: Rows = {
    "name_warning": {
        Scope.OWN_OFFICE: "{t}.office_id = :office",
        Scope.OWN_JURISDICTION: "{t}.jurisdiction_id = :jurisdiction",
    },
}
