"""Relations of what is due: the offices whose turn it is, and who watches them; deadlines are everybody's."""

from __future__ import annotations

from authz.relations.common import ANY, CHILDREN, Rows
from authz.vocabulary import Scope

ROWS: Rows = {
    "deadline": ANY,
    "due_item": {
        Scope.OWN_OFFICE: "{t}.office_id = :office",
        Scope.OWN_BUREAU: "{t}.jurisdiction_id = :jurisdiction",
        Scope.OWN_JURISDICTION: "{t}.jurisdiction_id = :jurisdiction",
        Scope.CHILD_JURISDICTION: "{t}.jurisdiction_id " + CHILDREN,
    },
}
