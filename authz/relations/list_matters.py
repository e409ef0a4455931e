"""Relations of the matters of lists: batches with what is in them, removals."""

from __future__ import annotations

from authz.relations.common import CHILDREN, Rows, exists
from authz.relations.lists import ENTRY, OWN_BUREAU
from authz.vocabulary import Scope

_HANDED_IN = "{t}.state <> 'opened'"


def _places() -> dict[Scope, str]:
    """Give the scopes of an entry's place in a batch: those of the entry; what was taken out is its office's."""
    through = {
        scope: exists("list_entry placed WHERE placed.id = {t}.entry_id AND " + text.replace("{t}", "placed"))
        for scope, text in ENTRY.items()
        if scope in _OF_PLACES
    }
    inside = (Scope.OWN_OFFICE, Scope.OWN_BUREAU)
    return {
        scope: text if scope in inside else f"{{t}}.dropped_at IS NULL AND {text}" for scope, text in through.items()
    }


_OF_PLACES = (
    Scope.PUBLISHED,
    Scope.PUBLISHED_ORGANISATION,
    Scope.OWN_OFFICE,
    Scope.OWN_BUREAU,
    Scope.ADDRESSED,
)

ROWS: Rows = {
    "list_batch": {
        Scope.PUBLISHED: "{t}.state = 'published'",
        Scope.OWN_OFFICE: "{t}.office_id = :office",
        Scope.OWN_BUREAU: OWN_BUREAU,
        Scope.ADDRESSED: f"{{t}}.publisher_id = :office AND {_HANDED_IN}",
        Scope.OWN_JURISDICTION: f"{{t}}.jurisdiction_id = :jurisdiction AND {_HANDED_IN}",
    },
    "list_batch_entry": _places(),
    "list_removal": {
        Scope.OWN_OFFICE: "{t}.office_id = :office",
        Scope.OWN_JURISDICTION: "{t}.jurisdiction_id = :jurisdiction",
        Scope.CHILD_JURISDICTION: "{t}.jurisdiction_id " + CHILDREN,
        Scope.SELF: "{t}.subject_id = :subject",
    },
}
