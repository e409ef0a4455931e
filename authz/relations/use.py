"""Relations of use: application items and credit reports."""

from __future__ import annotations

from authz.relations.common import ANY, CHILDREN, CONSENT, Rows
from authz.vocabulary import Scope

_STILL_ALLOWED = CONSENT.replace("{subject}", "{t}.subject_id").replace(":purpose", "{t}.application_item_id")
"""What a person allowed an agency ends with the consent: its report is given no more (个人信息保护法15, 47)."""

ROWS: Rows = {
    "application_item": ANY,
    "credit_report": {
        Scope.ANY: "TRUE",
        Scope.OWN_OFFICE: f"{{t}}.office_id = :office AND ({{t}}.consent_id IS NULL OR {_STILL_ALLOWED})",
        Scope.OWN_JURISDICTION: "{t}.jurisdiction_id = :jurisdiction",
        Scope.CHILD_JURISDICTION: "{t}.jurisdiction_id " + CHILDREN,
        Scope.SELF: "{t}.subject_id = :subject",
    },
}
