"""Relations of files: attachments, by the office, subject and disclosure of what they belong to."""

from __future__ import annotations

from authz.relations import objections
from authz.relations.common import CHILDREN, Rows, exists
from authz.vocabulary import Scope

_PUBLIC = "{t}.state = 'attached' AND {t}.disclosure = 'public'"
_SHARED = "{t}.state = 'attached' AND {t}.disclosure IN ('public', 'government_sharing')"
_IN_HAND = "{t}.object = 'objection' AND " + exists(
    "objection handled WHERE handled.id = {t}.object_id AND "
    + objections.ROWS["objection"][Scope.OWN_OFFICE].replace("{t}", "handled")
)
"""What belongs to an objection is evidence for every office with a hand in it."""

ROWS: Rows = {
    "attachment": {
        Scope.PUBLISHED: _PUBLIC,
        Scope.PUBLISHED_ORGANISATION: f"NOT {{t}}.about_person AND {_PUBLIC}",
        Scope.OWN_OFFICE: f"({{t}}.office_id = :office OR {_IN_HAND})",
        Scope.OWN_JURISDICTION: f"{{t}}.jurisdiction_id = :jurisdiction AND {_SHARED}",
        Scope.CHILD_JURISDICTION: f"{{t}}.jurisdiction_id {CHILDREN} AND {_SHARED}",
        Scope.PURPOSED: f"{{t}}.jurisdiction_id = :jurisdiction AND {_SHARED}",
        Scope.SELF: "{t}.subject_id = :subject AND {t}.disclosure <> 'internal'",
    },
}
