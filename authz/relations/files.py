"""Relations of files: attachments, by the office, subject and disclosure of what they belong to."""

from __future__ import annotations

from authz.relations import list_matters, objections
from authz.relations.common import CHILDREN, Rows, exists
from authz.vocabulary import Scope
from domain.lists import list_entry

_CASE_STANDS = exists(
    "list_batch_entry place JOIN list_entry shown ON shown.id = place.entry_id"
    " WHERE place.batch_id = {t}.object_id AND ({t}.subject_id IS NULL OR place.subject_id = {t}.subject_id)"
    " AND place.dropped_at IS NULL AND shown.disclosure = 'public' AND " + list_entry.IN_FORCE.replace("{t}", "shown")
)
"""A batch's typical case is shown no longer than an entry of it: the one it tells about, else any."""

_OF_BATCH = "{t}.object = 'list_batch'"
_PUBLIC = f"{{t}}.state = 'attached' AND {{t}}.disclosure = 'public' AND (NOT {_OF_BATCH} OR {_CASE_STANDS})"
_ADDRESSED = f"{_OF_BATCH} AND " + exists(
    "list_batch carrying WHERE carrying.id = {t}.object_id AND "
    + list_matters.ROWS["list_batch"][Scope.ADDRESSED].replace("{t}", "carrying")
)
_OF_MERGE = "{t}.object = 'subject_merge' AND {t}.jurisdiction_id = :jurisdiction"
"""What a merge rests on is for the credit office that decides on it."""
_OF_LISTS = (
    "{t}.state = 'attached' AND {t}.jurisdiction_id = :jurisdiction AND {t}.object IN ('list_entry', 'list_batch')"
)
"""What the leaders of a bureau 分管领导、主要领导 look at before they review and decide (新乡四(二))."""
_SHARED = f"({_PUBLIC} OR {{t}}.state = 'attached' AND {{t}}.disclosure = 'government_sharing')"
_IN_HAND = "{t}.object = 'objection' AND " + exists(
    "objection handled WHERE handled.id = {t}.object_id AND "
    + objections.ROWS["objection"][Scope.OWN_OFFICE].replace("{t}", "handled")
)
"""What belongs to an objection is evidence for every office with a hand in it."""

ROWS: Rows = {
    "attachment": {
        Scope.PUBLISHED: _PUBLIC,
        Scope.PUBLISHED_ORGANISATION: f"NOT {{t}}.about_person AND {_PUBLIC}",
        Scope.OWN_BUREAU: _OF_LISTS,
        Scope.ADDRESSED: f"({_ADDRESSED} OR {_OF_MERGE})",
        Scope.OWN_OFFICE: f"({{t}}.office_id = :office OR {_IN_HAND})",
        Scope.OWN_JURISDICTION: f"{{t}}.jurisdiction_id = :jurisdiction AND {_SHARED}",
        Scope.CHILD_JURISDICTION: f"{{t}}.jurisdiction_id {CHILDREN} AND {_SHARED}",
        Scope.PURPOSED: f"{{t}}.jurisdiction_id = :jurisdiction AND {_SHARED}",
        Scope.SELF: "{t}.subject_id = :subject AND {t}.disclosure <> 'internal'",
    },
}
