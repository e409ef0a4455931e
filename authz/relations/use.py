"""Relations of use: application items and credit reports."""

from __future__ import annotations

from authz.relations.common import ANY, CHILDREN, CONSENT, Rows
from authz.vocabulary import Scope
from domain.use.partner import AGENCY
from domain.use.report import UNDONE_SINCE

_STILL_ALLOWED = CONSENT.replace("{subject}", "{t}.subject_id").replace(":purpose", "{t}.application_item_id")
"""What a person allowed an agency ends with the consent: its report is given no more (个人信息保护法15, 47)."""
_STILL_SHARED = f"NOT (EXISTS (SELECT FROM office asked WHERE asked.id = {{t}}.office_id AND asked.kind = '{AGENCY}') AND {UNDONE_SINCE})"
"""What was repaired or found wrong is shared no more: an agency is given no report again that tells it (第36号令)."""

ROWS: Rows = {
    "application_item": ANY,
    "credit_report": {
        Scope.ANY: "TRUE",
        Scope.OWN_OFFICE: f"{{t}}.office_id = :office AND ({{t}}.consent_id IS NULL OR {_STILL_ALLOWED})"
        f" AND {_STILL_SHARED}",
        Scope.OWN_JURISDICTION: "{t}.jurisdiction_id = :jurisdiction",
        Scope.CHILD_JURISDICTION: "{t}.jurisdiction_id " + CHILDREN,
        Scope.SELF: "{t}.subject_id = :subject",
    },
}
