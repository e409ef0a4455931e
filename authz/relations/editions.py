"""Relations of editions: what was approved is everybody's, drafts are theirs who keep the catalogue or list."""

from __future__ import annotations

from authz.relations.common import Rows, exists
from authz.vocabulary import Scope

_EDITION = {
    Scope.PUBLISHED: "{t}.state = 'approved'",
    Scope.OWN_OFFICE: "{t}.office_id = :office",
    Scope.OWN_JURISDICTION: "{t}.jurisdiction_id = :jurisdiction",
}

ROWS: Rows = {
    "edition": _EDITION,
    "edition_item": {
        scope: exists("edition listed WHERE listed.id = {t}.edition_id AND " + relation.replace("{t}", "listed"))
        for scope, relation in _EDITION.items()
    },
}
