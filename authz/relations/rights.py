"""Relations of the rights of subjects: consents, and who looked."""

from __future__ import annotations

from collections.abc import Iterable

from authz.relations.common import Rows
from authz.vocabulary import Scope
from domain.lifecycle import NEED_TO_KNOW
from domain.registry.subject import ever


def _touches(nouns: Iterable[str]) -> str:
    """Write that an access read rows of one of the nouns; an access names every noun it read, with commas."""
    return f"(string_to_array({{t}}.object, ',') && ARRAY{sorted(nouns)})"


ROWS: Rows = {
    "consent": {
        Scope.OWN_OFFICE: "{t}.office_id = :office",
        Scope.SELF: "{t}.subject_id = :subject",
    },
    "subject_request": {
        Scope.OWN_OFFICE: "{t}.office_id = :office",
        Scope.OWN_JURISDICTION: "{t}.jurisdiction_id = :jurisdiction",
        Scope.SELF: "{t}.subject_id = :subject",
    },
    "access_entry": {
        Scope.ANY: "TRUE",
        # who else of the office looked at a watch list, or whom it is about, is told by no log
        Scope.OWN_OFFICE: f"{{t}}.office_id = :office AND NOT {_touches(NEED_TO_KNOW)}",
        Scope.SELF: f"{{t}}.subject_id = {ever(':subject')} AND NOT {_touches({'exam_watch', 'criminal_referral'})}",
    },
}
