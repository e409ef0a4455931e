"""Relations of what public bodies answer for: mandates, complaints about them, their contracts."""

from __future__ import annotations

from authz.relations.common import CHILDREN, Rows
from authz.vocabulary import Scope

_OF_PLACE = {
    Scope.OWN_OFFICE: "{t}.office_id = :office",
    Scope.OWN_BUREAU: "{t}.jurisdiction_id = :jurisdiction",
    Scope.OWN_JURISDICTION: "{t}.jurisdiction_id = :jurisdiction",
    Scope.CHILD_JURISDICTION: "{t}.jurisdiction_id " + CHILDREN,
}
_OWN = {Scope.SELF: "{t}.subject_id = :subject"}

ROWS: Rows = {
    "mandate": _OF_PLACE,
    "integrity_complaint": _OF_PLACE | _OWN,
    "government_contract": _OF_PLACE | _OWN,
}
