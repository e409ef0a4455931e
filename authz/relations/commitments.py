"""Relations of commitments: their items, and the commitments themselves."""

from __future__ import annotations

from authz.relations.common import CHILDREN, Rows, exists, subject_owned
from authz.vocabulary import Scope
from domain.commitment import commitment

_ITEM = {
    Scope.PUBLISHED: "{t}.state = 'approved'",
    Scope.OWN_JURISDICTION: "{t}.jurisdiction_id = :jurisdiction",
}

_OF_OFFICE = {
    Scope.OWN_OFFICE: "{t}.office_id = :office",
    Scope.OWN_JURISDICTION: "{t}.jurisdiction_id = :jurisdiction",
    Scope.CHILD_JURISDICTION: "{t}.jurisdiction_id " + CHILDREN,
}

ROWS: Rows = {
    "commitment_item": _ITEM,
    "commitment_item_office": {
        scope: exists(
            "commitment_item taken WHERE taken.id = {t}.commitment_item_id AND " + text.replace("{t}", "taken")
        )
        for scope, text in _ITEM.items()
    },
    "commitment": subject_owned(commitment.IN_FORCE),
    "spot_check": _OF_OFFICE,
    "spot_check_result": {
        **_OF_OFFICE,
        Scope.SELF: "{t}.subject_id = :subject AND {t}.state <> 'pending'",  # nobody is told that a check is coming
    },
}
