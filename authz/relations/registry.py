"""Relations of the registry: divisions, offices, subjects, the catalogue, working days."""

from __future__ import annotations

from authz.relations.common import ANY, CHILDREN, CONSENT, Rows, exists
from authz.vocabulary import Scope
from domain.credit import record as credit_record
from domain.lists import list_entry

_SHOWN = exists(
    "credit_record shown WHERE shown.subject_id = {t}.id AND shown.disclosure = 'public' AND "
    + credit_record.IN_FORCE.replace("{t}", "shown")
)
_LISTED = exists(
    "list_entry listed WHERE listed.subject_id = {t}.id AND listed.disclosure = 'public' AND "
    + list_entry.IN_FORCE.replace("{t}", "listed")
)
_SUBJECT_IS_PUBLISHED = f"(NOT {{t}}.is_person OR {_SHOWN} OR {_LISTED})"


ROWS: Rows = {
    "jurisdiction": ANY,
    "office": ANY,
    "responsibility": ANY,
    "catalogue_item": ANY,
    "catalogue_producer": ANY,
    "working_day": ANY,
    "subject": {
        Scope.ANY: "TRUE",
        Scope.PUBLISHED: _SUBJECT_IS_PUBLISHED,
        Scope.PUBLISHED_ORGANISATION: "NOT {t}.is_person",
        Scope.OWN_OFFICE: exists(
            "credit_record produced WHERE produced.subject_id = {t}.id AND produced.office_id = :office"
        ),
        Scope.OWN_JURISDICTION: "{t}.jurisdiction_id = :jurisdiction",
        Scope.CHILD_JURISDICTION: "{t}.jurisdiction_id " + CHILDREN,
        Scope.PURPOSED: "{t}.jurisdiction_id = :jurisdiction",
        Scope.CONSENTED: CONSENT.replace("{subject}", "{t}.id"),
        Scope.SELF: "{t}.id = :subject",
    },
    "legal_representative": {
        Scope.ANY: "TRUE",
        Scope.PUBLISHED: "TRUE",
        Scope.PUBLISHED_ORGANISATION: "TRUE",
        Scope.OWN_OFFICE: exists(
            "credit_record produced WHERE produced.subject_id = {t}.subject_id AND produced.office_id = :office"
        ),
        Scope.SELF: "({t}.subject_id = :subject OR {t}.person_id = :subject)",
    },
}
