"""Relations of lists: kinds and definitions, entries with their attestations, notices and evidence, urgings."""

from __future__ import annotations

from authz.relations.common import ANY, Rows, exists, subject_owned
from authz.vocabulary import Scope
from domain.lists import list_entry, list_notice

OWN_BUREAU = "{t}.jurisdiction_id = :jurisdiction"
ATTESTING = exists(
    "list_attestation attesting WHERE attesting.entry_id = {t}.id AND attesting.round = {t}.round"
    " AND attesting.office_id = :office"
)
ADDRESSED = (
    "{t}.publisher_id = :office AND ({t}.state IN ('submitted', 'published', 'withdrawn', 'removed')"
    " OR {t}.state = 'returned' AND {t}.submitted_at IS NOT NULL)"
)
"""Whether an entry was handed to the caller's office for publication; what it returned it sees until that goes on."""
_TOLD = (
    "({t}.published_at IS NOT NULL"
    " OR {t}.state IN ('notified', 'answered', 'announced', 'reviewed', 'decided', 'submitted'))"
)
"""Whether the subject of an entry is told of it: what an office only prepares is not shown before it is noticed."""

ENTRY = subject_owned(list_entry.IN_FORCE) | {
    Scope.OWN_BUREAU: OWN_BUREAU,
    Scope.CO_OWNER: ATTESTING,
    Scope.ADDRESSED: ADDRESSED,
    Scope.SELF: "{t}.subject_id = :subject AND {t}.disclosure <> 'internal' AND " + _TOLD,
}


def _through_entry(scopes: dict[Scope, str]) -> dict[Scope, str]:
    """Give the scopes of rows that hang on an entry: those of the entry."""
    return {
        scope: exists("list_entry through WHERE through.id = {t}.entry_id AND " + text.replace("{t}", "through"))
        for scope, text in scopes.items()
    }


_STANDING = f"{list_notice.STANDING} AND {{t}}.disclosure = 'public'"

ROWS: Rows = {
    "credit_list": ANY,
    "list_definition": {
        Scope.PUBLISHED: "{t}.state = 'opened'",
        Scope.OWN_OFFICE: "{t}.office_id = :office",
        Scope.OWN_BUREAU: OWN_BUREAU,
    },
    "list_entry": ENTRY,
    "list_evidence": _through_entry(ENTRY),
    "list_attestation": _through_entry({scope: ENTRY[scope] for scope in (Scope.OWN_OFFICE, Scope.OWN_BUREAU)})
    | {Scope.CO_OWNER: "{t}.office_id = :office"},
    "list_notice": {
        Scope.PUBLISHED: _STANDING,
        Scope.PUBLISHED_ORGANISATION: f"NOT {{t}}.about_person AND {_STANDING}",
        Scope.OWN_OFFICE: "{t}.office_id = :office",
        Scope.OWN_BUREAU: OWN_BUREAU,
        Scope.SELF: "{t}.subject_id = :subject",
    },
    "urging": {
        Scope.OWN_OFFICE: "{t}.office_id = :office",
        Scope.OWN_BUREAU: OWN_BUREAU,
        Scope.SELF: "{t}.subject_id = :subject",
    },
}
