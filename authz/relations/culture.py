"""Relations of the credit culture: cases and the column, activities and who attended, campaigns and their tags."""

from __future__ import annotations

from authz.relations.common import ANY, CHILDREN, Rows
from authz.vocabulary import Scope
from domain.culture import portal_entry

_OF_PLACE = {
    Scope.OWN_OFFICE: "{t}.office_id = :office",
    Scope.OWN_BUREAU: "{t}.jurisdiction_id = :jurisdiction",
    Scope.OWN_JURISDICTION: "{t}.jurisdiction_id = :jurisdiction",
    Scope.CHILD_JURISDICTION: "{t}.jurisdiction_id " + CHILDREN,
}

ROWS: Rows = {
    "typical_case": _OF_PLACE | {Scope.PUBLISHED: "{t}.state = 'approved'"},
    "portal_entry": _OF_PLACE
    | {
        Scope.PUBLISHED: portal_entry.SHOWN,
        Scope.ADDRESSED: "{t}.editor_id = :office",
    },
    "activity": _OF_PLACE,
    "attendance": {
        Scope.OWN_OFFICE: ":office IN ({t}.office_id, {t}.cited_office_id)",
        Scope.SELF: "{t}.subject_id = :subject",
    },
    "campaign": _OF_PLACE | ANY,
    "campaign_tag": _OF_PLACE,
}
