"""Relations of credit: records and their versions."""

from __future__ import annotations

from authz.relations.common import Rows, exists, subject_owned
from authz.vocabulary import Scope
from domain.credit import record as credit_record

_RECORD = subject_owned(credit_record.IN_FORCE) | {Scope.OWN_BUREAU: "{t}.jurisdiction_id = :jurisdiction"}

ROWS: Rows = {
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
}
