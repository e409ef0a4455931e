"""Relations of credit: records and their versions, lists and their entries."""

from __future__ import annotations

from authz.relations.common import ANY, CHILDREN, CONSENT, Rows, exists
from authz.vocabulary import Scope
from domain.credit import record as credit_record
from domain.lists import list_entry


def _subject_owned(in_force: str) -> dict[Scope, str]:
    """Give the scopes of a table whose rows are about a subject and in force by their dates."""
    shared = f"{in_force} AND {{t}}.disclosure IN ('public', 'government_sharing')"
    queried = f"{in_force} AND {{t}}.disclosure IN ('public', 'government_sharing', 'authorised_query')"
    return {
        Scope.ANY: "TRUE",
        Scope.PUBLISHED: f"{{t}}.disclosure = 'public' AND {in_force}",
        Scope.PUBLISHED_ORGANISATION: f"NOT {{t}}.about_person AND {{t}}.disclosure = 'public' AND {in_force}",
        Scope.OWN_OFFICE: "{t}.office_id = :office",
        Scope.OWN_JURISDICTION: f"{{t}}.jurisdiction_id = :jurisdiction AND {shared}",
        Scope.CHILD_JURISDICTION: f"{{t}}.jurisdiction_id {CHILDREN} AND {shared}",
        Scope.PURPOSED: f"{{t}}.jurisdiction_id = :jurisdiction AND {shared}",
        Scope.CONSENTED: f"{queried} AND " + CONSENT.replace("{subject}", "{t}.subject_id"),
        Scope.SELF: "{t}.subject_id = :subject AND {t}.disclosure <> 'internal'",
    }


_RECORD = _subject_owned(credit_record.IN_FORCE)
_ENTRY = _subject_owned(list_entry.IN_FORCE)

ROWS: Rows = {
    "credit_list": ANY,
    "credit_record": _RECORD,
    "credit_record_version": {
        Scope.OWN_OFFICE: "{t}.office_id = :office",
        Scope.SELF: (
            "{t}.subject_id = :subject AND "
            + exists("credit_record amended WHERE amended.id = {t}.record_id AND amended.disclosure <> 'internal'")
        ),
    },
    "repair_notice": {
        Scope.OWN_OFFICE: "{t}.office_id = :office",
        Scope.SELF: "{t}.subject_id = :subject",
    },
    "list_entry": _ENTRY,
    "list_evidence": {
        scope: exists("list_entry evident WHERE evident.id = {t}.entry_id AND " + text.replace("{t}", "evident"))
        for scope, text in _ENTRY.items()
    },
}
