"""Relations of exemptions: the list of acts is everybody's, an exemption is the subject's and its office's."""

from __future__ import annotations

from authz.relations.common import Rows
from authz.vocabulary import Scope

ROWS: Rows = {
    "exemption_item": {
        Scope.PUBLISHED: "{t}.state = 'approved'",
        Scope.OWN_OFFICE: "{t}.office_id = :office",
    },
    "exemption": {
        Scope.OWN_OFFICE: "{t}.office_id = :office",
        Scope.SELF: "{t}.subject_id = :subject",
    },
}
