"""Relations of credit: records and their versions, lists and their entries."""

from __future__ import annotations

from authz.relations.common import ANY, Rows, exists, subject_owned
from authz.vocabulary import Scope
from domain.credit import record as credit_record
from domain.lists import list_entry

_RECORD = subject_owned(credit_record.IN_FORCE)
_ENTRY = subject_owned(list_entry.IN_FORCE)

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
