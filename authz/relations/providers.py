"""Relations of third parties: contracts with processors, what is entrusted under them, market information."""

from __future__ import annotations

from authz.relations.common import CHILDREN, Rows, exists
from authz.vocabulary import Scope
from domain.credit import record as credit_record
from domain.third_party import processing

ENTRUSTED = (
    f"NOT {{t}}.about_person AND {{t}}.disclosure IN ('public', 'government_sharing') AND {credit_record.IN_FORCE} AND "
    + exists(
        "processing_contract entrusting JOIN catalogue_item kind_of ON kind_of.id = {t}.item_id"
        " WHERE entrusting.provider_id = :office AND entrusting.office_id = {t}.office_id"
        " AND kind_of.code = ANY(entrusting.item_codes) AND " + processing.IN_FORCE.replace("{t}", "entrusting")
    )
)
"""Whether the caller's office processes a record `{t}` for its office under a contract that stands today."""

ROWS: Rows = {
    "processing_contract": {
        Scope.OWN_OFFICE: "{t}.office_id = :office",
        Scope.ADDRESSED: "{t}.provider_id = :office",
        Scope.OWN_JURISDICTION: "{t}.jurisdiction_id = :jurisdiction",
        Scope.CHILD_JURISDICTION: "{t}.jurisdiction_id " + CHILDREN,
    },
    "market_record": {
        Scope.OWN_OFFICE: "{t}.office_id = :office",
        Scope.SELF: "{t}.subject_id = :subject",
    },
}
