"""Relations of credit: records and their versions."""

from __future__ import annotations

from authz.relations import providers
from authz.relations.common import Rows, exists, subject_owned
from authz.vocabulary import Scope
from domain.credit import record as credit_record

PUSHED = (
    f"{credit_record.IN_FORCE} AND {{t}}.platform_at IS NOT NULL AND {{t}}.jurisdiction_id = :jurisdiction"
    " AND {t}.disclosure IN ('public', 'government_sharing', 'authorised_query')"
)
"""Whether a record in force was pushed to the platform of the caller's place, whoever may look at it there."""

PUSH_ORDERED = (
    f"{credit_record.IN_FORCE} AND {{t}}.disclosure IN ('public', 'government_sharing', 'authorised_query') AND "
    + exists(
        "catalogue_item ordered JOIN office receiver"
        " ON receiver.jurisdiction_id = ordered.jurisdiction_id AND receiver.code = ANY(ordered.push_to)"
        " WHERE ordered.id = {t}.item_id AND receiver.id = :office"
    )
)
"""Whether a text has a record in force pushed to the caller's office, whatever it orders about publication (海沧27)."""

_RECORD = subject_owned(credit_record.IN_FORCE) | {
    Scope.OWN_BUREAU: "{t}.jurisdiction_id = :jurisdiction",
    Scope.ADDRESSED: PUSHED,
    Scope.PUSHED: PUSH_ORDERED,
    Scope.ENTRUSTED: providers.ENTRUSTED,
    Scope.CO_OWNER: exists(
        "assessed_record awaiting WHERE awaiting.record_id = {t}.id AND awaiting.assessor_id = :office"
    ),
}

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
